# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.tools import SQL

from .visit_placement import Month, Request
from .visit_scope import UNIT_EFFORT

MOVED, OVERDUE, OPTIONAL = 1, 2, 4


class GovernanceVisitGenerator(models.AbstractModel):
    """New slots: on which day, and into the database."""

    _inherit = "governance.visit.generator"

    # ------------------------------------------------------------------
    # DAYS
    # ------------------------------------------------------------------

    @api.model
    def _place(self, scope, plans, new, days):
        """Return the rows to insert, each with its day.

        What is new to an approved plan is a proposal, unless somebody had to do it
        already or an own cadence of the customer, which was approved, asks for it.

        :return: [(plan, row, day that is due, day or None, flags)]
        """
        loads = self._get_loads(scope, list(new))
        former = self._get_former(scope, plans, new)
        placed = []
        for user, rows in sorted(new.items()):
            plan = plans[user]
            if days[user].is_planned and plan["is_free"]:
                is_signed = plan["state"] != "draft"
                for row, due, day, flags in self._place_person(
                    scope, rows, days[user], loads[user]
                ):
                    if (
                        is_signed
                        and not row[6]
                        and not self._is_former(scope, row, former)
                    ):
                        flags |= OPTIONAL
                    placed.append((plan["id"], row, due, day, flags))
        return placed

    @api.model
    def _get_former(self, scope, plans, new):
        """Return {(customer, lead, key): [window]} of what somebody had to do before.

        It was lost with the customer, and goes to the new owner or comes back.
        """
        rows = [
            row
            for user, rows in new.items()
            if plans[user]["state"] != "draft"
            for row in rows
        ]
        found = defaultdict(list)
        if rows:
            for *name, start, end in self.env.execute_query(
                SQL(
                    """SELECT COALESCE(partner_id, 0), COALESCE(lead_id, 0), key,
                              window_start, window_end
                         FROM governance_visit_slot
                        WHERE (partner_id = ANY(%s) OR lead_id = ANY(%s))
                          AND company_id = %s AND month = %s AND state = 'void'
                          AND callback_id IS NULL AND is_optional IS NOT TRUE""",
                    [row[3] for row in rows if row[3]],
                    [row[4] for row in rows if row[4]],
                    scope.company.id,
                    scope.month,
                )
            ):
                found[tuple(name)].append((start, end))
        return found

    @api.model
    def _is_former(self, scope, row, former):
        """Return whether somebody had to do what a row asks for."""
        span = scope.spans[row[2]]
        name = (row[3], row[4], scope.lines[row[1]].key)
        return any(
            start < span.stop and span.start < end for start, end in former[name]
        )

    @api.model
    def _get_loads(self, scope, users):
        """Return {user: [(day, effort)]} of what is planned in the month already."""
        if scope.first_visit is None:
            scope.first_visit = self._get_first_visit(scope)
        rows = self.env.execute_query(
            SQL(
                """SELECT user_id, day - %(month)s, SUM(round(effort * %(unit)s))::int
                     FROM (SELECT slot.user_id, slot.date AS day, channel.effort
                             FROM governance_visit_slot slot
                             JOIN governance_visit_channel channel
                               ON channel.id = slot.channel_id
                            WHERE slot.user_id = ANY(%(users)s)
                              AND slot.month BETWEEN %(before)s AND %(end)s
                              AND slot.state = 'open' AND slot.visit_id IS NULL
                        UNION ALL
                           SELECT who.user_id, visit.date, channel.effort
                             FROM governance_visit_user_rel who
                             JOIN governance_visit visit ON visit.id = who.visit_id
                             JOIN governance_visit_channel channel
                               ON channel.id = visit.channel_id
                            WHERE who.user_id = ANY(%(users)s)
                              AND who.visit_id >= %(first)s
                              AND visit.state <> 'cancelled') planned
                    WHERE day >= %(month)s AND day < %(end)s
                    GROUP BY user_id, day""",
                before=scope.month - relativedelta(months=1),
                first=scope.first_visit,
                month=scope.month,
                end=scope.end,
                unit=UNIT_EFFORT,
                users=users,
            )
        )
        loads = defaultdict(list)
        for user, day, effort in rows:
            loads[user].append((day, effort))
        return loads

    @api.model
    def _get_first_visit(self, scope):
        """Return the lowest id of a visit from the month on.

        Participants have no date: it spares them their visits of all years.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT min(id) FROM (
                          SELECT id FROM governance_visit WHERE date >= %s OFFSET 0) new
                """,
                scope.month,
            )
        )
        return rows[0][0] or 0

    @api.model
    def _place_person(self, scope, rows, days, load):
        """Yield (row, day that is due, day or None, flags) of what a person lacks."""
        requests, dues = [], []
        today = scope.get_day(scope.today)
        for number, row in enumerate(rows):
            line, span = scope.lines[row[1]], scope.spans[row[2]]
            visit, _day, last, is_overdue = row[14:]
            low, high = span.low, span.high
            # As long ago as the window before was long, or the day of the customer.
            due = row[8] if last is None else last + span.interval
            due = low if is_overdue or due < low else high - 1 if due >= high else due
            dues.append(due)
            if visit:
                continue
            if low < scope.first_day < high:
                low = scope.first_day
            requests.append(
                Request(
                    low,
                    high,
                    low if due < low else due,
                    line.effort,
                    is_overdue,
                    (row[3], row[4], line.key),
                    number,
                    today if span.first < today else span.first,
                    span.last,
                )
            )
        found = Month(days.open_days, load, days.around).place(requests)
        for number, (row, due) in enumerate(zip(rows, dues, strict=True)):
            flags = OPTIONAL if scope.lines[row[1]].is_optional else 0
            if row[17]:
                flags |= OVERDUE
            if row[14]:
                day = row[15]
            else:
                day = found.get(number)
                if not days.is_open(due):
                    flags |= MOVED
            yield row, due, day, flags

    # ------------------------------------------------------------------
    # INSERT
    # ------------------------------------------------------------------

    @api.model
    def _insert(self, scope, placed):
        """Insert slots in one statement; what somebody else has added stays.

        To look for what somebody else has added costs as much as the keys of a row,
        so that is done only when there is something.
        """
        if not placed:
            return
        query = self._get_insert_sql(scope, placed)
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except UniqueViolation:
            self.env.cr.execute(SQL("%s ON CONFLICT DO NOTHING", query))

    @api.model
    def _get_insert_sql(self, scope, placed):
        """Return SQL that inserts slots.

        Many values go as one text each, because a parameter for each costs more than
        the row; what all slots of a person share goes once.
        """
        people = {row[0]: plan for plan, row, *_rest in placed}
        numbers = {user: number for number, user in enumerate(people, 1)}
        columns = zip(
            *(
                (
                    numbers[row[0]],
                    row[1],
                    row[2],
                    row[3] or "NULL",
                    row[4] or "NULL",
                    row[5] or "NULL",
                    row[6] or "NULL",
                    row[7],
                    row[14] or "NULL",
                    due,
                    "NULL" if day is None else day,
                    flags,
                )
                for _plan, row, due, day, flags in placed
            ),
            strict=True,
        )
        return SQL(
            """WITH %(lines)s, %(spans)s, person AS MATERIALIZED (
                    SELECT found.number, found.plan_id, found.user_id, team.team_id
                      FROM unnest(%(plans)s, %(users)s) WITH ORDINALITY
                           found (plan_id, user_id, number)
                      LEFT JOIN (%(teams)s) team ON team.user_id = found.user_id)
               INSERT INTO governance_visit_slot
                      (plan_id, user_id, company_id, partner_id, lead_id, team_id,
                       tier_id, exception_id, role_id, channel_id, cadence_id, key,
                       month, window_start, window_end, date_due, date, is_moved,
                       is_overdue, is_optional, state, visit_id,
                       classification_rank, classification_partner_id)
               SELECT person.plan_id, person.user_id, %(company)s, new.partner_id,
                      new.lead_id, person.team_id, new.tier_id, new.exception_id,
                      line.role_id, line.channel_id, line.cadence_id, line.key,
                      %(month)s, span.start, span.stop, %(month)s + new.due,
                      %(month)s + new.day, new.flags & %(moved)s > 0,
                      new.flags & %(overdue)s > 0, new.flags & %(optional)s > 0,
                      'open', new.visit_id, new.rank,
                      CASE WHEN new.rank > 0 THEN new.partner_id END
                 FROM unnest(%(columns)s) new (
                      person, line, span, partner_id, lead_id, tier_id, exception_id,
                      rank, visit_id, due, day, flags)
                 JOIN line ON line.number = new.line
                 JOIN span ON span.number = new.span
                 JOIN person ON person.number = new.person""",
            lines=scope.get_line_sql(),
            spans=scope.get_span_sql(),
            plans=list(people.values()),
            users=list(people),
            teams=self.env["governance.visit.mixin"]._get_teams_sql(scope.company.id),
            company=scope.company.id,
            month=scope.month,
            moved=MOVED,
            overdue=OVERDUE,
            optional=OPTIONAL,
            columns=SQL(", ").join(
                SQL("%s::int[]", "{" + ",".join(map(str, column)) + "}")
                for column in columns
            ),
        )
