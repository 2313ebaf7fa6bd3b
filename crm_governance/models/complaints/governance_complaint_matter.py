# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceComplaintMatter(models.Model):
    """What a complaint is about: quality, delivery, service … (D-03)."""

    _name = "governance.complaint.matter"
    _description = "Matter of Complaint"
    _inherit = "governance.complaint.master.mixin"
    _order = "sequence, id"
