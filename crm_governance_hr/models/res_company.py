# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _is_own_staff(self, user):
        """Ask where employees work, who may look into other companies (BP-04)."""
        employers = user.sudo().employee_ids.company_id
        return self in employers if employers else super()._is_own_staff(user)
