# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days that are open or closed, and how a number of days is counted over them."""

from datetime import datetime, time, timedelta

from pytz import timezone, utc

DAY = timedelta(days=1)
DAY_END = time(23, 59)
# How far an open day is looked for.
MOST_DAYS = 10 * 366
# A weekday that is closed so often in a row is closed for good.
MOST_WEEKS = 8
# Working time is read in stretches of so many days.
STRETCH = 35
# How a number of days is counted, see `OpenDays.add`.
DAY_MODES = [
    ("days", "Days, open or closed"),
    ("calendar", "Open days only"),
    ("datedue", "Days; a closed last day moves to the next open day"),
    ("dayweek", "Days; a closed last day of whole weeks moves by a week"),
]


class NoOpenDay(Exception):
    """There is no open day within ten years."""


class OpenDays:
    """Days, of which `is_open` says whether there is work."""

    def __init__(self, is_open):
        self.is_open = is_open

    def is_ever_open(self, day):
        """Return whether the weekday of a day is not closed for good."""
        weeks = (day + week * 7 * DAY for week in range(MOST_WEEKS))
        return any(self.is_open(later) for later in weeks)

    def add(self, start, amount, mode):
        """Return the day that lies `amount` days after `start`.

        Modes: “days” ignores closed days; “calendar” counts open days only;
        “datedue” counts all and goes on to the next open day if the last one is
        closed; “dayweek” does the same in steps of a week when the amount is whole
        weeks and that weekday is not closed for good.  No days later is the same
        day, open or not.

        :raises NoOpenDay: when there is none within ten years
        """
        if mode == "calendar":
            day = start
            for _count in range(amount):
                day = self.get_next(day)
            return day
        day = start + amount * DAY
        if mode == "days" or not amount or self.is_open(day):
            return day
        if mode == "dayweek" and amount % 7 == 0 and self.is_ever_open(day):
            return self.get_next(day, 7)
        return self.get_next(day)

    def roll(self, day, mode):
        """Return a day that was agreed on, or the next open one if the mode says so."""
        if mode == "days" or self.is_open(day):
            return day
        return self.get_next(day)

    def get_next(self, day, step=1):
        """Return the next open day after a day, in steps of so many days.

        :raises NoOpenDay: when there is none within ten years
        """
        for count in range(step, MOST_DAYS, step):
            if self.is_open(later := day + count * DAY):
                return later
        raise NoOpenDay(day)

    def get_previous(self, day, floor):
        """Return the last open day up to `day`, or `floor` when there is none."""
        while day > floor and not self.is_open(day):
            day -= DAY
        return max(day, floor)


class CalendarDays(OpenDays):
    """The days of a working calendar, in its time zone.

    What was read stays in memory: it is made for one computation.
    """

    def __init__(self, business_time, calendar):
        super().__init__(lambda day: self.get_close(day) is not None)
        self.calendar = calendar
        self.zone = timezone(calendar.tz)
        self._business_time = business_time
        self._work = {}

    def get_day(self, moment):
        """Return the day of a naive UTC datetime, where the calendar is."""
        return utc.localize(moment).astimezone(self.zone).date()

    def get_end(self, day):
        """Return the end of a day: 23:59 where the calendar is, as naive UTC.

        On a day that has that minute twice, because the clock is put back, it is the
        later one.
        """
        end = self.zone.localize(datetime.combine(day, DAY_END), is_dst=False)
        return end.astimezone(utc).replace(tzinfo=None)

    def get_start(self, day):
        """Return when work begins on a day, as naive UTC; None on closed days."""
        return self._get_work(day)[0]

    def get_close(self, day):
        """Return when work is over on a day, as naive UTC; None on closed days."""
        return self._get_work(day)[1]

    def _get_work(self, day):
        if day not in self._work:
            self._read(day)
        return self._work[day]

    def _read(self, first):
        """Read a stretch: back by a few days, because clipping goes backwards."""
        first -= 7 * DAY
        last = first + STRETCH * DAY
        low, high = (
            self.zone.localize(datetime.combine(day, time.min)) for day in (first, last)
        )
        work = {first + count * DAY: (None, None) for count in range(STRETCH)}
        for begin, close in self._business_time._get_work(self.calendar, low, high):
            day = self.get_day(begin)
            work[day] = (work[day][0] or begin, close)
        self._work.update(work)
