# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class GovernanceFiledMixin(models.AbstractModel):
    """What is filed about a customer and may be more confidential than the customer.

    The level of the volume, in `level_rank`, counts besides that of the customer: the
    higher one decides, and the same reasons open both (a role, a grant, a loan).
    """

    _name = "governance.filed.mixin"
    _description = "Filed record with a level of its own"
    _inherit = "governance.classified.stored.mixin"

    @api.model
    def _get_clearance_domain(self, operation):
        own = self.env["governance.confidentiality"]._get_open_domain(
            "level_rank", "partner_id", operation
        )
        return Domain.AND([super()._get_clearance_domain(operation), own])

    def _get_classified_rank(self):
        return max(super()._get_classified_rank(), self.level_rank)

    def _get_classified_ranks(self):
        return [record._get_classified_rank() for record in self]

    def _get_customers_by_record(self):
        return {record: record.partner_id.commercial_partner_id for record in self}
