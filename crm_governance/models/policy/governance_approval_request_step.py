# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceApprovalRequestStep(models.Model):
    """A step as it stood in the matrix when the request was made."""

    _name = "governance.approval.request.step"
    _description = "Step of an approval request"
    _inherit = ["governance.sealed.mixin", "governance.approver.mixin"]
    _order = "request_id, sequence, id"

    request_id = fields.Many2one(
        comodel_name="governance.approval.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    # Evidence keeps the words of the day.
    name = fields.Char(translate=False)
    state = fields.Selection(
        selection=[
            ("waiting", "Waits for earlier steps"),
            ("open", "To sign"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("cancelled", "Not signed"),
            ("skipped", "Not reached"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    decision_ids = fields.One2many(
        comodel_name="governance.decision",
        inverse_name="request_step_id",
        readonly=True,
    )
    decided_by = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        compute="_compute_decided",
    )
    decided_on = fields.Datetime(compute="_compute_decided")

    @api.depends("decision_ids")
    def _compute_decided(self):
        for step in self:
            step.decided_by = step.decision_ids[:1].user_id
            step.decided_on = step.decision_ids[:1].date

    @api.model
    def _sealed_mutable_fields(self):
        return super()._sealed_mutable_fields() | {"state"}

    def _get_invited_users(self):
        """Return the users who may sign this step now and have not signed another."""
        self.ensure_one()
        request = self.request_id
        users = self._get_approver_users(request.partner_id, request.company_id)
        involved = request.requester_id | request.author_ids
        return users - involved - request._get_verdicts().user_id

    def _get_requester(self):
        return self.request_id.requester_id
