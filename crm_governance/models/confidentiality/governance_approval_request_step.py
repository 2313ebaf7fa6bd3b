# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class GovernanceApprovalRequestStep(models.Model):
    """A step is as confidential as its request, and signed by cleared people only."""

    _name = "governance.approval.request.step"
    _inherit = ["governance.classified.mixin", "governance.approval.request.step"]
    _classified_by = "request_id"

    def _get_classified_partner(self):
        return self.request_id.partner_id

    @api.model
    def _get_clearance_domain(self, operation):
        requests = self.env["governance.approval.request"]
        return Domain("request_id", "any!", requests._get_clearance_domain(operation))

    def _filter_by_clearance(self, operation):
        requests = self.sudo().request_id.with_env(self.env)
        closed = requests - requests._filter_by_clearance(operation)
        return self.filtered(lambda step: step.sudo().request_id.id not in closed._ids)

    def _get_invited_users(self):
        """Invite nobody who may not read the customer."""
        return super()._get_invited_users() - self._get_uncleared_users()

    def _get_uncleared_users(self):
        """Return who would sign this step but may not read the customer."""
        self.ensure_one()
        request = self.sudo().request_id
        if not request.partner_id.classification_rank:
            return self.env["res.users"]
        users = self._get_approver_users(request.partner_id, request.company_id)
        users -= request.requester_id | request.author_ids
        return users.filtered(
            lambda user: (
                not request.partner_id.with_user(user)._filter_by_clearance("read")
            )
        )
