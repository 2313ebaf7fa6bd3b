# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .governance_complaint import ENDED


class GovernanceComplaintReviewLine(models.Model):
    """One complaint in a weekly review, and what was said about it."""

    _name = "governance.complaint.review.line"
    _description = "Complaint in a Weekly Review"
    _inherit = ["governance.guarded.mixin", "governance.complaint.part.mixin"]
    _order = "review_id desc, sequence, id"
    _rec_name = "complaint_id"

    review_id = fields.Many2one(
        comodel_name="governance.complaint.review",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    complaint_id = fields.Many2one(readonly=True)
    sequence = fields.Integer(readonly=True)
    user_id = fields.Many2one(related="complaint_id.user_id", string="Handler")
    unit_id = fields.Many2one(related="complaint_id.unit_id", string="Handling Unit")
    is_opened = fields.Boolean(string="Came In", readonly=True)
    is_closed_then = fields.Boolean(string="Settled", readonly=True)
    is_open = fields.Boolean(string="Still Open", readonly=True)
    is_overdue = fields.Boolean(string="Too Late", readonly=True)
    state_then = fields.Selection(
        selection=lambda self: (
            self.env["governance.complaint"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        string="Stood at",
        readonly=True,
    )
    days = fields.Integer(
        readonly=True, aggregator="avg", help="Since it was received."
    )
    remark = fields.Text(
        string="Said about It", help="Read only by those who may read the complaint."
    )

    _complaint_uniq = models.UniqueIndex(
        "(review_id, complaint_id)", "A review names each complaint once."
    )

    def _get_user_fields(self):
        return {"remark"}

    def _is_closed(self):
        return self.sudo().review_id.state == "held"

    @api.model_create_multi
    def create(self, vals_list):
        """List complaints; AccessError unless the system does."""
        if not self._is_system():
            self._refuse_change()
        return super().create(vals_list)


class GovernanceComplaint(models.Model):
    _inherit = "governance.complaint"

    def _filter_overdue(self):
        """Return those that are open and have a clock whose time has run out."""
        clocks = self.env["governance.complaint.clock"].sudo()
        late = clocks.search(
            [("complaint_id", "in", self.ids), ("is_overdue", "=", True)]
        )
        return self.filtered(
            lambda one: one.state not in ENDED and one in late.complaint_id
        )
