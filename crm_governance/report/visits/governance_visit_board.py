# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from .governance_visit_counted_mixin import GovernanceVisitCountedMixin

# What the board shows of a slot.
SLOT = (
    "id",
    "company_id",
    "user_id",
    "team_id",
    "partner_id",
    "lead_id",
    "tier_id",
    "role_id",
    "channel_id",
    "plan_id",
    "visit_id",
    "month",
    "day",
    "window_start",
    "window_end",
    "day_after",
    "is_overdue",
    "is_optional",
    "is_undecided",
    "origin_ref",
    "state",
    "today",
)
DAY = SQL("COALESCE(slot.date, slot.window_end - 1)")


class GovernanceVisitBoard(models.Model):
    """How each planned contact of a month stands: who, where, due, done, late.

    A contact is done by a visit of its person in its own time; one that is planned
    from today on keeps it from being late.  Source: anchors §2.4 no. 4 and 10.
    """

    _name = "governance.visit.board"
    _description = "Board of Planned Contacts"
    _inherit = "governance.visit.counted.mixin"
    _auto = False
    _log_access = False
    _order = "date, user_id, id"

    _slot_fields = GovernanceVisitCountedMixin._slot_fields | {"plan_id", "visit_id"}
    _plain_fields = frozenset(("date", "window_start", "window_end", "is_overdue"))

    plan_id = fields.Many2one(comodel_name="governance.visit.plan", readonly=True)
    visit_id = fields.Many2one(comodel_name="governance.visit", readonly=True)
    date = fields.Date(
        string="Day",
        readonly=True,
        help="The day that is proposed; the last possible one if none is.",
    )
    window_start = fields.Date(string="From", readonly=True)
    window_end = fields.Date(
        string="Counts before", readonly=True, help="The first day after the window."
    )
    is_overdue = fields.Boolean(string="Overdue Before", readonly=True)
    status = fields.Selection(
        selection=[
            ("late", "Overdue"),
            ("due", "To Plan"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("optional", "Case by Case"),
            ("waived", "Left out"),
        ],
        readonly=True,
        help="Overdue is what is not done although its day is over. What is planned "
        "for today or later is not overdue.",
    )
    is_over = fields.Boolean(
        string="Time Is Over",
        readonly=True,
        help="A visit from now on would not count for this contact any more.",
    )
    is_done_late = fields.Boolean(
        string="Done Late",
        readonly=True,
        help="It is a callback that was made after its deadline.",
    )
    actual = fields.Integer(string="Done", readonly=True)
    date_done = fields.Date(
        string="Done on", readonly=True, help="The first visit that counts for it."
    )

    @property
    def _table_query(self):
        """Return a row for each slot that is not void."""
        return SQL(
            """WITH slot AS (%(slots)s)
               SELECT slot.id, slot.company_id, slot.user_id, slot.team_id,
                      slot.partner_id, slot.lead_id, slot.tier_id, slot.role_id,
                      slot.channel_id, slot.plan_id, slot.visit_id, slot.month,
                      slot.day AS date, slot.window_start, slot.window_end,
                      slot.is_overdue, slot.actual, slot.date_done,
                      slot.day_after <= slot.today AND slot.origin_ref IS NULL
                          AS is_over,
                      COALESCE(slot.date_done >= slot.day_after, FALSE)
                          AS is_done_late,
                      CASE WHEN slot.actual > 0 THEN 'done'
                           WHEN slot.state = 'waived'
                                AND slot.is_undecided IS NOT TRUE THEN 'waived'
                           WHEN slot.ahead > 0 THEN 'planned'
                           WHEN slot.is_optional THEN 'optional'
                           WHEN slot.day < slot.today THEN 'late'
                           ELSE 'due' END AS status
                 FROM (SELECT %(columns)s,
                              COUNT(*) FILTER (WHERE met.is_done) AS actual,
                              COUNT(*) FILTER (WHERE met.is_ahead) AS ahead,
                              MIN(met.made) FILTER (WHERE met.is_done) AS date_done
                         FROM (%(rows)s) met (%(names)s, visit, result, made, is_done,
                                              is_ahead, is_own)
                        WHERE met.is_own OR met.visit IS NULL
                        GROUP BY %(columns)s) slot""",
            slots=self._get_counted_slots_sql(),
            columns=SQL(", ").join(SQL.identifier("met", name) for name in SLOT),
            names=SQL(", ").join(SQL.identifier(name) for name in SLOT),
            rows=self._get_rows_sql(
                SQL(", ").join(
                    DAY if name == "day" else SQL.identifier("slot", name)
                    for name in SLOT
                )
            ),
        )
