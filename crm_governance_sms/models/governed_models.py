# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SmsSms(models.Model):
    _name = "sms.sms"
    _inherit = ["governance.classified.mixin", "sms.sms"]
