# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api
from odoo.fields import Domain
from odoo.tools import SQL

# What begins another round of which clock.
AGAIN = {"next_response": "inbound", "reaction": "disagreement"}


def migrate(cr, version):
    """Give each round of a clock a row, and clear what archived policies left."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    split_rounds(env)
    end_policies(env)


def split_rounds(env):
    """Let the job count anew the clocks that may have run more than once.

    A row was the latest round; the others follow from the events.  The job takes each
    complaint on its own, so that the upgrade waits for none of them.  Rungs that were
    told stay told: they are known by the start of their round.
    """
    env.flush_all()
    for kind, event in AGAIN.items():
        env.cr.execute(
            SQL(
                """UPDATE governance_complaint_clock clock SET is_stale = TRUE
                    WHERE clock.kind = %s
                      AND (SELECT count(*) FROM governance_complaint_event event
                            WHERE event.complaint_id = clock.complaint_id
                              AND event.kind = %s) > 1""",
                kind,
                event,
            )
        )
    env.cr.execute(
        SQL(
            """UPDATE governance_complaint_clock clock SET is_stale = TRUE
                WHERE clock.complaint_id IN (
                      SELECT event.complaint_id FROM governance_complaint_event event
                       WHERE event.kind = 'reset')"""
        )
    )
    env["governance.complaint.clock"].invalidate_model(["is_stale"])
    env.ref("crm_governance.ir_cron_complaint_escalate")._trigger()


def end_policies(env):
    """Clear the deadlines of open complaints whose policy was archived before."""
    policies = env["governance.complaint.policy"].with_context(active_test=False)
    ended = Domain("active", "=", False) & Domain("is_preset", "=", False)
    policies.search(ended)._see_to_complaints()
