# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceSuspensionLift(models.TransientModel):
    """The dialog in which somebody lifts a suspension and says why."""

    _name = "governance.suspension.lift"
    _description = "Lift a Suspension"

    suspension_id = fields.Many2one(
        comodel_name="governance.suspension",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    reason = fields.Text(
        required=True, help="Custodians, executives and auditors will read it."
    )

    @api.constrains("suspension_id")
    def _check_suspension(self):
        # Its name, which the dialog shows, is not for everybody; constraints are
        # checked for the superuser otherwise.
        self.sudo(False).suspension_id.check_access("read")

    def action_confirm(self):
        """Lift with the rights of the user; see `lift` of the suspension."""
        self.ensure_one()
        self.suspension_id.lift(self.reason)
        return {"type": "ir.actions.act_window_close"}
