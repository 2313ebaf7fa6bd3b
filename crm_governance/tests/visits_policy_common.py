# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import freeze_time

from .common import GovernanceCommon

NOW = "2026-03-02 08:00:00"


class VisitsPolicyCommon(GovernanceCommon):
    """Builders of visit policies, on the second of March 2026, a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.policies = cls.env["governance.visit.policy"]
        cls.scheme = cls.env["governance.tier.scheme"].create(
            {
                "name": "Test scheme",
                "code": "TEST",
                "tier_ids": [
                    Command.create({"name": f"Tier {code}", "code": code, "rank": rank})
                    for rank, code in enumerate("ABC", 1)
                ],
            }
        )
        cls.tier_a, cls.tier_b, cls.tier_c = cls.scheme.tier_ids.sorted("rank")

    @classmethod
    def preset(cls, code):
        number = code[-2:]
        return cls.env.ref(f"crm_governance.governance_visit_policy_vc_{number}")

    @classmethod
    def role(cls, name):
        return cls.env.ref(f"crm_governance.governance_visit_role_{name}")

    @classmethod
    def channel(cls, name):
        return cls.env.ref(f"crm_governance.governance_visit_channel_{name}")

    @classmethod
    def line(cls, role="owner", channel="door_visit", **values):
        """Return the command of a line for tier A: at least one a month."""
        if values.get("population", "tier") == "tier":
            values.setdefault("tier_ids", cls.tier_a.ids)
        return Command.create(
            {
                "role_id": cls.role(role).id,
                "channel_id": cls.channel(channel).id,
                **values,
            }
        )

    @classmethod
    def policy(cls, *lines, **values):
        """Return a draft with some lines."""
        return cls.policies.create(
            {"name": "Test visits", "code": "TEST", "cadence_ids": [*lines], **values}
        )

    @classmethod
    def appoint(cls, role, user, teams=(), **values):
        """Name a person for a role."""
        return cls.env["governance.visit.role.member"].create(
            {
                "role_id": cls.role(role).id,
                "user_id": user.id,
                "team_ids": [Command.set([team.id for team in teams])],
                **values,
            }
        )
