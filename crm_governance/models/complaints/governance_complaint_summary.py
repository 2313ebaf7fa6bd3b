# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_list, mute_logger

from ..policy.month_name import get_month_name

# Summaries are opened so many days before the month ends.
OPENED_BEFORE = 5
# Whoever is late is reminded again after so many days.
REMIND_EACH = 3


class GovernanceComplaintSummary(models.Model):
    """What a specialist reports of the own strategic customers at month end (D-46).

    Satisfaction and complaints, customer by customer, for Market Operations.  What was
    submitted stays as it is.
    """

    _name = "governance.complaint.summary"
    _description = "Monthly Summary of a Specialist"
    _inherit = [
        "governance.guarded.mixin",
        "governance.isolated.mixin",
        "governance.complaint.month.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, user_id, id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Specialist",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    month = fields.Date(string="First Day", required=True, readonly=True)
    month_name = fields.Char(string="Month")
    date_deadline = fields.Date(
        string="Until", compute="_compute_date_deadline", store=True
    )
    state = fields.Selection(
        selection=[("open", "To Write"), ("submitted", "Submitted")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        copy=False,
        tracking=True,
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    remark = fields.Text(
        string="In General", help="What holds for all. Name no customer here."
    )
    line_ids = fields.One2many(
        comodel_name="governance.complaint.summary.line",
        inverse_name="summary_id",
        string="Strategic Customers",
    )
    reminded_on = fields.Date(readonly=True, copy=False)
    is_mine = fields.Boolean(string="My Summary", compute="_compute_is_mine")
    is_late = fields.Boolean(string="Summary Late", compute="_compute_is_late")

    _month_uniq = models.UniqueIndex(
        "(company_id, user_id, month)", "There is a summary of this month already."
    )

    @api.depends("month")
    def _compute_date_deadline(self):
        for summary in self:
            month = summary.month
            summary.date_deadline = month and month + relativedelta(
                months=1
            ) - timedelta(days=1)

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for summary in self:
            summary.is_mine = summary.user_id == self.env.user

    @api.depends("date_deadline", "state")
    def _compute_is_late(self):
        for summary in self:
            due = summary.date_deadline
            today = summary.company_id._get_governance_today()
            summary.is_late = summary.state == "open" and bool(due) and due < today

    @api.depends("user_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = self.env._(
                "%(month)s: %(specialist)s",
                month=summary.month_name or "",
                specialist=summary.sudo().user_id.name or "",
            )

    def _get_user_fields(self):
        return {"remark", "line_ids"}

    def _is_closed(self):
        return self.state != "open"

    def _get_author(self):
        return self.user_id

    # ------------------------------------------------------------------
    # DEEDS
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Count anew, as long as it is not submitted."""
        self.check_access("write")
        for summary in self:
            summary._check_author()
            summary._lock("open")
            summary._count()
        return True

    def action_submit(self):
        """Submit the summary to Market Operations; it stays as it is from now on.

        :raises UserError: for others than the specialist, and without a word on the
            satisfaction of each customer
        """
        self.check_access("write")
        for summary in self:
            summary._check_author()
            summary._lock("open")
            summary._count()
            summary._check_complete()
            summary._as_system().write(
                {"state": "submitted", "submitted_on": fields.Datetime.now()}
            )
            summary.sudo().activity_feedback(
                ["crm_governance.mail_activity_type_complaint_summary"]
            )
            summary._tell_market()
        return True

    def _check_complete(self):
        missing = self.line_ids.filtered(lambda line: not line.satisfaction)
        if missing:
            raise UserError(
                self.env._(
                    "Say how satisfied these customers are: %(customers)s.",
                    customers=format_list(
                        self.env, missing.partner_id.mapped("display_name")
                    ),
                )
            )

    def _tell_market(self):
        """Tell the complaint managers; the message names no customer."""
        managers = self.env.ref("crm_governance.group_complaint_manager").sudo()
        people = self.company_id._filter_staff(managers.all_user_ids) - self.user_id
        people._notify_in_own_language(
            lambda env: (
                env._("Summary of strategic customers submitted"),
                env._(
                    "%(specialist)s has submitted the summary of %(month)s.",
                    specialist=self.sudo().user_id.name,
                    month=get_month_name(env, self.month),
                ),
            ),
            thread=self,
        )

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _get_customers(self):
        """Return the strategic customers of the specialist: who names him or her."""
        self.ensure_one()
        partners = self.env["res.partner"].sudo()
        return partners.search(
            Domain("governance_specialist_id", "=", self.user_id.id)
            & Domain("parent_id", "=", False)
            & Domain("company_id", "in", (False, self.company_id.id)),
            order="id",
        )

    def _count(self):
        """Bring customers and figures up to date; what was written stays."""
        for summary in self._as_system():
            customers = summary._get_customers()
            lines = summary.line_ids
            lines.filtered(
                lambda line, known=customers: line.partner_id not in known
            ).unlink()
            lines = summary.line_ids
            lines.create(
                [
                    {"summary_id": summary.id, "partner_id": customer.id}
                    for customer in customers - lines.partner_id
                ]
            )
            summary.line_ids._count()

    # ------------------------------------------------------------------
    # JOB
    # ------------------------------------------------------------------

    @api.model
    def _cron_open(self):
        """Open the summaries of the month that ends, and remind of those that are late.

        A job that comes late still opens the month that has just ended.
        """
        companies = self.env["res.company"].sudo().search(Domain.TRUE, order="id")
        if not self._isolate_companies(companies, "_open"):
            return
        day = fields.Date.today() + timedelta(days=1)
        waits = Domain("reminded_on", "=", False) | Domain(
            "reminded_on", "<", day - timedelta(days=REMIND_EACH)
        )
        late = Domain("state", "=", "open") & Domain("date_deadline", "<", day)
        self._isolate_each(late & waits, "_remind")

    def _isolation_failed(self, error):
        self._message_log(
            body=self.env._("The scheduled run failed: %(error)s", error=error)
        )

    @api.model
    def _open(self, company):
        """Open the summary of each specialist for the month that ends or has ended."""
        today = company._get_governance_today()
        month = (today + timedelta(days=OPENED_BEFORE)).replace(day=1)
        month -= relativedelta(months=1)
        partners = self.env["res.partner"].sudo()
        named = partners.search(
            Domain("governance_specialist_id", "!=", False)
            & Domain("parent_id", "=", False)
            & Domain("company_id", "in", (False, company.id))
        )
        done = self.sudo().search(
            Domain("company_id", "=", company.id) & Domain("month", "=", month)
        )
        specialists = company._filter_staff(named.governance_specialist_id)
        for user in specialists - done.user_id:
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    summary = self._as_system().create(
                        {"company_id": company.id, "user_id": user.id, "month": month}
                    )
            except IntegrityError:
                continue
            summary._count()
            if summary.with_user(user).has_access("read"):
                summary.sudo().activity_schedule(
                    "crm_governance.mail_activity_type_complaint_summary",
                    summary.date_deadline,
                    user_id=user.id,
                )

    def _remind(self):
        """Tell the specialist that the summary is late."""
        self.ensure_one()
        today = self.company_id._get_governance_today()
        last = self.reminded_on
        if self.date_deadline >= today:
            return
        if last and last > today - timedelta(days=REMIND_EACH):
            return
        self._as_system().reminded_on = today
        self.company_id._filter_staff(self.user_id)._notify_in_own_language(
            lambda env: (
                env._("Your summary of strategic customers is late"),
                env._(
                    "The summary of %(month)s was due on %(day)s.",
                    month=get_month_name(env, self.month),
                    day=format_date(env, self.date_deadline),
                ),
            ),
            thread=self,
        )
