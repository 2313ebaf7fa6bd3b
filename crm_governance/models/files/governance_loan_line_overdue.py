# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .governance_overdue_rung import RUNGS


class GovernanceLoanLine(models.Model):
    """The overdue ladder: who is told next, and when (E-47)."""

    _inherit = "governance.loan.line"

    rung_ids = fields.One2many(
        comodel_name="governance.overdue.rung",
        inverse_name="line_id",
        string="Overdue Ladder",
        readonly=True,
    )
    date_next_rung = fields.Datetime(
        string="Next Told on",
        compute="_compute_date_next_rung",
        store=True,
        help="When the next rung of the overdue ladder is told, unless the volume is "
        "back by then.",
    )

    _next_rung_idx = models.Index("(date_next_rung) WHERE date_next_rung IS NOT NULL")

    @api.depends("state", "medium", "date_due", "rung_ids.date_due")
    def _compute_date_next_rung(self):
        for line in self:
            line.date_next_rung = line._get_next_rung()[1]

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {"date_next_rung", "rung_ids"}

    def _get_next_rung(self):
        """Return ``(rung, when)`` of the rung that comes next; twice False for none.

        What was renewed has a new due date and begins from the first rung.
        """
        self.ensure_one()
        line = self.sudo()
        if line.state != "handed_out" or line.medium != "paper" or not line.date_due:
            return False, False
        climbed = line.rung_ids.filtered(lambda rung: rung.date_due == line.date_due)
        delays = line.policy_id._get_overdue_delays()
        for rung, _label in RUNGS:
            if rung not in climbed.mapped("rung"):
                return rung, line.date_due + timedelta(days=delays[rung])
        return False, False

    def _is_rung_due(self, rung):
        """Return whether it is time for a rung, which comes next."""
        following, date = self._get_next_rung()
        return following == rung and date < fields.Datetime.now()

    @api.model
    def _get_climbing_domain(self):
        """Return the lines of which somebody has to be told now."""
        return Domain("date_next_rung", "<", fields.Datetime.now())

    def _finish(self, state, values, note=False):
        """Record the breach of what comes back late before any job has seen it.

        Of what was written off, somebody has decided already who answers for it.
        """
        judged = self._as_known().filtered(lambda line: line.state == "written_off")
        result = super()._finish(state, values, note=note)
        late = (self._as_known() - judged).filtered(
            lambda line: (
                line.medium == "paper"
                and line.date_due
                and line.date_returned
                and line.date_returned > line.date_due
            )
        )
        self.env["governance.loan.breach"]._record(late)
        return result
