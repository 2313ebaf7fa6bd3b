# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .race_common import RaceCommon


@tagged("post_install", "-at_install")
class TestComplaintRaces(RaceCommon):
    """Two people press buttons of one complaint at once: one of them wins."""

    MADE = (
        "governance_complaint_escalation",
        "governance_complaint_clock",
        "governance_complaint_event",
        "governance_decision",
        "governance_approval_request_step",
        "governance_approval_request",
        "governance_complaint_investigation",
        "governance_complaint_opinion",
        "governance_complaint_reply",
        "governance_complaint",
        "governance_complaint_procedure",
        "governance_complaint_unit",
        "governance_complaint_type",
        "governance_complaint_severity",
        "governance_access_entry",
        "mail_activity",
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
        self.commit(self.make_world)

    def make_world(self, env):
        self.people = {
            login: new_test_user(
                env,
                f"complaint_race_{login}",
                groups="crm_governance.group_complaint",
            ).id
            for login in ("one", "two")
        }
        unit = env["governance.complaint.unit"].create(
            {
                "name": "Race",
                "code": "RACE",
                "member_ids": [(6, 0, list(self.people.values()))],
            }
        )
        kind = env["governance.complaint.type"].create({"name": "R", "code": "RACE"})
        grave = env["governance.complaint.severity"].create(
            {"name": "R", "code": "RACE"}
        )
        complaints = env["governance.complaint"].create(
            [
                {
                    "title": "Race",
                    "complainant_name": "Mr Race",
                    "type_id": kind.id,
                    "severity_id": grave.id,
                    "unit_id": unit.id,
                }
                for _number in range(2)
            ]
        )
        complaints.action_register()
        self.free_id, self.answered_id = complaints.ids
        answered = complaints[1]
        answered._as_system().write(
            {"is_accepted": True, "prevention": "Better", "state": "answered"}
        )
        answered._log_event("answered")

    def untie(self, cr):
        cr.execute(
            SQL(
                "DELETE FROM governance_complaint_unit_user_rel"
                " WHERE user_id = ANY(%s)",
                list(self.people.values()),
            )
        )

    def step(self, login, complaint_id, method, *args):
        """Return the work of one person on one complaint."""

        def work(env):
            complaints = env(user=self.people[login])["governance.complaint"]
            getattr(complaints.browse(complaint_id), method)(*args)
            return login

        return work

    def get_kinds(self, complaint_id):
        env = self.open_env()
        complaint = env["governance.complaint"].browse(complaint_id)
        events = complaint.event_ids.sorted(lambda event: (event.date, event.id))
        return complaint, events.mapped("kind")

    def test_two_handlers_take_it(self):
        answers = self.race(
            self.step("one", self.free_id, "action_take"),
            self.step("two", self.free_id, "action_take"),
        )
        losers = [answer for answer in answers if isinstance(answer, UserError)]
        winners = [answer for answer in answers if isinstance(answer, str)]
        self.assertEqual((len(losers), len(winners)), (1, 1), answers)
        complaint, kinds = self.get_kinds(self.free_id)
        self.assertEqual(complaint.user_id.id, self.people[winners[0]])
        self.assertEqual(kinds.count("taken"), 1)

    def test_reopen_while_closing(self):
        """Whichever comes first, its state and its events say the same."""
        answers = self.race(
            self.step("one", self.answered_id, "action_close"),
            self.step("two", self.answered_id, "note_rejection", "No"),
        )
        complaint, kinds = self.get_kinds(self.answered_id)
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        for error in errors:
            self.assertIsInstance(error, UserError)
        self.assertLessEqual(len(errors), 1)
        if "closed" not in kinds:
            self.assertIn("rejected", kinds)
            self.assertFalse(complaint.date_closed)
        elif "rejected" in kinds:
            self.assertLess(kinds.index("closed"), kinds.index("rejected"))
            self.assertEqual(complaint.reopen_count, 1)
            self.assertFalse(complaint.date_closed)
        else:
            self.assertEqual(complaint.state, "closed")

    def test_close_twice(self):
        self.race(
            self.step("one", self.answered_id, "action_close"),
            self.step("two", self.answered_id, "action_close"),
        )
        complaint, kinds = self.get_kinds(self.answered_id)
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(kinds.count("closed"), 1)

    def test_reopen_twice(self):
        self.commit(self.step("one", self.answered_id, "action_close"))
        self.race(
            self.step("one", self.answered_id, "reopen", "Again"),
            self.step("two", self.answered_id, "reopen", "Again"),
        )
        complaint, kinds = self.get_kinds(self.answered_id)
        self.assertEqual(complaint.reopen_count, 1)
        self.assertEqual(kinds.count("reopened"), 1)
