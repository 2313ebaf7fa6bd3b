# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...models.policy.month_name import get_month_name

# What is counted depends on who reads it, and so does what is kept in memory of it.
READER = ("uid",)
# What is added up from the attainment of the person.
GOALS = (
    "planned",
    "actual",
    "scheduled",
    "remaining",
    "goal",
    "earned",
    "covered",
    "effort",
    "assigned",
    "reached",
)


class GovernanceVisitAssessment(models.Model):
    """What a month of visits says of one person, for the assessment of staff (B-58).

    A row is a plan, so whoever has no plan in a month has no row.  It names no
    customer, and counts none that is closed to its reader: the figures are those of
    the lists behind them, and nobody learns from a sum what the list does not show.
    """

    _name = "governance.visit.assessment"
    _description = "Visits of a Person in a Month"
    _inherit = ["governance.visit.mixin", "governance.visit.counting"]
    _auto = False
    _log_access = False
    _order = "month desc, user_id, id"
    _rec_name = "user_id"
    _slot_fields = frozenset(("user_id", "is_led", "company_id", "month"))
    _ratios = {
        "attainment": ("earned", "goal"),
        "coverage": ("covered", "planned"),
        "reach": ("reached", "assigned"),
        "utilisation": ("effort", "capacity"),
        "promises_in_time": ("promises_kept", "promises_due"),
        "reports_in_time": ("reports_kept", "reports_due"),
    }
    _depends = {
        "governance.visit.plan": ("user_id", "company_id", "month", "capacity"),
        "governance.visit.promise": (
            "user_id",
            "company_id",
            "date_promised",
            "date_done",
            "state",
        ),
        "crm.team": ("active", "company_id", "sequence"),
        "crm.team.member": ("user_id", "crm_team_id", "active"),
    }

    user_id = fields.Many2one(readonly=True)
    company_id = fields.Many2one(readonly=True, default=None)
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The team of the person today, the first one of several.",
    )
    month = fields.Date(string="First Day", readonly=True)
    month_name = fields.Char(string="Month", compute="_compute_month_name")
    planned = fields.Integer(readonly=True, depends_context=READER)
    actual = fields.Integer(string="Done", readonly=True, depends_context=READER)
    scheduled = fields.Integer(readonly=True, depends_context=READER)
    remaining = fields.Integer(readonly=True, depends_context=READER)
    goal = fields.Float(string="Goal Points", readonly=True, depends_context=READER)
    earned = fields.Float(string="Points", readonly=True, depends_context=READER)
    covered = fields.Integer(
        string="Times Covered", readonly=True, depends_context=READER
    )
    assigned = fields.Integer(
        string="Customers to Meet",
        readonly=True,
        depends_context=READER,
        help="Customers of the goal.",
    )
    reached = fields.Integer(
        string="Customers Met",
        readonly=True,
        depends_context=READER,
        help="Those who were met.",
    )
    effort = fields.Float(
        readonly=True,
        depends_context=READER,
        help="The time of how many visits the planned ones take.",
    )
    capacity = fields.Float(
        readonly=True,
        depends_context=READER,
        help="How many visits fit into the working days of the month.",
    )
    presence_days = fields.Integer(
        string="Days at Customers",
        readonly=True,
        depends_context=READER,
        help="Different days with a visit or presence at any customer.",
    )
    reports_due = fields.Integer(
        readonly=True,
        depends_context=READER,
        help="Reports that are submitted, or are late.",
    )
    reports_kept = fields.Integer(
        string="Reports Submitted in Time",
        readonly=True,
        depends_context=READER,
        help="Reports that were submitted by their deadline.",
    )
    promises_due = fields.Integer(
        readonly=True,
        depends_context=READER,
        help="Promises to customers for a day of the month that are kept, or are "
        "late; those that were dropped for a reason are not counted.",
    )
    promises_kept = fields.Integer(
        string="Promises Kept in Time",
        readonly=True,
        depends_context=READER,
        help="Promises that were kept by their deadline.",
    )
    promises_late = fields.Integer(
        string="Promises Kept Late",
        readonly=True,
        depends_context=READER,
        help="Kept after their deadline.",
    )
    promises_broken = fields.Integer(
        string="Promises Overdue",
        readonly=True,
        depends_context=READER,
        help="The deadline is over and they are not kept.",
    )
    attainment = fields.Float(
        string="Attainment (%)",
        digits=(16, 1),
        readonly=True,
        depends_context=READER,
        aggregator="avg",
        help="Points as a share of the goal points.",
    )
    coverage = fields.Float(
        string="Coverage (%)",
        digits=(16, 1),
        readonly=True,
        depends_context=READER,
        aggregator="avg",
        help="Planned contacts with a visit in their own time, as a share of all: "
        "whether customers were met all the time, not only often.",
    )
    reach = fields.Float(
        string="Reach (%)",
        digits=(16, 1),
        readonly=True,
        depends_context=READER,
        aggregator="avg",
        help="Customers who were met as a share of those who are to be met.",
    )
    utilisation = fields.Float(
        string="Utilisation (%)",
        digits=(16, 1),
        readonly=True,
        depends_context=READER,
        aggregator="avg",
        help="What is planned as a share of what the person has time for.",
    )
    reports_in_time = fields.Float(
        string="Reports in Time (%)",
        digits=(16, 1),
        readonly=True,
        depends_context=READER,
        aggregator="avg",
        help="Reports submitted in time as a share of those that were due.",
    )
    promises_in_time = fields.Float(
        string="Promises in Time (%)",
        digits=(16, 1),
        readonly=True,
        depends_context=READER,
        aggregator="avg",
        help="Promises kept in time as a share of those that were due.",
    )

    @property
    def _table_query(self):
        """Return a row for each plan."""
        teams = self._get_teams_sql(SQL("plan.company_id"))
        if self.env.context.get("governance_counts_nothing"):
            return SQL(
                """SELECT plan.id, plan.user_id, plan.company_id, plan.month,
                          (SELECT own.team_id FROM (%s) own
                            WHERE own.user_id = plan.user_id) AS team_id
                     FROM governance_visit_plan plan""",
                teams,
            )
        ratios = SQL(", ").join(
            SQL(
                "(100.0 * figures.%s / NULLIF(figures.%s, 0))::float8 AS %s",
                SQL.identifier(part),
                SQL.identifier(whole),
                SQL.identifier(name),
            )
            for name, (part, whole) in self._ratios.items()
        )
        return SQL(
            """SELECT figures.*, %(ratios)s
                 FROM (SELECT plan.id, plan.user_id, plan.company_id, plan.month,
                              COALESCE(plan.capacity, 0) AS capacity,
                              (SELECT own.team_id FROM (%(teams)s) own
                                WHERE own.user_id = plan.user_id) AS team_id,
                              %(goals)s, seen.*, kept.*
                         FROM governance_visit_plan plan
                         JOIN (%(days)s) day ON day.id = plan.company_id
                         LEFT JOIN (%(attainment)s) goals
                           ON goals.user_id = plan.user_id
                          AND goals.month = plan.month
                          AND goals.company_id = plan.company_id
                        CROSS JOIN LATERAL (%(visits)s) seen
                        CROSS JOIN LATERAL (%(promises)s) kept) figures""",
            ratios=ratios,
            teams=teams,
            days=self._get_days_sql(),
            goals=SQL(", ").join(
                SQL("COALESCE(goals.%s, 0) AS %s", *[SQL.identifier(name)] * 2)
                for name in GOALS
            ),
            attainment=self._get_goals_sql(),
            visits=self._get_visit_figures_sql(),
            promises=self._get_promise_figures_sql(),
        )

    @api.model
    def _get_goals_sql(self):
        """Return a query of what people were to do in their months, and did."""
        target = SQL("COALESCE(-row.lead_id, row.partner_id)")
        return SQL(
            """SELECT row.user_id, row.month, row.company_id,
                      SUM(row.planned)::int AS planned, SUM(row.actual)::int AS actual,
                      SUM(row.scheduled)::int AS scheduled,
                      SUM(row.remaining)::int AS remaining, SUM(row.goal) AS goal,
                      SUM(row.earned) AS earned, SUM(row.covered)::int AS covered,
                      SUM(row.effort) AS effort,
                      COUNT(DISTINCT %(target)s) FILTER (
                          WHERE row.planned > 0)::int AS assigned,
                      COUNT(DISTINCT %(target)s) FILTER (
                          WHERE row.planned > 0 AND row.actual > 0)::int AS reached
                 FROM (%(attainment)s) row
                WHERE %(open)s
                GROUP BY row.user_id, row.month, row.company_id""",
            target=target,
            attainment=self.env["governance.visit.attainment"]._table_query,
            open=self._get_open_sql(SQL("row.partner_id")),
        )

    @api.model
    def _get_slots_of_ids_domain(self, ids):
        plans = self.env["governance.visit.plan"].sudo().browse(ids).exists()
        return Domain("user_id", "in", plans.user_id.ids) & Domain(
            "month", "in", list({plan.month for plan in plans})
        )

    @api.model
    def _get_open_sql(self, customer):
        """Return SQL that holds for what the current user may read (C-07)."""
        confidentiality = self.env["governance.confidentiality"]
        if self.env.su or not confidentiality._is_anything_closed():
            return SQL("TRUE")
        return SQL("NOT %s", confidentiality._get_hidden_condition(customer, "read"))

    @api.model
    def _get_visit_figures_sql(self):
        """Return a query with one row on the visits of the month of a `plan`."""
        return SQL(
            """SELECT COUNT(DISTINCT visit.date) FILTER (
                          WHERE %(done)s AND channel.kind IN ('visit', 'presence'))
                          ::int AS presence_days,
                      COUNT(*) FILTER (WHERE %(own)s AND (
                          %(kept)s OR visit.is_late
                          OR visit.report_deadline < day.today))::int
                          AS reports_due,
                      COUNT(*) FILTER (WHERE %(own)s AND %(kept)s)::int AS reports_kept
                 FROM (SELECT %(columns)s FROM governance_visit mine
                        WHERE mine.user_id = plan.user_id AND %(month)s
                        UNION ALL
                       SELECT %(columns)s FROM governance_visit mine
                        WHERE mine.is_joint AND mine.company_id = plan.company_id
                          AND mine.user_id <> plan.user_id AND %(month)s
                          AND EXISTS (
                              SELECT 1 FROM governance_visit_user_rel part
                               WHERE part.visit_id = mine.id
                                 AND part.user_id = plan.user_id)) visit
                 JOIN governance_visit_channel channel ON channel.id = visit.channel_id
                WHERE visit.company_id = plan.company_id AND %(open)s
                  AND visit.state IN ('held', 'submitted', 'accepted')""",
            columns=SQL(", ").join(
                SQL.identifier("mine", name)
                for name in (
                    "user_id",
                    "company_id",
                    "partner_id",
                    "channel_id",
                    "date",
                    "state",
                    "is_late",
                    "report_deadline",
                )
            ),
            month=SQL(
                "mine.date >= plan.month"
                " AND mine.date < plan.month + interval '1 month'"
            ),
            open=self._get_open_sql(SQL("visit.partner_id")),
            done=self._get_done_sql(SQL("day.today")),
            own=SQL("visit.user_id = plan.user_id"),
            kept=SQL(
                "visit.state IN ('submitted', 'accepted') AND visit.is_late IS NOT TRUE"
            ),
        )

    @api.model
    def _get_promise_figures_sql(self):
        """Return a query with one row on the promises of the month of a `plan`.

        What counts is what the customer was promised, not a day that was put off.
        """
        return SQL(
            """SELECT COUNT(*) FILTER (WHERE promise.date_done IS NOT NULL
                          OR promise.date_promised < day.today)::int AS promises_due,
                      COUNT(*) FILTER (
                          WHERE promise.date_done <= promise.date_promised)
                          ::int AS promises_kept,
                      COUNT(*) FILTER (
                          WHERE promise.date_done > promise.date_promised)
                          ::int AS promises_late,
                      COUNT(*) FILTER (WHERE promise.date_done IS NULL
                          AND promise.date_promised < day.today)::int AS promises_broken
                 FROM governance_visit_promise promise
                WHERE promise.user_id = plan.user_id
                  AND promise.company_id = plan.company_id
                  AND promise.state <> 'dropped'
                  AND promise.date_promised >= plan.month
                  AND promise.date_promised < plan.month + interval '1 month'
                  AND %s""",
            self._get_open_sql(SQL("promise.partner_id")),
        )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for row in self:
            row.month_name = get_month_name(self.env, row.month)

    # ------------------------------------------------------------------
    # WHAT IS BEHIND A FIGURE
    # ------------------------------------------------------------------

    def action_open_attainment(self):
        """Open what was planned and done for each customer.

        :raises AccessError: when the user may not read one of the rows
        """
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_governance.governance_visit_attainment_action"
        )
        return {**action, "domain": self._get_month_domain("month"), "context": {}}

    def action_open_promises(self):
        """Open the promises that were given for a day of these months.

        :raises AccessError: when the user may not read one of the rows
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promises"),
            "res_model": "governance.visit.promise",
            "view_mode": "list,form",
            "domain": self._get_month_domain("date_promised"),
            "context": {"create": False},
        }

    def _get_month_domain(self, name):
        """Return the domain of what these people have in these months.

        :param str name: the field with a day of the month
        """
        domain = Domain.OR(
            Domain("user_id", "=", row.user_id.id)
            & Domain("company_id", "=", row.company_id.id)
            & Domain(name, ">=", row.month)
            & Domain(name, "<", row.month + relativedelta(months=1))
            for row in self
        )
        return list(domain)
