# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceVisitRole(models.Model):
    """Some named people guide those who call back (B-75)."""

    _inherit = "governance.visit.role"

    is_supervisor = fields.Boolean(
        string="Supervises Callbacks",
        help="Reads the callbacks of everybody with the customers for whom this role "
        "is responsible, and is told each morning of what is due or overdue.",
    )

    @api.model
    def _get_supervisors(self):
        """Return the people who supervise callbacks anywhere."""
        members = self.env["governance.visit.role.member"].sudo()
        return members.search(self._get_supervision_domain()).user_id

    @api.model
    def _get_supervision_domain(self):
        """Return the domain of the members of roles that supervise."""
        return (
            Domain("role_id.is_supervisor", "=", True)
            & Domain("role_id.source", "=", "member")
            & Domain("user_id.active", "=", True)
        )


class GovernanceVisitSlot(models.Model):
    _inherit = "governance.visit.slot"

    is_supervised = fields.Boolean(
        string="I Supervise It",
        compute="_compute_is_supervised",
        search="_search_is_supervised",
    )

    @api.depends("partner_id", "company_id", "origin_ref")
    @api.depends_context("uid")
    def _compute_is_supervised(self):
        found = self.sudo().search(
            Domain("id", "in", self.ids) & self._get_supervised_domain()
        )
        for slot in self:
            slot.is_supervised = slot.id in found._ids

    def _search_is_supervised(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_supervised_domain()

    @api.model
    def _get_supervised_domain(self):
        """Return the domain of callbacks with customers whom the user supervises."""
        roles = self.env["governance.visit.role"].sudo()
        members = self.env["governance.visit.role.member"].sudo()
        domain = Domain.FALSE
        for member in members.search(
            roles._get_supervision_domain() & Domain("user_id", "=", self.env.uid)
        ):
            roles._flush_people()
            person, joins = member.role_id._get_person_sql(member.company_id)
            customers = SQL(
                "(SELECT p.id FROM res_partner p %s WHERE %s = %s)",
                joins,
                person,
                self.env.uid,
            )
            domain |= Domain("company_id", "=", member.company_id.id) & Domain(
                "partner_id", "in", customers
            )
        return domain & self._get_callback_domain()
