# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFile(models.Model):
    """What a customer complained about belongs to the file of the customer (D-20)."""

    _inherit = "governance.file"

    complaint_ids = fields.Many2many(
        comodel_name="governance.complaint",
        string="Customer Complaints",
        compute="_compute_complaint_ids",
        help="Those that you may read.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_complaint_ids(self):
        complaints = self.env["governance.complaint"].search(
            [
                ("partner_id", "in", self.sudo().partner_id.ids),
                ("state", "!=", "draft"),
            ]
        )
        mine = complaints.grouped(lambda one: (one.partner_id, one.company_id))
        for file in self:
            key = (file.sudo().partner_id, file.sudo().company_id)
            file.complaint_ids = mine.get(key, complaints.browse())
