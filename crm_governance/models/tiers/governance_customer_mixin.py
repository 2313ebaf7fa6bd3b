# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GovernanceCustomerMixin(models.AbstractModel):
    """What is asked for a customer as a whole, never for one of its contacts."""

    _name = "governance.customer.mixin"
    _description = "Asked for a whole customer"

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

    @api.constrains("partner_id")
    def _check_whole_customer(self):
        for record in self:
            partner = record.partner_id
            partner._check_governance_readable()
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s. Ask for "
                        "%(customer)s itself.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )
