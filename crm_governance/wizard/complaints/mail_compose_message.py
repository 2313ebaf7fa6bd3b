# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...models.complaints.mail_render_mixin import is_of_complaint


class MailComposeMessage(models.TransientModel):
    """The composer writes to colleagues about complaints, never to customers (D-29).

    What it posts is checked by the complaint; many mails at once are not posted.
    """

    _inherit = "mail.compose.message"

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        records = self.env.get(self.model)
        if records is not None and is_of_complaint(records):
            self.env["governance.complaint"]._refuse_outside()
        return super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)
