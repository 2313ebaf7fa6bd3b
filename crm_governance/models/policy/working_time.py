# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Working time to the microsecond, read once and asked often."""

from bisect import bisect_left, bisect_right
from datetime import timedelta
from itertools import accumulate
from operator import sub

ZERO = timedelta()
DAY = timedelta(days=1)
# How far working time is looked for, and how much of it is read at once.
HORIZON = 10 * 366 * DAY
STRETCH = 56 * DAY


class NoWorkingTime(Exception):
    """There is not enough working time within ten years."""


class WorkingTime:
    """The working time of a calendar; moments are naive UTC.

    It is made for one computation: what was read stays in memory.

    :param read: function of two days, which returns the intervals of work from the
        first day until before the last one, as pairs of moments in order
    :param get_day: function of a moment, which returns its day where the calendar is
    :param key: what tells it from other working time; None: it is like no other
    """

    def __init__(self, read, get_day, key=None):
        self.key = key
        self._read = read
        self._get_day = get_day
        # The days that were read: from the first one until before the last one.
        self._low = self._high = None
        self._begins, self._stops = [], []

    def __eq__(self, other):
        if self is other:
            return True
        if not isinstance(other, WorkingTime) or self.key is None:
            return NotImplemented
        return self.key == other.key

    def __hash__(self):
        return id(self) if self.key is None else hash(self.key)

    def get_known(self, _moment):
        """Return the working time as far as it was known at a moment: it is one."""
        return self

    def get_changes(self, _start, _end):
        """Return the moments at which it was changed: it never was."""
        return []

    def get_reign(self, _moment):
        """Return what held at a moment, and until when: there is one version."""
        return None, None

    def add(self, start, length):
        """Return the first moment when so much work was done since `start`.

        The end of a day comes before the beginning of the next one.  No time later is
        the same moment, whether there is work or not.

        :raises NoWorkingTime: when it is not reached within ten years
        """
        if not length:
            return start
        self._cover(start, start)
        wanted = self._get_done(start) + length
        while self._sums[-1] < wanted:
            self._go_on(start)
        place = bisect_left(self._sums, wanted) - 1
        return self._begins[place] + (wanted - self._sums[place])

    def elapsed(self, start, end):
        """Return the working time between two moments; zero unless `end` is later."""
        if end <= start:
            return ZERO
        self._cover(start, end)
        return self._get_done(end) - self._get_done(start)

    def add_days(self, start, count):
        """Return the end of work of the `count`-th working day after that of `start`.

        :raises NoWorkingTime: when it is not reached within ten years
        """
        if not count:
            return start
        self._cover(start, start)
        place = bisect_right(self._days, self._get_day(start)) + int(count) - 1
        while place >= len(self._days):
            self._go_on(start)
        return self._closes[place]

    def _get_done(self, moment):
        """Return how much work was done until a moment, since the first one read."""
        place = bisect_right(self._begins, moment) - 1
        if place < 0:
            return ZERO
        worked = min(moment, self._stops[place]) - self._begins[place]
        return self._sums[place] + worked

    def _cover(self, start, end):
        """Read what is missing of the days between two moments."""
        low, high = self._get_day(start), self._get_day(end) + DAY
        if self._low is None:
            self._low = self._high = low
        if high > self._high:
            self._read_until(max(high, self._high + STRETCH))
        if low < self._low:
            low = min(low, self._low - STRETCH)
            work = list(self._read(low, self._low))
            self._begins[:0] = [begin for begin, _stop in work]
            self._stops[:0] = [stop for _begin, stop in work]
            self._low = low
            self._sum_up()

    def _go_on(self, start):
        """Read as many days again as were read, but not for ever."""
        if self._high > self._get_day(start) + HORIZON:
            raise NoWorkingTime(start)
        self._read_until(self._high + max(self._high - self._low, STRETCH))

    def _read_until(self, high):
        for begin, stop in self._read(self._high, high):
            self._begins.append(begin)
            self._stops.append(stop)
        self._high = high
        self._sum_up()

    def _sum_up(self):
        """Note how much work was done before each interval, and when days end."""
        lengths = map(sub, self._stops, self._begins)
        self._sums = list(accumulate(lengths, initial=ZERO))
        closes = self._get_closes()
        self._days, self._closes = list(closes), list(closes.values())

    def _get_closes(self):
        """Return when each day ends on which there is work, in order."""
        return {
            self._get_day(begin): stop
            for begin, stop in zip(self._begins, self._stops, strict=True)
        }
