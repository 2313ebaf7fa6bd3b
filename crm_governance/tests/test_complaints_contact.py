# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .complaints_paper_common import ComplaintPaperCommon


@tagged("post_install", "-at_install")
class TestWhereTheCustomerIsReached(ComplaintPaperCommon):
    """Nobody keeps an answer from the customer without everybody seeing it."""

    def mine(self, complaint, user=None):
        return complaint.with_user(user or self.handler).sudo(False)

    def changes(self, complaint):
        events = complaint.sudo().event_ids
        return events.filtered(lambda one: one.kind == "contact")

    def test_on_record(self):
        """Before and after stand on the timeline and in the chatter."""
        complaint = self.at()
        person = self.env["res.partner"].create(
            {"name": "Ms Zhang", "parent_id": self.open_customer.id}
        )
        clocks = complaint.clock_ids.read(["state", "deadline"])
        # What happens in one breath with the registration is no change.
        self.env.flush_all()
        self.env.cr.precommit.run()
        values = {
            "complainant_email": "other@example.com",
            "complainant_phone": "555",
            "complainant_name": "Mr Other",
            "contact_id": person.id,
        }
        for count, (name, value) in enumerate(values.items(), 1):
            self.mine(complaint).write({name: value})
            self.env.flush_all()
            self.env.cr.precommit.run()
            event = self.changes(complaint).sorted("id")[-1:]
            self.assertEqual(len(self.changes(complaint)), count)
            self.assertEqual(event.details["fields"], [name])
            self.assertEqual(event.user_id, self.handler)
            tracked = complaint.message_ids.tracking_value_ids.sudo()
            self.assertIn(name, tracked.mapped("field_id.name"))
        first = self.changes(complaint).sorted("id")[:1]
        self.assertEqual(
            first.details["former"]["complainant_email"], "buyer@example.com"
        )
        self.assertIn("buyer@example.com → other@example.com", first.note)
        self.assertEqual(complaint.clock_ids.read(["state", "deadline"]), clocks)
        shown = [line["name"] for line in complaint._get_customer_timeline()]
        self.assertNotIn("Complainant or address changed", shown)

    def test_supervisor_hears(self):
        """When an address is lost; never of what is only added."""
        complaint = self.at()

        def told():
            return self.env["mail.message"].search_count(
                [
                    ("partner_ids", "in", self.chief.partner_id.ids),
                    ("subject", "ilike", "another complainant or address"),
                ]
            )

        self.mine(complaint).complainant_phone = "555"
        self.assertEqual(told(), 0)
        self.mine(complaint).complainant_email = False
        self.assertEqual(told(), 1)
        self.mine(complaint, self.chief).complainant_phone = "556"
        self.assertEqual(told(), 1)

    def test_nothing_changed(self):
        complaint = self.at()
        self.mine(complaint).complainant_email = "buyer@example.com"
        draft = self.draft(complainant_email="buyer@example.com")
        draft.complainant_email = "other@example.com"
        self.assertFalse(self.changes(complaint | draft))

    def test_address_of_a_colleague(self):
        """The answer to a customer does not go to one of us."""
        complaint = self.at()
        self.handler.partner_id.email = "Handler@example.com"
        with self.assertSays("address of a colleague"):
            self.mine(complaint).complainant_email = "handler@EXAMPLE.com"
        draft = self.draft(complainant_email="handler@example.com")
        with self.assertSays("address of a colleague"):
            draft.action_register()

    def test_address_like_that_of_a_colleague(self):
        """A line below stands for itself, in the address of a customer as well."""
        self.handler.login = "jo-do@example.com"
        complaint = self.at()
        self.mine(complaint).complainant_email = "jo_do@example.com"
        self.assertEqual(complaint.complainant_email, "jo_do@example.com")
