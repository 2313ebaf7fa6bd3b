# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Record what the schedules say that clocks of complaints run on already."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    policies = env["governance.complaint.policy"].with_context(active_test=False)
    in_use = policies.search([("state", "in", ("published", "superseded"))])
    in_use.target_ids._begin_schedules()
