# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceLoanLine(models.Model):
    _inherit = "governance.loan.line"

    def _claim_volumes(self):
        """Take turns with those who lend, hold and destroy the same volumes."""
        self.sudo().volume_id._claim()
        return super()._claim_volumes()
