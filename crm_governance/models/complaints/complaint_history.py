# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happened to a complaint, and which stretches of clocks that makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# What ends a complaint, until it is opened again.
OVER = frozenset({"closed", "withdrawn", "duplicate"})
# The customer's word: there is nothing to wait for any more.
WAITING_ENDS = OVER | {"resumed", "inbound", "confirmed", "rejected", "reopened"}
# The targets that hold from then on are written down with these: the first one of a
# complaint says what holds from its receipt on, see `_get_clock_policies`.
RULINGS = frozenset({"reclassified", "policy_ended", "policy_resumed"})
# What an extension is about if it does not say so.
SOLUTIONS = ("first_resolution", "total_resolution")


@dataclass(frozen=True)
class Event:
    """Something that happened to a complaint."""

    kind: str
    date: datetime
    id: int = 0
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)
    recorded_on: datetime | None = None

    @property
    def order(self):
        """The key to sort by: whatever happens, the complaint was received before."""
        return self.date, self.kind != "received", self.id

    def concerns(self, kind, default=None):
        """Return whether it is about the clocks of a kind, as its details say.

        :param default: the kinds that it is about when it names none; None: all
        """
        named = self.details.get("kinds") or self.details.get("kind") or default
        return not named or kind in ([named] if isinstance(named, str) else named)


@dataclass(frozen=True)
class Rule:
    """Which events move the clocks of a kind.

    `after`: it starts only when one of these has happened.  `rests_on`: ends of the
    complaint that reach the aim, until it is opened again; the other ends cancel.
    `is_repeated`: another one may start after the end.  `is_forgotten`: the end of the
    complaint ends it for good.
    """

    starts: frozenset
    stops: frozenset
    after: frozenset = frozenset()
    rests_on: frozenset = frozenset()
    is_repeated: bool = False
    is_forgotten: bool = False


ANSWERS = frozenset({"response", "answered"})
RECEIVED = frozenset({"received"})
RULES = {
    "acknowledge": Rule(RECEIVED, ANSWERS | {"acknowledged"}),
    # Only what reaches the customer is a response; notes never are.
    "first_response": Rule(RECEIVED, ANSWERS),
    # Before the first response its own clock runs; a shorter one may not overrule it.
    "next_response": Rule(
        frozenset({"inbound"}),
        ANSWERS,
        after=ANSWERS,
        is_repeated=True,
        is_forgotten=True,
    ),
    # For ever: opening the complaint again does not change when it was first solved.
    "first_resolution": Rule(RECEIVED, frozenset({"answered", "closed"})),
    "total_resolution": Rule(RECEIVED, frozenset(), rests_on=frozenset({"closed"})),
    "reaction": Rule(
        frozenset({"disagreement"}), frozenset({"reaction"}), is_repeated=True
    ),
}


# Events that move a clock of some kind, or what it is judged by.  All others change
# nothing.
MOVES = (
    OVER
    | WAITING_ENDS
    | RULINGS
    | {"waiting", "extended", "reset"}
    | frozenset().union(
        *(rule.starts | rule.stops | rule.after for rule in RULES.values())
    )
)


@dataclass
class Round:
    """From the start of a clock to its end, whatever the target is.

    `number` counts the rounds of a clock from 1 on.
    """

    start: Event
    end: Event | None = None
    is_reached: bool = False
    number: int = 1


def get_known(events, moment):
    """Return the events that were written down by a moment."""
    return [
        event
        for event in events
        if event.recorded_on is None or event.recorded_on <= moment
    ]


def get_history(events, now):
    """Return what happened until now, in order, from the receipt on."""
    history = sorted(
        (event for event in events if event.date <= now), key=lambda event: event.order
    )
    kinds = [event.kind for event in history]
    return history[kinds.index("received") :] if "received" in kinds else []


def get_pauses(history):
    """Return the stretches of waiting for the customer, as pairs of events."""
    pauses, since, is_over = [], None, False
    for event in history:
        if event.kind == "waiting" and not since and not is_over:
            since = event
        elif event.kind in WAITING_ENDS:
            if since:
                pauses.append((since, event))
            since = None
            is_over = event.kind in OVER or is_over and event.kind != "reopened"
    return [*pauses, (since, None)] if since else pauses


def get_closings(history):
    """Return the stretches in which the complaint was over, as pairs of moments."""
    closings, since = [], None
    for event in history:
        if event.kind in OVER and not since:
            since = event.date
        elif event.kind == "reopened" and since:
            closings.append((since, event.date))
            since = None
    return [*closings, (since, None)] if since else closings


def get_rounds(kind, history):
    """Return the runs of a clock.

    For each event: attach if it starts, else end if it stops, begin anew if it resets,
    rest or end if it ends the complaint.
    """
    rule = RULES[kind]
    rounds, current, waiting = [], None, None
    is_open, is_over, is_done = not rule.after, False, False
    for event in history:
        if event.kind in rule.starts and not current and not is_done and is_open:
            if is_over:
                waiting = waiting or event
            else:
                current = Round(event)
                rounds.append(current)
        elif current and event.kind in rule.stops:
            current.end, current.is_reached = event, True
            current, is_done = None, not rule.is_repeated
        elif current and event.kind == "reset" and event.concerns(kind) and not is_over:
            current.end = event
            current = Round(event)
            rounds.append(current)
        elif event.kind in OVER and current and not is_over:
            current.end, current.is_reached = event, event.kind in rule.rests_on
            current = None if rule.is_forgotten else current
        elif event.kind == "reopened" and is_over:
            if current:
                current.end, current.is_reached = None, False
            elif waiting:
                # What the customer wrote meanwhile is waited for from now on.
                current = Round(event)
                rounds.append(current)
            waiting = None
        if event.kind in ANSWERS:
            waiting = None
        is_over = event.kind in OVER or is_over and event.kind != "reopened"
        is_open = is_open or event.kind in rule.after
    for number, each in enumerate(rounds, 1):
        each.number = number
    return rounds
