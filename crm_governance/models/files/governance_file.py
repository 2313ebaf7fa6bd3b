# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFile(models.Model):
    """All that is filed about one customer of a company (客户档案, E-35)."""

    _name = "governance.file"
    _description = "Customer File"
    _inherit = [
        "governance.guarded.mixin",
        "governance.classified.stored.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "name desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="File Code", readonly=True, copy=False)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', id)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Custodian",
        index=True,
        tracking=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("crm_governance.group_custodian").ids)
        ],
    )
    location = fields.Char(
        string="Storage Location", help="Room, shelf and box of the paper volumes."
    )
    date_opened = fields.Date(
        string="Opened on", readonly=True, default=fields.Date.context_today
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("destroyed", "Destroyed")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
    )
    note = fields.Html()
    volume_ids = fields.One2many(
        comodel_name="governance.file.volume", inverse_name="file_id", string="Volumes"
    )

    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'open'",
        "This customer has an open file in this company already.",
    )

    @api.model
    def _get_user_fields(self):
        return {"partner_id", "company_id", "user_id", "location", "note"}
