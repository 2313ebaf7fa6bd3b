# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .open_days import CalendarDays
from .working_time import WorkingTime

UNITS = [
    ("hours", "hours"),
    ("days", "days"),
    ("working_hours", "working hours"),
    ("working_days", "working days"),
]
WORKING_UNITS = ("working_hours", "working_days")
# Attendances are read in stretches of this length, and at most this far ahead.
STRETCH = timedelta(days=28)
HORIZON = timedelta(days=10 * 366)
# Holidays are usually entered until 23:59:59; the second that is left over of a
# calendar that works around the clock is not a working day.
CRUMB = timedelta(minutes=1)


class GovernanceBusinessTime(models.AbstractModel):
    """Deadlines around the clock or on a working calendar."""

    _name = "governance.business.time"
    _description = "Business time"

    @api.model
    def _add(self, start, amount, unit, calendar=None):
        """Return the moment that lies `amount` of `unit` after `start`.

        Datetimes are naive UTC, as everywhere in Odoo. Hours and days run
        around the clock, a day being 24 hours. Working hours count inside the
        working time of `calendar`; a deadline that falls on its end stays
        there. Working days count from the day after `start`, in the time zone
        of the calendar, and end with the working time of the last one.

        Raises ValidationError for a negative or endless amount, a fraction of
        a working day and a calendar without enough working time.
        """
        self._check(self._get_amount_errors(amount, unit))
        if not amount:
            return start
        try:
            if unit in WORKING_UNITS:
                self._check(self._get_calendar_errors(calendar, unit))
                return getattr(self, f"_add_{unit}")(start, amount, calendar)
            return start + timedelta(**{unit: amount})
        except OverflowError as error:
            raise ValidationError(
                self.env._(
                    "A deadline %(amount)s days or hours ahead lies beyond the year "
                    "9999. Give a smaller number.",
                    amount=amount,
                )
            ) from error

    @api.model
    def _elapsed(self, start, end, unit, calendar=None):
        """Return how much of `unit` passed between `start` and `end`, as a float.

        It is the inverse of `_add`; zero when `end` does not lie after `start`.
        """
        if end <= start:
            return 0.0
        if unit == "hours":
            return (end - start) / timedelta(hours=1)
        if unit == "days":
            return (end - start) / timedelta(days=1)
        self._check_span(start, end)
        self._check(self._get_calendar_errors(calendar, unit))
        if unit == "working_days":
            return float(
                sum(
                    1 for close in self._iter_days(start, calendar, end) if close <= end
                )
            )
        worked = sum(
            (
                min(stop, end) - begin
                for begin, stop in self._iter_work(start, calendar, end)
            ),
            timedelta(),
        )
        return worked / timedelta(hours=1)

    @api.model
    def _get_open_days(self, calendar):
        """Return the days of a calendar, see `CalendarDays`.

        Raises ValidationError for a calendar without fixed working hours.
        """
        self._check(self._get_calendar_errors(calendar, "working_days"))
        return CalendarDays(self, self._plain(calendar))

    @api.model
    def _get_working_time(self, calendar):
        """Return the working time of a calendar for one computation.

        A calendar without fixed working hours has none, and neither has no calendar:
        what is asked of it is never reached.
        """
        calendar = self._plain(calendar)
        zone = timezone(calendar.tz or "UTC")

        def read(first, last):
            low, high = (
                zone.localize(datetime.combine(day, time.min)) for day in (first, last)
            )
            return self._get_work(calendar, low, high)

        def get_day(moment):
            return utc.localize(moment).astimezone(zone).date()

        if self._get_calendar_errors(calendar, "working_hours"):
            return WorkingTime(lambda _first, _last: [], get_day, calendar.id)
        return WorkingTime(read, get_day, calendar.id)

    @api.model
    def _get_amount_errors(self, amount, unit):
        """Return why `amount` of `unit` is no length of time, as sentences."""
        if unit not in dict(UNITS):
            return [self.env._("“%(unit)s” is not a unit of time.", unit=unit)]
        if not math.isfinite(amount) or amount < 0:
            return [
                self.env._(
                    "A deadline lies ahead: %(amount)s is not a length of time.",
                    amount=amount,
                )
            ]
        if unit == "working_days" and amount != int(amount):
            return [
                self.env._(
                    "Working days are counted whole: give a whole number instead of "
                    "%(amount)s, or use working hours.",
                    amount=amount,
                )
            ]
        return []

    @api.model
    def _get_calendar_errors(self, calendar, unit):
        """Return why deadlines in `unit` cannot run on `calendar`, as sentences."""
        if unit not in WORKING_UNITS:
            return []
        if not calendar:
            return [
                self.env._(
                    "A deadline in working time needs the working hours that it "
                    "runs on: choose a working schedule."
                )
            ]
        calendar = self._plain(calendar)
        if calendar.flexible_hours:
            return [
                self.env._(
                    "The working schedule “%(calendar)s” has flexible hours, so "
                    "there is no telling when they are over. Choose one with fixed "
                    "hours.",
                    calendar=calendar.name,
                )
            ]
        if not self._get_attendances(calendar):
            return [
                self.env._(
                    "The working schedule “%(calendar)s” has no working hours.",
                    calendar=calendar.name,
                )
            ]
        return []

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def _add_working_hours(self, start, amount, calendar):
        left = timedelta(hours=amount)
        for begin, stop in self._iter_work(start, calendar, start + HORIZON):
            if left <= stop - begin:
                return begin + left
            left -= stop - begin
        return self._refuse_horizon(calendar)

    def _add_working_days(self, start, amount, calendar):
        days = self._iter_days(start, calendar, start + HORIZON)
        for count, close in enumerate(days, 1):
            if count == amount:
                return close
        return self._refuse_horizon(calendar)

    def _iter_days(self, start, calendar, end):
        """Yield the end of work of each working day after the day of `start`."""
        zone = timezone(calendar.sudo().tz)
        today = utc.localize(start).astimezone(zone).date()
        # The day of `end` counts as a whole, whatever the hour.
        work = self._iter_work(start, calendar, end + timedelta(days=2))
        date, close = today, None
        for begin, stop in work:
            previous, date = date, utc.localize(begin).astimezone(zone).date()
            if date != previous and previous != today:
                yield close
            close = stop
        if close and date != today:
            yield close

    def _iter_work(self, start, calendar, end):
        """Yield the working intervals between two naive UTC datetimes in order."""
        calendar = self._plain(calendar)
        zone = timezone(calendar.tz)
        day = utc.localize(start).astimezone(zone).date()
        while True:
            low = zone.localize(datetime.combine(day, time.min))
            day += STRETCH
            high = zone.localize(datetime.combine(day, time.min))
            for begin, stop in self._get_work(calendar, low, high):
                if begin >= end:
                    return
                if stop > start:
                    yield max(begin, start), stop
            if high.astimezone(utc).replace(tzinfo=None) >= end:
                return

    def _get_work(self, calendar, low, high):
        """Return the working intervals of whole days as naive UTC datetimes."""
        intervals = calendar._work_intervals_batch(
            low, high, domain=list(self._get_leave_domain(calendar))
        )[False]
        work = [
            (self._to_utc(begin), self._to_utc(stop)) for begin, stop, _ in intervals
        ]
        return [(begin, stop) for begin, stop in work if stop - begin >= CRUMB]

    @api.model
    def _get_leave_domain(self, calendar):
        """Return which holidays count, whoever asks and in whichever company."""
        own = Domain("calendar_id", "=", calendar.id)
        shared = Domain("company_id", "in", [False, calendar.company_id.id])
        return Domain("time_type", "=", "leave") & (own | shared)

    @api.model
    def _get_attendances(self, calendar):
        return calendar.attendance_ids.filtered(
            lambda line: (
                not line.display_type
                and line.day_period != "lunch"
                and line.hour_to > line.hour_from
            )
        )

    @api.model
    def _plain(self, calendar):
        """Return the calendar as everybody sees it.

        Deadlines must not depend on who asks: neither on record rules nor on
        the context, where the time zone of an employee may lie.
        """
        return calendar.with_env(self.env(su=True, context={}))

    @api.model
    def _to_utc(self, moment):
        """Return a naive UTC datetime; the last microsecond of a day is its end."""
        moment = moment.astimezone(utc).replace(tzinfo=None)
        if moment.microsecond == 999999:
            moment += timedelta(microseconds=1)
        return moment

    def _check_span(self, start, end):
        if end - start > HORIZON:
            raise ValidationError(
                self.env._(
                    "Working time is not counted over more than ten years: check the "
                    "dates %(start)s and %(end)s.",
                    start=start,
                    end=end,
                )
            )

    def _check(self, errors):
        if errors:
            raise ValidationError("\n".join(errors))

    def _refuse_horizon(self, calendar):
        raise ValidationError(
            self.env._(
                "The working schedule “%(calendar)s” has too little working time: "
                "the deadline is not reached within ten years.",
                calendar=calendar.sudo().name,
            )
        )
