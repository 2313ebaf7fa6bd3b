# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFileReason(models.TransientModel):
    """The dialog in which a custodian says why, before a volume changes its state."""

    _name = "governance.file.reason"
    _description = "Reason for a Step of a Volume"

    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=[
            ("return", "Back to the composer"),
            ("seal", "Seal"),
            ("unseal", "Open the seal"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True)

    @api.constrains("volume_id")
    def _check_volume(self):
        # The dialog shows its name; constraints are checked for the superuser.
        self.sudo(False).volume_id.check_access("read")

    def action_confirm(self):
        """Go on with the rights of the user; see the methods of the volume."""
        self.ensure_one()
        volume = self.volume_id
        if self.kind == "return":
            volume.return_to_composer(self.reason)
        elif self.kind == "seal":
            volume.seal(self.reason)
        else:
            volume.unseal(self.reason)
        return {"type": "ir.actions.act_window_close"}
