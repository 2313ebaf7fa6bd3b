# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class ReviewPeriod(NamedTuple):
    """The dates of one review; ``key`` is unique per scheme."""

    key: str
    opens_on: date
    nomination_deadline: date
    as_of: date
    committee_deadline: date
    publish_deadline: date

    def shifted_to(self, today):
        """Return the period with the planned time to decide, when it opens late.

        Otherwise the policy on silence would apply before anybody had a chance.
        """
        delay = max(today - self.nomination_deadline, timedelta())
        return self._replace(
            nomination_deadline=self.nomination_deadline + delay,
            committee_deadline=self.committee_deadline + delay,
            publish_deadline=self.publish_deadline + delay,
        )


class GovernanceReviewCalendar(models.Model):
    """When the tiers of a scheme are reviewed (A-113 … A-118, RC-01 … RC-05)."""

    _name = "governance.review.calendar"
    _description = "Review Calendar"
    _inherit = ["governance.policy.mixin"]
    _order = "is_preset, code, version desc, id desc"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.review.calendar",
        string="Previous Version",
        readonly=True,
        copy=False,
    )
    recurrence = fields.Selection(
        selection=[
            ("yearly", "Every year"),
            ("quarterly", "Every quarter"),
            ("monthly", "Every month"),
            ("customer", "Each customer on a date of its own"),
            ("event", "When something happens"),
        ],
        default="yearly",
        required=True,
        help="Each customer on a date of its own: so long after its last review as "
        "its tier says. When something happens: a customer marked for review is "
        "reviewed with the next run.",
    )
    open_days_before = fields.Integer(
        string="Nominations Open (Days before)",
        help="How many days before their deadline nominations are opened.",
    )
    nomination_month = fields.Selection(selection=MONTHS, default="12")
    nomination_day = fields.Integer(default=31)
    committee_month = fields.Selection(selection=MONTHS, default="1")
    committee_day = fields.Integer(default=31)
    publish_month = fields.Selection(selection=MONTHS, default="1")
    publish_day = fields.Integer(default=31)
    decision_days = fields.Integer(
        string="Time to Decide (Days)",
        help="How many days after its opening a review has to be decided.",
    )
    customer_interval_months = fields.Integer(
        string="Review each Customer Every (Months)",
        help="For tiers that do not say how often their customers are reviewed.",
    )
    is_frozen_between = fields.Boolean(
        string="Frozen in between",
        help="Between two reviews tiers change by approved overrides only.",
    )

    @api.constrains(
        "nomination_month",
        "nomination_day",
        "committee_month",
        "committee_day",
        "publish_month",
        "publish_day",
    )
    def _check_days(self):
        for calendar in self:
            for stage in ("nomination", "committee", "publish"):
                month, day = calendar._get_month_day(stage)
                last = monthrange(2024, month)[1]
                if not 1 <= day <= last:
                    raise ValidationError(
                        self.env._(
                            "%(calendar)s: day %(day)s does not exist in that month. "
                            "Choose a day from 1 to %(last)s.",
                            calendar=calendar.display_name,
                            day=day,
                            last=last,
                        )
                    )

    def _get_month_day(self, stage):
        self.ensure_one()
        return int(self[f"{stage}_month"] or 12), self[f"{stage}_day"]

    @api.model
    def _get_fields_to_fill(self):
        return {
            "open_days_before": True,
            "decision_days": True,
            "customer_interval_months": True,
        }

    def _get_blank_values(self, path=""):
        """Ask only for what the chosen recurrence needs."""
        self.ensure_one()
        needed = {
            "yearly": {"open_days_before"},
            "quarterly": {"decision_days"},
            "monthly": {"decision_days"},
            "customer": {"decision_days", "customer_interval_months"},
            "event": {"decision_days"},
        }[self.recurrence]
        return [
            blank
            for blank in super()._get_blank_values(path)
            if blank["record"] != self or blank["field"] in needed
        ]

    def _get_publish_errors(self):
        errors = super()._get_publish_errors()
        for name in ("open_days_before", "decision_days", "customer_interval_months"):
            if self[name] < 0:
                errors.append(
                    self.env._(
                        "“%(field)s” is negative. Give a number of days or months "
                        "from 1 up.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
        for name, most in (("decision_days", 365), ("customer_interval_months", 1200)):
            if self[name] > most:
                errors.append(
                    self.env._(
                        "“%(field)s” is %(value)s. Give at most %(most)s.",
                        field=self._fields[name]._description_string(self.env),
                        value=self[name],
                        most=most,
                    )
                )
        if self.recurrence == "yearly":
            period = self._get_year_period(2025)
            if period.committee_deadline <= period.nomination_deadline:
                errors.append(
                    self.env._(
                        "Nominations end and decisions end on one day, %(date)s: "
                        "nobody could decide. Let decisions end later.",
                        date=period.committee_deadline,
                    )
                )
            if self.open_days_before > 300:
                errors.append(
                    self.env._(
                        "Nominations would open %(days)s days before their deadline. "
                        "Choose at most 300, so that two reviews never overlap.",
                        days=self.open_days_before,
                    )
                )
            if (period.publish_deadline - period.opens_on).days > 365:
                errors.append(
                    self.env._(
                        "One review would last longer than a year, from %(start)s to "
                        "%(end)s.",
                        start=period.opens_on,
                        end=period.publish_deadline,
                    )
                )
        return errors

    def _policy_published(self, former):
        """Let schemes follow to the new version; help a first adoption along."""
        result = super()._policy_published(former)
        schemes = self.env["governance.tier.scheme"].search(
            [("calendar_id", "in", former.ids)]
        )
        schemes.calendar_id = self
        self.env["governance.tier.scheme"]._link_only_calendar(self.company_id)
        return result

    # ------------------------------------------------------------------
    # PERIODS
    # ------------------------------------------------------------------

    def _get_due_period(self, today):
        """Return the latest review that should be open by ``today``, or ``None``.

        After a stand-still of any length this is the one review that is due now;
        the ones that were missed are not made up for.

        :param datetime.date today: the company's day
        :rtype: ReviewPeriod or None
        """
        self.ensure_one()
        if self.recurrence == "yearly":
            periods = [
                self._get_year_period(today.year + offset) for offset in (-1, 0, 1)
            ]
            due = [period for period in periods if period.opens_on <= today]
            return due[-1] if due else None
        if self.recurrence in ("quarterly", "monthly"):
            return self._get_short_period(today)
        return None

    def _get_year_period(self, year):
        """Return the review whose nominations close in ``year``."""
        self.ensure_one()
        nomination = self._get_stage_date("nomination", year)
        committee = self._get_stage_date("committee", year, nomination)
        publish = self._get_stage_date("publish", year, committee)
        return ReviewPeriod(
            key=str(year),
            opens_on=nomination - relativedelta(days=self.open_days_before),
            nomination_deadline=nomination,
            as_of=nomination,
            committee_deadline=committee,
            publish_deadline=publish,
        )

    def _get_stage_date(self, stage, year, after=None):
        """Return the day of a stage, the next year's when it lies before ``after``."""
        month, day = self._get_month_day(stage)
        day = min(day, monthrange(year, month)[1])
        result = date(year, month, day)
        if after and result < after:
            return self._get_stage_date(stage, year + 1, after)
        return result

    def _get_short_period(self, today):
        """Return the review of the last complete quarter or month."""
        self.ensure_one()
        months = 3 if self.recurrence == "quarterly" else 1
        first = date(today.year, (today.month - 1) // months * months + 1, 1)
        as_of = first - relativedelta(days=1)
        deadline = first + relativedelta(days=self.decision_days)
        key = (
            f"{as_of.year}-Q{(as_of.month - 1) // 3 + 1}"
            if months == 3
            else f"{as_of.year}-{as_of.month:02d}"
        )
        return ReviewPeriod(key, first, first, as_of, deadline, deadline)

    def _get_open_period(self, today, key):
        """Return a review that starts today: by hand or because customers are due."""
        deadline = today + relativedelta(days=self.decision_days or 14)
        return ReviewPeriod(key, today, today, today, deadline, deadline)
