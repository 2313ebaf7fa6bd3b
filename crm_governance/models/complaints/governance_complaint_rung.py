# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .governance_complaint_target import TARGETS

RECIPIENTS = [
    ("handler", "Handler"),
    ("unit_leader", "Supervisor of the handling unit"),
    ("supervising", "Supervising unit"),
    ("owner", "Salesperson of the customer"),
    ("specialist", "Specialist of the customer"),
    ("liaison_leader", "Liaison leader of the customer"),
    ("team_leader", "Leader of the sales team"),
    ("committee", "Committee"),
    ("executive", "Executives"),
    ("user", "One person"),
]


class GovernanceComplaintRung(models.Model):
    """Who hears when a clock of a complaint comes to a point: warning or escalation."""

    _name = "governance.complaint.rung"
    _description = "Rung of Escalation"
    _inherit = "governance.policy.line.mixin"
    _order = "policy_id, kind, share, sequence, id"

    policy_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=TARGETS,
        string="Target",
        help="Empty: each of the targets.",
    )
    share = fields.Float(
        string="At",
        required=True,
        default=100.0,
        help="Which part of the time has gone by, in percent: 75 warns, 100 is the "
        "deadline, 200 is twice the time.",
    )
    recipient = fields.Selection(
        selection=RECIPIENTS, required=True, default="unit_leader"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
