# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .mail_render_mixin import is_of_complaint


class MailTemplate(models.Model):
    """Templates of complaints are sent by the product, after its own checks (D-29)."""

    _inherit = "mail.template"

    def _send_check_access(self, res_ids):
        """Refuse that somebody sends a mail about a complaint past the replies."""
        records = self.env.get(self.model)
        if not self.env.su and records is not None and is_of_complaint(records):
            self.env["governance.complaint"]._refuse_outside()
        return super()._send_check_access(res_ids)
