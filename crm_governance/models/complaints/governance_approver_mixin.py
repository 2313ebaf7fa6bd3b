# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

APPROVERS = [
    ("unit_leader", "Supervisor of the handling unit"),
    ("supervising_unit", "Supervising unit of the complaint"),
]


class GovernanceApproverMixin(models.AbstractModel):
    """The units of a complaint sign what belongs to it (D-21, D-25, D-27, D-28)."""

    _inherit = "governance.approver.mixin"

    approver_type = fields.Selection(
        selection_add=APPROVERS,
        ondelete={name: "set default" for name, _label in APPROVERS},
    )

    @api.model
    def _get_approver_domain(self, user, customer_path, company_path, requester_path):
        domain = super()._get_approver_domain(
            user, customer_path, company_path, requester_path
        )
        request_path, _dot, _name = company_path.rpartition(".")
        complaints = self.env["governance.complaint"]
        for approver, _label in APPROVERS:
            signed = getattr(complaints, f"_get_{approver}_domain")(user)
            subjects = Domain.OR(
                Domain(f"{request_path}.res_model", "=", model)
                & Domain(f"{request_path}.res_id", "in", query)
                for model, query in complaints._search_subjects(signed)
            )
            domain |= Domain("approver_type", "=", approver) & subjects
        return domain

    def _get_users_unit_leader(self, customer, company):
        return self._get_complaint()._get_unit_leaders()

    def _get_users_supervising_unit(self, customer, company):
        return self._get_complaint()._get_supervisors()

    def _get_complaint(self):
        """Return the complaint that is decided on; none for a step of a matrix."""
        return self.env["governance.complaint"]
