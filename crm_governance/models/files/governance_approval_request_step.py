# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceApprovalRequestStep(models.Model):
    _inherit = "governance.approval.request.step"

    def _get_lending_departments(self):
        """Return the departments of the volumes of the loan that is asked for."""
        request = self.request_id.sudo()
        if request.res_model != "governance.loan":
            return super()._get_lending_departments()
        loan = self.env["governance.loan"].browse(request.res_id)._as_known()
        return loan.line_ids.volume_id.department_id
