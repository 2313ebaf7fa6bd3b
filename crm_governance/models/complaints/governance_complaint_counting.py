# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .complaint_history import OVER, WAITING_ENDS

# The last one of these says how a complaint stands.
SETTLING = (
    "answered",
    "rejected",
    "closed",
    "reopened",
    "withdrawn",
    "duplicate",
)
# {event: how a complaint stands afterwards}; all others leave it open.
STATUS = {
    "answered": "answered",
    "closed": "closed",
    "withdrawn": "dropped",
    "duplicate": "duplicate",
}
# {moment: the events of which the first one counts}
MOMENTS = {
    "acknowledged_on": ("acknowledged", "response", "answered"),
    "responded_on": ("response", "answered"),
    # Some ways to settle a complaint have no answer of their own (AM-08).
    "solved_on": ("answered", "closed"),
}
# Within so many days the same cause at the same customer is a repetition (D-50).
REPEATED_WITHIN = 365
# What a row takes over from the complaint as it is.
COLUMNS = (
    "company_id",
    "partner_id",
    "unit_id",
    "supervising_unit_id",
    "user_id",
    "tier_id",
    "type_id",
    "matter_id",
    "cause_id",
    "severity_id",
    "channel_id",
    "complainant_kind_id",
    "product_id",
    "date_received",
)
# What the statements read.
READ = {
    "governance.complaint": (*COLUMNS, "state", "is_important"),
    "governance.complaint.event": ("complaint_id", "kind", "date"),
    "governance.complaint.type": ("kind",),
    "res.company": ("partner_id", "resource_calendar_id"),
    "res.partner": ("tz",),
    "resource.calendar": ("tz",),
}


class GovernanceComplaintCounting(models.AbstractModel):
    """How complaints are counted: one row for each of them, as of some moment.

    Lists, pivots and the statistic of a month all ask this, so they cannot differ.  All
    but the kind of a complaint follows from its events before that moment: the
    statistic of May says in August what it said in June, unless somebody entered late
    what happened in May (D-45, D-49).
    """

    _name = "governance.complaint.counting"
    _description = "Counting of complaints"

    @api.model
    def _get_zones_sql(self):
        """Return a query of each company and its time zone: `id`, `zone`."""
        return SQL(
            """SELECT work.id, COALESCE(place.tz, hours.tz, 'UTC') AS zone
                 FROM res_company work
                 JOIN res_partner place ON place.id = work.partner_id
                 LEFT JOIN resource_calendar hours
                   ON hours.id = work.resource_calendar_id"""
        )

    @api.model
    def _get_month_sql(self, moment):
        """Return SQL of the first day of the month in which a moment lies.

        The month is that of the company, the `place` of the row.
        """
        return SQL(
            "date_trunc('month', %s AT TIME ZONE 'UTC' AT TIME ZONE place.zone)::date",
            moment,
        )

    @api.model
    def _get_rows_sql(self, until=None, condition=None):
        """Return a query with one row for each complaint that is registered.

        Each figure is a subquery of its own, because the database then computes only
        those that are asked for, of those rows that are asked for.

        :param until: SQL of a moment; only what happened before it counts.  None: all.
        :param condition: SQL about complaints `c`
        """
        status = self._get_status_sql(until)
        moments = SQL(", ").join(
            SQL("%s AS %s", self._get_first_sql(kinds, until), SQL.identifier(name))
            for name, kinds in MOMENTS.items()
        )
        return SQL(
            """SELECT c.id, c.id AS complaint_id, %(columns)s,
                      COALESCE(type.kind, 'complaint') AS type_kind, %(month)s AS month,
                      COALESCE(c.is_important, FALSE) AS is_important,
                      %(status)s AS status, %(moments)s,
                      CASE WHEN %(status)s = 'closed' THEN %(closed)s END AS closed_on,
                      %(reopened)s AS reopened,
                      %(pauses)s AS pauses, %(paused)s AS paused_hours,
                      CASE WHEN %(repeated)s THEN 1 ELSE 0 END AS repeated
                 FROM governance_complaint c
                 JOIN (%(zones)s) place ON place.id = c.company_id
                 LEFT JOIN governance_complaint_type type ON type.id = c.type_id
                WHERE c.state <> 'draft' AND %(condition)s""",
            columns=SQL(", ").join(SQL.identifier("c", name) for name in COLUMNS),
            month=self._get_month_sql(SQL("c.date_received")),
            status=status,
            moments=moments,
            closed=self._get_last_sql("closed", until),
            reopened=self._get_count_sql("reopened", until),
            pauses=self._get_pause_count_sql(until),
            paused=self._get_paused_hours_sql(until),
            repeated=self._get_repeated_sql(),
            zones=self._get_zones_sql(),
            condition=condition or SQL("TRUE"),
        )

    @api.model
    def _get_before_sql(self, until):
        return SQL("event.date < %s", until) if until else SQL("TRUE")

    @api.model
    def _get_first_sql(self, kinds, until=None):
        """Return SQL of the moment of the first of some events, since it was received.

        What was said before the complaint is no answer to it.
        """
        return SQL(
            """(SELECT min(event.date) FROM governance_complaint_event event
                 WHERE event.complaint_id = c.id AND event.kind IN %s
                   AND event.date >= c.date_received AND %s)""",
            tuple(kinds),
            self._get_before_sql(until),
        )

    @api.model
    def _get_last_sql(self, kind, until=None):
        return SQL(
            """(SELECT max(event.date) FROM governance_complaint_event event
                 WHERE event.complaint_id = c.id AND event.kind = %s AND %s)""",
            kind,
            self._get_before_sql(until),
        )

    @api.model
    def _get_count_sql(self, kind, until=None):
        return SQL(
            """(SELECT count(*)::int FROM governance_complaint_event event
                 WHERE event.complaint_id = c.id AND event.kind = %s AND %s)""",
            kind,
            self._get_before_sql(until),
        )

    @api.model
    def _get_status_sql(self, until=None):
        """Return SQL of how a complaint stands: open, answered, closed and so on.

        Whoever opens it again takes the solution back: what was solved in May and came
        back in May is not solved.
        """
        branches = SQL(" ").join(
            SQL("WHEN %s THEN %s", kind, status) for kind, status in STATUS.items()
        )
        return SQL(
            """COALESCE((
                SELECT CASE event.kind %s ELSE 'open' END
                  FROM governance_complaint_event event
                 WHERE event.complaint_id = c.id AND event.kind IN %s AND %s
                 ORDER BY event.date DESC, event.id DESC LIMIT 1), 'open')""",
            branches,
            SETTLING,
            self._get_before_sql(until),
        )

    @api.model
    def _get_pauses_sql(self, figure, until=None):
        """Return SQL of a figure on the times for which it waited for the customer.

        What is over waits for nobody, until it is opened again.

        :param figure: SQL of an aggregate over `pause`: its `date` and its `until`
        """
        return SQL(
            """(SELECT %(figure)s
                  FROM (SELECT row.*, first_value(row.kind) OVER (
                                   PARTITION BY row.span ORDER BY row.date, row.id)
                                   AS opening
                          FROM (SELECT event.id, event.kind, event.date,
                                       lag(event.kind) OVER moments AS former,
                                       lead(event.date) OVER moments AS until,
                                       COUNT(*) FILTER (
                                           WHERE event.kind IN %(turns)s)
                                           OVER moments AS span
                                  FROM governance_complaint_event event
                                 WHERE event.complaint_id = c.id AND %(before)s
                                   AND event.kind IN %(kinds)s
                                WINDOW moments AS (
                                    ORDER BY event.date, event.id)) row) pause
                 WHERE pause.kind = 'waiting' AND pause.opening NOT IN %(over)s)""",
            figure=figure,
            before=self._get_before_sql(until),
            turns=(*sorted(OVER), "reopened"),
            kinds=("waiting", *sorted(WAITING_ENDS)),
            over=tuple(sorted(OVER)),
        )

    @api.model
    def _get_paused_hours_sql(self, until=None):
        """Return SQL of the hours for which it waited, around the clock."""
        figure = SQL(
            """COALESCE(SUM(EXTRACT(EPOCH FROM
                   COALESCE(pause.until, %s) - pause.date))::float8 / 3600, 0)""",
            until or SQL("%s::timestamp", fields.Datetime.now()),
        )
        return self._get_pauses_sql(figure, until)

    @api.model
    def _get_pause_count_sql(self, until=None):
        """Return SQL of how often it waited; waiting on is no second pause."""
        figure = SQL(
            "COUNT(*) FILTER (WHERE pause.former IS DISTINCT FROM 'waiting')::int"
        )
        return self._get_pauses_sql(figure, until)

    @api.model
    def _get_repeated_sql(self):
        """Return SQL: the customer complained about the same cause not long ago."""
        return SQL(
            """EXISTS (
                SELECT 1 FROM governance_complaint former
                 WHERE former.partner_id = c.partner_id
                   AND former.cause_id = c.cause_id
                   AND former.company_id = c.company_id
                   AND former.state NOT IN ('draft', 'duplicate')
                   AND (former.date_received, former.id) < (c.date_received, c.id)
                   AND former.date_received >= c.date_received
                       - make_interval(days => %s))""",
            REPEATED_WITHIN,
        )

    @api.model
    def _get_breach_sql(self):
        """Return SQL of the moment at which the time of a `clock` ran out, or NULL.

        That of a running clock is its deadline, whether or not a job has looked.
        """
        return SQL(
            """CASE WHEN clock.state = 'cancelled' THEN NULL
                    WHEN clock.state = 'running' AND clock.deadline < %s
                    THEN clock.deadline
                    ELSE clock.breached_on END""",
            fields.Datetime.now(),
        )

    # ------------------------------------------------------------------
    # WHAT COMPLAINTS ARE COMPARED WITH
    # ------------------------------------------------------------------

    @api.model
    def _get_orders_sql(self):
        """Return a query with one row for each line that was sold.

        It is what customers could complain about: `id`, `order_id`, `company_id`,
        `partner_id` (the customer as a whole), `tier_id` (on that day), `product_id`,
        `month`, `date`.
        """
        return SQL(
            """SELECT sold.id, o.id AS order_id, o.company_id,
                      buyer.commercial_partner_id AS partner_id,
                      (SELECT a.tier_id
                         FROM governance_tier_assignment a
                         JOIN governance_tier_scheme s ON s.id = a.scheme_id
                          AND s.is_governing AND s.active
                        WHERE a.partner_id = buyer.commercial_partner_id
                          AND a.company_id = o.company_id
                          AND a.date_start <= o.date_order::date
                          AND (a.date_end IS NULL OR a.date_end > o.date_order::date)
                        LIMIT 1) AS tier_id,
                      sold.product_id, %(month)s AS month, o.date_order AS date
                 FROM sale_order o
                 JOIN res_partner buyer ON buyer.id = o.partner_id
                 JOIN (%(zones)s) place ON place.id = o.company_id
                 JOIN sale_order_line sold ON sold.order_id = o.id
                  AND sold.display_type IS NULL
                  AND NOT COALESCE(sold.is_downpayment, FALSE)
                WHERE o.state = 'sale'""",
            month=self._get_month_sql(SQL("o.date_order")),
            zones=self._get_zones_sql(),
        )
