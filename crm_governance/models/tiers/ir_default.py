# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class IrDefault(models.Model):
    _inherit = "ir.default"

    @api.constrains("field_id")
    def _check_governance_tier(self):
        """Refuse a default tier: all customers without one would seem to have it."""
        for default in self.sudo():
            field = default.field_id
            if (field.model, field.name) == ("res.partner", "governance_tier_id"):
                raise UserError(
                    self.env._(
                        "The tier of a customer follows from reviews, it has no "
                        "default."
                    )
                )
