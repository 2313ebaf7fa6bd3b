# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import random
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import GovernanceCommon
from .confidentiality_access import AccessCommon
from .confidentiality_reference import Customer, Facts, Grant, Loan, Person

NOW = datetime(2026, 3, 2, 9)
PEOPLE = 7
CUSTOMERS = 9
TEAMS = 2
# How many random worlds are compared: each gives some 1,000 decisions.
WORLDS = int(os.environ.get("CRM_GOVERNANCE_WORLDS", "24"))
MODELS = ("res.partner", "crm.lead", "sale.order", "res.partner.bank")


@tagged("post_install", "-at_install")
class TestDifferential(GovernanceCommon):
    """The product decides as sixty lines of plain Python do, in random worlds."""

    ROLES = {
        "rep": "base.group_user",
        "rep2": "base.group_user",
        "leader": "base.group_user",
        "leader2": "base.group_user",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team"].search([]).active = False
        groups = (
            "sales_team.group_sale_manager,base.group_partner_manager,"
            "base.group_allow_export"
        )
        cls.crowd = [
            new_test_user(cls.env, f"crowd{number}", groups=groups, tz="UTC")
            for number in range(PEOPLE)
        ]
        cls.levels = cls.env["governance.confidentiality.level"].search([])
        cls.clearances = [
            cls.env["res.groups"],
            *(level.group_id for level in cls.levels[1:]),
        ]
        cls.firms = cls.env["res.partner"].create(
            [{"name": f"Firm {n}", "is_company": True} for n in range(CUSTOMERS)]
        )
        cls.contacts = cls.env["res.partner"].create(
            [{"name": "Contact", "parent_id": firm.id} for firm in cls.firms]
        )
        cls.records = {
            "res.partner": list(zip(cls.firms, cls.contacts, strict=True)),
            "crm.lead": [
                (cls.env["crm.lead"].create({"name": "L", "partner_id": contact.id}),)
                for contact in cls.contacts
            ],
            "sale.order": [
                (cls.env["sale.order"].create({"partner_id": firm.id}),)
                for firm in cls.firms
            ],
            "res.partner.bank": [
                (
                    cls.env["res.partner.bank"].create(
                        {"partner_id": firm.id, "acc_number": f"A{firm.id}"}
                    ),
                )
                for firm in cls.firms
            ],
        }
        preset = cls.env.ref("crm_governance.governance_clearance_ladder_cl_01")
        cls.ladder = preset._adopt(cls.company, AccessCommon.LADDER)
        cls.ladder.action_publish()
        cls.levels._with_ladder().is_copying_restricted = False
        cls.count = 0
        cls.volumes = cls.create_volumes()
        cls.lending = cls.env["governance.lending.policy"].create(
            {"name": "Lending", "code": "L", "approval_code": "L"}
        )

    @classmethod
    def create_volumes(cls):
        """Return a volume of each medium for each customer, in their order."""
        files = cls.env["governance.file"].create(
            [{"partner_id": firm.id} for firm in cls.firms]
        )
        return {
            medium: cls.env["governance.file.volume"].create(
                [{"name": "V", "file_id": file.id, "medium": medium} for file in files]
            )
            for medium in ("electronic", "paper")
        }

    def build(self, seed):
        """Make a random world in the database and the same one as plain facts."""
        chance = random.Random(seed)
        facts, people, customers = Facts(), [], []
        for user in self.crowd:
            clearance = chance.choice((0, 0, 0, 1, 2))
            suspended = chance.random() < 0.15
            for group in self.clearances[1:]:
                user.group_ids -= group
            user.group_ids += self.clearances[clearance]
            user._with_suspension().governance_suspended = suspended
            people.append(Person(user.login, clearance, suspended))
        members = list(self.crowd)
        chance.shuffle(members)
        for number in range(TEAMS):
            leader = chance.choice(self.crowd)
            team = members[number * 2 : number * 2 + 2]
            self.env["crm.team"].create(
                {
                    "name": f"Team {number}",
                    "user_id": leader.id,
                    "company_id": False,
                    "crm_team_member_ids": [
                        Command.create({"user_id": user.id}) for user in team
                    ],
                }
            )
            facts.teams.setdefault(leader.login, []).extend(u.login for u in team)
        nobody = self.env["res.users"]
        for firm in self.firms:
            rank = chance.choice((0, 1, 1, 2, 2))
            roles = [chance.choice([nobody, nobody, *self.crowd]) for _ in range(3)]
            firm._with_classifying().write(
                {
                    "governance_level_id": self.levels[rank].id if rank else False,
                    "user_id": roles[0].id,
                    "governance_specialist_id": roles[1].id,
                    "governance_liaison_leader_id": roles[2].id,
                }
            )
            customers.append(
                Customer(str(firm.id), rank, *(user.login or None for user in roles))
            )
        pairs = [(u, f) for u in self.crowd for f in self.firms]
        for user, firm in chance.sample(pairs, 12):
            self.build_grant(chance, facts, user, firm)
        for user, firm in chance.sample(pairs, 12):
            self.build_loan(chance, facts, user, firm)
        facts.roles_open = chance.random() < 0.75
        self.ladder._with_machinery().is_role_enough = facts.roles_open
        self.env.flush_all()
        self.env.registry.clear_cache()
        return facts, people, customers

    def build_grant(self, chance, facts, user, firm):
        start = NOW + timedelta(seconds=chance.choice((-7200, -3600, 0, 1, 3600)))
        end = start + timedelta(seconds=chance.choice((1, 3600, 3601, 7200)))
        revoked = chance.random() < 0.2
        self.env["governance.access.grant"]._as_system().create(
            {
                "partner_id": firm.id,
                "user_id": user.id,
                "date_start": start,
                "date_end": end,
                "continuous_since": start,
                "state": "revoked" if revoked else "active",
            }
        )
        facts.grants.append(Grant(user.login, str(firm.id), start, end, revoked))

    def build_loan(self, chance, facts, user, firm):
        start = NOW + timedelta(seconds=chance.choice((-7200, -3600, 0, 1, 3600)))
        due = start + timedelta(seconds=chance.choice((1, 3600, 3601, 7200)))
        medium = chance.choice(("electronic", "electronic", "paper"))
        # A volume on paper has one holder at a time.
        taken = any(
            loan.customer == str(firm.id) and not (loan.electronic or loan.returned)
            for loan in facts.loans
        )
        returned = (medium == "paper" and taken) or chance.random() < 0.2
        # Some customers were raised afterwards, some borrowers had access anyway.
        rank = firm.classification_rank - (chance.random() < 0.2)
        had_access = chance.random() < 0.2
        volume = self.volumes[medium][self.firms.ids.index(firm.id)]
        self.env["governance.loan"]._as_system().create(
            {
                "user_id": user.id,
                "requester_id": user.id,
                "policy_id": self.lending.id,
                "state": "handed_out",
                "line_ids": [
                    Command.create(
                        {
                            "volume_id": volume.id,
                            "state": "returned" if returned else "handed_out",
                            "date_out": start,
                            "date_due": due,
                            "rank_opened": rank,
                            "had_access": had_access,
                        }
                    )
                ],
            }
        )
        facts.loans.append(
            Loan(
                user.login,
                str(firm.id),
                start,
                due,
                medium == "electronic",
                returned,
                rank,
                had_access,
            )
        )

    @settings(
        max_examples=WORLDS,
        deadline=None,
        # A world is a seed: there is nothing to make smaller.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize="CRM_GOVERNANCE_WORLDS" not in os.environ,
    )
    @given(
        seed=st.integers(0, 2**32),
        moment=st.sampled_from((0, 1, 3599, 3600, 3601, 7200)),
    )
    def compare(self, seed, moment):
        with self.env.cr.savepoint() as savepoint, freeze_time(NOW) as clock:
            facts, people, customers = self.build(seed)
            now = NOW + timedelta(seconds=moment)
            clock.move_to(now)
            for person, user in zip(people, self.crowd, strict=True):
                expected = [facts.decide(person, c, now) for c in customers]
                for model in MODELS:
                    self.compare_model(model, user, expected, (seed, moment))
            savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def compare_model(self, model, user, expected, world):
        records = self.records[model]
        ids = [record.id for found in records for record in found]
        mine = self.env[model].with_user(user).with_context(active_test=False)
        self.env.invalidate_all()
        readable = self.collect(records, expected, ("readable", "writable"))
        writable = self.collect(records, expected, ("writable",))
        story = (world, user.login, model)
        # Search, count, read and write each ask in a way of their own.
        self.assertEqual(set(mine.search([("id", "in", ids)]).ids), readable, story)
        self.assertEqual(mine.search_count([("id", "in", ids)]), len(readable), story)
        every = mine.browse(ids)
        self.assertEqual(set(every._filtered_access("read").ids), readable, story)
        self.assertEqual(set(every._filtered_access("write").ids), writable, story)
        record = random.Random(str(story)).choice(every)
        self.assertEqual(
            self.can(record.read, ["create_date"]), record.id in readable, story
        )
        self.assertEqual(
            self.can(every.export_data, ["id"]), readable == set(ids), story
        )
        # Found or not, may be read or not, may be changed or not: three a record.
        type(self).count += 3 * len(ids) + 2

    @staticmethod
    def collect(records, expected, wanted):
        return {
            record.id
            for found, decision in zip(records, expected, strict=True)
            for record in found
            if decision in wanted
        }

    def can(self, method, *args):
        self.env.invalidate_all()
        try:
            method(*args)
        except AccessError:
            return False
        return True

    def test_random_worlds(self):
        """At least 20,000 random decisions without one disagreement."""
        self.compare()
        self.assertGreaterEqual(self.count, 20_000)
