# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command, Domain
from odoo.tools import format_list

from .governance_decision import VERDICTS

_logger = logging.getLogger(__name__)

ACTIVITY_XMLID = "crm_governance.mail_activity_type_approval"
# Beyond this number of approvers nobody would feel addressed by a to-do.
MAX_INVITED = 20


class GovernanceApprovalRequest(models.Model):
    """One request for approval and where it stands."""

    _name = "governance.approval.request"
    _description = "Approval request"
    _inherit = ["governance.sealed.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "res_name"
    _mail_post_access = "read"

    policy_id = fields.Many2one(
        comodel_name="governance.approval.policy",
        string="Approval matrix",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The version of the matrix that was in force when it was asked.",
    )
    res_model = fields.Char(string="Subject model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Subject number",
        model_field="res_model",
        required=True,
        readonly=True,
    )
    res_name = fields.Char(string="Subject", readonly=True)
    subject_type = fields.Char(
        string="Kind of subject",
        compute="_compute_subject_type",
        help="What kind of record is to be approved.",
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
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Requested by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whoever asks never decides.",
    )
    asker_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        compute="_compute_asker_id",
        help="For whom the decision is: the person who wants it, also where the "
        "system has passed it on.",
    )
    author_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_approval_request_author_rel",
        string="Prepared by",
        readonly=True,
        help="Who prepared the subject does not decide it either, whoever asks.",
    )
    reason = fields.Text(string="Reason of the request", readonly=True)
    requested_on = fields.Datetime(required=True, readonly=True)
    expires_on = fields.Datetime(
        string="Decide until",
        readonly=True,
        index="btree_not_null",
        help="Undecided by then, the request expires and can be asked again.",
    )
    closed_on = fields.Datetime(string="Decided on", readonly=True)
    applied_on = fields.Datetime(string="In effect since", readonly=True)
    state = fields.Selection(
        selection=[
            ("pending", "Waiting for decision"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("expired", "Expired"),
            ("voided", "Void"),
            ("withdrawn", "Withdrawn"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue",
        help="The time to decide is over, the request counts as expired.",
    )
    content = fields.Json(readonly=True)
    content_html = fields.Html(
        string="What is asked",
        compute="_compute_content_html",
        sanitize=False,
    )
    content_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        help="Fingerprint (SHA-256) of what is asked. When the content changes, the "
        "request is void.",
    )
    step_ids = fields.One2many(
        comodel_name="governance.approval.request.step",
        inverse_name="request_id",
        string="Steps",
        readonly=True,
    )
    current_sequence = fields.Integer(compute="_compute_current_sequence")
    decision_ids = fields.One2many(
        comodel_name="governance.decision",
        inverse_name="request_id",
        string="Decisions",
        readonly=True,
    )
    last_error = fields.Char(
        string="Problem",
        readonly=True,
        help="Why the last automatic step on this request failed.",
    )
    can_decide = fields.Boolean(
        string="To decide by me",
        compute="_compute_can_decide",
        search="_search_can_decide",
    )
    can_withdraw = fields.Boolean(compute="_compute_can_withdraw")
    is_concerned = fields.Boolean(
        compute="_compute_is_concerned",
        search="_search_is_concerned",
        groups=fields.NO_ACCESS,
    )

    _subject_idx = models.Index("(res_model, res_id)")
    _pending_uniq = models.UniqueIndex(
        "(res_model, res_id) WHERE state = 'pending'",
        "This has been sent for approval in the meantime.",
    )

    @api.depends("res_model")
    def _compute_subject_type(self):
        names = {}
        for request in self:
            model = request.res_model
            if model not in names:
                names[model] = self.env["ir.model"]._get(model).name or model
            request.subject_type = names[model]

    @api.depends("state", "expires_on")
    def _compute_is_overdue(self):
        for request in self:
            request.is_overdue = request._is_overdue()

    @api.depends("content")
    def _compute_content_html(self):
        for request in self:
            request.content_html = self.env["ir.qweb"]._render(
                "crm_governance.approval_content",
                {"rows": request._get_content_rows()},
                raise_if_not_found=False,
            )

    @api.depends("step_ids.state", "step_ids.sequence")
    def _compute_current_sequence(self):
        for request in self:
            open_steps = request.step_ids.filtered(lambda step: step.state == "open")
            request.current_sequence = open_steps[:1].sequence

    @api.depends("state", "expires_on", "step_ids.state", "decision_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        decidable = self._filter_by(self._get_decidable_domain())
        for request in self:
            request.can_decide = request.id in decidable

    def _search_can_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._search_by(self._get_decidable_domain())

    @api.depends("requester_id", "res_model", "res_id")
    @api.depends_context("uid")
    def _compute_asker_id(self):
        for request in self:
            request.asker_id = request._get_asker()

    def _get_asker(self):
        """Return who wants the decision; rooms name whom the system stands for."""
        return self.requester_id

    @api.depends("state", "expires_on", "requester_id")
    @api.depends_context("uid")
    def _compute_can_withdraw(self):
        for request in self:
            request.can_withdraw = (
                request._get_effective_state() == "pending"
                and request.requester_id == self.env.user
            )

    @api.depends("state", "requester_id", "step_ids.state", "decision_ids")
    @api.depends_context("uid")
    def _compute_is_concerned(self):
        concerned = self._filter_by(self._get_concerned_domain())
        for request in self:
            request.is_concerned = request.id in concerned

    def _search_is_concerned(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._search_by(self._get_concerned_domain())

    @api.depends("policy_id", "res_name")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.policy_id.name}: {request.res_name}"

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model
    def _sealed_mutable_fields(self):
        return super()._sealed_mutable_fields() | {
            "applied_on",
            "closed_on",
            "last_error",
            "state",
        }

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_approve(self):
        """Open the dialog in which the user signs; AccessError for others."""
        return self._open_decision("approved")

    def action_reject(self):
        """Open the dialog in which the user rejects; AccessError for others."""
        return self._open_decision("rejected")

    def action_withdraw(self):
        """Take one's own request back; UserError for others or once decided."""
        self.ensure_one()
        self.check_access("read")
        self._lock_pending()
        if self.requester_id != self.env.user:
            raise UserError(
                self.env._(
                    "Only %(user)s, who made this request, can withdraw it.",
                    user=self.sudo().requester_id.name,
                )
            )
        self._unseal()._close("withdrawn")
        return True

    def action_open_subject(self):
        """Open the record that the request is about, with the user's own rights."""
        self.ensure_one()
        self.check_access("read")
        subject = self._get_subject()
        if not subject:
            raise UserError(
                self.env._("“%(subject)s” has been deleted.", subject=self.res_name)
            )
        subject.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": subject._name,
            "res_id": subject.id,
            "view_mode": "form",
        }

    def decide(self, verdict, reason=None):
        """Sign (“approved”) or refuse (“rejected”) the request as the current user.

        Returns True, or a notification when the request turned out to be
        expired or void: that has to be recorded, so it cannot be an error.

        Raises AccessError for whoever is not an approver now, and UserError for
        the requester and the authors, a second decision, a closed request and a
        rejection without a reason. Source: design §4, A-113, C-05, C-27.
        """
        self.ensure_one()
        self.check_access("read")
        reason = str(reason or "").strip()
        self._check_verdict(verdict, reason)
        self._lock_pending()
        self._check_not_requester()
        step = self._get_signable_step()
        request = self._unseal()
        if request._is_overdue():
            request._expire()
        elif not request._is_content_unchanged():
            request._close("voided", request._get_void_reason())
        else:
            request._sign(step, verdict, reason)
            return True
        return request._get_closed_notification()

    # ------------------------------------------------------------------
    # WHO MAY DECIDE
    # ------------------------------------------------------------------

    @api.model
    def _get_decidable_domain(self):
        """Return the domain of the requests that the current user may decide now."""
        not_expired = Domain("expires_on", "=", False) | Domain(
            "expires_on", ">", fields.Datetime.now()
        )
        return self._get_signable_domain() & not_expired

    @api.model
    def _get_signable_domain(self):
        user = self.env.user
        return (
            Domain("state", "=", "pending")
            & Domain("requester_id", "!=", user.id)
            & Domain("author_ids", "not in", user.ids)
            & Domain("decision_ids", "not any", self._get_verdict_domain(user))
            & self._get_step_domain(["open"])
        )

    @api.model
    def _get_step_domain(self, states):
        """Return the requests with a step that the current user may sign by role."""
        user = self.env.user
        if not user.active or user.share:
            return Domain.FALSE
        step = self.env["governance.approval.request.step"]
        mine = step._get_approver_domain(
            user,
            "request_id.partner_id",
            "request_id.company_id",
            "request_id.requester_id",
        )
        return Domain("company_id", "in", user.company_ids.ids) & Domain(
            "step_ids", "any", Domain("state", "in", states) & mine
        )

    @api.model
    def _get_concerned_domain(self):
        """Return the domain of the requests that the current user may read.

        Own requests, those decided before, and those whose turn has come to the
        user's role, so that a colleague sees who was faster.
        """
        user = self.env.user
        return (
            Domain("requester_id", "=", user.id)
            | Domain("decision_ids", "any", self._get_verdict_domain(user))
            | self._get_step_domain(["open", "approved", "rejected", "cancelled"])
        )

    @api.model
    def _get_verdict_domain(self, user):
        return Domain("user_id", "=", user.id) & Domain("event", "in", VERDICTS)

    def _filter_by(self, domain):
        """Return the ids of these requests that fit the domain, at this moment."""
        requests = self._unseal().search(Domain("id", "in", self.ids) & domain)
        return set(requests.ids)

    @api.model
    def _search_by(self, domain):
        # Whether a user may decide follows from the customer too, which a rule
        # may hide from this user: the question is asked without rules.
        return Domain("id", "in", self._unseal()._search(domain))

    def _get_signable_step(self):
        """Return the step that the current user signs; AccessError if none.

        Somebody who could sign several steps takes the one that the fewest
        others could sign, so that the request does not get stuck.
        """
        if self.id not in self._filter_by(self._get_signable_domain()):
            self._refuse_not_approver()
        steps = self._unseal().step_ids
        mine = steps.search(
            Domain("request_id", "=", self.id)
            & Domain("state", "=", "open")
            & steps._get_approver_domain(
                self.env.user,
                "request_id.partner_id",
                "request_id.company_id",
                "request_id.requester_id",
            )
        )
        return min(mine, key=lambda step: len(step._get_invited_users()))

    def _check_verdict(self, verdict, reason):
        if verdict not in VERDICTS:
            raise UserError(
                self.env._("A request is either approved or rejected, nothing else.")
            )
        if verdict == "rejected" and not reason:
            raise UserError(
                self.env._("Say why you reject: a rejection needs a reason.")
            )
        if not reason and (why := self._get_remark_reason(verdict)):
            raise UserError(why)

    def _get_remark_reason(self, verdict):
        """Return why the subject asks who decides so for a remark, or nothing."""
        subject = self.sudo()._get_subject()
        return subject._get_remark_reason(verdict) if subject else ""

    def _check_not_requester(self):
        if self.requester_id == self.env.user:
            raise UserError(
                self.env._("This is your own request: somebody else has to decide it.")
            )
        if self.env.user in self._unseal().author_ids:
            raise UserError(
                self.env._(
                    "You prepared this yourself: somebody else has to decide it."
                )
            )

    def _refuse_not_approver(self):
        request = self._unseal()
        if self.env.user in request._get_verdicts().user_id:
            raise UserError(
                self.env._(
                    "You have decided this request already; the other steps need "
                    "other people."
                )
            )
        steps = request.step_ids.filtered(lambda step: step.state == "open")
        raise AccessError(
            self.env._(
                "You cannot decide this request now. It waits for: %(approvers)s.",
                approvers=format_list(self.env, steps.mapped("approver_label")),
            )
        )

    def _lock_pending(self):
        """Take hold of a pending request; UserError when another person has it."""
        self.ensure_one()
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is deciding “%(subject)s” right now. Look at the "
                    "result in a moment.",
                    subject=self.sudo().res_name,
                )
            ) from error
        self.invalidate_recordset()
        if self.state != "pending":
            self._refuse_closed()

    def _refuse_closed(self):
        request = self._unseal()
        last = request.decision_ids.filtered(lambda line: line.event == request.state)
        states = dict(self._fields["state"]._description_selection(self.env))
        if not last:
            raise UserError(
                self.env._(
                    "This request is closed: %(state)s.", state=states[request.state]
                )
            )
        raise UserError(
            self.env._(
                "This request is closed: %(state)s by %(user)s on %(date)s.",
                state=states[request.state],
                user=last[0].user_id.name,
                date=fields.Datetime.context_timestamp(self, last[0].date).strftime(
                    "%Y-%m-%d %H:%M"
                ),
            )
        )

    # ------------------------------------------------------------------
    # BUSINESS (all of it for the superuser, after the checks above)
    # ------------------------------------------------------------------

    @api.model
    def _open(self, subject, policy, reason=None):
        """Create the request for one subject and invite its approvers."""
        now = fields.Datetime.now()
        values = self._prepare_request_values(subject, policy, reason, now)
        sealed = self._seal().with_context(mail_create_nolog=True).create(values)
        request = sealed._unseal()
        request._start_steps()
        request._check_somebody_can_sign()
        request._record_event("requested", reason)
        request._invite()
        return request

    @api.model
    def _prepare_request_values(self, subject, policy, reason, now):
        return {
            "policy_id": policy.id,
            "res_model": subject._name,
            "res_id": subject.id,
            "res_name": subject.display_name,
            "partner_id": subject._get_approval_partner().commercial_partner_id.id,
            "company_id": policy.company_id.id,
            "requester_id": self.env.uid,
            "author_ids": [Command.set(subject._get_approval_authors().ids)],
            "reason": reason,
            "requested_on": now,
            "expires_on": policy._get_expiry(now),
            "state": "pending",
            "closed_on": False,
            "applied_on": False,
            "last_error": False,
            "content": subject._get_approval_content(),
            "content_hash": subject._get_approval_hash(),
            "step_ids": [
                Command.create(subject._prepare_approval_step(step))
                for step in policy.step_ids
            ],
        }

    def _start_steps(self):
        """Open the steps that come next, if there are any; return them."""
        waiting = self.step_ids.filtered(lambda step: step.state == "waiting")
        sequence = min(waiting.mapped("sequence"), default=0)
        following = waiting.filtered(lambda step: step.sequence == sequence)
        following._seal().write({"state": "open"})
        return following

    def _check_somebody_can_sign(self):
        for step in self.step_ids.filtered(lambda step: step.state == "open"):
            if not step._get_invited_users():
                raise UserError(
                    self.env._(
                        "Nobody could sign the step “%(step)s” (%(approver)s): there "
                        "is no active approver besides those who prepared it.",
                        step=step.name,
                        approver=step.approver_label,
                    )
                )

    def _sign(self, step, verdict, reason):
        self.ensure_one()
        self._record_event(verdict, reason, step)
        step._seal().write({"state": verdict})
        self._finish_invitation()
        if verdict == "rejected":
            self._close("rejected", reason, record=False)
        elif any(other.state == "open" for other in self.step_ids):
            self._invite()
        elif self._start_steps():
            self._invite()
        else:
            self._approve()

    def _approve(self):
        self._seal().write({"state": "approved", "closed_on": fields.Datetime.now()})
        self._drop_invitations()
        self._notify_requester()
        if not self._get_subject()._is_approval_deferred(self):
            self._apply()

    def _apply(self):
        """Bring an approved request into effect; void it if the content changed.

        Returns whether it took effect. For subjects whose effect comes later
        (`_is_approval_deferred`), their own code calls it when it is time.
        """
        self.ensure_one()
        request = self._unseal()
        if request.state != "approved" or request.applied_on:
            raise UserError(
                self.env._(
                    "“%(subject)s” is not approved, or took effect before.",
                    subject=request.res_name,
                )
            )
        if not request._is_content_unchanged():
            request._close("voided", request._get_void_reason())
            return False
        request._seal().write({"applied_on": fields.Datetime.now()})
        request._get_subject()._approval_approved(request)
        request._record_event("applied")
        return True

    def _expire(self):
        """Close the request because of the time, which is nobody's doing."""
        self.with_user(SUPERUSER_ID)._close("expired")

    def _close(self, event, reason=None, record=True):
        """Close the request without effect and tell its subject and requester."""
        self.ensure_one()
        self._seal().write(
            {"state": event, "closed_on": fields.Datetime.now(), "last_error": False}
        )
        steps = self.step_ids.grouped("state")
        for before, after in (("open", "cancelled"), ("waiting", "skipped")):
            steps.get(before, self.step_ids.browse())._seal().write({"state": after})
        if record:
            self._record_event(event, reason)
        self._drop_invitations()
        self._notify_requester(reason)
        subject = self._get_subject()
        if event == "rejected":
            subject._approval_rejected(self)
        elif subject:
            subject._approval_closed(self)

    def _record_event(self, event, reason=None, step=None):
        """Add a line on this request to the register."""
        return self.env["governance.decision"]._record(
            [self._prepare_decision_values(event, reason, step)]
        )

    def _prepare_decision_values(self, event, reason=None, step=None):
        self.ensure_one()
        return {
            "request_id": self.id,
            "request_step_id": step.id if step else False,
            "step_name": step.name if step else False,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "res_name": self.res_name,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "event": event,
            "reason": reason,
            "content_hash": self.content_hash,
            "detail": {
                "policy": self.policy_id.code,
                "version": self.policy_id.version,
            },
        }

    def _get_subject(self):
        """Return the record that is asked about, empty when it is gone."""
        self.ensure_one()
        if self.res_model not in self.env:
            return self.env["governance.approval.mixin"]
        return self.env[self.res_model].browse(self.res_id).exists()

    def _get_verdicts(self):
        return self.decision_ids.filtered(lambda line: line.event in VERDICTS)

    def _get_signers(self):
        """Return the users who have approved."""
        return self.decision_ids.filtered(lambda line: line.event == "approved").user_id

    def _is_overdue(self):
        self.ensure_one()
        return bool(
            self.state == "pending"
            and self.expires_on
            and self.expires_on <= fields.Datetime.now()
        )

    def _get_effective_state(self):
        """Return the state; a request whose time is over counts as expired."""
        return "expired" if self._is_overdue() else self.state

    def _is_content_unchanged(self):
        subject = self._get_subject()
        return bool(subject) and subject._get_approval_hash() == self.content_hash

    def _get_void_reason(self):
        if not self._get_subject():
            return self.env._("The subject has been deleted.")
        return self.env._("The content has changed since it was asked.")

    def _get_content_rows(self):
        """Return [(label, value)] of what was filled in, in the user's language."""
        self.ensure_one()
        model_fields = {}
        if self.res_model in self.env:
            model_fields = self.env[self.res_model]._fields
        rows = []
        for item in self.content or []:
            if item["value"] in ("", None):
                continue
            field = model_fields.get(item["name"])
            label = field._description_string(self.env) if field else item["name"]
            rows.append((label, item["value"]))
        return rows

    # ------------------------------------------------------------------
    # MAILING
    # ------------------------------------------------------------------

    def _invite(self):
        """Give a to-do to each approver of the open steps, when they are few."""
        self.ensure_one()
        steps = self._get_steps_to_invite()
        invitations = self.activity_ids.filtered(self._is_invitation)
        invitations.filtered(lambda to_do: to_do.user_id not in steps).unlink()
        invited = invitations.exists().user_id
        for user, step in steps.items():
            if user not in invited:
                self.activity_schedule(
                    ACTIVITY_XMLID,
                    date_deadline=self._get_deadline_date(user),
                    summary=step.name,
                    user_id=user.id,
                )

    def _get_steps_to_invite(self):
        """Return {user: step} of the approvers who get a to-do."""
        steps = {}
        for step in self.step_ids.filtered(lambda step: step.state == "open"):
            users = step._get_invited_users()
            if len(users) <= MAX_INVITED:
                steps.update({user: step for user in users})
        return steps

    def _get_deadline_date(self, user):
        """Return the day until which the user has to decide, where the user is."""
        deadline = self.expires_on or fields.Datetime.now()
        local = self.with_context(tz=user.tz or self.env.user.tz)
        return fields.Datetime.context_timestamp(local, deadline).date()

    def _finish_invitation(self):
        """Mark the to-do of the current user as done."""
        mine = self.activity_ids.filtered(
            lambda to_do: self._is_invitation(to_do) and to_do.user_id == self.env.user
        )
        if mine:
            mine.action_feedback()

    def _drop_invitations(self):
        self.activity_ids.filtered(self._is_invitation).unlink()

    @api.model
    def _is_invitation(self, activity):
        return activity.activity_type_id == self.env.ref(ACTIVITY_XMLID)

    def _notify_requester(self, reason=None):
        """Tell the requester how it ended, unless it was the requester's own doing."""
        self.ensure_one()
        requester = self.requester_id
        if requester == self.env.user or not requester.active:
            return
        request = self.with_context(lang=requester.lang)
        states = dict(self._fields["state"]._description_selection(request.env))
        title = request.env._(
            "%(subject)s: %(state)s",
            subject=request.display_name,
            state=states[self.state],
        )
        request.message_notify(
            partner_ids=requester.partner_id.ids,
            subject=title,
            body=reason or title,
        )

    def _get_closed_notification(self):
        """Return what the approver sees who came too late."""
        self.ensure_one()
        messages = {
            "expired": self.env._(
                "The time to decide was over. The request has expired; "
                "%(requester)s can ask again.",
                requester=self.requester_id.name,
            ),
            "voided": self.env._(
                "The content has changed since it was asked, so this request is "
                "void. %(requester)s has to ask again.",
                requester=self.requester_id.name,
            ),
        }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Not decided"),
                "message": messages[self.state],
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _open_decision(self, verdict):
        self.ensure_one()
        self.check_access("read")
        if not self._filter_by(self._get_signable_domain()):
            self._check_not_requester()
            self._refuse_not_approver()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_decide_action"
        )
        action["context"] = {
            "default_request_id": self.id,
            "default_verdict": verdict,
        }
        return action

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Close the requests whose time is over, each on its own."""
        cron = self.env["ir.cron"]
        overdue = self.search(self._get_overdue_domain(), order="id").ids
        cron._commit_progress(remaining=len(overdue))
        for request_id in overdue:
            self.browse(request_id)._expire_isolated()
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_overdue_domain(self):
        return Domain("state", "=", "pending") & Domain(
            "expires_on", "<=", fields.Datetime.now()
        )

    def _expire_isolated(self):
        """Expire one request; a failure is reported on it and stops nobody else."""
        request = self.try_lock_for_update().filtered_domain(self._get_overdue_domain())
        if not request:
            return
        try:
            with self.env.cr.savepoint():
                request._unseal()._expire()
                self.env.flush_all()
        except Exception as error:
            _logger.warning("Request %s could not expire", self.id, exc_info=True)
            self.env.invalidate_all()
            request._seal().write({"last_error": str(error)})
