# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..policy.month_name import get_month_name
from .visit_scope import UNIT_EFFORT


class GovernanceVisitGenerator(models.AbstractModel):
    """How much a plan takes and how much fits, for many plans at once."""

    _inherit = "governance.visit.generator"

    @api.model
    def _write_figures(self, scope, plans, days, is_generated=True):
        """Write what plans take and what fits, as `_get_fit` counts it for one.

        :param dict plans: {user: plan} as of `_lock_plans`
        :param dict days: {user: working days}
        :param bool is_generated: whether they have just been made or renewed
        """
        plans = {
            user: plan["id"] for user, plan in sorted(plans.items()) if user in days
        }
        if not plans:
            return
        efforts = self._get_efforts(scope, list(plans.values()))
        users = self.env["res.users"].sudo().browse(plans)
        rows = [
            self._prepare_figures(
                scope, user, plans[user.id], days[user.id], efforts[plans[user.id]]
            )
            for user in users
        ]
        self.env.cr.execute(
            SQL(
                """UPDATE governance_visit_plan plan
                      SET working_days = new.working_days, capacity = new.capacity,
                          effort = new.effort, excess = new.excess,
                          problem = new.problem,
                          date_generated = COALESCE(%(now)s, plan.date_generated)
                     FROM unnest(%(ids)s, %(days)s, %(capacities)s::float[],
                                 %(efforts)s::float[], %(excesses)s::float[],
                                 %(problems)s::text[])
                          new (id, working_days, capacity, effort, excess, problem)
                    WHERE plan.id = new.id""",
                now=fields.Datetime.now() if is_generated else None,
                **{
                    name: [row[number] for row in rows]
                    for number, name in enumerate(
                        ("ids", "days", "capacities", "efforts", "excesses", "problems")
                    )
                },
            )
        )

    @api.model
    def _refresh_others(self, scope, plan_ids):
        """Write the figures of plans that have lost slots to somebody else."""
        plans = self.env["governance.visit.plan"].sudo().browse(sorted(plan_ids))
        self._write_figures(
            scope,
            {plan.user_id.id: {"id": plan.id} for plan in plans},
            self._get_working_days(scope, plans.user_id),
            is_generated=False,
        )

    @api.model
    def _get_efforts(self, scope, plan_ids):
        """Return {plan: effort} of what has to be done in the month."""
        rows = self.env.execute_query(
            SQL(
                """SELECT slot.plan_id, SUM(round(channel.effort * %(unit)s))::int
                     FROM governance_visit_slot slot
                     JOIN governance_visit_channel channel
                       ON channel.id = slot.channel_id
                    WHERE slot.plan_id = ANY(%(plans)s) AND slot.state = 'open'
                      AND slot.is_optional IS NOT TRUE
                      AND slot.date >= %(month)s AND slot.date < %(end)s
                    GROUP BY slot.plan_id""",
                unit=UNIT_EFFORT,
                month=scope.month,
                end=scope.end,
                plans=plan_ids,
            )
        )
        return defaultdict(int, rows)

    @api.model
    def _prepare_figures(self, scope, user, plan_id, days, efforts):
        """Return (plan, working days, capacity, effort, excess, problem)."""
        number = len(days.open_days)
        capacity = number * scope.capacity
        effort = efforts / UNIT_EFFORT
        excess = self.env["governance.visit.plan"]._get_surplus(effort, capacity)
        problem = self.with_context(lang=user.lang)._get_problem(scope, user, days)
        return plan_id, number, capacity, effort, excess, problem

    @api.model
    def _get_problem(self, scope, user, days):
        """Return why what is due has no day, or None; the plan says what is too much.

        In the language of the person, because no reader is there.
        """
        if days.problem:
            return days.problem
        if days.open_days:
            return None
        return self.env._(
            "%(person)s works on no day of %(month)s: what is due has no day. Ask a "
            "colleague to stand in, or choose days by hand.",
            person=user.name,
            month=get_month_name(self.env, scope.month),
        )
