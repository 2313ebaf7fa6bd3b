# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import format_list

DAY = timedelta(days=1)
# Units of at most a year; the number of open days is that of the best one of a year.
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class GovernanceVisitPolicy(models.Model):
    """What keeps a visit policy from being published."""

    _inherit = "governance.visit.policy"

    def _get_publish_errors(self):
        errors = super()._get_publish_errors()
        if not self.cadence_ids and not self.callback_ids:
            errors.append(
                self.env._(
                    "There is no line: nobody would ever visit or call. Add a cadence "
                    "or a callback."
                )
            )
        for line in (*self.cadence_ids, *self.callback_ids):
            errors += line._get_errors()
        return [
            *errors,
            *self._get_tier_errors(),
            *self._get_duplicate_errors(),
            *self._get_feasibility_errors(),
        ]

    def _get_tier_errors(self):
        """Name the schemes of presets that have to be adopted first."""
        missing = self.env["governance.tier"]
        for line in self.cadence_ids.filtered(lambda line: line.population == "tier"):
            missing |= line._get_company_tiers().filtered("is_preset")
        return [
            self.env._(
                "Lines are for tiers of “%(scheme)s” (%(tiers)s), which your company "
                "has not adopted. Adopt that classification scheme, or choose your own "
                "tiers.",
                scheme=scheme.name,
                tiers=format_list(self.env, tiers.mapped("name")),
            )
            for scheme, tiers in missing.grouped("scheme_id").items()
        ]

    def _get_duplicate_errors(self):
        """Refuse two lines for one customer, role, channel, direction and level.

        Other policies in force count too, but for the version that this one replaces.
        """
        others = self._get_in_force(self.company_id) - self
        others -= others.filtered_domain(self._get_family_domain())
        lines = self.cadence_ids.filtered(lambda line: line.number > 0)
        rivals = others.cadence_ids.filtered(lambda line: line.number > 0)
        errors = []
        for index, line in enumerate(lines):
            for other in (*lines[index + 1 :], *rivals):
                if line._is_same(other):
                    errors.append(line._get_duplicate_error(other))
        return errors

    def _get_feasibility_errors(self):
        """Refuse a schedule without hours, and more than its days can hold."""
        time = self.env["governance.business.time"]
        calendar = self.company_id._get_governance_calendar()
        errors = time._get_calendar_errors(calendar, "working_days")
        if errors:
            return errors
        days = self._get_most_open_days(calendar)
        capacity = self._get_capacity()
        for line in self.cadence_ids:
            errors += line._get_feasibility_errors(days[line.unit], capacity)
        return errors

    def _get_capacity(self):
        """Return how many visits a day holds once this policy is in force."""
        settings = self._get_settings(self.company_id)
        return self.daily_capacity or settings["daily_capacity"]

    def _get_most_open_days(self, calendar):
        """Return {unit: open days} of the period with most of them in the next year."""
        today = self.company_id._get_governance_today()
        start = today.replace(month=1, day=1)
        year = [start + count * DAY for count in range(366)]
        days = self.env["governance.business.time"]._get_open_days(calendar)
        is_open = {day: days.is_open(day) for day in year}
        weeks, months = {}, {}
        for day in filter(is_open.get, year):
            week = day.isocalendar()[:2]
            weeks[week] = weeks.get(week, 0) + 1
            if day.year == start.year:
                months[day.month] = months.get(day.month, 0) + 1
        most = {"day": 1, "week": max(weeks.values(), default=0)}
        most["period445"] = 5 * most["week"]
        for unit, length in MONTHS.items():
            most[unit] = max(
                sum(months.get(month + later, 0) for later in range(length))
                for month in range(1, 13, length)
            )
        return most

    def _get_publish_warnings(self):
        warnings = super()._get_publish_warnings()
        roles = self.cadence_ids.role_id | self.callback_ids.role_id
        for role in roles._get_vacant(self.company_id):
            warnings.append(
                self.env._(
                    "Nobody is “%(role)s” yet, so its visits belong to nobody. Name "
                    "people under Configuration > Visits > Roles.",
                    role=role.name,
                )
            )
        return warnings
