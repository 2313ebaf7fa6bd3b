# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..policy.month_name import get_month_name

# So far ahead nobody has a calendar.
YEARS_AHEAD = 5


class GovernanceVisitPlan(models.Model):
    """What one person plans to do in one month, approved by the leader (B-50)."""

    _name = "governance.visit.plan"
    _description = "Visit Plan"
    _inherit = [
        "governance.visit.mixin",
        "governance.guarded.mixin",
        "governance.visit.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, company_id, user_id, id"
    _has_drafts = True
    _is_governance_link_guarded = True

    user_id = fields.Many2one(required=True)
    month = fields.Date(
        string="First Day",
        required=True,
        index=True,
        help="Any day of the month will do.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("approved", "Approved"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    slot_ids = fields.One2many(
        comodel_name="governance.visit.slot",
        inverse_name="plan_id",
        string="Planned Contacts",
    )
    working_days = fields.Integer(readonly=True)
    capacity = fields.Float(
        readonly=True, help="How many visits fit into the working days of the month."
    )
    effort = fields.Float(
        readonly=True, help="How many visits the plan takes the time of."
    )
    excess = fields.Float(
        string="Too Many by",
        readonly=True,
        help="By how many visits the plan does not fit into the month.",
    )
    problem = fields.Text(
        readonly=True, help="Why the plan could not be made, or does not fit."
    )
    date_generated = fields.Datetime(string="Generated on", readonly=True)
    note = fields.Text(
        string="Preparation",
        help="Who is called beforehand, what is prepared, what else the leader should "
        "know.",
    )
    month_name = fields.Char(string="Month", compute="_compute_month_name")
    open_slot_ids = fields.One2many(
        comodel_name="governance.visit.slot",
        inverse_name="plan_id",
        string="Contacts to Make",
        domain=[("state", "=", "open")],
    )
    dropped_slot_ids = fields.One2many(
        comodel_name="governance.visit.slot",
        inverse_name="plan_id",
        string="Left out",
        domain=[("state", "=", "waived")],
        readonly=True,
    )
    cost_ids = fields.One2many(
        comodel_name="governance.visit.plan.cost",
        inverse_name="plan_id",
        string="Items and Expenses",
    )
    challenge_ids = fields.One2many(
        comodel_name="governance.visit.challenge",
        inverse_name="plan_id",
        string="Challenges",
        readonly=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_total = fields.Monetary(
        string="Expenses Asked for", compute="_compute_cost_total", compute_sudo=True
    )
    slot_count = fields.Integer(
        string="Contacts", compute="_compute_counts", compute_sudo=True
    )
    visit_count = fields.Integer(
        string="In the Calendar", compute="_compute_counts", compute_sudo=True
    )
    dropped_count = fields.Integer(
        string="Number Left out", compute="_compute_counts", compute_sudo=True
    )
    outside_count = fields.Integer(
        string="Outside of Their Days",
        compute="_compute_counts",
        compute_sudo=True,
        help="Planned on days on which they do not count for what the policy asks.",
    )
    hidden_count = fields.Integer(
        compute="_compute_hidden_count",
        help="Contacts with confidential customers whom you may not read.",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    can_plan = fields.Boolean(compute="_compute_is_mine")
    date_requested = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    date_approved = fields.Datetime(string="Approved on", readonly=True, copy=False)
    refusal = fields.Text(string="Why It Came Back", readonly=True, copy=False)

    _month_uniq = models.UniqueIndex(
        "(user_id, company_id, month)", "There is a plan for this month already."
    )
    _month_check = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A plan is for a whole month."
    )

    # ------------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------------

    @api.depends("user_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            if not plan.month or not plan.user_id:
                plan.display_name = self.env._("New Visit Plan")
                continue
            plan.display_name = self.env._(
                "%(person)s, %(month)s",
                person=plan.sudo().user_id.name,
                month=plan._get_month_name(),
            )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for plan in self:
            plan.month_name = plan.month and plan._get_month_name()

    def _get_month_name(self):
        return get_month_name(self.env, self.month)

    @api.depends("cost_ids.amount", "cost_ids.state")
    def _compute_cost_total(self):
        for plan in self:
            asked = plan.cost_ids.filtered(lambda cost: cost.state != "refused")
            plan.cost_total = sum(asked.mapped("amount"))

    @api.depends(
        "slot_ids.state", "slot_ids.visit_id", "slot_ids.date", "slot_ids.window_end"
    )
    def _compute_counts(self):
        """Count in the database: a page of plans has many thousand contacts."""
        slots = self.env["governance.visit.slot"]
        mine = Domain("plan_id", "in", self.ids)
        groups = slots._read_group(
            mine, ["plan_id", "state"], ["__count", "visit_id:count"]
        )
        counts = {
            (plan.id, state): (count, planned) for plan, state, count, planned in groups
        }
        to_make = mine & Domain("state", "=", "open") & Domain("is_outside", "=", True)
        groups = slots._read_group(to_make, ["plan_id"], ["__count"])
        outside = {plan.id: count for plan, count in groups}
        for plan in self:
            id_ = plan._origin.id
            plan.slot_count, plan.visit_count = counts.get((id_, "open"), (0, 0))
            plan.dropped_count = counts.get((id_, "waived"), (0, 0))[0]
            plan.outside_count = outside.get(id_, 0)

    @api.depends("slot_ids.state")
    @api.depends_context("uid")
    def _compute_hidden_count(self):
        """Count what is not in the list, so that nobody signs it without knowing."""
        groups = self.env["governance.visit.slot"]._read_group(
            Domain("plan_id", "in", self.ids) & Domain("state", "=", "open"),
            ["plan_id"],
            ["__count"],
        )
        shown = {plan.id: count for plan, count in groups}
        for plan in self:
            plan.hidden_count = plan.slot_count - shown.get(plan._origin.id, 0)

    @api.depends("user_id", "is_led")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for plan in self:
            plan.is_mine = plan.user_id == self.env.user
            plan.can_plan = plan.is_mine or plan.is_led

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Plan the next month of oneself, unless the caller says otherwise."""
        values = super().default_get(fields)
        if "user_id" in fields:
            values.setdefault("user_id", self.env.uid)
        if "month" in fields and not values.get("month"):
            today = self.env.company._get_governance_today()
            values["month"] = self._get_next_month(today)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Open plans; AccessError for people whom the user does not lead."""
        plans = super().create([self._with_whole_month(vals) for vals in vals_list])
        if not self._is_system():
            plans._check_planner()
        return plans

    def write(self, vals):
        """Change drafts; UserError for the month or the person of what is planned."""
        if not self._is_system():
            self._check_planner()
            self._check_same_plan(vals)
        with self._changing_together():
            result = super().write(self._with_whole_month(vals))
        if not self._is_system() and {"user_id", "company_id"} & vals.keys():
            # Whose it is by now decides too.
            self._check_planner()
            self.check_access("write")
        return result

    @api.model
    def _get_user_fields(self):
        return {
            "user_id",
            "company_id",
            "month",
            "note",
            "open_slot_ids",
            "cost_ids",
        }

    @api.model
    def _with_whole_month(self, vals):
        month = fields.Date.to_date(vals.get("month"))
        this_year = fields.Date.today().year
        if month and not 2000 <= month.year <= this_year + YEARS_AHEAD:
            raise UserError(self.env._("Plan a month of the next years."))
        return {**vals, "month": month.replace(day=1)} if month else vals

    @api.model
    def _get_next_month(self, day):
        """Return the first day of the month after a day."""
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)

    def _check_same_plan(self, vals):
        if not {"user_id", "company_id", "month"} & set(vals):
            return
        for plan in self:
            if plan.sudo().slot_ids:
                raise UserError(
                    self.env._(
                        "%(plan)s has contacts already: its person and its month stay. "
                        "Open another plan.",
                        plan=plan.display_name,
                    )
                )

    def _check_deletable(self):
        self._check_still_open()
        self._check_planner()
        for plan in self:
            if plan.sudo().slot_ids:
                raise UserError(
                    self.env._(
                        "%(plan)s has contacts that the policy asks for and stays.",
                        plan=plan.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_slots(self):
        """Delete the slots, which have no key on their plan."""
        self.sudo().slot_ids._as_system().unlink()

    def _check_day(self, day):
        """Refuse days outside of the month; what is beyond belongs to another plan."""
        self.ensure_one()
        if not day or not self.month <= day < self._get_month_end():
            raise UserError(
                self.env._(
                    "Choose a day in %(month)s: other days belong to other plans.",
                    month=self._get_month_name(),
                )
            )

    def _check_ahead(self, day):
        """Refuse days that are over: what was done then is no plan any more."""
        self.ensure_one()
        today = self.company_id.sudo()._get_governance_today()
        if day < today:
            raise UserError(
                self.env._(
                    "%(day)s is over. Contacts are planned for today or later.",
                    day=format_date(self.env, day),
                )
            )

    def _prepare_slot(self, partner, channel, day):
        """Return the values that all contacts added to this plan have in common."""
        self.ensure_one()
        customer = partner.sudo().commercial_partner_id
        return {
            "plan_id": self.id,
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
            "month": self.month,
            "partner_id": customer.id,
            "team_id": self._get_first_team(self.user_id, self.company_id).id,
            "tier_id": customer.with_company(self.company_id).governance_tier_id.id,
            "channel_id": channel.id,
            "date": day,
            "date_due": day,
        }
