# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .confidentiality_common import JOBS
from .loan_common import LoanCommon

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
RUNGS = ["borrower", "leader", "custodian", "executive"]


class OverdueCommon(LoanCommon):
    """The ladder: borrower at once, leader after 1, custodians 3, executives 7 days."""

    def climb(self, moment=None):
        """Run the scheduled job, at a moment."""
        if moment:
            self.at(moment)
        self.run_job("governance.loan", "_cron_climb")

    def rungs(self, loan):
        """Return the rungs that are on record, oldest first."""
        return self.records(loan).mapped("rung")

    def records(self, loan):
        """Return the register of the ladder of a loan, oldest first."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["governance.overdue.rung"].search(
            [("loan_id", "=", loan.id)], order="id"
        )

    def breaches(self, loan):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["governance.loan.breach"].search([("loan_id", "=", loan.id)])

    def told(self, user, loan):
        """Return how often somebody was told that a loan is overdue."""
        return self.env["mail.message"].search_count(
            [
                ("subject", "=", f"{loan.name} is overdue"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )


@tagged("post_install", "-at_install")
class TestFilesOverdueLadder(OverdueCommon):
    """Who is told of overdue loans, each rung once and on record (E-47)."""

    def test_rung_by_rung(self):
        loan = self.lent(self.volume)
        self.climb(self.DUE)
        self.assertEqual(self.rungs(loan), [], "due, not overdue")
        self.assertFalse(self.breaches(loan))
        for after, rungs in (
            (SECOND, RUNGS[:1]),
            (DAY, RUNGS[:1]),
            (DAY + SECOND, RUNGS[:2]),
            (3 * DAY, RUNGS[:2]),
            (3 * DAY + SECOND, RUNGS[:3]),
            (7 * DAY, RUNGS[:3]),
            (7 * DAY + SECOND, RUNGS),
            (60 * DAY, RUNGS),
        ):
            with self.subTest(after=after):
                # Twice: what is told is told once.
                self.climb(self.DUE + after)
                self.climb()
                self.assertEqual(self.rungs(loan), rungs)
                for rung, user in zip(
                    RUNGS,
                    (self.rep, self.leader, self.custodian, self.boss),
                    strict=True,
                ):
                    self.assertEqual(self.told(user, loan), int(rung in rungs), rung)
        self.assertFalse(self.told(self.leader2, loan))
        self.assertFalse(self.told(self.employee, loan))
        self.assertEqual(len(self.breaches(loan)), 1)

    def test_job_a_week_late(self):
        """All rungs that were due are climbed, in order, each once."""
        loan = self.lent(self.volume)
        self.climb(self.DUE + 8 * DAY)
        self.climb()
        self.assertEqual(self.rungs(loan), RUNGS)
        records = self.env["governance.overdue.rung"].search(
            [("loan_id", "=", loan.id)]
        )
        self.assertEqual(set(records.mapped("date_due")), {self.DUE})
        self.assertEqual(set(records.mapped("date")), {self.DUE + 8 * DAY})
        self.assertEqual(self.told(self.rep, loan), 1)

    def test_one_message_for_a_loan(self):
        """Ten volumes of a loan are ten lines of the register and one message."""
        volumes = self.volume | self.volume2
        loan = self.lent(volumes)
        self.climb(self.DUE + DAY + SECOND)
        self.assertEqual(self.rungs(loan), ["borrower"] * 2 + ["leader"] * 2)
        self.assertEqual(self.told(self.rep, loan), 1)
        self.assertEqual(self.told(self.leader, loan), 1)
        self.assertEqual(len(self.breaches(loan)), 1)

    def test_a_loan_that_fails_stops_nobody_else(self):
        loans = [self.lent(self.volume), self.lent(self.volume2, self.rep2)]
        self.at(self.DUE + SECOND)
        model = type(self.env["governance.loan"])
        remind = model._remind_borrower

        def broken(loan, lines):
            if loan.id == loans[0].id:
                raise ConnectionError("No mail server")
            return remind(loan, lines)

        with patch.object(model, "_remind_borrower", broken), mute_logger(JOBS):
            self.climb()
        self.assertEqual(self.rungs(loans[0]), [])
        self.assertEqual(self.rungs(loans[1]), ["borrower"])
        self.climb()
        self.assertEqual(self.rungs(loans[0]), ["borrower"])
        self.assertEqual(self.rungs(loans[1]), ["borrower"])

    def test_returned_in_time(self):
        loan = self.lent(self.volume)
        self.at(self.DUE)
        self.take_back(loan)
        self.climb(self.DUE + 30 * DAY)
        self.assertEqual(self.rungs(loan), [])
        self.assertFalse(self.breaches(loan))

    def test_returned_late_before_the_job(self):
        """The breach is on record even when no job has seen it."""
        loan = self.lent(self.volume)
        self.at(self.DUE + SECOND)
        self.take_back(loan)
        breach = self.breaches(loan)
        self.assertRecordValues(
            breach,
            [
                {
                    "user_id": self.rep.id,
                    "borrower_name": self.rep.name,
                    "date_due": self.DUE,
                    "date_returned": self.DUE + SECOND,
                    "days_late": 1,
                    "state": "open",
                }
            ],
        )
        self.climb(self.DUE + 30 * DAY)
        self.assertEqual(self.rungs(loan), [])
        self.assertEqual(self.breaches(loan), breach)

    def test_return_ends_the_ladder(self):
        loan = self.lent(self.volume)
        self.climb(self.DUE + SECOND)
        self.at(self.DUE + 2 * DAY)
        self.take_back(loan)
        self.climb(self.DUE + 30 * DAY)
        self.assertEqual(self.rungs(loan), ["borrower"])
        self.assertEqual(self.breaches(loan).days_late, 2)

    def test_new_due_date(self):
        """Renewed or recalled, the ladder follows the new due date."""
        loan = self.lent(self.volume)
        line = self.lines(loan)
        self.assertEqual(line.date_next_rung, self.DUE)
        line.with_user(self.rep).action_renew()
        line = self.lines(loan)
        self.assertGreater(line.date_due, self.DUE)
        self.assertEqual(line.date_next_rung, line.date_due)
        self.climb(self.DUE + SECOND)
        self.assertEqual(self.rungs(loan), [])
        due = line.date_due
        self.climb(due + SECOND)
        self.assertEqual(self.rungs(loan), ["borrower"])
        # Whoever got more time in spite of that begins again from the first rung.
        line._as_system().write({"date_due": due + 10 * DAY})
        self.climb(due + 9 * DAY)
        self.assertEqual(self.rungs(loan), ["borrower"])
        self.climb(due + 10 * DAY + SECOND)
        self.assertEqual(self.rungs(loan), ["borrower", "borrower"])
        self.assertEqual(len(self.breaches(loan)), 2)

    def test_what_is_no_longer_out_by_the_rules(self):
        """Said to be returned or lost: others look into that."""
        loan = self.lent(self.volume)
        self.lines(loan).with_user(self.rep)._report("claimed", "On the desk")
        self.climb(self.DUE + 30 * DAY)
        self.assertEqual(self.rungs(loan), [])
        self.lines(loan).with_user(self.custodian)._report("unclaimed", "Not there")
        self.climb()
        self.assertEqual(self.rungs(loan), RUNGS)

    def test_electronic_volumes_are_never_overdue(self):
        loan = self.lent(self.electronic, self.specialist)
        self.climb(self.DUE + 30 * DAY)
        self.assertEqual(self.rungs(loan), [])
        self.assertFalse(self.breaches(loan))

    def test_nobody_on_a_rung(self):
        """Who has no leader: custodians are told in the leader's place."""
        loan = self.lent(self.volume, self.employee)
        self.climb(self.DUE + DAY + SECOND)
        self.assertEqual(self.rungs(loan), ["borrower", "leader"])
        self.assertEqual(self.told(self.custodian, loan), 1)
        self.climb(self.DUE + 3 * DAY + SECOND)
        self.assertEqual(self.told(self.custodian, loan), 2)

    def test_borrower_is_told_as_the_borrower_only(self):
        """An executive who is late does not get the reports to executives."""
        loan = self.lent(self.volume, self.boss, approver=self.executive)
        self.climb(self.DUE + 8 * DAY)
        self.assertEqual(self.told(self.boss, loan), 1)
        self.assertEqual(self.told(self.executive, loan), 1)

    def test_reader_from_outside(self):
        """Outsiders get no messages; whoever can call them does."""
        loan = self.lent_outside()
        self.climb(self.DUE + SECOND)
        self.assertEqual(self.rungs(loan), ["borrower"])
        self.assertEqual(self.told(self.custodian2, loan), 1)
        self.assertEqual(self.breaches(loan).borrower_name, "Ms Li, City Archive")

    def lent_outside(self, **values):
        loan = self.approved(
            self.volume,
            self.custodian2,
            user_id=False,
            reader_name="Ms Li",
            reader_unit="City Archive",
            **values,
        )
        loan.with_user(self.custodian2).action_accept_undertaking()
        self.hand_out(loan, self.custodian2)
        return loan

    def test_numbers_of_the_policy(self):
        self.under(
            code="T-L",
            overdue_leader_days=0,
            overdue_custodian_days=0,
            overdue_executive_days=2,
        )
        loan = self.lent(self.volume)
        self.climb(self.DUE + SECOND)
        self.assertEqual(self.rungs(loan), RUNGS[:3])
        self.climb(self.DUE + 2 * DAY + SECOND)
        self.assertEqual(self.rungs(loan), RUNGS)

    def test_scheduled_job(self):
        job = self.env.ref("crm_governance.ir_cron_loan_climb")
        self.assertTrue(job.active)
        loan = self.lent(self.volume)
        self.at(self.DUE + SECOND)
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(self.rungs(loan), ["borrower"])

    # ------------------------------------------------------------------
    # EVIDENCE
    # ------------------------------------------------------------------

    def test_each_rung_once(self):
        """The database refuses a second line, whatever two jobs do at once."""
        loan = self.lent(self.volume)
        self.climb(self.DUE + SECOND)
        rungs = self.env["governance.overdue.rung"]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                rungs._record("borrower", self.lines(loan), self.rep)
        breach = self.breaches(loan)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                breach._as_system().create(
                    {
                        "loan_id": loan.id,
                        "company_id": loan.company_id.id,
                        "date": breach.date,
                        "date_due": breach.date_due,
                    }
                )

    def test_evidence_stays(self):
        loan = self.lent(self.volume)
        self.climb(self.DUE + SECOND)
        rung = self.records(loan)
        for user in (self.rep, self.leader, self.custodian2, self.boss, self.manager):
            for model, record, values in (
                (rung._name, rung, {"rung": "executive"}),
                ("governance.loan.breach", self.breaches(loan), {"user_id": False}),
            ):
                self.assertRefused(user, model, "write", record.ids, values)
                self.assertRefused(user, model, "unlink", record.ids)
                self.assertRefused(user, model, "create", [{"loan_id": loan.id}])
        with self.assertRaises(AccessError):
            rung.sudo().write({"rung": "executive"})
        with self.assertRaises(AccessError):
            self.breaches(loan).sudo().unlink()

    def test_who_reads_the_ladder(self):
        """Borrower, own leader, custodians, executives, auditors; nobody else."""
        loan = self.lent(self.closed, self.rep, custodian=self.custodian2)
        self.climb(self.DUE + SECOND)
        for model in ("governance.overdue.rung", "governance.loan.breach"):
            record = self.env[model].search([("loan_id", "=", loan.id)])
            self.assertEqual(len(record), 1)
            for user in (
                self.rep,
                self.leader,
                self.custodian,
                self.boss,
                self.auditor,
            ):
                self.assertReads(user, record)
            for user in (self.rep2, self.leader2, self.employee, self.manager):
                self.assertHidden(user, record)
            self.assertRefused(self.portal, model, "read", record.ids, ["loan_id"])

    def test_what_the_ladder_names(self):
        """Below the level, the line is there and names no volume."""
        loan = self.lent(self.closed, self.rep)
        self.climb(self.DUE + SECOND)
        rung = self.records(loan)
        names = ["loan_id", "rung", "volume_id", "partner_id"]
        for user, shown in ((self.custodian, False), (self.boss, True)):
            (values,) = self.rpc(user, rung._name, "read", rung.ids, names)
            self.assertTrue(values["loan_id"])
            self.assertEqual(bool(values["volume_id"]), shown, user.login)
            self.assertEqual(bool(values["partner_id"]), shown, user.login)
            found = self.rpc(
                user,
                rung._name,
                "search_count",
                [("volume_id", "=", self.closed.id)],
            )
            self.assertEqual(found, int(shown))

    # ------------------------------------------------------------------
    # BREACHES
    # ------------------------------------------------------------------

    def breach(self, user=None):
        loan = self.lent(self.volume, user)
        self.climb(self.DUE + SECOND)
        return self.breaches(loan)

    def test_handled_by_the_leader(self):
        breach = self.breach()
        mine = breach.with_user(self.leader)
        with self.assertSays("write down what followed"):
            mine.action_settle()
        form = Form(mine)
        self.assertTrue(form.can_settle)
        form.measure = "A talk"
        form.save()
        mine.action_settle()
        self.assertRecordValues(
            breach,
            [
                {
                    "state": "settled",
                    "settled_by_id": self.leader.id,
                    "date_settled": self.DUE + SECOND,
                }
            ],
        )
        with self.assertSays("evidence", AccessError):
            mine.write({"measure": "Nothing"})
        with self.assertSays("evidence", AccessError):
            mine.action_settle()

    def test_return_of_what_was_due(self):
        """Volumes of the same loan that are due later do not count."""
        loan = self.lent(self.volume | self.volume2)
        first, second = self.lines(loan)
        second._as_system().date_due = self.DUE + 30 * DAY
        self.climb(self.DUE + SECOND)
        breach = self.breaches(loan)
        self.assertFalse(breach.date_returned)
        first.with_user(self.custodian2)._take_back("good")
        self.env.invalidate_all()
        self.assertEqual(breach.date_returned, self.DUE + SECOND)
        self.assertEqual(second.state, "handed_out")

    def test_on_the_loan(self):
        """The form of the loan shows what has become of it."""
        breach = self.breach()
        with Form(breach.loan_id.with_user(self.custodian2)) as form:
            self.assertEqual(len(form.breach_ids), 1)
            self.assertEqual(len(form.rung_ids), 1)

    def test_not_handled_by_the_person(self):
        """Not even who handles those of others."""
        breach = self.breach(self.leader)
        mine = breach.with_user(self.leader)
        self.assertFalse(mine.can_settle)
        for call in (mine.action_settle, lambda: mine.write({"measure": "Nothing"})):
            with self.assertRaises(AccessError):
                call()
        own = self.lent(self.volume2, self.custodian2, custodian=self.custodian)
        self.climb(self.DUE + 30 * DAY)
        own = self.breaches(own).with_user(self.custodian2)
        with self.assertSays("about yourself", AccessError):
            own.measure = "Nothing"
        with self.assertSays("about yourself", AccessError):
            own.action_settle()

    def test_who_does_not_handle(self):
        breach = self.breach()
        model = breach._name
        for user in (self.rep, self.rep2, self.leader2, self.employee, self.auditor):
            self.assertRefused(user, model, "write", breach.ids, {"measure": "x"})
            self.assertRefused(user, model, "action_settle", breach.ids)


@tagged("post_install", "-at_install")
class TestFilesOverdueSuspension(OverdueCommon):
    """Who has something overdue borrows nothing else (E-47, anchors §5.5, 8)."""

    lent_outside = TestFilesOverdueLadder.lent_outside

    def test_no_new_loan(self):
        loan = self.lent(self.volume)
        self.at(self.DUE)
        self.asked(self.volume2).action_withdraw()
        self.at(self.DUE + SECOND)
        with self.assertSays(f"while something is overdue: {loan.name}"):
            self.asked(self.volume2)
        self.asked(self.volume2, self.rep2)
        self.take_back(loan)
        self.asked(self.volume2)

    def test_many_overdue_loans_are_not_all_named(self):
        loan = self.lent(self.volume)
        other = self.lent(self.volume2)
        self.at(self.DUE + SECOND)
        late = self.lines(loan | other)
        overdue = "odoo.addons.crm_governance.models.files.governance_loan_overdue"
        with patch(f"{overdue}.MAX_NAMED", 1):
            names = loan._name_late(late)
        self.assertEqual(len(names), 2)
        self.assertIn(loan.name, names[0])
        self.assertEqual(names[1], "1 more")

    def test_nothing_is_handed_out(self):
        """What was approved before waits for the return."""
        loan = self.lent(self.volume)
        other = self.approved(self.volume2)
        self.at(self.DUE + SECOND)
        with self.assertSays("while something is overdue"):
            self.hand_out(other)
        self.take_back(loan)
        self.hand_out(other)
        self.assertEqual(other.state, "handed_out")

    def test_loans_of_others_in_their_name(self):
        """A custodian who enters it for the borrower is refused as well."""
        self.lent(self.volume)
        self.at(self.DUE + SECOND)
        with self.assertSays("while something is overdue"):
            self.asked(self.volume2, self.custodian2, borrower=self.rep)
        self.asked(self.volume2, self.custodian2)

    def test_disputed_returns_do_not_count(self):
        loan = self.lent(self.volume)
        self.at(self.DUE + SECOND)
        self.lines(loan).with_user(self.rep)._report("claimed", "On the desk")
        self.asked(self.volume2)

    def test_electronic_volumes_do_not_count(self):
        self.lent(self.electronic, self.rep)
        self.at(self.DUE + DAY)
        self.asked(self.volume2)

    def test_readers_from_outside(self):
        """They are known by name and unit, however these are written."""
        self.lent_outside()
        self.at(self.DUE + SECOND)
        values = {"user_id": False, "reader_unit": "city archive "}
        with self.assertSays("while something is overdue"):
            self.asked(self.volume2, self.custodian2, reader_name="MS LI", **values)
        self.asked(self.volume2, self.custodian2, reader_name="Mr %", **values)
