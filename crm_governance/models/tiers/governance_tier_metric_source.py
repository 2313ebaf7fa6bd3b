# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class GovernanceTierMetricSource(models.AbstractModel):
    """The rows that metrics are made of, with commercial entities as partner_id."""

    _name = "governance.tier.metric.source"
    _description = "Rows behind Tier Metrics"

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
