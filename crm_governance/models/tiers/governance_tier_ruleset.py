# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from .governance_tier_metric import MAX_WINDOW_LENGTH, WINDOW_TYPES


class GovernanceTierRuleset(models.Model):
    """One version of the rules that place customers in the tiers of a scheme."""

    _name = "governance.tier.ruleset"
    _description = "Tier Rules"
    _inherit = ["governance.policy.mixin"]
    _order = "scheme_id, version desc, id desc"
    _rec_name = "name"

    scheme_id = fields.Many2one(
        comodel_name="governance.tier.scheme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    previous_id = fields.Many2one(
        comodel_name="governance.tier.ruleset",
        string="Previous Version",
        readonly=True,
        copy=False,
    )
    is_governing = fields.Boolean(related="scheme_id.is_governing")
    currency_id = fields.Many2one(related="company_id.currency_id")
    method = fields.Selection(
        selection=[
            ("criteria", "Criteria per tier"),
            ("scorecard", "Weighted scorecard"),
            ("manual", "Decided by people"),
        ],
        default="criteria",
        required=True,
        help="Criteria: tiers are tried from the top, the first that fits is "
        "proposed. Scorecard: weighted points of several figures. Decided by "
        "people: the review proposes the current tier.",
    )
    turnover_source = fields.Selection(
        selection=[
            ("order", "Confirmed sales orders"),
            ("invoice", "Posted customer invoices, less refunds"),
        ],
        default="order",
        required=True,
    )
    include_history = fields.Boolean(
        string="Count Imported History",
        default=True,
        help="Add the imported turnover of the time before the company's cut-over "
        "date. Documents in Odoo then count from that date on, so nothing counts "
        "twice.",
    )
    window_type = fields.Selection(
        selection=WINDOW_TYPES,
        default="rolling_months",
        required=True,
        string="Usual Period",
        help="The period of every figure that names none of its own.",
    )
    window_length = fields.Integer(default=12)
    population = fields.Selection(
        selection=[
            ("customers", "Customers"),
            ("prospects", "Customers and prospects with an open lead"),
        ],
        default="customers",
        required=True,
        string="Whom It Covers",
    )
    fallback_tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Everybody Else",
        domain="[('scheme_id', '=', scheme_id)]",
        help="The tier of customers that no rule fits.",
    )
    hysteresis_percent = fields.Float(
        string="Tolerance before Falling (%)",
        help="A customer keeps its tier as long as the figures miss the thresholds "
        "by no more than this percentage.",
    )
    is_one_step_down = fields.Boolean(
        string="Fall One Tier at Most",
        help="Nobody falls by more than one tier in one review.",
    )
    protect_months = fields.Integer(
        string="New Customers Protected (Months)",
        help="Customers younger than this are not proposed for a lower tier.",
    )
    group_ids = fields.One2many(
        comodel_name="governance.tier.criterion.group",
        inverse_name="ruleset_id",
        string="Criteria",
        copy=True,
    )
    scorecard_line_ids = fields.One2many(
        comodel_name="governance.tier.scorecard.line",
        inverse_name="ruleset_id",
        string="Scorecard",
        copy=True,
    )
    score_threshold_ids = fields.One2many(
        comodel_name="governance.tier.score.threshold",
        inverse_name="ruleset_id",
        string="Tiers by Total",
        copy=True,
    )

    tier_order = fields.Json(
        readonly=True,
        copy=False,
        help="The tiers from the top down as they stood when the rules were published.",
    )

    _published_uniq = models.UniqueIndex(
        "(scheme_id) WHERE state = 'published'",
        "Only one version of the rules of a scheme is in force.",
    )
    _hysteresis_range = models.Constraint(
        "CHECK (hysteresis_percent >= 0 AND hysteresis_percent < 100)",
        "The tolerance is a percentage from 0 to less than 100.",
    )
    _protect_positive = models.Constraint(
        "CHECK (protect_months >= 0)",
        "The protection of new customers cannot be negative.",
    )

    @api.constrains("window_type", "window_length", "protect_months")
    def _check_window(self):
        for rules in self:
            if rules.window_type != "lifetime" and not (
                1 <= rules.window_length <= MAX_WINDOW_LENGTH
            ):
                raise ValidationError(
                    self.env._(
                        "%(rules)s: the usual period must be from 1 to %(most)s months "
                        "or years, not %(length)s.",
                        rules=rules.display_name,
                        most=MAX_WINDOW_LENGTH,
                        length=rules.window_length,
                    )
                )
            if rules.protect_months > MAX_WINDOW_LENGTH:
                raise ValidationError(
                    self.env._(
                        "%(rules)s: new customers are protected for %(length)s months. "
                        "Give at most %(most)s.",
                        rules=rules.display_name,
                        most=MAX_WINDOW_LENGTH,
                        length=rules.protect_months,
                    )
                )

    @api.constrains("scheme_id", "company_id", "is_preset")
    def _check_scheme(self):
        for rules in self:
            scheme = rules.scheme_id
            if bool(scheme.is_preset) != bool(rules.is_preset):
                raise ValidationError(
                    self.env._(
                        "%(scheme)s is a preset. Adopt it, then write rules for your "
                        "own scheme.",
                        scheme=scheme.display_name,
                    )
                )
            if scheme.company_id != rules.company_id:
                raise ValidationError(
                    self.env._(
                        "%(rules)s: the scheme %(scheme)s belongs to another company.",
                        rules=rules.display_name,
                        scheme=scheme.display_name,
                    )
                )

    @api.constrains("fallback_tier_id", "group_ids", "score_threshold_ids")
    def _check_tiers(self):
        for rules in self:
            tiers = (
                rules.fallback_tier_id
                | rules.group_ids.tier_id
                | rules.score_threshold_ids.tier_id
            )
            for tier in tiers.filtered(lambda t, r=rules: t.scheme_id != r.scheme_id):
                raise ValidationError(
                    self.env._(
                        "%(rules)s: the tier %(tier)s belongs to %(other)s, not to "
                        "%(scheme)s.",
                        rules=rules.display_name,
                        tier=tier.name,
                        other=tier.scheme_id.display_name,
                        scheme=rules.scheme_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # POLICY: presets, adoption, publication
    # ------------------------------------------------------------------

    def _get_family_domain(self):
        """Versions of the rules of one scheme supersede each other."""
        self.ensure_one()
        return Domain("scheme_id", "=", self.scheme_id.id)

    @api.model
    def _get_machinery_fields(self):
        return super()._get_machinery_fields() | {"tier_order"}

    def _prepare_published_values(self, former, now):
        values = super()._prepare_published_values(former, now)
        return {**values, "tier_order": self.scheme_id._get_tiers().ids}

    def _policy_published(self, former):
        """Let the first scheme of a company govern, so that adopting is enough."""
        result = super()._policy_published(former)
        schemes = self.env["governance.tier.scheme"]
        governing = schemes.search_count(
            [("company_id", "=", self.company_id.id), ("is_governing", "=", True)],
            limit=1,
        )
        if not governing:
            self.scheme_id.action_set_governing()
        schemes._link_only_calendar(self.company_id)
        return result

    def _get_tiers(self):
        """Return the tiers from the top down, as the rules were published.

        What happens to the scheme later does not change what a past result means.
        """
        self.ensure_one()
        if self.tier_order:
            return self.env["governance.tier"].browse(self.tier_order)
        return self.scheme_id._get_tiers()

    def action_preview(self):
        """Show who would move if these rules were published (design: preview).

        Nothing is decided: a preview is deleted after a week.
        """
        self.ensure_one()
        self.check_access("read")
        reviews = self.env["governance.tier.review"]
        reviews.check_access("create")
        review = reviews._as_system().create(
            {
                "name": self.env._(
                    "Preview of %(rules)s, version %(version)s",
                    rules=self.name,
                    version=self.version,
                ),
                "kind": "preview",
                "scheme_id": self.scheme_id.id,
                "ruleset_id": self.id,
                "date_as_of": fields.Date.context_today(self),
            }
        )
        review._start_evaluation()
        review._evaluate()
        action = review.action_view_lines()
        action["context"] = {"group_by": ["movement", "proposed_tier_id"]}
        return action

    def action_set_governing(self):
        """Make the scheme of these rules the governing one (A-09)."""
        self.ensure_one()
        return self.scheme_id.action_set_governing()

    def _copy_into(self, company, values):
        """Adopt the scheme and its tiers together with the rules.

        A tier is chosen among those of the preset, its copy is what is meant.
        """
        self.ensure_one()
        scheme = self.scheme_id._copy_into(company)
        if "fallback_tier_id" in values:
            tier = self.scheme_id.tier_ids.filtered_domain(
                [("id", "=", values["fallback_tier_id"])]
            )
            own = scheme.tier_ids.filtered(lambda own: own.code == tier.code)
            values = {**values, "fallback_tier_id": own.id}
        rules = self.with_context(governance_scheme_id=scheme.id)
        return super(GovernanceTierRuleset, rules)._copy_into(company, values)

    @api.model
    def _get_fields_to_fill(self):
        return {**super()._get_fields_to_fill(), "fallback_tier_id": True}

    def _get_blank_values(self, path=""):
        """Ask for the tier of everybody else where there is something to choose."""
        self.ensure_one()
        can_choose = self.method != "manual" and self.scheme_id._get_tiers()
        return [
            blank
            for blank in super()._get_blank_values(path)
            if can_choose or blank["field"] != "fallback_tier_id"
        ]

    def _prepare_blank_value(self, name, required, path):
        blank = super()._prepare_blank_value(name, required, path)
        if name == "fallback_tier_id":
            blank["error"] = self.env._(
                "Choose the tier of “Everybody Else”; otherwise customers that no "
                "rule fits would stay outside the scheme."
            )
        return blank

    def _get_adopt_copy_defaults(self, company):
        defaults = super()._get_adopt_copy_defaults(company)
        if scheme_id := self.env.context.get("governance_scheme_id"):
            defaults["scheme_id"] = scheme_id
        return defaults

    def copy_data(self, default=None):
        """Point copied rules at the same tiers of the scheme they go to."""
        vals_list = super().copy_data(default)
        for rules, vals in zip(self, vals_list, strict=True):
            scheme = self.env["governance.tier.scheme"].browse(vals["scheme_id"])
            if scheme == rules.scheme_id:
                continue
            own = {tier.code: tier.id for tier in scheme.tier_ids}
            tiers = {tier.id: own.get(tier.code) for tier in rules.scheme_id.tier_ids}
            vals["fallback_tier_id"] = tiers.get(vals.get("fallback_tier_id"))
            for name in ("group_ids", "score_threshold_ids"):
                for command in vals.get(name, []):
                    command[2]["tier_id"] = tiers[command[2]["tier_id"]]
        return vals_list

    def _get_publish_errors(self):
        """Return what keeps these rules from being published, in plain words."""
        self.ensure_one()
        errors = super()._get_publish_errors()
        errors += self._get_tier_errors()
        if any(blank["record"] != self for blank in self._get_blank_values()):
            # Values that are still open would only give misleading follow-ups.
            return errors
        if self.method == "criteria":
            for group in self.group_ids:
                errors += group._get_errors()
            errors += self._get_order_errors()
        elif self.method == "scorecard":
            errors += self._get_scorecard_errors()
        if self.include_history and not self.company_id.governance_cutover_date:
            history = (
                self.env["governance.turnover.history"]
                .sudo()
                .search_count([("company_id", "=", self.company_id.id)], limit=1)
            )
            if history:
                errors.append(
                    self.env._(
                        "There is imported turnover but no cut-over date. Set it in "
                        "the settings, or turn off “Count Imported History”."
                    )
                )
        return errors

    def _get_tier_errors(self):
        tiers = self.scheme_id._get_tiers()
        errors = []
        if not tiers:
            return [
                self.env._(
                    "%(scheme)s has no tiers. Add at least one.",
                    scheme=self.scheme_id.display_name,
                )
            ]
        ranks = tiers.mapped("rank")
        for rank in sorted({rank for rank in ranks if ranks.count(rank) > 1}):
            names = format_list(
                self.env, tiers.filtered(lambda t, r=rank: t.rank == r).mapped("name")
            )
            errors.append(
                self.env._(
                    "Rank %(rank)s is given to several tiers (%(tiers)s). Give each "
                    "tier a rank of its own, 1 at the top.",
                    rank=rank,
                    tiers=names,
                )
            )
        used = (
            self.fallback_tier_id
            | self.group_ids.tier_id
            | self.score_threshold_ids.tier_id
        )
        for tier in used - tiers:
            errors.append(
                self.env._(
                    "The tier %(tier)s is archived. Use an active one.", tier=tier.name
                )
            )
        return errors

    def _get_order_errors(self):
        """Find groups that can never decide: a higher tier asks for no more."""
        errors = []
        groups = self.group_ids.sorted(lambda g: (g.tier_id.rank, g.sequence, g.id))
        for index, group in enumerate(groups):
            for higher in groups[:index]:
                if higher.tier_id != group.tier_id and group._implies(higher):
                    errors.append(
                        self.env._(
                            "%(lower)s (%(group)s) can never be reached: whoever fits "
                            "it fits %(higher)s first. Make the conditions of "
                            "%(higher)s stricter.",
                            lower=group.tier_id.name,
                            group=group.display_name,
                            higher=higher.tier_id.name,
                        )
                    )
                    break
        return errors

    def _get_reach_errors(self, thresholds):
        """Find tiers that begin above the most points that anybody can have."""
        most = sum(line._get_most_points() for line in self.scorecard_line_ids)
        return [
            self.env._(
                "%(tier)s begins at %(points)s points, but nobody gets more than "
                "%(most)s. Let it begin lower.",
                tier=threshold.tier_id.name,
                points=threshold.min_total,
                most=f"{most:.2f}".rstrip("0").rstrip("."),
            )
            for threshold in thresholds
            if self.scorecard_line_ids.band_ids and threshold._get_minimum() > most
        ]

    def _get_scorecard_errors(self):
        errors = []
        if not self.scorecard_line_ids:
            errors.append(self.env._("The scorecard is empty. Add a figure."))
        total = sum(Decimal(repr(line.weight)) for line in self.scorecard_line_ids)
        if self.scorecard_line_ids and total != 100:
            errors.append(
                self.env._(
                    "The weights add up to %(total)s %%, not to 100 %%.", total=total
                )
            )
        for line in self.scorecard_line_ids:
            errors += line._get_errors()
        thresholds = self.score_threshold_ids.sorted(lambda t: t.tier_id.rank)
        if not thresholds:
            errors.append(self.env._("Say from which total on each tier begins."))
        errors += self._get_reach_errors(thresholds)
        for higher, lower in zip(thresholds, thresholds[1:], strict=False):
            if higher.tier_id == lower.tier_id:
                errors.append(
                    self.env._(
                        "The tier %(tier)s has two totals. Keep one.",
                        tier=higher.tier_id.name,
                    )
                )
            elif higher.min_total <= lower.min_total:
                errors.append(
                    self.env._(
                        "%(higher)s begins at %(a)s points but the lower tier "
                        "%(lower)s at %(b)s. A higher tier must begin at more points.",
                        higher=higher.tier_id.name,
                        a=higher.min_total,
                        lower=lower.tier_id.name,
                        b=lower.min_total,
                    )
                )
        return errors

    # ------------------------------------------------------------------
    # METRICS IN USE
    # ------------------------------------------------------------------

    def _get_turnover_use(self):
        """Return the turnover over the usual period: shown on every line."""
        self.ensure_one()
        return self.env.ref("crm_governance.governance_tier_metric_turnover")._get_use(
            self.window_type, self.window_length
        )

    def _get_age_use(self):
        """Return the metric that the protection of new customers looks at."""
        return self.env.ref(
            "crm_governance.governance_tier_metric_customer_age"
        )._get_use()

    def _get_metric_uses(self):
        """Return the metrics that an evaluation stores, without repetition.

        :rtype: list[MetricUse]
        """
        self.ensure_one()
        orders = self.env.ref("crm_governance.governance_tier_metric_order_count")
        uses = [
            self._get_turnover_use(),
            orders._get_use(self.window_type, self.window_length),
        ]
        if self.method == "criteria":
            uses += [c._get_use() for c in self.group_ids.criterion_ids]
        elif self.method == "scorecard":
            uses += [line._get_use() for line in self.scorecard_line_ids]
        if self.protect_months:
            uses.append(self._get_age_use())
        ranked = self.env["governance.tier.metric"]._get_ranked_codes()
        turnover = self.env.ref("crm_governance.governance_tier_metric_turnover")
        uses += [
            turnover._get_use(use.window_type, use.window_length)
            for use in uses
            if use.code in ranked
        ]
        return list({use.key: use for use in uses}.values())

    # ------------------------------------------------------------------
    # CLASSIFICATION IN SQL
    # ------------------------------------------------------------------

    def _get_score_sql(self, names):
        """Return the weighted total, or NULL when there is no scorecard.

        :param dict names: snapshot key -> column
        """
        self.ensure_one()
        if self.method != "scorecard" or not self.scorecard_line_ids:
            return SQL("NULL")
        return SQL(" + ").join(
            line._get_points_sql(names) for line in self.scorecard_line_ids
        )

    def _get_place_sql(self, tiers, names, score, current_place):
        """Return the place that the rules give: 1 for the first of ``tiers``."""
        self.ensure_one()
        places = {tier: place for place, tier in enumerate(tiers, start=1)}
        fallback = SQL("%s", places.get(self.fallback_tier_id))
        if self.method == "manual":
            return SQL("COALESCE(%s, %s::int)", current_place, fallback)
        conditions = self._get_tier_conditions(tiers, names, score)
        if not conditions:
            return SQL("%s::int", fallback)
        return SQL(
            "CASE %s ELSE %s::int END",
            SQL(" ").join(
                SQL("WHEN %s THEN %s", condition, places[tier])
                for tier, condition in conditions.items()
            ),
            fallback,
        )

    def _get_relaxed_sql(self, tiers, names, score, current_place):
        """Return whether the current tier still fits within the tolerance."""
        self.ensure_one()
        tolerance = Decimal(repr(self.hysteresis_percent)) / 100
        conditions = self._get_tier_conditions(tiers, names, score, tolerance)
        if not conditions:
            return SQL("FALSE")
        places = {tier: place for place, tier in enumerate(tiers, start=1)}
        return SQL(
            "COALESCE(CASE %s %s ELSE FALSE END, FALSE)",
            current_place,
            SQL(" ").join(
                SQL("WHEN %s THEN %s", places[tier], condition)
                for tier, condition in conditions.items()
            ),
        )

    def _get_tier_conditions(self, tiers, names, score, tolerance=Decimal(0)):
        """Return ``{tier: SQL condition}`` from the top down."""
        conditions = {}
        for tier in tiers:
            if self.method == "criteria":
                groups = self.group_ids.filtered(lambda g, t=tier: g.tier_id == t)
                parts = [group._get_condition_sql(names, tolerance) for group in groups]
            else:
                thresholds = self.score_threshold_ids.filtered(
                    lambda s, t=tier: s.tier_id == t
                )
                parts = [t._get_condition_sql(score, tolerance) for t in thresholds]
            if parts:
                conditions[tier] = SQL("(%s)", SQL(" OR ").join(parts))
        return conditions
