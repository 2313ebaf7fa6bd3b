# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceApprovalPolicy(models.Model):
    _inherit = "governance.approval.policy"

    subject = fields.Selection(
        selection_add=[
            ("destruction", "Destruction of customer files"),
            ("disclosure", "Disclosure of customer data outside"),
        ],
        ondelete={"destruction": "set default", "disclosure": "set default"},
    )
