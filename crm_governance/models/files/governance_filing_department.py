# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# Part of codes that are printed as barcodes.
CODE = re.compile(r"[A-Za-z0-9]+")


class GovernanceFilingDepartment(models.Model):
    """A department that files its documents separately (E-02, E-04)."""

    _name = "governance.filing.department"
    _description = "Filing Department"
    _inherit = "governance.isolated.mixin"
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
    is_central = fields.Boolean(
        string="Central Archive",
        help="The archive room, to which the other departments hand over. Its first "
        "collector becomes the custodian of files that are opened automatically.",
    )
    collector_ids = fields.One2many(
        comodel_name="governance.filing.collector",
        inverse_name="department_id",
        string="Collectors",
        help="Who collects the documents of the department, from when until when.",
    )
    team_ids = fields.Many2many(
        comodel_name="crm.team",
        relation="governance_filing_department_team_rel",
        string="Sales Teams",
        help="Their leaders and members belong to the department, as its collectors "
        "do: they borrow its volumes as its own people.",
    )
    transfer_ids = fields.One2many(
        comodel_name="governance.filing.transfer",
        inverse_name="department_id",
        string="Hand-overs",
        groups="crm_governance.group_user,crm_governance.group_auditor",
    )
    current_collector_ids = fields.Many2many(
        comodel_name="res.users",
        string="Collectors at Present",
        compute="_compute_current_collector_ids",
    )
    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="You collect the documents of this department at present.",
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "Another department has this code already."
    )
    _central_uniq = models.UniqueIndex(
        "(company_id) WHERE is_central AND active",
        "This company has a central archive already.",
    )

    @api.depends("collector_ids.user_id", "collector_ids.is_current")
    def _compute_current_collector_ids(self):
        for department in self:
            collectors = department.collector_ids.filtered("is_current")
            department.current_collector_ids = collectors.sorted("date_start").user_id

    @api.depends("current_collector_ids")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for department in self:
            department.is_mine = self.env.user in department.current_collector_ids

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        collectors = self.env["governance.filing.collector"].sudo()
        mine = Domain("user_id", "=", self.env.uid) & collectors._get_current_domain()
        return Domain("collector_ids", "any!", mine)

    @api.constrains("code")
    def _check_code(self):
        for department in self:
            if not CODE.fullmatch(department.code):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” becomes part of barcodes: use letters from A to Z "
                        "and figures only.",
                        code=department.code,
                    )
                )

    @api.constrains("company_id")
    def _check_company_kept(self):
        """Keep a department in the company whose volumes name it."""
        volumes = self.env["governance.file.volume"].sudo()
        for department in self:
            strange = volumes.search_count(
                [
                    ("department_id", "=", department.id),
                    ("company_id", "!=", department.company_id.id),
                ],
                limit=1,
            )
            if strange:
                raise ValidationError(
                    self.env._(
                        "%(department)s has volumes in its company. Make a department "
                        "of its own for the other company.",
                        department=department.name,
                    )
                )

    def _get_members(self):
        """Return who belongs to these departments: collectors, people of its teams."""
        teams = self.sudo().team_ids
        return self.current_collector_ids | teams.member_ids | teams.user_id

    # ------------------------------------------------------------------
    # HAND-OVER
    # ------------------------------------------------------------------

    @api.model
    def _get_without_transfer(self, company, month):
        """Return the domain of departments whose month nobody hands over yet."""
        collectors = self.env["governance.filing.collector"]
        return (
            Domain("company_id", "=", company.id)
            & Domain("is_central", "=", False)
            & Domain("collector_ids", "any", collectors._get_current_domain())
            & Domain("transfer_ids", "not any", [("period_start", "=", month)])
        )

    def _open_transfer(self):
        """Open the hand-over of the last month for the collectors (E-10)."""
        self.ensure_one()
        transfers = self.env["governance.filing.transfer"]
        transfer = transfers._as_system().create(
            {
                "department_id": self.id,
                "period_start": transfers._get_last_month(self.company_id),
            }
        )
        transfer._ask(self.current_collector_ids)
