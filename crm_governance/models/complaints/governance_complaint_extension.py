# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class GovernanceComplaintExtension(models.Model):
    """More time for a complaint: asked for in time, approved, and told the customer.

    It holds from the moment at which the customer knows.  The policy says how often.
    """

    _name = "governance.complaint.extension"
    _description = "Extension of Time"
    _inherit = [
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "governance.complaint.part.mixin",
        "governance.labelled.mixin",
    ]
    _order = "complaint_id desc, id desc"
    _rec_name = "complaint_id"
    _has_drafts = True

    kind = fields.Selection(
        selection=[
            ("first_resolution", "First solution"),
            ("total_resolution", "Closed for good"),
        ],
        string="Target",
        required=True,
        default="first_resolution",
    )
    date_before = fields.Datetime(
        string="Deadline so far",
        readonly=True,
        copy=False,
        help="The deadline when more time was asked for.",
    )
    date_until = fields.Datetime(
        string="New Deadline", required=True, help="Until when it is to be done."
    )
    reason = fields.Text(
        required=True, help="Why it takes longer. Whoever decides reads it."
    )
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("approved", "Customer to Be Told"),
            ("effective", "In Force"),
            ("refused", "Not Approved"),
            ("late", "Too Late"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    refusal = fields.Text(string="Why It Was Refused", readonly=True, copy=False)
    can_work = fields.Boolean(related="complaint_id.can_work")
    reply_ids = fields.One2many(
        comodel_name="governance.complaint.reply",
        inverse_name="extension_id",
        string="Notice to the Customer",
        readonly=True,
    )

    _open_uniq = models.UniqueIndex(
        "(complaint_id, kind) WHERE state IN ('requested', 'approved')",
        "More time was asked for already, and that is not settled yet.",
    )

    @api.depends("complaint_id", "kind", "date_until")
    @api.depends_context("uid", "lang", "tz")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        if not self.date_until:
            return self.complaint_id.name or ""
        return self.env._(
            "%(complaint)s until %(date)s",
            complaint=self.complaint_id.name or "",
            date=format_datetime(self.env, self.date_until, dt_format="short"),
        )

    def _get_user_fields(self):
        names = super()._get_user_fields() | {"kind", "date_until", "reason"}
        return names if self else names | {"complaint_id"}

    def _get_author(self):
        return self.requester_id

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for more time, before the time is over and not too often.

        :raises UserError: for others than those who work on the complaint, too late,
            too often, or for a deadline that is no later than the present one
        """
        self.check_access("write")
        for extension in self:
            extension._check_author()
            extension.complaint_id._check_worker()
            extension.complaint_id._lock()
            extension.complaint_id._check_still_running()
            extension._lock("draft")
            extension._check_requestable()
            extension._as_system().write(
                {"state": "requested", "date_before": extension._get_deadline()}
            )
            extension._request_approval(reason=extension.reason)
        return True

    def _check_requestable(self):
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why it takes longer."))
        self._check_in_time()
        self._check_count()
        if self.date_until <= self._get_deadline():
            raise UserError(
                self.env._(
                    "There is time until %(date)s already. Choose a later deadline.",
                    date=format_datetime(self.env, self._get_deadline()),
                )
            )

    def _get_deadline(self):
        """Return the present deadline, or nothing where no clock runs."""
        self.ensure_one()
        return self.complaint_id.sudo()._get_clock_deadline(self.kind)

    def _is_too_late(self):
        """Return whether the time was over before, though the clock stands by now."""
        self.ensure_one()
        clock = self.complaint_id._get_current_clock(self.kind)
        if clock.state == "running":
            return bool(clock.deadline) and clock.deadline <= fields.Datetime.now()
        if clock.state == "paused":
            return bool(clock.breached_on)
        return bool(clock)

    def _check_in_time(self):
        """Refuse more time where none is running out, or none is left.

        :raises UserError: saying which
        """
        deadline = self._get_deadline()
        if not deadline:
            raise UserError(
                self.env._(
                    "No time is running out for “%(target)s”: there is no target for "
                    "it, it is met, or it stands still while we wait for the customer.",
                    target=self._format_signed_value("kind"),
                )
            )
        if deadline <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The time was over on %(date)s. It is extended before it is over, "
                    "not afterwards.",
                    date=format_datetime(self.env, deadline),
                )
            )

    def _check_count(self):
        """Refuse more extensions than the policy allows.

        :raises UserError: saying how many
        """
        allowed = self.complaint_id.sudo().policy_id.extension_count
        taken = self.sudo().search_count(
            [
                ("complaint_id", "=", self.complaint_id.id),
                ("kind", "=", self.kind),
                ("state", "in", ("requested", "approved", "effective")),
                ("id", "!=", self.id),
            ]
        )
        if taken >= allowed:
            raise UserError(
                self.env._(
                    "The complaint policy allows %(count)s extensions; %(taken)s are "
                    "taken.",
                    count=allowed,
                    taken=taken,
                )
            )

    def _get_approval_subject(self):
        return "complaint_extension"

    def _get_approval_company(self):
        return self.complaint_id.company_id

    def _get_approval_authors(self):
        """Let none of those decide who asked or have a stake in the matter."""
        extension = self.sudo()
        excluded = extension.complaint_id._get_excluded_deciders()
        return super()._get_approval_authors() | extension.requester_id | excluded

    def _get_approval_hash_fields(self):
        return ["kind", "date_until", "reason"]

    def _approval_approved(self, request):
        """Lay out the notice: it holds once the customer knows."""
        complaint = self.complaint_id
        complaint._check_independent_signers(request)
        if self._is_too_late():
            self._as_system().write({"state": "late"})
            return
        self._as_system().write({"state": "approved"})
        complaint._draft_reply("extension", extension_id=self.id)

    def _approval_rejected(self, request):
        lines = request.decision_ids.filtered(lambda line: line.event == "rejected")
        self._as_system().write({"state": "refused", "refusal": lines[:1].reason})

    def _approval_closed(self, request):
        """Let an undecided request be changed and asked again."""
        if self.state == "requested":
            self._as_system().write({"state": "draft"})

    def _notified(self):
        """Let the new deadline hold, now that the customer knows it in time."""
        for extension in self:
            if extension.state != "approved":
                continue
            if extension._is_too_late():
                extension.write({"state": "late"})
                continue
            extension.write({"state": "effective"})
            extension.complaint_id._log_event(
                "extended",
                note=extension.reason,
                kinds=[extension.kind],
                until=fields.Datetime.to_string(extension.date_until),
            )
