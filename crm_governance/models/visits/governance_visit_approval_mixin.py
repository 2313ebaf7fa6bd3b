# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceVisitApprovalMixin(models.AbstractModel):
    """What people of the field ask their leaders for; nobody is left without one."""

    _name = "governance.visit.approval.mixin"
    _description = "Asked of the leader"
    _inherit = ["governance.approval.mixin"]

    def _prepare_approval_step(self, step):
        """Let administrators sign for whom nobody leads, as they accept reports."""
        values = super()._prepare_approval_step(step)
        if step.approver_type != "requester_leader":
            return values
        leaders = step._get_leaders(self.env.user, self.company_id)
        involved = self.env.user | self._get_approval_authors()
        if not self.company_id._filter_staff(leaders) - involved:
            managers = self.env.ref("crm_governance.group_manager")
            values.update(approver_type="group", group_id=managers.id)
        return values
