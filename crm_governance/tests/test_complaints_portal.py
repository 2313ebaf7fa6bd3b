# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer portal: one's own complaints, and nothing else of anything."""

import base64
import json
import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaints_portal_common import ComplaintPortalCommon

CONTROLLER = "odoo.addons.crm_governance.controllers.complaint_portal"


@tagged("post_install", "-at_install")
class TestComplaintsPortal(ComplaintPortalCommon):
    """`portal` complains, colleagues and strangers find and touch nothing of it."""

    # ------------------------------------------------------------------
    # A COMPLAINT
    # ------------------------------------------------------------------

    def test_new(self):
        """What is typed into the portal is a registered complaint of who typed it."""
        complaint, answer = self.complain(
            files=[("photo.jpg", b"picture")], demand="A new one"
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn(complaint.name, answer.text)
        self.assertRecordValues(
            complaint,
            [
                {
                    "title": "Scratches",
                    "state": "registered",
                    "partner_id": self.open_customer.id,
                    "contact_id": self.portal.partner_id.id,
                    "registered_by_id": self.portal.id,
                    "demand": "A new one",
                    "company_id": self.company.id,
                    "user_id": False,
                }
            ],
        )
        self.assertEqual(complaint.channel_id.code.lower(), "portal")
        self.assertEqual(
            self.events(complaint), ["received", "registered", "acknowledged"]
        )
        self.assertEqual(complaint.message_ids.attachment_ids.raw, b"picture")
        listed = self.url_open("/my/complaints").text
        self.assertIn(complaint.name, listed)
        self.assertReads(self.service, complaint)

    def test_new_without_words(self):
        complaint, answer = self.complain(description="  ", demand="Money")
        self.assertFalse(complaint)
        self.assertIn("what happened", answer.text)
        self.assertIn("Money", answer.text, "what was typed is not lost")

    def test_new_with_order_of_others(self):
        """Ids that the form does not offer are not taken."""
        order = self.env["sale.order"].create({"partner_id": self.secret.id})
        order.action_confirm()
        kind = self.types["warning"]
        complaint, _answer = self.complain(order=str(order.id), type=str(kind.id))
        self.assertFalse(complaint.order_id)
        self.assertNotEqual(complaint.type_id, kind)

    def test_new_says_nothing_else(self):
        """Fields that the form does not have are not taken either."""
        complaint, _answer = self.complain(
            partner_id=str(self.secret.id),
            is_important="1",
            state="closed",
            user_id=str(self.portal.id),
        )
        self.assertRecordValues(
            complaint,
            [
                {
                    "partner_id": self.open_customer.id,
                    "is_important": False,
                    "state": "registered",
                    "user_id": False,
                }
            ],
        )

    @mute_logger(CONTROLLER)
    def test_new_that_fails(self):
        """What cannot be registered is kept, and the customer is told."""
        model = type(self.env["governance.complaint"])
        intakes = self.env["governance.complaint.intake"]
        before = intakes.search([])
        with patch.object(model, "_take_in", side_effect=ZeroDivisionError):
            complaint, answer = self.complain()
        self.assertFalse(complaint)
        self.assertIn("is kept", answer.text)
        kept = intakes.search([]) - before
        self.assertEqual(kept.partner_id, self.open_customer)
        self.assertIn("On the door", base64.b64decode(kept.original).decode())
        kept.with_user(self.service).action_take_in()
        self.assertEqual(kept.complaint_id.contact_id, self.portal.partner_id)
        self.assertIn("On the door", kept.complaint_id.description)

    # ------------------------------------------------------------------
    # WHAT THE CUSTOMER READS
    # ------------------------------------------------------------------

    def test_redacted(self):
        """The page has what concerns the customer, and no word of colleagues."""
        complaint, _answer = self.complain()
        secret = "Zinnober"
        complaint.message_post(body=secret, subtype_xmlid="mail.mt_note")
        complaint.message_post(body=secret, subtype_xmlid="mail.mt_comment")
        complaint._as_system().write(
            {
                "validity_reason": secret,
                "prevention": secret,
                "user_id": self.handler.id,
            }
        )
        for kind, _label in complaint.event_ids._fields["kind"].selection:
            complaint.with_user(self.handler)._log_event(kind, note=secret, who=secret)
        self.env["ir.attachment"].create(
            {
                "name": secret,
                "raw": b"x",
                "res_model": complaint._name,
                "res_id": complaint.id,
            }
        )
        self.env.flush_all()
        page = self.url_open(f"/my/complaints/{complaint.id}").text
        for text in (
            secret,
            self.handler.name,
            "Investigation report",
            "Escalated",
            "Important",
            "Serious disagreement",
            "Not accepted",
            self.workshop.name,
        ):
            self.assertNotIn(text, page)
        for text in ("Received", "Receipt acknowledged", "On the door"):
            self.assertIn(text, page)

    def test_message(self):
        """What the customer writes is in the timeline, and ends the waiting."""
        complaint, _answer = self.complain()
        complaint._as_system().waiting_since = self.NOW
        complaint._log_event("waiting", note="internal")
        page = self.submit(
            f"/my/complaints/{complaint.id}/message",
            files=[("paper.pdf", b"paper")],
            text="Here is the paper",
        ).text
        self.assertIn("Here is the paper", page)
        self.assertIn("paper.pdf", page)
        self.assertFalse(complaint.waiting_since)
        self.assertEqual(self.events(complaint)[-2:], ["inbound", "resumed"])
        self.assertEqual(complaint.event_ids.sorted("id")[-2].user_id, self.portal)

    def test_empty_message(self):
        complaint, _answer = self.complain()
        page = self.submit(f"/my/complaints/{complaint.id}/message", text=" ").text
        self.assertIn("Write something", page)
        self.assertNotIn("inbound", self.events(complaint))

    # ------------------------------------------------------------------
    # THE ANSWER
    # ------------------------------------------------------------------

    def test_accept(self):
        complaint = self.answered()
        page = self.url_open(f"/my/complaints/{complaint.id}").text
        self.assertIn("I accept the answer", page)
        self.assertNotIn("Our secret note", page)
        self.submit(f"/my/complaints/{complaint.id}/accept")
        self.assertIn("confirmed", self.events(complaint))
        self.assertEqual(complaint.state, "closed")
        page = self.submit(f"/my/complaints/{complaint.id}/accept").text
        self.assertIn("no answer to accept", page)

    def test_reject(self):
        complaint = self.answered()
        page = self.submit(
            f"/my/complaints/{complaint.id}/reject",
            files=[("again.jpg", b"again")],
            text="Still scratched",
        ).text
        self.assertIn("rejected", self.events(complaint))
        self.assertNotIn(complaint.state, ("answered", "closed"))
        self.assertIn("Still scratched", page)
        self.assertIn("again.jpg", page)

    def test_reject_after_closing(self):
        complaint = self.answered()
        self.submit(f"/my/complaints/{complaint.id}/accept")
        self.assertEqual(complaint.state, "closed")
        page = self.submit(f"/my/complaints/{complaint.id}/reject", text=" ").text
        self.assertIn("Say why", page)
        self.assertEqual(complaint.state, "closed")
        self.submit(f"/my/complaints/{complaint.id}/reject", text="It came back")
        self.assertEqual(self.events(complaint)[-1], "reopened")
        self.assertEqual(complaint.reopen_count, 1)

    def test_too_late(self):
        complaint = self.answered()
        system = complaint._as_system()
        system.write({"state": "closed", "date_closed": "2025-10-01 00:00:00"})
        page = self.submit(f"/my/complaints/{complaint.id}/reject", text="Hm").text
        self.assertIn("Start a new one", page)
        self.assertEqual(complaint.state, "closed")

    def test_nothing_to_accept(self):
        """A form that was never shown does nothing."""
        complaint, _answer = self.complain()
        for deed in ("accept", "reject"):
            self.submit(f"/my/complaints/{complaint.id}/{deed}", text="x")
        self.assertEqual(complaint.state, "registered")
        self.assertFalse({"confirmed", "rejected"} & set(self.events(complaint)))

    # ------------------------------------------------------------------
    # OTHERS
    # ------------------------------------------------------------------

    def test_others(self):
        """Neither colleagues of the customer nor strangers find or touch it."""
        complaint = self.answered()
        self.submit(
            f"/my/complaints/{complaint.id}/message",
            files=[("paper.pdf", b"paper")],
            text="Zinnober",
        )
        [file] = complaint.message_ids.attachment_ids
        events = self.events(complaint)
        for user in (self.colleague, self.stranger, None):
            if user:
                self.sign_in(user)
            else:
                self.authenticate(None, None)
            name = user.login if user else "public"
            for url in (
                "/my/complaints",
                f"/my/complaints/{complaint.id}",
                f"/my/complaints/{complaint.id}?access_token={complaint.id}",
                f"/my/complaints/{complaint.id}/files/{file.id}",
                f"/web/content/{file.id}",
                f"/web/image/{file.id}",
                f"/mail/view?model=governance.complaint&res_id={complaint.id}",
                f"/mail/message/{complaint.message_ids[0].id}",
            ):
                with self.subTest(name, url=url):
                    answer = self.url_open(url)
                    self.assertNotIn(complaint.name, answer.text)
                    self.assertNotIn("Zinnober", answer.text)
                    self.assertNotEqual(answer.content, b"paper")
            for deed in ("message", "accept", "reject"):
                with self.subTest(name, deed=deed):
                    self.submit(f"/my/complaints/{complaint.id}/{deed}", text="I")
        self.assertEqual(self.events(complaint), events)

    def test_ids_that_are_not_there(self):
        complaint, _answer = self.complain()
        others = self.draft(self.rep)
        for number in (others.id, complaint.id + 100000):
            answer = self.url_open(f"/my/complaints/{number}")
            self.assertEqual(answer.status_code, 404)

    def test_files(self):
        """Own files are saved, never shown; those of colleagues are not there."""
        complaint, _answer = self.complain(
            files=[("page.html", b"<script>alert(1)</script>")]
        )
        [file] = complaint.message_ids.attachment_ids
        answer = self.url_open(f"/my/complaints/{complaint.id}/files/{file.id}")
        self.assertEqual(answer.content, b"<script>alert(1)</script>")
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        self.assertNotIn("html", answer.headers["Content-Type"])
        note = complaint.with_user(self.service).message_post(
            body="x", attachments=[("inside.pdf", b"inside")]
        )
        self.env.flush_all()
        answer = self.url_open(
            f"/my/complaints/{complaint.id}/files/{note.attachment_ids.id}"
        )
        self.assertEqual(answer.status_code, 404)

    def test_without_token(self):
        """A page of somebody else cannot send the form."""
        complaint = self.answered()
        answer = self.url_open(
            f"/my/complaints/{complaint.id}/accept", data={"text": "x"}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(complaint.state, "answered")

    def test_over_rpc(self):
        """No method of the model works for portal users, their own or not."""
        complaint = self.answered()
        model = "governance.complaint"
        for method, args in (
            ("read", [complaint.ids, ["title"]]),
            ("search_read", [[]]),
            ("write", [complaint.ids, {"title": "x"}]),
            ("create", [{"title": "x"}]),
            ("message_post", [complaint.ids]),
            ("action_register", [complaint.ids]),
            ("action_close", [complaint.ids]),
            ("action_acknowledge", [complaint.ids]),
            ("note_confirmation", [complaint.ids, "x"]),
            ("note_rejection", [complaint.ids, "x"]),
            ("reopen", [complaint.ids, "x"]),
        ):
            with self.subTest(method=method):
                self.assertRefused(self.portal, model, method, *args)
        self.assertRefused(
            self.portal, "governance.complaint.intake", "submit", "1", {"title": "x"}
        )
        self.rpc(
            self.portal,
            model,
            "message_subscribe",
            complaint.ids,
            [self.portal.partner_id.id],
        )
        self.assertNotIn(self.portal.partner_id, complaint.message_partner_ids)
        answer = self.url_open(
            "/mail/message/post",
            data=json.dumps(
                {
                    "params": {
                        "thread_model": model,
                        "thread_id": complaint.id,
                        "post_data": {"body": "Zinnober"},
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        self.assertIn("error", answer.json())
        self.assertNotIn("Zinnober", str(complaint.message_ids.mapped("body")))

    def test_scripts(self):
        """Scripts in every text are shown as text, to customers and to colleagues."""
        script = "<script>alert('x')</script><img src=x onerror=alert(1)>"
        complaint, answer = self.complain(
            title=script, description=script, demand=script
        )
        pages = [
            answer.text,
            self.url_open("/my/complaints").text,
            self.submit(f"/my/complaints/{complaint.id}/message", text=script).text,
        ]
        for page in pages:
            self.assertFalse(re.search(r"<script>alert|<img[^>]*onerror", page))
        self.assertNotIn("<script", complaint.description)
        for message in complaint.message_ids:
            self.assertFalse(re.search(r"<script|<img[^>]*onerror", message.body))

    # ------------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------------

    def by_hand(self, tour):
        self.env.flush_all()
        # Browsers do not live in the past.
        self.come_back()
        self.start_tour(
            "/my/complaints",
            f"governance_complaint_portal_{tour}",
            login=self.portal.login,
        )
        self.env.invalidate_all()

    def test_tour(self):
        """A customer complains, rejects the answer, and accepts the next one."""
        # The browser signs in with the login as the password.
        self.portal.password = self.portal.login
        complaints = self.env["governance.complaint"]
        before = complaints.search([])
        self.by_hand("new")
        complaint = complaints.search([]) - before
        self.assertEqual(complaint.contact_id, self.portal.partner_id)
        self.assertEqual(complaint.title, "Scratches on the door")
        self.answer(complaint)
        self.by_hand("reject")
        self.assertNotEqual(complaint.state, "answered")
        self.assertIn("rejected", self.events(complaint))
        self.answer(complaint)
        self.by_hand("accept")
        self.assertEqual(complaint.state, "closed")
