# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceVisitSlotDrop(models.TransientModel):
    """The dialog in which somebody says why contacts are left out of a plan."""

    _name = "governance.visit.slot.drop"
    _description = "Leaving Contacts out"

    slot_ids = fields.Many2many(
        comodel_name="governance.visit.slot",
        relation="governance_visit_slot_drop_rel",
        string="Planned Contacts",
        required=True,
        readonly=True,
    )
    reason = fields.Char(required=True)

    @api.constrains("slot_ids")
    def _check_slots(self):
        # The dialog shows their names; constraints are checked for the superuser.
        self.sudo(False).slot_ids.check_access("read")

    def action_confirm(self):
        """Leave them out with the rights of the user."""
        self.ensure_one()
        self.slot_ids._leave_out(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
