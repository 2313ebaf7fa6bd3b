# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.orm.model_classes import add_to_registry
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user

from .policy_models import GovernanceTestDeal, GovernanceTestDealLine


class GovernanceCommon(TransactionCase):
    """People of a company, from the least privileged to the administrator.

    | login      | role                         | sales team   |
    |------------|------------------------------|--------------|
    | rep        | representative               | North        |
    | rep2       | representative               | South        |
    | leader     | sales-team leader            | leads North  |
    | leader2    | sales-team leader            | leads South  |
    | committee  | committee member             |              |
    | committee2 | committee member             |              |
    | executive  | executive approver           |              |
    | auditor    | auditor                      |              |
    | manager    | governance administrator     |              |
    | employee   | internal user without a role |              |
    | portal     | portal user                  |              |
    """

    ROLES = {
        "rep": "crm_governance.group_user,sales_team.group_sale_salesman",
        "rep2": "crm_governance.group_user,sales_team.group_sale_salesman",
        "leader": "crm_governance.group_leader,sales_team.group_sale_salesman",
        "leader2": "crm_governance.group_leader,sales_team.group_sale_salesman",
        "committee": "crm_governance.group_committee",
        "committee2": "crm_governance.group_committee",
        "executive": "crm_governance.group_executive",
        "auditor": "crm_governance.group_auditor",
        "manager": "crm_governance.group_manager",
        "employee": "base.group_user",
        "portal": "base.group_portal",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "no_reset_password": True, "lang": "en_US"}
        )
        cls.company = cls.env.company
        cls.users = {
            login: new_test_user(
                cls.env, f"governance_{login}", groups=groups, lang="en_US", tz="UTC"
            )
            for login, groups in cls.ROLES.items()
        }
        for login, user in cls.users.items():
            setattr(cls, login, user)
        cls.team = cls._create_team("North", cls.leader, cls.rep)
        cls.team2 = cls._create_team("South", cls.leader2, cls.rep2)

    @classmethod
    def _create_team(cls, name, leader, members):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "user_id": leader.id,
                "company_id": False,
                "crm_team_member_ids": [
                    Command.create({"user_id": member.id}) for member in members
                ],
            }
        )

    @classmethod
    def customer(cls, name, user=None, **values):
        """Return a new company that buys, in the care of `user`."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "user_id": user.id if user else False,
                **values,
            }
        )

    @classmethod
    def create_matrix(cls, steps, publish=True, **values):
        """Return an approval matrix; `steps` are dicts of its steps."""
        policy = cls.env["governance.approval.policy"].create(
            {
                "name": "Test matrix",
                "code": "TEST",
                "expiry_value": 3,
                "expiry_unit": "days",
                "step_ids": [
                    Command.create({"name": f"Step {number}", **step})
                    for number, step in enumerate(steps, 1)
                ],
                **values,
            }
        )
        if publish:
            policy.action_publish()
        return policy

    @classmethod
    def group_step(cls, xmlid, sequence=10, **values):
        """Return the values of a step that anyone of a group signs."""
        return {
            "sequence": sequence,
            "approver_type": "group",
            "group_id": cls.env.ref(f"crm_governance.{xmlid}").id,
            **values,
        }

    @staticmethod
    def get_noon_zone():
        """Return a time zone in which it is between twelve and one o'clock now.

        For tests in a browser, which has a clock of its own: the day does not end.
        """
        return f"Etc/GMT{fields.Datetime.now().hour - 12:+d}"

    # ------------------------------------------------------------------
    # REMOTE CALLS
    # ------------------------------------------------------------------

    @classmethod
    def rpc(cls, user, model, method, *args, context=None, **kwargs):
        """Call a method as a client does: public methods, the user's own rights."""
        env = cls.env(user=user, context={})
        cls.env.flush_all()
        cls.env.invalidate_all()
        result = call_kw(
            env[model],
            method,
            list(args),
            {**kwargs, "context": {"lang": "en_US", **(context or {})}},
        )
        env.flush_all()
        return result

    def assertRefused(self, user, model, method, *args, error=AccessError, **kwargs):
        """A remote call fails with a message for people, and changes nothing."""
        with self.assertRaises(error, msg=f"{user.login}: {model}.{method}"):
            with self.env.cr.savepoint():
                self.rpc(user, model, method, *args, **kwargs)
        self.env.invalidate_all()

    @contextmanager
    def assertSays(self, pattern, error=UserError):
        """The block is refused in words that people understand, and undone."""
        with self.assertRaises(error) as caught:
            yield caught
        self.assertRegex(str(caught.exception), pattern)


class ApprovalCommon(GovernanceCommon):
    """Adds a model whose records are approved: `governance.test.deal`.

    It lives in the transaction of the test class only.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_models(GovernanceTestDealLine, GovernanceTestDeal)
        for name in ("governance.test.deal", "governance.test.deal.line"):
            cls.env["ir.model.access"].create(
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("base.group_user").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
            )
        cls.env["ir.rule"].create(
            {
                "name": "Own deals and deals to decide",
                "model_id": cls.env["ir.model"]._get_id("governance.test.deal"),
                "domain_force": (
                    "['|', ('user_id', '=', user.id), ('approval_can_read', '=', True)]"
                ),
            }
        )
        cls.acme = cls.customer("Acme", cls.rep)

    @classmethod
    def _add_models(cls, *definitions):
        names = [definition._name for definition in definitions]
        for definition in definitions:
            add_to_registry(cls.registry, definition)
        cls.registry._setup_models__(cls.cr, names)
        cls.registry.init_models(cls.cr, names, {})
        cls.addClassCleanup(cls._remove_models, names)

    @classmethod
    def _remove_models(cls, names):
        for name in names:
            del cls.registry[name]
        cls.registry._setup_models__(cls.cr)

    def create_deal(self, user=None, **values):
        """Return a deal of `user` (default: rep) with the user's own rights."""
        user = user or self.rep
        return (
            self.env["governance.test.deal"]
            .with_user(user)
            .create(
                {
                    "name": "Deal",
                    "amount": 100,
                    "partner_id": self.acme.id,
                    "user_id": user.id,
                    **values,
                }
            )
        )

    def ask(self, deal=None, policy=None, **values):
        """Send a deal for approval as its user; return the request as superuser."""
        deal = deal if deal is not None else self.create_deal(**values)
        request = deal._request_approval("Please")
        return self.env["governance.approval.request"].browse(request.id)

    def events(self, request):
        """Return the events of the register on a request, oldest first."""
        return request.decision_ids.sorted("id").mapped("event")

    def now(self):
        """Return the (frozen) time as Odoo keeps it."""
        return fields.Datetime.now()
