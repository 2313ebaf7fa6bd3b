# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceAccessPassOn(models.TransientModel):
    """The dialog in which a custodian gives a deputy access."""

    _name = "governance.access.pass.on"
    _description = "Pass Access on"

    grant_id = fields.Many2one(
        comodel_name="governance.access.grant",
        string="Access",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    holder_id = fields.Many2one(
        related="grant_id.user_id", string="From", related_sudo=False
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="To",
        required=True,
        domain=[("share", "=", False)],
    )
    date_end = fields.Datetime(
        string="Until",
        required=True,
        help="Not later than the access that it comes from.",
    )
    reason = fields.Text(required=True)

    def action_pass_on(self):
        """Give the deputy access; see `_pass_on` of the access."""
        self.ensure_one()
        self.grant_id.check_access("read")
        self.grant_id._pass_on(self.user_id, self.date_end, self.reason)
        return {"type": "ir.actions.act_window_close"}
