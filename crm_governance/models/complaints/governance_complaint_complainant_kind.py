# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintComplainantKind(models.Model):
    """Who complains: consumer, agent, franchisee … (D-02)."""

    _name = "governance.complaint.complainant.kind"
    _description = "Kind of Complainant"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "There is one with this code already.")
