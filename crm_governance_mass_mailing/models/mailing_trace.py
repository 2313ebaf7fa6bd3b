# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        """Leave out what became of mailings to records that the user may not read.

        A trace names its recipient as a number of any model and as an address.
        """
        query = super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )
        if bypass_access or self.env.is_superuser():
            return query
        confidentiality = self.env["governance.confidentiality"]
        return confidentiality._filter_query(self, query, order, "model")

    def _check_access(self, operation):
        result = super()._check_access(operation)
        confidentiality = self.env["governance.confidentiality"]
        return confidentiality._extend_forbidden(self, operation, result, "model")
