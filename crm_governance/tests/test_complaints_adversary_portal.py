# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers, strangers and colleagues call whatever a browser can call."""

import inspect
import json
from contextlib import suppress

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaints_portal_common import ComplaintPortalCommon
from .complaints_world import ComplaintsWorld
from .room_outside import WORD

ROOM = "odoo.addons.crm_governance.models.complaints"
QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.sql_db")


@tagged("post_install", "-at_install")
class TestAdversaryPortal(ComplaintPortalCommon):
    """One's own complaint is the way in; what lies behind it is not."""

    def note(self, complaint, **values):
        """Let a colleague write to others about it, with a file."""
        note = complaint.with_user(self.service).message_post(
            body="Zinnober", attachments=[("inside.pdf", b"inside")], **values
        )
        self.env.flush_all()
        return note

    def test_address_of_a_colleague(self):
        """Who takes the e-mail address of an employee gets no file of the employee."""
        complaint, _answer = self.complain()
        self.service.email = "service@governance.example.com"
        note = self.note(complaint, message_type="comment")
        self.portal.partner_id.email = self.service.email
        for values in ({}, {"complainant_email": self.service.email}):
            # No person may write this address; it may have been there before.
            complaint._as_system().write(values)
            page = self.url_open(f"/my/complaints/{complaint.id}").text
            self.assertNotIn("inside", page)
            answer = self.url_open(
                f"/my/complaints/{complaint.id}/files/{note.attachment_ids.id}"
            )
            self.assertEqual(answer.status_code, 404)

    def test_address_of_an_employee_by_mail(self):
        """Nor what the employee has sent by mail to the others."""
        complaint, _answer = self.complain()
        self.service.email = "service@governance.example.com"
        self.env.flush_all()
        message = complaint.message_ids.filtered("message_id")[:1]
        self.receive(
            From="Service <service@governance.example.com>",
            attachments=[("inside.pdf", b"inside")],
            headers=[("References", message.message_id)],
        )
        file = complaint.message_ids.attachment_ids
        self.assertEqual(file.mapped("name"), ["inside.pdf"])
        self.portal.partner_id.email = self.service.email
        answer = self.url_open(f"/my/complaints/{complaint.id}/files/{file.id}")
        self.assertEqual(answer.status_code, 404)

    def test_mail_of_the_customer(self):
        """What the customer has sent by mail is found all the same."""
        self.portal.partner_id.email = "portal@customer.example.com"
        complaint, _kept = self.receive(
            From="portal@customer.example.com", attachments=[("photo.png", b"photo")]
        )
        self.assertEqual(complaint.contact_id, self.portal.partner_id)
        [file] = complaint.message_ids.attachment_ids
        self.env.flush_all()
        answer = self.url_open(f"/my/complaints/{complaint.id}/files/{file.id}")
        self.assertEqual(answer.content, b"photo")

    def test_former_contact(self):
        """Whoever is the complainant no more reads no more."""
        complaint = self.answered()
        complaint.contact_id = self.colleague.partner_id
        self.env.flush_all()
        answer = self.url_open(f"/my/complaints/{complaint.id}")
        self.assertEqual(answer.status_code, 404)
        self.sign_in(self.colleague)
        self.assertIn(complaint.name, self.url_open("/my/complaints").text)

    def test_complaint_of_the_customer_as_a_whole(self):
        """Without a complainant it is that of the customer, not of its contacts."""
        complaint = self.draft()
        complaint.action_register()
        for user in (self.portal, self.colleague, self.stranger):
            self.sign_in(user)
            answer = self.url_open(f"/my/complaints/{complaint.id}")
            self.assertEqual(answer.status_code, 404, user.login)

    @mute_logger(*QUIET)
    def test_addresses(self):
        """No page answers what is no number with more than that it is not there."""
        complaint, _answer = self.complain()
        for url in (
            f"/my/complaints/{10**30}",
            "/my/complaints/2147483648",
            "/my/complaints/-1",
            "/my/complaints/0",
            f"/my/complaints/{complaint.id}/files/{10**30}",
            f"/my/complaints/{complaint.id}/files/0",
        ):
            with self.subTest(url):
                self.assertEqual(self.url_open(url).status_code, 404)
        for url in (
            "/my/complaints/page/0",
            f"/my/complaints/page/{10**30}",
            "/my/complaints?page=-1&search=x&search_in=all&sortby=x&filterby=x",
            "/my/complaints?sortby=user_id.login&groupby=unit_id",
            "/my/complaints?domain=[]&order=id",
        ):
            with self.subTest(url):
                answer = self.url_open(url)
                self.assertIn(answer.status_code, (200, 404))
                self.assertNotIn(self.workshop.name, answer.text)
        for deed in ("message", "accept", "reject", "reopen", "close", "assign"):
            with self.subTest(deed):
                answer = self.url_open(f"/my/complaints/{complaint.id}/{deed}")
                self.assertIn(answer.status_code, (404, 405))

    @mute_logger(*QUIET)
    def test_strange_values(self):
        """What no form sends is kept out, and nothing is lost of the rest."""
        for values in (
            {"type": "²"},
            {"type": "9" * 5000},
            {"order": "-1"},
            {"order": "1 OR 1=1"},
            {"title": "x" * 10000},
            {"title": "a\r\nBcc: spy@example.com"},
            {"title": "\u202egpj.exe"},
            {"description": "y" * 100_000},
            {"description": "a\x00b"},
            {"demand": "=HYPERLINK(1)"},
        ):
            with self.subTest(str(values)[:40]):
                complaint, answer = self.complain(**values)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(len(complaint), 1)
                self.assertLessEqual(len(complaint.title), 200)
                self.assertNotIn("\n", complaint.title)
                self.assertNotIn("\u202e", complaint.title)

    def test_files(self):
        """Names that are paths, and pages in the clothes of pictures."""
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
        html = b"<html><script>alert(1)</script></html>"
        files = [
            ("../../etc/passwd", b"x"),
            ("a\u202egpj.exe", b"x"),
            ("n" * 10000 + ".png", b"x"),
            ("picture.svg", svg),
            ("picture.png", svg),
            ("page.pdf", html),
            ("page.xht", html),
            ("page.shtml", html),
            ("page.xml", html),
        ]
        complaint, answer = self.complain(files=files)
        self.assertEqual(answer.status_code, 200)
        found = complaint.message_ids.attachment_ids
        self.assertEqual(len(found), len(files))
        for file in found:
            with self.subTest(file.name[:40]):
                self.assertNotRegex(file.name, r"[/\\\r\n\u202e]|\.\.")
                self.assertLess(len(file.name), 200)
                self.assertFalse(file.public)
                self.assertFalse(file.access_token)
                self.assertNotRegex(file.mimetype, "html|svg|xml")
                answer = self.url_open(f"/my/complaints/{complaint.id}/files/{file.id}")
                self.assertIn("attachment", answer.headers["Content-Disposition"])
                self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
                self.assertNotRegex(
                    answer.headers["Content-Type"], "html|svg|xml|javascript"
                )

    def test_fields_of_others(self):
        """A message brings words and files of its own, and nothing else."""
        complaint = self.answered()
        secret = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "res.partner",
                "res_id": self.secret.id,
            }
        )
        self.submit(
            f"/my/complaints/{complaint.id}/message",
            text="Hello",
            attachment_ids=str(secret.id),
            attachments=str(secret.id),
            res_model="res.partner",
            res_id=str(self.secret.id),
            author_id=str(self.service.partner_id.id),
            partner_ids=str(self.anna.id),
            message_type="notification",
        )
        message = complaint.message_ids.sorted("id")[-1]
        self.assertFalse(message.attachment_ids | secret.exists() - secret)
        self.assertEqual(message.author_id, self.portal.partner_id)
        self.assertFalse(message.partner_ids)
        self.assertEqual(message.message_type, "comment")
        self.assertEqual(
            (message.model, message.res_id), (complaint._name, complaint.id)
        )

    # ------------------------------------------------------------------
    # ODOO'S OWN ADDRESSES
    # ------------------------------------------------------------------

    def json(self, url, **params):
        answer = self.url_open(
            url,
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return answer.text

    @mute_logger(*QUIET)
    def test_threads(self):
        """Odoo's ways to messages, files and followers lead nowhere."""
        complaint = self.answered()
        note = self.note(complaint)
        file = note.attachment_ids
        rating = complaint._rating_get_access_token()
        about = {"thread_model": complaint._name, "thread_id": complaint.id}
        keys = (
            {},
            {"token": rating},
            {"hash": "x" * 64, "pid": self.portal.partner_id.id},
            {"token": str(complaint.id)},
        )
        self.env.flush_all()
        # What changed until now is noted in the chatter by now.
        self.env.cr.precommit.run()
        before = complaint.message_ids.ids, complaint.message_partner_ids
        for user in (self.portal, self.colleague, self.stranger, None):
            if user:
                self.sign_in(user)
            else:
                self.authenticate(None, None)
            for key in keys:
                for url, params in (
                    ("/mail/thread/messages", {**about, **key}),
                    ("/mail/thread/messages", {**about, "fetch_params": {}, **key}),
                    (
                        "/mail/thread/recipients",
                        {**about, "message_id": note.id, **key},
                    ),
                    ("/mail/thread/recipients/fields", dict(about)),
                    ("/mail/thread/recipients/get_suggested_recipients", dict(about)),
                    ("/mail/thread/subscribe", {**about, "partner_ids": [1]}),
                    (
                        "/mail/read_subscription_data",
                        {"follower_id": complaint.message_follower_ids[:1].id},
                    ),
                    (
                        "/mail/message/post",
                        {**about, "post_data": {"body": "Forged", **key}, **key},
                    ),
                    (
                        "/mail/message/update_content",
                        {
                            "message_id": note.id,
                            "update_data": {"body": "Forged"},
                            **key,
                        },
                    ),
                    (
                        "/mail/message/reaction",
                        {
                            "message_id": note.id,
                            "content": "👍",
                            "action": "add",
                            **key,
                        },
                    ),
                    ("/mail/message/translate", {"message_id": note.id}),
                    (
                        "/mail/attachment/delete",
                        {"attachment_id": file.id, "access_token": "x", **key},
                    ),
                    (
                        "/mail/data",
                        {
                            "fetch_params": [
                                [
                                    "mail.thread",
                                    {
                                        **about,
                                        "request_list": [
                                            "activities",
                                            "attachments",
                                            "contact_fields",
                                            "followers",
                                            "scheduledMessages",
                                            "suggestedRecipients",
                                        ],
                                        "access_params": key,
                                    },
                                ]
                            ]
                        },
                    ),
                    ("/portal/chatter_init", {**about, **key}),
                    ("/mail/chatter_fetch", {**about, **key}),
                    ("/mail/chatter_init", {**about, **key}),
                    (
                        "/web/dataset/call_kw/governance.complaint/read",
                        {
                            "model": complaint._name,
                            "method": "read",
                            "args": [complaint.ids, ["title"]],
                            "kwargs": {},
                        },
                    ),
                    (
                        "/web/dataset/resequence",
                        {"model": complaint._name, "ids": complaint.ids},
                    ),
                ):
                    with self.subTest(user and user.login, url=url, key=key):
                        text = self.json(url, **params)
                        complaint.invalidate_recordset()
                        self.assertEqual(complaint.message_ids.ids, before[0])
                        self.assertNotIn("Zinnober", text)
                        self.assertNotIn("Forged", text)
                        self.assertNotIn("inside.pdf", text)
                        self.assertNotIn("Scratches", text)
                        self.assertNotIn(self.service.name, text)
        complaint.invalidate_recordset()
        self.assertEqual(
            (complaint.message_ids.ids, complaint.message_partner_ids), before
        )
        self.assertTrue(file.exists())
        self.assertFalse(note.sudo().reaction_ids)

    @mute_logger(*QUIET)
    def test_upload_and_download(self):
        complaint = self.answered()
        note = self.note(complaint)
        file = note.attachment_ids
        intake = self.env["governance.complaint.intake"]._keep(
            {
                "company_id": self.company.id,
                "title": "Zinnober",
                "original": b"aW5zaWRl",
                "original_name": "inside.eml",
            }
        )
        self.env.flush_all()
        count = self.env["ir.attachment"].search_count([])
        for user in (self.portal, self.stranger, None):
            if user:
                self.sign_in(user)
            else:
                self.authenticate(None, None)
            for url in (
                f"/web/content/{file.id}",
                f"/web/content/{file.id}?download=1&access_token=x",
                f"/web/content/ir.attachment/{file.id}/raw",
                f"/web/content/governance.complaint.intake/{intake.id}/original",
                f"/web/content?model=governance.complaint.intake&id={intake.id}"
                "&field=original",
                f"/web/image/governance.complaint/{complaint.id}/title",
                f"/web/image/ir.attachment/{file.id}/raw",
                f"/mail/attachment/zip?file_ids={file.id}&zip_name=x",
                f"/mail/view?model=governance.complaint&res_id={complaint.id}",
                f"/mail/message/{note.id}",
                f"/odoo/governance.complaint/{complaint.id}",
                f"/report/html/crm_governance.report_complaint_card/{complaint.id}",
                f"/report/pdf/crm_governance.report_complaint_card/{complaint.id}",
                "/web/export/csv",
            ):
                with self.subTest(user and user.login, url=url):
                    answer = self.url_open(url)
                    self.assertNotEqual(answer.content, b"inside")
                    self.assertNotIn("Zinnober", answer.text)
                    self.assertNotIn("Scratches", answer.text)
            answer = self.submit(
                "/mail/attachment/upload",
                files=[("x.txt", b"x")],
                thread_model=complaint._name,
                thread_id=str(complaint.id),
            )
            self.assertNotIn('"id"', answer.text)
        self.assertEqual(self.env["ir.attachment"].search_count([]), count)

    @mute_logger(*QUIET)
    def test_mails_by_rpc(self):
        """Only who may take mails in hands them to the gateway."""
        complaint, _answer = self.complain()
        message = complaint.message_ids.filtered("message_id")[:1]
        mail = self.mail(headers=[("References", message.message_id)])
        events = self.events(complaint)
        found = self.env["governance.complaint"].search_count([])
        for user in (self.portal, self.stranger, self.env.ref("base.public_user")):
            for model, thread in (
                (False, False),
                ("governance.complaint", False),
                ("governance.complaint", complaint.id),
                ("res.partner", False),
            ):
                with self.subTest(user.login, model=model):
                    with suppress(Exception), self.env.cr.savepoint():
                        self.rpc(
                            user,
                            "mail.thread",
                            "message_process",
                            model,
                            mail.decode(),
                            thread_id=thread,
                        )
                    self.env.invalidate_all()
                    self.assertEqual(self.events(complaint), events)
                    count = self.env["governance.complaint"].search_count([])
                    self.assertEqual(count, found)

    def test_no_form_without_a_token(self):
        complaint = self.answered()
        before = self.events(complaint)
        for deed in ("message", "accept", "reject"):
            for data in ({"text": "x"}, {"text": "x", "csrf_token": "x"}):
                answer = self.url_open(
                    f"/my/complaints/{complaint.id}/{deed}", data=data
                )
                self.assertEqual(answer.status_code, 400)
        answer = self.url_open("/my/complaints/new", data={"title": "x"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.events(complaint), before)


@tagged("post_install", "-at_install")
class TestAdversaryMethods(ComplaintsWorld):
    """Every public method of every model of the room, Odoo's own among them."""

    # What is asked for by name, so that calls get past the signature.
    VALUES = {
        "domain": [],
        "fields": ["display_name"],
        "field_names": ["display_name"],
        "fields_to_export": ["display_name"],
        "groupby": ["create_uid"],
        "aggregates": ["__count"],
        "specification": {"display_name": {}},
        "vals": {},
        "values": {},
        "vals_list": [{}],
        "kinds": ["first_resolution"],
        "note": "x",
        "reason": "x",
        "text": "x",
        "finding": "x",
        "result": "x",
        "outcome": "effective",
        "rate": 1,
        "body": "x",
        "verdict": "approved",
    }
    # What tells of the model and not of records, or ends the transaction.
    SKIPPED = {"fields_get", "get_views", "get_view", "init", "pool", "with_env"}

    def get_methods(self, record):
        """Return all public methods of complaints, of their parts those of the room."""
        return sorted(
            name
            for name, method in inspect.getmembers(type(record), inspect.isfunction)
            if not name.startswith("_")
            and not getattr(method, "_api_private", False)
            and name not in self.SKIPPED
            and (record == self.late or method.__module__.startswith(ROOM))
        )

    def get_arguments(self, method):
        """Return something for each argument that the method asks for."""
        known = list(inspect.signature(method).parameters.values())[1:]
        return [
            self.VALUES.get(one.name, 1)
            for one in known
            if one.default is one.empty and one.kind in (1, 0)
        ]

    def get_records(self):
        yield self.late
        yield self.hush
        for name in self.get_models():
            model = self.env[name].sudo().with_context(active_test=False)
            if "complaint_id" in model._fields or name.endswith(("review", "summary")):
                found = model.search([], limit=1)
                if found and name != "governance.complaint":
                    yield found.sudo(False)

    def take_picture(self):
        """Return what would be different if a call had done something."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT (SELECT count(*) FROM governance_complaint_event),
                      (SELECT string_agg(concat_ws(' ', id, state, title, user_id,
                                                   is_important), ',' ORDER BY id)
                         FROM governance_complaint),
                      (SELECT count(*) FROM governance_complaint_reply),
                      (SELECT count(*) FROM governance_complaint_remedy),
                      (SELECT count(*) FROM governance_approval_request),
                      (SELECT count(*) FROM mail_activity
                        WHERE res_model = 'governance.complaint'),
                      (SELECT count(*) FROM mail_followers
                        WHERE res_model = 'governance.complaint'),
                      (SELECT count(*) FROM mail_message
                        WHERE model = 'governance.complaint')"""
        )
        return self.env.cr.fetchone()

    def test_exports(self):
        """Exports and groups of other models name no complaint that is not open."""
        for user in (self.employee, self.rep2, self.custodian):
            for model, names in (
                ("mail.activity", ["summary", "res_name", "note"]),
                ("mail.message", ["subject", "body", "record_name"]),
                ("mail.followers", ["display_name", "res_model"]),
                ("ir.attachment", ["name", "res_name"]),
                ("rating.rating", ["res_name", "feedback"]),
                ("calendar.event", ["name", "description"]),
                ("governance.approval.request", ["display_name"]),
                ("governance.decision", ["display_name"]),
                ("governance.file", ["complaint_ids"]),
                ("sale.order", ["name"]),
                ("res.partner", ["name"]),
            ):
                with self.subTest(user.login, model=model):
                    self.assertExportsNothing(user, model, names)

    def assertExportsNothing(self, user, model, names):
        # Rules of the company are no secret; which complaints there are is one.
        complaints = self.env["governance.complaint"].search([])
        words = {"Secret", *complaints.mapped("name"), *complaints.mapped("title")}
        words.discard("/")
        for method, args in (
            ("search_read", [[], names]),
            ("export_data", [names]),
            ("formatted_read_group", [[], names[:1], ["__count"]]),
            ("name_search", [WORD]),
            ("web_search_read", [[], {name: {} for name in names}]),
        ):
            try:
                with self.env.cr.savepoint():
                    if method == "export_data":
                        args = [self.rpc(user, model, "search", []), *args]
                    result = str(self.rpc(user, model, method, *args))
            except (UserError, ValueError) as error:
                # Not every field can be grouped by.
                result = str(error)
            self.env.invalidate_all()
            for word in words:
                self.assertNotIn(word, result, method)

    def test_meeting(self):
        """The meeting on a week names nobody; its list is changed by nobody else."""
        event = self.review.event_id
        self.assertTrue(event)
        self.assertNotIn(WORD, f"{event.name} {event.description} {event.location}")
        self.assertNotIn("Trading", f"{event.name} {event.description}")
        outsider = self.handler2
        self.assertNotIn(outsider, self.review.member_ids)
        name, line = self.review._name, self.review.line_ids[:1]
        for user in (outsider, self.employee, self.rep2):
            for values in (
                {"minutes": "x"},
                {"member_ids": [(4, user.id)]},
                {"line_ids": [(2, line.id)]},
                {"state": "held"},
            ):
                self.assertRefused(
                    user, name, "write", self.review.ids, values, error=UserError
                )
            for method in ("action_list", "action_hold"):
                self.assertRefused(user, name, method, self.review.ids, error=UserError)
        for values in (
            {"line_ids": [(2, line.id)]},
            {"line_ids": [(0, 0, {"complaint_id": self.hush.id})]},
            {"line_ids": [(1, line.id, {"complaint_id": self.hush.id})]},
            {"event_id": False},
            {"date_start": "1900-01-01"},
        ):
            self.assertRefused(
                self.chief, name, "write", self.review.ids, values, error=UserError
            )

    @mute_logger(*QUIET, "odoo.addons.mail.models.mail_mail")
    def test_all_methods(self):
        """Whoever has nothing to do with them learns nothing and changes nothing."""
        called = 0
        portal, public = self.portal, self.env.ref("base.public_user")
        self.before = self.take_picture()
        for record in self.get_records():
            for name in self.get_methods(record):
                args = self.get_arguments(getattr(type(record), name))
                for user in (portal, public, self.employee, self.rep2):
                    if (
                        record._name.endswith(("review", "summary"))
                        and user == self.rep2
                    ):
                        continue
                    called += 1
                    with self.subTest(record._name, method=name, user=user.login):
                        self.assertTellsNothing(user, record, name, args)
        self.assertGreater(called, 500)

    def assertTellsNothing(self, user, record, name, args):
        method = getattr(type(record), name)
        ids = [] if hasattr(method, "_api_model") else [record.ids]
        result = None
        try:
            with self.env.cr.savepoint():
                result = self.rpc(user, record._name, name, *ids, *args)
                if isinstance(result, type(record)):
                    result = result.with_user(user).mapped("display_name")
                picture = self.take_picture()
                raise RollBack()
        except RollBack:
            self.assertEqual(picture, self.before)
        except Exception as error:  # noqa: BLE001
            result = str(error)
        self.env.clear()
        self.assertNotIn(WORD, str(result))
        self.assertNotIn("Secret", str(result))


class RollBack(Exception):
    """Undo what a call has done."""
