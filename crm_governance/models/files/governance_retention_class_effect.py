# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class GovernanceRetentionClass(models.Model):
    """What the retention classes mean for volumes that are filed (E-34, RT-01)."""

    _inherit = "governance.retention.class"

    is_event_based = fields.Boolean(
        string="Begins with an Event",
        help="The years count from an event, such as the end of a contract. Until it "
        "is entered on the volume, the volume is kept.",
    )

    def write(self, vals):
        """Change the class; what is filed under it is never kept for less time."""
        result = super().write(vals)
        if not {"years", "is_permanent", "is_event_based"}.isdisjoint(vals):
            self.env["governance.file.volume"]._extend_retention_where(
                SQL("v.retention_class_id = ANY(%s)", self.ids)
            )
        return result
