# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.crm_governance.models.complaints.complaint_clock import (
    Event,
    Policy,
    Target,
    get_clocks,
    get_waiting,
)
from odoo.addons.crm_governance.models.complaints.complaint_history import (
    MOVES as MOVING,
)
from odoo.addons.crm_governance.models.complaints.complaint_history import OVER, RULES
from odoo.addons.crm_governance.models.complaints.complaint_story import get_changes
from odoo.addons.crm_governance.models.complaints.governance_complaint_event import (
    EVENTS,
)

from .complaints_clock_common import PROPERTY, ClockCase, at, make_time

# A Monday, an hour before work.
START = at("2026-03-02 08:00")
# Moments lie on a grid, so that many things happen at the same one.
TICK = timedelta(minutes=15)
TICKS = 5 * 96
# Many steps are short, some last until the next day.
GAPS = [0, 0, 1, 1, 2, 4, 8, 16, 64]
MOVES = [
    *("inbound", "inbound", "response", "waiting", "waiting", "waiting", "resumed"),
    *("resumed", "answered", "closed", "closed", "reopened", "reopened", "reset"),
    *("disagreement", "reaction", "acknowledged", "withdrawn", "rejected"),
]
UNITS = ["hours", "days", "working_hours", "working_days"]
TIMES = [
    make_time((9, 17)),
    make_time((8, 12), (13, 18), days=range(6), closed=["2026-03-04"]),
    make_time((0, 24), days=range(7)),
]
INSTANT = timedelta(microseconds=1)
CUSTOMERS_WORD = ("inbound", "confirmed", "rejected")
# What the states of the counter are called.
STATES = {
    "none": ["idle"],
    "live": ["running", "paused"],
    "met": ["met"],
    "done": ["met"],
    "over": ["cancelled"],
    "cancelled": ["cancelled"],
}


class Dream:
    """A story of a complaint, its policies and a moment, all by chance of a seed.

    Examples that are drawn one by one lean to zeros, with which clocks do not run.
    """

    def __init__(self, seed):
        self.random = Random(seed)
        self.seed = seed
        self.events = self.tell()
        self.policies = [Policy(self.make_targets())]
        self.now = self.get_moment()

    def __repr__(self):
        return f"Dream({self.seed})"

    def get_moment(self):
        """Return a moment, mostly not long after the last event."""
        last = (self.events[-1].date - START) // TICK
        return START + TICK * self.random.choice(
            [self.random.randint(0, TICKS), last + self.random.choice(GAPS)]
        )

    def tell(self):
        """Return events; their numbers are in no order."""
        events, tick = [Event("received", START, 50)], 0
        for number in self.random.sample(range(100, 200), self.random.randint(1, 14)):
            tick += self.random.choice(GAPS)
            kind, details = self.random.choice(MOVES), {}
            if self.random.random() < 0.1:
                kind, details = "extended", self.make_extension()
            events.append(Event(kind, START + tick * TICK, number, details))
        return events

    def make_extension(self):
        """Return the details of an extension."""
        if self.random.random() < 0.5:
            return {"until": str(START + TICK * self.random.randint(0, TICKS))}
        unit = self.random.choice(["hours", "working_hours", "working_days"])
        return {"amount": self.random.randint(1, 5), "unit": unit}

    def make_targets(self):
        """Return a target of each kind."""
        return tuple(self.make_target(kind, UNITS) for kind in RULES)

    def make_target(self, kind, units):
        """Return a target, mostly a short one; days are whole."""
        unit = self.random.choice(units)
        most = 3 if unit.endswith("days") else self.random.choice([4, 16, 64])
        amount = self.random.randint(0, most)
        if unit.endswith("hours"):
            amount /= 4
        is_paused = self.random.random() < 0.8
        return Target(kind, amount, unit, self.random.choice(TIMES), is_paused)

    def change_policies(self):
        """Let other policies hold later, or none."""
        for _count in range(self.random.randint(0, 2)):
            since = START + TICK * self.random.randint(0, TICKS // 2)
            targets = self.make_targets() if self.random.random() < 0.8 else ()
            self.policies.append(Policy(targets, since))
        return self


SEEDS = st.integers(0, 2**32)
DREAMS = st.builds(Dream, SEEDS)
CHANGING_DREAMS = st.builds(lambda seed: Dream(seed).change_policies(), SEEDS)


def each(clocks):
    """Return all clocks that have begun."""
    return [clock for rounds in clocks.values() for clock in rounds if clock.start]


class Counter:
    """A clock for targets in hours, as simple as can be: moved on tick by tick.

    `state`: none, live, met, cancelled; over and done are ends of the complaint, until
    it is opened again.
    """

    def __init__(self, target):
        self.target = target
        self.rule = RULES[target.kind]
        self.length = timedelta(hours=target.amount)
        self.state, self.used, self.missed = "none", timedelta(), None
        # How much time was used, and when it was over, of each round.
        self.rounds = []
        self.is_waiting = self.is_over = self.is_answered = self.has_mail = False

    def run(self, events, now):
        """Count until a moment."""
        moment = START
        while moment <= now:
            for event in sorted(events, key=lambda event: event.order):
                if event.date == moment:
                    self.move(event.kind)
                    self.look_around(event.kind)
            if moment < now and self.state == "live":
                self.count(moment)
            moment += TICK
        self.note_round()
        return self

    def note_round(self):
        """Note how the present round stands, if there is any."""
        if self.state != "none":
            self.rounds.append((self.used, self.missed))

    def count(self, moment):
        """Let a tick go by."""
        if self.is_waiting and self.target.is_paused:
            return
        time, left = self.target.measure, self.length - self.used
        done = time.elapsed(moment, moment + TICK)
        if left >= timedelta() and not self.missed:
            if not left:
                self.missed = moment
            elif left < done:
                self.missed = time.add(moment, left)
        self.used += done

    def move(self, kind):
        """Let an event start, end or reset the clock."""
        rule, state = self.rule, self.state
        again = rule.is_repeated and state in ("met", "cancelled")
        is_free = state == "none" or again
        if is_free and kind in rule.starts and (self.is_answered or not rule.after):
            if self.is_over:
                self.has_mail = True
            else:
                self.start()
        elif is_free and kind == "reopened" and self.is_over and self.has_mail:
            self.start()
        elif state in ("live", "over", "done") and kind in rule.stops:
            self.state = "met"
        elif state == "live" and kind == "reset":
            self.start()
        elif state == "live" and kind in OVER:
            self.state = "done" if kind in rule.rests_on else "over"
            if rule.is_forgotten:
                self.state = "cancelled"
        elif state in ("over", "done") and kind == "reopened":
            self.state = "live"

    def start(self):
        """Begin to count."""
        self.note_round()
        self.state, self.used, self.missed = "live", timedelta(), None

    def look_around(self, kind):
        """Note what else an event means."""
        if kind in ("response", "answered", "reopened"):
            self.has_mail = False
        self.is_answered = self.is_answered or kind in self.rule.after
        if kind == "waiting" and not self.is_over:
            self.is_waiting = True
        elif kind in OVER or kind in CUSTOMERS_WORD or kind in ("resumed", "reopened"):
            self.is_waiting = False
        self.is_over = kind in OVER or self.is_over and kind != "reopened"


@tagged("post_install", "-at_install")
class TestComplaintsClockProperties(ClockCase):
    """What holds for clocks whatever happens to a complaint."""

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_storage_order(self, dream):
        """Events and policies may be stored in any order."""
        events = sorted(dream.events, key=lambda event: event.id)
        self.assertEqual(
            get_clocks(events, reversed(dream.policies), dream.now),
            get_clocks(dream.events, dream.policies, dream.now),
        )

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_future_never_changes_the_past(self, dream):
        """A moment looks the same whatever happens afterwards."""
        now = min(dream.now, dream.get_moment())
        known = [event for event in dream.events if event.date <= now]
        held = [one for one in dream.policies if not one.since or one.since <= now]
        self.assertEqual(
            get_clocks(dream.events, dream.policies, now), get_clocks(known, held, now)
        )

    @PROPERTY
    @given(DREAMS)
    def test_pause_never_shortens(self, dream):
        """Without the waiting no deadline is later and no more time has gone by."""
        plain = [
            event for event in dream.events if event.kind not in ("waiting", "resumed")
        ]
        with_pauses = get_clocks(dream.events, dream.policies, dream.now)
        without = get_clocks(plain, dream.policies, dream.now)
        for paused, clock in zip(each(with_pauses), each(without), strict=True):
            self.assertEqual(paused.start, clock.start)
            if paused.deadline and clock.deadline:
                self.assertGreaterEqual(paused.deadline, clock.deadline)
            self.assertLessEqual(paused.elapsed, clock.elapsed)

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_paused_never_breaches(self, dream):
        """No breach lies in the waiting, whatever the policies were."""
        for clock in each(get_clocks(dream.events, dream.policies, dream.now)):
            for low, high in clock.pauses:
                if clock.breached_on:
                    is_before = clock.breached_on < low
                    self.assertTrue(is_before or high and clock.breached_on >= high)
            if clock.state == "paused" and clock.deadline:
                self.assertLess(clock.deadline, clock.pauses[-1][0])

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_all_time_is_accounted_for(self, dream):
        """Elapsed, paused and closed are the working time, no more than all time."""
        for clock in each(get_clocks(dream.events, dream.policies, dream.now)):
            until = clock.ended_on or dream.now
            self.assertEqual(
                clock.elapsed + clock.paused + clock.closed,
                clock.target.measure.elapsed(clock.start, until),
            )
            self.assertEqual(clock.elapsed + clock.remaining, clock.length)
            self.assertLessEqual(clock.elapsed, clock.age)
            self.assertEqual(clock.age, until - clock.start)

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_rounds_follow_each_other(self, dream):
        """Each begins when the one before has ended; only the last one goes on."""
        for rounds in get_clocks(dream.events, dream.policies, dream.now).values():
            begun = [clock for clock in rounds if clock.start]
            numbers = [clock.number for clock in begun]
            self.assertEqual(numbers, sorted(set(numbers)))
            for former, later in zip(begun, begun[1:], strict=False):
                self.assertFalse(former.is_live)
                self.assertLessEqual(former.ended_on, later.start)

    @PROPERTY
    @given(DREAMS)
    def test_numbers_are_those_of_the_story(self, dream):
        """Which round it is does not depend on the targets, nor on later events."""
        targets = tuple(dream.make_target(kind, UNITS) for kind in RULES)
        later = [*dream.policies, Policy(targets, dream.get_moment())]
        first, second = (
            {
                (clock.kind, clock.number): clock.started_by
                for clock in each(get_clocks(dream.events, policies, dream.now))
            }
            for policies in (dream.policies, later)
        )
        self.assertEqual(first, second)

    @PROPERTY
    @given(DREAMS)
    def test_what_moves_no_clock(self, dream):
        """Without the events that move nothing all clocks are the same."""
        others = [kind for kind, _label in EVENTS if kind not in MOVING]
        more = [
            Event(dream.random.choice(others), dream.get_moment(), number)
            for number in range(900, 906)
        ]
        self.assertEqual(
            get_clocks([*dream.events, *more], dream.policies, dream.now),
            get_clocks(dream.events, dream.policies, dream.now),
        )

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_splitting_a_pause(self, dream):
        """Taking a complaint up and waiting again at once changes nothing."""
        expected = get_clocks(dream.events, dream.policies, dream.now)
        waiting = get_waiting(dream.events, dream.policies, dream.now)
        more = list(dream.events)
        for start, end in waiting.pauses:
            moment = start.date + TICK / 2
            if start.date < moment < (end.date if end else dream.now):
                more.append(Event("resumed", moment, 98))
                more.append(Event("waiting", moment, 99))
        self.assertEqual(get_clocks(more, dream.policies, dream.now), expected)
        self.assertEqual(
            get_waiting(more, dream.policies, dream.now).total, waiting.total
        )

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_breach_has_its_moment(self, dream):
        """At the moment of the breach all is well, an instant later it is not."""
        clocks = get_clocks(dream.events, dream.policies, dream.now)
        for kind, rounds in clocks.items():
            for number, clock in enumerate(rounds):
                if not (moment := clock.breached_on):
                    continue
                before, after = (
                    get_clocks(dream.events, dream.policies, when)[kind][number]
                    for when in (moment, moment + INSTANT)
                )
                self.assertIsNone(before.breached_on)
                self.assertEqual(after.breached_on, moment)

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_shares_come_in_order(self, dream):
        """Each share is reached after the smaller ones, 100 at the deadline."""
        for clock in each(get_clocks(dream.events, dream.policies, dream.now)):
            moments = [clock.reach(share) for share in (0, 50, 75, 100, 150, 200)]
            known = [moment for moment in moments if moment]
            self.assertEqual(known, sorted(known))
            # What is not reached, or not known, is followed by nothing else.
            self.assertEqual(moments[: len(known)], known)
            if clock.breached_on:
                self.assertEqual(moments[3], clock.breached_on)
            elif clock.state == "running" and clock.since is None:
                self.assertEqual(moments[3], clock.deadline)

    @settings(PROPERTY, max_examples=600)
    @given(DREAMS, st.sampled_from(list(RULES)))
    def test_like_a_counter(self, dream, kind):
        """It agrees with a counter that is moved on step by step."""
        events = [event for event in dream.events if event.kind != "extended"]
        target = dream.make_target(kind, ["hours", "working_hours"])
        clocks = get_clocks(events, [Policy((target,))], dream.now)[kind]
        clock = clocks[-1]
        counter = Counter(target).run(events, dream.now)
        self.assertEqual(
            [(one.elapsed, one.breached_on) for one in clocks if one.start],
            counter.rounds,
        )
        self.assertEqual(clock.breached_on, counter.missed)
        self.assertEqual(clock.elapsed, counter.used)
        if counter.missed and counter.state not in ("none", "live"):
            self.assertEqual(clock.state, "missed")
        else:
            self.assertIn(clock.state, STATES[counter.state])

    @PROPERTY
    @given(CHANGING_DREAMS)
    def test_story_ends_where_the_clocks_stand(self, dream):
        """The last change of each clock shows it as it is; each breach is told."""
        changes = get_changes(dream.events, dream.policies, dream.now)
        dates = [change.date for change in changes]
        self.assertEqual(dates, sorted(dates))
        clocks = get_clocks(dream.events, dream.policies, dream.now)
        for clock in each(clocks):
            mine = [
                change
                for change in changes
                if change.kind == clock.kind
                and change.clock.started_by == clock.started_by
            ]
            self.assertIn(mine[0].what, ("started", "restarted", "target"))
            self.assertEqual(mine[-1].clock.breached_on, clock.breached_on)
            told = [change.date for change in mine if change.what == "breached"]
            self.assertEqual(len(told), len(set(told)))
            self.assertLessEqual(
                {*filter(None, [clock.breached_on]), *clock.former_breaches}, set(told)
            )
