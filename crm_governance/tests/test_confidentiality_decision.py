# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .confidentiality_common import ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestDecision(ConfidentialityCommon):
    """Who reads and who changes a confidential customer (C-07, C-10, C-12)."""

    def test_everybody_reads_customers_of_the_lowest_level(self):
        """Installing hides nothing."""
        self.assertReads(self.employee, self.open_customer)
        self.assertEqual(self.open_customer.classification_rank, 0)

    def test_rank_follows_to_contacts_and_documents(self):
        """Every contact and every document has the rank of its customer."""
        self.assertEqual(self.secret_contact.classification_rank, 2)
        self.assertEqual(self.secret_lead.classification_rank, 2)
        self.assertEqual(self.secret_order.classification_rank, 2)

    def test_clearance(self):
        """A clearance opens its level and those below."""
        self.assertHidden(self.employee, self.secret)
        self.assertHidden(self.cleared1, self.secret)
        self.assertReads(self.cleared1, self.important)
        self.assertReads(self.cleared2, self.secret)
        self.assertReads(self.cleared2, self.important)

    def test_roles(self):
        """Owner, leader of the owner's team and named roles read and change."""
        for user in (self.rep, self.leader, self.specialist, self.liaison):
            self.assertReads(user, self.secret)
            self.assertReads(user, self.secret_contact)
            self.assertTrue(self.secret.with_user(user).has_access("write"))
        for user in (self.rep2, self.leader2, self.auditor, self.custodian):
            self.assertHidden(user, self.secret)
            self.assertHidden(user, self.secret_contact)

    def test_grant(self):
        """A grant lets read until its last second, and change nothing."""
        grant = self.grant(self.rep2, self.secret, hours=1)
        self.assertReads(self.rep2, self.secret)
        self.assertReads(self.rep2, self.secret_contact)
        self.assertReads(self.rep2, self.secret_order)
        self.assertFalse(self.secret.with_user(self.rep2).has_access("write"))
        with self.assertRaises(AccessError):
            self.secret.with_user(self.rep2).write({"phone": "1"})
        with freeze_time(fields.Datetime.subtract(grant.date_end, seconds=1)):
            self.assertReads(self.rep2, self.secret)
        with freeze_time(grant.date_end):
            self.assertHidden(self.rep2, self.secret)
            self.assertHidden(self.rep2, self.secret_order)

    def test_mask(self):
        """The label of a hidden customer says that it is confidential."""
        name = self.secret.with_user(self.employee).sudo().display_name
        self.assertEqual(name, "Confidential customer")
        name = self.secret.with_user(self.rep).sudo().display_name
        self.assertEqual(name, "Secret Holding")
