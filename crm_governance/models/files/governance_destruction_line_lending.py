# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceDestructionLine(models.Model):
    """What was lost is destroyed as lost: the signatures and the register say so."""

    _inherit = "governance.destruction.line"

    @api.depends("volume_id.loan_line_ids.state")
    def _compute_content_hash(self):
        return super()._compute_content_hash()

    @api.model
    def _describe_holder(self, holder):
        described = super()._describe_holder(holder)
        if holder._name != "governance.file.volume":
            return described
        lines = holder.sudo().loan_line_ids
        lost = lines.filtered(lambda line: line.state == "written_off")
        return {**described, "lost": lost.loan_id.name} if lost else described
