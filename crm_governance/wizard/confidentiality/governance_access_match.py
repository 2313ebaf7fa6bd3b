# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GovernanceAccessMatch(models.TransientModel):
    """The dialog in which a custodian says which customer a request means."""

    _name = "governance.access.match"
    _description = "Match a Request"

    request_id = fields.Many2one(
        comodel_name="governance.access.request",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    requester_id = fields.Many2one(
        related="request_id.requester_id", related_sudo=False
    )
    user_id = fields.Many2one(related="request_id.user_id", related_sudo=False)
    customer_text = fields.Char(related="request_id.customer_text", related_sudo=False)
    purpose = fields.Text(related="request_id.reason", related_sudo=False)
    date_end = fields.Datetime(related="request_id.date_end", related_sudo=False)
    desk_hint = fields.Char(related="request_id.desk_hint", related_sudo=False)
    verdict = fields.Selection(
        selection=[("match", "This customer is meant"), ("refuse", "Refuse")],
        string="Answer",
        required=True,
        default="match",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        domain="[('commercial_partner_id', '=', id)]",
        help="Only customers that you may read yourself.",
    )
    reason = fields.Text(
        help="The person reads it. Do not say whether there is such a customer.",
    )

    def action_confirm(self):
        """Name the customer or refuse; AccessError for whoever is no custodian.

        :raises UserError: when customer or reason is missing
        """
        self.ensure_one()
        request = self.request_id
        request.check_access("read")
        if self.verdict == "refuse":
            request._refuse_at_desk(self.reason)
        elif self.partner_id:
            request._name_customer(self.partner_id)
        else:
            raise UserError(self.env._("Choose the customer that is meant."))
        return {"type": "ir.actions.act_window_close"}
