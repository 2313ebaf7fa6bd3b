# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceConfidentiality(models.AbstractModel):
    _inherit = "governance.confidentiality"

    @api.model
    def _get_open_models(self):
        """Add what names a customer by a masked label alone."""
        return {
            **super()._get_open_models(),
            "governance.visit.reminder": "The own ones, by a number alone.",
        }
