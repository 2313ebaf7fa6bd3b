# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Working time of a schedule that was changed: each moment by what held then.

No database, as in `working_time.py`.  A change of a schedule holds from its moment on,
so that it moves no deadline that has passed, and brings none into the past:

* until the change the hours of before count, from then on the new ones
* a working day that was over when the schedule changed stays over, and one that had
  work left does not end before the change
* no change of the time zone makes two days of one
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from pytz import timezone, utc

from odoo.tools.date_utils import float_to_time

from .working_time import DAY, WorkingTime

# What is shorter is no work: holidays are usually entered until 23:59:59.
CRUMB = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


class Schedule:
    """What a working schedule says, as plain data, see `read_schedule`.

    :param str zone: the name of its time zone
    :param get_data: function without parameters that returns a dict
        * `hours`: lists of day of the week (0 is Monday), week (0, 1, or None for
          both), from and to, in hours
        * `leaves`: lists of two moments, naive UTC in ISO format
    """

    def __init__(self, zone, get_data):
        self.zone = timezone(zone)
        self._get_data = get_data

    def get_day(self, moment):
        """Return the day of a moment where the schedule is."""
        return utc.localize(moment).astimezone(self.zone).date()

    def get_work(self, first, last):
        """Return the intervals of work from one day until before another one."""
        work = []
        for offset in range((last - first).days):
            day = first + timedelta(days=offset)
            week = (day.toordinal() - 1) // 7 % 2
            for start, end in self._hours.get((day.weekday(), week), ()):
                work += self._cut(self._at(day, start), self._at(day, end))
        return [(begin, stop) for begin, stop in work if stop - begin >= CRUMB]

    @cached_property
    def _hours(self):
        """Return the hours of each day of two weeks, in order."""
        hours = {}
        for weekday, week, start, end in sorted(
            self._get_data()["hours"], key=lambda line: line[2:]
        ):
            for number in (0, 1) if week is None else (week,):
                hours.setdefault((weekday, number), []).append((start, end))
        return hours

    @cached_property
    def _leaves(self):
        """Return the holidays in order, joined where they overlap."""
        leaves = []
        for start, end in sorted(self._get_data()["leaves"]):
            start, end = datetime.fromisoformat(start), datetime.fromisoformat(end)
            if leaves and start <= leaves[-1][1]:
                leaves[-1] = (leaves[-1][0], max(end, leaves[-1][1]))
            else:
                leaves.append((start, end))
        return leaves

    def _at(self, day, hour):
        """Return the moment of an hour of a day; the last microsecond is its end."""
        moment = self.zone.localize(datetime.combine(day, float_to_time(hour)))
        moment = moment.astimezone(utc).replace(tzinfo=None)
        return moment + TICK if float_to_time(hour) == time.max else moment

    def _cut(self, begin, stop):
        """Yield what holidays leave of an interval."""
        place = bisect_right(self._leaves, (begin, datetime.max))
        for start, end in self._leaves[max(place - 1, 0) :]:
            if start >= stop:
                break
            if begin < start:
                yield begin, start
            begin = max(begin, end)
        if begin < stop:
            yield begin, stop


@dataclass(frozen=True)
class Version:
    """What holds from a moment on; None: from the beginning.

    `schedule` has the methods `get_work` and `get_day` of `Schedule`.
    """

    since: datetime | None
    schedule: Any
    label: str = field(default="", compare=False)


class VersionedTime(WorkingTime):
    """Working time, each moment counted by the version that held then.

    :param versions: iterable of `Version`; the first one holds from the beginning, of
        those of one moment the last one holds
    """

    def __init__(self, versions, key=None):
        self.versions = []
        for version in versions:
            while len(self.versions) > 1 and self.versions[-1].since >= version.since:
                self.versions.pop()
            self.versions.append(version)
        self._starts = [version.since for version in self.versions[1:]]
        self._floors = [date.min]
        for version, end in zip(self.versions, self._starts, strict=False):
            day = version.schedule.get_day(end)
            self._floors.append(max(day, self._floors[-1]))
        self._parts, self._left = {}, {}
        # As it was known at some moment it is like itself.
        key = object() if key is None else key
        super().__init__(self._read_versions, self._get_label, key)

    def get_known(self, moment):
        """Return the working time as far as it was known at a moment."""
        count = bisect_right(self._starts, moment) + 1
        if count == len(self.versions):
            return self
        if count not in self._parts:
            self._parts[count] = VersionedTime(self.versions[:count], self.key)
        return self._parts[count]

    def get_changes(self, start, end):
        """Return the moments after `start`, up to `end`, at which it was changed."""
        low = bisect_right(self._starts, start)
        return self._starts[low : bisect_right(self._starts, end)]

    def get_reign(self, moment):
        """Return the version that held at a moment, and until when; None: it holds."""
        place = bisect_right(self._starts, moment)
        end = self._starts[place] if place < len(self._starts) else None
        return self.versions[place], end

    def _get_label(self, moment):
        """Return the day of a moment, never an earlier one than before."""
        place = bisect_right(self._starts, moment)
        day = self.versions[place].schedule.get_day(moment)
        return max(day, self._floors[place])

    def _read_versions(self, first, last):
        """Yield the intervals of work of some days, of each version its own."""
        day = close = None
        for place, version in enumerate(self.versions):
            floor = self._floors[place]
            if floor >= last:
                return
            since, until = self._get_bounds(place)
            for begin, stop in self._read_version(place, first, last):
                begin, stop = max(begin, since), min(stop, until)
                if begin < stop:
                    day, close = max(version.schedule.get_day(begin), floor), stop
                    yield begin, stop
            is_last = place + 1 == len(self.versions)
            if is_last or day != self._floors[place + 1] or close == until:
                continue
            if self._has_work_left(place):
                # In a break: this day does not end before the change.
                close = until
                yield until - TICK, until

    def _get_bounds(self, place):
        """Return from when to when a version holds."""
        since = self._starts[place - 1] if place else datetime.min
        until = self._starts[place] if place < len(self._starts) else datetime.max
        return since, until

    def _read_version(self, place, first, last):
        """Return the intervals of one version on days from `first` to before `last`."""
        schedule = self.versions[place].schedule
        since, until = self._get_bounds(place)
        if place:
            begun = schedule.get_day(since)
            first = begun if first <= self._floors[place] else max(first, begun)
        if until != datetime.max:
            last = min(last, schedule.get_day(until) + DAY)
        return schedule.get_work(first, last) if first < last else []

    def _has_work_left(self, place):
        """Return whether a version had work left on the day on which it ended."""
        if place not in self._left:
            schedule, until = self.versions[place].schedule, self._starts[place]
            day = schedule.get_day(until)
            work = schedule.get_work(day, max(day, self._floors[place]) + DAY)
            self._left[place] = any(stop > until for _begin, stop in work)
        return self._left[place]

    def _get_closes(self):
        """Return when days end: those that were over at a change stay over."""
        over = {}
        for place, moment in enumerate(self._starts):
            day = self._floors[place + 1]
            if self._low <= day < self._high and not self._has_work_left(place):
                over.setdefault(day, []).append(moment)
        closes = {}
        for begin, stop in zip(self._begins, self._stops, strict=True):
            day = self._get_day(begin)
            if day in closes and any(
                closes[day] <= moment <= begin for moment in over.get(day, ())
            ):
                continue
            closes[day] = stop
        return closes


def read_schedule(calendar, attendances, leaves):
    """Return what a working schedule says, as data that `Schedule` takes.

    :param attendances: its hours of work
    :param leaves: the holidays that count
    """
    if calendar.flexible_hours:
        return {"hours": [], "leaves": []}
    in_turn = calendar.two_weeks_calendar
    return {
        "hours": sorted(
            [
                int(line.dayofweek),
                int(line.week_type or 0) if in_turn else None,
                line.hour_from,
                line.hour_to,
            ]
            for line in attendances
        ),
        "leaves": sorted(
            [leave.date_from.isoformat(), leave.date_to.isoformat()] for leave in leaves
        ),
    }


def drop_past(data, moment):
    """Return what a schedule says without the holidays that were over at a moment."""
    leaves = [
        leave for leave in data["leaves"] if datetime.fromisoformat(leave[1]) > moment
    ]
    return {**data, "leaves": leaves}
