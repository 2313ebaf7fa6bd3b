# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields


class UncheckedMany2one(fields.Many2one):
    """A many2one whose column is taken at its word, for millions of rows.

    To check a key costs the database more than to write the row: with a key on
    each column, evaluating a review took twice as long.  A company-dependent
    many2one has no key, and Odoo looks up for each row that it reads, groups or
    sorts whether the record still exists: grouping customers took five times as
    long.  Use it only where what it points to cannot be deleted, or where every
    deletion clears the column, and say at the field why.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a key."""

    def to_sql(self, model, alias):
        """Return the column without looking for the record."""
        return super(fields.Many2one, self).to_sql(model, alias)
