# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class GovernanceFiledMixin(models.AbstractModel):
    """A live loan opens a sealed electronic volume to read (C-16)."""

    _inherit = "governance.filed.mixin"

    @api.model
    def _get_sealed_reader_domain(self):
        lines = self.env["governance.loan.line"]
        return super()._get_sealed_reader_domain() | Domain(
            "loan_line_ids", "any!", lines._get_reading_domain(self.env.user)
        )
