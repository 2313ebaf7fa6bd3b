# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class UtmCampaign(models.Model):
    """Totals of campaigns, which Odoo takes as the system, without hidden customers."""

    _inherit = "utm.campaign"

    @api.depends_context("uid")
    def _compute_quotation_count(self):
        orders = self.env["sale.order"]._with_open_only()
        return super(UtmCampaign, self.with_env(orders.env))._compute_quotation_count()

    @api.depends_context("uid")
    def _compute_sale_invoiced_amount(self):
        result = super()._compute_sale_invoiced_amount()
        confidentiality = self.env["governance.confidentiality"]
        if not self.ids or confidentiality._is_everything_open():
            return result
        lines = self.env["account.move.line"]
        groups = lines._read_group(
            Domain("move_id.campaign_id", "in", self.ids)
            & Domain("parent_state", "not in", ("draft", "cancel"))
            & Domain("move_id.move_type", "!=", "entry")
            & Domain("account_id", "!=", False)
            & Domain("display_type", "=", "product")
            & ~lines._get_clearance_domain("read"),
            ["move_id"],
            ["balance:sum"],
        )
        for move, balance in groups:
            # What was added as minus the balance.
            move.campaign_id.invoiced_amount += balance
        return result
