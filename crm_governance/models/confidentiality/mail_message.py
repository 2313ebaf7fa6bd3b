# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        """Leave out messages on records that the user may not read any more.

        Odoo keeps them readable for authors and recipients.
        """
        if bypass_access or self.env.is_superuser():
            return super()._search(
                domain, offset, limit, order, bypass_access=bypass_access, **kwargs
            )
        confidentiality = self.env["governance.confidentiality"]
        if limit or offset:
            # Taken out afterwards, hidden ones would leave gaps in the pages.
            domain = Domain(domain)
            domain &= confidentiality._get_open_rows_domain("model", domain)
        query = super()._search(domain, offset, limit, order, **kwargs)
        return confidentiality._filter_query(self, query, order, "model")

    def _check_access(self, operation):
        result = super()._check_access(operation)
        confidentiality = self.env["governance.confidentiality"]
        return confidentiality._extend_forbidden(self, operation, result, "model")
