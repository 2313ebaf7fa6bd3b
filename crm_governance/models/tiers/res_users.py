# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reviewed(self):
        """Keep the people that lines of reviews name, which have no key on them.

        :raises UserError: naming the user
        """
        lines = self.env["governance.tier.review.line"].sudo()
        for user in self:
            named = Domain.OR(
                Domain(name, "=", user.id)
                for name in ("reviewer_id", "specialist_id", "liaison_leader_id")
            )
            if lines.search(named, limit=1):
                raise UserError(
                    self.env._(
                        "%(user)s looked after customers in a tier review. Archive "
                        "this user instead of deleting it.",
                        user=user.name,
                    )
                )
