# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
class Original:
    """What came from outside as it came, and when, if we have kept it since.

    For a context: it is compared by what it is, not by its content, and no client can
    send one.
    """

    def __init__(self, content, arrived=None):
        self.content = content
        self.arrived = arrived
