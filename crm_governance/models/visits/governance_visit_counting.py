# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .governance_visit import ACCEPTED_KINDS, CALLBACK_KINDS, DONE
from .governance_visit_cadence import LOWEST_LEVEL

SLOT_FIELDS = (
    "user_id",
    "company_id",
    "partner_id",
    "lead_id",
    "team_id",
    "tier_id",
    "role_id",
    "channel_id",
    "cadence_id",
    "callback_id",
    "month",
    "window_start",
    "window_end",
    "date",
    "is_moved",
    "is_overdue",
    "is_optional",
    "state",
    "is_undecided",
    "visit_id",
    "plan_id",
    "origin_ref",
    "date_done",
)
VISIT_FIELDS = (
    "user_id",
    "company_id",
    "partner_id",
    "lead_id",
    "channel_id",
    "direction",
    "participant_ids",
    "contact_level",
    "date",
    "state",
    "is_late",
    "report_deadline",
)


class GovernanceVisitCounting(models.AbstractModel):
    """Which visits count for a slot: the one place that says so, as SQL.

    Figures, the matching of visits with slots and the generator of plans all ask
    here.  A visit counts for all slots whose window it is in, or whose day was moved
    out of a closed window to its own, if it is one with the same customer, channel,
    direction and company and met somebody of the level that is asked for.  It counts
    for each of our people who take part; visits of others appear in the total only.
    Done is what is held, submitted or accepted up to today, scheduled what is planned
    or has a later date; cancelled visits never count.  Days of presence are counted
    by day, over visits and presence alike.
    Source: anchors §2.4 no. 1 and 4.
    """

    _name = "governance.visit.counting"
    _description = "Counting of visits"
    # {ratio: (what is counted, of what)}; of several rows it is that of the sums.
    _ratios = {}
    # Fields by which rows are asked for and that their slots have as well.
    _slot_fields = frozenset()
    # Others that do not depend on what is counted.
    _plain_fields = frozenset()

    # What the database has to know before it counts.
    _depends = {
        "governance.visit.slot": SLOT_FIELDS,
        "governance.visit": VISIT_FIELDS,
        "governance.visit.cadence": (
            "contact_level",
            "direction",
            "max_count",
            "weight",
        ),
        "governance.visit.channel": ("accepts_kind", "effort", "kind"),
        "res.company": ("partner_id", "resource_calendar_id"),
        "res.partner": ("tz",),
        "resource.calendar": ("tz",),
    }

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        """Count the slots of what is asked for, not those of the whole company."""
        asked = self._narrow(domain)
        # Who asks for people has few slots already; rules of customers cost more.
        if not (self.env.su or bypass_access or self._names_people(asked)):
            asked &= self._narrow(
                self.env["ir.rule"]._compute_domain(self._name, "read")
            )
        counted = self.with_context(governance_counted_slots=asked)
        return super(GovernanceVisitCounting, counted)._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    @api.model
    @api.private
    @api.readonly
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Count for the rows of a page, not for all those from which it is taken."""
        order = order or self._order
        if not limit or not self._is_about_slots(domain, order):
            return super().search_fetch(domain, field_names, offset, limit, order)
        bare = self.with_context(governance_counts_nothing=True)
        rows = super(GovernanceVisitCounting, bare).search_fetch(
            domain, [], offset, limit, order
        )
        rows = rows.with_env(self.env)
        rows.fetch(field_names)
        return rows

    @api.model
    @api.readonly
    def search_count(self, domain, limit=None):
        """Return how many rows there are, without what they count if possible."""
        if not self._is_about_slots(domain):
            return super().search_count(domain, limit)
        bare = self.with_context(governance_counts_nothing=True)
        return super(GovernanceVisitCounting, bare).search_count(domain, limit)

    @api.model
    def _is_about_slots(self, domain, order=""):
        """Return whether rows are found, and come first, whatever they count."""
        names = {one.field_expr for one in Domain(domain).iter_conditions()}
        names.update(part.split()[0] for part in order.split(",") if part.strip())
        known = {"id", *self._slot_fields, *self._plain_fields}
        return all(name.partition(".")[0] in known for name in names)

    @api.model
    def _narrow(self, domain):
        """Return what a domain says of the slots of its rows, or less."""
        return Domain(domain).optimize(self).map_conditions(self._get_slot_condition)

    @api.model
    def _names_people(self, domain):
        names = {"id", "user_id", "is_led"}
        return any(one.field_expr in names for one in domain.iter_conditions())

    @api.model
    def _get_slot_condition(self, condition):
        """Return what a condition on rows says of their slots, perhaps nothing."""
        name = condition.field_expr.partition(".")[0]
        if name in self._slot_fields:
            return condition
        ids = condition.value
        if name == "id" and condition.operator == "in" and not isinstance(ids, SQL):
            return self._get_slots_of_ids_domain([id_ for id_ in ids if id_])
        return Domain.TRUE

    @api.model
    def _get_slots_of_ids_domain(self, ids):
        """Return the domain of the slots of some rows, or of more."""
        return Domain("id", "in", ids)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Compute ratios of groups from their sums, never from ratios of rows."""
        name = aggregate_spec.partition(":")[0]
        if name not in self._ratios:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (
            self._field_to_sql(self._table, field, query)
            for field in self._ratios[name]
        )
        return SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", part, whole)

    # ------------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------------

    @api.model
    def _get_days_sql(self):
        """Return a query of each company and the day it is there: `id`, `today`."""
        return SQL(
            """SELECT work.id,
                      (%s::timestamp AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(place.tz, hours.tz, 'UTC'))::date AS today
                 FROM res_company work
                 JOIN res_partner place ON place.id = work.partner_id
                 LEFT JOIN resource_calendar hours
                   ON hours.id = work.resource_calendar_id""",
            fields.Datetime.now(),
        )

    @api.model
    def _get_done_sql(self, today):
        """Return SQL that holds when the `visit` is done on a day."""
        return SQL("(visit.state IN %s AND visit.date <= %s)", DONE, today)

    @api.model
    def _get_participation_sql(self, user):
        """Return SQL that holds when somebody takes part in the `visit`."""
        return SQL(
            """(visit.user_id = %s
                OR EXISTS (SELECT 1 FROM governance_visit_user_rel part
                            WHERE part.visit_id = visit.id AND part.user_id = %s))""",
            user,
            user,
        )

    @api.model
    def _get_channels_sql(self):
        """Return a query of channels and over which ones what they ask for is done.

        Columns: `id`, `kind`, `effort`, `accepted` for cadences and `called` for
        callbacks.
        """
        accepted, called = (
            SQL(
                """ARRAY(SELECT other.id FROM governance_visit_channel other
                          WHERE other.id = asked.id
                             OR other.kind = asked.kind AND asked.accepts_kind
                             OR (asked.kind, other.kind) IN %s)""",
                tuple((kind, other) for kind, others in kinds for other in others),
            )
            for kinds in (
                ACCEPTED_KINDS.items(),
                (*ACCEPTED_KINDS.items(), *CALLBACK_KINDS.items()),
            )
        )
        # Made once for each channel, however many slots there are.
        return SQL(
            """SELECT asked.id, asked.kind, asked.effort, %s AS accepted, %s AS called
                 FROM governance_visit_channel asked OFFSET 0""",
            accepted,
            called,
        )

    @api.model
    def _get_accepted_channels(self):
        """Return {channel: those over which a visit counts for it}, of ids."""
        self.env["governance.visit.channel"].flush_model()
        rows = self.env.execute_query(
            SQL("SELECT id, accepted FROM (%s) channel", self._get_channels_sql())
        )
        return dict(rows)

    @api.model
    def _get_fit_sql(self, **asked):
        """Return SQL that holds when the `visit` is of the kind that is asked for.

        Whom one visits, the window and who takes part are for the caller to compare.
        Of what is planned it may be open yet whom one meets.

        :param asked: SQL of `company`, `channels`, `direction` and `level` (NULL: any),
            and of the `visit` that was planned for it
        """
        return SQL(
            """visit.company_id = %(company)s AND visit.state <> 'cancelled'
               AND visit.channel_id = ANY(%(channels)s)
               AND COALESCE(%(direction)s, '') IN ('', visit.direction)
               AND (COALESCE(%(level)s, %(lowest)s) = %(lowest)s
                    OR visit.contact_level >= %(level)s
                    OR visit.state = 'planned' AND visit.contact_level IS NULL
                       AND visit.id = %(visit)s)""",
            lowest=LOWEST_LEVEL,
            **asked,
        )

    @api.model
    def _get_slots_sql(self, domain):
        """Return a query of slots that are not void, and of what they ask for."""
        slots = self.env["governance.visit.slot"].sudo()
        domain = Domain(domain) & Domain("state", "!=", "void")
        query = slots._search(domain, active_test=False)
        slot = query.table
        return SQL(
            """SELECT %(columns)s, channel.kind, channel.effort, channel.accepted,
                      channel.called, cadence.direction, cadence.contact_level,
                      cadence.max_count, COALESCE(cadence.weight, 1) AS weight,
                      LEAST(%(start)s, %(moved)s) AS first_day,
                      GREATEST(%(stop)s, %(moved)s + 1) AS day_after, day.today
                 FROM %(slots)s
                 JOIN (%(channels)s) channel ON channel.id = %(channel)s
                 JOIN (%(days)s) day ON day.id = %(company)s
                 LEFT JOIN governance_visit_cadence cadence ON cadence.id = %(cadence)s
                WHERE %(condition)s""",
            columns=SQL(", ").join(
                SQL.identifier(slot, name) for name in ("id", *SLOT_FIELDS)
            ),
            start=SQL.identifier(slot, "window_start"),
            stop=SQL.identifier(slot, "window_end"),
            moved=SQL(
                "CASE WHEN %s THEN %s END",
                SQL.identifier(slot, "is_moved"),
                SQL.identifier(slot, "date"),
            ),
            slots=query.from_clause,
            channels=self._get_channels_sql(),
            channel=SQL.identifier(slot, "channel_id"),
            days=self._get_days_sql(),
            company=SQL.identifier(slot, "company_id"),
            cadence=SQL.identifier(slot, "cadence_id"),
            condition=query.where_clause or SQL("TRUE"),
        )

    @api.model
    def _get_counted_slots_sql(self):
        """Return a query of the slots of the rows that are asked for."""
        domain = self.env.context.get("governance_counted_slots", Domain.TRUE)
        return self._get_slots_sql(domain)

    @api.model
    def _get_met_sql(self, columns):
        """Return a query of which visits of anybody count for which rows of `slot`.

        Columns: those of the slot that are asked for, `id` of the visit, `state`,
        `date`, `is_done`, `is_ahead` (today or later) and `is_own`.

        :param SQL columns: of `slot`
        """
        return self._get_matches_sql(columns)

    @api.model
    def _get_rows_sql(self, columns):
        """Return the same query, with a row that has no visit for each slot besides.

        Whatever the database guesses of how many rows there are, nothing is joined.
        """
        slots = SQL(
            """SELECT %s, NULL::int AS id, NULL AS state, NULL::date AS date,
                      FALSE AS is_done, FALSE AS is_ahead, FALSE AS is_own
                 FROM slot""",
            columns,
        )
        if self.env.context.get("governance_counts_nothing"):
            return slots
        return SQL("%s UNION ALL %s", slots, self._get_met_sql(columns))

    @api.model
    def _get_matches_sql(self, columns):
        """Return a query of which visits count for which contacts of cadences."""
        # Each of the two has an index of its own.
        return SQL(
            "%s UNION ALL %s",
            self._get_arm_sql(
                columns,
                SQL("visit.partner_id = slot.partner_id AND slot.lead_id IS NULL"),
                self._get_slot_fit_sql(SQL("slot.direction")),
            ),
            # About a lead it is the same who comes to whom.
            self._get_arm_sql(
                columns,
                SQL("visit.lead_id = slot.lead_id"),
                self._get_slot_fit_sql(SQL("NULL")),
            ),
        )

    @api.model
    def _get_slot_fit_sql(self, direction):
        return SQL(
            """slot.origin_ref IS NULL AND visit.date >= slot.first_day
               AND visit.date < slot.day_after AND %s""",
            self._get_fit_sql(
                company=SQL("slot.company_id"),
                channels=SQL("slot.accepted"),
                direction=direction,
                level=SQL("slot.contact_level"),
                visit=SQL("slot.visit_id"),
            ),
        )

    @api.model
    def _get_arm_sql(self, columns, whom, condition):
        """Return a query of the visits that count for some of the rows of `slot`."""
        return SQL(
            """SELECT %(columns)s, visit.id, visit.state, visit.date,
                      %(done)s AS is_done, visit.date >= slot.today AS is_ahead,
                      %(own)s AS is_own
                 FROM slot
                 JOIN governance_visit visit ON %(whom)s
                WHERE %(condition)s""",
            columns=columns,
            done=self._get_done_sql(SQL("slot.today")),
            own=self._get_participation_sql(SQL("slot.user_id")),
            whom=whom,
            condition=condition,
        )

    @api.model
    def _get_visit_ids(self, slot_ids):
        """Return the ids of the visits of anybody that count for some slots."""
        met = self._get_met_sql(SQL("slot.id AS slot_id"))
        rows = self._read_met(slot_ids, SQL("SELECT id FROM (%s) met", met))
        # An action that is no visit has a negative number.
        return sorted({id_ for (id_,) in rows if id_ > 0})

    @api.model
    def _read_met(self, slot_ids, query):
        """Return the rows of a query on some slots, which it finds as `slot`."""
        for name in self._depends:
            self.env[name].flush_model()
        slots = self._get_slots_sql([("id", "in", list(slot_ids))])
        return self.env.execute_query(SQL("WITH slot AS (%s) %s", slots, query))
