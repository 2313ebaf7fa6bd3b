# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrAttachment(models.Model):
    """Files of confidential customers: what is shared or deleted is registered."""

    _inherit = "ir.attachment"

    def write(self, vals):
        """Change; a file that becomes public is shared (C-21)."""
        result = super().write(vals)
        if vals.get("public"):
            self._register_use("shared")
        return result

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

    def _register_use(self, event):
        """Keep in mind what a person does with files of confidential customers."""
        if self.env.su or self.env.user.share:
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
