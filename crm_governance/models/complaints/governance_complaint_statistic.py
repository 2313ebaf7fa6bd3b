# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class GovernanceComplaintStatistic(models.Model):
    """The complaints of a company in a month: filed, and decided by the management.

    The figures are taken when it is filed and stay what they were, however the
    complaints go on.  Given back, it is filed anew: with new figures, beside the old
    ones (D-45, RC-10, P-13).
    """

    _name = "governance.complaint.statistic"
    _description = "Complaint Statistic of a Month"
    _inherit = [
        "governance.complaint.writers.mixin",
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "governance.isolated.mixin",
        "governance.complaint.month.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "month desc, company_id, id desc"
    _rec_name = "month"
    _has_drafts = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    month = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: self._get_last_month(self.env.company),
        help="The first day of the month that is counted.",
    )
    month_name = fields.Char(string="Month")
    date_deadline = fields.Date(
        string="To File until",
        compute="_compute_date_deadline",
        store=True,
        help="The day of the following month by which it is filed.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "To File"),
            ("filed", "Waiting for Approval"),
            ("approved", "Approved"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    version = fields.Integer(
        string="Filed Times",
        readonly=True,
        copy=False,
        help="How often it was filed: more than once when it was given back.",
    )
    filed_on = fields.Datetime(string="Day of Filing", readonly=True, copy=False)
    filed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Filed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    approved_on = fields.Datetime(string="Approved on", readonly=True, copy=False)
    remark = fields.Text(
        help="What the figures do not say: why there were more, what is done about it."
    )
    writer_ids = fields.Many2many(
        relation="governance_complaint_statistic_writer_rel",
        column1="statistic_id",
        column2="user_id",
        string="Remark by",
    )
    line_ids = fields.One2many(
        comodel_name="governance.complaint.statistic.line",
        inverse_name="statistic_id",
        string="Figures",
        domain=[("is_current", "=", True)],
        readonly=True,
        copy=False,
    )
    is_late = fields.Boolean(
        string="Too Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="The day by which it is filed is over, or it was filed after it.",
    )
    can_file = fields.Boolean(
        compute="_compute_can_file",
        search="_search_can_file",
        help="You work in the supervising unit, or manage complaints.",
    )
    was_late = fields.Boolean(string="Filed Late", readonly=True, copy=False)
    reminded_on = fields.Date(readonly=True, copy=False)

    _month_uniq = models.UniqueIndex(
        "(company_id, month)",
        "The company has a complaint statistic of this month already.",
    )
    _month_check = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)",
        "Give the first day of the month that is counted.",
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statistic in self:
            statistic.display_name = self.env._(
                "Complaints of %(month)s", month=statistic.month_name or ""
            )

    @api.depends("month", "company_id.governance_complaint_statistic_day")
    def _compute_date_deadline(self):
        """Keep the deadline of what has been filed."""
        for statistic in self:
            if statistic.month and statistic.state == "draft":
                company = statistic.company_id
                statistic.date_deadline = statistic.month + relativedelta(
                    months=1, day=company.governance_complaint_statistic_day or 10
                )

    @api.depends("filed_on", "date_deadline", "was_late")
    def _compute_is_late(self):
        late = self.filtered_domain(self._get_late_domain())
        for statistic in self:
            statistic.is_late = statistic in late

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_late_domain()

    @api.model
    def _get_late_domain(self):
        """Return the domain of what was filed late, or should have been filed."""
        return Domain("was_late", "=", True) | Domain("filed_on", "=", False) & (
            Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain("date_deadline", "<", company._get_governance_today())
                for company in self.env["res.company"].sudo().search(Domain.TRUE)
            )
        )

    @api.depends_context("uid")
    def _compute_can_file(self):
        mine = self.sudo().filtered_domain(self._get_mine_domain())
        for statistic in self:
            statistic.can_file = statistic in mine.sudo(self.env.su)

    def _search_can_file(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_mine_domain()

    @api.model
    def _get_mine_domain(self):
        """Return the domain of the statistics that the user files."""
        if self.env.user.has_group("crm_governance.group_complaint_manager"):
            return Domain("company_id", "in", self.env.user.company_ids.ids)
        if not self.env.user.has_group("crm_governance.group_complaint"):
            return Domain.FALSE
        units = self.env["governance.complaint.unit"].sudo()
        mine = units.search(
            units._get_mine_domain() & Domain("is_supervising", "=", True)
        )
        return Domain("company_id", "in", mine.company_id.ids)

    @api.model
    def _get_last_month(self, company):
        return company._get_governance_today() + relativedelta(months=-1, day=1)

    def _get_span(self):
        """Return the first moment of the month and that after it, naive UTC."""
        self.ensure_one()
        midnight = self.company_id._get_governance_midnight
        return midnight(self.month), midnight(self.month + relativedelta(months=1))

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def _get_user_fields(self):
        return {"company_id", "month", "remark"}

    @api.model_create_multi
    def create(self, vals_list):
        """Open statistics; AccessError for those whom the company has not asked."""
        statistics = super().create(vals_list)
        if not self._is_system():
            statistics._check_can_file()
        return statistics

    def _check_deletable(self):
        result = super()._check_deletable()
        if any(statistic.version for statistic in self):
            self._refuse_change()
        return result

    def _check_can_file(self):
        """Refuse all but the supervising unit and managers of complaints.

        :raises AccessError: saying who files it
        """
        for statistic in self:
            if not statistic.can_file:
                raise AccessError(
                    self.env._(
                        "The complaint statistic is filed by the supervising unit of "
                        "%(company)s, or by a manager of complaints.",
                        company=statistic.company_id.sudo().name,
                    )
                )

    def action_open_figures(self):
        """Open what was received in the month, as it stands today.

        :raises AccessError: when the user may not read one of the statistics
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_figure_action"
        )
        domain = Domain("month", "in", self.mapped("month")) & Domain(
            "company_id", "in", self.company_id.ids
        )
        return {**action, "domain": list(domain), "context": {}}
