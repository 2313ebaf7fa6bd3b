# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

EVENTS = ("held", "released", "destroyed", "disclosed")


class GovernanceAccessEntry(models.Model):
    """What happens to the files of customers, in the access register."""

    _inherit = "governance.access.entry"

    event = fields.Selection(
        selection_add=[
            ("held", "Placed under hold"),
            ("released", "Hold lifted"),
            ("destroyed", "Destroyed"),
            ("disclosed", "Disclosed outside"),
        ],
        # Lines go with the table only.
        ondelete=dict.fromkeys(EVENTS, lambda lines: None),
    )

    @api.model
    def _get_operation_labels(self):
        return {
            **super()._get_operation_labels(),
            "change": self.env._("changing what is preserved"),
            "delete": self.env._("deleting what is preserved"),
            "destroy": self.env._("destroying what is preserved"),
        }
