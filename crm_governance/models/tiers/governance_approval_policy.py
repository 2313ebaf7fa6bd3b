# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceApprovalPolicy(models.Model):
    _inherit = "governance.approval.policy"

    subject = fields.Selection(
        selection_add=[
            ("tier_publication", "Publication of a tier review"),
            ("tier_override", "Override of a customer's tier"),
            ("exit_report", "Giving up a customer"),
        ],
        ondelete={
            "tier_publication": "set default",
            "tier_override": "set default",
            "exit_report": "set default",
        },
    )
