# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.depends_context("uid")
    def _compute_potential_lead_duplicates(self):
        """Compute without hidden leads: Odoo asks as the system and counts all."""
        return super(
            CrmLead, self._with_open_only()
        )._compute_potential_lead_duplicates()
