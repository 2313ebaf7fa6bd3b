# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .visits_plan_common import VisitsPlanCommon

REPORT = "crm_governance.report_visit_plan"


@tagged("post_install", "-at_install")
class TestVisitsPlanPaper(VisitsPlanCommon):
    """The printed visit plan of a month (P-14)."""

    def setUp(self):
        super().setUp()
        self.add_slot(self.plan, self.important, 9)
        costs = self.env["governance.visit.plan.cost"].with_user(self.rep)
        costs.create(
            [
                {"plan_id": self.plan.id, "name": "Samples", "amount": 20},
                {
                    "plan_id": self.plan.id,
                    "name": "Wine for the director",
                    "kind": "gift",
                    "amount": 99,
                    "partner_id": self.important.id,
                },
            ]
        )
        self.plan.with_user(self.rep).note = "Call before"

    def printed(self, user):
        """Return the text of the paper as somebody prints it."""
        self.env.flush_all()
        self.env.invalidate_all()
        reports = self.env["ir.actions.report"].with_user(user)
        page, _kind = reports._render_qweb_html(REPORT, self.plan.ids)
        tree = html.fromstring(page)
        for noise in tree.xpath("//script | //style | //title"):
            noise.drop_tree()
        return " ".join(" ".join(tree.itertext()).split())

    def test_what_is_on_it(self):
        """Customer, date, object, purpose, items, expense, reviewer."""
        self.approve(reason="Good plan")
        text = self.printed(self.rep)
        for word in (
            "Acme",
            "Important Trading",
            "10/06/2026",
            "Customer in business",
            "Talk about Zinnober",
            "Samples",
            "20.00",
            "Wine for the director",
            "Call before",
            "October 2026",
            "Good plan",
            self.leader.name,
        ):
            self.assertIn(word, text)

    def test_hidden_customers_are_masked(self):
        text = self.printed(self.auditor)
        self.assertIn("Acme", text)
        self.assertIn("Confidential", text)
        for word in ("Important", "Wine"):
            self.assertNotIn(word, text)

    def test_levels_that_only_custodians_print(self):
        """The salesperson reads the own customer on the screen, not on paper (C-18)."""
        self.add_slot(self.plan, self.secret, 12)
        text = self.printed(self.rep)
        self.assertIn("Important Trading", text)
        self.assertIn("Confidential customer", text)
        self.assertNotIn("Secret", text)

    def test_strangers_print_nothing(self):
        for user in (self.rep2, self.leader2, self.employee):
            with self.assertRaises(AccessError):
                self.printed(user)

    def test_printing_is_on_record(self):
        self.printed(self.rep)
        self.env.cr.precommit.run()
        lines = self.env["governance.access.entry"].search(
            [("event", "=", "printed"), ("user_id", "=", self.rep.id)]
        )
        self.assertIn(self.important, lines.partner_id)
