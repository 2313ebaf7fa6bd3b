# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .complaints_paper_common import ComplaintPaperCommon


@tagged("post_install", "-at_install")
class TestRemedy(ComplaintPaperCommon):
    """What the customer gets, approved by amount, proved by a document (D-30)."""

    def propose(self, complaint, amount=50, user=None, **values):
        remedies = self.env["governance.complaint.remedy"].with_user(
            user or self.handler
        )
        return remedies.create(
            {
                "complaint_id": complaint.id,
                "kind": "reduction",
                "description": "10 percent off",
                "amount": amount,
                **values,
            }
        )

    def approved(self, complaint, amount=50, **values):
        remedy = self.propose(complaint, amount, **values)
        remedy.action_request_approval()
        self.sign(remedy, self.chief)
        if amount > 100:
            self.sign(remedy, self.executive)
        return remedy

    def credit_note(self, amount, partner=None, post=True, move_type="out_refund"):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or self.open_customer).id,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Remedy",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [(5,)],
                            "account_id": self.income.id,
                        },
                    )
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"]
        cls.income, receivable = accounts.create(
            [
                {"name": "Sales", "code": "TGV1", "account_type": "income"},
                {
                    "name": "Customers",
                    "code": "TGV2",
                    "account_type": "asset_receivable",
                    "reconcile": True,
                },
            ]
        )
        for customer in (cls.open_customer, cls.important):
            customer.property_account_receivable_id = receivable
        if not cls.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", cls.company.id)]
        ):
            cls.env["account.journal"].create(
                {
                    "name": "Sales",
                    "code": "TGVS",
                    "type": "sale",
                    "default_account_id": cls.income.id,
                }
            )

    def test_who_proposes(self):
        """Those who work on the complaint, and nobody else."""
        complaint = self.at("opinion")
        for user in (self.handler, self.handler2, self.chief):
            self.propose(complaint, user=user)
        for user in (self.rep, self.executive, self.employee, self.auditor):
            with self.assertRaises(AccessError):
                self.propose(complaint, user=user)
        with self.assertRaises(UserError):
            self.propose(complaint, user=self.service)

    def test_small(self):
        """Up to the limit the supervisor is enough, the limit included."""
        remedy = self.propose(self.at("opinion"), 100)
        remedy.action_request_approval()
        self.sign(remedy, self.chief)
        self.assertEqual(remedy.state, "approved")

    def test_large(self):
        """Above the limit an executive signs too."""
        remedy = self.propose(self.at("opinion"), 100.01)
        remedy.action_request_approval()
        self.sign(remedy, self.chief)
        self.assertEqual(remedy.state, "requested")
        self.sign(remedy, self.executive)
        self.assertEqual(remedy.state, "approved")

    def test_other_currency(self):
        """The limit is in the currency of the company, at the rate of the day."""
        other = self.env["res.currency"].create(
            {"name": "TGX", "symbol": "x", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": other.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.1,
            }
        )
        remedy = self.propose(self.at("opinion"), 50, currency_id=other.id)
        remedy.action_request_approval()
        self.sign(remedy, self.chief)
        self.assertEqual(remedy.state, "requested")

    def test_not_by_oneself(self):
        """Neither who proposed it nor the handler approves it."""
        remedy = self.propose(self.at("opinion"), user=self.chief)
        with self.assertSays("Nobody could sign"):
            remedy.action_request_approval()

    def test_amount_is_signed(self):
        """What was approved is not changed afterwards, and no state is written."""
        remedy = self.propose(self.at("opinion"))
        with self.assertRaises(AccessError):
            remedy.write({"state": "approved"})
        remedy.write({"amount": 60})
        remedy.action_request_approval()
        for vals in ({"amount": 5000}, {"description": "All of it"}):
            with self.assertRaises(AccessError):
                remedy.write(vals)
        self.sign(remedy, self.chief)
        with self.assertRaises(AccessError):
            remedy.write({"amount": 5000})
        with self.assertRaises(AccessError):
            remedy.unlink()

    def test_refused(self):
        """A refusal says why, and is in the timeline."""
        complaint = self.at("opinion")
        remedy = self.propose(complaint)
        remedy.action_request_approval()
        self.sign(remedy, self.chief, verdict="rejected", remark="Not our fault")
        self.assertEqual((remedy.state, remedy.refusal), ("refused", "Not our fault"))
        deeds = complaint.event_ids.sorted("id").filtered(
            lambda one: one.kind == "remedy"
        )
        self.assertEqual(
            [one.details["deed"] for one in deeds], ["submitted", "refused"]
        )

    def test_done_needs_proof(self):
        """It is done when a document shows it, or somebody says why there is none."""
        remedy = self.approved(self.at("opinion"))
        with self.assertSays("Choose the credit note or the order"):
            remedy.action_done()
        remedy.write({"done_reason": "Paid out of the petty cash"})
        remedy.action_done()
        self.assertEqual(remedy.state, "done")
        self.assertEqual(remedy.done_by_id, self.handler)

    def test_credit_note(self):
        """A posted credit note of the customer, over no more than was approved."""
        remedy = self.approved(self.at("opinion"), 50)
        for move, words in (
            (self.credit_note(50, post=False), "not posted"),
            (self.credit_note(50, partner=self.important), "another customer"),
            (self.credit_note(50, move_type="out_invoice"), "Choose a credit note"),
            (self.credit_note(50.01), "more than was approved"),
        ):
            remedy.sudo()._as_system().write({"move_id": move.id})
            with self.assertSays(words):
                remedy.action_done()
        remedy._as_system().write({"move_id": self.credit_note(50).id})
        remedy.action_done()
        self.assertEqual(remedy.state, "done")

    def test_one_note_for_two(self):
        """One credit note may be for several remedies, never for more than all."""
        complaint = self.at("opinion")
        first, second = self.approved(complaint, 50), self.approved(complaint, 30)
        move = self.credit_note(80)
        (first | second)._as_system().write({"move_id": move.id})
        first.action_done()
        second.action_done()
        third = self.approved(complaint, 10)
        with self.assertSays("more than was approved"):
            third._as_system().write({"move_id": self.credit_note(11).id})
            third.action_done()

    def test_draw_up(self):
        """Documents are drawn up with the rights of the user."""
        remedy = self.approved(self.at("opinion"), 50)
        with self.assertRaises(AccessError):
            remedy.action_create_credit_note()
        self.handler.group_ids |= self.env.ref("account.group_account_invoice")
        action = remedy.action_create_credit_note()
        move = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((move.move_type, move.amount_total), ("out_refund", 50))
        self.assertEqual(remedy.move_id, move)
        with self.assertSays("a document for this remedy already"):
            remedy.action_create_credit_note()

    def test_exchange(self):
        """What is sent instead is an order, which has to be confirmed."""
        remedy = self.approved(self.at("opinion"), 0, kind="exchange")
        self.handler.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        with self.assertSays("Choose the product"):
            remedy.action_create_order()
        product = self.env["product.product"].create({"name": "Lamp"})
        remedy._as_system().write({"product_id": product.id})
        remedy.action_create_order()
        with self.assertSays("not confirmed"):
            remedy.action_done()
        remedy.sudo().order_id.action_confirm()
        remedy.action_done()
        self.assertEqual(remedy.state, "done")

    def test_too_early(self):
        """Before the complaint is assigned, nobody is asked about money."""
        complaint = self.at("assigned")
        remedy = self.propose(complaint)
        complaint._as_system().state = "accepted"
        with self.assertRaises(UserError):
            remedy.action_request_approval()
