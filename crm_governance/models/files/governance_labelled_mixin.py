# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceLabelledMixin(models.AbstractModel):
    """A governed record whose name is put together, before it is masked.

    It stands behind the mixin that masks names, which asks it first.
    """

    _name = "governance.labelled.mixin"
    _description = "Record with a composed name"

    def _compute_display_name(self):
        """Name the records by what `_get_label` says."""
        for record in self:
            record.display_name = record._get_label()

    def _get_label(self):
        """Return what people call this record."""
        return self[self._rec_name] or ""
