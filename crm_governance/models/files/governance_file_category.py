# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class GovernanceFileCategory(models.Model):
    """An entry of a department's classification plan of a year (案卷类目, E-24)."""

    _name = "governance.file.category"
    _description = "Entry of a Classification Plan"
    _order = "year desc, department_id, code, id"
    _rec_names_search = ["code", "name"]

    name = fields.Char(string="Title", required=True, translate=True)
    code = fields.Char(string="Serial Number", required=True)
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
    )
    department_id = fields.Many2one(
        comodel_name="governance.filing.department",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="department_id.company_id", store=True, index=True, precompute=True
    )
    retention_class_id = fields.Many2one(
        comodel_name="governance.retention.class",
        string="Usual Retention",
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        help="Proposed for the volumes of this entry.",
    )
    active = fields.Boolean(default=True)
    volume_count = fields.Integer(string="Volumes", compute="_compute_volume_count")

    _code_uniq = models.UniqueIndex(
        "(department_id, year, code)",
        "The plan of this department and year has an entry with this number already.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for category in self:
            category.display_name = f"{category.code or ''} {category.name or ''}"

    def _compute_volume_count(self):
        counts = dict(
            self.env["governance.file.volume"]._read_group(
                [("category_id", "in", self.ids)], ["category_id"], ["__count"]
            )
        )
        for category in self:
            category.volume_count = counts.get(category, 0)

    @api.constrains("year", "department_id")
    def _check_volumes(self):
        """Keep the entry where its volumes are."""
        volumes = self.env["governance.file.volume"].sudo()
        for category in self:
            lost = volumes.search(
                [
                    ("category_id", "=", category.id),
                    "|",
                    ("year", "!=", category.year),
                    ("department_id", "!=", category.department_id.id),
                ],
                limit=1,
            )
            if lost:
                raise ValidationError(
                    self.env._(
                        "Volumes stand under “%(entry)s” already. Make a new entry "
                        "for another year or department.",
                        entry=category.display_name,
                    )
                )

    def action_copy_to_next_year(self):
        """Take these entries over into the plan of the year after theirs.

        :raises UserError: when all of them are there already
        """
        self.check_access("read")
        self.env[self._name].check_access("create")
        copies = self.browse()
        for category in self:
            known = self.with_context(active_test=False).search_count(
                [
                    ("department_id", "=", category.department_id.id),
                    ("year", "=", category.year + 1),
                    ("code", "=", category.code),
                ],
                limit=1,
            )
            if not known:
                copies |= category.copy({"year": category.year + 1})
        if not copies:
            raise UserError(
                self.env._("The plan of the next year has all of these already.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_file_category_action"
        )
        action["domain"] = [("id", "in", copies.ids)]
        action["context"] = {}
        return action
