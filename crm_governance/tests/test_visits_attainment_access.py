# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .visits_attainment_common import AttainmentCommon

ATTAINMENT, BOARD, ASSESSMENT = (
    "governance.visit.attainment",
    "governance.visit.board",
    "governance.visit.assessment",
)
NAMED = (ATTAINMENT, BOARD)


@tagged("post_install", "-at_install")
class TestAttainmentAccess(AttainmentCommon):
    """Own figures, those of one's people, all for auditors; nothing for others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gamma = cls.customer("Gamma", cls.rep2)
        cls.own = cls.slots(1)
        cls.others = cls.slots(1, user=cls.rep2, partner=cls.gamma)
        cls.visit(4)
        cls.visit(4, user=cls.rep2, partner=cls.gamma)
        cls.plans = {
            user: cls.env["governance.visit.plan"]
            ._as_system()
            .create({"user_id": user.id, "month": "2026-05-01"})
            for user in (cls.rep, cls.rep2)
        }

    def assertSees(self, user, *people):
        """Somebody finds, counts and reads the figures of these people, no others."""
        for name in (ATTAINMENT, BOARD, ASSESSMENT):
            rows = self.rows(user, model=name)
            self.assertEqual(set(rows.user_id.ids), {one.id for one in people}, name)
            self.assertEqual(
                self.rpc(user, name, "search_count", []), len(people), name
            )
            groups = self.rpc(
                user, name, "formatted_read_group", [], ["user_id"], ["actual:sum"]
            )
            self.assertEqual(
                {group["user_id"][0]: group["actual:sum"] for group in groups},
                {one.id: 1 for one in people},
                name,
            )

    def test_roles(self):
        self.assertSees(self.rep, self.rep)
        self.assertSees(self.rep2, self.rep2)
        self.assertSees(self.leader, self.rep)
        self.assertSees(self.leader2, self.rep2)
        self.assertSees(self.auditor, self.rep, self.rep2)
        self.assertSees(self.manager, self.rep, self.rep2)

    def test_nobody_else(self):
        self.env.flush_all()
        for user in (self.committee, self.executive, self.employee, self.portal):
            for name in (ATTAINMENT, BOARD, ASSESSMENT):
                with self.assertRaises(AccessError, msg=(user.login, name)):
                    self.env[name].with_user(user).search_count([])

    def test_customers_that_one_looks_after(self):
        """Who looks after a customer sees what colleagues do there."""
        self.acme.governance_specialist_id = self.rep2
        for name in NAMED:
            self.assertEqual(
                self.rows(self.rep2, model=name).partner_id, self.acme + self.gamma
            )
        self.assertEqual(self.rows(self.rep2, model=ASSESSMENT).user_id, self.rep2)

    def test_lists_behind_are_closed_too(self):
        """Nobody opens the list behind a figure of others, and sees more there."""
        for model, record, method in (
            (ATTAINMENT, self.others, "action_open_visits"),
            (ATTAINMENT, self.others, "action_open_slots"),
            (BOARD, self.others, "action_open_visits"),
            (ASSESSMENT, self.plans[self.rep2], "action_open_attainment"),
            (ASSESSMENT, self.plans[self.rep2], "action_open_promises"),
        ):
            self.assertRefused(self.rep, model, method, record.ids)
            action = self.rpc(self.leader2, model, method, record.ids)
            count = self.rpc(
                self.rep, action["res_model"], "search_count", action["domain"]
            )
            self.assertFalse(count, method)

    def test_nobody_changes_figures(self):
        for model in (ATTAINMENT, BOARD, ASSESSMENT):
            [row] = self.rows(self.rep, model=model)
            self.assertRefused(self.manager, model, "write", row.ids, {"actual": 9})
            self.assertRefused(self.manager, model, "unlink", row.ids)
            self.assertRefused(self.manager, model, "create", [{}])

    def test_confidential_customers(self):
        """Rows and figures leave out who is closed to whoever looks (C-07, C-21)."""
        level = self.env["governance.confidentiality.level"]._get_by_rank(2)
        self.visit(4, people=self.rep + self.rep2, partner=self.gamma)
        self.gamma._with_classifying().governance_level_id = level
        self.env.flush_all()
        for name in NAMED:
            for user in (self.auditor, self.manager):
                self.assertEqual(self.rows(user, model=name).partner_id, self.acme)
                groups = self.rpc(
                    user, name, "formatted_read_group", [], ["partner_id"], ["__count"]
                )
                self.assertEqual([g["partner_id"][0] for g in groups], [self.acme.id])
            for user in (self.rep2, self.leader2):
                self.assertEqual(self.rows(user, model=name).partner_id, self.gamma)
        specs = ("planned", "actual", "assigned", "presence_days", "reports_due")
        for user, expected in (
            (self.auditor, (1, 1, 1, 1, 1)),
            (self.env.user, (2, 3, 2, 2, 3)),
        ):
            self.assertEqual(
                self.figures(*specs, user=user, model=ASSESSMENT), expected
            )

    def test_other_companies(self):
        """Figures of companies that are not chosen are left out."""
        other = self.env["res.company"].create({"name": "Other"})
        for name in (ATTAINMENT, BOARD, ASSESSMENT):
            reports = self.env[name].with_user(self.manager)
            self.manager.company_ids |= other
            self.assertFalse(
                reports.with_context(allowed_company_ids=other.ids).search([])
            )

    def test_screens(self):
        """Every screen opens in each role with what it reads."""
        for user in (self.rep, self.leader, self.auditor):
            for name in (ATTAINMENT, BOARD, ASSESSMENT):
                self.env.flush_all()
                reports = self.env[name].with_user(user)
                kinds = ["list", "search", "pivot", "graph"]
                kinds += ["calendar"] if name == BOARD else []
                views = reports.get_views([(False, kind) for kind in kinds])
                fields = views["models"][name]["fields"]
                found = reports.web_search_read(
                    [], {field: {} for field in fields if field in reports._fields}
                )
                self.assertTrue(found["length"])
