# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Write e-mails, and register which confidential customers they are about."""
        mails = super().create(vals_list)
        if self.env.user._is_internal():
            mails._register_sending()
        return mails

    def _register_sending(self):
        """Keep in mind what goes out about which customer, and to whom (C-21).

        All that Odoo sends passes here: messages, notifications and templates.
        """
        entries = self.env["governance.access.entry"]
        mails_by_model = self.sudo().filtered("res_id").grouped("model")
        for model, mails in mails_by_model.items():
            # Thousands of e-mails of a campaign are one question.
            logged = entries._get_logged_documents(model, mails.mapped("res_id"))
            by_id = logged.grouped("id")
            for mail in mails if logged else ():
                recipients = {*mail.recipient_ids.ids}
                recipients |= {mail.email_to} if mail.email_to else set()
                record = by_id.get(mail.res_id, logged.browse())
                entries._collect("sent", record, recipients)
