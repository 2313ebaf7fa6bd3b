# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitSlots(VisitCommon):
    """Which visit fulfils which planned contact (VC-02, VC-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env["governance.visit.role"].create(
            {"name": "Test role", "code": "test_role"}
        )
        cls.policy = cls.env["governance.visit.policy"].create(
            {"name": "Policy", "code": "POL"}
        )

    def cadence(self, kind="visit", **values):
        return self.env["governance.visit.cadence"].create(
            {
                "policy_id": self.policy.id,
                "role_id": self.role.id,
                "channel_id": self.channels[kind].id,
                **values,
            }
        )

    def cadence_slot(self, kind="visit", user=None, **values):
        """Return a planned contact that a cadence asks for."""
        line = self.cadence(kind, **values)
        return self.slot(
            user,
            cadence_id=line.id,
            channel_id=line.channel_id.id,
            key=line.key,
        )

    def assertFulfils(self, slot, visit):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(slot.visit_id, visit.with_env(slot.env))

    # ------------------------------------------------------------------
    # FROM THE PLAN
    # ------------------------------------------------------------------

    def test_plan_for_slots(self):
        """One after the other from nine o'clock, local time, as long as usual."""
        self.company.partner_id.tz = "Asia/Shanghai"
        first = self.cadence_slot(objective="Ask for orders", questions="How is it?")
        second = self.cadence_slot("call")
        south = self.slot(
            self.rep2, partner_id=self.south.id, key="south", date="2026-03-06"
        )
        visits = self.env["governance.visit"]
        visits = visits.with_user(self.rep)._plan_for_slots(first | second | south)
        self.assertEqual(len(visits), 3)
        one, two, three = visits.sudo()
        self.assertFulfils(first, one)
        self.assertFulfils(second, two)
        self.assertFulfils(south, three)
        # Nine o'clock in Shanghai.
        self.assertEqual(one.date_start, datetime(2026, 3, 5, 1))
        self.assertEqual(two.date_start, datetime(2026, 3, 5, 2))
        self.assertEqual(three.date_start, datetime(2026, 3, 6, 1))
        self.assertEqual(three.user_id, self.rep2)
        self.assertEqual(one.objective, "Ask for orders")
        self.assertEqual(one.questions, "How is it?")
        self.assertEqual(one.event_id.user_id, self.rep)
        # Once more plans nothing twice.
        self.assertFalse(visits._plan_for_slots(first | second | south))

    def test_plan_for_waived_slots(self):
        for state in ("waived", "void"):
            slot = self.slot(state=state, key=state)
            self.assertFalse(self.env["governance.visit"]._plan_for_slots(slot))

    # ------------------------------------------------------------------
    # CUSTOMERS THAT ARE DELETED
    # ------------------------------------------------------------------

    def test_planned_contacts_go_with_their_customer(self):
        """What is still to be done keeps no customer; what was due or done does."""
        today = self.env.company._get_governance_today()
        customer = self.env["res.partner"].create({"name": "New", "is_company": True})
        slot = self.slot(partner_id=customer.id, window_end=today + timedelta(1))
        past = self.slot(partner_id=customer.id, window_end=today, key="past")
        with self.assertSays("New has visits on record, contacts that were due"):
            customer.unlink()
        past._as_system().is_optional = True
        visit = self.visit(partner_id=customer.id, date_start="2026-04-09 09:00:00")
        with self.assertSays("New has visits on record"):
            customer.unlink()
        visit.with_user(self.rep).unlink()
        customer.unlink()
        self.assertFalse((slot | past).exists())

    def test_requests_keep_their_customer(self):
        """What somebody asks for a customer is on record."""
        asked = self.env["governance.visit.plan.cost"].create(
            {
                "plan_id": self.env["governance.visit.plan"]
                .create({"user_id": self.rep.id, "month": "2026-04-01"})
                .id,
                "partner_id": self.south.id,
                "name": "Tea",
            }
        )
        with self.assertSays("South Trading has visits on record"):
            self.south.unlink()
        asked._as_system().unlink()
        self.south.unlink()

    def test_leads_with_visits(self):
        lead = self.env["crm.lead"].create({"name": "Fair", "user_id": self.rep.id})
        visit = self.visit(partner_id=False, lead_id=lead.id)
        with self.assertSays("Fair has visits on record"):
            lead.unlink()
        visit.with_user(self.rep).unlink()
        lead.unlink()

    def test_what_contacts_stand_under(self):
        """Their columns have no key, so what they name refuses to go."""
        role = self.env["governance.visit.role"].create({"name": "R", "code": "T-R"})
        team = self.env["crm.team"].create({"name": "T"})
        channel = self.channels["call"]
        for name, record in (
            ("role_id", role),
            ("team_id", team),
            ("channel_id", channel),
        ):
            slot = self.slot(key=name, **{name: record.id})
            with self.assertSays("stand under"):
                record.unlink()
            slot._as_system().unlink()
            record.unlink()

    def test_void_contacts_of_long_ago(self):
        """What nobody had to do goes after a year; all else stays."""
        void = self.slot(month="2025-02-01", state="void")
        kept = self.slot(month="2025-04-01", state="void", key="later")
        kept |= self.slot(month="2025-02-01", key="open")
        kept |= self.slot(month="2025-02-01", key="waived", state="waived")
        kept |= self.slot(
            month="2025-02-01", key="seen", state="void", visit=self.visit()
        )
        self.env["governance.visit.slot"]._gc_void()
        self.assertFalse(void.exists())
        self.assertEqual(kept.exists(), kept)

    # ------------------------------------------------------------------
    # FROM VISITS
    # ------------------------------------------------------------------

    def test_many_visits_are_matched_together(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}", "is_company": True} for number in range(9)]
        )
        visits = self.env["governance.visit"].union(
            *(self.visit(partner_id=customer.id) for customer in customers)
        )
        slots = [self.slot(partner_id=customer.id) for customer in customers]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        visits._match_slots()
        self.assertLess(self.cr.sql_log_count - before, 18)
        for slot, visit in zip(slots, visits, strict=True):
            self.assertFulfils(slot, visit)

    def test_many_visits_are_held_together(self):
        visits = self.visit(date_start="2026-03-02 01:00:00")
        visits |= self.visit(date_start="2026-03-02 02:00:00")
        with patch.object(type(visits), "_match_slots") as match:
            visits._hold()
        match.assert_called_once()
        self.assertEqual(set(visits.mapped("state")), {"held"})

    def test_what_is_on_record_is_not_matched_again(self):
        """Decisions on a report change nothing that its visit fulfils."""
        slot = self.cadence_slot()
        visit = self.visit(date_start="2026-03-02 01:00:00")
        visit._hold()
        with patch.object(type(visit), "_get_fitting") as fitting:
            self.report(visit)
            fitting.reset_mock()
            visit._as_system().state = "accepted"
            fitting.assert_not_called()
        self.assertFulfils(slot, visit)
        visit._as_system().state = "cancelled"
        self.assertFulfils(slot, visit.browse())

    def test_manual_visit(self):
        """A visit by hand fulfils the planned contact of its window, once."""
        slot = self.cadence_slot()
        later = self.slot(
            window_start="2026-04-01",
            window_end="2026-05-01",
            month="2026-04-01",
            key=slot.key,
        )
        visit = self.visit()
        self.assertFulfils(slot, visit)
        other = self.visit(date_start="2026-03-09 09:00:00")
        self.assertFulfils(slot, visit)
        self.assertFalse(later.visit_id)
        visit.cancel("They are ill")
        self.assertFulfils(slot, other)
        other.date_start = "2026-04-02 09:00:00"
        self.assertFulfils(slot, visit.browse())
        self.assertFulfils(later, other)
        self.assertEqual(later.date, date(2026, 4, 2))
        other.unlink()
        self.assertFulfils(later, visit.browse())

    def test_what_does_not_fit(self):
        """Other customers, people, channels, directions, companies, states."""
        slot = self.cadence_slot()
        self.visit(channel_id=self.channels["call"].id)
        self.visit(direction="incoming")
        self.visit(self.rep2)
        self.visit(partner_id=self.important.id)
        self.visit(date_start="2026-04-01 00:00:00")
        self.assertFalse(slot.visit_id)
        waived = self.slot(state="waived", key="waived")
        visit = self.visit()
        self.assertFulfils(slot, visit)
        self.assertFalse(waived.visit_id)
        visit.channel_id = self.channels["call"]
        self.assertFulfils(slot, visit.browse())

    def test_incoming(self):
        """The customer's visit to us fulfils what asks for one (B-36)."""
        slot = self.cadence_slot(direction="incoming")
        self.visit()
        self.assertFalse(slot.visit_id)
        self.assertFulfils(slot, self.visit(direction="incoming"))

    def test_joint(self):
        """A joint visit fulfils the planned contact of each who takes part (B-37)."""
        mine = self.cadence_slot()
        others = self.slot(self.rep2, key="other")
        visit = self.visit(participant_ids=[Command.link(self.rep2.id)])
        self.assertFulfils(mine, visit)
        self.assertFulfils(others, visit)
        visit.participant_ids = self.rep
        self.assertFulfils(others, visit.browse())

    def test_level(self):
        """Only meetings with somebody of the level or above count (VC-03, B-34)."""
        slot = self.cadence_slot(contact_level="3")
        low = self.visit(meeting_ids=[Command.link(self.contact.id)])
        self.assertFalse(slot.visit_id)
        high = self.visit(meeting_ids=[Command.link(self.chief.id)])
        self.assertFulfils(slot, high)
        self.travel("2026-03-05 10:30:00")
        high.action_hold()
        self.assertEqual(high.contact_ids, self.chief)
        self.assertEqual(high.contact_level, "3")
        high.contact_ids = self.contact
        self.assertFulfils(slot, low.browse())
        low.action_hold()
        low.contact_ids = self.contact | self.chief
        self.assertFulfils(slot, low)

    def test_lowest_level(self):
        """Everybody is a daily contact, also without a level or a name."""
        slot = self.cadence_slot(contact_level="1")
        visit = self.visit()
        self.travel("2026-03-05 10:30:00")
        visit.action_hold()
        self.assertFulfils(slot, visit)

    def test_communication_of_any_kind(self):
        """A visit, a call or any other contact is one (VC-03, VC-09)."""
        channels = self.env["governance.visit.channel"].search([])
        channel = channels.filtered(lambda row: row.code == "COMMUNICATION")
        for other in channels:
            slot = self.slot(channel_id=channel.id, key=other.code)
            visit = self.visit(channel_id=other.id)
            self.assertFulfils(slot, visit)
            slot._as_system().unlink()

    def test_kinds(self):
        """A callback is a call, and leaders who come have come to the door (VC-05).

        A door visit is no visit of top leaders (VC-08).
        """
        door, call, callback, top = (
            self.env.ref(f"crm_governance.governance_visit_channel_{name}")
            for name in ("door_visit", "call", "callback", "top_visit")
        )
        for asked, made, fits in (
            (call, callback, True),
            (callback, call, True),
            (door, top, True),
            (top, door, False),
            (call, door, False),
            (door, call, False),
        ):
            with self.subTest(asked=asked.name, made=made.name):
                slot = self.slot(channel_id=asked.id, key=f"{asked.id}-{made.id}")
                visit = self.visit(channel_id=made.id)
                self.assertFulfils(slot, visit if fits else visit.browse())
                slot._as_system().unlink()

    def test_nothing_is_planned_for_a_time_that_is_over(self):
        """A visit from now on does not count for it, so it does not hide it either."""
        missed = self.cadence_slot()
        due = self.slot(
            key="due", window_start="2026-04-01", window_end="2026-05-01", date=False
        )
        self.travel("2026-04-01 08:00:00")
        visits = self.env["governance.visit"].with_user(self.rep)
        visit = visits._plan_for_slots(missed | due)
        self.assertFulfils(due, visit)
        self.assertFulfils(missed, visit.browse())
        # Nor is a button shown that only refuses.
        self.assertEqual((missed.is_missed, due.is_missed), (True, False))
        with self.assertSays("no longer planned"):
            missed.with_user(self.rep).action_plan_visit()

    def test_moved_out_of_a_closed_window(self):
        """The day that is proposed instead is kept; another one does not count."""
        slot = self.cadence_slot()
        slot._as_system().write(
            {
                "window_end": "2026-03-03",
                "date": "2026-03-05",
                "is_moved": True,
            }
        )
        self.assertFalse(slot.is_outside)
        self.travel("2026-03-04 09:00:00")
        visit = slot.with_user(self.rep)._plan_visit()
        self.assertEqual(str(visit.date), "2026-03-05")
        visit.objective = "Something else"
        self.assertFulfils(slot, visit)
        visit.with_user(self.rep).date_start = "2026-03-06 09:00:00"
        self.assertFulfils(slot, self.env["governance.visit"])
        visit.with_user(self.rep).date_start = "2026-03-05 14:00:00"
        self.assertFulfils(slot, visit)

    def test_a_day_that_somebody_chooses(self):
        """Who chooses another day than the one that is proposed leaves the window."""
        plan = self.env["governance.visit.plan"]
        plan = plan._as_system().create({"user_id": self.rep.id, "month": "2026-03-01"})
        slot = self.cadence_slot()
        slot._as_system().write(
            {
                "plan_id": plan.id,
                "window_end": "2026-03-03",
                "date": "2026-03-05",
                "is_moved": True,
            }
        )
        slot.with_user(self.rep).date = "2026-03-05"
        self.assertFalse(slot.is_outside)
        slot.with_user(self.rep).date = "2026-03-20"
        self.assertTrue(slot.is_outside)
        self.assertFulfils(slot, self.visit().browse())

    def test_presence(self):
        """A day at the customer is a door visit as well as a day of presence (B-29)."""
        slot = self.cadence_slot("presence")
        self.visit(channel_id=self.channels["call"].id)
        self.assertFalse(slot.visit_id)
        self.assertFulfils(slot, self.visit())

    def test_lead(self):
        """Whatever one does for a lead is an action (VC-07)."""
        lead = self.env["crm.lead"].create({"name": "Deal", "user_id": self.rep.id})
        slot = self.slot(
            partner_id=False,
            lead_id=lead.id,
            channel_id=self.channels["activity"].id,
        )
        self.visit()
        self.assertFalse(slot.visit_id)
        visit = self.visit(
            partner_id=False, lead_id=lead.id, channel_id=self.channels["call"].id
        )
        self.assertFulfils(slot, visit)
