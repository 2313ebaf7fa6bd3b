# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.crm_governance.hooks import add_columns


def migrate(cr, version):
    """Add the ranks of contacts and documents before the ORM would fill them."""
    add_columns(cr)
