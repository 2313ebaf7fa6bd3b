# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .tiers_world import FORGED, TiersWorld


@tagged("post_install", "-at_install")
class TestTiersPartner(TiersWorld):
    """The tier on the customer: nobody writes it, contacts follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.published_review()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Nora", "parent_id": cls.north.id}
        )
        # Sells, but has no role in governance.
        cls.seller = new_test_user(
            cls.env,
            "governance_seller",
            groups="sales_team.group_sale_salesman_all_leads,base.group_partner_manager",
        )
        cls.env.ref("base.user_admin").group_ids += cls.env.ref(
            "base.group_partner_manager"
        )
        cls.writers = [
            cls.env.ref("base.user_root"),
            cls.env.ref("base.user_admin"),
            cls.manager,
            cls.rep,
            cls.seller,
        ]
        for user in (cls.manager, cls.rep):
            user.group_ids += cls.env.ref("base.group_partner_manager")
        cls.env.flush_all()

    def tiers(self):
        """Return the stored tiers of all contacts, whatever the company."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, governance_tier_id FROM res_partner"
            " WHERE governance_tier_id IS NOT NULL ORDER BY id"
        )
        return {
            id_: {key: value for key, value in tiers.items() if value}
            for id_, tiers in self.env.cr.fetchall()
            if any(tiers.values())
        }

    # ------------------------------------------------------------------
    # NOBODY WRITES IT
    # ------------------------------------------------------------------

    def test_world(self):
        self.assertEqual(self.customers.governance_tier_id.mapped("code"), list("ABC"))
        self.assertEqual(self.contact.governance_tier_id, self.tier_a)
        self.assertEqual(self.orphan.governance_tier_id, self.tier_c)

    def test_write(self):
        before = self.tiers()
        for user in self.writers:
            for partner in (self.south, self.small, self.contact, self.orphan):
                for value in (self.tier_a.id, self.tier_b.id, False):
                    if partner.governance_tier_id.id == value:
                        continue
                    for env in (
                        partner.with_user(user),
                        partner.with_user(user).sudo(),
                    ):
                        for context in ({}, FORGED):
                            name = f"{user.login} {partner.name} {value}"
                            with self.assertRaises(UserError, msg=name):
                                env.with_context(**context).write(
                                    {"governance_tier_id": value}
                                )
                    self.assertRefused(
                        user,
                        "res.partner",
                        "web_save",
                        partner.ids,
                        {"governance_tier_id": value},
                        {},
                        error=UserError,
                    )
        self.env.invalidate_all()
        self.assertEqual(self.tiers(), before)

    def test_write_in_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids += other
        before = self.tiers()
        for user in (self.env.ref("base.user_root"), self.manager):
            with self.assertSays("follows from reviews"):
                self.south.with_user(user).with_company(other).write(
                    {"governance_tier_id": self.tier_a.id}
                )
        self.assertEqual(self.tiers(), before)

    def test_create(self):
        before = self.tiers()
        values = {"name": "Newcomer"}
        tier = {"governance_tier_id": self.tier_a.id}
        default = {"default_governance_tier_id": self.tier_a.id}
        partners = self.env["res.partner"]
        for user in self.writers:
            with self.assertSays("follows from reviews"):
                partners.with_user(user).create({**values, **tier})
            child = partners.with_user(user).create(
                {**values, **tier, "parent_id": self.south.id}
            )
            self.assertEqual(child.governance_tier_id, self.tier_b)
            child.unlink()
            born = partners.with_user(user).with_context(**default).create(values)
            self.assertFalse(born.governance_tier_id, user.login)
            id_, _name = self.rpc(
                user, "res.partner", "name_create", "Newcomer", context=default
            )
            self.assertFalse(partners.browse(id_).governance_tier_id, user.login)
        self.assertEqual(self.tiers(), before)

    def test_stored_default(self):
        """A default of a company-dependent field would be the tier of everybody."""
        before = self.tiers()
        for user, scope in (
            (self.rep, True),
            (self.env.ref("base.user_admin"), False),
            (self.env.ref("base.user_root"), False),
        ):
            with self.assertSays("follows from reviews"):
                self.env["ir.default"].with_user(user).set(
                    "res.partner", "governance_tier_id", self.tier_a.id, scope
                )
        newcomer = self.customer("Newcomer")
        self.assertFalse(newcomer.governance_tier_id)
        self.assertEqual(self.tiers(), before)

    def test_import(self):
        before = self.tiers()
        for user in self.writers:
            result = (
                self.env["res.partner"]
                .with_user(user)
                .load(["name", "governance_tier_id/.id"], [["X", str(self.tier_a.id)]])
            )
            self.assertFalse(result["ids"], user.login)
            self.assertIn("follows from reviews", result["messages"][0]["message"])
            result = (
                self.env["res.partner"]
                .with_user(user)
                .load(
                    [".id", "governance_tier_id/.id"],
                    [[str(self.south.id), str(self.tier_a.id)]],
                )
            )
            self.assertFalse(result["ids"], user.login)
        self.env.invalidate_all()
        self.assertEqual(self.tiers(), before)

    def test_copy(self):
        for user in self.writers:
            copied = self.north.with_user(user).copy()
            self.assertFalse(copied.governance_tier_id, user.login)
            self.assertFalse(copied.sudo().governance_assignment_ids)

    def test_through_contacts(self):
        """A contact never brings a tier to its company."""
        for partner in (self.south, self.orphan):
            tier = partner.governance_tier_id
            partner.child_ids = [
                Command.create({"name": "Child", "governance_tier_id": self.tier_a.id})
            ]
            self.assertEqual(partner.child_ids.governance_tier_id, tier)
            with self.assertSays("follows from reviews"):
                partner.child_ids.governance_tier_id = self.tier_a
            self.assertEqual(partner.governance_tier_id, tier)

    def test_unlink_is_refused(self):
        self.assertCannotDelete(self.north)

    # ------------------------------------------------------------------
    # CONTACTS FOLLOW
    # ------------------------------------------------------------------

    def test_contact_moves(self):
        """Contacts have the tier of whom they belong to, also after a move."""
        for user in (self.seller, self.rep):
            contact = (
                self.env["res.partner"]
                .with_user(user)
                .create({"name": "Mover", "parent_id": self.north.id})
            )
            self.assertEqual(contact.governance_tier_id, self.tier_a)
            contact.parent_id = self.south
            self.assertEqual(contact.governance_tier_id, self.tier_b)
            contact.parent_id = self.customer("Without a tier")
            self.assertFalse(contact.governance_tier_id)
            contact.parent_id = self.north
            contact.parent_id = False
            self.assertFalse(contact.governance_tier_id)
            contact.parent_id = self.north
            contact.is_company = True
            self.assertFalse(contact.governance_tier_id)

    def test_customer_becomes_contact(self):
        """A person with a tier who joins a company has the company's."""
        person = self.env["res.partner"].create({"name": "Person", "customer_rank": 1})
        self.publish(self.committee_review(name="Second"))
        self.assertEqual(person.governance_tier_id, self.tier_c)
        person.parent_id = self.north
        self.assertEqual(person.governance_tier_id, self.tier_a)
        person.parent_id = False
        self.assertEqual(person.governance_tier_id, self.tier_c)

    def test_people_without_a_role_use_contacts(self):
        """Whoever only sells or works sees tiers and stumbles over nothing."""
        for user in (self.seller, self.employee):
            partner = self.north.with_user(user)
            names = [
                name for name in partner.fields_get() if name.startswith("governance_")
            ]
            values = partner.read(names)[0]
            self.assertEqual(values["governance_tier_id"][0], self.tier_a.id)
            self.assertNotIn("governance_tier_explanation", values)
            self.assertNotIn("governance_assignment_ids", values)
            views = (
                self.env["res.partner"]
                .with_user(user)
                .get_views(
                    [
                        (False, "form"),
                        (False, "list"),
                        (False, "kanban"),
                        (False, "search"),
                    ]
                )
            )
            for view in views["views"].values():
                self.assertNotIn("governance_tier_explanation", view["arch"])
            found = (
                self.env["res.partner"]
                .with_user(user)
                .search([("governance_tier_id", "=", self.tier_a.id)])
            )
            self.assertEqual(found, self.north | self.contact)
            for name in ("governance_assignment_ids", "governance_next_review_date"):
                with self.assertRaises(AccessError):
                    self.rpc(user, "res.partner", "search", [(name, "!=", False)])
        self.north.with_user(self.seller).write({"phone": "123"})

    def test_portal_sees_no_tier(self):
        """The customer itself does not read its class, nor who looks after it."""
        self.portal.partner_id.parent_id = self.north
        self.north.governance_specialist_id = self.rep
        partner = self.portal.partner_id.with_user(self.portal)
        self.assertEqual(partner.sudo().governance_tier_id, self.tier_a)
        fields = self.rpc(self.portal, "res.partner", "fields_get")
        self.assertFalse([name for name in fields if name.startswith("governance_")])
        for name in (
            "governance_tier_id",
            "governance_specialist_id",
            "governance_tier_explanation",
        ):
            self.assertRefused(self.portal, "res.partner", "read", partner.ids, [name])
            self.assertRefused(
                self.portal, "res.partner", "search_count", [(name, "!=", False)]
            )

    # ------------------------------------------------------------------
    # ROLES THAT A TIER DEMANDS
    # ------------------------------------------------------------------

    def test_required_roles_stay(self):
        self.tier_a.write(
            {
                "requires_owner": True,
                "requires_specialist": True,
                "requires_liaison_leader": True,
            }
        )
        self.north.write(
            {
                "governance_specialist_id": self.rep.id,
                "governance_liaison_leader_id": self.executive.id,
            }
        )
        for name, label in (
            ("user_id", "Salesperson"),
            ("governance_specialist_id", "Marketing Specialist"),
            ("governance_liaison_leader_id", "Liaison Leader"),
        ):
            for user in self.writers:
                with self.assertSays(f"North Trading is “Tier A”.*{label}"):
                    self.north.with_user(user).write({name: False})
            result = self.env["res.partner"].load(
                [".id", name], [[str(self.north.id), ""]]
            )
            self.assertFalse(result["ids"])
            self.north.write({name: self.rep2.id})
            self.assertEqual(self.north[name], self.rep2)
            self.south.write({name: False})
            self.contact.write({name: self.north[name].id})

    def test_required_roles_stay_in_every_company(self):
        """Whoever works for another company cannot take the owner away either."""
        self.tier_a.requires_owner = True
        other = self.env["res.company"].create({"name": "Other"})
        self.seller.company_ids += other
        with self.assertSays("must have this role"):
            self.north.with_user(self.seller).with_company(other).write(
                {"user_id": False}
            )

    # ------------------------------------------------------------------
    # GIVING UP
    # ------------------------------------------------------------------

    def report(self, user, partner, **values):
        return (
            self.env["governance.exit.report"]
            .with_user(user)
            .create(
                {
                    "partner_id": partner.id,
                    "situation": "Buys little",
                    "evaluation": "Costs more than it brings",
                    **values,
                }
            )
        )

    def decide_report(self, report, verdict):
        report.action_request_approval()
        report.sudo().approval_request_id.with_user(self.executive).decide(
            verdict, "Because"
        )

    def test_archive_needs_a_report(self):
        self.tier_c.requires_exit_report = True
        self.create_matrix(
            [self.group_step("group_executive")], subject="exit_report", code="EXIT"
        )
        other = self.env["res.company"].create({"name": "Other"})
        self.seller.company_ids += other

        def check_kept():
            for user in self.writers:
                for attempt in (
                    lambda p: p.action_archive(),
                    lambda p: p.write({"active": False}),
                    lambda p: (p | self.north).write({"active": False}),
                    lambda p: p.with_context(**FORGED).action_archive(),
                ):
                    with self.assertSays("give up Small Trading.*report"):
                        attempt(self.small.with_user(user))
            with self.assertSays("give up Small Trading"):
                self.small.with_user(self.seller).with_company(other).action_archive()
            result = self.env["res.partner"].load(
                [".id", "active"], [[str(self.small.id), "False"]]
            )
            self.assertFalse(result["ids"])
            self.assertTrue(self.small.active)

        check_kept()
        report = self.report(self.rep, self.small)
        check_kept()
        report.action_request_approval()
        check_kept()
        report.sudo().approval_request_id.with_user(self.executive).decide(
            "rejected", "They will grow"
        )
        self.assertEqual(report.state, "refused")
        check_kept()
        self.decide_report(
            self.report(self.rep, self.small, proposal="keep"), "approved"
        )
        check_kept()
        self.decide_report(self.report(self.rep, self.small), "approved")
        self.small.with_user(self.rep).action_archive()
        self.assertFalse(self.small.active)

    def test_report_serves_once(self):
        """Who came back is given up with a new report only."""
        self.tier_c.requires_exit_report = True
        self.create_matrix(
            [self.group_step("group_executive")], subject="exit_report", code="EXIT"
        )
        seller = self.small.with_user(self.rep)
        first = self.report(self.rep, self.small)
        kept = self.report(self.rep, self.north)
        for report in (first, kept):
            self.decide_report(report, "approved")
        self.assertFalse(first.used_on)
        seller.action_archive()
        self.assertTrue(first.used_on)
        self.assertFalse(kept.used_on)
        # Nobody can make it count again.
        with self.assertRaises(AccessError):
            first.used_on = False
        seller.action_archive()
        seller.action_unarchive()
        with self.assertSays("give up Small Trading"):
            seller.action_archive()
        second = self.report(self.rep, self.small)
        self.decide_report(second, "approved")
        seller.write({"active": False})
        self.assertTrue(second.used_on)
        # A report on somebody who is away does not serve after the return.
        late = self.report(self.rep, self.small)
        self.decide_report(late, "approved")
        seller.action_unarchive()
        with self.assertSays("give up Small Trading"):
            seller.action_archive()

    def test_archive_of_others(self):
        """Contacts, and customers of other tiers, are archived as ever."""
        self.tier_a.requires_exit_report = True
        self.contact.with_user(self.seller).action_archive()
        self.south.with_user(self.seller).action_archive()
        self.assertFalse(self.south.active or self.contact.active)
        self.north.with_user(self.seller).write({"active": True})

    def test_report_needs_words(self):
        report = self.report(self.rep, self.small, evaluation="  \n")
        with self.assertSays("Describe the situation of Small Trading"):
            report.action_request_approval()

    def test_author_does_not_approve(self):
        self.create_matrix(
            [self.group_step("group_executive")], subject="exit_report", code="EXIT"
        )
        self.rep.group_ids += self.env.ref("crm_governance.group_executive")
        report = self.report(self.rep, self.small)
        # Somebody else sends it: the author is still the author.
        with self.assertSays("governance_rep"):
            report.with_user(self.manager).action_request_approval()
        report.action_request_approval()
        with self.assertSays("your own request"):
            report.sudo().approval_request_id.with_user(self.rep).decide("approved")
        self.assertEqual(report.state, "requested")


@tagged("post_install", "-at_install")
class TestTiersMerge(TiersWorld):
    """Two records of one customer become one, and no evidence is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.customer("North Trading Ltd", cls.rep)
        cls.buy(cls.twin, 200)
        cls.blank = cls.customer("North Trdaing", cls.rep)
        cls.review = cls.open_review()
        cls.nominations = cls.env["governance.tier.nomination"]
        for partner in (cls.north, cls.twin):
            cls.nominations |= cls.nominate(cls.rep, cls.review, partner).sudo()
        cls.review.action_evaluate()
        cls.publish(cls.review)
        cls.env.flush_all()

    EVIDENCE = (
        "governance.tier.assignment",
        "governance.tier.review.line",
        "governance.tier.nomination",
        "governance.tier.override",
        "governance.exit.report",
        "governance.decision",
        "governance.approval.request",
        "governance.turnover.history",
        "governance.agreement",
        "governance.tier.metric.value",
    )

    def merge(self, partners, target, user=None):
        user = user or self.env.ref("base.user_admin")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard.create({})._merge(partners.ids, target.with_user(user))
        self.env.invalidate_all()
        self.assertFalse((partners - target).exists())

    def count(self):
        self.env.flush_all()
        return {model: self.env[model].search_count([]) for model in self.EVIDENCE}

    def check_intervals(self, partner):
        """One open interval at most, no overlap among those that count."""
        held = self.env["governance.tier.assignment"].search(
            [("partner_id", "=", partner.id), ("is_merged", "!=", True)],
            order="date_start, id",
        )
        for former, later in zip(held, held[1:], strict=False):
            self.assertEqual(former.date_end, later.date_start)
        self.assertEqual(len(held.filtered(lambda a: not a.date_end)), bool(held))

    def test_both_have_a_tier(self):
        """The one that remains keeps its tier; the other's history comes along."""
        before = self.count()
        self.assertEqual(self.twin.governance_tier_id, self.tier_b)
        self.merge(self.north | self.twin, self.twin)
        self.assertEqual(self.count(), before)
        self.assertEqual(self.twin.governance_tier_id, self.tier_b)
        self.assertEqual(self.open_assignment(self.twin).tier_id, self.tier_b)
        self.check_intervals(self.twin)
        history = self.twin.governance_assignment_ids
        self.assertEqual(set(history.tier_id), set(self.tier_a | self.tier_b))
        self.assertEqual(history.filtered("is_merged").tier_id, self.tier_a)
        self.assertEqual(
            self.twin.governance_review_line_id.decided_tier_id, self.tier_b
        )
        self.assertEqual(self.nominations.partner_id, self.twin)

    def test_only_the_merged_one_has_a_tier(self):
        """A duplicate without a tier does not cost the customer its own."""
        before = self.count()
        self.merge(self.north | self.blank, self.blank)
        self.assertEqual(self.count(), before)
        self.assertEqual(self.blank.governance_tier_id, self.tier_a)
        self.assertEqual(self.open_assignment(self.blank).tier_id, self.tier_a)
        self.check_intervals(self.blank)
        self.assertEqual(
            self.blank.governance_review_line_id.decided_tier_id, self.tier_a
        )

    def test_only_the_target_has_a_tier(self):
        before = self.count()
        self.merge(self.north | self.blank, self.north)
        self.assertEqual(self.count(), before)
        self.assertEqual(self.north.governance_tier_id, self.tier_a)
        self.check_intervals(self.north)

    def test_two_into_a_blank(self):
        """Of several tiers the highest is kept, in every company's eyes."""
        before = self.count()
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.blank.id}
        )
        self.merge(self.north | self.twin | self.blank, self.blank)
        self.assertEqual(self.count(), before)
        self.assertEqual(self.blank.governance_tier_id, self.tier_a)
        self.assertEqual(contact.governance_tier_id, self.tier_a)
        self.check_intervals(self.blank)
        merged = self.blank.governance_assignment_ids.filtered("is_merged")
        self.assertEqual(merged.tier_id, self.tier_b)

    def test_merge_again(self):
        """A customer that was merged before is merged once more."""
        before = self.count()
        self.merge(self.north | self.twin, self.twin)
        self.merge(self.twin | self.blank, self.blank)
        self.assertEqual(self.count(), before)
        self.assertEqual(self.blank.governance_tier_id, self.tier_b)
        self.check_intervals(self.blank)

    def test_in_an_open_review(self):
        """A line goes along; where both have one, the target's counts."""
        review = self.committee_review(name="Open")
        self.merge(self.north | self.twin, self.twin)
        lines = review.line_ids.filtered(lambda li: li.partner_id == self.twin)
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines.filtered("is_merged").current_tier_id, self.tier_a)
        self.publish(review)
        self.assertEqual(self.twin.governance_tier_id, self.tier_b)
        self.check_intervals(self.twin)

    def test_only_the_merged_one_is_in_an_open_review(self):
        review = self.committee_review(name="Open")
        self.merge(self.north | self.blank, self.blank)
        line = self.line(review, self.blank)
        self.assertFalse(line.is_merged)
        line.with_user(self.committee).decide(self.tier_b.id, "They bought less")
        self.publish(review)
        self.assertEqual(self.blank.governance_tier_id, self.tier_b)
        self.check_intervals(self.blank)

    def test_two_overrides_wait(self):
        """Two requests for one customer are decided before the merge."""
        self.override_matrix()
        for partner in (self.north, self.twin):
            override = self.override(self.rep, partner, self.tier_c)
            override.action_request_approval()
        with self.assertSays("North Trading.*wait.*approval"):
            self.merge(self.north | self.twin, self.twin)
        self.assertTrue(self.north.exists())

    def test_active_overrides(self):
        self.override_matrix()
        self.granted(self.rep, self.north, self.tier_c)
        kept = self.granted(self.rep, self.twin, self.tier_c)
        before = self.count()
        self.merge(self.north | self.twin, self.twin)
        self.assertEqual(self.count(), before)
        self.check_intervals(self.twin)
        self.assertEqual(kept.state, "active")
        self.assertEqual(self.twin.governance_tier_id, self.tier_c)

    def test_programmes(self):
        """Two programmes of one customer become one."""
        self.tier_a.has_programme = True
        self.tier_b.has_programme = True
        self.publish(self.committee_review(name="Second"))
        programmes = self.env["governance.programme"].search(
            [("partner_id", "in", (self.north | self.twin).ids)]
        )
        self.assertEqual(len(programmes), 2)
        self.merge(self.north | self.twin, self.twin)
        self.assertEqual(len(programmes.exists()), 1)
        self.assertEqual(programmes.exists().partner_id, self.twin)

    def test_refused_merge_changes_nothing(self):
        child = self.env["res.partner"].create(
            {"name": "Child", "parent_id": self.north.id}
        )
        with self.assertSays("one of his parent"):
            self.merge(self.north | child, child)
        self.assertFalse(self.open_assignment(self.north).is_merged)

    def test_people_merge(self):
        """Whoever may merge contacts may do so without a role in governance."""
        user = new_test_user(
            self.env,
            "governance_merger",
            groups="base.group_partner_manager,sales_team.group_sale_manager",
        )
        before = self.count()
        self.merge(self.north | self.blank, self.blank, user)
        self.assertEqual(self.count(), before)
        self.assertEqual(self.blank.governance_tier_id, self.tier_a)


@tagged("post_install", "-at_install")
class TestTiersAssessments(TiersWorld):
    """Assessments and agreements carry the name of who made them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trust = cls.manual_metric("trust", unit="points")

    def assessment(self, user, partner, value=50, **values):
        return (
            self.env["governance.tier.metric.value"]
            .with_user(user)
            .create(
                {
                    "partner_id": partner.id,
                    "metric_id": self.trust.id,
                    "value": value,
                    "justification": "Seen",
                    **values,
                }
            )
        )

    def test_in_the_name_of_others(self):
        with self.assertSays("Assessed by.*not by hand", AccessError):
            self.assessment(self.rep, self.north, user_id=self.leader.id)
        own = self.assessment(self.rep, self.north)
        self.assertEqual(own.user_id, self.rep)
        with self.assertSays("Assessed by.*not by hand", AccessError):
            own.user_id = self.leader
        own.value = 60
        id_ = self.rpc(
            self.rep,
            own._name,
            "create",
            [
                {
                    "partner_id": self.north.id,
                    "metric_id": self.trust.id,
                    "justification": "Seen",
                }
            ],
            context={"default_user_id": self.leader.id},
        )[0]
        self.assertEqual(own.browse(id_).user_id, self.rep)

    def test_of_others(self):
        """A representative does not rewrite what the leader has assessed."""
        leaders = self.assessment(self.leader, self.north)
        with self.assertSays("assessed by"):
            leaders.with_user(self.rep).value = 100
        leaders.with_user(self.manager).active = False

    def test_limits(self):
        for value in (-1, 101):
            with self.assertSays("goes from 0 to 100", ValidationError):
                self.assessment(self.rep, self.north, value)
        for value, error in (("nan", ValueError), ("inf", OverflowError)):
            with self.assertRaises(error):
                self.assessment(self.rep, self.north, float(value))
        with self.assertSays("needs a justification", ValidationError):
            self.assessment(self.rep, self.north, justification=" ")
        contact = self.env["res.partner"].create(
            {"name": "Nora", "parent_id": self.north.id}
        )
        with self.assertSays("contact of North Trading", ValidationError):
            self.assessment(self.rep, contact)
        with self.assertSays("computed from documents", ValidationError):
            self.assessment(self.rep, self.north, metric_id=self.metric("turnover").id)

    def test_signed_agreement(self):
        agreement = (
            self.env["governance.agreement"]
            .with_user(self.rep)
            .create(
                {
                    "name": "Frame",
                    "partner_id": self.north.id,
                    "date_start": "2026-01-01",
                }
            )
        )
        self.assertRefused(
            self.rep, agreement._name, "write", agreement.ids, {"state": "ended"}
        )
        agreement.action_sign()
        for values in (
            {"state": "draft"},
            {"partner_id": self.small.id},
            {"kind": "supply"},
            {"date_start": "2020-01-01"},
        ):
            self.assertRefused(
                self.manager, agreement._name, "write", agreement.ids, values
            )
        agreement.note = "Going well"
        self.assertCannotDelete(agreement.with_user(self.manager))
        agreement.with_user(self.rep).action_end()
        self.assertEqual(agreement.state, "ended")
        # A later end would put it in force again.
        self.assertRefused(
            self.rep,
            agreement._name,
            "write",
            agreement.ids,
            {"date_end": "2099-12-31"},
        )
        with self.assertSays("already"):
            agreement.action_sign()
