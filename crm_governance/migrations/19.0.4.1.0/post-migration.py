# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Let visits count as they do now."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    drop_keys(cr)
    widen_channels(env)
    fill_levels(env)


def drop_keys(cr):
    """Let contacts be planned without a look at their plan and person for each."""
    for column in ("plan_id", "user_id"):
        cr.execute(
            SQL(
                "ALTER TABLE governance_visit_slot DROP CONSTRAINT IF EXISTS %s",
                SQL.identifier(f"governance_visit_slot_{column}_fkey"),
            )
        )


def widen_channels(env):
    """Let any visit be a door visit, and any call a call, as in new databases."""
    for name in ("door_visit", "call", "callback"):
        channel = env.ref(f"crm_governance.governance_visit_channel_{name}", False)
        if channel and channel.kind in ("visit", "call"):
            channel.accepts_kind = True


def fill_levels(env):
    """Let planned visits have the level of those whom to meet."""
    planned = env["governance.visit"].search(
        [("state", "=", "planned"), ("meeting_ids", "!=", False)]
    )
    env.add_to_compute(planned._fields["contact_level"], planned)
    planned.flush_recordset(["contact_level"])
