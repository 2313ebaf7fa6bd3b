# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceRetentionClass(models.Model):
    """How long volumes are kept: permanent, long or short (E-32, E-34)."""

    _name = "governance.retention.class"
    _description = "Retention Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    is_permanent = fields.Boolean(
        string="Kept for Ever",
        help="Volumes of this class are never destroyed.",
    )
    years = fields.Integer(
        string="Years",
        help="How many years after the year of the volume it is kept. What is under "
        "this rule already is never kept for a shorter time.",
    )
