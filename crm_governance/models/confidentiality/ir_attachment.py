# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

PLACE = {"res_model", "res_id"}
CONTENT = {"raw", "datas", "db_datas", "index_content"}
# What makes links that open files without a login.
LINKS = {"public", "access_token"}


class IrAttachment(models.Model):
    """Files of confidential customers: they stay, and their use is registered."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Add, and register it (C-21); images belong to their record."""
        files = super().create(vals_list)
        files.filtered(lambda file: not file.res_field)._register_use("changed")
        return files

    def write(self, vals):
        """Change, and register it; a file that gets a link is shared (C-21).

        :raises AccessError: when a file would leave its confidential customer
        """
        moves = not PLACE.isdisjoint(vals)
        if moves:
            self._check_row_stays(vals)
            self._register_use("changed")
        result = super().write(vals)
        if any(vals.get(name) for name in LINKS):
            self._register_use("shared")
        if not vals.keys() <= LINKS:
            self._register_use("changed")
        return result

    def copy(self, default=None):
        """Duplicate; AccessError when a copy would leave the confidential customer."""
        if not PLACE.isdisjoint(default or {}):
            self._check_row_stays(default)
        return super().copy(default)

    def read(self, fields=None, load="_classic_read"):
        """Read; the content of a file counts as opening its record (C-21)."""
        result = super().read(fields, load)
        if fields is None or not CONTENT.isdisjoint(fields):
            self._register_use("opened")
        return result

    def web_read(self, specification):
        """Read; the content of a file counts as opening its record (C-21)."""
        result = super().web_read(specification)
        if not CONTENT.isdisjoint(specification):
            self._register_use("opened")
        return result

    # Writes to the register, so not on a read-only replica.
    web_read._readonly = False

    def unlink(self):
        """Delete, and register whose files they were (C-21)."""
        if not self.env.su:
            self.check_access("unlink")
            self._register_use("deleted")
        return super().unlink()

    def generate_access_token(self):
        """Make links that open files without a login, and register it (C-21)."""
        result = super().generate_access_token()
        self._register_use("shared")
        return result

    def _post_add_create(self, **kwargs):
        """Register what people add to a chatter, which Odoo does as the system."""
        self.sudo(False)._register_use("changed")
        return super()._post_add_create(**kwargs)

    def _delete_and_notify(self, message=None):
        """Register what people delete in a chatter, which Odoo does as the system."""
        self.sudo(False)._register_use("deleted")
        return super()._delete_and_notify(message)

    def _register_use(self, event):
        """Keep in mind what a person does with files of confidential customers."""
        if self.env.su or not self.env.user._is_internal():
            return
        entries = self.env["governance.access.entry"]
        files = self.sudo().filtered("res_id").grouped("res_model")
        for model, mine in files.items():
            logged = entries._get_logged_documents(model, mine.mapped("res_id"))
            if event != "opened":
                entries._collect(event, logged)
                continue
            for record in logged.sudo(False):
                record._enter_opening()

    def _check_row_stays(self, vals):
        """Let custodians alone give a file to a less confidential record.

        :param dict vals: where the file, or its copy, is to be
        """
        if not self.env.su:
            confidentiality = self.env["governance.confidentiality"]
            confidentiality._check_rows_stay(self, "res_model", vals)
