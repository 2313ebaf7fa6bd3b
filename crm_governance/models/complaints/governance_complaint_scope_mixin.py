# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceComplaintScopeMixin(models.AbstractModel):
    """A rule that holds for some complaints, by type, tier, channel and the like.

    A list that is left empty lets every complaint through.  Of several rules the first
    one that fits holds.
    """

    _name = "governance.complaint.scope.mixin"
    _description = "Rule for some complaints"

    @api.model
    def _get_scope_fields(self):
        """Return {field that lists what the rule is for: field of the complaint}."""
        scope = {
            "type_ids": "type_id",
            "matter_ids": "matter_id",
            "channel_ids": "channel_id",
            "severity_ids": "severity_id",
            "tier_ids": "tier_id",
        }
        return {name: path for name, path in scope.items() if name in self._fields}

    def _fits(self, complaint):
        """Tell whether the rule is for a complaint."""
        self.ensure_one()
        return all(
            not self[name] or self._get_scope_value(complaint, path) in self[name]
            for name, path in self._get_scope_fields().items()
        )

    @api.model
    def _get_scope_value(self, complaint, path):
        """Return what a complaint is asked for; of drafts the present tier."""
        value = complaint[path]
        if path == "tier_id" and not value:
            customer = complaint.with_company(complaint.company_id).partner_id
            return customer.governance_tier_id
        return value

    def _covers(self, other):
        """Tell whether the rule is for every complaint that another one is for."""
        self.ensure_one()
        return all(
            not self[name] or (other[name] and not other[name] - self[name])
            for name in self._get_scope_fields()
        )

    def _get_first(self, complaint):
        """Return the first of these rules that is for a complaint, or none."""
        complaint = complaint.sudo()
        return next((rule for rule in self if rule._fits(complaint)), self.browse())

    def _get_shadow_warnings(self, others):
        """Return which policies in force never hold because of this one, or it of them.

        :param others: all policies in force among which the first one that fits holds
        """
        return [
            self.env._(
                "“%(policy)s” never holds, because “%(other)s” comes before it and "
                "fits everything that it is for.",
                policy=policy.name,
                other=other.name,
            )
            for policy, other in others._get_shadowed()
            if self in (policy, other)
        ]

    def _get_shadowed(self):
        """Return [(rule that never holds, earlier one that always does before it)]."""
        shadowed = []
        for position, rule in enumerate(self):
            earlier = next(
                (other for other in self[:position] if other._covers(rule)), None
            )
            if earlier:
                shadowed.append((rule, earlier))
        return shadowed
