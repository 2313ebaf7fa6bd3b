# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class IrAttachment(models.Model):
    """What was sent to a customer with a reply stays as it was sent."""

    _inherit = "ir.attachment"

    def _check_evidence_kept(self):
        """Refuse to change or delete what a customer got.

        :raises UserError: naming the reply
        """
        result = super()._check_evidence_kept()
        sent = (
            self.env["governance.complaint.reply"]
            .sudo()
            .search(
                Domain("attachment_ids", "in", self.ids)
                & Domain("state", "!=", "draft"),
                limit=1,
            )
        )
        if sent:
            raise UserError(
                self.env._(
                    "“%(reply)s” was sent with this file, which stays as it is.",
                    reply=sent.sudo(False).display_name,
                )
            )
        return result
