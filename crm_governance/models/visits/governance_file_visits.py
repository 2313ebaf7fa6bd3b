# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFile(models.Model):
    """The reports on visits belong to the file of the customer (B-59, B-60)."""

    _inherit = "governance.file"

    visit_ids = fields.Many2many(
        comodel_name="governance.visit",
        string="Customer Visits",
        compute="_compute_visit_ids",
        groups="crm_governance.group_user,crm_governance.group_auditor",
        help="Those that you may read.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_visit_ids(self):
        visits = self.env["governance.visit"].search(
            [("partner_id", "in", self.sudo().partner_id.ids)]
        )
        mine = visits.grouped(lambda visit: (visit.partner_id, visit.company_id))
        for file in self:
            key = (file.sudo().partner_id, file.sudo().company_id)
            file.visit_ids = mine.get(key, visits.browse())
