# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailTemplate(models.Model):
    """Templates of complaints are sent by the product, after its own checks (D-29)."""

    _inherit = "mail.template"

    def _send_check_access(self, res_ids):
        """Refuse that somebody sends a mail about a complaint past the replies."""
        if self.model == "governance.complaint" and not self.env.su:
            self.env[self.model]._refuse_outside()
        return super()._send_check_access(res_ids)
