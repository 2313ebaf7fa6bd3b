# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceApproverMixin(models.AbstractModel):
    """The archivist of a department signs for what the department lends (BP-09)."""

    _inherit = "governance.approver.mixin"

    approver_type = fields.Selection(
        selection_add=[("collector", "Archivist of the department")],
        ondelete={"collector": "set default"},
    )

    @api.model
    def _get_approver_domain(self, user, customer_path, company_path, requester_path):
        domain = super()._get_approver_domain(
            user, customer_path, company_path, requester_path
        )
        request_path, _dot, _name = company_path.rpartition(".")
        return domain | (
            Domain("approver_type", "=", "collector")
            & Domain(f"{request_path}.res_model", "=", "governance.loan")
            & Domain(f"{request_path}.res_id", "in", self._get_loans_of(user))
        )

    @api.model
    def _get_loans_of(self, user):
        """Return the ids of the loans of volumes that a user collects for alone."""
        collectors = self.env["governance.filing.collector"].sudo()
        departments = self.env["governance.filing.department"].sudo()
        mine = departments.search(
            Domain(
                "collector_ids",
                "any",
                Domain("user_id", "=", user.id) & collectors._get_current_domain(),
            )
        )
        if not mine:
            return []
        loans = self.env["governance.loan"].sudo()
        inside = Domain("volume_id.department_id", "in", mine.ids)
        return loans._search(
            Domain("policy_id.borrower_kind", "=", "handler")
            & Domain("line_ids", "any", inside)
            & Domain("line_ids", "not any", ~inside)
        )

    def _get_users_collector(self, customer, company):
        departments = self._get_lending_departments()
        return (
            departments.current_collector_ids
            if len(departments) == 1
            else (self.env["res.users"])
        )

    def _get_lending_departments(self):
        """Return whose volumes are lent; nothing for the step of a matrix."""
        return self.env["governance.filing.department"]
