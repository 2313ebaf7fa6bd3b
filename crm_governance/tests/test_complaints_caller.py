# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .complaints_common import ComplaintCommon

CALL = "crm_governance.governance_complaint_view_form"


@tagged("post_install", "-at_install")
class TestComplaintCaller(ComplaintCommon):
    """Who calls is found by the number while the call is noted (D-07)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        partners = cls.env["res.partner"]
        cls.buyer, cls.keeper = partners.create(
            [
                {
                    "name": "Buyer",
                    "parent_id": cls.open_customer.id,
                    "phone": "+86 21 6234 5678",
                },
                {
                    "name": "Store Keeper",
                    "parent_id": cls.open_customer.id,
                    "phone": "+86 21 6000 1111",
                },
            ]
        )
        cls.secret_contact.phone = "+86 21 6999 8888"

    def call(self, number, user=None, **values):
        """Return the form in which a call is noted, after the number was typed."""
        complaints = self.env["governance.complaint"].with_user(user or self.rep)
        form = Form(complaints, CALL)
        for name, value in values.items():
            form[name] = value
        form.complainant_phone = number
        return form

    def assertCalls(self, form, customer, contact):
        self.assertEqual(form.partner_id, customer.with_env(form.partner_id.env))
        self.assertEqual(form.contact_id, contact.with_env(form.contact_id.env))

    def test_found(self):
        """However the number is written, customer and contact are filled in."""
        for number in (
            "+86 21 6234 5678",
            "+862162345678",
            "0086 21 62345678",
            "021-6234 5678",
            "02162345678",
        ):
            with self.subTest(number):
                form = self.call(number)
                self.assertCalls(form, self.open_customer, self.buyer)
                self.assertFalse(form.caller_ids[:])

    def test_found_as_written_by_others(self):
        """The address book may hold it in the way of the country, or of all."""
        for number in ("021 6234 5678", "(021) 62345678", "008621-62345678"):
            self.buyer.phone = number
            self.assertCalls(self.call("+862162345678"), self.open_customer, self.buyer)

    def test_saved(self):
        form = self.call("021-6234 5678")
        form.title = "No sugar in it"
        complaint = form.save()
        self.assertEqual(complaint.contact_id, self.buyer)
        self.assertEqual(complaint.complainant_phone, "021-6234 5678")

    def test_unknown(self):
        """A number that nobody has is kept, and nothing else happens."""
        for number in ("+86 21 1111 2222", "5678", "12", "no number", "%", "+"):
            with self.subTest(number):
                form = self.call(number)
                self.assertCalls(form, *[self.env["res.partner"]] * 2)
                self.assertEqual(form.complainant_phone, number)

    def test_choice(self):
        """Several contacts of one customer: the customer is sure, the person chosen."""
        self.keeper.phone = self.buyer.phone
        form = self.call("02162345678")
        self.assertCalls(form, self.open_customer, self.env["res.partner"])
        self.assertEqual(set(form.caller_ids[:].ids), {self.buyer.id, self.keeper.id})
        form.caller_id = self.keeper
        self.assertCalls(form, self.open_customer, self.keeper)
        self.assertFalse(form.caller_ids[:])
        form.title = "Too late"
        self.assertEqual(form.save().contact_id, self.keeper)

    def test_choice_of_customers(self):
        """Of two customers none is guessed."""
        other = self.customer("Other Trading", self.rep, phone=self.buyer.phone)
        form = self.call("02162345678")
        self.assertCalls(form, *[self.env["res.partner"]] * 2)
        self.assertEqual(set(form.caller_ids[:].ids), {self.buyer.id, other.id})
        form.caller_id = other
        self.assertCalls(form, other, self.env["res.partner"])

    def test_hot_line(self):
        """A number that half the address book has names nobody."""
        self.env["res.partner"].create(
            [{"name": f"C{number}", "phone": self.buyer.phone} for number in range(9)]
        )
        form = self.call("02162345678")
        self.assertCalls(form, *[self.env["res.partner"]] * 2)
        self.assertFalse(form.caller_ids[:])

    def test_not_overwritten(self):
        """What was chosen stays; who may be calling is one of that customer."""
        form = self.call("02162345678", partner_id=self.keeper)
        self.assertCalls(form, self.open_customer, self.keeper)
        other = self.customer("Other Trading", self.rep)
        form = self.call("02162345678", partner_id=other)
        self.assertCalls(form, other, self.env["res.partner"])
        complaint = self.draft(partner_id=other.id)
        complaint.action_register()
        with Form(complaint, CALL) as form:
            form.complainant_phone = "02162345678"
        self.assertEqual(complaint.partner_id, other)
        self.assertFalse(complaint.contact_id)

    def test_confidential(self):
        """Whoever may not read the customer hears nothing: as of an unknown number."""
        nobody = self.env["res.partner"]
        for user in (self.rep2, self.handler, self.cmanager):
            form = self.call("02169998888", user)
            self.assertCalls(form, nobody, nobody)
            self.assertFalse(form.caller_ids[:])
        form = self.call("02169998888", self.rep)
        self.assertCalls(form, self.secret, self.secret_contact)
        # A number of both says no more than that of the open one.
        self.secret_contact.phone = self.buyer.phone
        form = self.call("02162345678", self.rep2)
        self.assertCalls(form, self.open_customer, self.buyer)
        self.assertFalse(form.caller_ids[:])

    def test_other_company(self):
        """Contacts of other companies call there."""
        other = self.env["res.company"].create({"name": "Other company"})
        self.open_customer.company_id = other
        self.rep.company_ids += other
        form = self.call("02162345678")
        self.assertFalse(form.partner_id)

    def test_from_outside(self):
        """The choice fills in nothing by itself, and points at nothing hidden."""
        complaint = self.draft(caller_id=self.buyer.id)
        self.assertFalse(complaint.contact_id)
        self.assertFalse(complaint.with_env(self.env).caller_id)
        with self.assertRaises(AccessError):
            self.draft(self.rep2, caller_id=self.secret_contact.id)

    def test_index(self):
        """A number is one look at an index, never a scan of the address book."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM res_partner WHERE phone IS NOT NULL AND "
            "regexp_replace(phone::text, '[\\s\\\\./\\(\\)\\-]'::text, ''::text, "
            "'g'::text) = '02162345678'"
        )
        plan = "\n".join(row for (row,) in self.env.cr.fetchall())
        self.assertIn("res_partner_phone_partial", plan)
