# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

# What of a working schedule itself moves deadlines; hours and holidays say it of
# themselves.
SAID = {"company_id", "flexible_hours", "schedule_type", "two_weeks_calendar", "tz"}


class ResourceCalendar(models.Model):
    """Working schedules, of which it is recorded what they said."""

    _inherit = "resource.calendar"

    def write(self, vals):
        """Change schedules, and have it recorded if something runs on them."""
        result = super().write(vals)
        if SAID & set(vals):
            self.env["governance.schedule.version"]._note_change(self)
        return result

    def unlink(self):
        """Delete schedules; companies that had them may run on others then."""
        versions = self.env["governance.schedule.version"]
        choices = self.env["governance.schedule.choice"].sudo()
        having = choices.search(
            Domain("calendar_key", "in", self.ids) & Domain("date_end", "=", False)
        )
        result = super().unlink()
        if having:
            versions._note_change(companies=having.company_id)
        return result

    def _has_holiday(self, leave):
        """Return whether a leave that is nobody's own is a holiday of this schedule."""
        self.ensure_one()
        if leave.calendar_id:
            return leave.calendar_id == self
        return not leave.company_id or leave.company_id == self.company_id
