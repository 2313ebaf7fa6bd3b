# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import xmlrpc.client

from odoo import api, models

from .complaint_original import Original

COMPLAINT = "governance.complaint"


class MailThread(models.AbstractModel):
    """Odoo's mail gateway, which loses no mail that is about a complaint.

    Odoo answers mails that it cannot take in, or drops them: whatever fails, what
    loops and what comes too often.  Those for complaints are kept
    (`governance.complaint.intake`) and told to customer service.
    """

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Take in a mail; keep it when it is about a complaint and fails."""
        if isinstance(message, xmlrpc.client.Binary):
            message = bytes(message.data)
        if isinstance(message, str):
            message = message.encode("utf-8", "surrogateescape")
        if model == COMPLAINT and thread_id:
            # Who calls from outside names a complaint that he need not know.
            self.env[model].browse(thread_id).check_access("write")
        intakes = self.env["governance.complaint.intake"]._in_company_language()
        threads = self.with_context(governance_original=Original(message))
        # Whoever fails holds the number until the mail is kept.
        known = intakes._claim_mail(model, message)
        try:
            with self.env.cr.savepoint():
                number = not known and super(MailThread, threads).message_process(
                    model,
                    intakes._name_mail(model, message),
                    custom_values=custom_values,
                    save_original=save_original,
                    strip_attachments=strip_attachments,
                    thread_id=thread_id,
                )
        except Exception as error:
            self.env.invalidate_all(flush=False)
            if not intakes._keep_failed_mail(model, message, error):
                raise
            return False
        if not number and known != "kept":
            intakes._keep_dropped_mail(model, message)
        return number

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Leave complaints out: what comes too often is kept, not dropped."""
        others = [route for route in routes or () if route[0] != COMPLAINT]
        if routes and not others:
            return False
        return super()._detect_loop_sender(message, message_dict, others)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Hold back what no person has written; take the rest in."""
        intakes = self.env["governance.complaint.intake"]._in_company_language()
        routes, held = intakes._sort_routes(message, message_dict, routes or [])
        for route, state, reason in held:
            intakes._keep_held_mail(message, route, state, reason)
        if held and not routes:
            return False
        return super()._message_route_process(message, message_dict, routes)
