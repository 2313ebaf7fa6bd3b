# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceComplaintActionCheck(models.Model):
    """One look at whether an action had an effect. Only added to."""

    _name = "governance.complaint.action.check"
    _description = "Check of the Effect of an Action"
    _inherit = ["governance.sealed.mixin", "governance.complaint.part.mixin"]
    _order = "date desc, id desc"
    _rec_name = "outcome"

    complaint_id = fields.Many2one(readonly=True)
    action_id = fields.Many2one(
        comodel_name="governance.complaint.action",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date = fields.Datetime(string="Checked on", required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Checked by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    outcome = fields.Selection(
        selection=[
            ("effective", "Effective"),
            ("ineffective", "Ineffective"),
            ("inconclusive", "Inconclusive"),
        ],
        string="Effect",
        required=True,
        readonly=True,
    )
    finding = fields.Text(required=True, readonly=True)
    round_count = fields.Integer(string="Attempt", readonly=True, aggregator=None)
    result = fields.Text(string="What Was Done", readonly=True)
    date_done = fields.Date(string="Done on", readonly=True)
    date_next = fields.Date(string="Next Date", readonly=True)
    count_before = fields.Integer(string="Complaints before", readonly=True)
    count_after = fields.Integer(string="Complaints since", readonly=True)

    @api.model
    def _sealed_mutable_fields(self):
        """Let the customer follow the complaint, to whom it may be given later."""
        return {"partner_id", "company_id"}
