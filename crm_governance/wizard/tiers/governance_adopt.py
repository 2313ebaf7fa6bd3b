# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceAdopt(models.TransientModel):
    _inherit = "governance.adopt"

    has_tier = fields.Boolean(compute="_compute_kinds")

    def _compute_kinds(self):
        result = super()._compute_kinds()
        for wizard in self:
            wizard.has_tier = "tier" in wizard.value_ids.mapped("kind")
        return result


class GovernanceAdoptLine(models.TransientModel):
    _inherit = "governance.adopt.line"

    @api.model
    def _prepare_kind(self, blank):
        """Ask for a tier among those of the preset's scheme."""
        values = super()._prepare_kind(blank)
        if values["value_model"] == "governance.tier":
            values.update(kind="tier", scheme_id=blank["record"].scheme_id.id)
        return values


class GovernanceAdoptValue(models.TransientModel):
    _inherit = "governance.adopt.value"

    kind = fields.Selection(
        selection_add=[("tier", "Tier"), ("other",)],
        ondelete={"tier": "cascade"},
    )
    scheme_id = fields.Many2one(
        comodel_name="governance.tier.scheme",
        readonly=True,
        ondelete="cascade",
    )
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Your tier",
        domain="[('scheme_id', '=', scheme_id)]",
        ondelete="cascade",
    )

    def _get_value(self):
        return self.tier_id.id if self.kind == "tier" else super()._get_value()
