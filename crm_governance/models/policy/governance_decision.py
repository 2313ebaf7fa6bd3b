# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

VERDICTS = ("approved", "rejected")


class GovernanceDecision(models.Model):
    """Register of every approval: what was asked, decided and brought into effect."""

    _name = "governance.decision"
    _description = "Decision"
    _inherit = "governance.sealed.mixin"
    _order = "date desc, id desc"
    _rec_name = "res_name"

    request_id = fields.Many2one(
        comodel_name="governance.approval.request",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    request_step_id = fields.Many2one(
        comodel_name="governance.approval.request.step",
        readonly=True,
        ondelete="restrict",
    )
    step_name = fields.Char(string="Step", readonly=True)
    res_model = fields.Char(string="Subject model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Subject number",
        model_field="res_model",
        readonly=True,
    )
    res_name = fields.Char(string="Subject", readonly=True)
    subject_type = fields.Char(
        string="Kind of subject",
        compute="_compute_subject_type",
        help="What kind of record the decision is about.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    event = fields.Selection(
        selection=[
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("changed", "Changed"),
            ("expired", "Expired"),
            ("voided", "Voided"),
            ("withdrawn", "Withdrawn"),
            ("applied", "Brought into effect"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    date = fields.Datetime(required=True, readonly=True, index=True)
    reason = fields.Text(readonly=True)
    content_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        help="Fingerprint (SHA-256) of the content that was decided on.",
    )
    detail = fields.Json(readonly=True)

    _subject_idx = models.Index("(res_model, res_id)")
    _verdict_uniq = models.UniqueIndex(
        "(request_id, user_id) WHERE event IN ('approved', 'rejected')",
        "One person decides a request only once.",
    )

    @api.depends("res_model")
    def _compute_subject_type(self):
        names = {}
        for decision in self:
            model = decision.res_model
            if model not in names:
                names[model] = self.env["ir.model"]._get(model).name or model
            decision.subject_type = names[model]

    @api.model
    def _record(self, vals_list):
        """Add lines to the register, signed by the current user and dated now.

        Each of `vals_list` gives at least `event`, `res_model`, `res_id` and
        `company_id`. Whoever calls has checked the right to do it before.
        """
        now = fields.Datetime.now()
        lines = [{**vals, "user_id": self.env.uid, "date": now} for vals in vals_list]
        return self._seal().create(lines)._unseal()
