# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .complaints_common import ComplaintCommon

# All steps that no report is needed for.
SHORT = {
    "needs_acceptance": True,
    "needs_routing": True,
    "needs_reply": True,
    "needs_confirmation": True,
    "needs_prevention": True,
    "confirmation_days": 7,
}


@tagged("post_install", "-at_install")
class TestComplaintFlow(ComplaintCommon):
    """Check, acceptance, assignment, answer, closing (D-09, D-21 … D-23, D-42)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steps = cls.procedure(**SHORT)
        cls.create_matrix(
            [{"approver_type": "unit_leader"}], subject="complaint_acceptance"
        )
        cls.env["governance.complaint.route"].create(
            {
                "name": "All",
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
            }
        )

    @classmethod
    def registered(cls, user=None, **values):
        complaint = cls.draft(user, **values)
        complaint.action_register()
        return complaint

    @classmethod
    def checked(cls, validity="valid", **values):
        """Return a complaint that waits for acceptance."""
        complaint = cls.registered(**values)
        # Whoever sold it does not say that the customer is to blame.
        checker = complaint if validity == "valid" else complaint.with_user(cls.handler)
        checker.write({"validity": validity, "validity_reason": "Looked at it"})
        checker.action_check()
        return complaint

    def decide(self, complaint, user, verdict="approved", reason=None):
        request = complaint.sudo().approval_request_id
        request.with_user(user).sudo(False).decide(verdict, reason)

    @classmethod
    def kinds(cls, complaint):
        events = complaint.sudo().event_ids.sorted(lambda one: (one.date, one.id))
        return events.mapped("kind")

    def accepted(self, **values):
        complaint = self.checked(**values)
        self.decide(complaint, self.chief)
        return complaint

    def answered(self, **values):
        """Return an accepted complaint that has been answered."""
        complaint = self.accepted(**values)
        complaint.with_user(self.overseer).assign(self.workshop.id, self.handler.id)
        self.answer(complaint)
        return complaint

    @classmethod
    def answer(cls, complaint):
        """Let customer service have answered."""
        complaint._log_event("answered")
        complaint._enter("answered")

    # ------------------------------------------------------------------
    # CHECK AND ACCEPTANCE
    # ------------------------------------------------------------------

    def test_units_are_proposed(self):
        complaint = self.registered()
        self.assertEqual(complaint.sudo().unit_id, self.workshop)
        self.assertEqual(complaint.sudo().supervising_unit_id, self.supervision)
        self.assertReads(self.handler, complaint)

    def test_check_needs_a_result(self):
        complaint = self.registered()
        with self.assertSays("valid"):
            complaint.action_check()
        complaint.validity = "invalid"
        with self.assertSays("Say why"):
            complaint.action_check()
        self.assertEqual(complaint.state, "registered")

    def test_supervisor_accepts(self):
        complaint = self.checked()
        self.assertEqual(complaint.state, "acceptance")
        for user in (self.rep, self.handler, self.overseer):
            with self.assertRaises(UserError, msg=user.login):
                self.decide(complaint, user)
        self.decide(complaint, self.chief)
        self.assertEqual(complaint.state, "accepted")
        self.assertTrue(complaint.is_accepted)
        self.assertEqual(
            self.kinds(complaint), ["received", "registered", "checked", "accepted"]
        )

    def test_refusal_names_who_and_why(self):
        complaint = self.checked("invalid")
        with self.assertSays("reason"):
            self.decide(complaint, self.chief, "rejected")
        self.decide(complaint, self.chief, "rejected", "Wear and tear")
        self.assertFalse(complaint.is_accepted)
        self.assertEqual(complaint.no_investigation_reason, "Wear and tear")
        self.assertEqual(complaint.no_investigation_by_id, self.chief)
        self.assertIn("declined", self.kinds(complaint))
        self.assertEqual(complaint.state, "to_reply")

    def test_seller_never_accepts(self):
        """The supervisor of the unit may be the salesperson of the customer."""
        self.open_customer.user_id = self.chief
        complaint = self.registered(user=self.cmanager)
        complaint.validity = "valid"
        with self.assertSays("sign|decide"):
            complaint.action_check()

    def test_withdrawn_question_is_asked_again(self):
        complaint = self.checked()
        request = complaint.sudo().approval_request_id
        request.with_user(self.rep).sudo(False).action_withdraw()
        self.assertEqual(complaint.state, "registered")
        complaint.action_check()
        self.assertEqual(complaint.state, "acceptance")

    def test_customer_cause(self):
        short = self.procedure(code="T-C", is_customer_cause=True, needs_reply=True)
        complaint = self.checked("customer")
        self.assertEqual(complaint.procedure_id, short)
        self.decide(complaint, self.chief)
        self.assertEqual(complaint.state, "to_reply")

    # ------------------------------------------------------------------
    # ASSIGNMENT
    # ------------------------------------------------------------------

    def test_assign(self):
        complaint = self.accepted()
        with self.assertSays("supervisor of the handling unit"):
            complaint.with_user(self.handler).assign(self.workshop.id, self.handler.id)
        complaint.with_user(self.overseer).assign(
            self.workshop.id, self.handler.id, note="Yours"
        )
        self.assertEqual(complaint.user_id, self.handler)
        self.assertEqual(complaint.state, "to_reply")
        todos = complaint.sudo().activity_ids
        self.assertIn(self.handler, todos.user_id)

    def test_who_cannot_be_assigned(self):
        complaint = self.accepted()
        manager = complaint.with_user(self.cmanager)
        for unit, user, words in (
            (self.workshop, self.service, "does not work in"),
            (self.supervision, None, "Choose a unit"),
            (self.env["governance.complaint.unit"], None, "Choose a unit"),
        ):
            with self.assertSays(words):
                manager.assign(unit.id, user and user.id)
        self.workshop.member_ids |= self.rep | self.employee
        with self.assertSays("no right to handle"):
            manager.assign(self.workshop.id, self.employee.id)
        self.open_customer.user_id = self.handler2
        with self.assertSays("interest in the matter"):
            manager.assign(self.workshop.id, self.handler2.id)
        self.assertEqual(complaint.state, "accepted")

    def test_confidential_customer_needs_a_cleared_handler(self):
        complaint = self.draft(partner_id=self.secret.id)
        complaint.action_register()
        with self.assertRaises(AccessError):
            complaint.with_user(self.cmanager).assign(self.workshop.id, self.handler.id)

    def test_take(self):
        complaint = self.accepted()
        self.assertTrue(complaint.with_user(self.handler).can_take)
        self.assertFalse(complaint.with_user(self.overseer).can_take)
        complaint.with_user(self.handler).action_take()
        self.assertEqual(complaint.user_id, self.handler)
        with self.assertSays("already"):
            complaint.with_user(self.handler2).action_take()
        self.assertIn("taken", self.kinds(complaint))

    def test_interested_do_not_take(self):
        complaint = self.registered()
        self.open_customer.user_id = self.handler
        with self.assertSays("interest in the matter"):
            complaint.with_user(self.handler).action_take()

    # ------------------------------------------------------------------
    # WAITING
    # ------------------------------------------------------------------

    def test_wait_and_resume(self):
        complaint = self.registered().with_user(self.handler)
        with self.assertSays("Write the question"):
            complaint.wait(" ", is_asked=True)
        complaint.wait("Photo of the damage", is_asked=True)
        self.assertTrue(complaint.is_waiting)
        with self.assertSays("waits for the customer already"):
            complaint.wait("More", is_asked=True)
        self.travel("2026-03-03 09:00:00")
        complaint.note_inbound("Sent the photo", "2026-03-02 15:00:00")
        self.assertFalse(complaint.is_waiting)
        events = complaint.event_ids.filtered(lambda one: one.kind == "resumed")
        self.assertEqual(str(events.date), "2026-03-02 15:00:00")
        with self.assertSays("does not wait"):
            complaint.action_resume()

    def test_late_entry_stays_within_bounds(self):
        complaint = self.registered().with_user(self.handler)
        for moment in ("2026-03-01 00:00:00", "2026-03-09 00:00:00"):
            with self.assertSays("Enter a moment"):
                complaint.note_inbound("Hello", moment)

    def test_strangers_do_not_wait(self):
        complaint = self.registered()
        with self.assertSays("none of them"):
            complaint.wait("Photo")
        with self.assertRaises(AccessError):
            complaint.with_user(self.rep2).wait("Photo")

    # ------------------------------------------------------------------
    # CLOSING AND OPENING AGAIN
    # ------------------------------------------------------------------

    def test_closing_gate(self):
        complaint = self.answered().with_user(self.handler)
        with self.assertSays("Prevention"):
            complaint.action_close()
        complaint.prevention = "Better boxes"
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(str(complaint.date_closed), self.NOW)
        with self.assertRaises(AccessError):
            complaint.prevention = "Other boxes"
        with self.assertSays("Closed"):
            complaint.wait("More")

    def test_customer_accepts(self):
        complaint = self.answered().with_user(self.handler)
        complaint.note_confirmation("By telephone")
        self.assertEqual(complaint.state, "answered")
        complaint.prevention = "Better boxes"
        complaint.note_confirmation("By telephone again")
        self.assertEqual(complaint.state, "closed")

    def test_customer_rejects_and_reopens(self):
        complaint = self.answered().with_user(self.handler)
        complaint.prevention = "Better boxes"
        complaint.note_rejection("Still scratched")
        self.assertEqual(complaint.state, "to_reply")
        self.assertEqual(complaint.reopen_count, 0)
        self.answer(complaint)
        complaint.action_close()
        complaint.note_rejection("Scratched again")
        self.assertEqual(complaint.reopen_count, 1)
        self.assertFalse(complaint.date_closed)
        self.assertEqual(
            self.kinds(complaint)[-4:], ["answered", "closed", "rejected", "reopened"]
        )

    def test_reopen(self):
        complaint = self.answered().with_user(self.handler)
        complaint.prevention = "Better boxes"
        complaint.action_close()
        with self.assertSays("none of them"):
            complaint.with_user(self.rep).reopen("Please")
        complaint.reopen("The customer called")
        self.assertEqual(complaint.reopen_count, 1)
        with self.assertSays("only at"):
            complaint.reopen("Again")

    def test_withdraw_ends_the_decision(self):
        complaint = self.checked()
        request = complaint.sudo().approval_request_id
        complaint.with_user(self.handler).withdraw("All is well")
        self.assertEqual(complaint.state, "withdrawn")
        self.assertEqual(request.state, "withdrawn")
        self.assertFalse(complaint.sudo()._get_open_approvals())

    def test_silence_is_consent(self):
        complaint = self.answered()
        complaint.with_user(self.handler).prevention = "Better boxes"
        self.run_job("governance.complaint", "_cron_close_silent")
        self.assertEqual(complaint.state, "answered")
        self.travel("2026-03-12 09:00:00")
        self.run_job("governance.complaint", "_cron_close_silent")
        self.assertEqual(complaint.state, "closed")
        self.run_job("governance.complaint", "_cron_close_silent")
        self.assertEqual(self.kinds(complaint).count("closed"), 1)

    def test_who_speaks_does_not_consent(self):
        complaint = self.answered()
        complaint.with_user(self.handler).prevention = "Better boxes"
        self.travel("2026-03-04 09:00:00")
        complaint.note_inbound("I do not know")
        self.travel("2026-03-12 09:00:00")
        self.run_job("governance.complaint", "_cron_close_silent")
        self.assertEqual(complaint.state, "answered")
        todos = complaint.sudo().activity_ids.filtered(
            lambda one: "days for the customer" in (one.summary or "")
        )
        self.run_job("governance.complaint", "_cron_close_silent")
        self.assertEqual(len(todos.exists()), 1)
