# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare, float_round, format_list
from odoo.tools.misc import formatLang

from ..policy.month_name import get_days_name
from .visit_scope import Scope

# Shares of a visit are compared to so many digits.
DIGITS = 2


class GovernanceVisitPlan(models.Model):
    """Whether a plan fits into the working days of its month, and by how much not."""

    _inherit = "governance.visit.plan"

    utilisation = fields.Float(
        compute="_compute_utilisation",
        help="The share of the working time that the plan takes.",
    )
    is_excessive = fields.Boolean(
        string="Does Not Fit",
        compute="_compute_fit",
        compute_sudo=True,
        help="More is planned than fits into the month or into one of its weeks.",
    )
    fit_message = fields.Text(
        string="Does It Fit?", compute="_compute_fit", compute_sudo=True
    )
    weeks = fields.Html(
        string="Week by Week", compute="_compute_fit", compute_sudo=True, sanitize=False
    )

    is_over = fields.Boolean(compute="_compute_is_over")
    count_message = fields.Char(compute="_compute_messages", compute_sudo=True)
    excess_message = fields.Char(compute="_compute_messages", compute_sudo=True)
    hidden_message = fields.Char(compute="_compute_hidden_message")

    @api.depends("month", "company_id")
    def _compute_is_over(self):
        for plan in self:
            today = plan.company_id._get_governance_today()
            plan.is_over = bool(plan.month) and plan._get_month_end() <= today

    @api.depends("slot_count", "visit_count", "excess")
    @api.depends_context("lang")
    def _compute_messages(self):
        for plan in self:
            plan.count_message = self.env._(
                "%(contacts)s contacts, %(visits)s in the calendar",
                contacts=plan.slot_count,
                visits=plan.visit_count,
            )
            plan.excess_message = plan.excess and self.env._(
                "%(excess)s visits too many", excess=self._format_visits(plan.excess)
            )

    @api.depends("hidden_count")
    @api.depends_context("lang", "uid")
    def _compute_hidden_message(self):
        for plan in self:
            plan.hidden_message = plan.hidden_count and self.env._(
                "%(count)s more contacts are with confidential customers whom you may "
                "not read.",
                count=plan.hidden_count,
            )

    @api.depends("capacity", "effort")
    def _compute_utilisation(self):
        for plan in self:
            plan.utilisation = plan.effort / plan.capacity if plan.capacity else 0.0

    @api.depends(
        "user_id",
        "company_id",
        "month",
        "slot_ids.date",
        "slot_ids.state",
        "slot_ids.is_optional",
        "slot_ids.channel_id.effort",
    )
    @api.depends_context("lang")
    def _compute_fit(self):
        for plan in self:
            fit = plan._get_fit()
            plan.is_excessive = bool(fit["excess"] or fit["crowded"])
            plan.fit_message = plan._get_fit_message(fit)
            plan.weeks = self.env["ir.qweb"]._render(
                "crm_governance.visit_plan_weeks",
                {"weeks": fit["weeks"], "format_visits": self._format_visits},
            )

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _get_fit(self):
        """Return {working_days, capacity, effort, excess, crowded, weeks, error}.

        Capacity, effort and excess are counted in visits, by channels that take less
        than a visit as a part of one.  `crowded` are the weeks with more than fits,
        although the month may have room.
        """
        self.ensure_one()
        error, days = None, []
        try:
            days = self._get_work_days() if self.month and self.user_id else []
        except ValidationError as problem:
            error = str(problem)
        daily = self._get_daily_capacity()
        weeks = self._get_weeks(days, daily)
        capacity = daily * len(days)
        effort = sum(week["effort"] for week in weeks)
        return {
            "working_days": len(days),
            "capacity": capacity,
            "effort": effort,
            "excess": self._get_surplus(effort, capacity),
            "crowded": [week for week in weeks if week["excess"]],
            "weeks": weeks,
            "error": error,
        }

    @api.model
    def _get_fit_scope(self, company, month):
        """Return a month without what is due in it: for days and capacity only."""
        policies = self.env["governance.visit.policy"].sudo()
        daily = policies._get_settings(company)["daily_capacity"]
        today = company._get_governance_today()
        return Scope(company, month, today, (), capacity=daily)

    def _get_daily_capacity(self):
        """Return how many visits fit into a day, as the policies in force say."""
        policies = self.env["governance.visit.policy"].sudo()
        return policies._get_settings(self.company_id)["daily_capacity"]

    def _get_work_days(self):
        """Return the days of the month on which the person works.

        :raises ValidationError: for a working schedule without fixed hours
        """
        self.ensure_one()
        scope = self._get_fit_scope(self.company_id.sudo(), self.month)
        generator = self.env["governance.visit.generator"].sudo()
        user = self.user_id._origin
        days = generator._get_working_days(scope, user)[user.id]
        if not days.is_planned:
            raise ValidationError(days.problem)
        return [scope.get_date(number) for number in sorted(days.open_days)]

    def _get_weeks(self, days, daily):
        """Return the weeks of the month: {number, name, days, capacity, …}."""
        effort = self._get_effort_by_day()
        by_week = defaultdict(lambda: {"days": 0, "effort": 0.0, "dates": []})
        for day in sorted({*days, *effort}):
            week = by_week[day.isocalendar()[:2]]
            week["days"] += day in days
            week["effort"] += effort.get(day, 0.0)
            week["dates"].append(day)
        weeks = []
        for (_year, number), week in sorted(by_week.items()):
            capacity = week["days"] * daily
            weeks.append(
                {
                    **week,
                    "number": number,
                    "name": get_days_name(
                        self.env, week["dates"][0], week["dates"][-1]
                    ),
                    "capacity": capacity,
                    "excess": self._get_surplus(week["effort"], capacity),
                }
            )
        return weeks

    def _get_effort_by_day(self):
        """Return {day: visits that what has to be done takes the time of}."""
        # A contact whose days in the month are all closed has one before or after.
        groups = self.env["governance.visit.slot"]._read_group(
            Domain("plan_id", "in", self.ids)
            & Domain("state", "=", "open")
            & Domain("is_optional", "!=", True)
            & Domain("date", ">=", self.month)
            & Domain("date", "<", self._get_month_end()),
            ["date:day", "channel_id"],
            ["__count"],
        )
        effort = defaultdict(float)
        for day, channel, count in groups:
            effort[day] += channel.effort * count
        return effort

    @api.model
    def _get_surplus(self, effort, capacity):
        if float_compare(effort, capacity, precision_digits=DIGITS) <= 0:
            return 0.0
        return float_round(effort - capacity, precision_digits=DIGITS)

    def _get_month_end(self):
        """Return the first day after the month."""
        self.ensure_one()
        return (self.month + timedelta(days=31)).replace(day=1)

    # ------------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------------

    def _get_fit_message(self, fit):
        """Say in a sentence whether the plan fits, and by how much it does not."""
        if fit["error"]:
            return fit["error"]
        figures = {
            name: self._format_visits(fit[name])
            for name in ("effort", "capacity", "excess")
        }
        figures["days"] = fit["working_days"]
        if fit["excess"]:
            return self.env._(
                "The plan takes the time of %(effort)s visits; the %(days)s working "
                "days of the month have room for %(capacity)s: %(excess)s too many.",
                **figures,
            )
        if fit["crowded"]:
            weeks = [
                self.env._(
                    "%(excess)s too many in week %(number)s",
                    number=week["number"],
                    excess=self._format_visits(week["excess"]),
                )
                for week in fit["crowded"]
            ]
            return self.env._(
                "The month has room for the plan, but not each of its weeks has: "
                "%(weeks)s.",
                weeks=format_list(self.env, weeks),
            )
        return self.env._(
            "The plan takes the time of %(effort)s visits and fits: the %(days)s "
            "working days of the month have room for %(capacity)s.",
            **figures,
        )

    def _format_visits(self, number):
        """Return a number of visits with as many digits as it needs."""
        digits = 0 if float_compare(number, round(number), DIGITS) == 0 else DIGITS
        return formatLang(self.env, number, digits=digits)
