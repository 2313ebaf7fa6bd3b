# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintUnit(models.Model):
    """The address to which customers write, and whether they hear that it arrived."""

    _name = "governance.complaint.unit"
    _inherit = ["mail.alias.mixin.optional", "governance.complaint.unit"]

    acknowledges = fields.Boolean(
        string="Acknowledges Receipt",
        default=True,
        help="Who complains by e-mail or in the portal gets a mail with the number of "
        "the complaint.",
    )

    def write(self, vals):
        """Write; AccessError also where only the address is to change."""
        # The address is written as the system, by whoever asks.
        self.check_access("write")
        return super().write(vals)

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("governance.complaint")
        # What is told to the sender of a mail that is refused would lose the mail.
        values["alias_contact"] = "everyone"
        if self.id:
            values["alias_defaults"] = repr(
                {"unit_id": self.id, "company_id": self.company_id.id}
            )
        return values

    def _alias_get_error(self, message, message_dict, alias):
        """Let everybody complain, whatever the address is set to."""
        if alias.sudo().alias_model_id.model == "governance.complaint":
            return False
        return super()._alias_get_error(message, message_dict, alias)
