# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceLeakIncidentCustomer(models.Model):
    """A customer whose information was leaked."""

    _name = "governance.leak.incident.customer"
    _description = "Customer of a Leak Incident"
    _inherit = ["governance.classified.mixin", "governance.guarded.line.mixin"]
    _line_of = "incident_id"
    _rec_name = "partner_id"

    incident_id = fields.Many2one(
        comodel_name="governance.leak.incident",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', id)]",
    )
    note = fields.Char(string="What was leaked")

    _partner_uniq = models.Constraint(
        "UNIQUE (incident_id, partner_id)", "This customer is on the list already."
    )

    @api.model
    def _get_user_fields(self):
        return {"incident_id", "partner_id", "note"}
