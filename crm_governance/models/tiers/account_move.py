# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    governance_delay_reason = fields.Char(
        string="Reason for Late Payment",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Why the customer paid, or pays, after the due date. Stands beside the "
        "days of delay when the customer's credit is judged.",
    )
