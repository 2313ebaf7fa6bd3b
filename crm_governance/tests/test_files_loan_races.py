# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_governance.models.files.governance_loan_event import (
    GovernanceLoanEvent,
)

from .race_common import RaceCommon

# So many people want the same at once.
PARALLEL = 50


@tagged("post_install", "-at_install")
class TestLoanRaces(RaceCommon):
    """Several connections want the same volume at once; it has one holder."""

    MADE = (
        "governance_overdue_rung",
        "governance_loan_breach",
        "governance_loan_event",
        "governance_decision",
        "governance_approval_request_step",
        "governance_approval_request",
        "governance_loan_line",
        "governance_loan",
        "governance_lending_policy",
        "governance_approval_policy",
        "governance_file_document",
        "governance_file_volume",
        "governance_file",
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

    # ------------------------------------------------------------------
    # WORLD
    # ------------------------------------------------------------------

    def make_world(self, env):
        group = "crm_governance.group_"
        self.people = {
            login: new_test_user(env, f"loan_race_{login}", groups=f"{group}{role}").id
            for login, role in (
                ("one", "user"),
                ("two", "user"),
                ("desk", "custodian"),
                ("desk2", "custodian"),
                ("boss", "executive"),
            )
        }
        env["governance.approval.policy"].create(
            {
                "name": "Race",
                "code": "RACE-LOAN",
                "subject": "lending",
                "expiry_value": 3,
                "expiry_unit": "days",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Executive",
                            "approver_type": "group",
                            "group_id": env.ref(f"{group}executive").id,
                        }
                    )
                ],
            }
        ).action_publish()
        policy = env["governance.lending.policy"].create(
            {
                "name": "Race",
                "code": "RACE-LOAN",
                "approval_code": "RACE-LOAN",
                "undertaking": "I lend nothing on.",
                "due_rule": "days",
                "due_days": 3,
                "calendar_mode": "days",
                "max_renewals": 5,
                "total_days": 90,
                "recall_value": 1,
                "recall_unit": "days",
            }
        )
        policy.action_publish()
        self.policy_id = policy.id
        customer = env["res.partner"].create({"name": "Race", "is_company": True})
        file = env["governance.file"].create({"partner_id": customer.id})
        volume = env["governance.file.volume"].create(
            {"name": "Race", "file_id": file.id}
        )
        volume._as_system().write({"state": "filed"})
        self.volume_id = volume.id

    def ask(self, env, login):
        """Return a loan that waits for a decision."""
        loan = env(user=self.people[login])["governance.loan"].create(
            {
                "policy_id": self.policy_id,
                "purpose": "Race",
                "line_ids": [Command.create({"volume_id": self.volume_id})],
            }
        )
        loan.action_request_approval()
        return loan

    def approved(self, env, login="one"):
        """Return the number of a line that waits to be handed out."""
        loan = self.ask(env, login)
        self.approve(loan.sudo().line_ids.id)(env)
        return loan.sudo().line_ids.id

    def line(self, env, line_id, login):
        return env(user=self.people[login])["governance.loan.line"].browse(line_id)

    def hand_out(self, line_id, login="desk"):
        return lambda env: self.line(env, line_id, login)._hand_out(is_present=True)

    def take_back(self, line_id, login="desk"):
        return lambda env: self.line(env, line_id, login)._take_back("good")

    def renew(self, line_id, login="one"):
        return lambda env: self.line(env, line_id, login).action_renew()

    def recall(self, line_id, login="desk"):
        return lambda env: self.line(env, line_id, login).action_recall()

    def values_of(self, line_id, *names):
        def values(env):
            line = env["governance.loan.line"].browse(line_id)
            return [line[name] for name in names]

        return self.commit(values)

    def events(self, line_id):
        return self.commit(
            lambda env: (
                env["governance.loan.event"]
                .search([("line_id", "=", line_id)], order="id")
                .mapped("event")
            )
        )

    def live(self):
        return self.commit(
            lambda env: env["governance.loan.line"].search_count(
                [("volume_id", "=", self.volume_id), ("state", "=", "handed_out")]
            )
        )

    # ------------------------------------------------------------------
    # RACES
    # ------------------------------------------------------------------

    def test_fifty_requests(self):
        """Fifty ask for one volume in the same moment: one has it, the others wait.

        All are approved and all go to the desk at once, too.  When the volume comes
        back, whoever has waited for longest is next.
        """
        lines = self.race(
            *(
                lambda env, who=who: self.asked(env, who)
                for who in ["one", "two"] * (PARALLEL // 2)
            )
        )
        self.assertTrue(all(isinstance(line, int) for line in lines), lines)
        self.assertEqual(len(set(lines)), PARALLEL)
        answers = self.race(*(self.approve(line) for line in lines))
        self.assertEqual(set(answers), {None})
        answers = self.race(*(self.hand_out(line) for line in lines))
        errors = [answer for answer in answers if answer is not None]
        self.assertEqual(len(errors), PARALLEL - 1)
        for error in errors:
            self.assertIsInstance(error, UserError | UniqueViolation)
        self.assertEqual(self.live(), 1)
        events = [event for line in lines for event in self.events(line)]
        self.assertEqual(events.count("requested"), PARALLEL)
        self.assertEqual(events.count("approved"), PARALLEL)
        self.assertEqual(events.count("handed_out"), 1)
        holder = lines[answers.index(None)]
        queue = self.waiting()
        self.assertEqual(sorted([*queue, holder]), sorted(lines))
        self.assertFalse(self.offered())
        for _round in range(3):
            self.commit(self.take_back(holder))
            self.assertEqual(self.offered(), queue[:1])
            answers = self.race(*(self.hand_out(line) for line in queue[:5]))
            self.assertEqual([answer is None for answer in answers].index(True), 0)
            self.assertEqual(self.live(), 1)
            holder = queue.pop(0)
            self.assertEqual(self.waiting(), queue)

    def asked(self, env, login):
        """Return the number of a line that waits for a decision."""
        loan = self.ask(env, login)
        return loan.sudo().line_ids.id

    def approve(self, line_id):
        def approve(env):
            loan = env["governance.loan.line"].browse(line_id).loan_id
            request = loan.approval_request_id
            request.with_user(self.people["boss"]).decide("approved", "Yes")
            loan.with_user(loan.user_id).action_accept_undertaking()

        return approve

    def waiting(self):
        """Return who waits, in the order of the queue."""
        return self.commit(
            lambda env: (
                env["governance.loan.line"]
                .search(
                    [("volume_id", "=", self.volume_id), ("state", "=", "waiting")],
                    order="date_queued, id",
                )
                .ids
            )
        )

    def offered(self):
        """Return for whom it is kept ready."""
        return self.commit(
            lambda env: (
                env["governance.loan.line"]
                .search(
                    [
                        ("volume_id", "=", self.volume_id),
                        ("state", "=", "waiting"),
                        ("date_fetch", "!=", False),
                    ]
                )
                .ids
            )
        )

    def test_two_desks(self):
        """Two custodians hand out the same line: it goes out once."""
        line = self.commit(self.approved)
        answers = self.race(self.hand_out(line), self.hand_out(line, "desk2"))
        self.assertEqual([answer is None for answer in answers].count(True), 1)
        self.assertEqual(self.events(line).count("handed_out"), 1)

    def test_return_against_renew(self):
        """What came back is not renewed; what was renewed comes back."""
        for _round in range(3):
            line = self.commit(self.approved)
            self.commit(self.hand_out(line))
            self.race(self.take_back(line), self.renew(line))
            state, renewals = self.values_of(line, "state", "renewals")
            events = self.events(line)
            self.assertEqual(events.count("renewed"), renewals)
            if state == "returned":
                self.assertEqual(events[-1], "returned")
            else:
                self.assertEqual((state, renewals), ("handed_out", 1))
                self.commit(self.take_back(line))

    def test_two_returns(self):
        line = self.commit(self.approved)
        self.commit(self.hand_out(line))
        answers = self.race(self.take_back(line), self.take_back(line, "desk2"))
        self.assertEqual([answer is None for answer in answers].count(True), 1)
        self.assertEqual(self.events(line).count("returned"), 1)

    def test_recall_against_renew(self):
        """A recall holds: whichever comes first, what was recalled is not renewed."""
        line = self.commit(self.approved)
        self.commit(self.hand_out(line))
        self.race(self.recall(line), self.renew(line))
        recalled, due, renewals = self.values_of(
            line, "date_recalled", "date_due", "renewals"
        )
        events = self.events(line)
        self.assertEqual(events.count("renewed"), renewals)
        if recalled:
            self.assertEqual(events[-1], "recalled")
            self.assertLess(due, fields.Datetime.now() + timedelta(days=2))
        with self.assertRaises(UserError):
            self.commit(self.recall(line))
            self.commit(self.renew(line))

    def test_limit_of_loans(self):
        """Two desks do not hand out more loans than a person may have."""

        def limit(env):
            policy = env["governance.lending.policy"].browse(self.policy_id)
            policy._with_machinery().max_loans = 2
            other = env["governance.file.volume"].browse(self.volume_id)
            other = other.create({"name": "Other", "file_id": other.file_id.id})
            other._as_system().write({"state": "filed"})
            return other.id

        first = self.commit(self.approved)
        other = self.commit(limit)
        self.volume_id, volume = other, self.volume_id
        second = self.commit(self.approved)
        self.volume_id = volume
        self.commit(
            lambda env: (
                env["governance.lending.policy"]
                .browse(self.policy_id)
                ._with_machinery()
                .write({"max_loans": 1})
            )
        )
        answers = self.race(self.hand_out(first), self.hand_out(second, "desk2"))
        errors = [answer for answer in answers if answer is not None]
        self.assertEqual(len(errors), 1, answers)
        self.assertIsInstance(errors[0], UserError)

    def overdue(self):
        """Return the number of a line that was due a minute ago."""
        line = self.commit(self.approved)
        self.commit(self.hand_out(line))
        due = fields.Datetime.now() - timedelta(minutes=1)
        out = due - timedelta(days=1)
        self.commit(
            lambda env: (
                self.line(env, line, "desk")
                ._as_system()
                .write({"date_due": due, "date_out": out})
            )
        )
        return line

    def climb(self, env):
        """Tell who is next about all that is overdue, as the scheduled job does."""
        loans = env["governance.loan"]
        domain = loans._get_climbing_domain()
        for loan in loans.search(domain):
            loans._isolate_one(loan.id, domain, "_climb")

    def ladder(self, line_id):
        """Return how many rungs and breaches of a loan are on record."""

        def count(env):
            loan = env["governance.loan.line"].browse(line_id).loan_id
            return [len(loan.rung_ids), len(loan.breach_ids)]

        return self.commit(count)

    def test_two_overdue_jobs(self):
        """A late job and a hurried administrator: everybody is told once."""
        line = self.overdue()
        self.assertEqual(self.race(self.climb, self.climb), [None, None])
        self.assertEqual(self.ladder(line), [1, 1])

    def test_return_against_the_overdue_job(self):
        """What comes back at this moment is late once, and then told to nobody."""
        for _round in range(3):
            line = self.overdue()
            answers = self.race(self.take_back(line), self.climb)
            self.assertIsNone(answers[1])
            if answers[0]:
                self.assertIsInstance(answers[0], UserError)
                self.commit(self.take_back(line))
            rungs, breaches = self.ladder(line)
            self.assertEqual(breaches, 1)
            self.commit(self.climb)
            self.assertEqual(self.ladder(line), [rungs, 1])
            self.assertEqual(self.values_of(line, "state"), ["returned"])

    def test_killed_before_the_register(self):
        """What is not on record has not happened: both are one transaction."""
        line = self.commit(self.approved)

        class Killed(Exception):
            pass

        def killed(env):
            self.hand_out(line)(env)
            env.flush_all()
            raise Killed

        with self.assertRaises(Killed):
            self.commit(killed)
        self.assertEqual(self.values_of(line, "state"), ["waiting"])
        self.assertNotIn("handed_out", self.events(line))

    def test_register_that_fails(self):
        """Nothing goes out or comes back of which the register takes no line."""
        line = self.commit(self.approved)
        real = GovernanceLoanEvent._record

        class Full(Exception):
            pass

        def record(events, event, lines, **values):
            if event in ("handed_out", "returned"):
                raise Full
            return real(events, event, lines, **values)

        for step, state in (
            (self.hand_out(line), "waiting"),
            (self.take_back(line), "handed_out"),
        ):
            before = self.events(line)
            with (
                patch.object(GovernanceLoanEvent, "_record", record),
                self.assertRaises(Full),
            ):
                self.commit(step)
            self.assertEqual(self.values_of(line, "state"), [state])
            self.assertEqual(self.events(line), before)
            # Nothing is in the way of doing it again.
            self.commit(step)
        self.assertEqual(self.values_of(line, "state"), ["returned"])
        self.assertEqual(self.events(line).count("handed_out"), 1)
        self.assertEqual(self.events(line).count("returned"), 1)
