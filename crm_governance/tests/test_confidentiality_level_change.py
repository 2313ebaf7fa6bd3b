# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.confidentiality import governance_level_change
from .confidentiality_common import JOBS, ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestLevelChange(ConfidentialityCommon):
    """Levels are proposed by a custodian and approved by somebody else (C-05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix = cls.create_matrix(
            [cls.group_step("group_executive")], subject="level_change", code="LVL"
        )

    def propose(self, partners, level, user=None, **values):
        change = (
            self.env["governance.level.change"]
            .with_user(user or self.custodian2)
            .create(
                {
                    "partner_ids": [(6, 0, partners.ids)],
                    "level_id": level.id,
                    "reason": "They told us their plans",
                    **values,
                }
            )
        )
        change.action_request_approval()
        return change

    def decide(self, change, verdict, user=None):
        request = change.sudo().approval_request_id
        return request.with_user(user or self.boss).decide(verdict, "Yes or no")

    def test_raising_takes_effect_at_once(self):
        """Nobody reads on while the approver thinks."""
        self.assertReads(self.employee, self.open_customer)
        change = self.propose(self.open_customer, self.level2)
        self.assertHidden(self.employee, self.open_customer)
        self.assertEqual(change.state, "requested")
        self.decide(change, "approved")
        self.assertEqual(change.state, "done")
        self.assertHidden(self.employee, self.open_customer)

    def test_rejected_raise_is_taken_back(self):
        """The customer has its former level again."""
        change = self.propose(self.important, self.level2)
        self.decide(change, "rejected")
        self.assertEqual(change.state, "refused")
        self.assertEqual(self.important.classification_rank, 1)
        self.assertEqual(self.important.governance_level_id, self.level1)

    def test_lowering_waits(self):
        """Nothing is open before the second person has signed."""
        change = self.propose(self.secret, self.level0)
        self.assertHidden(self.employee, self.secret)
        self.decide(change, "approved")
        self.assertReads(self.employee, self.secret)
        self.assertReads(self.employee, self.secret_contact)
        self.assertEqual(self.secret_lead.classification_rank, 0)

    def test_long_lists(self):
        """What is too much at once is changed in the background, in both ways."""
        customers = self.important | self.secret
        with patch.object(governance_level_change, "AT_ONCE", 1):
            change = self.propose(self.open_customer | self.important, self.level2)
            self.assertEqual(change.open_count, 1)
            self.run_job("governance.level.change", "_cron_apply")
            self.assertFalse(change.open_count)
            self.assertHidden(self.employee, self.open_customer)
            self.assertEqual(change.state, "requested")
            self.decide(change, "approved")
            self.assertEqual(change.state, "done")
            change = self.propose(customers, self.level0)
            self.run_job("governance.level.change", "_cron_apply")
            self.assertEqual(change.open_count, 2)
            self.decide(change, "approved")
            self.assertEqual((change.state, change.open_count), ("approved", 1))
        self.run_job("governance.level.change", "_cron_apply")
        self.assertEqual(change.state, "done")
        for customer in customers:
            self.assertReads(self.employee, customer)

    def test_one_that_fails(self):
        """In the background, one customer that cannot be changed stops no other."""
        customers = self.important | self.secret
        partners = type(self.env["res.partner"])
        classify = partners._classify
        problem = UserError("The customer is being merged.")

        def fail(partner, *args):
            if partner == self.important:
                raise problem
            return classify(partner, *args)

        with patch.object(governance_level_change, "AT_ONCE", 0):
            change = self.propose(customers, self.level0)
            self.decide(change, "approved")
        self.assertEqual((change.state, change.open_count), ("approved", 2))
        with (
            patch.object(partners, "_classify", fail),
            self.assertLogs(JOBS, level="WARNING"),
        ):
            self.run_job("governance.level.change", "_cron_apply")
        self.assertEqual(change.state, "done")
        kept = change.line_ids.filtered(lambda line: line.state == "kept")
        self.assertEqual(kept.partner_id, self.important)
        self.assertIn("being merged", kept.last_error)
        self.assertReads(self.employee, self.secret)
        self.assertHidden(self.employee, self.important)

    def test_lowering_needs_a_reason(self):
        """Spaces are no reason."""
        with self.assertRaisesRegex(UserError, "reason"):
            self.propose(self.secret, self.level0, reason="  ")

    def test_nobody_classifies_above_the_own_clearance(self):
        """Neither the custodian nor the approver."""
        with self.assertRaisesRegex(UserError, "above your own clearance"):
            self.propose(self.open_customer, self.level2, self.custodian)
        change = self.propose(self.open_customer, self.level1)
        # Raised at once, the customer and the request are hidden from the approver.
        with self.assertRaises(AccessError):
            self.decide(change, "approved", self.executive)
        self.assertEqual(change.state, "requested")

    def test_nobody_cleared_could_sign(self):
        """A raised customer is hidden from approvers without the clearance (C-05)."""
        self.boss.group_ids -= self.env.ref("crm_governance.group_clearance_2")
        with self.assertRaisesRegex(UserError, "nobody is cleared for “Important”"):
            self.propose(self.open_customer, self.level1)
        self.assertReads(self.employee, self.open_customer)
        # Neither does the one who proposes count, nor a suspended approver.
        self.custodian2.group_ids += self.env.ref("crm_governance.group_executive")
        with self.assertRaisesRegex(UserError, "nobody is cleared"):
            self.propose(self.open_customer, self.level1)
        self.boss.group_ids += self.env.ref("crm_governance.group_clearance_2")
        self.boss._with_suspension().governance_suspended = True
        with self.assertRaisesRegex(UserError, "nobody is cleared"):
            self.propose(self.secret, self.level1)
        self.boss._with_suspension().governance_suspended = False
        self.propose(self.secret, self.level1)

    def test_every_step_needs_somebody_cleared(self):
        """Also a step whose turn comes later is found before anything is raised."""
        draft = self.env["governance.approval.policy"].browse(
            self.matrix.action_new_version()["res_id"]
        )
        draft.write(
            {
                "step_ids": [
                    Command.create(
                        {
                            "name": "Opinion",
                            **self.group_step("group_committee", sequence=20),
                        }
                    )
                ]
            }
        )
        draft.action_publish()
        with self.assertRaisesRegex(UserError, "“Opinion”.*nobody is cleared"):
            self.propose(self.open_customer, self.level1)
        self.assertReads(self.employee, self.open_customer)

    def test_button_on_customers(self):
        """The button opens a proposal with the customers that were chosen."""
        customers = self.open_customer | self.customer("Second Trading")
        action = customers.with_user(self.custodian2).action_governance_change_level()
        changes = self.env["governance.level.change"].with_user(self.custodian2)
        form = Form(changes.with_context(**action["context"]))
        self.assertEqual(form.partner_ids.ids, customers.ids)
        form.level_id = self.level1
        form.reason = "They told us their plans"
        change = form.save()
        self.assertEqual(change.line_ids.partner_id, customers)
        change.action_request_approval()
        self.assertEqual(customers.governance_level_id, self.level1)

    def test_button_takes_contacts_for_their_customer(self):
        """A contact has the level of its customer."""
        action = self.secret_contact.with_user(
            self.custodian2
        ).action_governance_change_level()
        self.assertEqual(action["context"]["default_partner_ids"], self.secret.ids)

    def test_button_is_for_custodians(self):
        """Neither others nor customers above the clearance."""
        for user in (self.rep, self.leader, self.manager, self.boss, self.auditor):
            with self.assertRaises(AccessError):
                self.open_customer.with_user(user).action_governance_change_level()
        with self.assertRaises(AccessError):
            self.secret.with_user(self.custodian).action_governance_change_level()

    def test_others_do_not_propose(self):
        """Only custodians write proposals; nobody writes the level itself."""
        for user in (self.rep, self.leader, self.manager, self.boss, self.employee):
            with self.assertRaises(AccessError):
                self.propose(self.open_customer, self.level1, user)
        for user in (self.rep, self.custodian2, self.manager):
            with self.assertRaises(AccessError):
                self.open_customer.with_user(user).write(
                    {"governance_level_id": self.level1.id}
                )
            with self.assertRaises(AccessError):
                self.open_customer.with_user(user).write({"classification_rank": 2})

    def test_contacts_of_employees_stay_open(self):
        """A customer with an employee among its contacts is not raised."""
        self.employee.partner_id.parent_id = self.open_customer
        with self.assertSays(self.employee.login):
            self.propose(self.open_customer, self.level1)

    def test_links_and_messages_that_were_prepared(self):
        """Links to files end, and so do messages that others have scheduled."""
        file = self.env["ir.attachment"].create(
            {
                "name": "offer.txt",
                "raw": b"offer",
                "res_model": "res.partner",
                "res_id": self.open_customer.id,
                "public": True,
            }
        )
        file.generate_access_token()
        kept, dropped = (
            self.env["mail.scheduled.message"]
            .with_user(user)
            .create(
                {
                    "model": "res.partner",
                    "res_id": self.open_customer.id,
                    "author_id": user.partner_id.id,
                    "body": "Our offer",
                    "scheduled_date": "2099-01-01 00:00:00",
                }
            )
            for user in (self.rep, self.rep2)
        )
        self.propose(self.open_customer, self.level2)
        self.assertFalse(file.public or file.access_token)
        self.assertTrue(kept.sudo().exists())
        self.assertFalse(dropped.sudo().exists())

    def test_people_who_lose_access(self):
        """Followers, to-dos, notifications and shared links end with access."""
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.open_customer.id}
        )
        self.open_customer.message_subscribe(
            (self.rep | self.rep2).partner_id.ids + self.portal.partner_id.ids
        )
        to_do = lead.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.rep2.id
        )
        message = lead.message_post(
            body="Hello",
            partner_ids=self.rep2.partner_id.ids,
            author_id=self.rep.partner_id.id,
        )
        order = self.env["sale.order"].create({"partner_id": self.open_customer.id})
        token = order._portal_ensure_token()
        self.propose(self.open_customer, self.level2)
        followers = self.open_customer.message_partner_ids
        self.assertIn(self.rep.partner_id, followers)
        self.assertIn(self.portal.partner_id, followers)
        self.assertNotIn(self.rep2.partner_id, followers)
        self.assertEqual(to_do.user_id, self.rep)
        self.assertFalse(message.with_user(self.rep2).has_access("read"))
        self.assertTrue(message.with_user(self.rep).has_access("read"))
        self.assertNotEqual(order.access_token, token)
