# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitCalendar(VisitCommon):
    """A visit and its event follow each other; confidential ones are busy."""

    def event(self, visit, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return visit.event_id.with_user(user or visit.user_id)

    # ------------------------------------------------------------------
    # FROM THE VISIT
    # ------------------------------------------------------------------

    def test_event_of_a_visit(self):
        """Our participants attend; contacts only when the visitor wants it."""
        visit = self.visit(
            participant_ids=[Command.link(self.rep2.id)],
            meeting_ids=[Command.link(self.contact.id)],
        )
        event = visit.event_id
        self.assertEqual(event.name, "Test visit: Open Trading")
        self.assertEqual(event.start, datetime(2026, 3, 5, 9))
        self.assertEqual(event.stop, datetime(2026, 3, 5, 10))
        self.assertEqual(event.user_id, self.rep)
        ours = (self.rep | self.rep2).partner_id
        self.assertEqual(event.partner_ids, ours)
        self.assertFalse(event.privacy)
        visit.invites_contacts = True
        self.assertEqual(event.partner_ids, ours | self.contact)

    def test_no_letters_to_customers(self):
        """Nobody is written to unless the visitor invites the contacts."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        visit = self.visit(meeting_ids=[Command.link(self.contact.id)])
        visit.date_start = "2026-03-06 09:00:00"
        self.assertEqual(mails.search([]), before)
        visit.invites_contacts = True
        notes = self.env["mail.notification"].sudo()
        self.assertTrue(notes.search([("res_partner_id", "=", self.contact.id)]))

    def test_visit_moves_event(self):
        """The length stays when only the begin is given."""
        visit = self.visit()
        visit.date_start = "2026-03-06 14:00:00"
        self.assertEqual(visit.event_id.start, datetime(2026, 3, 6, 14))
        self.assertEqual(visit.event_id.stop, datetime(2026, 3, 6, 15))
        visit.write({"partner_id": self.south.id})
        self.assertEqual(visit.event_id.name, "Test visit: South Trading")

    # ------------------------------------------------------------------
    # FROM THE CALENDAR
    # ------------------------------------------------------------------

    def test_drag(self):
        """Moving the event moves the visit, and shows on its planned contact."""
        visit = self.visit()
        slot = self.slot(visit=visit)
        for user in (self.rep, self.leader):
            event = self.event(visit, user)
            event.write({"start": "2026-03-09 13:00:00", "stop": "2026-03-09 15:00:00"})
            self.assertEqual(visit.date_start, datetime(2026, 3, 9, 13))
            self.assertEqual(visit.date_stop, datetime(2026, 3, 9, 15))
            self.assertEqual(visit.date, date(2026, 3, 9))
            self.assertEqual(slot.date, date(2026, 3, 9))
            self.assertEqual(slot.visit_id, visit)
            self.assertFalse(visit.is_backdated)
            visit.date_start = self.START
            self.assertEqual(slot.date, date(2026, 3, 5))

    def test_resize_and_all_day(self):
        """A new length counts; without hours the old ones stay."""
        visit = self.visit()
        self.event(visit).write({"stop": "2026-03-05 12:30:00"})
        self.assertEqual(visit.date_stop, datetime(2026, 3, 5, 12, 30))
        self.event(visit).write(
            {"allday": True, "start_date": "2026-03-07", "stop_date": "2026-03-07"}
        )
        self.assertEqual(visit.date_start, datetime(2026, 3, 7, 9))
        self.assertEqual(visit.date_stop, datetime(2026, 3, 7, 12, 30))

    def test_drag_keeps_local_hours(self):
        """Across the change of the clock, a visit without hours stays where it was."""
        self.company.partner_id.tz = "Europe/Berlin"
        visit = self.visit(date_start="2026-03-27 08:00:00")
        self.event(visit).write(
            {"allday": True, "start_date": "2026-03-30", "stop_date": "2026-03-30"}
        )
        self.assertEqual(visit.date_start, datetime(2026, 3, 30, 7))

    def test_others_do_not_move(self):
        """Whoever neither takes part nor leads does not move the visit."""
        visit = self.visit()
        for user in (self.employee, self.rep2, self.leader2):
            with self.assertSays("visit of governance_rep", AccessError):
                self.event(visit, user).write({"start": "2026-03-09 13:00:00"})
        self.assertEqual(visit.date_start, datetime(2026, 3, 5, 9))

    def test_held_is_moved_by_its_visitor(self):
        """Who only takes part puts no mark on the report by another day."""
        visit = self.visit(participant_ids=[Command.link(self.rep2.id)])
        self.event(visit, self.rep2).write({"start": "2026-03-05 09:10:00"})
        self.travel("2026-03-05 11:00:00")
        visit.action_hold()
        for user in (self.rep2, self.leader):
            with self.assertSays("took place: only governance_rep", AccessError):
                self.event(visit, user).write({"start": "2026-03-03 09:00:00"})
        self.assertFalse(visit.mark_count)
        self.event(visit).write({"start": "2026-03-04 09:00:00"})
        self.assertTrue(visit.is_redated)

    def test_submitted_is_not_moved(self):
        visit = self.submitted()
        with self.assertSays("was submitted"):
            self.event(visit).write({"start": "2026-03-04 09:00:00"})
        with self.assertSays("was submitted"):
            self.event(visit, self.leader).write({"start": "2026-03-04 09:00:00"})

    def test_lost_event(self):
        """Deleting, archiving or declining the event does not lose the visit."""
        visit = self.visit()
        self.event(visit).attendee_ids.filtered(
            lambda row: row.partner_id == self.rep.partner_id
        ).do_decline()
        self.assertEqual(visit.state, "planned")
        self.event(visit).action_archive()
        self.assertEqual(visit.state, "planned")
        self.assertFalse(visit.is_in_calendar)
        self.assertIn("took the event out", visit.message_ids[0].body)
        visit.date_start = "2026-03-06 09:00:00"
        visit.action_put_in_calendar()
        self.assertTrue(visit.is_in_calendar)
        self.assertEqual(visit.event_id.start, datetime(2026, 3, 6, 9))
        self.event(visit).unlink()
        self.assertEqual(visit.state, "planned")
        self.assertFalse(visit.event_id)
        self.assertEqual(str(visit.date), "2026-03-06")
        visit.action_put_in_calendar()
        self.assertTrue(visit.event_id.active)

    # ------------------------------------------------------------------
    # BUSY
    # ------------------------------------------------------------------

    def assertBusy(self, user, visit):
        event = self.event(visit, user)
        self.assertEqual(event.display_name, "Busy", user.login)
        self.assertEqual(event.read(["name"])[0]["name"], "Busy", user.login)
        self.assertFalse(event.location)
        self.assertEqual(event.start, visit.date_start)
        if not user._get_clearance():
            found = event.search([("id", "=", event.id), ("name", "ilike", "Trading")])
            self.assertFalse(found, user.login)

    def assertClear(self, user, visit):
        self.assertIn("Trading", self.event(visit, user).name, user.login)

    def test_invitations_to_a_confidential_customer(self):
        """Its contacts are invited; colleagues without clearance get no letter."""
        self.rep2.notification_type = "email"
        visit = self.visit(
            partner_id=self.secret.id,
            meeting_ids=[Command.set(self.secret_contact.ids)],
            participant_ids=[Command.link(self.rep2.id)],
            invites_contacts=True,
        )
        visit.date_start = "2026-03-06 09:00:00"
        mails = self.env["mail.mail"].search(
            [("model", "=", "calendar.event"), ("res_id", "=", visit.event_id.id)]
        )
        self.assertEqual(len(mails), 2)
        self.assertEqual(mails.recipient_ids, self.secret_contact)

    def test_one_visit_is_one_meeting(self):
        """Neither a series nor a duplicate takes the name out of what is hidden."""
        visit = self.visit(
            partner_id=self.secret.id, participant_ids=[Command.link(self.rep2.id)]
        )
        with self.assertSays("Plan another visit"):
            self.event(visit).write(
                {"recurrency": True, "rrule_type": "daily", "count": 3}
            )
        with self.assertSays("Plan another visit"):
            self.event(visit).copy()

    def test_confidential_is_busy(self):
        """Also for who has the clearance, but does not take part."""
        visit = self.visit(partner_id=self.important.id)
        self.assertEqual(visit.event_id.privacy, "private")
        for user in (self.employee, self.rep2, self.cleared1, self.cleared2):
            self.assertBusy(user, visit)
        self.assertClear(self.rep, visit)

    def test_attendee_without_clearance(self):
        """Who is added in the calendar does not learn whom the visit is for."""
        visit = self.visit(partner_id=self.important.id)
        self.event(visit).write(
            {"partner_ids": [Command.link(self.employee.partner_id.id)]}
        )
        self.assertBusy(self.employee, visit)

    def test_raised_later(self):
        """When the customer gets a level, its visits become busy."""
        visit = self.visit()
        self.assertClear(self.employee, visit)
        self.open_customer._classify(self.level1, "raised")
        self.assertEqual(visit.event_id.privacy, "private")
        self.assertBusy(self.employee, visit)
        self.assertClear(self.rep, visit)

    def test_raised_otherwise(self):
        """Also when the level comes without a proposal, as by a default."""
        visit = self.visit(partner_id=self.south.id, user=self.rep2)
        self.classify(self.south, self.level1)
        self.assertBusy(self.employee, visit)
        self.assertBusy(self.cleared2, visit)

    def test_customer_changes(self):
        visit = self.visit()
        visit.partner_id = self.important
        self.assertBusy(self.cleared2, visit)

    def test_stays_private(self):
        """Nobody opens the event of a confidential visit to all."""
        visit = self.visit(partner_id=self.important.id)
        with self.assertSays("stays private"):
            self.event(visit).privacy = "public"
        with self.assertRaises(UserError):
            self.rpc(
                self.rep,
                "calendar.event",
                "write",
                visit.event_id.ids,
                {"privacy": False},
            )
