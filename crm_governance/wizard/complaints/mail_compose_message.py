# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailComposeMessage(models.TransientModel):
    """The composer writes to colleagues about complaints, never to customers (D-29).

    What it posts is checked by the complaint; many mails at once are not posted.
    """

    _inherit = "mail.compose.message"

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        if self.model == "governance.complaint":
            self.env[self.model]._refuse_outside()
        return super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)
