# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceGuardedLineMixin(models.AbstractModel):
    """A line of a guarded record: it has the same author and is closed with it."""

    _name = "governance.guarded.line.mixin"
    _description = "Line of a record with a guarded state"
    _inherit = "governance.guarded.mixin"

    # The name of the many2one to the record.
    _line_of = None

    @api.model_create_multi
    def create(self, vals_list):
        """Add lines; errors for all but the author, and once the record is closed."""
        lines = super().create(vals_list)
        lines._check_line()
        return lines

    def write(self, vals):
        """Change lines; errors for all but the author, and for closed records."""
        result = super().write(vals)
        # Neither may a line move to a record that is closed or somebody else's.
        self._check_line()
        return result

    def _check_line(self):
        if not self._is_system():
            self._check_deletable()

    def _get_author(self):
        self.ensure_one()
        return self[self._line_of].sudo()._get_author()

    def _is_closed(self):
        self.ensure_one()
        return self[self._line_of].sudo()._is_closed()

    def _check_deletable(self):
        self._check_still_open()
        self._check_author()
