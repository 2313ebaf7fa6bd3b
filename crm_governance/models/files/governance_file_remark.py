# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFileRemark(models.Model):
    """A remark on a volume, signed and dated (卷内备考表, E-33).

    Problems that appear later are noted here too; nobody changes what was signed.
    """

    _name = "governance.file.remark"
    _description = "Remark on a Volume"
    _inherit = ["governance.guarded.mixin", "governance.filed.part.mixin"]
    _order = "id"
    _rec_name = "text"
    _check_company_auto = True

    text = fields.Text(string="Remark", required=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Signed by",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(
        string="Signed on", required=True, readonly=True, default=fields.Datetime.now
    )

    @api.model
    def _get_user_fields(self):
        return {"volume_id", "text"}

    def _is_closed(self):
        return True
