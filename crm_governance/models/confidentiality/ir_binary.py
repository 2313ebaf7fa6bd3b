# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(self, *args, **kwargs):
        """Find what is downloaded; employees need the clearance whatever the link.

        A link that Odoo signs for some weeks would outlive the access that it was
        made under.

        :raises AccessError: for files of customers that are closed to an employee
        """
        record = super()._find_record(*args, **kwargs)
        self._check_clearance_for(record)
        self._register_download(record)
        return record

    def _record_to_stream(self, record, field_name):
        """Send; a file counts as opening its record, also among others (C-21)."""
        self._register_download(record)
        return super()._record_to_stream(record, field_name)

    def _check_clearance_for(self, record):
        if self.env.su or not self.env.user._is_internal():
            return
        model, res_id = record._name, record.id
        if model == "ir.attachment":
            model, res_id = record.sudo().res_model, record.sudo().res_id
        if not (model and res_id):
            return
        confidentiality = self.env["governance.confidentiality"]
        if confidentiality._get_hidden_documents({model: [res_id]}).get(model):
            self.env[model].browse(res_id)._register_denial("read")
            raise AccessError(
                self.env._("This belongs to a confidential customer. Ask for access.")
            )

    def _register_download(self, record):
        if record._name == "ir.attachment":
            self.env["ir.attachment"].browse(record.id)._register_use("opened")
