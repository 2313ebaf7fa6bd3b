# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class GovernanceApprovalRequest(models.Model):
    """Requests on confidential customers are hidden from whoever cannot read those."""

    _name = "governance.approval.request"
    _inherit = ["governance.classified.mixin", "governance.approval.request"]

    # ------------------------------------------------------------------
    # DECISION ON WHO READS
    # ------------------------------------------------------------------

    @api.model
    def _get_known_models(self):
        """Return the subjects whose requesters read their requests in any case.

        Whoever asks for access to a customer cannot read the customer yet.  Such
        a subject says so by `_approval_known_to_requester`.
        """
        return [
            name
            for name, model in self.env.registry.items()
            if getattr(model, "_approval_known_to_requester", False)
        ]

    @api.model
    def _get_own_domain(self):
        return Domain("requester_id", "=", self.env.uid) & Domain(
            "res_model", "in", self._get_known_models()
        )

    @api.model
    def _get_clearance_domain(self, operation):
        return super()._get_clearance_domain(operation) | self._get_own_domain()

    def _filter_by_clearance(self, operation):
        known = self._get_known_models()
        own = self.sudo().filtered(
            lambda request: (
                request.requester_id == request.env.user and request.res_model in known
            )
        )
        others = self - own.with_env(self.env)
        return self - (
            others
            - super(GovernanceApprovalRequest, others)._filter_by_clearance(operation)
        )

    # ------------------------------------------------------------------
    # WHO MAY DECIDE
    # ------------------------------------------------------------------

    @api.model
    def _get_signable_domain(self):
        """Let people sign for customers only that they may read."""
        domain = super()._get_signable_domain()
        if self.env["governance.confidentiality"]._is_everything_open():
            return domain
        return domain & self._get_clearance_domain("read")

    def _check_somebody_can_sign(self):
        for step in self.step_ids.filtered(lambda step: step.state == "open"):
            if step._get_invited_users():
                continue
            if step._get_uncleared_users():
                raise UserError(
                    self.env._(
                        "Nobody could sign the step “%(step)s” (%(approver)s): of "
                        "those who would sign it, nobody may read this confidential "
                        "customer. Somebody of them needs the clearance.",
                        step=step.name,
                        approver=step.approver_label,
                    )
                )
        return super()._check_somebody_can_sign()
