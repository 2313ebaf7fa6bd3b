# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceComplaintSummaryLine(models.Model):
    """One strategic customer in the monthly summary of a specialist."""

    _name = "governance.complaint.summary.line"
    _description = "Customer in a Monthly Summary"
    _inherit = [
        "governance.guarded.mixin",
        "governance.classified.mixin",
        "governance.complaint.month.mixin",
    ]
    _order = "summary_id desc, id"
    _rec_name = "partner_id"

    summary_id = fields.Many2one(
        comodel_name="governance.complaint.summary",
        string="Monthly Summary",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="summary_id.company_id", store=True, precompute=True, index=True
    )
    user_id = fields.Many2one(
        related="summary_id.user_id",
        string="Specialist",
        store=True,
        precompute=True,
        index=True,
    )
    month = fields.Date(related="summary_id.month", store=True, precompute=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    opened_count = fields.Integer(string="Came In", readonly=True)
    closed_count = fields.Integer(string="Settled", readonly=True)
    open_count = fields.Integer(string="Still Open", readonly=True)
    overdue_count = fields.Integer(string="Too Late", readonly=True)
    rating = fields.Float(
        string="Average Rating",
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="1 to 5, of what the customer rated in the month. 0: nothing.",
    )
    satisfaction = fields.Selection(
        selection=[
            ("satisfied", "Satisfied"),
            ("fair", "Fairly satisfied"),
            ("dissatisfied", "Dissatisfied"),
            ("unknown", "Not known"),
        ],
        help="In the judgement of the specialist.",
    )
    remark = fields.Text(string="What Matters")

    _partner_uniq = models.UniqueIndex(
        "(summary_id, partner_id)", "A summary names each customer once."
    )

    def _get_user_fields(self):
        return {"satisfaction", "remark"}

    def _is_closed(self):
        return self.sudo().summary_id.state != "open"

    def _get_author(self):
        return self.sudo().summary_id.user_id

    @api.model_create_multi
    def create(self, vals_list):
        """List customers; AccessError unless the system does."""
        if not self._is_system():
            self._refuse_change()
        return super().create(vals_list)

    def _count(self):
        """Count the complaints of each customer in the month; the system calls it."""
        complaints = self.env["governance.complaint"].sudo()
        for line in self:
            start, end = line._get_bounds()
            mine = complaints.search(
                Domain("partner_id", "=", line.partner_id.id)
                & Domain("company_id", "=", line.company_id.id)
                & Domain("state", "not in", ("draft", "duplicate"))
                & Domain("date_received", "<", end)
            )
            closed = mine.filtered(
                lambda one: one.state == "closed" and one.date_closed
            )
            still_open = mine.filtered_domain(complaints._get_open_domain())
            line._as_system().write(
                {
                    "opened_count": len(
                        mine.filtered(
                            lambda one, since=start: one.date_received >= since
                        )
                    ),
                    "closed_count": len(
                        closed.filtered(
                            lambda one, since=start, until=end: (
                                since <= one.date_closed < until
                            )
                        )
                    ),
                    "open_count": len(still_open),
                    "overdue_count": len(still_open._filter_overdue()),
                    "rating": mine._get_average_rating(start, end),
                }
            )

    def _get_bounds(self):
        """Return the first moment of the month and that of the next, in UTC."""
        self.ensure_one()
        midnight = self.company_id._get_governance_midnight
        return midnight(self.month), midnight(self.month + relativedelta(months=1))


class GovernanceComplaint(models.Model):
    _inherit = "governance.complaint"

    def _get_average_rating(self, start, end):
        """Return what customers rated between two moments on average; 0: nothing."""
        ratings = self.env["rating.rating"].sudo()
        [[average]] = ratings._read_group(
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("consumed", "=", True)
            & Domain("rated_on", ">=", start)
            & Domain("rated_on", "<", end),
            [],
            ["rating:avg"],
        )
        return average or 0
