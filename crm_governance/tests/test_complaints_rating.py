# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .test_complaints_actions import ActionCommon


class RatingCommon(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_customer.email = "buyer@open.example"

    def mails(self):
        return self.env["mail.mail"].search(
            [("subject", "like", "How did we handle your complaint")]
        )

    def rating(self, complaint=None):
        complaint = (complaint or self.complaint).sudo()
        return self.env["rating.rating"].search(
            [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)]
        )

    def rate(self, rate, feedback="Words", complaint=None):
        complaint = (complaint or self.complaint).sudo()
        complaint.rating_apply(rate, rating=self.rating(complaint), feedback=feedback)

    def callbacks(self, complaint=None):
        kind = self.env.ref("crm_governance.mail_activity_type_complaint_callback")
        activities = (complaint or self.complaint).sudo().activity_ids
        return activities.filtered(lambda todo: todo.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestRating(RatingCommon):
    """The customer says what he or she thinks of it (D-48)."""

    def test_asked_after_the_closing(self):
        """One mail, to who wrote; its link stands in no chatter."""
        self.complaint._as_system().complainant_email = "boss@open.example"
        before = self.mails()
        self.close()
        [mail] = self.mails() - before
        self.assertEqual(mail.email_to, "boss@open.example")
        token = self.rating().access_token
        self.assertIn(f"/rate/{token}/5", mail.body_html)
        messages = self.complaint.sudo().message_ids
        self.assertFalse([one for one in messages if token in (one.body or "")])
        self.assertEqual(self.rating().partner_id, self.open_customer)

    def test_not_asked(self):
        """Not without an address, and not where the procedure does without."""
        before = self.mails()
        self.open_customer.email = False
        self.close()
        self.open_customer.email = "buyer@open.example"
        other = self.handled(procedure_id=self.procedure(needs_rating=False).id)
        self.close(other)
        self.assertEqual(self.mails(), before)

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("crm_governance.mail_template_complaint_rating")
        template.with_context(lang="zh_CN").subject = "评价"
        self.open_customer.lang = "zh_CN"
        self.close()
        self.assertTrue(self.env["mail.mail"].search([("subject", "=", "评价")]))

    def test_dissatisfied_customers_are_called_back(self):
        """By customer service, once; satisfied ones are left in peace."""
        self.close()
        self.rate(5)
        self.assertFalse(self.callbacks())
        self.rate(1)
        self.rate(1, "Really")
        [todo] = self.callbacks()
        self.assertEqual(todo.user_id, self.service)
        self.assertEqual(str(todo.date_deadline), "2026-03-03")
        self.assertEqual(self.complaint.rating_last_value, 1)
        kinds = self.complaint.sudo().event_ids.mapped("kind")
        self.assertEqual(kinds.count("rated"), 3)

    def test_callback_of_a_hidden_customer(self):
        """Only who may read the complaint gets to know that the customer is angry."""
        self.complaint = self.handled(
            partner_id=self.secret.id, user_id=False, registered_by_id=self.rep.id
        )
        self.close()
        self.rate(1)
        self.assertEqual(self.callbacks().user_id, self.rep)

    def test_words_of_the_customer(self):
        """No employee gives, changes, deletes or answers a rating of a complaint."""
        self.close()
        rating = self.rating()
        values = {
            "res_model_id": self.env["ir.model"]._get_id("governance.complaint"),
            "res_id": self.complaint.id,
            "rating": 5,
            "consumed": True,
        }
        for user in (self.handler, self.service, self.cmanager, self.manager):
            self.assertRefused(user, "rating.rating", "create", [values])
            for vals in ({"rating": 5}, {"consumed": True}, {"res_id": 1}):
                self.assertRefused(user, "rating.rating", "write", rating.ids, vals)
            self.assertRefused(user, "rating.rating", "reset", rating.ids)
            self.assertRefused(
                user, "rating.rating", "read", rating.ids, ["access_token"]
            )
            self.assertRefused(
                user, "governance.complaint", "rating_apply", self.complaint.ids, 5
            )
            with self.assertRaises(AccessError):
                self.complaint.with_user(user).rating_send_request(
                    self.env["mail.template"]
                )
        # A rating of something else cannot become one of a complaint either.
        other = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.open_customer.id,
            }
        )
        self.assertRefused(self.handler, "rating.rating", "write", other.ids, values)
        other.with_user(self.handler).write({"feedback": "Fine"})

    def test_read_by_whom_the_complaint_is_open_to(self):
        """Neither strangers nor who is not cleared reads what a customer wrote."""
        self.close()
        self.rate(1, "zqxword")
        rating = self.rating()
        self.assertReads(self.handler, rating)
        self.assertReads(self.rep, rating)
        for user in (self.employee, self.rep2):
            self.assertHidden(user, rating)
        complaint = self.handled(partner_id=self.secret.id)
        self.close(complaint)
        self.rate(1, "zqxsecret", complaint)
        hidden = self.rating(complaint)
        for user in (self.handler, self.chief, self.cmanager, self.auditor):
            self.assertHidden(user, hidden)
            found = self.env["rating.rating"].with_user(user)
            self.assertFalse(found.search([("feedback", "ilike", "zqxsecret")]))
        self.assertReads(self.rep, hidden)


@tagged("post_install", "-at_install")
class TestRatingPage(RatingCommon, HttpCase):
    """The link in the mail works without a login, and tells nothing else."""

    def test_rate_without_login(self):
        self.close()
        token = self.rating().access_token
        self.env.flush_all()
        self.come_back()
        self.authenticate(None, None)
        page = self.url_open(f"/rate/{token}/1")
        self.assertEqual(page.status_code, 200)
        for word in ("Scratches", "A new one", "governance_handler"):
            self.assertNotIn(word, page.text)
        self.assertEqual(self.rating().rating, 0, "A crawler rates nothing.")
        answer = self.url_open(
            f"/rate/{token}/submit_feedback",
            data={
                "rate": 1,
                "feedback": "<script>alert(1)</script>Slow",
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.rating().rating, 1)
        self.assertTrue(self.callbacks())
        message = self.complaint.sudo().message_ids[:1]
        self.assertNotIn("<script", message.body)
        self.assertEqual(self.url_open(f"/rate/{token[:-1]}x/1").status_code, 404)

    def test_strangers_do_not_rate_for_the_customer(self):
        """Whoever is logged in as somebody else is told nothing about the complaint."""
        self.close()
        token = self.rating().access_token
        self.env.flush_all()
        self.come_back()
        self.authenticate("governance_rep2", "governance_rep2")
        self.assertEqual(self.url_open(f"/rate/{token}/5").status_code, 404)
        answer = self.url_open(
            f"/rate/{token}/submit_feedback",
            data={"rate": 5, "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(self.rating().consumed)
