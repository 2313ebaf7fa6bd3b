# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceLoanLine(models.Model):
    _inherit = "governance.loan.line"

    def _check_volumes(self):
        """Check what is handed out, in turn with those who destroy it."""
        self.sudo().volume_id._claim()
        return super()._check_volumes()
