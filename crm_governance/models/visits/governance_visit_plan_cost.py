# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What has to be asked for before the visit, B-52.
TREATS = ("gift", "entertainment")


class GovernanceVisitPlanCost(models.Model):
    """What somebody takes along, gives or spends on visits (B-51, B-52, B-55).

    It is approved with the plan; what comes to mind later is asked for by itself.
    What is asked for on a visit belongs to the plan of its month.
    """

    _name = "governance.visit.plan.cost"
    _description = "Item or Expense of Visits"
    _inherit = [
        "governance.visit.mixin",
        "governance.guarded.mixin",
        "governance.visit.approval.mixin",
        "governance.classified.mixin",
    ]
    _order = "plan_id, date, id"
    _has_drafts = True

    plan_id = fields.Many2one(
        comodel_name="governance.visit.plan",
        string="Visit Plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    visit_id = fields.Many2one(
        comodel_name="governance.visit", index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one(related="plan_id.user_id", store=True, precompute=True)
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="restrict",
        help="For which customer it is; empty if for several.",
    )
    date = fields.Date(
        string="Needed on",
        help="Gifts and entertainment are asked for before that day.",
    )
    kind = fields.Selection(
        selection=[
            ("item", "Item to take along"),
            ("gift", "Gift"),
            ("entertainment", "Entertainment"),
            ("travel", "Travel expense"),
            ("other", "Other expense"),
        ],
        required=True,
        default="item",
        help="Gifts and entertainment need an approval before the visit. Travel "
        "follows the rules of the company for business trips.",
    )
    name = fields.Char(string="What", required=True)
    quantity = fields.Float(default=1.0)
    amount = fields.Monetary(help="What it costs altogether.")
    currency_id = fields.Many2one(related="company_id.currency_id")
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
        copy=False,
    )

    _amounts_check = models.Constraint(
        "CHECK (amount BETWEEN 0 AND 1e12 AND quantity > 0 AND quantity <= 1e9)",
        "An expense is not negative, and the quantity is more than nothing.",
    )

    @api.model
    def _get_user_fields(self):
        return {
            "plan_id",
            "visit_id",
            "partner_id",
            "date",
            "kind",
            "name",
            "quantity",
            "amount",
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Ask for something; UserError while the plan waits for its approval."""
        costs = super().create([self._complete_vals(vals) for vals in vals_list])
        if not self._is_system():
            costs._check_changeable()
        return costs

    def write(self, vals):
        """Change what is asked for; UserError while the plan waits for its approval."""
        if not self._is_system():
            self._check_changeable()
        result = super().write(vals)
        if not self._is_system() and "plan_id" in vals:
            self._check_changeable()
        return result

    @api.model
    def _complete_vals(self, vals):
        """Return the values of a new line with what follows from its visit."""
        visit = self.env["governance.visit"].browse(vals.get("visit_id") or ())
        if not visit:
            return vals
        visit.check_access("read")
        plans = self.env["governance.visit.plan"]
        month = visit.date.replace(day=1)
        plan = plans.search(
            Domain("user_id", "=", visit.user_id.id)
            & Domain("company_id", "=", visit.company_id.id)
            & Domain("month", "=", month)
        )
        if not plan and not vals.get("plan_id"):
            plan = plans.create(
                {
                    "user_id": visit.user_id.id,
                    "company_id": visit.company_id.id,
                    "month": month,
                }
            )
        return {
            "plan_id": plan.id,
            "partner_id": visit.partner_id.id,
            "date": visit.date,
            **vals,
        }

    @api.constrains("plan_id", "visit_id")
    def _check_visit(self):
        for cost in self.sudo():
            visit, plan = cost.visit_id, cost.plan_id
            if visit and (visit.user_id, visit.company_id) != (
                plan.user_id,
                plan.company_id,
            ):
                raise ValidationError(
                    self.env._(
                        "What a visit needs is asked for in the plan of who visits."
                    )
                )

    def _check_deletable(self):
        self._check_still_open()
        self._check_changeable()

    def _check_changeable(self):
        """Refuse strangers, and all while the plan is with the leader."""
        plans = self.plan_id
        plans._check_planner()
        for plan in plans:
            if plan.state == "requested":
                raise UserError(
                    self.env._(
                        "%(plan)s waits for a decision. Take it back to change it.",
                        plan=plan.display_name,
                    )
                )

    def _check_in_advance(self):
        """Refuse gifts and entertainment that are asked for afterwards (B-52).

        :raises UserError: naming them
        """
        for cost in self:
            if cost.kind in TREATS and cost._is_afterwards():
                raise UserError(
                    self.env._(
                        "“%(what)s”: gifts and entertainment are asked for before the "
                        "visit, not afterwards. Say on which day it is needed.",
                        what=cost.name,
                    )
                )

    def _is_afterwards(self):
        """Return whether the day has passed, or the visit has begun."""
        self.ensure_one()
        visit = self.sudo().visit_id
        if visit:
            begun = visit.date_start <= fields.Datetime.now()
            return begun or visit.state != "planned"
        # Without a day it may have been any day of the month.
        day = self.date or self.plan_id.month
        return day < self.company_id._get_governance_today()

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for what the plan, which is approved already, does not name.

        :raises UserError: saying what is missing
        """
        self.check_access("write")
        for cost in self:
            cost.plan_id._check_planner()
            cost._lock("draft")
            if cost.plan_id.state != "approved":
                raise UserError(
                    self.env._(
                        "“%(what)s” is asked for with the plan: submit the plan.",
                        what=cost.name,
                    )
                )
            cost._check_in_advance()
            cost._as_system().state = "requested"
            cost._request_approval()
        return True

    def _get_approval_subject(self):
        return "visit_plan"

    def _get_approval_authors(self):
        return super()._get_approval_authors() | self.sudo().plan_id.user_id

    def _get_approval_hash_fields(self):
        return ["plan_id", "kind", "name", "partner_id", "date", "quantity", "amount"]

    def _approval_approved(self, request):
        self._as_system().state = "approved"

    def _approval_rejected(self, request):
        self._as_system().state = "refused"

    def _approval_closed(self, request):
        if self.state == "requested":
            self._as_system().state = "draft"

    def _note_asked(self):
        """Note that the plan, which names all of it, was submitted."""
        self._as_system().write({"state": "requested"})

    def _note_decided(self, state):
        """Note what was decided on the plan: “approved”, or “draft” again."""
        asked = self.filtered(lambda cost: cost.state == "requested")
        asked._as_system().write({"state": state})
