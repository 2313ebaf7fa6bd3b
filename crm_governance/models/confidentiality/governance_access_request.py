# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime


class GovernanceAccessRequest(models.Model):
    """Somebody asks to read a confidential customer for a time (C-11, C-16).

    Whoever asks cannot see the customer, and must not learn by asking whether it
    exists.  So the request says in words which customer is meant, a job looks it
    up afterwards, and until access is given nothing that the person can read
    tells a request that was matched from one that was not.
    """

    _name = "governance.access.request"
    _description = "Request for Access"
    _inherit = [
        "governance.classified.mixin",
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "governance.isolated.mixin",
    ]
    _order = "id desc"
    _rec_name = "customer_text"
    _has_drafts = True

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Access for",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Yourself, or somebody in a sales team that you lead.",
    )
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    customer_text = fields.Char(
        string="Customer as Typed",
        required=True,
        help="The exact name, the reference, the tax ID or the e-mail address of the "
        "customer.",
    )
    reason = fields.Text(
        string="Purpose",
        required=True,
        help="What the person needs the customer's data for.",
    )
    date_end = fields.Datetime(
        string="Until",
        required=True,
        help="Access begins when it is approved and ends at this moment.",
    )
    limit_note = fields.Char(string="Limit", compute="_compute_limit_note")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for an Answer"),
            ("active", "Access Given"),
            ("refused", "Not Given"),
            ("expired", "Expired"),
            ("ended", "Ended"),
            ("cancelled", "Taken Back"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    answer = fields.Text(readonly=True)
    decide_until = fields.Datetime(
        string="Answer until",
        readonly=True,
        help="Without an answer by then, the request expires and can be made again.",
    )
    grant_id = fields.Many2one(
        comodel_name="governance.access.grant",
        string="Access",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    # What the system and the custodians have found out is for neither of those
    # who ask: it would tell them whether there is such a customer.
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Confidential Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=fields.NO_ACCESS,
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_customer_id",
        compute_sudo=True,
        help="The customer that was found, for those who may read it.",
    )
    approval_request_ids = fields.One2many(groups=fields.NO_ACCESS)
    approval_request_id = fields.Many2one(groups=fields.NO_ACCESS)
    approval_state = fields.Selection(groups=fields.NO_ACCESS)

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_customer_id(self):
        for request in self:
            customer = request.sudo().partner_id
            request.customer_id = customer._filter_by_clearance("read")

    @api.depends_context("lang")
    def _compute_limit_note(self):
        """Say before it is asked for how long access may last."""
        ladder = self.env["governance.clearance.ladder"]._get_current().sudo()
        self.limit_note = (
            self.env._(
                "Access lasts at most %(days)s days at a time and %(total)s days in a "
                "row.",
                days=ladder.grant_max_days,
                total=ladder.grant_total_days,
            )
            if ladder
            else self.env._(
                "No access is given before a clearance ladder is published."
            )
        )

    @api.depends("customer_text", "user_id")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        """Name the person, and what was typed to those who typed or may know it."""
        user = self.env.user
        readable = self.filtered("id")._filter_by_clearance("read")
        for request in self:
            own = user in (request.requester_id | request.user_id)
            if not request.customer_text:
                request.display_name = self.env._("New request")
            elif not user._is_superuser() and (own or request in readable):
                request.display_name = self.env._(
                    "Access for %(user)s: %(customer)s",
                    user=request.user_id.sudo().name,
                    customer=request.customer_text,
                )
            else:
                # The system itself writes this into the records of approvals.
                request.display_name = self.env._(
                    "Access for %(user)s, request %(number)s",
                    user=request.user_id.sudo().name,
                    number=request.id,
                )

    @api.constrains("user_id", "requester_id")
    def _check_beneficiary(self):
        for request in self.sudo():
            if not request._may_ask_for(request.user_id):
                raise ValidationError(
                    self.env._(
                        "You ask for yourself, or for members of a sales team that "
                        "you lead. %(user)s has to ask personally.",
                        user=request.user_id.name,
                    )
                )

    def _may_ask_for(self, user):
        self.ensure_one()
        requester = self.requester_id
        if user == requester:
            return True
        led = Domain("user_id", "=", requester.id)
        return bool(
            self.env["crm.team"]
            .sudo()
            .search_count(led & Domain("member_ids", "in", user.ids), limit=1)
        )

    # ------------------------------------------------------------------
    # CONFIDENTIALITY
    # ------------------------------------------------------------------

    def _filter_by_clearance(self, operation):
        """Leave their requests to those who ask, whatever was found out."""
        user = self.env.user
        own = self.sudo().filtered(
            lambda request: user in (request.requester_id | request.user_id)
        )
        open_ids = {*own.ids, *super()._filter_by_clearance(operation).ids}
        return self.filtered(lambda request: request.id in open_ids)

    @api.model
    def _get_clearance_domain(self, operation):
        own = Domain("requester_id", "=", self.env.uid) | Domain(
            "user_id", "=", self.env.uid
        )
        return own | super()._get_clearance_domain(operation)

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {"user_id", "customer_text", "reason", "date_end"}

    def _get_author(self):
        return self.requester_id

    def _get_approval_subject(self):
        return "access_request"

    def _get_approval_hash_fields(self):
        return ["user_id", "date_end", "partner_id", "customer_text", "reason"]

    def _get_approval_content(self):
        """Keep what names the customer out: administrators read it as well."""
        names = {"user_id", "date_end"}
        return [
            item for item in super()._get_approval_content() if item["name"] in names
        ]

    def _get_approval_authors(self):
        return super()._get_approval_authors() | self.requester_id | self.user_id

    def _get_pending_approval(self):
        # Whoever asks gets one answer, whether it waits for a decision or not.
        self.ensure_one()
        self.check_access("read")
        if self.env.user in (self.requester_id | self.user_id):
            raise UserError(
                self.env._("This is your own request: somebody else has to decide it.")
            )
        return super()._get_pending_approval()

    # ------------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for access; the answer is the same whether the customer exists or not.

        :raises UserError: when something is missing, or no ladder or approval
            matrix is in force
        """
        self.check_access("write")
        for request in self:
            request._check_author()
            request._check_requestable()
            policy = request.sudo()._get_approval_policy()
            request._as_system().write(
                {
                    "state": "requested",
                    "decide_until": policy._get_expiry(fields.Datetime.now()),
                }
            )
            request._enter_register("requested")
        # Later and by another: neither an error nor the time it takes tells anything.
        self.env.ref("crm_governance.ir_cron_access_request")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Your request has been sent"),
                "message": self.env._("You will get a message with the answer."),
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_withdraw(self):
        """Take one's own request back; UserError once it has been answered."""
        self.check_access("write")
        for request in self:
            request._check_author()
            request._check_waiting()
            request._as_system().write({"state": "cancelled"})
            request._close_approvals("withdrawn")
        return True

    def _check_requestable(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("You have asked for this already."))
        if not self.customer_text.strip():
            raise UserError(self.env._("Say which customer you mean."))
        if not self.reason.strip():
            raise UserError(self.env._("Say what the customer's data are needed for."))
        self._check_person()
        self._check_end()

    def _check_person(self):
        """Refuse access for people who could not use it.

        :raises UserError: saying why
        """
        user = self.user_id.sudo()
        if not user.active or user.share:
            raise UserError(
                self.env._("%(user)s is no active employee.", user=user.name)
            )
        if user.governance_suspended:
            raise UserError(
                self.env._(
                    "Access of %(user)s to confidential customers is suspended. Ask a "
                    "data custodian.",
                    user=user.name,
                )
            )
        if user._needs_governance_training():
            raise UserError(
                self.env._(
                    "%(user)s needs a valid training on the protection of customer "
                    "information first.",
                    user=user.name,
                )
            )

    def _check_end(self):
        """Refuse an end that has passed or that the policy does not allow.

        :raises UserError: naming the latest end
        """
        ladder = self._get_ladder()
        now = fields.Datetime.now()
        if self.date_end <= now:
            raise UserError(
                self.env._("Access would have ended already. Choose a later time.")
            )
        # A minute's grace, for whoever picks the longest time and thinks a little.
        latest = now + timedelta(days=ladder.grant_max_days, minutes=1)
        if self.date_end > latest:
            raise UserError(
                self.env._(
                    "Access is given for %(days)s days at most, so until %(date)s.",
                    days=ladder.grant_max_days,
                    date=format_datetime(self.env, latest),
                )
            )
        trained = self.user_id.sudo().governance_trained_until
        if ladder.is_training_required and self.date_end.date() > trained:
            raise UserError(
                self.env._(
                    "The training of %(user)s is valid until %(date)s. Ask for no "
                    "longer than that.",
                    user=self.user_id.sudo().name,
                    date=format_date(self.env, trained),
                )
            )

    @api.model
    def _get_ladder(self):
        ladder = self.env["governance.clearance.ladder"]._get_current()
        if not ladder:
            raise UserError(
                self.env._(
                    "No clearance ladder is in force, so nobody knows how long access "
                    "may last. Ask a governance administrator to publish one."
                )
            )
        return ladder

    def _check_waiting(self):
        self.ensure_one()
        if self.state != "requested":
            raise UserError(
                self.env._(
                    "“%(request)s” does not wait for an answer.",
                    request=self.display_name,
                )
            )

    def _enter_register(self, event):
        """Note that something was asked or refused, without naming the customer.

        People read the lines about themselves, and these must not tell them that
        there is such a customer.  Custodians and auditors find it in the request.
        """
        self.env["governance.access.entry"]._record(
            event, self.env["res.partner"], subject=self.sudo().user_id, record=self
        )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_answer(self):
        """Look up the customers of new requests; end those that nobody answered."""
        new = Domain("state", "=", "requested") & Domain("is_looked_up", "=", False)
        if self._isolate_each(new, "_look_up"):
            self._isolate_each(self._get_overdue_domain(), "_expire")

    @api.model
    def _get_overdue_domain(self):
        now = fields.Datetime.now()
        return Domain("state", "=", "requested") & (
            Domain("decide_until", "<=", now) | Domain("date_end", "<=", now)
        )

    # ------------------------------------------------------------------
    # DECISION
    # ------------------------------------------------------------------

    def _check_decider(self):
        """Refuse that somebody opens what he or she may not read himself or herself.

        Neither does a grant suffice: its holder cannot pass it on.

        :raises UserError: for deciders below the level
        """
        self.ensure_one()
        customer = self.sudo().partner_id
        if not customer._filter_by_clearance("write"):
            raise UserError(
                self.env._(
                    "You give only access that you have yourself, by clearance or by "
                    "a role on the customer. Leave the decision to somebody else, or "
                    "reject the request."
                )
            )

    def _approval_approved(self, request):
        """Give access until the end that was asked for, counted from now."""
        self.ensure_one()
        self = self._in_words_of_requester()
        now = fields.Datetime.now()
        if self.state != "requested" or self.date_end <= now:
            self._close(
                "expired",
                self.env._("It was approved after the time that it was asked for."),
            )
            self._tell(
                request._get_verdicts().user_id,
                self.env._(
                    "The time that was asked for is over, so nobody got access."
                ),
            )
            return
        self._check_person()
        grants = self.env["governance.access.grant"]
        date_end = min(
            self.date_end,
            grants._get_latest_end(self.partner_id, self.user_id) or self.date_end,
        )
        if date_end <= now:
            raise UserError(
                self.env._(
                    "%(user)s has had access for as long in a row as the clearance "
                    "ladder allows. Reject the request.",
                    user=self.user_id.name,
                )
            )
        grant = grants._grant(
            self.partner_id, self.user_id, date_end, reason=self.reason
        )
        self._as_system().write({"state": "active", "grant_id": grant.id})
        self._tell(
            self.requester_id | self.user_id,
            self.env._(
                "Access has been given until %(date)s.",
                date=format_datetime(self.env, date_end),
            ),
        )

    def _approval_rejected(self, request):
        verdicts = request._get_verdicts().filtered(lambda v: v.event == "rejected")
        self._close("refused", verdicts[:1].reason)

    def _approval_closed(self, request):
        """End the request with the one for approval; void means that it was changed."""
        if self.state == "requested":
            self._close("cancelled" if request.state == "withdrawn" else "expired")

    def _in_words_of_requester(self):
        return self.with_context(lang=self.sudo().requester_id.lang)

    def _expire(self):
        self._in_words_of_requester()._close("expired")
        self._close_approvals("expired")

    def _close(self, state, answer=False):
        """End a request without access, and tell those who asked."""
        self.ensure_one()
        self._as_system().write({"state": state, "answer": answer})
        if state == "refused":
            self._enter_register("refused")
        if state != "cancelled":
            states = dict(self._fields["state"]._description_selection(self.env))
            self._tell(self.requester_id | self.user_id, answer or states[state])

    def _close_approvals(self, event):
        for approval in self.sudo()._get_open_approvals():
            approval.with_user(SUPERUSER_ID)._close(event)

    def _tell(self, users, text):
        """Send a message that names no customer: it outlives the access."""
        self.ensure_one()
        users.with_user(SUPERUSER_ID)._notify_in_own_language(
            lambda env: (env._("Your request for access: the answer"), text),
            model=self._name,
            res_id=self.id,
        )
