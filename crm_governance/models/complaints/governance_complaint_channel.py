# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceComplaintChannel(models.Model):
    """How complaints arrive: telephone, e-mail, website … (D-07)."""

    _name = "governance.complaint.channel"
    _description = "Channel of Complaints"
    _inherit = "governance.complaint.master.mixin"
    _order = "sequence, id"
