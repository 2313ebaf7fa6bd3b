# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceFilingDepartment(models.Model):
    """A department that files its documents separately (E-02, E-04)."""

    _name = "governance.filing.department"
    _description = "Filing Department"
    _order = "code, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Part of the code of its volumes.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "Another department has this code already."
    )
