# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the time of one clock is used up: stretches that count, and extensions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..policy.working_time import NoWorkingTime

ZERO = timedelta()


class AroundTheClock:
    """Time that always counts, with the methods of `WorkingTime`."""

    def add(self, start, length):
        """Return the moment that lies a length of time after another one."""
        return start + length

    def elapsed(self, start, end):
        """Return the time between two moments; zero when `end` is not the later one."""
        return max(end - start, ZERO)

    def add_days(self, start, count):
        """Return the moment so many days of 24 hours later."""
        return start + timedelta(days=count)


ALWAYS = AroundTheClock()


@dataclass(frozen=True)
class Extension:
    """More time that was granted: `length` of it, and not less than up to `floor`.

    `length` is None when it came after the deadline and changes nothing.
    """

    event: Any
    length: timedelta | None
    floor: datetime | None = None


@dataclass(frozen=True)
class Course:
    """The stretches in which the time of a clock runs, and when it is used up.

    `stretches` are pairs of moments; the end of the last one is None while it runs.
    """

    time: Any = field(repr=False)
    base: timedelta
    stretches: tuple
    extensions: tuple[Extension, ...]
    deadline: datetime | None
    is_unreachable: bool = False

    @classmethod
    def plan(cls, target, start, stretches, events):
        """Return the course of a target through stretches.

        :param events: the extensions, as events in order, none after the present
        """
        time, stretches, granted = target.measure, tuple(stretches), []

        def grant(event, at, left):
            granted.append(_get_extension(target, event, time.add(at, left)))
            return granted[-1]

        try:
            base = target.get_length(start)
            deadline = _walk(time, base, stretches, events, grant)
        except (NoWorkingTime, OverflowError):
            return cls(time, ZERO, stretches, (), None, True)
        late = [Extension(event, None) for event in events[len(granted) :]]
        return cls(time, base, stretches, (*granted, *late), deadline)

    @property
    def length(self):
        """How much time there is in all."""
        return sum((each.length for each in self.extensions if each.length), self.base)

    def get_elapsed(self, until):
        """Return how much time ran until a moment."""
        return sum(
            (
                self.time.elapsed(low, until if high is None else min(high, until))
                for low, high in self.stretches
            ),
            ZERO,
        )

    def get_running(self, moment):
        """Return the first moment from this one on at which time runs, if it does."""
        for low, high in self.stretches:
            if high is None or moment < high:
                return max(moment, low)
        return None

    def reach(self, share):
        """Return when a share of the time, in percent, is used up; None: unknown."""
        if share == 100 or self.is_unreachable:
            return self.deadline
        scale = share / 100
        granted = {
            each.event: Extension(
                each.event, each.length * scale, each.floor if scale > 1 else None
            )
            for each in self.extensions
            if each.length is not None
        }
        try:
            return _walk(
                self.time,
                self.base * scale,
                self.stretches,
                list(granted),
                lambda event, _at, _left: granted[event],
            )
        except (NoWorkingTime, OverflowError):
            return None


def _walk(time, left, stretches, events, grant):
    """Return when the time left is used up; None if it is not, as far as one knows.

    It is used up in a stretch if the stretch goes on afterwards: who stops at the very
    moment of the deadline is in time.

    :param events: what extends the time, in order
    :param grant: function of an event, a moment and the time left then, which returns
        an `Extension`
    """
    events, floor = list(events), datetime.min
    for low, high in stretches:
        while events and (high is None or events[0].date < high):
            if events[0].date > low:
                if (moment := max(time.add(low, left), floor)) < events[0].date:
                    return moment
                left -= time.elapsed(low, events[0].date)
                low = events[0].date
            more = grant(events[0], events[0].date, left)
            left, floor = left + more.length, max(floor, more.floor or floor)
            del events[0]
        moment = max(time.add(low, left), floor)
        if high is None or moment < high:
            return moment
        left -= time.elapsed(low, high)
    for event in events:
        left += grant(event, event.date, left).length
    return None


def _get_extension(target, event, deadline):
    """Return what an event grants to a target that would end at a moment."""
    time, details = target.measure, event.details
    if until := details.get("until"):
        if not isinstance(until, datetime):
            until = datetime.fromisoformat(str(until))
        if until <= deadline:
            return Extension(event, ZERO)
        return Extension(event, time.elapsed(deadline, until), until)
    amount = max(details.get("amount") or 0, 0)
    unit = details.get("unit") or target.unit
    if unit == "working_days":
        later = (target.time or ALWAYS).add_days(deadline, amount)
    elif unit == "working_hours":
        later = (target.time or ALWAYS).add(deadline, timedelta(hours=amount))
    else:
        later = deadline + timedelta(**{unit: amount})
    return Extension(event, time.elapsed(deadline, later), later if amount else None)


# ----------------------------------------------------------------------
# INTERVALS
# ----------------------------------------------------------------------


def unite(intervals, start, until):
    """Return intervals as disjoint ones in order, between two moments.

    The end of an interval is None when it goes on after `until`.
    """
    united = []
    for low, high in sorted(intervals, key=lambda pair: pair[0]):
        low, high = max(low, start), None if high is None or high > until else high
        if low > until or high is not None and high <= low:
            continue
        if united and (united[-1][1] is None or low <= united[-1][1]):
            last = united.pop()
            low = last[0]
            high = None if None in (last[1], high) else max(last[1], high)
        united.append((low, high))
    return united


def subtract(start, until, standing):
    """Return the stretches from `start` that lie between intervals.

    The end of the last one is None unless the last interval goes on.
    """
    stretches, low = [], start
    for begin, end in standing:
        if begin > low:
            stretches.append((low, begin))
        if end is None and begin <= until:
            return stretches
        low = end
    return [*stretches, (low, None)]
