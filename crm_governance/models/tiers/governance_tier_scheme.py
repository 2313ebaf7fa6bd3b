# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class GovernanceTierScheme(models.Model):
    """One axis on which a company classifies its customers (A-08, A-09).

    The scheme and its tiers are stable: partners, saved filters and history
    point at them.  The rules that decide who belongs where change from year to
    year and live in versioned rule sets.
    """

    _name = "governance.tier.scheme"
    _description = "Classification Scheme"
    _inherit = ["mail.thread"]
    _order = "is_preset, is_governing desc, sequence, code, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short mark of the scheme, unique in the company, such as TS-04.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    source = fields.Char(
        help="Where the written policy says so, for instance a document and article.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        default=lambda self: self.env.company,
    )
    is_preset = fields.Boolean(
        string="Preset",
        readonly=True,
        help="Shipped with the addon. A company adopts a copy and edits that.",
    )
    preset_code = fields.Char(readonly=True, copy=False)
    is_governing = fields.Boolean(
        string="Governing Scheme",
        copy=False,
        readonly=True,
        tracking=True,
        help="The one scheme whose tier stands on the customer and drives what "
        "the company does for it. Other schemes may run beside it.",
    )
    tier_ids = fields.One2many(
        comodel_name="governance.tier",
        inverse_name="scheme_id",
        string="Tiers",
        copy=True,
    )
    ruleset_ids = fields.One2many(
        comodel_name="governance.tier.ruleset",
        inverse_name="scheme_id",
        string="Rule Sets",
    )
    ruleset_id = fields.Many2one(
        comodel_name="governance.tier.ruleset",
        string="Published Rules",
        compute="_compute_ruleset_id",
    )
    calendar_id = fields.Many2one(
        comodel_name="governance.review.calendar",
        string="Review Calendar",
        tracking=True,
        check_company=True,
        help="When this scheme is reviewed. Without a calendar reviews are opened "
        "by hand only.",
    )
    decided_by = fields.Selection(
        selection=[
            ("committee", "Customer management committee"),
            ("leader", "Leader of the customer's sales team"),
            ("owner", "Account owner"),
        ],
        default="committee",
        required=True,
        tracking=True,
        help="Who decides the lines of a review. Nobody decides a customer that he "
        "or she nominated.",
    )
    fallback_reviewer_id = fields.Many2one(
        comodel_name="res.users",
        domain=[("share", "=", False)],
        help="Reviews the customers that have no active account owner.",
    )
    silence_policy = fields.Selection(
        selection=[
            ("keep", "Keep the current tier"),
            ("apply", "Apply the proposal"),
            ("downgrade", "Move one tier down"),
            ("escalate", "Keep, and tell the executive approvers"),
        ],
        default="escalate",
        required=True,
        tracking=True,
        help="What happens to the customers that nobody decided by the deadline.",
    )
    breaker_percent = fields.Float(
        string="Circuit Breaker (%)",
        default=10.0,
        tracking=True,
        help="When silence would move more than this share of the customers, or "
        "any customer of the top tier, an executive has to approve first.",
    )
    freeze = fields.Boolean(
        string="Frozen between Reviews",
        tracking=True,
        help="Tiers change in the yearly review only; in between a change needs an "
        "approved override that says why it cannot wait.",
    )
    review_count = fields.Integer(compute="_compute_review_count")

    _code_company_uniq = models.UniqueIndex(
        "(company_id, code) WHERE is_preset IS NOT TRUE AND active",
        "The company already has an active scheme with this code.",
    )
    _preset_code_uniq = models.UniqueIndex(
        "(code) WHERE is_preset",
        "There is already a preset with this code.",
    )
    _governing_uniq = models.UniqueIndex(
        "(company_id) WHERE is_governing AND active AND is_preset IS NOT TRUE",
        "The company already has a governing scheme. Take that mark away first.",
    )
    _breaker_percent_range = models.Constraint(
        "CHECK (breaker_percent >= 0 AND breaker_percent <= 100)",
        "The circuit breaker is a percentage from 0 to 100.",
    )

    @api.depends("ruleset_ids.state")
    def _compute_ruleset_id(self):
        for scheme in self:
            scheme.ruleset_id = scheme.ruleset_ids.filtered(
                lambda ruleset: ruleset.state == "published"
            )[:1]

    def _compute_review_count(self):
        counts = dict(
            self.env["governance.tier.review"]._read_group(
                Domain("scheme_id", "in", self.ids) & Domain("kind", "!=", "preview"),
                ["scheme_id"],
                ["__count"],
            )
        )
        for scheme in self:
            scheme.review_count = counts.get(scheme, 0)

    @api.constrains("company_id", "is_preset", "is_governing")
    def _check_preset_company(self):
        for scheme in self:
            if scheme.is_preset and (scheme.company_id or scheme.is_governing):
                raise ValidationError(
                    self.env._(
                        "%(scheme)s is a preset: it belongs to no company and "
                        "governs nobody. Adopt it first.",
                        scheme=scheme.display_name,
                    )
                )
            if not scheme.is_preset and not scheme.company_id:
                raise ValidationError(
                    self.env._(
                        "%(scheme)s needs the company whose customers it classifies.",
                        scheme=scheme.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # By the button only, once there are rules.
            vals_list = [{**vals, "is_governing": False} for vals in vals_list]
        schemes = super().create(vals_list)
        schemes._check_preset_immutable()
        return schemes

    def write(self, vals):
        self._check_preset_immutable()
        if "company_id" in vals:
            self._check_unused(self.env._("move it to another company"))
        if not self.env.su:
            self._check_governing(vals)
            self._check_nothing_to_decide(vals)
        result = super().write(vals)
        self._check_preset_immutable()
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # Translations do not pass through write().
        self._check_preset_immutable()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    def _check_nothing_to_decide(self, vals):
        """Keep who decides, and what silence means, while people decide (A-111).

        :raises UserError: naming the review
        """
        names = {"decided_by", "silence_policy", "breaker_percent"} & set(vals)
        changing = self.filtered(
            lambda scheme: any(scheme[name] != vals[name] for name in names)
        )
        review = self.env["governance.tier.review"].search(
            [
                ("scheme_id", "in", changing.ids),
                ("kind", "!=", "preview"),
                ("state", "in", ("committee", "approval")),
            ],
            limit=1,
        )
        if review:
            raise UserError(
                self.env._(
                    "“%(review)s” is being decided: who decides and what silence "
                    "means stay as they are until it is published or cancelled.",
                    review=review.display_name,
                )
            )

    def _check_governing(self, vals):
        """Refuse to change by hand which scheme governs.

        The tiers on the customers have to follow.

        :raises UserError: when the mark, or an archived scheme, would change it
        """
        if "is_governing" in vals:
            self.filtered(
                lambda scheme: scheme.is_governing != vals["is_governing"]
            )._refuse_governing()
        if "active" in vals and not vals["active"]:
            self.filtered("is_governing")._refuse_governing()

    def _refuse_governing(self):
        for scheme in self:
            raise UserError(
                self.env._(
                    "%(scheme)s: the button “Let it govern” of a scheme says which "
                    "one governs; the one before ceases to. There is no other way.",
                    scheme=scheme.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_preset_immutable()
        self._check_unused(self.env._("delete it"))
        # The database deletes rules with their scheme and asks no policy.
        published = (
            self.env["governance.tier.ruleset"]
            .sudo()
            .with_context(active_test=False)
            .search([("scheme_id", "in", self.ids), ("state", "!=", "draft")], limit=1)
        )
        if published:
            raise UserError(
                self.env._(
                    "Rules of %(scheme)s have been published. Archive it instead of "
                    "deleting it.",
                    scheme=published.scheme_id.display_name,
                )
            )

    def _check_preset_immutable(self):
        """Refuse changes of presets outside of the addon's own data files.

        :raises UserError: when one of the schemes is a preset
        """
        if self.env.uid == SUPERUSER_ID and self.env.context.get("install_mode"):
            return
        for scheme in self:
            if scheme.is_preset:
                raise UserError(
                    self.env._(
                        "%(scheme)s is a preset and stays as it is shipped. Adopt it "
                        "into your company and change the copy.",
                        scheme=scheme.display_name,
                    )
                )

    def _check_unused(self, action):
        """Refuse what would take the ground from under decided tiers.

        :param str action: what the user tries, as it stands in the message
        :raises UserError: when a tier of the scheme was assigned to a customer
        """
        used = (
            self.env["governance.tier.assignment"]
            .sudo()
            ._read_group([("scheme_id", "in", self.ids)], ["scheme_id"])
        )
        for (scheme,) in used:
            raise UserError(
                self.env._(
                    "Customers have tiers of %(scheme)s, so you cannot %(action)s. "
                    "Archive it instead.",
                    scheme=scheme.display_name,
                    action=action,
                )
            )

    def action_view_reviews(self):
        """Open the reviews of the scheme, as far as the user sees them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_tier_review_action"
        )
        action["domain"] = [("scheme_id", "=", self.id), ("kind", "!=", "preview")]
        action["context"] = {"default_scheme_id": self.id}
        return action

    def action_set_governing(self):
        """Make this the scheme whose tier stands on the customers (A-09).

        :raises UserError: when no rules are published yet
        """
        self.ensure_one()
        self.check_access("write")
        if not self.ruleset_id:
            raise UserError(
                self.env._(
                    "Publish rules of %(scheme)s before it governs.",
                    scheme=self.display_name,
                )
            )
        scheme = self.sudo()
        former = scheme.search(
            [("company_id", "=", self.company_id.id), ("is_governing", "=", True)]
        )
        former.is_governing = False
        former.flush_recordset(["is_governing"])
        scheme.is_governing = True
        self.env["governance.tier.assignment"]._sync_partners(self)

    def _copy_into(self, company):
        """Return the company's own copy of a preset scheme, with its tiers."""
        self.ensure_one()
        own = self.search(
            [("company_id", "=", company.id), ("preset_code", "=", self.code)], limit=1
        )
        if own:
            return own
        own = self.copy(
            {
                "code": self.code,
                "company_id": company.id,
                "is_preset": False,
                "preset_code": self.code,
            }
        )
        by_code = {tier.code: tier for tier in own.tier_ids}
        for tier in own.tier_ids.filtered("target_tier_id"):
            tier.target_tier_id = by_code[tier.target_tier_id.code]
        return own

    @api.model
    def _link_only_calendar(self, company):
        """Give the governing scheme the company's calendar when there is but one."""
        scheme = self.search(
            [
                ("company_id", "=", company.id),
                ("is_governing", "=", True),
                ("calendar_id", "=", False),
            ],
            limit=1,
        )
        calendars = self.env["governance.review.calendar"]._get_in_force(company)
        if scheme and len(calendars) == 1:
            scheme.calendar_id = calendars

    def _is_frozen(self):
        """Return whether tiers change by reviews and overrides only (A-118)."""
        self.ensure_one()
        return self.freeze or self.calendar_id.is_frozen_between

    def _get_next_review_date(self, tier, day):
        """Return when a customer of a tier is due again after a closed review.

        :param datetime.date day: the day on which the review closed
        :rtype: datetime.date or None
        """
        self.ensure_one()
        months = tier.review_interval_months
        if not months and self.calendar_id.recurrence == "customer":
            months = self.calendar_id.customer_interval_months
        return day + relativedelta(months=months) if months else None

    def _get_tiers(self):
        """Return the active tiers of the scheme from the top down."""
        self.ensure_one()
        return self.tier_ids.filtered("active").sorted(lambda t: (t.rank, t.id))
