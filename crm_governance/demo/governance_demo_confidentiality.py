# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Command

# The sources give no numbers for access.
LADDER = {
    "grant_max_days": 30,
    "grant_total_days": 90,
    "emergency_minutes": 60,
    "emergency_review_days": 3,
    "audit_months": 6,
}


class GovernanceDemo(models.AbstractModel):
    """Who may know which customers of the demo story."""

    _inherit = "governance.demo"

    def _adopt_ladder(self):
        """Put three levels in force, and who approves levels and access."""
        self._adopt("governance_clearance_ladder_cl_01", LADDER)
        self._adopt("governance_approval_policy_level_change", {"expiry_value": 14})
        self._adopt("governance_approval_policy_access", {"expiry_value": 7})

    def _train(self):
        """One course was held; the next one is being prepared."""
        people = ("rep", "leader", "leader_2", "committee", "executive")
        trainings = self._as(self._user("custodian"), "governance.training")
        today = self._today()
        held, _planned = trainings.create(
            [
                {
                    "name": "Protection of customer information",
                    "date": today - relativedelta(months=2),
                    "hours": 2,
                    "trainer": "Nora Berg",
                    "line_ids": [
                        Command.create(
                            {"user_id": self._user(role).id, "has_passed": True}
                        )
                        for role in people
                    ],
                },
                {
                    "name": "Confidential customers: for newcomers",
                    "date": today + relativedelta(days=10),
                    "line_ids": [
                        Command.create({"user_id": self._user("rep_2").id}),
                    ],
                },
            ]
        )
        held.action_confirm()

    def _classify_customers(self):
        """Two customers are confidential, a third is proposed."""
        secret = self._propose_level(
            "meridian",
            2,
            "We know where the new lines will run before the public does.",
        )
        important = self._propose_level(
            "northgate", 1, "Our best reference; competitors ask about its prices."
        )
        for change in (secret, important):
            change.sudo().approval_request_id.with_user(self._user("executive")).decide(
                "approved", "I agree."
            )
        self._propose_level(
            "blueheron", 1, "They negotiate the sale of five hotels; nobody may know."
        )

    def _propose_level(self, name, rank, reason):
        level = self.env["governance.confidentiality.level"]._get_by_rank(rank)
        change = self._as(self._user("custodian"), "governance.level.change").create(
            {
                "partner_ids": [Command.set(self._partner(name).ids)],
                "level_id": level.id,
                "reason": reason,
            }
        )
        change.action_request_approval()
        return change

    def _ask_for_access(self):
        """One colleague has access for a time and waits for more."""
        given = self._ask_access("northgate", 14, "Joint tender for a station roof.")
        given.approval_request_id.with_user(self._user("leader")).decide(
            "approved", "Until the tender is closed."
        )
        self._ask_access("meridian", 7, "Timber for the substations in our region.")

    def _ask_access(self, name, days, reason):
        """Return a request of the representative that the system has looked up."""
        request = self._as(self._user("rep_2"), "governance.access.request").create(
            {
                "customer_text": self._partner(name).name,
                "date_end": fields.Datetime.now() + relativedelta(days=days),
                "reason": reason,
            }
        )
        request.action_request_approval()
        system = request.with_user(SUPERUSER_ID)
        system._look_up()
        return system
