# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged

# What the sources say (requirements §3.1), written down once more by hand:
#   tiers from the top down, the fallback marked with *;
#   criteria: (tier, conditions that hold together), several entries are
#   alternatives; "?" is a value that the source leaves blank, "life" a figure
#   since the first order, "year" one of the calendar year;
#   scorecard: figure, weight, points from a bound on ("-" is the lowest band).
LADDER = ("100 from ?", "50 from ?", "0 from -")
STEP = ("100 from ?", "0 from -")
PRESETS = {
    "TS-01": {
        "tiers": "STRATEGIC KEY GENERAL* POTENTIAL",
        "criteria": [
            (
                "STRATEGIC",
                "order_count ge 3 life, follow_up_project true, "
                "sound_fundamentals true, mutual_will true",
            ),
            ("STRATEGIC", "strategic_agreement true"),
            ("STRATEGIC", "stage_goal_influence true"),
            (
                "KEY",
                "smooth_cooperation true, follow_up_project true, "
                "sound_fundamentals true, mutual_will true",
            ),
            ("GENERAL", "good_relations true, follow_up_project false"),
        ],
    },
    "TS-02a": {"tiers": "GOVERNMENT SOCIAL FOREIGN GROUP"},
    "TS-02b": {
        "tiers": "STRATEGIC GENERAL*",
        "criteria": [
            ("STRATEGIC", "public_authority true"),
            (
                "STRATEGIC",
                "large_scale true, good_benefit true, brand_support true, "
                "stable_contracts true, promotes_development true",
            ),
        ],
    },
    "TS-03": {
        "tiers": "IMPORTANT STABLE GENERAL* POTENTIAL",
        "window": ("calendar_year", 1),
        "criteria": [
            ("IMPORTANT", "consecutive_years (?) ge 3"),
            ("IMPORTANT", "largest_order ge ?"),
            ("IMPORTANT", "turnover ge ?"),
            ("IMPORTANT", "potential_demand ge ?"),
            ("IMPORTANT", "domestic_rank le ?"),
            ("STABLE", "consecutive_years (?) ge 2"),
            ("STABLE", "largest_order ge ?"),
            ("STABLE", "turnover ge ?"),
            ("STABLE", "potential_demand ge ?"),
            ("POTENTIAL", "order_count eq 0 life, open_lead_count ge 1"),
            (
                "POTENTIAL",
                "order_count eq 0 life, needs_offer true, cooperation_intention true",
            ),
        ],
    },
    "TS-04": {
        "tiers": "STRATEGIC VIP KEY GUEST MODEL FREE NEW DORMANT LOW",
        "criteria": [
            ("STRATEGIC", "supply_agreement true"),
            ("VIP", "turnover ge 5000000 year 1"),
            ("KEY", "has_tag true tag ?"),
            (
                "GUEST",
                "social_value true, cooperation_potential true, social_resources true",
            ),
            (
                "MODEL",
                "order_count ge ?, company_recognition true, firm_relationship true",
            ),
            ("FREE", "no_contract_spirit true"),
            ("NEW", "customer_age le ?"),
            ("DORMANT", "order_count eq 1 life, days_since_last_order gt ?"),
            ("LOW", "turnover lt ?, activity_count ge ?"),
        ],
    },
    "TS-05a": {"tiers": "CORE IMPORTANT ORDINARY"},
    "TS-05b": {"tiers": "HIGH MEDIUM LOW"},
    "TS-05c": {"tiers": "HIGH MEDIUM LOW"},
    "TS-06": {
        "tiers": "A B C D*",
        "criteria": [
            (
                "A",
                "spending_capacity ge ?, purchase_willingness ge ?, "
                "product_recognition ge ?, industry_influence gt 0",
            ),
            (
                "B",
                "spending_capacity ge ?, purchase_willingness ge ?, "
                "product_recognition ge ?, contribution gt 0",
            ),
            (
                "C",
                "spending_capacity ge ?, purchase_willingness ge ?, "
                "product_recognition ge ?",
            ),
        ],
    },
    "TS-07": {
        "tiers": "A B C*",
        "scorecard": [
            ("contribution", "?", LADDER),
            ("quantity", "?", LADDER),
            ("order_count", "?", LADDER),
            ("turnover", "?", LADDER),
            ("requirement_level", "?", LADDER),
            ("brand_effect", "?", LADDER),
        ],
        "totals": ["A ?", "B ?"],
    },
    "TS-08": {
        "tiers": "KEY ORDINARY* POTENTIAL",
        "criteria": [
            ("KEY", "cumulative_share lt ?"),
            ("KEY", "turnover ge ?, cooperation_degree ge ?, potential_value ge ?"),
        ],
    },
    "TS-08a": {
        "tiers": "KEY ORDINARY* POTENTIAL",
        "scorecard": [
            ("quantity", "?", STEP),
            ("turnover", "?", STEP),
            ("collection_rate", "?", STEP),
            ("customer_age", "?", STEP),
            ("satisfaction", "?", STEP),
        ],
        "totals": ["KEY ?"],
    },
    "TS-09": {
        "tiers": "LOYAL NEW POTENTIAL LOST*",
        "criteria": [
            (
                "LOYAL",
                "order_count ge ? life, satisfaction ge ?, days_since_last_order le ?",
            ),
            ("NEW", "days_since_last_order le ?"),
            ("POTENTIAL", "order_count eq 0 life"),
        ],
    },
    "TS-10": {"tiers": "HIGH MEDIUM LOW"},
    "TS-10a": {
        "tiers": "HIGH OTHER*",
        "criteria": [("HIGH", "turnover ge ?, order_count ge ?, margin ge ? life")],
    },
    "TS-10b": {"tiers": "HIGH POTENTIAL"},
    "TS-10c": {"tiers": ""},
    "TS-10d": {"tiers": ""},
    "TS-11": {
        "tiers": "VIP ORDINARY*",
        "criteria": [("VIP", "turnover ge ?, activity_count ge ?, margin ge ?")],
    },
    "TS-12": {
        "tiers": "VIP OTHER*",
        "criteria": [("VIP", "region_target_share ge ?, institution_income ge ?")],
    },
    "TS-13": {
        "tiers": "KEY OTHER*",
        "criteria": [("KEY", "specialty_expertise ge ?, specialty_potential ge ?")],
    },
    "TS-14": {
        "tiers": "FIRST OTHER*",
        "scorecard": [
            ("days_late_average", "?", ("0 from ?", "100 from -")),
            ("turnover", "?", STEP),
            ("prospects", "?", STEP),
            ("margin", "?", STEP),
        ],
        "totals": ["FIRST ?"],
    },
    "TS-15": {
        "tiers": "KEY OTHER*",
        "criteria": [
            (
                "KEY",
                "order_count ge ?, turnover ge ?, brand_loyalty ge ?, "
                "company_influence ge ?",
            ),
        ],
    },
    "TS-16": {"tiers": "KEY OTHER*"},
    "TS-17": {
        "tiers": "PURCHASER NON*",
        "criteria": [
            ("PURCHASER", "order_count ge 1 life"),
            ("PURCHASER", "purchased_at_event true"),
        ],
    },
    "TS-18a": {"tiers": "CONSUMER AGENT FRANCHISEE"},
    "TS-18b": {"tiers": "BUSINESS TARGET POTENTIAL PEER"},
    "TS-18c": {"tiers": "LEGAL INDIVIDUAL"},
    "TS-19a": {"tiers": ""},
    "TS-19b": {"tiers": ""},
    "TS-19c": {"tiers": ""},
    "TS-20": {
        "tiers": "3000 1000 10-1000 LV*",
        "criteria": [
            ("3000", "transformer_capacity ge 3000, dedicated_line true"),
            ("1000", "transformer_capacity ge 1000"),
            ("1000", "dual_source true"),
            ("1000", "dedicated_line true"),
            ("10-1000", "transformer_capacity ge 10, transformer_capacity lt 1000"),
            ("LV", "connected_load le 10"),
        ],
    },
    "LA-01": {"tiers": "LARGE"},
}
CALENDARS = {
    # recurrence, nomination, committee, publication, months per customer, frozen
    "RC-01": ("yearly", "12-15", "12-31", "1-31", 0, False),
    "RC-02": ("quarterly", "12-31", "1-31", "1-31", 0, False),
    "RC-03": ("yearly", "12-31", "1-31", "1-31", 0, True),
    "RC-04": ("customer", "12-31", "1-31", "1-31", 12, False),
    "RC-05": ("event", "12-31", "1-31", "1-31", 0, False),
}
PROFILES = {
    "CONSTRUCTION": "TS-01 TS-02a TS-02b RC-01",
    "INDUSTRIAL": "TS-04",
    "RETAIL": "TS-11 TS-15 RC-02",
    "FMCG": "TS-16",
    "HEALTH": "TS-17",
    "HOSPITAL": "TS-12 TS-13 RC-03 RC-04",
    "DATA-DESK": "TS-03",
    "BANK": "TS-19a TS-19b TS-19c",
}


@tagged("post_install", "-at_install")
class TestTiersPresets(TransactionCase):
    """The shipped schemes and calendars say exactly what the sources say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Adopting Company"})
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.Rules = cls.env["governance.tier.ruleset"]
        cls.Calendar = cls.env["governance.review.calendar"]

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def _get_preset(self, code, model="governance.tier.ruleset"):
        preset = self.env[model].search([("code", "=", code), ("is_preset", "=", True)])
        self.assertEqual(len(preset), 1, f"Preset {code}")
        return preset

    def _describe_tiers(self, rules):
        tiers = rules.scheme_id.tier_ids.sorted("rank")
        self.assertEqual(tiers.mapped("rank"), list(range(1, len(tiers) + 1)))
        return " ".join(
            tier.code + ("*" if tier == rules.fallback_tier_id else "")
            for tier in tiers
        )

    def _describe_criterion(self, criterion):
        parts = [criterion.metric_id.code]
        if criterion.metric_id.needs_parameter:
            self.assertFalse(criterion.parameter)
            parts.append("(?)" if criterion.is_parameter_blank else "(set)")
        parts.append(criterion.operator)
        if criterion.operator not in ("true", "false"):
            if criterion.is_value_blank:
                self.assertFalse(criterion.value)
            parts.append("?" if criterion.is_value_blank else f"{criterion.value:g}")
        if criterion.window_type == "lifetime":
            parts.append("life")
        elif criterion.window_type:
            self.assertEqual(criterion.window_type, "calendar_year")
            parts.append(f"year {criterion.window_length}")
        if criterion.metric_id.needs_category:
            parts.append(f"tag {criterion.category_id.name or '?'}")
        return " ".join(parts).replace("5e+06", "5000000")

    def _describe_line(self, line):
        self.assertFalse(line.window_type)
        bands = []
        for band in line._get_bands():
            self.assertFalse(band.lower_bound)
            bound = "-" if band.is_open else "?" if band.is_bound_blank else "set"
            bands.append(f"{band.points:g} from {bound}")
        weight = "?" if line.is_weight_blank and not line.weight else line.weight
        return (line.metric_id.code, weight, tuple(bands))

    def _describe_total(self, threshold):
        blank = threshold.is_total_blank and not threshold.min_total
        return f"{threshold.tier_id.code} {'?' if blank else threshold.min_total}"

    def _fill_rules(self, rules):
        """Complete a draft as an administrator could: stricter further up."""
        lines = rules.scorecard_line_ids
        weights = [100 // len(lines)] * len(lines) if lines else []
        if lines:
            weights[0] += 100 - sum(weights)
        for line, weight in zip(lines, weights, strict=True):
            line.weight = weight
        for blank in rules._get_blank_values():
            record, name = blank["record"], blank["field"]
            if name == "fallback_tier_id":
                record[name] = rules.scheme_id.tier_ids.sorted("rank")[-1]
            elif name == "category_id":
                value = self.env["res.partner.category"].create({"name": "Platform"})
                record[name] = value
            elif name == "lower_bound":
                record[name] = 30 if record.points == 0 else 10 + record.points
            elif name == "min_total":
                record[name] = 90 - 10 * record.tier_id.rank
            else:
                group = record.group_id
                upwards = record.operator in ("ge", "gt")
                record[name] = (100 - group.tier_rank) * 10 if upwards else 50
        if not rules.scheme_id.tier_ids:
            self.env["governance.tier"].create(
                {"scheme_id": rules.scheme_id.id, "name": "Own Class", "code": "OWN"}
            )

    def _needs_fallback(self, rules):
        return not rules.fallback_tier_id and rules.method != "manual"

    def _preview(self, rules):
        review = (
            self.env["governance.tier.review"]
            ._as_system()
            .create(
                {
                    "name": "Preview",
                    "kind": "preview",
                    "scheme_id": rules.scheme_id.id,
                    "ruleset_id": rules.id,
                    "date_as_of": fields.Date.today(),
                }
            )
        )
        review._start_evaluation()
        review._evaluate()
        return review

    def _get_tier(self, rules, code):
        return rules.scheme_id.tier_ids.filtered(lambda tier: tier.code == code)

    def _adopt(self, code):
        rules = self._get_preset(code)._adopt(self.company)
        self.assertEqual(rules.state, "draft")
        self.assertEqual(rules.company_id, self.company)
        self.assertFalse(rules.is_preset)
        return rules

    # ------------------------------------------------------------------
    # CONTENT
    # ------------------------------------------------------------------

    def test_every_metric_ships(self):
        metrics = self.env["governance.tier.metric"].search([])
        computed = metrics.filtered(lambda metric: metric.kind == "computed")
        prefix = "_metric_"
        methods = {
            name.removeprefix(prefix)
            for name in dir(type(metrics))
            if name.startswith(prefix)
        }
        self.assertEqual(set(computed.mapped("code")), methods - {"manual"})
        for metric in metrics:
            self.assertTrue(metric.description, metric.code)
            xmlid = f"crm_governance.governance_tier_metric_{metric.code}"
            self.assertEqual(self.env.ref(xmlid), metric)
        special = {
            "needs_parameter": "consecutive_years",
            "needs_category": "has_tag",
            "only_without_history": "prospects",
        }
        for name, code in special.items():
            self.assertEqual(metrics.filtered(name).mapped("code"), [code])

    def test_no_other_presets(self):
        presets = self.Rules.search([("is_preset", "=", True)])
        self.assertEqual(set(presets.mapped("code")), set(PRESETS))
        self.assertEqual(presets.scheme_id.filtered("is_preset"), presets.scheme_id)
        self.assertFalse(presets.scheme_id.company_id)
        self.assertFalse(presets.company_id)

    def test_numbers(self):
        for code, expected in PRESETS.items():
            with self.subTest(code=code):
                rules = self._get_preset(code)
                self.assertEqual(rules.scheme_id.code, code)
                self.assertTrue(rules.source)
                self.assertTrue(rules.scheme_id.description)
                method = ({"criteria", "scorecard"} & set(expected) or {"manual"}).pop()
                self.assertEqual(rules.method, method)
                self.assertEqual(self._describe_tiers(rules), expected["tiers"])
                self.assertEqual(
                    [
                        (
                            group.tier_id.code,
                            ", ".join(
                                self._describe_criterion(criterion)
                                for criterion in group.criterion_ids
                            ),
                        )
                        for group in rules.group_ids
                    ],
                    expected.get("criteria", []),
                )
                self.assertEqual(
                    [self._describe_line(line) for line in rules.scorecard_line_ids],
                    expected.get("scorecard", []),
                )
                self.assertEqual(
                    [
                        self._describe_total(total)
                        for total in rules.score_threshold_ids
                    ],
                    expected.get("totals", []),
                )
                self.assertEqual(
                    (rules.window_type, rules.window_length),
                    expected.get("window", ("rolling_months", 12)),
                )
                # Nothing that the sources do not say.
                self.assertFalse(rules.hysteresis_percent)
                self.assertFalse(rules.protect_months)
                self.assertFalse(rules.is_one_step_down)
                self.assertFalse(any(rules.scheme_id.tier_ids.mapped("max_customers")))

    def test_flags_of_tiers(self):
        flags = {
            "requires_owner": {"TS-07 A"},
            "requires_specialist": {"TS-02b STRATEGIC"},
            "requires_liaison_leader": {"TS-02b STRATEGIC"},
            "has_programme": {"TS-02b STRATEGIC"},
            "requires_exit_report": {"TS-04 LOW"},
            "has_priority": {
                "TS-02b STRATEGIC",
                "TS-05a CORE",
                "TS-05b HIGH",
                "TS-16 KEY",
            },
            "review_interval_months": {"TS-13 KEY"},
            "referral_target_min": {"TS-04 VIP"},
        }
        tiers = self.env["governance.tier"].search([("is_preset", "=", True)])
        for name, expected in flags.items():
            with self.subTest(flag=name):
                marked = {
                    f"{tier.scheme_id.code} {tier.code}"
                    for tier in tiers.filtered(name)
                }
                self.assertEqual(marked, expected)
        vip = tiers.filtered("referral_target_min")
        self.assertEqual((vip.referral_target_min, vip.referral_target_max), (30, 50))
        terminal = tiers.filtered("review_interval_months")
        self.assertEqual(terminal.review_interval_months, 12)
        towards = {
            f"{tier.scheme_id.code} {tier.code}": tier.target_tier_id.code
            for tier in tiers.filtered("target_tier_id")
        }
        self.assertEqual(
            towards,
            {
                "TS-03 STABLE": "IMPORTANT",
                "TS-03 GENERAL": "STABLE",
                "TS-06 B": "A",
                "TS-06 C": "B",
                "TS-06 D": "C",
            },
        )
        lost = self.env.ref("crm_governance.governance_tier_ts_01_potential")
        self.assertFalse(lost.characteristics)
        self.assertFalse(lost.treatment)

    def test_calendars(self):
        presets = self.Calendar.search([("is_preset", "=", True)])
        self.assertEqual(set(presets.mapped("code")), set(CALENDARS))
        for code, expected in CALENDARS.items():
            with self.subTest(code=code):
                calendar = self._get_preset(code, "governance.review.calendar")
                days = [
                    f"{calendar[f'{stage}_month']}-{calendar[f'{stage}_day']}"
                    for stage in ("nomination", "committee", "publish")
                ]
                self.assertEqual(
                    (
                        calendar.recurrence,
                        *days,
                        calendar.customer_interval_months,
                        calendar.is_frozen_between,
                    ),
                    expected,
                )
                self.assertFalse(calendar.open_days_before)
                self.assertFalse(calendar.decision_days)
                self.assertTrue(calendar.source)

    def test_profiles(self):
        for code, expected in PROFILES.items():
            with self.subTest(profile=code):
                profile = self.env["governance.profile"].search([("code", "=", code)])
                lines = profile.line_ids.filtered(
                    lambda line: (line.code or "").startswith(
                        ("TS-", "RC-01", "RC-02", "RC-03", "RC-04", "RC-05")
                    )
                )
                self.assertEqual(" ".join(lines.mapped("code")), expected)
                for line in lines:
                    self.assertEqual(line.policy_ref.code, line.code)
                    self.assertTrue(line.policy_ref.is_preset)

    # ------------------------------------------------------------------
    # ADOPTION
    # ------------------------------------------------------------------

    def test_adopt_fill_publish(self):
        for code in PRESETS:
            with self.subTest(code=code):
                rules = self._adopt(code)
                tiers = rules.scheme_id.tier_ids
                self.assertEqual(rules.scheme_id.company_id, self.company)
                self.assertEqual(rules.group_ids.tier_id - tiers, tiers.browse())
                self._fill_rules(rules)
                self.assertFalse(rules._get_blank_values())
                rules.action_publish()
                self.assertEqual(rules.state, "published")
                self.assertEqual(rules.scheme_id.ruleset_id, rules)

    def test_adopted_tiers_develop_towards_own_tiers(self):
        for code in ("TS-03", "TS-06"):
            with self.subTest(code=code):
                tiers = self._adopt(code).scheme_id.tier_ids
                self.assertTrue(tiers.target_tier_id)
                self.assertEqual(tiers.target_tier_id - tiers, tiers.browse())

    def test_filled_rules_can_be_evaluated(self):
        """The figures of every preset exist and give each customer a tier."""
        customer = self.env["res.partner"].create(
            {"name": "Evaluated Customer", "is_company": True, "customer_rank": 1}
        )
        for code in PRESETS:
            with self.subTest(code=code):
                rules = self._adopt(code)
                self._fill_rules(rules)
                review = self._preview(rules)
                line = review.line_ids.filtered(
                    lambda line: line.partner_id == customer
                )
                self.assertEqual(len(line), 1)
                expected = rules.fallback_tier_id
                if code == "TS-09":
                    expected = self._get_tier(rules, "POTENTIAL")
                self.assertEqual(line.proposed_tier_id, expected)

    def test_vip_begins_at_five_million(self):
        product = self.env["product.product"].create({"name": "Transformer"})
        customers = self.env["res.partner"]
        for amount in (4999999.99, 5000000):
            customer = customers.create({"name": str(amount), "is_company": True})
            order = self.env["sale.order"].create(
                {
                    "partner_id": customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "price_unit": amount,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
            order.action_confirm()
            customers |= customer
        rules = self._adopt("TS-04")
        self._fill_rules(rules)
        vip = self._get_tier(rules, "VIP")
        lines = self._preview(rules).line_ids.grouped("partner_id")
        self.assertNotEqual(lines[customers[0]].proposed_tier_id, vip)
        self.assertEqual(lines[customers[1]].proposed_tier_id, vip)

    def test_engineering_bands_meet_without_overlap(self):
        cases = [
            ("LV", {"connected_load": 10}),
            ("10-1000", {"transformer_capacity": 10}),
            ("10-1000", {"transformer_capacity": 999.99}),
            ("1000", {"transformer_capacity": 1000}),
            ("1000", {"transformer_capacity": 3000}),
            ("1000", {"transformer_capacity": 500, "dual_source": 1}),
            ("1000", {"transformer_capacity": 2999.99, "dedicated_line": 1}),
            ("3000", {"transformer_capacity": 3000, "dedicated_line": 1}),
        ]
        customers = self.env["res.partner"].create(
            [
                {"name": f"{code} {figures}", "is_company": True, "customer_rank": 1}
                for code, figures in cases
            ]
        )
        for customer, (_code, figures) in zip(customers, cases, strict=True):
            self.env["governance.tier.metric.value"].create(
                [
                    {
                        "partner_id": customer.id,
                        "metric_id": self.env.ref(
                            f"crm_governance.governance_tier_metric_{metric}"
                        ).id,
                        "value": value,
                        "justification": "Approved supply plan",
                    }
                    for metric, value in figures.items()
                ]
            )
        lines = self._preview(self._adopt("TS-20")).line_ids.grouped("partner_id")
        for customer, (code, _figures) in zip(customers, cases, strict=True):
            with self.subTest(customer=customer.name):
                self.assertEqual(lines[customer].proposed_tier_id.code, code)

    def test_publish_names_each_blank(self):
        for code in PRESETS:
            with self.subTest(code=code):
                rules = self._adopt(code)
                labels = [blank["label"] for blank in rules._get_blank_values()]
                complete = "?" not in str(PRESETS[code])
                self.assertEqual(
                    not labels, complete and not self._needs_fallback(rules)
                )
                if not rules.scheme_id.tier_ids:
                    labels.append("has no tiers")
                if not labels:
                    continue
                with self.assertRaises(ValidationError) as refused:
                    rules.action_publish()
                self.assertEqual(rules.state, "draft")
                for label in labels:
                    self.assertIn(label, str(refused.exception))

    def test_number_of_blanks(self):
        for code, expected in PRESETS.items():
            with self.subTest(code=code):
                preset = self._get_preset(code)
                blanks = preset._get_blank_values()
                self.assertEqual(
                    len(blanks),
                    str(expected).count("?") + self._needs_fallback(preset),
                )

    def test_adopt_with_values(self):
        preset = self._get_preset("TS-11")
        blanks = preset._get_blank_values()
        values = {blank["path"]: 100 * place for place, blank in enumerate(blanks, 1)}
        rules = preset._adopt(self.company, values)
        self.assertEqual(rules.group_ids.criterion_ids.mapped("value"), [100, 200, 300])
        rules.action_publish()
        self.assertEqual(rules.state, "published")

    def _wizard(self, preset):
        """Return the dialog that asks for what a preset leaves blank."""
        action = preset.action_adopt()
        wizard = self.env["governance.adopt"].with_context(**action["context"])
        wizard = Form(wizard).save()
        wizard.action_continue()
        return wizard

    def test_dialog_asks_for_every_blank(self):
        """No preset leaves open what the dialog cannot ask, such as a selection."""
        for model in ("governance.tier.ruleset", "governance.review.calendar"):
            presets = self.env[model].search([("is_preset", "=", True)])
            for preset in presets:
                with self.subTest(code=preset.code):
                    values = self._wizard(preset).value_ids
                    self.assertEqual(
                        values.mapped("path"),
                        [blank["path"] for blank in preset._get_blank_values()],
                    )
                    self.assertNotIn("other", values.mapped("kind"))

    def test_dialog_asks_for_the_tier_of_everybody_else(self):
        preset = self._get_preset("TS-04")
        self.assertFalse(preset.fallback_tier_id)
        wizard = self._wizard(preset)
        value = wizard.value_ids.filtered(lambda value: value.kind == "tier")
        self.assertTrue(wizard.has_tier)
        self.assertRecordValues(
            value,
            [
                {
                    "path": "fallback_tier_id",
                    "label": "Everybody Else",
                    "required": True,
                    "scheme_id": preset.scheme_id.id,
                }
            ],
        )
        lowest = preset.scheme_id._get_tiers()[-1]
        with Form(wizard) as form:
            index = wizard.value_ids.ids.index(value.id)
            with form.value_ids.edit(index) as line:
                line.tier_id = lowest
        wizard.action_adopt_publish()
        rules = wizard.line_ids.result_ref
        self.assertEqual(rules.fallback_tier_id.code, lowest.code)
        self.assertEqual(rules.fallback_tier_id.scheme_id, rules.scheme_id)
        self.assertNotEqual(rules.scheme_id, preset.scheme_id)
        self.assertNotIn("Everybody Else", wizard.line_ids.result)

    def test_dialog_takes_no_tier_of_another_scheme(self):
        preset = self._get_preset("TS-04")
        foreign = self._get_preset("TS-03").scheme_id.tier_ids[:1]
        rules = preset._adopt(self.company, {"fallback_tier_id": foreign.id})
        self.assertFalse(rules.fallback_tier_id)

    def test_dialog_takes_zero_where_it_is_a_value(self):
        wizard = self._wizard(self._get_preset("TS-11"))
        self.assertTrue(wizard.has_zero)
        first, second, third = wizard.value_ids
        first.is_zero = True
        second.write({"is_zero": True, "value_number": 7})
        wizard.action_adopt()
        criteria = wizard.line_ids.result_ref.group_ids.criterion_ids
        self.assertEqual(criteria.mapped("value"), [0, 7, 0])
        self.assertEqual(criteria.mapped("is_value_blank"), [False, False, True])
        self.assertEqual(third.value_number, 0)
        # A term of zero days is none at all.
        calendar = self._get_preset("RC-02", "governance.review.calendar")
        wizard = self._wizard(calendar)
        self.assertFalse(wizard.has_zero)
        wizard.value_ids.is_zero = True
        wizard.action_adopt()
        calendar = wizard.line_ids.result_ref
        self.assertEqual(len(calendar._get_blank_values()), len(wizard.value_ids))

    def test_adopted_copies_are_translated(self):
        """A copy has the terms of its preset in every language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_governance"], ["zh_CN"])
        for code, lang in (("TS-04", "en_US"), ("TS-03", "zh_CN")):
            with self.subTest(code=code, lang=lang):
                preset = self._get_preset(code)
                wizard = self._wizard(preset.with_context(lang=lang))
                wizard.with_context(lang=lang).action_adopt()
                rules = wizard.line_ids.result_ref
                for path in ("", "group_ids", "scheme_id", "scheme_id.tier_ids"):
                    sources = preset.mapped(path) if path else preset
                    copies = rules.mapped(path) if path else rules
                    self.assertEqual(len(sources), len(copies))
                    for field in sources._fields.values():
                        if field.translate and field.store and field.copy:
                            for where in ("en_US", "zh_CN"):
                                self.assertEqual(
                                    sorted(
                                        str(record[field.name])
                                        for record in copies.with_context(lang=where)
                                    ),
                                    sorted(
                                        str(record[field.name])
                                        for record in sources.with_context(lang=where)
                                    ),
                                    f"{path}.{field.name} {where}",
                                )
                for tier in rules.scheme_id.tier_ids:
                    chinese = tier.with_context(lang="zh_CN").name
                    self.assertNotEqual(tier.with_context(lang="en_US").name, chinese)

    def test_adopt_twice(self):
        for code in PRESETS:
            with self.subTest(code=code):
                rules = self._adopt(code)
                self.assertEqual(self._get_preset(code)._adopt(self.company), rules)
                schemes = self.env["governance.tier.scheme"].search_count(
                    [("company_id", "=", self.company.id), ("code", "=", code)]
                )
                self.assertEqual(schemes, 1)

    def test_adopt_in_two_companies(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        preset = self._get_preset("TS-04")
        first, second = preset._adopt(self.company), preset._adopt(other)
        self.assertNotEqual(first.scheme_id, second.scheme_id)
        self.assertFalse(first.scheme_id.tier_ids & second.scheme_id.tier_ids)

    def test_adopt_calendars(self):
        for code in CALENDARS:
            with self.subTest(code=code):
                preset = self._get_preset(code, "governance.review.calendar")
                calendar = preset._adopt(self.company)
                self.assertEqual(preset._adopt(self.company), calendar)
                blanks = calendar._get_blank_values()
                self.assertTrue(blanks)
                with self.assertRaises(ValidationError) as refused:
                    calendar.action_publish()
                for blank in blanks:
                    self.assertIn(blank["label"], str(refused.exception))
                    calendar[blank["field"]] = 20
                calendar.action_publish()
                self.assertEqual(calendar.state, "published")

    # ------------------------------------------------------------------
    # PROTECTION
    # ------------------------------------------------------------------

    def test_presets_are_locked(self):
        manager = new_test_user(
            self.env,
            login="preset_manager",
            groups="crm_governance.group_manager,base.group_system",
            company_id=self.company.id,
        )
        criteria, scored = self._get_preset("TS-04"), self._get_preset("TS-14")
        attempts = [
            (criteria, {"method": "manual"}),
            (criteria.scheme_id, {"name": "Mine"}),
            (criteria.scheme_id.tier_ids[:1], {"name": "Mine"}),
            (criteria.group_ids[:1], {"name": "Mine"}),
            (criteria.group_ids.criterion_ids[:1], {"sequence": 5}),
            (scored.scorecard_line_ids[:1], {"weight": 100}),
            (scored.scorecard_line_ids.band_ids[:1], {"points": 1}),
            (scored.score_threshold_ids[:1], {"min_total": 1}),
            (
                self._get_preset("RC-01", "governance.review.calendar"),
                {"nomination_day": 1},
            ),
        ]
        for user in (manager, self.env.ref("base.user_root")):
            for record, values in attempts:
                with self.subTest(model=record._name, user=user.login):
                    record = record.with_user(user).with_company(self.company)
                    name = next(iter(values))
                    before = record[name]
                    with self.assertRaisesRegex(UserError, "preset"):
                        record.write(values)
                    with self.assertRaisesRegex(UserError, "preset"):
                        record.unlink()
                    record.invalidate_recordset()
                    self.assertEqual(record[name], before)
        with self.assertRaisesRegex(UserError, "preset"):
            self.env["governance.tier"].with_user(manager).create(
                {"scheme_id": criteria.scheme_id.id, "name": "Mine", "code": "MINE"}
            )
        with self.assertRaisesRegex(UserError, "preset"):
            criteria.with_user(manager).action_publish()
