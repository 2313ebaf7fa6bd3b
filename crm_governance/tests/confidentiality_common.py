# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common import GovernanceCommon

# Where jobs log what fails.
JOBS = "odoo.addons.crm_governance.models.confidentiality.governance_isolated_mixin"


class ConfidentialityCommon(GovernanceCommon):
    """Customers of each level, and people with and without access to them.

    | customer      | level      | owner | other roles                          |
    |---------------|------------|-------|--------------------------------------|
    | open_customer | Ordinary   | rep   |                                      |
    | important     | Important  | rep   |                                      |
    | secret        | Top secret | rep   | specialist, liaison (liaison leader) |

    | login      | may read besides ordinary customers              |
    |------------|--------------------------------------------------|
    | rep        | the own customers                                |
    | leader     | those of rep                                     |
    | specialist | secret                                           |
    | liaison    | secret                                           |
    | cleared1   | Important                                        |
    | cleared2   | Important, Top secret                            |
    | custodian  | nothing; looks after levels and access           |
    | custodian2 | Important, Top secret; custodian                 |
    | boss       | Important, Top secret; executive approver        |
    """

    ROLES = {
        **GovernanceCommon.ROLES,
        "rep2": "crm_governance.group_user,sales_team.group_sale_salesman_all_leads",
        "specialist": "crm_governance.group_user,sales_team.group_sale_salesman",
        "liaison": "crm_governance.group_user,sales_team.group_sale_salesman",
        "cleared1": "base.group_user,crm_governance.group_clearance_1",
        "cleared2": "base.group_user,crm_governance.group_clearance_2",
        "custodian": "crm_governance.group_custodian",
        "custodian2": (
            "crm_governance.group_custodian,crm_governance.group_clearance_2"
        ),
        "boss": "crm_governance.group_executive,crm_governance.group_clearance_2",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels = cls.env["governance.confidentiality.level"].search([])
        cls.level0, cls.level1, cls.level2 = cls.levels
        cls.open_customer = cls.customer("Open Trading", cls.rep)
        cls.important = cls.customer("Important Trading", cls.rep)
        cls.secret = cls.customer(
            "Secret Holding",
            cls.rep,
            email="office@secret.example",
            phone="+86 21 5555",
            governance_specialist_id=cls.specialist.id,
            governance_liaison_leader_id=cls.liaison.id,
        )
        cls.secret_contact = cls.env["res.partner"].create(
            {
                "name": "Agent Zero",
                "parent_id": cls.secret.id,
                "email": "zero@secret.example",
            }
        )
        cls.secret_lead = cls.env["crm.lead"].create(
            {"name": "Secret deal", "partner_id": cls.secret.id, "user_id": cls.rep.id}
        )
        cls.secret_order = cls.env["sale.order"].create(
            {"partner_id": cls.secret.id, "user_id": cls.rep.id}
        )
        cls.classify(cls.important, cls.level1)
        cls.classify(cls.secret, cls.level2)

    @classmethod
    def classify(cls, partner, level):
        """Give a customer a level without asking anybody."""
        partner._with_classifying().governance_level_id = level
        cls.env.flush_all()

    @classmethod
    def grant(cls, user, partner, hours=1, **values):
        """Let a user read a customer for some hours."""
        end = fields.Datetime.now() + timedelta(hours=hours)
        return cls.env["governance.access.grant"]._grant(partner, user, end, **values)

    def run_job(self, model, name):
        """Run a scheduled job within the transaction of the test."""
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1000):
            getattr(self.env[model], name)()
        self.env.invalidate_all()

    def can_read(self, user, record):
        """Return whether a user finds and reads a record, asked in each way."""
        self.env.flush_all()
        self.env.invalidate_all()
        seen = record.with_user(user).with_context(active_test=False)
        found = seen.search([("id", "=", record.id)])
        self.assertEqual(bool(found), seen.has_access("read"), (user.login, record))
        return bool(found)

    def assertReads(self, user, record):
        self.assertTrue(self.can_read(user, record), (user.login, record))

    def assertHidden(self, user, record):
        self.assertFalse(self.can_read(user, record), (user.login, record))
