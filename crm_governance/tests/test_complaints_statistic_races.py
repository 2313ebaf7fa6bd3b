# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .race_common import RaceCommon

JOB = "odoo.addons.crm_governance.models.confidentiality.governance_isolated_mixin"
ANYBODY = {"name": "Race", "approver_type": "group"}
MONTH = date(2001, 5, 1)


@tagged("post_install", "-at_install")
class TestComplaintStatisticRaces(RaceCommon):
    """A month is opened once, filed once, and what was signed is what was written."""

    MADE = (
        "governance_decision",
        "governance_approval_request_step",
        "governance_approval_request",
        "governance_complaint_statistic_line",
        "governance_complaint_statistic",
        "governance_complaint_unit",
        "governance_approval_step",
        "governance_approval_policy",
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
        statistics = type(self.env["governance.complaint.statistic"])
        self.startPatcher(
            patch.object(statistics, "_get_missing_months", self.get_missing)
        )
        crons = type(self.env["ir.cron"])
        # Whoever runs the job ends with its own transaction.
        self.startPatcher(
            patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1000)
        )
        self.commit(self.make_world)

    @staticmethod
    def get_missing(statistics, company):
        """Let a month be missing of which nobody has a statistic."""
        domain = [("company_id", "=", company.id), ("month", "=", MONTH)]
        return [] if statistics.sudo().search(domain) else [MONTH]

    def untie(self, cr):
        cr.execute(
            SQL(
                "DELETE FROM governance_complaint_unit_user_rel WHERE user_id > %s",
                self.last["res_users"],
            )
        )

    def make_world(self, env):
        self.people = {
            login: new_test_user(
                env, f"statistic_race_{login}", groups=f"crm_governance.{group}"
            ).id
            for login, group in (
                ("one", "group_complaint"),
                ("two", "group_complaint"),
                ("boss", "group_executive"),
            )
        }
        env["governance.complaint.unit"].create(
            {
                "name": "Race",
                "code": "RACE",
                "is_supervising": True,
                "member_ids": [Command.set([self.people["one"], self.people["two"]])],
            }
        )
        executives = env.ref("crm_governance.group_executive")
        policy = env["governance.approval.policy"].create(
            {
                "name": "Race",
                "code": "RACE",
                "subject": "complaint_statistic",
                "expiry_value": 3,
                "expiry_unit": "days",
                "step_ids": [Command.create({**ANYBODY, "group_id": executives.id})],
            }
        )
        policy.action_publish()
        self.company_id = env.company.id

    def open(self, env):
        statistics = env["governance.complaint.statistic"]
        company = env["res.company"].browse(self.company_id)
        statistics._isolate_companies(company, "_open_missing")
        return True

    def statistics(self, env):
        return (
            env["governance.complaint.statistic"]
            .sudo()
            .search([("company_id", "=", self.company_id), ("month", "=", MONTH)])
        )

    def step(self, login, method, *args):
        """Return the work of one person on the statistic."""

        def work(env):
            found = self.statistics(env).with_user(self.people[login])
            getattr(found, method)(*args)
            return login

        return work

    def open_by(self, login):
        def work(env):
            statistics = env(user=self.people[login])["governance.complaint.statistic"]
            statistics.create({"company_id": self.company_id, "month": MONTH})
            return login

        return work

    def look(self):
        env = self.open_env()
        [statistic] = self.statistics(env)
        requests = env["governance.approval.request"].search(
            [("res_model", "=", statistic._name), ("res_id", "=", statistic.id)]
        )
        return statistic, requests

    def assertOneWon(self, answers, error=UserError):
        losers = [answer for answer in answers if isinstance(answer, error)]
        winners = [answer for answer in answers if not isinstance(answer, Exception)]
        self.assertEqual((len(losers), len(winners)), (1, len(answers) - 1), answers)

    @mute_logger(JOB)
    def test_two_jobs_open_it(self):
        """Two workers see that it is missing: there is one, on one list."""
        self.assertAllDone(self.race(*[self.open] * 3))
        statistic, _requests = self.look()
        self.assertEqual(statistic.state, "draft")
        self.assertEqual(len(statistic.activity_ids), 1)

    @mute_logger(JOB)
    def test_job_and_person_open_it(self):
        answers = self.race(self.open, self.open_by("one"))
        for answer in answers:
            if isinstance(answer, Exception):
                self.assertIsInstance(answer, IntegrityError)
        self.look()

    def test_two_people_file_it(self):
        """One files; its figures are there once, and one request waits."""
        self.commit(self.open)
        answers = self.race(
            self.step("one", "action_file"), self.step("two", "action_file")
        )
        self.assertOneWon(answers)
        statistic, requests = self.look()
        self.assertEqual((statistic.state, statistic.version), ("filed", 1))
        self.assertEqual(requests.mapped("state"), ["pending"])
        totals = statistic.line_ids.filtered(lambda line: line.dimension == "total")
        self.assertEqual(len(totals), 1)
        self.assertIn(statistic.filed_by_id.id, self.people.values())

    def test_file_while_somebody_remarks(self):
        """The remark is part of what is decided on, or it is refused."""
        self.commit(self.open)
        answers = self.race(
            self.step("one", "action_file"),
            self.step("two", "write", {"remark": "Rain"}),
        )
        statistic, requests = self.look()
        self.assertEqual(statistic.state, "filed")
        self.assertEqual(len(requests), 1)
        if answers[1] == "two":
            self.assertEqual(statistic.remark, "Rain")
        else:
            self.assertIsInstance(answers[1], UserError)
            self.assertFalse(statistic.remark)
        # Nothing has changed since: it can be decided on.
        self.commit(lambda env: self.decide(env, "approved"))
        statistic, _requests = self.look()
        self.assertEqual(statistic.state, "approved")

    def decide(self, env, verdict):
        statistic = self.statistics(env)
        request = statistic.approval_request_id.with_user(self.people["boss"])
        request.decide(verdict, "Seen")
        return True

    def test_decide_while_somebody_remarks(self):
        """What is approved is what was filed."""
        self.commit(self.open)
        self.commit(self.step("one", "action_file"))
        answers = self.race(
            lambda env: self.decide(env, "approved"),
            self.step("two", "write", {"remark": "Rain"}),
        )
        self.assertAllDone(answers[:1])
        self.assertIsInstance(answers[1], UserError)
        statistic, _requests = self.look()
        self.assertEqual((statistic.state, statistic.remark), ("approved", False))

    def test_given_back_while_filed_again(self):
        """Given back and filed anew: two versions, one of them the latest."""
        self.commit(self.open)
        self.commit(self.step("one", "action_file"))
        answers = self.race(
            lambda env: self.decide(env, "rejected"), self.step("two", "action_file")
        )
        self.assertAllDone(answers[:1])
        statistic, requests = self.look()
        again = not isinstance(answers[1], Exception)
        self.assertEqual(statistic.state, "filed" if again else "draft")
        self.assertEqual(len(requests), 2 if again else 1)
        self.assertEqual(len({line.version for line in statistic.line_ids}), 1)
