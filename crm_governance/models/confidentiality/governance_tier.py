# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceTier(models.Model):
    _inherit = "governance.tier"

    confidentiality_level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Default Confidentiality",
        ondelete="restrict",
        help="Customers that come into this tier are raised to this level at once. "
        "Leaving the tier lowers nothing: a custodian proposes that.",
    )
