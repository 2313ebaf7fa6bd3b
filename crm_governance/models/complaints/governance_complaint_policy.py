# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaintPolicy(models.Model):
    """How fast complaints are answered, and who hears of it when they are not.

    Presets SLA-01 … SLA-06 (D-33 … D-41).
    """

    _name = "governance.complaint.policy"
    _description = "Complaint Policy"
    _inherit = ["governance.policy.mixin", "mail.thread"]
    _order = "company_id, code, version desc, id"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        string="Previous version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(tracking=True)
    active = fields.Boolean(tracking=True)
    target_ids = fields.One2many(
        comodel_name="governance.complaint.target",
        inverse_name="policy_id",
        string="Targets",
        copy=True,
    )
    rung_ids = fields.One2many(
        comodel_name="governance.complaint.rung",
        inverse_name="policy_id",
        string="Escalation",
        copy=True,
    )
    pause_hours = fields.Float(
        string="Pause Budget",
        help="How many hours a complaint may wait for the customer in all. What lies "
        "beyond is shown and has to be reviewed. 0: no limit.",
    )
    pause_count = fields.Integer(
        string="Number of Pauses",
        help="How often a complaint may wait for the customer. 0: no limit.",
    )
    extension_count = fields.Integer(
        string="Extensions",
        help="How often the time to solve a complaint may be extended.",
    )
