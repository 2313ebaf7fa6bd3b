# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from psycopg2 import Error, IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .tiers_world import FORGED, TiersWorld

# How the server answers arguments of the wrong type.
NONSENSE = (UserError, Error, TypeError, ValueError, AttributeError)

LOW = [("turnover", "ge", 100)]
HIGH = [("turnover", "ge", 1000)]
BANDS = [(1000, 100), (100, 50), (None, 0)]


class TiersConfig(TiersWorld):
    """Says that something is refused, in which words, and that nothing changed."""

    @contextmanager
    def assertKept(self, constraint, *records):
        """The database refuses, in the words of a constraint."""
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            yield
            self.env.flush_all()
        self.assertIn(constraint, str(caught.exception))

    def assertUnpublished(self, rules, *sentences):
        """Publishing is refused with exactly these sentences."""
        with self.assertRaises(ValidationError) as caught:
            rules.action_publish()
        self.env.invalidate_all()
        self.assertEqual(rules.state, "draft")
        head, *lines = str(caught.exception).splitlines()
        self.assertIn(rules.name, head)
        self.assertEqual(len(lines), len(sentences), str(caught.exception))
        for line, sentence in zip(lines, sentences, strict=True):
            self.assertRegex(line, sentence)


@tagged("post_install", "-at_install")
class TestTiersRulesRefused(TiersConfig):
    """Rules that cannot work are not published, and the sentence says why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls.make_scheme("XYZ", code="TARGET")
        cls.x, cls.y, cls.z = cls.target.tier_ids

    def draft(self, groups=(("X", HIGH), ("Y", LOW)), **values):
        return self.make_rules(self.target, groups, publish=False, **values)

    def scorecard(self, score=None, totals=(("X", 80), ("Y", 40)), **values):
        score = score if score is not None else [("turnover", 100, BANDS)]
        return self.make_rules(
            self.target, score=score, totals=totals, publish=False, **values
        )

    def test_sound_rules(self):
        self.draft().action_publish()
        self.scorecard().action_publish()
        self.draft((), method="manual", fallback_tier_id=False).action_publish()

    def test_no_tiers(self):
        empty = self.env["governance.tier.scheme"].create(
            {"name": "Empty", "code": "EMPTY"}
        )
        rules = self.env["governance.tier.ruleset"].create(
            {"name": "Empty", "code": "EMPTY", "scheme_id": empty.id}
        )
        self.assertUnpublished(rules, "Empty has no tiers. Add at least one")

    def test_equal_ranks(self):
        self.y.rank = 1
        self.assertUnpublished(
            self.draft(), r"Rank 1 .*\(Tier X and Tier Y\).*a rank of its own"
        )

    def test_names_are_listed_as_the_language_does(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.y.rank = 1
        problems = self.draft().with_context(lang="zh_CN").publish_problems
        self.assertIn("Tier X和Tier Y", problems)

    def test_no_fallback(self):
        self.assertUnpublished(
            self.draft(fallback_tier_id=False), "Choose the tier of “Everybody Else”"
        )

    def test_archived_tier(self):
        rules = self.draft()
        self.y.active = False
        self.assertUnpublished(rules, "The tier Tier Y is archived. Use an active one")

    def test_tier_of_another_scheme(self):
        for name in ("fallback_tier_id", "group_ids", "score_threshold_ids"):
            rules = self.draft()
            value = {
                "fallback_tier_id": self.tier_a.id,
                "group_ids": [Command.create({"tier_id": self.tier_a.id})],
                "score_threshold_ids": [
                    Command.create({"tier_id": self.tier_a.id, "min_total": 1})
                ],
            }[name]
            with self.assertSays(
                "Tier A belongs to Scheme TEST, not to Scheme TARGET", ValidationError
            ):
                rules[name] = value
        rules = self.draft()
        with self.assertSays("Tier A belongs to Scheme TEST", ValidationError):
            rules.group_ids[0].tier_id = self.tier_a
        rules = self.scorecard()
        with self.assertSays("Tier A belongs to Scheme TEST", ValidationError):
            rules.score_threshold_ids[0].tier_id = self.tier_a

    def test_group_without_conditions(self):
        self.assertUnpublished(
            self.draft((("X", HIGH), ("Y", []))),
            "Tier Y has no conditions. Add one or delete it",
        )

    def test_contradictions(self):
        for criteria in (
            [("turnover", "ge", 100), ("turnover", "le", 99.99)],
            [("turnover", "gt", 100), ("turnover", "le", 100)],
            [("turnover", "ge", 100), ("turnover", "lt", 100)],
            [("turnover", "eq", 1), ("turnover", "eq", 2)],
            [("strategic_agreement", "true"), ("strategic_agreement", "false")],
        ):
            with self.subTest(criteria=criteria):
                self.assertUnpublished(
                    self.draft((("X", criteria),)),
                    "Tier X can never hold: .* exclude each other",
                )
        for criteria in (
            [("turnover", "ge", 100), ("turnover", "le", 100)],
            [("turnover", "gt", 100), ("turnover", "lt", 100.01)],
        ):
            self.draft((("X", criteria),))._get_publish_errors()

    def test_conditions_on_different_periods_do_not_contradict(self):
        short = {"window_type": "rolling_months", "window_length": 3}
        rules = self.draft(
            (("X", [("turnover", "ge", 100), ("turnover", "le", 50, short)]),)
        )
        rules.action_publish()

    def test_unreachable_tiers(self):
        for higher, lower in (
            (LOW, HIGH),
            (LOW, LOW),
            ([("turnover", "ge", 100)], [("turnover", "gt", 100)]),
            (
                [("turnover", "ge", 100)],
                [("turnover", "ge", 100), ("order_count", "ge", 3)],
            ),
            (
                [("days_since_last_order", "le", 90)],
                [("days_since_last_order", "lt", 90)],
            ),
        ):
            with self.subTest(higher=higher, lower=lower):
                self.assertUnpublished(
                    self.draft((("X", higher), ("Y", lower))),
                    "Tier Y .*can never be reached.*Tier X first.*stricter",
                )

    def test_reachable_tiers(self):
        for higher, lower in (
            ([("turnover", "ge", 100), ("order_count", "ge", 3)], LOW),
            ([("turnover", "gt", 100)], [("turnover", "ge", 100)]),
            ([("turnover", "ge", 100)], [("order_count", "ge", 1)]),
        ):
            self.draft((("X", higher), ("Y", lower))).action_publish()

    def test_weights(self):
        two = [("turnover", 50, BANDS), ("order_count", 49.99, BANDS)]
        self.assertUnpublished(
            self.scorecard(two), "weights add up to 99.99 %, not to 100 %"
        )
        two[1] = ("order_count", 50.01, BANDS)
        self.assertUnpublished(
            self.scorecard(two), "weights add up to 100.01 %, not to 100 %"
        )
        thirds = [
            ("turnover", 33.33, BANDS),
            ("order_count", 33.33, BANDS),
            ("largest_order", 33.34, BANDS),
        ]
        self.scorecard(thirds).action_publish()

    def test_scorecard_is_empty(self):
        rules = self.draft((), method="scorecard")
        self.assertUnpublished(
            rules, "scorecard is empty. Add a figure", "from which total on"
        )

    def test_holes_and_overlaps_in_bands(self):
        for bands, sentence in (
            ([], "Turnover has no bands"),
            ([(1000, 100), (100, 50)], "Turnover leaves a hole: exactly one band"),
            ([(1000, 100), (None, 50), (None, 0)], "Turnover leaves a hole"),
            (
                [(1000, 100), (1000, 50), (None, 0)],
                "Turnover: two bands begin at 1000.0. They overlap; keep one",
            ),
            (
                [(1000, 50), (100, 100), (None, 0)],
                "Turnover: a better figure would earn fewer points. Sort",
            ),
        ):
            with self.subTest(bands=bands):
                rules = self.scorecard([("turnover", 100, bands)])
                self.assertUnpublished(rules, sentence)

    def test_less_is_better(self):
        late = [(60, 0), (30, 50), (None, 100)]
        self.scorecard([("days_late_average", 100, late)]).action_publish()
        rules = self.scorecard([("days_late_average", 100, BANDS)])
        self.assertUnpublished(rules, "a better figure would earn fewer points")

    def test_totals(self):
        for totals, sentence in (
            ((), "Say from which total on each tier begins"),
            ((("X", 40), ("Y", 80)), "Tier X begins at 40.0 points but the lower tier"),
            ((("X", 40), ("Y", 40)), "A higher tier must begin at more points"),
            ((("X", 40), ("X", 30)), "Tier X has two totals. Keep one"),
        ):
            with self.subTest(totals=totals):
                self.assertUnpublished(self.scorecard(totals=totals), sentence)

    def test_total_out_of_reach(self):
        """Nobody gets more than a hundred points."""
        self.assertUnpublished(
            self.scorecard(totals=(("X", 101), ("Y", 40))),
            "Tier X begins at 101.0 points, but nobody gets more than 100",
        )

    def test_blanks(self):
        """What the source leaves open is asked for, each value by its name."""
        blank = {"is_value_blank": True}
        rules = self.draft((("X", [("turnover", "ge", 0, blank)]),))
        self.assertUnpublished(rules, "“Tier X: Turnover .*” .*is still empty")
        rules.group_ids.criterion_ids.value = 0
        rules.action_publish()
        rules = self.draft(
            (("X", [("consecutive_years", "ge", 3, {"is_parameter_blank": True})]),)
        )
        self.assertUnpublished(rules, "yearly amount")
        rules = self.draft((("X", [("has_tag", "true")]),))
        self.assertUnpublished(rules, "contact tag")
        line = ("turnover", 0, BANDS, {"is_weight_blank": True})
        self.assertUnpublished(self.scorecard([line]), "weight in percent")

    def test_history_without_cutover(self):
        self.company.governance_cutover_date = "2025-01-01"
        self.history(self.north, 100, "2024-05-05")
        self.company.governance_cutover_date = False
        self.assertUnpublished(
            self.draft(include_history=True),
            "imported turnover but no cut-over date. Set it in the settings",
        )
        self.draft(include_history=False).action_publish()

    def test_several_mistakes_at_once(self):
        rules = self.draft((("X", LOW), ("Y", HIGH)), fallback_tier_id=False)
        self.assertUnpublished(rules, "Everybody Else", "can never be reached")

    def test_values_out_of_range(self):
        rules = self.draft()
        for name, value in (
            ("window_length", 0),
            ("window_length", -1),
            ("window_length", 1201),
            ("window_length", 10**9),
            ("protect_months", 1201),
        ):
            with self.assertSays(f"Rules of Scheme TARGET.*{value}", ValidationError):
                rules.write({"window_type": "rolling_months", name: value})
        for name, value in (
            ("hysteresis_percent", -0.01),
            ("hysteresis_percent", 100),
            ("hysteresis_percent", float("nan")),
            ("protect_months", -1),
        ):
            with self.assertKept("governance_tier_ruleset"):
                rules[name] = value
        criterion = rules.group_ids.criterion_ids[0]
        for length in (0, -3, 1201):
            with self.assertSays(f"Turnover.*not {length}", ValidationError):
                criterion.write(
                    {"window_type": "rolling_months", "window_length": length}
                )
        for name, value in (("weight", -1), ("weight", 101)):
            with self.assertKept("governance_tier_scorecard_line_weight_range"):
                self.scorecard().scorecard_line_ids[name] = value
        for points in (-1, 100.01):
            with self.assertKept("governance_tier_scorecard_band_points_range"):
                self.scorecard().scorecard_line_ids.band_ids[0].points = points

    def test_yes_or_no(self):
        with self.assertSays("yes-or-no figure", ValidationError):
            self.draft((("X", [("strategic_agreement", "ge", 1)]),))
        with self.assertSays("is a number: compare it with a value", ValidationError):
            self.draft((("X", [("turnover", "true")]),))

    def test_two_people_publish(self):
        """The second of two drafts supersedes the first; never are two in force."""
        first, second = self.draft(), self.draft()
        first.action_publish()
        second.action_publish()
        self.assertEqual((first | second).mapped("state"), ["superseded", "published"])
        with self.assertSays("published before"):
            first.action_publish()


@tagged("post_install", "-at_install")
class TestTiersPoliciesRefused(TiersConfig):
    """Schemes, tiers, figures, calendars and committees that cannot work."""

    def test_scheme(self):
        scheme = self.env["governance.tier.scheme"]
        with self.assertKept("governance_tier_scheme_code_company_uniq"):
            self.make_scheme(code="TEST")
        for value in (-0.01, 100.01, float("nan")):
            with self.assertKept("governance_tier_scheme_breaker_percent_range"):
                self.scheme.breaker_percent = value
        with self.assertSays("needs the company", ValidationError):
            self.scheme.company_id = False
        fake = {"is_preset": True, "company_id": False}
        with self.assertSays("preset"):
            scheme.with_user(self.manager).create({"name": "Fake", "code": "F", **fake})
        with self.assertSays("preset"):
            self.make_scheme(code="F").with_user(self.manager).write(fake)

    def test_governing(self):
        """One scheme governs, with rules in force, and contacts show its tiers."""
        self.published_review()
        empty = self.make_scheme(code="EMPTY")
        with self.assertSays("Publish rules of Scheme EMPTY before it governs"):
            empty.with_user(self.manager).action_set_governing()
        other = self.make_scheme("XY", code="OTHER")
        self.make_rules(other, [("X", [("turnover", "ge", 100)])])
        self.publish(self.committee_review(scheme_id=other.id, name="Other"))
        self.assertEqual(self.north.governance_tier_id, self.tier_a)
        other.with_user(self.manager).action_set_governing()
        self.env.invalidate_all()
        self.assertFalse(self.scheme.is_governing)
        self.assertEqual(self.north.governance_tier_id, other.tier_ids[0])
        # The mark itself is not a way around the button, which the message names.
        form = self.env["governance.tier.scheme"].get_view(view_type="form")["arch"]
        self.assertIn("Let it govern", form)
        for values in ({"is_governing": True}, {"is_governing": False}):
            for scheme in (empty, other):
                if scheme.is_governing == values["is_governing"]:
                    continue
                with self.assertSays("“Let it govern” of a scheme"):
                    scheme.with_user(self.manager).write(values)
        for values, context in (
            ({"is_governing": True}, {}),
            ({}, {"default_is_governing": True}),
        ):
            id_ = self.rpc(
                self.manager,
                "governance.tier.scheme",
                "create",
                [{"name": "New", "code": f"NEW {context}", **values}],
                context=context,
            )[0]
            self.assertFalse(empty.browse(id_).is_governing)
        with self.assertSays("“Let it govern” of a scheme"):
            other.with_user(self.manager).active = False

    def test_used_scheme(self):
        self.published_review()
        other = self.env["res.company"].create({"name": "Other"})
        for attempt, words in (
            (lambda: self.scheme.write({"company_id": other.id}), "another company"),
            (lambda: self.scheme.unlink(), "you cannot delete it"),
            (lambda: self.tier_a.write({"rank": 9}), "reorder its tiers"),
            (lambda: self.tier_a.unlink(), "Archive it instead"),
            (lambda: self.tier_c.write({"active": False}), "held by customers"),
        ):
            with self.assertSays(words):
                attempt()
        self.tier_a.name = "Gold"

    def test_scheme_of_published_rules(self):
        """The database would delete the rules with it, which no policy allows."""
        with self.assertSays("Rules of .* have been published"):
            self.scheme.with_user(self.manager).unlink()
        self.assertTrue(self.rules.exists())
        self.make_scheme(code="EMPTY").with_user(self.manager).unlink()

    def test_archived_tier_of_published_rules(self):
        with self.assertSays("still given by the published rules"):
            self.tier_b.active = False

    def test_tier(self):
        for values, constraint in (
            ({"max_customers": -1}, "governance_tier_max_customers_positive"),
            (
                {"review_interval_months": -1},
                "governance_tier_review_interval_positive",
            ),
            ({"code": "B"}, "governance_tier_code_uniq"),
        ):
            with self.assertKept(constraint):
                self.tier_a.write(values)
        with self.assertSays("Tier A.*1200", ValidationError):
            self.tier_a.review_interval_months = 10**6

    def test_figures(self):
        turnover = self.metric("turnover")
        with self.assertSays("nothing computes “wish”", ValidationError):
            self.env["governance.tier.metric"].create(
                {"name": "Wish", "code": "wish", "kind": "computed"}
            )
        with self.assertSays("Turnover is used by Rules of Scheme TEST"):
            turnover.unlink()
        # What was decided with a figure stays what it was.
        for values in (
            {"code": "order_count_2"},
            {"kind": "manual"},
            {"unit": "count"},
            {"is_windowed": False},
        ):
            with self.assertSays("Turnover is used by"):
                turnover.with_user(self.manager).write(values)
        turnover.with_user(self.manager).name = "Sales"
        unused = self.manual_metric("trust")
        unused.with_user(self.manager).write({"code": "faith", "unit": "points"})

    def test_calendar(self):
        calendars = self.env["governance.review.calendar"]

        def calendar(recurrence="yearly", **values):
            return calendars.create(
                {
                    "name": "Calendar",
                    "code": "CAL",
                    "recurrence": recurrence,
                    "open_days_before": 30,
                    "decision_days": 14,
                    "customer_interval_months": 12,
                    **values,
                }
            )

        for month, day in (("2", 30), ("4", 31), ("1", 0), ("1", 32), ("1", -5)):
            with self.assertSays(
                f"day {day} does not exist in that month", ValidationError
            ):
                calendar(nomination_month=month, nomination_day=day)
        for values, sentences in (
            ({"open_days_before": 0}, ["Nominations Open.*still empty"]),
            ({"open_days_before": 301}, ["301 days before.*at most 300"]),
            ({"open_days_before": -1}, ["negative"]),
            ({"decision_days": -1}, ["Time to Decide.*negative"]),
            (
                {"nomination_month": "1", "committee_month": "1"},
                ["nobody could decide. Let decisions end later"],
            ),
            ({"recurrence": "quarterly", "decision_days": 0}, ["still empty"]),
            ({"recurrence": "quarterly", "decision_days": 366}, ["366.*at most 365"]),
            ({"recurrence": "monthly", "decision_days": 10**9}, ["at most 365"]),
            (
                {"recurrence": "customer", "customer_interval_months": 1201},
                ["1201.*at most 1200"],
            ),
        ):
            with self.subTest(values=values):
                self.assertUnpublished(calendar(**values), *sentences)

    def test_committee(self):
        committees = self.env["governance.committee"]
        chair = Command.create({"user_id": self.committee.id, "role": "chair"})
        second = Command.create({"user_id": self.committee2.id, "role": "chair"})
        with self.assertSays("has 2 chairs. Name exactly one", ValidationError):
            committees.create({"name": "Two", "member_ids": [chair, second]})
        member = Command.create({"user_id": self.committee.id})
        with self.assertSays("has 0 chairs", ValidationError):
            committees.create({"name": "None", "member_ids": [member]})
        committee = committees.create({"name": "Good", "member_ids": [chair]})
        with self.assertKept("governance_committee_member_user_uniq"):
            committee.member_ids = [member]
        with self.assertKept("governance_committee_company_uniq"):
            committees.create({"name": "Second"})

    def test_presets_stay(self):
        """Nobody changes, fills or copies into what the product ships."""
        preset = self.env.ref("crm_governance.governance_tier_ruleset_ts_04")
        scheme, tier = preset.scheme_id, preset.scheme_id.tier_ids[0]
        group = preset.group_ids[0]
        own = self.make_scheme("XY", code="OWN")
        before = self.describe(preset)
        for user in (self.manager, self.env.ref("base.user_admin")):
            for record, values in (
                (preset, {"name": "Mine"}),
                (preset, {"is_preset": False}),
                (preset, {"state": "published"}),
                (scheme, {"name": "Mine"}),
                (scheme, {"is_preset": False, "company_id": self.company.id}),
                (scheme, {"active": False}),
                (scheme, {"tier_ids": [Command.clear()]}),
                (tier, {"name": "Mine"}),
                (tier, {"is_preset": False}),
                (tier, {"company_id": self.company.id}),
                (tier, {"scheme_id": own.id}),
                (group, {"name": "Mine"}),
                (group.criterion_ids[0], {"value": 1}),
                (own.tier_ids[0], {"scheme_id": scheme.id}),
                (own.tier_ids[0], {"is_preset": True}),
            ):
                for context in ({}, FORGED):
                    name = f"{record._name} {values}"
                    with self.assertRaises(UserError, msg=name):
                        record.with_user(user).with_context(**context).write(values)
                    with self.assertRaises(UserError, msg=name):
                        record.with_user(user).sudo().with_context(**context).write(
                            values
                        )
            for record in (preset, scheme, tier, group, group.criterion_ids[0]):
                with self.assertRaises(UserError):
                    record.with_user(user).unlink()
                if "name" in record._fields and record._fields["name"].translate:
                    self.assertRefused(
                        user,
                        record._name,
                        "update_field_translations",
                        record.ids,
                        "name",
                        {"en_US": "Mine"},
                        error=UserError,
                    )
            for model, values in (
                (
                    "governance.tier",
                    {"scheme_id": scheme.id, "name": "Mine", "code": "M"},
                ),
                (
                    "governance.tier.criterion.group",
                    {"ruleset_id": preset.id, "tier_id": tier.id},
                ),
                (
                    "governance.tier.ruleset",
                    {"scheme_id": scheme.id, "name": "Mine", "code": "M"},
                ),
            ):
                with self.assertRaises(UserError, msg=model):
                    self.env[model].with_user(user).create(values)
        self.env.invalidate_all()
        self.assertEqual(self.describe(preset), before)

    def describe(self, preset):
        scheme = preset.scheme_id
        return (
            preset.read(["name", "state", "is_preset", "version"]),
            scheme.read(["name", "company_id", "is_preset", "active"]),
            scheme.tier_ids.read(["name", "code", "rank", "company_id", "is_preset"]),
            preset.group_ids.read(["name", "tier_id"]),
            preset.group_ids.criterion_ids.read(["metric_id", "operator", "value"]),
        )

    def test_copy_of_a_preset_is_the_companys(self):
        """What a company makes of a preset changes with nothing but itself."""
        preset = self.env.ref("crm_governance.governance_tier_ruleset_ts_04")
        own = preset._adopt(self.company)
        own.scheme_id.tier_ids[0].with_user(self.manager).name = "Ours"
        self.assertNotEqual(preset.scheme_id.tier_ids[0].name, "Ours")
        self.assertFalse(own.scheme_id.is_preset)
        with self.assertSays("Adopt it into your company and change the copy"):
            preset.scheme_id.with_user(self.manager).copy({"code": "COPY"})

    def test_override_of_an_upgrade(self):
        """Loading the product's data again leaves the company's copies alone."""
        preset = self.env.ref("crm_governance.governance_tier_ruleset_ts_04")
        own = preset._adopt(self.company)
        own.scheme_id.tier_ids[0].name = "Ours"
        root = self.env.ref("base.user_root")
        loading = preset.with_user(root).with_context(install_mode=True)
        loading.name = "Improved by the product"
        self.assertEqual(own.scheme_id.tier_ids[0].name, "Ours")
        self.assertNotEqual(own.name, "Improved by the product")
        # The same key in the hands of a client opens nothing.
        self.assertRefused(
            self.manager,
            preset._name,
            "write",
            preset.ids,
            {"name": "Mine"},
            context={"install_mode": True},
            error=UserError,
        )


@tagged("post_install", "-at_install")
class TestTiersInput(TiersConfig):
    """Whatever people type: harmless, or refused in clear words."""

    SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"

    def assertEscaped(self, html, *places):
        self.assertNotIn("<script>", html, places)
        self.assertNotIn("<img", html, places)
        self.assertIn("&lt;script&gt;", html, places)

    def test_scripts_in_explanations(self):
        self.scheme.tier_ids.write({"name": f"Tier {self.SCRIPT}"})
        self.tier_a.principle = self.SCRIPT
        self.rules._with_machinery().name = f"Rules {self.SCRIPT}"
        review = self.committee_review(name=f"Review {self.SCRIPT}")
        line = self.line(review, self.small)
        line.with_user(self.committee).decide(self.tier_a.id, self.SCRIPT)
        review._decide_by_silence("apply")
        review.action_publish()
        self.assertEscaped(str(line.explanation), "line")
        self.assertEscaped(
            str(self.small.with_user(self.rep).governance_tier_explanation), "partner"
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "crm_governance.report_tier_list", review.ids
        )[0]
        self.assertEscaped(html.decode(), "list")
        html = self.env["ir.actions.report"]._render_qweb_html(
            "crm_governance.report_tier_sheet", line.ids
        )[0]
        self.assertEscaped(html.decode(), "sheet")

    def test_scripts_in_names_and_reasons(self):
        self.override_matrix()
        self.north.name = f"North {self.SCRIPT}"
        self.published_review()
        override = self.override(
            self.rep, self.north, self.tier_b, reason=f"Because {self.SCRIPT}"
        )
        override.action_request_approval()
        request = override.sudo().approval_request_id
        self.assertEscaped(str(request.content_html), "request")
        for message in override.message_ids | request.message_ids:
            self.assertNotIn("<script>", message.body or "")
            self.assertNotIn("<img", message.body or "")
        agreement = self.env["governance.agreement"].create(
            {
                "name": self.SCRIPT,
                "partner_id": self.north.id,
                "date_start": "2026-01-01",
                "note": self.SCRIPT,
            }
        )
        self.assertNotIn("<script", agreement.note)
        self.assertNotIn("onerror", agreement.note)

    def test_scripts_in_errors(self):
        """A failure that names something harmful reports it as text."""
        self.scheme._message_log(body=f"The scheduled run failed: {self.SCRIPT}")
        self.assertEscaped(str(self.scheme.message_ids[0].body), "chatter")

    def test_long_names(self):
        long = "名" * 10_000
        review = self.open_review(name=long)
        self.nominate(self.rep, review, self.north, reason=long)
        review.with_user(self.manager).action_evaluate()
        line = self.line(review, self.north)
        line.with_user(self.committee).decide(self.tier_b.id, long)
        review._decide_by_silence("apply")
        review.with_user(self.manager).action_publish()
        self.assertEqual(review.name, long)
        self.assertIn(long, str(line.explanation))
        self.make_scheme(code=long, name=long)

    def test_control_characters(self):
        text = "a\tb\r\n\x07\u202e\u0000"[:-1]
        review = self.open_review(name=text)
        self.nominate(self.rep, review, self.north, reason=text)
        review.action_evaluate()
        self.assertEqual(review.name, text)

    def test_formulas_in_exports(self):
        """Text that a spreadsheet would run is exported as text."""
        review = self.open_review(name="=cmd|' /C calc'!A0")
        data = review.with_user(self.manager).sudo().export_data(["name"])["datas"]
        self.assertEqual(data, [["=cmd|' /C calc'!A0"]])

    def test_far_days(self):
        """Days of 1900 and 9999 are refused, or harmless."""
        for day in ("0001-01-01", "1899-12-31", "9999-12-31", "2200-01-01"):
            with self.assertSays("Figures up to.*1900.*2199", ValidationError):
                self.open_review(date_as_of=day)
        review = self.committee_review(date_as_of="1900-01-01")
        self.assertFalse(review.line_ids)
        review.action_cancel()
        review = self.committee_review(date_as_of="2199-12-31")
        self.assertEqual(len(review.line_ids), 4)
        self.assertTrue(all(review.line_ids.mapped("explanation")))
        self.override_matrix()
        self.publish(review)
        override = self.override(
            self.rep, self.small, self.tier_a, expires_on="9999-12-31"
        )
        override.action_request_approval()
        override.sudo().approval_request_id.with_user(self.executive).decide("approved")
        self.assertEqual(self.small.governance_tier_id, self.tier_a)
        for values in (
            {"date_start": "1900-01-01", "date_end": "9999-12-31"},
            {"date_start": "9999-12-31"},
        ):
            self.env["governance.agreement"].create(
                {"name": "Frame", "partner_id": self.north.id, **values}
            ).action_sign()
        self.committee_review(name="Again")

    def test_windows_that_reach_before_time(self):
        """The longest period that may be set ends in no traceback."""
        rules = self.make_rules(
            self.scheme,
            [("A", [("turnover", "ge", 1000)])],
            window_type="calendar_year",
            window_length=1200,
            protect_months=1200,
        )
        self.assertEqual(rules.state, "published")
        review = self.committee_review()
        self.assertEqual(len(review.line_ids), 4)
        for window in ("rolling_months", "fiscal_year"):
            self.make_rules(
                self.scheme,
                [("A", [("turnover", "ge", 1000)])],
                window_type=window,
                window_length=1200,
            )
            self.committee_review(name=window, date_as_of="1900-01-01")

    def test_wrong_types_over_rpc(self):
        """Nonsense in the arguments changes nothing."""
        line = self.line(self.committee_review(), self.north)
        for args in (
            ["x"],
            [-1],
            [0.5],
            [[self.tier_a.id, self.tier_b.id], "Because"],
            [{"id": 1}],
            [self.tier_a.id, 5],
            [self.tier_a.id, ["Because"]],
            [True, "Because"],
        ):
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    self.rpc(self.committee, line._name, "decide", line.ids, *args)
            except NONSENSE:
                self.env.invalidate_all()
            else:
                self.fail(f"decided with {args}")
        self.assertEqual(line.state, "pending")

    def test_negative_turnover(self):
        """Refunds make a customer's turnover negative, not its review wrong."""
        self.buy(self.small, -10_000)
        review = self.published_review()
        line = self.line(review, self.small)
        self.assertEqual(line.turnover, -9950)
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.assertTrue(line.explanation)
        self.assertTrue(review.line_ids.mapped("cumulative_share"))
