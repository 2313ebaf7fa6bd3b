# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class GovernanceComplaint(models.Model):
    """What colleagues write to each other stays among them (D-29).

    Customers are told something by replies alone: who may send these is checked, and
    the clocks know of them.
    """

    _inherit = "governance.complaint"

    def message_post(self, **kwargs):
        """Post for colleagues; UserError when it would be sent to somebody outside."""
        return super().message_post(**self._keep_inside(kwargs))

    def message_notify(self, **kwargs):
        """Notify colleagues; UserError when it would be sent to somebody outside."""
        return super().message_notify(**self._keep_inside(kwargs))

    def _keep_inside(self, values):
        """Return the values of a message that goes to nobody outside.

        Replies are sent by the product itself, after its own checks.
        """
        if self._is_system():
            return values
        partners = (
            self.env["res.partner"].sudo().browse(values.get("partner_ids") or [])
        )
        outside = partners.exists().filtered("partner_share")
        if not outside and not values.get("outgoing_email_to"):
            return values
        if values.get("message_type") == "email":
            # What a mail says about its readers is none of our mails.
            inside = (partners - outside).ids
            return {**values, "partner_ids": inside, "outgoing_email_to": False}
        return self._refuse_outside()

    @api.model
    def _refuse_outside(self):
        """Refuse what would reach customers by another way than a reply.

        :raises UserError: saying which way that is
        """
        raise UserError(
            self.env._(
                "This would be sent to somebody outside. Customers are told something "
                "by a reply: choose “Write to the Customer”."
            )
        )

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Suggest no customers: replies go to them."""
        found = super()._message_get_suggested_recipients_batch(*args, **kwargs)
        partners = self.env["res.partner"].sudo()
        for number, people in found.items():
            found[number] = [
                one
                for one in people
                if one.get("partner_id")
                and not partners.browse(one["partner_id"]).partner_share
            ]
        return found
