# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceComplaintUnit(models.Model):
    """A department that handles, supervises or answers complaints (D-12, D-14, D-15).

    Who works in which unit is said here and nowhere else: it is not the sales team.
    """

    _name = "governance.complaint.unit"
    _description = "Complaint Unit"
    _inherit = "governance.complaint.master.mixin"
    _order = "sequence, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    leader_id = fields.Many2one(
        comodel_name="res.users",
        string="Supervisor",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who accepts complaints for the unit and reviews its reports.",
    )
    member_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_complaint_unit_user_rel",
        column1="unit_id",
        column2="user_id",
        string="Members",
        domain="[('share', '=', False)]",
    )
    is_handling = fields.Boolean(
        string="Handles", default=True, help="Investigates and solves complaints."
    )
    is_supervising = fields.Boolean(
        string="Supervises",
        help="Assigns complaints to units, adds its opinion and sees to it that they "
        "are solved: Administration and HR in many companies.",
    )
    is_answering = fields.Boolean(
        string="Answers Customers",
        help="Only its members reply to customers: customer service.",
    )

    is_mine = fields.Boolean(
        string="My Unit",
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="You work in the unit or supervise it.",
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "The company has a unit with this code already."
    )

    @api.depends("leader_id", "member_ids")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        mine = self.sudo().filtered_domain(self._get_mine_domain())
        for unit in self:
            unit.is_mine = unit.id in mine.ids

    def _search_is_mine(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_mine_domain()

    @api.model
    def _get_mine_domain(self):
        uid = self.env.uid
        return Domain("leader_id", "=", uid) | Domain("member_ids", "=", uid)

    def _get_people(self):
        """Return the active employees of the company who work in these units."""
        people = self.env["res.users"]
        for unit in self.sudo():
            people |= unit.company_id._filter_staff(unit.leader_id | unit.member_ids)
        return people
