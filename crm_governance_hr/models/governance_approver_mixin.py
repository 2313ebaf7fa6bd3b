# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class GovernanceApproverMixin(models.AbstractModel):
    """The manager of the department leads, before the sales team does (BP-04, AM-04).

    Whoever manages a department is led by the manager of the one above.
    """

    _inherit = "governance.approver.mixin"

    @api.model
    def _get_leaders(self, member, company):
        employees = self._get_managed(member)
        if not employees:
            return super()._get_leaders(member, company)
        if company in member.sudo().company_ids:
            employees = employees.filtered(lambda one: one.company_id == company)
        return self.env["res.users"].union(
            *(self._get_manager(employee).user_id for employee in employees)
        )

    @api.model
    def _get_led_people(self, user):
        """Leave to teams those whom no manager of a department leads."""
        led = [
            (members.filtered(lambda one: not self._get_managed(one)), company)
            for members, company in super()._get_led_people(user)
        ]
        people = self._get_led_employees(user)
        return led + [
            (employees.user_id, company)
            for company, employees in people.grouped("company_id").items()
        ]

    @api.model
    def _get_led_employees(self, user):
        """Return the employees, with users, who are led by the manager of theirs.

        Below a department that somebody else manages it is its manager alone: all
        others there are led by that manager.
        """
        departments = self.env["hr.department"].sudo().with_context(active_test=False)
        mine = departments.search([("manager_id.user_id", "=", user.id)])
        below = departments.search(Domain("id", "child_of", mine.ids)) - mine
        managed = below.filtered("manager_id")
        found, reached = mine, mine
        while reached:
            reached = (below - managed).filtered(
                lambda one, above=reached: one.parent_id in above
            )
            found |= reached
        employees = self.env["hr.employee"].sudo()
        direct = Domain("department_id", "in", found.ids)
        direct |= Domain("id", "in", managed.manager_id.ids)
        return employees.search(direct & Domain("user_id", "!=", False)).filtered(
            lambda one: self._get_manager(one).user_id == user
        )

    @api.model
    def _get_managed(self, member):
        """Return the employees that a user is and whom somebody manages."""
        employees = member.sudo().employee_ids
        return employees.filtered(lambda one: self._get_manager(one).user_id)

    @api.model
    def _get_manager(self, employee):
        """Return who manages an employee: of the department or of the next above."""
        department = employee.department_id
        while department:
            manager = department.manager_id
            if manager and manager != employee:
                return manager
            department = department.parent_id
        return department.manager_id
