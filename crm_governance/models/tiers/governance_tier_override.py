# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_list


class GovernanceTierOverride(models.Model):
    """A tier that people set against the rules, for a time and with a reason.

    Also the way to change a tier between reviews while a scheme is frozen
    (A-118), and to correct a wrong tier.
    """

    _name = "governance.tier.override"
    _description = "Tier Override"
    _inherit = [
        "governance.customer.mixin",
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True
    _has_drafts = True

    scheme_id = fields.Many2one(
        comodel_name="governance.tier.scheme",
        required=True,
        ondelete="restrict",
        domain="[('company_id', '=', company_id), ('is_preset', '=', False)]",
        default=lambda self: self._default_scheme_id(),
    )
    current_tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Present Tier",
        compute="_compute_current_tier_id",
    )
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Wanted Tier",
        required=True,
        ondelete="restrict",
        domain="[('scheme_id', '=', scheme_id)]",
    )
    kind = fields.Selection(
        selection=[
            ("override", "Exception for a time"),
            ("correction", "Correction of a mistake"),
        ],
        default="override",
        required=True,
    )
    expires_on = fields.Date(
        string="Until",
        help="On this day the exception ends: the computed tier is proposed again "
        "and has to be decided.",
    )
    is_frozen = fields.Boolean(compute="_compute_is_frozen")
    reason = fields.Text(required=True)
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("active", "In Force"),
            ("waiting", "On the Waiting List"),
            ("refused", "Not Granted"),
            ("ended", "Ended"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )

    _one_request = models.UniqueIndex(
        "(scheme_id, partner_id) WHERE state = 'requested'",
        "Another override of this customer waits for approval already.",
    )

    @api.model
    def _default_scheme_id(self):
        return self.env["governance.tier.scheme"].search(
            [("company_id", "=", self.env.company.id), ("is_governing", "=", True)],
            limit=1,
        )

    @api.depends_context("uid")
    @api.depends("partner_id", "scheme_id")
    def _compute_current_tier_id(self):
        assignments = self.env["governance.tier.assignment"].search(
            [
                ("partner_id", "in", self.sudo().partner_id.commercial_partner_id.ids),
                ("scheme_id", "in", self.scheme_id.ids),
                ("date_end", "=", False),
            ]
        )
        held = {(held.partner_id, held.scheme_id): held.tier_id for held in assignments}
        for override in self:
            customer = override.sudo().partner_id.commercial_partner_id
            override.current_tier_id = held.get((customer, override.scheme_id))

    @api.depends("scheme_id")
    def _compute_is_frozen(self):
        for override in self:
            override.is_frozen = override.scheme_id._is_frozen()

    @api.constrains("tier_id", "scheme_id", "company_id")
    def _check_override(self):
        for override in self:
            if override.tier_id.scheme_id != override.scheme_id:
                raise ValidationError(
                    self.env._(
                        "%(tier)s is not a tier of %(scheme)s.",
                        tier=override.tier_id.name,
                        scheme=override.scheme_id.display_name,
                    )
                )
            if override.scheme_id.company_id != override.company_id:
                raise ValidationError(
                    self.env._(
                        "%(scheme)s belongs to another company.",
                        scheme=override.scheme_id.display_name,
                    )
                )

    def _get_author(self):
        return self.requester_id

    @api.model
    def _get_user_fields(self):
        return {
            "partner_id",
            "company_id",
            "scheme_id",
            "tier_id",
            "kind",
            "expires_on",
            "reason",
        }

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for the override; whoever asks never decides it.

        :raises UserError: when the expiry is missing or past, or nothing changes
        """
        self.check_access("write")
        for override in self:
            override._check_author()
            override._check_requestable()
            override._request_approval(reason=override.reason)
            override._as_system().write({"state": "requested"})
        return True

    def _check_requestable(self):
        self.ensure_one()
        today = self._get_today()
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(override)s has been asked for already.",
                    override=self.display_name,
                )
            )
        if self.kind == "override" and not self.expires_on:
            raise UserError(
                self.env._(
                    "Say until when the exception for %(customer)s lasts.",
                    customer=self.partner_id.display_name,
                )
            )
        if self.expires_on and self.expires_on <= today:
            raise UserError(
                self.env._(
                    "The exception would end on %(date)s, which is not after today "
                    "(%(today)s). Choose a later day.",
                    date=self.expires_on,
                    today=today,
                )
            )
        if not self.reason.strip():
            raise UserError(self.env._("Say why the tier should differ."))
        self._check_roles()
        if self.sudo().current_tier_id == self.tier_id:
            raise UserError(
                self.env._(
                    "%(customer)s has the tier %(tier)s already.",
                    customer=self.partner_id.display_name,
                    tier=self.tier_id.name,
                )
            )

    def _get_missing_roles(self):
        """Return the labels of roles that the wanted tier demands and nobody holds.

        Source: A-142, A-144.
        """
        self.ensure_one()
        partner = self.partner_id.sudo()
        return [
            partner._fields[name]._description_string(self.env)
            for name, flag in partner._get_governance_role_flags().items()
            if self.tier_id[flag] and not partner[name].active
        ]

    def _check_roles(self):
        """Refuse a tier whose roles the customer lacks.

        :raises UserError: naming the roles
        """
        if missing := self._get_missing_roles():
            raise UserError(
                self.env._(
                    "%(tier)s demands roles that %(customer)s lacks: %(roles)s. "
                    "Name these people on the customer first.",
                    tier=self.tier_id.name,
                    customer=self.partner_id.display_name,
                    roles=format_list(self.env, missing),
                )
            )

    def _get_today(self):
        self.ensure_one()
        return self.company_id._get_governance_today()

    def _get_approval_subject(self):
        return "tier_override"

    def _get_approval_hash_fields(self):
        return ["partner_id", "scheme_id", "tier_id", "kind", "expires_on", "reason"]

    def _approval_approved(self, request):
        """Give the customer the tier, or put it on the tier's waiting list."""
        self.ensure_one()
        self._check_roles()
        if self._get_free_places() <= 0:
            self._as_system().write({"state": "waiting"})
            return
        decisions = request.decision_ids.filtered(lambda d: d.event == "approved")
        today = self._get_today()
        self._end_former()
        self._as_system().write({"state": "active"})
        self.env["governance.tier.assignment"]._assign(
            self.scheme_id,
            today,
            SQL(
                """SELECT %s AS partner_id, %s AS tier_id, %s AS kind, %s AS reason,
                          %s AS user_id, NULL::int AS review_id, %s AS override_id,
                          %s::date AS expires_on, %s::date AS next_review_date,
                          NULL::int AS waiting_tier_id""",
                self.partner_id.id,
                self.tier_id.id,
                self.kind,
                self.reason,
                decisions[-1:].user_id.id,
                self.id,
                self.expires_on or None,
                self.scheme_id._get_next_review_date(self.tier_id, today),
            ),
        )

    def _approval_rejected(self, request):
        self._as_system().write({"state": "refused"})

    def _approval_closed(self, request):
        """An undecided request can be changed and asked again."""
        self._as_system().write({"state": "draft"})

    def _end_former(self):
        former = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("scheme_id", "=", self.scheme_id.id),
                ("state", "=", "active"),
                ("id", "!=", self.id),
            ]
        )
        former._as_system().write({"state": "ended"})

    @api.model
    def _end_replaced(self, scheme):
        """End exceptions whose customer got another tier by a review."""
        active = self.sudo().search(
            [("scheme_id", "=", scheme.id), ("state", "=", "active")]
        )
        replaced = active.filtered(lambda o: o.current_tier_id != o.tier_id)
        replaced._as_system().write({"state": "ended"})

    def _get_free_places(self):
        """Return how many customers the wanted tier still takes, under its lock."""
        self.ensure_one()
        return self.tier_id._lock_free_places()

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Propose the computed tier again for overrides that have ended."""
        reviews = self.env["governance.tier.review"]
        active = self.search([("state", "=", "active"), ("expires_on", "!=", False)])
        ended = active.filtered(lambda o: o.expires_on <= o._get_today())
        waiting = self.search([("state", "=", "waiting")], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(ended) + len(waiting))
        for state, step, overrides in (
            ("active", "_expire", ended),
            ("waiting", "_take_free_place", waiting),
        ):
            for override in overrides:
                locked = override.try_lock_for_update().filtered(
                    lambda o, wanted=state: o.state == wanted
                )
                if locked:
                    reviews._isolate(locked, getattr(locked, step))
                if not cron._commit_progress(1):
                    return

    def _take_free_place(self):
        """Give a free place to an approved override on the waiting list."""
        self.ensure_one()
        if self.expires_on and self.expires_on <= self._get_today():
            self._as_system().write({"state": "ended"})
        elif not self._get_missing_roles() and self._get_free_places() > 0:
            self._approval_approved(self.approval_request_id)

    def _expire(self):
        """End the exception; the tier stays until the review has decided."""
        self.ensure_one()
        self._as_system().write({"state": "ended"})
        assignment = (
            self.env["governance.tier.assignment"]
            .sudo()
            ._get_open(self.partner_id, self.scheme_id)
        )
        assignment._pull_review_forward(self._get_today())
