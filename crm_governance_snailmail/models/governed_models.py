# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SnailmailLetter(models.Model):
    _name = "snailmail.letter"
    _inherit = ["governance.classified.mixin", "snailmail.letter"]

    @api.model_create_multi
    def create(self, vals_list):
        """Write letters, and register which confidential customers get them."""
        records = super().create(vals_list)
        if self.env.user._is_internal():
            records._collect_reading("sent")
        return records
