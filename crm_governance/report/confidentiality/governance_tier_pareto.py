# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceTierPareto(models.Model):
    _name = "governance.tier.pareto"
    _inherit = ["governance.classified.mixin", "governance.tier.pareto"]
