# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintSeverity(models.Model):
    """How grave and urgent a complaint is (D-09, D-39).

    Targets and routing depend on it.
    """

    _name = "governance.complaint.severity"
    _description = "Severity of Complaints"
    _inherit = "governance.complaint.master.mixin"
    _order = "sequence, id"

    is_important = fields.Boolean(
        string="Goes to the Top at Once",
        help="The liaison leader, the committee and the executives are told as soon as "
        "the complaint is registered.",
    )
