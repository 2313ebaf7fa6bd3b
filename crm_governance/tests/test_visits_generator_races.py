# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_governance.models.visits.visit_windows import get_next_month

from .race_common import RaceCommon

CUSTOMERS = 20


@tagged("post_install", "-at_install")
class TestVisitsGeneratorRaces(RaceCommon):
    """Several connections make the same plans and visits at once."""

    MADE = (
        "governance_visit_slot",
        "governance_visit_plan",
        "governance_visit_reminder",
        "governance_visit",
        "governance_visit_policy",
        "governance_visit_role",
        "governance_visit_channel",
        "governance_access_entry",
        "calendar_event",
        "calendar_attendee",
        "mail_activity",
        "mail_mail",
        "mail_message",
        "mail_followers",
        "ir_cron_trigger",
        "bus_bus",
        "res_users",
        "res_partner",
    )

    def setUp(self):
        super().setUp()
        self.commit(self.make_world)

    # ------------------------------------------------------------------
    # WORLD
    # ------------------------------------------------------------------

    def make_world(self, env):
        person = new_test_user(
            env,
            "visit_race",
            groups="crm_governance.group_user,sales_team.group_sale_salesman",
        )
        self.person = person.id
        channel = env["governance.visit.channel"].create(
            {"name": "Race", "code": "visit_race"}
        )
        role = env["governance.visit.role"].create(
            {"name": "Race", "code": "visit_race", "source": "owner"}
        )
        env["governance.visit.policy"].create(
            {
                "name": "Race",
                "code": "VISIT-RACE",
                "cadence_ids": [
                    Command.create(
                        {
                            "population": "all",
                            "role_id": role.id,
                            "channel_id": channel.id,
                            "number": 2,
                        }
                    )
                ],
            }
        ).action_publish()
        self.channel = channel.id
        self.customers = (
            env["res.partner"]
            .create(
                [
                    {"name": f"Race {n}", "is_company": True, "user_id": person.id}
                    for n in range(CUSTOMERS)
                ]
            )
            .ids
        )
        # No window of the next month is over.
        self.month = get_next_month(env.company._get_governance_today())

    def generate(self, env):
        env["governance.visit.generator"]._generate(
            env.company, self.month, env["res.users"].browse(self.person)
        )

    def add_visits(self, env):
        """Plan a visit to each customer, as the person does."""
        noon = datetime.combine(self.month.replace(day=10), time(12))
        env["governance.visit"]._as_system().create(
            [
                {
                    "partner_id": customer,
                    "user_id": self.person,
                    "channel_id": self.channel,
                    "date_start": noon,
                    "date_stop": noon.replace(hour=13),
                }
                for customer in self.customers
            ]
        )

    def rows(self):
        """Return (customer, window, visit) of the slots that count."""

        def read(env):
            slots = env["governance.visit.slot"].search(
                [("user_id", "=", self.person), ("state", "=", "open")]
            )
            return [
                (slot.partner_id.id, slot.window_start, slot.visit_id.id)
                for slot in slots
            ]

        return self.commit(read)

    # ------------------------------------------------------------------
    # RACES
    # ------------------------------------------------------------------

    def test_generators(self):
        """Four generators at once: each window once, in one plan."""
        self.assertAllDone(self.race(*[self.generate] * 4))
        rows = self.rows()
        self.assertEqual(len(rows), 2 * CUSTOMERS)
        self.assertEqual(len({row[:2] for row in rows}), 2 * CUSTOMERS)
        plans = self.commit(
            lambda env: env["governance.visit.plan"].search_count(
                [("user_id", "=", self.person)]
            )
        )
        self.assertEqual(plans, 1)
        self.assertAllDone(self.race(*[self.generate] * 4))
        self.assertEqual(sorted(self.rows()), sorted(rows), "renewed by four")

    def test_generator_against_a_person(self):
        """The visits of the person are there, and each satisfies one slot."""
        self.assertAllDone(self.race(self.generate, self.add_visits))
        # What neither has seen of the other is found at the next run.
        self.commit(self.generate)
        rows = self.rows()
        self.assertEqual(len(rows), 2 * CUSTOMERS)
        linked = [visit for _customer, _window, visit in rows if visit]
        self.assertEqual(len(set(linked)), CUSTOMERS)
        self.assertEqual(len(linked), CUSTOMERS)
        count = self.commit(
            lambda env: env["governance.visit"].search_count(
                [("user_id", "=", self.person), ("state", "=", "planned")]
            )
        )
        self.assertEqual(count, CUSTOMERS)

    def test_person_first(self):
        """Again with a plan that exists: the slot takes the visit of the person."""
        self.commit(self.generate)
        self.assertAllDone(self.race(self.generate, self.add_visits))
        self.commit(self.generate)
        linked = [visit for _customer, _window, visit in self.rows() if visit]
        self.assertEqual(len(set(linked)), CUSTOMERS)
