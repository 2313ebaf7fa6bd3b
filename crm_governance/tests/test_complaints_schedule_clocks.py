# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Clocks on a working schedule that is changed while they run."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_governance.models.complaints.complaint_clock import (
    Event,
    Policy,
    Target,
    get_clocks,
)
from odoo.addons.crm_governance.models.complaints.complaint_schedules import (
    get_known_schedules,
)
from odoo.addons.crm_governance.models.complaints.complaint_story import get_changes
from odoo.addons.crm_governance.models.policy.working_versions import (
    Version,
    VersionedTime,
)

from .test_policy_working_versions import (
    HISTORIES,
    HOUR,
    PROPERTY,
    at,
    build,
    schedule,
    split,
)

PROPERTY = settings(PROPERTY, max_examples=100)

INSTANT = timedelta(microseconds=1)
KINDS = ("first_response", "next_response", "first_resolution", "total_resolution")
MOVES = [
    *("inbound", "response", "waiting", "waiting", "resumed", "extended", "answered"),
    *("closed", "reopened", "reset"),
]
SEEDS = st.integers(0, 10**9)


def dream(seed, until):
    """Return what may have happened to a complaint from March 2 on, in order."""
    random = Random(seed)
    date, events = at("02 08:00") + random.randrange(64) * HOUR / 4, []
    for number in range(random.randrange(2, 12)):
        kind = random.choice(MOVES) if number else "received"
        details = {}
        if kind == "extended":
            details = {"amount": random.randrange(4), "unit": "working_days"}
            if random.random() < 0.3:
                details = {"until": str(date + random.randrange(99) * HOUR)}
        events.append(Event(kind, date, number, details))
        date += random.choice([0, 1, 2, 8, 30, 100]) * HOUR / 4
    return [event for event in events if event.date <= until]


def rule(time, seed=0):
    """Return a policy on working time."""
    random = Random(seed)
    return [
        Policy(
            tuple(
                Target(
                    kind,
                    random.randrange(1, 9),
                    random.choice(["working_hours", "working_days"]),
                    time,
                    random.random() < 0.7,
                )
                for kind in KINDS
            )
        )
    ]


@tagged("post_install", "-at_install")
class TestScheduleClocks(BaseCase):
    """Whoever changes a schedule changes no past."""

    @PROPERTY
    @given(HISTORIES, SEEDS)
    def test_what_is_over_stays(self, history, seed):
        """A change makes nothing late that was in time, and the other way round."""
        before, after, moment = split(history)
        events = dream(seed, moment)
        old = get_clocks(events, rule(before, seed), moment)
        # Later the customer writes, which ends nothing.
        later = [*events, Event("inbound", moment + HOUR, 99)]
        new = get_clocks(later, rule(after, seed), moment + 2 * HOUR)
        for kind, clocks in old.items():
            for one, other in zip(clocks, new[kind], strict=False):
                if one.ended_on:
                    self.assertEqual(one.state, other.state)
                    self.assertLessEqual(abs(one.elapsed - other.elapsed), INSTANT)
                if one.breached_on and one.breached_on < moment:
                    self.assertEqual(one.breached_on, other.breached_on)
                elif other.breached_on:
                    self.assertGreaterEqual(other.breached_on, moment)

    @PROPERTY
    @given(HISTORIES, SEEDS, st.integers(1, 400))
    def test_replay(self, history, seed, quarters):
        """Clocks at a moment before a change are as they were then."""
        before, after, moment = split(history)
        earlier = moment - quarters * HOUR / 4
        events = dream(seed, moment)
        old, new = (
            get_clocks(events, get_known_schedules(rule(time, seed), earlier), earlier)
            for time in (before, after)
        )
        self.assertEqual(old, new)

    @PROPERTY
    @given(HISTORIES, SEEDS)
    def test_story(self, history, seed):
        """What is told of the time before a change stays word for word."""
        before, after, moment = split(history)
        events = dream(seed, moment + 100 * HOUR)
        old, new = (
            [
                (change.date, change.kind, change.what, change.clock.deadline)
                for change in get_changes(events, rule(time, seed), now)
                if change.date < moment
            ]
            for time, now in ((before, moment - INSTANT), (after, moment + 90 * HOUR))
        )
        self.assertEqual(old, new)

    @PROPERTY
    @given(HISTORIES, SEEDS, SEEDS)
    def test_everything_is_counted(self, history, seed, other):
        """Used and stood time are all working time since the start."""
        time = build(history)
        now = at("02 08:00") + Random(other).randrange(2000) * HOUR / 4
        for clocks in get_clocks(dream(seed, now), rule(time, seed), now).values():
            for clock in clocks:
                if clock.start and not clock.is_unreachable:
                    self.assertEqual(
                        clock.elapsed + clock.paused + clock.closed,
                        time.elapsed(clock.start, clock.ended_on or now),
                    )

    def test_words(self):
        """The story says when a schedule moved a deadline, and only then."""
        time = VersionedTime(
            [
                Version(None, schedule()),
                Version(at("03 08:00"), schedule(pattern="mornings")),
                Version(at("03 09:00"), schedule(pattern="mornings")),
            ]
        )
        policies = [
            Policy(
                (
                    Target("first_response", 2, "working_hours", time),
                    Target("total_resolution", 16, "working_hours", time),
                    Target("first_resolution", 16, "hours"),
                )
            )
        ]
        events = [Event("received", at("02 09:00"), 1)]
        told = [
            (change.date, change.kind, change.what, change.clock.deadline)
            for change in get_changes(events, policies, at("03 10:00"))
            if change.what != "started"
        ]
        self.assertEqual(
            told,
            [
                (at("02 11:00"), "first_response", "breached", at("02 11:00")),
                (at("03 01:00"), "first_resolution", "breached", at("03 01:00")),
                (at("03 08:00"), "total_resolution", "schedule", at("05 11:00")),
            ],
        )
