# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    """Working hours, of which it is recorded what they were."""

    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        """Add them, and have it recorded if something runs on these schedules."""
        records = super().create(vals_list)
        records._note_schedules()
        return records

    def write(self, vals):
        """Change them, and have it recorded, of the schedules before as well."""
        self._note_schedules()
        result = super().write(vals)
        if "calendar_id" in vals:
            self._note_schedules()
        return result

    def unlink(self):
        """Delete them, and have it recorded."""
        self._note_schedules()
        return super().unlink()

    def _note_schedules(self):
        """Have it recorded what the schedules say with which these hours are."""
        if calendars := self.calendar_id:
            self.env["governance.schedule.version"]._note_change(calendars)
