# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceLoanLine(models.Model):
    """What is lost or comes back damaged is looked into (E-51)."""

    _inherit = "governance.loan.line"

    incident_ids = fields.One2many(
        comodel_name="governance.loan.incident",
        inverse_name="line_id",
        string="Losses and Damage",
        readonly=True,
    )

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {"incident_ids"}

    def _react_to_loss(self, kind, note):
        """Open an incident for each of the volumes."""
        result = super()._react_to_loss(kind, note)
        self.env["governance.loan.incident"]._open(self._as_known(), kind, note)
        return result
