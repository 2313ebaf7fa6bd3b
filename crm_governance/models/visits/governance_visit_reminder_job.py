# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

# So many are reminded, or relieved of a to-do, in one transaction.
BATCH = 200
# So many days before it is due people are reminded of a plan, or of a lead.
PLAN_NOTICE = 3
LEAD_NOTICE = 7
# What is noted each hour before anybody is reminded.
BEFORE = ("actions", "people")
# What asks for callbacks.
EVENTS = ("sale.order", "governance.file")
# What depends on the day alone, and is done once on each.
DAILY = (
    "past_actions",
    "plan",
    "plan_late",
    "due",
    "overdue",
    "report_late",
    "promise_late",
    "lead_idle",
)


class GovernanceVisitReminder(models.Model):
    """The job that reminds people, company by company."""

    _inherit = "governance.visit.reminder"

    @api.model
    def _cron_remind(self):
        """Note what was done, take away to-dos, remind of what is due (RC-11).

        A job that comes late reminds once of all that has become due meanwhile.
        """
        cron = self.env["ir.cron"]
        companies = (
            self.env["res.company"].sudo().search([("active", "=", True)], order="id")
        )
        steps = [
            *((company, "events") for company in companies),
            *((company, step) for company in companies for step in BEFORE),
            (companies[:1], "settle"),
            *((company, step) for company in companies for step in DAILY),
            *((company, "callback") for company in companies),
        ]
        cron._commit_progress(remaining=len(steps))
        for company, step in steps:
            if not self._do_step(company, step) or not cron._commit_progress(1):
                return

    @api.model
    def _do_step(self, company, step):
        """Do one step for one company, batch by batch; a failure stops no other.

        What fails, or was not reached, is done at the next run.

        :return: whether there is time left
        """
        runs = self.env["governance.visit.run"]
        if step in DAILY and runs._is_done(step, company):
            return True
        rows, is_complete = self._try_step_rows(company, step)
        for batch in split_every(BATCH, rows, list):
            is_complete &= self._isolate_rows(company, step, batch)
            if not self.env["ir.cron"]._commit_progress(0):
                return False
        if step in DAILY and is_complete:
            runs._note_done(step, company)
        return True

    @api.model
    def _try_step_rows(self, company, step):
        """Return what a step works on, and whether that could be found out."""
        try:
            with self.env.cr.savepoint():
                return self._get_step_rows(company, step), True
        except Exception:
            self._log_failure(company, step, [])
            return [], False

    @api.model
    def _isolate_rows(self, company, step, rows):
        """Do a step on some rows; when it fails, on each half of them.

        :return: whether it was done on all
        """
        try:
            with self.env.cr.savepoint():
                self._do_rows(company, step, rows)
                self.env.flush_all()
        except Exception:
            if len(rows) == 1:
                self._log_failure(company, step, rows)
                return False
            self.env.invalidate_all()
            middle = len(rows) // 2
            halves = (rows[:middle], rows[middle:])
            return all([self._isolate_rows(company, step, half) for half in halves])
        return True

    @api.model
    def _log_failure(self, company, step, rows):
        _logger.warning("%s of %s failed: %s", step, company, rows, exc_info=True)
        self.env.invalidate_all()

    @api.model
    def _get_step_rows(self, company, step):
        """Return what a step works on: companies, to-dos or whom to remind."""
        self.env.flush_all()
        if step == "events":
            return [
                event
                for model in EVENTS
                for event in self.env[model]._get_missing_events(company)
            ]
        if step in BEFORE or step == "past_actions":
            return company.ids
        if step == "settle":
            return self._get_settled_ids()
        rows = getattr(self, f"_get_rows_{step}")(
            company, company._get_governance_today()
        )
        return self.env.execute_query(self._get_new_sql(step, rows))

    @api.model
    def _do_rows(self, company, step, rows):
        slots = self.env["governance.visit.slot"].sudo()
        if step == "events":
            for event in rows:
                event.exists()._catch_up_callbacks()
        elif step == "actions":
            slots._note_actions(company, company._get_governance_today())
        elif step == "past_actions":
            slots._note_actions(company)
        elif step == "people":
            slots._pass_on_callbacks(company)
        elif step == "settle":
            self._drop_todos(rows)
        else:
            self._remind(step, self._get_values_sql(rows))

    @api.model
    def _remind_of_callbacks(self, slots):
        """Remind of callbacks that have just been started."""
        if slots:
            rows = self._get_callback_rows(SQL("s.id = ANY(%s)", slots.ids))
            self.env.flush_all()
            return self._remind("callback", rows)
        return self.browse()

    # ------------------------------------------------------------------
    # WHOM TO REMIND OF WHAT
    # ------------------------------------------------------------------

    @api.model
    def _get_plan_due_sql(self, company):
        """Return SQL of the day until which a plan `p` is to be submitted (B-50)."""
        settings = self.env["governance.visit.policy"].sudo()._get_settings(company)
        return SQL("(p.month - 1 - %s)", settings["plan_days_before"])

    @api.model
    def _get_late_plans_condition(self, company, today, notice):
        """Return SQL: a draft `p` is to be submitted, its month not being over."""
        return SQL(
            """p.company_id = %(company)s AND p.state = 'draft'
               AND %(due)s - %(notice)s <= %(today)s
               AND (p.month + interval '1 month')::date > %(today)s""",
            company=company.id,
            due=self._get_plan_due_sql(company),
            notice=notice,
            today=today,
        )

    @api.model
    def _get_rows_plan(self, company, today):
        return SQL(
            """SELECT p.user_id, p.company_id, 'governance.visit.plan', p.id, %s
                 FROM governance_visit_plan p WHERE %s""",
            self._get_plan_due_sql(company),
            self._get_late_plans_condition(company, today, PLAN_NOTICE),
        )

    @api.model
    def _get_rows_plan_late(self, company, today):
        """Return the leaders of those who are late."""
        found = self.env.execute_query(
            SQL(
                "SELECT p.user_id, p.id, %s FROM governance_visit_plan p WHERE %s",
                self._get_plan_due_sql(company),
                self._get_late_plans_condition(company, today, -1),
            )
        )
        leaders = {
            user_id: self._get_leaders_of(user_id, company)
            for user_id in {user_id for user_id, _plan_id, _due in found}
        }
        return self._get_values_sql(
            [
                (leader.id, company.id, "governance.visit.plan", plan_id, due)
                for user_id, plan_id, due in found
                for leader in leaders[user_id]
            ]
        )

    @api.model
    def _get_leaders_of(self, user_id, company):
        user = self.env["res.users"].browse(user_id)
        leaders = self.env["governance.approver.mixin"]._get_leaders(user, company)
        return company._filter_staff(leaders - user)

    @api.model
    def _get_rows_due(self, company, today):
        """Return plans in which more is due than when their owner was last told."""
        return self._get_plan_rows(
            "due",
            company,
            today,
            SQL("s.date <= %(today)s AND s.window_end > %(today)s", today=today),
            SQL("s.date"),
        )

    @api.model
    def _get_rows_overdue(self, company, today):
        """Return plans in which more is overdue, and callbacks that were forgotten."""
        return SQL(
            "%s UNION ALL %s",
            self._get_plan_rows(
                "overdue",
                company,
                today,
                SQL("s.window_end <= %s", today),
                SQL("s.window_end"),
            ),
            self._get_callback_rows(
                SQL(
                    """s.company_id = %s AND s.date_due < %s AND NOT EXISTS (
                        SELECT 1 FROM governance_visit_reminder former
                          JOIN mail_activity todo ON todo.id = former.activity_id
                         WHERE former.res_model = 'governance.visit.slot'
                           AND former.res_id = s.id AND todo.active)""",
                    company.id,
                    today,
                )
            ),
        )

    @api.model
    def _get_plan_rows(self, kind, company, today, condition, day):
        return SQL(
            """SELECT p.user_id, p.company_id, 'governance.visit.plan', p.id, %(today)s
                 FROM governance_visit_plan p
                CROSS JOIN LATERAL (
                    SELECT COALESCE(max(e.moment), '-infinity') AS moment
                      FROM governance_visit_reminder e
                     WHERE e.kind = %(kind)s AND e.res_id = p.id
                       AND e.res_model = 'governance.visit.plan'
                       AND e.user_id = p.user_id) told
                WHERE p.company_id = %(company)s AND p.month >= %(since)s
                  AND p.month <= %(today)s
                  AND EXISTS (
                    SELECT 1 FROM governance_visit_slot s
                     WHERE s.plan_id = p.id AND s.state = 'open'
                       AND s.visit_id IS NULL AND s.date_done IS NULL
                       AND s.is_optional IS NOT TRUE AND s.lead_id IS NULL
                       AND s.origin_ref IS NULL AND %(condition)s
                       AND %(day)s > told.moment)""",
            kind=kind,
            company=company.id,
            today=today,
            since=today.replace(day=1) - relativedelta(months=2),
            condition=condition,
            day=day,
        )

    @api.model
    def _get_rows_report_late(self, company, today):
        """Return visits that are over, with a report that was due before (B-56)."""
        return SQL(
            """SELECT v.user_id, v.company_id, 'governance.visit', v.id,
                      v.report_deadline
                 FROM governance_visit v
                WHERE v.company_id = %(company)s AND v.state IN ('planned', 'held')
                  AND v.date_first_submitted IS NULL
                  AND v.report_deadline < %(today)s""",
            company=company.id,
            today=today,
        )

    @api.model
    def _get_rows_promise_late(self, company, today):
        """Return promises that were not kept in time (B-57)."""
        return SQL(
            """SELECT p.user_id, p.company_id, 'governance.visit.promise', p.id,
                      p.date_deadline
                 FROM governance_visit_promise p
                WHERE p.company_id = %s AND p.state = 'open'
                  AND p.date_deadline < %s""",
            company.id,
            today,
        )

    @api.model
    def _get_rows_lead_idle(self, company, today):
        """Return open leads whose month ends without an action or a plan (J-31)."""
        leads = self.env["crm.lead"].sudo().with_company(company)
        return SQL(
            """SELECT COALESCE(l.user_id, s.user_id), s.company_id, 'crm.lead', l.id,
                      s.window_end - 1
                 FROM governance_visit_slot s
                 JOIN crm_lead l ON l.id = s.lead_id
                WHERE s.company_id = %(company)s AND s.state = 'open'
                  AND s.date_done IS NULL AND s.visit_id IS NULL
                  AND s.is_optional IS NOT TRUE
                  AND s.window_end > %(today)s AND s.window_end <= %(until)s
                  AND l.active AND l.won_status = 'pending' AND NOT %(planned)s""",
            company=company.id,
            today=today,
            until=today + relativedelta(days=LEAD_NOTICE),
            planned=leads._get_planned_condition("l", today),
        )

    @api.model
    def _get_rows_callback(self, company, today):
        """Return callbacks of which nobody was told yet (B-64 … B-73)."""
        return self._get_callback_rows(SQL("s.company_id = %s", company.id))

    @api.model
    def _get_callback_rows(self, condition):
        return SQL(
            """SELECT s.user_id, s.company_id, 'governance.visit.slot', s.id, s.date_due
                 FROM governance_visit_slot s
                WHERE s.origin_ref IS NOT NULL AND s.state = 'open'
                  AND s.visit_id IS NULL AND s.user_id IS NOT NULL AND %s""",
            condition,
        )
