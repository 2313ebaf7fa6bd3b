# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...models.complaints.governance_complaint_counting import COLUMNS, READ
from ...models.complaints.governance_complaint_target import TARGETS


class GovernanceComplaintTiming(models.Model):
    """How long a target took, and whether it was reached in time (D-33, D-34, D-49).

    A row is a round of a clock of a complaint: each message of the customer that waits
    for an answer counts by itself.  It counts once it is decided: met when it stopped
    in time, missed from the moment on at which its time ran out, whether or not
    somebody has answered since.
    """

    _name = "governance.complaint.timing"
    _description = "Times of Complaints"
    _inherit = "governance.complaint.counted.mixin"
    _auto = False
    _log_access = False
    _order = "start desc, id desc"
    _depends = {
        **READ,
        "governance.complaint.clock": (
            "complaint_id",
            "kind",
            "number",
            "state",
            "start",
            "deadline",
            "stopped_on",
            "breached_on",
            "paused_hours",
            "pause_count",
        ),
    }
    _rates = {"share_in_time": ("met", "decided")}

    kind = fields.Selection(selection=TARGETS, string="Target", readonly=True)
    number = fields.Integer(string="Round", readonly=True, aggregator=None)
    result = fields.Selection(
        selection=[
            ("met", "In time"),
            ("missed", "Too late"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("cancelled", "Cancelled"),
        ],
        readonly=True,
    )
    start = fields.Datetime(string="Started", readonly=True)
    deadline = fields.Datetime(readonly=True)
    stopped_on = fields.Datetime(string="Stopped", readonly=True)
    decided = fields.Integer(
        string="In Time or Too Late",
        readonly=True,
        help="Targets that were met or missed.",
    )
    met = fields.Integer(string="In Time", readonly=True)
    missed = fields.Integer(string="Too Late", readonly=True)
    share_in_time = fields.Float(
        string="In Time (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Targets that were met as a share of those that were met or missed.",
    )
    hours = fields.Float(
        string="Hours Taken",
        readonly=True,
        aggregator="avg",
        help="From start to stop, around the clock, pauses among them.",
    )
    paused_hours = fields.Float(string="Hours Paused", readonly=True)
    pause_count = fields.Integer(string="Pauses", readonly=True)

    @property
    def _table_query(self):
        """Return one row for each round of a clock of registered complaints."""
        return SQL(
            """SELECT row.*, (row.result = 'met')::int AS met,
                      (row.result = 'missed')::int AS missed,
                      (row.result IN ('met', 'missed'))::int AS decided,
                      CASE row.result WHEN 'met' THEN 100.0 WHEN 'missed' THEN 0.0 END
                          ::float8 AS share_in_time
                 FROM (SELECT clock.id, c.id AS complaint_id, %(columns)s,
                              COALESCE(type.kind, 'complaint') AS type_kind,
                              COALESCE(c.is_important, FALSE) AS is_important,
                              %(month)s AS month, clock.kind, clock.number,
                              clock.start, clock.deadline, clock.stopped_on,
                              clock.paused_hours, clock.pause_count,
                              %(result)s AS result,
                              EXTRACT(EPOCH FROM clock.stopped_on - clock.start)
                                  ::float8 / 3600 AS hours
                         FROM governance_complaint_clock clock
                         JOIN governance_complaint c ON c.id = clock.complaint_id
                         JOIN (%(zones)s) place ON place.id = c.company_id
                         LEFT JOIN governance_complaint_type type ON type.id = c.type_id
                        WHERE c.state <> 'draft') row""",
            columns=SQL(", ").join(SQL.identifier("c", name) for name in COLUMNS),
            month=self._get_month_sql(SQL("c.date_received")),
            result=self._get_result_sql(),
            zones=self._get_zones_sql(),
        )

    @api.model
    def _get_result_sql(self):
        """Return SQL of how a `clock` stands at this moment."""
        return SQL(
            "CASE WHEN %s IS NOT NULL THEN 'missed' ELSE clock.state END",
            self._get_breach_sql(),
        )
