# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list


class ResUsers(models.Model):
    """Nobody leaves with a volume in hand; reading on loan ends (C-42)."""

    _inherit = "res.users"

    def write(self, vals):
        """Write; UserError when somebody is archived who holds volumes on paper."""
        if "active" in vals and not vals["active"]:
            self._check_nothing_borrowed()
        return super().write(vals)

    def _check_nothing_borrowed(self):
        """Refuse that people leave before everything is back.

        What is lost has been reported and keeps nobody.

        :raises UserError: naming the loans
        """
        lines = self.env["governance.loan.line"].sudo()
        held = lines.search(
            Domain("user_id", "in", self.ids)
            & Domain("medium", "=", "paper")
            & Domain("state", "in", ("handed_out", "claimed"))
        )
        for user, some in held.grouped("user_id").items():
            raise UserError(
                self.env._(
                    "%(user)s still has %(count)s volumes of customer files "
                    "(%(loans)s). A data custodian takes them back before the user is "
                    "archived. To end access at once, suspend it.",
                    user=user.name,
                    count=len(some),
                    loans=format_list(self.env, some.loan_id.mapped("name")),
                )
            )

    def _end_governance_access(self):
        """End the loans of electronic volumes of people who have left too."""
        result = super()._end_governance_access()
        lines = self.env["governance.loan.line"].sudo()
        reading = lines.search(
            Domain("user_id", "in", self.ids)
            & Domain("medium", "=", "electronic")
            & Domain("state", "=", "handed_out")
        )
        if reading:
            reading.with_env(self.env)._finish("returned", {"condition": "good"})
        return result
