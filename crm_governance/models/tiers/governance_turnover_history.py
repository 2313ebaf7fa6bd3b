# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GovernanceTurnoverHistory(models.Model):
    """Turnover of the years before the company was on Odoo, by standard import."""

    _name = "governance.turnover.history"
    _description = "Turnover History"
    _order = "date desc, id desc"
    _rec_name = "reference"
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        index=True,
        help="Day of the purchase, or the last day of the period that is summed up. "
        "It lies before the cut-over date of the company.",
    )
    amount = fields.Monetary(
        required=True,
        help="Untaxed turnover in company currency; refunds are negative.",
    )
    margin = fields.Monetary(help="Profit on this turnover, where it is known.")
    quantity = fields.Float(digits="Product Unit")
    order_count = fields.Integer(
        string="Orders",
        default=1,
        help="How many orders the line sums up.",
    )
    largest_amount = fields.Monetary(
        string="Largest Order",
        compute="_compute_largest_amount",
        store=True,
        readonly=False,
        help="The largest single order in the line; the whole amount if it is one "
        "order.",
    )
    reference = fields.Char(help="Number of the document in the former system.")

    _order_count_positive = models.Constraint(
        "CHECK (order_count >= 0)",
        "The number of orders cannot be negative.",
    )
    _company_date = models.Index("(company_id, date)")

    @api.depends("amount", "order_count")
    def _compute_largest_amount(self):
        for line in self:
            if line.order_count == 1 or line.largest_amount > line.amount:
                line.largest_amount = max(line.amount, 0)

    @api.constrains("date", "company_id")
    def _check_date(self):
        for line in self:
            cutover = line.company_id.governance_cutover_date
            if not cutover:
                raise ValidationError(
                    self.env._(
                        "Set the cut-over date of %(company)s in the settings of "
                        "Customer Governance before you import turnover: it says "
                        "from when on documents in Odoo count.",
                        company=line.company_id.name,
                    )
                )
            if line.date >= cutover:
                raise ValidationError(
                    self.env._(
                        "%(customer)s, %(date)s: turnover history lies before the "
                        "cut-over date %(cutover)s. From then on the orders and "
                        "invoices in Odoo count.",
                        customer=line.partner_id.display_name,
                        date=line.date,
                        cutover=cutover,
                    )
                )

    @api.constrains("amount", "largest_amount", "order_count")
    def _check_amounts(self):
        for line in self:
            if not line.order_count and line.amount > 0:
                raise ValidationError(
                    self.env._(
                        "%(customer)s, %(date)s: %(amount)s with 0 orders. Only "
                        "refunds have no order of their own.",
                        customer=line.partner_id.display_name,
                        date=line.date,
                        amount=line.amount,
                    )
                )
