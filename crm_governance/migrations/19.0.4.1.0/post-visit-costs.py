# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Keep the expected cost of visits, which nobody approved, with their items."""
    if not column_exists(cr, "governance_visit", "cost"):
        return
    cr.execute(
        SQL(
            """UPDATE governance_visit visit
                  SET items = concat_ws(
                          E'\n', NULLIF(visit.items, ''),
                          round(visit.cost, 2) || ' ' || currency.name),
                      cost = NULL
                 FROM res_company company
                 JOIN res_currency currency ON currency.id = company.currency_id
                WHERE company.id = visit.company_id AND visit.cost <> 0"""
        )
    )
