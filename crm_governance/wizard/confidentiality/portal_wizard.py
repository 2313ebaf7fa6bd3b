# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        """Let a contact into the portal, and register it (C-21)."""
        result = super().action_grant_access()
        for line in self:
            if logged := line.partner_id._get_logged():
                self.env["governance.access.entry"]._record(
                    "shared", logged, subject=line.sudo().user_id
                )
        return result
