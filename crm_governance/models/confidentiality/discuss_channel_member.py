# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.model_create_multi
    def create(self, vals_list):
        """Add members; AccessError for hidden contacts, whose names all would see.

        Odoo adds members as the system, whoever invites them.
        """
        if not self.env.user._is_superuser() and self.env.user._is_internal():
            self.sudo(False)._check_governance_links(vals_list)
        return super().create(vals_list)
