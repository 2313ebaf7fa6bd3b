# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

# In all that is written in the worlds, and nowhere else.
WORD = "Zinnober"
# {method: arguments}; "ids" stands for the records.
CALLS = {
    "search_read": [[]],
    "search": [[]],
    "search_count": [[]],
    "search_fetch": [[], ["display_name"]],
    "web_search_read": [[], {"display_name": {}}],
    "web_name_search": ["", {"display_name": {}}],
    "name_search": [WORD],
    "formatted_read_group": [[], [], ["__count"]],
    "web_read_group": [[], ["create_uid"]],
    "read": ["ids", ["display_name"]],
    "web_read": ["ids", {"display_name": {}}],
    "export_data": ["ids", ["display_name"]],
    "get_metadata": ["ids"],
    "get_views": [[[False, "list"]]],
    "fields_get": [],
    "default_get": [["display_name"]],
    "copy": ["ids"],
    "write": ["ids", {}],
    "unlink": ["ids"],
    "create": [[{}]],
}
# What Odoo tells of any model to whoever asks; no record is in it.
SILENT = ("fields_get", "get_views", "default_get", "copy")
QUIET = (
    "odoo.http",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.web.controllers.report",
)


class RoomOutside:
    """Portal users and visitors, by remote calls and over the wire.

    Put it before the world of a room, which names the models (`get_models`), and
    `HttpCase`.
    """

    # So many there are at least, or the tests would prove nothing.
    FEWEST_MODELS = 1
    FEWEST_REPORTS = 1
    FEWEST_PAGES = 1
    # What the room has added to customers, by the beginning of the name.
    CUSTOMER_FIELDS = ()
    # A model with messages that is surely there.
    THREAD = None
    MORE_MODELS = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.public = cls.env.ref("base.public_user")
        cls.portal.password = "a-long-password"
        # The portal user is a contact of the customer that it is all about.
        cls.portal.partner_id.parent_id = cls.open_customer
        cls.models = [*cls.get_models(), *cls.MORE_MODELS]
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*QUIET))

    def get_ids(self, model):
        ids = self.env[model].with_context(active_test=False).search([]).ids
        self.assertTrue(ids, f"the world has no {model}")
        return ids

    def get_calls(self, model):
        ids = self.get_ids(model)
        for method, args in CALLS.items():
            yield method, [ids if arg == "ids" else arg for arg in args]

    def test_remote_calls(self):
        """Every model of the room refuses every call of those outside."""
        self.assertGreaterEqual(len(self.models), self.FEWEST_MODELS)
        for user in (self.portal, self.public):
            for model in self.models:
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation), model
                    )
                for method, args in self.get_calls(model):
                    with self.subTest(user=user.login, model=model, method=method):
                        self.assertTellsNothing(user, model, method, args)

    def assertTellsNothing(self, user, model, method, args):
        try:
            with self.env.cr.savepoint():
                answer = self.rpc(user, model, method, *args)
        except (AccessError, UserError) as error:
            self.env.invalidate_all()
            self.assertNotIn(WORD, str(error))
            return
        silent = SILENT
        if not self.env[model]._log_access:
            # Of views there is nothing to tell but the numbers that were asked for.
            silent = (*SILENT, "get_metadata")
        self.assertIn(method, silent, answer)
        self.assertNotIn(WORD, json.dumps(answer, default=str))

    def test_methods_of_the_room(self):
        """No button works for those outside, on whatever record."""
        for user in (self.portal, self.public):
            for model in self.models:
                record = self.env[model].search([], limit=1)
                for name in dir(type(record)):
                    if not name.startswith("action_"):
                        continue
                    method = getattr(type(record), name)
                    if not method.__module__.startswith("odoo.addons.crm_governance"):
                        continue
                    with self.subTest(user=user.login, model=model, method=name):
                        self.assertRefused(user, model, name, record.ids)

    def test_customer(self):
        """On the own customer, nothing of the room can be read."""
        partner = self.portal.commercial_partner_id
        self.assertEqual(partner, self.open_customer)
        for user in (self.portal, self.public):
            for name in self.env["res.partner"]._fields:
                if not name.startswith(self.CUSTOMER_FIELDS):
                    continue
                self.assertRefused(user, "res.partner", "read", partner.ids, [name])
                self.assertRefused(user, "res.partner", "search", [(name, "!=", False)])

    # ------------------------------------------------------------------
    # OVER THE WIRE
    # ------------------------------------------------------------------

    def visitors(self):
        """Sign in as who is outside, in turn."""
        self.authenticate(self.portal.login, "a-long-password")
        yield "portal"
        self.authenticate(None, None)
        yield "public"

    def post(self, url, params):
        return self.url_open(
            url,
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )

    def test_wire(self):
        """The web client's calls, for all models of the room."""
        calls = ("search_read", "web_read", "name_search", "web_search_read")
        for visitor in self.visitors():
            for model in self.models:
                for method, args in self.get_calls(model):
                    if method not in calls:
                        continue
                    answer = self.post(
                        f"/web/dataset/call_kw/{model}/{method}",
                        {"model": model, "method": method, "args": args, "kwargs": {}},
                    )
                    with self.subTest(visitor, model=model, method=method):
                        self.assertNotIn(WORD, answer.text)
                        self.assertIn("error", answer.json())

    def test_reports(self):
        """No paper of the room is printed, as page, text or PDF."""
        reports = self.env["ir.actions.report"].search([("model", "in", self.models)])
        self.assertGreaterEqual(len(reports), self.FEWEST_REPORTS)
        for visitor in self.visitors():
            for report in reports:
                [number, *_others] = self.get_ids(report.model)
                for kind in ("html", "text", "pdf"):
                    url = f"/report/{kind}/{report.report_name}/{number}"
                    with self.subTest(visitor, url=url):
                        answer = self.url_open(url, allow_redirects=False)
                        self.assertNotEqual(answer.status_code, 200)
                        self.assertNotIn(WORD, answer.text)

    def test_pages(self):
        """The portal has no page of it, and the back end does not open."""
        paths = self.env["ir.actions.act_window"].search(
            [("res_model", "in", self.models), ("path", "!=", False)]
        )
        self.assertGreaterEqual(len(paths), self.FEWEST_PAGES)
        urls = ["/my", "/my/home", "/my/orders", "/my/account", "/my/security"]
        urls += [f"/odoo/{action.path}" for action in paths]
        urls += [f"/mail/view?model={name}&res_id=1" for name in self.models]
        for visitor in self.visitors():
            for url in urls:
                with self.subTest(visitor, url=url):
                    self.assertNotIn(WORD, self.url_open(url).text)

    def test_messages(self):
        """What is written on records of the room is not read either."""
        threads = [
            name for name in self.models if "message_ids" in self.env[name]._fields
        ]
        self.assertIn(self.THREAD, threads)
        for name in threads:
            record = self.env[name].search([], limit=1)
            record.message_post(
                body=f"{WORD} in the chatter", subtype_xmlid="mail.mt_comment"
            )
        self.env.flush_all()
        for visitor in self.visitors():
            for name in threads:
                record = self.env[name].search([], limit=1)
                for url, params in (
                    (
                        "/mail/thread/messages",
                        {"thread_model": name, "thread_id": record.id},
                    ),
                    (
                        "/mail/chatter_fetch",
                        {"thread_model": name, "thread_id": record.id},
                    ),
                ):
                    with self.subTest(visitor, url=url, model=name):
                        self.assertNotIn(WORD, self.post(url, params).text)
