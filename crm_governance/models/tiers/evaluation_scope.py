# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an evaluation looks at: company, day, sources and range of customers."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytz

from odoo.tools import SQL


@dataclass(frozen=True)
class EvaluationScope:
    """Everything that the SQL of a metric depends on, apart from the metric.

    ``as_of`` is the last day that counts, in the company's time zone.  Amounts
    are in company currency, rounded per document to ``digits`` decimals.
    ``first_id`` and ``last_id`` bound the commercial entities of one batch.
    """

    company_id: int
    root_company_id: int
    currency_id: int
    digits: int
    as_of: date
    timezone: str
    turnover_source: str = "order"
    include_history: bool = False
    cutover_date: date = None
    fiscal_last_day: int = 31
    fiscal_last_month: int = 12
    first_id: int = None
    last_id: int = None
    uses: dict = field(default_factory=dict)

    def in_range(self, first_id, last_id):
        """Return the same scope for the commercial entities of one batch."""
        return replace(self, first_id=first_id, last_id=last_id)

    def get_use(self, key):
        """Return the metric use with the given snapshot key."""
        return self.uses[key]

    def partners_in(self, column):
        """Return the condition that keeps the customers of the batch."""
        if self.first_id is None and self.last_id is None:
            return SQL("TRUE")
        return SQL("%s BETWEEN %s AND %s", column, self.first_id or 0, self.last_id)

    def to_company_currency(self, amount, alias):
        """Return an order amount in company currency at the order's own rate.

        A missing rate gives NULL; the row is then reported as broken instead of
        being counted at a rate of one.
        """
        return SQL(
            """CASE WHEN %(alias)s.currency_id = %(currency)s THEN %(amount)s
                    WHEN %(lacks_rate)s THEN NULL
                    ELSE ROUND(%(amount)s / %(alias)s.currency_rate::numeric,
                               %(digits)s) END""",
            alias=alias,
            currency=self.currency_id,
            lacks_rate=self.lacks_rate(alias, SQL("%s.currency_rate", alias)),
            amount=amount,
            digits=self.digits,
        )

    def lacks_rate(self, alias, rate):
        """Return the condition that a document has no exchange rate.

        Odoo writes a rate of one on the documents of a currency for which nobody
        has ever entered a rate.
        """
        return SQL(
            """(%(alias)s.currency_id <> %(currency)s
                AND (COALESCE(%(rate)s, 0) <= 0
                     OR (%(rate)s = 1
                         AND %(currency)s NOT IN (%(rated)s)
                         AND %(alias)s.currency_id NOT IN (%(rated)s))))""",
            alias=alias,
            currency=self.currency_id,
            rate=rate,
            rated=SQL(
                """SELECT r.currency_id FROM res_currency_rate r
                    WHERE r.company_id = %s OR r.company_id IS NULL""",
                self.root_company_id,
            ),
        )

    def local_day(self, moment):
        """Return the company's calendar day of a UTC timestamp column."""
        if self.timezone == "UTC":
            return SQL("%s::date", moment)
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, self.timezone
        )

    def _to_utc(self, day):
        """Return the UTC moment at which a day starts in the company."""
        midnight = pytz.timezone(self.timezone).localize(datetime.combine(day, time()))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def moments_until(self, column):
        """Return the condition that keeps what happened up to the last day."""
        return SQL("%s < %s", column, self._to_utc(self.as_of + timedelta(days=1)))

    def moments_between(self, column):
        """Return the condition that keeps documents of the days that count."""
        until = self.moments_until(column)
        if self.include_history and self.cutover_date:
            return SQL(
                "%s AND %s >= %s", until, column, self._to_utc(self.cutover_date)
            )
        return until

    def days_between(self, column):
        """Return the same condition for a date column."""
        if self.include_history and self.cutover_date:
            return SQL("%s BETWEEN %s AND %s", column, self.cutover_date, self.as_of)
        return SQL("%s <= %s", column, self.as_of)

    def _get_fiscal_end(self):
        month, day = self.fiscal_last_month, self.fiscal_last_day
        # A fiscal year that ends with February ends on the 29th in leap years.
        return (month, 29) if (month, day) == (2, 28) else (month, day)

    def fiscal_year(self, day, fiscal):
        """Return the year a day column belongs to, named after its last day."""
        if not fiscal:
            return SQL("EXTRACT(YEAR FROM %s)::int", day)
        month, last = self._get_fiscal_end()
        return SQL(
            """(EXTRACT(YEAR FROM %(day)s)::int
                + ((EXTRACT(MONTH FROM %(day)s), EXTRACT(DAY FROM %(day)s))
                   > (%(month)s, %(last)s))::int)""",
            day=day,
            month=month,
            last=last,
        )

    def last_complete_year(self, fiscal):
        """Return the last year that is over, the one ending today included."""
        tomorrow = self.as_of + timedelta(days=1)
        if not fiscal:
            return tomorrow.year - 1
        after_end = (tomorrow.month, tomorrow.day) > self._get_fiscal_end()
        return tomorrow.year + int(after_end) - 1
