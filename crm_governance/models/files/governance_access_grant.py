# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..confidentiality.governance_access_grant import GAP


class GovernanceAccessGrant(models.Model):
    """Reading on loan counts towards the longest time in a row, and the other way.

    What somebody reads on loan by such access ends with it.
    """

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

    def _end(self, reason):
        """End live access, and the loans of electronic volumes that it was for."""
        live = self.sudo().filtered("is_live")
        result = super()._end(reason)
        lines = self.env["governance.loan.line"].sudo()
        for grant in live:
            lines._end_with_access(grant.user_id, grant.partner_id)
        return result
