# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists


def migrate(cr, version):
    """Number the rounds of clocks, without writing each row as the ORM would."""
    table = "governance_complaint_clock"
    if not table_exists(cr, table) or column_exists(cr, table, "number"):
        return
    name = SQL.identifier(table)
    cr.execute(SQL("ALTER TABLE %s ADD COLUMN number int4 NOT NULL DEFAULT 1", name))
    cr.execute(SQL("ALTER TABLE %s ALTER COLUMN number DROP DEFAULT", name))
