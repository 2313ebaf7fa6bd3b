# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .tiers_world import TiersWorld


@tagged("post_install", "-at_install")
class TestTierLevel(TiersWorld):
    """Customers of a tier are kept apart by its default level (C-08)."""

    ROLES = {
        **TiersWorld.ROLES,
        "custodian": "crm_governance.group_custodian",
        "custodian2": (
            "crm_governance.group_custodian,crm_governance.group_clearance_2"
        ),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.scheme.is_governing:
            cls.scheme.action_set_governing()
        levels = cls.env["governance.confidentiality.level"].search([])
        cls.level0, cls.level1, cls.level2 = levels

    def due(self, user):
        """Return the customers of this world whose level a user may propose."""
        partners = self.env["res.partner"].with_user(user)
        found = partners.search([("governance_is_level_due", "=", True)])
        for partner in self.customers.with_user(user)._filtered_access("read"):
            self.assertEqual(partner.governance_is_level_due, partner in found)
        return found & self.customers

    def test_review_raises(self):
        """Whoever comes into the tier is raised with the review, others are not."""
        self.tier_a.confidentiality_level_id = self.level1
        self.published_review()
        self.assertEqual(self.north.governance_level_id, self.level1)
        self.assertFalse(self.south.governance_level_id)
        self.assertFalse(self.due(self.custodian2))

    def test_levels_to_propose(self):
        """Customers come to the desk when their tier gets another default."""
        self.published_review()
        self.assertFalse(self.due(self.custodian2))
        self.tier_a.confidentiality_level_id = self.level2
        self.tier_c.confidentiality_level_id = self.level0
        self.assertEqual(self.due(self.custodian2), self.north)
        action = self.north.with_user(self.custodian2).action_governance_change_level()
        self.assertEqual(action["context"]["default_level_id"], self.level2.id)
        self.north._classify(self.level2, "raised")
        self.assertFalse(self.due(self.custodian2))
        # A level that is higher than the default can be proposed to be lowered.
        self.tier_a.confidentiality_level_id = self.level1
        self.assertEqual(self.due(self.custodian2), self.north)
        self.assertFalse(self.due(self.custodian))

    def test_other_companies_and_schemes(self):
        """The tiers of one's own company count, of its governing scheme only."""
        self.published_review()
        self.tier_a.confidentiality_level_id = self.level2
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.custodian2.company_ids += company
        partners = self.env["res.partner"].with_user(self.custodian2)
        domain = [("governance_is_level_due", "=", True)]
        self.assertIn(self.north, partners.search(domain))
        self.assertNotIn(self.north, partners.with_company(company).search(domain))
        self.scheme.is_governing = False
        self.assertNotIn(self.north, partners.search(domain))

    def test_desk_is_closed_to_others(self):
        """Nobody else reads on customers whether their level is to be proposed."""
        for user in (self.rep, self.leader, self.executive, self.employee):
            with self.assertRaises(AccessError):
                self.south.with_user(user).read(["governance_is_level_due"])
