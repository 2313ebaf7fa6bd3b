# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFileDocument(models.Model):
    """One document in a volume, on paper or electronic (卷内文件, E-28, E-31)."""

    _name = "governance.file.document"
    _description = "Document in a Volume"
    _inherit = ["governance.guarded.mixin", "governance.filed.mixin", "mail.thread"]
    _order = "volume_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(string="Title", required=True)
    reference = fields.Char(help="The document's own number.")
    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="volume_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="volume_id.company_id", store=True, index=True)
    level_rank = fields.Integer(
        related="volume_id.level_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    is_sealed = fields.Boolean(related="volume_id.is_sealed", store=True)
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        comodel_name="governance.document.type", index=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date(help="The last day that a plan, summary … covers.")
    kinds = fields.Integer(default=1)
    copies = fields.Integer(default=1)
    pages = fields.Integer(default=1)
    state = fields.Selection(related="volume_id.state", string="State of the Volume")

    @api.model
    def _get_user_fields(self):
        return {
            "name",
            "reference",
            "volume_id",
            "sequence",
            "type_id",
            "date",
            "date_end",
            "kinds",
            "copies",
            "pages",
        }
