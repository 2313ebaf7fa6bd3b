# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

READERS = ("crm_governance.group_custodian", "crm_governance.group_auditor")
# So many differences are shown at a time.
SHOWN = 200


class GovernanceRegisterCheckMixin(models.AbstractModel):
    """Compares a register with the state, and with a list kept outside."""

    _name = "governance.register.check.mixin"
    _description = "Comparison of a register"

    listing = fields.Text(
        string="List Kept Outside",
        help="A number of the register and its fingerprint on each line, as in an "
        "export of the register that is kept outside of the database. After an older "
        "backup was restored, the register itself is older too.",
    )
    listing_file = fields.Binary(
        string="File of the List",
        attachment=False,
        help="The same as a file (CSV), as it was downloaded.",
    )
    listing_name = fields.Char(string="File Name of the List")
    result = fields.Text(readonly=True)

    @api.model
    def _check_reader(self):
        if not any(self.env.user.has_group(group) for group in READERS):
            raise AccessError(
                self.env._("Data custodians and auditors compare register and files.")
            )

    def action_compare(self):
        """Show where register, state and the list disagree.

        :raises AccessError: for everybody but custodians and auditors
        :raises UserError: for a file that is no text
        """
        self.ensure_one()
        self.check_access("write")
        self._check_reader()
        register = self._get_register()
        listing = self._get_listing()
        differences = [*register._find_differences()]
        missing = register._get_missing(listing)
        found = [describe() for describe in differences[:SHOWN]]
        found += missing[: SHOWN - len(found)]
        if more := len(differences) + len(missing) - len(found):
            found.append(self.env._("%(count)s more differences", count=more))
        self.result = "\n".join(found) or self._get_agreement()
        return self._open_again()

    def _open_again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self._get_title(),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_listing(self):
        """Return the list as it was typed in and as it was uploaded."""
        try:
            file = base64.b64decode(self.listing_file or b"").decode("utf-8-sig")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise UserError(
                self.env._(
                    "The file of the list is no text. Take the file as it was "
                    "downloaded (CSV)."
                )
            ) from error
        return "\n".join(filter(None, (self.listing, file)))

    @api.model
    def _get_register(self):
        """Return the model of the register."""
        raise NotImplementedError

    @api.model
    def _get_agreement(self):
        """Return the sentence that nothing differs."""
        raise NotImplementedError

    @api.model
    def _get_title(self):
        """Return the name of the dialog."""
        raise NotImplementedError
