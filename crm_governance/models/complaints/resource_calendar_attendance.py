# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    """Working hours on which clocks of complaints run."""

    _inherit = "resource.calendar.attendance"

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
        self.calendar_id._recount_clocks()
