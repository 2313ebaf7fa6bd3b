# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceFileQuality(models.Model):
    """A point of the quality of volumes that the composer confirms (E-27)."""

    _name = "governance.file.quality"
    _description = "Quality of Volumes"
    _order = "sequence, id"

    name = fields.Char(string="Question", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
