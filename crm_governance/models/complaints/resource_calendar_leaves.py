# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class ResourceCalendarLeaves(models.Model):
    """Holidays on which clocks of complaints stand still."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        """Add them, and have the clocks that run on these schedules counted anew."""
        records = super().create(vals_list)
        records._recount_clocks()
        return records

    def write(self, vals):
        """Change them, and have the clocks counted anew, those of before as well."""
        self._recount_clocks()
        result = super().write(vals)
        self._recount_clocks()
        return result

    def unlink(self):
        """Delete them, and have the clocks counted anew."""
        self._recount_clocks()
        return super().unlink()

    def _recount_clocks(self):
        """Have clocks counted anew; the leave of one person moves no deadline."""
        shared = self.filtered(lambda leave: not leave.resource_id)
        shared.calendar_id._recount_clocks()
        if general := shared.filtered(lambda leave: not leave.calendar_id):
            calendars = self.env["resource.calendar"].sudo()
            domain = Domain.TRUE
            if all(leave.company_id for leave in general):
                domain = Domain("company_id", "in", [False, *general.company_id.ids])
            calendars.search(domain)._recount_clocks()
