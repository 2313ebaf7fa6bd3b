# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..policy.month_name import get_month_name


class GovernanceComplaintMonthMixin(models.AbstractModel):
    """What is about a month, whose first day is in `month`, is called by its name."""

    _name = "governance.complaint.month.mixin"
    _description = "Record about a month"

    month_name = fields.Char(string="In the Month of", compute="_compute_month_name")

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for record in self:
            month = record.month
            record.month_name = month and get_month_name(self.env, month)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort months by their days, not by what they are called."""
        name = "month" if field_name == "month_name" else field_name
        return super()._order_field_to_sql(alias, name, direction, nulls, query)
