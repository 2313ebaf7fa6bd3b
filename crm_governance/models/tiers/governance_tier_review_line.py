# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..policy.unchecked_many2one import UncheckedMany2one


class GovernanceTierReviewLine(models.Model):
    """One customer in one review: figures, proposal, decision (A-102, P-02).

    Lines are written by SQL in their millions; the model keeps no log columns
    and no computed columns, so that a line costs one row and nothing else.
    """

    _name = "governance.tier.review.line"
    _description = "Customer under Review"
    _inherit = ["governance.tier.review.batch", "governance.guarded.mixin"]
    _order = "review_id desc, turnover desc, id"
    _rec_name = "partner_id"
    _log_access = False

    # Unchecked: a review deletes its lines itself, and the keys of a line are
    # checked a million times over.
    review_id = UncheckedMany2one(
        comodel_name="governance.tier.review",
        required=True,
        readonly=True,
        index=True,
    )
    scheme_id = fields.Many2one(related="review_id.scheme_id")
    company_id = fields.Many2one(related="review_id.company_id")
    currency_id = fields.Many2one(related="review_id.company_id.currency_id")
    review_state = fields.Selection(related="review_id.state", string="Stage")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    # Unchecked: see res.users.
    reviewer_id = UncheckedMany2one(
        comodel_name="res.users",
        string="Account Owner",
        readonly=True,
        index="btree_not_null",
        help="The owner of the customer when the review was opened.",
    )
    # Unchecked: see crm.team.
    team_id = UncheckedMany2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index="btree_not_null",
    )
    # Unchecked: tiers that were assigned or published cannot be deleted; those of
    # drafts are taken out of previews.
    current_tier_id = UncheckedMany2one(
        comodel_name="governance.tier",
        string="Present Tier",
        readonly=True,
    )
    current_tier_color = fields.Integer(
        related="current_tier_id.color", string="Colour of the Present Tier"
    )
    computed_tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Tier by the Rules",
        compute="_compute_computed_tier_id",
    )
    computed_place = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Place of the tier that the rules give, before tolerance and protection.",
    )
    proposed_tier_id = UncheckedMany2one(
        comodel_name="governance.tier",
        string="Proposal",
        readonly=True,
    )
    proposed_tier_color = fields.Integer(
        related="proposed_tier_id.color", string="Colour of the Proposal"
    )
    decided_tier_id = UncheckedMany2one(
        comodel_name="governance.tier",
        string="Decision",
        readonly=True,
    )
    decided_tier_color = fields.Integer(
        related="decided_tier_id.color", string="Colour of the Decision"
    )
    waiting_tier_id = UncheckedMany2one(
        comodel_name="governance.tier",
        string="On the Waiting List for",
        readonly=True,
    )
    state = fields.Selection(
        selection=[
            ("pending", "Undecided"),
            ("decided", "Decided"),
            ("silent", "Decided by silence"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    movement = fields.Selection(
        selection=[
            ("new", "New"),
            ("up", "Up"),
            ("same", "Unchanged"),
            ("down", "Down"),
        ],
        readonly=True,
    )
    adjustment = fields.Selection(
        selection=[
            ("kept", "Kept: within tolerance or protected"),
            ("step", "One tier down at most"),
        ],
        readonly=True,
        help="Why the proposal differs from the tier that the rules give.",
    )
    metrics = fields.Json(string="Figures", readonly=True)
    turnover = fields.Monetary(readonly=True)
    score = fields.Float(digits=(16, 6), readonly=True, aggregator="avg")
    has_error = fields.Boolean(string="Problem", readonly=True)
    error = fields.Char(readonly=True)
    # Unchecked: the register of decisions keeps whoever decided.
    decided_by_id = UncheckedMany2one(
        comodel_name="res.users",
        string="Decided by",
        readonly=True,
    )
    decided_on = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True)
    is_merged = fields.Boolean(
        readonly=True,
        help="The customer of this line was merged into another one later.",
    )
    # Unchecked: see res.users.
    specialist_id = UncheckedMany2one(
        comodel_name="res.users",
        string="Marketing Specialist",
        domain=[("share", "=", False)],
    )
    liaison_leader_id = UncheckedMany2one(
        comodel_name="res.users",
        domain=[("share", "=", False)],
    )
    nomination_ids = fields.One2many(
        comodel_name="governance.tier.nomination",
        compute="_compute_nominations",
        string="Nominations",
    )
    nominated_tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Nominated For",
        compute="_compute_nominations",
        search="_search_nominated_tier_id",
    )
    explanation = fields.Html(
        string="Why",
        compute="_compute_explanation",
        sanitize=False,
    )
    can_decide = fields.Boolean(
        string="To decide by me",
        compute="_compute_can_decide",
        search="_search_can_decide",
    )
    can_upgrade = fields.Boolean(
        string="Can Be Upgraded",
        compute="_compute_can_upgrade",
        search="_search_can_upgrade",
        help="The rules propose a higher tier than the present one, whatever was "
        "decided.",
    )
    cumulative_share = fields.Float(
        string="Cumulative Share (%)",
        compute="_compute_cumulative_share",
        help="Share of the total turnover made by larger customers and this one.",
    )

    # Lines of a merged customer stay beside those of the customer that is left.
    _customer_uniq = models.UniqueIndex(
        "(partner_id, review_id, (CASE WHEN is_merged THEN id ELSE 0 END))",
        "The customer is in this review already.",
    )

    # ------------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------------

    @api.depends("computed_place", "review_id.scheme_id")
    def _compute_computed_tier_id(self):
        for line in self:
            tiers = line.review_id.ruleset_id.sudo()._get_tiers()
            place = line.computed_place
            line.computed_tier_id = tiers[place - 1 : place] if place else False

    @api.depends("partner_id", "review_id")
    def _compute_nominations(self):
        nominations = self.env["governance.tier.nomination"].search(
            [
                ("review_id", "in", self.review_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "=", "submitted"),
            ]
        )
        for line in self:
            own = nominations.filtered(
                lambda n, li=line: (
                    n.review_id == li.review_id and n.partner_id == li.partner_id
                )
            )
            line.nomination_ids = own
            line.nominated_tier_id = own[:1].tier_id

    def _search_nominated_tier_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        nominations = self.env["governance.tier.nomination"].search(
            [("tier_id", "in", list(value)), ("state", "=", "submitted")]
            if any(value)
            else [("state", "=", "submitted")]
        )
        pairs = {(n.review_id.id, n.partner_id.id) for n in nominations}
        found = self.search(
            [
                ("review_id", "in", nominations.review_id.ids),
                ("partner_id", "in", nominations.partner_id.ids),
            ]
        ).filtered(lambda line: (line.review_id.id, line.partner_id.id) in pairs)
        named = any(value)
        return [("id", "in" if named else "not in", found.ids)]

    @api.depends_context("lang", "uid")
    @api.depends(
        "metrics", "review_id.ruleset_id", "decided_tier_id", "proposed_tier_id"
    )
    def _compute_explanation(self):
        explainer = self.env["governance.tier.explainer"].sudo()
        for line in self:
            rules = line.review_id.ruleset_id.sudo()
            if not rules:
                line.explanation = False
                continue
            tier = (line.decided_tier_id or line.proposed_tier_id).sudo()
            values = explainer._explain(rules, line.metrics, tier)
            line.explanation = self.env["ir.qweb"]._render(
                "crm_governance.governance_tier_explanation", {**values, "line": line}
            )

    @api.depends_context("uid")
    @api.depends("review_id.state", "reviewer_id", "team_id")
    def _compute_can_decide(self):
        allowed = self._filter_decidable()
        for line in self:
            line.can_decide = line in allowed

    @api.model
    def _search_can_decide(self, operator, value):
        """Find the lines that the current user may decide, decided ones included."""
        if operator != "in":
            return NotImplemented
        reviews = self.env["governance.tier.review"].search(
            [("state", "=", "committee"), ("kind", "!=", "preview")]
        )
        return Domain.OR(
            Domain("review_id", "=", review.id) & self._get_decider_domain(review)
            for review in reviews
            if self._may_decide_somewhere(review)
        )

    @api.model
    def _get_decider_domain(self, review):
        """Return the domain of the lines of a review that the user may decide."""
        scheme, uid = review.scheme_id.sudo(), self.env.uid
        domain = {
            "leader": Domain("team_id.user_id", "=", uid),
            "owner": Domain("reviewer_id", "=", uid),
        }.get(scheme.decided_by, Domain.TRUE)
        if scheme.fallback_reviewer_id.id == uid:
            domain |= {
                "leader": Domain("team_id", "=", False)
                | Domain("team_id.user_id", "=", False)
                | Domain("team_id.user_id.active", "=", False),
                "owner": Domain("reviewer_id", "=", False)
                | Domain("reviewer_id.active", "=", False),
            }.get(scheme.decided_by, Domain.TRUE)
        return domain & Domain("partner_id", "not in", self._get_asked_for(review).ids)

    @api.model
    def _get_asked_for(self, review):
        """Return the customers whose outcome the current user has asked for."""
        nominations = (
            self.env["governance.tier.nomination"]
            .sudo()
            .search(
                [
                    ("review_id", "=", review.id),
                    ("user_id", "=", self.env.uid),
                    ("state", "=", "submitted"),
                ]
            )
        )
        overrides = (
            self.env["governance.tier.override"]
            .sudo()
            .search(
                [
                    ("scheme_id", "=", review.scheme_id.id),
                    ("requester_id", "=", self.env.uid),
                    ("state", "in", ("requested", "active", "waiting")),
                ]
            )
        )
        return nominations.partner_id | overrides.partner_id

    @api.depends("current_tier_id.rank", "proposed_tier_id.rank")
    def _compute_can_upgrade(self):
        for line in self:
            line.can_upgrade = (
                self._get_movement(line.current_tier_id, line.proposed_tier_id) == "up"
                if line.proposed_tier_id
                else False
            )

    @api.model
    def _search_can_upgrade(self, operator, value):
        """Find whom the rules would lift (A-107)."""
        if operator != "in":
            return NotImplemented
        self.flush_model(["current_tier_id", "proposed_tier_id"])
        upgrades = SQL(
            """(SELECT l.id FROM governance_tier_review_line l
                  JOIN governance_tier c ON c.id = l.current_tier_id
                  JOIN governance_tier p ON p.id = l.proposed_tier_id
                 WHERE p.rank < c.rank)"""
        )
        return [("id", "in", upgrades)]

    @api.depends("turnover", "review_id")
    def _compute_cumulative_share(self):
        shares = {}
        for review in self.review_id:
            self.env.cr.execute(
                SQL(
                    """SELECT id, 100 * SUM(turnover) OVER (ORDER BY turnover DESC)
                              / NULLIF(SUM(turnover) OVER (), 0)
                         FROM governance_tier_review_line line
                        WHERE review_id = %s AND %s""",
                    review.id,
                    self._get_share_condition("line"),
                )
            )
            shares.update(self.env.cr.fetchall())
        for line in self:
            line.cumulative_share = shares.get(line.id) or 0.0

    @api.model
    def _get_share_condition(self, alias):
        """Return SQL for the lines that shares of turnover are counted over."""
        return SQL("TRUE")

    @api.constrains("specialist_id", "liaison_leader_id")
    def _check_people(self):
        """Refuse people who do not exist: no key does, and publishing would fail.

        :raises MissingError: by reading them
        """
        (self.specialist_id | self.liaison_leader_id).mapped("active")

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {"specialist_id", "liaison_leader_id"}

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_system():
            raise AccessError(
                self.env._("Lines of a review are made by its evaluation only.")
            )
        return super().create(vals_list)

    def _is_closed(self):
        return self.review_id.state != "committee"

    # ------------------------------------------------------------------
    # DECISIONS
    # ------------------------------------------------------------------

    def action_confirm(self):
        """Confirm the proposals.

        :raises UserError: when the user may not decide one of the customers
        """
        return self.decide()

    def action_change(self):
        """Open the dialog to decide on a tier other than the proposed one."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "governance.tier.decide",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_line_ids": [fields.Command.set(self.ids)],
                "default_scheme_id": self.scheme_id[:1].id,
            },
        }

    def action_print_sheet(self):
        """Print the evaluation sheet of the customer (P-02)."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref(
            "crm_governance.governance_tier_review_line_report_sheet"
        ).report_action(self, config=False)

    def decide(self, tier_id=False, reason=None):
        """Decide customers: the proposal, or another tier with a reason.

        :param int tier_id: the tier they get; the proposed one when not given
        :param str reason: required when the decision differs from the proposal
        :raises UserError: wrong stage, own nomination, missing reason
        :raises AccessError: the user does not decide these customers
        """
        self.check_access("read")
        tier = self.env["governance.tier"].browse(tier_id or [])
        self._check_decision(tier, (reason or "").strip())
        self._check_may_decide()
        self._lock_undecided()
        self._check_undecided(tier, (reason or "").strip())
        now = fields.Datetime.now()
        for proposed, lines in self.grouped("proposed_tier_id").items():
            chosen = tier or proposed
            for current, group in lines.grouped("current_tier_id").items():
                group._as_system().write(
                    {
                        "decided_tier_id": chosen.id,
                        "state": "decided",
                        "movement": self._get_movement(current, chosen),
                        "decided_by_id": self.env.uid,
                        "decided_on": now,
                        "reason": reason or False,
                    }
                )
        self._record_decisions(reason)
        self.review_id._clear_notices_if_decided()
        return True

    @api.model
    def _get_movement(self, current, tier):
        if not current:
            return "new"
        if current.rank == tier.rank:
            return "same"
        return "up" if tier.rank < current.rank else "down"

    def _check_decision(self, tier, reason):
        for review in self.review_id:
            if review.state != "committee" or review.kind == "preview":
                raise UserError(
                    self.env._(
                        "%(review)s is not open for decisions.",
                        review=review.display_name,
                    )
                )
        if tier and self.scheme_id != tier.scheme_id:
            raise UserError(
                self.env._(
                    "%(tier)s is not a tier of the scheme under review.", tier=tier.name
                )
            )
        for rules in self.review_id.ruleset_id if tier else ():
            if tier not in rules._get_tiers():
                raise UserError(
                    self.env._(
                        "%(tier)s is not a tier of the rules that the review "
                        "applies. Publish rules with it first.",
                        tier=tier.name,
                    )
                )
        blank = self.filtered(lambda li: not (tier or li.proposed_tier_id))
        if blank:
            raise UserError(
                self.env._(
                    "The rules propose no tier for %(customer)s. Choose one.",
                    customer=blank[0].partner_id.display_name,
                )
            )
        if (
            tier
            and not reason
            and self.filtered(lambda li: li.proposed_tier_id != tier)
        ):
            raise UserError(
                self.env._("Say why the decision differs from the proposal.")
            )

    def _check_may_decide(self):
        """Refuse deciders without the right, and those who are not independent."""
        forbidden = self - self._filter_decidable()
        if not forbidden:
            return
        own = forbidden & self._filter_involved()
        if own:
            raise UserError(
                self.env._(
                    "You nominated %(customer)s or asked for its override: somebody "
                    "else has to decide it.",
                    customer=own[0].partner_id.display_name,
                )
            )
        raise AccessError(
            self.env._(
                "%(customer)s is not yours to decide: this scheme is decided by "
                "“%(who)s”.",
                customer=forbidden[0].partner_id.display_name,
                who=dict(
                    self.env["governance.tier.scheme"]
                    ._fields["decided_by"]
                    ._description_selection(self.env)
                )[forbidden[0].scheme_id.decided_by],
            )
        )

    def _filter_decidable(self):
        """Return the lines that the current user may decide now."""
        open_lines = self.filtered(
            lambda line: (
                line.review_id.state == "committee" and line.review_id.kind != "preview"
            )
        )
        allowed = self.browse()
        for review, lines in open_lines.grouped("review_id").items():
            allowed |= lines._filter_by_role(review)
        return allowed - allowed._filter_involved()

    def _filter_by_role(self, review):
        scheme, user = review.scheme_id.sudo(), self.env.user
        fallback = scheme.fallback_reviewer_id == user
        if scheme.decided_by == "committee":
            return self if self._is_committee(review) else self.browse()
        if scheme.decided_by == "leader":
            return self.filtered(
                lambda line: (
                    line.sudo().team_id.user_id == user
                    or (fallback and not line.sudo().team_id.user_id.active)
                )
            )
        return self.filtered(
            lambda line: (
                line.reviewer_id == user
                or (fallback and not line.sudo().reviewer_id.active)
            )
        )

    @api.model
    def _is_committee(self, review):
        """Return whether the user sits on the committee of the review's company."""
        if not self.env.user.has_group("crm_governance.group_committee"):
            return False
        committee = (
            self.env["governance.committee"]
            .sudo()
            .search([("company_id", "=", review.company_id.id)], limit=1)
        )
        return not committee.member_ids or committee._is_member(self.env.user)

    @api.model
    def _may_decide_somewhere(self, review):
        """Return whether the user may decide any line of a review."""
        scheme = review.scheme_id.sudo()
        if scheme.decided_by == "committee":
            return self._is_committee(review)
        if scheme.fallback_reviewer_id == self.env.user:
            return True
        domain = (
            [("team_id.user_id", "=", self.env.uid)]
            if scheme.decided_by == "leader"
            else [("reviewer_id", "=", self.env.uid)]
        )
        return bool(
            self.sudo().search_count([("review_id", "=", review.id), *domain], limit=1)
        )

    def _filter_involved(self):
        """Return the lines whose outcome the current user has asked for."""
        if not self:
            return self
        nominations = (
            self.env["governance.tier.nomination"]
            .sudo()
            ._read_group(
                [
                    ("review_id", "in", self.review_id.ids),
                    ("user_id", "=", self.env.uid),
                    ("state", "=", "submitted"),
                ],
                ["review_id", "partner_id"],
            )
        )
        overrides = (
            self.env["governance.tier.override"]
            .sudo()
            ._read_group(
                [
                    ("scheme_id", "in", self.scheme_id.ids),
                    ("requester_id", "=", self.env.uid),
                    ("state", "in", ("requested", "active", "waiting")),
                ],
                ["scheme_id", "partner_id"],
            )
        )
        nominated = {(review.id, partner.id) for review, partner in nominations}
        asked = {(scheme.id, partner.id) for scheme, partner in overrides}
        return self.filtered(
            lambda line: (
                (line.review_id.id, line.partner_id.id) in nominated
                or (line.scheme_id.id, line.partner_id.id) in asked
            )
        )

    def _lock_undecided(self):
        try:
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else decides some of these customers right now. Reload "
                    "and try again."
                )
            ) from error

    def _check_undecided(self, tier, reason):
        """Let nobody decide over somebody else's head without saying why."""
        self.invalidate_recordset(["state", "decided_by_id", "decided_on"])
        decided = self.filtered(lambda line: line.state == "decided")
        if not decided or (tier and reason):
            return
        raise UserError(
            self.env._(
                "%(customer)s: %(user)s has decided meanwhile (%(tier)s). To change "
                "that, choose a tier and say why.",
                customer=decided[0].partner_id.display_name,
                user=decided[0].sudo().decided_by_id.name,
                tier=decided[0].decided_tier_id.name,
            )
        )

    def _record_decisions(self, reason):
        self.env["governance.decision"]._record(
            [
                {
                    "res_model": self._name,
                    "res_id": line.id,
                    "res_name": f"{line.review_id.name}: {line.partner_id.name}",
                    "partner_id": line.partner_id.id,
                    "company_id": line.review_id.company_id.id,
                    "event": (
                        "approved"
                        if line.decided_tier_id == line.proposed_tier_id
                        else "changed"
                    ),
                    "reason": reason or False,
                    "detail": {
                        "current_tier": line.current_tier_id.code,
                        "proposed_tier": line.proposed_tier_id.code,
                        "decided_tier": line.decided_tier_id.code,
                    },
                }
                for line in self.sudo()
            ]
        )

    @api.model
    def _get_latest(self, partner):
        """Return the line of the latest published review of the governing scheme."""
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("review_id.scheme_id.is_governing", "=", True),
                ("review_id.company_id", "=", self.env.company.id),
                ("review_id.kind", "!=", "preview"),
                ("review_id.state", "=", "published"),
                ("is_merged", "!=", True),
            ],
            order="id desc",
            limit=1,
        )
