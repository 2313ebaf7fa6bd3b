# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceVisitPlan(models.Model):
    """From the plan to the calendar, and to a challenge of its goals."""

    _inherit = "governance.visit.plan"

    def action_schedule(self):
        """Put what is to be done, and is not yet there, into the calendar.

        :raises UserError: for plans that are not approved
        """
        self.ensure_one()
        self.check_access("write")
        self._check_planner()
        self._lock("approved", allow_referencing=True)
        slots = self.open_slot_ids.filtered(
            lambda slot: (
                not slot.visit_id
                and not slot.is_optional
                and not (slot.lead_id and slot.channel_id.kind == "activity")
            )
        )
        slots._plan_visit()
        return self._prepare_notice(
            self.env._("%(count)s visits were put into the calendar.", count=len(slots))
        )

    def _prepare_notice(self, message):
        """Return an action that says what was done, and shows it."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_calendar(self):
        """Open the month in the calendar of planned contacts."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_slot_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"initial_date": str(self.month)}
        return action

    def action_challenge(self):
        """Open a new challenge of one of the goals of this plan."""
        self.ensure_one()
        self.check_access("write")
        self._check_planner()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Challenge a Goal"),
            "res_model": "governance.visit.challenge",
            "view_mode": "form",
            "context": {"default_plan_id": self.id},
        }
