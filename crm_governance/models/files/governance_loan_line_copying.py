# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# The same file is on record so often at most.
SAME_FETCH = timedelta(hours=1)


class GovernanceLoanLine(models.Model):
    """What is read on loan is copied where the policy says so, nowhere else (C-18)."""

    _inherit = "governance.loan.line"

    @api.model
    def _get_uncopied(self, volumes):
        """Return by which loans the user reads some volumes and may not copy them.

        Data custodians copy by their office.
        """
        user = self.env.user
        lines = self.sudo()
        if self.env.su or user.has_group("crm_governance.group_custodian"):
            return lines.browse()
        lines = lines.search(
            Domain("volume_id", "in", volumes) & lines._get_reading_domain(user)
        )
        free = lines.filtered("policy_id.is_copying_allowed").volume_id
        return lines.filtered(lambda line: line.volume_id not in free)

    def _refuse_copy(self):
        """Say by which policy nothing is copied.

        :raises UserError: always
        """
        raise UserError(
            self.env._(
                "%(loan)s: the policy “%(policy)s” allows no copies. Read it here, or "
                "ask a data custodian for a copy.",
                loan=self.loan_id.name,
                policy=self.policy_id.name,
            )
        )

    def _note_fetched(self, name):
        """Note that a file was opened, which cannot be told from copying it."""
        events = self.env["governance.loan.event"]
        known = events.sudo().search(
            Domain("line_id", "in", self.ids)
            & Domain("event", "=", "fetched")
            & Domain("note", "=", name)
            & Domain("date", ">", fields.Datetime.now() - SAME_FETCH)
        )
        if fresh := self - known.line_id:
            events._record("fetched", fresh, note=name)
