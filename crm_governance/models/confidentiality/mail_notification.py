# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class MailNotification(models.Model):
    _inherit = "mail.notification"

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        """Leave out notifications of messages on records that the user may not read."""
        if not (bypass_access or self.env.su):
            confidentiality = self.env["governance.confidentiality"]
            domain = Domain(domain) & confidentiality._get_open_rows_domain(
                "model", Domain.TRUE, path="mail_message_id"
            )
        return super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self.ids:
            return result
        allowed = self - result[0] if result else self
        messages = allowed.sudo().mail_message_id.sudo(False)
        hidden = self.env["governance.confidentiality"]._get_hidden_rows(
            messages, "model"
        )
        rows = allowed.filtered(lambda row: row.sudo().mail_message_id in hidden.sudo())
        if not rows:
            return result
        if result:
            return result[0] + rows, result[1]
        return rows, lambda: rows._make_access_error(operation)
