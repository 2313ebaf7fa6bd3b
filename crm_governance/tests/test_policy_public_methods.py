# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ApprovalCommon

ROOM = "odoo.addons.crm_governance."
# Methods of the ORM that the room overrides; they have tests of their own.
ORM = {
    "copy",
    "copy_data",
    "create",
    "default_get",
    "message_process",
    "onchange",
    "read",
    "unlink",
    "web_read",
    "write",
}
# What everybody who may read may call: it opens a screen and changes nothing.
HARMLESS = {
    ("governance.approval.policy", "action_open_versions"),
    ("governance.approval.policy", "action_adopt"),
    ("governance.profile", "action_adopt"),
}
ARGUMENTS = {"decide": ["approved"]}


@tagged("post_install", "-at_install")
class TestPolicyPublicMethods(ApprovalCommon):
    """Whatever RPC can call is called by people who have no business there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_matrix([cls.group_step("group_executive")])

    def setUp(self):
        super().setUp()
        self.deal = self.create_deal()
        self.request = self.ask(self.deal)
        wizard = self.env["governance.adopt"].create({"company_id": self.company.id})
        self.records = [
            self.policy,
            self.policy.step_ids,
            self.request,
            self.request.step_ids,
            self.request.decision_ids,
            self.deal,
            self.env.ref("crm_governance.governance_profile_construction"),
            self.env["governance.profile.line"].search([], limit=1),
            wizard,
            self.env["governance.adopt.line"].create(
                {
                    "adopt_id": wizard.id,
                    "policy_ref": f"{self.policy._name},{self.policy.id}",
                    "name": "Line",
                }
            ),
            self.env["governance.decide"].create(
                {"request_id": self.request.id, "verdict": "approved"}
            ),
            self.env["governance.business.time"],
            self.env["governance.schedule.version"],
            self.env["governance.schedule.choice"],
        ]

    def public_methods(self, record):
        """Return the names of the public methods that this room adds to a model."""
        names = set()
        for cls in type(record).__mro__:
            if not cls.__module__.startswith(ROOM):
                continue
            names |= {
                name
                for name, value in vars(cls).items()
                if inspect.isfunction(value)
                and not name.startswith("_")
                and not getattr(value, "_api_private", False)
            }
        return names - ORM

    def test_all_models_are_tested(self):
        """A new model of the room has to be added here."""
        concrete = {
            name
            for name, model in self.registry.items()
            if any(
                cls.__module__.startswith(
                    (f"{ROOM}models.policy", f"{ROOM}wizard.policy")
                )
                for cls in vars(model).get("_base_classes__", ())
            )
            and not model._abstract
            and name.startswith("governance.")
        }
        tested = {record._name for record in self.records}
        tested.add("governance.adopt.value")
        self.assertLessEqual(concrete, tested)

    def test_strangers(self):
        """An employee and a portal user get an error, and nothing has changed."""
        called = 0
        for record in self.records:
            for name in sorted(self.public_methods(record)):
                for user in (self.employee, self.portal):
                    called += 1
                    self.assertMethodRefused(record.with_user(user), name)
        self.assertGreater(called, 30)
        self.env.invalidate_all()
        self.assertEqual(self.request.state, "pending")
        self.assertEqual(self.policy.state, "published")
        self.assertEqual(self.events(self.request), ["requested"])
        self.assertFalse(self.deal.outcome)

    def assertMethodRefused(self, record, name):
        harmless = (record._name, name) in HARMLESS
        if harmless and record.env.user == self.employee:
            self.assertEqual(getattr(record, name)()["type"], "ir.actions.act_window")
            return
        with self.assertRaises(UserError, msg=f"{record._name}.{name}"):
            getattr(record, name)(*ARGUMENTS.get(name, ()))

    def test_requester(self):
        """Of all methods of a request, its requester may only withdraw and look."""
        request = self.request.with_user(self.rep)
        self.assertEqual(
            self.public_methods(request),
            {
                "action_approve",
                "action_open_subject",
                "action_reject",
                "action_withdraw",
                "decide",
            },
        )
        for name in ("action_approve", "action_reject", "decide"):
            with self.assertRaises(UserError, msg=name):
                getattr(request, name)(*ARGUMENTS.get(name, ()))
        self.assertEqual(request.action_open_subject()["res_id"], self.deal.id)
        request.action_withdraw()
        self.assertEqual(request.state, "withdrawn")

    def test_records_that_do_not_exist(self):
        """Ids that do not exist end in a message, not in a traceback."""
        missing = self.request.browse(999999999)
        for name in sorted(self.public_methods(missing)):
            for user in (self.employee, self.executive, self.auditor):
                with self.assertRaises(UserError, msg=name):
                    getattr(missing.with_user(user), name)(*ARGUMENTS.get(name, ()))
