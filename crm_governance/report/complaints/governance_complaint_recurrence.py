# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

# So many months are shown, and so many before each of them make its limits.
MONTHS = 24
BASELINE = 12


class GovernanceComplaintRecurrence(models.Model):
    """How often each cause comes back, for the customers that could have met it (D-50).

    A u-chart: complaints of a month per 100 customers who have bought within a year.
    The limits of a month come from the twelve months before it alone, so that no later
    month changes what an earlier one has shown.  It names no customer, and counts all,
    whoever looks.
    """

    _name = "governance.complaint.recurrence"
    _inherit = "governance.complaint.month.mixin"
    _description = "Recurrence of Causes"
    _auto = False
    _log_access = False
    _order = "month desc, complaint_count desc, id"
    _rec_name = "cause_id"
    _depends = {
        "governance.complaint": [
            "company_id",
            "cause_id",
            "partner_id",
            "date_received",
            "state",
        ],
        "governance.complaint.cause": ["is_customer_cause"],
        "sale.order": ["company_id", "partner_id", "date_order", "state"],
        "res.company": ["partner_id", "resource_calendar_id"],
        "res.partner": ["commercial_partner_id", "tz"],
        "resource.calendar": ["tz"],
    }

    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    cause_id = fields.Many2one(
        comodel_name="governance.complaint.cause", string="Root Cause", readonly=True
    )
    month = fields.Date(readonly=True)
    complaint_count = fields.Integer(string="Complaints", readonly=True)
    repeat_count = fields.Integer(
        string="Of Customers Who Had It Before",
        readonly=True,
        help="Complaints of a customer who has complained for the same cause within "
        "the twelve months before.",
    )
    customer_count = fields.Integer(
        string="Customers Exposed",
        readonly=True,
        aggregator="max",
        help="Customers with a confirmed order in the twelve months up to the end of "
        "this one, and those who complained.",
    )
    rate = fields.Float(
        string="Per 100 Customers", digits=(16, 3), readonly=True, aggregator="avg"
    )
    mean = fields.Float(
        string="Usual Rate",
        digits=(16, 3),
        readonly=True,
        aggregator="avg",
        help="Of the twelve months before.",
    )
    upper_limit = fields.Float(
        digits=(16, 3),
        readonly=True,
        aggregator="avg",
        help="Three standard deviations above what is usual. A month above it is no "
        "chance.",
    )
    lower_limit = fields.Float(digits=(16, 3), readonly=True, aggregator="avg")
    is_signal = fields.Boolean(
        string="More than Chance",
        readonly=True,
        help="The rate of the month is above the upper limit.",
    )

    @property
    def _table_query(self):
        """Return a row for each company, cause that has occurred, and month."""
        return SQL(
            """WITH zone AS (
                   SELECT company.id, COALESCE(partner.tz, hours.tz, 'UTC') AS tz,
                          date_trunc('month', %(now)s::timestamp AT TIME ZONE 'UTC'
                                     AT TIME ZONE COALESCE(partner.tz, hours.tz, 'UTC')
                          )::date AS this_month
                     FROM res_company company
                     JOIN res_partner partner ON partner.id = company.partner_id
                     LEFT JOIN resource_calendar hours
                       ON hours.id = company.resource_calendar_id),
               complaint AS (
                   SELECT c.id, c.company_id, c.cause_id, c.partner_id,
                          c.date_received,
                          date_trunc('month', c.date_received AT TIME ZONE 'UTC'
                                     AT TIME ZONE zone.tz)::date AS month
                     FROM governance_complaint c
                     JOIN governance_complaint_cause cause ON cause.id = c.cause_id
                     JOIN zone ON zone.id = c.company_id
                    WHERE c.state NOT IN ('draft', 'duplicate')
                      AND cause.is_customer_cause IS NOT TRUE),
               counted AS (
                   SELECT c.company_id, c.cause_id, c.month,
                          COUNT(*) AS complaints,
                          COUNT(*) FILTER (WHERE EXISTS (
                              SELECT 1 FROM complaint former
                               WHERE former.partner_id = c.partner_id
                                 AND former.company_id = c.company_id
                                 AND former.cause_id = c.cause_id
                                 AND (former.date_received, former.id)
                                     < (c.date_received, c.id)
                                 AND former.date_received
                                     >= c.date_received - interval '12 months'
                          )) AS repeats
                     FROM complaint c GROUP BY 1, 2, 3),
               months AS (
                   SELECT zone.id AS company_id, month::date AS month
                     FROM zone
                    CROSS JOIN LATERAL generate_series(
                          zone.this_month - make_interval(months => %(all_months)s),
                          zone.this_month, interval '1 month') month),
               bought AS (
                   SELECT DISTINCT o.company_id, buyer.commercial_partner_id AS partner,
                          date_trunc('month', o.date_order AT TIME ZONE 'UTC'
                                     AT TIME ZONE zone.tz)::date AS month
                     FROM sale_order o
                     JOIN zone ON zone.id = o.company_id
                     JOIN res_partner buyer ON buyer.id = o.partner_id
                    WHERE o.state = 'sale'
                    UNION
                   SELECT company_id, partner_id, month FROM complaint
                    WHERE partner_id IS NOT NULL),
               exposed AS (
                   SELECT months.company_id, months.month,
                          COUNT(DISTINCT bought.partner) AS customers
                     FROM months
                     LEFT JOIN bought ON bought.company_id = months.company_id
                      AND bought.month <= months.month
                      AND bought.month > months.month - interval '12 months'
                    GROUP BY 1, 2),
               known AS (
                   SELECT company_id, cause_id, MIN(month) AS since
                     FROM counted GROUP BY 1, 2),
               rated AS (
                   SELECT exposed.company_id, known.cause_id, exposed.month,
                          exposed.customers,
                          COALESCE(counted.complaints, 0) AS complaints,
                          COALESCE(counted.repeats, 0) AS repeats,
                          SUM(COALESCE(counted.complaints, 0)) OVER before
                              AS sum_before,
                          SUM(exposed.customers) OVER before AS exposed_before
                     FROM exposed
                     JOIN known ON known.company_id = exposed.company_id
                     LEFT JOIN counted ON counted.company_id = exposed.company_id
                      AND counted.cause_id = known.cause_id
                      AND counted.month = exposed.month
                   WINDOW before AS (
                       PARTITION BY exposed.company_id, known.cause_id
                       ORDER BY exposed.month
                       ROWS BETWEEN %(baseline)s PRECEDING AND 1 PRECEDING)),
               limited AS (
                   SELECT rated.*,
                          complaints::numeric / NULLIF(customers, 0) AS u,
                          sum_before::numeric / NULLIF(exposed_before, 0) AS centre
                     FROM rated)
               SELECT (l.cause_id::bigint << 32) + l.company_id * 4096
                          + (EXTRACT(YEAR FROM l.month)::int %% 300) * 12
                          + EXTRACT(MONTH FROM l.month)::int AS id,
                      l.company_id, l.cause_id, l.month,
                      l.complaints::int AS complaint_count,
                      l.repeats::int AS repeat_count,
                      l.customers::int AS customer_count,
                      100 * l.u AS rate,
                      100 * l.centre AS mean,
                      100 * (l.centre + 3 * sqrt(l.centre / NULLIF(l.customers, 0)))
                          AS upper_limit,
                      100 * GREATEST(
                          0, l.centre - 3 * sqrt(l.centre / NULLIF(l.customers, 0)))
                          AS lower_limit,
                      COALESCE(
                          l.u > l.centre + 3 * sqrt(l.centre / NULLIF(l.customers, 0)),
                          FALSE) AS is_signal
                 FROM limited l
                 JOIN zone ON zone.id = l.company_id
                WHERE l.month > zone.this_month - make_interval(months => %(shown)s)""",
            now=fields.Datetime.now(),
            all_months=MONTHS + BASELINE - 1,
            baseline=BASELINE,
            shown=MONTHS,
        )
