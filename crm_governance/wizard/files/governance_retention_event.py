# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceRetentionEvent(models.TransientModel):
    """Says which of the events that a volume waits for has happened."""

    _name = "governance.retention.event"
    _description = "Event that a Volume Waits for"

    volume_id = fields.Many2one(
        comodel_name="governance.file.volume", required=True, ondelete="cascade"
    )
    awaited_trigger_ids = fields.Many2many(
        related="volume_id.awaited_trigger_ids", related_sudo=False
    )
    trigger_id = fields.Many2one(
        comodel_name="governance.retention.trigger",
        string="What has Happened",
        required=True,
        ondelete="cascade",
        domain="[('id', 'in', awaited_trigger_ids)]",
    )

    def action_confirm(self):
        """Enter the event."""
        self.ensure_one()
        self.check_access("write")
        self.volume_id.enter_event(self.trigger_id.id)
        return True
