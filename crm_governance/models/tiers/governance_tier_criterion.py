# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, float_repr, format_list

from .governance_tier_metric import MAX_WINDOW_LENGTH, WINDOW_TYPES

OPERATORS = [
    ("ge", "at least"),
    ("gt", "more than"),
    ("le", "at most"),
    ("lt", "less than"),
    ("eq", "exactly"),
    ("true", "yes"),
    ("false", "no"),
]
SQL_OPERATORS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "="}


class GovernanceTierRuleLineMixin(models.AbstractModel):
    """A line of tier rules whose values may be left open by the source.

    Zero is a threshold like any other, so a mark beside each value says whether
    it is open.
    """

    _name = "governance.tier.rule.line.mixin"
    _description = "Line of Tier Rules"
    _inherit = ["governance.policy.line.mixin"]

    def write(self, vals):
        """A value that somebody fills in is not open any more."""
        for value, mark in self._get_open_marks().items():
            if value in vals and mark and mark not in vals:
                vals = {**vals, mark: False}
        return super().write(vals)

    @api.model
    def _get_policy_path(self):
        return "ruleset_id"

    @api.model
    def _get_open_marks(self):
        """Return ``{value field: field that marks it as open}``."""
        return {}

    def _get_open_fields(self):
        """Return ``{value field: label}`` of the values that are still open."""
        self.ensure_one()
        return {
            value: self.display_name
            for value, mark in self._get_open_marks().items()
            if self[mark]
        }

    def _get_blank_values(self, path=""):
        self.ensure_one()
        return [
            {
                "record": self,
                "field": name,
                "label": label,
                "required": True,
                "takes_zero": name in self._get_open_marks(),
                "path": f"{path}{name}",
            }
            for name, label in self._get_open_fields().items()
        ] + super()._get_blank_values(path)


class GovernanceTierMetricUseMixin(models.AbstractModel):
    """A line that uses a metric, with a period and a parameter of its own."""

    _name = "governance.tier.metric.use.mixin"
    _description = "Use of a Tier Metric"
    _inherit = ["governance.tier.rule.line.mixin"]

    metric_id = fields.Many2one(
        comodel_name="governance.tier.metric",
        string="Figure",
        required=True,
        ondelete="restrict",
    )
    unit = fields.Selection(related="metric_id.unit")
    is_windowed = fields.Boolean(related="metric_id.is_windowed")
    needs_parameter = fields.Boolean(related="metric_id.needs_parameter")
    needs_category = fields.Boolean(related="metric_id.needs_category")
    window_type = fields.Selection(
        selection=WINDOW_TYPES,
        string="Period",
        help="Leave empty to use the usual period of the rules.",
    )
    window_length = fields.Integer(string="Length", default=1)
    parameter = fields.Float(
        string="Yearly Amount",
        digits=(16, 2),
        help="The amount that the figure itself needs, such as the turnover that "
        "makes a year count.",
    )
    is_parameter_blank = fields.Boolean(
        string="Amount Open",
        help="The source leaves the amount blank; the company has to fill it in.",
    )
    category_id = fields.Many2one(
        comodel_name="res.partner.category",
        string="Contact Tag",
        ondelete="restrict",
    )

    @api.constrains("window_type", "window_length")
    def _check_window(self):
        for line in self:
            if line.window_type and line.window_type != "lifetime":
                if not 1 <= line.window_length <= MAX_WINDOW_LENGTH:
                    raise ValidationError(
                        self.env._(
                            "%(figure)s: the period must be from 1 to %(most)s months "
                            "or years, not %(length)s.",
                            figure=line.metric_id.name,
                            most=MAX_WINDOW_LENGTH,
                            length=line.window_length,
                        )
                    )

    @api.onchange("parameter")
    def _onchange_parameter(self):
        self.is_parameter_blank = False

    def _get_ruleset(self):
        """Return the rules that the line belongs to."""
        self.ensure_one()
        return self.ruleset_id

    def _get_use(self):
        """Return the metric with this line's period and parameter."""
        self.ensure_one()
        rules = self._get_ruleset()
        return self.metric_id._get_use(
            self.window_type or rules.window_type,
            self.window_length if self.window_type else rules.window_length,
            Decimal(float_repr(self.parameter, 2)),
            self.category_id,
        )

    def _get_open_fields(self):
        labels = super()._get_open_fields()
        if "parameter" in labels:
            labels["parameter"] = self.env._(
                "%(line)s: yearly amount", line=self.display_name
            )
        if self.needs_category and not self.category_id:
            labels["category_id"] = self.env._(
                "%(line)s: contact tag", line=self.display_name
            )
        return labels

    @api.model
    def _get_open_marks(self):
        return {**super()._get_open_marks(), "parameter": "is_parameter_blank"}


class GovernanceTierCriterionGroup(models.Model):
    """Conditions that hold together: one of the ways into a tier."""

    _name = "governance.tier.criterion.group"
    _description = "Group of Tier Criteria"
    _inherit = ["governance.tier.rule.line.mixin"]
    _order = "tier_rank, sequence, id"

    ruleset_id = fields.Many2one(
        comodel_name="governance.tier.ruleset",
        string="Rules",
        required=True,
        index=True,
        ondelete="cascade",
    )
    scheme_id = fields.Many2one(related="ruleset_id.scheme_id")
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        required=True,
        ondelete="restrict",
        domain="[('scheme_id', '=', scheme_id)]",
    )
    tier_rank = fields.Integer(related="tier_id.rank", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="What It Means",
        translate=True,
        help="The sentence of the written policy that these conditions stand for.",
    )
    criterion_ids = fields.One2many(
        comodel_name="governance.tier.criterion",
        inverse_name="group_id",
        string="All of These",
        copy=True,
    )

    conditions = fields.Text(compute="_compute_conditions")
    is_open = fields.Boolean(compute="_compute_conditions")
    uses_parameter = fields.Boolean(compute="_compute_uses")
    uses_category = fields.Boolean(compute="_compute_uses")

    @api.constrains("tier_id", "ruleset_id")
    def _check_tier(self):
        self.ruleset_id._check_tiers()

    @api.depends_context("lang")
    @api.depends(
        "criterion_ids.summary",
        "criterion_ids.is_value_blank",
        "criterion_ids.is_parameter_blank",
    )
    def _compute_conditions(self):
        for group in self:
            criteria = group.criterion_ids
            group.conditions = self.env._(" and ").join(criteria.mapped("summary"))
            group.is_open = any(criterion._get_open_fields() for criterion in criteria)

    @api.depends("criterion_ids.metric_id")
    def _compute_uses(self):
        for group in self:
            group.uses_parameter = any(group.criterion_ids.mapped("needs_parameter"))
            group.uses_category = any(group.criterion_ids.mapped("needs_category"))

    @api.depends("name", "tier_id.name", "criterion_ids.summary")
    def _compute_display_name(self):
        for group in self:
            group.display_name = group.name or self.env._(
                "%(tier)s: %(conditions)s",
                tier=group.tier_id.name,
                conditions=" · ".join(group.criterion_ids.mapped("summary")),
            )

    def _get_condition_sql(self, names, tolerance):
        self.ensure_one()
        if not self.criterion_ids:
            return SQL("FALSE")
        return SQL(
            "(%s)",
            SQL(" AND ").join(
                c._get_condition_sql(names[c._get_use().key], tolerance)
                for c in self.criterion_ids
            ),
        )

    def _get_errors(self):
        """Return what is wrong with the conditions, in plain words."""
        self.ensure_one()
        if not self.criterion_ids:
            return [
                self.env._(
                    "%(group)s of %(tier)s has no conditions. Add one or delete it.",
                    group=self.display_name,
                    tier=self.tier_id.name,
                )
            ]
        errors = []
        by_use = {}
        for criterion in self.criterion_ids:
            by_use.setdefault(criterion._get_use().key, []).append(criterion)
        for criteria in by_use.values():
            low, high = self._get_bounds(criteria)
            if (
                low
                and high
                and (low > high or (low[0] == high[0] and low[1] != high[1]))
            ):
                errors.append(
                    self.env._(
                        "%(group)s of %(tier)s can never hold: %(conditions)s exclude "
                        "each other.",
                        group=self.display_name,
                        tier=self.tier_id.name,
                        conditions=format_list(self.env, [c.summary for c in criteria]),
                    )
                )
        return errors

    @api.model
    def _get_bounds(self, criteria):
        """Return the highest lower and the lowest upper bound, or ``None``.

        A bound is ``(value, open)`` where open is 1 just above and -1 just below.
        """
        lows, highs = [], []
        for criterion in criteria:
            low, high = criterion._get_interval()
            if low is not None:
                lows.append(low)
            if high is not None:
                highs.append(high)
        return max(lows, default=None), min(highs, default=None)

    def _implies(self, other):
        """Return whether every customer that fits this group fits ``other``."""
        self.ensure_one()
        if not other.criterion_ids:
            return False
        own = {}
        for criterion in self.criterion_ids:
            own.setdefault(criterion._get_use().key, []).append(criterion)
        for criterion in other.criterion_ids:
            low, high = self._get_bounds(own.get(criterion._get_use().key, []))
            wanted_low, wanted_high = criterion._get_interval()
            if wanted_low is not None and (low is None or low < wanted_low):
                return False
            if wanted_high is not None and (high is None or high > wanted_high):
                return False
        return True


class GovernanceTierCriterion(models.Model):
    """One condition on one figure."""

    _name = "governance.tier.criterion"
    _description = "Tier Criterion"
    _inherit = ["governance.tier.metric.use.mixin"]
    _order = "group_id, sequence, id"
    _rec_name = "summary"

    group_id = fields.Many2one(
        comodel_name="governance.tier.criterion.group",
        required=True,
        index=True,
        ondelete="cascade",
    )
    ruleset_id = fields.Many2one(related="group_id.ruleset_id", store=True)
    sequence = fields.Integer(default=10)
    operator = fields.Selection(selection=OPERATORS, default="ge", required=True)
    value = fields.Float(digits=(16, 2))
    is_value_blank = fields.Boolean(
        string="Open",
        help="The source leaves the value blank; the company has to fill it in.",
    )
    summary = fields.Char(compute="_compute_summary")

    @api.depends(
        "metric_id.name",
        "operator",
        "value",
        "is_value_blank",
        "window_type",
        "window_length",
        "parameter",
        "category_id.name",
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        operators = dict(self._fields["operator"]._description_selection(self.env))
        for criterion in self:
            parts = [criterion.metric_id.name or ""]
            if criterion.category_id:
                parts.append(f"“{criterion.category_id.name}”")
            if criterion.needs_parameter and not criterion.is_parameter_blank:
                parts.append(f"({criterion.parameter:,.2f})")
            parts.append(operators.get(criterion.operator, ""))
            if criterion.operator in SQL_OPERATORS:
                parts.append(
                    self.env._("[to be filled in]")
                    if criterion.is_value_blank
                    else f"{criterion.value:,.2f}".removesuffix(".00")
                )
            criterion.summary = " ".join(parts)

    @api.constrains("metric_id", "operator")
    def _check_operator(self):
        for criterion in self:
            is_boolean = criterion.metric_id.unit == "boolean"
            if is_boolean != (criterion.operator in ("true", "false")):
                raise ValidationError(
                    self.env._(
                        "%(figure)s is a yes-or-no figure: compare it with yes or no.",
                        figure=criterion.metric_id.name,
                    )
                    if is_boolean
                    else self.env._(
                        "%(figure)s is a number: compare it with a value, not with "
                        "yes or no.",
                        figure=criterion.metric_id.name,
                    )
                )

    def write(self, vals):
        """Keep the rules of the group: others would open and lock the criterion."""
        return super().write({n: v for n, v in vals.items() if n != "ruleset_id"})

    @api.onchange("value")
    def _onchange_value(self):
        """Show at once that a value that somebody fills in is not open any more."""
        self.is_value_blank = False

    @api.model
    def _get_open_marks(self):
        return {**super()._get_open_marks(), "value": "is_value_blank"}

    def _get_open_fields(self):
        labels = {
            name: self.env._(
                "%(tier)s: %(label)s", tier=self.group_id.tier_id.name, label=label
            )
            for name, label in super()._get_open_fields().items()
        }
        if self.operator not in SQL_OPERATORS:
            labels.pop("value", None)
        elif "value" in labels:
            labels["value"] = self.env._(
                "%(tier)s: %(criterion)s",
                tier=self.group_id.tier_id.name,
                criterion=self.summary,
            )
        return labels

    def _get_threshold(self, tolerance=Decimal(0)):
        """Return the value to compare with, eased by a share of it."""
        self.ensure_one()
        value = Decimal(float_repr(self.value, 2))
        if self.operator in ("ge", "gt"):
            return value - abs(value) * tolerance
        if self.operator in ("le", "lt"):
            return value + abs(value) * tolerance
        return value

    def _get_interval(self):
        """Return lower and upper bound as ``(value, open)`` or ``None``."""
        self.ensure_one()
        value = self._get_threshold()
        one, zero = (Decimal(1), 0), (Decimal(0), 0)
        return {
            "ge": ((value, 0), None),
            "gt": ((value, 1), None),
            "le": (None, (value, 0)),
            "lt": (None, (value, -1)),
            "eq": ((value, 0), (value, 0)),
            "true": (one, one),
            "false": (zero, zero),
        }[self.operator]

    def _get_condition_sql(self, column, tolerance=Decimal(0)):
        self.ensure_one()
        if self.operator == "true":
            return SQL("%s >= 1", column)
        if self.operator == "false":
            return SQL("COALESCE(%s, 0) = 0", column)
        return SQL(
            "%s %s %s",
            column,
            SQL(SQL_OPERATORS[self.operator]),
            self._get_threshold(tolerance),
        )

    def _holds(self, value, tolerance=Decimal(0)):
        """Return whether a figure satisfies the condition.

        :param value: Decimal, or ``None`` when the customer has no such figure
        """
        self.ensure_one()
        if self.operator == "false":
            return not value
        if value is None:
            return False
        if self.operator == "true":
            return value >= 1
        threshold = self._get_threshold(tolerance)
        return {
            "ge": value >= threshold,
            "gt": value > threshold,
            "le": value <= threshold,
            "lt": value < threshold,
            "eq": value == threshold,
        }[self.operator]
