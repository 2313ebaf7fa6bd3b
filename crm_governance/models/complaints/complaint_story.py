# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why clocks of complaints stand as they do: what each event did to each of them.

Nobody writes the reasons down.  They are what differs between the clocks before and
after an event, so they cannot say anything else than the clocks.
"""

from dataclasses import dataclass
from datetime import datetime

from .complaint_clock import RULES, Clock, Event, get_clocks
from .complaint_history import RULINGS, get_history
from .complaint_schedules import get_known_schedules, get_schedule_changes

# What can become of a clock.
#
# * started, restarted (by a reset), continued (the complaint was opened again)
# * paused, resumed; unpaused: it runs on although we wait, as its target says
# * extended, late (an extension after the deadline), short (one that gives no time)
# * target (another one holds), dropped (none does any more), ruled (one does again)
# * schedule (the working schedule was changed, and with it the deadline)
# * breached; met, missed, cancelled
# * counted (it runs already: the event does not start it anew), early (the first
#   response comes first)
CHANGES = (
    *("started", "restarted", "continued", "paused", "resumed", "unpaused"),
    *("extended", "late", "short", "target", "dropped", "ruled", "schedule"),
    *("breached", "met", "missed", "cancelled", "counted", "early"),
)


@dataclass(frozen=True)
class Change:
    """What an event, or time, did to a clock; `clock` is how it stood afterwards."""

    date: datetime
    kind: str
    what: str
    clock: Clock
    event: Event | None = None


def get_changes(events, policies, now, kinds=tuple(RULES)):
    """Return what happened to the clocks until a moment, in order.

    :param events: see `get_clocks`, as all the others
    :return: list of `Change`
    """
    changes, before = [], {}
    for date, event, seen, reigns in _get_steps(events, policies, now):
        # What was due then, not what later schedules made of it.
        after = get_clocks(seen, get_known_schedules(reigns, date), date, kinds)
        passed, done, made = [], [], []
        for kind in after:
            begun = {one.number: one for one in _get_begun(before, kind)}
            for new in _get_begun(after, kind):
                old = begun.get(new.number)
                for moment in _get_new_breaches(old, new):
                    change = Change(moment, kind, "breached", new)
                    (passed if moment < date else made).append(change)
                done += [
                    Change(date, kind, what, new, event)
                    for what in _compare(old, new, event)
                ]
            if event and (what := _get_reason(before, after, kind, event)):
                done.append(Change(date, kind, what, after[kind][-1], event))
        changes += sorted(passed, key=lambda change: change.date) + done + made
        before = after
    return changes


def _get_steps(events, policies, now):
    """Yield each moment at which something changed, with all that was known of it."""
    history = get_history(events, now)
    moments = [(event.date, event.order, event) for event in history]
    ruled = {event.date for event in history if event.kind in RULINGS}
    begun = history[0].date if history else now
    moments += [
        (policy.since, (policy.since, True, float("inf")), None)
        for policy in policies
        if policy.since and begun < policy.since <= now and policy.since not in ruled
    ]
    moments += [
        (changed, (changed, True, float("inf")), None)
        for changed in get_schedule_changes(policies, begun, now)
    ]
    moments.sort(key=lambda moment: moment[1])
    moments.append((now, None, None))
    seen, since = [], None
    for date, _order, event in moments:
        if event:
            seen = [*seen, event]
        if not event or event.kind in RULINGS:
            since = date
        reigns = [
            policy
            for policy in policies
            if policy.since is None or policy.since < date or policy.since == since
        ]
        yield date, event, seen, reigns


def _get_begun(clocks, kind):
    return [clock for clock in clocks.get(kind, ()) if clock.start]


def _get_new_breaches(old, new):
    """Return when a clock breached since it was last looked at."""
    told = {old.breached_on, *old.former_breaches} if old else set()
    moments = [*new.former_breaches, new.breached_on]
    return [moment for moment in moments if moment and moment not in told]


def _compare(old, new, event):
    """Yield what became of a clock."""
    if old is None:
        yield "restarted" if new.started_by.kind == "reset" else "started"
        if new.state == "running":
            return
        yield new.state
        return
    was_dropped = old.state == "cancelled" and old.ended_by is None
    if was_dropped and new.is_live:
        yield "ruled"
        return
    if old.target != new.target:
        yield "target"
    elif event is None and old.is_live and new.is_live and _is_moved(old, new):
        yield "schedule"
    if len(new.extensions) > len(old.extensions):
        length = new.extensions[-1].length
        yield "late" if length is None else "extended" if length else "short"
    if old.state == new.state:
        return
    if new.is_live:
        if not old.is_live:
            yield "continued"
        elif new.state == "paused":
            yield "paused"
        else:
            yield "resumed"
    elif new.state == "cancelled" and new.ended_by is None:
        yield "dropped"
    elif new.state != "cancelled" or new.ended_by.kind != "reset":
        yield new.state


def _is_moved(old, new):
    """Return whether a clock to which nothing happened has another deadline."""
    return old.state == new.state and (
        (old.deadline, old.length) != (new.deadline, new.length)
    )


def _get_reason(before, after, kind, event):
    """Return why an event that could have moved a clock did not."""
    old, new = _get_begun(before, kind), _get_begun(after, kind)
    if event.kind in RULES[kind].starts:
        if not new and RULES[kind].after:
            return "early"
        if old and new and old[-1].is_live and old[-1].start == new[-1].start:
            return "counted"
    if event.kind == "waiting" and new and new[-1].state == "running":
        return None if new[-1].target.is_paused else "unpaused"
    return None
