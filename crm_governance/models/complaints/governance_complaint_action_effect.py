# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

CHECK = "crm_governance.mail_activity_type_complaint_effect"


class GovernanceComplaintAction(models.Model):
    """Whether an action had an effect, seen some time after the complaint was closed.

    Effective ends it, ineffective takes it up again, inconclusive looks once more.
    Source: anchors_world §4.5 no. 17.
    """

    _inherit = "governance.complaint.action"

    def check_effect(self, outcome, finding, date=None):
        """Note whether the action had an effect.

        :param str outcome: effective, ineffective or inconclusive
        :param str finding: what was looked at and found
        :param date date: ineffective: until when it is done anew; inconclusive: the
            day of the next check
        :raises AccessError: for others than the checker and complaint managers, and for
            the owner and the handler
        :raises UserError: before the day of the check, without a finding or a date
        """
        self.ensure_one()
        self.check_access("read")
        self._check_checker()
        self._lock("done")
        self._check_due()
        finding = self._get_words(finding, self.env._("Say what you found."))
        checks = self.env["governance.complaint.action.check"]
        if outcome not in dict(checks._fields["outcome"].selection):
            raise UserError(self.env._("Choose what came of the action."))
        date = self._get_next_date(outcome, fields.Date.to_date(date))
        checks._seal().create(self._prepare_check(outcome, finding, date))
        self._finish_todos(CHECK)
        self._note(outcome, note=finding)
        getattr(self, f"_react_{outcome}")(date)
        return True

    def _prepare_check(self, outcome, finding, date):
        return {
            "action_id": self.id,
            "complaint_id": self.complaint_id.id,
            "outcome": outcome,
            "finding": finding,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "round_count": self.round_count,
            "result": self.result,
            "date_done": self.date_done,
            "date_next": date,
            "count_before": self.count_before,
            "count_after": self.count_after,
        }

    def _react_effective(self, date):
        self._as_system().write({"state": "effective", "date_check": False})

    def _react_ineffective(self, date):
        """Take the action up again; what was done is kept in the check."""
        self._take_up(
            "again",
            date_deadline=date,
            date_check=False,
            date_verified=False,
            result=False,
            round_count=self.round_count + 1,
        )
        self._tell_of_failure()

    def _react_inconclusive(self, date):
        self._as_system().write({"date_check": date})
        self._schedule_check()

    # ------------------------------------------------------------------
    # CHECKS OF WHO ASKS
    # ------------------------------------------------------------------

    def _may_check(self):
        """Return whether the user is the one who says whether it had an effect."""
        self.ensure_one()
        user = self.env.user
        action = self.sudo()
        if user == action.user_id or action.complaint_id._has_been_handled_by(user):
            return False
        return user == action.checker_id or user.has_group(
            "crm_governance.group_complaint_manager"
        )

    def _check_checker(self):
        if not self._may_check():
            raise AccessError(
                self.env._(
                    "%(checker)s or a complaint manager checks the effect, and never "
                    "who owns the action or has handled the complaint.",
                    checker=self.sudo().checker_id.name
                    or self.env._("The supervising unit"),
                )
            )
        self.sudo().complaint_id._check_independent(self.env.user)

    def _check_due(self):
        """Refuse a check that comes too early to show anything.

        :raises UserError: naming the day
        """
        if not self.date_check:
            raise UserError(
                self.env._(
                    "The effect is checked after the complaint is closed. Close it "
                    "first."
                )
            )
        if self.date_check > self.company_id._get_governance_today():
            raise UserError(
                self.env._(
                    "The effect shows with time: check it on %(day)s or later.",
                    day=format_date(self.env, self.date_check),
                )
            )

    def _get_next_date(self, outcome, date):
        """Return the day that follows from an outcome.

        :raises UserError: when it is missing or over
        """
        if outcome == "effective":
            return False
        if not date or date <= self.company_id._get_governance_today():
            raise UserError(
                self.env._("Choose a day after today until which the action is done.")
                if outcome == "ineffective"
                else self.env._("Choose a day after today for the next check.")
            )
        return date

    # ------------------------------------------------------------------
    # WHEN AND BY WHOM
    # ------------------------------------------------------------------

    def _plan_check(self):
        """Set the day of the check, once the complaint is closed and this verified."""
        for action in self._as_system():
            complaint = action.complaint_id
            if action.state != "done" or complaint.state != "closed":
                continue
            zone = action.company_id._get_governance_timezone()
            closed = fields.Datetime.context_timestamp(
                action.with_context(tz=zone), complaint.date_closed
            ).date()
            start = max(closed, action.date_verified)
            action.date_check = fields.Date.add(start, days=action.check_days)
            action._schedule_check()

    def _unplan_check(self):
        """Take the check back: the complaint is open again."""
        planned = self._as_system().filtered(lambda action: action.state == "done")
        planned.date_check = False
        planned.sudo().activity_unlink([CHECK])

    def _schedule_check(self):
        """Give whoever checks the effect the to-do, for the day of the check."""
        for action in self._as_system():
            checker = action._get_checker()
            if not checker:
                continue
            action.checker_id = checker
            action.activity_unlink([CHECK])
            action.activity_schedule(
                CHECK,
                action.date_check,
                summary=action.name,
                user_id=checker.id,
            )

    def _get_checker(self):
        """Return who checks the effect: who was named, or the first who may."""
        self.ensure_one()
        complaint = self.complaint_id
        managers = self.env.ref("crm_governance.group_complaint_manager").sudo()
        people = (
            self.checker_id
            | complaint.supervising_unit_id._get_people()
            | complaint.unit_id.leader_id
            | managers.all_user_ids
        )
        people = self.company_id._filter_staff(people)
        people -= self.user_id | complaint.user_id
        people -= complaint._get_interested_users()
        return self._filter_readers(people)[:1]

    def _tell_of_failure(self):
        """Tell the handler and the supervisor that a cause is not removed."""
        complaint = self.sudo().complaint_id
        people = complaint.user_id | complaint.unit_id.leader_id | self.user_id
        self._tell(
            people - self.env.user,
            lambda env: (
                env._("A corrective action had no effect"),
                env._("“%(action)s” is to be done anew.", action=self.name),
            ),
        )

    def _tell(self, people, write):
        """Tell those of some people who may read the action."""
        self.ensure_one()
        readers = self._filter_readers(people)
        readers._notify_in_own_language(write, thread=self)

    # ------------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------------

    def _get_due_domain(self, day):
        """Return the actions that are late on a day, or whose check is."""
        running = Domain("state", "in", ("open", "verification"))
        return (running & Domain("date_deadline", "<", day)) | (
            Domain("state", "=", "done") & Domain("date_check", "<", day)
        )
