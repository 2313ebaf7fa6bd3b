# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceDisclosureRelease(models.TransientModel):
    """Says how data were given to somebody outside (C-27)."""

    _name = "governance.disclosure.release"
    _description = "Giving Data Outside"

    disclosure_id = fields.Many2one(
        comodel_name="governance.disclosure", required=True, ondelete="cascade"
    )
    medium = fields.Selection(
        selection=lambda self: (
            self.env["governance.disclosure"]
            ._fields["medium"]
            ._description_selection(self.env)
        ),
        string="Handed over",
        required=True,
        default="paper",
    )

    def action_confirm(self):
        """Enter that the data were given."""
        self.ensure_one()
        self.check_access("write")
        return self.disclosure_id.release(self.medium)
