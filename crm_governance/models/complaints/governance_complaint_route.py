# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceComplaintRoute(models.Model):
    """Which unit handles which complaints, and which one supervises (D-14, D-24)."""

    _name = "governance.complaint.route"
    _description = "Routing Rule"
    _inherit = "governance.complaint.scope.mixin"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first rule that fits holds.")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    type_ids = fields.Many2many(
        comodel_name="governance.complaint.type",
        relation="governance_complaint_route_type_rel",
        string="Types",
    )
    matter_ids = fields.Many2many(
        comodel_name="governance.complaint.matter",
        relation="governance_complaint_route_matter_rel",
        string="Matters",
    )
    channel_ids = fields.Many2many(
        comodel_name="governance.complaint.channel",
        relation="governance_complaint_route_channel_rel",
        string="Channels",
    )
    severity_ids = fields.Many2many(
        comodel_name="governance.complaint.severity",
        relation="governance_complaint_route_severity_rel",
        string="Severities",
    )
    tier_ids = fields.Many2many(
        comodel_name="governance.tier",
        relation="governance_complaint_route_tier_rel",
        string="Tiers",
    )
    category_ids = fields.Many2many(
        comodel_name="product.category",
        relation="governance_complaint_route_category_rel",
        string="Product Categories",
    )
    unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit",
        string="Handling Unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_handling", "=", True)],
    )
    supervising_unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain=[("is_supervising", "=", True)],
    )

    shadow_text = fields.Char(
        string="Never Holds",
        compute="_compute_shadow_text",
        help="Why the rule is never asked.",
    )

    @api.depends(
        "sequence",
        "active",
        "company_id",
        "type_ids",
        "matter_ids",
        "channel_ids",
        "severity_ids",
        "tier_ids",
        "category_ids",
    )
    @api.depends_context("lang")
    def _compute_shadow_text(self):
        for rule in self:
            before = self.search(
                Domain("company_id", "=", rule.company_id.id)
                & Domain("sequence", "<=", rule.sequence)
                & Domain("id", "!=", rule._origin.id)
            ).filtered(
                lambda other, rule=rule: (
                    (other.sequence, other.id)
                    < (rule.sequence, rule._origin.id or float("inf"))
                    and other._covers(rule)
                )
            )[:1]
            rule.shadow_text = before._get_shadow_text() if before else False

    def _get_shadow_text(self):
        """Return why a rule that comes after this one never holds."""
        return self.env._(
            "“%(other)s” comes before and fits everything that this rule is for, so "
            "that it never holds.",
            other=self.name,
        )

    @api.model
    def _get_route(self, complaint):
        """Return the rule that says which unit handles a complaint, or none."""
        complaint.ensure_one()
        company = complaint.sudo().company_id
        rules = self.sudo().search(
            Domain("company_id", "=", company.id) & Domain("unit_id.active", "=", True)
        )
        return rules._get_first(complaint)

    def _fits(self, complaint):
        """Tell whether the rule is for a complaint, and for the product of it."""
        if not super()._fits(complaint):
            return False
        if not self.category_ids:
            return True
        category = complaint.product_id.categ_id
        return bool(category & self._get_categories())

    def _covers(self, other):
        if not super()._covers(other):
            return False
        if not self.category_ids:
            return True
        inside = other._get_categories()
        return bool(inside) and not inside - self._get_categories()

    def _get_categories(self):
        """Return the product categories of the rule with those below them."""
        if not self.category_ids:
            return self.category_ids
        return self.category_ids.search([("id", "child_of", self.category_ids.ids)])
