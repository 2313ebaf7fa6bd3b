# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_governance.models.policy.working_time import NoWorkingTime

from .common import GovernanceCommon

# The same examples in each run, so that a failure is the fault of a change.
PROPERTY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
MOMENTS = st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2027, 12, 31))


def at(text):
    """Return a naive UTC datetime."""
    return datetime.fromisoformat(text)


@tagged("post_install", "-at_install")
class TestPolicyBusinessTime(GovernanceCommon):
    """Deadlines in all units, over weekends, holidays and changes of the clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.time = cls.env["governance.business.time"]
        cls.paris = cls._create_calendar("Paris", "Europe/Paris")
        cls.shanghai = cls._create_calendar("Shanghai", "Asia/Shanghai")
        cls.always = cls._create_calendar(
            "Always", "Europe/Paris", hours=[(0, 24)], days=range(7)
        )
        # Labour day, as the holiday form enters it.
        for calendar, start, end in (
            (cls.paris, "2026-04-30 22:00:00", "2026-05-01 21:59:59"),
            (cls.always, "2026-04-30 22:00:00", "2026-05-01 21:59:59"),
            (cls.shanghai, "2026-02-15 16:00:00", "2026-02-23 15:59:59"),
        ):
            cls.env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "date_from": start,
                    "date_to": end,
                }
            )

    @classmethod
    def _create_calendar(cls, name, tz, hours=((8, 12), (13, 17)), days=range(5)):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": name,
                                "dayofweek": str(day),
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": "morning" if start < 12 else "afternoon",
                            }
                        )
                        for day in days
                        for start, end in hours
                    ),
                ],
            }
        )

    def assertDeadline(self, start, amount, unit, calendar, expected):
        deadline = self.time._add(at(start), amount, unit, calendar)
        self.assertEqual(deadline, at(expected))
        elapsed = self.time._elapsed(at(start), deadline, unit, calendar)
        self.assertAlmostEqual(elapsed, amount, places=6)

    def test_around_the_clock(self):
        self.assertDeadline("2026-03-27 10:00", 24, "hours", None, "2026-03-28 10:00")
        self.assertDeadline("2026-03-27 10:00", 2, "days", None, "2026-03-29 10:00")
        self.assertDeadline("2026-03-27 10:00", 0.5, "days", None, "2026-03-27 22:00")

    def test_working_hours_in_a_day(self):
        # Paris in winter is one hour ahead of UTC: work from 7 to 11, 12 to 16.
        for start, hours, expected in (
            ("2026-03-02 08:00", 2, "2026-03-02 10:00"),
            ("2026-03-02 10:00", 2, "2026-03-02 13:00"),
            ("2026-03-02 03:00", 1, "2026-03-02 08:00"),
            ("2026-03-02 11:30", 1, "2026-03-02 13:00"),
        ):
            with self.subTest(start=start):
                self.assertDeadline(start, hours, "working_hours", self.paris, expected)

    def test_end_of_work_is_a_deadline(self):
        """A deadline on the end of work stays there, not on the next morning."""
        self.assertDeadline(
            "2026-03-02 07:00", 8, "working_hours", self.paris, "2026-03-02 16:00"
        )
        self.assertDeadline(
            "2026-03-02 07:00", 8.5, "working_hours", self.paris, "2026-03-03 07:30"
        )

    def test_weekend(self):
        self.assertDeadline(
            "2026-03-06 15:00", 2, "working_hours", self.paris, "2026-03-09 08:00"
        )
        self.assertDeadline(
            "2026-03-07 09:00", 1, "working_hours", self.paris, "2026-03-09 08:00"
        )

    def test_holiday(self):
        # Friday the first of May is a holiday; summer time is two hours ahead.
        self.assertDeadline(
            "2026-04-30 14:00", 2, "working_hours", self.paris, "2026-05-04 07:00"
        )
        self.assertDeadline(
            "2026-04-30 14:00", 1, "working_days", self.paris, "2026-05-04 15:00"
        )

    def test_change_to_summer_time(self):
        """Work begins at 8 on the wall: 7 UTC before, 6 UTC after the change."""
        self.assertDeadline(
            "2026-03-27 15:00", 2, "working_hours", self.paris, "2026-03-30 07:00"
        )
        # The day of the change itself has 23 hours.
        self.assertDeadline(
            "2026-03-28 23:00", 23, "working_hours", self.always, "2026-03-29 22:00"
        )

    def test_change_to_winter_time(self):
        self.assertDeadline(
            "2026-10-23 14:00", 2, "working_hours", self.paris, "2026-10-26 08:00"
        )
        self.assertDeadline(
            "2026-10-24 22:00", 25, "working_hours", self.always, "2026-10-25 23:00"
        )

    def test_shanghai_has_no_summer_time(self):
        self.assertDeadline(
            "2026-03-27 08:00", 2, "working_hours", self.shanghai, "2026-03-30 01:00"
        )
        self.assertDeadline(
            "2026-07-03 08:00", 2, "working_hours", self.shanghai, "2026-07-06 01:00"
        )

    def test_spring_festival(self):
        # Holidays until Monday the 23rd; the next working day is the 24th.
        self.assertDeadline(
            "2026-02-13 02:00", 3, "working_days", self.shanghai, "2026-02-26 09:00"
        )

    def test_working_days(self):
        """They count from the next day on and end with work."""
        for start, days, expected in (
            ("2026-03-02 07:00", 1, "2026-03-03 16:00"),
            ("2026-03-02 22:30", 1, "2026-03-03 16:00"),
            # Half past midnight in Paris is another day already.
            ("2026-03-02 23:30", 1, "2026-03-04 16:00"),
            ("2026-03-06 10:00", 3, "2026-03-11 16:00"),
            ("2026-03-07 10:00", 1, "2026-03-09 16:00"),
            ("2026-03-27 10:00", 1, "2026-03-30 15:00"),
        ):
            with self.subTest(start=start):
                self.assertDeadline(start, days, "working_days", self.paris, expected)

    def test_midnight_and_holiday_around_the_clock(self):
        """24 hours are 24 hours, and a holiday until 23:59:59 is no working day."""
        self.assertDeadline(
            "2026-03-02 12:00", 48, "working_hours", self.always, "2026-03-04 12:00"
        )
        self.assertDeadline(
            "2026-04-30 10:00", 1, "working_days", self.always, "2026-05-02 22:00"
        )

    def test_nothing_to_add(self):
        for unit in ("hours", "days", "working_hours", "working_days"):
            start = at("2026-03-07 10:00")
            self.assertEqual(self.time._add(start, 0, unit, self.paris), start)
            self.assertEqual(self.time._elapsed(start, start, unit, self.paris), 0)
            earlier = start - timedelta(days=3)
            self.assertEqual(self.time._elapsed(start, earlier, unit, self.paris), 0)

    def test_who_asks_does_not_matter(self):
        """Neither rights nor context move a deadline."""
        start = at("2026-04-30 14:00")
        expected = self.time._add(start, 2, "working_hours", self.paris)
        for user in (self.employee, self.portal):
            time = self.time.with_user(user).with_context(
                employee_timezone="Asia/Tokyo", tz="Asia/Tokyo"
            )
            calendar = self.paris.with_env(time.env)
            self.assertEqual(time._add(start, 2, "working_hours", calendar), expected)

    def test_holidays_of_other_companies_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        leave = (
            self.env["resource.calendar.leaves"]
            .with_company(other)
            .create(
                {
                    "name": "Founder's day",
                    "calendar_id": False,
                    "date_from": "2026-03-02 00:00:00",
                    "date_to": "2026-03-02 23:59:59",
                }
            )
        )
        self.assertEqual(leave.company_id, other)
        self.assertDeadline(
            "2026-03-02 08:00", 2, "working_hours", self.paris, "2026-03-02 10:00"
        )

    def test_refused_calendars(self):
        empty = self._create_calendar("Empty office", "UTC", days=())
        start = at("2026-03-02 08:00")
        with self.assertRaisesRegex(ValidationError, "Empty office"):
            self.time._add(start, 1, "working_hours", empty)
        with self.assertRaisesRegex(ValidationError, "working schedule"):
            self.time._add(start, 1, "working_days")
        with self.assertRaisesRegex(ValidationError, "working schedule"):
            self.time._elapsed(start, at("2026-03-03 08:00"), "working_hours")
        flexible = self._create_calendar("Flexible office", "UTC")
        flexible.flexible_hours = True
        with self.assertRaisesRegex(ValidationError, "Flexible office"):
            self.time._add(start, 1, "working_hours", flexible)

    def test_calendar_that_is_always_closed(self):
        closed = self._create_calendar("Closed office", "UTC")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed for good",
                "calendar_id": closed.id,
                "date_from": "2026-01-01 00:00:00",
                "date_to": "2099-01-01 00:00:00",
            }
        )
        for unit in ("working_hours", "working_days"):
            with self.assertRaisesRegex(ValidationError, "Closed office"):
                self.time._add(at("2026-03-02 08:00"), 1, unit, closed)

    def test_refused_amounts(self):
        start = at("2026-03-02 08:00")
        for amount in (-1, float("nan"), float("inf")):
            with self.assertRaises(ValidationError):
                self.time._add(start, amount, "hours")
        with self.assertRaisesRegex(ValidationError, "counted whole"):
            self.time._add(start, 1.5, "working_days", self.paris)
        with self.assertRaisesRegex(ValidationError, "9999"):
            self.time._add(start, 1e9, "days")
        with self.assertRaisesRegex(ValidationError, "9999"):
            self.time._add(at("9999-12-30 00:00"), 5, "working_hours", self.paris)
        with self.assertRaises(ValidationError):
            self.time._add(start, 1, "weeks")
        with self.assertRaisesRegex(ValidationError, "ten years"):
            self.time._elapsed(
                start, at("9999-01-01 00:00"), "working_days", self.paris
            )

    # ------------------------------------------------------------------
    # PROPERTIES
    # ------------------------------------------------------------------

    @PROPERTY
    @given(start=MOMENTS, hours=st.floats(min_value=0.01, max_value=400))
    def test_elapsed_is_the_inverse_in_working_hours(self, start, hours):
        for calendar in (self.paris, self.shanghai, self.always):
            end = self.time._add(start, hours, "working_hours", calendar)
            elapsed = self.time._elapsed(start, end, "working_hours", calendar)
            self.assertAlmostEqual(elapsed, hours, places=5)

    @PROPERTY
    @given(start=MOMENTS, days=st.integers(min_value=1, max_value=60))
    def test_elapsed_is_the_inverse_in_working_days(self, start, days):
        for calendar in (self.paris, self.shanghai, self.always):
            end = self.time._add(start, days, "working_days", calendar)
            elapsed = self.time._elapsed(start, end, "working_days", calendar)
            self.assertEqual(elapsed, days)
            before = end - timedelta(seconds=1)
            elapsed = self.time._elapsed(start, before, "working_days", calendar)
            self.assertEqual(elapsed, days - 1)

    @PROPERTY
    @given(start=MOMENTS, middle=MOMENTS, end=MOMENTS)
    def test_elapsed_adds_up(self, start, middle, end):
        start, middle, end = sorted((start, middle, end))
        for unit in ("hours", "working_hours"):
            whole = self.time._elapsed(start, end, unit, self.paris)
            parts = self.time._elapsed(start, middle, unit, self.paris)
            parts += self.time._elapsed(middle, end, unit, self.paris)
            self.assertAlmostEqual(whole, parts, places=6)

    @PROPERTY
    @given(
        start=MOMENTS,
        first=st.floats(min_value=0, max_value=200),
        second=st.floats(min_value=0, max_value=200),
    )
    def test_more_time_never_ends_earlier(self, start, first, second):
        less, more = sorted((first, second))
        self.assertLessEqual(
            self.time._add(start, less, "working_hours", self.paris),
            self.time._add(start, more, "working_hours", self.paris),
        )

    @PROPERTY
    @given(start=MOMENTS, hours=st.floats(min_value=0.01, max_value=100))
    def test_same_result_as_odoo(self, start, hours):
        """Core's own planning agrees where it has an answer."""
        planned = self.paris.plan_hours(hours, start, compute_leaves=True)
        deadline = self.time._add(start, hours, "working_hours", self.paris)
        self.assertLess(abs(planned - deadline), timedelta(seconds=1))

    # ------------------------------------------------------------------
    # READ ONCE
    # ------------------------------------------------------------------

    @PROPERTY
    @given(MOMENTS, st.integers(0, 400), st.integers(0, 900), st.integers(0, 2))
    def test_working_time_agrees(self, start, quarters, hours, which):
        """Working time that is read once says the same, forwards and backwards."""
        start = start.replace(microsecond=0)
        calendar = (self.paris, self.shanghai, self.always)[which]
        working = self.time._get_working_time(calendar)
        self.assertEqual(
            working.add(start, timedelta(hours=quarters / 4)),
            self.time._add(start, quarters / 4, "working_hours", calendar),
        )
        self.assertEqual(
            working.add_days(start, quarters % 30),
            self.time._add(start, quarters % 30, "working_days", calendar),
        )
        before = start - timedelta(hours=hours)
        self.assertAlmostEqual(
            working.elapsed(before, start) / timedelta(hours=1),
            self.time._elapsed(before, start, "working_hours", calendar),
            places=6,
        )

    def test_working_time_of_nothing(self):
        """A calendar without hours is no error here: nothing is ever reached."""
        empty = self._create_calendar("Empty", "UTC", days=[])
        working = self.time._get_working_time(empty)
        start = at("2026-03-02 09:00")
        self.assertFalse(working.elapsed(start, start + timedelta(days=400)))
        for name, amount in (("add", timedelta(hours=1)), ("add_days", 1)):
            with self.assertRaises(NoWorkingTime):
                getattr(working, name)(start, amount)

    def test_working_time_is_told_apart(self):
        """Two readings of one calendar are alike, of two calendars they are not."""
        paris = self.time._get_working_time(self.paris)
        self.assertEqual(paris, self.time._get_working_time(self.paris))
        self.assertNotEqual(paris, self.time._get_working_time(self.shanghai))
