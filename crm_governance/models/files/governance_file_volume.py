# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFileVolume(models.Model):
    """A volume of a customer file: one year, one department, one level (E-02, E-29)."""

    _name = "governance.file.volume"
    _description = "Volume of a Customer File"
    _inherit = [
        "governance.guarded.mixin",
        "governance.filed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "code desc, id desc"
    _rec_names_search = ["code", "name", "barcode"]
    _check_company_auto = True

    name = fields.Char(string="Title", required=True, tracking=True)
    code = fields.Char(string="Volume Code", readonly=True, copy=False, index="trigram")
    file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="file_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="file_id.company_id", store=True, index=True)
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
    )
    department_id = fields.Many2one(
        comodel_name="governance.filing.department",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    category_id = fields.Many2one(
        comodel_name="governance.file.category",
        string="Entry of the Plan",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('year', '=', year), ('department_id', '=', department_id)]",
    )
    medium = fields.Selection(
        selection=[("paper", "Paper"), ("electronic", "Electronic")],
        required=True,
        default="paper",
        tracking=True,
    )
    level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Level of the Volume",
        ondelete="restrict",
        tracking=True,
        help="A volume has one level, at least that of its customer. Documents that "
        "are more confidential get a volume of their own.",
    )
    level_rank = fields.Integer(
        compute="_compute_level_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    user_id = fields.Many2one(
        related="file_id.user_id", string="Custodian", store=True, index=True
    )
    location = fields.Char(string="Storage Location")
    barcode = fields.Char(copy=False, index="btree_not_null")
    retention_class_id = fields.Many2one(
        comodel_name="governance.retention.class",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    retention_until = fields.Date(
        string="Keep until",
        readonly=True,
        copy=False,
        help="The last day of the retention; empty while it is kept for ever or "
        "not filed yet.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Being Composed"),
            ("composed", "Composed"),
            ("checked", "Checked"),
            ("filed", "Filed"),
            ("destroyed", "Destroyed"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    is_sealed = fields.Boolean(
        string="Sealed",
        readonly=True,
        copy=False,
        tracking=True,
        help="Nobody reads a sealed volume without an approved loan (C-16).",
    )
    document_ids = fields.One2many(
        comodel_name="governance.file.document",
        inverse_name="volume_id",
        string="Documents",
    )

    _barcode_uniq = models.UniqueIndex(
        "(company_id, barcode) WHERE barcode IS NOT NULL",
        "Another volume has this barcode already.",
    )

    @api.depends("level_id.rank")
    def _compute_level_rank(self):
        for volume in self:
            volume.level_rank = volume.sudo().level_id.rank

    @api.model
    def _get_user_fields(self):
        return {
            "name",
            "file_id",
            "year",
            "department_id",
            "category_id",
            "medium",
            "level_id",
            "location",
            "barcode",
            "retention_class_id",
            "document_ids",
        }
