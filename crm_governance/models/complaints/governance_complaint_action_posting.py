# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceComplaintAction(models.Model):
    """What is written about corrective actions stays among colleagues, too (D-29)."""

    _inherit = "governance.complaint.action"

    def message_post(self, **kwargs):
        """Post for colleagues; UserError when it would be sent to somebody outside."""
        values = self.env["governance.complaint"]._keep_inside(kwargs)
        return super().message_post(**values)

    def message_notify(self, **kwargs):
        """Notify colleagues; UserError when it would be sent to somebody outside."""
        values = self.env["governance.complaint"]._keep_inside(kwargs)
        return super().message_notify(**values)
