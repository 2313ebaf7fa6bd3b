# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .complaints_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintChoice(ComplaintCommon):
    """Which policy, target, procedure, route and approver a complaint gets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.online = cls.env["governance.complaint.channel"].create(
            {"name": "Test online", "code": "test_online"}
        )

    # ------------------------------------------------------------------
    # POLICIES AND TARGETS
    # ------------------------------------------------------------------

    def test_no_policy(self):
        """Without a policy in force a complaint has none, and no target."""
        complaint = self.draft()
        policies = self.env["governance.complaint.policy"]
        self.policy([{"kind": "first_response", "amount": 1}], publish=False)
        self.assertFalse(policies._get_for(self.company, complaint))
        self.assertFalse(policies._get_for(self.company))
        self.assertFalse(policies._get_target("first_response", complaint))

    def test_first_that_fits(self):
        """Of several policies in force the first one that fits the complaint holds."""
        targets = [{"kind": "first_response", "amount": 1}]
        every = self.policy(targets, code="ALL", sequence=20)
        online = self.policy(
            targets, code="ONLINE", channel_ids=self.online.ids, sequence=10
        )
        policies = self.env["governance.complaint.policy"]
        chat = self.draft(channel_id=self.online.id)
        self.assertEqual(policies._get_for(self.company, chat), online)
        self.assertEqual(policies._get_for(self.company, self.draft()), every)
        self.assertEqual(policies._get_for(self.company), every)

    def test_only_informing(self):
        """A policy that only informs holds for no complaint."""
        self.policy(
            norm_ids=[(0, 0, {"name": "Report", "amount": 3, "unit": "days"})],
            sequence=1,
        )
        policies = self.env["governance.complaint.policy"]
        self.assertFalse(policies._get_for(self.company, self.draft()))

    def test_target_by_severity(self):
        """The first line of a kind that fits holds; what nothing fits has no target."""
        policy = self.policy(
            [
                {
                    "kind": "first_response",
                    "amount": 1,
                    "sequence": 1,
                    "severity_ids": self.severities["major"].ids,
                },
                {"kind": "first_response", "amount": 8, "sequence": 2},
                {
                    "kind": "total_resolution",
                    "amount": 7,
                    "unit": "days",
                    "type_ids": self.types["complaint"].ids,
                },
            ]
        )
        major = self.draft(severity_id=self.severities["major"].id)
        minor = self.draft(type_id=self.types["suggestion"].id)
        self.assertEqual(policy._get_target("first_response", major).amount, 1)
        self.assertEqual(policy._get_target("first_response", minor).amount, 8)
        self.assertEqual(policy._get_target("total_resolution", major).amount, 7)
        self.assertFalse(policy._get_target("total_resolution", minor))

    # ------------------------------------------------------------------
    # PROCEDURES AND ROUTES
    # ------------------------------------------------------------------

    def test_procedure(self):
        """A type has its procedure, and what the customer caused has another one."""
        every = self.procedure(code="ALL", sequence=20)
        light = self.procedure(
            code="S", sequence=10, type_ids=self.types["suggestion"].ids
        )
        caused = self.procedure(code="C", is_customer_cause=True)
        procedures = self.env["governance.complaint.procedure"]
        suggestion = self.draft(type_id=self.types["suggestion"].id)
        self.assertEqual(procedures._get_for(self.company, suggestion), light)
        self.assertEqual(procedures._get_for(self.company, self.draft()), every)
        self.assertEqual(procedures._get_for(self.company), every)
        self.assertEqual(
            procedures._get_for(self.company, self.draft(), is_customer_cause=True),
            caused,
        )

    def test_route(self):
        """The first rule that fits names the units; below a category counts too."""
        categories = self.env["product.category"]
        lamps = categories.create({"name": "Lamps"})
        led = categories.create({"name": "LED", "parent_id": lamps.id})
        product = self.env["product.product"].create(
            {"name": "Bulb", "categ_id": led.id}
        )
        routes = self.env["governance.complaint.route"]
        bulbs, rest = routes.create(
            [
                {
                    "name": "Lamps",
                    "sequence": 1,
                    "category_ids": lamps.ids,
                    "unit_id": self.workshop.id,
                },
                {"name": "Rest", "sequence": 2, "unit_id": self.service_unit.id},
            ]
        )
        self.assertEqual(routes._get_route(self.draft(product_id=product.id)), bulbs)
        self.assertEqual(routes._get_route(self.draft()), rest)
        self.service_unit.active = False
        self.assertFalse(routes._get_route(self.draft()))

    def test_route_that_never_holds(self):
        """A rule says which one before it leaves it nothing; the others say nothing."""
        values = {"unit_id": self.workshop.id}
        every, never = self.env["governance.complaint.route"].create(
            [
                {**values, "name": "Everything", "sequence": 1},
                {**values, "name": "Never", "sequence": 2},
            ]
        )
        self.assertIs(every.shadow_text, False)
        self.assertIn("“Everything” comes before", never.shadow_text)

    # ------------------------------------------------------------------
    # WHO SIGNS
    # ------------------------------------------------------------------

    def test_remedy_matrix(self):
        """The amount decides on the matrix, a limit itself still being inside."""
        matrices = {
            code: self.create_matrix(
                [self.group_step("group_executive")],
                subject="complaint_remedy",
                code=code,
            )
            for code in ("SMALL", "LARGE")
        }
        policy = self.policy(
            [{"kind": "first_response", "amount": 1}],
            remedy_limit_ids=[
                (0, 0, {"is_unlimited": True, "approval_code": "LARGE"}),
                (0, 0, {"amount": 500, "approval_code": "SMALL"}),
            ],
        )
        for amount, code in ((1, "SMALL"), (500, "SMALL"), (500.01, "LARGE")):
            self.assertEqual(
                policy._get_remedy_matrix(self.company, amount), matrices[code]
            )

    def test_remedy_without_amounts(self):
        """Without amounts the only matrix for remedies decides on all."""
        policy = self.policy([{"kind": "first_response", "amount": 1}])
        with self.assertRaises(UserError):
            policy._get_remedy_matrix(self.company, 10)
        matrix = self.create_matrix(
            [self.group_step("group_executive")],
            subject="complaint_remedy",
        )
        self.assertEqual(policy._get_remedy_matrix(self.company, 10), matrix)
        nothing = self.env["governance.complaint.policy"]
        self.assertEqual(nothing._get_remedy_matrix(self.company, 10), matrix)

    def test_registration(self):
        """Registering takes policy and procedure of type, channel and tier."""
        targets = [{"kind": "first_response", "amount": 1}]
        self.policy(targets, code="ALL", sequence=20)
        online = self.policy(
            targets, code="ONLINE", channel_ids=self.online.ids, sequence=10
        )
        self.procedure(code="ALL", sequence=20)
        light = self.procedure(
            code="S", sequence=10, type_ids=self.types["suggestion"].ids
        )
        complaint = self.draft(
            channel_id=self.online.id, type_id=self.types["suggestion"].id
        )
        complaint.action_register()
        self.assertEqual(complaint.sudo().policy_id, online)
        self.assertEqual(complaint.sudo().procedure_id, light)
