# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every scheduled job of the room: late, twice, with a bad record, and killed."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple
from unittest.mock import patch

from psycopg2.errors import DivisionByZero

from odoo import models
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaints_mail_common import ComplaintMailCommon
from .test_complaints_rating import RatingCommon

DAY = timedelta(days=1)


class Killed(BaseException):
    """The worker is gone, as when it runs out of memory."""


class Job(NamedTuple):
    """What a job does, three times.

    `make_<name>` of the test returns the three, `count_<name>` says how often it was
    done for one of them.
    """

    model: str
    method: str
    # It is to be done from then on.
    due: str
    # {model: method} that does it for one, which is the record or an argument.
    step: tuple
    # Whether the failure is noted on the record itself.
    is_noted: bool = True


JOBS = {
    "escalate": Job(
        "governance.complaint.clock",
        "_cron_escalate",
        "2026-03-02 14:00:00",
        ("governance.complaint", "_climb"),
        is_noted=False,
    ),
    "recount": Job(
        "governance.complaint.clock",
        "_cron_escalate",
        "2026-03-02 10:00:00",
        ("governance.complaint", "_rewrite_clocks"),
        is_noted=False,
    ),
    "take_in": Job(
        "governance.complaint.intake",
        "_cron_take_in",
        "2026-03-02 10:00:00",
        ("governance.complaint.intake", "_try_again"),
        is_noted=False,
    ),
    "close": Job(
        "governance.complaint",
        "_cron_close_silent",
        "2026-03-04 09:00:00",
        ("governance.complaint", "_close_silent"),
    ),
    "file": Job(
        "governance.complaint",
        "_cron_file_papers",
        "2026-03-02 10:00:00",
        ("governance.complaint", "_file_papers"),
        # It has a field of its own.
        is_noted=False,
    ),
    "dissatisfied": Job(
        "governance.complaint",
        "_cron_tell_dissatisfied",
        "2026-03-06 09:00:00",
        ("governance.complaint", "_tell_dissatisfied"),
    ),
    "open_statistic": Job(
        "governance.complaint.statistic",
        "_cron_remind",
        "2026-03-02 09:00:00",
        ("governance.complaint.statistic", "_open"),
        is_noted=False,
    ),
    "late_statistic": Job(
        "governance.complaint.statistic",
        "_cron_remind",
        "2026-03-02 09:00:00",
        ("governance.complaint.statistic", "_remind"),
    ),
    "action": Job(
        "governance.complaint.action",
        "_cron_remind",
        "2026-03-10 09:00:00",
        ("governance.complaint.action", "_remind"),
    ),
    "plan_review": Job(
        "governance.complaint.review",
        "_cron_plan",
        "2026-03-03 09:00:00",
        ("governance.complaint.review", "_plan"),
        is_noted=False,
    ),
    "list_review": Job(
        "governance.complaint.review",
        "_cron_plan",
        "2026-03-09 09:00:00",
        ("governance.complaint.review", "_list"),
    ),
    "open_summary": Job(
        "governance.complaint.summary",
        "_cron_open",
        "2026-03-28 09:00:00",
        ("governance.complaint.summary", "_open"),
        is_noted=False,
    ),
    "late_summary": Job(
        "governance.complaint.summary",
        "_cron_open",
        "2026-04-01 09:00:00",
        ("governance.complaint.summary", "_remind"),
    ),
}


@tagged("post_install", "-at_install")
class TestComplaintJobs(RatingCommon, ComplaintMailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.policy(
            [{"kind": "first_response", "amount": 4}],
            [{"share": 100, "recipient": "unit_leader"}],
        )
        cls.companies = cls.company | cls.env["res.company"].create(
            [{"name": f"Job {number}"} for number in range(2)]
        )

    # ------------------------------------------------------------------
    # WHAT IS TO BE DONE, AND HOW OFTEN IT WAS
    # ------------------------------------------------------------------

    def make_escalate(self):
        made = []
        for _number in range(3):
            complaint = self.handled(policy_id=self.rules.id).sudo()
            complaint._log_event("received", date=complaint.date_received)
            made.append(complaint)
        return made

    def count_escalate(self, complaint):
        self.assertEqual(
            complaint.event_ids.mapped("kind").count("escalated"),
            len(complaint.escalation_ids),
        )
        return len(complaint.escalation_ids)

    def make_recount(self):
        made = self.make_escalate()
        clocks = self.env["governance.complaint.clock"]
        clocks._mark_stale(Domain("complaint_id", "in", [one.id for one in made]))
        return made

    def count_recount(self, complaint):
        return len(complaint.clock_ids.filtered(lambda one: not one.is_stale))

    def make_take_in(self):
        model = type(self.env["governance.complaint"])
        made = []
        with patch.object(model, "_take_in", side_effect=ValueError):
            for number in range(3):
                _none, kept = self.receive(From=f"job{number}@nowhere.example.com")
                made.append(kept)
        return made

    def count_take_in(self, intake):
        complaints = self.env["governance.complaint"].search(
            [("complainant_email", "=", intake.email)]
        )
        self.assertEqual(intake.complaint_id, complaints)
        return len(complaints)

    def make_close(self):
        made = []
        for _number in range(3):
            complaint = self.handled("answered", prevention="Better screws").sudo()
            complaint._log_event("answered")
            complaint._as_system().write(
                {"is_accepted": True, "consent_on": "2026-03-04 08:00:00"}
            )
            made.append(complaint)
        return made

    def count_close(self, complaint):
        return complaint.event_ids.mapped("kind").count("closed")

    def make_file(self):
        departments = self.env["governance.filing.department"]
        central = [("is_central", "=", True), ("company_id", "=", self.company.id)]
        if not departments.search(central):
            departments.create({"name": "Archive", "code": "JOB", "is_central": True})
        files = self.env["governance.file"].with_user(self.custodian)
        files.create({"partner_id": self.open_customer.id})
        made = []
        for _number in range(3):
            complaint = self.draft()
            complaint.action_register()
            complaint = complaint.sudo()
            complaint._as_system().write(
                {"state": "closed", "date_closed": complaint.date_received}
            )
            complaint._plan_filing()
            made.append(complaint)
        return made

    def count_file(self, complaint):
        return len(complaint.filed_document_ids)

    def make_dissatisfied(self):
        self.company.governance_dissatisfied_days = 3
        return [self.handled().sudo() for _number in range(3)]

    def count_dissatisfied(self, complaint):
        return self.told(complaint, "A customer is dissatisfied for long", self.handler)

    def make_open_statistic(self):
        """All have filed January; after it comes February."""
        statistics = self.env["governance.complaint.statistic"]._as_system()
        for company in self.companies:
            statistics.create({"company_id": company.id, "month": "2026-01-01"})
        return list(self.companies)

    def count_open_statistic(self, company):
        return self.env["governance.complaint.statistic"].search_count(
            [("company_id", "=", company.id), ("month", "=", "2026-02-01")]
        )

    def make_late_statistic(self):
        statistics = self.env["governance.complaint.statistic"]._as_system()
        return [
            statistics.create({"company_id": self.company.id, "month": month}).sudo()
            for month in ("2025-11-01", "2025-12-01", "2026-01-01")
        ]

    def count_late_statistic(self, statistic):
        return self.told(statistic, "The complaint statistic is late", self.overseer)

    def make_action(self):
        return [self.plan().sudo() for _number in range(3)]

    def count_action(self, action):
        return self.told(action, "A corrective action is late", self.handler2)

    def make_plan_review(self):
        self.companies.governance_complaint_review_day = "1"
        self.run_named("plan_review", "2026-02-24 09:00:00")
        return list(self.companies)

    def count_plan_review(self, company):
        reviews = self.get_reviews(company, "2026-03-02")
        self.assertTrue(all(reviews.mapped("event_id")))
        return len(reviews)

    def make_list_review(self):
        self.companies.governance_complaint_review_day = "1"
        self.run_named("plan_review", "2026-03-02 09:00:00")
        return list(self.get_reviews(self.companies, "2026-03-02"))

    def count_list_review(self, review):
        if review.state == "planned":
            return 0
        complaints = review.line_ids.complaint_id
        self.assertEqual(len(review.line_ids), len(complaints))
        return 1

    def get_reviews(self, companies, monday):
        return (
            self.env["governance.complaint.review"]
            .sudo()
            .search(
                [("company_id", "in", companies.ids), ("date_start", "=", monday)],
                order="id",
            )
        )

    def make_open_summary(self):
        self.specialist.company_ids |= self.companies
        self.open_customer.governance_specialist_id = self.specialist
        return list(self.companies)

    def count_open_summary(self, company):
        return len(self.get_summaries(company))

    def make_late_summary(self):
        self.make_open_summary()
        self.run_named("open_summary", JOBS["open_summary"].due)
        return list(self.get_summaries(self.companies))

    def count_late_summary(self, summary):
        subject = "Your summary of strategic customers is late"
        return self.told(summary, subject, self.specialist)

    def get_summaries(self, companies):
        return (
            self.env["governance.complaint.summary"]
            .sudo()
            .search(
                [
                    ("company_id", "in", companies.ids),
                    ("user_id", "=", self.specialist.id),
                    ("month", "=", "2026-03-01"),
                ],
                order="id",
            )
        )

    def told(self, record, subject, user):
        """Return how often somebody was told something of a record."""
        return self.env["mail.message"].search_count(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("subject", "=", subject),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    # ------------------------------------------------------------------
    # RUNNING
    # ------------------------------------------------------------------

    def run_named(self, name, moment):
        job = JOBS[name]
        self.travel(moment)
        self.env.flush_all()
        self.run_job(job.model, job.method)

    def run_after(self, name, after=timedelta()):
        """Let a job run some time after there is something to do for it."""
        due = datetime.fromisoformat(JOBS[name].due)
        self.run_named(name, str(due + after))

    def make(self, name):
        made = getattr(self, f"make_{name}")()
        self.assertEqual(len(made), 3)
        self.assertEqual(self.count(name, made), [0, 0, 0])
        return made

    def count(self, name, made):
        self.env.flush_all()
        self.env.invalidate_all()
        return [getattr(self, f"count_{name}")(one) for one in made]

    def breaking(self, name, victim, error):
        """Return a patch in which a step goes wrong for one, after it was done."""
        model_name, method = JOBS[name].step
        model = type(self.env[model_name])
        original = getattr(model, method)

        def step(records, *args, **options):
            answer = original(records, *args, **options)
            of = [one for one in (records, *args) if isinstance(one, models.BaseModel)]
            if victim in of:
                records.env.flush_all()
                if error is DivisionByZero:
                    # From here on the database answers nothing in this transaction.
                    records.env.cr.execute("SELECT 1 / 0")
                raise error()
            return answer

        return patch.object(model, method, step)

    def on_each(self, check):
        """Begin with each job, and undo what it has done."""
        for name in JOBS:
            with self.subTest(name):
                savepoint = self.env.cr.savepoint()
                try:
                    self.travel(self.NOW)
                    check(name, self.make(name))
                finally:
                    savepoint.close(rollback=True)
                    self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------
    # TESTS
    # ------------------------------------------------------------------

    def test_each_has_a_case(self):
        """A new job needs a case here."""
        crons = (
            self.env["ir.cron"]
            .with_context(active_test=False)
            .search([("model_id.model", "=like", "governance.complaint%")])
        )
        found = {
            (cron.model_id.model, *re.findall(r"model\.(\w+)\(\)", cron.code))
            for cron in crons
        }
        self.assertEqual(found, {(job.model, job.method) for job in JOBS.values()})
        self.assertEqual(crons.user_id, self.env.ref("base.user_root"))

    def test_a_week_late(self):
        """What was to be done is done, once."""

        def check(name, made):
            self.run_after(name, after=7 * DAY)
            self.assertEqual(self.count(name, made), [1, 1, 1])

        self.on_each(check)

    def test_twice(self):
        def check(name, made):
            self.run_after(name)
            self.assertEqual(self.count(name, made), [1, 1, 1])
            self.run_after(name)
            self.run_after(name, after=timedelta(hours=1))
            self.assertEqual(self.count(name, made), [1, 1, 1])

        self.on_each(check)

    def test_one_fails(self):
        """The others are done, it is reported, and made good on the next day."""

        def check(name, made):
            with (
                self.breaking(name, made[1], DivisionByZero),
                mute_logger("odoo.sql_db"),
                self.assertLogs("odoo.addons.crm_governance", "WARNING") as logs,
            ):
                self.run_after(name)
            self.assertEqual(self.count(name, made), [1, 0, 1])
            self.assertIn("division by zero", "".join(logs.output))
            if JOBS[name].is_noted:
                bodies = "".join(made[1].message_ids.mapped("body"))
                self.assertIn("The scheduled run failed", bodies)
            self.run_after(name, after=DAY + timedelta(hours=1))
            self.assertEqual(self.count(name, made), [1, 1, 1])

        self.on_each(check)

    def test_killed(self):
        """What was done stays done, and the next run does the rest."""

        def check(name, made):
            with self.breaking(name, made[1], Killed):
                # `assertRaises` would undo what was done before.
                try:
                    self.run_after(name)
                except Killed:
                    self.env.invalidate_all(flush=False)
                else:
                    self.fail("Nobody was killed.")
            self.assertEqual(self.count(name, made), [1, 0, 0])
            self.run_after(name, after=timedelta(minutes=10))
            self.assertEqual(self.count(name, made), [1, 1, 1])

        self.on_each(check)
