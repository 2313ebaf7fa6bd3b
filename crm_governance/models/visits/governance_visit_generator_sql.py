# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .visit_windows import ANCHOR, BESIDE, MIX, WORD


class GovernanceVisitGenerator(models.AbstractModel):
    """Who has to visit whom in which window, as one statement."""

    _inherit = "governance.visit.generator"

    @api.model
    def _get_wanted_sql(self, scope, users, kind, page):
        """Return SQL of the obligations of some people in a month.

        A row has: person, line, window, customer, lead (0: none), tier, exception,
        rank, target as day of the month; the slot that is there, whose it is, its end,
        tier, and whether it is open without a visit; the visit in the window and its
        day, the last one in the window before, and whether the customer was due before.

        Whatever the database guesses of how many rows there are, each row looks its
        customer up by index (`LATERAL … OFFSET 0`): compared with all others, a few
        thousand rows without fresh statistics took minutes.

        :param users: the people, or None for all
        :param str kind: “customer” or “lead”
        :param page: (first, behind the last) of the ids of customers
        """
        parts = [scope.get_line_sql(), scope.get_span_sql()]
        if kind == "customer":
            condition = SQL("p.id >= %s AND p.id < %s", *page)
            people = self._get_people_sql(scope, users, condition)
            parts.append(SQL("people AS (%s)", people))
            parts.append(
                SQL("tiered AS MATERIALIZED (%s)", self._get_tiered_sql(scope))
            )
            obligations = self._get_customer_obligations_sql(scope)
        else:
            obligations = self._get_lead_obligations_sql(scope, users)
        wanted = self._get_windows_sql(scope, kind)
        if kind == "customer" and scope.has_exceptions and scope.spans:
            parts.append(scope.get_rhythm_sql())
            wanted = SQL(
                "%s UNION ALL %s", wanted, self._get_exception_windows_sql(scope)
            )
        parts += [
            SQL("obligation AS (%s)", obligations),
            SQL(
                """wanted AS MATERIALIZED (
                       SELECT row_number() OVER () AS id, found.* FROM (%s) found)""",
                wanted,
            ),
        ]
        return SQL(
            """WITH %(parts)s
               SELECT wanted.user_id, wanted.line, wanted.span,
                      COALESCE(wanted.partner_id, 0), COALESCE(wanted.lead_id, 0),
                      wanted.tier_id, wanted.exception_id, wanted.rank,
                      wanted.target - %(month)s,
                      slot.id, slot.user_id, slot.window_end, slot.tier_id,
                      slot.is_bare,
                      seen.visit_id, seen.day - %(month)s, seen.last - %(month)s,
                      seen.visit_id IS NULL AND seen.last IS NULL AND %(overdue)s
                 FROM wanted
                 JOIN line ON line.number = wanted.line
                 JOIN span ON span.number = wanted.span
                CROSS JOIN LATERAL (%(seen)s) seen
                 LEFT JOIN LATERAL (
                      SELECT known.id, known.user_id, known.window_end, known.tier_id,
                             known.state = 'open' AND known.visit_id IS NULL
                                 AND known.date_done IS NULL AS is_bare
                        FROM governance_visit_slot known
                       WHERE %(same)s AND known.key = line.key
                         AND known.window_start = span.start AND known.state <> 'void'
                      OFFSET 0) slot ON TRUE
                ORDER BY 1, 2, 3, 4, 5, 6""",
            parts=SQL(", ").join(parts),
            month=scope.month,
            seen=self._get_seen_sql(scope, kind),
            overdue=self._get_overdue_condition(scope, kind),
            same=self._get_same_slot_condition(scope, kind, SQL.identifier("known")),
        )

    # ------------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------------

    @api.model
    def _get_people_sql(self, scope, users=None, condition=None):
        """Return SQL of (customer, role, person, rank, since when) for all roles.

        :param users: these people alone
        :param SQL condition: these customers (`p`) alone
        """
        ids = {line.role_id for line in scope.lines if line.population != "lead"}
        roles = self.env["governance.visit.role"].sudo().browse(sorted(ids))
        arms = []
        for role in roles:
            person, joins = role._get_person_sql(scope.company)
            mine = self._get_mine_condition(person, users)
            if users is not None:
                bound = role._get_bound_sql(scope.company, users)
                mine = SQL("%s AND %s", bound, mine)
            arms.append(
                SQL(
                    """SELECT p.id AS partner_id, %(role)s AS role_id,
                              %(person)s AS user_id, p.classification_rank AS rank,
                              p.create_date::date AS created,
                              p.user_id IS NOT NULL OR p.customer_rank > 0
                                  AS is_customer
                         FROM res_partner p %(joins)s
                        WHERE %(mine)s AND %(condition)s AND p.active IS TRUE
                          AND p.commercial_partner_id = p.id
                          AND (p.company_id IS NULL OR p.company_id = %(company)s)
                          AND p.partner_share IS NOT FALSE
                          AND p.id NOT IN (SELECT partner_id FROM res_company)""",
                    role=role.id,
                    person=person,
                    joins=joins,
                    mine=mine,
                    condition=condition or SQL("TRUE"),
                    company=scope.company.id,
                )
            )
        return SQL(" UNION ALL ").join(arms)

    @api.model
    def _get_mine_condition(self, person, users):
        """Return SQL: it is one of these people, or anybody when there is no limit."""
        if users is None:
            return SQL("%s IS NOT NULL", person)
        return SQL("%s = ANY(%s)", person, users.ids)

    # ------------------------------------------------------------------
    # OBLIGATIONS
    # ------------------------------------------------------------------

    @api.model
    def _get_tiered_sql(self, scope):
        """Return SQL of the people of customers with each tier and its days."""
        return SQL(
            """SELECT person.*, tier.*
                 FROM people person
                CROSS JOIN LATERAL (
                      SELECT held.tier_id, held.date_start, held.date_end
                        FROM governance_tier_assignment held
                       WHERE held.partner_id = person.partner_id
                         AND held.company_id = %s AND held.is_merged IS NOT TRUE
                      OFFSET 0) tier""",
            scope.company.id,
        )

    @api.model
    def _get_customer_obligations_sql(self, scope):
        """Return SQL of (line, person, customer …) and from when to when it holds.

        A window counts for the tier that the customer has at its middle.
        """
        return SQL(
            """SELECT line.number AS line, person.user_id, person.partner_id,
                      NULL::int AS lead_id, person.rank, person.created,
                      person.tier_id, person.date_start AS since,
                      person.date_end AS until
                 FROM tiered person
                 JOIN line ON line.role_id = person.role_id AND line.population = 'tier'
                          AND person.tier_id = ANY(line.tier_ids)
            UNION ALL
               SELECT line.number, person.user_id, person.partner_id, NULL,
                      person.rank, person.created, NULL, '-infinity', NULL
                 FROM people person
                 JOIN line ON line.role_id = person.role_id
                WHERE line.population = 'all' AND person.is_customer
                   OR line.population = 'recent_buyer' AND EXISTS (
                      SELECT 1 FROM res_partner buyer
                        JOIN sale_order bought ON bought.partner_id = buyer.id
                       WHERE buyer.commercial_partner_id = person.partner_id
                         AND bought.company_id = %(company)s
                         AND bought.state = 'sale'
                         AND bought.date_order >= line.bought_since)""",
            company=scope.company.id,
        )

    @api.model
    def _get_lead_obligations_sql(self, scope, users=None):
        """Return SQL of what is to be done about open leads (VC-07)."""
        return SQL(
            """SELECT line.number AS line, lead.user_id,
                      customer.commercial_partner_id AS partner_id, lead.id AS lead_id,
                      COALESCE(customer.classification_rank, 0) AS rank,
                      lead.create_date::date AS created, NULL::int AS tier_id,
                      '-infinity'::date AS since, NULL::date AS until
                 FROM crm_lead lead
                 JOIN line ON line.population = 'lead'
                 LEFT JOIN res_partner customer ON customer.id = lead.partner_id
                WHERE lead.active AND lead.won_status = 'pending' AND %(mine)s
                  AND (lead.company_id IS NULL OR lead.company_id = %(company)s)""",
            mine=self._get_mine_condition(SQL.identifier("lead", "user_id"), users),
            company=scope.company.id,
        )

    @api.model
    def _get_windows_sql(self, scope, kind):
        """Return SQL of the windows of the obligations that belong to the month.

        Nobody has missed a window that was over before the policy was in force, or
        before the customer was known.
        """
        exceptions = SQL("TRUE")
        if kind == "customer" and scope.has_exceptions:
            exceptions = SQL(
                """NOT EXISTS (
                    SELECT 1 FROM governance_visit_exception own
                     WHERE own.partner_id = held.partner_id
                       AND own.role_id = span.role_id
                       AND own.channel_id = span.channel_id AND %s)""",
                self._get_exception_condition(scope),
            )
        return SQL(
            """SELECT held.line, span.number AS span, held.user_id, held.partner_id,
                      held.lead_id, held.rank,
                      COALESCE(held.tier_id, %(tier)s) AS tier_id,
                      NULL::int AS exception_id, due.target
                 FROM obligation held
                 JOIN (SELECT line.number AS line, line.role_id, line.channel_id,
                              line.seed, line.barred, line.since AS known_since, span.*
                         FROM line JOIN span ON span.cadence = line.cadence
                       OFFSET 0) span ON span.line = held.line
                  AND held.since <= span.middle
                  AND (held.until IS NULL OR held.until > span.middle)
                  AND (span.stop > %(today)s
                       OR span.stop > GREATEST(span.known_since, held.created))
                  AND (span.barred = '{}' OR NOT EXISTS (
                      SELECT 1 FROM governance_tier_assignment other
                       WHERE other.partner_id = held.partner_id
                         AND other.company_id = %(company)s
                         AND other.tier_id = ANY(span.barred)
                         AND other.is_merged IS NOT TRUE
                         AND other.date_start <= span.middle
                         AND (other.date_end IS NULL OR other.date_end > span.middle)))
                CROSS JOIN LATERAL (SELECT %(target)s AS target OFFSET 0) due
                WHERE due.target >= %(month)s AND due.target < %(end)s
                  AND %(exceptions)s""",
            today=scope.today,
            company=scope.company.id,
            tier=self._get_tier_sql(scope, SQL.identifier("held", "partner_id")),
            target=self._get_target_sql(
                SQL("COALESCE(held.lead_id, held.partner_id)"),
                SQL("span.seed"),
                SQL("span.start"),
                SQL("span.days"),
            ),
            month=scope.month,
            end=scope.end,
            exceptions=exceptions,
        )

    @api.model
    def _get_exception_windows_sql(self, scope):
        """Return SQL of the windows that approved exceptions ask for.

        They replace the lines of their role and channel, whatever the tier.
        """
        return SQL(
            """SELECT * FROM (
               SELECT DISTINCT ON (own.id, span.number)
                      line.number AS line, span.number AS span, person.user_id,
                      person.partner_id, NULL::int AS lead_id, person.rank,
                      %(tier)s AS tier_id, own.id AS exception_id, due.target
                 FROM governance_visit_exception own
                 JOIN people person ON person.partner_id = own.partner_id
                                   AND person.role_id = own.role_id
                 JOIN line ON line.role_id = own.role_id
                          AND line.channel_id = own.channel_id
                          AND line.population <> 'lead'
                 JOIN rhythm ON rhythm.mode = own.mode AND rhythm.number = own.number
                            AND rhythm.unit = own.unit
                 JOIN span ON span.cadence = rhythm.cadence
                          AND (span.stop > %(today)s OR span.stop > person.created)
                CROSS JOIN LATERAL (SELECT %(target)s AS target OFFSET 0) due
                WHERE %(active)s AND due.target >= %(month)s AND due.target < %(end)s
                ORDER BY own.id, span.number, line.number) own_cadence""",
            tier=self._get_tier_sql(scope, SQL.identifier("person", "partner_id")),
            target=self._get_target_sql(
                SQL("person.partner_id"),
                SQL("line.seed"),
                SQL("span.start"),
                SQL("span.days"),
            ),
            active=self._get_exception_condition(scope),
            today=scope.today,
            month=scope.month,
            end=scope.end,
        )

    @api.model
    def _get_exception_condition(self, scope):
        """Return SQL: an exception (`own`) holds at the middle of a window (`span`)."""
        return SQL(
            """own.company_id = %s AND own.state IN ('active', 'ended')
               AND own.date_start <= span.middle AND own.date_end > span.middle""",
            scope.company.id,
        )

    @api.model
    def _get_tier_sql(self, scope, partner):
        """Return SQL: the governing tier of a customer at the middle of a window."""
        return SQL(
            """(SELECT known.tier_id
                  FROM governance_tier_assignment known
                  JOIN governance_tier_scheme scheme ON scheme.id = known.scheme_id
                 WHERE known.partner_id = %s AND known.company_id = %s
                   AND scheme.is_governing AND known.is_merged IS NOT TRUE
                   AND known.date_start <= span.middle
                   AND (known.date_end IS NULL OR known.date_end > span.middle)
                 LIMIT 1)""",
            partner,
            scope.company.id,
        )

    @api.model
    def _get_target_sql(self, identifier, seed, start, days):
        """Return SQL: the target of a window, as `tests/visit_targets.py` has it."""
        target = SQL(
            """SELECT %(start)s + (((c.word # (c.word >> 13)) * %(days)s) >> 32)::int
                   AS day
                 FROM (SELECT ((b.word # (b.word >> 15)) * %(second)s::bigint)
                              & %(word)s::bigint AS word
                         FROM (SELECT (%(identifier)s::bigint * %(first)s::bigint
                                       + %(seed)s) & %(word)s::bigint AS word) b) c""",
            identifier=identifier,
            seed=seed,
            start=start,
            days=days,
            first=MIX[0],
            second=MIX[1],
            word=WORD,
        )
        beside = SQL(" ").join(
            SQL(
                """WHEN (raw.day - %(anchor)s) %% 7 = %(weekday)s
                    AND raw.day + %(step)s >= %(start)s
                    AND raw.day + %(step)s < %(start)s + %(days)s
                   THEN raw.day + %(step)s""",
                anchor=ANCHOR,
                weekday=weekday,
                step=step,
                start=start,
                days=days,
            )
            for weekday, steps in BESIDE.items()
            for step in steps
        )
        return SQL("(SELECT CASE %s ELSE raw.day END FROM (%s) raw)", beside, target)

    # ------------------------------------------------------------------
    # VISITS AND SLOTS
    # ------------------------------------------------------------------

    @api.model
    def _get_seen_sql(self, scope, kind):
        """Return SQL: the visits of the person in a window and in the one before."""
        return SQL(
            """SELECT (array_agg(visit.id ORDER BY visit.state = 'planned', visit.date,
                                                   visit.id)
                       FILTER (WHERE visit.date >= span.start))[1] AS visit_id,
                      (array_agg(visit.date ORDER BY visit.state = 'planned',
                                                     visit.date, visit.id)
                       FILTER (WHERE visit.date >= span.start))[1] AS day,
                      max(visit.date) FILTER (WHERE visit.date < span.start) AS last
                 FROM governance_visit visit
                WHERE %(same)s AND %(counts)s
                  AND visit.date >= span.previous AND visit.date < span.stop""",
            same=self._get_same_visit_condition(kind),
            counts=self._get_counts_condition(scope),
        )

    @api.model
    def _get_counts_condition(self, scope):
        """Return SQL: a visit (`visit`) counts for a row of `wanted` and its line."""
        counting = self.env["governance.visit.counting"]
        return SQL(
            "%s AND %s",
            counting._get_fit_sql(
                company=SQL("%s", scope.company.id),
                channels=SQL("line.channels"),
                direction=SQL("line.direction"),
                level=SQL("line.contact_level"),
                visit=SQL("NULL"),
            ),
            counting._get_participation_sql(SQL("wanted.user_id")),
        )

    @api.model
    def _get_same_visit_condition(self, kind):
        if kind == "lead":
            return SQL("visit.lead_id = wanted.lead_id")
        return SQL("visit.partner_id = wanted.partner_id")

    @api.model
    def _get_same_slot_condition(self, scope, kind, slot):
        """Return SQL: a slot is about the customer, or the lead, of a row."""
        if kind == "lead":
            return SQL("%s.lead_id = wanted.lead_id", slot)
        return SQL(
            """%(slot)s.partner_id = wanted.partner_id
               AND %(slot)s.company_id = %(company)s
               AND %(slot)s.callback_id IS NULL AND %(slot)s.lead_id IS NULL""",
            slot=slot,
            company=scope.company.id,
        )

    @api.model
    def _get_overdue_condition(self, scope, kind):
        """Return SQL: the customer was due before, and nobody has been there since.

        Either a slot was missed, or the last visit is longer ago than a window.
        """
        return SQL(
            """(EXISTS (
                    SELECT 1 FROM governance_visit_slot missed
                     WHERE %(same_slot)s AND missed.key = line.key
                       AND missed.window_start < span.start
                       AND missed.window_end <= %(today)s
                       AND missed.state = 'open' AND missed.visit_id IS NULL
                       AND missed.date_done IS NULL
                       AND missed.is_optional IS NOT TRUE
                       AND NOT EXISTS (
                           SELECT 1 FROM governance_visit visit
                            WHERE %(same_visit)s AND %(counts)s
                              AND visit.date >= missed.window_start
                              AND visit.date < span.previous))
                OR COALESCE((
                    SELECT max(visit.date) FROM governance_visit visit
                     WHERE %(same_visit)s AND visit.date < span.previous
                       AND %(counts)s) + (span.start - span.previous) <= %(today)s,
                   FALSE))""",
            same_slot=self._get_same_slot_condition(
                scope, kind, SQL.identifier("missed")
            ),
            same_visit=self._get_same_visit_condition(kind),
            counts=self._get_counts_condition(scope),
            today=scope.today,
        )
