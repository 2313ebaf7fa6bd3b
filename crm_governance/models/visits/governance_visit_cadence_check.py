# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_list


class GovernanceVisitCadence(models.Model):
    """What is wrong with a line, before it is published."""

    _inherit = "governance.visit.cadence"

    def _get_errors(self):
        """Return why nobody could keep to this line, as sentences."""
        self.ensure_one()
        errors = []
        if self.number < 0:
            errors.append(
                self.env._(
                    "“%(line)s”: %(number)s is no number of visits. Give 1 or more.",
                    line=self.display_name,
                    number=self.number,
                )
            )
        if self.weight <= 0:
            errors.append(
                self.env._(
                    "“%(line)s”: the weight is %(weight)s. Give more than 0; 1 is "
                    "usual.",
                    line=self.display_name,
                    weight=self.weight,
                )
            )
        return [*errors, *self._get_cap_errors(), *self._get_population_errors()]

    def _get_cap_errors(self):
        goal = self._get_monthly_goal()
        if not self.max_count or self.max_count >= goal:
            return []
        return [
            self.env._(
                "“%(line)s”: at most %(most)s are counted, but %(goal)s are asked for "
                "in a month. Give %(goal)s or more, or 0 to count all.",
                line=self.display_name,
                most=self.max_count,
                goal=goal,
            )
        ]

    def _get_monthly_goal(self):
        """Return how many fall due at least in a month that has any."""
        self.ensure_one()
        number = max(self.number, 0)
        if self.mode == "every":
            lengths = {"day": 28, "week": 4}
            return max(1, lengths.get(self.unit, 1) // (number or 1))
        months = {"quarter": 3, "half": 6, "year": 12}
        weeks = {"day": 20, "week": 4}
        return number * weeks.get(self.unit, 1) // months.get(self.unit, 1)

    def _get_population_errors(self):
        errors = []
        if self.population == "tier" and not self.tier_ids:
            errors.append(
                self.env._(
                    "“%(line)s”: choose the tiers that it is for.",
                    line=self.display_name,
                )
            )
        archived = [
            record.display_name
            for records in (self.tier_ids, self.role_id, self.channel_id)
            for record in records
            if not record.active
        ]
        if archived:
            errors.append(
                self.env._(
                    "“%(line)s”: %(names)s is archived. Use what is active.",
                    line=self.display_name,
                    names=format_list(self.env, archived),
                )
            )
        return errors

    def _get_feasibility_errors(self, days, capacity):
        """Return why nobody could do so many for one customer.

        :param int days: open days of the best period of the unit
        :param float capacity: visits that a day holds
        """
        self.ensure_one()
        if self.mode != "at_least" or self.number <= 0:
            return []
        effort = self.channel_id.effort
        if self.channel_id.kind == "presence":
            most = days
        elif effort:
            most = int(days * capacity / effort)
        else:
            return []
        if self.number <= most:
            return []
        return [
            self.env._(
                "“%(line)s” (%(frequency)s) cannot be held: the working schedule and "
                "the capacity allow %(most)s.",
                line=self.display_name,
                frequency=self.frequency,
                most=most,
            )
        ]

    def _is_same(self, other):
        """Return whether some customer would have both lines for one thing."""
        if self._get_slot() != other._get_slot():
            return False
        if self.population != other.population:
            return False
        tiers = self._get_company_tiers() & other._get_company_tiers()
        return self.population != "tier" or bool(tiers)

    def _get_duplicate_error(self, other):
        tiers = self._get_company_tiers() & other._get_company_tiers()
        names = tiers.mapped("name") or [self.population_label]
        if other.policy_id == self.policy_id:
            return self.env._(
                "Two lines are for the same (%(names)s, %(role)s, %(channel)s). Keep "
                "one of them.",
                names=format_list(self.env, names),
                role=self.role_id.name,
                channel=self.channel_id.name,
            )
        return self.env._(
            "“%(policy)s” is in force and has a line for the same (%(names)s, "
            "%(role)s, %(channel)s). Take it out of one of the two.",
            policy=other.policy_id.name,
            names=format_list(self.env, names),
            role=self.role_id.name,
            channel=self.channel_id.name,
        )
