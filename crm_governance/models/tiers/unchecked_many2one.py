# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields


class UncheckedMany2one(fields.Many2one):
    """A many2one without a foreign key, for columns written in their millions.

    To check a key costs the database more than to write the row: with a key on
    each column, evaluating a review took twice as long.  Use it only where what
    it points to cannot be deleted anyway, and say at the field why.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a key."""
