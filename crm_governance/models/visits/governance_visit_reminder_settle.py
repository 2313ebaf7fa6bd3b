# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from .governance_visit import DONE

# What says whether a matter is done.
READ = (
    "crm.lead",
    "governance.visit",
    "governance.visit.plan",
    "governance.visit.reminder",
    "governance.visit.slot",
    "mail.activity",
)
REPORTED = ("submitted", "accepted", "cancelled")


class GovernanceVisitReminder(models.Model):
    """To-dos go by themselves when the matter is done."""

    _inherit = "governance.visit.reminder"

    @api.model
    def _settle(self, *kinds, model, ids):
        """Take away the to-dos of what is done.

        :param kinds: kinds of reminders
        :param str model: only reminders of records of this model
        :param list ids: only those of these records
        """
        if ids:
            about = SQL("r.res_model = %s AND r.res_id = ANY(%s)", model, ids)
            self._drop_todos(self._get_settled_ids(kinds, about))

    @api.model
    def _get_settled_ids(self, kinds=None, about=None):
        """Return the to-dos of what is done.

        :param kinds: kinds of reminders; none: all
        :param SQL about: only of these reminders `r`
        """
        for model in READ:
            self.env[model].flush_model()
        arms = [
            SQL(
                """SELECT a.id FROM governance_visit_reminder r
                     JOIN mail_activity a ON a.id = r.activity_id AND a.active
                    WHERE r.kind = %s AND %s AND %s""",
                kind,
                about or SQL("TRUE"),
                done,
            )
            for kind, done in self._get_done_conditions()
            if not kinds or kind in kinds
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(arms))
        return sorted(id_ for (id_,) in rows)

    @api.model
    def _drop_todos(self, ids):
        todos = self.env["mail.activity"].with_user(SUPERUSER_ID)
        todos.browse(ids).exists().unlink()

    @api.model
    def _get_done_conditions(self):
        """Return [(kind, SQL)]: the matter of the reminder `r` is done."""
        today = SQL(
            "(SELECT day.today FROM (%s) day WHERE day.id = r.company_id)",
            self.env["governance.visit.counting"]._get_days_sql(),
        )
        plan = SQL(
            """NOT EXISTS (SELECT 1 FROM governance_visit_plan p
                 WHERE p.id = r.res_id AND p.state = 'draft')"""
        )
        report = SQL(
            """NOT EXISTS (SELECT 1 FROM governance_visit v
                 WHERE v.id = r.res_id AND v.state NOT IN %s)""",
            REPORTED,
        )
        callback = SQL(
            """NOT EXISTS (SELECT 1 FROM governance_visit_slot s
                 LEFT JOIN governance_visit v ON v.id = s.visit_id
                 WHERE s.id = r.res_id AND s.state = 'open' AND s.user_id = r.user_id
                   AND (v.state IS NULL OR v.state NOT IN %s))""",
            DONE,
        )
        lead = SQL(
            """NOT EXISTS (SELECT 1 FROM governance_visit_slot s
                 JOIN crm_lead l ON l.id = s.lead_id
                 WHERE s.lead_id = r.res_id AND s.state = 'open'
                   AND s.window_end = r.moment + 1
                   AND s.date_done IS NULL AND s.visit_id IS NULL
                   AND l.active AND l.won_status = 'pending')"""
        )
        return [
            ("plan", plan),
            ("plan_late", plan),
            ("due", self._get_nothing_left(SQL("s.window_end > %s", today))),
            (
                "overdue",
                SQL(
                    "r.res_model = 'governance.visit.plan' AND %s",
                    self._get_nothing_left(SQL("s.window_end <= %s", today)),
                ),
            ),
            ("overdue", SQL("r.res_model = 'governance.visit.slot' AND %s", callback)),
            ("report_late", report),
            ("lead_idle", lead),
            ("callback", callback),
        ]

    @api.model
    def _get_nothing_left(self, condition):
        """Return SQL: nothing in the plan of `r` is unplanned any more."""
        return SQL(
            """NOT EXISTS (SELECT 1 FROM governance_visit_slot s
                 WHERE s.plan_id = r.res_id AND s.state = 'open'
                   AND s.visit_id IS NULL AND s.date_done IS NULL
                   AND s.is_optional IS NOT TRUE AND s.lead_id IS NULL
                   AND s.origin_ref IS NULL AND s.date <= r.moment
                   AND %s)""",
            condition,
        )


class GovernanceVisitPlan(models.Model):
    """Submitted, a plan is nobody's to-do any more."""

    _name = "governance.visit.plan"
    _inherit = "governance.visit.plan"

    def write(self, vals):
        """Write, and take away the to-dos of what is done by that."""
        result = super().write(vals)
        if "state" in vals:
            self.env["governance.visit.reminder"]._settle(
                "plan", "plan_late", model=self._name, ids=self.ids
            )
        return result


class GovernanceVisit(models.Model):
    """Held and reported, a visit is nobody's to-do any more."""

    _inherit = "governance.visit"

    def write(self, vals):
        """Write, and take away the to-dos of what is done by that."""
        result = super().write(vals)
        if "state" in vals:
            reminders = self.env["governance.visit.reminder"]
            reminders._settle("report_late", model=self._name, ids=self.ids)
            slots = self.sudo().slot_ids
            reminders._settle("callback", "overdue", model=slots._name, ids=slots.ids)
        return result
