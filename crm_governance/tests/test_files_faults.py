# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .files_common import FilesCommon
from .files_disposal import DisposalCommon
from .loan_common import LoanCommon

JOBS = "odoo.addons.crm_governance.models.confidentiality.governance_isolated_mixin"
FIND = "odoo.addons.crm_governance.models.files.governance_disposal_candidate"


class Killed(BaseException):
    """The server dies: nobody catches it."""


@tagged("post_install", "-at_install")
class TestLoansKilled(LoanCommon):
    """State and register are one transaction in each deed: both, or neither."""

    def snapshot(self):
        """Return what the database says of loans, and of their register."""
        self.env.flush_all()
        tables = (
            "SELECT * FROM governance_loan ORDER BY id",
            "SELECT * FROM governance_loan_line ORDER BY id",
            "SELECT id, state FROM governance_approval_request ORDER BY id",
        )
        state = []
        for query in tables:
            self.env.cr.execute(query)
            state.append(self.env.cr.fetchall())
        self.env.cr.execute("SELECT id, event FROM governance_loan_event ORDER BY id")
        return state, self.env.cr.fetchall()

    def kill(self, deed, is_before):
        """Do a deed during which the server dies, at the register."""
        model = type(self.env["governance.loan.event"])
        record = model._record

        def killed(*args, **kwargs):
            if not is_before:
                record(*args, **kwargs)
                self.env.flush_all()
            raise Killed

        with (
            patch.object(model, "_record", killed),
            self.assertRaises(Killed),
            self.env.cr.savepoint(),
        ):
            deed()
        self.env.invalidate_all(flush=False)

    def prove(self, name, deed):
        """Kill a deed twice, then do it: state and register change together."""
        with self.subTest(name):
            before = self.snapshot()
            for is_before in (True, False):
                self.kill(deed, is_before)
                self.assertEqual(self.snapshot(), before)
            deed()
            self.env.invalidate_all()
            after = self.snapshot()
            self.assertGreater(len(after[1]), len(before[1]))
            if name != "objects":
                self.assertNotEqual(after[0], before[0])
            self.assertEqual(self.env["governance.loan.event"]._get_differences(), [])

    def report(self, kind, user):
        return lambda: self.line.with_user(user)._report(kind, "So it is")

    def test_each_deed(self):
        loan = self.draft(self.volume)
        self.prove("asks", loan.action_request_approval)
        self.prove("approves", lambda: self.decide(loan))
        self.prove("accepts", loan.action_accept_undertaking)
        self.line = self.lines(loan)
        desk, reader = self.custodian2, self.rep
        self.prove("hands out", lambda: self.hand_out(loan))
        mine, served = self.line.with_user(reader), self.line.with_user(desk)
        self.prove("confirms", mine.action_confirm_receipt)
        self.prove("objects", self.report("objected", reader))
        self.prove("renews", mine.action_renew)
        self.prove("recalls", served.action_recall)
        waits = self.asked(self.volume, self.rep2)
        self.prove("lets wait", lambda: self.decide(waits))
        self.prove("claims", self.report("claimed", reader))
        self.prove("contradicts", self.report("unclaimed", desk))
        self.prove("loses", self.report("lost", reader))
        self.prove("takes back", lambda: self.take_back(loan))
        self.prove("agrees", mine.action_confirm_return)
        self.prove("takes the request back", waits.action_withdraw)

    def test_other_ends(self):
        refused = self.asked(self.volume)
        self.prove("refuses", lambda: self.decide(refused, "rejected"))
        meant = self.asked(self.volume.browse(), wanted="Contracts")
        serving = meant.with_user(self.custodian2)
        volume = self.volume.with_user(self.custodian2)
        self.prove("chooses", lambda: serving._choose(volume))
        self.decide(meant)
        reading = self.lent(self.electronic)
        self.prove(
            "gives back", self.lines(reading).with_user(self.rep).action_give_back
        )
        again, late = self.lent(self.electronic), self.lent(self.volume2)
        self.at(self.DUE + timedelta(days=7))
        for name, loan, step in (
            ("not fetched", meant, "_expire"),
            ("reading ends", again, "_end"),
            ("overdue", late, "_note_overdue"),
        ):
            line = self.lines(loan)
            self.prove(name, getattr(line, step))


@tagged("post_install", "-at_install")
class TestLoanJobsLate(LoanCommon):
    """After a week in which the server was down, each job does all, once."""

    def world(self):
        """Return loans of which each waits for another step of the job."""
        volumes = [
            self.filed(self.open_file, f"Volume {number}") for number in range(4)
        ]
        loans = {
            "dropped": self.approved(volumes[0]),
            "ended": self.lent(self.electronic),
            "overdue": self.lent(volumes[1], self.rep2),
            "claimed": self.lent(volumes[2], self.leader),
            "dropped2": self.approved(volumes[3]),
        }
        self.lines(loans["claimed"]).with_user(self.leader)._report("claimed", "Back")
        self.later(days=22)
        return loans

    def messages(self):
        """Return the last message, so that later ones can be told from it."""
        return self.env["mail.message"].search([], order="id desc", limit=1).id

    def test_a_week_late(self):
        loans = self.world()
        last = self.messages()
        self.run_loans()
        told = self.env["mail.message"].search_count([("id", ">", last)])
        self.assertTrue(told)
        stories = {name: self.events(loan) for name, loan in loans.items()}
        for name in ("dropped", "ended", "overdue"):
            self.assertEqual(stories[name].count(name), 1, stories[name])
        self.assertTrue(self.lines(loans["claimed"]).is_claim_noted)
        self.run_loans()
        self.assertEqual(
            stories, {name: self.events(loan) for name, loan in loans.items()}
        )
        self.assertEqual(
            told, self.env["mail.message"].search_count([("id", ">", last)])
        )
        self.assertEqual(self.env["governance.loan.event"]._get_differences(), [])

    def test_one_bad_record(self):
        """It stays as it was; the others and the later steps are done."""
        loans = self.world()
        bad = self.lines(loans["dropped"])
        model = type(bad)
        for step in ("_expire", "_end", "_note_overdue", "_remind_of_claim"):
            original = getattr(model, step)

            def broken(line, original=original):
                original(line)
                if line.id == bad.id:
                    raise ConnectionError("No mail server")

            patcher = patch.object(model, step, broken)
            patcher.start()
            self.addCleanup(patcher.stop)
        with mute_logger(JOBS):
            self.run_loans()
        self.assertEqual(self.lines(loans["dropped"]).state, "waiting")
        self.assertNotIn("dropped", self.events(loans["dropped"]))
        self.assertEqual(self.events(loans["dropped2"])[-1], "dropped")
        self.assertEqual(self.events(loans["ended"])[-1], "ended")
        self.assertIn("overdue", self.events(loans["overdue"]))
        self.assertTrue(self.lines(loans["claimed"]).is_claim_noted)


@tagged("post_install", "-at_install")
class TestLoanCompanies(LoanCommon):
    """Nobody of another company hears of loans (design §3)."""

    ROLES = {
        **LoanCommon.ROLES,
        "foreign_custodian": "crm_governance.group_custodian",
        "foreign_boss": "crm_governance.group_executive",
        "foreign_leader": "crm_governance.group_leader",
    }

    def setUp(self):
        super().setUp()
        other = self.env["res.company"].create({"name": "Other"})
        self.foreign = self.foreign_custodian | self.foreign_boss | self.foreign_leader
        self.foreign.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.env["crm.team"].create(
            {
                "name": "Of both",
                "user_id": self.foreign_leader.id,
                "company_id": False,
                "crm_team_member_ids": [Command.create({"user_id": self.rep.id})],
            }
        )
        self.last = self.env["mail.message"].search([], order="id desc", limit=1).id

    def assertTold(self):
        """Check that somebody was told since the last time, but none of them."""
        self.env.flush_all()
        messages = self.env["mail.message"].search([("id", ">", self.last)])
        told = messages.notified_partner_ids
        self.assertTrue(told)
        self.assertFalse(told & self.foreign.partner_id, told.mapped("name"))
        activities = self.env["mail.activity"].search(
            [("user_id", "in", self.foreign.ids)]
        )
        self.assertFalse(activities)
        self.last = max(messages.ids)

    def test_requests_in_words(self):
        self.asked(self.volume.browse(), wanted="Contracts")
        self.assertTold()

    def test_ladder(self):
        self.lent(self.volume)
        self.at(self.DUE + timedelta(days=8))
        self.run_job("governance.loan", "_cron_climb")
        self.assertTold()
        rungs = self.env["governance.overdue.rung"].search([])
        self.assertEqual(len(rungs), 4)
        self.assertFalse(rungs.told_ids & self.foreign)

    def test_claims_and_losses(self):
        loan = self.lent(self.volume)
        self.lines(loan).with_user(self.rep)._report("claimed", "It is back")
        self.later(days=22)
        self.run_loans()
        self.assertTold()
        self.lines(loan).with_user(self.rep)._report("lost", "Gone")
        self.assertTold()


@tagged("post_install", "-at_install")
class TestTransfersLate(FilesCommon):
    """The job of the monthly hand-over after a week, and in several companies."""

    MONTH = "2026-04-01 08:00:00"

    @classmethod
    def setUpClass(cls):
        clock = freeze_time(cls.MONTH)
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        cls.env["governance.filing.collector"].search(
            [("department_id", "!=", cls.marketing.id)]
        ).date_end = "2026-03-01"

    def run_cron(self):
        self.run_job("governance.filing.transfer", "_cron_remind")

    def late(self, users):
        return self.env["mail.message"].search_count(
            [
                ("notified_partner_ids", "in", users.partner_id.ids),
                ("subject", "=", "A hand-over to the archive is late"),
            ]
        )

    def test_a_week_late(self):
        """Down from before the month until after the deadline: opened, told once."""
        with freeze_time("2026-04-12 08:00:00"):
            self.run_cron()
            self.run_cron()
            transfer = self.env["governance.filing.transfer"].search(
                [("department_id", "=", self.marketing.id)]
            )
            self.assertEqual(len(transfer), 1)
            self.assertEqual(str(transfer.date_deadline), "2026-04-10")
            self.assertEqual(self.late(self.collector), 1)
        with freeze_time("2026-04-26 08:00:00"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(self.late(self.collector), 2)

    def test_people_of_other_companies(self):
        """Who works elsewhere by now is told nothing, whatever is named here."""
        other = self.env["res.company"].create({"name": "Other"})
        moved = {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        foreign = self.archivist2
        foreign.write(moved)
        self.archive.collector_ids = [
            Command.create({"user_id": foreign.id, "date_start": "2020-01-01"})
        ]
        self.collector.write(moved)
        with freeze_time("2026-04-19 08:00:00"):
            self.run_cron()
        transfer = self.env["governance.filing.transfer"].search(
            [("department_id", "=", self.marketing.id)]
        )
        self.assertTrue(transfer)
        self.assertFalse(self.late(foreign | self.collector))
        self.assertFalse(transfer.activity_ids.user_id & (foreign | self.collector))
        self.assertTrue(self.late(self.custodian | self.archivist))


@tagged("post_install", "-at_install")
class TestCandidatesLate(DisposalCommon):
    """The job that finds candidates for destruction, late and with a bad policy."""

    def test_one_bad_policy(self):
        """It stops no other, and is tried again with the next run."""
        model = type(self.env["governance.disposal.candidate"])
        find = model._find
        policies = self.env["governance.disposal.policy"]
        for name, values in (("rt_02", {}), ("rt_03", {"months": 6})):
            preset = self.env.ref(f"crm_governance.governance_disposal_policy_{name}")
            policies |= preset._adopt(self.company, values)
        policies.action_publish()
        quiet = self.customer("Quiet Trading")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2020-01-01' WHERE id = %s",
            [quiet.id],
        )
        file = self.new_file(quiet)
        domain = [("file_id", "=", file.id)]
        candidates = self.env["governance.disposal.candidate"]
        job = ("governance.disposal.candidate", "_cron_find")

        def broken(candidate, policy):
            find(candidate, policy)
            if policy == policies[0]:
                raise ConnectionError("No database")

        with patch.object(model, "_find", broken), mute_logger(FIND):
            self.run_job(*job)
        kinds = set(candidates.search(domain).mapped("kind"))
        self.run_job(*job)
        found = candidates.search(domain)
        self.assertIn(policies[0].kind, found.mapped("kind"))
        self.assertNotIn(policies[0].kind, kinds)
        self.run_job(*job)
        self.assertEqual(candidates.search(domain), found)
