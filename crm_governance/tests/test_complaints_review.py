# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_complaints_rating import RatingCommon

JOB = "odoo.addons.crm_governance.models.confidentiality.governance_isolated_mixin"


@tagged("post_install", "-at_install")
class TestWeeklyReview(RatingCommon):
    """The departments meet each week on the complaints of the week before (D-44)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "governance_complaint_review_day": "1",
                "governance_complaint_review_hour": 14.5,
            }
        )

    def plan_reviews(self):
        self.run_job("governance.complaint.review", "_cron_plan")
        return self.env["governance.complaint.review"].search(
            [("company_id", "=", self.company.id)]
        )

    def listed(self):
        """Return the review of the week from 2 March, listed on the Monday after it."""
        self.plan_reviews()
        self.travel("2026-03-09 09:00:00")
        return self.plan_reviews().filtered(
            lambda review: review.date_start == Date.to_date("2026-03-02")
        )

    def line(self, review, complaint):
        return review.line_ids.filtered(lambda line: line.complaint_id == complaint)

    def test_planned_a_week_ahead(self):
        """One meeting each week, in the calendar of who takes part, however often."""
        review = self.plan_reviews()
        self.assertEqual(self.plan_reviews(), review)
        self.assertEqual(review.date_start, Date.to_date("2026-03-02"))
        self.assertEqual(review.meeting_on, datetime(2026, 3, 10, 14, 30))
        event = review.event_id
        self.assertEqual(event.start, datetime(2026, 3, 10, 14, 30))
        self.assertEqual(event.stop, datetime(2026, 3, 10, 15, 30))
        self.assertIn(self.chief.partner_id, event.partner_ids)
        self.assertIn(self.cmanager.partner_id, event.partner_ids)
        self.travel("2026-03-12 09:00:00")
        self.assertEqual(len(self.plan_reviews()), 2)

    def test_hours_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.travel("2026-03-01 17:00:00")
        review = self.plan_reviews()
        self.assertEqual(review.date_start, Date.to_date("2026-03-02"))
        self.assertEqual(review.meeting_on, datetime(2026, 3, 10, 6, 30))
        self.assertEqual(review._get_bounds()[0], datetime(2026, 3, 1, 16))

    def test_no_meeting(self):
        self.company.governance_complaint_review_day = False
        self.assertFalse(self.plan_reviews())

    @mute_logger(JOB)
    def test_failing_company(self):
        """A company for which nothing can be planned stops no other one."""
        other = self.env["res.company"].create(
            {"name": "Other", "governance_complaint_review_day": "1"}
        )
        model = type(self.env["governance.complaint.review"])
        plan = model._plan

        def fail(records, company, monday):
            if company == self.company:
                raise ZeroDivisionError
            return plan(records, company, monday)

        with patch.object(model, "_plan", fail):
            self.assertFalse(self.plan_reviews())
        reviews = self.env["governance.complaint.review"]
        self.assertTrue(reviews.search([("company_id", "=", other.id)]))

    def test_list(self):
        """What came in, was closed, is open and is late; nothing of another week."""
        old = self.handled(date_received="2026-02-10 08:00:00")
        late = self.handled(date_received="2026-03-03 08:00:00")
        closed = self.handled(date_received="2026-02-11 08:00:00")
        self.travel("2026-03-04 09:00:00")
        self.close(closed)
        gone = self.handled(date_received="2026-02-11 08:00:00")
        gone._as_system().write(
            {"state": "closed", "date_closed": "2026-02-20 08:00:00"}
        )
        clocks = self.env["governance.complaint.clock"]._as_system()
        clocks.search([("complaint_id", "=", late.id)]).unlink()
        clocks.create(
            {
                "complaint_id": late.id,
                "kind": "first_response",
                "state": "running",
                "start": "2026-03-03 08:00:00",
                "deadline": "2026-03-03 09:00:00",
            }
        )
        self.travel("2026-03-02 09:00:00")
        review = self.listed()
        later = self.handled(date_received="2026-03-09 08:00:00")
        self.assertEqual(review.state, "listed")

        def seen(complaint):
            line = self.line(review, complaint)
            return (line.is_opened, line.is_closed_then, line.is_open, line.is_overdue)

        self.assertEqual(seen(old), (False, False, True, False))
        self.assertEqual(seen(late), (True, False, True, True))
        self.assertEqual(seen(closed), (False, True, False, False))
        self.assertFalse(self.line(review, gone))
        self.assertFalse(self.line(review, later))
        mine = review.with_user(self.cmanager)
        self.assertEqual(
            (mine.opened_count, mine.closed_count, mine.overdue_count),
            (
                len(review.line_ids.filtered("is_opened")),
                1,
                len(review.line_ids.filtered("is_overdue")),
            ),
        )

    def test_meeting(self):
        """Who takes part writes; what was held stays as it is."""
        review = self.listed()
        line = self.line(review, self.complaint)
        with self.assertRaises(AccessError):
            review.with_user(self.handler).write({"minutes": "x"})
        with self.assertRaises(AccessError):
            review.with_user(self.handler).action_hold()
        chief = review.with_user(self.chief)
        chief.write({"minutes": "<p>Check the screws.</p>"})
        line.with_user(self.chief).remark = "The supplier was warned."
        chief.action_list()
        self.assertEqual(line.remark, "The supplier was warned.")
        chief.action_hold()
        for values in ({"minutes": "x"}, {"state": "planned"}, {"member_ids": []}):
            self.assertRefused(self.cmanager, review._name, "write", review.ids, values)
        self.assertRefused(
            self.cmanager, line._name, "write", line.ids, {"remark": "x"}
        )
        self.assertRefused(
            self.cmanager, review._name, "action_list", review.ids, error=UserError
        )
        self.assertRefused(self.cmanager, review._name, "unlink", review.ids)
        for vals in ({"is_overdue": True}, {"complaint_id": 1}):
            self.assertRefused(self.cmanager, line._name, "write", line.ids, vals)
        self.assertRefused(
            self.cmanager, line._name, "create", [{"review_id": review.id}]
        )

    def test_who_sees_what(self):
        """Handlers see the lines of their complaints, nobody below the level any."""
        hidden = self.handled(partner_id=self.secret.id)
        other = self.draft(partner_id=self.important.id)
        other._as_system().write({"state": "assigned"})
        review = self.listed()
        self.assertReads(self.handler, review)
        self.assertReads(self.handler, self.line(review, self.complaint))
        for user in (self.handler, self.chief, self.cmanager, self.auditor):
            self.assertHidden(user, self.line(review, hidden))
        self.cmanager.group_ids |= self.env.ref("crm_governance.group_clearance_2")
        self.assertReads(self.cmanager, self.line(review, hidden))
        for user in (self.rep, self.employee, self.portal):
            self.assertRefused(user, review._name, "search_read", [])
            self.assertRefused(user, review.line_ids._name, "search_read", [])

    def test_remark_outlives_the_list(self):
        """What was said about a complaint stays although it has left the list."""
        other = self.handled()
        review = self.listed()
        line = self.line(review, self.complaint)
        line.with_user(self.chief).remark = "It is the same as last week."
        (self.complaint | other)._as_system().write({"state": "duplicate"})
        review.with_user(self.chief).action_list()
        self.assertEqual(line.exists().remark, "It is the same as last week.")
        self.assertFalse(self.line(review, other))

    def test_too_early(self):
        review = self.plan_reviews()
        with self.assertSays("The list is made after it"):
            review.with_user(self.chief).action_list()


@tagged("post_install", "-at_install")
class TestSummary(RatingCommon):
    """Specialists report satisfaction and complaints at month end (D-46)."""

    def open_summaries(self):
        self.run_job("governance.complaint.summary", "_cron_open")
        return self.env["governance.complaint.summary"].search(
            [
                ("company_id", "=", self.company.id),
                ("user_id", "in", [user.id for user in self.users.values()]),
            ]
        )

    def summary(self, moment="2026-03-28 09:00:00"):
        self.open_customer.governance_specialist_id = self.specialist
        self.travel(moment)
        return self.open_summaries()

    def line(self, summary, customer):
        return summary.line_ids.filtered(lambda line: line.partner_id == customer)

    def told(self, summary, user, subject):
        """Return the messages with a subject that somebody got about a summary."""
        return self.env["mail.message"].search(
            [
                ("model", "=", summary._name),
                ("res_id", "=", summary.id),
                ("subject", "=", subject),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def test_opened_before_the_month_ends(self):
        """One for each specialist and month, with all strategic customers."""
        summary = self.summary()
        self.assertEqual(summary.user_id, self.specialist)
        self.assertEqual(summary.month, Date.to_date("2026-03-01"))
        self.assertEqual(summary.date_deadline, Date.to_date("2026-03-31"))
        self.assertEqual(summary.line_ids.partner_id, self.open_customer | self.secret)
        self.assertEqual(summary.activity_ids.user_id, self.specialist)
        self.assertEqual(self.open_summaries(), summary)
        self.travel("2026-04-03 09:00:00")
        self.assertEqual(self.open_summaries(), summary)
        self.travel("2026-04-28 09:00:00")
        self.assertEqual(len(self.open_summaries()), 2)

    def test_customers_of_others(self):
        """Each specialist reports the own customers, and no others."""
        self.important.governance_specialist_id = self.rep2
        summaries = self.summary()
        mine = summaries.filtered(lambda one: one.user_id == self.specialist)
        self.assertEqual(mine.line_ids.partner_id, self.open_customer | self.secret)
        self.assertEqual((summaries - mine).line_ids.partner_id, self.important)

    def test_a_job_that_comes_late(self):
        """The month that has just ended is still opened."""
        summary = self.summary("2026-04-07 09:00:00")
        self.assertEqual(summary.month, Date.to_date("2026-03-01"))

    def test_figures(self):
        self.close()
        self.rate(3)
        self.handled()
        self.handled(date_received="2026-02-01 08:00:00")
        self.handled(date_received="2026-01-01 08:00:00", state="duplicate")
        line = self.line(self.summary(), self.open_customer)
        self.assertEqual(
            (line.opened_count, line.closed_count, line.open_count, line.rating),
            (2, 1, 2, 3),
        )

    def test_submitted(self):
        """Only the specialist submits, with a word on each customer; then it stays."""
        summary = self.summary()
        mine = summary.with_user(self.specialist)
        with self.assertSays("Say how satisfied these customers are"):
            mine.action_submit()
        for line in mine.line_ids:
            line.satisfaction = "fair"
        for user in (self.cmanager, self.rep, self.auditor):
            self.assertRefused(user, summary._name, "action_submit", summary.ids)
        mine.action_submit()
        self.assertEqual(summary.state, "submitted")
        [message] = self.told(
            summary, self.cmanager, "Summary of strategic customers submitted"
        )
        self.assertNotIn("Secret", message.body)
        self.assertFalse(summary.activity_ids)
        for user in (self.specialist, self.cmanager):
            self.assertRefused(
                user, summary._name, "write", summary.ids, {"remark": "x"}
            )
            self.assertRefused(
                user,
                "governance.complaint.summary.line",
                "write",
                summary.line_ids.ids,
                {"satisfaction": "satisfied"},
            )
        self.assertRefused(self.specialist, summary._name, "unlink", summary.ids)

    def test_who_sees_what(self):
        """Managers see the lines of customers that are open to them."""
        summary = self.summary()
        known, hidden = (
            self.line(summary, customer)
            for customer in (self.open_customer, self.secret)
        )
        self.assertReads(self.specialist, hidden)
        for user in (self.cmanager, self.auditor, self.executive):
            self.assertReads(user, summary)
            self.assertReads(user, known)
            self.assertHidden(user, hidden)
        self.assertReads(self.boss, hidden)
        for user in (self.rep, self.rep2):
            self.assertHidden(user, summary)
            self.assertHidden(user, known)
        for user in (self.handler, self.employee, self.portal):
            self.assertRefused(user, known._name, "search_read", [])
        self.assertRefused(
            self.specialist, known._name, "write", known.ids, {"opened_count": 0}
        )
        self.assertRefused(
            self.specialist,
            known._name,
            "create",
            [{"summary_id": summary.id, "partner_id": self.open_customer.id}],
        )

    def test_reminders(self):
        """Every three days while it is late."""
        subject = "Your summary of strategic customers is late"
        summary = self.summary()
        self.travel("2026-04-01 09:00:00")
        self.open_summaries()
        self.open_summaries()
        self.assertEqual(len(self.told(summary, self.specialist, subject)), 1)
        self.travel("2026-04-06 09:00:00")
        self.open_summaries()
        self.assertEqual(len(self.told(summary, self.specialist, subject)), 2)


@tagged("post_install", "-at_install")
class TestDissatisfied(RatingCommon):
    """Customers may not remain dissatisfied for long (D-36, D-37)."""

    def told(self, user):
        return self.env["mail.message"].search_count(
            [
                ("model", "=", self.complaint._name),
                ("res_id", "=", self.complaint.id),
                ("subject", "=", "A customer is dissatisfied for long"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def tell(self):
        self.run_job("governance.complaint", "_cron_tell_dissatisfied")

    def test_ageing(self):
        """Whom it concerns hears of it each week once, until it is over."""
        self.travel("2026-03-16 09:00:00")
        self.tell()
        self.assertFalse(self.told(self.handler), "The company sets no limit.")
        self.assertEqual(self.complaint.dissatisfied_days, 14)
        self.company.governance_dissatisfied_days = 15
        self.tell()
        self.assertFalse(self.told(self.handler))
        self.travel("2026-03-17 09:00:00")
        seen = self.complaint.with_user(self.handler)
        self.assertTrue(seen.is_long_open)
        self.assertIn(seen, seen.search([("is_long_open", "=", True)]))
        self.tell()
        self.tell()
        for user in (self.handler, self.chief, self.rep):
            self.assertEqual(self.told(user), 1, user.login)
        self.assertFalse(self.told(self.handler2))
        self.travel("2026-03-30 09:00:00")
        self.tell()
        self.assertEqual(self.told(self.handler), 2)
        self.close()
        self.travel("2026-04-30 09:00:00")
        self.tell()
        self.assertEqual(self.told(self.handler), 2)
        self.assertFalse(
            seen.search([("id", "=", seen.id), ("is_long_open", "=", True)])
        )

    def test_early_warning(self):
        """A dissatisfaction without a complaint ages like one."""
        self.complaint._as_system().type_id = self.types["warning"]
        self.company.governance_dissatisfied_days = 3
        self.travel("2026-03-06 09:00:00")
        self.assertTrue(self.complaint.is_long_open)

    def test_hidden_customers(self):
        """Who may not read of the customer hears of no name."""
        self.complaint = self.handled(partner_id=self.secret.id)
        self.company.governance_dissatisfied_days = 3
        self.travel("2026-03-06 09:00:00")
        self.tell()
        self.assertFalse(self.told(self.handler))
        for user in (self.rep, self.specialist, self.liaison):
            self.assertEqual(self.told(user), 1)
