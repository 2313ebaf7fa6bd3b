# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.tools import SQL


def migrate(cr, version):
    """Bring cases, drafts of policies and waiting volumes to what holds now."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    write_off_lost(env)
    name_dossier_forms(env)
    await_unnamed_events(env)
    keep_lent_ranks(env)


def write_off_lost(env):
    """Write off what was lost in cases that were closed before this could be done."""
    cases = env["governance.loan.incident"].search(
        [
            ("kind", "=", "lost"),
            ("state", "=", "closed"),
            ("line_id.state", "=", "lost"),
        ]
    )
    for case in cases:
        case.line_id._write_off(case.name)


def name_dossier_forms(env):
    """Let drafts that were copied from BP-07 and BP-08 say that they are for forms."""
    drafts = env["governance.lending.policy"].search(
        [
            ("code", "in", ("BP-07", "BP-08")),
            ("company_id", "!=", False),
            ("state", "=", "draft"),
            ("document_type_ids", "=", False),
        ]
    )
    form = env.ref("crm_governance.governance_document_type_dossier_form")
    drafts.write({"document_type_ids": [Command.link(form.id)]})


def await_unnamed_events(env):
    """Let volumes wait on for the event of their class, as when they were filed."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE governance_file_volume SET trigger_mode = 'any'
                WHERE awaits_event AND trigger_mode IS NULL"""
        )
    )
    env["governance.file.volume"].invalidate_model(["trigger_mode"])


def keep_lent_ranks(env):
    """Let loans go on opening the level that their volumes have now."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE governance_loan_line SET rank_opened = rank
                WHERE date_out IS NOT NULL AND rank_opened IS NULL"""
        )
    )
    env["governance.loan.line"].invalidate_model(["rank_opened"])
