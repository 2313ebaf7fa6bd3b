# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceComplaintComplainantKind(models.Model):
    """Who complains: consumer, agent, franchisee … (D-02)."""

    _name = "governance.complaint.complainant.kind"
    _description = "Kind of Complainant"
    _inherit = "governance.complaint.master.mixin"
    _order = "sequence, id"
