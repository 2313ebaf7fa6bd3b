# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisit(VisitCommon):
    """From the plan to the accepted report (B-12, B-25, B-51, B-56, AM-09)."""

    # ------------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------------

    def test_visitor_plans(self):
        """Number, end, day and visitor follow; the visit stands in the calendar."""
        visit = self.visit()
        self.assertRegex(visit.name, r"^V/2026/\d{5}$")
        self.assertEqual(visit.participant_ids, self.rep)
        self.assertEqual(str(visit.date), "2026-03-05")
        self.assertEqual(visit.date_stop, datetime(2026, 3, 5, 10))
        self.assertEqual(visit.kind, "planned")
        self.assertEqual(visit.display_name, f"Open Trading {visit.name}")
        self.assertTrue(visit.event_id.active)

    def test_visits_of_others(self):
        """Leaders plan for their people; nobody else does, and the guard holds."""
        visit = self.visit(self.leader, user_id=self.rep.id)
        self.assertEqual(visit.participant_ids, self.rep)
        mine = [Command.link(self.rep2.id)]
        with self.assertSays("whom you lead", AccessError):
            self.visit(self.rep2, user_id=self.rep.id, participant_ids=mine)
        with self.assertRaises(AccessError):
            self.visit(self.rep2, user_id=self.rep.id)
        for user in (self.auditor, self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.visit(user)
        with self.assertSays("writes the report"):
            visit.with_user(self.leader).objective = "Other"

    def test_whom(self):
        """The customer as a whole, its contacts, a lead that belongs to it."""
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.visit(partner_id=False)
        with self.assertSays("whole customer", ValidationError):
            self.visit(partner_id=self.contact.id)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertSays("contact of the customer", ValidationError):
            self.visit(meeting_ids=[Command.link(stranger.id)])
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.contact.id, "user_id": self.rep.id}
        )
        visit = self.visit(partner_id=False, lead_id=lead.id)
        self.assertEqual(visit.partner_id, self.open_customer)
        self.assertEqual(visit.event_id.opportunity_id, lead)
        with self.assertSays("another customer", ValidationError):
            self.visit(partner_id=self.important.id, lead_id=lead.id)

    def test_participants(self):
        """Only people who work in the company; the visitor is always one of them."""
        visit = self.visit(participant_ids=[Command.set(self.rep2.ids)])
        self.assertEqual(visit.participant_ids, self.rep | self.rep2)
        self.assertTrue(visit.is_joint)
        with self.assertSays("takes part", ValidationError):
            visit.write({"participant_ids": [Command.set(self.rep2.ids)]})
        with self.assertSays("Only colleagues", ValidationError):
            visit.write({"participant_ids": [Command.link(self.portal.id)]})
        visit = self.visit(self.leader)
        visit.write({"user_id": self.rep.id})
        self.assertEqual(visit.participant_ids, self.rep | self.leader)

    # ------------------------------------------------------------------
    # REPORT
    # ------------------------------------------------------------------

    def test_life(self):
        """Held, submitted, accepted; each by who has to."""
        visit = self.visit()
        with self.assertSays("cannot be reported before"):
            visit.action_hold()
        self.travel("2026-03-05 10:30:00")
        with self.assertSays("writes the report"):
            visit.with_user(self.leader).action_hold()
        visit.action_hold()
        with self.assertSays("Needs and Opinions"):
            visit.action_submit()
        self.report(visit)
        self.assertEqual(visit.state, "submitted")
        self.assertFalse(visit.mark_count)
        for user in (self.rep, self.rep2, self.leader2, self.auditor, self.manager):
            with self.assertRaises(AccessError):
                visit.with_user(user).action_accept()
        visit.with_user(self.leader).action_accept()
        self.assertEqual(visit.state, "accepted")
        self.assertEqual(visit.accepted_by_id, self.leader)

    def test_own_report(self):
        """A leader's own report is accepted by somebody else."""
        visit = self.visit(self.leader, partner_id=self.south.id)
        self.travel("2026-03-05 10:30:00")
        visit.action_hold()
        self.report(visit)
        with self.assertSays("Somebody else", AccessError):
            visit.action_accept()
        with self.assertSays("Somebody else", AccessError):
            visit.unlock("Oh")
        visit.with_user(self.manager).action_accept()
        self.assertEqual(visit.state, "accepted")

    def test_give_back(self):
        """With a reason that the visitor gets; submitted again it is still in time."""
        visit = self.submitted()
        with self.assertSays("Say why"):
            visit.with_user(self.leader).give_back(" ")
        visit.with_user(self.leader).give_back("Whom did you meet?")
        self.assertEqual(visit.state, "held")
        self.assertEqual(visit.return_reason, "Whom did you meet?")
        note = self.env["mail.message"].search(
            [("partner_ids", "=", self.rep.partner_id.id)], limit=1, order="id desc"
        )
        self.assertIn("Whom did you meet?", note.body)
        self.travel("2026-03-20 10:00:00")
        visit.write({"result": "Met the boss"})
        visit.action_submit()
        self.assertFalse(visit.is_late)
        self.assertIn("Met the boss", visit.unlock_ids.changes)
        self.assertEqual(visit.unlock_ids.kind, "returned")

    def test_cancel(self):
        """With a reason, by the visitor or the leader; it stays, the event goes."""
        visit = self.visit(participant_ids=[Command.link(self.rep2.id)])
        promise = self.promise(visit)
        with self.assertSays("calls the visit off", AccessError):
            visit.with_user(self.rep2).cancel("No")
        with self.assertSays("Say why"):
            visit.cancel("")
        visit.with_user(self.leader).cancel("They are ill")
        self.assertEqual(visit.state, "cancelled")
        self.assertFalse(visit.event_id.active)
        self.assertEqual(promise.state, "dropped")
        self.assertFalse(promise.activity_id)
        with self.assertRaises(AccessError):
            visit.unlink()

    def test_changes_of_decision_makers(self):
        """Who looks after the customer is asked once to note who decides (B-63)."""
        visit = self.visit(self.rep2)
        self.travel("2026-03-05 10:30:00")
        visit.action_hold()
        self.report(visit, decision_makers="Ms Li buys, Mr Wu has left")
        self.assertEqual(visit.activity_ids.user_id, self.rep)
        visit.with_user(self.leader2).unlock("Who is Ms Li?")
        visit.action_submit()
        self.assertEqual(len(visit.activity_ids), 1)

    def test_delete(self):
        """Planned visits go with their event; what was held stays."""
        visit = self.visit()
        event = visit.event_id
        visit.unlink()
        self.assertFalse(event.exists())
        visit = self.visit()
        self.travel("2026-03-05 10:30:00")
        visit.action_hold()
        with self.assertSays("at “Held”", AccessError):
            visit.unlink()
        self.assertRefused(self.rep, "governance.visit", "unlink", visit.ids)
