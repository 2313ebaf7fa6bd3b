# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["governance.classified.mixin", "mail.followers"]

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        """Leave out who follows records that the user may not read."""
        if not (bypass_access or self.env.su):
            confidentiality = self.env["governance.confidentiality"]
            domain = Domain(domain)
            domain &= confidentiality._get_open_rows_domain("res_model", domain)
        return super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su:
            return result
        confidentiality = self.env["governance.confidentiality"]
        return confidentiality._extend_forbidden(self, operation, result, "res_model")
