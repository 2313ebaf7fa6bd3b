# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintType(models.Model):
    """What a customer asks for: price reduction, return … (D-01, D-13, D-17)."""

    _name = "governance.complaint.type"
    _description = "Complaint Type"
    _inherit = "governance.complaint.master.mixin"
    _order = "sequence, id"

    kind = fields.Selection(
        selection=[
            ("complaint", "Complaint"),
            ("suggestion", "Suggestion"),
            ("service", "Service request"),
            ("warning", "Dissatisfaction, no complaint yet"),
        ],
        string="Nature",
        required=True,
        default="complaint",
        help="Complaints count in the complaint rate; the rest does not.",
    )
