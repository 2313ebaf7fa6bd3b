# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tests.test_cursor import TestCursor
from odoo.tools import SQL, mute_logger

from odoo.addons.crm_governance.models.tiers import (
    governance_tier_review_batch as batch_module,
)

from .tiers_world import TiersWorld

SCHEDULE = "odoo.addons.crm_governance.models.tiers.governance_tier_review_schedule"
OVERRIDE = "odoo.addons.crm_governance.models.tiers.governance_tier_override"


class Killed(BaseException):
    """The server is killed: nothing catches it, nothing tidies up."""


class TiersCron(TiersWorld):
    """Runs the scheduled actions as the scheduler does."""

    def run_cron(self, name, at=None):
        """Run a scheduled action, at a moment if one is given."""
        cron = self.env.ref(f"crm_governance.ir_cron_tier_{name}")
        if at and len(at) == 10:
            at += " 03:00:00"
        with self.enter_registry_test_mode():
            if at:
                with freeze_time(at):
                    cron.method_direct_trigger()
            else:
                cron.method_direct_trigger()

    def run_killed(self, name, at=None):
        """Run a scheduled action that the test kills on its way.

        The scheduler tidies up after any error; after a kill nobody commits.
        """
        self.killed = False
        commit = TestCursor.commit

        def commit_while_alive(cursor):
            return cursor.rollback() if self.killed else commit(cursor)

        # Not assertRaises: that would undo what was committed on the way.
        try:
            with patch.object(TestCursor, "commit", commit_while_alive):
                self.run_cron(name, at)
        except Killed:
            self.env.invalidate_all()
        else:
            self.fail("The scheduled action was not killed.")

    def kill_at(self, model, method, call):
        """Kill the server in the n-th call of a method, after its work."""
        cls = self.registry[model]
        original = getattr(cls, method)
        calls = []

        def killed(records, *args, **kwargs):
            result = original(records, *args, **kwargs)
            calls.append(records)
            if len(calls) == call:
                records.env.flush_all()
                self.killed = True
                raise Killed
            return result

        return patch.object(cls, method, killed)

    def break_for(self, model, method, is_broken):
        """Let a method fail for some records."""
        cls = self.registry[model]
        original = getattr(cls, method)

        def broken(records, *args, **kwargs):
            if is_broken(records, *args):
                raise ValueError("The disk is full.")
            return original(records, *args, **kwargs)

        return patch.object(cls, method, broken)

    def reviews(self, scheme=None):
        return self.env["governance.tier.review"].search(
            [("scheme_id", "=", (scheme or self.scheme).id)], order="id"
        )

    def activities(self, review, words):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", review._name),
                ("res_id", "in", review.ids),
                ("summary", "like", words),
            ]
        )

    @classmethod
    def make_calendar(cls, recurrence, publish=True, **values):
        calendar = cls.env["governance.review.calendar"].create(
            {
                "name": f"Reviews, {recurrence}",
                "code": recurrence.upper(),
                "recurrence": recurrence,
                "open_days_before": 30,
                "decision_days": 14,
                "customer_interval_months": 6,
                **values,
            }
        )
        if publish:
            calendar.action_publish()
        return calendar


@tagged("post_install", "-at_install")
class TestTiersCronOpen(TiersCron):
    """Reviews open when the calendar says, once, however late the run."""

    RC_01 = {
        "nomination_month": "12",
        "nomination_day": 15,
        "committee_month": "12",
        "committee_day": 31,
        "publish_month": "1",
        "publish_day": 31,
    }

    def yearly(self):
        """Adopt the shipped yearly calendar (A-113, A-115)."""
        preset = self.env.ref("crm_governance.governance_review_calendar_rc_01")
        calendar = preset._adopt(self.company, {"open_days_before": 30})
        calendar.action_publish()
        self.scheme.calendar_id = calendar
        # The list of 2025 is behind the company when it adopts its rules.
        self.rules._with_machinery().published_on = "2026-03-01 09:00:00"
        return calendar

    def dates(self, review):
        return (
            review.period_key,
            review.date_as_of,
            review.nomination_deadline,
            review.committee_deadline,
            review.publish_deadline,
        )

    def test_shipped_calendar(self):
        self.assertRecordValues(self.yearly(), [self.RC_01])

    def test_yearly(self):
        self.yearly()
        for day in ("2026-03-01", "2026-07-01", "2026-11-14"):
            self.run_cron("review_open", day)
            self.assertFalse(self.reviews(), day)
        self.run_cron("review_open", "2026-11-15")
        review = self.reviews()
        self.assertEqual(
            self.dates(review),
            (
                "2026",
                date(2026, 12, 15),
                date(2026, 12, 15),
                date(2026, 12, 31),
                date(2027, 1, 31),
            ),
        )
        self.assertEqual(review.state, "nomination")
        for day in ("2026-11-15", "2026-11-16", "2026-12-31", "2027-03-01"):
            self.run_cron("review_open", day)
            self.assertEqual(self.reviews(), review, day)
        self.run_cron("review_open", "2027-11-15")
        self.assertEqual(self.reviews().mapped("period_key"), ["2026", "2027"])

    def test_clock_set_back(self):
        self.yearly()
        for day in ("2026-11-15", "2026-11-14", "2026-11-15", "2025-01-01"):
            self.run_cron("review_open", day)
            self.assertEqual(len(self.reviews()), 1, day)

    def test_yearly_a_week_late(self):
        """Within the time for nominations the dates stay as planned."""
        self.yearly()
        self.run_cron("review_open", "2026-11-22")
        self.assertEqual(self.dates(self.reviews())[2:4], self.planned())

    def planned(self):
        return date(2026, 12, 15), date(2026, 12, 31)

    def test_yearly_months_late(self):
        """Whoever decides gets the planned time, counted from the opening."""
        self.yearly()
        self.run_cron("review_open", "2027-02-20")
        review = self.reviews()
        self.assertEqual(
            self.dates(review),
            (
                "2026",
                date(2026, 12, 15),
                date(2027, 2, 20),
                date(2027, 3, 8),
                date(2027, 4, 8),
            ),
        )
        self.run_cron("review_evaluate", "2027-02-21")
        self.run_cron("review_silence", "2027-02-21")
        self.assertEqual(review.state, "committee")
        self.assertTrue(review.undecided_count)
        self.run_cron("review_silence", "2027-03-09")
        self.assertEqual(review.state, "published")

    def test_yearly_two_years_late(self):
        """What was missed is not made up for: one review, the latest."""
        self.yearly()
        self.run_cron("review_open", "2028-12-01")
        self.assertEqual(self.reviews().mapped("period_key"), ["2028"])

    def test_before_the_rules(self):
        """No review of a time in which the company had no rules."""
        self.yearly()
        self.run_cron("review_open", "2026-03-02")
        self.assertFalse(self.reviews())
        # Rules of January come in time for the list that ends with January.
        self.rules._with_machinery().published_on = "2026-01-10 09:00:00"
        self.run_cron("review_open", "2026-03-02")
        self.assertEqual(self.reviews().mapped("period_key"), ["2025"])

    def test_quarterly(self):
        self.scheme.calendar_id = self.make_calendar("quarterly")
        self.run_cron("review_open", "2026-03-31")
        self.assertEqual(self.reviews().mapped("period_key"), ["2025-Q4"])
        self.run_cron("review_open", "2026-04-01")
        review = self.reviews()[-1]
        self.assertEqual(
            self.dates(review)[:4],
            (
                "2026-Q1",
                date(2026, 3, 31),
                date(2026, 4, 1),
                date(2026, 4, 15),
            ),
        )
        for day in ("2026-04-01", "2026-04-08", "2026-06-30"):
            self.run_cron("review_open", day)
            self.assertEqual(len(self.reviews()), 2, day)

    def test_quarterly_late(self):
        """A week late, the decision still has its fourteen days."""
        self.scheme.calendar_id = self.make_calendar("quarterly")
        self.run_cron("review_open", "2026-07-08")
        self.assertEqual(
            self.dates(self.reviews())[:4],
            (
                "2026-Q2",
                date(2026, 6, 30),
                date(2026, 7, 8),
                date(2026, 7, 22),
            ),
        )
        self.run_cron("review_open", "2027-02-01")
        self.assertEqual(self.reviews().mapped("period_key"), ["2026-Q2", "2026-Q4"])

    def test_monthly(self):
        self.scheme.calendar_id = self.make_calendar("monthly")
        for day in ("2026-02-01", "2026-02-28", "2026-03-01", "2026-03-01"):
            self.run_cron("review_open", day)
        self.assertEqual(self.reviews().mapped("period_key"), ["2026-01", "2026-02"])
        self.assertEqual(self.reviews()[-1].date_as_of, date(2026, 2, 28))

    def test_each_customer(self):
        """Customers are due so long after their last review as their tier says."""
        self.tier_a.review_interval_months = 3
        self.scheme.calendar_id = self.make_calendar("customer")
        self.published_review()
        due = {
            partner: self.open_assignment(partner).next_review_date
            for partner in self.customers
        }
        self.assertEqual(due[self.north], date(2026, 4, 10))
        self.assertEqual(due[self.south], date(2026, 7, 10))
        self.run_cron("review_open", "2026-04-09")
        self.assertEqual(len(self.reviews()), 1)
        self.run_cron("review_open", "2026-04-17")
        review = self.reviews()[-1]
        self.assertEqual(
            (review.kind, review.partner_ids, review.date_as_of),
            ("event", self.north, date(2026, 4, 17)),
        )
        for day in ("2026-04-17", "2026-04-18", "2026-05-30"):
            self.run_cron("review_open", day)
            self.assertEqual(len(self.reviews()), 2, day)
        self.run_cron("review_evaluate", "2026-04-18")
        self.assertEqual(review.line_ids.partner_id, self.north)
        with freeze_time("2026-04-20"):
            self.publish(review)
        self.assertEqual(
            self.open_assignment(self.north).next_review_date, date(2026, 7, 20)
        )

    def test_event(self):
        """A customer marked for review is reviewed with the next run (A-120)."""
        self.scheme.calendar_id = self.make_calendar("event")
        self.published_review()
        self.run_cron("review_open", "2026-01-11")
        self.assertEqual(len(self.reviews()), 1)
        self.small.with_user(self.rep).action_governance_review_now()
        for day in ("2026-01-12", "2026-01-12", "2026-01-13"):
            self.run_cron("review_open", day)
        self.assertEqual(len(self.reviews()), 2)
        self.assertEqual(self.reviews()[-1].partner_ids, self.small)

    def test_due_but_gone(self):
        """Customers that no review covers any more open none, day after day."""
        self.scheme.calendar_id = self.make_calendar("event")
        self.published_review()
        for partner in self.customers:
            self.open_assignment(partner)._pull_review_forward(date(2026, 1, 10))
        other = self.env["res.company"].create({"name": "Other"})
        self.north.company_id = other
        self.south.active = False
        self.small.write({"is_company": False, "parent_id": self.orphan.id})
        self.run_cron("review_open", "2026-01-11")
        review = self.reviews()[-1]
        self.assertEqual(review.partner_ids, self.orphan)
        with freeze_time("2026-01-12"):
            review._evaluate()
            self.publish(review)
        self.run_cron("review_open", "2026-01-12")
        self.assertEqual(len(self.reviews()), 2)

    def test_freeze(self):
        """Frozen schemes wait for their campaign (A-118)."""
        calendar = self.yearly()
        calendar.action_new_version()
        draft = calendar._get_open_draft()
        draft.is_frozen_between = True
        draft.action_publish()
        self.assertEqual(self.scheme.calendar_id, draft)
        self.published_review()
        with self.assertSays("is frozen until its next review"):
            self.small.with_user(self.rep).action_governance_review_now()
        self.open_assignment(self.small)._pull_review_forward(date(2026, 2, 1))
        self.run_cron("review_open", "2026-02-02")
        self.assertEqual(len(self.reviews().filtered(lambda r: r.kind == "event")), 0)

    def test_new_version_of_the_calendar(self):
        """The scheme follows to the new version and reviews go on."""
        calendar = self.make_calendar("quarterly")
        self.scheme.calendar_id = calendar
        calendar.action_new_version()
        draft = calendar._get_open_draft()
        draft.decision_days = 5
        draft.action_publish()
        self.run_cron("review_open", "2026-04-01")
        self.assertEqual(self.reviews().committee_deadline, date(2026, 4, 6))

    def test_cancelled_is_not_opened_again(self):
        self.scheme.calendar_id = self.make_calendar("quarterly")
        self.run_cron("review_open", "2026-04-01")
        self.reviews().action_cancel()
        self.run_cron("review_open", "2026-04-02")
        self.assertEqual(self.reviews().mapped("state"), ["cancelled"])

    def test_the_day_begins_in_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.scheme.calendar_id = self.make_calendar("quarterly")
        self.run_cron("review_open", "2026-03-31 15:59:00")
        self.assertNotIn("2026-Q1", self.reviews().mapped("period_key"))
        self.run_cron("review_open", "2026-03-31 16:01:00")
        self.assertIn("2026-Q1", self.reviews().mapped("period_key"))

    def test_leap_day(self):
        """The last of February is the 28th or the 29th."""
        self.scheme.calendar_id = self.make_calendar(
            "yearly",
            nomination_month="2",
            nomination_day=29,
            committee_month="3",
            committee_day=15,
            publish_month="3",
            publish_day=31,
        )
        self.run_cron("review_open", "2027-02-10")
        self.assertEqual(self.reviews().nomination_deadline, date(2027, 2, 28))
        self.run_cron("review_open", "2028-02-10")
        self.assertEqual(self.reviews()[-1].nomination_deadline, date(2028, 2, 29))

    def test_without_rules_or_calendar(self):
        calendar = self.make_calendar("quarterly")
        empty = self.make_scheme(code="EMPTY", calendar_id=calendar.id)
        archived = self.make_scheme(code="OLD", calendar_id=calendar.id)
        self.make_rules(archived)
        archived.active = False
        self.scheme.calendar_id = False
        self.run_cron("review_open", "2026-04-01")
        self.assertFalse(self.reviews(empty) | self.reviews(archived) | self.reviews())

    def test_broken_scheme(self):
        """One scheme that fails is reported there, and the others go on."""
        calendar = self.make_calendar("quarterly")
        other = self.make_scheme(code="OTHER")
        self.make_rules(other)
        (self.scheme | other).calendar_id = calendar
        broken = self.break_for(
            "governance.tier.review",
            "_open_period",
            lambda reviews, scheme, period: scheme.id == self.scheme.id,
        )
        with broken, mute_logger(SCHEDULE):
            self.run_cron("review_open", "2026-04-01")
        self.assertFalse(self.reviews())
        self.assertEqual(len(self.reviews(other)), 1)
        self.assertIn("The disk is full", self.scheme.message_ids[0].body)
        self.run_cron("review_open", "2026-04-02")
        self.assertEqual(len(self.reviews()), 1)

    def test_killed_between_schemes(self):
        calendar = self.make_calendar("quarterly")
        other = self.make_scheme(code="OTHER")
        self.make_rules(other)
        (self.scheme | other).calendar_id = calendar
        with self.kill_at("governance.tier.review", "_open_due", 2):
            self.run_killed("review_open", "2026-04-01")
        self.assertEqual(len(self.reviews() | self.reviews(other)), 1)
        self.run_cron("review_open", "2026-04-01")
        self.assertEqual(len(self.reviews()), 1)
        self.assertEqual(len(self.reviews(other)), 1)

    def test_invitations_to_nominate(self):
        """Each representative and leader is told once, in the own language."""
        self.yearly()
        self.rep2.lang = "zh_CN"
        for day in ("2026-11-15", "2026-11-15", "2026-11-16"):
            self.run_cron("review_open", day)
        review = self.reviews()
        told = self.activities(review, "").filtered(
            lambda activity: activity.user_id in self.users_of("rep rep2 leader")
        )
        self.assertEqual(len(told), 3)
        self.assertEqual(set(told.mapped("date_deadline")), {date(2026, 12, 15)})
        self.assertNotIn(self.employee, self.activities(review, "").user_id)
        self.assertNotIn(self.portal, self.activities(review, "").user_id)

    def test_activities_end_with_what_they_ask_for(self):
        """Nobody is asked to nominate or decide what is closed or decided."""
        self.yearly()
        self.run_cron("review_open", "2026-11-15")
        review = self.reviews()
        self.assertTrue(self.activities(review, "Nominate"))
        review.action_evaluate()
        self.assertFalse(self.activities(review, "Nominate"))
        self.assertTrue(self.activities(review, "Decide"))
        first, *others = review.line_ids
        first.with_user(self.committee).decide()
        self.assertTrue(self.activities(review, "Decide"))
        mine = review.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.committee.id, summary="My own"
        )
        mine.automated = False
        review.line_ids.browse([line.id for line in others]).with_user(
            self.committee
        ).decide()
        self.assertFalse(self.activities(review, "Decide"))
        review.action_publish()
        self.assertEqual(self.activities(review, ""), mine)

    def users_of(self, logins):
        return self.env["res.users"].union(*(self.users[x] for x in logins.split()))


@tagged("post_install", "-at_install")
class TestTiersCronEvaluate(TiersCron):
    """Nominations close, the evaluation runs in batches and survives anything."""

    def in_batches(self, size=1):
        return patch.object(
            self.registry["governance.tier.review"],
            "_get_batch_size",
            lambda review: size,
        )

    def no_inline(self):
        """Let everything be computed by the scheduled action."""
        return patch.object(
            self.registry["governance.tier.review"],
            "_count_population",
            lambda review: 10**9,
        )

    def result(self, review):
        return sorted(
            (line.partner_id.id, line.proposed_tier_id.code, line.turnover)
            for line in review.line_ids
        )

    def waiting_review(self, **values):
        review = self.open_review(**values)
        with self.no_inline():
            review.action_evaluate()
        self.assertEqual(review.state, "evaluation")
        self.assertFalse(review.line_ids)
        return review

    def test_large_reviews_wait_for_the_cron(self):
        expected = self.result(self.committee_review())
        self.assertEqual(len(expected), 4)
        review = self.waiting_review()
        with self.in_batches():
            self.run_cron("review_evaluate")
        self.assertEqual(review.state, "committee")
        self.assertEqual(self.result(review), expected)
        before = review.evaluated_on
        self.run_cron("review_evaluate", "2026-01-11")
        self.assertEqual(self.result(review), expected)
        self.assertEqual(review.evaluated_on, before)

    def test_killed_after_any_batch(self):
        """However far it came, a killed run goes on where it was."""
        expected = self.result(self.committee_review())
        partners = self.env["res.partner"].with_context(active_test=False)
        count = partners.search_count([("parent_id", "=", False)])
        for call in (1, 2, count // 2, count, count + 1):
            with self.subTest(call=call):
                review = self.waiting_review(name=f"Killed in {call}")
                with (
                    self.in_batches(),
                    self.kill_at("governance.tier.review", "_evaluate_batch", call),
                ):
                    self.run_killed("review_evaluate")
                    self.assertEqual(review.state, "evaluation")
                    # Starting again must not add anything twice.
                with self.in_batches(2):
                    self.run_cron("review_evaluate")
                self.assertEqual(review.state, "committee")
                self.assertEqual(self.result(review), expected)

    def test_error_is_reported_and_mended(self):
        """A review that fails says so and waits; the next one goes on."""
        first = self.waiting_review(name="First")
        second = self.waiting_review(name="Second")
        expected = self.result(self.committee_review())
        broken = self.break_for(
            "governance.tier.evaluator",
            "_evaluate_range",
            lambda evaluator, review, *args: review.id == first.id,
        )
        with broken, mute_logger(SCHEDULE):
            self.run_cron("review_evaluate")
        self.assertEqual(first.state, "evaluation")
        self.assertIn("The disk is full", first.last_error)
        self.assertIn("The disk is full", first.message_ids[0].body)
        self.assertEqual(self.result(second), expected)
        # It is not tried again all the time, only when somebody says so.
        messages = len(first.message_ids)
        self.run_cron("review_evaluate")
        self.assertEqual(len(first.message_ids), messages)
        form = first.with_user(self.manager).get_view(view_type="form")["arch"]
        self.assertIn('name="action_retry"', form)
        first.with_user(self.manager).action_retry()
        self.run_cron("review_evaluate")
        self.assertEqual(first.state, "committee")
        self.assertFalse(first.last_error)
        self.assertEqual(self.result(first), expected)

    def test_broken_customer(self):
        """A customer whose figures cannot be computed has a line that says so."""
        evaluator = self.registry["governance.tier.evaluator"]
        original = evaluator._get_insert_sql

        def insert(records, review, scope):
            query = original(records, review, scope)
            if scope.first_id <= self.south.id <= scope.last_id:
                return SQL("SELECT 1 / 0")
            return query

        review = self.waiting_review()
        with (
            patch.object(evaluator, "_get_insert_sql", insert),
            mute_logger(
                "odoo.addons.crm_governance.models.tiers.governance_tier_evaluator"
            ),
        ):
            self.run_cron("review_evaluate")
        self.assertEqual(review.state, "committee")
        broken = self.line(review, self.south)
        self.assertTrue(broken.has_error)
        self.assertIn("division by zero", broken.error)
        self.assertEqual(broken.proposed_tier_id, self.tier_c)
        self.assertEqual(review.error_count, 1)
        good = review.line_ids - broken
        self.assertEqual(good.partner_id, self.customers - self.south)
        self.assertFalse(any(good.mapped("has_error")))

    def test_nominations_until_their_deadline(self):
        """The last day counts in full; figures end with their own day."""
        review = self.open_review(
            date_as_of="2026-01-05", nomination_deadline="2026-01-20"
        )
        for day in ("2026-01-10", "2026-01-20"):
            self.run_cron("review_evaluate", day)
            self.assertEqual(review.state, "nomination", day)
        with freeze_time("2026-01-20 23:00:00"):
            self.nominate(self.rep, review, self.north)
        with freeze_time("2026-01-21 01:00:00"):
            with self.assertSays("took nominations until"):
                self.nominate(self.rep2, review, self.south)
        self.run_cron("review_evaluate", "2026-01-21")
        self.assertEqual(review.state, "committee")

    def test_figures_up_to_a_later_day(self):
        review = self.open_review(
            date_as_of="2026-01-31", nomination_deadline="2026-01-20"
        )
        self.run_cron("review_evaluate", "2026-01-31")
        self.assertEqual(review.state, "nomination")
        self.run_cron("review_evaluate", "2026-02-01")
        self.assertEqual(review.state, "committee")

    def test_without_a_deadline_people_decide(self):
        review = self.open_review()
        self.run_cron("review_evaluate", "2027-01-01")
        self.assertEqual(review.state, "nomination")

    def test_a_month_late(self):
        review = self.open_review(nomination_deadline="2026-01-12")
        for _run in range(2):
            self.run_cron("review_evaluate", "2026-02-12")
        self.assertEqual(review.state, "committee")
        self.assertEqual(len(review.line_ids), 4)

    def test_rules_published_meanwhile(self):
        """An evaluated review keeps the rules it was evaluated with."""
        review = self.waiting_review()
        self.assertEqual(review.ruleset_id, self.rules)
        self.rules.action_new_version()
        draft = self.scheme.ruleset_ids.filtered(lambda r: r.state == "draft")
        draft.group_ids[0].criterion_ids.value = 10**6
        draft.action_publish()
        self.run_cron("review_evaluate")
        self.assertEqual(review.ruleset_id, self.rules)
        self.assertEqual(self.line(review, self.north).proposed_tier_id, self.tier_a)
        self.publish(review)
        self.assertEqual(self.north.governance_tier_id, self.tier_a)
        line = self.line(review, self.north)
        self.assertIn("1,000", line.explanation)
        self.assertEqual(self.count_differences(review), 0)
        later = self.committee_review(name="Later")
        self.assertEqual(self.line(later, self.north).proposed_tier_id, self.tier_b)

    def count_differences(self, review):
        return self.env["governance.tier.evaluator"]._count_differences(review)

    def test_what_changes_later_counts_later(self):
        """Orders, owners and teams after the snapshot belong to the next review."""
        review = self.committee_review()
        before = self.result(review)
        self.buy(self.south, 10**6)
        self.south.user_id = self.rep
        newcomer = self.customer("Newcomer")
        self.buy(newcomer, 10**6)
        self.run_cron("review_evaluate", "2026-01-12")
        self.assertEqual(self.result(review), before)
        line = self.line(review, self.south)
        self.assertEqual((line.reviewer_id, line.team_id), (self.rep2, self.team2))
        self.assertEqual(self.count_differences(review), 0)

    def test_without_rules(self):
        """A review without published rules is reported, and others go on."""
        empty = self.make_scheme(code="EMPTY")
        bad = self.open_review(
            scheme_id=empty.id, name="Bad", nomination_deadline="2026-01-12"
        )
        good = self.open_review(name="Good", nomination_deadline="2026-01-12")
        with mute_logger(SCHEDULE):
            self.run_cron("review_evaluate", "2026-01-13")
        self.assertEqual(bad.state, "nomination")
        self.assertIn("has no published rules", bad.last_error)
        self.assertEqual(good.state, "committee")

    def test_deciders_are_told_once(self):
        review = self.open_review(
            nomination_deadline="2026-01-12", committee_deadline="2026-01-31"
        )
        for _run in range(2):
            self.run_cron("review_evaluate", "2026-01-13")
        told = self.activities(review, "Decide")
        self.assertEqual(told.user_id, self.committee | self.committee2)
        self.assertEqual(len(told), 2)
        self.assertEqual(set(told.mapped("date_deadline")), {date(2026, 1, 31)})


@tagged("post_install", "-at_install")
class TestTiersCronDeadline(TiersCron):
    """Reminder, silence and circuit breaker."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.published_review()
        # What the next review proposes: north falls to B, south rises to A,
        # small rises to B, orphan stays C.
        cls.env.cr.execute("DELETE FROM sale_order WHERE name LIKE 'T%'")
        for partner, amount in (
            (cls.north, 500),
            (cls.south, 5000),
            (cls.small, 200),
            (cls.orphan, 10),
        ):
            cls.buy(partner, amount, date(2025, 9, 1))
        cls.scheme.breaker_percent = 100
        cls.tiers_before = cls.tiers()

    @classmethod
    def tiers(cls):
        cls.env.invalidate_all()
        return [partner.governance_tier_id.code for partner in cls.customers]

    def due(self, policy, **values):
        """Return a review whose time to decide ended on 20 January."""
        self.scheme.silence_policy = policy
        review = self.committee_review(
            name="Next", committee_deadline="2026-01-20", **values
        )
        self.assertEqual(
            [self.line(review, p).proposed_tier_id.code for p in self.customers],
            ["B", "A", "B", "C"],
        )
        return review

    # ------------------------------------------------------------------
    # REMINDER
    # ------------------------------------------------------------------

    def test_reminder_at_half_time(self):
        """Evaluated on the 10th, decided by the 20th: once, from the 15th on."""
        review = self.due("keep")
        for day, count in (
            ("2026-01-11", 0),
            ("2026-01-14", 0),
            ("2026-01-15", 2),
            ("2026-01-15", 2),
            ("2026-01-16", 2),
            ("2026-01-14", 2),
            ("2026-01-19", 2),
        ):
            self.run_cron("review_remind", day)
            self.assertEqual(len(self.activities(review, "Half")), count, day)

    def test_reminder_late(self):
        review = self.due("keep")
        self.run_cron("review_remind", "2026-02-19")
        self.run_cron("review_remind", "2026-02-20")
        self.assertEqual(len(self.activities(review, "Half")), 2)

    def test_reminder_to_publish(self):
        """A-115: the list is issued by its day, or the administrators hear of it."""
        self.manager.lang = "zh_CN"
        review = self.due("keep", publish_deadline="2026-01-25")
        for day, count in (("2026-01-24", 0), ("2026-01-25", 1), ("2026-01-26", 1)):
            self.run_cron("review_remind", day)
            told = review.activity_ids.filtered(lambda a: a.user_id == self.manager)
            self.assertEqual(len(told), count, day)
        self.assertEqual(told.date_deadline, date(2026, 1, 25))
        review._decide_by_silence("keep")
        self.run_cron("review_remind", "2026-01-27")
        self.assertTrue(review.activity_ids)
        review.action_publish()
        self.assertFalse(review.activity_ids)

    def test_reminder_when_all_is_decided(self):
        review = self.due("keep")
        review.line_ids.with_user(self.committee).decide()
        self.run_cron("review_remind", "2026-01-16")
        self.assertFalse(self.activities(review, "Half"))
        self.assertTrue(review.reminded_on)

    def test_broken_reminder(self):
        first, second = self.due("keep"), self.due("keep")
        broken = self.break_for(
            "governance.tier.review",
            "_get_deciders",
            lambda review: review.id == first.id,
        )
        with broken, mute_logger(SCHEDULE):
            self.run_cron("review_remind", "2026-01-16")
        self.assertIn("The disk is full", first.last_error)
        self.assertEqual(len(self.activities(second, "Half")), 2)
        self.run_cron("review_remind", "2026-01-17")
        self.assertEqual(len(self.activities(first, "Half")), 2)

    def test_reviewer_leaves_meanwhile(self):
        """Who has left is not reminded; the fallback reviewer is."""
        self.scheme.write(
            {"decided_by": "owner", "fallback_reviewer_id": self.leader2.id}
        )
        review = self.due("keep")
        self.rep.active = False
        self.run_cron("review_remind", "2026-01-16")
        self.assertEqual(
            self.activities(review, "Half").user_id, self.rep2 | self.leader2
        )

    # ------------------------------------------------------------------
    # SILENCE
    # ------------------------------------------------------------------

    def check_silence(self, policy, expected, decided=()):
        review = self.due(policy)
        for partner, tier in decided:
            self.line(review, partner).with_user(self.committee).decide(
                tier.id, "Because"
            )
        for day in ("2026-01-10", "2026-01-20"):
            self.run_cron("review_silence", day)
            self.assertEqual(review.state, "committee", day)
        self.run_cron("review_silence", "2026-01-21")
        self.assertEqual(review.state, "published")
        self.assertEqual(self.tiers(), expected)
        history = self.env["governance.tier.assignment"].search_count([])
        decisions = self.env["governance.decision"].search_count([])
        for day in ("2026-01-21", "2026-01-20", "2026-03-01"):
            self.run_cron("review_silence", day)
        self.assertEqual(self.tiers(), expected)
        self.assertEqual(
            self.env["governance.tier.assignment"].search_count([]), history
        )
        self.assertEqual(self.env["governance.decision"].search_count([]), decisions)
        return review

    def test_keep(self):
        review = self.check_silence("keep", self.tiers_before)
        self.assertEqual(set(review.line_ids.mapped("state")), {"silent"})
        self.assertEqual(set(review.line_ids.mapped("movement")), {"same"})
        self.assertFalse(review.line_ids.decided_by_id)

    def test_apply(self):
        self.without_breaker()
        review = self.check_silence("apply", ["B", "A", "B", "C"])
        self.assertEqual(
            [self.line(review, p).movement for p in self.customers],
            ["down", "up", "up", "same"],
        )

    def test_downgrade(self):
        """One tier down for everybody; the lowest has nowhere to fall."""
        self.scheme.breaker_percent = 100
        # The top tier is never touched by silence, so it is decided.
        self.check_silence(
            "downgrade", ["A", "C", "C", "C"], decided=[(self.north, self.tier_a)]
        )

    def test_escalate(self):
        review = self.check_silence("escalate", self.tiers_before)
        told = self.activities(review, "not decided in time")
        self.assertIn(self.executive, told.user_id)
        self.assertEqual(len(told.filtered(lambda a: a.user_id == self.executive)), 1)

    def test_what_was_decided_stays(self):
        review = self.check_silence(
            "keep",
            ["C", "B", "B", "C"],
            decided=[(self.north, self.tier_c), (self.small, self.tier_b)],
        )
        self.assertEqual(
            [self.line(review, p).state for p in self.customers],
            ["decided", "silent", "decided", "silent"],
        )

    def test_register_of_silence(self):
        review = self.check_silence("keep", self.tiers_before)
        entry = self.env["governance.decision"].search(
            [
                ("res_model", "=", review._name),
                ("res_id", "=", review.id),
                ("reason", "like", "by the deadline"),
            ]
        )
        self.assertEqual(entry.detail, {"silence_policy": "keep", "customers": 4})

    def test_new_customers(self):
        """Silence gives a customer without a tier the one of the rules."""
        newcomer = self.customer("Newcomer")
        self.buy(newcomer, 5000)
        review = self.due("keep")
        self.run_cron("review_silence", "2026-01-21")
        self.assertEqual(review.state, "published")
        self.assertEqual(newcomer.governance_tier_id, self.tier_a)

    def test_a_month_late(self):
        review = self.due("keep")
        self.run_cron("review_silence", "2026-02-21")
        self.assertEqual(review.state, "published")

    def test_killed_while_silent(self):
        """Nothing is half applied: the next run does all of it once."""
        self.without_breaker()
        review = self.due("apply")
        decisions = self.env["governance.decision"].search_count([])
        for method in ("_apply_silence", "_start_publication"):
            with self.kill_at("governance.tier.review", method, 1):
                self.run_killed("review_silence", "2026-01-21")
            self.assertEqual(review.state, "committee")
            self.assertEqual(set(review.line_ids.mapped("state")), {"pending"})
        self.assertEqual(self.env["governance.decision"].search_count([]), decisions)
        self.run_cron("review_silence", "2026-01-21")
        self.assertEqual(review.state, "published")
        self.assertEqual(self.tiers(), ["B", "A", "B", "C"])

    def without_breaker(self):
        """Let silence move customers of the top tier, too."""
        patcher = patch.object(
            self.registry["governance.tier.review.line"],
            "_silence_trips_breaker",
            lambda *args: False,
        )
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_a_role_is_missing(self):
        """Silence counts, but nothing is published until the role is filled."""
        self.south.user_id = False
        self.tier_b.requires_owner = True
        review = self.due("keep")
        other = self.due("keep")
        other.write({"name": "Other", "committee_deadline": "2026-01-25"})
        with mute_logger(SCHEDULE):
            self.run_cron("review_silence", "2026-01-21")
        self.assertEqual(review.state, "committee")
        self.assertIn("South Trading", review.last_error)
        self.assertEqual(set(review.line_ids.mapped("state")), {"silent"})
        messages = len(review.message_ids)
        self.run_cron("review_silence", "2026-01-22")
        self.assertEqual(len(review.message_ids), messages)
        self.south.user_id = self.rep2
        review.with_user(self.manager).action_publish()
        self.assertEqual(review.state, "published")
        self.assertFalse(review.last_error)

    def test_approval_after_silence(self):
        """With a matrix in force, silence publishes nothing by itself."""
        self.create_matrix(
            [self.group_step("group_executive")],
            subject="tier_publication",
            code="PUB",
        )
        review = self.due("keep")
        for day in ("2026-01-21", "2026-01-22"):
            self.run_cron("review_silence", day)
        self.assertEqual(review.state, "approval")
        self.assertEqual(len(review.approval_request_ids), 1)
        review.approval_request_id.with_user(self.executive).decide("approved")
        self.assertEqual(review.state, "published")

    def test_broken_review(self):
        first, second = self.due("keep"), self.due("keep")
        broken = self.break_for(
            "governance.tier.review",
            "_decide_by_silence",
            lambda review, *args: review.id == first.id,
        )
        with broken, mute_logger(SCHEDULE):
            self.run_cron("review_silence", "2026-01-21")
        self.assertIn("The disk is full", first.last_error)
        self.assertEqual(second.state, "published")
        self.run_cron("review_silence", "2026-01-22")
        self.assertEqual(first.state, "published")
        self.assertFalse(first.last_error)

    def test_by_hand_not_before_the_deadline(self):
        review = self.due("keep")
        with freeze_time("2026-01-20 23:00:00"):
            with self.assertSays("can be decided until"):
                review.with_user(self.manager).action_apply_silence()
        with freeze_time("2026-01-21 01:00:00"):
            review.with_user(self.manager).action_apply_silence()
        self.assertEqual(set(review.line_ids.mapped("state")), {"silent"})

    # ------------------------------------------------------------------
    # CIRCUIT BREAKER
    # ------------------------------------------------------------------

    def parked(self, policy="apply"):
        review = self.due(policy)
        # Nobody of the top tier moves by silence.
        for partner in (self.north, self.south):
            line = self.line(review, partner)
            line.with_user(self.committee).decide(line.current_tier_id.id, "Stays")
        return review

    def test_too_many(self):
        """A quarter moves: 24.9 % parks, 25 % does not."""
        for percent, state in ((24.9, "committee"), (25, "published")):
            with self.undone():
                self.scheme.breaker_percent = percent
                review = self.parked()
                self.run_cron("review_silence", "2026-01-21")
                self.assertEqual(review.state, state, percent)
                self.assertEqual(review.is_parked, state == "committee")

    def test_any_of_the_top_tier(self):
        """One customer that leaves or enters the top tier is enough."""
        for policy in ("apply", "downgrade"):
            with self.undone():
                review = self.due(policy)
                self.run_cron("review_silence", "2026-01-21")
                self.assertTrue(review.is_parked, policy)
                self.assertEqual(self.tiers(), self.tiers_before)
                self.assertEqual(set(review.line_ids.mapped("state")), {"pending"})

    def test_keeping_never_parks(self):
        self.scheme.breaker_percent = 0
        for policy in ("keep", "escalate"):
            with self.undone():
                review = self.due(policy)
                self.run_cron("review_silence", "2026-01-21")
                self.assertEqual(review.state, "published", policy)

    def test_parked_waits(self):
        """Parked once, told once; nothing happens until an executive decides."""
        self.scheme.breaker_percent = 0
        review = self.parked()
        for day in ("2026-01-21", "2026-01-22", "2026-03-01"):
            self.run_cron("review_silence", day)
        self.assertEqual(review.state, "committee")
        told = self.activities(review, "too many")
        self.assertEqual(len(told.filtered(lambda a: a.user_id == self.executive)), 1)
        # The administrator's button does not get around it, whatever the limit.
        with self.assertSays("is being decided"):
            self.scheme.with_user(self.manager).breaker_percent = 100
        self.scheme.breaker_percent = 100
        with freeze_time("2026-03-01"):
            review.with_user(self.manager).action_apply_silence()
            self.assertEqual(self.line(review, self.small).state, "pending")
            with self.assertSays("undecided"):
                review.with_user(self.manager).action_publish()

    def test_released(self):
        self.scheme.breaker_percent = 0
        review = self.parked()
        self.run_cron("review_silence", "2026-01-21")
        self.rpc(self.executive, review._name, "action_release", review.ids)
        self.assertEqual(self.line(review, self.small).decided_tier_id, self.tier_b)
        with self.assertSays("not stopped anything"):
            review.with_user(self.executive).action_release()
        review.with_user(self.manager).action_publish()
        self.assertEqual(self.small.governance_tier_id, self.tier_b)
        entries = self.env["governance.decision"].search(
            [("res_model", "=", review._name), ("res_id", "=", review.id)]
        )
        released = entries.filtered(lambda entry: entry.event == "approved")
        self.assertEqual(released.user_id, self.executive)

    def test_kept(self):
        self.scheme.breaker_percent = 0
        review = self.parked()
        self.run_cron("review_silence", "2026-01-21")
        self.rpc(self.executive, review._name, "action_keep", review.ids)
        self.run_cron("review_silence", "2026-01-22")
        self.assertEqual(self.line(review, self.small).decided_tier_id, self.tier_c)
        review.with_user(self.manager).action_publish()
        self.assertEqual(self.tiers(), self.tiers_before)


@tagged("post_install", "-at_install")
class TestTiersCronPublish(TiersCron):
    """Publishing goes in batches and is never done twice."""

    def in_batches(self, size=1):
        return patch.object(batch_module, "PUBLISH_BATCH", size)

    def waiting_review(self, **values):
        """Return a review that the scheduled action has to publish."""
        review = self.committee_review(**values)
        review._decide_by_silence("apply")
        with patch.object(
            self.registry["governance.tier.review"], "_publish", lambda review: None
        ):
            review.action_publish()
        self.assertEqual(review.state, "publication")
        return review

    def tiers(self):
        self.env.invalidate_all()
        return [partner.governance_tier_id.code for partner in self.customers]

    def history(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT partner_id, tier_id, date_start, date_end, review_id"
            " FROM governance_tier_assignment WHERE scheme_id = %s"
            " ORDER BY partner_id, date_start, id",
            [self.scheme.id],
        )
        return self.env.cr.fetchall()

    def test_batches(self):
        review = self.waiting_review()
        with self.in_batches():
            self.run_cron("review_publish")
        self.assertEqual(review.state, "published")
        self.assertEqual(self.tiers(), ["A", "B", "C", "C"])
        before = self.history()
        self.assertEqual(len(before), 4)
        for day in ("2026-01-10", "2026-01-09", "2026-02-01"):
            self.run_cron("review_publish", day)
        self.assertEqual(self.history(), before)

    def test_killed_after_any_batch(self):
        for call in (1, 2, 3, 4, 5):
            with self.subTest(call=call), self.undone():
                review = self.waiting_review()
                with (
                    self.in_batches(),
                    self.kill_at("governance.tier.review", "_publish_batch", call),
                ):
                    self.run_killed("review_publish")
                self.assertEqual(review.state, "publication")
                self.assertEqual(len(self.history()), call - 1)
                with self.in_batches(2):
                    self.run_cron("review_publish")
                self.assertEqual(review.state, "published")
                self.assertEqual(self.tiers(), ["A", "B", "C", "C"])
                self.assertEqual(len(self.history()), 4)

    def test_resumed_the_next_day(self):
        """Half of the tiers begin a day later; none is given twice."""
        review = self.waiting_review()
        with (
            self.in_batches(2),
            self.kill_at("governance.tier.review", "_publish_batch", 2),
        ):
            self.run_killed("review_publish", "2026-01-10")
        self.run_cron("review_publish", "2026-01-11")
        self.assertEqual(review.state, "published")
        self.assertEqual(
            [row[2] for row in self.history()],
            [date(2026, 1, 10)] * 2 + [date(2026, 1, 11)] * 2,
        )

    def test_limited_tier_when_killed(self):
        """The last batch fills tiers with a limit; it is repeated as a whole."""
        self.tier_c.max_customers = 1
        review = self.waiting_review()
        with (
            self.in_batches(),
            self.kill_at("governance.tier.review.line", "_publish_limited", 1),
        ):
            self.run_killed("review_publish")
        self.assertEqual(review.state, "publication")
        self.run_cron("review_publish")
        self.assertEqual(review.state, "published")
        held = [self.open_assignment(p).tier_id for p in (self.small, self.orphan)]
        self.assertEqual(held[0], self.tier_c)
        self.assertEqual(
            self.open_assignment(self.orphan).waiting_tier_id
            or self.line(review, self.orphan).waiting_tier_id,
            self.tier_c,
        )

    def test_error_is_reported_and_mended(self):
        first = self.waiting_review(name="First")
        other = self.make_scheme(code="OTHER")
        self.make_rules(other, [("A", [("turnover", "ge", 1000)])])
        second = self.waiting_review(name="Second", scheme_id=other.id)
        broken = self.break_for(
            "governance.tier.assignment",
            "_assign",
            lambda assignments, scheme, *args: scheme.id == self.scheme.id,
        )
        with broken, mute_logger(SCHEDULE):
            self.run_cron("review_publish")
        self.assertEqual(first.state, "publication")
        self.assertIn("The disk is full", first.last_error)
        self.assertEqual(second.state, "published")
        self.assertFalse(self.history())
        first.with_user(self.manager).action_retry()
        self.run_cron("review_publish")
        self.assertEqual(first.state, "published")
        self.assertFalse(first.last_error)
        self.assertEqual(self.tiers(), ["A", "B", "C", "C"])

    def test_error_before_does_not_stop_publishing(self):
        """What went wrong earlier and is over does not keep the review back."""
        review = self.waiting_review()
        review._as_system().write({"state": "committee", "last_error": "Old"})
        with patch.object(
            self.registry["governance.tier.review"], "_publish", lambda review: None
        ):
            review.action_publish()
        self.run_cron("review_publish")
        self.assertEqual(review.state, "published")
        self.assertFalse(review.last_error)

    def test_clock_set_back(self):
        """Tiers never end before they begin, whatever the clock says."""
        self.publish(self.committee_review(name="First"))
        self.buy(self.orphan, 5000)
        review = self.waiting_review(name="Second")
        self.run_cron("review_publish", "2026-01-09")
        self.assertEqual(review.state, "published")
        self.assertEqual(self.tiers(), ["A", "B", "C", "A"])
        for _partner, _tier, start, end, _review in self.history():
            self.assertLessEqual(start, end or start)


@tagged("post_install", "-at_install")
class TestTiersCronOverride(TiersCron):
    """Exceptions end on their day; the tier changes only by a decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.override_matrix()
        cls.scheme.calendar_id = cls.make_calendar("event")
        cls.published_review()
        cls.exception = cls.granted(
            cls.rep, cls.small, cls.tier_a, expires_on="2026-03-01"
        )

    def test_world(self):
        self.assertEqual(self.exception.state, "active")
        self.assertEqual(self.small.governance_tier_id, self.tier_a)
        held = self.open_assignment(self.small)
        self.assertEqual(
            (held.kind, held.user_id, held.expires_on, held.reason),
            ("override", self.executive, date(2026, 3, 1), "They will grow"),
        )

    def check_expired(self, *days):
        for day in days:
            self.run_cron("override_expire", day)
        self.assertEqual(self.exception.state, "ended")
        # Nothing has changed silently.
        self.assertEqual(self.small.governance_tier_id, self.tier_a)
        held = self.open_assignment(self.small)
        self.assertEqual(held.kind, "override")
        self.assertFalse(held.date_end)

    def test_expires_on_its_day(self):
        self.run_cron("override_expire", "2026-02-28")
        self.assertEqual(self.exception.state, "active")
        self.check_expired("2026-03-01", "2026-03-01")
        self.assertEqual(
            self.open_assignment(self.small).next_review_date, date(2026, 3, 1)
        )

    def test_review_follows(self):
        self.check_expired("2026-03-08", "2026-03-08", "2026-03-07")
        for day in ("2026-03-08", "2026-03-08", "2026-03-09"):
            self.run_cron("review_open", day)
        review = self.reviews()[-1]
        self.assertEqual((review.kind, review.partner_ids), ("event", self.small))
        self.assertEqual(len(self.reviews()), 2)
        self.run_cron("review_evaluate", "2026-03-09")
        line = self.line(review, self.small)
        self.assertEqual(
            (line.current_tier_id, line.proposed_tier_id, line.state),
            (self.tier_a, self.tier_c, "pending"),
        )
        with freeze_time("2026-03-10"):
            line.with_user(self.committee).decide()
            review.action_publish()
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.run_cron("override_expire", "2026-03-11")
        self.run_cron("review_open", "2026-03-11")
        self.assertEqual(len(self.reviews()), 2)

    def test_months_late(self):
        self.check_expired("2026-09-01", "2026-09-02")

    def test_one_broken_override(self):
        other = self.granted(
            self.rep2, self.south, self.tier_a, expires_on="2026-03-01"
        )
        broken = self.break_for(
            "governance.tier.override",
            "_expire",
            lambda override: override.id == self.exception.id,
        )
        with broken, mute_logger(SCHEDULE, OVERRIDE):
            self.run_cron("override_expire", "2026-03-01")
        self.assertEqual(self.exception.state, "active")
        self.assertEqual(other.state, "ended")
        self.assertIn("The disk is full", self.exception.message_ids[0].body)
        self.check_expired("2026-03-02")

    def test_killed_between_overrides(self):
        other = self.granted(
            self.rep2, self.south, self.tier_a, expires_on="2026-03-01"
        )
        with self.kill_at("governance.tier.override", "_expire", 2):
            self.run_killed("override_expire", "2026-03-01")
        states = sorted((self.exception | other).mapped("state"))
        self.assertEqual(states, ["active", "ended"])
        self.check_expired("2026-03-01")
        self.assertEqual(other.state, "ended")

    def test_free_place(self):
        """Who waits for a place gets it when there is one, the first come first."""
        self.tier_a.max_customers = 2
        waiting = self.granted(self.rep2, self.south, self.tier_a)
        later = self.granted(self.rep, self.orphan, self.tier_a)
        self.assertEqual((waiting | later).mapped("state"), ["waiting"] * 2)
        self.assertEqual(self.south.governance_tier_id, self.tier_b)
        self.run_cron("override_expire", "2026-01-11")
        self.assertEqual((waiting | later).mapped("state"), ["waiting"] * 2)
        self.tier_a.max_customers = 3
        for _run in range(2):
            self.run_cron("override_expire", "2026-01-12")
        self.assertEqual(waiting.state, "active")
        self.assertEqual(later.state, "waiting")
        self.assertEqual(self.south.governance_tier_id, self.tier_a)
        self.assertEqual(self.open_assignment(self.south).user_id, self.executive)
        # Waiting in vain until the exception would have ended.
        self.run_cron("override_expire", "2026-07-01")
        self.assertEqual(later.state, "ended")
        self.assertEqual(self.orphan.governance_tier_id, self.tier_c)

    def test_correction_does_not_expire(self):
        correction = self.granted(
            self.rep2, self.south, self.tier_a, kind="correction", expires_on=False
        )
        self.run_cron("override_expire", "2030-01-01")
        self.assertEqual(correction.state, "active")
        self.assertEqual(self.open_assignment(self.south).kind, "correction")


@tagged("post_install", "-at_install")
class TestTiersCronPreview(TiersCron):
    """Previews disappear after a week, and nothing else does."""

    def preview_of(self, days):
        review = self.preview(self.rules, self.AS_OF)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE governance_tier_review SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=days), review.id],
        )
        self.env.invalidate_all()
        return review

    def test_after_a_week(self):
        young, old = self.preview_of(6), self.preview_of(8)
        ordinary = self.committee_review()
        self.env.cr.execute(
            "UPDATE governance_tier_review SET create_date = '2020-01-01'"
            " WHERE id = %s",
            [ordinary.id],
        )
        lines = old.line_ids
        for _run in range(2):
            self.env["governance.tier.review"]._gc_previews()
        self.assertFalse(old.exists())
        self.assertFalse(lines.exists())
        self.assertTrue(young.exists() and ordinary.exists())
        self.assertEqual(len(ordinary.line_ids), 4)

    def test_through_the_vacuum(self):
        old = self.preview_of(8)
        with self.enter_registry_test_mode():
            self.env.ref("base.autovacuum_job").method_direct_trigger()
        self.assertFalse(old.exists())


@tagged("post_install", "-at_install")
class TestTiersTwoWorkers(TransactionCase):
    """Two servers at once, each with a connection of its own.

    What both have to see is committed, and deleted by SQL again: the ORM
    deletes no evidence.
    """

    def setUp(self):
        super().setUp()
        self.scheme_id = self.review_id = 0
        self.partner_ids = []
        self.maker = self.open_env()
        self.first = self.open_env()
        self.second = self.open_env()
        self.addCleanup(self.delete_all)
        scheme = self.maker["governance.tier.scheme"].create(
            {
                "name": "Race",
                "code": "RACE",
                "tier_ids": [
                    Command.create({"name": "Top", "code": "T", "rank": 1}),
                    Command.create({"name": "Rest", "code": "R", "rank": 2}),
                ],
            }
        )
        self.scheme_id = scheme.id
        rules = self.maker["governance.tier.ruleset"].create(
            {
                "name": "Race",
                "code": "RACE",
                "scheme_id": scheme.id,
                "method": "manual",
                "fallback_tier_id": scheme.tier_ids[1].id,
            }
        )
        rules.action_publish()
        partners = self.maker["res.partner"].create(
            [{"name": f"Racer {n}", "customer_rank": 1} for n in range(3)]
        )
        self.partner_ids = partners.ids
        review = self.maker["governance.tier.review"].create(
            {
                "name": "Race",
                "scheme_id": scheme.id,
                "date_as_of": "2025-12-31",
                "population": "selected",
                "partner_ids": [Command.set(partners.ids)],
            }
        )
        self.review_id = review.id
        self.maker.cr.commit()

    def open_env(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(
            cr, SUPERUSER_ID, {"lang": "en_US", "tracking_disable": True}
        )

    def delete_all(self):
        self.first.cr.rollback()
        self.second.cr.rollback()
        cr = self.maker.cr
        cr.rollback()
        scheme, review = self.scheme_id, self.review_id
        for query in (
            SQL("DELETE FROM governance_tier_assignment WHERE scheme_id = %s", scheme),
            SQL(
                "DELETE FROM governance_decision WHERE res_model = %s AND res_id = %s",
                "governance.tier.review",
                review,
            ),
            SQL(
                "DELETE FROM mail_activity WHERE res_model = %s AND res_id = %s",
                "governance.tier.review",
                review,
            ),
            SQL("DELETE FROM governance_tier_override WHERE scheme_id = %s", scheme),
            SQL("DELETE FROM governance_tier_review_line WHERE review_id = %s", review),
            SQL("DELETE FROM governance_tier_review WHERE scheme_id = %s", scheme),
            SQL("DELETE FROM governance_tier_ruleset WHERE scheme_id = %s", scheme),
            SQL(
                "UPDATE res_partner SET governance_tier_id = NULL WHERE id = ANY(%s)",
                self.partner_ids,
            ),
            SQL("DELETE FROM governance_tier_scheme WHERE id = %s", scheme),
            SQL("DELETE FROM res_partner WHERE id = ANY(%s)", self.partner_ids),
            SQL(
                "DELETE FROM mail_message WHERE model LIKE 'governance.%%'"
                " AND res_id IN (%s, %s)",
                review,
                scheme,
            ),
        ):
            cr.execute(query)
        self.maker.cr.commit()

    def review(self, env):
        return env["governance.tier.review"].browse(self.review_id)

    @contextmanager
    def assertSays(self, pattern):
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)

    def scheme_of(self, env):
        return env["governance.tier.scheme"].browse(self.scheme_id)

    def test_two_people_press_the_same_button(self):
        self.review(self.first)._lock("nomination")
        with self.assertSays("Somebody else works on Race"):
            self.review(self.second).action_evaluate()

    def test_second_press_after_the_first(self):
        """Who looked before the other committed is sent back to look again."""
        late = self.review(self.second)
        self.assertEqual(late.state, "nomination")
        self.review(self.first).action_evaluate()
        self.first.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            late.action_evaluate()
        self.second.cr.rollback()
        self.second.invalidate_all()
        with self.assertSays("is at “Decisions” by now"):
            self.review(self.second).action_evaluate()
        self.assertEqual(len(self.review(self.second).line_ids), 3)

    def test_two_workers_on_one_review(self):
        """A review that one worker holds is left alone by the other."""
        self.review(self.maker)._start_evaluation()
        self.maker.cr.commit()
        held = self.review(self.first).try_lock_for_update()
        self.assertTrue(held)
        worker = self.second["governance.tier.review"]
        with patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1000
        ):
            worker._run_batches(
                self.review(self.second), "evaluation", "_evaluate_batch"
            )
        self.assertFalse(self.review(self.second).line_ids)
        self.assertEqual(self.review(self.second).state, "evaluation")

    def test_two_workers_open_one_period(self):
        """The database keeps a second review of a period out."""
        calendar = self.first["governance.review.calendar"]
        period = calendar.new({"decision_days": 14})._get_open_period(
            date.today(), "2026-Q1"
        )
        first = self.first["governance.tier.review"]._open_period(
            self.scheme_of(self.first), period
        )
        self.assertTrue(first)
        self.first.flush_all()
        # The other has not seen it, and waits for the index of the first.
        self.second.cr.execute("SET LOCAL lock_timeout = '200ms'")
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as refused:
            self.second["governance.tier.review"]._open_period(
                self.scheme_of(self.second), period
            )
            self.second.flush_all()
        self.assertIn(
            type(refused.exception).__name__, ("LockNotAvailable", "UniqueViolation")
        )

    def test_last_place(self):
        """Of two approvals for the last place one gets it, the other waits."""
        scheme = self.scheme_of(self.maker)
        top = scheme.tier_ids[0]
        top.max_customers = 1
        self.maker.cr.commit()
        tier = self.first["governance.tier"].browse(top.id)
        late = self.second["governance.tier"].browse(top.id)
        # The second transaction begins before the first one has ended.
        self.assertEqual(late.max_customers, 1)
        self.assertEqual(tier._lock_free_places(), 1)
        with self.assertSays("lock|Somebody"):
            late._lock_free_places()
        self.second.cr.rollback()
        self.assertEqual(late.max_customers, 1)
        self.first["governance.tier.assignment"]._assign(
            tier.scheme_id,
            date(2026, 1, 10),
            SQL(
                """SELECT %s AS partner_id, %s AS tier_id, 'review' AS kind,
                          NULL AS reason, 1 AS user_id, NULL::int AS review_id,
                          NULL::int AS override_id, NULL::date AS expires_on,
                          NULL::date AS next_review_date,
                          NULL::int AS waiting_tier_id""",
                self.partner_ids[0],
                top.id,
            ),
        )
        self.first.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            late._lock_free_places()
        self.second.cr.rollback()
        self.second.invalidate_all()
        self.assertEqual(late._lock_free_places(), 0)

    def test_two_deciders_of_one_customer(self):
        self.review(self.maker).action_evaluate()
        self.maker.cr.commit()
        line = self.review(self.first).line_ids[0]
        late = self.second["governance.tier.review.line"].browse(line.id)
        line._lock_undecided()
        with self.assertSays("Somebody else decides some of these customers"):
            late._lock_undecided()
