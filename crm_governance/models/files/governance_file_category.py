# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceFileCategory(models.Model):
    """An entry of a department's classification plan of a year (案卷类目, E-24)."""

    _name = "governance.file.category"
    _description = "Entry of a Classification Plan"
    _order = "year desc, department_id, code, id"

    name = fields.Char(string="Title", required=True, translate=True)
    code = fields.Char(string="Number", required=True)
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year
    )
    department_id = fields.Many2one(
        comodel_name="governance.filing.department",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="department_id.company_id", store=True, index=True
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(department_id, year, code)",
        "The plan of this department and year has an entry with this number already.",
    )
