# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .governance_visit_cadence import CONTACT_LEVELS


class ResPartner(models.Model):
    _inherit = "res.partner"

    governance_contact_level = fields.Selection(
        selection=CONTACT_LEVELS,
        string="Level at the Customer",
        groups="base.group_user",
        help="Who is met by whom: policies ask that leaders meet leaders.",
    )
