# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..policy.open_days import NoOpenDay
from .governance_visit import LIVE

DAY = timedelta(days=1)
# So many to-dos are made at once with what asks for them; a job makes those of more.
AT_ONCE = 40


class GovernanceVisitSlot(models.Model):
    """Callbacks: contacts that an event asks for within some days (B-64 … B-77)."""

    _inherit = "governance.visit.slot"

    @api.model
    def _get_callback_domain(self):
        """Return the domain of callbacks, by the policy or by hand."""
        return Domain("origin_ref", "!=", False)

    @api.model
    def _get_open_callback_domain(self):
        """Return the domain of callbacks that are still to be made."""
        return (
            self._get_callback_domain()
            & Domain("state", "=", "open")
            & Domain("visit_id", "=", False)
        )

    @api.model
    def _start_callbacks(self, company, day, events, lines, until=None, since=None):
        """Add the callbacks of events, each once for an event and a line.

        The deadline is the day of the event plus the days of the line, open or not.

        :param date day: when it happened, where the company is
        :param list events: (id of the commercial entity, reference of the event)
        :param lines: lines of callbacks of the policies in force
        :param date until: the deadline of lines that have none
        :param date since: calls before this day do not make them
        :return: what was added
        """
        if not events or not lines:
            return self.browse()
        self.env.flush_all()
        days = self._get_callback_days(company)
        ids = []
        for role, mine in lines.grouped("role_id").items():
            dates = self._get_callback_dates(days, day, mine, until, since or day)
            rows = self.env.execute_query(
                self._get_insert_callbacks_sql(company, day, events, role, mine, dates)
            )
            ids += [id_ for (id_,) in rows]
        self.env.invalidate_all()
        slots = self.browse(sorted(ids))
        slots._match_callbacks(since or day)
        slots._ask_for_callbacks()
        return slots

    def _match_callbacks(self, day):
        """Let visits that are planned or were made since the event fulfil them."""
        visits = self.env["governance.visit"].sudo()
        found = visits.search(
            Domain("partner_id", "in", self.sudo().partner_id.ids)
            & Domain("date", ">=", day)
            & Domain("state", "in", LIVE)
        )
        found._match_slots()

    @api.model
    def _get_insert_callbacks_sql(self, company, day, events, role, lines, dates):
        """Return SQL that adds the callbacks of one role and returns their ids."""
        person, joins = role._get_person_sql(company, "p")
        return SQL(
            """INSERT INTO governance_visit_slot
                   (user_id, company_id, partner_id, team_id, tier_id, role_id,
                    channel_id, callback_id, key, origin_ref, month,
                    window_start, window_end, date_due, date, is_moved,
                    is_overdue, is_optional, state,
                    classification_rank, classification_partner_id)
            SELECT %(person)s, %(company)s, p.id, own.team_id,
                   (p.governance_tier_id ->> %(company_key)s)::int,
                   line.role_id, line.channel_id, line.id,
                   'callback-' || line.id, event.origin,
                   date_trunc('month', day.date)::date,
                   day.begin, GREATEST(day.due, day.date) + 1, day.due,
                   day.date, day.is_moved,
                   FALSE, FALSE, 'open', p.classification_rank,
                   CASE WHEN p.classification_rank > 0
                        THEN p.commercial_partner_id END
              FROM unnest(%(partners)s, %(origins)s) AS event (partner_id, origin)
              JOIN res_partner p ON p.id = event.partner_id
             CROSS JOIN unnest(%(lines)s, %(begins)s, %(dues)s, %(dates)s, %(moved)s)
                   AS day (line_id, begin, due, date, is_moved)
              JOIN governance_visit_callback line ON line.id = day.line_id
              %(joins)s
              LEFT JOIN (%(teams)s) own ON own.user_id = %(person)s
             ORDER BY p.id, line.sequence, line.id
                ON CONFLICT DO NOTHING
         RETURNING id""",
            person=person,
            joins=joins,
            teams=self._get_teams_sql(company.id),
            company=company.id,
            company_key=str(company.id),
            partners=[partner_id for partner_id, _origin in events],
            origins=[origin for _partner_id, origin in events],
            lines=lines.ids,
            begins=[begin for begin, _due, _date, _moved in dates],
            dues=[due for _begin, due, _date, _moved in dates],
            dates=[date for _begin, _due, date, _moved in dates],
            moved=[moved for _begin, _due, _date, moved in dates],
        )

    def _ask_for_callbacks(self):
        """Put callbacks on the lists of who makes them; a job does it for many."""
        if 0 < len(self) <= AT_ONCE:
            self.env["governance.visit.reminder"]._remind_of_callbacks(self)
        elif self:
            self.env.ref("crm_governance.ir_cron_visit_remind")._trigger()

    @api.model
    def _get_callback_days(self, company):
        """Return the open days of a company; None when its calendar has none.

        What starts callbacks, such as an order, does not fail for want of a calendar.
        """
        try:
            return self.env["governance.business.time"]._get_open_days(
                company._get_governance_calendar()
            )
        except ValidationError:
            return None

    @api.model
    def _get_callback_dates(self, days, day, lines, until, since):
        """Return [(first day, deadline, proposed day, whether it was moved)] of lines.

        The second callback of a role begins when the time of the first is over, so
        that one call is not three.  Proposed is the last open day up to the deadline,
        else the next one after it.
        """
        terms = sorted({line.days for line in lines if not line.is_on_request})
        return [
            self._get_dates_on_request(days, since, until)
            if line.is_on_request
            else self._get_dates_in_time(days, day, terms, line.days, since)
            for line in lines
        ]

    @api.model
    def _get_dates_on_request(self, days, day, until):
        due = until or day
        return day, *self._propose_callback(days, day, due)

    @api.model
    def _get_dates_in_time(self, days, day, terms, term, since):
        former = max((days_ for days_ in terms if days_ < term), default=0)
        begin = max(day + former * DAY + DAY, since)
        return begin, *self._propose_callback(days, begin, day + term * DAY)

    @api.model
    def _propose_callback(self, days, day, due):
        """Return (deadline, proposed day, whether the deadline is closed)."""
        if not days or days.is_open(due):
            return due, due, False
        before = days.get_previous(due, day)
        if days.is_open(before):
            return due, before, True
        try:
            return due, days.get_next(due), True
        except NoOpenDay:
            return due, due, False

    @api.model
    def _end_callbacks(self, domain):
        """End open callbacks that nobody has to make any more.

        What nobody made in time stays missed.

        :return: what was ended
        """
        slots = self.sudo().search(self._get_open_callback_domain() & Domain(domain))
        slots = slots.filtered(lambda slot: not slot._is_time_over())
        if not slots:
            return slots
        slots._as_system().write({"state": "void"})
        self.env["governance.visit.reminder"]._settle(
            "callback", "overdue", model=self._name, ids=slots.ids
        )
        return slots

    def _is_time_over(self):
        """Return whether the last day on which this contact was due has passed."""
        self.ensure_one()
        return self._get_day_after() <= self.company_id._get_governance_today()

    def _leave_goal_to_leaders(self):
        """Make callbacks case by case unless a leader of who calls starts them.

        Nobody sets a goal for oneself, or earns points by it.
        """
        user = self.env.user
        is_manager = user.has_group("crm_governance.group_manager")
        own = self.sudo().filtered(
            lambda slot: (
                slot.user_id == user
                or not is_manager
                and not self._is_caller_led(slot.user_id, slot.company_id)
            )
        )
        own._as_system().write({"is_optional": True})

    @api.model
    def _is_caller_led(self, caller, company):
        """Return whether the user leads somebody else who calls back."""
        user = self.env.user
        steps = self.env["governance.approver.mixin"]
        return caller != user and any(
            caller in members and (not at or at == company)
            for members, at in steps._get_led_people(user)
        )

    @api.model
    def _pass_on_callbacks(self, company):
        """Give open callbacks to whoever has the role now, one statement a role.

        What was missed stays with who missed it, and nothing goes to nobody.
        """
        self.env.flush_all()
        groups = self.sudo()._read_group(
            self._get_open_callback_domain()
            & Domain("company_id", "=", company.id)
            & Domain("callback_id", "!=", False),
            ["role_id"],
        )
        for [role] in groups:
            person, joins = role._get_person_sql(company, "p")
            self.env.cr.execute(
                SQL(
                    """WITH now AS (
                           SELECT s.id, %(person)s AS user_id
                             FROM governance_visit_slot s
                             JOIN res_partner p ON p.id = s.partner_id
                             %(joins)s
                            WHERE s.role_id = %(role)s AND s.company_id = %(company)s
                              AND s.origin_ref IS NOT NULL AND s.state = 'open'
                              AND s.callback_id IS NOT NULL AND s.visit_id IS NULL
                              AND (s.window_end > %(today)s OR s.user_id IS NULL))
                       UPDATE governance_visit_slot s
                          SET user_id = now.user_id, team_id = own.team_id
                         FROM now
                         LEFT JOIN (%(teams)s) own ON own.user_id = now.user_id
                        WHERE s.id = now.id AND now.user_id IS NOT NULL
                          AND s.user_id IS DISTINCT FROM now.user_id""",
                    person=person,
                    joins=joins,
                    role=role.id,
                    company=company.id,
                    teams=self._get_teams_sql(company.id),
                    today=company._get_governance_today(),
                )
            )
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_plan_callback(self):
        """Open the call or visit of this callback; plan it where there is none."""
        self.ensure_one()
        self.check_access("read")
        visit = self.visit_id
        if not visit:
            self.check_access("write")
            visit = self._plan_visit()
        return {
            "type": "ir.actions.act_window",
            "res_model": visit._name,
            "res_id": visit.id,
            "view_mode": "form",
        }
