# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .race_common import RaceCommon

MODELS = "odoo.addons.crm_governance.models.visits"


@tagged("post_install", "-at_install")
class TestVisitsReminderRaces(RaceCommon):
    """Two workers do the same at once; people are asked and told once."""

    MADE = (
        "governance_visit_reminder",
        "governance_visit_run",
        "mail_activity",
        "governance_visit_slot",
        "governance_visit_plan",
        "governance_file",
        "sale_order",
        "governance_visit_callback",
        "governance_visit_policy",
        "governance_visit_role_member",
        "governance_visit_role",
        "governance_access_entry",
        "governance_decision",
        "mail_mail",
        "mail_message",
        "mail_followers",
        "crm_team_member",
        "crm_team",
        "ir_cron_trigger",
        "bus_bus",
        "res_users",
        "res_partner",
    )

    def setUp(self):
        super().setUp()
        # Many are asked together: the to-dos are left to the job.
        self.startPatcher(patch(f"{MODELS}.governance_visit_slot_callback.AT_ONCE", -1))
        self.commit(self.make_world)

    def make_world(self, env):
        group = "crm_governance.group_"
        users = {
            login: new_test_user(env, f"remind_race_{login}", groups=f"{group}{role}")
            for login, role in (("caller", "user"), ("leader", "leader"))
        }
        caller, leader = users["caller"], users["leader"]
        env["crm.team"].create(
            {
                "name": "Race",
                "user_id": leader.id,
                "company_id": False,
                "crm_team_member_ids": [Command.create({"user_id": caller.id})],
            }
        )
        role = env["governance.visit.role"].create(
            {
                "name": "Race",
                "code": "RACE",
                "source": "member",
                "member_ids": [Command.create({"user_id": caller.id})],
            }
        )
        channel = env["governance.visit.channel"].search(
            [("kind", "=", "call")], limit=1
        )
        customer = env["res.partner"].create(
            {"name": "Race", "is_company": True, "user_id": caller.id}
        )
        # There is no policy yet, so nothing begins.
        file = env["governance.file"].create({"partner_id": customer.id})
        env["governance.visit.policy"].create(
            {
                "name": "Race",
                "code": "RACE-CALL",
                "callback_ids": [
                    Command.create(
                        {"role_id": role.id, "channel_id": channel.id, "days": days}
                    )
                    for days in (3, 30)
                ],
            }
        ).action_publish()
        today = env.company._get_governance_today()
        plan = (
            env["governance.visit.plan"]
            ._as_system()
            .create({"user_id": caller.id, "month": today.replace(day=1)})
        )
        env["governance.visit.slot"]._as_system().create(
            {
                "plan_id": plan.id,
                "user_id": caller.id,
                "company_id": plan.company_id.id,
                "month": plan.month,
                "partner_id": customer.id,
                "channel_id": channel.id,
                "key": "race",
                "window_start": today - timedelta(days=1),
                "window_end": today + timedelta(days=5),
                "date": today,
                "date_due": today,
            }
        )
        self.ids = {
            "caller": caller.id,
            "leader": leader.id,
            "customer": customer.id,
            "file": file.id,
            "plan": plan.id,
        }

    def start_callbacks(self, env):
        """Start the callbacks of the file, without telling anybody yet."""
        file = env["governance.file"].browse(self.ids["file"])
        return env["governance.visit.slot"]._start_after_files(file)

    def count(self, model, *domain):
        return self.commit(lambda env: env[model].search_count(list(domain)))

    def count_callbacks(self):
        return self.count(
            "governance.visit.slot",
            ("partner_id", "=", self.ids["customer"]),
            ("origin_ref", "!=", False),
        )

    def test_same_event(self):
        self.assertAllDone(self.race(*[self.start_callbacks] * 5))
        self.assertEqual(self.count_callbacks(), 2)

    def test_reminders(self):
        self.commit(self.start_callbacks)

        def remind(env):
            for kind in ("callback", "due"):
                env["governance.visit.reminder"]._do_step(env.company, kind)

        with mute_logger(f"{MODELS}.governance_visit_reminder_job"):
            self.assertAllDone(self.race(*[remind] * 4))
            self.commit(remind)
        for kind, number in (("callback", 2), ("due", 1)):
            mine = (("user_id", "=", self.ids["caller"]), ("kind", "=", kind))
            self.assertEqual(self.count("governance.visit.reminder", *mine), number)
        self.assertEqual(
            self.count("mail.activity", ("user_id", "=", self.ids["caller"])), 3
        )

    def test_digest(self):
        def tell(env):
            leader = env["res.users"].browse(self.ids["leader"])
            env["governance.visit.reminder"]._send_digest(leader)

        self.assertAllDone(self.race(*[tell] * 3))
        partner = self.commit(
            lambda env: env["res.users"].browse(self.ids["leader"]).partner_id.id
        )
        self.assertEqual(
            self.count(
                "mail.message",
                ("subject", "=like", "Visits on %"),
                ("partner_ids", "in", [partner]),
            ),
            1,
        )
