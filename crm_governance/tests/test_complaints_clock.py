# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.crm_governance.models.complaints.complaint_clock import (
    Event,
    Policy,
    Target,
    get_clocks,
    get_known,
    get_waiting,
)

from .complaints_clock_common import ClockCase, at, make_time, tell


@tagged("post_install", "-at_install")
class TestComplaintsClock(ClockCase):
    """Golden tables: what each clock shows, worked out by hand."""

    # ------------------------------------------------------------------
    # PAUSES AND WORKING HOURS (the four published cases)
    # ------------------------------------------------------------------

    def test_pause_before_opening(self):
        """Case a: waiting before work begins is not counted."""
        events = tell(
            "2026-03-02 06:00 received",
            "2026-03-02 07:00 waiting",
            "2026-03-02 08:00 resumed",
        )
        clock = self.read_one(
            events, self.working("first_response", 4), "2026-03-02 10:00"
        )
        self.assertClock(
            clock, state="running", deadline="2026-03-02 13:00", elapsed=1, paused=0
        )

    def test_pause_in_hours_of_what_came_before(self):
        """Case b: received before work begins, waited during work."""
        events = tell(
            "2026-03-02 06:00 received",
            "2026-03-02 10:00 waiting",
            "2026-03-02 11:30 resumed",
        )
        clock = self.read_one(
            events, self.working("first_response", 4), "2026-03-02 12:00"
        )
        self.assertClock(
            clock, deadline="2026-03-02 14:30", elapsed=1.5, paused=1.5, remaining=2.5
        )

    def test_pause_beyond_closing(self):
        """Case c: the part of the waiting that lies in working hours counts.

        The published rule ignores it altogether; then waiting over the end of work
        would shorten the time that is left.
        """
        events = tell(
            "2026-03-02 10:00 received",
            "2026-03-02 16:00 waiting",
            "2026-03-02 20:00 resumed",
        )
        clock = self.read_one(
            events, self.working("first_response", 8), "2026-03-02 21:00"
        )
        self.assertClock(
            clock, deadline="2026-03-03 11:00", elapsed=6, paused=1, remaining=2
        )

    def test_pause_from_before_opening(self):
        """Case d: waited from before work begins until it had begun."""
        events = tell(
            "2026-03-02 10:00 received",
            "2026-03-02 20:00 waiting",
            "2026-03-03 11:00 resumed",
        )
        clock = self.read_one(
            events, self.working("first_response", 8), "2026-03-03 11:00"
        )
        self.assertClock(
            clock, deadline="2026-03-03 12:00", elapsed=7, paused=2, remaining=1
        )

    def test_paused_has_no_deadline(self):
        events = tell("2026-03-02 09:00 received", "2026-03-02 10:00 waiting")
        clock = self.read_one(
            events, self.working("first_response", 4), "2026-03-09 10:00"
        )
        self.assertClock(
            clock, state="paused", deadline=None, remaining=3, breached_on=None
        )

    # ------------------------------------------------------------------
    # FIRST AND TOTAL SOLUTION
    # ------------------------------------------------------------------

    def test_first_and_total_solution(self):
        """The first solution ends for ever, the total one counts on."""
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 12:00 answered",
            "2026-03-02 13:00 closed",
            "2026-03-03 13:00 reopened",
            "2026-03-03 16:00 closed",
        )
        targets = [
            Target("first_resolution", 4, "hours"),
            Target("total_resolution", 6, "hours"),
        ]
        for now, first, total, elapsed in (
            ("2026-03-02 11:00", "running", "running", 2),
            ("2026-03-02 12:30", "met", "running", 3.5),
            ("2026-03-03 00:00", "met", "met", 4),
            ("2026-03-03 13:30", "met", "running", 4.5),
            ("2026-03-04 00:00", "met", "missed", 7),
        ):
            with self.subTest(now=now):
                clocks = self.get_states(events, targets, now)
                self.assertClock(clocks["first_resolution"], state=first)
                self.assertClock(
                    clocks["total_resolution"], state=total, elapsed=elapsed
                )
        self.assertClock(
            clocks["total_resolution"],
            closed=24,
            deadline="2026-03-03 15:00",
            breached_on="2026-03-03 15:00",
        )

    # ------------------------------------------------------------------
    # ANOTHER POLICY
    # ------------------------------------------------------------------

    def test_policy_in_mid_flight(self):
        """Another target keeps the start and the waiting."""
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 10:00 waiting",
            "2026-03-02 13:00 resumed",
            "2026-03-02 14:00 reclassified",
        )
        policies = [
            Policy((Target("total_resolution", 24, "hours"),)),
            Policy((Target("total_resolution", 4, "hours"),), at("2026-03-02 14:00")),
        ]
        before = self.get_states(events, policies, "2026-03-02 13:59")[
            "total_resolution"
        ]
        self.assertClock(before, deadline="2026-03-03 12:00", paused=3)
        after = self.get_states(events, policies, "2026-03-02 14:00")[
            "total_resolution"
        ]
        self.assertClock(
            after,
            start="2026-03-02 09:00",
            deadline="2026-03-02 16:00",
            paused=3,
            remaining=2,
        )

    def test_two_calendars(self):
        """Each target runs on its own working hours."""
        shanghai = make_time((9, 12), (13, 18), tz="Asia/Shanghai")
        events = tell("2026-03-02 08:00 received")
        clocks = self.get_states(
            events,
            [
                self.working("first_response", 4),
                self.working("total_resolution", 4, shanghai),
            ],
            "2026-03-02 12:00",
        )
        self.assertClock(
            clocks["first_response"], deadline="2026-03-02 13:00", elapsed=3
        )
        self.assertClock(
            clocks["total_resolution"], deadline="2026-03-03 03:00", elapsed=2
        )

    # ------------------------------------------------------------------
    # WORKING TIME
    # ------------------------------------------------------------------

    def test_working_time(self):
        """Holidays, working Saturdays, lunch, summer time and the end of the day."""
        new_york = make_time((9, 17), tz="America/New_York")
        lunch = make_time((9, 12), (13, 18))
        shifted = make_time((9, 17), closed=["2026-03-06"], opened=["2026-03-07"])
        for start, amount, time, deadline in (
            # It stays at the end of the day.
            ("2026-03-02 09:00", 8, self.office, "2026-03-02 17:00"),
            ("2026-03-06 16:30", 1, self.office, "2026-03-09 09:30"),
            ("2026-03-02 11:00", 2, lunch, "2026-03-02 14:00"),
            ("2026-03-02 12:30", 1, lunch, "2026-03-02 14:00"),
            # Friday is a holiday, Saturday is worked instead.
            ("2026-03-05 16:00", 2, shifted, "2026-03-07 10:00"),
            # The clock is put forward on Sunday, 8 March: nine is 14:00, then 13:00.
            ("2026-03-06 21:00", 2, new_york, "2026-03-09 14:00"),
        ):
            with self.subTest(start=start, amount=amount):
                clock = self.read_one(
                    tell(f"{start} received"),
                    self.working("first_response", amount, time),
                    start,
                )
                self.assertClock(clock, deadline=deadline)

    def test_days(self):
        """Days are of 24 hours; working days end with the work of the last one."""
        for amount, unit, deadline in (
            (2, "days", "2026-03-08 12:00"),
            (2, "working_days", "2026-03-10 17:00"),
            (0, "working_days", "2026-03-06 12:00"),
        ):
            with self.subTest(unit=unit, amount=amount):
                target = Target("first_response", amount, unit, self.office)
                clock = self.read_one(
                    tell("2026-03-06 12:00 received"), target, "2026-03-06 12:00"
                )
                self.assertClock(clock, deadline=deadline)

    def test_waiting_gives_working_days_back_to_the_second(self):
        events = tell(
            "2026-03-06 12:00 received",
            "2026-03-09 10:00 waiting",
            "2026-03-09 11:00 resumed",
        )
        target = Target("first_response", 2, "working_days", self.office)
        clock = self.read_one(events, target, "2026-03-09 12:00")
        self.assertClock(clock, deadline="2026-03-11 10:00", paused=1)

    def test_summer_time_around_the_clock(self):
        """Around the clock an hour is an hour, whatever the clocks on the wall show."""
        events = tell("2026-03-28 12:00 received")
        clock = self.read_one(events, Target("first_response", 24), "2026-03-28 13:00")
        self.assertClock(clock, deadline="2026-03-29 12:00")

    def test_no_working_time(self):
        """Without working time there is no deadline, and no endless search."""
        empty = make_time()
        events = tell("2026-03-02 09:00 received")
        for target in (
            self.working("first_response", 1, empty),
            Target("first_response", 1, "working_days", empty),
        ):
            with self.subTest(target.unit):
                clock = self.read_one(events, target, "2036-03-02 09:00")
                self.assertClock(
                    clock, state="running", deadline=None, is_unreachable=True
                )
                self.assertIsNone(clock.reach(75))

    # ------------------------------------------------------------------
    # WRITTEN DOWN LATER
    # ------------------------------------------------------------------

    def test_late_entry(self):
        """An event counts when it happened, not when it was written down."""
        events = tell("2026-03-02 09:00 received")
        target = Target("first_response", 2, "hours")
        late = Event(
            "response",
            at("2026-03-02 10:00"),
            2,
            recorded_on=at("2026-03-03 08:00"),
        )
        clock = self.read_one([*events, late], target, "2026-03-04 09:00")
        self.assertClock(clock, state="met", ended_on="2026-03-02 10:00", elapsed=1)
        known = get_known([*events, late], at("2026-03-02 12:00"))
        clock = self.read_one(known, target, "2026-03-02 12:00")
        self.assertClock(clock, state="running", breached_on="2026-03-02 11:00")

    # ------------------------------------------------------------------
    # THE ORDER IN WHICH AN EVENT IS LOOKED AT
    # ------------------------------------------------------------------

    def test_order_in_one_moment(self):
        """Of one moment: attach, complete, pause, reset, cancel, by number."""
        target = Target("first_response", 1, "hours")
        for lines, state in (
            # To attach comes first: what is received and answered at once is met.
            (["response", "received"], "met"),
            (["received", "response"], "met"),
            # To complete goes before everything else, in any order.
            (["received", "waiting", "response"], "met"),
            (["received", "response", "waiting"], "met"),
            (["received", "response", "closed"], "met"),
            (["received", "reset", "response"], "met"),
            # What has ended is not reset, and not cancelled.
            (["received", "response", "reset"], "met"),
            (["received", "response", "withdrawn"], "met"),
            (["received", "waiting"], "paused"),
            (["received", "waiting", "resumed"], "running"),
            (["received", "resumed", "waiting"], "paused"),
            (["received", "waiting", "reset"], "paused"),
            (["received", "withdrawn"], "cancelled"),
            (["received", "waiting", "duplicate"], "cancelled"),
            (["received", "closed", "reopened"], "running"),
            (["received", "closed", "waiting", "reopened"], "running"),
        ):
            with self.subTest(lines=lines):
                events = tell(*(f"2026-03-02 09:00 {kind}" for kind in lines))
                clock = self.read_one(events, target, "2026-03-02 09:00")
                self.assertClock(clock, state=state)

    def test_exactly_at_the_deadline(self):
        """Who does something at the very moment of the deadline is in time."""
        target = Target("first_response", 1, "hours")
        for kind, moment, state in (
            ("response", "2026-03-02 10:00:00", "met"),
            ("response", "2026-03-02 10:00:01", "missed"),
            ("waiting", "2026-03-02 10:00:00", "paused"),
        ):
            events = tell("2026-03-02 09:00 received", f"{moment} {kind}")
            clock = self.read_one(events, target, "2026-03-02 12:00")
            is_late = state == "missed"
            self.assertClock(clock, state=state)
            self.assertEqual(bool(clock.breached_on), is_late)

    # ------------------------------------------------------------------
    # MORE TIME
    # ------------------------------------------------------------------

    def test_extension(self):
        """More time is added; a date holds even outside of working time."""
        target = self.working("total_resolution", 4)
        for details, deadline in (
            ({"amount": 2}, "2026-03-02 15:00"),
            ({"amount": 1, "unit": "working_days"}, "2026-03-03 17:00"),
            ({"amount": 2, "unit": "days"}, "2026-03-04 13:00"),
            ({"until": "2026-03-03 20:00:00"}, "2026-03-03 20:00"),
            ({"until": "2026-03-02 12:00:00"}, "2026-03-02 13:00"),
            ({"amount": 2, "kinds": ["first_resolution"]}, "2026-03-02 13:00"),
        ):
            with self.subTest(details=details):
                events = tell(
                    "2026-03-02 09:00 received", ("2026-03-02 10:00 extended", details)
                )
                clock = self.read_one(events, target, "2026-03-02 11:00")
                self.assertClock(clock, deadline=deadline, elapsed=2)

    def test_extension_at_the_deadline(self):
        """The last moment is in time, the next one is not."""
        target = Target("total_resolution", 1, "hours")
        for moment, deadline in (
            ("2026-03-02 10:00:00", "2026-03-02 12:00"),
            ("2026-03-02 10:00:01", "2026-03-02 10:00"),
        ):
            events = tell(
                "2026-03-02 09:00 received", (f"{moment} extended", {"amount": 2})
            )
            clock = self.read_one(events, target, "2026-03-02 11:00")
            self.assertClock(clock, deadline=deadline)

    def test_extension_while_waiting(self):
        """What is promised while we wait moves on with the waiting that follows."""
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 10:00 waiting",
            ("2026-03-02 11:00 extended", {"until": "2026-03-03 09:00:00"}),
            "2026-03-02 13:00 resumed",
        )
        target = Target("total_resolution", 4, "hours")
        paused = self.read_one(events, target, "2026-03-02 12:00")
        self.assertClock(paused, deadline=None, remaining=22)
        clock = self.read_one(events, target, "2026-03-02 14:00")
        self.assertClock(clock, deadline="2026-03-03 11:00")

    # ------------------------------------------------------------------
    # WHAT ELSE CAN HAPPEN
    # ------------------------------------------------------------------

    def test_reset(self):
        """A reset begins anew; the former run stays on record."""
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 12:00 waiting",
            "2026-03-02 13:00 reset",
            "2026-03-02 14:00 resumed",
        )
        rounds = get_clocks(
            events,
            [Policy((Target("reaction", 1), Target("first_response", 2)))],
            at("2026-03-02 15:00"),
        )["first_response"]
        self.assertEqual([clock.state for clock in rounds], ["missed", "running"])
        self.assertClock(
            rounds[-1], start="2026-03-02 13:00", deadline="2026-03-02 16:00", paused=1
        )

    def test_paused_when_a_shorter_target_comes(self):
        """Who waits does not breach: the time is over as soon as the clock runs."""
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 12:00 waiting",
            "2026-03-02 13:00 reclassified",
            "2026-03-02 15:00 resumed",
        )
        policies = [
            Policy((Target("first_response", 24),)),
            Policy((Target("first_response", 1),), at("2026-03-02 13:00")),
        ]
        clock = self.get_states(events, policies, "2026-03-02 14:00")["first_response"]
        self.assertClock(
            clock, state="paused", deadline=None, breached_on=None, remaining=-2
        )
        clock = self.get_states(events, policies, "2026-03-02 16:00")["first_response"]
        self.assertClock(
            clock, deadline="2026-03-02 10:00", breached_on="2026-03-02 15:00"
        )

    def test_longer_target_after_a_breach(self):
        """The breach of a target that holds no longer is remembered."""
        events = tell("2026-03-02 09:00 received", "2026-03-02 13:00 reclassified")
        policies = [
            Policy((Target("first_response", 2),)),
            Policy((Target("first_response", 24),), at("2026-03-02 13:00")),
        ]
        clock = self.get_states(events, policies, "2026-03-02 14:00")["first_response"]
        self.assertClock(clock, breached_on=None, deadline="2026-03-03 09:00")
        self.assertEqual(clock.former_breaches, (at("2026-03-02 11:00"),))

    def test_ended_clocks_are_not_judged_again(self):
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 11:00 response",
            "2026-03-02 12:00 reclassified",
        )
        policies = [
            Policy((Target("first_response", 4),)),
            Policy((Target("first_response", 1),), at("2026-03-02 12:00")),
        ]
        clock = self.get_states(events, policies, "2026-03-03 12:00")["first_response"]
        self.assertClock(clock, state="met", breached_on=None)

    def test_message_to_a_closed_complaint(self):
        """It is waited for from the reopening on, unless it was answered before."""
        target = Target("next_response", 1)
        lines = [
            "2026-03-02 09:00 received",
            "2026-03-02 10:00 answered",
            "2026-03-02 11:00 closed",
            "2026-03-02 12:00 inbound",
        ]
        events = tell(*lines, "2026-03-02 15:00 reopened")
        self.assertClock(
            self.read_one(events, target, "2026-03-02 15:30"),
            state="running",
            start="2026-03-02 15:00",
        )
        events = tell(*lines, "2026-03-02 13:00 response", "2026-03-02 15:00 reopened")
        clock = self.read_one(events, target, "2026-03-02 15:30")
        self.assertClock(clock, state="idle")

    def test_only_once(self):
        """What is solved is solved, even if it is received a second time."""
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 10:00 answered",
            "2026-03-02 11:00 received",
        )
        target = Target("first_resolution", 4)
        rounds = get_clocks(events, [Policy((target,))], at("2026-03-02 12:00"))
        self.assertEqual(len(rounds["first_resolution"]), 1)

    def test_target_gone_before_it_begins(self):
        """A clock for which nothing held in its time is none."""
        events = tell("2026-03-02 09:00 received", "2026-03-02 12:00 disagreement")
        policies = [
            Policy((Target("reaction", 1),)),
            Policy((), at("2026-03-02 11:00")),
        ]
        self.assertEqual(get_clocks(events, policies, at("2026-03-02 15:00")), {})

    def test_no_waiting_while_closed(self):
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 10:00 closed",
            "2026-03-02 11:00 waiting",
            "2026-03-02 13:00 reopened",
        )
        waiting = get_waiting(events, [], at("2026-03-02 16:00"))
        self.assertClock(waiting, total=0, count=0)

    def test_waiting_budget(self):
        """What lies beyond the budget is seen, with the moment it was used up."""
        events = tell(
            "2026-03-02 09:00 received",
            "2026-03-02 10:00 waiting",
            "2026-03-02 12:00 resumed",
            "2026-03-02 13:00 waiting",
        )
        for hours, count, exceeded in (
            (0, 0, None),
            (3, 0, "2026-03-02 14:00"),
            (5, 0, None),
            (0, 1, "2026-03-02 13:00"),
            (1, 1, "2026-03-02 11:00"),
        ):
            with self.subTest(hours=hours, count=count):
                policies = [Policy(pause_hours=hours, pause_count=count)]
                waiting = get_waiting(events, policies, at("2026-03-02 16:00"))
                self.assertClock(
                    waiting, total=5, longest=3, count=2, exceeded_on=exceeded
                )

    def test_nothing_received(self):
        clocks = get_clocks(
            tell("2026-03-02 10:00 disagreement"),
            [Policy((Target("reaction", 24),))],
            at("2026-03-05 10:00"),
        )
        self.assertEqual([clock.state for clock in clocks["reaction"]], ["idle"])
