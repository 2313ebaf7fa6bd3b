# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# Whoever was told is told again after so many days.
TELL_EACH = 7
# Whom it concerns that a customer stays dissatisfied.
PEOPLE = ("handler", "unit_leader", "owner", "specialist", "liaison_leader")


class GovernanceComplaint(models.Model):
    """Customers who stay dissatisfied, with a complaint or before there is one.

    A dissatisfaction that somebody hears of is entered as an early warning, a type of
    its own with a short procedure (D-36); all of them age in the sight of those whom
    they concern (D-37).
    """

    _inherit = "governance.complaint"

    dissatisfied_days = fields.Integer(
        string="Days Open",
        compute="_compute_dissatisfied_days",
        help="Since it was received, as long as it is not over.",
    )
    is_long_open = fields.Boolean(
        string="Dissatisfied for Long",
        compute="_compute_dissatisfied_days",
        search="_search_is_long_open",
    )
    dissatisfied_told_on = fields.Date(readonly=True, copy=False)

    @api.depends("state", "date_received", "company_id")
    def _compute_dissatisfied_days(self):
        now = fields.Datetime.now()
        still_open = self.filtered_domain(self._get_open_domain())
        for complaint in self:
            is_open = complaint in still_open and complaint.date_received
            days = (now - complaint.date_received).days if is_open else 0
            limit = complaint.company_id.governance_dissatisfied_days
            complaint.dissatisfied_days = max(days, 0)
            complaint.is_long_open = bool(is_open and limit and days >= limit)

    def _search_is_long_open(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_long_open_domain(
            self.env["res.company"].sudo().search(Domain.TRUE)
        )

    @api.model
    def _get_long_open_domain(self, companies):
        """Return the complaints that are open longer than their company allows."""
        domain = Domain.FALSE
        now = fields.Datetime.now()
        for company in companies.filtered("governance_dissatisfied_days"):
            since = now - timedelta(days=company.governance_dissatisfied_days)
            domain |= Domain("company_id", "=", company.id) & Domain(
                "date_received", "<=", since
            )
        return domain & self._get_open_domain()

    @api.model
    def _cron_tell_dissatisfied(self):
        """Tell whom it concerns that customers stay dissatisfied, once a week."""
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("governance_dissatisfied_days", ">", 0)])
        )
        since = fields.Date.today() - timedelta(days=TELL_EACH)
        waits = Domain("dissatisfied_told_on", "=", False) | Domain(
            "dissatisfied_told_on", "<=", since
        )
        domain = self._get_long_open_domain(companies) & waits
        self._isolate_each(domain, "_tell_dissatisfied")

    def _tell_dissatisfied(self):
        """Tell the handler, the supervisor and who looks after the customer."""
        self.ensure_one()
        self._as_system().dissatisfied_told_on = fields.Date.today()
        people = self.env["res.users"].union(
            *(self._get_people_to_tell(kind) for kind in PEOPLE)
        )
        self._tell(
            people,
            lambda env: (
                env._("A customer is dissatisfied for long"),
                env._(
                    "“%(complaint)s” is open for %(days)s days.",
                    complaint=self._get_label(),
                    days=self.dissatisfied_days,
                ),
            ),
        )
