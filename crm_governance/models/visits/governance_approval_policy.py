# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceApprovalPolicy(models.Model):
    _inherit = "governance.approval.policy"

    subject = fields.Selection(
        selection_add=[
            ("visit_plan", "Visit plan of a month"),
            ("visit_challenge", "Other number of visits than planned"),
            ("visit_exception", "Own cadence of a customer"),
        ],
        ondelete={
            "visit_plan": "set default",
            "visit_challenge": "set default",
            "visit_exception": "set default",
        },
    )
