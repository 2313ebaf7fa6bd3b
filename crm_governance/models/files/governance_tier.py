# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceTier(models.Model):
    _inherit = "governance.tier"

    opens_file = fields.Boolean(
        string="Opens a Customer File",
        help="Customers that come into this tier get a file at once, unless they have "
        "one. Leaving the tier closes nothing.",
    )
