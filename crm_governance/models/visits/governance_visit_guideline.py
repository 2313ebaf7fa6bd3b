# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceVisitPolicy(models.Model):
    """Manners and rules of trips that stand on each plan (B-53, B-54, B-55)."""

    _inherit = "governance.visit.policy"

    guideline = fields.Text(
        string="How We Visit",
        translate=True,
        help="What everybody who visits keeps to: manners, gifts, business trips. It "
        "stands on each visit plan.",
    )


class GovernanceVisitPlan(models.Model):
    _inherit = "governance.visit.plan"

    guideline = fields.Text(
        string="How We Visit", compute="_compute_guideline", compute_sudo=True
    )

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_guideline(self):
        policies = self.env["governance.visit.policy"]
        for plan in self:
            texts = policies._get_in_force(plan.company_id).mapped("guideline")
            plan.guideline = "\n\n".join(filter(None, texts))
