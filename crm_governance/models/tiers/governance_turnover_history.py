# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Whoever mends a file does not read more of them at once.
IMPORT_ERRORS = 20


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
        check_company=True,
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

    @api.model
    def load(self, fields, data):
        """Import lines; name line and field of everything that is wrong.

        The constraints below would be reported for the first line of the file.
        """
        messages = [
            {
                "type": "error",
                "rows": {"from": row, "to": row},
                "record": row,
                "field": name,
                "message": message,
            }
            for row, values in enumerate(data)
            for name, message in self._get_import_errors(
                dict(zip(fields, values, strict=False))
            )
        ]
        if messages:
            return {"ids": False, "messages": messages[:IMPORT_ERRORS], "nextrow": 0}
        return super().load(fields, data)

    @api.model
    def _get_import_errors(self, values):
        """Return ``[(field, sentence)]`` of what is wrong with a line of a file.

        What the standard import reports well, such as an unknown customer or
        text in a number, is left to it.

        :param dict values: field -> text of the file
        """
        errors = []
        amount = self._parse_number(values.get("amount"))
        orders = self._parse_number(values.get("order_count"))
        if "amount" in values and values["amount"] in ("", None, False):
            errors.append(("amount", self.env._("The amount is missing.")))
        for name in ("amount", "margin", "quantity", "order_count", "largest_amount"):
            number = self._parse_number(values.get(name))
            if number is not None and not isfinite(number):
                errors.append(
                    (
                        name,
                        self.env._("“%(value)s” is not a number.", value=values[name]),
                    )
                )
        if orders is not None and (orders < 0 or (orders == 0 and (amount or 0) > 0)):
            errors.append(
                (
                    "order_count",
                    self.env._(
                        "%(amount)s with %(orders)s orders. Only refunds have no order "
                        "of their own.",
                        amount=values.get("amount"),
                        orders=values["order_count"],
                    ),
                )
            )
        named = {name.partition("/")[0] for name in values}
        # Of another company another day may count.
        if "company_id" not in named:
            errors += self._get_import_day_errors(values.get("date"))
        return errors

    @api.model
    def _get_import_day_errors(self, value):
        cutover = self.env.company.governance_cutover_date
        if not cutover:
            return [("date", self._get_cutover_missing(self.env.company))]
        try:
            day = self._fields["date"].to_date(value or None)
        except ValueError:
            return []
        if not day or day < cutover:
            return []
        return [
            (
                "date",
                self.env._(
                    "%(date)s is not before the cut-over date %(cutover)s. From then "
                    "on the orders and invoices in Odoo count.",
                    date=day,
                    cutover=cutover,
                ),
            )
        ]

    @api.model
    def _parse_number(self, value):
        try:
            return float(value)
        except (TypeError, ValueError):
            return None

    @api.model
    def _get_cutover_missing(self, company):
        return self.env._(
            "Set the cut-over date of %(company)s in the settings of Customer "
            "Governance before you import turnover: it says from when on documents "
            "in Odoo count.",
            company=company.name,
        )

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
                raise ValidationError(self._get_cutover_missing(line.company_id))
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
