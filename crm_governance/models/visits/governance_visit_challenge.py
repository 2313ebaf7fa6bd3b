# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class GovernanceVisitChallenge(models.Model):
    """Somebody asks for another number of contacts than the cadence says.

    Nothing changes before the leader approves it: then contacts of the plan are left
    out or added.  Whoever challenges never decides.
    """

    _name = "governance.visit.challenge"
    _description = "Challenge of a Goal"
    _inherit = [
        "governance.visit.mixin",
        "governance.guarded.mixin",
        "governance.visit.approval.mixin",
        "governance.classified.mixin",
    ]
    _order = "id desc"
    _has_drafts = True

    plan_id = fields.Many2one(
        comodel_name="governance.visit.plan",
        string="Visit Plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(related="plan_id.user_id", store=True, precompute=True)
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_partner_ids)]",
    )
    allowed_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Customers of the Plan",
        compute="_compute_allowed_partner_ids",
    )
    cadence_id = fields.Many2one(
        comodel_name="governance.visit.cadence",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_cadence_ids)]",
        help="Which of the goals for this customer.",
    )
    allowed_cadence_ids = fields.Many2many(
        comodel_name="governance.visit.cadence",
        compute="_compute_allowed_cadence_ids",
        compute_sudo=True,
    )
    goal_now = fields.Integer(
        string="Planned Now",
        compute="_compute_goal_now",
        compute_sudo=True,
        help="How many contacts the plan has for this customer.",
    )
    goal_before = fields.Integer(
        string="Planned Before",
        readonly=True,
        help="How many contacts the plan had when the challenge was approved.",
    )
    goal = fields.Integer(
        string="Goal Asked for", help="How many contacts there should be in this month."
    )
    reason = fields.Text(required=True, help="Read by who decides.")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("approved", "Approved"),
            ("refused", "Not Approved"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )

    _open_uniq = models.UniqueIndex(
        "(plan_id, partner_id, cadence_id) WHERE state = 'requested'",
        "This goal has been challenged in the meantime.",
    )
    _goal_check = models.Constraint(
        "CHECK (goal BETWEEN 0 AND 31)",
        "The goal of a month is a number from 0 to 31.",
    )

    @api.depends("plan_id", "partner_id.name")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        hidden = self._get_masked()
        for challenge in self:
            known = challenge.sudo()
            if challenge in hidden:
                challenge.display_name = self._get_mask()
            elif not known.partner_id:
                challenge.display_name = self.env._("New Challenge")
            else:
                challenge.display_name = self.env._(
                    "%(customer)s (%(plan)s)",
                    customer=known.partner_id.name,
                    plan=known.plan_id.display_name,
                )

    @api.depends("plan_id")
    @api.depends_context("uid")
    def _compute_allowed_partner_ids(self):
        """Offer the customers that the user sees in the plan."""
        slots = self.env["governance.visit.slot"]
        for challenge in self:
            # Not by the plan: others fill it with contacts that are hidden here.
            seen = slots.search([("plan_id", "in", challenge.plan_id._origin.ids)])
            challenge.allowed_partner_ids = seen.partner_id._filtered_access("read")

    @api.depends("plan_id", "partner_id")
    def _compute_allowed_cadence_ids(self):
        for challenge in self:
            slots = challenge.plan_id.slot_ids.filtered(
                lambda slot, customer=challenge.partner_id: (
                    slot.partner_id == customer and slot.state != "void"
                )
            )
            challenge.allowed_cadence_ids = slots.cadence_id

    @api.depends("plan_id", "partner_id", "cadence_id")
    def _compute_goal_now(self):
        for challenge in self:
            challenge.goal_now = len(challenge._get_slots())

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Take the only goal that there is for the customer."""
        if self.cadence_id not in self.allowed_cadence_ids:
            allowed = self.allowed_cadence_ids._origin
            self.cadence_id = allowed if len(allowed) == 1 else False

    @api.model
    def _get_user_fields(self):
        return {"plan_id", "partner_id", "cadence_id", "goal", "reason"}

    def _get_author(self):
        return self.create_uid

    @api.constrains("plan_id", "partner_id", "cadence_id")
    def _check_goal(self):
        # Nobody finds out by errors what the plans of others ask for.
        self.sudo(False).plan_id.check_access("read")
        for challenge in self.sudo():
            if challenge.cadence_id not in challenge.allowed_cadence_ids:
                raise ValidationError(
                    self.env._(
                        "The plan has no such goal for this customer. Choose a "
                        "customer of the plan and one of the goals for it."
                    )
                )

    def _check_deletable(self):
        self._check_still_open()
        self._check_author()

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for the other goal.

        :raises AccessError: for all but the person of the plan and who leads the person
        :raises UserError: saying what is missing
        """
        self.check_access("write")
        for challenge in self:
            challenge._check_author()
            challenge.plan_id._check_planner()
            challenge._lock("draft")
            challenge._check_askable()
            challenge._as_system().state = "requested"
            challenge._request_approval(challenge.reason)
        return True

    def _check_askable(self):
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why: a challenge needs a reason."))
        if self.goal == self.goal_now:
            raise UserError(
                self.env._(
                    "The plan has %(count)s already. Ask for more or for fewer.",
                    count=self.goal,
                )
            )
        self._check_reachable()

    def _check_reachable(self):
        """Refuse goals below what is in the calendar or done already."""
        kept = self.sudo()._get_slots().filtered("visit_id")
        if self.goal < len(kept):
            raise UserError(
                self.env._(
                    "%(count)s of these contacts are in the calendar or done already: "
                    "the goal cannot be lower.",
                    count=len(kept),
                )
            )

    def _get_approval_subject(self):
        return "visit_challenge"

    def _get_approval_authors(self):
        return super()._get_approval_authors() | self.sudo().plan_id.user_id

    def _get_approval_hash_fields(self):
        return ["plan_id", "partner_id", "cadence_id", "goal", "reason"]

    def _approval_approved(self, request):
        """Leave contacts out, the latest first, or add some (2.4.9 of the anchors)."""
        self._lock("requested")
        self.plan_id._lock(allow_referencing=True)
        self._check_reachable()
        slots = self._get_slots()
        self._as_system().write({"state": "approved", "goal_before": len(slots)})
        missing = self.goal - len(slots)
        if missing < 0:
            open_slots = slots.filtered(lambda slot: not slot.visit_id)
            latest = open_slots.sorted(lambda slot: (slot.date, slot.id), reverse=True)
            latest[:-missing]._drop(self.reason, self.create_uid)
        else:
            self._add_slots(missing)
        self.plan_id._refresh_figures()
        self.plan_id._void_changed_approvals()

    def _approval_rejected(self, request):
        self._as_system().state = "refused"

    def _approval_closed(self, request):
        if self.state == "requested":
            self._as_system().state = "draft"

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_slots(self):
        """Return what the plan has for this goal and what is not left out."""
        self.ensure_one()
        return self.plan_id.slot_ids.filtered(
            lambda slot: (
                slot.state == "open"
                and not slot.is_optional
                and slot.partner_id == self.partner_id._origin
                and slot.cadence_id == self.cadence_id._origin
            )
        )

    def _add_slots(self, count):
        """Add contacts on the open days that are farthest from the others."""
        plan = self.plan_id
        today = plan.company_id._get_governance_today()
        free = [day for day in plan._get_work_days() if day >= today]
        free = free or [max(today, plan.month)]
        taken = [slot.date for slot in self._get_slots() if slot.date]
        added = self.env["governance.visit.slot"]
        for number in range(count):
            day = max(free, key=lambda day: self._get_distance(day, taken))
            taken.append(day)
            added |= self._add_slot(day, number)
        self.env["governance.visit"]._fill_slots(added)

    @api.model
    def _get_distance(self, day, taken):
        """Return how far a day is from those taken; earlier days win a draw."""
        nearest = min((abs((day - other).days) for other in taken), default=0)
        return nearest, -day.toordinal()

    def _add_slot(self, day, number):
        plan, cadence = self.plan_id, self.cadence_id
        slots = self.env["governance.visit.slot"]._as_system()
        return slots.create(
            {
                **plan._prepare_slot(self.partner_id, cadence.channel_id, day),
                "role_id": cadence.role_id.id,
                "cadence_id": cadence.id,
                "key": f"challenge-{self.id}-{number}",
                "window_start": plan.month,
                "window_end": plan._get_month_end(),
            }
        )
