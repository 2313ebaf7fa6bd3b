# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SurveyUserInput(models.Model):
    _name = "survey.user_input"
    _inherit = ["governance.classified.mixin", "survey.user_input"]
