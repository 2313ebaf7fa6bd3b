# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

from ..policy.resource_calendar import SAID


class ResourceCalendar(models.Model):
    """Working schedules on which clocks of complaints run."""

    _inherit = "resource.calendar"

    def write(self, vals):
        """Change schedules, and have the clocks that run on them counted anew."""
        result = super().write(vals)
        if SAID & set(vals):
            self._recount_clocks()
        return result

    def unlink(self):
        """Delete schedules; what ran on those of a company runs on others then."""
        # Afterwards nobody knows any more which clocks these were.
        self._recount_clocks()
        return super().unlink()

    def _recount_clocks(self):
        """Have the clocks counted anew that run on these schedules."""
        if self:
            clocks = self.env["governance.complaint.clock"]
            clocks._mark_stale(Domain("calendar_id", "in", self.ids))
