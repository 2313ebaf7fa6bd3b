# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GovernanceAccessEnd(models.TransientModel):
    """The dialog in which access is taken away or given back."""

    _name = "governance.access.end"
    _description = "End Access"

    grant_ids = fields.Many2many(
        comodel_name="governance.access.grant", string="Access", required=True
    )
    reason = fields.Text(
        required=True, help="The person who loses access reads it as well."
    )

    def action_end(self):
        """End the access at once; AccessError for whoever may not.

        :raises UserError: without a reason
        """
        self.ensure_one()
        grants = self.grant_ids
        grants.check_access("read")
        grants._check_ending()
        if not self.reason.strip():
            raise UserError(self.env._("Say why access ends."))
        grants._end(self.reason)
        return {"type": "ir.actions.act_window_close"}
