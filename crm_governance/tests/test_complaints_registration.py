# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .complaints_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintRegistration(ComplaintCommon):
    """A call becomes a registered complaint (D-07, D-08, D-10)."""

    def test_register(self):
        policy = self.policy([{"kind": "acknowledge", "amount": 1}])
        procedure = self.procedure()
        complaint = self.draft(date_received="2026-03-02 08:00:00")
        complaint.action_register()
        self.assertEqual(complaint.state, "registered")
        self.assertEqual(complaint.policy_id, policy)
        self.assertEqual(complaint.procedure_id, procedure)
        events = complaint.event_ids.sorted("date")
        self.assertEqual(events.mapped("kind"), ["received", "registered"])
        self.assertEqual(str(events[0].date), "2026-03-02 08:00:00")
        self.assertEqual(str(events[0].recorded_on), self.NOW)
        self.assertEqual(events.user_id, self.rep)

    def test_register_twice(self):
        complaint = self.draft()
        complaint.action_register()
        with self.assertSays("To Check"):
            complaint.action_register()

    def test_what_is_missing_is_named(self):
        complaint = self.draft(
            partner_id=False,
            type_id=False,
            severity_id=False,
            date_received="2026-03-03 08:00:00",
        )
        with self.assertRaises(UserError) as caught:
            complaint.action_register()
        text = str(caught.exception)
        self.assertEqual(text.count("•"), 4)
        for words in ("type of complaint", "how severe"):
            self.assertIn(words, text)
        self.assertEqual(complaint.state, "draft")

    def test_unknown_person(self):
        complaint = self.draft(partner_id=False, complainant_name="Mr Li")
        complaint.action_register()
        self.assertFalse(complaint.tier_id)
        complaint.partner_id = self.open_customer
        kinds = complaint.event_ids.mapped("kind")
        self.assertIn("reclassified", kinds)
        with self.assertRaises(AccessError):
            complaint.partner_id = self.important

    def test_registered_words_stay(self):
        complaint = self.draft()
        complaint.action_register()
        for values in (
            {"state": "closed"},
            {"date_received": "2026-03-01 00:00:00"},
            {"demand": "Nothing"},
            {"user_id": self.handler.id},
            {"severity_id": self.severities["major"].id},
        ):
            with self.assertRaises(AccessError, msg=values):
                complaint.write(values)
        complaint.title = "Deep scratches"
        with self.assertRaises(AccessError):
            complaint.unlink()

    def test_order_of_another_customer(self):
        with self.assertRaises(ValidationError):
            self.draft(user=self.rep, order_id=self.secret_order.id)

    def test_person_who_calls(self):
        """Whoever is found by name may be a person of the customer."""
        person = self.env["res.partner"].create(
            {"name": "Ms Zhang", "parent_id": self.open_customer.id}
        )
        with self.assertRaises(ValidationError):
            self.draft(partner_id=person.id)
        complaints = self.env["governance.complaint"].with_user(self.rep)
        with Form(complaints) as form:
            form.title = "Scratches"
            form.partner_id = person
            self.assertEqual(form.partner_id, self.open_customer)
            self.assertEqual(form.contact_id, person)
        self.assertEqual(form.record.contact_id, person)

    def test_seller_does_not_handle(self):
        complaint = self.draft(user_id=self.rep.id)
        with self.assertSays("interest in the matter"):
            complaint.action_register()
        self.assertEqual(complaint._get_interested_users(), self.rep)

    def test_register_only_own(self):
        complaint = self.draft()
        with self.assertRaises(AccessError):
            complaint.with_user(self.handler).action_register()

    def test_defaults(self):
        """Who types has just hung up; what it is about, nobody says but the caller."""
        names = ["channel_id", "type_id", "severity_id", "date_received"]
        complaints = self.env["governance.complaint"].with_user(self.rep)
        defaults = complaints.default_get(names)
        phone = self.env.ref("crm_governance.governance_complaint_channel_phone")
        self.assertEqual(defaults["channel_id"], phone.id)
        self.assertFalse(defaults.get("type_id"))
        self.assertFalse(defaults.get("severity_id"))

    def test_from_outside(self):
        """Whoever cannot be asked leaves it open, and the check asks for it."""
        complaint = self.env["governance.complaint"]._take_in(
            {"title": "Scratches", "complainant_name": "Mr Li"}, "portal"
        )
        complaint._as_system().unit_id = self.workshop
        self.assertEqual(complaint.state, "registered")
        self.assertFalse(complaint.type_id or complaint.severity_id)
        mine = complaint.with_user(self.chief)
        mine.validity = "valid"
        for values, words in (
            ({"type_id": self.types["complaint"].id}, "type of complaint"),
            ({"severity_id": self.severities["minor"].id}, "how severe"),
        ):
            with self.assertSays(words):
                mine.action_check()
            mine.reclassify(values, "Heard of it")
        self.assertFalse(mine._get_classing_errors())
