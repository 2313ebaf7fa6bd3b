# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .complaints_paper_common import ComplaintPaperCommon


@tagged("post_install", "-at_install")
class TestReply(ComplaintPaperCommon, MailCase):
    """Who tells the customer what, and when (D-09, D-29)."""

    def reply(self, complaint, user=None):
        return complaint.with_user(user or self.service).reply_ids[:1]

    def contact(self, complaint, user=None, **values):
        replies = self.env["governance.complaint.reply"].with_user(user or self.handler)
        return replies.create(
            {
                "complaint_id": complaint.id,
                "purpose": "contact",
                "mode": "written",
                "subject": "A question",
                "body": "<p>Which colour was it?</p>",
                **values,
            }
        )

    def test_solution(self):
        """Customer service sends it; handler, supervisor and manager cannot."""
        complaint = self.at("to_reply")
        self.reply(complaint).write({"body": "<p>You get a new one.</p>"})
        for user in (self.handler, self.chief, self.overseer, self.cmanager):
            with self.assertSays("by customer service only: .*Service"):
                self.reply(complaint, user).action_send()
            with self.assertSays("by customer service only"):
                self.reply(complaint, user).write({"body": "<p>Nothing.</p>"})
        for user in (self.rep, self.executive, self.employee):
            with self.assertRaises(AccessError):
                complaint.reply_ids.with_user(user).action_send()
        with self.mock_mail_gateway():
            self.reply(complaint).action_send()
        reply = complaint.reply_ids
        self.assertEqual((reply.state, reply.user_id), ("sent", self.service))
        self.assertEqual(complaint.state, "answered")
        self.assertEqual(complaint.date_answered, reply.date_sent)
        self.assertEqual(self.kinds(complaint)[-1], "answered")
        mail = self._new_mails.filtered("email_to")
        self.assertEqual(mail.email_to, "buyer@example.com")
        self.assertIn("You get a new one.", mail.body_html)
        with self.assertRaises(AccessError):
            self.reply(complaint).write({"body": "<p>Never said.</p>"})
        with self.assertRaises(AccessError):
            self.reply(complaint).unlink()

    def test_known_contact(self):
        """A contact of ours is answered at its own address, in its language."""
        contact = self.env["res.partner"].create(
            {
                "name": "Wang",
                "parent_id": self.open_customer.id,
                "email": "wang@example.com",
            }
        )
        complaint = self.at("to_reply", contact_id=contact.id, complainant_email=False)
        self.assertIn("Dear Wang", self.reply(complaint).body)
        with self.mock_mail_gateway():
            self.reply(complaint).action_send()
        self.assertIn(contact, self._new_mails.recipient_ids)

    def test_language(self):
        """The draft is in the language of who complains."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.open_customer.lang = "zh_CN"
        template = self.env.ref("crm_governance.mail_template_complaint_solution")
        template.with_context(lang="zh_CN").subject = "关于您的投诉 {{ object.name }}"
        complaint = self.at("to_reply")
        reply = complaint.reply_ids
        self.assertEqual((reply.lang, reply.subject[:5]), ("zh_CN", "关于您的投"))

    def test_oral(self):
        """A talk counts when it was, with whom, and what was said."""
        complaint = self.at("to_reply")
        reply = self.reply(complaint)
        reply.write({"mode": "oral", "body": "<p>He agrees</p>"})
        with self.assertSays("with whom"):
            reply.action_send()
        reply.write({"spoken_with": "Mr Li"})
        self.travel("2026-03-02 12:00:00")
        for date in ("2026-03-02 12:00:01", "2026-03-02 08:59:59"):
            reply.write({"date_spoken": date})
            with self.assertSays("before the complaint was received, or still to come"):
                reply.action_send()
        reply.write({"date_spoken": "2026-03-02 10:30:00"})
        reply.action_send()
        self.assertEqual(reply.state, "told")
        event = complaint.event_ids.filtered(lambda one: one.kind == "answered")
        self.assertEqual(str(event.date), "2026-03-02 10:30:00")
        [answer, *_others] = complaint._get_customer_timeline()
        self.assertIn("in person or by telephone", answer["text"])

    def test_nothing_to_say(self):
        """An empty text, no subject or no address is refused in words."""
        complaint = self.at("to_reply")
        reply = self.reply(complaint)
        reply.write({"body": "<p><br></p>"})
        with self.assertSays("Write what the customer is told"):
            reply.action_send()
        reply.write({"body": "<p>New one</p>", "subject": " "})
        with self.assertSays("subject"):
            reply.action_send()
        reply.write({"subject": "New one"})
        complaint._as_system().complainant_email = False
        with self.assertSays("no e-mail address"):
            reply.action_send()

    def test_remedies_first(self):
        """Nobody promises what is not approved yet (semantics 16)."""
        complaint = self.at("to_reply")
        remedy = (
            self.env["governance.complaint.remedy"]
            .with_user(self.handler)
            .create(
                {
                    "complaint_id": complaint.id,
                    "description": "10 percent off",
                    "amount": 20,
                }
            )
        )
        with self.assertSays("has to be approved, refused or deleted"):
            self.reply(complaint).action_send()
        remedy.action_request_approval()
        with self.assertSays("has to be approved, refused or deleted"):
            self.reply(complaint).action_send()
        self.sign(remedy, self.chief)
        self.reply(complaint).action_send()
        self.assertEqual(complaint.state, "answered")

    def test_contact(self):
        """The handler stays in contact; that is a response and no solution (D-09)."""
        complaint = self.at()
        for user in (self.handler2, self.rep):
            with self.assertSays("You are neither of them"):
                self.contact(complaint, user)
        for user in (self.executive, self.employee, self.auditor):
            with self.assertRaises(AccessError):
                self.contact(complaint, user)
        with self.mock_mail_gateway():
            self.contact(complaint).action_send()
        self.assertEqual(self.kinds(complaint)[-1], "response")
        self.assertEqual(complaint.state, "assigned")
        self.assertFalse(complaint.date_answered)

    def test_no_solution_by_the_back_door(self):
        """A handler does not declare a contact a solution."""
        complaint = self.at("to_reply")
        contact = self.contact(complaint)
        with self.assertRaises(AccessError):
            contact.write({"purpose": "solution"})
        with self.assertRaises(UserError):
            self.contact(complaint, purpose="solution")

    def test_other_peoples_files(self):
        """Nobody sends a file that he or she may not read."""
        complaint = self.at("to_reply")
        hidden = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "res.users.apikeys",
                "res_id": 1,
            }
        )
        reply = self.reply(complaint)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            reply.write({"attachment_ids": [(4, hidden.id)]})
            reply.action_send()

    def test_scripts(self):
        """What would run in a browser does not get into the text."""
        complaint = self.at("to_reply")
        reply = self.reply(complaint)
        reply.write({"body": "<p>Hi<script>alert(1)</script></p>"})
        self.assertNotIn("script", reply.body)

    def test_laid_out_again(self):
        """A draft that was deleted is laid out anew, once."""
        complaint = self.at("to_reply")
        self.reply(complaint).unlink()
        self.assertFalse(complaint.reply_ids)
        mine = complaint.with_user(self.service)
        first = mine.action_open_reply()["res_id"]
        self.assertEqual(mine.action_open_reply()["res_id"], first)
        with self.assertSays("nothing to open yet"):
            self.at().with_user(self.handler).action_open_opinion()


@tagged("post_install", "-at_install")
class TestExtension(ComplaintPaperCommon):
    """More time: in time, for a reason, approved, told, not too often (rule 14)."""

    LATER = "2026-03-06 09:00:00"

    def ask(self, complaint, user=None, **values):
        extensions = self.env["governance.complaint.extension"].with_user(
            user or self.handler
        )
        return extensions.create(
            {
                "complaint_id": complaint.id,
                "date_until": self.LATER,
                "reason": "The laboratory needs two days more",
                **values,
            }
        )

    def running(self):
        """Return a complaint whose solution is due on 4 March, 09:00."""
        complaint = self.at()
        self.set_deadline(complaint, "2026-03-04 09:00:00")
        return complaint

    def set_deadline(self, complaint, deadline):
        clock = complaint.clock_ids.filtered(lambda one: one.kind == "first_resolution")
        if not clock:
            clock = clock._as_system().create(
                {
                    "complaint_id": complaint.id,
                    "kind": "first_resolution",
                    "state": "running",
                    "start": self.NOW,
                }
            )
        clock._as_system().write({"state": "running", "deadline": deadline})

    def test_approved_and_told(self):
        """It holds once the customer knows, and not before."""
        complaint = self.running()
        extension = self.ask(complaint)
        extension.action_request_approval()
        self.assertEqual(str(extension.date_before), "2026-03-04 09:00:00")
        for user in (self.overseer, self.executive, self.cmanager):
            with self.assertRaises(UserError):
                self.sign(extension, user)
        self.sign(extension, self.chief)
        self.assertEqual(extension.state, "approved")
        self.assertNotIn("extended", self.kinds(complaint))
        notice = extension.reply_ids
        self.assertIn("03/06/2026", notice.body)
        with self.assertRaises(AccessError):
            notice.with_user(self.handler).unlink()
        notice.with_user(self.handler).action_send()
        self.assertEqual(extension.state, "effective")
        event = complaint.event_ids.filtered(lambda one: one.kind == "extended")
        self.assertEqual(event.details["until"], self.LATER)
        self.assertEqual(event.details["kinds"], ["first_resolution"])

    def test_in_time(self):
        """Nobody gets more time when the time is over, nor without a target."""
        complaint = self.running()
        with self.assertSays("no target for it"):
            self.ask(complaint, kind="total_resolution").action_request_approval()
        self.travel("2026-03-04 09:00:00")
        with self.assertSays("extended before it is over"):
            self.ask(complaint).action_request_approval()

    def test_decided_too_late(self):
        """An approval after the deadline changes nothing."""
        complaint = self.running()
        extension = self.ask(complaint)
        extension.action_request_approval()
        self.travel("2026-03-04 09:00:01")
        self.sign(extension, self.chief)
        self.assertEqual(extension.state, "late")
        self.assertFalse(extension.reply_ids)

    def test_told_too_late(self):
        """Nor does a notice that comes after the deadline."""
        complaint = self.running()
        extension = self.ask(complaint)
        extension.action_request_approval()
        self.sign(extension, self.chief)
        self.travel("2026-03-04 09:00:01")
        extension.reply_ids.with_user(self.handler).action_send()
        self.assertEqual(extension.state, "late")
        self.assertNotIn("extended", self.kinds(complaint))

    def test_how_often(self):
        """As often as the policy says, and no further."""
        complaint = self.running()
        extension = self.ask(complaint)
        extension.action_request_approval()
        self.sign(extension, self.chief)
        extension.reply_ids.with_user(self.handler).action_send()
        self.set_deadline(complaint, self.LATER)
        with self.assertSays("allows 1 extensions; 1 are taken"):
            self.ask(
                complaint, date_until="2026-03-09 09:00:00"
            ).action_request_approval()

    def test_longer(self):
        """An extension makes the time longer, and says why."""
        complaint = self.running()
        with self.assertSays("Choose a later deadline"):
            self.ask(
                complaint, date_until="2026-03-04 09:00:00"
            ).action_request_approval()
        with self.assertSays("Say why"):
            self.ask(complaint, reason=" ").action_request_approval()

    def test_who_asks(self):
        """Those who work on the complaint, each for himself or herself."""
        complaint = self.running()
        extension = self.ask(complaint)
        with self.assertSays("written by"):
            extension.with_user(self.handler2).action_request_approval()
        for user in (self.rep, self.executive, self.employee, self.auditor):
            with self.assertRaises(AccessError):
                self.ask(complaint, user)
        with self.assertRaises(AccessError):
            extension.write({"state": "effective"})
