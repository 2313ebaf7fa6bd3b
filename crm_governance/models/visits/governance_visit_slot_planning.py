# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class GovernanceVisitSlot(models.Model):
    """What people do with what was generated: move, add, leave out, make visits."""

    _inherit = "governance.visit.slot"

    drop_reason = fields.Char(
        string="Why Left out", readonly=True, help="Read by who decides on the plan."
    )
    dropped_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Left out by",
        readonly=True,
        ondelete="restrict",
    )
    date_dropped = fields.Datetime(string="Left out on", readonly=True)
    is_undecided = fields.Boolean(
        string="Not Decided on",
        readonly=True,
        help="Left out in a draft: it counts until the leader has approved the plan.",
    )
    is_manual = fields.Boolean(
        string="Added by Hand", compute="_compute_is_manual", search="_search_is_manual"
    )
    is_outside = fields.Boolean(
        string="Outside",
        compute="_compute_is_outside",
        search="_search_is_outside",
        help="The day lies outside of the days in which the contact counts.",
    )
    objective = fields.Char(
        compute="_compute_objective", help="What the policy wants to be talked about."
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    is_missed = fields.Boolean(
        string="Missed",
        compute="_compute_is_missed",
        help="No visit from now on counts for it.",
    )
    plan_state = fields.Selection(related="plan_id.state", string="State of the Plan")

    @api.depends("key")
    def _compute_is_manual(self):
        for slot in self:
            slot.is_manual = (slot.key or "").startswith("manual-")

    def _search_is_manual(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("key", "=like", "manual-%")]

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for slot in self:
            slot.is_mine = slot.user_id == self.env.user

    @api.depends("date", "window_end", "is_moved", "origin_ref", "company_id")
    def _compute_is_missed(self):
        for slot in self:
            slot.is_missed = bool(slot.window_end) and slot._is_missed()

    @api.depends("date", "window_start", "window_end", "is_manual", "is_moved")
    def _compute_is_outside(self):
        for slot in self:
            slot.is_outside = bool(
                slot.date
                and slot.window_start
                and not slot.is_manual
                and not slot.is_moved
                and not slot.window_start <= slot.date < slot.window_end
            )

    def _search_is_outside(self, operator, value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            return SQL(
                "(%(day)s < %(start)s OR %(day)s >= %(end)s) IS TRUE"
                " AND %(moved)s IS NOT TRUE",
                day=model._field_to_sql(alias, "date", query),
                start=model._field_to_sql(alias, "window_start", query),
                end=model._field_to_sql(alias, "window_end", query),
                moved=model._field_to_sql(alias, "is_moved", query),
            )

        return Domain.custom(to_sql=to_sql)

    @api.depends("cadence_id", "callback_id")
    @api.depends_context("lang")
    def _compute_objective(self):
        for slot in self:
            slot.objective = slot.cadence_id.objective or slot.callback_id.objective

    @api.depends("partner_id.name", "lead_id.name", "channel_id.name", "date")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        hidden = self._get_masked()
        for slot in self:
            known = slot.sudo()
            if slot in hidden:
                slot.display_name = self._get_mask()
                continue
            slot.display_name = self.env._(
                "%(customer)s: %(channel)s, %(day)s",
                customer=known.partner_id.name or known.lead_id.display_name or "",
                channel=known.channel_id.name or "",
                day=format_date(self.env, slot.date) if slot.date else "",
            )

    # ------------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {"plan_id", "partner_id", "channel_id", "date"}

    @api.model_create_multi
    def create(self, vals_list):
        """Add contacts to plans; UserError for plans that are no drafts."""
        if self._is_system():
            return super().create(vals_list)
        for vals in vals_list:
            self._check_names(vals)
        slots = self.browse()
        for vals in vals_list:
            slots |= self._add_by_hand(vals)
        slots.check_access("create")
        slots.plan_id._refresh_figures()
        return slots

    def write(self, vals):
        """Move contacts to other days; UserError for all else.

        :raises UserError: saying which days are possible
        """
        if self._is_system() or not vals:
            return super().write(vals)
        self.check_access("write")
        if set(vals) - {"date"} - self._get_free_fields():
            self._check_names(vals)
            raise UserError(
                self.env._(
                    "Only the day of a planned contact changes. Leave it out and add "
                    "another one."
                )
            )
        day = fields.Date.to_date(vals.get("date"))
        for slot in self:
            slot._check_movable(day)
        chosen = self.filtered(lambda slot: slot.date != day)
        result = super().write(vals)
        # The day that was proposed instead of closed ones counts, no other one.
        chosen._as_system().write({"is_moved": False})
        for slot in self.filtered("is_manual"):
            slot._as_system().write(self._prepare_window(day))
        self.plan_id._refresh_figures()
        return result

    def unlink(self):
        """Take out what was added by hand."""
        plans = self.plan_id
        result = super().unlink()
        if not self._is_system():
            plans._refresh_figures()
        return result

    def _check_deletable(self):
        self._check_planner()
        self._check_not_over()
        for slot in self:
            if not slot.is_manual or slot.plan_id.state != "draft" or slot.visit_id:
                raise UserError(
                    self.env._(
                        "What the policy asks for is left out with a reason, which "
                        "the leader reads; it is not deleted."
                    )
                )

    @api.model
    def _add_by_hand(self, vals):
        plan = self.env["governance.visit.plan"].browse(vals.get("plan_id") or ())
        if not plan:
            raise UserError(self.env._("Contacts are added to a visit plan."))
        plan.check_access("write")
        plan._check_planner()
        plan._lock("draft")
        partner = self.env["res.partner"].browse(vals.get("partner_id") or ())
        if not partner:
            raise UserError(self.env._("Choose the customer to be visited."))
        partner.check_access("read")
        channels = self.env["governance.visit.channel"]
        channel = channels.browse(vals.get("channel_id") or ()) or channels.search(
            [("kind", "=", "visit")], limit=1
        )
        day = fields.Date.to_date(vals.get("date"))
        plan._check_day(day)
        plan._check_ahead(day)
        slot = self._as_system().create(
            {
                **plan._prepare_slot(partner, channel, day),
                **self._prepare_window(day),
                "key": f"manual-{plan.user_id.id}-{channel.id}",
            }
        )
        self.env["governance.visit"]._fill_slots(slot)
        return slot.with_env(self.env)

    @api.model
    def _prepare_window(self, day):
        """Let what somebody added be due on its day."""
        return {
            "window_start": day,
            "window_end": day + timedelta(days=1),
            "date_due": day,
        }

    def _check_planner(self):
        """Refuse everybody but the person and who leads the person."""
        for slot in self:
            if self.env.su or self.env.user == slot.user_id or slot.is_led:
                continue
            raise AccessError(
                self.env._(
                    "This is planned by the person for whom it is, or by who leads "
                    "this person."
                )
            )

    def _check_movable(self, day):
        """Refuse days on which the contact would not be what was agreed on.

        In a draft it moves within the month, or to any day on which it counts; what is
        outside of these is shown to the leader.  Later it moves where it counts.
        """
        self.ensure_one()
        self._check_planner()
        self._check_open()
        self._check_not_over()
        if self.visit_id:
            raise UserError(self.env._("It is in the calendar already: move it there."))
        inside = bool(day and self.window_start <= day < self.window_end)
        if self.plan_id.state == "draft":
            if not inside:
                self.plan_id._check_day(day)
            if self.is_manual:
                self.plan_id._check_ahead(day)
        elif not inside:
            raise UserError(
                self.env._(
                    "The plan is approved: this contact moves to a day from %(first)s "
                    "to %(last)s. For anything else challenge the goal.",
                    first=format_date(self.env, self.window_start),
                    last=format_date(self.env, self.window_end - timedelta(days=1)),
                )
            )

    def _check_open(self):
        """Refuse what is left out, and what waits for a decision."""
        for slot in self:
            if slot.state != "open":
                raise UserError(
                    self.env._("This contact is not part of the plan any more.")
                )
            if slot.plan_id.state == "requested":
                raise UserError(
                    self.env._(
                        "%(plan)s waits for a decision. Take it back to change it.",
                        plan=slot.plan_id.display_name,
                    )
                )

    def _get_day_after(self):
        """Return the day from which on nothing counts for this contact any more."""
        self.ensure_one()
        if self.is_moved and self.date:
            return max(self.window_end, self.date + timedelta(days=1))
        return self.window_end

    def _check_not_over(self):
        """Refuse what is missed: it stays as it was, whatever the plan's state."""
        for company, slots in self.grouped("company_id").items():
            today = company.sudo()._get_governance_today()
            for slot in slots:
                if slot._get_day_after() <= today:
                    raise UserError(
                        self.env._(
                            "The time of this contact was over on %(day)s: it is no "
                            "longer planned, moved, left out or taken back.",
                            day=format_date(self.env, slot._get_day_after()),
                        )
                    )

    # ------------------------------------------------------------------
    # VISITS
    # ------------------------------------------------------------------

    def action_plan_visit(self):
        """Put contacts into the calendar, and open what was made."""
        self.check_access("write")
        visits = self._plan_visit()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits"),
            "res_model": visits._name,
            "view_mode": "list,form",
            "domain": [("id", "in", visits.ids)],
        }
        if len(visits) == 1:
            action.update(view_mode="form", res_id=visits.id)
        return action

    def _plan_visit(self):
        """Return the visits of these contacts; those without one get one.

        :raises AccessError: for all but the person and who leads the person
        :raises UserError: for what is left out or over, or while somebody else does
            the same
        """
        self._check_planner()
        self._lock()
        self._check_open()
        if self and all(slot._is_missed() and not slot.visit_id for slot in self):
            self._check_not_over()
        present = self.visit_id
        to_plan = self.filtered(lambda slot: not slot.visit_id)
        to_plan._catch_up()
        return present | self.env["governance.visit"]._plan_for_slots(to_plan)

    def _catch_up(self):
        """Let nothing be planned for a day that is over."""
        for company, slots in self.grouped("company_id").items():
            today = company.sudo()._get_governance_today()
            late = slots.filtered(
                lambda slot, today=today: slot.date and slot.date < today
            )
            late._as_system().write({"date": today})
