# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

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

    def test_documents_belong_to_the_commercial_entity(self):
        """Access to a customer ends for a contact that is a customer of its own."""
        order = self.env["sale.order"].create({"partner_id": self.secret_contact.id})
        self.assertEqual(order.classification_partner_id, self.secret)
        self.assertFalse(self.open_order().classification_partner_id)
        self.grant(self.rep2, self.secret)
        self.assertReads(self.rep2, order)
        self.secret_contact.parent_id = False
        self.assertEqual(order.classification_rank, 2)
        self.assertEqual(order.classification_partner_id, self.secret_contact)
        self.assertHidden(self.rep2, order)

    def open_order(self):
        return self.env["sale.order"].create({"partner_id": self.open_customer.id})

    def test_job_repairs_the_entity_of_documents(self):
        """A document that lost its entity is found again by those who may."""
        self.secret_order.flush_recordset()
        self.env["governance.access.entry"]._record("raised", self.secret)
        self.env.cr.precommit.run()
        self.env.cr.execute(
            "UPDATE sale_order SET classification_partner_id = NULL WHERE id = %s",
            [self.secret_order.id],
        )
        self.assertHidden(self.rep, self.secret_order)
        self.run_job("res.partner", "_cron_align_ranks")
        self.assertReads(self.rep, self.secret_order)

    def test_role_of_another_addon(self):
        """A role that an addon adds counts once the addon is installed."""
        approver = type(self.env["governance.approver.mixin"])
        roles = self.env["governance.approver.mixin"]._get_customer_role_fields()
        with patch.object(
            approver,
            "_get_customer_role_fields",
            lambda self: {**roles, "editor": "write_uid"},
        ):
            self.env["governance.approver.mixin"].init()
            self.env.cr.execute(
                "UPDATE res_partner SET write_uid = %s WHERE id = %s",
                [self.rep2.id, self.secret.id],
            )
            self.assertReads(self.rep2, self.secret)
        self.env["governance.approver.mixin"].init()
        self.assertHidden(self.rep2, self.secret)

    def test_nothing_is_opened_by_an_empty_id(self):
        """An addon whose arm also selects NULL opens no customer with it."""
        decision = type(self.env["governance.confidentiality"])
        arms = decision._get_reading_arms
        with patch.object(
            decision,
            "_get_reading_arms",
            lambda self, *args: [
                *arms(self, *args),
                ("addon", SQL("SELECT parent_id FROM res_partner WHERE id = 1")),
            ],
        ):
            self.env["governance.confidentiality"].init()
            for record in (self.secret, self.secret_order, self.secret_bank()):
                self.assertHidden(self.rep2, record)
        self.env["governance.confidentiality"].init()

    def secret_bank(self):
        return self.env["res.partner.bank"].create(
            {"acc_number": "6222 0000", "partner_id": self.secret.id}
        )

    def test_counting_asks_the_database_once(self):
        """Whether somebody is suspended is looked up by the statement itself."""
        sales = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.cleared2.group_ids += sales
        for user in (self.rep, self.rep2, self.cleared2):
            for name in ("res.partner", "crm.lead", "sale.order"):
                model = self.env[name].with_user(user)
                before = model.search_count([])
                self.env["res.users"].invalidate_model()
                with self.subTest(model=name), self.assertQueryCount(1):
                    self.assertEqual(model.search_count([]), before)
        mine = self.secret_lead.with_user(self.cleared2)
        self.assertTrue(mine.search([("id", "=", mine.id)]))
        self.cleared2._with_suspension().governance_suspended = True
        self.assertFalse(mine.search([("id", "=", mine.id)]))

    def test_ranks_are_fetched_and_nothing_else(self):
        """Reading brings the ranks along; no order and no domain gets to them."""
        partners = self.env["res.partner"].with_user(self.rep)
        partners.search_fetch([], ["name"])
        with self.assertRaises(AccessError):
            partners.search([], order="classification_rank")
        with self.assertRaises(AccessError):
            partners.search([("classification_rank", "=", 2)])
        with self.assertRaises(AccessError):
            self.secret.with_user(self.rep).read(["classification_rank"])

    def test_mask(self):
        """The label of a hidden customer says that it is confidential."""
        name = self.secret.with_user(self.employee).sudo().display_name
        self.assertEqual(name, "Confidential customer")
        name = self.secret.with_user(self.rep).sudo().display_name
        self.assertEqual(name, "Secret Holding")
