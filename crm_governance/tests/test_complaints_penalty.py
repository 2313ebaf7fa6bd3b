# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .complaints_paper_common import ComplaintPaperCommon


@tagged("post_install", "-at_install")
class TestPenalty(ComplaintPaperCommon):
    """Who pays for a complaint that he or she has caused (D-51)."""

    def propose(self, complaint, user=None, **values):
        penalties = self.env["governance.complaint.penalty"].with_user(
            user or self.handler
        )
        return penalties.create(
            {
                "complaint_id": complaint.id,
                "user_id": self.handler2.id,
                "reason": "Did not pack it",
                **values,
            }
        )

    def investigated(self):
        complaint = self.at()
        report = self.submit_report(complaint, accused_ids=[(4, self.handler2.id)])
        self.sign(report, self.chief, self.overseer, self.executive)
        return complaint

    def test_confirmed(self):
        """The report names the person, the supervisor confirms what is to be paid."""
        penalty = self.propose(self.investigated(), amount=200)
        self.assertEqual((penalty.amount, penalty.state), (200, "draft"))
        with self.assertRaises(AccessError):
            penalty.write({"state": "confirmed"})
        for user in (self.handler, self.handler2, self.service):
            with self.assertRaises(UserError):
                penalty.with_user(user).action_confirm()
        penalty.with_user(self.chief).action_confirm()
        self.assertEqual(
            (penalty.state, penalty.confirmed_by_id), ("confirmed", self.chief)
        )
        with self.assertRaises(AccessError):
            penalty.write({"amount": 5})
        with self.assertRaises(AccessError):
            penalty.unlink()

    def test_named_only(self):
        """Nobody pays whom no approved report names, and nobody confirms the own."""
        with self.assertSays("not named as responsible"):
            self.propose(self.investigated(), user_id=self.overseer.id)
        with self.assertSays("not named as responsible"):
            self.propose(self.at(accused_ids=[(4, self.handler2.id)]))
        penalty = self.propose(self.investigated())
        self.workshop.leader_id = self.handler2
        with self.assertSays("cannot work on"):
            penalty.with_user(self.handler2).action_confirm()

    def test_who_proposes(self):
        """Those who work on the complaint."""
        complaint = self.investigated()
        for user in (self.rep, self.executive, self.employee, self.auditor):
            with self.assertRaises(AccessError):
                self.propose(complaint, user)
