# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Windows of time that a cadence makes, and the day of each on which it is due.

Windows are half-open, disjoint and tile time, so no day is in two of them or in none.
They depend on the cadence alone; the day that a customer is due in them depends on the
customer and the cadence alone.  Neither depends on when or in which order one looks.
"""

from datetime import date, timedelta
from typing import NamedTuple
from zlib import crc32

DAY = timedelta(days=1)
# A Monday: what comes every so many days or weeks is counted from here, so that no
# year and no ISO week 53 begins the count anew.
ANCHOR = date(2000, 1, 3)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# The ISO weeks in which the twelve periods of a 4-4-5 year begin.
PERIOD_WEEKS = (1, 5, 9, 14, 18, 22, 27, 31, 35, 40, 44, 48)
UNITS = ("day", "week", *MONTHS, "period445")
MODES = ("at_least", "every")
# Odd factors that mix the bits of 32; SQL has the same in 64 bits without overflow.
MIX = (1597334677, 1181783497)
WORD = 0xFFFFFFFF
# From Saturday to Friday or Monday, from Sunday to Monday or Friday.
BESIDE = {5: (-1, 2), 6: (1, -2)}


class Window(NamedTuple):
    """Days from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def days(self):
        """Return how many days it has."""
        return (self.end - self.start).days

    @property
    def middle(self):
        """Return the day that decides which tier a customer counts with."""
        return self.start + self.days // 2 * DAY


class Cadence(NamedTuple):
    """How often: at least `number` in each unit, or once in every `number` units."""

    mode: str
    number: int
    unit: str

    def get_windows(self, start, end):
        """Return the windows that have a day from `start` up to, not with, `end`."""
        windows = []
        day = start
        while day < end:
            group = self._get_group(day)
            windows += [window for window in group if window.end > start]
            day = group[-1].end
        return [window for window in windows if window.start < end]

    def get_window(self, day):
        """Return the window that has a day."""
        return self.get_windows(day, day + DAY)[0]

    def get_previous(self, window):
        """Return the window that ends where another one begins."""
        return self.get_window(window.start - DAY)

    def _get_group(self, day):
        """Return the windows of the unit, or of the units, that a day lies in."""
        self._check()
        index = get_index(self.unit, day)
        if self.mode == "every":
            first = index - index % self.number
            end = get_start(self.unit, first + self.number)
            return [Window(get_start(self.unit, first), end)]
        whole = Window(get_start(self.unit, index), get_start(self.unit, index + 1))
        # Days are not divided: there are never more windows than days.
        parts = min(self.number, whole.days)
        cuts = [whole.start + part * whole.days // parts * DAY for part in range(parts)]
        return [Window(*cut) for cut in zip(cuts, [*cuts[1:], whole.end], strict=True)]

    def _check(self):
        if self.mode not in MODES or self.unit not in UNITS or self.number < 1:
            raise ValueError(f"There is no cadence {self}")


def get_index(unit, day):
    """Return the number of the day, week … that a day lies in."""
    if unit == "day":
        return (day - ANCHOR).days
    if unit == "week":
        return (day - ANCHOR).days // 7
    if unit == "period445":
        year, week, _weekday = day.isocalendar()
        period = sum(first <= week for first in PERIOD_WEEKS) - 1
        return (year - ANCHOR.year) * 12 + period
    return ((day.year - ANCHOR.year) * 12 + day.month - 1) // MONTHS[unit]


def get_start(unit, index):
    """Return the first day of the day, week … with a number."""
    if unit == "day":
        return ANCHOR + index * DAY
    if unit == "week":
        return ANCHOR + index * 7 * DAY
    if unit == "period445":
        # The last period takes week 53, in the years that have one.
        year, period = divmod(index, 12)
        return date.fromisocalendar(ANCHOR.year + year, PERIOD_WEEKS[period], 1)
    year, month = divmod(index * MONTHS[unit], 12)
    return date(ANCHOR.year + year, month + 1, 1)


def get_next_month(month):
    """Return the first day of the month after the one that begins with a day."""
    return get_start("month", get_index("month", month) + 1)


def get_seed(key):
    """Return the number that stands for a cadence in targets (`_get_target_sql`)."""
    return crc32(key.encode())
