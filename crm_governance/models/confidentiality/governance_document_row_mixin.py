# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class GovernanceDocumentRowMixin(models.AbstractModel):
    """Rows about records of any model: messages, to-dos, followers.

    Odoo shows some of them to authors, recipients and assignees, also when these
    may not read the record any more.
    """

    _name = "governance.document.row.mixin"
    _description = "Row about a record of any model"

    # The field that names the model of the record; the record is in `res_id`.
    _document_model_field = "res_model"
    # Whether searches stay queries, because Odoo builds larger ones around them.
    _keeps_query = False

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        """Leave out rows about records that the user may not read."""
        if bypass_access or self.env.su:
            return super()._search(
                domain, offset, limit, order, bypass_access=bypass_access, **kwargs
            )
        confidentiality = self.env["governance.confidentiality"]
        model_field = self._document_model_field
        if limit or offset or self._keeps_query:
            # Taken out afterwards, hidden ones would leave gaps in the pages.
            domain = Domain(domain)
            domain &= confidentiality._get_open_rows_domain(model_field, domain)
        query = super()._search(domain, offset, limit, order, **kwargs)
        if self._keeps_query:
            return query
        return confidentiality._filter_query(self, query, order, model_field)

    def write(self, vals):
        """Write; AccessError when a row would leave its confidential customer."""
        self._check_row_stays(vals)
        return super().write(vals)

    def copy(self, default=None):
        """Duplicate; AccessError when a copy would leave the confidential customer."""
        self._check_row_stays(default or {})
        return super().copy(default)

    def _check_row_stays(self, vals):
        if not self.env.su and isinstance(vals, dict):
            confidentiality = self.env["governance.confidentiality"]
            confidentiality._check_rows_stay(self, self._document_model_field, vals)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su:
            return result
        confidentiality = self.env["governance.confidentiality"]
        return confidentiality._extend_forbidden(
            self, operation, result, self._document_model_field
        )
