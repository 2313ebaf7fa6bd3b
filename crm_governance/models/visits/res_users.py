# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        """Keep the people that planned contacts name, which have no key on them.

        :raises UserError: naming the user
        """
        slots = self.env["governance.visit.slot"].sudo()
        for user in self:
            if slots.search(Domain("user_id", "=", user.id), limit=1):
                raise UserError(
                    self.env._(
                        "%(user)s has planned contacts with customers. Archive this "
                        "user instead of deleting it.",
                        user=user.name,
                    )
                )
