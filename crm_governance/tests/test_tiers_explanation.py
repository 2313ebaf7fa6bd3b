# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a customer is in its tier: true to the last cent, and safe to read."""

from decimal import Decimal

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from .tiers_common import TiersCommon

CENT = Decimal("0.01")
DAY = "2024-03-31"


class ExplanationCase(TiersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.explainer = cls.env["governance.tier.explainer"]
        cls.acme = cls.customer("Acme", customer_rank=1)

    def page_text(self, line):
        """Return the explanation as a person sees it, on one line."""
        page = html.fromstring(str(line.explanation))
        return " ".join(page.text_content().split())

    def explain(self, rules, tier, **figures):
        """Return the explanation of figures under a tier."""
        snapshot = {key.replace("__", "|"): value for key, value in figures.items()}
        return self.explainer._explain(
            rules, snapshot, self.tier(rules.scheme_id, tier)
        )

    def computed(self, rules, figures):
        return self.explainer._get_computed_tier(
            rules,
            {
                key: None if value is None else Decimal(value)
                for key, value in figures.items()
            },
        ).code

    def assertWayUp(self, rules, figures, tier, goals, reached=None):
        """Check the way up: it leads there, and one step less does not.

        :param dict goals: figure -> (value to reach, smallest step towards it)
        """
        way = self.explain(rules, tier, **figures)["up"]
        self.assertEqual(
            {step["key"]: step["goal"] for step in way["steps"]},
            {key: Decimal(str(goal)) for key, (goal, _step) in goals.items()},
        )
        there = {**figures, **{key: goal for key, (goal, _step) in goals.items()}}
        self.assertEqual(self.computed(rules, there), reached or way["tier"].code)
        for key, (goal, step) in goals.items():
            short = {**there, key: Decimal(str(goal)) - Decimal(str(step))}
            self.assertEqual(self.computed(rules, short), tier, f"{key} falls short")

    def assertWayDown(self, rules, figures, tier, limits, lower):
        """Check what keeps the customer: its margin holds, one step more does not.

        :param dict limits: figure -> (last value that holds, step beyond it)
        """
        way = self.explain(rules, tier, **figures)["down"]
        self.assertEqual(
            {step["key"]: step["goal"] for step in way["steps"]},
            {key: Decimal(str(limit)) for key, (limit, _step) in limits.items()},
        )
        at_limit = {**figures, **{key: limit for key, (limit, _s) in limits.items()}}
        self.assertEqual(self.computed(rules, at_limit), tier)
        beyond = {
            **figures,
            **{
                key: Decimal(str(limit)) + Decimal(str(step))
                for key, (limit, step) in limits.items()
            },
        }
        self.assertEqual(self.computed(rules, beyond), lower)


@tagged("post_install", "-at_install")
class TestCriteriaExplanation(ExplanationCase):
    def make(self, groups, tiers="ABC", **values):
        scheme = self.make_scheme(tiers)
        return self.make_rules(scheme, groups, **values)

    def test_page_says_what_held_and_what_failed_by_how_much(self):
        rules = self.make(
            [
                ("A", [("turnover", "ge", 1000), ("order_count", "ge", 2)]),
                ("A", [("strategic_agreement", "true", 0)]),
                ("B", [("turnover", "ge", 500)]),
            ]
        )
        self.order(self.acme, 700.25, "2024-03-01")
        line = self.line(self.evaluate(rules.scheme_id, DAY), self.acme)
        self.assertEqual(line.proposed_tier_id.code, "B")
        page = html.fromstring(str(line.explanation))
        rows = [
            [" ".join(cell.text_content().split()) for cell in row.iter("td")]
            for row in page.iter("tr")
        ]
        self.assertEqual(
            rows,
            [
                ["✗", "Turnover at least 1,000", "$ 700.25", "off by $ 299.75"],
                ["✗", "Number of Orders at least 2", "1", "off by 1"],
                ["✗", "Strategic Agreement in Force yes", "no", ""],
                ["✓", "Turnover at least 500", "$ 700.25", ""],
            ],
        )
        values = self.explain(rules, "B", turnover=700.25, order_count=1)
        self.assertEqual(
            [(each["tier"].code, each["fits"]) for each in values["tiers"]],
            [("A", False), ("B", True)],
        )
        text = self.page_text(line)
        # One yes-or-no figure is fewer than a turnover and an order.
        self.assertRegex(text, "To reach Tier A: Strategic Agreement in Force yes")
        self.assertRegex(text, r"Turnover at least 500 .* margin \$ 200.25")

    def test_way_up_by_orders_that_reach_it_to_the_cent(self):
        rules = self.make([("A", [("turnover", "ge", 1000)])])
        self.order(self.acme, 700.25, "2024-03-01")
        review = self.evaluate(rules.scheme_id, DAY)
        line = self.line(review, self.acme)
        up = self.explainer._explain(rules, line.metrics, line.proposed_tier_id)["up"]
        missing = up["steps"][0]["goal"] - Decimal(str(line.turnover))
        self.assertEqual(missing, Decimal("299.75"))
        self.assertIn("299.75", self.page_text(line))
        for amount, tier in ((missing - CENT, "C"), (missing, "A")):
            with self.undone():
                self.order(self.acme, float(amount), "2024-03-02")
                review = self.evaluate(rules.scheme_id, DAY)
                self.assertEqual(self.proposals(review)[self.acme.id], tier)

    def test_way_down_by_refunds_that_reach_it_to_the_cent(self):
        rules = self.make(
            [("A", [("turnover", "ge", 1000)])], turnover_source="invoice"
        )
        self.invoice(self.acme, 1200.5, "2024-03-01")
        line = self.line(self.evaluate(rules.scheme_id, DAY), self.acme)
        self.assertRegex(self.page_text(line), r"margin \$ 200.50")
        for amount, tier in ((200.50, "A"), (200.51, "C")):
            with self.undone():
                self.invoice(self.acme, amount, "2024-03-02", move_type="out_refund")
                review = self.evaluate(rules.scheme_id, DAY)
                self.assertEqual(self.proposals(review)[self.acme.id], tier)

    def test_way_down_with_tolerance_is_when_it_really_falls(self):
        rules = self.make(
            [("A", [("turnover", "ge", 1000)])],
            turnover_source="invoice",
            hysteresis_percent=10,
        )
        self.invoice(self.acme, 1200, "2024-03-01")
        review = self.evaluate(rules.scheme_id, DAY)
        self.assertRegex(
            self.page_text(self.line(review, self.acme)), r"margin \$ 300.00"
        )
        self.publish(review)
        for amount, tier in ((300, "A"), (300.01, "C")):
            with self.undone():
                self.invoice(self.acme, amount, "2024-03-02", move_type="out_refund")
                line = self.line(self.evaluate(rules.scheme_id, DAY), self.acme)
                self.assertEqual(line.proposed_tier_id.code, tier)
                if tier == "A":
                    text = self.page_text(line)
                    self.assertIn("By the figures alone it would be Tier C", text)
                    self.assertRegex(text, r"now \$ 900.00 · margin \$ 0.00")

    def test_way_up_of_each_operator(self):
        for operator, value, now, goal, step in (
            ("ge", 1000, 999.99, 1000, CENT),
            ("gt", 1000, 1000, "1000.01", CENT),
            ("gt", 1000, 10, "1000.01", CENT),
            ("eq", 1000, 990, 1000, CENT),
            ("le", 1000, "1000.01", 1000, -CENT),
            ("lt", 1000, 1000, "999.99", -CENT),
            ("eq", 1000, 1010, 1000, -CENT),
            ("lt", 0, 50, "-0.01", -CENT),
        ):
            with self.subTest(operator=operator, now=now), self.undone():
                rules = self.make([("A", [("turnover", operator, value)])])
                figures = {"turnover": str(now)}
                self.assertWayUp(rules, figures, "C", {"turnover": (goal, step)})

    def test_way_down_of_each_operator(self):
        for operator, value, now, limit, step in (
            ("ge", 1000, 1500, 1000, -CENT),
            ("gt", 1000, 1500, "1000.01", -CENT),
            ("le", 1000, 900, 1000, CENT),
            ("lt", 1000, 900, "999.99", CENT),
            ("eq", 1000, 1000, 1000, CENT),
        ):
            with self.subTest(operator=operator), self.undone():
                rules = self.make([("A", [("turnover", operator, value)])])
                figures = {"turnover": str(now)}
                limits = {"turnover": (limit, step)}
                self.assertWayDown(rules, figures, "A", limits, "C")

    def test_way_up_of_whole_numbers(self):
        """Nobody places half an order."""
        for operator, value, now, goal, step in (
            ("gt", 3, 1, 4, 1),
            ("ge", 2.5, 1, 3, 1),
            ("lt", 3, 5, 2, -1),
            ("le", 2.5, 5, 2, -1),
        ):
            with self.subTest(operator=operator), self.undone():
                rules = self.make([("A", [("order_count", operator, value)])])
                figures = {"order_count": str(now)}
                self.assertWayUp(rules, figures, "C", {"order_count": (goal, step)})
                text = self.explain(rules, "C", **figures)["up"]["steps"][0]
                self.assertEqual(text["change"], str(abs(goal - now)))

    def test_way_up_of_shares(self):
        rules = self.make([("A", [("cumulative_share", "lt", 80)])])
        figures = {"cumulative_share": "80.000000"}
        limit = Decimal("0.000001")
        self.assertWayUp(
            rules, figures, "C", {"cumulative_share": (80 - limit, -limit)}
        )

    def test_way_up_of_several_figures_needs_all(self):
        rules = self.make([("A", [("turnover", "ge", 1000), ("order_count", "gt", 4)])])
        goals = {"turnover": (1000, CENT), "order_count": (5, 1)}
        figures = {"turnover": "10", "order_count": "1"}
        self.assertWayUp(rules, figures, "C", goals)
        # What holds already is not on the list.
        del goals["turnover"]
        self.assertWayUp(rules, {"turnover": "1000", "order_count": "1"}, "C", goals)

    def test_way_up_of_two_conditions_on_one_figure(self):
        rules = self.make([("A", [("turnover", "ge", 100), ("turnover", "le", 200)])])
        self.assertWayUp(rules, {"turnover": "50"}, "C", {"turnover": (100, CENT)})
        self.assertWayUp(rules, {"turnover": "250"}, "C", {"turnover": (200, -CENT)})

    def test_way_up_of_the_stricter_of_two_conditions(self):
        rules = self.make([("A", [("turnover", "ge", 100), ("turnover", "gt", 300)])])
        goals = {"turnover": ("300.01", CENT)}
        self.assertWayUp(rules, {"turnover": "50"}, "C", goals)

    def test_way_up_prefers_fewer_figures_then_the_shorter_way(self):
        rules = self.make(
            [
                ("A", [("turnover", "ge", 1000), ("order_count", "ge", 2)]),
                ("A", [("largest_order", "ge", 800)]),
                ("A", [("order_count", "ge", 20)]),
            ]
        )
        figures = {"turnover": "990", "order_count": "1", "largest_order": "500"}
        self.assertWayUp(rules, figures, "C", {"largest_order": (800, CENT)})
        figures = {"turnover": "990", "order_count": "18", "largest_order": "0"}
        self.assertWayUp(rules, figures, "C", {"turnover": (1000, CENT)})

    def test_way_up_leads_to_the_next_tier_first(self):
        rules = self.make(
            [
                ("A", [("turnover", "ge", 1000)]),
                ("B", [("turnover", "ge", 500)]),
            ]
        )
        self.assertWayUp(rules, {"turnover": "1"}, "C", {"turnover": (500, CENT)})
        self.assertWayUp(rules, {"turnover": "600"}, "B", {"turnover": (1000, CENT)})
        self.assertIsNone(self.explain(rules, "A", turnover=5000)["up"])

    def test_way_up_is_silent_about_tiers_that_fit_already(self):
        """The committee may put a customer below what the figures say."""
        rules = self.make(
            [
                ("A", [("turnover", "ge", 1000)]),
                ("B", [("turnover", "ge", 500)]),
                ("B", [("order_count", "ge", 50)]),
            ]
        )
        values = self.explain(rules, "C", turnover=600, order_count=1)
        self.assertEqual(values["computed_tier"].code, "B")
        self.assertEqual(values["up"]["tier"].code, "A")
        self.assertEqual(values["up"]["steps"][0]["goal"], 1000)

    def test_way_up_without_data(self):
        rules = self.make([("A", [("days_since_last_order", "le", 90)])])
        figures = {"days_since_last_order": None}
        self.assertWayUp(rules, figures, "C", {"days_since_last_order": (90, -1)})
        step = self.explain(rules, "C", **figures)["up"]["steps"][0]
        self.assertEqual((step["now"], step["change"]), ("no data", ""))

    def test_way_down_needs_every_group_to_break(self):
        rules = self.make(
            [
                ("A", [("turnover", "ge", 1000)]),
                ("A", [("order_count", "ge", 5), ("margin", "ge", 10)]),
                ("A", [("largest_order", "ge", 10_000)]),
            ]
        )
        figures = {
            "turnover": "1200",
            "order_count": "50",
            "margin": "11.5",
            "largest_order": "1",
        }
        limits = {"turnover": (1000, -CENT), "margin": (10, -CENT)}
        self.assertWayDown(rules, figures, "A", limits, "C")
        # One group alone keeps the customer.
        for key, value in (("turnover", "1000"), ("margin", "10")):
            broken = {**figures, "turnover": "0", "margin": "0", key: value}
            self.assertEqual(self.computed(rules, broken), "A")

    def test_way_down_is_silent_in_the_lowest_tier(self):
        rules = self.make(
            [("A", [("turnover", "ge", 1000)]), ("C", [("turnover", "ge", 5)])]
        )
        self.assertIsNone(self.explain(rules, "C", turnover=10)["down"])
        self.assertIsNone(self.explain(rules, "C", turnover=1)["down"])

    def test_way_down_is_silent_above_the_figures(self):
        """Where people put a customer higher, no figure keeps it there."""
        rules = self.make([("A", [("turnover", "ge", 1000)])])
        self.assertIsNone(self.explain(rules, "A", turnover=10)["down"])

    def test_yes_or_no_figures_have_no_amount(self):
        rules = self.make(
            [
                ("A", [("strategic_agreement", "true", 0)]),
                ("B", [("follow_up_project", "false", 0)]),
            ]
        )
        figures = {"strategic_agreement": "0", "follow_up_project": "1"}
        self.assertWayUp(rules, figures, "C", {"follow_up_project": (0, -1)})
        values = self.explain(rules, "C", **figures)
        self.assertEqual(values["up"]["steps"][0]["change"], "")
        figures = {"strategic_agreement": "1", "follow_up_project": "1"}
        limits = {"strategic_agreement": (1, -1)}
        self.assertWayDown(rules, figures, "A", limits, "C")

    def test_adjusted_proposals_say_so(self):
        rules = self.make(
            [("A", [("turnover", "ge", 1000)]), ("B", [("turnover", "ge", 500)])],
            turnover_source="invoice",
            is_one_step_down=True,
        )
        self.invoice(self.acme, 1200, "2024-03-01")
        self.publish(self.evaluate(rules.scheme_id, DAY))
        self.invoice(self.acme, 1100, "2024-03-02", move_type="out_refund")
        line = self.line(self.evaluate(rules.scheme_id, DAY), self.acme)
        self.assertEqual((line.proposed_tier_id.code, line.adjustment), ("B", "step"))
        text = self.page_text(line)
        self.assertIn("By the figures alone it would be Tier C", text)
        self.assertIn("nobody falls more than one tier", text)
        self.assertIn("To reach Tier A: Turnover at least 1,000", text)
        self.assertNotIn("It would fall", text)

    def test_unit_of_each_figure(self):
        rules = self.make(
            [
                (
                    "A",
                    [
                        ("turnover", "ge", 1234.5),
                        ("customer_age", "ge", 365),
                        ("turnover_share", "ge", 12.5),
                        ("consecutive_years", "ge", 3, {"parameter": 5000}),
                    ],
                )
            ]
        )
        figures = {
            "turnover": "1000",
            "customer_age": "30",
            "turnover_share": "2.25",
            "consecutive_years__5000.00": "1",
        }
        values = self.explain(rules, "C", **figures)
        found = [
            (criterion["value"], criterion["missing"])
            for criterion in values["tiers"][0]["groups"][0]["criteria"]
        ]
        self.assertEqual(
            found,
            [
                ("$\xa01,000.00", "$\xa0234.50"),
                ("30 days", "335 days"),
                ("2.25 %", "10.25 %"),
                ("1 year", "2 years"),
            ],
        )


@tagged("post_install", "-at_install")
class TestScorecardExplanation(ExplanationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.make_scheme("ABC")

    def make(self, score, totals=(("A", 80), ("B", 50)), **values):
        return self.make_rules(self.scheme, score=score, totals=totals, **values)

    def test_page_shows_points_and_weights(self):
        rules = self.make(
            [
                ("turnover", 60, [(1000, 100), (500, 50.5), (None, 0)]),
                ("order_count", 40, [(4, 100), (None, 25)]),
            ]
        )
        self.order(self.acme, 700, "2024-03-01")
        line = self.line(self.evaluate(rules.scheme_id, DAY), self.acme)
        self.assertEqual(Decimal(str(line.score)), Decimal("40.3"))
        page = html.fromstring(str(line.explanation))
        rows = [
            [" ".join(cell.text_content().split()) for cell in row.iter("td")]
            for row in page.iter("tr")
        ]
        self.assertEqual(
            rows[1:],
            [
                ["Turnover", "$ 700.00", "50.50", "60.00 %", "30.30"],
                ["Number of Orders", "1", "25.00", "40.00 %", "10.00"],
            ],
        )
        text = self.page_text(line)
        self.assertIn("40.30 of 100", text)
        # To B it takes 50 points: 300 of turnover, or 3 orders.
        self.assertRegex(text, r"To reach Tier B: Turnover .*now \$ 700.00.*300.00")

    def test_way_up_takes_the_band_that_suffices(self):
        rules = self.make(
            [("turnover", 100, [(1000, 100), (500, 60), (200, 50), (None, 0)])]
        )
        figures = {"turnover": "10"}
        self.assertWayUp(rules, figures, "C", {"turnover": (200, CENT)})
        figures = {"turnover": "200"}
        self.assertWayUp(rules, figures, "B", {"turnover": (1000, CENT)})

    def test_way_up_of_a_figure_that_should_be_small(self):
        rules = self.make(
            [
                (
                    "days_since_last_order",
                    100,
                    [(90, 0), (30, 50), (7, 80), (None, 100)],
                    {"no_data_points": 0},
                )
            ],
            totals=(("A", 90), ("B", 50)),
        )
        key = "days_since_last_order"
        self.assertWayUp(rules, {key: "200"}, "C", {key: (89, -1)})
        self.assertWayUp(rules, {key: "89"}, "B", {key: (6, -1)})
        way = self.explain(rules, "B", days_since_last_order=40)["up"]
        self.assertEqual(way["steps"][0]["change"], "34 days")

    def test_way_up_of_a_figure_that_is_best_in_the_middle(self):
        metric = self.manual_metric("test_load", direction="neutral", unit="count")
        rules = self.make(
            [(metric.code, 100, [(100, 0), (50, 100), (None, 10)])],
            totals=(("A", 90),),
        )
        self.assertWayUp(rules, {metric.code: "20"}, "C", {metric.code: (50, CENT)})
        self.assertWayUp(
            rules, {metric.code: "300"}, "C", {metric.code: ("99.99", -CENT)}
        )

    def test_way_up_by_several_figures(self):
        rules = self.make(
            [
                ("turnover", 50, [(1000, 100), (None, 0)]),
                ("order_count", 50, [(4, 100), (None, 0)]),
            ],
            totals=(("A", 80),),
        )
        self.assertWayUp(
            rules,
            {"turnover": "1", "order_count": "1"},
            "C",
            {"turnover": (1000, CENT), "order_count": (4, 1)},
        )

    def test_way_up_of_a_long_scorecard(self):
        """Three figures of twelve have to rise: no two are enough."""
        codes = [f"test_figure_{number}" for number in range(12)]
        for code in codes:
            self.manual_metric(code)
        score = [
            (
                code,
                8 if number else 12,
                [(400 + number, 100), (300, 75), (200, 50), (100, 25), (None, 0)],
            )
            for number, code in enumerate(codes)
        ]
        rules = self.make(score, totals=(("A", 36),))
        figures = {code: "200" if n < 4 else "0" for n, code in enumerate(codes)}
        # They earn 18 points, 18 are missing. Two figures bring 8 + 8 at most; of
        # three, 6 of the first, 4 of one that is half way and 8 of one without
        # any points are the shortest way.
        best = self.explain(rules, "C", **figures)["up"]["steps"]
        self.assertEqual(
            [(step["key"], step["goal"]) for step in best],
            [(codes[0], 400), (codes[1], 401), (codes[4], 404)],
        )
        there = {**figures, **{step["key"]: step["goal"] for step in best}}
        self.assertEqual(self.computed(rules, there), "A")
        for step in best:
            short = {**there, step["key"]: step["goal"] - CENT}
            self.assertEqual(self.computed(rules, short), "C")

    def test_way_up_without_data(self):
        metric = self.manual_metric("test_view", unit="points")
        rules = self.make(
            [(metric.code, 100, [(50, 100), (None, 10)], {"no_data_points": 20})],
            totals=(("A", 90),),
        )
        self.assertWayUp(rules, {metric.code: None}, "C", {metric.code: (50, CENT)})

    def test_way_down_in_points(self):
        rules = self.make(
            [("turnover", 100, [(1000, 95.5), (500, 50), (None, 0)])],
            totals=(("A", 80), ("B", 20)),
        )
        self.assertEqual(
            self.explain(rules, "A", turnover=1000)["down"]["points"], Decimal("15.5")
        )
        self.assertIsNone(self.explain(rules, "C", turnover=0)["down"])
        self.assertIsNone(self.explain(rules, "A", turnover=500)["down"])

    def test_way_down_in_points_with_tolerance(self):
        rules = self.make(
            [("turnover", 100, [(1000, 95.5), (500, 73), (300, 72), (None, 71.99)])],
            totals=(("A", 80),),
            hysteresis_percent=10,
        )
        self.order(self.acme, 1000, "2024-03-01")
        self.publish(self.evaluate(self.scheme, DAY))
        self.assertEqual(
            self.explain(rules, "A", turnover=1000)["down"]["points"], Decimal("23.5")
        )
        for amount, tier in ((-700, "A"), (-700.01, "C")):
            with self.undone():
                self.order(self.acme, amount, "2024-03-02")
                review = self.evaluate(self.scheme, DAY)
                self.assertEqual(self.proposals(review)[self.acme.id], tier)


@tagged("post_install", "-at_install")
class TestExplanationPage(ExplanationCase):
    HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"

    def test_hostile_names_are_escaped(self):
        scheme = self.make_scheme("ABC")
        for tier in scheme.tier_ids:
            tier.name = f"{tier.code}{self.HOSTILE}"
            tier.principle = self.HOSTILE
        metric = self.manual_metric("test_hostile")
        metric.name = self.HOSTILE
        rules = self.make_rules(
            scheme,
            [
                ("A", [("turnover", "ge", 1000), (metric.code, "ge", 5)]),
                ("B", [("turnover", "ge", 500)]),
            ],
            publish=False,
            name=self.HOSTILE,
        )
        rules.group_ids.name = self.HOSTILE
        rules.action_publish()
        self.acme.name = self.HOSTILE
        self.order(self.acme, 700, "2024-03-01")
        line = self.line(self.evaluate(scheme, DAY), self.acme)
        line._as_system().write(
            {
                "reason": self.HOSTILE,
                "error": self.HOSTILE,
                "decided_by_id": self.rep.id,
            }
        )
        self.rep.name = self.HOSTILE
        line.invalidate_recordset(["explanation"])
        self.assert_harmless(line)

    def test_hostile_names_are_escaped_on_scorecards(self):
        scheme = self.make_scheme("AB")
        scheme.tier_ids.name = self.HOSTILE
        metric = self.manual_metric("test_hostile")
        metric.name = self.HOSTILE
        self.make_rules(
            scheme,
            score=[(metric.code, 100, [(5, 100), (None, 0)])],
            totals=[("A", 50)],
            name=self.HOSTILE,
        )
        line = self.line(self.evaluate(scheme, DAY), self.acme)
        self.assert_harmless(line)

    def assert_harmless(self, line):
        page = html.fromstring(str(line.explanation))
        self.assertFalse(list(page.iter("script", "img")))
        self.assertNotIn("<script", str(line.explanation))
        self.assertIn("alert('x')", page.text_content())

    @mute_logger("odoo.addons.crm_governance.models.tiers.governance_tier_evaluator")
    def test_customer_without_figures_has_a_page(self):
        self.company.governance_cutover_date = "2024-01-01"
        scheme = self.make_scheme("AB")
        self.make_rules(scheme, [("A", [("turnover", "ge", 5)])], include_history=True)
        self.overflow(self.acme)
        line = self.line(self.evaluate(scheme, DAY), self.acme)
        text = self.page_text(line)
        self.assertIn("cannot be computed", text)
        self.assertIn("no data", text)

    def test_rules_decided_by_people_have_a_page(self):
        scheme = self.make_scheme("AB")
        self.make_rules(scheme, method="manual")
        line = self.line(self.evaluate(scheme, DAY), self.acme)
        text = self.page_text(line)
        self.assertIn("Tier B", text)
        self.assertNotIn("To reach", text)
        self.assertNotIn("It would fall", text)

    def test_explanation_stays_with_its_version_of_the_rules(self):
        scheme = self.make_scheme("AB")
        rules = self.make_rules(scheme, [("A", [("turnover", "ge", 1000)])])
        self.order(self.acme, 700, "2024-03-01")
        line = self.line(self.evaluate(scheme, DAY), self.acme)
        before = str(line.explanation)
        draft = rules._create_version()
        draft.group_ids.criterion_ids.value = 50
        draft.action_publish()
        self.order(self.acme, 5000, "2024-03-01")
        line.invalidate_recordset(["explanation"])
        self.assertEqual(str(line.explanation), before)
        self.assertIn("version 1", " ".join(self.page_text(line).split()))
