# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .visits_common import VisitCommon

SECRET = "Takeover of the harbour"


@tagged("post_install", "-at_install")
class TestVisitLead(VisitCommon):
    """Visits and planned contacts of leads that get a customer or are merged."""

    @classmethod
    def lead(cls, name, **values):
        """Return a lead of rep without a customer."""
        return cls.env["crm.lead"].create(
            {"name": name, "user_id": cls.rep.id, "type": "opportunity", **values}
        )

    @classmethod
    def contact_for(cls, lead, **values):
        """Return a planned contact for the sake of a lead."""
        return cls.slot(
            lead_id=lead.id, partner_id=lead.partner_id.id, key="lead", **values
        )

    # ------------------------------------------------------------------
    # CUSTOMER
    # ------------------------------------------------------------------

    def test_confidential_customer(self):
        """What was noted on a lead is closed with its customer (B-56)."""
        lead = self.lead(SECRET)
        visit = self.submitted(partner_id=False, lead_id=lead.id)
        slot = self.contact_for(lead)
        for record in (visit, slot):
            self.assertReads(self.auditor, record.sudo())
        lead.with_user(self.rep).partner_id = self.important
        self.assertEqual(visit.sudo().partner_id, self.important)
        self.assertEqual(slot.partner_id, self.important)
        self.assertEqual(visit.state, "submitted")
        for record in (visit, slot):
            self.assertReads(self.rep, record.sudo())
            for user in (self.auditor, self.manager):
                self.assertHidden(user, record.sudo())

    def test_visits_keep_their_customer(self):
        """A visit was one to the customer of its day."""
        lead = self.lead("Deal", partner_id=self.open_customer.id)
        visit = self.visit(lead_id=lead.id)
        lead.partner_id = self.south
        self.assertEqual(visit.partner_id, self.open_customer)

    def test_names(self):
        """Names of hidden leads stay hidden, whatever names them."""
        lead = self.lead(SECRET, partner_id=self.important.id)
        slot = self.contact_for(lead)
        # As it was before its lead had a customer.
        slot._as_system().write({"partner_id": False})
        self.env.flush_all()
        for name in (
            "governance.visit.slot",
            "governance.visit.board",
            "governance.visit.attainment",
        ):
            self.env.invalidate_all()
            row = self.env[name].browse(slot.id)
            self.assertIn(SECRET, row.with_user(self.rep).display_name)
            self.env.invalidate_all()
            shown = row.with_user(self.auditor).display_name
            self.assertNotIn(SECRET, shown, name)

    # ------------------------------------------------------------------
    # MERGING
    # ------------------------------------------------------------------

    def merge(self, *leads):
        """Merge leads as rep; return the one that stays."""
        merged = self.env["crm.lead"].union(*leads).with_user(self.rep)
        return merged.merge_opportunity().sudo()

    def test_merge_visits(self):
        """Visits go over, reports and all; those to other customers lose the lead."""
        head = self.lead("Head")
        tail = self.lead("Tail", type="lead", partner_id=self.open_customer.id)
        third = self.lead("Third", type="lead", partner_id=self.south.id)
        visits = [
            self.submitted(lead_id=tail.id),
            self.visit(lead_id=tail.id),
            self.visit(lead_id=head.id, partner_id=False),
        ]
        visits[1].cancel("No")
        first = self.merge(head, tail)
        self.assertEqual(first, head)
        for visit in visits:
            self.assertEqual(visit.sudo().lead_id, head)
            self.assertEqual(visit.sudo().partner_id, self.open_customer)
        self.assertEqual(visits[0].state, "submitted")
        other = self.visit(self.rep2, partner_id=self.south.id, lead_id=third.id)
        self.merge(head, third)
        self.assertFalse(third.exists())
        self.assertFalse(other.sudo().lead_id)
        self.assertEqual(other.sudo().partner_id, self.south)

    def test_merge_slots(self):
        """Each window once: what was done first, then what the one that stays has."""
        head, tail = self.lead("Head"), self.lead("Tail", type="lead")
        april = {
            "month": "2026-04-01",
            "window_start": "2026-04-01",
            "window_end": "2026-05-01",
            "date": "2026-04-05",
        }
        may = {
            "month": "2026-05-01",
            "window_start": "2026-05-01",
            "window_end": "2026-06-01",
            "date": "2026-05-05",
        }
        bare = self.contact_for(head)
        done = self.contact_for(tail, date_done="2026-03-01")
        stays = self.contact_for(head, **april)
        twin = self.contact_for(tail, **april)
        alone = self.contact_for(tail, **may)
        self.merge(head, tail)
        slots = bare | done | stays | twin | alone
        self.assertEqual(
            slots.mapped("state"), ["void", "open", "open", "void", "open"]
        )
        self.assertEqual(slots.lead_id, head)
        self.assertEqual(len(slots.exists()), 5)
