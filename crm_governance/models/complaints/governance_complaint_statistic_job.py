# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

# Days between two reminders of a statistic that is late.
REMIND_EVERY = 7
# A job that was down for longer opens no older months.
CATCH_UP = 12


class GovernanceComplaintStatistic(models.Model):
    """The job that opens the statistic of the last month and reminds of late ones."""

    _inherit = "governance.complaint.statistic"

    @api.model
    def _cron_remind(self):
        """Open what is to be filed, and remind of what should have been (RC-10).

        Nothing is opened twice, and a late run does what the missed ones would have.
        """
        companies = self.env["res.company"].sudo().search(Domain.TRUE, order="id")
        if self._isolate_companies(companies, "_open_missing"):
            due = Domain.OR(map(self._get_due_domain, companies))
            self._isolate_each(due, "_remind")

    @api.model
    def _open_missing(self, company):
        """Open what a company has to file."""
        for month in self._get_missing_months(company):
            self._open(company, month)

    @api.model
    def _get_due_domain(self, company):
        """Return the domain of the late ones of which nobody was told for a week."""
        today = company._get_governance_today()
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "draft")
            & Domain("date_deadline", "<", today)
            & (
                Domain("reminded_on", "=", False)
                | Domain("reminded_on", "<=", today - timedelta(days=REMIND_EVERY))
            )
        )

    @api.model
    def _get_missing_months(self, company):
        """Return the first days of the months that are over and have no statistic.

        A company begins with the month before, once there is something to count.
        """
        last = self._get_last_month(company)
        statistics = self.sudo().with_context(active_test=False)
        latest = statistics.search(
            [("company_id", "=", company.id)], order="month desc", limit=1
        )
        if not latest:
            return [last] if self._has_complaints(company, last) else []
        missing = []
        month = max(latest.month, last - relativedelta(months=CATCH_UP))
        while month < last:
            month += relativedelta(months=1)
            missing.append(month)
        return missing

    @api.model
    def _has_complaints(self, company, month):
        """Return whether the company had complaints by the end of a month."""
        span = self.new({"company_id": company.id, "month": month})._get_span()
        return bool(
            self.env["governance.complaint"]
            .sudo()
            .search_count(
                [
                    ("company_id", "=", company.id),
                    ("state", "!=", "draft"),
                    ("date_received", "<", span[1]),
                ],
                limit=1,
            )
        )

    @api.model
    def _open(self, company, month):
        """Open the statistic of a month and put it on the list of who files it."""
        statistic = self._as_system().create({"company_id": company.id, "month": month})
        statistic._ask(company._get_complaint_filers()[:1])
        return statistic

    def _ask(self, people):
        """Put the statistic on the lists of those who file it."""
        self.ensure_one()
        for user in self.company_id._filter_staff(people):
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date_deadline,
                summary=self.with_context(lang=user.lang).env._(
                    "File the complaint statistic"
                ),
                user_id=user.id,
            )

    def _remind(self):
        """Tell who files that the statistic is late."""
        self.ensure_one()
        company = self.company_id
        self._as_system().reminded_on = company._get_governance_today()
        company._get_complaint_filers()._notify_in_own_language(
            lambda env: (
                env._("The complaint statistic is late"),
                env._(
                    "“%(name)s” should have been filed by %(date)s. Open it, add a "
                    "remark where the figures need one, and file it.",
                    name=self.with_env(env(su=True)).display_name,
                    date=format_date(env, self.date_deadline),
                ),
            ),
            thread=self,
        )

    def _isolation_failed(self, error):
        self._message_log(
            body=self.env._("The scheduled run failed: %(error)s", error=error)
        )
