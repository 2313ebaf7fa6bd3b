# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceNumberedMixin(models.AbstractModel):
    """A guarded record with a serial number of its company.

    The sequence has the name of the model as its code; a company may have its own.
    """

    _name = "governance.numbered.mixin"
    _description = "Record with a serial number"
    _inherit = "governance.guarded.mixin"

    name = fields.Char(
        string="Serial Number", required=True, readonly=True, copy=False, default="/"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create records, each with the next number of its company."""
        records = super().create(vals_list)
        for record in records:
            record._as_system().name = record._take_number()
        return records

    def _take_number(self):
        """Return the next number; where no sequence is left, that of the record."""
        self.ensure_one()
        sequences = self.env["ir.sequence"].sudo()
        if "company_id" in self._fields:
            sequences = sequences.with_company(self.sudo().company_id)
        return sequences.next_by_code(self._name) or str(self.id)
