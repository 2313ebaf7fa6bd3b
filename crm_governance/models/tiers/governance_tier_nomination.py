# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class GovernanceTierNomination(models.Model):
    """A customer put forward for a tier before a review (A-113, AM-10)."""

    _name = "governance.tier.nomination"
    _description = "Tier Nomination"
    _inherit = ["governance.guarded.mixin", "mail.thread"]
    _order = "review_id desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    review_id = fields.Many2one(
        comodel_name="governance.tier.review",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("state", "=", "nomination")],
        default=lambda self: self._default_review_id(),
    )
    scheme_id = fields.Many2one(related="review_id.scheme_id")
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    review_state = fields.Selection(
        related="review_id.state", string="Stage of the Review"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', id)]",
        check_company=True,
    )
    owner_id = fields.Many2one(related="partner_id.user_id", string="Account Owner")
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Nominated Tier",
        required=True,
        ondelete="restrict",
        domain="[('scheme_id', '=', scheme_id)]",
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Nominated by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    specialist_id = fields.Many2one(
        comodel_name="res.users",
        string="Marketing Specialist",
        domain=[("share", "=", False)],
    )
    liaison_leader_id = fields.Many2one(
        comodel_name="res.users",
        domain=[("share", "=", False)],
    )
    is_company_level = fields.Boolean(
        string="Of the Whole Company",
        help="Put forward as a strategic customer of the whole company.",
    )
    reason = fields.Text(required=True)
    state = fields.Selection(
        selection=[("submitted", "Submitted"), ("withdrawn", "Withdrawn")],
        default="submitted",
        required=True,
        readonly=True,
        tracking=True,
    )

    is_merged = fields.Boolean(
        readonly=True,
        help="The nominated customer was merged into another one later, for which "
        "there is a nomination by the same person.",
    )

    _uniq = models.UniqueIndex(
        "(review_id, partner_id, user_id)"
        " WHERE state = 'submitted' AND is_merged IS NOT TRUE",
        "You have nominated this customer for the review already.",
    )

    @api.model
    def _default_review_id(self):
        """Return the review that takes nominations now and closes first."""
        return self.env["governance.tier.review"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "nomination"),
                ("kind", "!=", "preview"),
                "|",
                ("nomination_deadline", "=", False),
                ("nomination_deadline", ">=", fields.Date.context_today(self)),
            ],
            order="nomination_deadline, id",
            limit=1,
        )

    @api.constrains("review_id", "partner_id", "tier_id", "reason")
    def _check_nomination(self):
        for nomination in self:
            partner = nomination.partner_id
            partner._check_governance_readable()
            if partner.commercial_partner_id != partner:
                raise UserError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s. Nominate "
                        "%(customer)s itself.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )
            if nomination.tier_id.scheme_id != nomination.review_id.scheme_id:
                raise UserError(
                    self.env._(
                        "%(tier)s is not a tier of %(scheme)s.",
                        tier=nomination.tier_id.name,
                        scheme=nomination.review_id.scheme_id.display_name,
                    )
                )
            if not (nomination.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why %(customer)s belongs in %(tier)s.",
                        customer=partner.display_name,
                        tier=nomination.tier_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        nominations = super().create(vals_list)
        nominations._check_window()
        self.env["governance.programme"]._open_candidates(nominations)
        return nominations

    def write(self, vals):
        if self._is_system() or set(vals) <= self._get_free_fields():
            return super().write(vals)
        self._check_own()
        result = super().write(vals)
        # The nomination may have been moved to another review.
        self._check_window()
        return result

    @api.model
    def _get_user_fields(self):
        return {
            "review_id",
            "partner_id",
            "tier_id",
            "specialist_id",
            "liaison_leader_id",
            "is_company_level",
            "reason",
        }

    def _is_closed(self):
        return self.state != "submitted" or self.review_id.state != "nomination"

    def _check_window(self):
        """Refuse nominations outside of their time.

        :raises UserError: when the review does not take nominations (any more)
        """
        for nomination in self:
            review = nomination.review_id
            if review.state != "nomination":
                raise UserError(
                    self.env._(
                        "%(review)s does not take nominations any more.",
                        review=review.display_name,
                    )
                )
            deadline = review.nomination_deadline
            if deadline and review._get_today() > deadline:
                raise UserError(
                    self.env._(
                        "%(review)s took nominations until %(date)s.",
                        review=review.display_name,
                        date=format_date(self.env, deadline),
                    )
                )

    def _check_own(self):
        for nomination in self:
            if nomination.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(customer)s was nominated by %(user)s. Only who nominated "
                        "changes or withdraws a nomination.",
                        customer=nomination.partner_id.display_name,
                        user=nomination.user_id.name,
                    )
                )

    def action_withdraw(self):
        """Take back nominations as long as the review still takes them."""
        self.check_access("write")
        self._check_own()
        self._check_window()
        self._as_system().write({"state": "withdrawn"})
        # Who puts the customer forward again must find the place free.
        self.flush_recordset(["state"])
