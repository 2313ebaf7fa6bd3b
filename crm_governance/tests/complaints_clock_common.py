# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings

from odoo.tests import BaseCase

from odoo.addons.crm_governance.models.complaints.complaint_clock import (
    Event,
    Policy,
    Target,
    get_clocks,
    get_current,
)
from odoo.addons.crm_governance.models.policy.working_time import WorkingTime

# The same examples in each run, so that a failure is the fault of a change.
PROPERTY = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(text):
    """Return a naive UTC datetime."""
    return datetime.fromisoformat(text)


def make_time(*hours, days=range(5), tz="UTC", closed=(), opened=()):
    """Return working time: the same hours on some weekdays, with exceptions.

    :param hours: pairs of whole hours
    :param closed: days without work, as texts
    :param opened: days with work whatever the weekday
    """
    zone = ZoneInfo(tz)

    def to_utc(day, hour):
        local = datetime.combine(day, time()) + timedelta(hours=hour)
        return local.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)

    def is_open(day):
        text = day.isoformat()
        return text in opened or day.weekday() in days and text not in closed

    def read(first, last):
        span = [first + count * DAY for count in range((last - first).days)]
        return [
            (to_utc(day, begin), to_utc(day, stop))
            for day in span
            if is_open(day)
            for begin, stop in hours
        ]

    def get_day(moment):
        return moment.replace(tzinfo=timezone.utc).astimezone(zone).date()

    return WorkingTime(read, get_day)


def tell(*lines):
    """Return events from lines like “2026-03-02 09:00 received”.

    They are numbered as they stand here.
    """
    events = []
    for number, line in enumerate(lines, 1):
        text, *details = line if isinstance(line, tuple) else (line,)
        moment, kind = text.rsplit(" ", 1)
        events.append(Event(kind, at(moment), number, *details))
    return events


class ClockCase(BaseCase):
    """Clocks without a database; office hours are nine to five, Monday to Friday.

    2026-03-02 is a Monday.
    """

    def setUp(self):
        super().setUp()
        self.office = make_time((9, 17))

    def working(self, kind, amount, time=None, **values):
        """Return a target in working hours, of the office if nothing is said."""
        return Target(kind, amount, "working_hours", time or self.office, **values)

    def get_states(self, events, targets, now, since=None):
        """Return the current clocks; `targets` are some, or policies."""
        targets = targets if isinstance(targets, (list, tuple)) else [targets]
        policies = targets
        if not isinstance(targets[0], Policy):
            policies = [Policy(tuple(targets), since)]
        return get_current(get_clocks(events, policies, at(now)))

    def read_one(self, events, target, now):
        """Return the current clock of a target."""
        return self.get_states(events, target, now)[target.kind]

    def assertClock(self, clock, **expected):
        """Assert values of a clock; moments as texts, lengths as hours."""
        found = {}
        for name, value in expected.items():
            actual = getattr(clock, name)
            if isinstance(value, str) and isinstance(actual, datetime):
                value = at(value)
            elif isinstance(actual, timedelta):
                value = timedelta(hours=value)
            found[name] = actual
            expected[name] = value
        self.assertEqual(found, expected)
