# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The registry of tier metrics: one record and one method per metric.

To add a metric, add a record of ``governance.tier.metric`` with a new ``code``
and a method ``_metric_<code>(use, scope)`` here or in an inheriting addon.  The
method returns a :class:`MetricColumn`: which source of rows it reads and how a
customer's rows become one number.  To add a source, add ``_source_<name>(scope)``
that returns ``SELECT partner_id, …`` with commercial entities as ``partner_id``.
"""

from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, date_utils

WINDOW_TYPES = [
    ("rolling_months", "Last months"),
    ("calendar_year", "Calendar years, this one included"),
    ("fiscal_year", "Fiscal years, this one included"),
    ("lifetime", "Since the first order"),
]


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

    # ------------------------------------------------------------------
    # SOURCES: rows with the commercial entity as partner_id
    # ------------------------------------------------------------------

    @api.model
    def _get_source(self, source, scope):
        """Return the SELECT that gives the rows of a source.

        :param str source: name of the source, with an argument after a colon
        :param EvaluationScope scope: what is evaluated
        :rtype: SQL
        """
        name, _colon, argument = source.partition(":")
        if argument:
            return getattr(self, f"_source_{name}")(scope, argument)
        return getattr(self, f"_source_{name}")(scope)

    @api.model
    def _source_sales(self, scope):
        parts = [
            self._source_invoices(scope)
            if scope.turnover_source == "invoice"
            else self._source_orders(scope)
        ]
        if scope.include_history:
            parts.append(self._source_history(scope))
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _source_margins(self, scope):
        """Margins stand on orders, whatever the turnover is taken from."""
        parts = [self._source_orders(scope)]
        if scope.include_history:
            parts.append(self._source_history(scope))
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _source_orders(self, scope):
        amount = scope.to_company_currency(SQL("o.amount_untaxed"), SQL("o"))
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, %(day)s AS day,
                      %(amount)s AS amount, %(amount)s AS largest,
                      %(margin)s AS margin, 1 AS documents,
                      %(broken)s AS broken
                 FROM sale_order o
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE o.company_id = %(company)s AND o.state = 'sale'
                  AND %(moments)s AND %(partners)s""",
            day=scope.local_day(SQL("o.date_order")),
            amount=amount,
            margin=scope.to_company_currency(SQL("o.margin"), SQL("o")),
            broken=scope.lacks_rate(SQL("o"), SQL("o.currency_rate")),
            company=scope.company_id,
            moments=scope.moments_between(SQL("o.date_order")),
            partners=scope.partners_in(SQL("p.commercial_partner_id")),
        )

    @api.model
    def _source_invoices(self, scope):
        broken = scope.lacks_rate(SQL("m"), SQL("COALESCE(m.invoice_currency_rate, 1)"))
        amount = SQL("CASE WHEN NOT %s THEN m.amount_untaxed_signed END", broken)
        return SQL(
            """SELECT m.commercial_partner_id AS partner_id, m.invoice_date AS day,
                      %(amount)s AS amount,
                      CASE WHEN m.move_type <> 'out_refund' THEN %(amount)s END
                           AS largest,
                      NULL::numeric AS margin,
                      CASE WHEN m.move_type = 'out_refund' THEN 0 ELSE 1 END
                           AS documents,
                      %(broken)s AS broken
                 FROM account_move m
                WHERE m.company_id = %(company)s AND m.state = 'posted'
                  AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  AND %(days)s AND %(partners)s""",
            amount=amount,
            broken=broken,
            company=scope.company_id,
            days=scope.days_between(SQL("m.invoice_date")),
            partners=scope.partners_in(SQL("m.commercial_partner_id")),
        )

    @api.model
    def _source_history(self, scope):
        """History counts before the cut-over date only, documents from it on."""
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, h.date AS day,
                      h.amount AS amount, h.largest_amount AS largest,
                      h.margin AS margin, h.order_count AS documents,
                      FALSE AS broken
                 FROM governance_turnover_history h
                 JOIN res_partner p ON p.id = h.partner_id
                WHERE h.company_id = %(company)s AND h.date <= %(as_of)s
                  AND h.date < %(cutover)s AND %(partners)s""",
            company=scope.company_id,
            as_of=scope.as_of,
            cutover=scope.cutover_date,
            partners=scope.partners_in(SQL("p.commercial_partner_id")),
        )

    @api.model
    def _source_quantities(self, scope):
        parts = [
            SQL(
                """SELECT p.commercial_partner_id AS partner_id, %(day)s AS day,
                          l.product_uom_qty AS quantity
                     FROM sale_order_line l
                     JOIN sale_order o ON o.id = l.order_id
                     JOIN res_partner p ON p.id = o.partner_id
                    WHERE o.company_id = %(company)s AND o.state = 'sale'
                      AND l.display_type IS NULL
                      AND NOT COALESCE(l.is_downpayment, FALSE)
                      AND %(moments)s AND %(partners)s""",
                day=scope.local_day(SQL("o.date_order")),
                company=scope.company_id,
                moments=scope.moments_between(SQL("o.date_order")),
                partners=scope.partners_in(SQL("p.commercial_partner_id")),
            )
        ]
        if scope.include_history:
            parts.append(
                SQL(
                    """SELECT p.commercial_partner_id AS partner_id, h.date AS day,
                              h.quantity AS quantity
                         FROM governance_turnover_history h
                         JOIN res_partner p ON p.id = h.partner_id
                        WHERE h.company_id = %(company)s AND h.date <= %(as_of)s
                          AND h.date < %(cutover)s AND %(partners)s""",
                    company=scope.company_id,
                    as_of=scope.as_of,
                    cutover=scope.cutover_date,
                    partners=scope.partners_in(SQL("p.commercial_partner_id")),
                )
            )
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _source_years(self, scope, key):
        """Years in a row, up to the last complete one, that reach an amount."""
        use = scope.get_use(key)
        fiscal = use.window_type == "fiscal_year"
        year = scope.fiscal_year(SQL("t.day"), fiscal)
        return SQL(
            """SELECT y.partner_id, COUNT(*) AS years FROM (
                   SELECT q.partner_id, q.year, ROW_NUMBER() OVER (
                              PARTITION BY q.partner_id ORDER BY q.year DESC) AS place
                     FROM (SELECT t.partner_id, %(year)s AS year
                             FROM (%(sales)s) t
                            WHERE %(year)s <= %(last)s
                            GROUP BY t.partner_id, %(year)s
                           HAVING SUM(t.amount) >= %(amount)s) q
               ) y
               WHERE y.place = %(last)s - y.year + 1
               GROUP BY y.partner_id""",
            year=year,
            sales=self._source_sales(scope),
            last=scope.last_complete_year(fiscal),
            amount=SQL("%s::numeric", use.parameter or "0"),
        )

    @api.model
    def _source_payments(self, scope):
        """Instalments that were due, as they stood at the end of the day.

        What was paid later was still open on the day.
        """
        return SQL(
            """SELECT i.partner_id, i.day, i.amount, i.residual,
                      CASE WHEN i.day < %(as_of)s THEN i.residual ELSE 0 END AS overdue,
                      GREATEST(0, CASE WHEN i.reconciled AND i.paid_on <= %(as_of)s
                                       THEN i.paid_on ELSE %(as_of)s END
                                  - i.day) AS days_late
                 FROM (SELECT m.commercial_partner_id AS partner_id,
                              l.date_maturity AS day, l.balance AS amount,
                              l.reconciled, paid.day AS paid_on,
                              l.amount_residual + COALESCE(paid.later, 0) AS residual
                         FROM account_move_line l
                         JOIN account_move m ON m.id = l.move_id
                         JOIN account_account a ON a.id = l.account_id
                         LEFT JOIN (SELECT debit_move_id, MAX(max_date) AS day,
                                           SUM(amount) FILTER (
                                               WHERE max_date > %(as_of)s) AS later
                                      FROM account_partial_reconcile
                                     GROUP BY debit_move_id) paid
                           ON paid.debit_move_id = l.id
                        WHERE m.company_id = %(company)s AND m.state = 'posted'
                          AND m.move_type IN ('out_invoice', 'out_receipt')
                          AND a.account_type = 'asset_receivable' AND l.balance > 0
                          AND l.date_maturity <= %(as_of)s AND %(partners)s) i""",
            as_of=scope.as_of,
            company=scope.company_id,
            partners=scope.partners_in(SQL("m.commercial_partner_id")),
        )

    @api.model
    def _source_opportunities(self, scope):
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id,
                      COALESCE(l.expected_revenue, 0) AS expected_revenue,
                      l.type = 'opportunity' AS is_opportunity
                 FROM crm_lead l
                 JOIN res_partner p ON p.id = l.partner_id
                 LEFT JOIN crm_stage g ON g.id = l.stage_id
                WHERE l.active AND NOT COALESCE(g.is_won, FALSE)
                  AND (l.company_id = %(company)s OR l.company_id IS NULL)
                  AND %(partners)s""",
            company=scope.company_id,
            partners=scope.partners_in(SQL("p.commercial_partner_id")),
        )

    @api.model
    def _source_agreements(self, scope):
        """Agreements in force; one that was ended early holds up to the day before."""
        return SQL(
            """SELECT g.partner_id, g.kind = 'strategic' AS is_strategic,
                      g.kind = 'supply' AS is_supply
                 FROM governance_agreement g
                WHERE g.company_id = %(company)s AND g.date_start <= %(as_of)s
                  AND ((g.state = 'signed'
                        AND (g.date_end IS NULL OR g.date_end >= %(as_of)s))
                       OR (g.state = 'ended' AND g.date_end > %(as_of)s))
                  AND %(partners)s""",
            company=scope.company_id,
            as_of=scope.as_of,
            partners=scope.partners_in(SQL("g.partner_id")),
        )

    @api.model
    def _source_activities(self, scope):
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, a.date_done AS day
                 FROM mail_activity a
                 LEFT JOIN crm_lead l
                   ON a.res_model = 'crm.lead' AND l.id = a.res_id
                 JOIN res_partner p
                   ON p.id = CASE WHEN a.res_model = 'res.partner' THEN a.res_id
                                  ELSE l.partner_id END
                WHERE NOT a.active AND a.date_done <= %(as_of)s
                  AND a.res_model IN ('res.partner', 'crm.lead')
                  AND %(partners)s""",
            as_of=scope.as_of,
            partners=scope.partners_in(SQL("p.commercial_partner_id")),
        )

    @api.model
    def _source_ratings(self, scope):
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, r.rating
                 FROM rating_rating r
                 JOIN res_partner p ON p.id = r.partner_id
                WHERE r.consumed AND r.rating > 0 AND %(partners)s""",
            partners=scope.partners_in(SQL("p.commercial_partner_id")),
        )

    @api.model
    def _source_referrals(self, scope):
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, %(day)s AS day
                 FROM crm_lead l
                 JOIN res_partner p ON p.id = l.governance_referrer_id
                WHERE (l.company_id = %(company)s OR l.company_id IS NULL)
                  AND %(moments)s AND %(partners)s""",
            day=scope.local_day(SQL("l.create_date")),
            moments=scope.moments_until(SQL("l.create_date")),
            company=scope.company_id,
            partners=scope.partners_in(SQL("p.commercial_partner_id")),
        )

    @api.model
    def _source_tags(self, scope, category_id):
        return SQL(
            """SELECT DISTINCT r.partner_id
                 FROM res_partner_res_partner_category_rel r
                WHERE r.category_id = %(category)s AND %(partners)s""",
            category=int(category_id),
            partners=scope.partners_in(SQL("r.partner_id")),
        )

    @api.model
    def _source_manual(self, scope, metric_id):
        """The assessment in force on the day; of several the latest counts."""
        return SQL(
            """SELECT DISTINCT ON (v.partner_id) v.partner_id, v.value
                 FROM governance_tier_metric_value v
                WHERE v.metric_id = %(metric)s AND v.company_id = %(company)s
                  AND v.active AND v.date_start <= %(as_of)s
                  AND (v.date_end IS NULL OR v.date_end >= %(as_of)s)
                  AND %(partners)s
                ORDER BY v.partner_id, v.date_start DESC, v.id DESC""",
            metric=int(metric_id),
            company=scope.company_id,
            as_of=scope.as_of,
            partners=scope.partners_in(SQL("v.partner_id")),
        )
