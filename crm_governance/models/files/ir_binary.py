# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.http import request
from odoo.tools import str2bool


class IrBinary(models.AbstractModel):
    """Files that are read on loan are shown; saving them needs a policy (C-18)."""

    _inherit = "ir.binary"

    def _find_record(self, *args, **kwargs):
        """Find what is downloaded; UserError for what may not be copied."""
        record = super()._find_record(*args, **kwargs)
        if self._is_saved():
            self._check_lent_copy(record)
        return record

    def _record_to_stream(self, record, field_name):
        """Send; UserError for what may not be copied, also among others."""
        if self._is_saved():
            self._check_lent_copy(record)
        return super()._record_to_stream(record, field_name)

    def _is_saved(self):
        """Return whether files are asked for to be kept, not to be looked at."""
        if not request:
            return False
        is_packed = request.httprequest.path.rstrip("/").endswith("/zip")
        return is_packed or str2bool(request.params.get("download") or "", False)

    def _check_lent_copy(self, record):
        if record._name == "ir.attachment":
            self.env["ir.attachment"].browse(record.id)._check_lent_copy()
