# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceApproverMixin(models.AbstractModel):
    _inherit = "governance.approver.mixin"

    @api.model
    def _get_customer_role_fields(self):
        """Add the people whom a tier may demand on its customers."""
        return {
            **super()._get_customer_role_fields(),
            "specialist": "governance_specialist_id",
            "liaison_leader": "governance_liaison_leader_id",
        }
