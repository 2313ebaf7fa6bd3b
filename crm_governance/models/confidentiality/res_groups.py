# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

MEMBERSHIP = {"user_ids", "implied_ids", "implied_by_ids"}


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        users = self.env["res.users"]
        before = users._get_clearances()
        groups = super().create(vals_list)
        if any(not MEMBERSHIP.isdisjoint(vals) for vals in vals_list):
            users._register_clearances(before)
        return groups

    def write(self, vals):
        """Write, and register whose clearance changes by it."""
        if MEMBERSHIP.isdisjoint(vals):
            return super().write(vals)
        users = self.env["res.users"]
        before = users._get_clearances()
        result = super().write(vals)
        users._register_clearances(before)
        return result
