# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .confidentiality_common import ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestSensitiveDetails(ConfidentialityCommon):
    """What is known about a person is more confidential than the customer (C-13).

    | detail      | customer | own level  |
    |-------------|----------|------------|
    | family      | open     |            |
    | hobby       | open     | Top secret |
    | worry       | secret   |            |
    """

    ROLES = {
        **ConfidentialityCommon.ROLES,
        "cleared1": "crm_governance.group_user,crm_governance.group_clearance_1",
        "cleared2": "crm_governance.group_user,crm_governance.group_clearance_2",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Li Buyer", "parent_id": cls.open_customer.id}
        )
        cls.family = cls.detail(cls.buyer, "family", "Two daughters")
        cls.hobby = cls.detail(cls.buyer, "hobby", "Calligraphy", cls.level2)
        cls.worry = cls.detail(cls.secret_contact, "worry", "Succession")

    @classmethod
    def detail(cls, person, category, content, level=None, user=None):
        """Return a detail that a user, by default the salesperson, has noted."""
        detail = (
            cls.env["governance.sensitive.detail"]
            .with_user(user or cls.rep)
            .create(
                {
                    "partner_id": person.id,
                    "category": category,
                    "content": content,
                    "level_id": level.id if level else False,
                }
            )
        )
        return detail.sudo().with_user(cls.env.user)

    def test_basis_of_collection(self):
        """Each detail says why it may be kept, and nothing else counts (C-29)."""
        for basis in ("consent", "voluntary", "business"):
            detail = self.family.with_user(self.rep).copy({"basis": basis})
            self.assertEqual(detail.basis, basis)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.family.with_user(self.rep).copy({"basis": False})
        with self.assertRaises(ValueError):
            self.family.with_user(self.rep).copy({"basis": "curiosity"})

    def test_roles_on_the_customer(self):
        """Owner and leader read everything, even of an open customer."""
        for user in (self.rep, self.leader):
            for detail in (self.family, self.hobby, self.worry):
                self.assertReads(user, detail)
        for user in (self.specialist, self.liaison):
            self.assertReads(user, self.worry)
            self.assertHidden(user, self.family)

    def test_clearance(self):
        """Others need the clearance for the own level and for the customer."""
        for user in (self.rep2, self.leader2, self.manager, self.custodian):
            self.assertReads(user, self.buyer)
            for detail in (self.family, self.hobby, self.worry):
                self.assertHidden(user, detail)
        self.assertReads(self.cleared1, self.family)
        self.assertHidden(self.cleared1, self.hobby)
        self.assertHidden(self.cleared1, self.worry)
        for detail in (self.family, self.hobby, self.worry):
            self.assertReads(self.cleared2, detail)

    def test_grant_opens_no_details(self):
        """Access for a time opens the customer, not the person."""
        self.grant(self.rep2, self.secret)
        self.assertReads(self.rep2, self.secret_contact)
        self.assertHidden(self.rep2, self.worry)
        self.assertRefused(
            self.rep2,
            "governance.sensitive.detail",
            "create",
            {"partner_id": self.secret_contact.id, "content": "Spying"},
        )

    def test_suspended_people_read_none(self):
        for user in (self.rep, self.leader, self.cleared2):
            self.assertReads(user, self.hobby)
            user._with_suspension().write({"governance_suspended": True})
            for detail in (self.family, self.hobby, self.worry):
                self.assertHidden(user, detail)

    def test_follows_a_raised_customer(self):
        """Raising the customer closes its details to lower clearances at once."""
        self.assertReads(self.cleared1, self.family)
        self.classify(self.open_customer, self.level2)
        self.assertHidden(self.cleared1, self.family)
        self.assertEqual(self.family.confidentiality_id, self.level2)

    def test_follows_the_ladder(self):
        """A new ladder says how confidential details are at least."""
        preset = self.env.ref("crm_governance.governance_clearance_ladder_cl_01")
        ladder = preset._adopt(
            self.company,
            {
                "grant_max_days": 30,
                "grant_total_days": 90,
                "emergency_minutes": 60,
                "emergency_review_days": 3,
                "audit_months": 6,
            },
        )
        ladder.detail_rank = 2
        ladder.action_publish()
        self.assertHidden(self.cleared1, self.family)
        self.assertEqual(self.family.own_rank, 2)

    def test_strangers(self):
        """People without a role in the product have no access at all."""
        for user in (self.employee, self.auditor, self.portal):
            self.assertRefused(
                user, "governance.sensitive.detail", "search_read", [], ["content"]
            )
        self.assertRefused(
            self.employee,
            "res.partner",
            "read",
            self.buyer.ids,
            ["governance_detail_ids"],
        )

    def test_other_ways_to_the_text(self):
        """Reading, exporting, searching through the contact, changing, deleting."""
        ids = self.family.ids
        model = "governance.sensitive.detail"
        exporter = self.rep2
        exporter.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        self.assertRefused(exporter, model, "read", ids, ["content"])
        self.assertRefused(exporter, model, "web_read", ids, {"content": {}})
        self.assertRefused(exporter, model, "export_data", ids, ["content"])
        self.assertRefused(exporter, model, "write", ids, {"content": "x"})
        self.assertRefused(exporter, model, "unlink", ids)
        self.assertRefused(exporter, model, "copy", ids)
        self.assertEqual(
            self.rpc(
                exporter,
                "res.partner",
                "web_read",
                self.buyer.ids,
                {"governance_detail_ids": {"fields": {"content": {}}}},
            )[0]["governance_detail_ids"],
            [],
        )
        found = self.rpc(
            exporter,
            "res.partner",
            "search_count",
            [("governance_detail_ids.content", "ilike", "daughters")],
        )
        self.assertEqual(found, 0)
        self.assertEqual(self.rpc(exporter, model, "search_count", []), 0)
        groups = self.rpc(
            exporter, model, "formatted_read_group", [], ["category"], ["__count"]
        )
        self.assertEqual(groups, [])
        name = self.family.with_user(exporter).sudo().display_name
        self.assertEqual(name, "Confidential")

    def test_other_fields_are_no_oracle(self):
        self.assertRefused(
            self.rep,
            "governance.sensitive.detail",
            "search_read",
            [("own_rank", ">", 0)],
            ["content"],
        )

    def test_levels_go_down_by_author_or_custodian(self):
        """A colleague raises a level but does not take it away."""
        hobby = self.hobby.with_user(self.leader)
        with self.assertSays("less confidential", AccessError):
            hobby.level_id = self.level1
        with self.assertSays("less confidential", AccessError):
            hobby.level_id = False
        self.family.with_user(self.leader).level_id = self.level2
        self.hobby.with_user(self.rep).level_id = False
        self.assertEqual(self.hobby.own_rank, 1)
        self.family.with_user(self.custodian2).level_id = False

    def test_never_below_the_customer(self):
        self.worry.with_user(self.rep).level_id = self.level0
        self.assertEqual(self.worry.confidentiality_id, self.level2)
        self.assertHidden(self.cleared1, self.worry)

    def test_stays_with_its_person(self):
        """Neither moved to an open contact nor signed by somebody else."""
        with self.assertSays("stays with its person", ValidationError):
            self.worry.with_user(self.rep).partner_id = self.buyer
        for values in ({"user_id": self.rep2.id}, {"own_rank": 0}):
            self.assertRefused(
                self.rep,
                "governance.sensitive.detail",
                "write",
                self.worry.ids,
                values,
            )

    def test_persons_only(self):
        with self.assertSays("belong to a person", ValidationError):
            self.detail(self.open_customer, "hobby", "Golf")

    def test_forgetting(self):
        """Authors and custodians delete; a colleague does not."""
        self.assertRefused(
            self.leader, "governance.sensitive.detail", "unlink", self.family.ids
        )
        self.rpc(
            self.custodian2, "governance.sensitive.detail", "unlink", self.family.ids
        )
        self.rpc(self.rep, "governance.sensitive.detail", "unlink", self.hobby.ids)
        self.assertFalse((self.family | self.hobby).exists())

    def test_found_by_the_privacy_look_up(self):
        """Odoo's look-up of personal data lists stored links to the contact."""
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("privacy_lookup is not installed")
        self.buyer.email = "li@buyer.example"
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Li Buyer", "email": "li@buyer.example"}
        )
        wizard.action_lookup()
        models_ = wizard.line_ids.mapped("res_model")
        self.assertIn("governance.sensitive.detail", models_)

    def test_deleted_with_the_person(self):
        """The contact takes the details along, but not for those who may not."""
        self.assertRefused(self.rep2, "res.partner", "unlink", self.buyer.ids)
        self.assertTrue(self.family.exists())
        self.buyer.unlink()
        self.assertFalse((self.family | self.hobby).exists())
