# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

LIMIT_UNITS = [("days", "days"), ("working_days", "working days")]


class GovernanceLendingLimit(models.Model):
    """How long files from a confidentiality level on are lent at most."""

    _name = "governance.lending.limit"
    _description = "Longest Loan by Level"
    _inherit = "governance.policy.line.mixin"
    _order = "policy_id, rank, id"

    policy_id = fields.Many2one(
        comodel_name="governance.lending.policy",
        string="Borrowing Policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    rank = fields.Integer(
        string="From Rank",
        required=True,
        default=0,
        help="The limit holds for files of the level with this rank and above, until "
        "another line takes over. 0 is the open level.",
    )
    level_name = fields.Char(string="Level", compute="_compute_level_name")
    value = fields.Integer(
        string="At most",
        help="A loan ends at the latest so long after the day of the hand-out. 0: on "
        "that day.",
    )
    unit = fields.Selection(selection=LIMIT_UNITS, required=True, default="days")
    is_on_site = fields.Boolean(
        string="Reading Room only",
        help="Files from this level on do not leave the archive room.",
    )

    _rank_uniq = models.UniqueIndex(
        "(policy_id, rank)", "There is a limit from this rank on already."
    )
    _number_check = models.Constraint(
        "CHECK (rank >= 0 AND value >= 0)",
        "Ranks and lengths of loans are 0 or more.",
    )

    @api.depends("rank")
    @api.depends_context("lang")
    def _compute_level_name(self):
        levels = self.env["governance.confidentiality.level"].sudo()
        for line in self:
            line.level_name = levels._get_by_rank(line.rank).name

    @api.depends("rank", "value", "unit", "is_on_site")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "From rank %(rank)s: %(limit)s",
                rank=line.rank,
                limit=line._get_text(),
            )

    def _get_text(self):
        """Return the limit in words, e.g. “5 working days”."""
        self.ensure_one()
        if self.is_on_site:
            return self.env._("reading room only")
        if not self.value:
            return self.env._("same day")
        units = dict(self._fields["unit"]._description_selection(self.env))
        return f"{self.value} {units[self.unit]}"

    def _get_last_day(self, days, start):
        """Return the last day of a loan that begins on the day `start`."""
        self.ensure_one()
        mode = "calendar" if self.unit == "working_days" else "days"
        return days.add(start, self.value, mode)
