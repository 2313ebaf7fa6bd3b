# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import GovernanceCommon
from .tiers_common import TiersCommon


@tagged("post_install", "-at_install")
class TestTiersTours(TiersCommon, HttpCase):
    """The main jobs of the tiers room, by hand in the browser."""

    ROLES = GovernanceCommon.ROLES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only the customers of the tours are to be found.
        cls.env.cr.execute("UPDATE res_partner SET customer_rank = 0")
        cls.env.invalidate_all()
        cls.scheme = cls.make_scheme()
        cls.rules = cls.make_rules(
            cls.scheme,
            [("A", [("turnover", "ge", 1000)]), ("B", [("turnover", "ge", 100)])],
        )
        if not cls.scheme.is_governing:
            cls.scheme.action_set_governing()
        cls.north = cls.customer("North Trading", cls.rep, customer_rank=1)
        cls.south = cls.customer("South Trading", cls.rep2, customer_rank=1)
        cls.insert_orders(
            [
                (cls.north.id, date(2025, 6, 1), 5000),
                (cls.south.id, date(2025, 6, 1), 500),
            ]
        )

    def open_review(self):
        """Return an evaluated review."""
        review = self.env["governance.tier.review"].create(
            {
                "name": "Tour review",
                "scheme_id": self.scheme.id,
                "date_as_of": date(2025, 12, 31),
            }
        )
        review.action_evaluate()
        return review

    def test_adopt(self):
        """A governance administrator adopts a scheme, completes and publishes it."""
        preset = self.env.ref("crm_governance.governance_tier_ruleset_ts_12")
        self.env["governance.profile"].create(
            {
                "name": "Tier tour",
                "code": "TIERTOUR",
                "sequence": 0,
                "line_ids": [
                    Command.create(
                        {
                            "name": "Hospitals",
                            "policy_ref": f"{preset._name},{preset.id}",
                        }
                    )
                ],
            }
        )
        self.start_tour(
            "/odoo/governance-profiles",
            "governance_tiers_adopt",
            login=self.manager.login,
        )
        rules = preset._get_adopted(self.company)
        self.assertEqual(rules.state, "published")
        self.assertFalse(rules._get_blank_values())

    def test_decide(self):
        """A committee member confirms a proposal and decides another otherwise."""
        review = self.open_review()
        self.start_tour(
            "/odoo/governance-tiers-to-decide",
            "governance_tiers_decide",
            login=self.committee.login,
        )
        self.assertFalse(review.undecided_count)
        north, south = (self.line(review, p) for p in (self.north, self.south))
        self.assertEqual(north.decided_tier_id, north.proposed_tier_id)
        self.assertEqual(south.decided_tier_id.code, "A")
        self.assertEqual(south.decided_by_id, self.committee)
        self.assertIn("three new shops", south.reason)

    def test_why(self):
        """A representative reads why a customer is in its tier."""
        self.publish(self.open_review())
        self.start_tour(
            "/odoo/governance-customers",
            "governance_tiers_why",
            login=self.rep.login,
        )

    def test_why_in_chinese(self):
        """The same in Chinese, where no step depends on a word of the product."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.rep.lang = "zh_CN"
        self.publish(self.open_review())
        self.start_tour(
            "/odoo/governance-customers",
            "governance_tiers_why_zh",
            login=self.rep.login,
        )
