# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceDestructionCheck(models.TransientModel):
    """Compares the register of destructions with the files, after a restore (E-56)."""

    _name = "governance.destruction.check"
    _description = "Comparison of Register and Files"
    _inherit = "governance.register.check.mixin"

    listing = fields.Text(
        string="Certificates Kept Outside",
        help="A certificate number and its fingerprint on each line, as in an export "
        "of the register that is kept outside of the database. After an older backup "
        "was restored, the register itself is older too.",
    )

    @api.model
    def _get_register(self):
        return self.env["governance.destruction.entry"]

    @api.model
    def _get_agreement(self):
        return self.env._(
            "Register, files and list agree: nothing that was destroyed is there again."
        )

    @api.model
    def _get_title(self):
        return self.env._("Compare register and files")
