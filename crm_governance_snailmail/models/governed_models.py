# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SnailmailLetter(models.Model):
    _name = "snailmail.letter"
    _inherit = ["governance.classified.mixin", "snailmail.letter"]
