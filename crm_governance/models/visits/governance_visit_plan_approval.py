# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class GovernanceVisitPlan(models.Model):
    """Who submits a plan, who decides on it, on what, and what follows (AM-09)."""

    _inherit = "governance.visit.plan"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Submit the plans to the leader of who submits them (B-50).

        They are made anew before, so that what is agreed on is all that is asked for.

        :raises AccessError: for all but the person and who leads the person
        :raises UserError: for plans that were submitted before, whose month is over, or
            whose contacts are not made yet
        """
        self.check_access("write")
        for plan in self:
            plan._check_planner()
            plan._lock("draft")
            plan._check_submittable()
            plan._renew()
            plan.sudo().cost_ids._note_asked()
            plan._as_system().write(
                {"state": "requested", "date_requested": fields.Datetime.now()}
            )
            plan._request_approval()
        return True

    def _renew(self):
        """Make what is asked for anew, and how much of it fits."""
        self._generate_slots()
        self._refresh_figures()

    def _check_planner(self):
        """Refuse everybody but the person and who leads the person.

        :raises AccessError: for others
        """
        for plan in self:
            if self.env.su or self.env.user == plan.user_id or plan.is_led:
                continue
            raise AccessError(
                self.env._(
                    "This is planned by the person for whom it is, or by who leads "
                    "this person."
                )
            )

    def _check_submittable(self):
        self.ensure_one()
        today = self.company_id.sudo()._get_governance_today()
        if self._get_month_end() <= today:
            raise UserError(
                self.env._(
                    "The month is over: %(plan)s is not submitted any more.",
                    plan=self.display_name,
                )
            )
        first = self.env["governance.visit.generator"]._get_first_day(
            self.company_id.sudo(), self.month
        )
        if today < first:
            raise UserError(
                self.env._(
                    "The contacts of %(plan)s are made from %(day)s on. Submit it "
                    "then.",
                    plan=self.display_name,
                    day=format_date(self.env, first),
                )
            )
        self.sudo().cost_ids._check_in_advance()

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "visit_plan"

    def _get_approval_authors(self):
        """Let neither the person decide nor who entered what it costs.

        Who opened the plan has decided nothing: what is in it is generated.
        """
        plan = self.sudo()
        return plan.user_id | plan.cost_ids.create_uid

    def _get_approval_hash_fields(self):
        return [
            "user_id",
            "month",
            "note",
            "slot_ids.partner_id",
            "slot_ids.lead_id",
            "slot_ids.channel_id",
            "slot_ids.date",
            "slot_ids.state",
            "slot_ids.drop_reason",
            "cost_ids.kind",
            "cost_ids.name",
            "cost_ids.partner_id",
            "cost_ids.quantity",
            "cost_ids.amount",
        ]

    def _get_approval_content(self):
        """Return figures: who reads requests need not read the customers."""
        names = (
            "user_id",
            "month_name",
            "slot_count",
            "dropped_count",
            "outside_count",
            "fit_message",
            "cost_total",
        )
        content = [
            {"name": name, "value": self._format_signed_value(name)} for name in names
        ]
        content = [item for item in content if item["value"] not in ("", "0")]
        if not self.slot_count:
            content.append({"name": "slot_count", "value": "0"})
        return content

    def _get_remark_reason(self, verdict):
        """Ask for a remark of who approves more than fits into the month."""
        self.ensure_one()
        if verdict != "approved" or not self.is_excessive:
            return super()._get_remark_reason(verdict)
        return self.env._(
            "%(fit)s Whoever approves it all the same says why.", fit=self.fit_message
        )

    def _approval_approved(self, request):
        self._lock("requested")
        self._as_system().write(
            {
                "state": "approved",
                "date_approved": fields.Datetime.now(),
                "refusal": False,
            }
        )
        self.cost_ids._note_decided("approved")
        slots = self.sudo().slot_ids
        agreed = slots.filtered("is_undecided")
        agreed._as_system().write({"is_undecided": False})
        slots.visit_id._move_slots()

    def _approval_rejected(self, request):
        """Give the plan back with the reason, so that it can be changed (B-50)."""
        lines = request.decision_ids.filtered(lambda line: line.event == "rejected")
        self._as_system().write({"state": "draft", "refusal": lines[:1].reason})
        self._reopen()

    def _approval_closed(self, request):
        """An undecided request can be changed and asked again."""
        if self.state == "requested":
            self._as_system().state = "draft"
            self._reopen()

    def _reopen(self):
        """Let expenses and days be changed again, and follow the calendar."""
        self.cost_ids._note_decided("draft")
        self.sudo().slot_ids.visit_id._move_slots()
