# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command, Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .race_common import RaceCommon

ISOLATED = "odoo.addons.crm_governance.models.confidentiality.governance_isolated_mixin"
COLUMNS = ["kind", "state", "start", "deadline", "stopped_on", "breached_on", "next_on"]


@tagged("post_install", "-at_install")
class TestComplaintClockRaces(RaceCommon):
    """Customers write, handlers answer and jobs tell at the same moment."""

    MADE = (
        "governance_complaint_escalation",
        "governance_complaint_clock",
        "governance_complaint_event",
        "mail_activity",
        "governance_complaint",
        "governance_complaint_rung",
        "governance_complaint_target",
        "governance_complaint_policy",
        "governance_complaint_unit",
        "governance_access_entry",
        "mail_mail",
        "mail_message",
        "mail_followers",
        "ir_cron_trigger",
        "bus_bus",
        "res_users",
        "res_partner",
    )

    def setUp(self):
        super().setUp()
        crons = type(self.env["ir.cron"])
        # Whoever runs the job ends with its own transaction.
        self.startPatcher(
            patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1000)
        )
        self.commit(self.make_world)

    def untie(self, cr):
        for table, column in (
            ("governance_complaint_escalation_told_rel", "user_id"),
            ("governance_complaint_unit_user_rel", "user_id"),
        ):
            cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s > %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    self.last["res_users"],
                )
            )

    def make_world(self, env):
        group = "crm_governance.group_complaint"
        handler, chief = (
            new_test_user(env, f"clock_race_{name}", groups=group)
            for name in ("handler", "chief")
        )
        unit = env["governance.complaint.unit"].create(
            {
                "name": "Race",
                "code": "RACE",
                "leader_id": chief.id,
                "member_ids": [Command.set(handler.ids)],
            }
        )
        policy = env["governance.complaint.policy"].create(
            {
                "name": "Race",
                "code": "RACE",
                "target_ids": [
                    Command.create({"kind": kind, "amount": 4})
                    for kind in ("first_response", "next_response", "total_resolution")
                ],
                "rung_ids": [
                    Command.create({"share": share, "recipient": "unit_leader"})
                    for share in (50, 100)
                ],
            }
        )
        policy.action_publish()
        customer = env["res.partner"].create({"name": "Race", "is_company": True})
        complaint = (
            env["governance.complaint"]
            ._as_system()
            .create(
                {
                    "title": "Race",
                    "partner_id": customer.id,
                    "state": "assigned",
                    "policy_id": policy.id,
                    "unit_id": unit.id,
                    "user_id": handler.id,
                }
            )
        )
        complaint._log_event(
            "received", date=fields.Datetime.now() - timedelta(hours=5)
        )
        self.complaint_id, self.policy_id = complaint.id, policy.id

    def complaint(self, env):
        return env["governance.complaint"].browse(self.complaint_id)

    def log(self, kind):
        return lambda env: self.complaint(env)._log_event(kind).ids

    def escalate(self, env):
        # Of other complaints there may be rungs to climb as well.
        clocks = env["governance.complaint.clock"].sudo()
        mine = clocks.search([("complaint_id", "=", self.complaint_id)], order="id")
        domain = Domain("next_on", "<=", "now")
        for clock in mine:
            clock._isolate_one(clock.id, domain, "_climb")

    def get_told(self):
        def read(env):
            told = self.complaint(env).escalation_ids.sorted("id")
            return [(one.kind, one.share) for one in told]

        return self.commit(read)

    def get_events(self):
        return self.commit(
            lambda env: sorted(self.complaint(env).event_ids.mapped("kind"))
        )

    def get_todos(self):
        """Return the kinds of target of which somebody has a to-do, one for each."""

        def read(env):
            told = self.complaint(env).sudo().escalation_ids
            return sorted(one.kind for one in told for _todo in one.todo_ids)

        return self.commit(read)

    def assertRowsRight(self):
        """The rows say what the events say."""

        def compare(env):
            complaint = self.complaint(env)
            rows = complaint.clock_ids.sorted("kind").read(COLUMNS)
            deadline = complaint.next_deadline
            complaint._rewrite_clocks()
            again = complaint.clock_ids.sorted("kind").read(COLUMNS)
            return rows, again, deadline, complaint.next_deadline

        rows, again, deadline, new_deadline = self.commit(compare)
        self.assertEqual(rows, again)
        self.assertEqual(deadline, new_deadline)

    ALL = [
        ("first_response", 50),
        ("first_response", 100),
        ("total_resolution", 50),
        ("total_resolution", 100),
    ]

    def test_two_jobs_at_once(self):
        """Each rung is told once, although two workers see it is due."""
        with mute_logger(ISOLATED):
            self.assertAllDone(self.race(*[self.escalate] * 3))
            self.commit(self.escalate)
        self.assertEqual(sorted(self.get_told()), sorted(self.ALL))
        self.assertRowsRight()
        self.assertEqual(self.get_events().count("escalated"), 4)
        self.assertEqual(
            self.get_todos(), ["first_response"] * 2 + ["total_resolution"] * 2
        )

    def test_answer_while_escalating(self):
        """The answer is kept, and what was due before it is told, once."""
        with mute_logger(ISOLATED):
            self.assertAllDone(self.race(self.escalate, self.log("response")))
            self.commit(self.escalate)
        self.assertEqual(sorted(self.get_told()), sorted(self.ALL))
        self.assertIn("response", self.get_events())
        self.assertRowsRight()
        # Whoever came first: of what is done, nobody has a to-do.
        self.assertEqual(self.get_todos(), ["total_resolution"] * 2)

    def test_two_messages_at_once(self):
        """The customer writes twice: one clock begins, both messages are kept."""
        self.commit(self.log("response"))
        self.assertAllDone(self.race(*[self.log("inbound")] * 4))
        self.assertEqual(self.get_events().count("inbound"), 4)
        self.assertRowsRight()

        def count(env):
            kinds = self.complaint(env).clock_ids.mapped("kind")
            return kinds.count("next_response")

        self.assertEqual(self.commit(count), 1)

    def test_answer_wait_and_close_at_once(self):
        works = [self.log(kind) for kind in ("response", "waiting", "closed")]
        self.assertAllDone(self.race(*works))
        self.assertRowsRight()

    def archive(self, env):
        env["governance.complaint.policy"].browse(self.policy_id).action_archive()

    def test_policy_ends_while_somebody_answers(self):
        """What happened is kept, and no clock of the policy runs on."""
        works = [self.archive, self.log("inbound"), self.log("waiting")]
        self.assertAllDone(self.race(*works))
        self.assertRowsRight()
        events = self.get_events()
        self.assertEqual(events.count("policy_ended"), 1)
        self.assertLessEqual({"inbound", "waiting"}, set(events))
        states = self.commit(lambda env: self.complaint(env).clock_ids.mapped("state"))
        self.assertEqual(set(states), {"cancelled"})
        self.commit(self.escalate)
        self.assertEqual(self.get_told(), [])
