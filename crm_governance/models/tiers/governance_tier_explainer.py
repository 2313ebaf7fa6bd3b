# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a customer is in its tier, and the smallest change that would move it.

Works in exact decimals on the stored snapshot, independently of the SQL that
made the proposal, so that it also serves to check it.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from odoo import api, models
from odoo.tools import float_repr, formatLang


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
            return score is not None and any(
                score >= t._get_minimum(tolerance) for t in thresholds
            )
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
            "period": self._get_usual_period(rules),
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
            values["down"] = self._get_way_down(rules, tiers, tier, metrics)
        return values

    @api.model
    def _get_usual_period(self, rules):
        """Return the period of the figures that name none of their own."""
        labels = dict(rules._fields["window_type"]._description_selection(self.env))
        label = labels[rules.window_type]
        if rules.window_type == "lifetime":
            return label
        return self.env._(
            "%(period)s (%(length)s)", period=label, length=rules.window_length
        )

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
        missing = ""
        if not holds and value is not None:
            change = self._get_goal(criterion, value) - value
            missing = self._format_change(criterion, change)
        return {
            "label": criterion.summary,
            "value": self._format(criterion, value),
            "holds": holds,
            "missing": missing,
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
        rules = use._get_ruleset() if use.unit == "money" else None
        return self._format_value(use.unit, value, rules and rules.currency_id)

    @api.model
    def _format_value(self, unit, value, currency=None):
        """Return a number with its unit, as a person would write it.

        :param Decimal value: the number
        :param currency: ``res.currency`` of amounts, the company's by default
        """
        if unit == "boolean":
            return self.env._("yes") if value >= 1 else self.env._("no")
        if unit == "money":
            currency = currency or self.env.company.currency_id
            return formatLang(self.env, float(value), currency_obj=currency)
        digits = 0 if value == value.to_integral_value() else 2
        number = formatLang(self.env, float(value), digits=digits)
        if unit == "days":
            return (
                self.env._("1 day")
                if value == 1
                else self.env._("%(number)s days", number=number)
            )
        if unit == "years":
            return (
                self.env._("1 year")
                if value == 1
                else self.env._("%(number)s years", number=number)
            )
        if unit == "percent":
            return self.env._("%(number)s %%", number=number)
        return number

    @api.model
    def _format_change(self, use, change):
        """Return the size of a change; of a yes-or-no figure there is none."""
        return "" if use.unit == "boolean" else self._format(use, abs(change))

    # ------------------------------------------------------------------
    # THE SMALLEST CHANGE
    # ------------------------------------------------------------------

    @api.model
    def _get_step(self, use):
        """Return the smallest amount by which a figure changes."""
        if use.unit == "money":
            currency = use._get_ruleset().currency_id or self.env.company.currency_id
            return Decimal(1).scaleb(-currency.decimal_places)
        return use.metric_id._get_step()

    @api.model
    def _get_limits(self, criterion, tolerance=Decimal(0)):
        """Return the least and the greatest value that satisfy a criterion.

        Values are multiples of the figure's smallest step; ``None`` where there
        is no limit.
        """
        step = self._get_step(criterion)
        if criterion.unit == "boolean":
            return criterion._get_interval()[0][0], None
        steps = criterion._get_threshold(tolerance) / step
        up = steps.to_integral_value(ROUND_CEILING)
        down = steps.to_integral_value(ROUND_FLOOR)
        return {
            "ge": (up * step, None),
            "gt": ((down + 1) * step, None),
            "le": (None, down * step),
            "lt": (None, (up - 1) * step),
            "eq": (steps * step, steps * step),
        }[criterion.operator]

    @api.model
    def _get_goal(self, criterion, value):
        """Return the nearest value that satisfies a criterion that does not hold."""
        low, high = self._get_limits(criterion)
        if low is not None and (value is None or value < low):
            return low
        return low if high is None else high

    @api.model
    def _get_effort(self, change, value):
        """Return how hard a change is, from 0 to 1: the more of a figure, the harder.

        On the same figure a smaller change is always easier.
        """
        change = abs(change)
        return change / (change + abs(value or Decimal(0)) + 1)

    @api.model
    def _prepare_step(self, use, label, value, goal):
        """Return one line of the explanation: how far a figure is from a value."""
        return {
            "label": label,
            "key": use._get_use().key,
            "goal": goal,
            "now": self._format(use, value),
            "change": "" if value is None else self._format_change(use, goal - value),
        }

    @api.model
    def _get_way_up(self, rules, tiers, tier, metrics):
        """Return the smallest change that reaches the next tier, or ``None``.

        Fewer figures come before smaller steps; steps are compared as shares of the
        figures.
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
            if self._group_fits(group, metrics):
                return []
            wanted = {}
            for criterion in group.criterion_ids:
                key = criterion._get_use().key
                value = metrics.get(key)
                if criterion._holds(value):
                    continue
                goal = self._get_goal(criterion, value)
                effort = self._get_effort(goal - (value or Decimal(0)), value)
                step = self._prepare_step(criterion, criterion.summary, value, goal)
                # Of two conditions on one figure the harder one leads there.
                if key not in wanted or effort > wanted[key][0]:
                    wanted[key] = (effort, step)
            steps = [step for _effort, step in wanted.values()]
            there = {step["key"]: step["goal"] for step in steps}
            # Drafts may hold conditions that exclude each other.
            if self._group_fits(group, {**metrics, **there}):
                effort = sum(effort for effort, _step in wanted.values())
                candidates.append((len(steps), effort, len(candidates), steps))
        return min(candidates)[3] if candidates else []

    @api.model
    def _get_score_steps(self, rules, target, metrics):
        """Return the cheapest choice of better bands that earns enough points.

        Ways that cost more and earn less than another one are given up figure by
        figure, so that a long scorecard needs no list of all combinations.
        """
        thresholds = rules.score_threshold_ids.filtered(lambda t: t.tier_id == target)
        if not thresholds or self._fits(
            rules, target, metrics, self._get_score(rules, metrics)
        ):
            return []
        ways = [(Decimal(0), 0, Decimal(0), [])]
        for line in rules.scorecard_line_ids:
            options = self._get_better_bands(line, metrics)
            ways = self._drop_worse_ways(
                (
                    total + option["total"],
                    count + bool(option["step"]),
                    effort + option["effort"],
                    steps + ([option["step"]] if option["step"] else []),
                )
                for total, count, effort, steps in ways
                for option in options
            )
        wanted = min(t._get_minimum() for t in thresholds)
        enough = [way for way in ways if way[0] >= wanted]
        return min(enough, key=lambda way: way[1:3])[3] if enough else []

    @api.model
    def _drop_worse_ways(self, ways):
        """Keep the ways that no other one beats in points and in effort."""
        kept = []
        for way in sorted(ways, key=lambda way: (-way[0], way[1], way[2])):
            if not kept or way[1:3] < kept[-1][1:3]:
                kept.append(way)
        return kept

    @api.model
    def _get_better_bands(self, line, metrics):
        """Return staying as it is, and each band that earns more points."""
        value = metrics.get(line._get_use().key)
        weight = Decimal(float_repr(line.weight, 2)) / 100
        points = line._get_points(value)
        options = [{"total": points * weight, "step": None, "effort": Decimal(0)}]
        above = None
        for band in line._get_bands():
            earned = Decimal(float_repr(band.points, 2))
            goal = self._get_band_goal(line, band, above, value)
            above = band
            if earned <= points or goal is None:
                continue
            options.append(
                {
                    "total": earned * weight,
                    "effort": self._get_effort(goal - (value or Decimal(0)), value),
                    "step": self._prepare_step(line, line.metric_id.name, value, goal),
                }
            )
        return options

    @api.model
    def _get_band_goal(self, line, band, above, value):
        """Return the value of a band that is nearest to a figure, or ``None``.

        :param above: the next higher band, where this one ends
        """
        step = self._get_step(line)
        low = high = None
        if not band.is_open:
            low = (band._get_bound() / step).to_integral_value(ROUND_CEILING) * step
        if above:
            high = (above._get_bound() / step).to_integral_value(ROUND_CEILING) * step
            high -= step
        if low is not None and high is not None and low > high:
            return None
        if low is not None and (value is None or value < low):
            return low
        return high

    @api.model
    def _get_way_down(self, rules, tiers, tier, metrics):
        """Return what keeps the customer from falling and by how much, or ``None``.

        The margins are the largest losses that change nothing; the tolerance of
        the rules is part of them.
        """
        order = list(tiers)
        below = order[order.index(tier) + 1 :] if tier in tiers else []
        if rules.fallback_tier_id not in below:
            return None
        tolerance = Decimal(repr(rules.hysteresis_percent)) / 100
        if rules.method == "scorecard":
            score = self._get_score(rules, metrics)
            own = rules.score_threshold_ids.filtered(lambda t: t.tier_id == tier)
            minimum = min((t._get_minimum(tolerance) for t in own), default=None)
            if minimum is None or score is None or score < minimum:
                return None
            return {"points": score - minimum, "steps": []}
        keeping = rules.group_ids.filtered(
            lambda g: (
                g.tier_id in tiers
                and g.tier_id not in below
                and self._group_fits(
                    g, metrics, tolerance if g.tier_id == tier else Decimal(0)
                )
            )
        )
        if not keeping:
            return None
        steps = [
            self._get_weakest(
                group, metrics, tolerance if group.tier_id == tier else Decimal(0)
            )
            for group in keeping
        ]
        return {"points": None, "steps": steps}

    @api.model
    def _get_weakest(self, group, metrics, tolerance):
        """Return the condition of a fitting group that breaks first."""
        slacks = []
        for criterion in group.criterion_ids:
            value = metrics.get(criterion._get_use().key) or Decimal(0)
            limits = [
                limit
                for limit in self._get_limits(criterion, tolerance)
                if limit is not None
            ]
            slack, limit = min((abs(value - limit), limit) for limit in limits)
            slacks.append(
                (self._get_effort(slack, value), criterion.id, criterion, limit)
            )
        _share, _id, criterion, limit = min(slacks, key=lambda s: s[:2])
        value = metrics.get(criterion._get_use().key)
        return self._prepare_step(criterion, criterion.summary, value, limit)
