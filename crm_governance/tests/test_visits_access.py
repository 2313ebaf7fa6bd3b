# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import tagged

from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitAccess(VisitCommon):
    """Who reads which visit, and what hangs on it."""

    def records(self, visit):
        """Return a visit with what belongs to it."""
        self.promise(visit)
        self.travel("2026-03-05 11:00:00")
        visit.action_hold()
        self.report(visit)
        visit.with_user(visit._get_deciders()[0]).unlock("Look again")
        return visit.sudo(), visit.sudo().promise_ids, visit.sudo().unlock_ids

    def test_open_customer(self):
        """Who takes part, leads, audits or administers reads it; nobody else."""
        visit = self.visit(participant_ids=[Command.link(self.rep2.id)])
        readers = (self.rep, self.rep2, self.leader, self.auditor, self.manager)
        others = (self.leader2, self.employee, self.custodian, self.boss, self.portal)
        for record in self.records(visit):
            for user in readers:
                self.assertReads(user, record)
            for user in others:
                self.assertHidden(user, record)

    def test_roles_of_the_customer(self):
        """Specialist and liaison leader read the visits of others to their customer."""
        self.open_customer.write(
            {
                "governance_specialist_id": self.specialist.id,
                "governance_liaison_leader_id": self.liaison.id,
            }
        )
        visit = self.visit()
        for user in (self.specialist, self.liaison):
            self.assertReads(user, visit)
            with self.assertSays("writes the report"):
                visit.with_user(user).write({"result": "x"})
        self.assertHidden(self.rep2, visit)

    def test_confidential_customer(self):
        """Auditors and administrators below the level read nothing of it."""
        visit = self.visit(partner_id=self.important.id)
        for record in self.records(visit):
            self.assertReads(self.rep, record)
            self.assertReads(self.leader, record)
            for user in (self.auditor, self.manager, self.rep2, self.cleared2):
                self.assertHidden(user, record)

    def test_attachments(self):
        """The files of a report are as closed as the report."""
        visit = self.visit()
        file = (
            self.env["ir.attachment"]
            .with_user(self.rep)
            .create(
                {
                    "name": "photo.txt",
                    "raw": b"shop",
                    "res_model": visit._name,
                    "res_id": visit.id,
                }
            )
        )
        self.assertReads(self.leader, file)
        for user in (self.rep2, self.employee):
            self.assertHidden(user, file)

    def test_counts(self):
        """Customers and leads show what the user may read."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "partner_id": self.open_customer.id,
                "user_id": self.rep.id,
            }
        )
        self.visit(lead_id=lead.id)
        held = self.visit(date_start="2026-03-02 08:00:00")
        held.action_hold()
        self.visit().cancel("No")
        self.slot(date="2026-03-04", key="due")
        customer = self.contact.with_user(self.rep)
        self.assertEqual(customer.governance_visit_count, 2)
        self.assertEqual(str(customer.governance_last_visit), "2026-03-02")
        self.assertEqual(lead.with_user(self.rep).governance_visit_count, 1)
        customer = self.contact.with_user(self.rep2)
        self.assertEqual(customer.governance_visit_count, 0)
        self.assertFalse(customer.governance_last_visit)
        action = self.contact.with_user(self.rep).action_governance_visits()
        self.assertEqual(self.env["governance.visit"].search_count(action["domain"]), 3)

    def test_next_visit(self):
        """The next planned visit, or the day on which one is due."""
        customer = self.open_customer.with_user(self.rep)
        self.assertFalse(customer.governance_next_visit)
        self.visit(date_start="2026-03-10 09:00:00")
        self.env.invalidate_all()
        self.assertEqual(str(customer.governance_next_visit), "2026-03-10")
        self.slot(date="2026-03-04", key="due", user=self.rep2)
        self.env.invalidate_all()
        self.assertEqual(str(customer.governance_next_visit), "2026-03-04")

    def test_dossier(self):
        """The file of the customer shows the visits that its reader may read."""
        visit = self.visit()
        other = self.visit(self.rep2)
        file = self.env["governance.file"].create(
            {"partner_id": self.open_customer.id, "user_id": self.custodian.id}
        )
        for user, visits in (
            (self.rep, visit | other),
            (self.rep2, other),
            (self.auditor, visit | other),
            (self.custodian, visit.browse()),
        ):
            self.env.invalidate_all()
            found = file.with_user(user).visit_ids
            self.assertEqual(found.sudo(), visits.sudo(), user.login)
