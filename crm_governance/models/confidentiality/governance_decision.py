# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceDecision(models.Model):
    """Whoever reads the register without clearance sees that something was decided."""

    _name = "governance.decision"
    _inherit = ["governance.redacted.mixin", "governance.decision"]

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "company_id",
            "date",
            "event",
            "request_id",
            "request_step_id",
            "res_model",
            "step_name",
            "subject_type",
            "user_id",
        }
