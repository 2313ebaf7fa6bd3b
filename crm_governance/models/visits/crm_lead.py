# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What people write; what the system writes has other types.
WRITTEN = ("comment", "email")


class CrmLead(models.Model):
    """Every open lead is followed at least once a month (VC-07, J-31).

    An action is something that somebody did: a finished activity, a meeting that was
    held, a visit, a note or mail of an employee.  A field that was changed is none.
    It counts on the day when it is over and on record, so that nothing is entered
    into a month that has passed.
    """

    _inherit = "crm.lead"

    governance_last_action = fields.Date(
        string="Last Follow-up",
        compute="_compute_governance_last_action",
        help="When a colleague last did something about it: a finished activity, a "
        "meeting, a visit, a note or mail. Changed fields and plans do not count.",
    )
    governance_has_action = fields.Boolean(
        string="Action this Month",
        compute="_compute_governance_has_action",
        search="_search_governance_has_action",
        help="Whether somebody has done something about it since the first of the "
        "month.",
    )
    governance_is_idle = fields.Boolean(
        string="Idle",
        compute="_compute_governance_is_idle",
        search="_search_governance_is_idle",
        help="Open for more than a month without an action, and nothing is planned "
        "for today or later.",
    )

    @api.depends_context("company")
    def _compute_governance_last_action(self):
        found = dict(self.env.execute_query(self._get_last_actions_sql()))
        for lead in self:
            lead.governance_last_action = found.get(lead._origin.id, False)

    @api.depends_context("company")
    def _compute_governance_has_action(self):
        self._compute_by_search("governance_has_action")

    @api.depends_context("company")
    def _compute_governance_is_idle(self):
        self._compute_by_search("governance_is_idle")

    def _compute_by_search(self, name):
        """Say of each lead what the filter says of it, lost ones included."""
        leads = self.sudo().with_context(active_test=False)
        found = leads.search(Domain("id", "in", self.ids) & Domain(name, "=", True))
        for lead in self:
            lead[name] = lead._origin.id in found._ids

    @api.model
    def _search_governance_has_action(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        start = self._get_utc(self.env.company._get_governance_today().replace(day=1))
        return Domain.custom(
            to_sql=lambda model, alias, query: model._get_acted_condition(alias, start)
        )

    @api.model
    def _search_governance_is_idle(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        today = self.env.company._get_governance_today()
        start = self._get_utc(today - relativedelta(months=1))

        def to_sql(model, alias, query):
            return SQL(
                "(%s AND NOT %s AND NOT %s)",
                SQL("%s < %s", SQL.identifier(alias, "create_date"), start),
                model._get_acted_condition(alias, start),
                model._get_planned_condition(alias, today),
            )

        return self._get_open_lead_domain() & Domain.custom(to_sql=to_sql)

    # ------------------------------------------------------------------
    # CONDITIONS
    # ------------------------------------------------------------------

    @api.model
    def _get_open_lead_domain(self):
        """Return the domain of leads and opportunities that are to be followed."""
        return Domain("active", "=", True) & Domain("won_status", "=", "pending")

    @api.model
    def _get_utc(self, day):
        """Return when a day begins where the company is, as naive UTC."""
        zone = timezone(self.env.company.sudo()._get_governance_timezone())
        start = zone.localize(datetime.combine(day, time.min))
        return start.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _get_acted_condition(self, alias, start):
        """Return SQL: something was done about a lead since a moment."""
        arms = self._get_action_arms(
            SQL.identifier(alias, "id"), SQL("%s", start), fields.Datetime.now()
        )
        return SQL("EXISTS (%s)", SQL(" UNION ALL ").join(arms))

    @api.model
    def _get_planned_condition(self, alias, today):
        """Return SQL: an activity about a lead is due today or later.

        What the product reminds of is nobody's plan.
        """
        return SQL(
            """EXISTS (
                SELECT 1 FROM mail_activity planned
                 WHERE planned.res_model = 'crm.lead' AND planned.res_id = %(lead)s
                   AND planned.active AND planned.date_deadline >= %(today)s
                   AND planned.activity_type_id IS DISTINCT FROM %(reminder)s)""",
            lead=SQL.identifier(alias, "id"),
            today=today,
            reminder=self._get_reminder_type().id,
            to_flush=[
                self.env["mail.activity"]._fields[name]
                for name in ("res_id", "active", "date_deadline", "activity_type_id")
            ],
        )

    @api.model
    def _get_reminder_type(self):
        """Return the activity by which the product reminds of idle leads."""
        return self.env.ref("crm_governance.mail_activity_type_lead_idle")

    @api.model
    def _get_action_arms(self, lead, start, now):
        """Return SQL for each kind of action: when it was over and on record (UTC).

        :param SQL lead: the id of the lead
        :param SQL start: from when on
        :param datetime now: until when
        """
        return [
            self._get_message_arm(lead, start),
            self._get_meeting_arm(lead, start, now),
            self._get_visit_arm(lead, start, now),
        ]

    @api.model
    def _get_message_arm(self, lead, start):
        """Return SQL of notes, mails and finished activities of employees.

        The author could choose the date of a message, but not when it was added.
        """
        messages = self.env["mail.message"]._fields
        return SQL(
            """SELECT message.create_date AS moment
                 FROM mail_message message
                 JOIN res_users author ON author.partner_id = message.author_id
                WHERE message.model = 'crm.lead' AND message.res_id = %(lead)s
                  AND message.create_date >= %(start)s
                  AND author.share IS NOT TRUE AND author.id != %(robot)s
                  AND (message.message_type IN %(written)s
                       OR (message.subtype_id = %(done)s
                           AND message.mail_activity_type_id
                               IS DISTINCT FROM %(reminder)s))""",
            lead=lead,
            start=start,
            robot=self.env.ref("base.user_root").id,
            written=WRITTEN,
            done=self.env.ref("mail.mt_activities").id,
            reminder=self._get_reminder_type().id,
            to_flush=[messages["res_id"], messages["author_id"]],
        )

    @api.model
    def _get_meeting_arm(self, lead, start, now):
        """Return SQL of meetings that are over; visits say themselves what they are."""
        meetings = self.env["calendar.event"]._fields
        return SQL(
            """SELECT GREATEST(meeting.stop, meeting.create_date) AS moment
                 FROM calendar_event meeting
                WHERE meeting.opportunity_id = %(lead)s AND meeting.active
                  AND meeting.stop <= %(now)s
                  AND NOT EXISTS (
                      SELECT 1 FROM governance_visit visit
                       WHERE visit.event_id = meeting.id)
                  AND GREATEST(meeting.stop, meeting.create_date) >= %(start)s""",
            lead=lead,
            start=start,
            now=now,
            to_flush=[meetings[name] for name in ("opportunity_id", "active", "stop")],
        )

    @api.model
    def _get_visit_arm(self, lead, start, now):
        """Return SQL of visits and calls that are over."""
        visits = self.env["governance.visit"]._fields
        return SQL(
            """SELECT GREATEST(visit.date_stop, visit.create_date) AS moment
                 FROM governance_visit visit
                WHERE visit.lead_id = %(lead)s AND visit.date_stop <= %(now)s
                  AND visit.state IN ('held', 'submitted', 'accepted')
                  AND GREATEST(visit.date_stop, visit.create_date) >= %(start)s""",
            lead=lead,
            start=start,
            now=now,
            to_flush=[visits[name] for name in ("lead_id", "state", "date_stop")],
        )

    def _get_last_actions_sql(self):
        """Return SQL of (lead, day of the last action) where there is one."""
        arms = self._get_action_arms(
            SQL.identifier("lead", "id"), SQL("'-infinity'"), fields.Datetime.now()
        )
        return SQL(
            """SELECT lead.id, max(%(day)s)
                 FROM unnest(%(leads)s::int[]) AS lead (id)
                CROSS JOIN LATERAL (%(actions)s) action
                GROUP BY lead.id""",
            day=self._get_day_sql(SQL.identifier("action", "moment")),
            leads=list(self.ids),
            actions=SQL(" UNION ALL ").join(arms),
        )

    @api.model
    def _get_day_sql(self, moment):
        """Return SQL of the day of a moment where the company is."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            moment,
            self.env.company.sudo()._get_governance_timezone(),
        )
