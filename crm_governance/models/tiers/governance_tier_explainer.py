# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a customer is in its tier, and the smallest change that would move it.

Works in exact decimals on the stored snapshot, independently of the SQL that
made the proposal, so that it also serves to check it.
"""

from decimal import Decimal
from itertools import product

from odoo import api, models
from odoo.tools import float_repr, formatLang

# Beyond so many combinations of bands only single figures are tried.
MAX_COMBINATIONS = 5000


class GovernanceTierExplainer(models.AbstractModel):
    """Explains stored results in words."""

    _name = "governance.tier.explainer"
    _description = "Tier Explanation"

    # ------------------------------------------------------------------
    # CLASSIFICATION IN PYTHON
    # ------------------------------------------------------------------

    @api.model
    def _parse_snapshot(self, snapshot):
        """Return the stored metrics as exact decimals.

        :param dict snapshot: metric key -> number or ``None``
        """
        return {
            key: None if value is None else Decimal(str(value))
            for key, value in (snapshot or {}).items()
        }

    @api.model
    def _get_score(self, rules, metrics):
        """Return the weighted total of a scorecard, or ``None``."""
        if rules.method != "scorecard" or not rules.scorecard_line_ids:
            return None
        return sum(
            Decimal(float_repr(line.weight, 2))
            * line._get_points(metrics.get(line._get_use().key))
            / 100
            for line in rules.scorecard_line_ids
        )

    @api.model
    def _get_computed_tier(self, rules, metrics, current_tier=None):
        """Return the tier that the rules give, before any adjustment."""
        if rules.method == "manual":
            return current_tier or rules.fallback_tier_id
        score = self._get_score(rules, metrics)
        for tier in rules._get_tiers():
            if self._fits(rules, tier, metrics, score):
                return tier
        return rules.fallback_tier_id

    @api.model
    def _fits(self, rules, tier, metrics, score, tolerance=Decimal(0)):
        if rules.method == "scorecard":
            thresholds = rules.score_threshold_ids.filtered(lambda t: t.tier_id == tier)
            return any(score >= t._get_minimum(tolerance) for t in thresholds)
        groups = rules.group_ids.filtered(lambda g: g.tier_id == tier)
        return any(self._group_fits(group, metrics, tolerance) for group in groups)

    @api.model
    def _group_fits(self, group, metrics, tolerance=Decimal(0)):
        return bool(group.criterion_ids) and all(
            criterion._holds(metrics.get(criterion._get_use().key), tolerance)
            for criterion in group.criterion_ids
        )

    # ------------------------------------------------------------------
    # EXPLANATION
    # ------------------------------------------------------------------

    @api.model
    def _explain(self, rules, snapshot, tier):
        """Return everything that the explanation page shows.

        :param rules: the ``governance.tier.ruleset`` the result was made under
        :param dict snapshot: the stored metrics
        :param tier: the tier that the customer got
        :rtype: dict
        """
        metrics = self._parse_snapshot(snapshot)
        tiers = rules._get_tiers()
        values = {
            "rules": rules,
            "tier": tier,
            "computed_tier": self._get_computed_tier(rules, metrics, tier),
            "score": None,
            "tiers": [],
            "figures": [],
            "up": None,
            "down": None,
        }
        if rules.method == "criteria":
            values["tiers"] = [
                self._explain_tier(rules, each, metrics)
                for each in tiers
                if rules.group_ids.filtered(lambda g, t=each: g.tier_id == t)
            ]
        elif rules.method == "scorecard":
            values["score"] = self._get_score(rules, metrics)
            values["figures"] = [
                self._explain_figure(line, metrics) for line in rules.scorecard_line_ids
            ]
            values["tiers"] = [
                {"tier": threshold.tier_id, "minimum": threshold._get_minimum()}
                for threshold in rules.score_threshold_ids
            ]
        if tier and rules.method != "manual":
            values["up"] = self._get_way_up(rules, tiers, tier, metrics)
            values["down"] = self._get_way_down(rules, tier, metrics)
        return values

    @api.model
    def _explain_tier(self, rules, tier, metrics):
        groups = rules.group_ids.filtered(lambda g: g.tier_id == tier)
        return {
            "tier": tier,
            "fits": self._fits(rules, tier, metrics, None),
            "groups": [
                {
                    "name": group.name,
                    "fits": self._group_fits(group, metrics),
                    "criteria": [
                        self._explain_criterion(criterion, metrics)
                        for criterion in group.criterion_ids
                    ],
                }
                for group in groups
            ],
        }

    @api.model
    def _explain_criterion(self, criterion, metrics):
        value = metrics.get(criterion._get_use().key)
        holds = criterion._holds(value)
        return {
            "label": criterion.summary,
            "value": self._format(criterion, value),
            "holds": holds,
            "missing": (
                ""
                if holds or criterion.unit == "boolean" or value is None
                else self._format(criterion, abs(criterion._get_threshold() - value))
            ),
        }

    @api.model
    def _explain_figure(self, line, metrics):
        value = metrics.get(line._get_use().key)
        points = line._get_points(value)
        return {
            "label": line.metric_id.name,
            "value": self._format(line, value),
            "points": points,
            "weight": Decimal(float_repr(line.weight, 2)),
            "total": points * Decimal(float_repr(line.weight, 2)) / 100,
        }

    @api.model
    def _format(self, use, value):
        """Return a figure with its unit, as a person would write it."""
        if value is None:
            return self.env._("no data")
        if use.unit == "boolean":
            return self.env._("yes") if value >= 1 else self.env._("no")
        if use.unit == "money":
            currency = use._get_ruleset().currency_id or self.env.company.currency_id
            return formatLang(self.env, float(value), currency_obj=currency)
        digits = 0 if value == value.to_integral_value() else 2
        number = formatLang(self.env, float(value), digits=digits)
        if use.unit == "days":
            return self.env._("%(number)s days", number=number)
        if use.unit == "years":
            return self.env._("%(number)s years", number=number)
        if use.unit == "percent":
            return self.env._("%(number)s %%", number=number)
        return number

    # ------------------------------------------------------------------
    # THE SMALLEST CHANGE
    # ------------------------------------------------------------------

    @api.model
    def _get_way_up(self, rules, tiers, tier, metrics):
        """Return the smallest change that reaches the next tier, or ``None``.

        Fewer figures come before smaller steps; steps are compared as a share of
        the value that has to be reached.
        """
        above = [each for each in tiers if each.rank < tier.rank]
        for target in reversed(above):
            steps = (
                self._get_criteria_steps(rules, target, metrics)
                if rules.method == "criteria"
                else self._get_score_steps(rules, target, metrics)
            )
            if steps:
                return {"tier": target, "steps": steps}
        return None

    @api.model
    def _get_criteria_steps(self, rules, target, metrics):
        candidates = []
        for group in rules.group_ids.filtered(lambda g: g.tier_id == target):
            steps, effort = [], Decimal(0)
            for criterion in group.criterion_ids:
                value = metrics.get(criterion._get_use().key)
                if criterion._holds(value):
                    continue
                wanted = criterion._get_interval()
                goal = (wanted[0] or wanted[1])[0]
                gap = abs(goal - (value or Decimal(0)))
                effort += gap / max(abs(goal), Decimal(1))
                steps.append(
                    {
                        "label": criterion.summary,
                        "now": self._format(criterion, value),
                        "change": (
                            ""
                            if criterion.unit == "boolean"
                            else self._format(criterion, gap)
                        ),
                    }
                )
            if steps:
                candidates.append((len(steps), effort, len(candidates), steps))
        return min(candidates)[3] if candidates else []

    @api.model
    def _get_score_steps(self, rules, target, metrics):
        thresholds = rules.score_threshold_ids.filtered(lambda t: t.tier_id == target)
        if not thresholds:
            return []
        wanted = min(t._get_minimum() for t in thresholds)
        choices = [
            self._get_better_bands(line, metrics) for line in rules.scorecard_line_ids
        ]
        count = 1
        for bands in choices:
            count *= len(bands)
        combos = (
            product(*choices)
            if count <= MAX_COMBINATIONS
            else self._get_single_changes(choices)
        )
        best = None
        for index, combo in enumerate(combos):
            if sum(option["total"] for option in combo) < wanted:
                continue
            moved = [option for option in combo if option["step"]]
            effort = sum((option["effort"] for option in moved), Decimal(0))
            if moved and (best is None or (len(moved), effort) < best[:2]):
                best = (len(moved), effort, index, [o["step"] for o in moved])
        return best[3] if best else []

    @api.model
    def _get_single_changes(self, choices):
        for index, bands in enumerate(choices):
            for option in bands[1:]:
                yield [*(b[0] for b in choices[:index]), option] + [
                    b[0] for b in choices[index + 1 :]
                ]

    @api.model
    def _get_better_bands(self, line, metrics):
        """Return staying as it is, and each band that earns more points."""
        value = metrics.get(line._get_use().key)
        weight = Decimal(float_repr(line.weight, 2)) / 100
        points = line._get_points(value)
        options = [{"total": points * weight, "step": None, "effort": Decimal(0)}]
        bands = line._get_bands()
        for position, band in enumerate(bands):
            earned = Decimal(float_repr(band.points, 2))
            if earned <= points:
                continue
            rising = line.metric_id.direction != "lower"
            if rising and band.is_open:
                continue
            if not rising and position == 0:
                continue
            goal = band._get_bound() if rising else bands[position - 1]._get_bound()
            gap = abs(goal - (value or Decimal(0)))
            options.append(
                {
                    "total": earned * weight,
                    "effort": gap / max(abs(goal), Decimal(1)),
                    "step": {
                        "label": line.metric_id.name,
                        "now": self._format(line, value),
                        "change": self._format(line, gap),
                    },
                }
            )
        return options

    @api.model
    def _get_way_down(self, rules, tier, metrics):
        """Return what keeps the customer from falling and by how much, or ``None``."""
        if rules.method == "scorecard":
            score = self._get_score(rules, metrics)
            own = rules.score_threshold_ids.filtered(lambda t: t.tier_id == tier)
            if not own or score < own[0]._get_minimum():
                return None
            return {"points": score - own[0]._get_minimum(), "steps": []}
        fitting = [
            group
            for group in rules.group_ids.filtered(lambda g: g.tier_id == tier)
            if self._group_fits(group, metrics)
        ]
        if not fitting:
            return None
        steps = []
        for group in fitting:
            slacks = []
            for criterion in group.criterion_ids:
                value = metrics.get(criterion._get_use().key)
                threshold = criterion._get_interval()
                limit = (threshold[0] or threshold[1])[0]
                slack = abs((value or Decimal(0)) - limit)
                slacks.append(
                    (
                        slack / max(abs(limit), Decimal(1)),
                        criterion.id,
                        criterion,
                        slack,
                    )
                )
            _share, _id, criterion, slack = min(slacks, key=lambda s: s[:2])
            steps.append(
                {
                    "label": criterion.summary,
                    "now": self._format(
                        criterion, metrics.get(criterion._get_use().key)
                    ),
                    "change": (
                        ""
                        if criterion.unit == "boolean"
                        else self._format(criterion, slack)
                    ),
                }
            )
        return {"points": None, "steps": steps}
