# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .confidentiality_access import AccessCommon


@tagged("post_install", "-at_install")
class TestWhy(AccessCommon):
    """Why somebody can or cannot see a customer."""

    def why(self, user, customer=None, asker=None):
        wizard = (
            self.env["governance.access.why"]
            .with_user(asker or self.custodian2)
            .create({"partner_id": (customer or self.secret).id, "user_id": user.id})
        )
        return wizard, wizard.answer

    def test_answers_agree_with_the_decision(self):
        """For each person and each customer, and each role is named."""
        self.grant(self.rep2, self.secret)
        confidentiality = self.env["governance.confidentiality"]
        for user in self.users.values():
            for customer in (self.open_customer, self.important, self.secret):
                readable, _why = confidentiality._explain(customer, user)
                if user != self.portal:
                    self.assertEqual(
                        readable, self.can_read(user, customer), user.login
                    )
        for user, text in (
            (self.rep, "Salesperson"),
            (self.leader, "Leads a sales team"),
            (self.specialist, "Specialist"),
            (self.cleared2, "which is enough"),
            (self.rep2, "Access for a time"),
            (self.leader2, "cannot see"),
        ):
            self.assertIn(text, self.why(user)[1])
        self.rep._with_suspension().governance_suspended = True
        answer = self.why(self.rep)[1]
        self.assertIn("suspended", answer)
        self.assertIn("cannot see", answer)

    def test_list(self):
        """Everybody who reads it, and nobody else, with the reason."""
        self.grant(self.rep2, self.secret)
        wizard, _answer = self.why(self.rep)
        action = wizard.action_list()
        lines = self.env["governance.access.why.line"].search(action["domain"])
        for user in self.users.values():
            if user != self.portal:
                self.assertEqual(
                    user in lines.user_id, self.can_read(user, self.secret), user.login
                )
        self.assertTrue(all(lines.mapped("why")))

    def test_who_asks(self):
        """Custodians and auditors who may read the customer."""
        self.auditor.group_ids += self.env.ref("crm_governance.group_clearance_2")
        self.why(self.rep, asker=self.auditor)
        for user in (self.custodian, self.rep, self.boss):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                wizard, _answer = self.why(self.rep, asker=user)
                wizard.action_list()
        self.auditor.group_ids -= self.env.ref("crm_governance.group_clearance_2")
        self.auditor.group_ids -= self.env.ref("crm_governance.group_clearance_1")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.why(self.rep, asker=self.auditor)[0].action_list()

    def test_my_access(self):
        """Everybody sees the own clearance, roles, access and requests."""
        grant = self.grant(self.rep2, self.secret)
        request = self.ask(self.rep2, "No such")
        pages = self.env["governance.my.access"]
        for user, count in ((self.rep2, 0), (self.rep, 2), (self.leader, 2)):
            action = pages.with_user(user).action_open()
            page = pages.with_user(user).browse(action["res_id"])
            self.assertIn("Ordinary", page.answer)
            if count:
                self.assertIn(f"you see {count} confidential", page.answer)
            else:
                self.assertIn("No customer above that level is yours", page.answer)
            self.assertEqual(page.display_name, "My access")
            self.assertEqual(
                page.grant_ids, grant if user == self.rep2 else pages.grant_ids
            )
            self.assertEqual(request in page.request_ids, user == self.rep2)
        with self.assertRaises(AccessError):
            page.with_user(self.employee).check_access("read")
        self.rep._with_suspension().governance_suspended = True
        page = pages.with_user(self.rep).create({})
        self.assertIn("suspended", page.answer)
