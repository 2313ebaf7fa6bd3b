# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# The identity of this object says that promise and to-do are being brought in line.
SYNC = object()


class GovernanceVisitPromise(models.Model):
    """What was promised to the customer, until when and by whom (B-57).

    Each is a to-do of who keeps it: finishing one finishes the other.
    """

    _name = "governance.visit.promise"
    _description = "Promise to a Customer"
    _inherit = [
        "governance.visit.mixin",
        "governance.guarded.mixin",
        "governance.classified.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "date_deadline, id"

    visit_id = fields.Many2one(
        comodel_name="governance.visit",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="visit_id.company_id", store=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        related="visit_id.partner_id", store=True, precompute=True, index=True
    )
    user_id = fields.Many2one(
        string="Who Keeps It",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    name = fields.Char(string="Promise", required=True)
    date_deadline = fields.Date(string="Until", required=True, tracking=True)
    date_promised = fields.Date(
        string="Promised until",
        readonly=True,
        copy=False,
        help="The day that was promised first; whether it is late goes by it.",
    )
    date_done = fields.Date(
        string="Fulfilled on", readonly=True, copy=False, tracking=True
    )
    done_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Fulfilled by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    state = fields.Selection(
        selection=[
            ("open", "To Fulfil"),
            ("kept", "Fulfilled"),
            ("dropped", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
    )
    drop_reason = fields.Text(string="Why It Was Dropped", readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Promise Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Not kept until the day that was promised first.",
    )
    late_notice = fields.Char(compute="_compute_is_late")
    can_keep = fields.Boolean(compute="_compute_rights")
    can_drop = fields.Boolean(compute="_compute_rights")
    activity_id = fields.Many2one(
        comodel_name="mail.activity",
        string="To-do",
        readonly=True,
        ondelete="set null",
        copy=False,
        index="btree_not_null",
    )

    _open_idx = models.Index("(company_id, date_deadline) WHERE state = 'open'")

    @api.depends("date_promised", "date_done", "state", "company_id")
    @api.depends_context("lang")
    def _compute_is_late(self):
        for promise in self:
            until = promise.date_promised
            day = promise.date_done or promise.company_id._get_governance_today()
            promise.is_late = promise.state != "dropped" and bool(until) and day > until
            promise.late_notice = promise.is_late and self.env._(
                "It was promised until %(day)s.", day=format_date(self.env, until)
            )

    def _search_is_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        kept_late = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s > %s",
                model._field_to_sql(alias, "date_done", query),
                model._field_to_sql(alias, "date_promised", query),
            )
        )
        unkept = Domain("state", "=", "open") & self._get_over_domain("date_promised")
        return unkept | (Domain("state", "=", "kept") & kept_late)

    @api.depends("user_id", "visit_id.user_id", "company_id")
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        for promise in self:
            givers = promise._get_givers()
            promise.can_drop = user in givers
            promise.can_keep = user in givers | promise.sudo().user_id

    def _get_givers(self):
        """Return who gave the promise and who leads this person."""
        visit = self.sudo().visit_id
        return visit.user_id | visit._get_leaders_of(visit.user_id)

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Promise; each becomes a to-do of who keeps it.

        :raises UserError: for who cannot see the visit, and when it is closed
        """
        promises = super().create(vals_list)
        if not self._is_system():
            promises._check_visit_open()
        for promise in promises._as_system():
            promise.date_promised = promise.date_deadline
        promises._check_keeper()
        promises._schedule()
        return promises

    def write(self, vals):
        """Change; what was submitted keeps its words, the to-do follows."""
        if not self._is_system() and {"name", "visit_id"} & vals.keys():
            self._check_visit_open()
            self._check_same_visit(vals)
        result = super().write(vals)
        if "visit_id" in vals and not self._is_system():
            self._check_visit_open()
        if "date_deadline" in vals and not self._is_system():
            self._renew_promised()
        if {"name", "date_deadline", "user_id"} & vals.keys():
            self._check_keeper()
            self._update_activity()
        return result

    def unlink(self):
        """Delete promises of open reports, with their to-dos."""
        if not self._is_system():
            self.check_access("unlink")
            self._check_visit_open()
        activities = self.sudo().activity_id
        result = super().unlink()
        activities.with_context(governance_promise_sync=SYNC).exists().unlink()
        return result

    def _get_user_fields(self):
        return {"visit_id", "name", "date_deadline", "user_id"}

    def _is_closed(self):
        return self.state != "open"

    def _check_deletable(self):
        self._check_still_open()
        for promise in self:
            if promise.visit_id.date_first_submitted:
                promise._refuse_leaving()

    def _check_author(self):
        """Let who visited, who keeps it and who leads them change a promise.

        :raises UserError: for others
        """
        user = self.env.user
        for promise in self:
            if user not in promise._get_givers() | promise.sudo().user_id:
                raise UserError(
                    self.env._(
                        "%(visitor)s gave this promise and %(keeper)s keeps it: they "
                        "change it, or who leads them.",
                        visitor=promise.sudo().visit_id.user_id.name,
                        keeper=promise.sudo().user_id.name,
                    )
                )

    def _check_visit_open(self):
        """Refuse to change what a report says after its submission.

        :raises AccessError: when the report is closed
        :raises UserError: for others than the visitor
        """
        for visit in self.visit_id:
            visit._check_still_open()
            visit._check_author()

    def _check_same_visit(self, vals):
        """Refuse that a promise that was submitted leaves its report.

        :raises UserError: saying what to do instead
        """
        for promise in self:
            visit = promise.visit_id
            moves = "visit_id" in vals and vals["visit_id"] != visit.id
            if moves and visit.date_first_submitted:
                promise._refuse_leaving()

    def _refuse_leaving(self):
        raise UserError(
            self.env._(
                "“%(promise)s” stands in a report that was submitted: drop it "
                "with a reason.",
                promise=self.name,
            )
        )

    @api.constrains("date_promised", "user_id", "visit_id")
    def _check_promised(self):
        """Refuse that somebody else is late with what was promised at the visit."""
        for promise in self.sudo():
            visit, day = promise.visit_id, promise.date_promised
            if promise.user_id != visit.user_id and day and day < visit.date:
                raise ValidationError(
                    self.env._(
                        "“%(promise)s” would have been promised for a day before the "
                        "visit. Choose %(day)s or a later day.",
                        promise=promise.name,
                        day=format_date(self.env, visit.date),
                    )
                )

    def _check_keeper(self):
        """Refuse that somebody keeps a promise who does not see it.

        :raises UserError: saying what to do instead
        """
        self.env.flush_all()
        for promise in self.sudo():
            keeper = promise.user_id
            if not promise.with_user(keeper).has_access("read"):
                raise UserError(
                    self.env._(
                        "Whoever keeps the promise has to see this customer. Choose "
                        "somebody else, or ask for access first."
                    )
                )

    def _renew_promised(self):
        """Until its submission, a report may correct what was promised."""
        for promise in self._as_system():
            if not promise.visit_id.date_first_submitted:
                promise.date_promised = promise.date_deadline

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_done(self):
        """Say that promises were kept; their to-dos are done as well.

        :raises UserError: for who neither gave it, keeps it nor leads them
        """
        self.check_access("read")
        self._check_author()
        self._lock("open")
        for promise in self:
            activity = promise.sudo().activity_id
            if activity.active:
                activity._action_done()
            else:
                promise._keep()
        return True

    def action_drop(self):
        """Open the dialog that asks why a promise is not kept."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_reason_action"
        )
        action["context"] = {
            "default_visit_id": self.visit_id.id,
            "default_promise_id": self.id,
            "default_kind": "drop",
        }
        return action

    def drop(self, reason):
        """Drop a promise that became pointless, with a reason.

        :raises AccessError: for others than the visitor and who leads him or her
        :raises UserError: without a reason
        """
        self.ensure_one()
        self.check_access("read")
        if self.env.user not in self._get_givers():
            raise AccessError(
                self.env._(
                    "%(visitor)s gave this promise: only %(visitor)s, or who leads "
                    "%(visitor)s, drops it.",
                    visitor=self.sudo().visit_id.user_id.name,
                )
            )
        reason = self.env["governance.visit"]._get_reason(reason)
        self._lock("open")
        self._drop(reason)
        return True
