# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class GovernanceComplaintStatistic(models.Model):
    """The statistic is filed with its figures, and the management decides on it."""

    _inherit = "governance.complaint.statistic"

    def action_file(self):
        """Take the figures, keep them, and submit them to the management.

        :raises AccessError: for all but the supervising unit and managers
        :raises UserError: when the month is not over, or nobody could approve
        """
        self.check_access("write")
        self._check_can_file()
        for statistic in self._lock("draft", allow_referencing=True):
            statistic._check_over()
            statistic._file()
        return True

    def action_request_approval(self):
        """File it: nobody approves figures that were not taken."""
        return self.action_file()

    def _check_over(self):
        """Refuse to count a month that goes on.

        :raises UserError: saying from when on it can be filed
        """
        self.ensure_one()
        after = self.month + relativedelta(months=1)
        if self.company_id._get_governance_today() < after:
            raise UserError(
                self.env._(
                    "%(month)s is not over yet. The statistic can be filed from "
                    "%(date)s on.",
                    month=self.month_name,
                    date=format_date(self.env, after),
                )
            )

    def _file(self):
        self.ensure_one()
        today = self.company_id._get_governance_today()
        lines = self._seal_lines()
        self._as_system().write(
            {
                "state": "filed",
                "version": lines[:1].version,
                "filed_on": fields.Datetime.now(),
                "filed_by_id": self.env.uid,
                "was_late": self.was_late or self.date_deadline < today,
            }
        )
        self._request_approval(reason=self.remark)
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _get_approval_subject(self):
        return "complaint_statistic"

    def _get_approval_authors(self):
        """Let neither who filed it decide, nor who wrote the remark."""
        return super()._get_approval_authors() | self.filed_by_id

    def _get_written_fields(self):
        return {"remark"}

    def _get_approval_hash_fields(self):
        return [
            "company_id",
            "month",
            "version",
            "remark",
            *(f"line_ids.{name}" for name in ("label", "received", "solved", "open")),
        ]

    def _get_approval_content(self):
        """Show the total, which approvers decide on; the sheet has the rest."""
        content = super()._get_approval_content()
        total = self.line_ids.filtered(lambda line: line.dimension == "total")
        return [
            line if line["name"] != "line_ids" else {**line, "value": total._get_text()}
            for line in content
        ]

    def _approval_approved(self, request):
        self._as_system().write(
            {"state": "approved", "approved_on": fields.Datetime.now()}
        )

    def _approval_rejected(self, request):
        """Give it back to who has filed it."""
        self._reopen()

    def _approval_closed(self, request):
        """A request that came to nothing can be made again, with new figures."""
        self._reopen()

    def _reopen(self):
        for statistic in self:
            people = statistic.filed_by_id
            statistic._as_system().write({"state": "draft", "filed_on": False})
            statistic._ask(people)
