# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_governance.models.tiers import (
    governance_tier_review,
    governance_tier_review_batch,
)

from .tiers_world import TiersWorld

LOGGER = "odoo.addons.crm_governance.models.tiers.governance_tier_review_schedule"


class Killed(BaseException):
    """The server dies: no `except Exception` may swallow it."""


class ScheduleCase(TiersWorld):
    """Reviews that are opened, evaluated, decided and published by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reviews = cls.env["governance.tier.review"]

    def run_cron(self, name):
        """Run a scheduled action as the scheduler does."""
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_governance.ir_cron_tier_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def make_calendar(self, **values):
        """Give the scheme a published calendar."""
        calendar = self.env["governance.review.calendar"].create(
            {
                "name": "Calendar",
                "code": "CAL",
                "open_days_before": 14,
                "nomination_month": "12",
                "nomination_day": 15,
                "committee_month": "12",
                "committee_day": 31,
                "decision_days": 10,
                "customer_interval_months": 12,
                **values,
            }
        )
        calendar.action_publish()
        self.scheme.calendar_id = calendar
        return calendar

    def opened(self):
        """Return the reviews of the scheme that were opened, oldest first."""
        return self.reviews.search(
            [("scheme_id", "=", self.scheme.id), ("kind", "!=", "preview")], order="id"
        )

    def results(self, review):
        """Return what an evaluation has stored, in a form that compares."""
        return sorted(
            (
                line.partner_id.id,
                line.proposed_tier_id.code,
                line.movement,
                line.turnover,
                sorted((line.metrics or {}).items()),
            )
            for line in review.line_ids
        )


@tagged("post_install", "-at_install")
class TestOpening(ScheduleCase):
    def test_yearly_review_opens_on_its_day_once(self):
        """A-113: nominations open before 15 December, and only once a year."""
        self.make_calendar(recurrence="yearly")
        with freeze_time("2026-11-30 12:00:00"):
            self.run_cron("review_open")
            self.assertNotIn("2026", self.opened().mapped("period_key"))
        with freeze_time("2026-12-01 12:00:00"):
            self.run_cron("review_open")
            self.run_cron("review_open")
        review = self.opened().filtered(lambda r: r.period_key == "2026")
        self.assertEqual(len(review), 1)
        self.assertEqual(str(review.nomination_deadline), "2026-12-15")
        self.assertEqual(str(review.committee_deadline), "2026-12-31")
        self.assertEqual(str(review.publish_deadline), "2027-01-31")
        self.assertEqual(review.state, "nomination")

    def test_yearly_review_asks_each_person_once(self):
        self.make_calendar(recurrence="yearly")
        with freeze_time("2026-12-01 12:00:00"):
            self.run_cron("review_open")
            self.run_cron("review_open")
            review = self.opened().filtered(lambda r: r.period_key == "2026")
            mine = review.activity_ids.filtered(lambda a: a.user_id == self.rep)
        self.assertEqual(len(mine), 1)
        self.assertEqual(str(mine.date_deadline), "2026-12-15")

    def test_a_week_late_opens_the_same_review(self):
        self.make_calendar(recurrence="yearly")
        with freeze_time("2026-12-08 12:00:00"):
            self.run_cron("review_open")
        review = self.opened().filtered(lambda r: r.period_key == "2026")
        self.assertEqual(str(review.nomination_deadline), "2026-12-15")

    def test_quarterly_review_after_a_stand_still_is_the_latest_one(self):
        """A-117: what was missed is not made up for, what is due comes once."""
        self.make_calendar(recurrence="quarterly")
        with freeze_time("2026-10-20 12:00:00"):
            self.run_cron("review_open")
            self.run_cron("review_open")
        self.assertEqual(self.opened().mapped("period_key"), ["2026-Q3"])
        self.assertEqual(str(self.opened().date_as_of), "2026-09-30")
        self.assertEqual(str(self.opened().committee_deadline), "2026-10-11")

    def test_monthly_reviews_follow_each_other(self):
        self.make_calendar(recurrence="monthly")
        for day in ("2026-02-01", "2026-02-02", "2026-03-01"):
            with freeze_time(f"{day} 12:00:00"):
                self.run_cron("review_open")
        self.assertEqual(self.opened().mapped("period_key"), ["2026-01", "2026-02"])

    def test_no_review_of_a_scheme_without_rules_or_calendar(self):
        self.run_cron("review_open")
        self.assertFalse(self.opened())

    def test_one_broken_scheme_does_not_stop_the_others(self):
        self.make_calendar(recurrence="monthly")
        other = self.make_scheme("AB", code="OTHER")
        self.make_rules(other, [("A", [("turnover", "ge", 1)])])
        other.calendar_id = self.scheme.calendar_id
        original = type(self.reviews)._open_due
        broken = self.scheme

        def open_due(model, scheme):
            if scheme == broken:
                raise UserError("This scheme is broken.")
            return original(model, scheme)

        with (
            patch.object(type(self.reviews), "_open_due", open_due),
            mute_logger(LOGGER),
        ):
            self.run_cron("review_open")
        self.assertFalse(self.opened())
        self.assertEqual(len(self.reviews.search([("scheme_id", "=", other.id)])), 1)
        self.assertIn("This scheme is broken.", self.scheme.message_ids[0].body)

    def test_customers_are_due_on_their_own_dates(self):
        """A-99, RC-04: one review of those whose date has come, and no more."""
        self.tier_a.review_interval_months = 6
        self.published_review()
        self.make_calendar(recurrence="customer", customer_interval_months=24)
        with freeze_time("2026-07-09 12:00:00"):
            self.run_cron("review_open")
            self.assertEqual(len(self.opened()), 1)
        with freeze_time("2026-07-10 12:00:00"):
            self.run_cron("review_open")
            self.run_cron("review_open")
            self.run_cron("review_evaluate")
        self.assertEqual(len(self.opened()), 2)
        due = self.opened()[-1]
        self.assertEqual(due.kind, "event")
        self.assertEqual(due.line_ids.partner_id, self.north)
        with freeze_time("2026-07-11 12:00:00"):
            self.run_cron("review_open")
        self.assertEqual(len(self.opened()), 2, "Who is under review is not due again")


@tagged("post_install", "-at_install")
class TestEvaluationRuns(ScheduleCase):
    def test_evaluation_begins_after_the_nominations(self):
        review = self.open_review(nomination_deadline="2026-01-10")
        self.run_cron("review_evaluate")
        self.assertEqual(review.state, "nomination")
        with freeze_time("2026-01-11 12:00:00"):
            self.run_cron("review_evaluate")
        self.assertEqual(review.state, "committee")
        self.assertEqual(review.line_ids.partner_id, self.customers)

    def test_killed_run_goes_on_where_it_stopped(self):
        """Killed after two of four batches and started again is one run."""
        expected = self.results(self.committee_review())
        review = self.open_review(name="Killed")
        evaluator = type(self.env["governance.tier.evaluator"])
        original, calls = evaluator._evaluate_range, []

        def evaluate_range(model, record, first, last):
            calls.append(first)
            if len(calls) == 3:
                raise Killed
            return original(model, record, first, last)

        with (
            patch.object(type(review), "_get_batch_size", lambda model: 1),
            patch.object(governance_tier_review, "INLINE_CUSTOMERS", 0),
        ):
            review.action_evaluate()
            review.evaluation_cursor or review._as_system().write(
                {"evaluation_cursor": min(self.customers.ids) - 1}
            )
            with (
                patch.object(evaluator, "_evaluate_range", evaluate_range),
                self.assertRaises(Killed),
            ):
                self.run_cron("review_evaluate")
            self.env.invalidate_all()
            self.assertEqual(review.state, "evaluation")
            self.assertLess(len(review.line_ids), len(self.customers))
            self.run_cron("review_evaluate")
        self.assertEqual(review.state, "committee")
        self.assertEqual(self.results(review), expected)

    def test_review_in_other_hands_is_left_alone(self):
        review = self.open_review()
        review._start_evaluation()
        with patch.object(
            type(review), "try_lock_for_update", lambda records, **kw: records.browse()
        ):
            self.run_cron("review_evaluate")
        self.assertEqual(review.state, "evaluation")
        self.assertFalse(review.line_ids)

    def test_failed_review_says_so_and_others_go_on(self):
        broken, sound = self.open_review(), self.open_review(name="Sound")
        for review in broken | sound:
            review._start_evaluation()
        original = type(broken)._evaluate_batch

        def evaluate_batch(review):
            if review.id == broken.id:
                raise UserError("No figures today.")
            return original(review)

        with (
            patch.object(type(broken), "_evaluate_batch", evaluate_batch),
            mute_logger(LOGGER),
        ):
            self.run_cron("review_evaluate")
        self.assertIn("No figures today.", broken.last_error)
        self.assertEqual(sound.state, "committee")
        broken.with_user(self.manager).action_retry()
        self.run_cron("review_evaluate")
        self.assertEqual(broken.state, "committee")
        self.assertFalse(broken.last_error)


@tagged("post_install", "-at_install")
class TestSilence(ScheduleCase):
    """After the deadline the scheme's policy decides what nobody has decided."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.published_review()
        # The next review would lift `small` from C to B.
        cls.buy(cls.small, 200)
        cls.scheme.breaker_percent = 100

    def silent_review(self, policy, **values):
        self.scheme.silence_policy = policy
        return self.committee_review(
            name=f"Silent {policy}", committee_deadline="2026-01-09", **values
        )

    def test_before_the_deadline_nothing_happens(self):
        review = self.committee_review(committee_deadline="2026-01-10")
        self.run_cron("review_silence")
        self.assertEqual(review.state, "committee")
        with self.assertRaisesRegex(UserError, "can be decided until"):
            review.with_user(self.manager).action_apply_silence()

    def test_silence_keeps(self):
        review = self.silent_review("keep")
        self.run_cron("review_silence")
        self.run_cron("review_silence")
        self.assertEqual(review.state, "published")
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_c)
        self.assertEqual(self.line(review, self.small).state, "silent")
        events = self.env["governance.decision"].search(
            [("res_model", "=", review._name), ("res_id", "=", review.id)]
        )
        silence = events.filtered(
            lambda event: "silence_policy" in (event.detail or {})
        )
        self.assertEqual(len(silence), 1)

    def test_silence_applies_the_proposal(self):
        self.silent_review("apply")
        self.run_cron("review_silence")
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_b)
        self.assertEqual(self.open_assignment(self.north).tier_id, self.tier_a)

    def test_silence_downgrades_but_not_below_the_lowest(self):
        review = self.silent_review("downgrade")
        self.run_cron("review_silence")
        self.assertTrue(review.is_parked, "A customer of the top tier would move")
        review.with_user(self.executive).action_release()
        review.with_user(self.manager).action_publish()
        self.assertEqual(self.open_assignment(self.north).tier_id, self.tier_b)
        self.assertEqual(self.open_assignment(self.south).tier_id, self.tier_c)
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_c)

    def test_silence_escalates_to_the_executives_once(self):
        review = self.silent_review("escalate")
        self.run_cron("review_silence")
        self.run_cron("review_silence")
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_c)
        told = review.activity_ids.filtered(lambda a: a.user_id == self.executive)
        self.assertEqual(len(told), 1)

    def test_decided_lines_are_left_alone(self):
        review = self.silent_review("keep")
        self.line(review, self.small).with_user(self.committee).action_confirm()
        self.run_cron("review_silence")
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_b)
        self.assertEqual(self.line(review, self.small).state, "decided")

    def test_circuit_breaker_parks_and_only_executives_release(self):
        self.scheme.breaker_percent = 10
        review = self.silent_review("apply")
        self.run_cron("review_silence")
        self.run_cron("review_silence")
        self.assertTrue(review.is_parked)
        self.assertEqual(review.state, "committee")
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_c)
        for user in (self.manager, self.committee, self.auditor):
            with self.assertRaises(AccessError):
                review.with_user(user).action_release()
            with self.assertRaises(AccessError):
                review.with_user(user).action_keep()
        review.with_user(self.executive).action_keep()
        self.assertFalse(review.is_parked)
        self.assertEqual(self.line(review, self.small).decided_tier_id, self.tier_c)

    def test_breaker_counts_exactly(self):
        """One of four customers moves: 25 % is not more than 25 %."""
        self.scheme.breaker_percent = 25
        review = self.silent_review("apply")
        self.run_cron("review_silence")
        self.assertFalse(review.is_parked)
        self.assertEqual(review.state, "published")

    def test_reminder_comes_once_at_half_time(self):
        review = self.committee_review(name="Slow", committee_deadline="2026-01-20")
        with freeze_time("2026-01-14 12:00:00"):
            self.run_cron("review_remind")
            self.assertFalse(review.reminded_on)
        with freeze_time("2026-01-15 12:00:00"):
            self.run_cron("review_remind")
        with freeze_time("2026-01-16 12:00:00"):
            self.run_cron("review_remind")
        self.assertEqual(str(review.reminded_on), "2026-01-15 12:00:00")
        notes = review.activity_ids.filtered(lambda a: a.user_id == self.committee)
        # One when the decisions began, one at half time.
        self.assertEqual(len(notes), 2)


@tagged("post_install", "-at_install")
class TestPublicationRuns(ScheduleCase):
    def test_killed_publication_goes_on_where_it_stopped(self):
        review = self.committee_review()
        review.line_ids.with_user(self.committee).action_confirm()
        batch = type(self.env["governance.tier.review.line"])
        original, calls = batch._publish_after, []

        def publish_after(model, record, cursor):
            calls.append(cursor)
            if len(calls) == 3:
                raise Killed
            return original(model, record, cursor)

        with (
            patch.object(governance_tier_review, "INLINE_CUSTOMERS", 0),
            patch.object(governance_tier_review_batch, "PUBLISH_BATCH", 1),
        ):
            review.with_user(self.manager).action_publish()
            self.assertEqual(review.state, "publication")
            with (
                patch.object(batch, "_publish_after", publish_after),
                self.assertRaises(Killed),
            ):
                self.run_cron("review_publish")
            self.env.invalidate_all()
            self.assertEqual(review.state, "publication")
            self.run_cron("review_publish")
        self.assertEqual(review.state, "published")
        for partner, tier in zip(
            self.customers,
            self.tier_a | self.tier_b,
            strict=False,
        ):
            self.assertEqual(self.open_assignment(partner).tier_id, tier)
        history = self.env["governance.tier.assignment"].search(
            [("partner_id", "in", self.customers.ids)]
        )
        self.assertEqual(len(history), len(self.customers), "Nobody twice")

    def test_published_review_is_not_published_again(self):
        review = self.published_review()
        before = self.env["governance.tier.assignment"].search_count([])
        self.run_cron("review_publish")
        self.assertEqual(review.state, "published")
        after = self.env["governance.tier.assignment"].search_count([])
        self.assertEqual(before, after)


@tagged("post_install", "-at_install")
class TestOverrideExpiry(ScheduleCase):
    def test_override_that_ends_is_proposed_again_and_changes_nothing(self):
        self.published_review()
        self.make_calendar(recurrence="event")
        self.create_matrix(
            [self.group_step("group_executive")], subject="tier_override"
        )
        override = self.override(self.rep, self.small, self.tier_a)
        override.action_request_approval()
        request = override.sudo().approval_request_id
        request.with_user(self.executive).decide("approved", "One order is coming.")
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_a)
        with freeze_time(f"{override.expires_on} 12:00:00"):
            self.run_cron("override_expire")
            self.run_cron("override_expire")
            self.assertEqual(override.sudo().state, "ended")
            self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_a)
            self.run_cron("review_open")
            self.run_cron("review_evaluate")
            self.run_cron("review_open")
        review = self.opened()[-1]
        self.assertEqual(len(self.opened()), 2)
        self.assertEqual(review.line_ids.partner_id, self.small)
        self.assertEqual(review.line_ids.proposed_tier_id, self.tier_c)
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_a)


@tagged("post_install", "-at_install")
class TestPreviews(ScheduleCase):
    def test_previews_go_after_a_week(self):
        draft = self.make_rules(
            self.scheme, [("A", [("turnover", "ge", 100)])], publish=False
        )
        draft.with_user(self.manager).action_preview()
        preview = self.reviews.search([("kind", "=", "preview")])
        self.assertEqual(len(preview.line_ids), len(self.customers))
        self.env.cr.execute(
            "UPDATE governance_tier_review SET create_date = %s WHERE id = %s",
            ["2026-01-04 09:00:00", preview.id],
        )
        self.env.invalidate_all()
        self.reviews._gc_previews()
        self.assertTrue(preview.exists(), "Six days old")
        with freeze_time("2026-01-11 09:00:01"):
            self.reviews._gc_previews()
        self.assertFalse(preview.exists())
