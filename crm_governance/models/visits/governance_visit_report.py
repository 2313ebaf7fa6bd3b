# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from .governance_visit import DONE


class GovernanceVisit(models.Model):
    """From the plan to the accepted report, and back for a reason (AM-09, B-56)."""

    _inherit = "governance.visit"

    date_held = fields.Datetime(string="Held on", readonly=True, copy=False)
    date_checkin = fields.Datetime(
        string="Checked in",
        readonly=True,
        copy=False,
        help="When the visitor pressed the button at the customer's, by the clock of "
        "the server.",
    )
    checkin_latitude = fields.Float(
        string="Latitude",
        digits=(10, 5),
        readonly=True,
        copy=False,
        aggregator=None,
        help="Only if the visitor's browser was allowed to tell.",
    )
    checkin_longitude = fields.Float(
        string="Longitude", digits=(10, 5), readonly=True, copy=False, aggregator=None
    )
    has_position = fields.Boolean(string="Position Known", readonly=True, copy=False)
    report_deadline = fields.Date(
        string="Report until",
        compute="_compute_report_deadline",
        store=True,
        help="The last day for the report, where the company is.",
    )
    date_first_submitted = fields.Datetime(
        string="First Submitted on", readonly=True, copy=False
    )
    date_submitted = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    date_accepted = fields.Datetime(string="Accepted on", readonly=True, copy=False)
    accepted_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Accepted by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    return_reason = fields.Text(
        string="Why It Was Given Back", readonly=True, copy=False
    )
    returned_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Given Back by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    cancel_reason = fields.Text(
        string="Why It Was Cancelled", readonly=True, copy=False
    )
    unlock_ids = fields.One2many(
        comodel_name="governance.visit.unlock",
        inverse_name="visit_id",
        string="Reopened",
        readonly=True,
    )
    is_report_due = fields.Boolean(
        string="Report Overdue",
        compute="_compute_is_report_due",
        search="_search_is_report_due",
    )
    deadline_notice = fields.Char(compute="_compute_notices")
    return_notice = fields.Text(compute="_compute_notices")
    _report_due_idx = models.Index(
        "(company_id, report_deadline) "
        "WHERE state IN ('planned', 'held') AND date_first_submitted IS NULL"
    )

    is_mine = fields.Boolean(compute="_compute_roles")
    can_decide = fields.Boolean(
        compute="_compute_roles",
        help="You accept the report or give it back.",
    )
    can_unlock = fields.Boolean(compute="_compute_roles")

    @api.depends("date", "company_id")
    def _compute_report_deadline(self):
        of_company = {
            company: timedelta(days=visits[:1]._get_report_days())
            for company, visits in self.grouped("company_id").items()
        }
        for visit in self:
            until = visit.date and visit.date + of_company[visit.company_id]
            # Who moves what took place has no more time for the report.
            if visit.state in DONE and visit.report_deadline:
                until = min(until, visit.report_deadline)
            visit.report_deadline = until

    @api.depends("report_deadline", "state")
    def _compute_is_report_due(self):
        due = self.filtered_domain(self._get_report_due_domain())
        for visit in self:
            visit.is_report_due = visit in due

    def _search_is_report_due(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_report_due_domain()

    @api.model
    def _get_report_due_domain(self):
        """Return the domain of visits whose report should be there and is not."""
        return (
            Domain("state", "in", ("planned", "held"))
            & Domain("date_first_submitted", "=", False)
            & self._get_over_domain("report_deadline")
        )

    @api.depends("is_report_due", "report_deadline", "return_reason")
    @api.depends_context("lang")
    def _compute_notices(self):
        for visit in self:
            visit.deadline_notice = visit.is_report_due and self.env._(
                "The report was due on %(day)s.",
                day=format_date(self.env, visit.report_deadline),
            )
            visit.return_notice = visit.return_reason and self.env._(
                "%(person)s gave the report back: %(reason)s",
                person=visit.sudo().returned_by_id.name,
                reason=visit.return_reason,
            )

    @api.depends("user_id", "company_id", "state")
    @api.depends_context("uid")
    def _compute_roles(self):
        user = self.env.user
        is_manager = user.has_group("crm_governance.group_manager")
        for visit in self:
            visit.is_mine = visit.user_id == user
            decides = user in visit._get_deciders()
            visit.can_decide = visit.state == "submitted" and decides
            took_part = user in visit.participant_ids | visit.user_id
            may = decides or (is_manager and not took_part)
            visit.can_unlock = visit.state in ("submitted", "accepted") and may

    # ------------------------------------------------------------------
    # ACTIONS OF THE VISITOR
    # ------------------------------------------------------------------

    def action_check_in(self, latitude=None, longitude=None):
        """Note that the visitor is there: the time by the server's clock.

        :param float latitude: in degrees, only if the person's browser tells it
        :param float longitude: in degrees
        :raises UserError: on another day than the visit's, or when it is noted already
        """
        self.ensure_one()
        self.check_access("read")
        self._check_visitor()
        self._lock("planned", "held")
        if self.date_checkin:
            raise UserError(
                self.env._(
                    "You checked in already, at %(time)s.",
                    time=format_datetime(self.env, self.date_checkin),
                )
            )
        now = fields.Datetime.now()
        if self._get_local_date(now) != self.date:
            raise UserError(
                self.env._(
                    "This visit is planned for %(day)s. Move it to today, or check in "
                    "on its day.",
                    day=format_date(self.env, self.date),
                )
            )
        self._as_system().write(
            {"date_checkin": now, **self._prepare_position(latitude, longitude)}
        )
        self._hold()
        return True

    @api.model
    def _prepare_position(self, latitude, longitude):
        """Return the values of a position; nothing when it is none."""
        given = (latitude, longitude)
        if any(type(part) not in (int, float) for part in given):
            return {}
        # A position that is no number fails here too.
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return {}
        return {
            "has_position": True,
            "checkin_latitude": round(latitude, 5),
            "checkin_longitude": round(longitude, 5),
        }

    def action_hold(self):
        """Say that visits took place; who was to be met counts as met until corrected.

        :raises UserError: for visits that have not begun
        """
        self.check_access("read")
        self._check_visitor()
        self._lock("planned")
        self._check_begun()
        self._hold()
        return True

    def action_submit(self):
        """Submit reports to the leader; from now on they stay as they are (B-56).

        :raises UserError: for visits that have not begun, and incomplete reports
        """
        self.check_access("read")
        self._check_visitor()
        self._lock("held")
        self._check_begun()
        for visit in self:
            visit._check_complete()
            visit._submit()
        return True

    def action_cancel(self):
        """Open the dialog that asks why the visit does not take place."""
        return self._open_reason("cancel")

    def cancel(self, reason):
        """Cancel a visit that does not take place; its event leaves the calendar.

        :raises UserError: without a reason, and when the report was submitted
        """
        self.ensure_one()
        self.check_access("read")
        self._check_moving_rights()
        reason = self._get_reason(reason)
        self._lock("planned", "held")
        system = self._as_system()
        system.write({"state": "cancelled", "cancel_reason": reason})
        system.promise_ids._drop(reason)
        self._drop_event()
        return True

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _hold(self):
        now = fields.Datetime.now()
        planned = self._as_system().filtered(lambda visit: visit.state == "planned")
        by_met = planned.grouped(lambda visit: visit.contact_ids or visit.meeting_ids)
        for met, visits in by_met.items():
            visits.write({"state": "held", "date_held": now, "contact_ids": met.ids})
        self.sudo()._mark_held()

    def _submit(self):
        now = fields.Datetime.now()
        first = self.date_first_submitted or now
        visit = self._as_system()
        if visit.decision_makers and not visit.date_first_submitted:
            visit._ask_for_contacts()
        visit.write(
            {
                "state": "submitted",
                "date_submitted": now,
                "date_first_submitted": first,
                "is_late": self._get_local_date(first) > self.report_deadline,
            }
        )
        visit._mark_submitted()
        visit.unlock_ids._close()

    def _ask_for_contacts(self):
        """Let who looks after the customer note who decides there by now (B-63)."""
        customer = self.partner_id
        keeper = customer.governance_specialist_id or customer.user_id
        keeper = keeper.filtered("active") or self.user_id
        env = self.env(context={"lang": keeper.lang})
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            self._get_local_date(fields.Datetime.now()),
            summary=env._("Note who decides at the customer by now"),
            user_id=keeper.id,
        )

    def _open_reason(self, kind):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_reason_action"
        )
        action["context"] = {"default_visit_id": self.id, "default_kind": kind}
        return action

    def _get_report_days(self):
        """Return how many days after the visit its report is due (VC-06)."""
        company = self.company_id or self.env.company
        policies = self.env["governance.visit.policy"].sudo()
        return policies._get_settings(company)["report_days"]
