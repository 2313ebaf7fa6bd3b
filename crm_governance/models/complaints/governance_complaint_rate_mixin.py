# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintRateMixin(models.AbstractModel):
    """How many complaints, and complaining customers, there are for what was sold."""

    _name = "governance.complaint.rate.mixin"
    _description = "Rates of complaints"

    complaint_rate = fields.Float(
        string="Complaints per 100 Orders",
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
    )
    customer_rate = fields.Float(
        string="Complaining per 100 Buying Customers",
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
    )
