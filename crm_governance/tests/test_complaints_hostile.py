# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hostile mails and programs: nothing runs, nothing leaks, nothing is lost."""

import base64
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_governance.models.complaints.hostile_text import (
    clean_file_name,
    clean_line,
    clean_text,
)

from .complaints_mail_common import ComplaintMailCommon

SANITIZER = "odoo.tools.mail.html_sanitize"
RUNS = re.compile(r"<script|<iframe|<object|<embed|<form|\son\w+\s*=|javascript:", re.I)
SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src='https://evil.example.com'></iframe>",
    "<svg onload=alert(1)>",
    "<form action='https://evil.example.com'><input name=password></form>",
    "<object data='x'></object><embed src='x'>",
    "<body onload=alert(1)>",
    "{{ 7 * 7 }} <t t-out='object.env.cr'/> ${7*7}",
)


@tagged("post_install", "-at_install")
class TestHostileText(TransactionCase):
    """The pure functions."""

    TEXT = st.text(alphabet=st.characters(codec=None), max_size=300)

    @settings(derandomize=True, deadline=None, database=None)
    @given(TEXT)
    def test_file_names(self, text):
        """Whatever a file is called, the name can be kept, saved and shown."""
        name = clean_file_name(text)
        self.assertTrue(0 < len(name) <= 93)
        self.assertFalse(
            re.search(r"[/\\:*?\"<>|\x00-\x1f\u202a-\u202e\u2066-\u2069]", name)
        )
        self.assertFalse(name.startswith(".") or name.endswith("."))
        name.encode()
        self.assertEqual(clean_file_name(name), name)

    @settings(derandomize=True, deadline=None, database=None)
    @given(TEXT)
    def test_texts(self, text):
        """What is cleaned can be stored, and to clean it again changes nothing."""
        for clean in (clean_text, clean_line):
            cleaned = clean(text, 100)
            self.assertLessEqual(len(cleaned), 100)
            self.assertNotIn("\x00", cleaned)
            cleaned.encode()
            self.assertEqual(clean(cleaned, 100), cleaned)
        self.assertNotIn("\n", clean_line(text))

    def test_known_names(self):
        for name, expected in (
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
            ("photo\u202egpj.exe", "photogpj.exe"),
            ("<script>alert(1)</script>.png", "script_.png"),
            ("a\r\nContent-Type: text/html.pdf", "html.pdf"),
            ("a\x00b.pdf", "ab.pdf"),
            ("...", "file"),
            ("", "file"),
            (None, "file"),
            ("投诉照片.jpg", "投诉照片.jpg"),
            (".htaccess", "htaccess"),
            ("x" * 500 + ".pdf", "x" * 80 + ".pdf"),
        ):
            with self.subTest(name):
                self.assertEqual(clean_file_name(name).split("/")[-1], expected)


@tagged("post_install", "-at_install")
class TestComplaintsHostile(ComplaintMailCommon):
    """Mails that nobody would write by hand."""

    def assertNothingRuns(self, complaint):
        self.assertFalse(RUNS.search(complaint.description or ""))
        for message in complaint.message_ids:
            self.assertFalse(RUNS.search(message.body or ""), message.body)
        self.assertNotIn("49", complaint.title + (complaint.description or ""))

    def test_scripts(self):
        """Scripts in subject, sender, text and files are text, or gone."""
        for script in SCRIPTS:
            with self.subTest(script):
                complaint, kept = self.receive(
                    body=script,
                    html=f"<p>Hello</p>{script}",
                    Subject=script.replace("\n", " "),
                    From=f'"{script}" <anna@customer.example.com>'.replace("'", ""),
                    attachments=[(f"{script}.html", script.encode())],
                )
                self.assertFalse(kept)
                self.assertNothingRuns(complaint)
                for file in complaint.message_ids.attachment_ids:
                    self.assertNotIn("<", file.name)
                    self.assertNotIn("html", file.mimetype)
                self.assertEqual(complaint.state, "registered")

    def test_file_names(self):
        complaint, _kept = self.receive(
            attachments=[
                ("../../../etc/passwd", b"one"),
                ("photo\u202egpj.exe", b"two"),
                ("a" * 400 + ".pdf", b"three"),
                ("con", b"four"),
            ]
        )
        files = complaint.message_ids.attachment_ids.sorted("id")
        self.assertEqual(len(files), 4)
        self.assertEqual(set(files.mapped("raw")), {b"one", b"two", b"three", b"four"})
        for file in files:
            self.assertEqual(file.name, clean_file_name(file.name))
            self.assertEqual(
                (file.res_model, file.res_id), (complaint._name, complaint.id)
            )

    def test_big_mail(self):
        """Five megabytes of text and files become a complaint, with all of it."""
        text = "It is broken. " * 200_000
        content = bytes(range(256)) * 10_000
        mail = self.mail(body=text, attachments=[("big.bin", content)])
        self.assertGreater(len(mail), 5_000_000)
        complaint, kept = self.receive(mail)
        self.assertFalse(kept)
        self.assertLess(len(complaint.description), 300_000)
        files = {file.name: file.raw for file in complaint.message_ids.attachment_ids}
        self.assertEqual(files["big.bin"], content)
        self.assertEqual(files["original_email.eml"], mail)

    @mute_logger(SANITIZER, "odoo.tools.mail")
    def test_deep_mail(self):
        """A text that parsers give up on is there as it came."""
        for html in (
            "<div>" * 20_000 + "innermost",
            "<p>" + "<b>" * 300 + "innermost" + "</b>" * 300 + "</p>",
            "<table><tr><td>" * 5_000 + "innermost",
        ):
            mail = self.mail(html=html)
            with self.subTest(html[:10]):
                complaint, kept = self.receive(mail)
                if kept:
                    self.assertEqual(base64.b64decode(kept.original), mail)
                else:
                    files = complaint.message_ids.attachment_ids
                    self.assertIn(mail, files.mapped("raw"))

    def test_broken_mails(self):
        """Whatever arrives at the address is a complaint, or kept as it came."""
        head = b"To: complaints@governance.example.com\r\nFrom: a@b.example.com\r\n"
        for number, mail in enumerate(
            (
                head + b"Subject: \x00\x01\xff\xfe\r\n\r\n\x00\x00\xff",
                head + b"Subject: =?utf-8?B?////?=\r\n\r\nx",
                head + b"Subject: =?no-such-charset?Q?abc?=\r\n\r\nx",
                head + b"Content-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe",
                head + b"Content-Type: text/html\r\n\r\n<!-- -->",
                head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x",
                head + b"Content-Type: multipart/mixed\r\n\r\nno boundary",
                head
                + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64"
                + b"\r\n\r\n!!!not base64!!!",
                head + b"Date: \xff\xff\r\nMessage-Id: \xff\r\n\r\nx",
                head + b"From: second@b.example.com\r\nSubject: two senders\r\n\r\nx",
                head + b"Content-Type: text/html\r\n\r\n<p>\xed\xa0\x80\x00</p>",
                head,
            )
        ):
            with self.subTest(number):
                complaint, kept = self.receive(mail)
                self.assertEqual(len(complaint) + len(kept), 1)
                if kept:
                    self.assertEqual(base64.b64decode(kept.original), mail)
                    self.assertTrue(kept.reason)
                    kept.with_user(self.service).action_register_original()
                    complaint = kept.complaint_id
                self.assertEqual(complaint.state, "registered")

    def test_forged_sender(self):
        """Who says to be a customer complains for the customer, and reads none."""
        self.anna.parent_id = self.secret
        complaint, _kept = self.receive(body="I am not Anna")
        self.assertEqual(complaint.partner_id, self.secret)
        self.assertHidden(self.service, complaint)
        # The answer goes to the customer, with no word of who lied.
        [mail] = self.mails_of(complaint)
        self.assertEqual(mail.email_to, "anna@customer.example.com")
        self.assertNotIn("not Anna", mail.body_html)
        self.assertNotIn(self.secret.name, f"{mail.subject} {mail.body_html}")

    def test_defaults_of_address(self):
        """An address decides who gets it, and nothing about the complaint."""
        self.service_unit.alias_defaults = repr(
            {
                "company_id": self.company.id,
                "unit_id": self.service_unit.id,
                "partner_id": self.secret.id,
                "state": "closed",
                "user_id": self.rep.id,
            }
        )
        complaint, _kept = self.receive()
        self.assertRecordValues(
            complaint,
            [
                {
                    "partner_id": self.open_customer.id,
                    "state": "registered",
                    "user_id": False,
                }
            ],
        )

    def test_address_for_partners_only(self):
        """An address that answers strangers with a refusal would lose their mails."""
        self.service_unit.alias_id.alias_contact = "partners"
        complaint, _kept = self.receive(From="who@nowhere.example.com")
        self.assertTrue(complaint)

    def test_burst(self):
        """Many mails of many senders are as many complaints."""
        complaints = self.env["governance.complaint"]
        for number in range(25):
            complaint, kept = self.receive(From=f"c{number}@many.example.com")
            self.assertFalse(kept)
            complaints |= complaint
        self.assertEqual(len(complaints), 25)
        self.assertEqual(len(set(complaints.mapped("name"))), 25)

    # ------------------------------------------------------------------
    # OTHER PROGRAMS
    # ------------------------------------------------------------------

    TOLD = {
        "title": "Scratches",
        "description": "On the door",
        "email": "anna@customer.example.com",
        "date": "2026-03-02 08:00:00",
    }

    def submit(self, user=None, reference="A-1", **told):
        intakes = self.env["governance.complaint.intake"]
        return intakes.with_user(user or self.service).submit(
            reference, {**self.TOLD, **told}
        )

    def test_submit(self):
        """Another program registers a complaint once, however often it tries."""
        answer = self.submit()
        self.assertTrue(answer["is_taken_in"])
        self.assertEqual(self.submit(), answer)
        complaint = self.env["governance.complaint"].search(
            [("name", "=", answer["number"])]
        )
        self.assertRecordValues(
            complaint,
            [
                {
                    "title": "Scratches",
                    "partner_id": self.open_customer.id,
                    "contact_id": self.anna.id,
                    "state": "registered",
                }
            ],
        )
        self.assertEqual(str(complaint.date_received), "2026-03-02 08:00:00")

    def test_submit_tells_nothing(self):
        """The answer is the same for customers who are known, secret and unknown."""
        keys = set()
        for number, email in enumerate(
            ("anna@customer.example.com", "zero@secret.example", "who@no.example.com")
        ):
            answer = self.submit(reference=f"B-{number}", email=email)
            keys.add((frozenset(answer), answer["is_taken_in"]))
        self.assertEqual(len(keys), 1)

    def test_submit_refused(self):
        for user in (self.portal, self.employee):
            self.assertRefused(
                user, "governance.complaint.intake", "submit", "1", self.TOLD
            )
        for reference, told in (
            ("", {}),
            ("A", {"partner_id": "1"}),
            ("A", {"title": 1}),
            ("A", {"title": "", "description": ""}),
        ):
            with self.subTest(told), self.assertRaises(UserError):
                self.submit(reference=reference, **told)

    def test_submit_what_fails(self):
        """What cannot be registered is kept with its reason, and told apart."""
        for number, (told, word) in enumerate(
            (({"type": "nonsense"}, "nonsense"), ({"date": "soon"}, "soon"))
        ):
            answer = self.submit(reference=f"C-{number}", **told)
            self.assertEqual(answer, {"number": False, "is_taken_in": False})
            kept = self.env["governance.complaint.intake"].search(
                [("reference", "=", f"C-{number}")]
            )
            self.assertEqual(kept.state, "failed")
            self.assertIn(word, kept.reason)
            kept.with_user(self.service).action_register_original()
            self.assertTrue(kept.complaint_id)
