# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..confidentiality.governance_access_grant import GAP


class GovernanceAccessGrant(models.Model):
    """Reading on loan counts towards the longest time in a row, and the other way."""

    _inherit = "governance.access.grant"

    @api.model
    def _get_continuous_since(self, customer, user):
        since = super()._get_continuous_since(customer, user)
        now = fields.Datetime.now()
        lines = (
            self.env["governance.loan.line"]
            .sudo()
            .search(
                Domain("user_id", "=", user.id)
                & Domain("partner_id", "=", customer.id)
                & Domain("medium", "=", "electronic")
                & Domain("continuous_since", "!=", False)
                & Domain("date_due", ">=", now - GAP)
                & (
                    Domain("date_returned", "=", False)
                    | Domain("date_returned", ">=", now - GAP)
                )
            )
        )
        return min([since, *lines.mapped("continuous_since")])
