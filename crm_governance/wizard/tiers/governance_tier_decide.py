# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceTierDecide(models.TransientModel):
    """Decide one or many customers of a review on one tier."""

    _name = "governance.tier.decide"
    _description = "Decide Customers under Review"

    line_ids = fields.Many2many(
        comodel_name="governance.tier.review.line",
        string="Customers",
        required=True,
    )
    scheme_id = fields.Many2one(
        comodel_name="governance.tier.scheme", required=True, readonly=True
    )
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Decision",
        required=True,
        domain="[('scheme_id', '=', scheme_id)]",
    )
    reason = fields.Text(
        help="Needed as soon as the decision differs from a proposal. Everybody who "
        "sees the customer's tier can read it."
    )

    def action_decide(self):
        """Decide all customers at once."""
        self.ensure_one()
        self.line_ids.decide(self.tier_id.id, self.reason)
        return {"type": "ir.actions.act_window_close"}
