# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

# Days from the closing of the complaint to the check of the effect. The sources give
# none: three months show most causes again.
CHECK_DAYS = 90
# Actions on which somebody has to work.
RUNNING = ("open", "verification")


class GovernanceComplaintAction(models.Model):
    """What is done so that a cause does not come back, until it has proved its worth.

    The owner does it, somebody else verifies that it was done, and after the complaint
    is closed a third look says whether it had an effect (D-05, D-31, D-32, D-50).
    """

    _name = "governance.complaint.action"
    _description = "Corrective Action"
    _inherit = [
        "governance.complaint.writers.mixin",
        "governance.guarded.mixin",
        "governance.complaint.part.mixin",
        "governance.approval.mixin",
        "governance.isolated.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "date_deadline, id"
    _check_company_auto = True

    name = fields.Char(
        string="Action", required=True, help="What is done, in one sentence."
    )
    complaint_id = fields.Many2one(
        domain="[('state', 'not in', ('draft', 'withdrawn', 'duplicate'))]"
    )
    kind = fields.Selection(
        selection=[
            ("corrective", "Corrective"),
            ("preventive", "Preventive"),
            ("improvement", "Improvement"),
        ],
        required=True,
        default="corrective",
        help="A corrective action removes the cause: the complaint is not closed "
        "before it is verified. A preventive action or an improvement may take longer.",
    )
    description = fields.Text(string="How It Is Done")
    cause_id = fields.Many2one(
        related="complaint_id.cause_id", store=True, index="btree_not_null"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who sees to it that it is done: nobody with an interest in the matter.",
    )
    checker_id = fields.Many2one(
        comodel_name="res.users",
        string="Who Checks the Effect",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Somebody else than the owner and the handler. Empty: the supervising "
        "unit, or a complaint manager.",
    )
    writer_ids = fields.Many2many(
        relation="governance_complaint_action_writer_rel",
        column1="action_id",
        column2="user_id",
        help="Whoever planned or changed it does not verify it.",
    )
    date_deadline = fields.Date(string="Until", required=True, tracking=True)
    date_first = fields.Date(
        string="First Deadline",
        readonly=True,
        copy=False,
        help="The deadline that was set at first, however often it has moved since.",
    )
    check_days = fields.Integer(
        string="Check the Effect after",
        default=CHECK_DAYS,
        required=True,
        help="Days after the complaint is closed and the action is verified.",
    )
    state = fields.Selection(
        selection=[
            ("open", "To Do"),
            ("verification", "To Verify"),
            ("done", "Effect to Check"),
            ("effective", "Effective"),
            ("dropped", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    result = fields.Text(string="What Was Done", readonly=True, copy=False)
    date_done = fields.Date(string="Done on", readonly=True, copy=False)
    date_verified = fields.Date(string="Verified on", readonly=True, copy=False)
    date_check = fields.Date(
        string="Effect Checked from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Begins only after the complaint is closed.",
    )
    round_count = fields.Integer(
        string="Attempt",
        readonly=True,
        default=1,
        copy=False,
        help="An action without effect is taken up again, as the next attempt.",
    )
    drop_reason = fields.Text(string="Why It Was Dropped", readonly=True, copy=False)
    reminded_on = fields.Date(readonly=True, copy=False)
    check_ids = fields.One2many(
        comodel_name="governance.complaint.action.check",
        inverse_name="action_id",
        string="Checks of the Effect",
        readonly=True,
        copy=False,
    )
    is_late = fields.Boolean(
        string="Action Late", compute="_compute_is_late", search="_search_is_late"
    )
    is_mine = fields.Boolean(string="My Action", compute="_compute_rights")
    can_drop = fields.Boolean(compute="_compute_rights")
    can_check = fields.Boolean(compute="_compute_rights")
    count_before = fields.Integer(
        string="Complaints before",
        compute="_compute_counts",
        help="Complaints with the same cause, as many days before the action was done "
        "as have passed since. Of those that you may read.",
    )
    count_after = fields.Integer(
        string="Complaints since",
        compute="_compute_counts",
        help="Complaints with the same cause that came in after the action was done. "
        "Of those that you may read.",
    )

    _check_days_check = models.Constraint(
        "CHECK (check_days BETWEEN 1 AND 1000)",
        "The effect is checked 1 to 1000 days after the complaint is closed.",
    )
    _running_idx = models.Index(
        "(company_id, date_deadline) WHERE state IN ('open', 'verification')"
    )

    @api.depends("state", "date_deadline", "date_check", "company_id")
    def _compute_is_late(self):
        for action in self:
            today = action.company_id._get_governance_today()
            due = {
                "open": action.date_deadline,
                "verification": action.date_deadline,
                "done": action.date_check,
            }.get(action.state)
            action.is_late = bool(due and due < today)

    def _search_is_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        domain = Domain.FALSE
        for company in self.env.companies:
            today = company._get_governance_today()
            late = Domain("state", "in", RUNNING) & Domain("date_deadline", "<", today)
            late |= Domain("state", "=", "done") & Domain("date_check", "<", today)
            domain |= Domain("company_id", "=", company.id) & late
        return domain

    @api.depends("user_id", "checker_id", "state", "date_check", "complaint_id")
    @api.depends_context("uid")
    def _compute_rights(self):
        for action in self:
            action.is_mine = action.user_id == self.env.user
            action.can_drop = action._may_drop()
            today = action.company_id._get_governance_today()
            action.can_check = bool(
                action.state == "done"
                and action.date_check
                and action.date_check <= today
                and action._may_check()
            )

    @api.depends("cause_id", "date_done", "company_id")
    @api.depends_context("uid")
    def _compute_counts(self):
        """Count what came in before and since, of the complaints open to the user."""
        complaints = self.env["governance.complaint"]
        for action in self:
            action.count_before = action.count_after = 0
            if not (action.cause_id and action.date_done):
                continue
            done = action.date_done
            span = action.company_id._get_governance_today() - done
            same = (
                Domain("cause_id", "=", action.cause_id.id)
                & Domain("company_id", "=", action.company_id.id)
                & Domain("state", "not in", ("draft", "duplicate"))
            )
            action.count_after = complaints.search_count(
                same & Domain("date_received", ">", fields.Datetime.to_datetime(done))
            )
            action.count_before = complaints.search_count(
                same
                & Domain("date_received", "<=", fields.Datetime.to_datetime(done))
                & Domain("date_received", ">", fields.Datetime.to_datetime(done - span))
            )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Plan actions; each becomes a to-do of its owner.

        :raises UserError: for complaints that are not taken up, for deadlines in the
            past, and for owners who have an interest in the matter
        """
        actions = super().create(vals_list)
        for action in actions._as_system():
            action.date_first = action.date_deadline
        actions._check_planned()
        actions._schedule_owner()
        return actions

    def write(self, vals):
        """Change; the to-do follows.

        :raises AccessError: when an action would go to another complaint
        """
        if "complaint_id" in vals and not self._is_system():
            if any(action.complaint_id.id != vals["complaint_id"] for action in self):
                raise AccessError(
                    self.env._(
                        "An action stays with its complaint. Plan another one there."
                    )
                )
        if "kind" in vals and not self._is_system():
            self._check_kind_kept(vals["kind"])
        result = super().write(vals)
        if {"user_id", "checker_id", "date_deadline"} & vals.keys():
            if not self._is_system():
                self._check_planned()
            self._schedule_owner()
        return result

    def _check_kind_kept(self, kind):
        """Let only who may drop them take actions from those that closing waits for."""
        for action in self:
            if action.kind == "corrective" != kind and not action._may_drop():
                raise UserError(
                    self.env._(
                        "The supervisor of the handling unit or a complaint manager "
                        "says that the complaint is closed without this action, never "
                        "its owner."
                    )
                )

    def _get_user_fields(self):
        return {
            "name",
            "complaint_id",
            "kind",
            "description",
            "user_id",
            "checker_id",
            "date_deadline",
            "check_days",
        }

    def _is_closed(self):
        return self.state != "open"

    @api.constrains("user_id", "checker_id")
    def _check_other_person(self):
        """Refuse that somebody says of the own work that it helped."""
        for action in self.sudo():
            if action.checker_id and action.checker_id == action.user_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s owns “%(action)s”. Somebody else checks whether it "
                        "had an effect.",
                        person=action.user_id.name,
                        action=action.name,
                    )
                )

    def _check_planned(self):
        """Refuse what could not be done, or not be done impartially.

        :raises UserError: saying what would be right
        """
        # The people must find it in the database as it is now.
        self.env.flush_all()
        for action in self.sudo():
            complaint = action.complaint_id
            if complaint.state in ("draft", "withdrawn", "duplicate"):
                raise UserError(
                    self.env._(
                        "“%(complaint)s” is not handled, so no action belongs to it. "
                        "Choose a complaint that was registered.",
                        complaint=complaint.with_env(self.env).display_name,
                    )
                )
            today = action.company_id._get_governance_today()
            if action.date_deadline < today:
                raise UserError(
                    self.env._(
                        "%(day)s is over. Choose today or a later day until which "
                        "“%(action)s” is done.",
                        day=format_date(self.env, action.date_deadline),
                        action=action.name,
                    )
                )
            complaint._check_independent(action.user_id | action.checker_id)
            action._check_people(action.user_id | action.checker_id)

    def _check_people(self, people):
        """Refuse people who do not work here or may not read the action.

        :raises UserError: naming them, but nothing that they may not know
        """
        self.ensure_one()
        readers = self._filter_readers(people)
        for person in people - readers:
            raise UserError(
                self.env._(
                    "%(person)s may not read this complaint, and so cannot take the "
                    "action over. Choose somebody else, or ask for access first.",
                    person=person.name,
                )
            )

    def _filter_readers(self, users):
        """Return those of some users who work here and may read the action."""
        self.ensure_one()
        company = self.sudo().company_id
        action = self.with_context(allowed_company_ids=company.ids)
        return company._filter_staff(users.sudo()).filtered(
            lambda user: action.with_user(user).has_access("read")
        )
