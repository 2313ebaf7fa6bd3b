# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.misc import formatLang

NORM_UNITS = [
    ("once", "at once"),
    ("seconds", "seconds"),
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("days", "days"),
    ("working_days", "working days"),
    ("months", "months"),
    ("month_day", "by this day of the month"),
    ("every_week", "every week"),
    ("every_month", "every month"),
]
# Units that say all by themselves.
RHYTHMS = ("once", "every_week", "every_month")


class GovernanceComplaintNorm(models.Model):
    """A time that the written policy sets and no clock of a complaint measures.

    It stands here so that the policy is complete: people read it, nothing runs on it
    (D-40, SLA-05, SLA-06).
    """

    _name = "governance.complaint.norm"
    _description = "Service Level for Information"
    _inherit = "governance.policy.line.mixin"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        string="Complaint Policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What Is Promised", required=True, translate=True)
    amount = fields.Float(string="Within")
    unit = fields.Selection(selection=NORM_UNITS, required=True, default="hours")
    note = fields.Char(
        string="Watched by",
        translate=True,
        help="Where the product, or who in the company, looks after it.",
    )
    time_text = fields.Char(string="Time", compute="_compute_time_text")

    _amount_check = models.Constraint(
        "CHECK (amount >= 0)", "A service level is no negative time."
    )

    @api.depends("amount", "unit")
    @api.depends_context("lang")
    def _compute_time_text(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for norm in self:
            digits = 0 if norm.amount == int(norm.amount) else 2
            amount = formatLang(self.env, norm.amount, digits=digits)
            if norm.unit in RHYTHMS:
                norm.time_text = units[norm.unit]
            elif norm.unit == "month_day":
                norm.time_text = self.env._("by day %(day)s of the month", day=amount)
            elif norm.amount == 1:
                norm.time_text = norm._get_single_text()
            else:
                norm.time_text = f"{amount} {units[norm.unit]}"

    def _get_single_text(self):
        """Return one unit in words, e.g. “1 day”."""
        return {
            "seconds": self.env._("1 second"),
            "minutes": self.env._("1 minute"),
            "hours": self.env._("1 hour"),
            "days": self.env._("1 day"),
            "working_days": self.env._("1 working day"),
            "months": self.env._("1 month"),
        }[self.unit]

    def _get_blank_values(self, path=""):
        """Ask for the time, except for what happens at once or in a rhythm."""
        blanks = super()._get_blank_values(path)
        if not self.amount and self.unit not in RHYTHMS:
            blanks.append(self._prepare_blank_value("amount", True, path))
        return blanks

    def _get_unit_to_fill(self, name):
        if name != "amount":
            return super()._get_unit_to_fill(name)
        return dict(self._fields["unit"]._description_selection(self.env))[self.unit]
