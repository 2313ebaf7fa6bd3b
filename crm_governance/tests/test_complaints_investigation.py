# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .complaints_paper_common import PARTS, ComplaintPaperCommon


@tagged("post_install", "-at_install")
class TestInvestigation(ComplaintPaperCommon):
    """The report in five parts, and who signs it (D-25, D-26, D-27, P-12)."""

    def test_laid_out(self):
        """The report waits for the handler, who alone writes it."""
        complaint = self.at()
        report = self.report(complaint)
        self.assertEqual((report.state, report.version), ("draft", 1))
        for user in (self.handler2, self.chief, self.overseer):
            with self.assertSays("written and submitted by governance_handler"):
                self.report(complaint, user).write({"cause": "Mine"})
        for user in (self.rep, self.executive, self.auditor, self.service):
            with self.assertRaises(AccessError):
                report.with_user(user).write({"cause": "Mine"})
        report.write({"cause": "Thin film"})
        self.assertEqual(report.sudo().writer_ids, self.handler)

    def test_five_parts(self):
        """Nothing is submitted with a part missing; the message names the parts."""
        complaint = self.at()
        report = self.report(complaint)
        with self.assertSays("Root Cause.*Course of Events.*Responsible Persons"):
            report.action_request_approval()
        for name in PARTS:
            self.write_report(complaint, **{name: "  "})
            with self.assertSays("not complete yet"):
                report.action_request_approval()
        self.assertEqual(complaint.state, "assigned")

    def test_evidence(self):
        """Nobody writes state, version or dates, nor creates or deletes reports."""
        complaint = self.at()
        report = self.report(complaint)
        for vals in (
            {"state": "approved"},
            {"version": 7},
            {"submitted_by_id": self.chief.id},
            {"date_approved": self.NOW},
            {"writer_ids": [(5,)]},
        ):
            with self.assertRaises(AccessError):
                report.write(vals)
        with self.assertRaises(AccessError):
            report.unlink()
        with self.assertRaises(AccessError):
            report.create({"complaint_id": complaint.id})

    def test_signed(self):
        """Supervisor, supervising unit and executive sign, in this order (D-27)."""
        complaint = self.at()
        report = self.submit_report(complaint)
        self.assertEqual((complaint.state, report.state), ("reported", "requested"))
        for early in (self.overseer, self.executive):
            with self.assertRaises(AccessError):
                self.sign(report, early)
        self.sign(report, self.chief, remark=None)
        with self.assertSays("opinion of the supervising unit"):
            self.sign(report, self.overseer, remark=None)
        self.sign(report, self.overseer, remark="Pay more attention")
        self.assertEqual(complaint.state, "reported")
        self.assertReads(self.executive, complaint)
        self.assertReads(self.executive, report)
        self.sign(report, self.executive)
        self.assertEqual((complaint.state, report.state), ("opinion", "approved"))
        self.assertEqual(complaint.cause_id, self.cause)
        self.assertEqual(complaint.prevention, PARTS["prevention"])
        self.assertEqual(
            self.kinds(complaint)[-2:], ["report_submitted", "report_approved"]
        )
        with self.assertRaises(UserError):
            report.write({"cause": "Another"})

    def test_given_back(self):
        """What is given back stays, with the reason; a copy of it goes on."""
        complaint = self.at()
        report = self.submit_report(complaint)
        self.sign(report, self.chief, verdict="rejected", remark="Who packed it?")
        self.assertEqual(complaint.state, "assigned")
        self.assertEqual((report.state, report.refusal), ("returned", "Who packed it?"))
        newer = self.report(complaint)
        self.assertEqual((newer.version, newer.state), (2, "draft"))
        self.assertEqual(newer.course, report.course)
        self.assertEqual(newer.cause_id, report.cause_id)
        newer.action_request_approval()
        self.sign(newer, self.chief, self.overseer, self.executive)
        self.assertEqual(complaint.state, "opinion")
        self.assertEqual(len(complaint.investigation_ids), 2)

    def test_withdrawn_request(self):
        """The handler takes the request back and goes on with the same version."""
        complaint = self.at()
        report = self.submit_report(complaint)
        report.action_approval_withdraw()
        self.assertEqual((complaint.state, report.state), ("assigned", "draft"))
        self.assertEqual(len(complaint.investigation_ids), 1)
        report.write({"cause": "Better"})
        report.action_request_approval()
        self.assertEqual(complaint.state, "reported")

    def test_handler_never_signs(self):
        """Not even a handler who supervises the unit or is an executive."""
        complaint = self.at(user_id=self.chief.id)
        self.report(complaint, self.chief).write({**PARTS, "cause_id": self.cause.id})
        with self.assertSays("Nobody could sign"):
            self.report(complaint, self.chief).action_request_approval()
        self.workshop.leader_id = self.handler2
        self.report(complaint, self.chief).action_request_approval()
        report = self.report(complaint)
        self.sign(report, self.handler2)
        self.workshop.leader_id = self.chief
        with self.assertRaises(UserError):
            self.sign(report, self.chief)

    def test_former_handler_never_signs(self):
        """Whoever wrote in the report does not decide it under another role."""
        complaint = self.at()
        self.write_report(complaint)
        complaint._as_system().user_id = self.handler2
        self.workshop.leader_id = self.handler
        report = self.report(complaint, self.handler2)
        with self.assertSays("Nobody could sign"):
            report.action_request_approval()

    def test_accused_never_signs(self):
        """Whom the report names decides nothing, from the moment it is written."""
        complaint = self.at()
        self.write_report(complaint, accused_ids=[(4, self.chief.id)])
        self.assertIn(self.chief, complaint.accused_ids)
        with self.assertSays("Nobody could sign"):
            self.report(complaint).action_request_approval()

    def test_accused_handler(self):
        """Who finds out to be responsible hands the complaint over."""
        complaint = self.at()
        self.write_report(complaint, accused_ids=[(4, self.handler.id)])
        with self.assertSays("cannot work on"):
            self.report(complaint).action_request_approval()

    def test_accused_stay(self):
        """Handlers do not clear themselves or others of suspicion."""
        complaint = self.at(accused_ids=[(4, self.handler2.id)])
        mine = complaint.with_user(self.handler)
        mine.write({"accused_ids": [(4, self.chief.id)]})
        with self.assertSays("taken off the list by a complaint manager"):
            mine.write({"accused_ids": [(3, self.handler2.id)]})
        complaint.with_user(self.cmanager).write({"accused_ids": [(5,)]})
        self.assertFalse(complaint.accused_ids)

    def test_salesperson_never_signs(self):
        """The salesperson of the customer decides nothing, as a supervisor either."""
        complaint = self.at()
        self.workshop.leader_id = self.rep
        self.write_report(complaint)
        with self.assertSays("Nobody could sign"):
            self.report(complaint).action_request_approval()

    def test_new_salesperson(self):
        """Who gets the customer between two signatures does not sign any more."""
        complaint = self.at()
        report = self.submit_report(complaint)
        self.sign(report, self.chief, self.overseer)
        self.open_customer.user_id = self.executive
        with self.assertSays("cannot work on"):
            self.sign(report, self.executive)
        self.assertEqual(complaint.state, "reported")

    def test_over(self):
        """A complaint that ends takes what waits with it; nothing brings it back."""
        complaint = self.at()
        report = self.submit_report(complaint)
        complaint.with_user(self.handler).withdraw("Settled by telephone")
        self.assertEqual(report.approval_state, "withdrawn")
        self.assertEqual(complaint.state, "withdrawn")
        with self.assertRaises(UserError):
            self.report(complaint).write({"cause": "Later"})

    def test_no_review(self):
        """A short procedure takes the report as it is."""
        short = self.procedure(
            code="T-SHORT", sequence=5, needs_investigation=True, needs_reply=True
        )
        complaint = self.at(procedure_id=short.id)
        report = self.submit_report(complaint)
        self.assertEqual((complaint.state, report.state), ("to_reply", "approved"))
        self.assertEqual(complaint.cause_id, self.cause)

    def test_confidential(self):
        """Reports on a confidential customer are as confidential."""
        complaint = self.at(partner_id=self.secret.id)
        report = complaint.investigation_ids
        self.assertHidden(self.handler, report)
        self.assertHidden(self.chief, report)
        self.assertReads(self.rep, report)


@tagged("post_install", "-at_install")
class TestOpinion(ComplaintPaperCommon):
    """How the complaint is settled (D-28)."""

    def test_approved(self):
        """The supervisor approves; customer service answers then."""
        complaint = self.at("opinion")
        opinion = self.opinion(complaint)
        with self.assertSays("Handling Opinion.*What the Customer Is Told"):
            opinion.action_request_approval()
        opinion.write({"opinion": "Our fault", "solution": "You get a new one."})
        with self.assertSays("written and submitted by"):
            self.opinion(complaint, self.handler2).action_request_approval()
        opinion.action_request_approval()
        for user in (self.overseer, self.executive, self.service, self.cmanager):
            with self.assertRaises(UserError):
                self.sign(opinion, user)
        self.sign(opinion, self.chief)
        self.assertEqual(complaint.state, "to_reply")
        reply = complaint.reply_ids
        self.assertEqual((reply.purpose, reply.state), ("solution", "draft"))
        self.assertIn("You get a new one.", reply.body)
        self.assertEqual(
            self.kinds(complaint)[-2:], ["opinion_submitted", "opinion_approved"]
        )

    def test_given_back(self):
        """A second version goes on from the first one."""
        complaint = self.at("opinion")
        opinion = self.opinion(complaint)
        opinion.write({"opinion": "Our fault", "solution": "You get a new one."})
        opinion.action_request_approval()
        self.sign(opinion, self.chief, verdict="rejected", remark="Too much")
        self.assertEqual(complaint.state, "opinion")
        newer = self.opinion(complaint)
        self.assertEqual((newer.version, newer.opinion), (2, "Our fault"))
