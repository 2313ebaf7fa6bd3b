# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _get_thread_with_access(self, thread_id, *args, **kwargs):
        """Return the record, to employees with clearance only, whatever their link."""
        thread = super()._get_thread_with_access(thread_id, *args, **kwargs)
        if self.env.su or not self.env.user._is_internal() or not thread:
            return thread
        confidentiality = self.env["governance.confidentiality"]
        hidden = confidentiality._get_hidden_documents({thread._name: thread.ids})
        return thread.browse() if hidden.get(thread._name) else thread

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Notify no colleague who may not read the record.

        Odoo sends what is written to every follower and to whoever is mentioned.
        """
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        if not hasattr(self, "_filter_by_clearance") or len(self) != 1:
            return recipients
        if not self.sudo()._get_keeping_rank():
            return recipients
        users = self.env["res.users"].browse(
            data["uid"] for data in recipients if data.get("uid")
        )
        closed = {
            user.id
            for user in users.sudo()
            if not user.share and not self.with_user(user)._filter_by_clearance("read")
        }
        return [data for data in recipients if data.get("uid") not in closed]
