# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from .complaints_paper_common import ComplaintPaperCommon


@tagged("post_install", "-at_install")
class TestAskingTheCustomer(ComplaintPaperCommon):
    """Clocks stand only while a question to the customer is open (D-09, D-29)."""

    def events(self, complaint, kind):
        return complaint.sudo().event_ids.filtered(lambda one: one.kind == kind)

    def dialog(self, complaint, user):
        """Return the dialog of the step as a form."""
        record = complaint.with_user(user).sudo(False)
        action = record.with_context(governance_step="wait").action_step()
        steps = self.env["governance.complaint.step"].with_user(user)
        return Form(steps.with_context(**action["context"]))

    def test_question_is_sent(self):
        """The handler writes the question; it is in the mail and in the portal."""
        complaint = self.at()
        before = self.env["mail.mail"].search([])
        form = self.dialog(complaint, self.handler)
        self.assertEqual(form.asking, "send")
        self.assertEqual(form.recipient_email, "buyer@example.com")
        form.question = "Which <b>colour</b> was it?"
        form.save().action_confirm()
        self.assertTrue(complaint.is_waiting)
        reply = complaint.reply_ids
        self.assertEqual((reply.state, reply.purpose), ("sent", "contact"))
        self.assertIn(complaint.name, reply.subject)
        self.assertIn("&lt;b&gt;colour", reply.body)
        [event] = self.events(complaint, "waiting")
        self.assertEqual(event.details, {"reply": reply.id})
        self.assertEqual(len(self.events(complaint, "response")), 1)
        mails = self.env["mail.mail"].search([]) - before
        self.assertIn("buyer@example.com", f"{mails.mapped('email_to')}")
        shown = complaint._get_customer_timeline()
        self.assertTrue([one for one in shown if "colour" in str(one["text"])])

    def test_who_may_not_write(self):
        """Who neither handles it nor answers customers notes how they were asked."""
        complaint = self.at()
        with self.assertSays("neither of them"):
            complaint.with_user(self.chief).sudo(False).wait("Which colour?")
        self.assertFalse(complaint.is_waiting)
        form = self.dialog(complaint, self.chief)
        self.assertEqual(form.asking, "asked")
        form.reason = "Mr Li asked for the photos by telephone"
        form.save().action_confirm()
        [event] = self.events(complaint, "waiting")
        self.assertEqual(event.details, {"asked_on": self.NOW})
        self.assertIn("by telephone", event.note)
        self.assertFalse(self.events(complaint, "response"))

    def test_customer_service(self):
        """Customer service that handles it asks as it answers."""
        complaint = self.at(unit_id=self.service_unit.id, user_id=self.service.id)
        complaint.with_user(self.service).sudo(False).wait("Which colour?")
        self.assertEqual(complaint.reply_ids.user_id, self.service)

    def test_no_question_no_pause(self):
        complaint = self.at()
        mine = complaint.with_user(self.handler).sudo(False)
        for text in (" ", "", None, False, ["x"]):
            for is_asked in (True, False):
                with self.assertSays("Write the question"):
                    mine.wait(text, is_asked=is_asked)
        for moment in ("2026-03-01 00:00:00", "2026-03-09 00:00:00"):
            with self.assertSays("Enter a moment"):
                mine.wait("By telephone", is_asked=True, date=moment)
        complaint._as_system().complainant_email = False
        with self.assertSays("no e-mail address"), self.env.cr.savepoint():
            mine.wait("Which colour?")
        self.assertFalse(complaint.is_waiting)
        self.assertFalse(self.events(complaint, "waiting"))
        form = self.dialog(complaint, self.handler)
        self.assertEqual(form.asking, "asked")
        with self.assertRaisesRegex(AssertionError, "reason"):
            form.save()
