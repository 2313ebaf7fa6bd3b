# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Models of the tests: without a module, so that no registry loads them."""

from odoo import fields, models
from odoo.exceptions import UserError


class GovernanceTestDeal(models.Model):
    _name = "governance.test.deal"
    _description = "Deal to approve"
    _inherit = ["governance.approval.mixin"]
    _module = None

    name = fields.Char(required=True)
    amount = fields.Float()
    price = fields.Monetary()
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        default=lambda self: self.env.company.currency_id,
    )
    title = fields.Char(translate=True)
    document = fields.Binary(attachment=False)
    note = fields.Char()
    is_late = fields.Boolean()
    is_broken = fields.Boolean()
    user_id = fields.Many2one(comodel_name="res.users")
    partner_id = fields.Many2one(comodel_name="res.partner")
    company_id = fields.Many2one(
        comodel_name="res.company", default=lambda self: self.env.company
    )
    line_ids = fields.One2many(
        comodel_name="governance.test.deal.line", inverse_name="deal_id"
    )
    outcome = fields.Char()

    def _get_approval_policy(self):
        policies = self.env["governance.approval.policy"].sudo()
        policy = policies._get_in_force(
            self.company_id, [("subject", "=", "generic"), ("code", "=", "TEST")]
        )
        return policy or super()._get_approval_policy()

    def _get_approval_hash_fields(self):
        return [
            "amount",
            "price",
            "title",
            "document",
            "partner_id",
            "line_ids.quantity",
        ]

    def _is_approval_deferred(self, request):
        return self.is_late

    def _approval_approved(self, request):
        self.outcome = f"approved by {self.env.user.login}"

    def _approval_rejected(self, request):
        self.outcome = "rejected"

    def _approval_closed(self, request):
        if self.is_broken:
            # Not through `_`: the terms of tests are nobody's to translate.
            raise UserError("This deal is broken.")  # pylint: disable=translation-required
        self.outcome = request.state


class GovernanceTestDealLine(models.Model):
    _name = "governance.test.deal.line"
    _description = "Line of a deal"
    _module = None

    deal_id = fields.Many2one(comodel_name="governance.test.deal", ondelete="cascade")
    quantity = fields.Integer()
