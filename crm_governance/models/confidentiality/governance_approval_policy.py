# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceApprovalPolicy(models.Model):
    _inherit = "governance.approval.policy"

    subject = fields.Selection(
        selection_add=[
            ("level_change", "Confidentiality level of customers"),
            ("precautionary_freeze", "Precautionary freeze of a person's access"),
            ("leak_incident", "Outcome of a leak incident"),
            ("access_request", "Access to a confidential customer"),
        ],
        ondelete={
            "level_change": "set default",
            "precautionary_freeze": "set default",
            "leak_incident": "set default",
            "access_request": "set default",
        },
    )
