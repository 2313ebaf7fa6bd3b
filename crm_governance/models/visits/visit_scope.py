# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the plans of one company and month are made from, read once for all people."""

from datetime import date
from typing import NamedTuple

from odoo.tools import SQL

from .visit_windows import DAY, Cadence, get_next_month, get_seed

# Efforts are counted in thousandths of a visit, see visit_placement.
UNIT_EFFORT = 1000
KINDS = (("customer", False), ("lead", True))


class Line(NamedTuple):
    """One cadence line in force, or what an approved exception asks for alone."""

    number: int
    cadence_id: int | None
    role_id: int
    channel_id: int
    # Visits over one of these count for it.
    channels: list
    direction: str
    contact_level: str
    key: str
    # A kind of customers, or “exception”.
    population: str
    tier_ids: list
    # Customers of these tiers have lines of their own.
    barred: list
    cadence: Cadence | None
    # The day on which the first version of its policy came into force.
    since: date
    recent_days: int
    is_optional: bool
    effort: int


class Span(NamedTuple):
    """A window that may belong to the month, of a cadence with a number."""

    number: int
    cadence: int
    start: date
    stop: date
    middle: date
    previous: date
    # As days of the month: those that it has in the month, and all of them.
    low: int
    high: int
    first: int
    last: int
    days: int
    interval: int


class Scope:
    """The lines and windows of a company in a month."""

    def __init__(
        self, company, month, today, lines, cadences=(), capacity=0, has_exceptions=None
    ):
        """Take the lines in force, and cadences that exceptions ask for besides.

        :param date month: the first day of the month
        :param date today: where the company is
        :param float capacity: visits that somebody makes in a day
        :param bool has_exceptions: whether exceptions hold, be they for no visit
        """
        self.company = company
        self.month = month
        self.end = get_next_month(month)
        self.days = (self.end - month).days
        self.today = today
        self.first_day = max((today - month).days, 0)
        self.lines = lines
        self.capacity = capacity
        # An exception may ask for nothing at all, and so bring no cadence.
        self.has_exceptions = bool(has_exceptions or cadences)
        # Without doubles, in an order that is always the same.
        wanted = {line.cadence for line in lines if line.cadence} | set(cadences or ())
        self.cadences = sorted(wanted)
        self.spans = []
        for number, cadence in enumerate(self.cadences):
            for window in cadence.get_windows(month, self.end):
                self._add_span(number, cadence, window)
        self.keys = {
            key: n for n, key in enumerate(dict.fromkeys(line.key for line in lines))
        }
        # What the database has calculated once is calculated once for all people.
        self.calendars = {}
        # {person: about how many contacts}, once they have been counted.
        self.amounts = None
        # The id of the first visit of the month, once it has been looked up.
        self.first_visit = None

    def get_kinds(self):
        """Return whether there are lines for customers, for leads, or for both."""
        leads = {line.population == "lead" for line in self.lines}
        return [kind for kind, flag in KINDS if flag in leads]

    def _add_span(self, number, cadence, window):
        previous = cadence.get_previous(window)
        self.spans.append(
            Span(
                number=len(self.spans),
                cadence=number,
                start=window.start,
                stop=window.end,
                middle=window.middle,
                previous=previous.start,
                low=max((window.start - self.month).days, 0),
                high=min((window.end - self.month).days, self.days),
                first=(window.start - self.month).days,
                last=(window.end - self.month).days,
                days=window.days,
                interval=previous.days,
            )
        )

    def get_day(self, date):
        """Return the day of the month that a date is, below 0 when it was before."""
        return (date - self.month).days

    def get_date(self, day):
        """Return the date of a day of the month."""
        return self.month + day * DAY

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def get_line_sql(self):
        """Return SQL: the lines as rows of `line`."""
        numbers = {cadence: number for number, cadence in enumerate(self.cadences)}
        rows = [
            SQL(
                """(%s::int, %s::int, %s::int, %s::int, %s::int[], %s, %s, %s,
                    %s::bigint, %s, %s::int[], %s::int[], %s::int, %s::date,
                    %s::date)""",
                line.number,
                line.cadence_id,
                line.role_id,
                line.channel_id,
                line.channels,
                line.direction,
                line.contact_level,
                line.key,
                get_seed(line.key),
                line.population,
                line.tier_ids,
                line.barred,
                numbers.get(line.cadence),
                line.since,
                self.month - line.recent_days * DAY,
            )
            for line in self.lines
        ]
        return SQL(
            """line (number, cadence_id, role_id, channel_id, channels, direction,
                     contact_level, key, seed, population, tier_ids, barred, cadence,
                     since, bought_since) AS (VALUES %s)""",
            SQL(", ").join(rows),
        )

    def get_span_sql(self):
        """Return SQL: the windows as rows of `span`."""
        rows = [
            SQL(
                "(%s::int, %s::int, %s::date, %s::date, %s::date, %s::date, %s::int)",
                span.number,
                span.cadence,
                span.start,
                span.stop,
                span.middle,
                span.previous,
                span.days,
            )
            for span in self.spans
        ]
        return SQL(
            """span (number, cadence, start, stop, middle, previous, days)
                    AS (VALUES %s)""",
            SQL(", ").join(rows),
        )

    def get_rhythm_sql(self):
        """Return SQL: the numbers of cadences as rows of `rhythm`."""
        rows = [
            SQL("(%s::int, %s, %s::int, %s)", number, *cadence)
            for number, cadence in enumerate(self.cadences)
        ]
        return SQL(
            "rhythm (cadence, mode, number, unit) AS (VALUES %s)", SQL(", ").join(rows)
        )
