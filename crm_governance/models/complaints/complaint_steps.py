# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# The steps of a complaint that need words or choices, in the order of the buttons.
KINDS = [
    ("assign", "Assign"),
    ("wait", "Wait for the Customer"),
    ("inbound", "The Customer Got in Touch"),
    ("important", "Report to the Top"),
    ("disagreement", "Report a Serious Disagreement"),
    ("react", "React for the Committee"),
    ("reclassify", "Correct Type or Severity"),
    ("skip", "Do Not Investigate"),
    ("confirm", "The Customer Accepts"),
    ("reject", "The Customer Rejects"),
    ("duplicate", "Same as Another"),
    ("link", "Link to Another"),
    ("withdraw", "The Customer Withdraws"),
    ("reopen", "Open Again"),
]
