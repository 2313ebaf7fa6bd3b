# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

READERS = ("crm_governance.group_custodian", "crm_governance.group_auditor")


class GovernanceDestructionCheck(models.TransientModel):
    """Compares the register of destructions with the files, after a restore (E-56)."""

    _name = "governance.destruction.check"
    _description = "Comparison of Register and Files"

    listing = fields.Text(
        string="Certificates Kept Outside",
        help="A certificate number and its fingerprint on each line, as in an export "
        "of the register that is kept outside of the database. After an older backup "
        "was restored, the register itself is older too.",
    )
    result = fields.Text(readonly=True)

    @api.model
    def _check_reader(self):
        if not any(self.env.user.has_group(group) for group in READERS):
            raise AccessError(
                self.env._("Data custodians and auditors compare register and files.")
            )

    def action_compare(self):
        """Show where register, files and the list disagree.

        :raises AccessError: for everybody but custodians and auditors
        """
        self.ensure_one()
        self.check_access("write")
        self._check_reader()
        entries = self.env["governance.destruction.entry"]
        found = entries._get_differences() + entries._get_missing(self.listing)
        self.result = "\n".join(found) or self.env._(
            "Register, files and list agree: nothing that was destroyed is there again."
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare register and files"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
