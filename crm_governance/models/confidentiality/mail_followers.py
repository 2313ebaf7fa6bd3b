# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailFollowers(models.Model):
    """Who follows a record is nobody's business who may not read it."""

    _name = "mail.followers"
    _inherit = [
        "governance.classified.mixin",
        "governance.document.row.mixin",
        "mail.followers",
    ]
    _keeps_query = True
