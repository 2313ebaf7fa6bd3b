# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import MissingError


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Write e-mails, and register which confidential customers they are about."""
        mails = super().create(vals_list)
        if not self.env.user.share:
            mails._register_sending()
        return mails

    def _register_sending(self):
        """Keep in mind what goes out about which customer, and to whom (C-21).

        All that Odoo sends passes here: messages, notifications and templates.
        """
        entries = self.env["governance.access.entry"]
        for mail in self.sudo():
            records = self.env.get(mail.model)
            if not mail.res_id or not hasattr(records, "_get_logged"):
                continue
            record = records.browse(mail.res_id)
            try:
                logged = record._get_logged()
            except MissingError:
                continue
            if logged:
                recipients = {*mail.recipient_ids.ids}
                recipients |= {mail.email_to} if mail.email_to else set()
                entries._collect("sent", logged, recipients)
