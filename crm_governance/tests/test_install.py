# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.crm_governance import hooks

from .install_common import InstallCommon

PARTNERS = 200_000
BIG = (
    "account_move",
    "account_move_line",
    "calendar_event",
    "crm_lead",
    "mail_activity",
    "mail_message",
    "res_partner",
    "sale_order",
    "sale_order_line",
)
CORE = "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
# What every installation of whatever module changes, besides its own data.
BOOKKEEPING = {
    "bus_bus",
    "ir_attachment",
    "ir_cron_trigger",
    "ir_logging",
    "ir_model",
    "ir_model_constraint",
    "ir_model_data",
    "ir_model_fields",
    "ir_module_module",
    "ir_module_module_dependency",
    "ir_profile",
}
# Gives customers of all kinds a tier, and leaves people, activities and messages.
WORK = """
company = env.company
company.governance_cutover_date = "2020-01-01"
scheme = env["governance.tier.scheme"].create({
    "name": "Kept", "code": "KEPT",
    "tier_ids": [(0, 0, {"name": "Key", "code": "K", "rank": 1}),
                 (0, 0, {"name": "Others", "code": "O", "rank": 2})],
})
rules = env["governance.tier.ruleset"].create({
    "name": "Kept", "code": "KEPT", "scheme_id": scheme.id,
    "fallback_tier_id": scheme.tier_ids[1].id,
    "group_ids": [(0, 0, {"tier_id": scheme.tier_ids[0].id, "criterion_ids": [(0, 0, {
        "metric_id": env.ref("crm_governance.governance_tier_metric_turnover").id,
        "operator": "ge", "value": 1000.0,
        "window_type": "rolling_months", "window_length": 12})]})],
})
rules.action_publish()
scheme.action_set_governing()
env.ref("base.user_admin").group_ids |= env.ref("crm_governance.group_manager")
policy = env["governance.approval.policy"].search([], limit=1)
review = env["governance.tier.review"].create({
    "name": "Kept", "scheme_id": scheme.id, "population": "selected",
    "partner_ids": [(6, 0, env["res.partner"].search(
        [("customer_rank", ">", 0), ("commercial_partner_id", "!=", False)], limit=500
    ).ids)],
})
review.action_evaluate()
review._decide_by_silence("apply")
review.action_publish()
review.message_post(body="Kept")
review.activity_schedule("mail.mail_activity_data_todo", user_id=env.uid)
partner = review.line_ids[0].partner_id
partner.write({"governance_specialist_id": env.uid, "governance_quiet_reason": "x"})
env.cr.commit()
print("LINES", len(review.line_ids), review.state)
"""
# A customer and a lead that somebody looks after.
BEFORE = """
admin = env.ref("base.user_admin")
admin.group_ids |= env.ref("sales_team.group_sale_manager")
env["res.partner"].search(
    [("customer_rank", ">", 0)], order="id desc", limit=1).user_id = admin
env["crm.lead"].create({"name": "Kept", "type": "opportunity", "user_id": admin.id})
env.cr.commit()
"""
# Leaves a visit, a promise, a late report and to-dos at a customer, a lead and a plan.
VISITS = """
from datetime import timedelta
from odoo.fields import Command, Date, Datetime
admin = env.ref("base.user_admin")
customer = env["res.partner"].search(
    [("customer_rank", ">", 0)], order="id desc", limit=1)
people = env["governance.visit.role"].create({
    "name": "Kept", "code": "KEPT", "source": "member",
    "member_ids": [Command.create({"user_id": admin.id})]})
call = env["governance.visit.channel"].search([("kind", "=", "call")], limit=1)
door = env["governance.visit.channel"].search([("kind", "=", "visit")], limit=1)
env["governance.visit.policy"].create({
    "name": "Kept", "code": "KEPT", "callback_ids": [Command.create(
        {"role_id": people.id, "channel_id": call.id, "days": 3})],
}).action_publish()
env["governance.file"].create({"partner_id": customer.id})
today = env.company._get_governance_today()
lead = env["crm.lead"].search([("name", "=", "Kept")])
plan = env["governance.visit.plan"]._as_system().create(
    {"user_id": admin.id, "month": today.replace(day=1)})
values = {"user_id": admin.id, "company_id": env.company.id, "month": plan.month,
          "channel_id": door.id, "key": "kept", "date": today, "date_due": today,
          "window_start": today, "window_end": today + timedelta(days=2)}
env["governance.visit.slot"]._as_system().create([
    {**values, "plan_id": plan.id, "partner_id": customer.id},
    {**values, "lead_id": lead.id}])
visit = env["governance.visit"].with_user(admin).create({
    "partner_id": customer.id, "channel_id": door.id,
    "date_start": Datetime.now() - timedelta(days=9)})
visit.action_hold()
promise = env["governance.visit.promise"].with_user(admin).create({
    "visit_id": visit.id, "name": "Kept", "date_deadline": today})
env["governance.visit.promise"].with_user(admin).create({
    "visit_id": visit.id, "name": "Kept too", "date_deadline": today}).action_done()
reminders = env["governance.visit.reminder"]
for kind in ("due", "report_late", "lead_idle", "callback"):
    reminders._do_step(env.company, kind)
# What stands in somebody's calendar stays there.
visit.event_id.with_user(admin).unlink()
env.cr.commit()
print("TODOS", *sorted(set(reminders.search([]).activity_id.mapped("res_model"))))
print("STATES", visit.state, *promise.activity_id.mapped("active"))
"""


@tagged("post_install", "-at_install")
class TestInstall(InstallCommon):
    """The addon comes to a company that has many customers, and leaves it again."""

    database = "crm_governance_test_install"

    def add_partners(self):
        self.execute(
            """INSERT INTO res_partner
                      (name, complete_name, active, is_company, partner_share, type,
                       lang, customer_rank, autopost_bills, create_uid, write_uid,
                       create_date, write_date)
               SELECT 'Customer ' || i, 'Customer ' || i, TRUE, TRUE, TRUE, 'contact',
                      'en_US', 1, 'ask', 1, 1, now(), now()
                 FROM generate_series(1, %s) i""",
            [PARTNERS],
        )
        self.execute(
            """UPDATE res_partner SET commercial_partner_id = id
                WHERE commercial_partner_id IS NULL"""
        )
        self.execute("VACUUM ANALYZE res_partner")

    def rows(self):
        """Return where each customer lies; a rewrite or an update moves it."""
        return dict(
            self.execute(
                """SELECT id, ctid::text || xmin::text FROM res_partner
                    WHERE customer_rank > 0
                    UNION ALL
                   SELECT 0, pg_relation_filenode('res_partner')::text"""
            )
        )

    def schema(self):
        """Return everything that the database is made of, as sets of names.

        Odoo declares the relation of rules and groups twice, differently; which
        one holds depends on the module that was installed last.
        """
        return {
            "columns": set(
                self.execute(
                    """SELECT table_name, column_name, data_type, is_nullable
                         FROM information_schema.columns
                        WHERE table_schema = 'public'"""
                )
            ),
            "constraints": set(
                self.execute(
                    """SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
                         FROM pg_constraint
                        WHERE connamespace = 'public'::regnamespace
                          AND conrelid <> 'rule_group_rel'::regclass"""
                )
            ),
            # Odoo names the counter of a numbering after the id of its record.
            "others": set(
                self.execute(
                    f"""SELECT c.relkind::text,
                               regexp_replace(c.relname, '^ir_sequence_[0-9]+', 'n')
                        {CORE}"""
                )
            ),
            "functions": set(
                self.execute(
                    """SELECT proname::text FROM pg_proc
                        WHERE pronamespace = 'public'::regnamespace"""
                )
            ),
        }

    def data(self):
        """Return ``{table: rows as text}``, of big tables a checksum instead."""
        result = {}
        for (table,) in self.execute(
            f"SELECT c.relname::text {CORE} AND c.relkind = 'r'"
        ):
            if table in BOOKKEEPING or table.startswith("orm_signaling_"):
                continue
            ((count,),) = self.execute(f'SELECT COUNT(*) FROM "{table}"')
            # Who is given or loses a group of ours has been written.
            row = "(to_jsonb(t) - 'write_date' - 'write_uid')::text"
            if count > 10_000:
                row = f"SUM(hashtext({row})::numeric)"
            query = f'SELECT {row} FROM "{table}" t'
            result[table] = {row[0] for row in self.execute(query)}
        return result

    def assertAsBefore(self, schema, data):
        after = self.schema()
        for kind, names in schema.items():
            self.assertEqual(after[kind] ^ names, set(), kind)
        after = self.data()
        changed = {
            table: [str(row)[:300] for row in rows ^ after[table]][:9]
            for table, rows in data.items()
            if rows != after[table]
        }
        self.assertFalse(changed)

    def assertHooked(self, columns):
        """The hook has all our columns on big tables, so that none is filled later."""
        ours = {table: set() for table in BIG}
        for table, column, _kind, _nullable in columns:
            if table in BIG:
                ours[table].add(column)
        hooked = {table: set(columns) for table, columns in hooks.COLUMNS.items()}
        self.assertEqual({t: names for t, names in ours.items() if names}, hooked)

    def work_with_visits(self):
        """Leave visits, and to-dos at records that the addon does not take along."""
        printed = self.odoo("shell", "--no-http", text=VISITS)
        todos = "crm.lead governance.visit governance.visit.plan res.partner"
        self.assertIn(f"TODOS {todos}\n", printed)
        self.assertIn("STATES held True", printed)

    def test_life(self):
        """Install, work, upgrade, uninstall, install again (requirement 4.7)."""
        self.add_partners()
        self.odoo("shell", "--no-http", text=BEFORE)
        schema, data, rows = self.schema(), self.data(), self.rows()
        self.install()
        moved = rows.items() - self.rows().items()
        self.assertFalse(moved, f"{len(moved)} rows of res_partner were rewritten")
        fresh = self.schema()
        self.assertHooked(fresh["columns"] - schema["columns"])
        printed = self.odoo("shell", "--no-http", text=WORK)
        self.assertIn("LINES 500 published", printed)
        self.work_with_visits()
        with_addon = self.schema()
        self.odoo("server", "-u", "crm_governance", "--stop-after-init", "--no-http")
        self.assertEqual(self.schema(), with_addon)
        ((lines,),) = self.execute("SELECT COUNT(*) FROM governance_tier_review_line")
        self.assertEqual(lines, 500)
        self.odoo("module", "uninstall", "crm_governance")
        self.assertAsBefore(schema, data)
        self.install()
        self.assertEqual(self.schema(), fresh)
