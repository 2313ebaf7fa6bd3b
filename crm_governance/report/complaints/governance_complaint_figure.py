# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...models.complaints.governance_complaint_counting import READ

STATUSES = [
    ("open", "Not Settled"),
    ("answered", "Answered with a solution"),
    ("closed", "Closed"),
    ("dropped", "Withdrawn"),
    ("duplicate", "Same as another"),
]
# {hours: the moment until which they count}
HOURS = {
    "hours_acknowledge": "acknowledged_on",
    "hours_response": "responded_on",
    "hours_solution": "solved_on",
    "hours_closing": "closed_on",
}


class GovernanceComplaintFigure(models.Model):
    """What is counted of one complaint: how it stands, how long each step took.

    Everybody counts what the own rights show: nobody learns from a sum what the list
    does not tell (D-49, D-50).
    """

    _name = "governance.complaint.figure"
    _description = "Figures of Complaints"
    _inherit = "governance.complaint.counted.mixin"
    _auto = False
    _log_access = False
    _order = "date_received desc, id desc"
    _depends = READ
    _rates = {
        "solution_rate": ("solved", "counted"),
        "repetition_rate": ("repeated", "counted"),
        "reopening_rate": ("was_reopened", "counted"),
    }

    status = fields.Selection(selection=STATUSES, readonly=True)

    number = fields.Integer(string="Complaints", readonly=True)
    counted = fields.Integer(
        string="To Be Solved",
        readonly=True,
        help="What has to be solved: all but those that were withdrawn or are the same "
        "as another.",
    )
    open = fields.Integer(string="Still Open", readonly=True)
    solved = fields.Integer(
        readonly=True,
        help="Answered with a solution or closed, and not opened again since.",
    )
    reopened = fields.Integer(
        string="Times Reopened", readonly=True, help="How often it was opened again."
    )
    was_reopened = fields.Integer(
        string="Reopened", readonly=True, help="Opened again at least once."
    )
    repeated = fields.Integer(
        readonly=True,
        help="The customer complained about the same cause within twelve months "
        "before.",
    )
    pauses = fields.Integer(readonly=True, help="How often it waited for the customer.")
    paused_hours = fields.Float(
        string="Hours Paused",
        readonly=True,
        help="How long it waited for the customer, around the clock.",
    )
    hours_acknowledge = fields.Float(
        string="Hours to Acknowledgement",
        readonly=True,
        aggregator="avg",
        help="From receipt until the customer heard that we have it, around the clock.",
    )
    hours_response = fields.Float(
        string="Hours to First Response",
        readonly=True,
        aggregator="avg",
        help="From receipt to the first answer of a person, around the clock.",
    )
    hours_solution = fields.Float(
        string="Hours to Solution",
        readonly=True,
        aggregator="avg",
        help="From receipt to the first answer with a solution, around the clock.",
    )
    hours_closing = fields.Float(
        string="Hours to Closing",
        readonly=True,
        aggregator="avg",
        help="From receipt until it was closed for good, around the clock.",
    )
    solution_rate = fields.Float(
        string="Solution Rate (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Complaints that are solved as a share of those that had to be.",
    )
    repetition_rate = fields.Float(
        string="Repetition Rate (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Complaints about what the customer complained about before, as a share.",
    )
    reopening_rate = fields.Float(
        string="Reopening Rate (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Complaints that were opened again, as a share.",
    )

    @property
    def _table_query(self):
        """Return one row for each complaint that is registered."""
        return self._get_figures_sql()

    @api.model
    def _get_figures_sql(self, until=None, condition=None):
        """Return a query of the figures of each complaint, as of some moment.

        :param until: as in `_get_rows_sql`
        :param condition: as there
        """
        hours = SQL(", ").join(
            SQL(
                "EXTRACT(EPOCH FROM row.%s - row.date_received)::float8 / 3600 AS %s",
                SQL.identifier(moment),
                SQL.identifier(name),
            )
            for name, moment in HOURS.items()
        )
        rates = SQL(", ").join(
            SQL(
                "(100.0 * %s / NULLIF(%s, 0))::float8 AS %s",
                self._get_part_sql(part),
                self._get_part_sql(whole),
                SQL.identifier(name),
            )
            for name, (part, whole) in self._rates.items()
        )
        parts = SQL(", ").join(
            SQL("%s AS %s", self._get_part_sql(name), SQL.identifier(name))
            for name in ("counted", "open", "solved", "was_reopened")
        )
        return SQL(
            "SELECT row.*, 1 AS number, %s, %s, %s FROM (%s) row",
            parts,
            hours,
            rates,
            self._get_rows_sql(until, condition),
        )

    @api.model
    def _get_part_sql(self, name):
        """Return SQL of 1 where a `row` belongs to a part, 0 otherwise."""
        conditions = {
            "counted": SQL("row.status NOT IN ('dropped', 'duplicate')"),
            "open": SQL("row.status = 'open'"),
            "solved": SQL("row.status IN ('answered', 'closed')"),
            "was_reopened": SQL("row.reopened > 0"),
            "repeated": SQL("row.repeated > 0"),
        }
        return SQL("CASE WHEN %s THEN 1 ELSE 0 END", conditions[name])
