# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clocks of a complaint: a pure function of events, policies and now.

`get_clocks(events, policies, now)` returns, for each kind of target, its clocks in the
order in which they began; the last one is the current one.  Nothing is stored and
nothing is rounded: all moments are naive UTC datetimes, all lengths of time are
timedeltas, so that each reading is a repair and any past instant can be replayed.

What counts
* Events count at their `date`, whenever they were written down, in the order of
  (date, id).  Events after `now` do not exist.
* A clock runs from its start, see `RULES`, and stands still while the complaint waits
  for the customer (targets that pause) or is over.  The customer's word ends the
  waiting, whether somebody takes the complaint up again or not.
* The deadline is the moment at which the running time has used the target up.  It is
  unknown while the clock stands.  What ends later is missed: moments are compared,
  never shares.  A clock that stands never breaches.
* Another policy holds from its `since` on, for the whole clock: same start, same
  pauses.  A clock that has ended is not judged again.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from .complaint_course import ALWAYS, ZERO, Course, Extension, subtract, unite
from .complaint_history import (
    RULES,
    SOLUTIONS,
    Event,
    get_closings,
    get_history,
    get_known,
    get_pauses,
    get_rounds,
)

__all__ = [
    "Clock",
    "Event",
    "Policy",
    "Target",
    "Waiting",
    "get_clocks",
    "get_current",
    "get_known",
    "get_waiting",
]

# States of clocks that have not come to their end.
LIVE = ("running", "paused")


@dataclass(frozen=True)
class Target:
    """Within what time something is done.

    `unit` is one of “hours”, “days” (of 24 hours), “working_hours”, “working_days”.
    `time` measures working time, see `WorkingTime`; around the clock it is not needed.
    `id` is for whoever shows it.
    """

    kind: str
    amount: float
    unit: str = "hours"
    time: Any = None
    is_paused: bool = True
    id: int | None = field(default=None, compare=False)

    @property
    def measure(self):
        """What its time is measured with."""
        return self.time if self.unit.startswith("working_") else ALWAYS

    def get_length(self, start):
        """Return how much time there is for what begins at a moment."""
        if self.unit == "working_days":
            # Time that was waited is given back to the second, not by the day.
            return self.time.elapsed(start, self.time.add_days(start, self.amount))
        if self.unit == "days":
            return timedelta(days=self.amount)
        return timedelta(hours=self.amount)


@dataclass(frozen=True)
class Policy:
    """What holds for a complaint from a moment on; None: from the beginning."""

    targets: tuple[Target, ...] = ()
    since: datetime | None = None
    pause_hours: float = 0
    pause_count: int = 0

    def get_target(self, kind):
        """Return the target of a kind, if there is one."""
        return next((target for target in self.targets if target.kind == kind), None)


@dataclass(frozen=True)
class Clock:
    """One run of a clock, as it stands at a moment.

    * `number`: which run of the clock it is, from 1 on, whatever targets there were
    * `state`: idle (there is a target, nothing has begun), running, paused, met, missed
      or cancelled.  A running or paused clock may have breached already.  A miss stays
      a miss, whatever ends the clock.
    * `start`, `started_by`; `ended_on`, `ended_by`: moments and the events; `ended_by`
      is None when the target was taken away
    * `deadline`: None while it stands, unless it has breached, and when the working
      time never suffices (`is_unreachable`)
    * `elapsed` + `remaining` = `length`, extensions included; `remaining` is negative
      when overdue and zero when overdue outside of working time
    * `paused`, `closed`: what of the working time since the start did not count, for
      either reason; `elapsed` + `paused` + `closed` is all of it
    * `age`: from start to end or now, around the clock
    * `breached_on`: when the deadline passed, or when a new target made it so
    * `former_breaches`: when targets passed that hold no longer
    * `pauses`: (start, end) of the waiting that stopped it; the end of the present
      one is None
    """

    kind: str
    state: str
    target: Target
    number: int = 1
    start: datetime | None = None
    started_by: Event | None = None
    ended_on: datetime | None = None
    ended_by: Event | None = None
    deadline: datetime | None = None
    length: timedelta = ZERO
    elapsed: timedelta = ZERO
    remaining: timedelta = ZERO
    paused: timedelta = ZERO
    closed: timedelta = ZERO
    age: timedelta = ZERO
    breached_on: datetime | None = None
    former_breaches: tuple[datetime, ...] = ()
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    extensions: tuple[Extension, ...] = ()
    is_unreachable: bool = False
    since: datetime | None = field(default=None, repr=False)
    course: Course | None = field(default=None, repr=False, compare=False)

    @property
    def is_live(self):
        """Whether it has begun and not ended."""
        return self.state in LIVE

    def reach(self, share):
        """Return when a share of the time, in percent, has gone by.

        The true moment, in the past or in the future; 100 is the deadline.

        :return: None when it ended before, or stands still, so that nobody knows
        """
        if self.course is None:
            return None
        moment = self.course.reach(share)
        if moment and self.since:
            # It could not be reached before the target held.
            moment = self.course.get_running(max(moment, self.since))
        if moment and self.ended_on and moment >= self.ended_on:
            return None
        return moment


@dataclass(frozen=True)
class Waiting:
    """How long and how often a complaint waited for the customer, around the clock.

    `exceeded_on`: when the budget of the policy was used up, if it is.
    """

    pauses: tuple[tuple[Event, Event | None], ...]
    total: timedelta
    longest: timedelta
    count: int
    exceeded_on: datetime | None

    @property
    def is_exceeded(self):
        """Whether it waited longer or more often than the policy allows."""
        return self.exceeded_on is not None


def get_clocks(events, policies, now, kinds=tuple(RULES)):
    """Return the clocks of a complaint as they stand at a moment.

    :param events: iterable of `Event`, in any order
    :param policies: iterable of `Policy`, in any order; the last one of a moment holds
    :param datetime now: naive UTC
    :return: dict from each kind that has or had a target to a tuple of `Clock`, the
        current one last
    """
    history = get_history(events, now)
    reigns = sorted(
        (policy for policy in policies if policy.since is None or policy.since <= now),
        key=lambda policy: policy.since or datetime.min,
    )
    pauses = [(start.date, end and end.date) for start, end in get_pauses(history)]
    closings = get_closings(history)
    clocks = {}
    for kind in kinds:
        targets = _get_targets(reigns, kind)
        if not any(target for _since, target in targets):
            continue
        found = [
            clock
            for each in get_rounds(kind, history)
            if (
                clock := _judge_round(
                    kind, each, targets, history, pauses, closings, now
                )
            )
        ]
        if not found and targets[-1][1]:
            found = [Clock(kind, "idle", targets[-1][1])]
        if found:
            clocks[kind] = tuple(found)
    return clocks


def get_current(clocks):
    """Return the current clock of each kind of what `get_clocks` returns."""
    return {kind: rounds[-1] for kind, rounds in clocks.items()}


def get_waiting(events, policies, now):
    """Return how a complaint waited for the customer, and whether that was too much.

    The budget is the one of the policy that holds now.
    """
    pauses = tuple(get_pauses(get_history(events, now)))
    reigns = sorted(
        (policy for policy in policies if policy.since is None or policy.since <= now),
        key=lambda policy: policy.since or datetime.min,
    )
    policy = reigns[-1] if reigns else Policy()
    limit = timedelta(hours=policy.pause_hours)
    total = longest = ZERO
    exceeded = []
    for count, (start, end) in enumerate(pauses, 1):
        length = (end.date if end else now) - start.date
        if limit and total + length > limit:
            exceeded.append(start.date + max(limit - total, ZERO))
        if policy.pause_count and count > policy.pause_count:
            exceeded.append(start.date)
        total += length
        longest = max(longest, length)
    return Waiting(pauses, total, longest, len(pauses), min(exceeded, default=None))


def _get_targets(reigns, kind):
    """Return since when which target of a kind holds; None: none does."""
    targets = []
    for policy in reigns:
        target = policy.get_target(kind)
        if targets and targets[-1][0] == policy.since:
            targets.pop()
        if not targets or targets[-1][1] != target:
            targets.append((policy.since, target))
    return targets


# ----------------------------------------------------------------------
# WHAT IT MEANS
# ----------------------------------------------------------------------


def _judge_round(kind, each, targets, history, pauses, closings, now):
    """Return the clock of a run, by the target that holds at its end or now."""
    until = each.end.date if each.end else now
    held = [
        (since, target) for since, target in targets if since is None or since <= until
    ]
    former, judged = [], None
    for number, (since, target) in enumerate(held):
        is_last = number == len(held) - 1
        stop = until if is_last else held[number + 1][0]
        if target is None or stop <= each.start.date and not is_last:
            continue
        judged = _judge(
            kind, each, since, target, history, pauses, closings, stop, is_last
        )
        if not is_last and judged.breached_on and judged.breached_on < stop:
            former.append(judged.breached_on)
    if judged is None:
        return None
    if held[-1][1] is None:
        # The target was taken away: its deadline goes with it.
        gone = held[-1][0]
        judged = replace(
            judged,
            state="cancelled",
            ended_on=gone,
            ended_by=None,
            deadline=None,
            breached_on=None,
        )
    return replace(judged, former_breaches=tuple(former)) if former else judged


def _judge(kind, each, since, target, history, pauses, closings, until, is_last):
    """Return the clock of a run as it stands at a moment, by one target."""
    end = each.end if is_last else None
    start, time = each.start.date, target.measure
    stops = [*closings, *(pauses if target.is_paused else [])]
    standing = unite(stops, start, until)
    if end:
        # What begins at the very end did not stop it.
        standing = [interval for interval in standing if interval[0] < until]
    is_standing = bool(standing) and standing[-1][1] is None
    extensions = [
        event
        for event in history
        if event.kind == "extended"
        and event.concerns(kind, SOLUTIONS)
        and start <= event.date <= until
    ]
    course = Course.plan(target, start, subtract(start, until, standing), extensions)
    elapsed = course.get_elapsed(until)
    stood = _measure(time, standing, until)
    closed = _measure(time, unite(closings, start, until), until)
    deadline = course.deadline
    breached = deadline and course.get_running(max(deadline, since or deadline))
    if breached and breached >= until:
        breached = None
    if end and each.is_reached:
        state = "missed" if breached else "met"
    elif end:
        state = "missed" if breached else "cancelled"
    else:
        state = "paused" if is_standing else "running"
    return Clock(
        kind=kind,
        state=state,
        target=target,
        number=each.number,
        start=start,
        started_by=each.start,
        ended_on=end and end.date,
        ended_by=end,
        deadline=None if is_standing and not breached else deadline,
        length=course.length,
        elapsed=elapsed,
        remaining=course.length - elapsed,
        paused=stood - closed,
        closed=closed,
        age=until - start,
        breached_on=breached,
        pauses=tuple(unite(pauses, start, until)) if target.is_paused else (),
        extensions=course.extensions,
        is_unreachable=course.is_unreachable,
        since=since if since and since > start else None,
        course=course,
    )


def _measure(time, intervals, until):
    """Return how much of a kind of time lies in intervals, until a moment."""
    return sum((time.elapsed(low, high or until) for low, high in intervals), ZERO)
