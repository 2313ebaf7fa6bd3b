# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Domain
from odoo.tests import tagged

from .complaints_common import ComplaintCommon

LEADER = {"approver_type": "unit_leader"}
SUPERVISING = {"approver_type": "supervising_unit"}


@tagged("post_install", "-at_install")
class TestComplaintApprovers(ComplaintCommon):
    """The supervisor of the handling unit and the supervising unit sign.

    Each rule is written as a domain, which decides, and as a list of people, which
    invites.  Both say the same about everybody.
    """

    def ask(self, complaint, step):
        """Return the step of a request about a complaint."""
        matrix = self.create_matrix([step], subject="complaint_acceptance")
        requests = self.env["governance.approval.request"]._seal()
        request = requests.create(
            {
                "policy_id": matrix.id,
                "res_model": complaint._name,
                "res_id": complaint.id,
                "partner_id": complaint.sudo().partner_id.id,
                "company_id": self.company.id,
                "requester_id": self.rep.id,
                "requested_on": self.NOW,
            }
        )
        steps = self.env["governance.approval.request.step"]._seal()
        values = matrix.step_ids._prepare_request_step()
        return steps.create({**values, "request_id": request.id}).sudo(False)

    def assertSigners(self, step, users):
        """Assert who may sign a step, asked in both directions."""
        invited = step.sudo()._get_approver_users(self.open_customer, self.company)
        self.assertEqual(invited, users)
        steps = self.env["governance.approval.request.step"].sudo()
        may_sign = self.env["res.users"]
        for user in self.users.values():
            domain = steps._get_approver_domain(
                user,
                "request_id.partner_id",
                "request_id.company_id",
                "request_id.requester_id",
            )
            if steps.search_count(domain & Domain("id", "=", step.id), limit=1):
                may_sign |= user
        self.assertEqual(may_sign, users)

    def test_leader_of_the_unit(self):
        complaint = self.draft()
        complaint._as_system().unit_id = self.workshop
        self.assertSigners(self.ask(complaint, LEADER), self.chief)

    def test_unit_without_leader(self):
        complaint = self.draft()
        complaint._as_system().unit_id = self.service_unit
        self.assertSigners(self.ask(complaint, LEADER), self.env["res.users"])

    def test_leader_before_there_is_a_unit(self):
        """As long as no unit handles it, who leads the one that registered it signs."""
        registered = self.draft(self.handler)
        self.assertSigners(self.ask(registered, LEADER), self.chief)

    def test_nobody_leads_the_registrar(self):
        self.assertSigners(self.ask(self.draft(), LEADER), self.env["res.users"])

    def test_leader_changes(self):
        """It is looked up at the moment of the decision."""
        complaint = self.draft()
        complaint._as_system().unit_id = self.workshop
        step = self.ask(complaint, LEADER)
        self.workshop.leader_id = self.handler2
        self.assertSigners(step, self.handler2)

    def test_supervising_unit(self):
        complaint = self.draft()
        complaint._as_system().supervising_unit_id = self.supervision
        step = self.ask(complaint, SUPERVISING)
        self.assertSigners(step, self.overseer)
        self.supervision.leader_id = self.cmanager
        self.assertSigners(step, self.overseer | self.cmanager)

    def test_any_supervising_unit(self):
        """Without a supervising unit those of the company sign."""
        step = self.ask(self.draft(), SUPERVISING)
        self.assertSigners(step, self.overseer)
        self.workshop.is_supervising = True
        self.assertSigners(
            step, self.overseer | self.chief | self.handler | self.handler2
        )

    def test_other_units_do_not_sign(self):
        complaint = self.draft()
        other = self.supervision.copy(
            {"code": "OTHER", "member_ids": [(6, 0, self.handler.ids)]}
        )
        complaint._as_system().supervising_unit_id = other
        self.assertSigners(self.ask(complaint, SUPERVISING), self.handler)

    def test_matrix_needs_no_complaint(self):
        """A matrix with these steps can be published, and says who signs."""
        matrix = self.create_matrix(
            [LEADER, {**SUPERVISING, "sequence": 20}], subject="complaint_report"
        )
        self.assertEqual(matrix.state, "published")
        self.assertEqual(
            matrix.step_summary,
            "Supervisor of the handling unit → Supervising unit of the complaint",
        )
