# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ReportTierList(models.AbstractModel):
    _inherit = "report.crm_governance.report_tier_list"

    @api.model
    def _sees_everything(self):
        """Call the list partial when customers are above the user's clearance."""
        return (
            super()._sees_everything()
            and self.env["governance.confidentiality"]._is_everything_open()
        )
