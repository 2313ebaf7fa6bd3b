# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.crm_governance.models.complaints.complaint_clock import (
    Policy,
    Target,
    get_clocks,
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
                clocks = self.read(events, targets, now)
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
        before = self.read(events, policies, "2026-03-02 13:59")["total_resolution"]
        self.assertClock(before, deadline="2026-03-03 12:00", paused=3)
        after = self.read(events, policies, "2026-03-02 14:00")["total_resolution"]
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
        clocks = self.read(
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

    def test_nothing_received(self):
        clocks = get_clocks(
            tell("2026-03-02 10:00 disagreement"),
            [Policy((Target("reaction", 24),))],
            at("2026-03-05 10:00"),
        )
        self.assertEqual([clock.state for clock in clocks["reaction"]], ["idle"])
