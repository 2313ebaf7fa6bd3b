# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintMasterMixin(models.AbstractModel):
    """A list that companies edit: types, matters, channels, causes and so on."""

    _name = "governance.complaint.master.mixin"
    _description = "List about complaints"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "There is one with this code already.")

    def copy_data(self, default=None):
        """Give a duplicate a code of its own."""
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for record, vals in zip(self, vals_list, strict=True):
            if "code" not in default:
                vals["code"] = self.env._("%(code)s (copy)", code=record.code)
        return vals_list
