# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class GovernanceFilingDepartment(models.Model):
    """Employees belong to the filing department of theirs (BP-02 … BP-04)."""

    _inherit = "governance.filing.department"

    hr_department_ids = fields.Many2many(
        comodel_name="hr.department",
        relation="governance_filing_department_hr_rel",
        string="Departments",
        help="Their employees, and those of the departments below, belong to this "
        "filing department.",
    )

    def _get_members(self):
        departments = self.sudo().hr_department_ids
        employees = self.env["hr.employee"].sudo()
        found = employees.search(Domain("department_id", "child_of", departments.ids))
        return super()._get_members() | found.user_id
