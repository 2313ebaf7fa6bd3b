# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(self, *args, **kwargs):
        """Find what is downloaded; a file counts as opening its record (C-21)."""
        record = super()._find_record(*args, **kwargs)
        if record._name == "ir.attachment":
            self.env["ir.attachment"].browse(record.id)._register_use("opened")
        return record
