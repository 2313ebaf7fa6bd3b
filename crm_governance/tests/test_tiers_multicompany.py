# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .tiers_world import TiersWorld


@tagged("post_install", "-at_install")
class TestTiersMultiCompany(TiersWorld):
    """Two companies, one customer base: tiers, policies and people stay apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Company"})
        cls.other.partner_id.tz = "UTC"
        cls.other_manager = cls.person("manager", "group_manager")
        cls.other_committee = cls.person("committee", "group_committee")
        cls.other_executive = cls.person("executive", "group_executive")
        cls.other_auditor = cls.person("auditor", "group_auditor")
        cls.both = new_test_user(
            cls.env,
            "governance_both",
            groups="crm_governance.group_manager,crm_governance.group_committee",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.other).ids)],
        )
        there = cls.env(
            context={**cls.env.context, "allowed_company_ids": [cls.other.id]}
        )
        cls.there = there
        cls.other_scheme = there["governance.tier.scheme"].create(
            {
                "name": "Scheme OTHER",
                "code": "TEST",
                "company_id": cls.other.id,
                "tier_ids": [
                    Command.create({"name": "Gold", "code": "A", "rank": 1}),
                    Command.create({"name": "Rest", "code": "C", "rank": 2}),
                ],
            }
        )
        cls.gold, cls.rest = cls.other_scheme.tier_ids
        cls.other_rules = cls.make_rules(
            cls.other_scheme, [("A", [("turnover", "ge", 1000)])], publish=False
        )
        cls.other_rules.with_env(there).action_publish()
        # Each company has sold to `south`; only here, `north` has bought.
        cls.env.cr.execute(
            """INSERT INTO sale_order (name, company_id, partner_id,
                    partner_invoice_id, partner_shipping_id, date_order, state,
                    currency_id, currency_rate, amount_untaxed, amount_total)
               VALUES ('X1', %(company)s, %(partner)s, %(partner)s, %(partner)s,
                       '2025-06-01 12:00', 'sale', %(currency)s, 1, 9000, 9000)""",
            {
                "company": cls.other.id,
                "partner": cls.south.id,
                "currency": cls.other.currency_id.id,
            },
        )
        cls.here_review = cls.published_review()
        cls.there_review = cls.review_there()

    @classmethod
    def person(cls, name, group):
        return new_test_user(
            cls.env,
            f"governance_other_{name}",
            groups=f"crm_governance.{group}",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )

    @classmethod
    def review_there(cls, publish=True, **values):
        review = cls.there["governance.tier.review"].create(
            {
                "name": "Review there",
                "scheme_id": cls.other_scheme.id,
                "date_as_of": date(2025, 12, 31),
                **values,
            }
        )
        review.action_evaluate()
        if publish:
            review._decide_by_silence("apply")
            review.action_publish()
        return review

    def tier_in(self, partner, company):
        return partner.with_company(company).governance_tier_id

    def test_each_company_has_its_own_tiers(self):
        self.assertEqual(self.tier_in(self.south, self.company), self.tier_b)
        self.assertEqual(self.tier_in(self.south, self.other), self.gold)
        self.assertEqual(self.tier_in(self.north, self.company), self.tier_a)
        self.assertFalse(self.tier_in(self.north, self.other))
        self.assertEqual(self.there_review.line_ids.partner_id, self.south)
        line = self.line(self.here_review, self.south)
        self.assertEqual(line.turnover, 500)

    def test_one_governing_scheme_each(self):
        self.assertTrue(self.scheme.is_governing and self.other_scheme.is_governing)
        self.assertEqual(self.scheme.code, self.other_scheme.code)

    def test_contacts(self):
        """A new contact has the tiers of its company in every company."""
        contact = self.env["res.partner"].create(
            {"name": "Sue", "parent_id": self.south.id}
        )
        self.assertEqual(self.tier_in(contact, self.company), self.tier_b)
        self.assertEqual(self.tier_in(contact, self.other), self.gold)
        contact.parent_id = self.north
        self.assertEqual(self.tier_in(contact, self.company), self.tier_a)
        self.assertFalse(self.tier_in(contact, self.other))
        contact.parent_id = False
        self.assertFalse(self.tier_in(contact, self.company))
        self.assertFalse(self.tier_in(contact, self.other))

    def test_nobody_sees_the_other_company(self):
        models = {
            "governance.tier.scheme": self.scheme,
            "governance.tier": self.tier_a,
            "governance.tier.ruleset": self.rules,
            "governance.tier.criterion.group": self.rules.group_ids[0],
            "governance.tier.criterion": self.rules.group_ids.criterion_ids[0],
            "governance.tier.review": self.here_review,
            "governance.tier.review.line": self.here_review.line_ids[0],
            "governance.tier.assignment": self.open_assignment(self.south),
        }
        for user in (
            self.other_manager,
            self.other_committee,
            self.other_executive,
            self.other_auditor,
        ):
            for model, record in models.items():
                self.assertRefused(user, model, "read", record.ids, ["id"])
                found = self.rpc(user, model, "search", [])
                self.assertNotIn(record.id, found, f"{user.login} {model}")
            self.assertTrue(
                self.rpc(
                    user,
                    "governance.tier.assignment",
                    "search_count",
                    [("partner_id", "=", self.south.id)],
                )
            )

    def test_only_the_companies_one_works_in(self):
        """Who works for both sees those that are switched on."""
        for companies, expected in (
            (self.company, self.tier_b),
            (self.other, self.gold),
            (self.company | self.other, self.tier_b | self.gold),
        ):
            found = self.rpc(
                self.both,
                "governance.tier.assignment",
                "search_read",
                [("partner_id", "=", self.south.id)],
                ["tier_id"],
                context={"allowed_company_ids": companies.ids},
            )
            self.assertEqual({row["tier_id"][0] for row in found}, set(expected.ids))

    def test_nobody_decides_for_the_other_company(self):
        review = self.committee_review(name="Next")
        line = self.line(review, self.south)
        for user, method in (
            (self.other_committee, "decide"),
            (self.other_manager, "write"),
        ):
            args = [{"specialist_id": self.rep.id}] if method == "write" else []
            self.assertRefused(user, line._name, method, line.ids, *args)
        for method in ("action_publish", "action_cancel", "action_verify"):
            self.assertRefused(self.other_manager, review._name, method, review.ids)
        for method in ("action_keep", "action_release"):
            self.assertRefused(self.other_executive, review._name, method, review.ids)
        self.assertEqual(line.state, "pending")

    def test_committees(self):
        """A seat on one committee decides nothing in the other company."""
        self.env["governance.committee"].create(
            {
                "name": "Here",
                "member_ids": [
                    Command.create({"user_id": self.committee.id, "role": "chair"})
                ],
            }
        )
        line = self.line(self.committee_review(name="Next"), self.south)
        self.assertRefused(self.both, line._name, "decide", line.ids)
        there = self.review_there(publish=False, name="Next there")
        line = self.line(there, self.south)
        context = {"allowed_company_ids": (self.company | self.other).ids}
        self.rpc(self.both, line._name, "decide", line.ids, context=context)
        self.assertEqual(line.decided_by_id, self.both)

    def test_records_do_not_cross(self):
        """Schemes, tiers and rules of one company are not used in the other."""
        overrides = self.env["governance.tier.override"]
        for values in (
            {"scheme_id": self.other_scheme.id, "tier_id": self.gold.id},
            {"scheme_id": self.scheme.id, "tier_id": self.gold.id},
            {
                "company_id": self.other.id,
                "scheme_id": self.scheme.id,
                "tier_id": self.tier_a.id,
            },
        ):
            with self.assertRaises(UserError):
                overrides.with_user(self.both).create(
                    {
                        "partner_id": self.south.id,
                        "reason": "Because",
                        "expires_on": "2026-06-30",
                        **values,
                    }
                )
        with self.assertRaises(UserError):
            self.nominate(
                self.both, self.open_review(name="Next"), self.south, self.gold
            )
        calendar = self.there["governance.review.calendar"].create(
            {
                "name": "There",
                "code": "THERE",
                "company_id": self.other.id,
                "recurrence": "monthly",
                "decision_days": 5,
            }
        )
        with self.assertRaises(UserError):
            self.scheme.calendar_id = calendar
        with self.assertRaises(UserError):
            self.rules.copy({"code": "X"}).scheme_id = self.other_scheme
        line = self.line(self.committee_review(name="Again"), self.south)
        context = {"allowed_company_ids": (self.company | self.other).ids}
        self.assertRefused(
            self.both,
            line._name,
            "decide",
            line.ids,
            self.gold.id,
            "Because",
            context=context,
            error=UserError,
        )

    def test_customer_of_the_other_company(self):
        """A customer that belongs to the other company gets no tier here."""
        theirs = self.customer("Theirs", company_id=self.other.id, customer_rank=1)
        review = self.committee_review(name="Next")
        self.assertNotIn(theirs, review.line_ids.partner_id)
        with self.assertRaises(UserError):
            self.override(self.rep, theirs, self.tier_a)
        with self.assertRaises(UserError):
            self.nominate(self.rep, self.open_review(name="Third"), theirs)
        for user in (self.both, self.env.ref("base.user_root")):
            with self.assertSays("Theirs.*company"):
                self.override(user, theirs, self.tier_a)

    def test_tiers_of_a_company_that_is_new(self):
        """Adopting presets for one company leaves the other as it was."""
        preset = self.env.ref("crm_governance.governance_tier_ruleset_ts_04")
        before = self.env["governance.tier.scheme"].search(
            [("company_id", "=", self.company.id)]
        )
        adopted = preset.with_env(self.there)._adopt(self.other)
        self.assertEqual(adopted.company_id, self.other)
        self.assertEqual(adopted.scheme_id.company_id, self.other)
        after = self.env["governance.tier.scheme"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(before, after)

    def test_history_of_turnover(self):
        """Imported turnover counts for the company that it was imported for."""
        (self.company | self.other).governance_cutover_date = "2025-01-01"
        self.there["governance.turnover.history"].create(
            {
                "partner_id": self.north.id,
                "company_id": self.other.id,
                "date": "2024-05-05",
                "amount": 100_000,
            }
        )
        self.make_rules(
            self.scheme, [("A", [("turnover", "ge", 1000)])], include_history=True
        )
        line = self.line(self.committee_review(name="Next"), self.north)
        self.assertEqual(line.turnover, 5000)
        self.assertRefused(
            self.manager,
            "governance.turnover.history",
            "create",
            [
                {
                    "partner_id": self.north.id,
                    "company_id": self.other.id,
                    "date": "2024-05-05",
                    "amount": 1,
                }
            ],
        )

    def test_merge(self):
        """Merged customers keep their tiers in both companies."""
        twin = self.customer("South Twin", self.rep2)
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(
            self.env.ref("base.user_admin")
        )
        wizard.create({})._merge((self.south | twin).ids, twin)
        self.env.invalidate_all()
        self.assertEqual(self.tier_in(twin, self.company), self.tier_b)
        self.assertEqual(self.tier_in(twin, self.other), self.gold)

    def test_crons_serve_all_companies(self):
        for company, scheme in (
            (self.company, self.scheme),
            (self.other, self.other_scheme),
        ):
            calendar = self.env["governance.review.calendar"].create(
                {
                    "name": "Monthly",
                    "code": "MONTHLY",
                    "company_id": company.id,
                    "recurrence": "monthly",
                    "decision_days": 5,
                }
            )
            calendar.with_company(company).action_publish()
            scheme.calendar_id = calendar
        # December was over before the rules were adopted.
        with freeze_time("2026-02-02 09:00:00"), self.enter_registry_test_mode():
            self.env.ref(
                "crm_governance.ir_cron_tier_review_open"
            ).method_direct_trigger()
        opened = self.env["governance.tier.review"].search(
            [("period_key", "=", "2026-01")]
        )
        self.assertEqual(opened.company_id, self.company | self.other)
        told = opened.filtered(
            lambda r: r.company_id == self.other
        ).activity_ids.user_id
        self.assertNotIn(self.rep, told)

    def test_governing_elsewhere(self):
        """Changing what governs there does not touch the tiers here."""
        self.other_scheme.with_env(self.there).with_context(
            allowed_company_ids=[self.other.id]
        ).action_set_governing()
        self.assertEqual(self.tier_in(self.south, self.company), self.tier_b)
        self.assertEqual(self.tier_in(self.south, self.other), self.gold)
