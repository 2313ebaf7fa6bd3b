# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import sys

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_list


class GovernanceTier(models.Model):
    """A class of customers inside one scheme and what it entails (A-04, A-05)."""

    _name = "governance.tier"
    _description = "Customer Tier"
    _order = "rank, id"

    scheme_id = fields.Many2one(
        comodel_name="governance.tier.scheme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True, index=True)
    is_preset = fields.Boolean(related="scheme_id.is_preset", store=True)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short mark, unique inside the scheme. Tiers of different schemes are "
        "never compared, even when they have the same name.",
    )
    rank = fields.Integer(
        default=10,
        required=True,
        help="1 is the top. Tiers are tried from the top down.",
    )
    is_top = fields.Boolean(
        string="Top Tier", compute="_compute_is_top", search="_search_is_top"
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    characteristics = fields.Text(
        translate=True,
        help="What the customers of this tier are like and what they need.",
    )
    principle = fields.Char(string="Management Principle", translate=True)
    focus = fields.Text(string="Management Focus", translate=True)
    treatment = fields.Text(
        translate=True,
        help="Privileges, channels and services that go with the tier.",
    )
    has_priority = fields.Boolean(
        string="Resources First",
        help="Staff, material and money go to these customers first.",
    )
    max_customers = fields.Integer(
        help="At most so many customers; further ones go on a waiting list. "
        "0 means no limit.",
    )
    requires_owner = fields.Boolean(
        string="Needs an Account Owner",
        help="A customer of this tier must have a salesperson.",
    )
    requires_specialist = fields.Boolean(string="Needs a Marketing Specialist")
    requires_liaison_leader = fields.Boolean(string="Needs a Liaison Leader")
    requires_exit_report = fields.Boolean(
        string="Report before Giving up",
        help="A customer of this tier can be archived only after an approved "
        "investigation and evaluation report.",
    )
    asks_reason = fields.Boolean(
        string="Find the Real Reason",
        help="The people in charge find out why such a customer buys no more and "
        "note it on the customer.",
    )
    has_programme = fields.Boolean(
        string="Strategic Programme",
        help="Customers of this tier are developed, maintained and evaluated as a "
        "programme with its own states.",
    )
    review_interval_months = fields.Integer(
        string="Review Every (Months)",
        help="The next review of a customer is due so many months after its last "
        "one closed. 0 means that only the review calendar decides.",
    )
    referral_target_min = fields.Integer(
        string="Referral Target, from",
        help="Prospects to be found through each customer of this tier.",
    )
    referral_target_max = fields.Integer(string="Referral Target, to")
    target_tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Develop Towards",
        domain="[('scheme_id', '=', scheme_id), ('id', '!=', id)]",
        help="The tier these customers should be lifted to.",
    )
    note = fields.Text(
        translate=True,
        help="What the source leaves open or what the administrator should know.",
    )
    customer_count = fields.Integer(compute="_compute_customer_count")

    _code_uniq = models.Constraint(
        "UNIQUE (scheme_id, code)",
        "This code is already used by another tier of the scheme.",
    )
    _max_customers_positive = models.Constraint(
        "CHECK (max_customers >= 0)",
        "The limit of customers cannot be negative; 0 means no limit.",
    )
    _review_interval_positive = models.Constraint(
        "CHECK (review_interval_months >= 0)",
        "The review interval cannot be negative; 0 leaves it to the calendar.",
    )

    @api.depends("rank", "active", "scheme_id.tier_ids.rank")
    def _compute_is_top(self):
        for tier in self:
            tier.is_top = tier == tier.scheme_id._get_tiers()[:1]

    @api.model
    def _search_is_top(self, operator, value):
        if operator != "in":
            return NotImplemented
        groups = self._read_group([("active", "=", True)], ["scheme_id"], ["rank:min"])
        return Domain.OR(
            Domain("scheme_id", "=", scheme.id) & Domain("rank", "=", rank)
            for scheme, rank in groups
        )

    def _compute_customer_count(self):
        counts = dict(
            self.env["governance.tier.assignment"]._read_group(
                [("tier_id", "in", self.ids), ("date_end", "=", False)],
                ["tier_id"],
                ["__count"],
            )
        )
        for tier in self:
            tier.customer_count = counts.get(tier, 0)

    @api.depends("name", "scheme_id.code")
    @api.depends_context("governance_show_scheme")
    def _compute_display_name(self):
        if not self.env.context.get("governance_show_scheme"):
            return super()._compute_display_name()
        for tier in self:
            tier.display_name = f"{tier.scheme_id.code} / {tier.name}"

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers.scheme_id._check_preset_immutable()
        return tiers

    def write(self, vals):
        self.scheme_id._check_preset_immutable()
        if "scheme_id" in vals or "rank" in vals:
            self._check_order_free(vals)
        if vals.get("active") is False:
            self._check_without_customers()
        if {"company_id", "is_preset"} & set(vals):
            raise UserError(
                self.env._(
                    "%(tiers)s: company and preset follow from the scheme.",
                    tiers=format_list(self.env, self.mapped("display_name")),
                )
            )
        result = super().write(vals)
        # The tier may have been moved into a preset.
        self.scheme_id._check_preset_immutable()
        return result

    def unlink(self):
        """Take deleted tiers out of previews, which have no key on them."""
        places = {
            scheme: [
                place
                for place, tier in enumerate(scheme._get_tiers(), 1)
                if tier in self
            ]
            for scheme in self.scheme_id
        }
        deleted = self.ids
        result = super().unlink()
        for scheme, gone in places.items():
            self._clear_previews(scheme, deleted, gone)
        return result

    @api.model
    def _clear_previews(self, scheme, deleted, gone):
        """Leave open what previews say about tiers that are no more.

        :param deleted: ids of the tiers
        :param gone: the places from the top that they had; drafts count the places
            of the tiers that are left
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE governance_tier_review_line l
                      SET proposed_tier_id = CASE
                              WHEN l.proposed_tier_id = ANY(%(deleted)s) THEN NULL
                              ELSE l.proposed_tier_id END,
                          waiting_tier_id = CASE
                              WHEN l.waiting_tier_id = ANY(%(deleted)s) THEN NULL
                              ELSE l.waiting_tier_id END,
                          movement = CASE
                              WHEN l.proposed_tier_id = ANY(%(deleted)s) THEN NULL
                              ELSE l.movement END,
                          computed_place = CASE
                              WHEN rules.state <> 'draft' THEN l.computed_place
                              WHEN l.computed_place = ANY(%(gone)s) THEN NULL
                              ELSE l.computed_place - (
                                  SELECT COUNT(*) FROM unnest(%(gone)s) place
                                   WHERE place < l.computed_place) END
                     FROM governance_tier_review review
                     JOIN governance_tier_ruleset rules
                       ON rules.id = review.ruleset_id
                    WHERE l.review_id = review.id AND review.kind = 'preview'
                      AND review.scheme_id = %(scheme)s""",
                deleted=deleted,
                gone=gone,
                scheme=scheme.id,
            )
        )
        self.env["governance.tier.review.line"].invalidate_model()

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # Translations do not pass through write().
        self.scheme_id._check_preset_immutable()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    @api.constrains("review_interval_months")
    def _check_review_interval(self):
        for tier in self:
            if tier.review_interval_months > 1200:
                raise ValidationError(
                    self.env._(
                        "%(tier)s: reviewed every %(months)s months. Give at most "
                        "1200; 0 leaves it to the calendar.",
                        tier=tier.display_name,
                        months=tier.review_interval_months,
                    )
                )

    def _check_order_free(self, vals):
        """Refuse to reorder tiers that customers already hold.

        Movements up and down of past reviews would change their meaning.

        :raises UserError: when a tier whose place changes was assigned
        """
        moved = self.filtered(
            lambda tier: (
                ("rank" in vals and tier.rank != vals["rank"])
                or ("scheme_id" in vals and tier.scheme_id.id != vals["scheme_id"])
            )
        )
        moved.scheme_id._check_unused(self.env._("reorder its tiers"))

    def _check_without_customers(self):
        """Refuse to archive tiers that customers hold or that rules give.

        :raises UserError: naming the tier
        """
        held = (
            self.env["governance.tier.assignment"]
            .sudo()
            ._read_group(
                [("tier_id", "in", self.ids), ("date_end", "=", False)], ["tier_id"]
            )
        )
        rules = (
            self.env["governance.tier.ruleset"]
            .sudo()
            .search(
                [("scheme_id", "in", self.scheme_id.ids), ("state", "=", "published")]
            )
        )
        used = self.browse(id_ for r in rules for id_ in r.tier_order or [])
        for tier in self & (used | self.browse(t.id for (t,) in held)):
            raise UserError(
                self.env._(
                    "%(tier)s is still given by the published rules or held by "
                    "customers. Publish rules without it and review the customers "
                    "first.",
                    tier=tier.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.scheme_id._check_preset_immutable()
        used = (
            self.env["governance.tier.assignment"]
            .sudo()
            ._read_group([("tier_id", "in", self.ids)], ["tier_id"])
        )
        for (tier,) in used:
            raise UserError(
                self.env._(
                    "Customers have or had the tier %(tier)s. Archive it instead of "
                    "deleting it.",
                    tier=tier.display_name,
                )
            )
        rules = (
            self.env["governance.tier.ruleset"]
            .sudo()
            .search([("scheme_id", "in", self.scheme_id.ids), ("state", "!=", "draft")])
        )
        for tier in self.browse(id_ for r in rules for id_ in r.tier_order or []):
            if tier in self:
                raise UserError(
                    self.env._(
                        "%(tier)s belongs to rules that have been published. Archive "
                        "it instead of deleting it.",
                        tier=tier.display_name,
                    )
                )

    def _lock_free_places(self):
        """Lock the tier and return how many more customers it takes.

        The lock lasts to the end of the transaction, so that two people cannot
        both take the last place.

        :rtype: int
        """
        self.ensure_one()
        self.sudo().lock_for_update(allow_referencing=True)
        # Touching the row sends a transaction back that began before the last
        # place was taken and would not see it; the server repeats the call.
        self.env.cr.execute(
            SQL(
                "UPDATE governance_tier SET max_customers = max_customers"
                " WHERE id = %s",
                self.id,
            )
        )
        if not self.max_customers:
            return sys.maxsize
        held = self.env["governance.tier.assignment"].sudo()
        return self.max_customers - held.search_count(
            [("tier_id", "=", self.id), ("date_end", "=", False)]
        )

    def action_view_customers(self):
        """Open the customers that have the tier now, as far as the user sees them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_tier_assignment_action"
        )
        action["domain"] = [("tier_id", "=", self.id), ("date_end", "=", False)]
        return action
