# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Changes(NamedTuple):
    """What is different from what is wanted."""

    # {user: rows} of missing slots.
    new: dict
    # Ids of slots that are wanted no more, or not from this person.
    void: list
    # (slot, visit) of slots whose visit has come to light.
    link: list
    # (slot, tier, cadence) of slots that count for another tier by now.
    retier: list


class GovernanceVisitGenerator(models.AbstractModel):
    """What is missing, what has come to light, and what is lost."""

    _inherit = "governance.visit.generator"

    @api.model
    def _compare(self, scope, plans, rows, days, page):
        """Return the changes that make the slots of some people what is wanted."""
        changes, kept = Changes(defaultdict(list), [], [], []), set()
        waiting = self._get_waiting(scope, rows)
        for row in rows:
            user, line, span, *_rest = row
            window = scope.spans[span]
            if window.days == 1 and not days[user].is_open(window.low):
                # Where days are counted, closed ones are no windows.
                continue
            slot, holder, slot_end, slot_tier, is_bare, visit = row[9:15]
            if slot is None:
                changes.new[user].append(row)
                continue
            is_live = is_bare and window.stop > scope.today
            # An own cadence was decided on, so it holds in approved plans too.
            is_fixed = plans[user]["state"] != "draft" and not row[6]
            if holder == user and (slot_end == window.stop or is_fixed):
                kept.add(slot)
                if visit and is_bare:
                    changes.link.append((slot, visit))
                if slot_tier != row[5]:
                    changes.retier.append((slot, row[5], scope.lines[line].cadence_id))
            elif is_live and holder not in waiting:
                # The customer has another owner, or the rhythm has changed.
                changes.void.append(slot)
                changes.new[user].append(row)
        mine = [plan for plan in plans.values() if plan["is_free"]]
        mine = [plan for plan in mine if days[plan["user_id"]].is_planned]
        changes.void.extend(self._get_lost(scope, mine, kept, page))
        self._limit_to_proposals(scope, plans, changes, page)
        return changes

    @api.model
    def _get_waiting(self, scope, rows):
        """Return the people whose plan waits for a decision, among former owners.

        What they have lost goes over once it is decided, because the leader would sign
        another plan otherwise.
        """
        holders = {row[10] for row in rows if row[9] and row[10] != row[0]}
        if not holders:
            return holders
        found = self.env.execute_query(
            SQL(
                """SELECT user_id FROM governance_visit_plan
                    WHERE company_id = %s AND month = %s AND state = 'requested'
                      AND user_id = ANY(%s)""",
                scope.company.id,
                scope.month,
                sorted(filter(None, holders)),
            )
        )
        return {row[0] for row in found}

    @api.model
    def _get_page_condition(self, page):
        """Return SQL: a slot (`slot`) is about a customer of a page."""
        return SQL(
            """CASE WHEN slot.lead_id IS NULL THEN COALESCE(slot.partner_id, 0) ELSE 0
                END BETWEEN %s AND %s - 1""",
            *page,
        )

    @api.model
    def _get_lost(self, scope, plans, kept, page):
        """Return the slots that are wanted no more, without a visit and not past.

        What was approved is lost only when the person has lost the customer, or when
        another cadence was approved for the customer; what the approval of a challenge
        has added stays for as long as the customer does.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT slot.id, slot.user_id, slot.role_id, slot.partner_id,
                          slot.lead_id, plan.state <> 'draft'
                              OR slot.key LIKE 'challenge-%%' AS is_signed,
                          slot.key NOT LIKE 'challenge-%%' AND EXISTS (
                              SELECT 1 FROM governance_visit_exception own
                               WHERE own.partner_id = slot.partner_id
                                 AND own.role_id = slot.role_id
                                 AND own.channel_id = slot.channel_id
                                 AND own.id IS DISTINCT FROM slot.exception_id
                                 AND %(exceptions)s) AS is_replaced
                     FROM governance_visit_slot slot
                     JOIN governance_visit_plan plan ON plan.id = slot.plan_id
                    CROSS JOIN LATERAL (
                          SELECT slot.window_start
                                 + (slot.window_end - slot.window_start) / 2
                                 AS middle) span
                    WHERE slot.plan_id = ANY(%(plans)s) AND %(page)s
                      AND slot.state = 'open' AND slot.visit_id IS NULL
                      AND slot.date_done IS NULL AND slot.window_end > %(today)s
                      AND slot.callback_id IS NULL
                      AND COALESCE(slot.cadence_id, slot.exception_id) IS NOT NULL
                    ORDER BY slot.id""",
                exceptions=self._get_exception_condition(scope),
                plans=[plan["id"] for plan in plans],
                page=self._get_page_condition(page),
                today=scope.today,
            )
        )
        rows = [row for row in rows if row[0] not in kept]
        signed = [row for row in rows if row[5]]
        held = self._get_held(scope, signed) if signed else set()
        return [
            slot
            for slot, user, role, partner, lead, is_signed, is_replaced in rows
            if not is_signed
            or is_replaced
            or ((user, "lead", lead) if lead else (user, role, partner)) not in held
        ]

    @api.model
    def _get_held(self, scope, rows):
        """Return (person, role, customer) of those in rows who still have them.

        Leads are held in the role “lead”.
        """
        held = set(
            self.env.execute_query(
                SQL(
                    """SELECT user_id, 'lead', id FROM crm_lead
                        WHERE active AND won_status = 'pending' AND id = ANY(%s)""",
                    [row[4] for row in rows if row[4]],
                )
            )
        )
        partners = [row[3] for row in rows if row[3] and not row[4]]
        people = self._get_people_sql(scope, condition=SQL("p.id = ANY(%s)", partners))
        if people:
            held.update(
                self.env.execute_query(
                    SQL("SELECT user_id, role_id, partner_id FROM (%s) people", people)
                )
            )
        return held

    @api.model
    def _limit_to_proposals(self, scope, plans, changes, page):
        """Leave out what would crowd a plan that is approved.

        A customer who has a slot in the window gets no second one there.
        """
        signed = {
            user
            for user in changes.new
            if user in plans and plans[user]["state"] != "draft"
        }
        if not signed:
            return
        slots = self.env.execute_query(
            SQL(
                """SELECT user_id, COALESCE(partner_id, 0), COALESCE(lead_id, 0), key,
                          window_start, window_end
                     FROM governance_visit_slot slot
                    WHERE plan_id = ANY(%s) AND state <> 'void' AND id <> ALL(%s)
                      AND %s""",
                [plans[user]["id"] for user in signed],
                changes.void,
                self._get_page_condition(page),
            )
        )
        windows = defaultdict(list)
        for *name, start, end in slots:
            windows[tuple(name)].append((start, end))

        def is_free(row):
            span = scope.spans[row[2]]
            name = (row[0], row[3], row[4], scope.lines[row[1]].key)
            return all(
                end <= span.start or start >= span.stop for start, end in windows[name]
            )

        for user in signed:
            changes.new[user] = [row for row in changes.new[user] if is_free(row)]

    @api.model
    def _apply(self, changes):
        """Write what becomes of slots that are there; return the plans that lose some.

        A visit that somebody has planned for a slot at this moment keeps it.
        """
        rows = self.env.execute_query(
            SQL(
                """UPDATE governance_visit_slot SET state = 'void'
                    WHERE id = ANY(%s) AND state = 'open' AND visit_id IS NULL
                      AND date_done IS NULL
                RETURNING plan_id""",
                changes.void,
            )
        )
        if changes.link:
            self.env.cr.execute(
                SQL(
                    """UPDATE governance_visit_slot slot SET visit_id = found.visit_id
                         FROM unnest(%s, %s) found (slot_id, visit_id)
                        WHERE slot.id = found.slot_id AND slot.visit_id IS NULL""",
                    *map(list, zip(*changes.link, strict=True)),
                )
            )
        if changes.retier:
            self.env.cr.execute(
                SQL(
                    """UPDATE governance_visit_slot slot
                          SET tier_id = found.tier_id, cadence_id = found.cadence_id
                         FROM unnest(%s, %s::int[], %s::int[])
                              found (slot_id, tier_id, cadence_id)
                        WHERE slot.id = found.slot_id""",
                    *map(list, zip(*changes.retier, strict=True)),
                )
            )
        return {row[0] for row in rows if row[0]}
