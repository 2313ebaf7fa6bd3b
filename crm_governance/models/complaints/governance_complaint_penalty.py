# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceComplaintPenalty(models.Model):
    """What a responsible person has to pay: a line for the payroll, no more (D-51).

    The approved report names the person, whoever supervises the handling confirms it.
    """

    _name = "governance.complaint.penalty"
    _description = "Penalty after a Complaint"
    _inherit = [
        "governance.guarded.mixin",
        "governance.complaint.part.mixin",
        "governance.labelled.mixin",
    ]
    _order = "complaint_id desc, id"
    _rec_name = "complaint_id"
    _has_drafts = True

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible Person",
        required=True,
        index=True,
        ondelete="restrict",
    )
    amount = fields.Monetary(
        default=lambda self: self._get_default_amount(),
        help="200 yuan for each complaint that a service engineer has caused, unless "
        "your rules say otherwise.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Char(required=True)
    state = fields.Selection(
        selection=[("draft", "Proposed"), ("confirmed", "Confirmed")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    proposed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Proposed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Confirmed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_confirmed = fields.Datetime(string="Confirmed on", readonly=True, copy=False)

    _person_uniq = models.UniqueIndex(
        "(complaint_id, user_id)",
        "This person has a penalty for this complaint already.",
    )
    _amount_check = models.Constraint(
        "CHECK (amount >= 0)", "Give the penalty as a positive amount."
    )

    @api.model
    def _get_default_amount(self):
        """Return the 200 yuan of the source (004/5 9.6): no other currency has any."""
        return 200.0 if self.env.company.currency_id.name == "CNY" else 0.0

    @api.depends("complaint_id", "user_id")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        return f"{self.complaint_id.name or ''}: {self.sudo().user_id.name or ''}"

    def _get_user_fields(self):
        names = super()._get_user_fields() | {"user_id", "amount", "reason"}
        return names if self else names | {"complaint_id"}

    @api.model_create_multi
    def create(self, vals_list):
        """Propose penalties; UserError for people whom no approved report names."""
        penalties = super().create(vals_list)
        penalties._check_proposed()
        return penalties

    def write(self, vals):
        """Change proposals; UserError for people whom no approved report names."""
        result = super().write(vals)
        penalties = (
            self if {"user_id", "amount", "reason"} & set(vals) else self.browse()
        )
        penalties._check_proposed()
        return result

    def _get_author(self):
        """Return who proposes it: whoever wrote the amount could confirm it else."""
        self.ensure_one()
        if self.state != "draft":
            return super()._get_author()
        return self.proposed_by_id or self.create_uid

    def _check_proposed(self):
        if self._is_system():
            return
        self.complaint_id._check_worker()
        for penalty in self:
            reports = penalty.sudo().complaint_id.investigation_ids
            approved = reports.filtered(lambda one: one.state == "approved")
            if penalty.user_id not in approved.accused_ids:
                raise UserError(
                    self.env._(
                        "%(user)s is not named as responsible by an approved "
                        "investigation report.",
                        user=penalty.sudo().user_id.name,
                    )
                )

    def action_confirm(self):
        """Confirm it; whoever supervises the handling does, never the person.

        :raises UserError: for all others, for who proposed it, and for people with a
            stake in the matter
        """
        self.check_access("write")
        self.complaint_id._check_leader()
        for penalty in self:
            penalty._lock("draft")
            penalty._check_proposed()
            penalty._check_not_proposer()
            penalty.complaint_id._check_independent(self.env.user)
            penalty._as_system().write(
                {
                    "state": "confirmed",
                    "confirmed_by_id": self.env.uid,
                    "date_confirmed": fields.Datetime.now(),
                }
            )
        return True

    def _check_not_proposer(self):
        """Refuse that one person alone makes another pay.

        :raises UserError: for who proposed it
        """
        if self._get_author() == self.env.user:
            raise UserError(
                self.env._(
                    "You proposed this penalty yourself. Somebody else who supervises "
                    "the handling confirms it."
                )
            )
