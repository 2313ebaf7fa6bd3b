# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

GROUPS = (
    "crm_governance.group_user,crm_governance.group_complaint,"
    "crm_governance.group_auditor"
)


class ResPartner(models.Model):
    """The complaints of a customer, with how they were handled (D-20, D-43)."""

    _inherit = "res.partner"

    governance_complaint_count = fields.Integer(
        string="Number of Complaints",
        compute="_compute_governance_complaint_count",
        groups=GROUPS,
    )
    governance_open_complaint_count = fields.Integer(
        string="Open Complaints",
        compute="_compute_governance_complaint_count",
        groups=GROUPS,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "company")
    def _compute_governance_complaint_count(self):
        """Count what the user may read; a contact shows those of its customer."""
        customers = self.commercial_partner_id
        complaints = self.env["governance.complaint"]
        ours = Domain("partner_id", "in", customers.ids)
        everything = self._count_complaints(ours)
        running = self._count_complaints(ours & complaints._get_open_domain())
        for partner in self:
            customer = partner.commercial_partner_id.id
            partner.governance_complaint_count = everything.get(customer, 0)
            partner.governance_open_complaint_count = running.get(customer, 0)

    @api.model
    def _count_complaints(self, domain):
        groups = self.env["governance.complaint"]._read_group(
            domain, ["partner_id"], ["__count"]
        )
        return {partner.id: count for partner, count in groups}

    def action_open_governance_complaints(self):
        """List the complaints of the customer; new ones are of this customer."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_action"
        )
        customer = self.commercial_partner_id
        action["domain"] = [("partner_id", "=", customer.id)]
        action["context"] = {"default_partner_id": customer.id}
        if self != customer:
            action["context"]["default_contact_id"] = self.id
        return action
