# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.crm_governance.models.visits.governance_visit_generator import (
    GovernanceVisitGenerator,
)

from .visits_generator_common import GeneratorCommon

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestVisitsGeneratorBatches(GeneratorCommon):
    """Who is planned together, what is read for them, and what has no key."""

    def limit(self, contacts):
        """Plan no more contacts at once."""
        return patch.object(GovernanceVisitGenerator, "_batch_contacts", contacts)

    def scope(self):
        self.env.flush_all()
        return self.generator._get_scope(self.company, self.MONTH)

    def windows(self, slots):
        return sorted((slot.partner_id.id, slot.window_start) for slot in slots)

    # ------------------------------------------------------------------
    # MEMORY
    # ------------------------------------------------------------------

    def test_batches_of_contacts(self):
        """People go together for as long as their contacts are not too many."""
        for user, number in ((self.rep, 3), (self.rep2, 1), (self.leader, 1)):
            for n in range(number):
                self.tiered(f"Customer {n} of {user.name}", user)
        self.policy(self.line("at_least", 2), self.line(channel="call"))
        scope = self.scope()
        users = self.generator._get_users(scope)
        self.assertEqual(
            {user: scope.amounts[user.id] for user in users},
            {self.rep: 9, self.rep2: 3, self.leader: 3},
        )
        with self.limit(6):
            people = self.rep + self.rep2 + self.leader
            self.assertEqual(
                self.generator._split(scope, people),
                [self.rep, self.rep2 + self.leader],
            )
            scope.amounts = None
            self.assertEqual(len(self.generator._split(scope, people)), 2)
        with patch.object(GovernanceVisitGenerator, "_batch_size", 1):
            self.assertEqual(len(self.generator._split(scope, people)), 3)

    def test_one_person_with_everything(self):
        """Page by page the windows, the person and the spread are the same."""
        for n in range(12):
            self.tiered(f"Customer {n}", (self.rep, self.rep2)[n % 2])
        lead = self.env["crm.lead"].create({"name": "Lead", "user_id": self.rep.id})
        self.env["governance.visit.role.member"].create(
            {"role_id": self.roles["member"].id, "user_id": self.leader.id}
        )
        self.policy(
            self.line("at_least", 2, role="member"),
            self.line(channel="activity", population="lead", tiers=""),
        )
        pages = self.generator._get_pages
        scope = self.scope()
        self.generator._get_users(scope)
        with self.limit(8):
            self.assertEqual(len(pages(scope, self.leader)), 3)
            self.generate()
            first = self.snapshot_of()
            slots = self.slots_of().filtered(lambda slot: not slot.lead_id)
            self.assertEqual(slots.user_id, self.leader)
            self.assertEqual(self.slots_of(lead_id=lead.id).user_id, self.rep)
            days = slots.mapped("date")
            self.assertLessEqual(max(days.count(day) for day in days), 3)
            self.generate()
            self.assertEqual(self.snapshot_of(), first, "again")
        self.generate()
        self.assertEqual(self.snapshot_of(), first, "in one go")
        self.assertEqual(len(slots), 24)
        lost = slots.partner_id[5]
        lost.active = False
        with self.limit(8):
            self.generate()
        self.assertFalse(self.slots_of(lost))
        self.assertEqual(
            self.windows(slots.exists().filtered(lambda slot: slot.state == "open")),
            [name for name in self.windows(slots) if name[0] != lost.id],
        )

    # ------------------------------------------------------------------
    # WHAT IS READ
    # ------------------------------------------------------------------

    def bounded(self, source, users):
        """Return the customers among whom those of people in a role are looked for."""
        self.env.flush_all()
        bound = self.roles[source]._get_bound_sql(self.company, users)
        rows = self.env.execute_query(
            SQL("SELECT p.id FROM res_partner p WHERE %s", bound)
        )
        return self.env["res.partner"].browse(row[0] for row in rows)

    def test_few_customers_are_read(self):
        """Those of the people whom a leader or a named person looks after."""
        own = self.tiered("Own", self.rep)
        other = self.tiered("Other", self.rep2)
        own.governance_specialist_id = self.leader2
        member = self.env["governance.visit.role.member"].create(
            {
                "role_id": self.roles["member"].id,
                "user_id": self.leader2.id,
                "team_ids": [Command.set(self.team.ids)],
            }
        )
        for source, user in (
            ("owner", self.rep),
            ("leader", self.leader),
            ("specialist", self.leader2),
            ("member", self.leader2),
        ):
            found = self.bounded(source, user)
            self.assertIn(own, found, source)
            self.assertNotIn(other, found, source)
        member.team_ids = False
        self.assertIn(other, self.bounded("member", self.leader2), "of everybody")

    def test_former_months_are_not_read(self):
        """Visits from the month on fill days, those of years before do not matter."""
        customer = self.tiered("Customer", self.rep)
        self.visited(customer, "2026-01-12")
        self.visited(customer, "2026-03-10")
        joint = self.visited(
            customer, "2026-03-11", self.rep2, participant_ids=[(4, self.rep.id)]
        )
        scope = self.scope()
        loads = self.generator._get_loads(scope, [self.rep.id])
        self.assertEqual(sorted(loads[self.rep.id]), [(9, 1000), (10, 1000)])
        self.assertIn(self.rep, joint.participant_ids)
        self.assertGreater(
            scope.first_visit,
            self.env["governance.visit"].search([], order="date", limit=1).id,
        )

    # ------------------------------------------------------------------
    # WITHOUT KEYS
    # ------------------------------------------------------------------

    def test_what_is_there_stays(self):
        """To insert a second time adds nothing, and fails for nobody."""
        self.tiered("Customer", self.rep)
        self.policy(self.line("at_least", 2))
        generator = type(self.generator)
        inserted, insert = [], generator._insert

        def remember(self, scope, placed):
            inserted.append((scope, placed))
            return insert(self, scope, placed)

        with patch.object(generator, "_insert", remember):
            self.generate()
        first = self.snapshot_of()
        self.generator._insert(*inserted[0])
        self.env.invalidate_all()
        self.assertEqual(self.snapshot_of(), first)
        self.assertEqual(len(first), 2)

    def test_people_with_contacts_are_not_deleted(self):
        user = new_test_user(self.env, "short_stay")
        slot = self.slots._as_system().create(
            {
                "user_id": user.id,
                "company_id": self.company.id,
                "partner_id": self.tiered("Customer", self.rep).id,
                "channel_id": self.channels["visit"].id,
                "key": "without-a-plan",
                "month": MARCH,
                "window_start": MARCH,
                "window_end": APRIL,
            }
        )
        self.assertFalse(slot.plan_id)
        with self.assertRaisesRegex(UserError, "Archive this user"):
            user.unlink()

    def test_slots_go_with_their_plan(self):
        self.tiered("Customer", self.rep)
        self.policy(self.line())
        plan = self.generate()
        slots = self.slots_of()
        self.assertTrue(slots)
        plan._as_system().unlink()
        self.assertFalse(slots.exists())
