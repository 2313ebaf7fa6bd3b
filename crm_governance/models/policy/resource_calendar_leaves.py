# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Holidays, of which it is recorded which ones there were."""

    _inherit = "resource.calendar.leaves"

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
        if {"calendar_id", "resource_id"} & set(vals):
            self._note_schedules()
        return result

    def unlink(self):
        """Delete them, and have it recorded."""
        self._note_schedules()
        return super().unlink()

    def _note_schedules(self):
        """Have it recorded what schedules say; leaves of one person change none."""
        if shared := self.filtered(lambda leave: not leave.resource_id):
            is_general = any(not leave.calendar_id for leave in shared)
            versions = self.env["governance.schedule.version"]
            versions._note_change(shared.calendar_id, is_general=is_general)
