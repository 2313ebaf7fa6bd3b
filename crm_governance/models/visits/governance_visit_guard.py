# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from .governance_visit import DONE

# What people change before the visit and in its report.
PLANNING = {
    "user_id",
    "company_id",
    "partner_id",
    "lead_id",
    "object_type",
    "channel_id",
    "direction",
    "participant_ids",
    "meeting_ids",
    "invites_contacts",
    "purpose_ids",
    "objective",
    "date_start",
    "date_stop",
    "is_announced",
    "items",
    "cost_ids",
    "is_prepared",
}
REPORT = {
    "contact_ids",
    "result",
    "needs",
    "competitors",
    "decision_makers",
    "promise_ids",
}

# What whoever checked in was there for.
CHECKED = ("partner_id", "lead_id", "channel_id")


class GovernanceVisit(models.Model):
    """Who changes a visit until when, and what follows from a change."""

    _inherit = "governance.visit"

    @api.model_create_multi
    def create(self, vals_list):
        """Plan visits, one's own or those of people whom one leads.

        :raises AccessError: for visits of others
        """
        for vals in vals_list:
            self._check_given(vals)
        vals_list = [self._complete_vals(vals) for vals in vals_list]
        visits = super().create(vals_list)
        if not self._is_system():
            visits._check_planner()
        visits._start_life()
        return visits

    def write(self, vals):
        """Change planned visits and open reports; all that hangs on them follows."""
        is_system = self._is_system()
        self._check_given(vals)
        if not is_system:
            if "user_id" in vals:
                self._check_planned_only()
            self._check_company_kept(vals)
            self._check_checked_in(vals)
        before = self._get_shown() if not self._get_watched().isdisjoint(vals) else {}
        vals = self._complete_change(vals)
        result = super().write(vals)
        if "user_id" in vals and not is_system:
            self._check_planner()
        if before:
            self._follow_change(vals, before)
        return result

    def unlink(self):
        """Delete planned visits; AccessError for those that took place."""
        slots = self.sudo().slot_ids
        if not self._is_system():
            self.check_access("unlink")
            self._check_deletable()
        self._delete_event()
        self.sudo().promise_ids._as_system().unlink()
        result = super().unlink()
        self._fill_slots(slots)
        return result

    def _check_given(self, vals):
        """Refuse days that nobody means, and leads that the user does not read.

        :raises AccessError: for leads of others, whose names the visit would tell
        :raises UserError: for days of another century
        """
        for name in ("date_start", "date_stop"):
            moment = fields.Datetime.to_datetime(vals.get(name))
            if moment and not self._is_near(moment):
                raise UserError(
                    self.env._("Choose a day of this century, and of the next years.")
                )
        if vals.get("lead_id") and not self.env.su:
            lead = self.env["crm.lead"].browse(vals["lead_id"])
            if lead not in self.lead_id:
                lead.check_access("read")

    @api.model
    def _complete_vals(self, vals):
        """Return the values of a new visit with what follows from them."""
        vals = dict(vals)
        missing = [
            name
            for name in ("user_id", "channel_id", "date_start")
            if not vals.get(name)
        ]
        if missing:
            vals.update(self.default_get(missing))
        commands = list(vals.get("participant_ids") or [])
        vals["participant_ids"] = [*commands, Command.link(vals["user_id"])]
        if not vals.get("partner_id") and vals.get("lead_id"):
            lead = self.env["crm.lead"].browse(vals["lead_id"])
            vals["partner_id"] = lead.partner_id.commercial_partner_id.id
        if not vals.get("date_stop") and vals.get("channel_id"):
            channel = self.env["governance.visit.channel"].browse(vals["channel_id"])
            start = fields.Datetime.to_datetime(vals["date_start"])
            vals["date_stop"] = start + self._get_length(channel)
        return vals

    def _complete_change(self, vals):
        """Return the values of a change with what follows from them."""
        if vals.get("user_id"):
            commands = list(vals.get("participant_ids") or [])
            vals = {
                **vals,
                "participant_ids": [*commands, Command.link(vals["user_id"])],
            }
        if vals.get("date_start") and "date_stop" not in vals and len(self) == 1:
            start = fields.Datetime.to_datetime(vals["date_start"])
            length = self.date_stop - self.date_start
            vals = {**vals, "date_stop": start + length}
        return vals

    def _get_user_fields(self):
        return PLANNING | REPORT

    def _get_author(self):
        return self.user_id

    def _is_closed(self):
        return self.state in ("submitted", "accepted", "cancelled")

    def _check_deletable(self):
        """Refuse to delete what took place, or was cancelled: it is evidence.

        :raises AccessError: for all but planned visits
        """
        for visit in self:
            if visit.state != "planned" or visit.date_checkin:
                visit._refuse_change()
        self._check_author()

    def _refuse_change(self):
        self.sudo(False).check_access("read")
        visit = self[:1]
        states = dict(self._fields["state"]._description_selection(self.env))
        raise AccessError(
            self.env._(
                "%(visit)s is at “%(state)s” and stays as it is. A report is changed "
                "after the leader gave it back or unlocked it.",
                visit=visit.sudo().name,
                state=states[visit.sudo().state],
            )
        )

    def _check_author(self):
        """Refuse that others write the visits or reports of somebody.

        :raises UserError: naming the visitor
        """
        for visit in self:
            if visit.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(visitor)s visits and writes the report; others read it. "
                        "Participants move the visit in the calendar.",
                        visitor=visit.sudo().user_id.name,
                    )
                )

    def _check_planner(self):
        """Refuse visits that are planned for others than one leads.

        :raises AccessError: for visits of others
        """
        for visit in self:
            user = visit.user_id
            if user != self.env.user and self.env.user not in visit._get_leaders_of(
                user
            ):
                raise AccessError(
                    self.env._(
                        "You plan your own visits and those of people whom you lead."
                    )
                )

    def _check_planned_only(self):
        """Refuse to give a visit that took place to somebody else.

        :raises UserError: unless it is planned
        """
        for visit in self:
            if visit.state != "planned":
                raise UserError(
                    self.env._(
                        "Whoever held the visit stays its visitor. Add who else took "
                        "part as a participant."
                    )
                )

    def _check_company_kept(self, vals):
        """Refuse to move what took place to other leaders and deadlines.

        :raises UserError: unless it is planned
        """
        for visit in self.filtered(lambda visit: visit.state != "planned"):
            if vals.get("company_id", visit.company_id.id) != visit.company_id.id:
                raise UserError(
                    self.env._(
                        "%(visit)s took place for %(company)s and stays there. If that "
                        "is wrong, cancel it and enter it for the other company.",
                        visit=visit.name,
                        company=visit.sudo().company_id.name,
                    )
                )

    def _check_checked_in(self, vals):
        """Refuse that a check-in becomes one at another customer's.

        :raises UserError: saying what to do instead
        """
        for visit in self.filtered("date_checkin"):
            if any(name in vals and visit[name].id != vals[name] for name in CHECKED):
                raise UserError(
                    self.env._(
                        "You checked in on %(visit)s at %(time)s: its customer and "
                        "channel stay. If they are wrong, cancel it and enter the "
                        "visit that took place.",
                        visit=visit.name,
                        time=format_datetime(self.env, visit.date_checkin),
                    )
                )

    # ------------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------------

    @api.model
    def _get_watched(self):
        """Return the fields on which calendar, slots and marks depend."""
        return {
            "channel_id",
            "company_id",
            "contact_ids",
            "date_start",
            "date_stop",
            "direction",
            "invites_contacts",
            "lead_id",
            "meeting_ids",
            "participant_ids",
            "partner_id",
            "state",
            "user_id",
        }

    def _get_shown(self):
        """Return {visit: (day, begin, end, report deadline, …)} before a change."""
        return {
            visit.id: (
                visit.date,
                visit.date_start,
                visit.date_stop,
                visit.report_deadline,
                visit.state,
                visit.participant_ids,
            )
            for visit in self.sudo()
        }

    def _start_life(self):
        """Put new visits into the calendar, and let them count."""
        self._mark_new()
        self.sudo()._put_in_calendar()
        self.sudo()._match_slots()

    def _follow_change(self, vals, before):
        """Let calendar, slots and marks follow a change.

        :param dict before: see `_get_shown`
        """
        visits = self.sudo()
        moved = visits.filtered(lambda visit: visit.date != before[visit.id][0])
        timed = visits.filtered(
            lambda visit: (visit.date_start, visit.date_stop) != before[visit.id][1:3]
        )
        visits._check_held_in_past()
        moved._mark_moved({visit.id: before[visit.id][3] for visit in moved})
        timed._mark_timed()
        visits.filtered(
            lambda visit: visit.participant_ids != before[visit.id][5]
        )._mark_regrouped()
        if not self._is_calendar_sync() and "state" not in vals:
            visits._update_event()
        visits._get_changed(vals, before)._match_slots()
        moved._move_slots()

    def _get_changed(self, vals, before):
        """Return the visits that may fulfil something else after a change.

        What is on record stays so while its report goes to and fro.
        """
        if self._get_watched() & vals.keys() - {"state", "invites_contacts"}:
            return self
        return self.filtered(
            lambda visit: (
                "state" in vals and not {before[visit.id][4], visit.state} <= set(DONE)
            )
        )
