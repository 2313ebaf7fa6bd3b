# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitHonest(VisitCommon):
    """What would make a report say something else than what took place."""

    # ------------------------------------------------------------------
    # ANOTHER DAY, ANOTHER CUSTOMER (B-56)
    # ------------------------------------------------------------------

    def test_held_visit_moved_on(self):
        """A later day gives no more time for the report, and is marked."""
        visit = self.visit()
        self.travel("2026-03-05 09:30:00")
        visit.action_check_in()
        self.travel("2026-03-20 11:00:00")
        visit.date_start = "2026-03-20 09:00:00"
        self.assertTrue(visit.is_redated)
        self.assertTrue(visit.is_checkin_off)
        self.assertEqual(visit.report_deadline, date(2026, 3, 7))
        self.report(visit)
        self.assertTrue(visit.is_late)

    def test_overdue_visit_moved_on(self):
        """A planned one moves freely until its report is overdue."""
        visit = self.visit()
        self.travel("2026-03-07 09:00:00")
        visit.date_start = "2026-03-09 09:00:00"
        self.assertFalse(visit.is_redated)
        self.assertEqual(visit.report_deadline, date(2026, 3, 11))
        self.travel("2026-03-12 09:00:00")
        visit.event_id.with_user(self.rep).write(
            {"start": "2026-03-12 08:00:00", "stop": "2026-03-12 08:30:00"}
        )
        self.assertEqual(visit.date, date(2026, 3, 12))
        self.assertTrue(visit.is_redated)

    def test_held_hours(self):
        """Another hour of the same day is no other day."""
        visit = self.visit()
        self.travel("2026-03-05 12:00:00")
        visit.action_hold()
        visit.date_start = "2026-03-05 10:00:00"
        self.assertFalse(visit.mark_count)

    def test_checked_in(self):
        """A check-in stays one at its customer's; the report is still written."""
        visit = self.visit()
        self.travel("2026-03-05 09:30:00")
        visit.action_check_in()
        other = self.customer("Another of rep", self.rep)
        for vals in (
            {"partner_id": other.id},
            {"channel_id": self.channels["call"].id},
        ):
            with self.assertSays("You checked in"):
                visit.write(vals)
        # Forms may send what stays as it is.
        visit.write({"partner_id": self.open_customer.id, "result": "Talked"})
        visit.participant_ids = self.rep
        self.assertFalse(visit.mark_count)
        visit.participant_ids |= self.leader
        self.assertTrue(visit.is_regrouped)
        self.assertIn("Participants Changed", visit.marks)
        visit.cancel("At the wrong door")

    def test_participants_before_the_check_in(self):
        """Who takes part is free until the visitor is there."""
        visit = self.visit()
        visit.participant_ids |= self.leader
        self.travel("2026-03-05 09:30:00")
        visit.action_check_in()
        self.assertFalse(visit.mark_count)

    def test_company_of_what_took_place(self):
        """It would be another leader's, with other deadlines (AM-09)."""
        other = self.env["res.company"].create({"name": "Other"})
        self.rep.company_ids |= other
        visit = self.visit()
        self.travel("2026-03-05 11:00:00")
        visit.action_hold()
        with self.assertSays("stays there"):
            visit.with_company(other).company_id = other
        visit.write({"company_id": self.company.id, "result": "Talked"})

    def test_visit_given_away(self):
        """One gives nobody a visit but people whom one leads (B-12)."""
        for user in (self.rep2, self.leader):
            visit = self.visit()
            with self.assertSays("those of people whom you lead", AccessError):
                visit.user_id = user
        visit = self.visit(self.leader)
        visit.user_id = self.rep
        self.assertEqual(visit.user_id, self.rep)

    # ------------------------------------------------------------------
    # CONTACTS (B-38)
    # ------------------------------------------------------------------

    def test_level_of_a_closed_report(self):
        """What a contact becomes later changes no report; given back, it shows."""
        closed = self.submitted(meeting_ids=[Command.set(self.contact.ids)])
        self.travel(self.NOW)
        ahead = self.visit(date_start="2026-03-05 14:00:00")
        ahead.contact_ids = self.contact
        self.contact.with_user(self.rep).governance_contact_level = "4"
        self.env.flush_all()
        self.assertEqual(closed.contact_level, "1")
        self.assertEqual(ahead.contact_level, "4")
        self.travel("2026-03-06 09:00:00")
        closed.with_user(self.leader).give_back("Whom did you meet?")
        closed.contact_ids = self.contact | self.chief
        self.assertIn("Highest Level", closed.unlock_ids.changes)

    def test_contact_met_stays(self):
        """Who was met, or was to be, is not deleted; who is only to be met may go."""
        self.visit(meeting_ids=[Command.set(self.chief.ids)])
        self.submitted(meeting_ids=[Command.set(self.contact.ids)])
        closed = self.submitted(date_start="2026-03-04 14:00:00")
        asked = self.contact.copy({"name": "Asked for"})
        closed._as_system().meeting_ids = asked
        for contact in (self.contact, asked):
            with self.assertSays(f"{contact.name} stands in reports"):
                contact.unlink()
        self.chief.unlink()

    # ------------------------------------------------------------------
    # TOO MANY AT ONCE
    # ------------------------------------------------------------------

    def test_present_everywhere(self):
        """Nobody is at two customers' at once; calls and visits go with presence."""
        other = self.customer("Another of rep", self.rep)
        presence = {"channel_id": self.channels["presence"].id}
        here = self.visit(**presence, date_stop="2026-03-05 17:00:00")
        self.visit()
        call = self.visit(partner_id=other.id, channel_id=self.channels["call"].id)
        self.travel("2026-03-05 18:00:00")
        (here | call).action_hold()
        self.assertFalse((here | call).filtered("is_crowded"))
        for channel in ("presence", "visit"):
            there = self.visit(
                partner_id=other.id,
                channel_id=self.channels[channel].id,
                date_start="2026-03-05 12:00:00",
            )
            there.action_hold()
            self.assertTrue(there.is_crowded, channel)
        self.assertTrue(here.is_crowded)

    @mute_logger("odoo.sql_db")
    def test_no_time(self):
        """A visit without any length would be in nobody's way."""
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.visit(date_stop=self.START)
        self.assertIn("dates_check", str(caught.exception))

    # ------------------------------------------------------------------
    # WHO DECIDES (AM-09)
    # ------------------------------------------------------------------

    def test_participant_decides_nothing(self):
        """Who took part does not accept; without another leader, administrators do."""
        visit = self.submitted(participant_ids=[Command.link(self.leader.id)])
        with self.assertSays("You took part", AccessError):
            visit.with_user(self.leader).action_accept()
        with self.assertSays("You took part", AccessError):
            visit.with_user(self.leader).give_back("Once more")
        self.assertFalse(visit.with_user(self.leader).can_decide)
        visit.with_user(self.manager).action_accept()
        self.assertEqual(visit.accepted_by_id, self.manager)

    # ------------------------------------------------------------------
    # PROMISES (B-57)
    # ------------------------------------------------------------------

    def test_promise_through_to_do(self):
        """Who only takes part changes no promise, over its to-do neither."""
        visit = self.visit(participant_ids=[Command.link(self.rep2.id)])
        promise = self.promise(visit)
        activity = promise.activity_id.with_user(self.rep2)
        for step in (
            lambda: activity.action_feedback(feedback="Sent"),
            lambda: activity.write({"date_deadline": "2026-04-01"}),
            lambda: activity.write({"user_id": self.rep2.id}),
        ):
            with self.assertSays("gave this promise"):
                step()
        self.assertEqual(promise.state, "open")
        promise.activity_id.with_user(self.leader).date_deadline = "2026-03-11"
        self.assertEqual(promise.date_deadline, date(2026, 3, 11))

    def test_promise_of_a_report_given_back(self):
        """What was submitted once is dropped with a reason, never deleted."""
        visit = self.visit()
        promise = self.promise(visit)
        self.travel("2026-03-05 11:00:00")
        visit.action_hold()
        self.report(visit)
        visit.with_user(self.leader).give_back("Once more")
        with self.assertSays("drop it with a reason"):
            promise.unlink()
        with self.assertSays("drop it with a reason"):
            visit.write({"promise_ids": [Command.delete(promise.id)]})
        visit.cancel("It was another day")
        self.assertEqual(promise.state, "dropped")
        self.assertEqual(promise.drop_reason, "It was another day")

    def test_promise_stays_with_its_report(self):
        """Nobody renews a promise, or deletes it, by way of another visit."""
        visit = self.visit()
        promise = self.promise(visit)
        other = self.visit(date_start="2026-03-06 09:00:00")
        loose = self.promise(other)
        self.travel("2026-03-05 11:00:00")
        visit.action_hold()
        self.report(visit)
        visit.with_user(self.leader).give_back("Once more")
        for step in (
            lambda: promise.write({"visit_id": other.id}),
            lambda: other.write({"promise_ids": [Command.link(promise.id)]}),
        ):
            with self.assertSays("drop it with a reason"):
                step()
        # Forms send what stays as it is.
        promise.write({"visit_id": visit.id, "name": "Send all lists"})
        loose.visit_id = visit
        self.assertEqual(loose.visit_id, visit)

    def test_promise_for_a_past_day(self):
        """Nobody owes a colleague's promise before it was given."""
        visit = self.visit(participant_ids=[Command.link(self.rep2.id)])
        with self.assertSays("before the visit"):
            self.promise(visit, user_id=self.rep2.id, date_deadline="2026-03-04")
        promise = self.promise(visit, date_deadline="2026-03-04")
        with self.assertSays("before the visit"):
            promise.user_id = self.rep2

    # ------------------------------------------------------------------
    # NUMBERS AND DAYS
    # ------------------------------------------------------------------

    def test_days_of_other_centuries(self):
        """Typing errors are said in words, whatever the time zone."""
        visit = self.visit()
        for zone in ("Asia/Shanghai", "America/New_York"):
            self.company.partner_id.tz = zone
            for day in ("9999-12-31 23:30:00", "0001-01-01 00:00:00", "1900-01-01"):
                with self.assertSays("of this century"):
                    self.visit(date_start=day)
                with self.assertSays("of this century"):
                    visit.date_stop = day
                form = self.env["governance.visit"].with_user(self.rep)
                form.onchange(
                    {"date_start": day, "channel_id": self.channels["visit"].id},
                    ["date_start"],
                    {"date_stop": {}, "date": {}, "report_deadline": {}},
                )

    @mute_logger("odoo.sql_db")
    def test_numbers(self):
        """No visit of months, and nothing that costs less than nothing."""
        expense = {"name": "Taxi", "kind": "travel", "amount": -5}
        for vals in (
            {"date_stop": "2026-05-01 09:00:00"},
            {"cost_ids": [Command.create(expense)]},
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.visit(**vals)
                self.env.flush_all()
            self.env.invalidate_all()

    def test_colleagues_are_not_marked(self):
        """Saying that somebody took part marks the own report, not that one's."""
        theirs = self.submitted(self.rep2, partner_id=self.south.id)
        mine = self.visit(participant_ids=[Command.link(self.rep2.id)])
        mine.action_hold()
        self.assertTrue(mine.is_crowded)
        self.assertFalse(theirs.is_crowded)

    @mute_logger("odoo.sql_db")
    def test_purpose_of_a_report(self):
        """What a visit was for is archived, not deleted."""
        self.submitted()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.purpose.with_user(self.manager).unlink()

    def test_administrator_who_took_part(self):
        """Nobody unlocks a report on what counts for oneself."""
        visit = self.submitted(participant_ids=[Command.link(self.manager.id)])
        with self.assertSays("You took part", AccessError):
            visit.with_user(self.manager).unlock("Something is missing")
        self.assertFalse(visit.with_user(self.manager).can_unlock)

    # ------------------------------------------------------------------
    # WHAT OTHERS LEARN
    # ------------------------------------------------------------------

    def test_names_of_strangers(self):
        """Errors name nobody whom one only guessed."""
        self.portal.name = "Mrs. Nobody Knows"
        for method, values in (
            ("visit", {"participant_ids": [Command.link(self.portal.id)]}),
            ("visit", {"user_id": self.portal.id}),
            ("promise", {"user_id": self.portal.id}),
            ("plan", {"user_id": self.portal.id, "month": "2026-04-01"}),
        ):
            with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                if method == "visit":
                    self.visit(**values)
                elif method == "promise":
                    self.promise(self.visit(), **values)
                else:
                    plans = self.env["governance.visit.plan"].with_user(self.rep)
                    plans.create(values)
            self.assertNotIn("Nobody Knows", str(caught.exception), values)

    def test_lead_of_somebody_else(self):
        """No visit tells how a lead is called that its visitor does not read."""
        lead = self.env["crm.lead"].create(
            {"name": "Their deal", "user_id": self.rep2.id, "partner_id": False}
        )
        self.assertFalse(lead.with_user(self.rep).has_access("read"))
        with self.assertSays("Lead", AccessError):
            self.visit(lead_id=lead.id)
        visit = self.visit()
        with self.assertSays("Lead", AccessError):
            visit.lead_id = lead.id

    def test_dialog(self):
        """The dialog names no visit and no promise of strangers."""
        mine, theirs = self.visit(), self.visit(self.rep2, partner_id=self.south.id)
        my_promise, promise = self.promise(mine), self.promise(theirs)
        dialogs = self.env["governance.visit.reason"].with_user(self.rep)
        for visit, what, kind in (
            (theirs, my_promise.browse(), "drop"),
            (theirs, my_promise, "drop"),
            (theirs, my_promise.browse(), "cancel"),
            (mine, promise, "cancel"),
            (mine, promise, "drop"),
            (mine, my_promise.browse(), "drop"),
            (mine, my_promise, "cancel"),
        ):
            with (
                self.assertRaises(UserError, msg=(visit, kind)),
                self.env.cr.savepoint(),
            ):
                dialogs.create(
                    {
                        "visit_id": visit.id,
                        "promise_id": what.id,
                        "kind": kind,
                        "reason": "x",
                    }
                )
        context = my_promise.action_drop()["context"]
        dialogs.with_context(**context).create({"reason": "x"}).action_confirm()
        self.assertEqual(my_promise.state, "dropped")

    def test_event_goes_with_the_visit(self):
        """No event names the customer of a visit that was deleted."""
        visit = self.visit()
        event = visit.event_id
        visit.unlink()
        self.assertFalse(event.exists())

    # ------------------------------------------------------------------
    # THE DAY OF THE COMPANY
    # ------------------------------------------------------------------

    def test_time_zone_of_the_company(self):
        """All terms go by it, so who writes contacts does not move it."""
        partner = self.company.partner_id
        self.rep.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertSays("only administrators", AccessError):
            partner.with_user(self.rep).tz = "Etc/GMT+12"
        partner.with_user(self.rep).write({"tz": partner.tz, "phone": "1"})
        self.open_customer.with_user(self.rep).tz = "Asia/Shanghai"
        self.rep.group_ids += self.env.ref("base.group_erp_manager")
        partner.with_user(self.rep).tz = "Asia/Shanghai"
