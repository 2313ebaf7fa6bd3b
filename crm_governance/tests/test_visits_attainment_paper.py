# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .visits_attainment_common import AttainmentCommon

REPORT = "crm_governance.report_visit_attainment"
MODULE = "odoo.addons.crm_governance.report.visits.report_visit_attainment"


@tagged("post_install", "-at_install")
class TestAttainmentPaper(AttainmentCommon):
    """The printed attainment of a team in a month (P-14, B-58)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.env["governance.visit.plan"]
        cls.gamma = cls.customer("Gamma", cls.rep2)
        for user, capacity in ((cls.rep, 8), (cls.rep2, 8)):
            plan = cls.plans._as_system().create(
                {"user_id": user.id, "month": "2026-05-01"}
            )
            plan.write({"capacity": capacity})
            cls.plans |= plan.with_env(cls.env)
        cls.slots(4)
        cls.slots(1, partner=cls.beta)
        cls.slots(1, user=cls.rep2, partner=cls.gamma)
        cls.visit(4)

    def printed(self, user, plans=None):
        """Return the tree of the paper as somebody prints it."""
        self.env.flush_all()
        self.env.invalidate_all()
        reports = self.env["ir.actions.report"].with_user(user)
        page, _kind = reports._render_qweb_html(REPORT, (plans or self.plans).ids)
        return html.fromstring(page)

    def text(self, node):
        return " ".join(" ".join(node.itertext()).split())

    def test_what_is_on_it(self):
        """Each team has a sheet, with its people, their sum and whom nobody met."""
        tree = self.printed(self.auditor)
        north, south = tree.xpath("//div[@class='page']")
        self.assertIn("May 2026 , North", self.text(north))
        self.assertIn("South", self.text(south))
        [people, tiers, channels, missed] = north.xpath(".//table")
        rep, total = (self.text(row) for row in people.xpath("./tbody/tr | ./tfoot/tr"))
        figures = "5 1 4 20.0 % 20.0 % 50.0 % 62.5 % 1 1 / 1 0 / 0"
        self.assertEqual(rep, f"{self.rep.name} {figures}")
        self.assertEqual(total, f"Total {figures}")
        self.assertIn("None 5 1 4 20.0 % 20.0 % 50.0 %", self.text(tiers))
        self.assertIn("Visit 5 1 4 20.0 % 20.0 % 50.0 %", self.text(channels))
        rows = missed.xpath("./tbody/tr")
        self.assertEqual(
            [self.text(row) for row in rows], [f"{self.rep.name} Beta Visit 1 0"]
        )

    def test_total_is_that_of_the_sums(self):
        """People of one team in one month add up; ratios do not."""
        self.team2.crm_team_member_ids.unlink()
        self.team.member_ids |= self.rep2
        [sheet] = self.printed(self.auditor).xpath("//div[@class='page']")
        [total] = sheet.xpath(".//table[1]/tfoot/tr")
        self.assertEqual(
            self.text(total),
            "Total 6 1 5 16.7 % 16.7 % 33.3 % 37.5 % 1 1 / 1 0 / 0",
        )

    def test_months_are_apart(self):
        april = self.plans._as_system().create(
            {"user_id": self.rep.id, "month": "2026-04-01"}
        )
        tree = self.printed(self.leader, self.plans[:1] | april.with_env(self.env))
        sheets = [self.text(page) for page in tree.xpath("//div[@class='page']")]
        self.assertIn("April 2026", sheets[0])
        self.assertIn("May 2026", sheets[1])
        self.assertNotIn("Not met at all", sheets[0])

    def test_who_prints_it(self):
        """One's own month, those of one's people, all for auditors."""
        own, other = self.plans.sorted("user_id")
        self.assertIn("Beta", self.text(self.printed(self.rep, own)))
        for user in (self.rep, self.leader, self.employee):
            with self.assertRaises(AccessError, msg=user.login):
                self.printed(user, other)

    def test_confidential_customers(self):
        """The paper names and counts none that is closed to who prints it."""
        level = self.env["governance.confidentiality.level"]._get_by_rank(2)
        self.beta._with_classifying().governance_level_id = level
        text = self.text(self.printed(self.auditor, self.plans[:1]))
        self.assertNotIn("Beta", text)
        self.assertIn(f"{self.rep.name} 4 1 3 25.0 %", text)
        # The level leaves prints to custodians: who it is stays off the paper.
        level._with_ladder().is_copying_restricted = True
        text = self.text(self.printed(self.leader, self.plans[:1]))
        self.assertNotIn("Beta", text)
        self.assertIn("Confidential customer Visit 1 0", text)

    def test_long_lists_end(self):
        with patch(f"{MODULE}.PRINTED_CUSTOMERS", 1):
            self.slots(1, partner=self.customer("Delta", self.rep))
            text = self.text(self.printed(self.leader, self.plans[:1]))
        self.assertIn("And 1 more", text)
