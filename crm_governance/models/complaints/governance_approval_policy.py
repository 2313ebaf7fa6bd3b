# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

SUBJECTS = [
    ("complaint_acceptance", "Acceptance of a complaint"),
    ("complaint_report", "Investigation report of a complaint"),
    ("complaint_opinion", "Handling opinion on a complaint"),
    ("complaint_remedy", "Remedy for a complaint"),
    ("complaint_extension", "More time for a complaint"),
    ("complaint_statistic", "Monthly complaint statistics"),
    ("complaint_action", "Corrective action after a complaint"),
]


class GovernanceApprovalPolicy(models.Model):
    """What of a complaint has to be signed (AM-08)."""

    _inherit = "governance.approval.policy"

    subject = fields.Selection(
        selection_add=SUBJECTS,
        ondelete={name: "set default" for name, _label in SUBJECTS},
        help="What has to be approved. At most one matrix is in force per subject and "
        "company; any number for “Any request”, for borrowing and for remedies, where "
        "the borrowing policy or the complaint policy names its matrix by the code.",
    )

    # Remedies have a matrix for each range of amounts.
    _subject_uniq = models.UniqueIndex(
        "(company_id, subject) WHERE state = 'published' "
        "AND subject NOT IN ('generic', 'lending', 'complaint_remedy')",
        "Another approval matrix for this subject has been published meanwhile.",
    )

    @api.model
    def _get_coded_subjects(self):
        return super()._get_coded_subjects() | {"complaint_remedy"}
