# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The registry of tier metrics: one record and one method per metric.

To add a metric, add a record of ``governance.tier.metric`` with a new ``code``
and a method ``_metric_<code>(use, scope)`` here or in an inheriting addon.  The
method returns a :class:`MetricColumn`: which source of rows it reads and how a
customer's rows become one number.  To add a source, add ``_source_<name>(scope)``
that returns ``SELECT partner_id, …`` with commercial entities as ``partner_id``.
"""

from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, date_utils

WINDOW_TYPES = [
    ("rolling_months", "Last months"),
    ("calendar_year", "Calendar years, this one included"),
    ("fiscal_year", "Fiscal years, this one included"),
    ("lifetime", "Since the first order"),
]
# Of months or years: no window reaches back to before the calendar began.
MAX_WINDOW_LENGTH = 1200


class MetricUse(NamedTuple):
    """One metric as a rule uses it: with its window and its parameter."""

    metric_id: int
    code: str
    window_type: str = "lifetime"
    window_length: int = 0
    parameter: str = ""
    category_id: int = 0

    @property
    def key(self):
        """Name of the value in the stored snapshot."""
        parts = [self.code]
        if self.window_type != "lifetime":
            parts.append(f"{self.window_type}:{self.window_length}")
        if self.parameter:
            parts.append(self.parameter)
        if self.category_id:
            parts.append(f"tag:{self.category_id}")
        return "|".join(parts)


class MetricColumn(NamedTuple):
    """How a metric becomes a column.

    ``source`` names the rows, ``aggregate`` reduces a customer's rows (alias
    ``s``) to one value and ``default`` is the value of a customer without rows
    (``None``: there is no value, and no criterion on it holds).  ``ranked``
    marks values that depend on all customers of the review; they are taken from
    the snapshot of ``base`` once everybody is in it.
    """

    source: str
    aggregate: SQL
    default: object = None
    ranked: str = ""
    base: MetricUse = None


class GovernanceTierMetric(models.Model):
    """A figure about a customer that rules and scorecards can use (A-34)."""

    _name = "governance.tier.metric"
    _description = "Tier Metric"
    _inherit = ["governance.tier.metric.source"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Technical mark of the metric; computed metrics are calculated by the "
        "method of the same name.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True,
        help="How the figure is made up, in words that a sales manager understands.",
    )
    kind = fields.Selection(
        selection=[
            ("computed", "Computed from documents"),
            ("manual", "Assessed by people"),
        ],
        default="manual",
        required=True,
    )
    unit = fields.Selection(
        selection=[
            ("money", "Amount in company currency"),
            ("count", "Number"),
            ("days", "Days"),
            ("percent", "Percent"),
            ("years", "Years"),
            ("points", "Points"),
            ("boolean", "Yes or no"),
        ],
        default="points",
        required=True,
    )
    direction = fields.Selection(
        selection=[
            ("higher", "The more the better"),
            ("lower", "The less the better"),
            ("neutral", "Neither"),
        ],
        default="higher",
        required=True,
    )
    is_windowed = fields.Boolean(
        string="Has a Period",
        help="The figure is taken over a period such as the last twelve months.",
    )
    needs_parameter = fields.Boolean(
        help="The figure needs an amount of its own, such as the yearly turnover "
        "that counts as a good year.",
    )
    needs_category = fields.Boolean(
        string="Needs a Tag",
        help="The figure asks for a contact tag.",
    )
    only_without_history = fields.Boolean(
        string="Only without Purchases",
        help="The assessment counts only as long as the customer has not bought "
        "anything, because afterwards the figures speak.",
    )
    company_id = fields.Many2one(comodel_name="res.company", index=True)

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "There is already a metric with this technical mark."
    )

    @api.constrains("code", "kind")
    def _check_method(self):
        for metric in self:
            if metric.kind == "computed" and not hasattr(
                self, f"_metric_{metric.code}"
            ):
                raise ValidationError(
                    self.env._(
                        "%(metric)s is marked as computed but nothing computes "
                        "“%(code)s”. Choose “Assessed by people” or install the "
                        "addon that brings the calculation.",
                        metric=metric.name,
                        code=metric.code,
                    )
                )

    def write(self, vals):
        """Keep what a figure means once tiers rest on it."""
        meaning = self._get_meaning_fields() & set(vals)
        installing = self.env.uid == SUPERUSER_ID and self.env.context.get(
            "install_mode"
        )
        if meaning and not installing:
            self.filtered(
                lambda metric: any(metric[name] != vals[name] for name in meaning)
            )._check_not_published()
        return super().write(vals)

    @api.model
    def _get_meaning_fields(self):
        """Return the fields that say how a figure is found and stored."""
        return {
            "code",
            "kind",
            "unit",
            "is_windowed",
            "needs_parameter",
            "needs_category",
            "only_without_history",
        }

    def _check_not_published(self):
        """Refuse to give another meaning to figures of published rules.

        :raises UserError: naming the figure and the rules
        """
        for model in ("governance.tier.criterion", "governance.tier.scorecard.line"):
            used = (
                self.env[model]
                .sudo()
                .search(
                    [
                        ("metric_id", "in", self.ids),
                        ("ruleset_id.state", "!=", "draft"),
                    ],
                    limit=1,
                )
            )
            if used:
                raise UserError(
                    self.env._(
                        "%(metric)s is used by %(ruleset)s, which has been published: "
                        "it has to keep its meaning. Create another figure instead.",
                        metric=used.metric_id.name,
                        ruleset=used.ruleset_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for model in ("governance.tier.criterion", "governance.tier.scorecard.line"):
            used = (
                self.env[model].sudo().search([("metric_id", "in", self.ids)], limit=1)
            )
            if used:
                raise UserError(
                    self.env._(
                        "%(metric)s is used by %(ruleset)s. Archive it instead of "
                        "deleting it.",
                        metric=used.metric_id.name,
                        ruleset=used.ruleset_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # USES AND WINDOWS
    # ------------------------------------------------------------------

    def _get_use(self, window_type=None, length=0, parameter=None, category=None):
        """Return the metric with its window as the evaluation uses it.

        :param str window_type: one of ``WINDOW_TYPES``; ignored when not windowed
        :param int length: number of months or years
        :param Decimal parameter: amount in company currency, where one is needed
        :param category: ``res.partner.category`` where a tag is needed
        """
        self.ensure_one()
        windowed = self.is_windowed and window_type and window_type != "lifetime"
        return MetricUse(
            metric_id=self.id,
            code=self.code,
            window_type=window_type if windowed else "lifetime",
            window_length=length if windowed else 0,
            parameter=str(parameter) if self.needs_parameter and parameter else "",
            category_id=category.id if self.needs_category and category else 0,
        )

    @api.model
    def _get_window_start(self, use, scope):
        """Return the first day of the window of a use, or ``None``.

        A window of twelve months that ends on 29 February starts on the first
        of March of the year before: the day after the same day a year ago.

        :param MetricUse use: the metric with its window
        :param EvaluationScope scope: what is evaluated
        :rtype: datetime.date or None
        """
        if use.window_type == "rolling_months":
            return (
                scope.as_of
                - relativedelta(months=use.window_length)
                + relativedelta(days=1)
            )
        if use.window_type == "calendar_year":
            return scope.as_of.replace(
                year=scope.as_of.year - use.window_length + 1, month=1, day=1
            )
        if use.window_type == "fiscal_year":
            start = date_utils.get_fiscal_year(
                scope.as_of, scope.fiscal_last_day, scope.fiscal_last_month
            )[0]
            return start - relativedelta(years=use.window_length - 1)
        return None

    def _get_column(self, use, scope):
        """Return how the metric of a use is computed (a :class:`MetricColumn`)."""
        self.ensure_one()
        if self.kind == "manual":
            return self._metric_manual(use, scope)
        return getattr(self, f"_metric_{self.code}")(use, scope)

    @api.model
    def _filter(self, use, scope, condition=None):
        """Return the FILTER clause that keeps the rows of a use's window."""
        start = self._get_window_start(use, scope)
        conditions = []
        if start:
            conditions.append(SQL("s.day >= %s", start))
        if condition:
            conditions.append(condition)
        if not conditions:
            return SQL("")
        return SQL("FILTER (WHERE %s)", SQL(" AND ").join(conditions))

    # ------------------------------------------------------------------
    # METRICS
    # ------------------------------------------------------------------

    def _metric_turnover(self, use, scope):
        return MetricColumn(
            "sales", SQL("SUM(s.amount) %s", self._filter(use, scope)), 0
        )

    def _metric_order_count(self, use, scope):
        return MetricColumn(
            "sales", SQL("SUM(s.documents) %s", self._filter(use, scope)), 0
        )

    def _metric_largest_order(self, use, scope):
        return MetricColumn(
            "sales", SQL("MAX(s.largest) %s", self._filter(use, scope)), 0
        )

    def _metric_margin(self, use, scope):
        return MetricColumn(
            "margins", SQL("SUM(s.margin) %s", self._filter(use, scope)), 0
        )

    def _metric_quantity(self, use, scope):
        return MetricColumn(
            "quantities", SQL("SUM(s.quantity) %s", self._filter(use, scope)), 0
        )

    def _metric_days_since_last_order(self, use, scope):
        return MetricColumn(
            "sales",
            SQL("%s - MAX(s.day) FILTER (WHERE s.documents > 0)", scope.as_of),
        )

    def _metric_customer_age(self, use, scope):
        return MetricColumn(
            "sales",
            SQL("%s - MIN(s.day) FILTER (WHERE s.documents > 0)", scope.as_of),
        )

    def _metric_order_interval(self, use, scope):
        window = self._filter(use, scope, SQL("s.documents > 0"))
        return MetricColumn(
            "sales",
            SQL(
                "ROUND((MAX(s.day) %(w)s - MIN(s.day) %(w)s)::numeric"
                " / NULLIF(SUM(s.documents) %(w)s - 1, 0), 2)",
                w=window,
            ),
        )

    def _metric_consecutive_years(self, use, scope):
        return MetricColumn(f"years:{use.key}", SQL("MAX(s.years)"), 0)

    def _metric_rank(self, use, scope):
        return self._get_ranked_column("rank", use)

    def _metric_turnover_share(self, use, scope):
        return self._get_ranked_column("share", use)

    def _metric_cumulative_share(self, use, scope):
        return self._get_ranked_column("cumulative", use)

    @api.model
    def _get_ranked_codes(self):
        """Return the metrics whose value depends on all customers together."""
        return ("rank", "turnover_share", "cumulative_share")

    @api.model
    def _get_whole_codes(self):
        """Return the computed metrics whose value is a whole number."""
        return (
            "order_count",
            "days_since_last_order",
            "customer_age",
            "consecutive_years",
            "rank",
            "days_late_max",
            "open_lead_count",
            "activity_count",
            "referral_count",
        )

    def _get_step(self):
        """Return the smallest amount by which the figure changes.

        :rtype: Decimal
        """
        self.ensure_one()
        if self.unit == "boolean" or self.code in self._get_whole_codes():
            return Decimal(1)
        digits = 6 if self.code in self._get_ranked_codes() else 2
        return Decimal(1).scaleb(-digits)

    def _get_ranked_column(self, ranked, use):
        turnover = self.env.ref("crm_governance.governance_tier_metric_turnover")
        base = turnover._get_use(use.window_type, use.window_length)
        return MetricColumn("", SQL("NULL"), None, ranked, base)

    def _metric_days_late_average(self, use, scope):
        return MetricColumn(
            "payments",
            SQL("ROUND(AVG(s.days_late) %s, 2)", self._filter(use, scope)),
        )

    def _metric_days_late_max(self, use, scope):
        return MetricColumn(
            "payments", SQL("MAX(s.days_late) %s", self._filter(use, scope))
        )

    def _metric_overdue_share(self, use, scope):
        window = self._filter(use, scope)
        return MetricColumn(
            "payments",
            SQL(
                "ROUND(100 * SUM(s.overdue) %(w)s / NULLIF(SUM(s.amount) %(w)s, 0), 2)",
                w=window,
            ),
        )

    def _metric_collection_rate(self, use, scope):
        window = self._filter(use, scope)
        return MetricColumn(
            "payments",
            SQL(
                "ROUND(100 * SUM(s.amount - s.residual) %(w)s"
                " / NULLIF(SUM(s.amount) %(w)s, 0), 2)",
                w=window,
            ),
        )

    def _metric_expected_revenue(self, use, scope):
        return MetricColumn("opportunities", SQL("SUM(s.expected_revenue)"), 0)

    def _metric_open_lead_count(self, use, scope):
        return MetricColumn("opportunities", SQL("COUNT(*)"), 0)

    def _metric_follow_up_project(self, use, scope):
        return MetricColumn(
            "opportunities", SQL("MAX(CASE WHEN s.is_opportunity THEN 1 ELSE 0 END)"), 0
        )

    def _metric_strategic_agreement(self, use, scope):
        return MetricColumn(
            "agreements", SQL("MAX(CASE WHEN s.is_strategic THEN 1 ELSE 0 END)"), 0
        )

    def _metric_supply_agreement(self, use, scope):
        return MetricColumn(
            "agreements", SQL("MAX(CASE WHEN s.is_supply THEN 1 ELSE 0 END)"), 0
        )

    def _metric_activity_count(self, use, scope):
        return MetricColumn(
            "activities", SQL("COUNT(*) %s", self._filter(use, scope)), 0
        )

    def _metric_satisfaction(self, use, scope):
        return MetricColumn(
            "ratings", SQL("ROUND(AVG(s.rating)::numeric %s, 2)", SQL(""))
        )

    def _metric_referral_count(self, use, scope):
        return MetricColumn(
            "referrals", SQL("COUNT(*) %s", self._filter(use, scope)), 0
        )

    def _metric_has_tag(self, use, scope):
        return MetricColumn(f"tags:{use.category_id}", SQL("1"), 0)

    def _metric_manual(self, use, scope):
        return MetricColumn(f"manual:{use.metric_id}", SQL("MAX(s.value)"))
