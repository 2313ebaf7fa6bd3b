# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintCause(models.Model):
    """What was found to be the cause; recurrence is measured by it (D-50)."""

    _name = "governance.complaint.cause"
    _description = "Cause of Complaints"
    _inherit = "governance.complaint.master.mixin"
    _order = "sequence, id"

    is_customer_cause = fields.Boolean(
        string="Lies with the Customer",
        help="It is explained tactfully and does not count against us (D-22).",
    )
