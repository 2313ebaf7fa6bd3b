# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SmsSms(models.Model):
    _name = "sms.sms"
    _inherit = ["governance.classified.mixin", "sms.sms"]

    @api.model_create_multi
    def create(self, vals_list):
        """Write text messages, and register which confidential customers get them."""
        records = super().create(vals_list)
        if self.env.user._is_internal():
            records._collect_reading("sent")
        return records
