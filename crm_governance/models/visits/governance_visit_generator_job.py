# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from psycopg2.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
)

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .visit_windows import DAY, get_next_month

_logger = logging.getLogger(__name__)

# Plans are there so many days before they are to be submitted.
LEAD_DAYS = 7
# A plan that was renewed is left alone for so long; a job that was killed goes on with
# the others.
FRESH = timedelta(hours=12)
# Somebody else is at work on the same plans.
BUSY = (DeadlockDetected, LockNotAvailable, SerializationFailure)


class GovernanceVisitGenerator(models.AbstractModel):
    """The job that makes the plans of the next month and renews those of this one."""

    _inherit = "governance.visit.generator"

    @api.model
    def _cron_generate(self):
        """Make and renew plans, batch by batch; a failure stops nobody else (B-50).

        A job that was killed, or comes late, goes on with what is missing.
        """
        cron = self.env["ir.cron"]
        work = self._get_work()
        cron._commit_progress(remaining=sum(len(users) for _scope, users in work))
        for scope, users in work:
            for batch in self._split(scope, users):
                self._isolate_batch(scope, batch)
                if not cron._commit_progress(len(batch)):
                    return

    @api.model
    def _get_work(self):
        """Return [(scope, people)] of the plans that are to be made or renewed now."""
        system = self.with_user(SUPERUSER_ID)
        policies = system.env["governance.visit.policy"].search(
            [("state", "=", "published")]
        )
        work = []
        for company in policies.company_id.sorted("id"):
            for month in system._get_months(company):
                scope = system._get_scope(company, month)
                users = system._get_users(scope)
                # A plan that nobody has anything to do with any more is not renewed.
                users = company._filter_staff(users) - system._get_fresh(scope)
                work.append((scope, users))
        return work

    @api.model
    def _get_months(self, company):
        """Return this month, and the next one when its plans are due soon."""
        today = company._get_governance_today()
        month = today.replace(day=1)
        following = get_next_month(month)
        if today < self._get_first_day(company, following):
            return [month]
        return [month, following]

    @api.model
    def _get_first_day(self, company, month):
        """Return the day from which the plans of a month are made."""
        settings = self.env["governance.visit.policy"].sudo()._get_settings(company)
        return month - (settings["plan_days_before"] + LEAD_DAYS) * DAY

    @api.model
    def _get_fresh(self, scope):
        """Return whose plan of the month was made or renewed a short time ago."""
        plans = self.env["governance.visit.plan"].search(
            Domain("company_id", "=", scope.company.id)
            & Domain("month", "=", scope.month)
            & Domain("date_generated", ">", fields.Datetime.now() - FRESH)
        )
        return plans.user_id

    @api.model
    def _isolate_batch(self, scope, users):
        """Make the plans of some people; halve them to find whose fails."""
        try:
            with self.env.cr.savepoint():
                self._generate_batch(scope, users)
        except BUSY:
            _logger.info("Plans of %s are being made elsewhere", users.ids)
        except Exception as error:
            if len(users) > 1:
                self._isolate_batch(scope, users[: len(users) // 2])
                self._isolate_batch(scope, users[len(users) // 2 :])
            else:
                _logger.warning("No plan of %s", users, exc_info=True)
                self._note_failure(scope, users, error)
        self.env.invalidate_all()

    @api.model
    def _note_failure(self, scope, user, error):
        """Say on the plan why it could not be made."""
        env = self.with_context(lang=user.lang).env
        problem = (
            str(error)
            if isinstance(error, UserError)
            else env._(
                "The plan could not be made. Tell your administrator: the log of the "
                "server says why."
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_visit_plan
                          (user_id, company_id, month, state, problem, date_generated,
                           create_uid, create_date, write_uid, write_date)
                   VALUES (%(user)s, %(company)s, %(month)s, 'draft', %(problem)s,
                           %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s)
              ON CONFLICT (user_id, company_id, month)
            DO UPDATE SET problem = EXCLUDED.problem,
                          date_generated = EXCLUDED.date_generated""",
                user=user.id,
                company=scope.company.id,
                month=scope.month,
                problem=problem,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
