# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    governance_complaint_review_day = fields.Selection(
        related="company_id.governance_complaint_review_day", readonly=False
    )
    governance_complaint_review_hour = fields.Float(
        related="company_id.governance_complaint_review_hour", readonly=False
    )
    governance_complaint_review_duration = fields.Float(
        related="company_id.governance_complaint_review_duration", readonly=False
    )
    governance_dissatisfied_days = fields.Integer(
        related="company_id.governance_dissatisfied_days", readonly=False
    )
