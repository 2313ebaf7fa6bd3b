# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceFile(models.Model):
    """Callbacks begin when the file of a customer is opened (B-64 … B-72)."""

    _name = "governance.file"
    _inherit = ["governance.file", "governance.visit.event.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        """Open files, and start the callbacks that follow."""
        files = super().create(vals_list)
        files._follow_event()
        return files

    @api.model
    def _open_for(self, company, partner_ids):
        """Open many files, and start the callbacks that follow."""
        files = super()._open_for(company, partner_ids)
        files._follow_event()
        return files

    def _update_callbacks(self):
        self.env["governance.visit.slot"]._start_after_files(self)
