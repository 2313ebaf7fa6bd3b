# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # The customer's own page never shows it (C-19).
    governance_file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        compute="_compute_governance_file_id",
        groups="base.group_user",
        help="The open file of the customer in the company at hand.",
    )
    governance_file_holder = fields.Char(
        string="Who Has the File",
        compute="_compute_governance_file_id",
        groups="base.group_user",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "company", "lang")
    def _compute_governance_file_id(self):
        files = self.env["governance.file"]
        found = files.search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "open"),
            ]
        )
        by_customer = {file.partner_id: file for file in found}
        for partner in self:
            file = by_customer.get(partner.commercial_partner_id, files)
            partner.governance_file_id = file
            partner.governance_file_holder = file and file.holder_text

    def action_governance_file(self):
        """Open the file of the customer; a custodian opens a new one."""
        self.ensure_one()
        self.check_access("read")
        file = self.governance_file_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_file_action"
        )
        action["view_mode"] = "form"
        action["views"] = [(False, "form")]
        action["res_id"] = file.id
        action["context"] = {"default_partner_id": self.commercial_partner_id.id}
        return action
