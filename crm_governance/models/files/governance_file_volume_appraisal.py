# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceFileVolume(models.Model):
    """The appraisals of a volume."""

    _name = "governance.file.volume"
    _inherit = ["governance.file.volume", "governance.isolated.mixin"]

    appraisal_ids = fields.One2many(
        comodel_name="governance.appraisal",
        inverse_name="volume_id",
        string="Appraisals",
        groups="crm_governance.group_custodian,crm_governance.group_auditor",
    )

    def _open_appraisal(self):
        """Open the appraisal of a volume whose time is over, unless it is held."""
        self.ensure_one()
        if self._is_held():
            return
        self.env["governance.appraisal"]._as_system().create(
            {"volume_id": self.id, "date_due": self.retention_until}
        )
