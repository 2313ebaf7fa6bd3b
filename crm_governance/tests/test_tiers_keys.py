# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import MissingError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .tiers_common import TiersCommon


@tagged("post_install", "-at_install")
class TestTiersKeys(TiersCommon):
    """What lines of reviews point to stays, although the database has no key on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer("Kestrel", cls.rep, customer_rank=1)
        cls.scheme = cls.make_scheme()
        cls.rules = cls.make_rules(cls.scheme, [("A", [("turnover", "ge", 100)])])
        cls.review = cls.evaluate(cls.scheme, "2024-06-30")
        cls.line = cls.line(cls.review, cls.partner)

    def test_line_names_everybody(self):
        self.assertRecordValues(
            self.line,
            [{"reviewer_id": self.rep.id, "team_id": self.team.id}],
        )

    def test_deleted_team_leaves_its_lines(self):
        self.team.with_user(self.env.ref("base.user_admin")).unlink()
        self.assertFalse(self.line.team_id)
        self.assertEqual(self.line.reviewer_id, self.rep)

    def test_people_of_a_review_cannot_be_deleted(self):
        self.line.specialist_id = self.rep2
        self.line.liaison_leader_id = self.leader2
        for user in (self.rep, self.rep2, self.leader2):
            with self.subTest(user.login), self.assertRaisesRegex(UserError, "Archive"):
                user.unlink()

    def test_people_who_do_not_exist(self):
        """One wrong number would keep the whole review from being published."""
        for name in ("specialist_id", "liaison_leader_id"):
            with self.assertRaises(MissingError):
                self.line.with_user(self.leader)[name] = 2**31 - 1

    def test_deciders_cannot_be_deleted(self):
        self.scheme.decided_by = "owner"
        self.line.with_user(self.rep).decide()
        self.line._as_system().reviewer_id = self.rep2
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.rep.unlink()

    def test_tiers_of_a_review_cannot_be_deleted(self):
        for tier in self.scheme.tier_ids:
            with self.subTest(tier.name), self.assertRaisesRegex(UserError, "Archive"):
                tier.unlink()

    def test_deleted_tier_leaves_previews_readable(self):
        """What a preview says about a tier that is no more stays open."""
        scheme = self.make_scheme("AXBC", "DRAFT")
        rules = self.make_rules(
            scheme, [("B", [("turnover", "ge", 100)])], publish=False
        )
        rich = self.customer("Buyer", self.rep, customer_rank=1)
        self.order(rich, 500, "2024-05-05")
        tier_b, tier_c = self.tier(scheme, "B"), self.tier(scheme, "C")
        preview = self.preview(rules, "2024-06-30")
        best = preview.line_ids.filtered(lambda line: line.partner_id == rich)
        rest = preview.line_ids - best
        self.assertEqual((best + rest).computed_tier_id, tier_b + tier_c)
        self.tier(scheme, "X").unlink()
        self.assertEqual(best.computed_tier_id, tier_b)
        self.assertEqual(best.proposed_tier_id, tier_b)
        self.assertEqual(rest.computed_tier_id, tier_c)
        rules.group_ids.tier_id = tier_c
        tier_b.unlink()
        self.assertRecordValues(
            best,
            [
                {
                    "proposed_tier_id": False,
                    "computed_tier_id": False,
                    "movement": False,
                }
            ],
        )
        self.assertEqual(rest.computed_tier_id, tier_c)
        self.assertEqual(rest.proposed_tier_id, tier_c)
        self.assertEqual(set(rest.mapped("movement")), {"new"})
        fields = ["partner_id", "proposed_tier_id", "computed_tier_id"]
        self.assertTrue(preview.line_ids.read(fields))

    def test_customer_under_review_cannot_be_deleted(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.partner.unlink()

    def test_deleted_preview_takes_its_lines_along(self):
        preview = self.preview(self.rules, "2024-06-30")
        lines = preview.line_ids
        self.assertTrue(lines)
        preview.with_user(self.env.ref("base.user_admin")).unlink()
        self.assertFalse(lines.exists())
        self.assertTrue(self.line.exists())

    def test_customer_merged_between_two_batches_has_one_line(self):
        """A line that the merge has brought keeps the target from a second one."""
        review = self.env["governance.tier.review"].create(
            {"name": "In two batches", "scheme_id": self.scheme.id}
        )
        review._start_evaluation()
        evaluator = self.env["governance.tier.evaluator"]
        later = self.customer("Kestrel once more", self.rep, customer_rank=1)
        evaluator._evaluate_range(review, self.partner.id, self.partner.id)
        self.review.action_cancel()
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.partner + later).ids, later, extra_checks=False)
        self.env.invalidate_all()
        evaluator._evaluate_range(review, later.id, later.id)
        self.env.invalidate_all()
        lines = review.line_ids.filtered(lambda line: not line.is_merged)
        self.assertEqual(lines.partner_id, later)
        self.assertEqual(len(lines), 1)
