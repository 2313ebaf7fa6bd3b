# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import mute_logger

from .governance_complaint_review import WEEK

# A job that was down for longer plans no older weeks.
CATCH_UP = 4


class GovernanceComplaintReview(models.Model):
    """The job that plans the weekly reviews and makes their lists."""

    _inherit = "governance.complaint.review"

    @api.model
    def _cron_plan(self):
        """Plan the review of this week, and make the lists of those that are over."""
        asked = Domain("governance_complaint_review_day", "!=", False)
        companies = self.env["res.company"].sudo().search(asked, order="id")
        if not self._isolate_companies(companies, "_plan_missing"):
            return
        due = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_start", "<", self._get_monday(company))
            for company in companies
        )
        self._isolate_each(Domain("state", "=", "planned") & due, "_list")

    @api.model
    def _get_monday(self, company):
        """Return the first day of the week that runs now."""
        today = company._get_governance_today()
        return today - timedelta(days=today.weekday())

    @api.model
    def _plan_missing(self, company):
        """Plan the reviews that a company lacks."""
        for monday in self._get_missing_weeks(company):
            self._plan(company, monday)

    @api.model
    def _get_missing_weeks(self, company):
        """Return the Mondays of this week and of those that the job has missed.

        A company begins with the week that runs when it first has a day for reviews.
        """
        this = self._get_monday(company)
        domain = [("company_id", "=", company.id)]
        latest = self.sudo().search(domain, order="date_start desc", limit=1)
        if not latest:
            return [this]
        missing = []
        monday = max(latest.date_start, this - WEEK * CATCH_UP)
        while monday < this:
            monday += WEEK
            missing.append(monday)
        return missing

    @api.model
    def _plan(self, company, monday):
        """Plan the review of a week; nothing, where it is planned.

        What was missed is discussed in the next meeting that lies ahead.
        """
        week = monday + WEEK
        while self._get_meeting(company, week) < fields.Datetime.now():
            week += WEEK
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                review = self._as_system().create(
                    {
                        "company_id": company.id,
                        "date_start": monday,
                        "meeting_on": self._get_meeting(company, week),
                        "member_ids": [
                            Command.set(self._get_default_members(company).ids)
                        ],
                    }
                )
        except IntegrityError:
            return
        review._put_in_calendar()

    @api.model
    def _get_meeting(self, company, monday):
        """Return the moment of the meeting in the week of a Monday, in UTC."""
        day = monday + timedelta(days=int(company.governance_complaint_review_day))
        minutes = round(company.governance_complaint_review_hour * 60)
        zone = ZoneInfo(company._get_governance_timezone())
        start = datetime.combine(day, time.min) + timedelta(minutes=minutes)
        local = start.replace(tzinfo=zone)
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    @api.model
    def _get_default_members(self, company):
        """Return who takes part: supervisors of the units, and complaint managers."""
        units = self.env["governance.complaint.unit"].sudo()
        leaders = units.search([("company_id", "=", company.id)]).leader_id
        managers = self.env.ref("crm_governance.group_complaint_manager").sudo()
        return company._filter_staff(leaders | managers.all_user_ids)

    def _put_in_calendar(self):
        """Put the meeting into the calendar of who takes part; it names no customer."""
        for review in self._as_system():
            company = review.company_id
            lang = company.partner_id.lang
            events = self.env["calendar.event"].with_env(
                self.env(su=True, context={"lang": lang, "no_mail_to_attendees": True})
            )
            minutes = round(company.governance_complaint_review_duration * 60) or 60
            review.event_id = events.create(
                {
                    "name": events.env._("Weekly review of complaints"),
                    "start": review.meeting_on,
                    "stop": review.meeting_on + timedelta(minutes=minutes),
                    "user_id": review.member_ids[:1].id or False,
                    "partner_ids": [Command.set(review.member_ids.partner_id.ids)],
                }
            )

    def _isolation_failed(self, error):
        self._message_log(
            body=self.env._("The scheduled run failed: %(error)s", error=error)
        )
