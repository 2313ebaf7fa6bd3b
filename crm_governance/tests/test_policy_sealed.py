# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import ApprovalCommon

SEALED = (
    "governance.decision",
    "governance.approval.request",
    "governance.approval.request.step",
)
# What a client could send to pretend to be the system.
FORGED = {
    "governance_seal": True,
    "governance_machinery": True,
    "install_mode": True,
    "install_module": "crm_governance",
    "_force_unlink": True,
    "module": "crm_governance",
    "tracking_disable": True,
}


@tagged("post_install", "-at_install")
class TestPolicySealed(ApprovalCommon, HttpCase):
    """Nobody adds, changes or deletes evidence: neither by code nor by RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix([cls.group_step("group_executive")])
        cls.env.ref("base.user_admin").write(
            {
                "password": "admin-password",
                "group_ids": [(4, cls.env.ref("crm_governance.group_auditor").id)],
            }
        )

    def setUp(self):
        super().setUp()
        self.request_record = self.ask()
        self.request_record.with_user(self.executive).decide("approved", "Good")

    def sealed_records(self):
        request = self.request_record
        return [request.decision_ids[0], request, request.step_ids[0]]

    def test_orm_as_superuser(self):
        """Not even the superuser's ORM writes, copies or deletes."""
        for record in self.sealed_records():
            for attempt in (record, record.with_context(**FORGED)):
                attempt = attempt.with_user(SUPERUSER_ID).sudo()
                values = attempt.copy_data()[0]
                with self.assertRaises(AccessError):
                    attempt.write({"state": "pending"})
                with self.assertRaises(AccessError):
                    attempt.write({"company_id": self.company.id})
                with self.assertRaises(AccessError):
                    attempt.create([values])
                with self.assertRaises(AccessError):
                    attempt.copy()
                with self.assertRaises(AccessError):
                    attempt.unlink()
            self.assertTrue(record.exists())

    def test_seal_opens_named_fields_only(self):
        """The system itself changes the state of a request, not what was asked."""
        with self.assertRaises(AccessError):
            self.request_record._seal().write({"content_hash": "x"})
        with self.assertRaises(AccessError):
            self.request_record.decision_ids[0]._seal().write({"event": "rejected"})
        with self.assertRaises(AccessError):
            self.request_record._seal().unlink()

    def test_import(self):
        register = self.env["governance.decision"]
        before = register.search_count([])
        result = register.load(
            ["event", "res_model", "company_id/.id"],
            [["approved", "governance.test.deal", str(self.company.id)]],
        )
        self.assertFalse(result["ids"])
        self.assertEqual(register.search_count([]), before)

    def test_referenced_records_stay(self):
        """What evidence points to cannot be deleted under it."""
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.acme.unlink()
        with self.assertRaises(UserError):
            self.request_record.policy_id.unlink()

    def test_rpc_as_administrator(self):
        """Over JSON-RPC, with every context a client could send."""
        self.authenticate("admin", "admin-password")
        count = {model: self.env[model].search_count([]) for model in SEALED}
        for record in self.sealed_records():
            values = {
                "company_id": self.company.id,
                "res_model": "governance.test.deal",
                "event": "approved",
                "name": "Step",
                "request_id": self.request_record.id,
            }
            values = {k: v for k, v in values.items() if k in record._fields}
            attempts = [
                ("write", [record.ids, {"company_id": self.company.id}]),
                ("write", [record.ids, {"state": "pending"}]),
                ("web_save", [record.ids, {"company_id": 1}, {}]),
                ("unlink", [record.ids]),
                ("create", [[values]]),
                ("web_save", [[], values, {}]),
                ("copy", [record.ids]),
                ("action_archive", [record.ids]),
                ("_seal", [record.ids]),
                ("_record", [[values]]),
                ("_close", [record.ids, "voided"]),
                ("_apply", [record.ids]),
            ]
            for context in ({}, FORGED):
                for method, args in attempts:
                    self.assertCallRefused(record._name, method, args, context)
            self.assertRefusedImport(record._name, values)
        self.env.invalidate_all()
        for model in SEALED:
            self.assertEqual(self.env[model].search_count([]), count[model])
        self.assertEqual(self.request_record.state, "approved")

    def assertCallRefused(self, model, method, args, context):
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException, msg=method):
            self.call_kw(model, method, args, context)

    def assertRefusedImport(self, model, values):
        fields = list(values)
        with mute_logger("odoo.http"):
            result = self.call_kw(
                model, "load", [fields, [[str(values[name]) for name in fields]]], {}
            )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])

    def call_kw(self, model, method, args, context):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": model,
                "method": method,
                "args": args,
                "kwargs": {"context": context},
            },
        )

    def test_rpc_decide(self):
        """The one public method checks by itself."""
        request = self.ask(name="second")
        self.rep.password = self.executive.password = "a-password"
        self.authenticate(self.rep.login, "a-password")
        self.assertCallRefused(
            request._name, "decide", [request.ids, "approved"], FORGED
        )
        self.authenticate(self.executive.login, "a-password")
        self.assertCallRefused(
            request._name, "decide", [request.ids, "rejected"], FORGED
        )
        self.assertTrue(
            self.call_kw(request._name, "decide", [request.ids, "approved"], FORGED)
        )
        self.env.invalidate_all()
        self.assertEqual(request.state, "approved")

    def test_chatter_of_a_request(self):
        """People concerned may ask questions; that changes no evidence."""
        request = self.ask(name="third")
        request.with_user(self.executive).message_post(body="Why so cheap?")
        self.assertIn("Why so cheap?", request.message_ids.mapped("body")[0])
        with self.assertRaises(UserError):
            request.with_user(self.rep2).message_post(body="Hello")
