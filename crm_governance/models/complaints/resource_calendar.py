# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

# What of a working schedule itself moves deadlines; hours and holidays say it of
# themselves.
CLOCK_FIELDS = {"company_id", "flexible_hours", "two_weeks_calendar", "tz"}


class ResourceCalendar(models.Model):
    """Working schedules on which clocks of complaints run."""

    _inherit = "resource.calendar"

    def write(self, vals):
        """Change schedules, and have the clocks that run on them counted anew."""
        result = super().write(vals)
        if CLOCK_FIELDS & set(vals):
            self._recount_clocks()
        return result

    def _recount_clocks(self):
        """Have the clocks counted anew that run on these schedules."""
        if self:
            clocks = self.env["governance.complaint.clock"]
            clocks._mark_stale(Domain("calendar_id", "in", self.ids))
