# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .loan_common import LoanCommon

PAPER = base64.b64encode(b"%PDF-1.4 paper")


@tagged("post_install", "-at_install")
class TestLoanAsking(LoanCommon):
    """From the wish to the decision (E-37, E-43, E-44, E-46, E-49)."""

    def test_whole_life(self):
        """Asked for, approved, handed out, confirmed, returned, confirmed (E-50)."""
        loan = self.lent(self.volume, is_present=False)
        line = self.lines(loan)
        self.assertEqual(loan.state, "handed_out")
        self.assertEqual((line.count_out, line.out_by_id), (3, self.custodian2))
        self.assertEqual(line.date_due, self.DUE)
        self.assertFalse(line.date_received)
        line.with_user(self.rep).action_confirm_receipt()
        self.assertEqual(self.lines(loan).received_by_id, self.rep)
        self.later(hours=5)
        self.take_back(loan)
        self.assertEqual(loan.state, "returned")
        self.lines(loan).with_user(self.rep).action_confirm_return()
        line = self.lines(loan)
        self.assertEqual(line.settled_by_id, self.rep)
        self.assertEqual((line.in_by_id, line.count_in), (self.custodian2, 3))
        self.assertEqual(
            self.events(loan),
            [
                "requested",
                "approved",
                "accepted",
                "handed_out",
                "received",
                "returned",
                "settled",
            ],
        )
        self.assertFalse(self.volume._is_on_loan())

    def test_what_is_missing(self):
        """A request says everything that it lacks."""
        loan = self.draft(self.volume.browse(), purpose=" ")
        with self.assertSays(
            "Say what the volumes are needed for.\nChoose the volumes"
        ):
            loan.action_request_approval()
        self.assertEqual(loan.state, "draft")
        loan.write({"policy_id": False})
        with self.assertSays("Choose the borrowing policy"):
            loan.action_request_approval()

    def test_only_filed_volumes(self):
        self.volume._as_system().write({"state": "composed"})
        with self.assertSays("Composed”: volumes are lent once they are filed"):
            self.asked(self.volume)

    def test_superseded_policy(self):
        loan = self.draft(self.volume)
        new = self.policy.action_new_version()
        self.env["governance.lending.policy"].browse(new["res_id"]).action_publish()
        with self.assertSays("is not in force"):
            loan.action_request_approval()

    def test_matrix_is_that_of_the_policy(self):
        """Who approves follows from the policy (E-37 … E-43, X-12)."""
        self.create_matrix(
            [self.group_step("group_committee")], subject="lending", code="OTHER"
        )
        self.under(code="T-2", approval_code="OTHER")
        loan = self.asked(self.volume)
        with self.assertRaises(UserError):
            self.decide(loan, approver=self.boss)
        self.decide(loan, approver=self.committee)
        self.assertEqual(loan.state, "approved")

    def test_policy_for_others(self):
        """A policy is for those whom it names (BP-01, BP-07)."""
        group = self.env.ref("crm_governance.group_committee")
        self.under(code="T-6", group_ids=[Command.set(group.ids)])
        with self.assertSays("is for others", AccessError):
            self.asked(self.volume)
        self.asked(self.volume, self.committee)

    def test_certificate(self):
        """Other companies of the group show what their leader certifies (E-38)."""
        self.under(code="T-7", needs_certificate=True)
        loan = self.draft(self.volume)
        with self.assertSays("Attach the certificate of the own leader"):
            loan.action_request_approval()
        loan.certificate = PAPER
        loan.action_request_approval()

    def test_papers_stay(self):
        """What was decided on is neither changed nor deleted (E-38, E-44)."""
        loan = self.draft(self.volume, certificate=PAPER)
        files = self.env["ir.attachment"]
        paper = files.search(
            [("res_model", "=", loan._name), ("res_field", "=", "certificate")]
        )
        other = files.with_user(self.rep).create({"name": "x.pdf", "raw": b"other"})
        place = {"res_model": loan._name, "res_id": loan.id, "res_field": "certificate"}
        loan.action_request_approval()
        for file, values in ((paper, {"datas": PAPER}), (other, place)):
            self.assertRefused(
                self.rep, files._name, "write", file.ids, values, error=UserError
            )
        self.assertRefused(self.rep, files._name, "unlink", paper.ids, error=UserError)
        self.assertEqual(loan.certificate, PAPER)

    def test_record_with_the_return(self):
        """A form for a callback comes back with its record (E-42, B-76)."""
        self.under(code="T-8", needs_record=True)
        loan = self.lent(self.volume)
        with self.assertSays("wants a record"):
            self.take_back(loan)
        self.take_back(loan, note="Called on Monday, content.")

    def test_borrower_and_requester_do_not_decide(self):
        """Nobody approves the own loan, not even entered by a custodian (E-37)."""
        loan = self.asked(self.volume, self.custodian2, borrower=self.boss)
        with self.assertSays("prepared|requester|own", error=UserError):
            self.decide(loan, approver=self.boss)
        self.decide(loan, approver=self.executive)
        self.assertEqual(loan.state, "approved")
        # Nor does the custodian who has entered it for somebody else.
        self.custodian2.group_ids += self.env.ref("crm_governance.group_executive")
        other = self.asked(self.volume2, self.custodian2, borrower=self.rep)
        with self.assertRaises(UserError):
            self.decide(other, approver=self.custodian2)
        own = self.asked(self.volume2, self.boss)
        with self.assertRaises(UserError):
            self.decide(own, approver=self.boss)

    def test_rejected(self):
        loan = self.asked(self.volume)
        self.decide(loan, "rejected")
        self.assertEqual(loan.state, "rejected")
        self.assertEqual(self.lines(loan).state, "dropped")
        self.assertEqual(self.events(loan), ["requested", "refused"])
        with self.assertSays("“Not Lent” by now"):
            self.hand_out(loan)

    def test_undecided_expires(self):
        loan = self.asked(self.volume)
        self.later(days=4)
        self.run_job("governance.approval.request", "_cron_expire")
        self.assertEqual(loan.state, "expired")
        self.assertEqual(self.lines(loan).state, "dropped")

    def test_withdrawn(self):
        """Who asked takes it back, before and after the decision, nobody else."""
        for decide in (False, True):
            loan = self.asked(self.volume)
            if decide:
                self.decide(loan)
            with self.assertRaises(AccessError):
                loan.with_user(self.rep2).action_withdraw()
            with self.assertRaises(AccessError):
                loan.with_user(self.custodian2).action_withdraw()
            loan.action_withdraw()
            self.env.invalidate_all()
            self.assertEqual(loan.state, "cancelled")
            self.assertEqual(
                loan.sudo().approval_state, "approved" if decide else "withdrawn"
            )
            with self.assertSays("cannot be taken back"):
                loan.action_withdraw()

    def test_handed_out_is_not_withdrawn(self):
        loan = self.lent(self.volume)
        with self.assertSays("cannot be taken back"):
            loan.action_withdraw()

    def test_in_words(self):
        """Who cannot find a volume says what is meant; a custodian finds it."""
        loan = self.asked(self.volume.browse(), wanted="Secret Holding, mails")
        self.assertEqual(loan.state, "requested")
        self.assertFalse(loan.sudo().approval_request_id)
        with self.assertRaises(AccessError):
            loan.with_user(self.custodian)._choose(
                self.closed.with_user(self.custodian)
            )
        with self.assertRaises(AccessError):
            loan.action_choose()
        desk = self.custodian2
        wizard = self.env["governance.loan.choose"].with_user(desk)
        wizard = wizard.create({"loan_id": loan.id, "volume_ids": self.electronic.ids})
        wizard.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.lines(loan).volume_id, self.electronic)
        self.assertEqual(loan.sudo().approval_request_id.requester_id, self.rep)
        with self.assertSays("does not wait"):
            loan.with_user(desk)._choose(self.closed.with_user(desk))

    def test_who_chooses_does_not_decide(self):
        """Nobody finds the volume and approves its loan as well (E-37)."""
        step = self.group_step("group_custodian")
        self.create_matrix([step], subject="lending", code="KEEP")
        self.under(code="T-10", approval_code="KEEP")
        loan = self.asked(self.volume.browse(), wanted="Contracts")
        desk = self.custodian2
        loan.with_user(desk)._choose(self.volume.with_user(desk))
        with self.assertRaises(UserError):
            self.decide(loan, approver=desk)
        self.decide(loan, approver=self.custodian)
        self.assertEqual(loan.state, "approved")

    def test_in_words_refused(self):
        loan = self.asked(self.volume.browse(), wanted="Whatever")
        wizard = self.env["governance.loan.choose"].with_user(self.custodian)
        wizard = wizard.create({"loan_id": loan.id})
        with self.assertSays("a refusal needs a reason"):
            wizard.action_refuse()
        wizard.reason = "There is no such file."
        wizard.action_refuse()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "rejected")
        event = loan.event_ids.filtered(lambda event: event.event == "refused")
        self.assertEqual(event.note, "There is no such file.")

    def test_one_customer(self):
        with self.assertSays("One loan is about one customer", ValidationError):
            self.draft(self.volume | self.closed, self.custodian2)

    def test_limit_of_loans(self):
        """The policy limits how many loans a person has at a time."""
        self.under(code="T-3", max_loans=1)
        first = self.lent(self.volume)
        with self.assertSays("has 1 loans under “Lending” already"):
            self.asked(self.volume2)
        self.asked(self.volume2, self.rep2)
        self.take_back(first)
        self.asked(self.volume2)

    def test_external_reader(self):
        """Outsiders show letter and identity document, and get no user (E-44, E-45)."""
        self.under(
            code="T-4", borrower_kind="external", needs_letter=True, needs_identity=True
        )
        with self.assertRaises(ValidationError):
            self.draft(self.volume, user_id=False, reader_name="Mr. Wang")
        loan = self.draft(self.volume, self.custodian2, user_id=False)
        with self.assertSays(
            "name and the work unit of the reader.\nAttach the letter of "
            "introduction.\nAttach the identity document."
        ):
            loan.action_request_approval()
        loan.write(
            {
                "reader_name": "Mr. Wang",
                "reader_unit": "City Archive",
                "letter": PAPER,
                "identity_document": PAPER,
            }
        )
        loan.action_request_approval()
        self.decide(loan)
        with self.assertSays("Mr. Wang, City Archive has to accept the undertaking"):
            self.hand_out(loan)
        loan.action_accept_undertaking()
        self.hand_out(loan, is_present=True)
        line = self.lines(loan)
        self.assertEqual(line.borrower_name, "Mr. Wang, City Archive")
        self.assertEqual(line.volume_id.name, "Contracts")
        self.assertTrue(line.date_out)
        self.assertEqual(loan.purpose, "The yearly meeting")
        self.assertEqual(self.volume.holder, "Mr. Wang, City Archive")

    def test_employees_under_the_policy_for_outsiders(self):
        self.under(code="T-5", borrower_kind="external")
        with self.assertSays("is for readers from outside"):
            self.asked(self.volume)

    def test_suspended_people_do_not_borrow(self):
        self.env["governance.suspension"].with_user(self.custodian)._suspend(
            self.rep, "Misuse"
        )
        with self.assertSays("may not borrow"):
            self.asked(self.volume)


@tagged("post_install", "-at_install")
class TestLoanPresets(LoanCommon):
    """Each written policy carries a loan from the request to the return."""

    # Who borrows, who signs one after the other, until when.
    PRESETS = {
        "BP-01": ("leader", ["executive"], "17:00"),
        "BP-02": ("rep", ["executive"], "agreed"),
        "BP-03": ("rep", ["leader"], "17:00"),
        "BP-04": ("rep", ["leader", "executive"], "17:00"),
        "BP-05": (None, ["executive", "boss"], "17:00"),
        "BP-06": ("rep", ["executive"], "agreed"),
        "BP-07": ("rep", ["custodian"], "23:59"),
        "BP-08": ("employee", ["executive"], "agreed"),
        "BP-09": ("rep", ["custodian"], "days"),
    }
    VALUES = {"BP-09": {"due_days": 2}}

    def adopt(self, code):
        """Return a preset in force, with its matrix."""
        number = code.lower().replace("-", "_")
        matrix = self.env.ref(f"crm_governance.governance_approval_policy_{number}")
        matrix = matrix._adopt(self.company)
        matrix.expiry_value = 3
        matrix.action_publish()
        policy = self.env.ref(f"crm_governance.governance_lending_policy_{number}")
        policy = policy._adopt(self.company)
        if policy._is_lent_for_days():
            policy.recall_value = 1
        policy.write(self.VALUES.get(code, {}))
        policy.action_publish()
        return policy

    def enter(self, policy, borrower):
        """Return the draft of a loan with all that the policy asks for."""
        values = {"policy_id": policy.id, "certificate": PAPER}
        if policy.due_rule == "agreed":
            values["date_wanted"] = fields.Datetime.now() + timedelta(days=2)
        if borrower:
            return self.draft(self.volume, self.users[borrower], **values)
        outside = {
            "user_id": False,
            "reader_name": "Mr. Wang",
            "reader_unit": "City Archive",
            "letter": PAPER,
            "identity_document": PAPER,
        }
        return self.draft(self.volume, self.custodian2, **values, **outside)

    def test_all_presets(self):
        """E-37 … E-46: who asks, who decides, until when it is lent."""
        today = fields.Datetime.now().replace(hour=0)
        dues = {
            "17:00": today + timedelta(hours=17),
            "23:59": today + timedelta(hours=23, minutes=59),
            "agreed": today + timedelta(days=2, hours=23, minutes=59),
            "days": today + timedelta(days=2, hours=23, minutes=59),
        }
        for code, (borrower, signers, due) in self.PRESETS.items():
            with self.subTest(code=code):
                loan = self.enter(self.adopt(code), borrower)
                loan.action_request_approval()
                for signer in signers:
                    self.assertEqual(loan.sudo().state, "requested")
                    self.decide(loan, approver=self.users[signer])
                self.assertEqual(loan.state, "approved")
                loan.action_accept_undertaking()
                self.hand_out(loan, self.custodian)
                self.assertEqual(self.lines(loan).date_due, dues[due])
                self.take_back(loan, self.custodian, note="Called, content.")
                self.assertEqual(loan.state, "returned")


@tagged("post_install", "-at_install")
class TestLoanCustody(LoanCommon):
    """From the shelf and back (E-49, E-50, E-51)."""

    def test_undertaking_first(self):
        """Nothing goes out before the borrower has accepted the undertaking (C-39)."""
        loan = self.asked(self.volume)
        self.decide(loan)
        with self.assertSays("has to accept the undertaking first"):
            self.hand_out(loan)
        with self.assertSays("accepted by the borrower in person", AccessError):
            loan.with_user(self.custodian2).action_accept_undertaking()
        loan.action_accept_undertaking()
        self.hand_out(loan)
        self.assertEqual(loan.accepted_by_id, self.rep)

    def test_not_approved(self):
        loan = self.asked(self.volume)
        with self.assertRaises(UserError):
            self.hand_out(loan)
        self.assertFalse(self.volume._is_on_loan())

    def test_custodian_is_not_the_borrower(self):
        """Both sides count: a custodian does not serve himself (E-50)."""
        loan = self.approved(self.volume, self.custodian2)
        with self.assertSays("another data custodian", AccessError):
            self.hand_out(loan, self.custodian2)
        self.hand_out(loan, self.custodian)
        with self.assertSays("another data custodian", AccessError):
            self.take_back(loan, self.custodian2)
        self.lines(loan).with_user(self.custodian2).action_renew()

    def test_others_do_not_serve(self):
        loan = self.approved(self.volume)
        for user in (self.rep, self.rep2, self.boss, self.auditor, self.manager):
            with self.assertRaises(AccessError, msg=user.login):
                self.hand_out(loan, user)
        self.hand_out(loan)
        for user in (self.rep, self.rep2, self.boss, self.auditor):
            with self.assertRaises(AccessError, msg=user.login):
                self.take_back(loan, user)

    def test_only_the_borrower_confirms(self):
        loan = self.lent(self.volume, is_present=False)
        for user in (self.rep2, self.custodian2):
            with self.assertRaises(AccessError, msg=user.login):
                self.lines(loan).with_user(user).action_confirm_receipt()
        self.assertFalse(self.lines(loan).date_received)

    def test_face_to_face(self):
        """In front of the borrower the custodian enters that both agree (E-50)."""
        loan = self.lent(self.volume)
        self.assertEqual(self.lines(loan).received_by_id, self.custodian2)
        self.take_back(loan, is_present=True)
        line = self.lines(loan)
        self.assertEqual(line.settled_by_id, self.custodian2)
        faces = line.event_ids.filtered("is_present").mapped("event")
        self.assertEqual(set(faces), {"handed_out", "returned"})

    def test_proxy(self):
        """Who fetches for the borrower is on record, and borrows nothing (E-49)."""
        loan = self.approved(self.volume)
        self.hand_out(loan, proxy="Driver Li")
        line = self.lines(loan)
        self.assertEqual((line.proxy, line.user_id), ("Driver Li", self.rep))
        self.assertIn("Driver Li", line.event_ids.mapped("proxy"))

    def test_one_holder(self):
        """A volume on paper has one holder; the others wait in a queue."""
        first = self.lent(self.volume)
        second = self.approved(self.volume, self.rep2)
        third = self.approved(self.volume, self.leader)
        self.assertIn("queued", self.events(second))
        self.assertFalse(self.lines(second).date_fetch)
        with self.assertSays("is with governance_rep since"):
            self.hand_out(second)
        self.later(hours=1)
        self.take_back(first)
        self.assertTrue(self.lines(second).date_fetch)
        self.assertFalse(self.lines(third).date_fetch)
        with self.assertSays("is kept ready for governance_rep2"):
            self.hand_out(third)
        self.hand_out(second)
        self.assertEqual(self.volume.holder, "governance_rep2")
        self.assertEqual(self.open_file.holder_text, "On loan: governance_rep2")
        self.take_back(second)
        self.assertEqual(self.open_file.holder_text, "In the archive")

    def test_two_for_whom_it_was_ready(self):
        """Approved in the same moment, both may come: the second then waits."""
        first = self.approved(self.volume)
        second = self.approved(self.volume, self.rep2)
        ready = self.lines(first).date_fetch
        self.lines(second)._as_system().write({"date_fetch": ready})
        self.hand_out(first)
        self.assertFalse(self.lines(second).date_fetch)
        self.later(days=8)
        self.run_loans()
        self.assertEqual(second.state, "approved")

    def test_next_in_line_is_told(self):
        first = self.lent(self.volume)
        self.approved(self.volume, self.rep2)
        messages = self.env["mail.message"].search_count(
            [("partner_ids", "in", self.rep2.partner_id.ids)]
        )
        self.take_back(first)
        found = self.env["mail.message"].search(
            [("partner_ids", "in", self.rep2.partner_id.ids)], order="id desc"
        )
        self.assertEqual(len(found), messages + 1)
        self.assertIn("is ready to fetch", found[0].subject)

    def test_the_database_knows_one_holder(self):
        """Even code that checks nothing cannot lend a volume twice."""
        self.lent(self.volume)
        other = self.lines(self.approved(self.volume, self.rep2))
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            other._as_system().write({"state": "handed_out"})
            self.env.flush_all()

    def test_several_readers_of_electronic_volumes(self):
        for user in (self.rep, self.leader):
            self.lent(self.electronic, user)
        self.assertEqual(
            sorted(self.electronic.holder.split(", ")),
            ["governance_leader", "governance_rep"],
        )

    def test_not_fetched(self):
        """An approved loan that nobody fetches ends; the next one is told."""
        first = self.approved(self.volume)
        second = self.approved(self.volume, self.rep2)
        self.later(days=7, hours=1)
        self.run_loans()
        self.assertEqual(first.state, "expired")
        self.assertEqual(self.events(first)[-1], "dropped")
        self.assertTrue(self.lines(second).date_fetch)
        self.assertEqual(second.state, "approved")
        self.run_loans()
        self.assertEqual(self.events(first).count("dropped"), 1)

    def test_waiting_does_not_expire(self):
        """The time to fetch begins when the volume is back."""
        first = self.lent(self.volume)
        second = self.approved(self.volume, self.rep2)
        self.later(days=30)
        self.run_loans()
        self.assertEqual(second.state, "approved")
        self.take_back(first)
        self.hand_out(second)

    def test_condition_is_mandatory(self):
        loan = self.lent(self.volume)
        with self.assertSays("in which condition"):
            self.take_back(loan, condition=False)
        self.assertEqual(self.lines(loan).state, "handed_out")

    def test_counts(self):
        """What is missing is not in good condition, and nothing comes back twice."""
        loan = self.lent(self.volume)
        line = self.lines(loan)
        with self.assertSays("2 of 3 documents have come back"):
            self.take_back(loan, counts={line.id: 2})
        with self.assertSays("4 cannot have come back"):
            self.take_back(loan, counts={line.id: 4})
        with self.assertSays("-1 cannot have come back"):
            self.take_back(loan, counts={line.id: -1}, condition="incomplete")
        self.take_back(loan, counts={line.id: 2}, condition="incomplete")
        self.assertEqual(self.lines(loan).count_in, 2)

    def test_counts_of_what_goes_out(self):
        """All documents of the volume go out, or it is not in good condition (E-50)."""
        loan = self.approved(self.volume)
        line = self.lines(loan)
        for count in (-3, 4):
            with self.assertSays(f"{count} cannot go out"):
                self.hand_out(loan, counts={line.id: count}, condition="damaged")
        with self.assertSays("2 of 3 documents go out"):
            self.hand_out(loan, counts={line.id: 2})
        self.hand_out(loan, counts={line.id: 2}, condition="incomplete")
        self.assertEqual(self.lines(loan).count_out, 2)

    def test_event_date_and_system_date(self):
        """When it came back and when that was entered are two facts."""
        loan = self.lent(self.volume)
        then = fields.Datetime.now() + timedelta(hours=2)
        with self.assertSays("when it has happened"):
            self.take_back(loan, date=then)
        self.later(hours=20)
        with self.assertSays("had not been handed out yet"):
            self.take_back(loan, date=then - timedelta(days=1))
        self.take_back(loan, date=then)
        line = self.lines(loan)
        self.assertEqual(line.date_returned, then)
        event = line.event_ids.filtered(lambda event: event.event == "returned")
        self.assertEqual(event.date_event, then)
        self.assertEqual(event.date, fields.Datetime.now())

    def test_no_double_return(self):
        loan = self.lent(self.volume)
        self.take_back(loan)
        with self.assertSays("“Returned” by now"):
            self.take_back(loan)

    def test_lost_and_found(self):
        """A lost volume stays with its borrower until it is found (E-51)."""
        loan = self.lent(self.volume)
        self.report(loan, self.rep, "lost")
        self.assertEqual(loan.state, "lost")
        self.assertTrue(self.volume._is_on_loan())
        with self.assertSays("is with governance_rep since"):
            self.hand_out(self.approved(self.volume, self.rep2))
        self.take_back(loan, condition="worn", note="Behind the shelf")
        self.assertEqual(self.events(loan)[-2:], ["found", "returned"])
        self.assertFalse(self.volume._is_on_loan())

    def report(self, loan, user, kind, note="It happened"):
        lines = self.lines(loan).with_user(user)
        wizard = self.env["governance.loan.report"].with_user(user)
        wizard = wizard.create(
            {"line_ids": [Command.set(lines.ids)], "kind": kind, "note": note}
        )
        wizard.action_confirm()
        self.env.invalidate_all()

    def test_who_reports(self):
        loan = self.lent(self.volume)
        for user, kind in (
            (self.rep2, "lost"),
            (self.boss, "claimed"),
            (self.custodian2, "objected"),
            (self.rep, "unclaimed"),
        ):
            with self.assertRaises(UserError, msg=kind):
                self.report(loan, user, kind)
        self.assertEqual(loan.state, "handed_out")
        with self.assertSays("Say what has happened"):
            self.report(loan, self.rep, "lost", note=" ")

    def test_claimed(self):
        """“I have returned it” is settled by a custodian, either way."""
        loan = self.lent(self.volume)
        self.report(loan, self.rep, "claimed")
        self.assertEqual(loan.state, "claimed")
        self.assertTrue(self.volume._is_on_loan())
        self.report(loan, self.custodian2, "unclaimed")
        self.assertEqual(loan.state, "handed_out")
        self.report(loan, self.rep, "claimed")
        self.take_back(loan)
        self.assertEqual(loan.state, "returned")

    def test_claims_have_a_clock(self):
        """Custodians are asked once to settle what waits for two weeks."""
        loan = self.lent(self.volume)
        self.report(loan, self.rep, "claimed")
        self.later(days=13, hours=23)
        self.run_loans()
        self.assertFalse(self.told(self.custodian2, "waits to be settled"))
        self.later(hours=1)
        self.run_loans()
        self.run_loans()
        self.assertEqual(self.told(self.custodian2, "waits to be settled"), 1)
        self.assertEqual(loan.state, "claimed")

    def told(self, user, words):
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids)]
        )
        return len([one for one in messages if words in (one.subject or "")])

    def test_nobody_leaves_with_a_file(self):
        """Users are archived when everything that they had is back (C-42)."""
        loan = self.lent(self.volume)
        self.report(loan, self.rep, "claimed")
        with self.assertSays("governance_rep still has 1 volumes of customer files"):
            self.rep.action_archive()
        self.assertTrue(self.rep.active)
        self.take_back(loan)
        self.rep.action_archive()
        self.assertFalse(self.rep.active)

    def test_claims_have_a_cap(self):
        volumes = self.volume.browse()
        for number in range(4):
            volumes |= self.filed(self.open_file, f"Volume {number}")
        loan = self.lent(volumes)
        with self.assertSays("3 volumes at most"):
            self.report(loan, self.rep, "claimed")

    def test_objection(self):
        """The borrower may disagree with what the custodian has counted (E-50)."""
        loan = self.lent(self.volume, is_present=False)
        self.report(loan, self.rep, "objected", "There were two documents only")
        self.assertEqual(self.events(loan)[-1], "objected")
        self.assertEqual(loan.state, "handed_out")

    def test_overdue(self):
        """Overdue starts the second after; paper stays out (E-47)."""
        loan = self.lent(self.volume)
        self.at(self.DUE)
        self.assertFalse(self.overdue(loan))
        self.later(seconds=1)
        self.assertTrue(self.overdue(loan))
        self.run_loans()
        self.run_loans()
        self.assertEqual(self.events(loan).count("overdue"), 1)
        self.assertEqual(loan.state, "handed_out")

    def overdue(self, loan):
        self.env.invalidate_all()
        found = self.env["governance.loan"].search([("is_overdue", "=", True)])
        lines = self.env["governance.loan.line"].search([("is_overdue", "=", True)])
        self.assertEqual(loan.sudo() in found, loan.is_overdue)
        self.assertEqual(lines.loan_id, found)
        return loan.is_overdue

    def test_renewal(self):
        loan = self.lent(self.volume)
        line = self.lines(loan).with_user(self.rep)
        with self.assertRaises(AccessError):
            line.with_user(self.rep2).action_renew()
        line.action_renew()
        line = self.lines(loan)
        self.assertEqual(line.renewals, 1)
        self.assertEqual(line.date_due, self.DUE + timedelta(days=3))
        self.assertEqual(loan.date_due, line.date_due)
        self.assertEqual(self.events(loan)[-1], "renewed")

    def test_no_renewal(self):
        """What is overdue, recalled or waited for is not renewed."""
        loan = self.lent(self.volume)
        self.approved(self.volume, self.rep2)
        with self.assertSays("Somebody else waits"):
            self.lines(loan).with_user(self.rep).action_renew()
        loan = self.lent(self.volume2)
        self.lines(loan).with_user(self.custodian2).action_recall()
        with self.assertSays("was recalled"):
            self.lines(loan).with_user(self.rep).action_renew()
        loan = self.lent(self.filed(self.open_file, "Third"))
        self.later(days=4)
        with self.assertSays("The loan is overdue"):
            self.lines(loan).with_user(self.rep).action_renew()

    def test_recall(self):
        """A recall never sets a later date."""
        loan = self.lent(self.volume)
        before = self.lines(loan).date_due
        with self.assertRaises(AccessError):
            self.lines(loan).with_user(self.rep).action_recall()
        self.lines(loan).with_user(self.custodian2).action_recall()
        line = self.lines(loan)
        self.assertLess(line.date_due, before)
        self.assertEqual(loan.date_due, line.date_due)
        self.later(days=2, hours=12)
        late = self.lines(loan).date_due
        self.lines(loan).with_user(self.custodian2).action_recall()
        self.assertEqual(self.lines(loan).date_due, late)

    def test_partly_returned(self):
        """The loan is out as long as one of its volumes is."""
        loan = self.lent(self.volume | self.volume2)
        one = self.lines(loan)[0].with_user(self.custodian2)
        one._take_back("good")
        self.env.invalidate_all()
        self.assertEqual(loan.state, "handed_out")
        self.assertEqual(
            sorted(self.lines(loan).mapped("state")), ["handed_out", "returned"]
        )
        self.lines(loan).filtered(lambda line: line.state == "handed_out").with_user(
            self.custodian2
        )._take_back("good")
        self.env.invalidate_all()
        self.assertEqual(loan.state, "returned")

    def test_many_at_once(self):
        """A hundred volumes cost few more statements than ten."""
        volumes = self.env["governance.file.volume"].create(
            [{"name": f"V{n}", "file_id": self.open_file.id} for n in range(110)]
        )
        volumes._as_system().write({"state": "filed"})
        few = self.approved(volumes[:10])
        many = self.approved(volumes[10:], self.rep2)
        counts = [
            self.count_queries(lambda loan=one: self.hand_out(loan))
            for one in (few, many)
        ]
        self.assertLess(counts[1] - counts[0], 15, counts)
        counts = [
            self.count_queries(lambda loan=one: self.take_back(loan))
            for one in (few, many)
        ]
        self.assertLess(counts[1] - counts[0], 15, counts)

    def assertSameCost(self, work, few, many):
        counts = [
            self.count_queries(lambda loan=one: work(loan)) for one in (few, many)
        ]
        self.assertLess(counts[1] - counts[0], 15, counts)

    def count_queries(self, work):
        self.env.flush_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    # ------------------------------------------------------------------
    # DESK
    # ------------------------------------------------------------------

    def test_desk_with_a_barcode_reader(self):
        """A scan hands out what waits and takes back what is out, keyboard only."""
        loan = self.approved(self.volume)
        form = Form(self.env["governance.loan.desk"].with_user(self.custodian2))
        form.barcode = "V-1"
        self.assertFalse(form.barcode)
        self.assertIn("goes out", form.feedback)
        form.barcode = "V-1"
        self.assertIn("in the list already", form.feedback)
        form.barcode = "V-2"
        self.assertIn("nobody waits for it", form.feedback)
        form.barcode = "V-77"
        self.assertIn("You may read no volume", form.feedback)
        form.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "handed_out")
        form = Form(self.env["governance.loan.desk"].with_user(self.custodian2))
        form.barcode = "V-1"
        self.assertIn("comes back", form.feedback)
        form.condition = "good"
        form.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "returned")

    def test_desk_takes_barcodes_first(self):
        """A volume is what its barcode says, even if another has it as its code."""
        number = self.volume2.code.removesuffix("02") + "03"
        self.volume.with_user(self.custodian2).barcode = number
        third = self.filed(self.open_file, "Third", barcode="V-3")
        self.assertEqual(third.code, number)
        self.approved(self.volume)
        desk = self.env["governance.loan.desk"].with_user(self.custodian2)
        self.assertEqual(desk._find(number)[0].volume_id, self.volume)
        self.assertFalse(desk._find("V-3")[0])
        self.assertEqual(desk._find(self.volume.code)[0].volume_id, self.volume)

    def test_desk_of_another_company(self):
        """Codes and barcodes are unique in a company only."""
        other = self.env["res.company"].create({"name": "Another archive"})
        self.custodian2.company_ids += other
        self.approved(self.volume)
        desk = self.env["governance.loan.desk"].with_user(self.custodian2)
        both = {"allowed_company_ids": [other.id, self.company.id]}
        self.assertTrue(desk._find("V-1")[0])
        self.assertFalse(desk.with_context(**both)._find("V-1")[0])

    def test_custodians_of_other_companies_are_not_told(self):
        """Who cannot work on a loan hears nothing of it."""
        other = self.env["res.company"].create({"name": "Another archive"})
        self.custodian.write({"company_id": other.id, "company_ids": other.ids})
        self.asked(self.volume.browse(), wanted="The visits")
        messages = self.env["mail.message"].sudo()
        for user, told in ((self.custodian2, True), (self.custodian, False)):
            found = messages.search(
                [
                    ("partner_ids", "in", user.partner_id.ids),
                    ("subject", "=", "A loan waits for a custodian"),
                ]
            )
            self.assertEqual(bool(found), told, user.login)

    def test_job_without_time_left(self):
        """A step that was not finished is not followed by the next one."""
        self.lent(self.volume)
        self.at(self.DUE + timedelta(seconds=1))
        lines = self.env["governance.loan.line"]
        noted = lines._get_unnoted_domain()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 0
        ):
            self.assertFalse(lines._isolate_each(noted, "_note_overdue"))
            self.assertTrue(lines._isolate_each(noted, "_note_overdue"))
        with patch.object(type(lines), "_isolate_each", return_value=False) as step:
            lines._cron_tidy()
        self.assertEqual(step.call_count, 1)

    def test_desk_of_a_loan(self):
        """The button of a loan opens the desk with its volumes and their counts."""
        loan = self.approved(self.volume | self.volume2)
        action = loan.with_user(self.custodian2).action_hand_out()
        desk = self.env["governance.loan.desk"].with_user(self.custodian2)
        desk = desk.browse(action["res_id"])
        self.assertEqual(sorted(desk.line_ids.mapped("count")), [0, 3])
        desk.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(set(self.lines(loan).mapped("state")), {"handed_out"})
        with self.assertRaises(AccessError):
            loan.action_hand_out()

    def test_loan_book(self):
        """The printed book names what its reader may read, and blanks the rest."""
        loan = self.lent(self.closed, self.cleared2)
        lines = self.lines(loan)
        Report = self.env["report.crm_governance.report_loan_register"]
        for user, name in ((self.custodian2, "Secrets"), (self.auditor, False)):
            self.env.invalidate_all()
            [row] = Report.with_user(user)._get_report_values(lines.ids)["rows"]
            if name:
                self.assertIn(name, row["volume"])
            else:
                self.assertFalse(row["volume"])
            self.assertEqual(bool(row["purpose"]), bool(name))
            self.assertEqual(row["borrower"], "governance_cleared2")
        html = self.env["ir.actions.report"].with_user(self.auditor)
        html = html._render_qweb_html("crm_governance.report_loan_register", lines.ids)[
            0
        ].decode()
        self.assertIn("governance_cleared2", html)
        self.assertNotIn("Secret", html)
        # What is blank keeps its place in the row.
        self.assertEqual(html.count("<th>"), html.count("<td>"))
