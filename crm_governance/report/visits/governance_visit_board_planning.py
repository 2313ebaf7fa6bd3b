# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceVisitBoard(models.Model):
    """What people do from the board: look closer, and plan what is due."""

    _inherit = "governance.visit.board"

    can_plan = fields.Boolean(
        compute="_compute_can_plan", help="It is yours, or of your people."
    )

    @api.depends("user_id", "is_led", "is_over", "status")
    @api.depends_context("uid")
    def _compute_can_plan(self):
        for row in self:
            mine = row.user_id == self.env.user or row.is_led
            is_open = row.status in ("due", "late", "optional") and not row.is_over
            row.can_plan = mine and is_open

    def _get_slots(self):
        """Return the planned contacts that these rows show."""
        return self.env["governance.visit.slot"].browse(self.ids)

    def action_open_slot(self):
        """Open the planned contact of a row, with the user's own rights."""
        self.ensure_one()
        slot = self._get_slots()
        slot.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": slot._name,
            "res_id": slot.id,
            "view_mode": "form",
        }

    def action_plan_visit(self):
        """Put the contacts of these rows into the calendar."""
        self.check_access("read")
        return self._get_slots().action_plan_visit()
