# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailActivity(models.Model):
    """Odoo keeps to-dos readable for whom they are assigned to."""

    _name = "mail.activity"
    _inherit = ["governance.document.row.mixin", "mail.activity"]
