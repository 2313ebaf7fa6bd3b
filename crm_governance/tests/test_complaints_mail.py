# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Complaints by e-mail (D-07): what becomes of each, and that none is lost."""

import base64
from datetime import datetime
from unittest.mock import patch

from psycopg2.pool import PoolError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .complaints_mail_common import ComplaintMailCommon


@tagged("post_install", "-at_install")
class TestComplaintsMail(ComplaintMailCommon):
    """Mails of customers who are known, and of strangers."""

    def test_known_sender(self):
        """A mail becomes a complaint of the customer, acknowledged at once."""
        complaint, kept = self.receive(attachments=[("photo.jpg", b"picture")])
        self.assertFalse(kept)
        self.assertRecordValues(
            complaint,
            [
                {
                    "title": "Scratches",
                    "state": "registered",
                    "partner_id": self.open_customer.id,
                    "contact_id": self.anna.id,
                    "complainant_email": "anna@customer.example.com",
                    "complainant_name": "Anna",
                    "date_received": datetime(2026, 3, 2, 8, 30),
                    "registered_by_id": self.env.ref("base.user_root").id,
                    "unit_id": self.service_unit.id,
                    "user_id": False,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(complaint.channel_id.code.lower(), "email")
        self.assertIn("It is broken.", complaint.description)
        self.assertEqual(
            self.events(complaint), ["received", "registered", "acknowledged"]
        )
        [message] = complaint.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids.mapped("name"), ["photo.jpg"])
        self.assertEqual(message.attachment_ids.raw, b"picture")
        self.assertEqual(self.sent_to(complaint), ["anna@customer.example.com"])
        # Customer service reads it, others do not.
        self.assertReads(self.service, complaint)
        self.assertHidden(self.handler, complaint)

    def test_address_is_given_by_administrators(self):
        """Odoo writes addresses as the system; nobody else changes them (C-12)."""
        for user in (self.handler, self.cmanager, self.employee, self.portal):
            for vals in ({"alias_name": "mine"}, {"alias_name": False}, {}):
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRaises(AccessError):
                        self.workshop.with_user(user).write(vals)
        self.workshop.with_user(self.manager).write({"alias_name": "workshop"})
        self.assertEqual(self.workshop.alias_name, "workshop")

    def test_unknown_sender(self):
        complaint, kept = self.receive(From="Somebody <who@nowhere.example.com>")
        self.assertFalse(kept)
        self.assertFalse(complaint.partner_id | complaint.contact_id)
        self.assertEqual(complaint.complainant_name, "Somebody")
        self.assertEqual(self.sent_to(complaint), ["who@nowhere.example.com"])

    def test_nobody(self):
        """A mail without sender, subject and text is a complaint all the same."""
        complaint, kept = self.receive(From=None, Subject=None, body="", Date=None)
        self.assertFalse(kept)
        self.assertEqual(complaint.title, "Without a subject")
        self.assertEqual(complaint.complainant_name, "Unknown sender")
        self.assertFalse(complaint.partner_id)
        self.assertNotIn("acknowledged", self.events(complaint))

    def test_colleague(self):
        """What a colleague passes on is no complaint of the colleague."""
        self.rep.email = "rep@governance.example.org"
        complaint, kept = self.receive(From="rep@governance.example.org")
        self.assertFalse(kept)
        self.assertFalse(complaint.partner_id)

    def test_address_of_two_customers(self):
        """Whose address is not clear is not guessed."""
        self.customer("Other", self.rep, email=self.anna.email)
        complaint, _kept = self.receive()
        self.assertFalse(complaint.partner_id)

    def test_date(self):
        """The clocks begin when it was sent, but never in the future or long ago."""
        now = datetime(2026, 3, 2, 9)
        for date, expected in (
            ("Mon, 02 Mar 2026 08:30:00 +0800", datetime(2026, 3, 2, 0, 30)),
            ("Tue, 03 Mar 2026 08:30:00 +0000", now),
            ("Mon, 02 Mar 2199 08:30:00 +0000", now),
            ("Thu, 01 Jan 1970 00:00:00 +0000", now),
            ("next week or so", now),
        ):
            with self.subTest(date):
                complaint, _kept = self.receive(Date=date)
                self.assertEqual(complaint.date_received, expected)

    def test_customers_do_not_follow(self):
        """What colleagues write to each other is sent to no customer."""
        complaint, _kept = self.receive()
        complaint.message_subscribe(partner_ids=self.anna.ids)
        self.assertNotIn(self.anna, complaint.message_partner_ids)

    def test_answers_come_back(self):
        complaint, _kept = self.receive()
        reply_to = complaint._notify_get_reply_to()[complaint.id]
        self.assertIn(self.ADDRESS, reply_to)

    def test_acknowledge_by_hand(self):
        """Customer service and the unit tell who has called; others do not."""
        complaint = self.draft(contact_id=self.anna.id)
        complaint.action_register()
        complaint._as_system().unit_id = self.workshop
        for user in (self.service, self.handler):
            self.assertTrue(complaint.with_user(user).can_acknowledge)
        self.assertFalse(complaint.with_user(self.rep).can_acknowledge)
        with self.assertRaises(UserError):
            complaint.with_user(self.rep).action_acknowledge()
        self.assertRefused(
            self.rep2, complaint._name, "action_acknowledge", complaint.ids
        )
        complaint.with_user(self.service).action_acknowledge()
        self.assertEqual(self.sent_to(complaint), ["anna@customer.example.com"])
        [event] = complaint.event_ids.filtered(lambda one: one.kind == "acknowledged")
        self.assertEqual(event.user_id, self.service)
        self.env.invalidate_all()
        self.assertFalse(complaint.with_user(self.service).can_acknowledge)
        other = self.draft()
        other.action_register()
        other._as_system().unit_id = self.workshop
        self.open_customer.email = False
        with self.assertRaises(UserError):
            other.with_user(self.service).action_acknowledge()

    # ------------------------------------------------------------------
    # WHAT CUSTOMERS WRITE AFTERWARDS
    # ------------------------------------------------------------------

    def receipt(self, complaint):
        return complaint.message_ids.filtered(
            lambda message: complaint.name in (message.subject or "")
        )[:1].message_id

    def test_reply(self):
        """The answer to the acknowledgement belongs to the complaint."""
        complaint, _kept = self.receive()
        more, kept = self.receive(
            body="And dented.",
            Subject="Re: whatever",
            References=self.receipt(complaint),
            Date="Mon, 02 Mar 2026 08:50:00 +0000",
        )
        self.assertFalse(more or kept)
        [event] = complaint.event_ids.filtered(lambda one: one.kind == "inbound")
        self.assertEqual(event.note, "And dented.")
        self.assertEqual(event.date, datetime(2026, 3, 2, 8, 50))
        self.assertIn("And dented.", str(complaint.message_ids.mapped("body")))
        self.assertEqual(
            complaint.activity_ids.user_id, self.service, "customer service is told"
        )

    def test_reply_by_number(self):
        """Some programs say only in the subject to what they answer."""
        complaint, _kept = self.receive()
        more, _kept = self.receive(Subject=f"AW: complaint [{complaint.name}]")
        self.assertFalse(more)
        self.assertIn("inbound", self.events(complaint))

    def test_number_of_others(self):
        """Who names the number of somebody else's complaint starts an own one."""
        complaint, _kept = self.receive()
        more, _kept = self.receive(
            Subject=complaint.name, From="mallory@nowhere.example.com"
        )
        self.assertTrue(more)
        self.assertNotIn("inbound", self.events(complaint))

    def test_reply_of_colleague_of_customer(self):
        bert = self.anna.copy({"name": "Bert", "email": "bert@customer.example.com"})
        complaint, _kept = self.receive()
        self.receive(From=bert.email, References=self.receipt(complaint))
        self.assertIn("inbound", self.events(complaint))

    def test_reply_of_stranger(self):
        """What a stranger answers is no word of the customer: no clock hears of it."""
        complaint, _kept = self.receive()
        more, kept = self.receive(
            body="I am somebody else",
            From="mallory@nowhere.example.com",
            References=self.receipt(complaint),
        )
        self.assertFalse(more or kept)
        self.assertNotIn("inbound", self.events(complaint))
        self.assertIn("somebody else", str(complaint.message_ids.mapped("body")))

    # ------------------------------------------------------------------
    # LOOPS
    # ------------------------------------------------------------------

    def test_automatic_answers(self):
        """What a program has written is no complaint, gets no answer, and is kept."""
        complaint, _kept = self.receive()
        for header in (
            ("Auto-Submitted", "auto-replied"),
            ("Auto-Submitted", "auto-generated; type=away"),
            ("Precedence", "bulk"),
            ("X-Autoreply", "yes"),
            ("Return-Path", "<>"),
        ):
            for references in (None, self.receipt(complaint)):
                with self.subTest(header=header, references=references):
                    more, kept = self.receive(headers=[header], References=references)
                    self.assertFalse(more)
                    self.assertEqual(kept.state, "ignored")
                    self.assertIn(header[0], kept.reason)
                    self.assertEqual(
                        kept.complaint_id, complaint if references else more
                    )
        self.assertNotIn("inbound", self.events(complaint))
        self.assertEqual(len(self.sent_to(complaint)), 1)

    def test_people_are_no_programs(self):
        complaint, _kept = self.receive(headers=[("Auto-Submitted", "no")])
        self.assertTrue(complaint)

    def test_own_address(self):
        more, kept = self.receive(From=self.ADDRESS)
        self.assertFalse(more)
        self.assertEqual(kept.state, "ignored")

    def test_bounce(self):
        """A notice that a mail was not delivered is kept, too."""
        more, kept = self.receive(From="MAILER-DAEMON@customer.example.com")
        self.assertFalse(more)
        self.assertEqual(kept.state, "ignored")
        self.assertEqual(kept.unit_id, self.service_unit)

    def test_same_number(self):
        """Programs that give all mails the same number lose none of them."""
        complaint, kept = self.receive(Message_Id="<1@printer>", body="one")
        self.assertTrue(complaint and not kept)
        more, kept = self.receive(Message_Id="<1@printer>", body="two")
        self.assertFalse(more)
        self.assertEqual(kept.state, "ignored")
        self.assertIn(b"two", base64.b64decode(kept.original))
        kept.with_user(self.service).action_take_in()
        self.assertEqual(kept.state, "done")

    def test_two_robots(self):
        """A robot that answers each mail with a new one gets few and is held back."""
        taken, held = 0, 0
        for _number in range(30):
            complaint, kept = self.receive(From="robot@nowhere.example.com")
            taken += len(complaint)
            held += len(kept.filtered(lambda one: one.state == "held"))
        self.assertEqual((taken, held), (20, 10))
        complaints = self.env["governance.complaint"].search(
            [("complainant_email", "=", "robot@nowhere.example.com")]
        )
        told = [one for one in complaints if self.sent_to(one)]
        self.assertEqual(len(told), 5)
        self.env["mail.gateway.allowed"].create({"email": "robot@nowhere.example.com"})
        complaint, _kept = self.receive(From="robot@nowhere.example.com")
        self.assertTrue(complaint)

    def test_the_mail_tells_nothing(self):
        """The acknowledgement has no words of who may have lied on the sender."""
        complaint, _kept = self.receive(
            Subject="Buy pills",
            body="at https://pills.example.com",
            From="Pills <a@b.example.com>",
        )
        mail = self.mails_of(complaint)
        self.assertIn("auto-replied", mail.headers)
        for text in ("ills", "https://pills"):
            self.assertNotIn(text, f"{mail.subject} {mail.body_html}")

    # ------------------------------------------------------------------
    # FAILURES
    # ------------------------------------------------------------------

    def fail(self, error, mail=None):
        model = type(self.env["governance.complaint"])
        with patch.object(model, "_take_in", side_effect=error):
            return self.receive(mail)

    def test_failure_is_kept(self):
        """What cannot be taken in is kept as it came, told of, and tried again."""
        mail = self.mail(attachments=[("photo.jpg", b"picture")])
        before = self.env["mail.mail"].search([])
        more, kept = self.fail(ZeroDivisionError("by chance"), mail)
        self.assertFalse(more)
        self.assertRecordValues(
            kept,
            [
                {
                    "state": "failed",
                    "title": "Scratches",
                    "email": "anna@customer.example.com",
                    "partner_id": self.open_customer.id,
                    "unit_id": self.service_unit.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertIn("by chance", kept.reason)
        self.assertEqual(base64.b64decode(kept.original), mail)
        sent = self.env["mail.mail"].search([]) - before
        self.assertNotIn("anna@customer.example.com", str(sent.mapped("email_to")))
        kept.with_user(self.service).action_take_in()
        self.assertEqual(kept.state, "done")
        self.assertEqual(kept.complaint_id.title, "Scratches")
        self.assertEqual(kept.complaint_id.contact_id, self.anna)
        files = kept.complaint_id.message_ids.attachment_ids
        self.assertEqual(files.raw, b"picture")

    def test_failure_is_told_once(self):
        """Ten mails that fail together are one message for customer service."""
        messages = self.env["mail.message"].search([])
        for _number in range(5):
            self.fail(ZeroDivisionError())
        told = self.env["mail.message"].search([]) - messages
        told = told.filtered(lambda one: self.service.partner_id in one.partner_ids)
        self.assertEqual(len(told), 1)
        self.assertNotIn(self.open_customer.name, str(told.body))

    def test_failure_is_kept_once(self):
        mail = self.mail()
        _more, kept = self.fail(ZeroDivisionError(), mail)
        self.assertTrue(kept)
        _more, again = self.fail(ZeroDivisionError(), mail)
        self.assertFalse(again)

    def test_failure_of_reply(self):
        complaint, _kept = self.receive()
        mail = self.mail(
            References=self.receipt(complaint), To="other@governance.example.com"
        )
        model = type(self.env["governance.complaint"])
        with patch.object(model, "_hear_customer", side_effect=UserError("Not now.")):
            _more, kept = self.receive(mail)
        self.assertEqual(kept.complaint_id, complaint)
        self.assertEqual(kept.reason, "Not now.")
        kept.with_user(self.cmanager).action_take_in()
        self.assertIn("inbound", self.events(complaint))
        self.assertEqual(kept.complaint_id, complaint)

    def test_failure_of_others(self):
        """Mails that are about something else fail as they did before."""
        mail = self.mail(To="nobody@governance.example.com")
        with self.assertRaises(ValueError):
            self.env["mail.thread"].message_process(None, mail)

    def test_job_tries_again(self):
        _more, kept = self.fail(ZeroDivisionError())
        self.run_job("governance.complaint.intake", "_cron_take_in")
        self.assertEqual(kept.state, "done")

    def test_job_gives_up(self):
        _more, kept = self.fail(ZeroDivisionError())
        model = type(self.env["governance.complaint"])
        with patch.object(model, "_take_in", side_effect=ZeroDivisionError):
            for _time in range(7):
                self.run_job("governance.complaint.intake", "_cron_take_in")
        self.assertRecordValues(kept, [{"state": "failed", "attempts": 5}])

    def test_register_with_original(self):
        """What never can be read becomes a complaint with the original attached."""
        mail = self.mail()
        _more, kept = self.fail(ZeroDivisionError(), mail)
        kept.with_user(self.service).action_register_original()
        complaint = kept.complaint_id
        self.assertRecordValues(
            complaint,
            [{"title": "Scratches", "contact_id": self.anna.id, "state": "registered"}],
        )
        self.assertEqual(complaint.message_ids.attachment_ids.raw, mail)

    # ------------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------------

    def test_who_takes_in(self):
        """The unit that it was sent to and managers take in, nobody else."""
        _more, kept = self.fail(ZeroDivisionError())
        for user in (self.service, self.cmanager):
            self.assertReads(user, kept)
        for user in (self.handler, self.overseer):
            self.assertHidden(user, kept)
        for user in (self.handler, self.rep, self.overseer, self.auditor, self.portal):
            for method in ("action_take_in", "action_drop", "action_register_original"):
                self.assertRefused(user, kept._name, method, kept.ids)
        for values in ({"state": "done"}, {"complaint_id": False}, {"reason": "x"}):
            with self.assertRaises(AccessError):
                kept.with_user(self.cmanager).write(values)
        kept.with_user(self.service).action_drop()
        self.assertRecordValues(
            kept, [{"state": "dropped", "closed_by_id": self.service.id}]
        )

    def test_confidential_sender(self):
        """A mail of a confidential customer is kept for those with the clearance."""
        self.anna.parent_id = self.secret
        _more, kept = self.fail(ZeroDivisionError())
        self.assertEqual(kept.partner_id, self.secret)
        self.assertHidden(self.service, kept)

    def test_gateway_over_rpc(self):
        """The methods of the gateway work for the gateway alone."""
        complaint, _kept = self.receive()
        values = {"email_from": "anna@customer.example.com", "subject": "x"}
        for user in (self.employee, self.portal, self.rep, self.handler):
            for args in (
                ("message_new", values),
                ("message_update", complaint.ids, values),
            ):
                with self.subTest(user=user.login, args=args):
                    self.assertRefused(user, "governance.complaint", *args)
            self.assertRefused(
                user,
                "mail.thread",
                "message_process",
                "governance.complaint",
                self.mail().decode(),
                None,
                False,
                False,
                complaint.id,
            )
        self.assertNotIn("inbound", self.events(complaint))

    def test_who_hands_mails_over(self):
        """Administrators and other employees run a mail gateway; nobody outside does.

        Whoever does gets to know no complaint by it.
        """
        admin = self.env.ref("base.user_admin")
        for user in (admin, self.employee, self.handler):
            with self.subTest(user.login):
                complaint, kept = self.receive(user=user)
                self.assertFalse(kept)
                self.assertEqual(complaint.contact_id, self.anna)
                self.assertEqual(
                    complaint.registered_by_id, self.env.ref("base.user_root")
                )
                if user != admin:
                    self.assertHidden(user, complaint)
        complaints = self.env["governance.complaint"].search([])
        intakes = self.env["governance.complaint.intake"].search([])
        public = self.env.ref("base.public_user")
        for user in (self.portal, public):
            for model in (None, "governance.complaint"):
                with self.subTest(user=user.login, model=model):
                    self.assertRefused(
                        user,
                        "mail.thread",
                        "message_process",
                        model,
                        self.mail().decode(),
                    )
        self.assertEqual(self.env["governance.complaint"].search([]), complaints)
        self.assertEqual(self.env["governance.complaint.intake"].search([]), intakes)

    def test_failure_over_rpc(self):
        """A mail that fails is kept, too, whoever runs the gateway; none of outside."""
        model = type(self.env["governance.complaint"])
        for user in (self.env.ref("base.user_admin"), self.employee):
            with patch.object(model, "_take_in", side_effect=ZeroDivisionError):
                complaint, kept = self.receive(user=user)
            self.assertFalse(complaint)
            self.assertEqual(kept.state, "failed")
            self.assertReads(self.service, kept)
            if user == self.employee:
                self.assertRefused(user, kept._name, "read", kept.ids, ["title"])
        with patch.object(model, "_take_in", side_effect=ZeroDivisionError):
            self.assertRefused(
                self.portal,
                "mail.thread",
                "message_process",
                None,
                self.mail().decode(),
            )

    def test_folded_number(self):
        """Some programs break the line before the number: it is the number."""
        folded = [
            self.mail(Message_Id="<same@customer.example.com>")
            .replace(b"Message-Id: <", b"Message-ID:" + fold + b" <")
            .replace(b"Scratches", subject)
            for fold, subject in ((b"\n", b"One"), (b"\r\n\t", b"Two"))
        ]
        complaint, _kept = self.receive(folded[0])
        numbers = complaint.message_ids.mapped("message_id")
        self.assertIn("<same@customer.example.com>", numbers)
        again, kept = self.receive(folded[1])
        self.assertFalse(again)
        self.assertEqual(kept.state, "ignored")

    def test_no_connection_left(self):
        """A burst that uses all connections loses no mail."""
        number = "governance_complaint_intake_number"
        with (
            patch.object(
                type(self.env.registry), "cursor", side_effect=PoolError("Full")
            ),
            self.assertLogs(f"odoo.addons.crm_governance.models.complaints.{number}"),
        ):
            complaint, kept = self.receive()
        self.assertEqual(complaint.contact_id, self.anna)
        self.assertFalse(kept)
