# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Windows, the days in them, and placing: pure functions of dates and numbers."""

import random
from collections import Counter
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_governance.models.visits.visit_placement import Month, Request
from odoo.addons.crm_governance.models.visits.visit_windows import (
    UNITS,
    Cadence,
    get_next_month,
    get_seed,
)

from .visit_targets import get_share, get_target, get_windows_of_month

# The same examples in each run, so that a failure is the fault of a change.
PROPERTY = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
DAY = timedelta(days=1)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))
CADENCES = st.builds(
    Cadence,
    mode=st.sampled_from(["at_least", "every"]),
    number=st.integers(min_value=1, max_value=14),
    unit=st.sampled_from(UNITS),
)
SHARES = st.builds(
    get_share,
    st.integers(min_value=1, max_value=2**31 - 1),
    st.sampled_from([get_seed(key) for key in ("a", "b")]),
)


@tagged("post_install", "-at_install")
class TestVisitsWindows(BaseCase):
    """Every day is in one window, whatever the calendar (B-01 … B-38)."""

    def assertStarts(self, cadence, start, end, expected):
        """The windows begin on these days, and each ends where the next begins."""
        windows = Cadence(*cadence).get_windows(
            date.fromisoformat(start), date.fromisoformat(end)
        )
        starts = [str(window.start) for window in windows]
        self.assertEqual(starts, expected)
        ends = [str(window.end) for window in windows]
        self.assertEqual(ends[:-1], expected[1:])

    def test_golden(self):
        """Week 53, New Year, 4-4-5 weeks, leap day: the windows by hand."""
        for name, cadence, start, end, expected in (
            (
                "the year 2026 has an ISO week 53",
                ("at_least", 1, "week"),
                "2026-12-21",
                "2027-01-11",
                ["2026-12-21", "2026-12-28", "2027-01-04"],
            ),
            (
                "fortnightly over New Year, after 53 weeks",
                ("every", 2, "week"),
                "2026-12-01",
                "2027-02-01",
                ["2026-11-30", "2026-12-14", "2026-12-28", "2027-01-11", "2027-01-25"],
            ),
            (
                "4-4-5 weeks; the last period takes week 53",
                ("every", 1, "period445"),
                "2026-09-01",
                "2027-02-01",
                [
                    "2026-08-24",
                    "2026-09-28",
                    "2026-10-26",
                    "2026-11-23",
                    "2027-01-04",
                ],
            ),
            (
                "twice in a February with a leap day",
                ("at_least", 2, "month"),
                "2028-02-29",
                "2028-03-02",
                ["2028-02-15", "2028-03-01"],
            ),
            (
                "twice in a year with a leap day",
                ("at_least", 2, "year"),
                "2028-01-01",
                "2029-01-01",
                ["2028-01-01", "2028-07-02"],
            ),
            (
                "every five months, across years",
                ("every", 5, "month"),
                "2026-01-01",
                "2027-01-01",
                ["2025-11-01", "2026-04-01", "2026-09-01"],
            ),
            (
                "ten days a month: whole days, none in two windows",
                ("at_least", 10, "month"),
                "2026-02-01",
                "2026-02-14",
                ["2026-02-01", "2026-02-03", "2026-02-06", "2026-02-09", "2026-02-12"],
            ),
            (
                "days are not divided",
                ("at_least", 9, "week"),
                "2026-12-28",
                "2027-01-01",
                ["2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"],
            ),
        ):
            with self.subTest(name):
                self.assertStarts(cadence, start, end, expected)

    def test_number_per_unit(self):
        """At least n in a unit makes n windows in it."""
        for unit, start, end in (
            ("week", date(2026, 12, 28), date(2027, 1, 4)),
            ("month", date(2028, 2, 1), date(2028, 3, 1)),
            ("quarter", date(2026, 10, 1), date(2027, 1, 1)),
            ("half", date(2026, 7, 1), date(2027, 1, 1)),
            ("year", date(2028, 1, 1), date(2029, 1, 1)),
            ("period445", date(2026, 11, 23), date(2027, 1, 4)),
        ):
            for number in range(1, 8):
                windows = Cadence("at_least", number, unit).get_windows(start, end)
                self.assertEqual(len(windows), number, unit)
                self.assertEqual((windows[0].start, windows[-1].end), (start, end))
                days = [window.days for window in windows]
                self.assertLessEqual(max(days) - min(days), 1, unit)

    def test_no_cadence(self):
        for cadence in (
            ("every", 0, "week"),
            ("every", 1, "fortnight"),
            ("x", 1, "day"),
        ):
            with self.assertRaises(ValueError):
                Cadence(*cadence).get_window(date(2026, 1, 1))

    @PROPERTY
    @given(cadence=CADENCES, day=DAYS)
    def test_tiling(self, cadence, day):
        """A day is in one window, seen from everywhere, and windows leave no gap."""
        window = cadence.get_window(day)
        self.assertTrue(window.start <= day < window.end)
        self.assertTrue(window.start <= window.middle < window.end)
        for other in (window.start, window.end - DAY):
            self.assertEqual(cadence.get_window(other), window)
        self.assertEqual(cadence.get_previous(window).end, window.start)
        self.assertEqual(cadence.get_window(window.end).start, window.end)
        around = cadence.get_windows(day - 40 * DAY, day + 40 * DAY)
        self.assertIn(window, around)
        for former, latter in zip(around, around[1:], strict=False):
            self.assertEqual(former.end, latter.start)

    @PROPERTY
    @given(cadence=CADENCES, day=DAYS, share=SHARES)
    def test_each_window_in_one_month(self, cadence, day, share):
        """Consecutive months take every window once, none twice."""
        month = day.replace(day=1)
        found, months = [], []
        for _count in range(15):
            found += get_windows_of_month(cadence, month, share)
            months.append(month)
            month = get_next_month(month)
        self.assertEqual(found, sorted(set(found)))
        expected = [
            window
            for window in cadence.get_windows(months[0], month)
            if months[0] <= get_target(window, share) < month
        ]
        self.assertEqual(found, expected)
        for window in found:
            self.assertTrue(window.start <= get_target(window, share) < window.end)

    def test_customers_spread_evenly(self):
        """A thousand customers of a person are due all over a window."""
        for seed in (get_seed("a"), get_seed("b")):
            for step in (1, 7, 40, 5000):
                shares = [get_share(1 + n * step, seed) for n in range(1000)]
                counts = Counter(share * 20 >> 32 for share in shares)
                self.assertEqual(len(counts), 20)
                # 50 in each of 20 parts; chance alone keeps within these bounds.
                self.assertGreater(min(counts.values()), 25)
                self.assertLess(max(counts.values()), 80)

    def test_share_stays(self):
        """The shares of today are those of next year, or windows change their month."""
        self.assertEqual(get_seed("visit"), 1132390713)
        shares = [get_share(number, get_seed("visit")) for number in (1, 2, 2**31 - 1)]
        self.assertEqual(shares, [1255030325, 1642396687, 3372129769])


def _request(low, length, ideal, effort, is_overdue, name):
    high = low + length
    ideal = low + ideal % length
    return Request(low, high, ideal, effort, is_overdue, (name,), name)


REQUESTS = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=27),
        st.integers(min_value=1, max_value=31),
        st.integers(min_value=0, max_value=30),
        st.sampled_from([125, 500, 1000]),
        st.booleans(),
    ),
    max_size=60,
).map(lambda rows: [_request(*row, name) for name, row in enumerate(rows)])
OPEN = st.frozensets(st.integers(min_value=0, max_value=30), min_size=1)


@tagged("post_install", "-at_install")
class TestVisitsPlacement(BaseCase):
    """Visits of a month on open days, evenly, overdue ones first."""

    @PROPERTY
    @given(requests=REQUESTS, open_days=OPEN, seed=st.integers())
    def test_order_makes_no_difference(self, requests, open_days, seed):
        shuffled = list(requests)
        random.Random(seed).shuffle(shuffled)
        self.assertEqual(
            Month(open_days).place(requests), Month(open_days).place(shuffled)
        )

    @PROPERTY
    @given(requests=REQUESTS, open_days=OPEN)
    def test_inside_and_open(self, requests, open_days):
        """Each gets an open day, in its own stretch wherever there is one."""
        found = Month(open_days).place(requests)
        self.assertEqual(set(found), {request.name for request in requests})
        for request in requests:
            day = found[request.name]
            self.assertIn(day, open_days)
            mine = [day for day in open_days if request.low <= day < request.high]
            self.assertTrue(not mine or day in mine)

    @PROPERTY
    @given(
        requests=REQUESTS,
        open_days=OPEN,
        planned=st.lists(st.tuples(st.sampled_from(range(31)), st.just(1000))),
    )
    def test_even_spread(self, requests, open_days, planned):
        """No day gets more than an even share and one visit, where days are free."""
        free = [request._replace(low=0, high=31) for request in requests]
        month = Month(open_days, planned)
        before = dict(month.load)
        month.place(free)
        total = sum(month.load.values())
        share = -(-total // len(open_days))
        for day in open_days:
            if month.load[day] > before.get(day, 0):
                self.assertLess(month.load[day], share + 1000)

    def test_near_its_day(self):
        """Where there is room, a visit is on its best day, or on the nearest open."""
        weekdays = [day for day in range(28) if day % 7 < 5]
        for ideal, expected in ((0, 0), (9, 9), (5, 4), (6, 7), (27, 25)):
            request = Request(0, 28, ideal, 1000, False, (1,), 1)
            self.assertEqual(Month(weekdays).place([request]), {1: expected})

    def test_overdue_first(self):
        """What is overdue takes the early days from what is not."""
        late = Request(0, 28, 0, 1000, True, (2,), 2)
        other = Request(0, 2, 0, 1000, False, (1,), 1)
        self.assertEqual(Month(range(28)).place([other, late]), {2: 0, 1: 1})

    def test_no_open_day_in_the_window(self):
        """The nearest open day, another one for each visit to the same customer."""
        closed = range(10, 16)
        month = Month(set(range(28)) - set(closed))
        requests = [
            Request(day, day + 2, day, 1000, False, ("presence",), day)
            for day in (8, 10, 12, 14, 16)
        ]
        found = month.place(requests)
        self.assertEqual(found, {8: 8, 16: 16, 10: 9, 12: 7, 14: 17})
        self.assertEqual(len(set(found.values())), 5)

    def test_whole_month_closed(self):
        request = Request(0, 28, 3, 1000, False, (1,), 1)
        self.assertEqual(Month([]).place([request]), {})
