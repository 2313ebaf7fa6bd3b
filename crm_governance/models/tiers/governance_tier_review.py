# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date, format_list

# Reviews of at most so many customers are computed while the user waits.
INLINE_CUSTOMERS = 50_000


class GovernanceTierReview(models.Model):
    """A campaign that reviews the tiers of one scheme (A-99, A-111 … A-119).

    Nominations come in first.  Starting the evaluation takes a snapshot of who
    is a customer, of the figures, the present tiers and the reviewers; what
    changes later counts in the next review.  The proposals are then decided,
    and publishing turns decisions into tiers.
    """

    _name = "governance.tier.review"
    _description = "Tier Review"
    _inherit = [
        "governance.tier.review.schedule",
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_as_of desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    scheme_id = fields.Many2one(
        comodel_name="governance.tier.scheme",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_preset', '=', False)]",
        default=lambda self: self.env["governance.tier.override"]._default_scheme_id(),
    )
    ruleset_id = fields.Many2one(
        comodel_name="governance.tier.ruleset",
        string="Rules Applied",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The published version that the evaluation used.",
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True, index=True)
    decided_by = fields.Selection(related="scheme_id.decided_by")
    silence_policy = fields.Selection(related="scheme_id.silence_policy")
    kind = fields.Selection(
        selection=[
            ("campaign", "Campaign"),
            ("event", "Customers that are due"),
            ("preview", "Preview"),
        ],
        default="campaign",
        required=True,
        readonly=True,
    )
    period_key = fields.Char(string="Period", readonly=True)
    population = fields.Selection(
        selection=[("all", "All customers"), ("selected", "Selected customers")],
        default="all",
        required=True,
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="governance_tier_review_partner_rel",
        column1="review_id",
        column2="partner_id",
        string="Selected Customers",
        domain="[('commercial_partner_id', '=', id)]",
    )
    date_as_of = fields.Date(
        string="Figures up to",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="The last day whose orders, invoices and payments count.",
    )
    nomination_deadline = fields.Date(tracking=True)
    committee_deadline = fields.Date(
        string="Decide by",
        tracking=True,
        help="After this day the policy on silence applies to what is undecided.",
    )
    publish_deadline = fields.Date(string="Publish by", tracking=True)
    state = fields.Selection(
        selection=[
            ("nomination", "Nominations"),
            ("evaluation", "Evaluation"),
            ("committee", "Decisions"),
            ("approval", "Approval"),
            ("publication", "Being Published"),
            ("published", "Published"),
            ("cancelled", "Cancelled"),
        ],
        default="nomination",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    opened_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    evaluated_on = fields.Datetime(readonly=True)
    closed_on = fields.Datetime(string="Published on", readonly=True)
    reminded_on = fields.Datetime(readonly=True)
    silence_applied_on = fields.Datetime(readonly=True)
    is_parked = fields.Boolean(
        string="Stopped by the Circuit Breaker",
        readonly=True,
        help="Silence would have moved so many customers that an executive has to "
        "approve first.",
    )
    evaluation_cursor = fields.Integer(readonly=True)
    publication_cursor = fields.Integer(readonly=True)
    last_error = fields.Text(readonly=True)
    lines_digest = fields.Char(
        string="Fingerprint of the Decisions",
        compute="_compute_lines_digest",
        help="Changes as soon as one decision changes.",
    )
    line_ids = fields.One2many(
        comodel_name="governance.tier.review.line",
        inverse_name="review_id",
        string="Customers",
        readonly=True,
    )
    nomination_ids = fields.One2many(
        comodel_name="governance.tier.nomination",
        inverse_name="review_id",
        string="Nominations",
    )
    nomination_count = fields.Integer(compute="_compute_nomination_count")
    line_count = fields.Integer(
        string="Number of Customers", compute="_compute_line_counts"
    )
    undecided_count = fields.Integer(string="Undecided", compute="_compute_line_counts")
    up_count = fields.Integer(string="Up", compute="_compute_line_counts")
    down_count = fields.Integer(string="Down", compute="_compute_line_counts")
    error_count = fields.Integer(string="Problems", compute="_compute_line_counts")
    is_decider = fields.Boolean(compute="_compute_is_decider")
    is_latest = fields.Boolean(
        compute="_compute_is_latest",
        search="_search_is_latest",
        help="The latest evaluated review of the governing scheme.",
    )

    _period_uniq = models.UniqueIndex(
        "(scheme_id, period_key) WHERE kind <> 'preview' AND state <> 'cancelled'",
        "There is already a review of this scheme for this period.",
    )

    # ------------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------------

    def _compute_nomination_count(self):
        counts = dict(
            self.env["governance.tier.nomination"]._read_group(
                [("review_id", "in", self.ids), ("state", "=", "submitted")],
                ["review_id"],
                ["__count"],
            )
        )
        for review in self:
            review.nomination_count = counts.get(review, 0)

    def _compute_line_counts(self):
        names = ("line", "undecided", "up", "down", "error")
        totals = {review.id: dict.fromkeys(names, 0) for review in self}
        groups = self.env["governance.tier.review.line"]._read_group(
            [("review_id", "in", self.ids)],
            ["review_id", "movement", "state", "has_error"],
            ["__count"],
        )
        for review, movement, state, has_error, count in groups:
            total = totals[review.id]
            total["line"] += count
            total["undecided"] += count if state == "pending" else 0
            total["error"] += count if has_error else 0
            if movement in ("up", "down"):
                total[movement] += count
        for review in self:
            for name in names:
                review[f"{name}_count"] = totals.get(review.id, {}).get(name, 0)

    @api.depends("line_ids.decided_tier_id")
    def _compute_lines_digest(self):
        for review in self:
            review.lines_digest = review._get_lines_digest() if review.ids else False

    def _get_lines_digest(self):
        """Return a hash over every customer and decision of the review."""
        self.env["governance.tier.review.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT md5(string_agg(partner_id || ':'
                                         || COALESCE(decided_tier_id, 0),
                                         ',' ORDER BY partner_id))
                     FROM governance_tier_review_line WHERE review_id = %s""",
                self.id,
            )
        )
        return self.env.cr.fetchone()[0] or ""

    @api.depends_context("uid")
    @api.depends("scheme_id.decided_by", "state")
    def _compute_is_decider(self):
        lines = self.env["governance.tier.review.line"]
        for review in self:
            review.is_decider = review.state == "committee" and (
                lines._may_decide_somewhere(review)
            )

    def _compute_is_latest(self):
        latest = self._get_latest_evaluated()
        for review in self:
            review.is_latest = review in latest

    @api.model
    def _search_is_latest(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in", self._get_latest_evaluated().ids)]

    @api.model
    def _get_latest_evaluated(self):
        """Return the latest evaluated review of each company's governing scheme."""
        reviews = self.browse()
        for company in self.env.companies:
            reviews |= self.search(
                [
                    ("company_id", "=", company.id),
                    ("scheme_id.is_governing", "=", True),
                    ("kind", "=", "campaign"),
                    ("state", "not in", ("nomination", "evaluation", "cancelled")),
                ],
                limit=1,
            )
        return reviews

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.constrains("date_as_of")
    def _check_date_as_of(self):
        for review in self:
            if not 1900 <= review.date_as_of.year <= 2199:
                raise ValidationError(
                    self.env._(
                        "%(review)s: “Figures up to” is %(date)s. Give a day between "
                        "1900 and 2199.",
                        review=review.name,
                        date=review.date_as_of,
                    )
                )

    @api.constrains("nomination_deadline", "committee_deadline", "publish_deadline")
    def _check_dates(self):
        for review in self:
            dates = [
                review.nomination_deadline,
                review.committee_deadline,
                review.publish_deadline,
            ]
            given = [each for each in dates if each]
            if given != sorted(given):
                raise ValidationError(
                    self.env._(
                        "%(review)s: nominations close first, then decisions, then "
                        "the list is published. Put the dates in this order.",
                        review=review.name,
                    )
                )

    @api.model
    def _get_user_fields(self):
        return {
            "name",
            "scheme_id",
            "population",
            "partner_ids",
            "date_as_of",
            "nomination_deadline",
            "committee_deadline",
            "publish_deadline",
            "nomination_ids",
        }

    def _is_closed(self):
        return self.state not in ("nomination", "evaluation", "committee")

    def write(self, vals):
        early = {"scheme_id", "population", "partner_ids", "date_as_of"} & set(vals)
        if early and not self._is_system():
            for review in self:
                if review.state != "nomination":
                    raise UserError(
                        self.env._(
                            "%(review)s has been evaluated: whom it covers and up to "
                            "when does not change any more. Cancel it and start "
                            "another one instead.",
                            review=review.display_name,
                        )
                    )
        if "committee_deadline" in vals and not self.env.su:
            self._check_time_to_decide(vals["committee_deadline"])
        return super().write(vals)

    def _check_time_to_decide(self, deadline):
        """Refuse to take the time away from those who decide (A-111).

        :raises UserError: when the day is missing or past while they decide
        """
        deadline = fields.Date.to_date(deadline)
        for review in self.filtered(lambda r: r.state in ("evaluation", "committee")):
            if not deadline or deadline < review._get_today():
                raise UserError(
                    self.env._(
                        "%(review)s is being decided. “Decide by” may be put off, or "
                        "brought forward to today at the earliest.",
                        review=review.display_name,
                    )
                )

    def _check_deletable(self):
        for review in self:
            if review.kind != "preview" and review.state != "nomination":
                review._refuse_change()

    def unlink(self):
        previews = self.filtered(lambda review: review.kind == "preview")
        self.check_access("unlink")
        # Nothing refers to the lines of a preview, which may be a million.
        self.env["governance.tier.review.line"].flush_model()
        self.env.cr.execute(
            SQL(
                "DELETE FROM governance_tier_review_line WHERE review_id = ANY(%s)",
                previews.ids,
            )
        )
        self.env["governance.tier.review.line"].invalidate_model()
        return super().unlink()

    # ------------------------------------------------------------------
    # EVALUATION
    # ------------------------------------------------------------------

    def action_evaluate(self):
        """Close the nominations, take the snapshot and make the proposals.

        :raises UserError: when the scheme has no published rules
        """
        self.check_access("write")
        for review in self:
            review._start_evaluation()
            if review._count_population() <= INLINE_CUSTOMERS:
                review._evaluate()
            else:
                self.env.ref("crm_governance.ir_cron_tier_review_evaluate")._trigger()
        return True

    def _start_evaluation(self):
        self.ensure_one()
        self._lock("nomination")
        rules = self.ruleset_id if self.kind == "preview" else self.scheme_id.ruleset_id
        if not rules:
            raise UserError(
                self.env._(
                    "%(scheme)s has no published rules. Publish them first.",
                    scheme=self.scheme_id.display_name,
                )
            )
        self._check_frozen()
        self._as_system().write(
            {"state": "evaluation", "ruleset_id": rules.id, "evaluation_cursor": 0}
        )
        self._clear_notices()

    def _check_frozen(self):
        """Refuse reviews opened by hand while their scheme is frozen (A-118).

        Reviews that the calendar opens have a period; the first review of a
        scheme may be opened by hand in any case.

        :raises UserError: when the scheme was reviewed less than a year before
        """
        self.ensure_one()
        if (
            self.kind == "preview"
            or self.period_key
            or not self.scheme_id.sudo()._is_frozen()
        ):
            return
        # Figures up to a day to come are no way around a year of waiting.
        day = min(self.date_as_of, self._get_today())
        last = self.sudo().search(
            [
                ("scheme_id", "=", self.scheme_id.id),
                ("state", "=", "published"),
                ("date_as_of", ">", day - relativedelta(years=1)),
            ],
            limit=1,
        )
        if last:
            raise UserError(
                self.env._(
                    "%(scheme)s is frozen: after %(review)s it is reviewed again in a "
                    "year. For a single customer that cannot wait, ask for an "
                    "override.",
                    scheme=self.scheme_id.display_name,
                    review=last.display_name,
                )
            )

    def _count_population(self):
        """Return an upper bound of the customers that the review may cover."""
        if self.population == "selected":
            return len(self.sudo().partner_ids)
        self.env.cr.execute(
            "SELECT COUNT(*) FROM res_partner WHERE commercial_partner_id = id"
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _get_batch_size(self):
        """Return how many commercial entities are evaluated in one transaction."""
        return 250_000

    def _evaluate(self):
        """Evaluate all customers in the current transaction."""
        while self._evaluate_batch():
            continue

    def _evaluate_batch(self):
        """Evaluate the next batch; return whether anything is left to do."""
        self.ensure_one()
        evaluator = self.env["governance.tier.evaluator"].sudo()
        first, last = self._get_next_range()
        if first is None:
            self._finish_evaluation()
            return False
        evaluator._evaluate_range(self.sudo(), first, last)
        self._as_system().write({"evaluation_cursor": last})
        return True

    def _get_next_range(self):
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env.cr.execute(
            SQL(
                """SELECT MIN(id), MAX(id) FROM (
                       SELECT id FROM res_partner
                        WHERE id > %s AND commercial_partner_id = id
                        ORDER BY id LIMIT %s) batch""",
                self.evaluation_cursor,
                self._get_batch_size(),
            )
        )
        return self.env.cr.fetchone()

    def _finish_evaluation(self):
        self.env["governance.tier.evaluator"].sudo()._evaluate_ranked(self.sudo())
        self._as_system().write(
            {
                "state": "committee",
                "evaluated_on": fields.Datetime.now(),
                "last_error": False,
            }
        )
        if self.kind != "preview":
            self.env["governance.tier.review.line"].sudo()._take_nominated_roles(self)
            self.env["governance.programme"]._begin_evaluation(self)
            self._notify_deciders()

    def action_retry(self):
        """Go on after a scheduled run has failed and the cause is mended."""
        self.check_access("write")
        self._as_system().write({"last_error": False})
        for review in self:
            if review.state in ("evaluation", "publication"):
                step = "evaluate" if review.state == "evaluation" else "publish"
                self.env.ref(f"crm_governance.ir_cron_tier_review_{step}")._trigger()

    def action_verify(self):
        """Compute every proposal again from its snapshot and compare.

        :return: a notification that names the number of differences
        """
        self.ensure_one()
        self.check_access("read")
        different = (
            self.env["governance.tier.evaluator"].sudo()._count_differences(self.sudo())
        )
        message = (
            self.env._(
                "%(count)s of the stored results differ from the rules.",
                count=different,
            )
            if different
            else self.env._(
                "All %(count)s results follow from the stored figures and the rules.",
                count=self.line_count,
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if different else "success",
                "message": message,
                "sticky": bool(different),
            },
        }

    # ------------------------------------------------------------------
    # DECISIONS
    # ------------------------------------------------------------------

    def action_view_lines(self):
        """Open the customers of the review."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_tier_review_line_action"
        )
        action["domain"] = [("review_id", "=", self.id)]
        # A button that opens one facet brings it in the context.
        wanted = any(key.startswith("search_default_") for key in self.env.context)
        action["context"] = {
            "search_default_undecided": self.state == "committee" and not wanted
        }
        if self.kind == "preview":
            action["display_name"] = self.name
        return action

    def action_view_nominations(self):
        """Open the nominations of the review."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_tier_nomination_action"
        )
        action["domain"] = [("review_id", "=", self.id)]
        action["context"] = {"default_review_id": self.id}
        return action

    def action_print_list(self):
        """Print the published list of customers by tier (P-08)."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref(
            "crm_governance.governance_tier_review_report_list"
        ).report_action(self, config=False)

    def action_cancel(self):
        """Give up a review before it is published."""
        self.check_access("write")
        for review in self:
            review._lock("nomination", "evaluation", "committee")
            review._as_system().write({"state": "cancelled"})
            review._clear_notices()
            self.env["governance.programme"]._end_evaluation(review)

    def action_apply_silence(self):
        """Apply the policy on silence to what nobody decided in time.

        :raises UserError: before the deadline, or when there is none
        """
        self.check_access("write")
        for review in self:
            review._lock("committee")
            if not review.committee_deadline:
                raise UserError(
                    self.env._(
                        "Nobody knows until when %(review)s can be decided. Fill in "
                        "“Decide by”; silence counts only after that day.",
                        review=review.display_name,
                    )
                )
            if review._get_today() <= review.committee_deadline:
                raise UserError(
                    self.env._(
                        "%(review)s can be decided until %(date)s. Silence counts "
                        "only after that.",
                        review=review.display_name,
                        date=format_date(self.env, review.committee_deadline),
                    )
                )
            review._apply_silence()
        return True

    def _apply_silence(self):
        """Decide the undecided lines as the scheme says (design: silence policy).

        The circuit breaker parks the review instead when too many customers, or
        any of the top tier, would move without anybody having looked.
        """
        self.ensure_one()
        if self.is_parked:
            # An executive releases it, not a wider limit of the scheme.
            return False
        policy = self.scheme_id.silence_policy
        line = self.env["governance.tier.review.line"].sudo()
        if policy in ("apply", "downgrade") and line._silence_trips_breaker(
            self, policy
        ):
            self._as_system().write({"is_parked": True})
            self._park()
            return False
        return self._decide_by_silence(policy)

    def _count_undecided(self):
        """Return how many customers are undecided in the database right now."""
        self.ensure_one()
        lines = self.env["governance.tier.review.line"].sudo()
        return lines.search_count(
            [
                ("review_id", "=", self.id),
                ("state", "=", "pending"),
                ("is_merged", "!=", True),
            ]
        )

    def _decide_by_silence(self, policy):
        count = (
            self.env["governance.tier.review.line"].sudo()._apply_silence(self, policy)
        )
        self._as_system().write({"silence_applied_on": fields.Datetime.now()})
        self._clear_notices_if_decided()
        self.env["governance.decision"]._record(
            [
                {
                    "res_model": self._name,
                    "res_id": self.id,
                    "res_name": self.display_name,
                    "company_id": self.company_id.id,
                    "event": "applied",
                    "reason": self.env._("Nobody had decided by the deadline."),
                    "detail": {"silence_policy": policy, "customers": count},
                }
            ]
        )
        if (policy == "escalate" and count) or self._count_undecided():
            executives = self._get_group_members("crm_governance.group_executive")
            self._notify("escalate", executives)
        return True

    def _park(self):
        executives = self._get_group_members("crm_governance.group_executive")
        self._notify("parked", executives)
        self.message_post(
            body=self.env._(
                "The circuit breaker has stopped the automatic decision: it would "
                "have moved more than %(percent)s %% of the customers, or one of the "
                "top tier. An executive approver releases or rejects it.",
                percent=self.scheme_id.breaker_percent,
            )
        )

    def action_release(self):
        """Let silence count although it moves many customers.

        :raises AccessError: for anybody who is not an executive approver
        """
        self.ensure_one()
        self._check_executive()
        self._lock("committee")
        if not self.is_parked:
            raise UserError(self.env._("The circuit breaker has not stopped anything."))
        self._record_event("approved", self.env._("Circuit breaker released."))
        self._decide_by_silence(self.scheme_id.silence_policy)
        self._as_system().write({"is_parked": False})

    def action_keep(self):
        """Keep the present tiers of all customers that nobody decided.

        :raises AccessError: for anybody who is not an executive approver
        """
        self.ensure_one()
        self._check_executive()
        self._lock("committee")
        if not self.is_parked:
            raise UserError(self.env._("The circuit breaker has not stopped anything."))
        self._record_event("rejected", self.env._("Silence keeps the present tiers."))
        self._decide_by_silence("keep")
        self._as_system().write({"is_parked": False})

    def _check_executive(self):
        self.check_access("read")
        if not self.env.user.has_group("crm_governance.group_executive"):
            raise AccessError(
                self.env._(
                    "Only an executive approver decides after the circuit breaker."
                )
            )

    def _record_event(self, event, reason, **detail):
        self.env["governance.decision"]._record(
            [
                {
                    "res_model": review._name,
                    "res_id": review.id,
                    "res_name": review.display_name,
                    "company_id": review.company_id.id,
                    "event": event,
                    "reason": reason,
                    "content_hash": review.sudo()._get_lines_digest(),
                    "detail": detail or False,
                }
                for review in self
            ]
        )

    # ------------------------------------------------------------------
    # PUBLICATION
    # ------------------------------------------------------------------

    def action_publish(self):
        """Publish the decided tiers, or ask for the approval that this needs.

        :raises UserError: when customers are undecided or lack a required role
        """
        self.check_access("write")
        for review in self:
            review._lock("committee")
            review._check_publishable()
            if review._needs_approval():
                review._request_approval()
                review._as_system().write({"state": "approval"})
            else:
                review._start_publication()
        return True

    def action_request_approval(self):
        """Publish: the list is sent for approval only once it is complete."""
        return self.action_publish()

    def _check_publishable(self):
        self.ensure_one()
        if self.kind == "preview":
            raise UserError(self.env._("A preview is never published."))
        if undecided := self.sudo().undecided_count:
            raise UserError(
                self.env._(
                    "%(count)s customers of %(review)s are undecided. Decide them, or "
                    "apply the policy on silence after the deadline.",
                    count=undecided,
                    review=self.display_name,
                )
            )
        lines = self.env["governance.tier.review.line"].sudo()
        missing = lines._get_missing_roles_domain(self)
        if count := lines.search_count(missing):
            raise UserError(
                self.env._(
                    "%(count)s customers lack a role that their tier demands, for "
                    "instance %(customers)s. Name owner, specialist and liaison "
                    "leader on their lines first.",
                    count=count,
                    customers=format_list(
                        self.env,
                        lines.search(missing, limit=5).partner_id.mapped(
                            "display_name"
                        ),
                    ),
                )
            )

    def _needs_approval(self):
        """Return whether an approval matrix covers this publication."""
        return bool(
            self.env["governance.approval.policy"]
            .sudo()
            ._get_in_force(self.company_id, [("subject", "=", "tier_publication")])
        )

    def _get_approval_subject(self):
        return "tier_publication"

    def _get_approval_partner(self):
        return self.env["res.partner"]

    def _get_approval_hash_fields(self):
        return ["scheme_id", "ruleset_id", "date_as_of", "lines_digest"]

    def _approval_approved(self, request):
        self._start_publication()

    def _approval_rejected(self, request):
        self._as_system().write({"state": "committee"})

    def _approval_closed(self, request):
        if self.state == "approval":
            self._as_system().write({"state": "committee"})

    def _start_publication(self):
        """Begin to assign the decided tiers; small reviews finish at once."""
        self.ensure_one()
        self._record_event("applied", self.env._("The decided tiers take effect."))
        self._as_system().write(
            {"state": "publication", "publication_cursor": 0, "last_error": False}
        )
        lines = self.env["governance.tier.review.line"].sudo()
        if lines.search_count([("review_id", "=", self.id)]) <= INLINE_CUSTOMERS:
            self._publish()
        else:
            self.env.ref("crm_governance.ir_cron_tier_review_publish")._trigger()

    def _publish(self):
        while self._publish_batch():
            continue

    def _publish_batch(self):
        """Assign the next batch; return whether anything is left to do."""
        self.ensure_one()
        line = self.env["governance.tier.review.line"].sudo()
        last = line._publish_after(self.sudo(), self.publication_cursor)
        if last:
            self._as_system().write({"publication_cursor": last})
            return True
        line._publish_limited(self.sudo())
        self.env["governance.tier.override"]._end_replaced(self.scheme_id)
        self.env["governance.programme"]._follow_publication(self.sudo())
        self._as_system().write(
            {"state": "published", "closed_on": fields.Datetime.now()}
        )
        self._clear_notices("publish")
        self._message_log(
            body=self.env._("Published: the tiers of this review are in force.")
        )
        return False

    def _get_today(self):
        """Return the company's present day."""
        self.ensure_one()
        return self.company_id._get_governance_today()

    @api.autovacuum
    def _gc_previews(self):
        """Delete previews a week after they were made."""
        old = fields.Datetime.now() - relativedelta(days=7)
        self.search(
            [("kind", "=", "preview"), ("create_date", "<", old)]
        )._as_system().unlink()
