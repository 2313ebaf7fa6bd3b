# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestPolicyTours(ApprovalCommon, HttpCase):
    """The main jobs of the kernel, by hand in the browser."""

    def test_adopt(self):
        """A governance administrator adopts a profile and puts it in force."""
        reference = "governance.approval.policy,%s"
        self.env["governance.profile"].create(
            {
                "name": "Tour profile",
                "code": "TOUR",
                "sequence": 0,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": name,
                            "policy_ref": reference
                            % self.env.ref(f"crm_governance.{xmlid}").id,
                        },
                    )
                    for name, xmlid in (
                        ("Strategic list", "governance_approval_policy_am_10"),
                        ("Telephone approval", "governance_approval_policy_am_15"),
                    )
                ],
            }
        )
        self.start_tour(
            "/odoo/governance-profiles",
            "governance_policy_adopt",
            login=self.manager.login,
        )
        adopted = self.env["governance.approval.policy"].search(
            [("preset_code", "in", ("AM-10", "AM-15"))]
        )
        self.assertEqual(adopted.mapped("state"), ["published", "published"])

    def test_decide(self):
        """An executive finds what waits, reads it and rejects it with a reason."""
        self.create_matrix([self.group_step("group_executive")])
        request = self.ask(name="Tour deal")
        self.start_tour(
            "/odoo/governance-to-decide",
            "governance_policy_decide",
            login=self.executive.login,
        )
        self.assertEqual(request.state, "rejected")
