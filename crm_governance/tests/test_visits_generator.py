# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_governance.models.visits.visit_windows import (
    Cadence,
    Window,
    get_seed,
)

from .visit_targets import get_share, get_target
from .visits_generator_common import GeneratorCommon, day

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestVisitsGenerator(GeneratorCommon):
    """Slots of a month from policies, tiers, people and visits (B-01 … B-45)."""

    def test_plan_of_a_month(self):
        """Each customer has a slot in each window, on an open day of the window."""
        customers = [self.tiered(f"Customer {n}", self.rep) for n in range(5)]
        self.tiered("Of another tier", self.rep, "B")
        self.policy(self.line("at_least", 2))
        plan = self.generate()
        self.assertEqual(plan.user_id, self.rep)
        self.assertEqual((plan.state, plan.month), ("draft", MARCH))
        slots = self.slots_of()
        self.assertEqual(len(slots), 10)
        self.assertEqual(slots.plan_id, plan)
        for customer in customers:
            found = self.slots_of(customer)
            self.assertEqual(
                [(str(s.window_start), str(s.window_end)) for s in found],
                [("2026-03-01", "2026-03-16"), ("2026-03-16", "2026-04-01")],
            )
        for slot in slots:
            self.assertTrue(slot.window_start <= slot.date < slot.window_end)
            self.assertLess(slot.date.weekday(), 5)
            self.assertEqual(slot.is_moved, slot.date_due.weekday() >= 5)
            self.assertEqual(slot.tier_id, self.tier(self.scheme, "A"))
            self.assertEqual(slot.team_id, self.team)
            self.assertEqual(slot.role_id, self.roles["owner"])
        self.assertEqual(plan.working_days, 22)
        self.assertEqual((plan.capacity, plan.effort), (132, 10))
        self.assertFalse(plan.excess)
        self.assertFalse(plan.problem)
        self.assertTrue(plan.date_generated)

    def test_again(self):
        """Run twice, nothing changes and nothing is added."""
        for n in range(5):
            self.tiered(f"Customer {n}", self.rep)
        self.policy(self.line("every", 1, "week"), self.line(channel="call"))
        self.generate()
        first = self.snapshot_of()
        self.assertTrue(first)
        self.generate()
        self.assertEqual(self.snapshot_of(), first)

    # ------------------------------------------------------------------
    # CALENDARS
    # ------------------------------------------------------------------

    def assertWindows(self, customer, months, starts):
        """The windows of a customer in consecutive months, none lost, none twice."""
        for month in months:
            self.generate(month)
        slots = self.slots.search(
            [("partner_id", "=", customer.id), ("state", "=", "open")],
            order="window_start",
        )
        self.assertEqual([str(slot.window_start) for slot in slots], starts)
        for former, latter in zip(slots, slots[1:], strict=False):
            self.assertEqual(former.window_end, latter.window_start)
        for slot in slots:
            self.assertTrue(slot.window_start <= slot.date < slot.window_end)

    def test_fortnightly_over_new_year(self):
        """Every two weeks through ISO week 53 and New Year (B-01)."""
        customer = self.tiered("Strategic", self.rep)
        self.policy(self.line("every", 2, "week"))
        months = [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
        self.assertWindows(
            customer,
            [*months, date(2027, 2, 1)],
            [
                str(window)
                for window in (
                    date(2026, 10, 19),
                    date(2026, 11, 2),
                    date(2026, 11, 16),
                    date(2026, 11, 30),
                    date(2026, 12, 14),
                    date(2026, 12, 28),
                    date(2027, 1, 11),
                    date(2027, 1, 25),
                    date(2027, 2, 8),
                    date(2027, 2, 22),
                )
                if self.is_due(customer, window, date(2027, 3, 1))
            ],
        )

    def is_due(self, customer, start, end):
        """Return whether the target of a fortnight lies before a day."""
        cadence = self.env["governance.visit.cadence"].search(
            [("policy_id.code", "=", "PLAN")]
        )
        share = get_share(customer.id, get_seed(cadence.key))
        window = Cadence("every", 2, "week").get_window(start)
        return date(2026, 11, 1) <= get_target(window, share) < end

    def test_weekly_through_week_53(self):
        """Each week has one visit, week 53 too (B-02)."""
        customer = self.tiered("VIP", self.rep)
        self.policy(self.line("every", 1, "week"))
        for month in (date(2026, 12, 1), date(2027, 1, 1)):
            self.generate(month)
        weeks = [
            slot.date.isocalendar()[:2]
            for slot in self.slots.search(
                [("partner_id", "=", customer.id)], order="window_start"
            )
        ]
        # Whether the weeks at both ends are of these months depends on the customer.
        self.assertEqual(
            [week for week in weeks if (2026, 50) <= week <= (2027, 2)],
            [(2026, 50), (2026, 51), (2026, 52), (2026, 53), (2027, 1), (2027, 2)],
        )

    def test_periods_of_four_four_five_weeks(self):
        """A visit in each 4-4-5 period, the last of which has six weeks in 2026."""
        customer = self.tiered("Retail", self.rep)
        self.policy(self.line("at_least", 1, "period445"))
        for month in (10, 11, 12):
            self.generate(date(2026, month, 1))
        self.generate(date(2027, 1, 1))
        slots = self.slots.search([("partner_id", "=", customer.id)])
        starts = {str(slot.window_start) for slot in slots}
        self.assertLessEqual({"2026-10-26", "2026-11-23"}, starts)
        self.assertLessEqual(
            starts, {"2026-09-28", "2026-10-26", "2026-11-23", "2027-01-04"}
        )
        self.assertEqual(len(slots), len(starts))

    def test_leap_day(self):
        """Calls on each working day of February 2028, the 29th among them (B-28)."""
        self.tiered("Daily", self.rep)
        self.policy(self.line("at_least", 1, "day", channel="call"))
        self.generate(date(2028, 2, 1))
        days = self.slots_of(month=date(2028, 2, 1)).mapped("date")
        self.assertEqual(len(days), 21)
        self.assertIn(date(2028, 2, 29), days)

    def test_change_of_the_clock(self):
        """A leave of one local day closes that day alone, clock changed or not."""
        paris = self.create_calendar("Paris", "Europe/Paris")
        mine = self.employ(self.rep, paris)
        for closed in ("2026-03-30", "2026-10-26"):
            self.close(paris, closed, resource=mine)
        self.tiered("Daily", self.rep)
        self.policy(self.line("every", 1, "day", channel="call"))
        for month, closed in ((MARCH, 30), (date(2026, 10, 1), 26)):
            self.generate(month)
            days = [slot.date.day for slot in self.slots_of(month=month)]
            weekdays = [n for n in range(1, 32) if month.replace(day=n).weekday() < 5]
            self.assertEqual(days, [n for n in weekdays if n != closed])

    def test_spring_festival(self):
        """Bridge days are closed, the Saturdays that make up for them are open."""
        bridge = self.create_calendar("Bridge", "Asia/Shanghai", days=range(7))
        self.company.resource_calendar_id = bridge
        self.close(bridge, "2026-02-15", "2026-02-23")
        for closed in ("01", "07", "08", "28"):
            if closed != "28":
                self.close(bridge, f"2026-02-{closed}")
        self.tiered("Daily", self.rep)
        self.policy(
            self.line("every", 1, "day", channel="call"),
            self.line("at_least", 10, "month", channel="presence"),
        )
        self.travel("2026-01-20 08:00:00")
        february = date(2026, 2, 1)
        self.generate(february)
        calls = self.slots_of(month=february, channel_id=self.channels["call"].id)
        self.assertEqual(
            [slot.date.day for slot in calls],
            [2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 24, 25, 26, 27, 28],
        )
        presence = self.slots_of(
            month=february, channel_id=self.channels["presence"].id
        )
        # Ten days of presence although two of their windows lie in the festival: the
        # nearest open days, another one for each.
        self.assertEqual(len(presence), 10)
        self.assertEqual(len(set(presence.mapped("date"))), 10)
        closed = presence.filtered(
            lambda slot: not slot.window_start <= slot.date < slot.window_end
        )
        self.assertEqual(
            [str(slot.window_start) for slot in closed],
            ["2026-02-15", "2026-02-17", "2026-02-20"],
        )
        self.assertEqual(set(closed.mapped("is_moved")), {True})
        self.assertFalse({slot.date.day for slot in presence} & set(range(15, 24)))

    def test_leave_for_the_whole_month(self):
        """What is due stays due; it has no day, and the plan says why."""
        mine = self.employ(self.rep, self.calendar)
        self.close(self.calendar, "2026-02-20", "2026-04-03", resource=mine)
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line("at_least", 2))
        plan = self.generate()
        slots = self.slots_of(customer)
        self.assertEqual(slots.mapped("date"), [False, False])
        self.assertEqual((plan.working_days, plan.capacity), (0, 0))
        self.assertIn("works on no day of March 2026", plan.problem)

    def test_leave_for_a_part(self):
        """Nothing is planned while the person is away; half a day is a working day."""
        mine = self.employ(self.rep, self.calendar)
        self.close(self.calendar, "2026-03-02", "2026-03-10", resource=mine)
        half = self.close(self.calendar, "2026-03-12", resource=mine)
        half.date_to = "2026-03-12 13:00:00"
        for n in range(15):
            self.tiered(f"Customer {n}", self.rep)
        self.policy(self.line("every", 1, "week"))
        plan = self.generate()
        days = {slot.date.day for slot in self.slots_of()}
        self.assertFalse(days & set(range(2, 11)))
        self.assertIn(12, days)
        self.assertEqual(plan.working_days, 22 - 7)

    def test_calendar_without_hours(self):
        """It is refused on the plan, in words; other people get their plans."""
        empty = self.create_calendar("Nothing", "UTC", days=())
        mine = self.employ(self.rep, empty)
        customer = self.tiered("Customer", self.rep)
        other = self.tiered("Other", self.rep2)
        self.policy(self.line())
        self.generate()
        plan = self.plan_of(self.rep)
        self.assertIn("“Nothing” has no working hours", plan.problem)
        self.assertFalse(self.slots_of(customer))
        self.assertTrue(self.slots_of(other))
        mine.calendar_id = self.calendar
        self.generate()
        self.assertFalse(plan.problem)
        self.assertTrue(self.slots_of(customer).date)

    def plan_of(self, user, month=MARCH):
        """Return the plan of a person."""
        plans = self.env["governance.visit.plan"]
        plans.invalidate_model()
        return plans.search([("user_id", "=", user.id), ("month", "=", month)])

    def test_too_much(self):
        """A plan that does not fit says by how much."""
        for n in range(20):
            self.tiered(f"Customer {n}", self.rep)
        self.policy(self.line("at_least", 2), daily_capacity=1.5)
        plan = self.generate()
        self.assertEqual((plan.capacity, plan.effort, plan.excess), (33, 40, 7))
        before = (plan.working_days, plan.capacity, plan.effort, plan.excess)
        plan._refresh_figures()
        after = (plan.working_days, plan.capacity, plan.effort, plan.excess)
        self.assertEqual(before, after, "one plan, calculated by the screens")
        self.assertIn("7 too many", plan.fit_message)

    # ------------------------------------------------------------------
    # VISITS
    # ------------------------------------------------------------------

    def test_visit_of_the_person_satisfies(self):
        """A visit planned by hand is the one of its window; nobody overwrites it."""
        customer = self.tiered("Customer", self.rep)
        visit = self.visited(customer, "2026-03-14", state="planned")
        self.policy(self.line("at_least", 2))
        self.generate()
        first, second = self.slots_of(customer)
        self.assertEqual((first.visit_id, first.date), (visit, day("2026-03-14")))
        self.assertFalse(first.is_moved, "on a Saturday, as the person wants")
        self.assertFalse(second.visit_id)
        self.assertEqual(str(visit.date_start), "2026-03-14 12:00:00")
        self.assertEqual(visit.state, "planned")

    def test_visit_that_comes_to_light(self):
        """A slot without a visit gets the one that was made meanwhile."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line())
        self.generate()
        slot = self.slots_of(customer)
        visit = self.visited(customer, "2026-03-05")
        # As if both had come at the same moment.
        self.env.cr.execute(
            SQL(
                "UPDATE governance_visit_slot SET visit_id = NULL WHERE id = %s",
                slot.id,
            )
        )
        self.generate()
        self.env.invalidate_all()
        self.assertEqual(slot.visit_id, visit)

    def test_what_does_not_count(self):
        """Cancelled, over another channel, of a colleague, elsewhere."""
        customer = self.tiered("Customer", self.rep)
        self.visited(customer, "2026-03-03", state="cancelled")
        self.visited(customer, "2026-03-03", channel="call")
        self.visited(customer, "2026-03-04", user=self.rep2)
        self.visited(self.customer("Another", self.rep), "2026-03-05")
        self.visited(customer, "2026-02-27")
        self.visited(customer, "2026-04-01")
        self.policy(self.line())
        self.generate()
        self.assertFalse(self.slots_of(customer).visit_id)

    def test_joint_visit(self):
        """A visit counts for each of our people who take part."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line(), self.line(role="leader"))
        visit = self.visited(
            customer,
            "2026-03-04",
            participant_ids=[Command.set((self.rep | self.leader).ids)],
        )
        self.generate()
        slots = self.slots_of(customer)
        self.assertEqual(slots.user_id, self.rep | self.leader)
        self.assertEqual(slots.mapped("visit_id"), visit)

    def test_presence_by_visits(self):
        """A visit is presence, and a call is not (B-29)."""
        customer = self.tiered("Customer", self.rep)
        self.visited(customer, "2026-03-04")
        self.visited(customer, "2026-03-09", channel="call")
        self.policy(self.line("every", 1, "week", channel="presence"))
        self.generate()
        found = self.slots_of(customer).filtered("visit_id")
        self.assertEqual(found.mapped("date"), [day("2026-03-04")])

    def test_level_of_the_contact(self):
        """Only a meeting with somebody of the level counts (B-34, B-35)."""
        customer = self.tiered("Customer", self.rep)
        clerk, chief = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": customer.id, "governance_contact_level": n}
                for name, n in (("Clerk", "1"), ("Chief", "4"))
            ]
        )
        self.visited(customer, "2026-03-03", contact_ids=[Command.set(clerk.ids)])
        self.policy(self.line("at_least", 2, contact_level="3"))
        self.generate()
        self.assertFalse(self.slots_of(customer).visit_id)
        met = self.visited(customer, "2026-03-18", contact_ids=[Command.set(chief.ids)])
        self.generate()
        self.env.invalidate_all()
        self.assertEqual(self.slots_of(customer).mapped("visit_id"), met)

    def test_anybody_over_any_channel(self):
        """Daily contacts are met by whatever one does (VC-03)."""
        customer = self.tiered("Customer", self.rep)
        met = self.visited(customer, "2026-03-03", channel="call")
        channel = self.env.ref("crm_governance.governance_visit_channel_communication")
        self.policy(self.line(contact_level="1", channel_id=channel.id))
        self.generate()
        self.assertEqual(self.slots_of(customer).visit_id, met)

    def test_interval_since_the_last_visit(self):
        """The next visit is due as long after the last one as the cadence asks."""
        customer = self.tiered("Customer", self.rep)
        self.visited(customer, "2026-02-18")
        self.policy(self.line("at_least", 1))
        self.generate()
        slot = self.slots_of(customer)
        self.assertEqual(slot.date_due, day("2026-03-18"), "28 days later")
        self.assertEqual(slot.date, day("2026-03-18"))
        self.assertFalse(slot.is_overdue)

    def test_overdue_first(self):
        """Who was due before comes first, and as early as possible."""
        late = [self.tiered(f"Late {n}", self.rep) for n in range(3)]
        others = [self.tiered(f"Other {n}", self.rep) for n in range(20)]
        for customer in late:
            self.visited(customer, "2025-11-10")
        for customer in others:
            self.visited(customer, "2026-02-02")
        self.policy(self.line())
        self.generate()
        for customer in late:
            slot = self.slots_of(customer)
            self.assertTrue(slot.is_overdue)
            self.assertLessEqual(slot.date, day("2026-03-04"))
        self.assertFalse(any(self.slots_of(*others).mapped("is_overdue")))

    def test_missed_slot_is_overdue(self):
        """A window that passed without a visit makes the next one overdue."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line())
        self.generate()
        self.travel("2026-03-25 08:00:00")
        self.generate(APRIL)
        self.assertFalse(self.slots_of(customer, month=APRIL).is_overdue, "not yet")
        other = self.tiered("Other", self.rep)
        self.travel("2026-04-08 08:00:00")
        self.generate(may := date(2026, 5, 1))
        self.assertTrue(self.slots_of(customer, month=may).is_overdue)
        self.assertFalse(self.slots_of(other, month=may).is_overdue, "never due yet")

    def test_visited_since(self):
        """A visit after the window that was missed makes up for it."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line())
        self.generate()
        self.travel("2026-04-08 08:00:00")
        self.visited(customer, "2026-04-07")
        for month in (date(2026, 5, 1), date(2026, 6, 1)):
            self.generate(month)
            self.assertFalse(self.slots_of(customer, month=month).is_overdue)

    # ------------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------------

    def test_tier_changes_in_mid_period(self):
        """A window counts for the tier that the customer has at its middle."""
        customer = self.tiered("Customer", self.rep, "A")
        self.policy(
            self.line("every", 1, "week"), self.line("at_least", 1, "month", tiers="B")
        )
        self.generate()
        weekly = self.slots_of(customer)
        self.assertIn(len(weekly), (4, 5))
        self.give_tier(customer, "B", "2026-03-12")
        self.travel("2026-03-12 08:00:00")
        self.generate()
        left = self.slots_of(customer)
        tiers = {slot.tier_id.code: slot for slot in left}
        self.assertEqual(set(tiers), {"A", "B"})
        for slot in left:
            middle = slot.window_start + (slot.window_end - slot.window_start) // 2
            self.assertEqual(
                slot.tier_id.code, "A" if str(middle) < "2026-03-12" else "B"
            )
        void = self.slots_of(customer, states=("void",))
        self.assertEqual(len(left) - 1 + len(void), len(weekly))

    def test_owner_changes(self):
        """What is not over goes to the new owner, what was done stays."""
        customer = self.tiered("Customer", self.rep)
        kept = self.tiered("Kept", self.rep)
        self.policy(self.line("every", 1, "week"))
        self.generate()
        before = self.slots_of(customer)
        visit = self.visited(customer, before[1].window_start)
        self.travel("2026-03-18 08:00:00")
        customer.user_id = self.rep2
        # The new owner first: the order makes no difference.
        for users in (self.rep2, self.rep):
            self.generate(users=users)
        after = self.slots_of(customer)
        self.assertEqual(after.mapped("window_start"), before.mapped("window_start"))
        for slot in after:
            old = slot.window_end <= day("2026-03-18") or slot.visit_id == visit
            self.assertEqual(slot.user_id, self.rep if old else self.rep2)
            self.assertEqual(slot.plan_id.user_id, slot.user_id)
        self.assertEqual(self.slots_of(kept).user_id, self.rep)
        self.assertEqual(
            self.plan_of(self.rep2).effort,
            len(after.filtered(lambda slot: slot.user_id == self.rep2)),
        )

    def test_approved_plan(self):
        """An approved plan loses what its person has lost; new customers are proposals.

        What a colleague had to do already goes over as it is.
        """
        mine = self.tiered("Mine", self.rep)
        theirs = self.tiered("Theirs", self.rep2)
        lost = self.tiered("Lost", self.rep)
        policy = self.policy(self.line("at_least", 2))
        plans = self.generate()
        plans._as_system().state = "approved"
        before = self.slots_of(mine)
        lost.user_id = self.rep2
        self.give_tier(mine, "B", "2026-01-01")
        new = self.tiered("New", self.rep2)
        self.assertTrue(policy)
        self.generate()
        self.env.invalidate_all()
        self.assertEqual(self.slots_of(mine), before, "a new tier changes nothing")
        self.assertFalse(any(before.mapped("is_optional")))
        taken = self.slots_of(lost)
        self.assertEqual(taken.user_id, self.rep2)
        self.assertEqual(taken.mapped("is_optional"), [False] * 2)
        self.assertEqual(self.slots_of(new).mapped("is_optional"), [True] * 2)
        self.assertFalse(any(self.slots_of(theirs).mapped("is_optional")))

    def test_lost_for_a_night(self):
        """What was approved comes back as it was, not as a proposal."""
        given = self.tiered("Given away", self.rep)
        archived = self.tiered("Archived", self.rep)
        lead = self.env["crm.lead"].create({"name": "Lead", "user_id": self.rep.id})
        self.policy(
            self.line("at_least", 2),
            self.line(tiers="", population="lead", channel="activity"),
        )
        self.generate()._as_system().state = "approved"
        self.travel("2026-03-02 08:00:00")
        before = len(self.slots_of(user_id=self.rep.id))
        given.user_id = self.rep2
        archived.active = False
        lead.action_set_lost()
        self.generate()
        self.assertEqual(self.slots_of(given).user_id, self.rep2)
        self.assertFalse(self.slots_of(user_id=self.rep.id))
        given.user_id = self.rep
        archived.active = True
        lead.action_unarchive()
        self.generate()
        slots = self.slots_of(user_id=self.rep.id)
        self.assertEqual((before, len(slots)), (5, 5))
        self.assertFalse(any(slots.mapped("is_optional")))
        self.assertEqual(len(self.slots_of()), 5, "each window once")

    def test_owner_waits_for_approval(self):
        """Who waits for approval gets what went over afterwards, as it was."""
        customer = self.tiered("Customer", self.rep)
        self.tiered("Other", self.rep2)
        self.policy(self.line("at_least", 2))
        plans = self.generate()
        self.plan_of(self.rep)._as_system().state = "approved"
        self.plan_of(self.rep2)._as_system().state = "requested"
        customer.user_id = self.rep2
        self.generate()
        self.assertFalse(self.slots_of(customer))
        plans._as_system().state = "approved"
        self.generate()
        slots = self.slots_of(customer)
        self.assertEqual(slots.mapped("is_optional"), [False] * 2)
        self.assertEqual(slots.user_id, self.rep2)

    def test_former_owner_waits_for_approval(self):
        """What is before the leader stays, and goes over once it is decided."""
        customer = self.tiered("Customer", self.rep)
        self.tiered("Other", self.rep2)
        self.policy(self.line("at_least", 2))
        self.generate()
        waiting = self.plan_of(self.rep)
        waiting._as_system().state = "requested"
        customer.user_id = self.rep2
        before = self.snapshot_of()
        self.generate(users=self.rep2)
        self.generate()
        self.assertEqual(self.snapshot_of(), before)
        waiting._as_system().state = "approved"
        self.generate(users=self.rep2)
        slots = self.slots_of(customer)
        self.assertEqual(slots.user_id, self.rep2)
        self.assertEqual(len(slots), 2, "nothing is lost or doubled")

    def test_submitted_plan(self):
        """What waits for approval stays as it was submitted."""
        self.tiered("Customer", self.rep)
        self.policy(self.line())
        plan = self.generate()
        plan._as_system().state = "requested"
        self.tiered("New", self.rep)
        before = self.snapshot_of()
        self.generate()
        self.assertEqual(self.snapshot_of(), before)

    def test_policy_changes(self):
        """Another rhythm from now on; what is over stays."""
        customer = self.tiered("Customer", self.rep)
        policy = self.policy(self.line("every", 1, "week"))
        self.generate()
        before = self.slots_of(customer)
        self.travel("2026-03-11 08:00:00")
        draft = policy.browse(policy.action_new_version()["res_id"])
        draft.cadence_ids.write({"mode": "at_least", "number": 1, "unit": "month"})
        draft.action_publish()
        self.generate()
        after = self.slots_of(customer)
        past = before.filtered(lambda slot: slot.window_end <= day("2026-03-11"))
        self.assertEqual(after & before, past)
        self.assertEqual((after - before).mapped("window_end"), [APRIL])

    def test_waived_stays(self):
        """What was left out for a reason does not come back."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line("at_least", 2))
        self.generate()
        slots = self.slots_of(customer)
        slots[0]._as_system().state = "waived"
        slots[1]._as_system().date = "2026-03-31"
        before = self.snapshot_of()
        self.generate()
        self.assertEqual(self.snapshot_of(), before)

    def test_added_by_hand_stays(self):
        """What people and challenges have added is not the generator's to void."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line())
        plan = self.generate()
        cadence = self.slots_of(customer).cadence_id
        common = {
            "plan_id": plan.id,
            "user_id": self.rep.id,
            "company_id": self.company.id,
            "partner_id": customer.id,
            "month": MARCH,
            "window_start": MARCH,
            "window_end": APRIL,
            "channel_id": self.channels["visit"].id,
            "role_id": cadence.role_id.id,
        }
        added = self.slots._as_system().create(
            [
                {**common, "key": "manual-1"},
                {**common, "key": "challenge-1-0", "cadence_id": cadence.id},
            ]
        )
        self.generate()
        self.env.invalidate_all()
        self.assertEqual(added.mapped("state"), ["open", "open"])

    def test_archived_customer(self):
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line())
        self.generate()
        customer.active = False
        self.generate()
        self.assertFalse(self.slots_of(customer))

    def test_merged_customer(self):
        """What was planned for the customer that vanishes is void; visits stay."""
        source = self.tiered("Twin", self.rep)
        target = self.tiered("Customer", self.rep)
        self.policy(self.line("at_least", 2))
        self.generate()
        visits = [
            self.visited(source, "2026-03-04"),
            self.visited(target, "2026-03-05"),
            self.visited(source, "2026-03-18"),
        ]
        done = self.slots_of(source)
        self.assertEqual(len(done.visit_id), 2)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(done.mapped("state"), ["void", "open"])
        self.assertEqual(done.partner_id, target)
        self.generate()
        slots = self.slots_of(target)
        self.assertEqual(len(slots), 2, "each window once")
        self.assertEqual(slots[0].visit_id, visits[1])
        self.assertEqual([visit.partner_id for visit in visits], [target] * 3)

    def test_nothing_to_do_any_more(self):
        """Who has lost all customers loses the slots too."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line())
        plan = self.generate()
        customer.user_id = False
        self.generate()
        self.assertFalse(self.slots_of(customer))
        self.env.invalidate_all()
        self.assertEqual((plan.effort, plan.state), (0, "draft"))

    # ------------------------------------------------------------------
    # WHO AND WHAT
    # ------------------------------------------------------------------

    def test_roles(self):
        """Leaders, specialists, liaison leaders and named people (B-22 … B-38)."""
        customer = self.tiered("Customer", self.rep)
        customer.governance_specialist_id = self.rep2
        customer.governance_liaison_leader_id = self.leader2
        self.env["governance.visit.role.member"].create(
            [
                {
                    "role_id": self.roles["member"].id,
                    "user_id": user.id,
                    "team_ids": [Command.set(teams.ids)],
                    "sequence": number,
                }
                for number, (user, teams) in enumerate(
                    [(self.leader2, self.team2), (self.leader, self.team)]
                )
            ]
        )
        people = {
            "owner": self.rep,
            "leader": self.leader,
            "specialist": self.rep2,
            "liaison_leader": self.leader2,
            "member": self.leader,
        }
        self.policy(*(self.line(role=role) for role in people))
        self.generate()
        found = {slot.role_id: slot.user_id for slot in self.slots_of(customer)}
        self.assertEqual(
            found, {self.roles[role]: person for role, person in people.items()}
        )

    def test_exception(self):
        """An exception in force replaces the line of its customer alone."""
        more, none, plain, other = (
            self.tiered(f"Customer {n}", self.rep) for n in range(4)
        )
        bare = self.customer("Without a tier", self.rep)
        own = self.exception(more, "at_least", 4)
        self.exception(none, "none")
        self.exception(plain, "at_least", 4, state="draft")
        self.exception(other, "at_least", 4, date_end="2026-03-01")
        self.exception(bare, "at_least", 3)
        self.exception(bare, "at_least", 2, channel="call")
        self.policy(self.line("at_least", 2))
        self.generate()
        counts = [len(self.slots_of(c)) for c in (more, none, plain, other, bare)]
        self.assertEqual(counts, [4, 0, 2, 2, 5])
        self.assertEqual(self.slots_of(more).exception_id, own)
        before = self.snapshot_of()
        self.generate()
        self.assertEqual(self.snapshot_of(), before)

    def test_exception_after_the_plan(self):
        """An own cadence holds in approved plans too: it was approved itself."""
        none, more, plain = (
            self.tiered(name, self.rep) for name in ("None", "More", "Plain")
        )
        self.policy(self.line("at_least", 2))
        self.generate()._as_system().state = "approved"
        self.travel("2026-03-02 08:00:00")
        plan, before = self.plan_of(self.rep), self.slots_of(plain)
        challenged = (
            self.slots_of(none)[0]
            ._as_system()
            .copy({"key": "challenge-1", "plan_id": plan.id})
        )
        self.exception(none, "none", date_start="2026-03-03")
        self.exception(more, "at_least", 4)
        self.exception(plain, "none", state="requested")
        self.generate()
        self.assertEqual(self.slots_of(none), challenged)
        slots = self.slots_of(more)
        self.assertEqual(slots.mapped("is_optional"), [False] * 4)
        self.assertEqual(self.slots_of(plain), before)
        snapshot = self.snapshot_of()
        self.generate()
        self.assertEqual(self.snapshot_of(), snapshot)

    def test_exception_begins_in_mid_period(self):
        """The middle of a window decides here as well."""
        customer = self.tiered("Customer", self.rep)
        self.policy(self.line("at_least", 2))
        self.exception(customer, "none", date_start="2026-03-16")
        self.generate()
        self.assertEqual(self.slots_of(customer).mapped("window_start"), [MARCH])

    def test_leads(self):
        """An action a month on every open lead, for its salesperson (VC-07)."""
        self.policy(
            self.line("at_least", 1, tiers="", population="lead", channel="activity")
        )
        buyer = self.customer("Buyer")
        leads = self.env["crm.lead"].create(
            [
                {"name": "Open", "user_id": self.rep.id, "partner_id": buyer.id},
                {"name": "Lost", "user_id": self.rep.id},
                {"name": "Nobody's", "user_id": False},
                {"name": "Bare", "user_id": self.rep2.id},
            ]
        )
        leads[1].action_set_lost()
        self.generate()
        slots = self.slots_of()
        self.assertEqual(slots.lead_id, leads[0] | leads[3])
        self.assertEqual(slots.user_id, self.rep | self.rep2)
        self.assertEqual(slots.partner_id, buyer)
        leads[0].user_id = self.rep2
        self.generate()
        self.assertEqual(self.slots_of().user_id, self.rep2)
        leads[3].active = False
        self.generate()
        self.assertEqual(self.slots_of().lead_id, leads[0])

    def test_leads_that_were_followed(self):
        """An action without a visit stays with who took it, and nothing is overdue."""
        self.policy(
            self.line("at_least", 1, tiers="", population="lead", channel="activity")
        )
        leads = self.env["crm.lead"].create(
            [{"name": name, "user_id": self.rep.id} for name in ("Noted", "Missed")]
        )
        self.generate()
        slots = self.slots_of()
        noted = slots.filtered(lambda slot: slot.lead_id == leads[0])
        noted._as_system().date_done = "2026-03-05"
        leads.user_id = self.rep2
        self.generate()
        self.assertEqual(noted.state, "open")
        self.assertEqual(self.slots_of(lead_id=leads[0].id), noted)
        self.assertEqual(self.slots_of(lead_id=leads[1].id).user_id, self.rep2)
        leads[0].action_set_won()
        self.generate()
        self.assertEqual(noted.state, "open")

    def test_leads_that_were_followed_are_not_overdue(self):
        self.policy(
            self.line("at_least", 1, tiers="", population="lead", channel="activity")
        )
        leads = self.env["crm.lead"].create(
            [{"name": name, "user_id": self.rep.id} for name in ("Noted", "Missed")]
        )
        self.generate()
        noted = self.slots_of().filtered(lambda slot: slot.lead_id == leads[0])
        noted._as_system().date_done = "2026-03-05"
        self.travel("2026-04-08 08:00:00")
        self.generate(may := date(2026, 5, 1))
        for lead, is_overdue in zip(leads, (False, True), strict=True):
            slot = self.slots_of(month=may, lead_id=lead.id)
            self.assertEqual(slot.is_overdue, is_overdue)

    def test_recent_buyers(self):
        """Who has bought lately is called every month (VC-05)."""
        recent, old = (self.customer(name, self.rep) for name in ("Recent", "Old"))
        self.order(recent, 100, "2026-02-10 08:00:00")
        self.order(old, 100, "2025-02-10 08:00:00")
        self.policy(
            self.line(tiers="", population="recent_buyer", channel="call"),
            recent_days=60,
        )
        self.generate()
        self.assertEqual(self.slots_of().partner_id, recent)

    def test_all_customers(self):
        """A line for all yields to the one of a tier, from the day of the tier on."""
        tiered = self.tiered("Tiered", self.rep, since="2026-03-10")
        plain = self.customer("Plain", self.rep)
        self.customer("Of nobody")
        self.policy(self.line("at_least", 4, tiers=""), self.line("at_least", 2))
        self.generate()
        self.assertEqual(len(self.slots_of(plain)), 4)
        self.assertEqual(
            [slot.cadence_id.population for slot in self.slots_of(tiered)],
            ["all", "tier"],
        )

    def test_case_by_case(self):
        """Proposed, and no part of what has to be done (B-09)."""
        self.tiered("Low value", self.rep)
        self.policy(self.line(is_case_by_case=True))
        plan = self.generate()
        self.assertTrue(self.slots_of().is_optional)
        self.assertEqual(plan.effort, 0)

    def test_two_companies(self):
        """Each company plans its own customers for people who work there."""
        other = self.env["res.company"].create({"name": "Other"})
        customer = self.tiered("Customer", self.rep, company_id=other.id)
        self.policy(self.line())
        self.generate()
        self.assertFalse(self.slots_of(customer))
        self.rep.active = False
        ours = self.tiered("Ours", self.rep)
        self.generate()
        self.assertFalse(self.slots_of(ours))

    def test_confidential_customer(self):
        """A slot is as confidential as its customer."""
        level = self.env["governance.confidentiality.level"].search([])[-1]
        customer = self.tiered("Customer", self.rep)
        customer.sudo()._classify(level, "raised")
        self.env.flush_all()
        self.policy(self.line())
        self.generate()
        slot = self.slots_of(customer)
        self.assertEqual(slot.classification_rank, level.rank)
        self.assertEqual(
            slot.classification_partner_id,
            customer if level.rank else customer.browse(),
        )

    def test_since_the_policy(self):
        """Nobody has missed what was over before the policy came into force."""
        customer = self.tiered("Customer", self.rep)
        self.travel("2026-03-18 08:00:00")
        self.policy(self.line("every", 1, "week"), since="2026-03-18")
        self.generate()
        slots = self.slots_of(customer)
        self.assertTrue(slots)
        for slot in slots:
            self.assertGreater(slot.window_end, day("2026-03-18"))
            self.assertGreaterEqual(slot.date, day("2026-03-18"))

    def test_month_that_is_over(self):
        self.policy(self.line())
        with self.assertSays("February 2026 is over"):
            self.travel("2026-03-01 08:00:00")
            self.generate(date(2026, 2, 1))

    def test_sql_and_python_agree(self):
        """The database places a customer in its windows as visit_targets does."""
        rows = [
            (identifier, get_seed(key), days)
            for identifier in (1, 77, 123456, 2**31 - 1)
            for key in ("a", "tier-1-1-outgoing-0")
            for days in (1, 7, 14, 31, 366)
        ]
        start = date(2026, 1, 1)
        for identifier, seed, days in rows:
            sql = self.generator._get_target_sql(
                SQL("%s", identifier),
                SQL("%s::bigint", seed),
                SQL("%s::date", start),
                SQL("%s", days),
            )
            [[target]] = self.env.execute_query(SQL("SELECT %s", sql))
            window = Window(start, start + timedelta(days=days))
            self.assertEqual(target, get_target(window, get_share(identifier, seed)))

    def test_closed_end_of_a_month(self):
        """A day before the month, where those that the window has in it are closed."""
        self.close(self.calendar, "2026-03-01", "2026-03-08")
        self.policy(self.line("every", 2, "week"))
        # Windows begin on 23 February and on 9 March: what is due from 2 to 8 March.
        for n in range(12):
            self.tiered(f"Customer {n}", self.rep)
        plan = self.generate()
        early = self.slots_of().filtered(
            lambda slot: slot.window_start == day("2026-02-23")
        )
        self.assertTrue(early)
        for slot in early:
            self.assertEqual((slot.date, slot.is_moved), (day("2026-02-27"), True))
        inside = len(self.slots_of()) - len(early)
        self.assertEqual(plan.effort, inside, "what is before takes no time of March")
        plan._refresh_figures()
        self.assertEqual(plan.effort, inside)
