# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceDecide(models.TransientModel):
    """The dialog in which an approver signs or rejects."""

    _name = "governance.decide"
    _description = "Decide a request"

    request_id = fields.Many2one(
        comodel_name="governance.approval.request",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    verdict = fields.Selection(
        selection=[("approved", "Approve"), ("rejected", "Reject")],
        required=True,
        readonly=True,
    )
    request_reason = fields.Text(related="request_id.reason", related_sudo=False)
    asker_id = fields.Many2one(related="request_id.asker_id", related_sudo=False)
    content_html = fields.Html(
        related="request_id.content_html", related_sudo=False, sanitize=False
    )
    remark_reason = fields.Text(compute="_compute_remark_reason")
    reason = fields.Text(
        help="Why you decide so. A rejection needs a reason; everybody concerned "
        "reads it.",
    )

    @api.depends("request_id", "verdict")
    def _compute_remark_reason(self):
        for dialog in self:
            request = dialog.sudo(False).request_id
            request.check_access("read")
            dialog.remark_reason = request._get_remark_reason(dialog.verdict)

    @api.constrains("request_id")
    def _check_request(self):
        # Its name, which the dialog shows, is not for everybody; constraints are
        # checked for the superuser otherwise.
        self.sudo(False).request_id.check_access("read")

    def action_confirm(self):
        """Decide with the rights of the user; see `decide` of the request."""
        self.ensure_one()
        result = self.request_id.decide(self.verdict, self.reason)
        if result is True:
            return {"type": "ir.actions.act_window_close"}
        return result
