# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, tagged

from odoo.addons.crm_governance.models.policy.open_days import NoOpenDay, OpenDays

from .files_lending_common import LendingCommon, at

# The same examples in each run, so that a failure is the fault of a change.
PROPERTY = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
DATABASE = settings(PROPERTY, max_examples=40)
DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 12, 31))
MOMENTS = st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2027, 12, 31))
MODES = st.sampled_from(["days", "calendar", "datedue", "dayweek"])
DAY = timedelta(days=1)


class Weeks(OpenDays):
    """Days with closed weekdays and holidays, without a database."""

    def __init__(self, closed, holidays):
        super().__init__(
            lambda day: day.weekday() not in closed and day not in holidays
        )


WEEKS = st.builds(
    Weeks,
    closed=st.frozensets(st.integers(min_value=0, max_value=6), max_size=6),
    holidays=st.frozensets(DAYS, max_size=40),
)


@tagged("post_install", "-at_install")
class TestFilesOpenDays(BaseCase):
    """How days are counted, whatever the calendar (anchors §5.5, 1 and 2)."""

    @PROPERTY
    @given(days=WEEKS, start=DAYS, amount=st.integers(min_value=0, max_value=60))
    def test_modes(self, days, start, amount):
        """Closed days are where the mode allows them, and nothing ends too early."""
        due = {
            mode: days.add(start, amount, mode)
            for mode in ("days", "calendar", "datedue", "dayweek")
        }
        self.assertEqual(due["days"], start + amount * DAY)
        if not amount:
            self.assertEqual(set(due.values()), {start})
            return
        ahead = (start + count * DAY for count in range(1, 700))
        counted = [day for day in ahead if days.is_open(day)]
        self.assertEqual(due["calendar"], counted[amount - 1])
        first_open = next(day for day in counted if day >= due["days"])
        self.assertEqual(due["datedue"], first_open)
        for mode in ("calendar", "datedue", "dayweek"):
            self.assertTrue(days.is_open(due[mode]))
            self.assertGreaterEqual(due[mode], due["days"])
        if amount % 7 == 0 and days.is_ever_open(due["days"]):
            self.assertEqual(due["dayweek"].weekday(), due["days"].weekday())
        else:
            self.assertEqual(due["dayweek"], due["datedue"])

    @PROPERTY
    @given(days=WEEKS, day=DAYS, back=st.integers(min_value=0, max_value=60))
    def test_rolling_back(self, days, day, back):
        """Back to an open day, never forward and never behind the floor."""
        floor = day - back * DAY
        found = days.get_previous(day, floor)
        self.assertTrue(floor <= found <= day)
        self.assertTrue(found == floor or days.is_open(found))
        skipped = (found + n * DAY for n in range(1, (day - found).days + 1))
        self.assertFalse(any(map(days.is_open, skipped)))

    def test_no_open_day(self):
        never = OpenDays(lambda day: False)
        for mode in ("calendar", "datedue", "dayweek"):
            with self.assertRaises(NoOpenDay):
                never.add(date(2026, 3, 2), 7, mode)
        self.assertEqual(
            never.add(date(2026, 3, 2), 7, "days"), date(2026, 3, 9), "ignores them"
        )
        self.assertFalse(never.is_ever_open(date(2026, 3, 2)))


@tagged("post_install", "-at_install")
class TestFilesDue(LendingCommon):
    """Golden calendars: when a loan ends (anchors §5.5, 1 to 5)."""

    def assertDue(self, policy, start, expected, **details):
        self.assertEqual(policy._get_due(at(start), **details), at(expected))

    def test_due_on_a_holiday(self):
        """Thirteen days from 18 September: 1 October, the national holiday."""
        policy = self.create_policy(due_days=13)
        for mode, expected in (
            ("days", "2026-10-01 15:59"),
            ("datedue", "2026-10-08 15:59"),
            # 13 days are not whole weeks.
            ("dayweek", "2026-10-08 15:59"),
            # 8 open days in September, then from the 8th on.
            ("calendar", "2026-10-14 15:59"),
        ):
            with self.subTest(mode=mode):
                policy.calendar_mode = mode
                self.assertDue(policy, "2026-09-18 02:00", expected)

    def test_whole_weeks_keep_the_weekday(self):
        """Two weeks from Friday 18 September: not on the 2nd but on the 9th."""
        policy = self.create_policy(calendar_mode="dayweek", due_days=14)
        self.assertDue(policy, "2026-09-18 02:00", "2026-10-09 15:59")
        policy.due_days = 7
        self.assertDue(policy, "2026-09-18 02:00", "2026-09-25 15:59")

    def test_weekday_that_is_closed_for_good(self):
        """A week from a Saturday: the Monday after, as no Saturday is open."""
        policy = self.create_policy(calendar_mode="dayweek", due_days=7)
        self.assertDue(policy, "2026-03-07 02:00", "2026-03-16 15:59")

    def test_three_closed_days_in_a_row(self):
        """Friday 1 May, then a weekend: Monday the 4th."""
        policy = self.create_policy(calendar_id=self.paris.id)
        self.assertDue(policy, "2026-04-17 08:00", "2026-05-04 21:59")
        policy.calendar_mode = "days"
        self.assertDue(policy, "2026-04-17 08:00", "2026-05-01 21:59")

    def test_on_site_at_closing_time(self):
        """Reading ends when the room closes, however late it began (E-39)."""
        policy = self.create_policy(is_on_site=True, due_rule="same_day")
        for start in ("2026-03-02 00:30", "2026-03-02 04:30", "2026-03-02 08:59:59"):
            with self.subTest(start=start):
                self.assertDue(policy, start, "2026-03-02 09:00")
        for start, words in (
            ("2026-03-02 09:00", "closes at"),
            ("2026-03-02 12:00", "closes at"),
            ("2026-03-07 02:00", "closed on"),
            ("2026-10-01 02:00", "closed on"),
        ):
            with self.subTest(start=start):
                with self.assertSays(words, ValidationError):
                    policy._get_due(at(start))
        # The due rule of loans that leave the room has no effect.
        policy.write({"due_rule": "days", "calendar_mode": "days"})
        self.assertDue(policy, "2026-03-02 02:00", "2026-03-02 09:00")

    def test_on_site_around_the_clock(self):
        """A room that never closes: the day ends at 23:59."""
        always = self.create_calendar(
            "Always", "Asia/Shanghai", hours=[(0, 24)], days=range(7)
        )
        policy = self.create_policy(is_on_site=True, calendar_id=always.id)
        self.assertDue(policy, "2026-03-07 02:00", "2026-03-07 15:59")

    def test_hourly_loan_over_closing_time(self):
        policy = self.create_policy(due_rule="hours", due_hours=3.5)
        self.assertDue(policy, "2026-03-02 02:00", "2026-03-02 05:30")
        self.assertDue(policy, "2026-03-02 05:30", "2026-03-02 09:00")
        self.assertDue(policy, "2026-03-02 07:00", "2026-03-02 09:00")
        with self.assertSays("closes at", ValidationError):
            policy._get_due(at("2026-03-02 09:00"))
        with self.assertSays("closed on", ValidationError):
            policy._get_due(at("2026-03-07 02:00"))
        # Where closed days do not count, neither do closed hours.
        policy.calendar_mode = "days"
        self.assertDue(policy, "2026-03-02 07:00", "2026-03-02 10:30")
        policy.is_on_site = True
        self.assertDue(policy, "2026-03-02 07:00", "2026-03-02 09:00")

    def test_expiry_at_midnight(self):
        """Access until midnight in Shanghai: the loan ends the minute before."""
        policy = self.create_policy()
        for limit, expected in (
            # Friday 00:00 in Shanghai.
            ("2026-03-05 16:00", "2026-03-05 15:59"),
            # Monday 00:00: Sunday and Saturday are closed, so Friday.
            ("2026-03-08 16:00", "2026-03-06 15:59"),
            # On Sunday at noon.
            ("2026-03-08 04:00", "2026-03-06 15:59"),
            # On Thursday at 10 o'clock.
            ("2026-03-05 02:00", "2026-03-05 02:00"),
            # Today at 15 o'clock.
            ("2026-03-02 07:00", "2026-03-02 07:00"),
            ("2027-01-01 00:00", "2026-03-16 15:59"),
        ):
            with self.subTest(limit=limit):
                self.assertDue(policy, "2026-03-02 02:00", expected, limit=at(limit))
        for limit in ("2026-03-02 02:00", "2026-03-01 02:00"):
            with self.assertSays("Nothing can be lent", ValidationError):
                policy._get_due(at("2026-03-02 02:00"), limit=at(limit))
        policy.calendar_mode = "days"
        self.assertDue(
            policy, "2026-03-02 02:00", "2026-03-08 15:59", limit=at("2026-03-08 16:00")
        )

    def test_day_of_the_archive_counts(self):
        """Half past midnight in Shanghai is the next day, wherever the user is."""
        policy = self.create_policy(due_days=1)
        self.assertDue(policy, "2026-03-02 15:30", "2026-03-03 15:59")
        self.assertDue(policy, "2026-03-02 16:30", "2026-03-04 15:59")
        elsewhere = policy.with_user(self.employee).with_context(tz="America/New_York")
        self.assertDue(elsewhere, "2026-03-02 16:30", "2026-03-04 15:59")

    def test_change_of_the_clock(self):
        """The day ends at 23:59 on the wall, in summer and in winter."""
        policy = self.create_policy(calendar_id=self.paris.id)
        self.assertDue(policy, "2026-03-13 10:00", "2026-03-27 22:59")
        self.assertDue(policy, "2026-03-20 10:00", "2026-04-03 21:59")
        self.assertDue(policy, "2026-10-09 10:00", "2026-10-23 21:59")
        self.assertDue(policy, "2026-10-16 10:00", "2026-10-30 22:59")
        policy.write({"calendar_mode": "days", "due_days": 2})
        self.assertDue(policy, "2026-03-27 10:00", "2026-03-29 21:59")
        self.assertDue(policy, "2026-10-23 10:00", "2026-10-25 22:59")
        policy.is_on_site = True
        self.assertDue(policy, "2026-03-27 10:00", "2026-03-27 16:00")
        self.assertDue(policy, "2026-03-30 10:00", "2026-03-30 15:00")

    def test_clock_put_back_at_midnight(self):
        """In Cairo the last hour of 29 October comes twice: the later one counts."""
        cairo = self.create_calendar("Cairo", "Africa/Cairo", days=range(7))
        policy = self.create_policy(calendar_id=cairo.id, due_days=1)
        self.assertDue(policy, "2026-10-28 10:00", "2026-10-29 21:59")

    def test_spring_festival_with_bridge_days(self):
        """15 to 23 February 2026, worked for on the Saturdays 14 and 28 February."""
        policy = self.create_policy(
            calendar_id=self.bridge.id, calendar_mode="calendar", due_days=3
        )
        # From Friday: Saturday 14, Tuesday 24, Wednesday 25.
        self.assertDue(policy, "2026-02-13 02:00", "2026-02-25 15:59")
        policy.write({"calendar_mode": "datedue", "due_days": 7})
        self.assertDue(policy, "2026-02-09 02:00", "2026-02-24 15:59")
        self.assertDue(policy, "2026-02-07 02:00", "2026-02-14 15:59")
        policy.calendar_mode = "dayweek"
        self.assertDue(policy, "2026-02-14 02:00", "2026-02-28 15:59")
        # The limit of the borrower is on New Year's Eve: back to the bridge day.
        self.assertDue(
            policy, "2026-02-12 02:00", "2026-02-14 15:59", limit=at("2026-02-16 16:00")
        )
        policy.is_on_site = True
        self.assertDue(policy, "2026-02-14 02:00", "2026-02-14 09:00")
        with self.assertSays("closed on", ValidationError):
            policy._get_due(at("2026-02-21 02:00"))

    def test_longest_loan_by_level(self):
        """14 days, 5 and 3 working days; closed: the open day before."""
        policy = self.create_policy(
            due_rule="agreed",
            limits=[(0, 14, "days"), (1, 5, "working_days"), (2, 3, "working_days")],
        )
        wanted = at("2027-06-01 02:00")
        for start, rank, expected in (
            ("2026-03-02 02:00", 0, "2026-03-16 15:59"),
            ("2026-03-02 02:00", 1, "2026-03-09 15:59"),
            ("2026-03-02 02:00", 2, "2026-03-05 15:59"),
            # No line of its own: that of the level below.
            ("2026-03-02 02:00", 5, "2026-03-05 15:59"),
            # 14 days from a Saturday end on a Saturday.
            ("2026-03-07 02:00", 0, "2026-03-20 15:59"),
            ("2026-03-05 02:00", 2, "2026-03-10 15:59"),
            # Five working days over the national holiday.
            ("2026-09-29 02:00", 1, "2026-10-13 15:59"),
        ):
            with self.subTest(start=start, rank=rank):
                self.assertDue(policy, start, expected, requested=wanted, rank=rank)

    def test_important_files_on_the_same_day(self):
        """Other departments: what is important comes back the same day (E-40)."""
        policy = self.create_policy(
            due_rule="agreed", limits=[(0, 14, "days"), (1, 0, "days")]
        )
        wanted = at("2026-03-10 02:00")
        start = "2026-03-02 02:00"
        self.assertDue(policy, start, "2026-03-10 15:59", requested=wanted)
        self.assertDue(policy, start, "2026-03-02 15:59", requested=wanted, rank=1)
        # Even when the room is closed on that day.
        start = "2026-03-07 02:00"
        self.assertDue(policy, start, "2026-03-07 15:59", requested=wanted, rank=2)

    def test_most_secret_files_stay_in_the_room(self):
        policy = self.create_policy(limits=[(0, 14, "days"), (2, 0, "days")])
        policy.limit_ids[-1].is_on_site = True
        self.assertFalse(policy._is_read_on_site(1))
        self.assertTrue(policy._is_read_on_site(2))
        self.assertDue(policy, "2026-03-02 02:00", "2026-03-02 09:00", rank=2)

    def test_agreed_date(self):
        """Until the agreed date of return (E-46), which has to be given."""
        policy = self.create_policy(due_rule="agreed")
        start = at("2026-03-02 02:00")
        with self.assertSays("Say until when", ValidationError):
            policy._get_due(start)
        for requested in (start, start - DAY):
            with self.assertSays("not after the beginning", ValidationError):
                policy._get_due(start, requested)
        for requested, expected in (
            ("2026-03-04 01:00", "2026-03-04 15:59"),
            ("2026-03-02 03:00", "2026-03-02 15:59"),
            # A Saturday: the room opens again on Monday.
            ("2026-03-07 01:00", "2026-03-09 15:59"),
        ):
            self.assertDue(
                policy, "2026-03-02 02:00", expected, requested=at(requested)
            )
        policy.calendar_mode = "days"
        self.assertDue(
            policy,
            "2026-03-02 02:00",
            "2026-03-07 15:59",
            requested=at("2026-03-07 01:00"),
        )

    def test_wish_only_shortens(self):
        policy = self.create_policy()
        for requested, expected in (
            ("2026-03-04 01:00", "2026-03-04 15:59"),
            ("2026-05-04 01:00", "2026-03-16 15:59"),
        ):
            self.assertDue(
                policy, "2026-03-02 02:00", expected, requested=at(requested)
            )

    def test_same_day(self):
        """Callbacks come back on the same day (E-42), on a closed one as well."""
        policy = self.create_policy(due_rule="same_day")
        self.assertDue(policy, "2026-03-02 12:00", "2026-03-02 15:59")
        self.assertDue(policy, "2026-03-07 12:00", "2026-03-07 15:59")
        with self.assertSays("Nothing can be lent", ValidationError):
            policy._get_due(at("2026-03-02 15:59:30"))

    def test_calendar_of_the_company(self):
        self.company.governance_calendar_id = self.paris
        policy = self.create_policy(calendar_id=False)
        self.assertDue(policy, "2026-04-17 08:00", "2026-05-04 21:59")

    def test_calendar_that_never_opens(self):
        closed = self.create_calendar("Closed for good", "UTC")
        self.close(closed, date(2026, 1, 1), date(2099, 1, 1))
        policy = self.create_policy(calendar_id=closed.id)
        for mode in ("calendar", "datedue", "dayweek"):
            policy.calendar_mode = mode
            with self.assertSays("Closed for good", ValidationError):
                policy._get_due(at("2026-03-02 08:00"))
        policy.calendar_mode = "days"
        self.assertDue(policy, "2026-03-02 08:00", "2026-03-16 23:59")
        with self.assertSays("Closed for good", ValidationError):
            policy._get_due(at("9999-12-30 08:00"))

    # ------------------------------------------------------------------
    # ACCESS OF THE BORROWER
    # ------------------------------------------------------------------

    def access_end(self, user, customer, rank, since=None):
        return self.policies._get_access(user, customer, rank, since)[1]

    def test_access_by_a_grant_ends(self):
        """A loan does not outlive the access of the borrower (anchors §5.5, 2)."""
        self.assertIsNone(self.access_end(self.employee, self.secret, 0))
        self.assertIsNone(self.access_end(self.employee, self.secret, 2))
        grant = self.grant(self.employee, self.secret, hours=48)
        contact = self.secret_contact
        self.assertEqual(self.access_end(self.employee, contact, 2), grant.date_end)
        self.assertIsNone(self.access_end(self.employee, self.important, 1))
        grant._end("Over")
        # What is lent from now on is lent without it, what was lent before ends.
        end = grant.date_end
        self.assertIsNone(self.access_end(self.employee, self.secret, 2))
        self.assertIsNone(self.access_end(self.employee, self.secret, 2, end))
        before = end - timedelta(hours=1)
        self.assertEqual(self.access_end(self.employee, self.secret, 2, before), end)

    def test_access_by_a_clearance_ends_with_the_training(self):
        self.assertIsNone(self.access_end(self.cleared2, self.secret, 2))
        self.cleared2.tz = "Asia/Shanghai"
        self.cleared2._note_training(date(2026, 3, 8))
        self.assertIsNone(self.access_end(self.cleared2, self.secret, 2))
        ladder = self.env.ref("crm_governance.governance_clearance_ladder_cl_01")
        draft = ladder._adopt(self.company)
        numbers = {
            name: 30
            for name in (
                "grant_max_days",
                "grant_total_days",
                "emergency_minutes",
                "emergency_review_days",
                "audit_months",
            )
        }
        draft.write({**numbers, "is_training_required": True})
        draft.action_publish()
        self.cleared2._with_suspension().governance_trained_until = date(2027, 3, 8)
        # Midnight in Shanghai after 8 March.
        end = self.access_end(self.cleared2, self.secret, 2)
        self.assertEqual(end, at("2027-03-08 16:00"))
        # A training that is over is an end too.
        self.cleared2._with_suspension().governance_trained_until = date(2020, 3, 8)
        self.assertEqual(
            self.policies._get_access(self.cleared2, self.secret, 2),
            (False, at("2020-03-08 16:00")),
        )

    # ------------------------------------------------------------------
    # RENEWAL
    # ------------------------------------------------------------------

    def renewable(self, **values):
        return self.create_policy(
            **{"max_renewals": 2, "total_days": 40, "due_days": 7, **values}
        )

    def code(self, policy, now, renewals=0, due="2026-03-09 15:59", **details):
        return policy._get_renewal_refusal(
            at("2026-03-02 02:00"), at(due), at(now), renewals, **details
        )

    def renew(self, policy, now, renewals=0, due="2026-03-09 15:59", **details):
        return policy._get_renewed_due(
            at("2026-03-02 02:00"), at(due), at(now), renewals, **details
        )

    def test_renewed_from_the_day_it_was_due(self):
        policy = self.renewable()
        self.assertEqual(self.renew(policy, "2026-03-04 02:00"), at("2026-03-16 15:59"))

    def test_renewed_from_today(self):
        policy = self.renewable(renewal_base="now")
        self.assertEqual(self.renew(policy, "2026-03-04 02:00"), at("2026-03-11 15:59"))

    def test_period_of_its_own(self):
        """0 days are a period; the loan's own length only where none is given."""
        policy = self.renewable(renewal_period="own", renewal_days=3)
        self.assertEqual(self.renew(policy, "2026-03-04 02:00"), at("2026-03-12 15:59"))
        policy.write({"renewal_days": 0, "renewal_base": "now"})
        self.assertEqual(self.code(policy, "2026-03-04 02:00"), "no_gain")
        self.assertEqual(
            self.renew(policy, "2026-03-10 02:00", override={"overdue"}),
            at("2026-03-10 15:59"),
        )

    def test_codes_of_refusals(self):
        """Each refusal has a code and a sentence (anchors §5.5, 4 and 5)."""
        policy = self.renewable(renewal_window=3)
        now = "2026-03-08 02:00"
        self.assertIsNone(self.code(policy, now))
        for code, sentence, details in (
            ("suspended", "suspended", {"suspended": True}),
            ("recalled", "recalled", {"recalled": True}),
            ("waiting", "Somebody else waits", {"waiting": True}),
            ("too_many", "as often as", {"renewals": 2}),
            ("too_soon", "too early", {"now": "2026-03-05 02:00"}),
            ("overdue", "overdue", {"now": "2026-03-09 15:59:01"}),
        ):
            with self.subTest(code=code):
                details = {"now": now, **details}
                self.assertEqual(self.code(policy, **details), code)
                with self.assertSays(sentence):
                    self.renew(policy, **details)
        self.assertIsNone(self.code(policy, "2026-03-09 15:59"), "not overdue yet")
        policy.is_on_site = True
        self.assertEqual(self.code(policy, now), "on_site")
        with self.assertSays("archive room"):
            self.renew(policy, now)

    def test_codes_tell_the_reasons_apart(self):
        """Every code of the list has its sentence."""
        policy = self.renewable()
        codes = self.env["governance.lending.policy"]._get_refusal_codes()
        self.assertEqual(len({policy._get_refusal_text(code) for code in codes}), 8)

    def test_what_can_be_overridden(self):
        policy = self.renewable(renewal_window=3)
        now = "2026-03-08 02:00"
        # The codes that are not meant to be let pass are not.
        every = set(policy._get_refusal_codes())
        for details in (
            {"renewals": 5},
            {"now": "2026-03-03 02:00"},
            {"now": "2026-03-10 02:00"},
        ):
            details = {"now": now, **details}
            self.assertIsNone(self.code(policy, override=every, **details), details)
        for code in ("recalled", "suspended", "waiting"):
            details = {code: True, "override": every}
            self.assertEqual(self.code(policy, now, **details), code)
        late = {"now": "2026-03-10 02:00", "renewals": 5}
        self.assertEqual(self.code(policy, override={"too_many"}, **late), "overdue")
        policy.total_days = 7
        self.assertEqual(self.code(policy, now, override=every), "no_gain")
        policy.is_on_site = True
        self.assertEqual(self.code(policy, now, override=every), "on_site")

    def test_overdue_is_renewed_from_today(self):
        """A date that is over is no day to count from."""
        policy = self.renewable()
        self.assertEqual(
            self.renew(policy, "2026-03-20 02:00", override={"overdue"}),
            at("2026-03-27 15:59"),
        )

    def test_renewal_of_an_agreed_date(self):
        """Until the date that is agreed on now, or for as long as the loan."""
        policy = self.renewable(due_rule="agreed")
        now = "2026-03-08 02:00"
        # Lent from Monday to Monday, and so is the renewal.
        self.assertEqual(self.renew(policy, now), at("2026-03-16 15:59"))
        later = "2026-03-15 02:00"
        due = "2026-03-16 15:59"
        self.assertEqual(self.renew(policy, later, 1, due), at("2026-03-23 15:59"))
        for requested, expected in (
            ("2026-03-13 02:00", "2026-03-13 15:59"),
            ("2026-03-27 02:00", "2026-03-27 15:59"),
            # What the loan was wanted for at first.
            ("2026-03-09 02:00", "2026-03-16 15:59"),
        ):
            renewed = self.renew(policy, now, requested=at(requested))
            self.assertEqual(renewed, at(expected), requested)

    def test_wish_for_a_renewal(self):
        """A wish shortens a renewal; the wish of the loan has no effect on it."""
        policy = self.renewable()
        for requested, expected in (
            ("2026-03-11 02:00", "2026-03-11 15:59"),
            ("2026-03-09 15:59", "2026-03-16 15:59"),
            ("2026-04-09 15:59", "2026-03-16 15:59"),
        ):
            renewed = self.renew(policy, "2026-03-08 02:00", requested=at(requested))
            self.assertEqual(renewed, at(expected), requested)

    def test_never_beyond_the_total(self):
        """40 days in total end on Saturday 11 April: Friday the 10th."""
        policy = self.renewable(max_renewals=9)
        due = "2026-04-06 15:59"
        self.assertEqual(
            self.renew(policy, "2026-04-03 02:00", 4, due), at("2026-04-10 15:59")
        )
        due = "2026-04-10 15:59"
        self.assertEqual(self.code(policy, "2026-04-09 02:00", 5, due), "no_gain")
        with self.assertSays("used up"):
            self.renew(policy, "2026-04-09 02:00", 5, due)

    def test_never_beyond_level_and_access(self):
        policy = self.renewable(limits=[(0, 7, "days"), (1, 2, "working_days")])
        now = "2026-03-08 02:00"
        self.assertEqual(self.renew(policy, now, rank=1), at("2026-03-11 15:59"))
        limit = at("2026-03-10 16:00")
        self.assertEqual(self.renew(policy, now, limit=limit), at("2026-03-10 15:59"))
        limit = at("2026-03-09 16:00")
        self.assertEqual(self.code(policy, now, limit=limit), "no_gain")

    # ------------------------------------------------------------------
    # RECALL
    # ------------------------------------------------------------------

    def test_recall(self):
        """max(start + guarantee, now + interval), never later than before."""
        policy = self.create_policy(
            guarantee_value=5, recall_value=2, recall_unit="days"
        )
        start, due = at("2026-03-02 02:00"), at("2026-03-16 15:59")
        for now, expected in (
            # Within the guaranteed time.
            ("2026-03-03 02:00", "2026-03-07 02:00"),
            ("2026-03-05 01:00", "2026-03-07 02:00"),
            ("2026-03-10 04:00", "2026-03-12 04:00"),
            # So late that the loan ends before.
            ("2026-03-15 04:00", "2026-03-16 15:59"),
            ("2026-03-20 04:00", "2026-03-16 15:59"),
        ):
            with self.subTest(now=now):
                recalled = policy._get_recalled_due(start, due, at(now))
                self.assertEqual(recalled, at(expected))
        policy.recall_unit = "working_days"
        # Two working days from Tuesday; the guarantee of five ends on Monday.
        recalled = policy._get_recalled_due(start, due, at("2026-03-10 04:00"))
        self.assertEqual(recalled, at("2026-03-12 09:00"))
        recalled = policy._get_recalled_due(start, due, at("2026-03-03 04:00"))
        self.assertEqual(recalled, at("2026-03-09 09:00"))

    # ------------------------------------------------------------------
    # PROPERTIES
    # ------------------------------------------------------------------

    @DATABASE
    @given(
        start=MOMENTS,
        amount=st.integers(min_value=1, max_value=40),
        mode=MODES,
        ahead=st.timedeltas(min_value=timedelta(minutes=1), max_value=60 * DAY),
        rank=st.integers(min_value=0, max_value=3),
    )
    def test_due_is_never_later_than_any_limit(self, start, amount, mode, ahead, rank):
        policy = self.create_policy(
            calendar_id=self.paris.id,
            due_days=amount,
            calendar_mode=mode,
            limits=[(0, 14, "days"), (1, 5, "working_days"), (2, 3, "working_days")],
        )
        days = policy._get_open_days()
        today, limit = days.get_day(start), start + ahead
        try:
            due = policy._get_due(start, rank=rank, limit=limit)
        except ValidationError:
            # On the last minute of a day, and only then, nothing can be lent.
            self.assertLessEqual(min(limit, days.get_end(today)), start)
            return
        line = policy._get_limit(rank)
        self.assertTrue(start < due <= limit)
        self.assertLessEqual(due, days.get_end(line._get_last_day(days, today)))
        last = days.get_day(due)
        if mode != "days" and last != today:
            self.assertTrue(days.is_open(last))

    @DATABASE
    @given(
        start=MOMENTS,
        amount=st.integers(min_value=1, max_value=30),
        total=st.integers(min_value=1, max_value=90),
        mode=MODES,
        base=st.sampled_from(["due", "now"]),
        ahead=st.lists(st.timedeltas(timedelta(0), 20 * DAY), max_size=6),
    )
    def test_renewals_end(self, start, amount, total, mode, base, ahead):
        """Each makes the loan longer, and all together never beyond the total."""
        policy = self.create_policy(
            due_days=amount,
            total_days=total,
            calendar_mode=mode,
            renewal_base=base,
            max_renewals=5,
            calendar_id=self.paris.id,
        )
        days = policy._get_open_days()
        last = days.get_end(days.get_day(start) + total * DAY)
        try:
            due = policy._get_due(start)
        except ValidationError:
            return
        now = start
        for renewals, later in enumerate(ahead):
            now += later
            code = policy._get_renewal_refusal(start, due, now, renewals)
            if code:
                with self.assertRaises(UserError):
                    policy._get_renewed_due(start, due, now, renewals)
                continue
            renewed = policy._get_renewed_due(start, due, now, renewals)
            self.assertTrue(due < renewed <= last)
            due = renewed

    @DATABASE
    @given(
        start=MOMENTS,
        length=st.timedeltas(timedelta(0), 60 * DAY),
        later=st.timedeltas(timedelta(0), 60 * DAY),
        guarantee=st.integers(min_value=0, max_value=20),
        interval=st.integers(min_value=0, max_value=20),
        unit=st.sampled_from(["hours", "days", "working_hours", "working_days"]),
    )
    def test_a_recall_never_makes_a_loan_longer(
        self, start, length, later, guarantee, interval, unit
    ):
        policy = self.create_policy(
            guarantee_value=guarantee, recall_value=interval, recall_unit=unit
        )
        due, now = start + length, start + later
        recalled = policy._get_recalled_due(start, due, now)
        self.assertLessEqual(recalled, due)
        if recalled < due:
            time = self.env["governance.business.time"]
            for moment, value in ((start, guarantee), (now, interval)):
                least = time._add(moment, value, unit, self.shanghai)
                self.assertGreaterEqual(recalled, least)

    @DATABASE
    @given(start=MOMENTS)
    def test_reading_ends_while_the_room_is_open(self, start):
        policy = self.create_policy(is_on_site=True, calendar_id=self.paris.id)
        days = policy._get_open_days()
        try:
            due = policy._get_due(start)
        except ValidationError:
            close = days.get_close(days.get_day(start))
            self.assertTrue(not close or close <= start)
            return
        self.assertEqual(days.get_day(due), days.get_day(start))
        self.assertEqual(due, days.get_close(days.get_day(start)))
