# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceFileVolume(models.Model):
    """A seal closes a filed volume until its opening is approved (E-58, C-16)."""

    _inherit = "governance.file.volume"

    is_unsealing = fields.Boolean(
        string="Opening of the Seal Waits",
        compute="_compute_is_unsealing",
        compute_sudo=True,
        help="Somebody has asked to open the seal, and it is not decided yet.",
    )

    @api.depends("seal_ids.state")
    def _compute_is_unsealing(self):
        for volume in self:
            volume.is_unsealing = "requested" in volume.seal_ids.mapped("state")

    def action_seal(self):
        """Open the dialog in which a volume is sealed."""
        return self._open_reason("seal")

    def action_unseal(self):
        """Open the dialog that asks to open the seal of a volume."""
        return self._open_reason("unseal")

    def seal(self, reason):
        """Seal a filed volume at once; only its custodian reads it then (E-58).

        :raises AccessError: for everybody but data custodians
        :raises UserError: without a reason, and for what is sealed or not filed
        """
        self.ensure_one()
        reason = self._get_reason(reason)
        [volume] = self._lock_for_step("filed")
        if volume.is_sealed:
            raise UserError(self.env._("%(name)s is sealed.", name=volume.code))
        if not volume.user_id:
            raise UserError(
                self.env._(
                    "Nobody looks after %(file)s, so nobody could open the seal. Name "
                    "a custodian of the file first.",
                    file=volume.file_id.name,
                )
            )
        self.env["governance.file.seal"]._begin(volume, "seal", reason)._apply()
        return True

    def unseal(self, reason):
        """Ask for the approval to open the seal of a volume (C-16).

        :return: the record that waits for the decision
        :raises AccessError: for everybody but the custodian of the volume
        :raises UserError: without a reason, and for what is not sealed
        """
        self.ensure_one()
        reason = self._get_reason(reason)
        [volume] = self._lock_for_step("filed")
        if not volume.is_sealed:
            raise UserError(self.env._("%(name)s is not sealed.", name=volume.code))
        seal = self.env["governance.file.seal"]._begin(volume, "unseal", reason)
        return seal._ask()
