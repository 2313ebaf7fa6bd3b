# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceFiledPartMixin(models.AbstractModel):
    """What belongs to a volume and is as confidential as it."""

    _name = "governance.filed.part.mixin"
    _description = "Part of a volume"
    _inherit = "governance.filed.mixin"

    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="volume_id.partner_id",
        string="Customer",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="volume_id.company_id", store=True, index=True, precompute=True
    )
    custodian_id = fields.Many2one(
        related="volume_id.user_id", string="Custodian", store=True, precompute=True
    )
    level_rank = fields.Integer(
        related="volume_id.level_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    is_sealed = fields.Boolean(
        related="volume_id.is_sealed", store=True, precompute=True
    )
