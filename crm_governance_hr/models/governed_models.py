# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceConfidentiality(models.AbstractModel):
    _inherit = "governance.confidentiality"

    @api.model
    def _get_open_models(self):
        return {
            **super()._get_open_models(),
            "hr.employee": "Names contacts of employees; the label is masked.",
            "hr.employee.public": "Names contacts of employees; the label is masked.",
            "hr.version": "The address of a workplace.",
            "hr.work.location": "The address of a workplace.",
        }
