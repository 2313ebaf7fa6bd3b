# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

MODES = [("at_least", "At least"), ("every", "One every")]
UNITS = [
    ("day", "days"),
    ("week", "weeks"),
    ("month", "months"),
    ("quarter", "quarters"),
    ("half", "half-years"),
    ("year", "years"),
    ("period445", "4-4-5 periods"),
]


class GovernanceVisitRhythmMixin(models.AbstractModel):
    """How often: at least a number in a period, or once every so many periods."""

    _name = "governance.visit.rhythm.mixin"
    _description = "Rhythm of visits"

    mode = fields.Selection(
        selection=MODES,
        required=True,
        default="at_least",
        help="At least 2 a month, or one every 2 weeks.",
    )
    number = fields.Integer(string="How many", default=1)
    unit = fields.Selection(
        selection=UNITS,
        required=True,
        default="month",
        help="Of days only open ones count. 4-4-5 periods divide a quarter into four, "
        "four and five weeks.",
    )
    frequency = fields.Char(
        string="How Often", compute="_compute_frequency", help="In words."
    )

    _number_check = models.Constraint(
        "CHECK (number <= 366)", "Visit at most 366 times, or once in 366 periods."
    )

    @api.depends("mode", "number", "unit")
    @api.depends_context("lang")
    def _compute_frequency(self):
        for record in self:
            record.frequency = record._get_frequency_text()

    def _get_goal(self):
        """Return how many there are in one window: the number, or one."""
        self.ensure_one()
        return self.number if self.mode == "at_least" else 1

    def _get_frequency_text(self):
        """Return how often in words, e.g. “every 2 weeks”."""
        self.ensure_one()
        if self.mode == "none":
            return self.env._("not at all")
        if not self.number:
            return self.env._("as the occasion arises")
        if self.mode == "at_least":
            return self._get_least_texts()[self.unit]
        if self.number == 1:
            return self._get_each_texts()[self.unit]
        return self._get_every_texts()[self.unit]

    def _get_least_texts(self):
        number = self.number
        return {
            "day": self.env._("at least %(number)s a day", number=number),
            "week": self.env._("at least %(number)s a week", number=number),
            "month": self.env._("at least %(number)s a month", number=number),
            "quarter": self.env._("at least %(number)s a quarter", number=number),
            "half": self.env._("at least %(number)s a half-year", number=number),
            "year": self.env._("at least %(number)s a year", number=number),
            "period445": self.env._(
                "at least %(number)s in a 4-4-5 period", number=number
            ),
        }

    def _get_each_texts(self):
        return {
            "day": self.env._("every day"),
            "week": self.env._("every week"),
            "month": self.env._("every month"),
            "quarter": self.env._("every quarter"),
            "half": self.env._("every half-year"),
            "year": self.env._("every year"),
            "period445": self.env._("every 4-4-5 period"),
        }

    def _get_every_texts(self):
        number = self.number
        return {
            "day": self.env._("every %(number)s days", number=number),
            "week": self.env._("every %(number)s weeks", number=number),
            "month": self.env._("every %(number)s months", number=number),
            "quarter": self.env._("every %(number)s quarters", number=number),
            "half": self.env._("every %(number)s half-years", number=number),
            "year": self.env._("every %(number)s years", number=number),
            "period445": self.env._("every %(number)s 4-4-5 periods", number=number),
        }
