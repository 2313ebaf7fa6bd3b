# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

SUSPENDERS = ("crm_governance.group_custodian", "crm_governance.group_executive")


class GovernanceSuspension(models.Model):
    """The time in which a person reads open customers only (C-36, C-43).

    Misuse is suspended at once and ends all access for a time.  A precautionary
    freeze takes effect when somebody else has approved it.  Custodians,
    executives and auditors read the reasons; the person concerned never does.
    """

    _name = "governance.suspension"
    _description = "Suspension of Access"
    _inherit = ["governance.guarded.mixin", "governance.approval.mixin"]
    _order = "id desc"
    _rec_name = "user_id"
    _has_drafts = True

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    kind = fields.Selection(
        selection=[
            ("misuse", "Misuse found"),
            ("freeze", "Precautionary freeze"),
            ("other", "Other"),
        ],
        required=True,
        default="misuse",
        help="Misuse and other reasons take effect at once; misuse also ends the "
        "access that was given for a time. A precautionary freeze, for instance of "
        "somebody about to leave, takes effect when it is approved.",
    )
    reason = fields.Text(
        required=True,
        help="Read by data custodians, executive approvers and auditors, never by "
        "the person.",
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Suspended by",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    date_start = fields.Datetime(string="From", readonly=True, copy=False)
    date_end = fields.Datetime(string="Lifted on", readonly=True, copy=False)
    lifted_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    lift_reason = fields.Text(string="Why it was lifted", readonly=True, copy=False)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("active", "Suspended"),
            ("lifted", "Lifted"),
            ("refused", "Not Approved"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )

    _one_live = models.UniqueIndex(
        "(user_id, kind) WHERE state IN ('requested', 'active')",
        "This person has been suspended for the same cause in the meantime.",
    )

    @api.depends("user_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for suspension in self:
            if not suspension.user_id:
                suspension.display_name = self.env._("New suspension")
                continue
            suspension.display_name = self.env._(
                "%(person)s: %(kind)s",
                person=suspension.user_id.sudo().name,
                kind=kinds.get(suspension.kind, ""),
            )

    @api.constrains("user_id")
    def _check_user(self):
        for suspension in self:
            person = suspension.sudo().user_id
            if suspension.author_id == person:
                raise ValidationError(
                    self.env._("Nobody suspends himself or herself. Ask a colleague.")
                )
            if person.share or person._is_superuser():
                raise ValidationError(
                    self.env._(
                        "%(person)s is no employee. Only employees have access that "
                        "can be suspended.",
                        person=person.name,
                    )
                )

    def _get_author(self):
        return self.author_id

    @api.model
    def _get_user_fields(self):
        return {"user_id", "kind", "reason"}

    def _check_deletable(self):
        self._check_still_open()
        self._check_author()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_suspend(self):
        """Suspend the people at once, or ask for the approval of a freeze.

        :raises AccessError: for everybody but custodians and executives
        :raises UserError: for people who suspend themselves
        Source: C-36, C-43.
        """
        self.check_access("write")
        self._check_suspender()
        for suspension in self:
            suspension._check_author()
            suspension._check_startable()
            if suspension.kind == "freeze":
                suspension._request_approval()
                suspension._as_system().write({"state": "requested"})
            else:
                suspension._start()
        return True

    def action_request_approval(self):
        """Suspend, see `action_suspend`: what needs no approval gets none."""
        return self.action_suspend()

    def action_lift(self):
        """Open the dialog in which somebody else lifts the suspension."""
        self.ensure_one()
        self.check_access("write")
        self._check_liftable()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_suspension_lift_action"
        )
        action["context"] = {"default_suspension_id": self.id}
        return action

    def lift(self, reason):
        """End the suspension as the current user.

        :raises AccessError: for everybody but custodians and executives
        :raises UserError: for who suspended, for the person and without a reason
        """
        self.ensure_one()
        self.check_access("write")
        reason = str(reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the suspension is lifted."))
        self._lock()
        self._check_liftable()
        self._as_system().write(
            {
                "state": "lifted",
                "date_end": fields.Datetime.now(),
                "lifted_by_id": self.env.uid,
                "lift_reason": reason,
            }
        )
        self._take_effect("resumed")
        return True

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    @api.model
    def _check_suspender(self):
        """Refuse everybody but custodians and executives who are not suspended.

        :raises AccessError: for others
        """
        user = self.env.user
        if not any(user.has_group(group) for group in SUSPENDERS):
            raise AccessError(
                self.env._(
                    "Only data custodians and executive approvers suspend people and "
                    "lift suspensions."
                )
            )
        user._check_governance_not_suspended()

    def _check_startable(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("%(name)s has begun already.", name=self.display_name)
            )
        if not self.reason.strip():
            raise UserError(self.env._("Say why the person is suspended."))
        live = self.sudo().search(
            [
                ("user_id", "=", self.user_id.id),
                ("kind", "=", self.kind),
                ("state", "in", ("requested", "active")),
            ],
            limit=1,
        )
        if live:
            raise UserError(
                self.env._(
                    "There is one already that has not ended: %(name)s.",
                    name=live.display_name,
                )
            )

    def _check_liftable(self):
        self.ensure_one()
        self._check_suspender()
        if self.state != "active":
            raise UserError(
                self.env._("%(name)s is not in force.", name=self.display_name)
            )
        if self.env.user in (self.author_id, self.user_id):
            raise UserError(
                self.env._(
                    "Somebody else lifts it: neither who suspended nor who was "
                    "suspended."
                )
            )

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "precautionary_freeze"

    def _get_approval_authors(self):
        """Name the person concerned too, who neither decides nor sees the request."""
        return self.create_uid | self.author_id | self.user_id

    def _get_approval_hash_fields(self):
        return ["user_id", "kind", "reason"]

    def _get_approval_content(self):
        """Leave the reason out: the register of approvals has more readers."""
        content = super()._get_approval_content()
        return [item for item in content if item["name"] != "reason"]

    def _approval_approved(self, request):
        self._start()

    def _approval_rejected(self, request):
        self._as_system().write({"state": "refused"})

    def _approval_closed(self, request):
        """An undecided request can be changed and asked again."""
        self._as_system().write({"state": "draft"})

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _suspend(self, user, reason, kind="misuse"):
        """Suspend a person at once in the name of the current user.

        Whoever calls has checked the right to do it.
        """
        suspension = self._as_system().create(
            {
                "user_id": user.id,
                "kind": kind,
                "reason": reason,
                "author_id": self.env.uid,
            }
        )
        suspension._start()
        return suspension.with_env(self.env)

    def _start(self):
        self.ensure_one()
        self._as_system().write(
            {"state": "active", "date_start": fields.Datetime.now()}
        )
        if self.kind == "misuse":
            grants = self.env["governance.access.grant"].sudo()
            live = grants.search(
                Domain("user_id", "=", self.user_id.id) & grants._get_live_domain()
            )
            # Its holder reads this sentence, so it does not say why.
            live.with_env(self.env)._end(
                self.env._("The person's access is suspended.")
            )
        self._take_effect("suspended")

    def _take_effect(self, event):
        """Let the state of the person follow, note it and tell the person."""
        self.ensure_one()
        person = self.sudo().user_id
        self._touch(person)
        live = self.sudo().search_count(
            [("user_id", "=", person.id), ("state", "=", "active")], limit=1
        )
        was_suspended = person.governance_suspended
        person._with_suspension().write({"governance_suspended": bool(live)})
        self.env["governance.access.entry"]._record(
            event,
            self.env["res.partner"],
            subject=person,
            record=self,
            detail={"kind": self.kind},
        )
        if was_suspended != bool(live):
            self._tell(person, bool(live))

    @api.model
    def _touch(self, person):
        """Let two who change the suspensions of one person take turns.

        Each reads the other's suspension as it was; writing the row of the person
        makes the later one start again.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE res_users SET governance_suspended = governance_suspended
                    WHERE id = %s""",
                person.id,
            )
        )

    @api.model
    def _tell(self, person, suspended):
        """Tell the person that access is suspended or back, without the reason."""
        if suspended:
            person._notify_in_own_language(
                lambda env: (
                    env._("Your access to confidential customers is suspended"),
                    env._(
                        "You read open customers only. Questions go to a data "
                        "custodian."
                    ),
                )
            )
        else:
            person._notify_in_own_language(
                lambda env: (
                    env._("Your access to confidential customers is back"),
                    env._("The suspension of your access was lifted."),
                )
            )
