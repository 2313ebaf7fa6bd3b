# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceDestructionLine(models.Model):
    """Lists and certificates tell nobody of a complaint who did not read its papers."""

    _inherit = "governance.destruction.line"

    @api.model
    def _describe_holder(self, holder):
        """Name the volume instead of the complaint; the rest stays what it was."""
        described = super()._describe_holder(holder)
        if holder._name == "governance.file.document" and holder.complaint_id:
            described |= {"title": holder.volume_id.name, "reference": ""}
        return described

    @api.model
    def _describe_file(self, file, is_final):
        described = super()._describe_file(file, is_final)
        documents = self.env["governance.file.document"].sudo()
        if file.res_model == documents._name:
            document = documents.browse(file.res_id)
            if document.complaint_id:
                described["name"] = document.volume_id.name
        return described
