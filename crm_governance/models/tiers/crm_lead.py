# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    governance_referrer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Referring Customer",
        index="btree_not_null",
        help="The customer through whom this prospect was found; counts towards the "
        "referral target of that customer's tier.",
    )
