# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    governance_complaint_statistic_day = fields.Integer(
        related="company_id.governance_complaint_statistic_day", readonly=False
    )
