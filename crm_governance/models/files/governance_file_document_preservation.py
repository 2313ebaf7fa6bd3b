# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceFileDocument(models.Model):
    """A document that stays in its volume while a hold preserves it."""

    _inherit = "governance.file.document"

    def write(self, vals):
        """Change documents; UserError for what is preserved."""
        if not self._is_system() and set(vals) & self._get_user_fields():
            self.volume_id._check_not_held("change")
        return super().write(vals)

    def unlink(self):
        """Delete documents of drafts; UserError for what is preserved."""
        if not self._is_system():
            self.volume_id._check_not_held("delete")
        return super().unlink()
