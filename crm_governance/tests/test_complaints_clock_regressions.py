# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What went wrong with such clocks elsewhere, in public: one test for each issue.

The tags are those of the register of issues in the design.  These have none, because
there is nothing of them in a clock:

* I50: further work on the same feature; the issue names no behaviour of its own.
* I55: an audit trail of changes; the register of the confidentiality room.
* I58: a change of another part of a CRM.

Some hold for the clock here and for what is built on it elsewhere: who is told of what
(I51) with the escalations, who may reset a clock and why (I14) with the dialogs, that a
merged complaint leaves the lists (I6) with the desk.
"""

from odoo.tests import tagged

from odoo.addons.crm_governance.models.complaints.complaint_clock import (
    Policy,
    Target,
    get_clocks,
)

from .complaints_clock_common import ClockCase, at, make_time, tell

RECEIVED = "2026-03-02 09:00 received"


@tagged("post_install", "-at_install")
class TestComplaintsClockRegressions(ClockCase):
    """Known mistakes of clocks, none of which is made here."""

    def change(self, events, first, later, since, now):
        """Return the current clock when another target holds from a moment on."""
        policies = [Policy((first,)), Policy((later,), at(since))]
        return self.get_states(events, policies, now)[first.kind]

    def test_i1_new_target_keeps_the_waiting(self):
        """I1: after a change of priority the waiting so far still counts."""
        events = tell(
            RECEIVED,
            "2026-03-02 10:00 waiting",
            "2026-03-02 14:00 resumed",
            "2026-03-02 15:00 reclassified",
        )
        clock = self.change(
            events,
            Target("total_resolution", 24),
            Target("total_resolution", 8),
            "2026-03-02 15:00",
            "2026-03-02 15:00",
        )
        self.assertClock(clock, deadline="2026-03-02 21:00", paused=4, elapsed=2)

    def test_i2_new_target_in_the_middle_of_the_waiting(self):
        """I2: nor is the waiting lost that lasts when the target changes."""
        events = tell(
            RECEIVED,
            "2026-03-02 10:00 waiting",
            "2026-03-02 12:00 reclassified",
            "2026-03-02 14:00 resumed",
        )
        clock = self.change(
            events,
            Target("total_resolution", 24),
            Target("total_resolution", 8),
            "2026-03-02 12:00",
            "2026-03-02 15:00",
        )
        self.assertClock(clock, deadline="2026-03-02 21:00", paused=4)

    def test_i3_no_breach_while_waiting(self):
        """I3: a complaint that waits for the customer is not overdue."""
        events = tell(RECEIVED, "2026-03-02 10:00 waiting")
        clock = self.read_one(events, Target("first_response", 2), "2026-06-02 10:00")
        self.assertClock(clock, state="paused", breached_on=None, remaining=1)
        self.assertIsNone(clock.reach(100))

    def test_i4_next_response_waits_for_the_first(self):
        """I4: a shorter target for further answers does not overrule the first one."""
        targets = [Target("first_response", 8), Target("next_response", 1)]
        events = tell(RECEIVED, "2026-03-02 09:30 inbound")
        clocks = self.get_states(events, targets, "2026-03-02 12:00")
        self.assertClock(clocks["next_response"], state="idle")
        self.assertClock(clocks["first_response"], deadline="2026-03-02 17:00")

    def test_i5_no_target_no_deadline(self):
        """I5: what has lost its target is not overdue any more."""
        policies = [
            Policy((Target("first_response", 2),)),
            Policy((), at("2026-03-03")),
        ]
        clock = self.get_states(tell(RECEIVED), policies, "2026-03-03 09:00")[
            "first_response"
        ]
        self.assertClock(clock, state="cancelled", deadline=None, breached_on=None)
        self.assertEqual(clock.former_breaches, (at("2026-03-02 11:00"),))
        before = self.get_states(tell(RECEIVED), policies, "2026-03-02 12:00")
        self.assertClock(before["first_response"], breached_on="2026-03-02 11:00")

    def test_i6_merged_complaints_have_no_clocks(self):
        """I6: what became part of another complaint is not overdue in the lists."""
        targets = [Target("first_response", 2), Target("total_resolution", 4)]
        events = tell(RECEIVED, "2026-03-02 10:00 duplicate")
        for clock in self.get_states(events, targets, "2026-03-05 10:00").values():
            self.assertClock(clock, state="cancelled", breached_on=None)
            self.assertFalse(clock.is_live)

    def test_i7_nothing_is_due_after_our_answer(self):
        """I7: there is no deadline if we were the last to write."""
        events = tell(
            RECEIVED,
            "2026-03-02 10:00 response",
            "2026-03-02 11:00 inbound",
            "2026-03-02 11:30 response",
        )
        clock = self.read_one(events, Target("next_response", 1), "2026-03-05 11:00")
        self.assertClock(clock, state="met", breached_on=None)

    def test_i8_next_response(self):
        """I8: it runs from the first message without an answer, until the answer."""
        lines = [RECEIVED, "2026-03-02 09:10 response", "2026-03-02 10:00 inbound"]
        target = Target("next_response", 2)
        events = tell(*lines, "2026-03-02 11:00 inbound")
        clock = self.read_one(events, target, "2026-03-02 11:30")
        self.assertClock(clock, start="2026-03-02 10:00", deadline="2026-03-02 12:00")
        events = tell(*lines, "2026-03-02 11:00 closed", "2026-03-02 13:00 reopened")
        clock = self.read_one(events, target, "2026-03-02 13:30")
        self.assertClock(clock, state="cancelled", ended_on="2026-03-02 11:00")

    def test_i9_two_stretches_a_day(self):
        """I9: working hours may have a gap."""
        split = make_time((8, 11), (15, 20))
        clock = self.read_one(
            tell("2026-03-02 10:30 received"),
            self.working("first_response", 1, split),
            "2026-03-02 16:00",
        )
        self.assertClock(clock, deadline="2026-03-02 15:30", elapsed=1.5)

    def test_i10_lunch(self):
        """I10: the lunch break does not count, nor waiting in it."""
        lunch = make_time((9, 12), (13, 17))
        events = tell(RECEIVED, "2026-03-02 12:10 waiting", "2026-03-02 12:50 resumed")
        clock = self.read_one(
            events, self.working("first_response", 4, lunch), "2026-03-02 13:00"
        )
        self.assertClock(clock, deadline="2026-03-02 14:00", elapsed=3, paused=0)

    def test_i11_opened_again(self):
        """I11: opening it again lets the clock go on where it stood."""
        events = tell(RECEIVED, "2026-03-02 10:00 closed", "2026-03-09 10:00 reopened")
        clock = self.read_one(events, Target("total_resolution", 4), "2026-03-09 11:00")
        self.assertClock(
            clock, state="running", elapsed=2, deadline="2026-03-09 13:00", closed=168
        )

    def test_i12_waiting_stops_the_clock(self):
        """I12: waiting works at all, and more than once."""
        events = tell(
            RECEIVED,
            "2026-03-02 10:00 waiting",
            "2026-03-02 11:00 resumed",
            "2026-03-02 12:00 waiting",
            "2026-03-02 14:00 resumed",
        )
        clock = self.read_one(events, Target("first_response", 4), "2026-03-02 15:00")
        self.assertClock(clock, elapsed=3, paused=3, deadline="2026-03-02 16:00")
        self.assertEqual(len(clock.pauses), 2)

    def test_i13_no_reset_by_opening_again(self):
        """I13: closing and opening again gives no time, and undoes no miss."""
        events = tell(
            RECEIVED,
            "2026-03-02 12:00 closed",
            "2026-03-02 12:05 reopened",
            "2026-03-02 12:10 closed",
        )
        clock = self.read_one(events, Target("total_resolution", 2), "2026-03-03 09:00")
        self.assertClock(
            clock,
            state="missed",
            start="2026-03-02 09:00",
            breached_on="2026-03-02 11:00",
        )

    def test_i14_a_reset_is_seen(self):
        """I14: a reset begins another run, and the miss of the former one remains."""
        events = tell(
            RECEIVED, ("2026-03-02 12:00 reset", {"kinds": ["first_response"]})
        )
        targets = (Target("first_response", 2), Target("acknowledge", 8))
        clocks = get_clocks(events, [Policy(targets)], at("2026-03-02 13:00"))
        self.assertEqual(
            [clock.state for clock in clocks["first_response"]], ["missed", "running"]
        )
        self.assertEqual(len(clocks["acknowledge"]), 1)

    def test_i49_only_working_hours(self):
        """I49: Friday half past four and one hour is Monday half past nine."""
        events = tell("2026-03-06 16:30 received")
        clock = self.read_one(
            events, self.working("first_response", 1), "2026-03-09 09:30"
        )
        self.assertClock(
            clock, deadline="2026-03-09 09:30", state="running", breached_on=None
        )

    def test_i51_forgotten_for_hours(self):
        """I51: it is known when twice the time has gone by, long before and after."""
        for now in ("2026-03-02 09:00", "2026-04-02 09:00"):
            clock = self.read_one(tell(RECEIVED), Target("first_response", 2), now)
            self.assertEqual(clock.reach(200), at("2026-03-02 13:00"))

    def test_i52_waiting_for_parts(self):
        """I52: who waits is not overdue, if the target pauses; else the clock runs."""
        events = tell(RECEIVED, "2026-03-02 10:00 waiting")
        for is_paused, breach in ((True, None), (False, "2026-03-02 11:00")):
            target = Target("total_resolution", 2, is_paused=is_paused)
            clock = self.read_one(events, target, "2026-03-09 10:00")
            self.assertClock(clock, breached_on=breach)

    def test_i53_the_customers_word_ends_the_waiting(self):
        """I53: through whatever channel, whether anybody takes it up again or not."""
        for word in ("inbound", "rejected", "confirmed"):
            events = tell(
                RECEIVED, "2026-03-02 10:00 waiting", f"2026-03-02 11:00 {word}"
            )
            clock = self.read_one(
                events, Target("first_response", 2), "2026-03-02 11:30"
            )
            self.assertClock(clock, state="running", deadline="2026-03-02 12:00")

    def test_i54_a_response_is_no_solution(self):
        """I54: an answer ends the response clock, the solution both."""
        targets = [Target("first_response", 2), Target("first_resolution", 8)]
        for kind, states in (
            ("response", ["met", "running"]),
            ("answered", ["met", "met"]),
        ):
            events = tell(RECEIVED, f"2026-03-02 10:00 {kind}")
            clocks = self.get_states(events, targets, "2026-03-02 11:00")
            self.assertEqual([clock.state for clock in clocks.values()], states)

    def test_i56_closed_is_not_waiting(self):
        """I56: the time between closing and opening again is no waiting."""
        events = tell(
            RECEIVED,
            "2026-03-02 10:00 closed",
            "2026-03-02 14:00 reopened",
            "2026-03-02 15:00 waiting",
            "2026-03-02 16:00 resumed",
        )
        clock = self.read_one(events, Target("total_resolution", 9), "2026-03-02 17:00")
        self.assertClock(clock, closed=4, paused=1, elapsed=3, age=8)

    def test_i57_figures_apart(self):
        """I57: what was used and what was waited are figures of their own."""
        events = tell(RECEIVED, "2026-03-02 10:00 waiting", "2026-03-02 13:00 closed")
        clock = self.read_one(events, Target("total_resolution", 9), "2026-03-03 10:00")
        self.assertClock(clock, state="met", elapsed=1, paused=3, age=4)

    def test_i59_answer_and_wait_in_one_step(self):
        """I59: the answer counts, whichever of the two is noted first."""
        for kinds in (("response", "waiting"), ("waiting", "response")):
            events = tell(RECEIVED, *(f"2026-03-02 10:00 {kind}" for kind in kinds))
            clock = self.read_one(
                events, Target("first_response", 2), "2026-03-02 11:00"
            )
            self.assertClock(clock, state="met", deadline="2026-03-02 11:00", elapsed=1)

    def test_i60_more_time_in_working_time(self):
        """I60: what is put off goes by the working hours too."""
        events = tell(
            "2026-03-06 15:00 received", ("2026-03-06 15:30 extended", {"amount": 2})
        )
        clock = self.read_one(
            events, self.working("total_resolution", 1), "2026-03-06 16:00"
        )
        self.assertClock(clock, deadline="2026-03-09 10:00")

    def test_i61_all_ends_are_alike(self):
        """I61: the time in which it was over does not count, however it ended."""
        for end in ("closed", "withdrawn", "duplicate"):
            events = tell(
                RECEIVED, f"2026-03-02 10:00 {end}", "2026-03-02 15:00 reopened"
            )
            for kind in ("total_resolution", "first_response"):
                with self.subTest(end=end, kind=kind):
                    clock = self.read_one(events, Target(kind, 4), "2026-03-02 16:00")
                    self.assertClock(clock, elapsed=2, closed=5)

    def test_i62_deadline_and_timer(self):
        """I62: the deadline, the time used and all time are told side by side."""
        clock = self.read_one(
            tell("2026-03-06 16:00 received"),
            self.working("first_response", 4),
            "2026-03-09 10:00",
        )
        self.assertClock(
            clock, deadline="2026-03-09 12:00", elapsed=2, remaining=2, age=66
        )
