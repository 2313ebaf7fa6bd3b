# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .governance_visit_counted_mixin import GovernanceVisitCountedMixin

# What makes slots one row.
ROW = (
    "company_id",
    "user_id",
    "team_id",
    "partner_id",
    "lead_id",
    "tier_id",
    "role_id",
    "channel_id",
    "cadence_id",
    "callback_id",
    "month",
)


class GovernanceVisitAttainment(models.Model):
    """What was planned and done by one person, customer, cadence and month.

    The goal is the number of slots, of which those that are waived or case by case
    do not count.  A visit outside of their windows is in no row, one of a colleague
    in the total only.  What is done beyond the plan shows in the number of visits;
    it earns nothing beyond the most that the cadence counts in a month, and never
    makes up for a window without a visit: that is what the coverage says.  So twelve
    visits in December are a goal that is reached twelve times over and a twelfth of
    the year covered.

    Tiers change by windows: each window belongs to the tier at its middle, and so to
    the row of that tier; windows of another team likewise.  Visits stay with who made
    them when a customer changes hands, because slots that are past do.
    Source: anchors §2.4 no. 1 to 4, B-29.
    """

    _name = "governance.visit.attainment"
    _description = "Attainment of Visits"
    _inherit = "governance.visit.counted.mixin"
    _auto = False
    _log_access = False
    _order = "month desc, user_id, partner_id, id"

    _ratios = {
        "attainment": ("earned", "goal"),
        "attainment_reported": ("earned_reported", "goal"),
        "attainment_accepted": ("earned_accepted", "goal"),
        "coverage": ("covered", "planned"),
    }

    _slot_fields = GovernanceVisitCountedMixin._slot_fields | {
        "cadence_id",
        "callback_id",
    }

    cadence_id = fields.Many2one(comodel_name="governance.visit.cadence", readonly=True)
    callback_id = fields.Many2one(
        comodel_name="governance.visit.callback", readonly=True
    )
    planned = fields.Integer(
        readonly=True,
        help="How often the customer is to be met. What is waived, or case by case, "
        "does not count.",
    )
    actual = fields.Integer(
        string="Done",
        readonly=True,
        help="Visits of this person that were held up to today, with or without a "
        "report. Presence is counted in days.",
    )
    reported = fields.Integer(
        readonly=True, help="Visits done whose report is submitted or accepted."
    )
    accepted = fields.Integer(
        readonly=True, help="Visits done whose report the leader has accepted."
    )
    scheduled = fields.Integer(
        readonly=True, help="Visits of this person that are planned, not done."
    )
    total = fields.Integer(
        string="Done by Anybody",
        readonly=True,
        aggregator=None,
        help="Visits done in the same windows, those of colleagues among them. It is "
        "not added up: several people may be asked to see the same customer.",
    )
    remaining = fields.Integer(
        readonly=True, help="Planned, less what is done, and never below nothing."
    )
    to_schedule = fields.Integer(
        readonly=True, help="Remaining, less what is scheduled already."
    )
    goal = fields.Float(
        string="Goal Points",
        readonly=True,
        help="What is planned, by the weight of its cadence.",
    )
    earned = fields.Float(
        string="Points",
        readonly=True,
        help="What is done, by the weight of its cadence; not more than the cadence "
        "counts in a month. Without a goal there are no points.",
    )
    earned_reported = fields.Float(
        string="Points with Report",
        readonly=True,
        help="The same of visits whose report is submitted or accepted.",
    )
    earned_accepted = fields.Float(
        string="Points Accepted",
        readonly=True,
        help="The same of visits whose report is accepted.",
    )
    covered = fields.Integer(
        string="Times Covered",
        readonly=True,
        help="Each planned contact has a part of the time to itself. Many visits in "
        "one of them cover one.",
    )
    effort = fields.Float(
        readonly=True, help="The time of how many visits the planned ones take."
    )
    attainment = fields.Float(
        string="Attainment (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Points as a share of the goal points.",
    )
    attainment_reported = fields.Float(
        string="Attainment with Report (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="The same of visits whose report is submitted or accepted.",
    )
    attainment_accepted = fields.Float(
        string="Attainment Accepted (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="The same of visits whose report is accepted.",
    )
    coverage = fields.Float(
        string="Coverage (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Planned contacts with a visit in their own time, as a share of all: "
        "whether customers were met all the time, not only often.",
    )
    reach = fields.Float(
        string="Reach (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Customers who were met as a share of those who are to be met.",
    )

    @property
    def _table_query(self):
        """Return one row for each person, customer, cadence, tier, team and month."""
        ratios = SQL(", ").join(
            SQL(
                "(100.0 * sums.%s / NULLIF(sums.%s, 0))::float8 AS %s",
                SQL.identifier(part),
                SQL.identifier(whole),
                SQL.identifier(name),
            )
            for name, (part, whole) in self._ratios.items()
        )
        return SQL(
            """WITH slot AS (%(slots)s)
               SELECT sums.*, %(ratios)s,
                      CASE WHEN sums.planned > 0 THEN
                           CASE WHEN sums.actual > 0 THEN 100.0 ELSE 0.0 END END
                          AS reach
                 FROM (SELECT count.*, LEAST(count.slots_met, count.actual) AS covered,
                              GREATEST(count.planned - count.actual, 0) AS remaining,
                              GREATEST(
                                  count.planned - count.actual - count.scheduled, 0)
                                  AS to_schedule,
                              count.planned * count.weight AS goal,
                              %(earned)s AS earned,
                              %(earned_reported)s AS earned_reported,
                              %(earned_accepted)s AS earned_accepted,
                              count.planned * count.unit_effort AS effort
                         FROM (%(counts)s) count) sums""",
            slots=self._get_counted_slots_sql(),
            ratios=ratios,
            earned=self._get_earned_sql(SQL("count.actual")),
            earned_reported=self._get_earned_sql(SQL("count.reported")),
            earned_accepted=self._get_earned_sql(SQL("count.accepted")),
            counts=self._get_counts_sql(),
        )

    @api.model
    def _get_row_columns(self, slot):
        """Return SQL of what the slots of a row have in common."""
        return SQL(", ").join(SQL.identifier(slot, name) for name in ROW)

    @api.model
    def _get_counts_sql(self):
        """Return a query that counts the slots and visits of each row.

        What leaders add to a goal has the whole month, and so shares visits with
        the slots of the cadence: each visit counts once.
        """
        return SQL(
            """SELECT MAX(met.slot_id) AS id, %(row)s, MAX(met.effort) AS unit_effort,
                      MAX(met.max_count) AS max_count, MAX(met.weight) AS weight,
                      COUNT(*) FILTER (
                          WHERE met.id IS NULL AND met.is_due)::int AS planned,
                      COUNT(DISTINCT met.slot_id) FILTER (
                          WHERE met.is_due AND met.is_own AND met.is_done
                            AND met.date < met.day_after)::int AS slots_met,
                      COUNT(DISTINCT met.unit) FILTER (
                          WHERE met.is_own AND met.is_done)::int AS actual,
                      COUNT(DISTINCT met.unit) FILTER (
                          WHERE met.is_own AND met.is_done
                            AND met.state IN ('submitted', 'accepted'))::int
                          AS reported,
                      COUNT(DISTINCT met.unit) FILTER (
                          WHERE met.is_own AND met.is_done
                            AND met.state = 'accepted')::int AS accepted,
                      COUNT(DISTINCT met.unit) FILTER (
                          WHERE met.is_own AND NOT met.is_done)::int AS scheduled,
                      COUNT(DISTINCT met.unit) FILTER (WHERE met.is_done)::int AS total
                 FROM (SELECT row.*, CASE row.kind WHEN 'presence'
                                     THEN DATE '2000-01-01' - row.date
                                     ELSE row.id END AS unit
                         FROM (%(rows)s) row) met
                WHERE met.user_id IS NOT NULL
                GROUP BY %(row)s""",
            row=self._get_row_columns("met"),
            rows=self._get_rows_sql(
                SQL(
                    """slot.id AS slot_id, %s, slot.kind, slot.effort, slot.max_count,
                       slot.weight, slot.day_after,
                       (slot.state = 'open' OR slot.is_undecided)
                           AND slot.is_optional IS NOT TRUE AS is_due""",
                    self._get_row_columns("slot"),
                )
            ),
        )

    @api.model
    def _get_earned_sql(self, count):
        """Return SQL of the points that a number of visits earns."""
        return SQL(
            """CASE WHEN count.planned = 0 THEN 0
                    WHEN count.max_count > 0
                    THEN LEAST(%(count)s, count.max_count) * count.weight
                    ELSE %(count)s * count.weight END""",
            count=count,
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec.partition(":")[0] == "reach":
            return self._get_reach_sql(query)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_reach_sql(self, query):
        user, partner, lead, actual, planned = (
            self._field_to_sql(self._table, name, query)
            for name in ("user_id", "partner_id", "lead_id", "actual", "planned")
        )
        # Somebody has a customer once, by however many cadences.
        target = SQL("(%s, COALESCE(-%s, %s))", user, lead, partner)
        return SQL(
            """100.0 * COUNT(DISTINCT %(target)s) FILTER (
                           WHERE %(planned)s > 0 AND %(actual)s > 0)
                   / NULLIF(COUNT(DISTINCT %(target)s) FILTER (
                           WHERE %(planned)s > 0), 0)""",
            target=target,
            planned=planned,
            actual=actual,
        )

    # ------------------------------------------------------------------
    # WHAT IS BEHIND A FIGURE
    # ------------------------------------------------------------------

    def action_open_slots(self):
        """Open the planned contacts of these rows.

        :raises AccessError: when the user may not read one of the rows
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Planned Contacts"),
            "res_model": "governance.visit.board",
            "view_mode": "list",
            "domain": [("id", "in", self._get_slot_ids())],
        }

    def _get_slot_ids(self):
        self.env["governance.visit.slot"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT member.id FROM governance_visit_slot slot
                     JOIN governance_visit_slot member
                       ON member.user_id = slot.user_id AND member.month = slot.month
                      AND COALESCE(member.partner_id, 0) = COALESCE(slot.partner_id, 0)
                      AND (%s) IS NOT DISTINCT FROM (%s)
                    WHERE slot.id = ANY(%s) AND member.state <> 'void'""",
                self._get_row_columns("member"),
                self._get_row_columns("slot"),
                self.ids,
            )
        )
        return sorted(id_ for (id_,) in rows)

    @api.model
    def _get_slots_of_ids_domain(self, ids):
        return Domain("id", "in", self.browse(ids)._get_slot_ids())
