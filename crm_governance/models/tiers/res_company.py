# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    governance_cutover_date = fields.Date(
        string="Customer Governance Cut-over",
        help="From this day on turnover is taken from documents in Odoo, before it "
        "from the imported turnover history.",
    )

    def _get_governance_timezone(self):
        """Return the name of the time zone in which the company's days begin."""
        self.ensure_one()
        return self.partner_id.tz or self.resource_calendar_id.tz or "UTC"

    def _get_governance_today(self):
        """Return which day it is where the company works, whoever asks.

        Other rooms call it.
        """
        zone = self.sudo()._get_governance_timezone()
        return fields.Date.context_today(self.with_context(tz=zone))

    def _get_governance_midnight(self, day):
        """Return the moment at which a day begins there, naive UTC.

        Other rooms call it.
        """
        zone = ZoneInfo(self.sudo()._get_governance_timezone())
        start = datetime.combine(day, time.min, zone)
        return start.astimezone(timezone.utc).replace(tzinfo=None)
