# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict

from odoo import api, models
from odoo.tools import SQL

# Behind every id.
BEHIND = 2**31 - 1


class GovernanceVisitGenerator(models.AbstractModel):
    """Who is planned together, so that the memory that it takes is bounded."""

    _inherit = "governance.visit.generator"

    @api.model
    def _get_users(self, scope):
        """Return all who have customers or leads to visit, or a plan of the month."""
        scope.amounts = self._count_contacts(scope)
        planned = self.env.execute_query(
            SQL(
                """SELECT user_id FROM governance_visit_plan
                    WHERE company_id = %s AND month = %s""",
                scope.company.id,
                scope.month,
            )
        )
        found = {row[0] for row in planned} | set(scope.amounts)
        return self.env["res.users"].sudo().browse(sorted(found))

    @api.model
    def _split(self, scope, users):
        """Return the people in batches; who has too much is a batch alone."""
        amounts = scope.amounts
        if amounts is None:
            amounts = scope.amounts = self._count_contacts(scope, users)
        batches, free = [], 0
        for user in users.ids:
            amount = amounts[user]
            if not batches or len(batches[-1]) >= self._batch_size or amount > free:
                batches.append([])
                free = self._batch_contacts
            batches[-1].append(user)
            free -= amount
        return [users.browse(batch) for batch in batches]

    @api.model
    def _get_pages(self, scope, users):
        """Return (first, behind the last) of the ids of customers to plan at once.

        One person who visits all customers of a company is planned in many pages, each
        of which evens out the days that those before have filled.  Leads belong to the
        first page.
        """
        if not users:
            return []
        amounts = scope.amounts or {}
        amount = sum(amounts.get(user, 0) for user in users.ids)
        number = -(-amount // self._batch_contacts)
        people = self._get_people_sql(scope, users) if number > 1 else None
        if not people:
            return [(0, BEHIND)]
        cuts = self.env.execute_query(
            SQL(
                """SELECT min(partner_id)
                     FROM (SELECT partner_id,
                                  ntile(%s) OVER (ORDER BY partner_id) AS page
                             FROM (SELECT DISTINCT partner_id FROM (%s) people) found)
                          paged
                    GROUP BY page ORDER BY page OFFSET 1""",
                number,
                people,
            )
        )
        cuts = [0, *(row[0] for row in cuts), BEHIND]
        return list(zip(cuts, cuts[1:], strict=False))

    @api.model
    def _count_contacts(self, scope, users=None):
        """Return {person: how many contacts at most} of who has any.

        :param users: these people alone
        """
        weights = self._get_weights(scope)
        amounts, arms = Counter(), []
        if people := self._get_people_sql(scope, users):
            arms.append(SQL("SELECT user_id, role_id FROM (%s) people", people))
        if "lead" in scope.get_kinds():
            arms.append(
                SQL(
                    """SELECT lead.user_id, 0 AS role_id FROM crm_lead lead
                        WHERE lead.active AND lead.won_status = 'pending' AND %s
                          AND (lead.company_id IS NULL OR lead.company_id = %s)""",
                    self._get_mine_condition(SQL.identifier("lead", "user_id"), users),
                    scope.company.id,
                )
            )
        if arms:
            for user, role, number in self.env.execute_query(
                SQL(
                    """SELECT user_id, role_id, count(*) FROM (%s) found
                        GROUP BY user_id, role_id""",
                    SQL(" UNION ALL ").join(arms),
                )
            ):
                amounts[user] += number * weights[role]
        return amounts

    @api.model
    def _get_weights(self, scope):
        """Return {role: how many contacts a customer has in the month at most}.

        A customer has one rhythm over each channel; leads stand in the role 0.
        """
        windows = Counter(span.cadence for span in scope.spans)
        numbers = {cadence: number for number, cadence in enumerate(scope.cadences)}
        most = defaultdict(int)
        for line in scope.lines:
            role = 0 if line.population == "lead" else line.role_id
            number = windows[numbers[line.cadence]] if line.cadence else 1
            name = (role, line.channel_id, line.direction, line.contact_level)
            most[name] = max(most[name], number)
        weights = defaultdict(int)
        for name, number in most.items():
            weights[name[0]] += number
        return weights
