"""Install and uninstall hooks."""

from odoo.tools import SQL

# Columns on tables that are big in a company which has worked with Odoo for
# years. The ORM finds them there: it neither fills them row by row nor takes a
# lock for each. Whatever is NOT NULL needs a DEFAULT, which costs no rewrite.
COLUMNS = {
    "res_partner": {
        "governance_tier_id": "jsonb",
        "governance_specialist_id": "int4",
        "governance_liaison_leader_id": "int4",
        "governance_quiet_reason": "text",
        "governance_level_id": "int4",
        "governance_contact_level": "varchar",
        "classification_rank": "int4 NOT NULL DEFAULT 0",
    },
    "crm_lead": {
        "governance_referrer_id": "int4",
        "classification_rank": "int4 NOT NULL DEFAULT 0",
        "classification_partner_id": "int4",
    },
    "sale_order": {
        "governance_callback_date": "date",
        "classification_rank": "int4 NOT NULL DEFAULT 0",
        "classification_partner_id": "int4",
    },
    "account_move": {
        "governance_delay_reason": "varchar",
        "classification_rank": "int4 NOT NULL DEFAULT 0",
        "classification_partner_id": "int4",
    },
}


def pre_init_hook(env):
    """Add our columns to big core tables."""
    add_columns(env.cr)


def add_columns(cr):
    """Add the columns that are missing, one short lock a table and no rewrite."""
    for table, columns in COLUMNS.items():
        clauses = SQL(", ").join(
            SQL("ADD COLUMN IF NOT EXISTS %s %s", SQL.identifier(name), SQL(kind))
            for name, kind in columns.items()
        )
        cr.execute(SQL("ALTER TABLE %s %s", SQL.identifier(table), clauses))


def delete_counters(env):
    """Delete our numberings, with the counters of years that Odoo would leave."""
    sequences = env["ir.sequence"].with_context(active_test=False)
    # Each company has a numbering of its own, which no data file knows.
    made = sequences.search([("code", "=", "governance.file")])
    (sequences.browse(get_own(env, "ir.sequence")) | made).date_range_ids.unlink()
    made.unlink()


def delete_todos(env):
    """Delete to-dos of our kinds, at whatever they stand.

    Odoo would make plain ones of them, which stay on people's lists for ever.
    """
    types = get_own(env, "mail.activity.type")
    todos = env["mail.activity"].with_context(active_test=False)
    todos.search([("activity_type_id", "in", types)]).unlink()


def get_own(env, model):
    """Return the ids of the records of a model that our data files have added."""
    own = env["ir.model.data"].search(
        [("module", "=", "crm_governance"), ("model", "=", model)]
    )
    return env[model].browse(own.mapped("res_id")).exists().ids


def uninstall_hook(env):
    """Take our functions out and let go of everything that our records hold on to.

    Groups, metrics and other data of the addon are deleted before our tables are
    dropped, and foreign keys of rows that go as well would keep them.
    """
    delete_counters(env)
    delete_todos(env)
    env.cr.execute(
        """SELECT p.oid::regprocedure::text
             FROM pg_proc p
            WHERE p.pronamespace = current_schema::regnamespace
              AND p.proname LIKE 'governance\\_opened\\_%'"""
    )
    for (function,) in env.cr.fetchall():
        env.cr.execute(SQL("DROP FUNCTION %s", SQL(function)))
    env.cr.execute(
        """SELECT k.conrelid::regclass::text, k.conname
             FROM pg_constraint k
             JOIN pg_class c ON c.oid = k.conrelid
             JOIN ir_model m ON replace(m.model, '.', '_') = c.relname
             JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id
            WHERE k.contype = 'f' AND d.module = 'crm_governance'
              AND m.model LIKE 'governance.%'"""
    )
    for table, name in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )
