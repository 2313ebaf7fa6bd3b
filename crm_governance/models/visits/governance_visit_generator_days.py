# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import datetime, time

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .visit_windows import DAY

# So many days around the month are looked at.
AROUND = 14


class WorkingDays:
    """The days of a month on which a person works, or why there is no telling."""

    def __init__(self, open_days=(), around=(), problem=None):
        """Take the numbers of the open days from 0, those around, or what is wrong."""
        self.open_days = frozenset(open_days)
        self.around = tuple(around)
        self.problem = problem

    @property
    def is_planned(self):
        """Return whether visits can be planned at all."""
        return self.problem is None

    def is_open(self, day):
        """Return whether the person works on a day of the month."""
        return day in self.open_days


class GovernanceVisitGenerator(models.AbstractModel):
    """Working calendars and leaves of people."""

    _inherit = "governance.visit.generator"

    @api.model
    def _get_working_days(self, scope, users):
        """Return {user: working days of the month}.

        They are those of the person's own working schedule, or of the company's,
        without public holidays and without days that the person is away all day.
        """
        resources = self._get_resources(scope, users)
        leaves = self._get_leaves(scope, resources)
        general = scope.company._get_governance_calendar()
        return {
            user.id: self._get_days_of(
                scope,
                resources[user.id].calendar_id[:1] or general,
                leaves[user.id],
            )
            for user in users
        }

    @api.model
    def _get_resources(self, scope, users):
        """Return {user: resources}, those of the company first."""
        found = (
            self.env["resource.resource"]
            .sudo()
            .search(
                Domain("user_id", "in", users.ids)
                & Domain("company_id", "in", [False, scope.company.id]),
                order="company_id, id",
            )
        )
        resources = defaultdict(found.browse)
        for resource in found:
            resources[resource.user_id.id] |= resource
        return resources

    @api.model
    def _get_leaves(self, scope, resources):
        """Return {user: [(begin, end)]} of who is away in the month, in UTC."""
        ids = [resource.id for found in resources.values() for resource in found]
        low = datetime.combine(scope.month - (AROUND + 1) * DAY, time.min)
        high = datetime.combine(scope.end + (AROUND + 1) * DAY, time.min)
        found = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                Domain("resource_id", "in", ids)
                & Domain("time_type", "=", "leave")
                & Domain("date_from", "<", high)
                & Domain("date_to", ">", low),
                order="date_from, id",
            )
        )
        leaves = defaultdict(list)
        for leave in found:
            user = leave.resource_id.user_id.id
            leaves[user].append((leave.date_from, leave.date_to))
        return leaves

    @api.model
    def _get_days_of(self, scope, calendar, leaves):
        if calendar.id not in scope.calendars:
            scope.calendars[calendar.id] = self._read_calendar(scope, calendar)
        hours = scope.calendars[calendar.id]
        if isinstance(hours, str):
            return WorkingDays(problem=hours)
        found = [
            day
            for day, (begin, close) in hours.items()
            if not self._is_away(begin, close, leaves)
        ]
        return WorkingDays(
            [day for day in found if 0 <= day < scope.days],
            [day for day in found if not 0 <= day < scope.days],
        )

    @api.model
    def _read_calendar(self, scope, calendar):
        """Return {open day: (begin, close)} in UTC, or what is wrong.

        The days of the month and some around it, counted from its first one.
        """
        try:
            days = self.env["governance.business.time"]._get_open_days(calendar)
        except ValidationError as error:
            return str(error)
        hours = {}
        for number in range(-AROUND, scope.days + AROUND):
            day = scope.get_date(number)
            if days.is_open(day):
                hours[number] = (days.get_start(day), days.get_close(day))
        return hours

    @api.model
    def _is_away(self, begin, close, leaves):
        """Return whether leaves cover a day from begin to close."""
        for start, end in leaves:
            if start > begin:
                return False
            # The last second of a day is its end.
            begin = max(begin, end)
            if (close - begin).total_seconds() < 60:
                return True
        return False
