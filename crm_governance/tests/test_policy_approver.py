# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestPolicyApprover(ApprovalCommon):
    """Who may sign a step, at the moment of the decision."""

    def publish(self, **step):
        return self.create_matrix([step])

    def assertDeciders(self, request, *deciders):
        """Check that exactly these users may decide, in both directions."""
        self.env.flush_all()
        self.env.invalidate_all()
        request = request.sudo()
        invited = request.step_ids.filtered(
            lambda step: step.state == "open"
        )._get_invited_users()
        known = self.env["res.users"].union(*self.users.values())
        able = known.filtered(lambda user: request.with_user(user).can_decide)
        expected = self.env["res.users"].union(*deciders)
        self.assertEqual(able, expected)
        self.assertEqual(invited & known, expected)

    def test_group(self):
        self.publish(
            approver_type="group",
            group_id=self.env.ref("crm_governance.group_committee").id,
        )
        self.assertDeciders(self.ask(), self.committee, self.committee2)

    def test_group_with_implied_members(self):
        """A governance administrator is a leader too, as the groups say."""
        self.publish(
            approver_type="group",
            group_id=self.env.ref("crm_governance.group_leader").id,
        )
        self.assertDeciders(self.ask(), self.leader, self.leader2, self.manager)

    def test_user(self):
        self.publish(approver_type="user", user_id=self.employee.id)
        request = self.ask()
        self.assertDeciders(request, self.employee)
        request.with_user(self.employee).decide("approved")
        self.assertEqual(request.state, "approved")

    def test_team_leader(self):
        self.publish(approver_type="team_leader")
        self.assertDeciders(self.ask(), self.leader)

    def test_team_leader_after_the_owner_changed(self):
        """The customer moves to another salesperson: the other leader decides."""
        self.publish(approver_type="team_leader")
        request = self.ask()
        self.acme.user_id = self.rep2
        self.assertDeciders(request, self.leader2)
        with self.assertRaises(AccessError):
            request.with_user(self.leader).decide("approved")
        request.with_user(self.leader2).decide("approved")
        self.assertEqual(request.state, "approved")

    def test_team_leader_after_the_owner_changed_team(self):
        self.publish(approver_type="team_leader")
        request = self.ask()
        self.team.crm_team_member_ids.unlink()
        self.team2.write({"crm_team_member_ids": [(0, 0, {"user_id": self.rep.id})]})
        self.assertDeciders(request, self.leader2)

    def test_new_team_leader(self):
        self.publish(approver_type="team_leader")
        request = self.ask()
        self.team.user_id = self.executive
        self.assertDeciders(request, self.executive)

    def test_team_leader_of_another_company(self):
        """A team of one company does not decide in another."""
        self.publish(approver_type="team_leader")
        request = self.ask()
        other = self.env["res.company"].create({"name": "Other"})
        (self.rep | self.leader).write({"company_ids": [(4, other.id)]})
        self.team.company_id = other
        self.assertDeciders(request)
        self.team.company_id = self.company
        self.assertDeciders(request, self.leader)

    def test_leader_never_decides_own_request(self):
        self.publish(approver_type="team_leader")
        self.team2.user_id = self.leader
        request = self.ask(self.create_deal(self.rep2))
        self.assertDeciders(request, self.leader)
        self.acme.user_id = self.leader2
        self.assertDeciders(request)

    def test_customer_owner(self):
        self.publish(approver_type="customer_role", customer_role="owner")
        deal = self.create_deal(self.rep2)
        request = self.ask(deal)
        self.assertDeciders(request, self.rep)
        self.acme.user_id = self.leader
        self.assertDeciders(request, self.leader)

    def test_contact_counts_as_its_company(self):
        self.publish(approver_type="customer_role", customer_role="owner")
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.acme.id, "user_id": False}
        )
        request = self.ask(self.create_deal(self.rep2, partner_id=contact.id))
        self.assertEqual(request.partner_id, self.acme)
        self.assertDeciders(request, self.rep)

    def test_share_users_never_decide(self):
        """A portal user signs nothing, even when the matrix names it."""
        with self.assertRaisesRegex(ValidationError, "no active employee user"):
            self.publish(approver_type="user", user_id=self.portal.id)
        self.publish(approver_type="user", user_id=self.executive.id)
        request = self.ask()
        self.executive.group_ids = self.env.ref("base.group_portal")
        self.assertFalse(request.with_user(self.executive).can_decide)
        self.assertFalse(request.step_ids._get_invited_users())

    def test_company_of_the_approver(self):
        """Who may not work in the company does not decide there."""
        self.publish(
            approver_type="group",
            group_id=self.env.ref("crm_governance.group_executive").id,
        )
        request = self.ask()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "governance_stranger",
            groups="crm_governance.group_executive",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(request.with_user(stranger).can_decide)
        with self.assertRaises(AccessError):
            request.with_user(stranger).decide("approved")
        self.assertNotIn(stranger, request.step_ids._get_invited_users())

    def test_many_approvers_get_no_to_do(self):
        """Nobody feels addressed by a to-do that goes to everybody."""
        group = self.env["res.groups"].create({"name": "Everybody"})
        for number in range(21):
            new_test_user(
                self.env, f"governance_many_{number}", groups="base.group_user"
            ).group_ids += group
        self.publish(approver_type="group", group_id=group.id)
        request = self.ask()
        self.assertFalse(request.activity_ids)
        self.assertTrue(request.with_user(group.user_ids[0]).can_decide)
