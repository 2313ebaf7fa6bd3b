# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class ResCompany(models.Model):
    """Companies whose working schedule clocks of complaints run on."""

    _inherit = "res.company"

    def write(self, vals):
        """Change companies; another schedule has their clocks counted anew."""
        result = super().write(vals)
        if {"governance_calendar_id", "resource_calendar_id"} & set(vals):
            mine = Domain("company_id", "in", self.ids)
            clocks = self.env["governance.complaint.clock"]
            clocks._mark_stale(mine & Domain("calendar_id", "!=", False))
        return result
