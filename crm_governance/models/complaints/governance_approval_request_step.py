# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceApprovalRequestStep(models.Model):
    _inherit = "governance.approval.request.step"

    def _get_complaint(self):
        """Return the complaint that the request is about, or that its subject is of."""
        request = self.request_id.sudo()
        complaints = self.env["governance.complaint"].sudo()
        if request.res_model not in complaints._get_subject_models():
            return super()._get_complaint()
        record = complaints.env[request.res_model].browse(request.res_id)
        return record if request.res_model == complaints._name else record.complaint_id
