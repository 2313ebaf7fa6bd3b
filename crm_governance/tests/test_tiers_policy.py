# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .tiers_world import TiersWorld


@tagged("post_install", "-at_install")
class TestTiersPolicy(TiersWorld):
    """The sentences of the written policies, as employees try to get round them."""

    def adopted_calendar(self, code, **values):
        """Return the company's copy of a preset calendar, in force."""
        preset = self.env["governance.review.calendar"].search(
            [("code", "=", code), ("is_preset", "=", True)]
        )
        calendar = preset._adopt(self.company)
        for blank in calendar._get_blank_values():
            calendar[blank["field"]] = 14
        calendar.write(values)
        calendar.action_publish()
        return calendar

    @contextmanager
    def assertDatabaseRefuses(self):
        """A constraint of the database refuses the block."""
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                yield
                self.env.flush_all()

    def run_cron(self, name):
        """Run a scheduled action as the scheduler does."""
        self.env.flush_all()
        cron = self.env.ref(f"crm_governance.ir_cron_{name}")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # EVERYBODY HAS A CLASS, AND EVERY CHANGE LEAVES A TRACE
    # ------------------------------------------------------------------

    def test_nobody_stays_outside(self):
        """A-01: every customer in the market is in the scheme."""
        self.scheme.action_set_governing()
        self.published_review()
        newcomer = self.customer("Newcomer", self.rep, customer_rank=1)
        outside = [("governance_tier_id", "=", False), ("customer_rank", ">", 0)]
        found = self.env["res.partner"].with_user(self.rep).search(outside)
        self.assertEqual(found, newcomer)
        self.published_review(name="Next", date_as_of="2026-01-05")
        self.assertEqual(newcomer.governance_tier_id, self.tier_c)
        self.assertFalse(self.env["res.partner"].search(outside))

    def test_silence_classifies_nobody_without_a_proposal(self):
        """A-01: whom neither rules nor people have placed stays to be decided."""
        scheme = self.make_scheme(code="MANUAL")
        self.make_rules(scheme, method="manual", fallback_tier_id=False)
        for policy in ("keep", "apply", "downgrade", "escalate"):
            with self.subTest(policy=policy), self.undone():
                scheme.silence_policy = policy
                review = self.evaluate(scheme, self.AS_OF)
                line = self.line(review, self.north)
                self.assertFalse(line.proposed_tier_id)
                with self.assertSays("propose no tier"):
                    line.with_user(self.committee).action_confirm()
                review._decide_by_silence(policy)
                self.assertEqual(set(review.line_ids.mapped("state")), {"pending"})
                with self.assertSays("are undecided"):
                    review.action_publish()
                review.line_ids.with_user(self.committee).decide(
                    scheme.tier_ids[1].id, "As discussed"
                )
                review.invalidate_recordset()
                review.action_publish()
                self.assertEqual(
                    self.open_assignment(self.north, scheme).tier_id,
                    scheme.tier_ids[1],
                )

    def test_deadline_without_proposals_waits_for_people(self):
        """A-01: the scheduler asks, and does not fail, when nobody has said."""
        scheme = self.make_scheme(code="MANUAL", silence_policy="apply")
        self.make_rules(scheme, method="manual", fallback_tier_id=False)
        review = self.evaluate(scheme, self.AS_OF, committee_deadline="2026-01-09")
        self.run_cron("tier_review_silence")
        self.assertEqual(review.state, "committee")
        self.assertFalse(review.last_error)
        self.assertIn(self.executive, review.activity_ids.user_id)

    def test_every_change_is_recorded(self):
        """A-02: from, to, day, reason, review and person stand in the history."""
        self.scheme.action_set_governing()
        self.published_review()
        self.buy(self.south, 900, date(2026, 1, 3))
        review = self.committee_review(name="Next", date_as_of="2026-01-05")
        line = self.line(review, self.south)
        line.with_user(self.committee).decide(self.tier_a.id, "Grows fast")
        self.publish(review)
        history = self.env["governance.tier.assignment"].search(
            [("partner_id", "=", self.south.id)], order="id"
        )
        self.assertEqual(history.tier_id, self.tier_b | self.tier_a)
        self.assertEqual(history[0].date_end, history[1].date_start)
        self.assertRecordValues(
            history[1],
            [
                {
                    "reason": "Grows fast",
                    "user_id": self.committee.id,
                    "review_id": review.id,
                }
            ],
        )
        with self.assertSays("follows from reviews"):
            self.south.with_user(self.rep2).sudo().write(
                {"governance_tier_id": self.tier_c.id}
            )

    def test_axes_side_by_side(self):
        """A-09, A-10: several schemes at once; equal marks mean nothing together."""
        other = self.make_scheme(tiers="AB", code="OTHER")
        self.make_rules(other, [("A", [("turnover", "le", 100)])])
        self.scheme.action_set_governing()
        self.published_review()
        self.publish(self.evaluate(other, self.AS_OF))
        self.assertEqual(self.open_assignment(self.small).tier_id, self.tier_c)
        self.assertEqual(
            self.open_assignment(self.small, other).tier_id, other.tier_ids[0]
        )
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        with self.assertSays("not a tier of"):
            self.override(self.rep, self.small, other.tier_ids[0])
        with self.assertDatabaseRefuses():
            self.env["governance.tier"].create(
                {"scheme_id": other.id, "name": "Twice", "code": "A"}
            )
        other.action_set_governing()
        self.assertFalse(self.scheme.is_governing)
        self.assertEqual(self.small.governance_tier_id, other.tier_ids[0])
        with self.assertDatabaseRefuses():
            self.scheme.is_governing = True
            self.env.flush_all()

    def test_tiers_are_data(self):
        """A-04, A-05, A-08: a company writes its own tiers and what they entail."""
        own = self.tier_a.with_user(self.manager)
        own.write(
            {
                "name": "Benchmark",
                "characteristics": "Large hospitals",
                "principle": "Care",
                "focus": "Quality",
                "treatment": "A service agent of their own",
                "has_priority": True,
            }
        )
        self.assertEqual(self.tier_a.treatment, "A service agent of their own")
        for user in (self.rep, self.leader, self.committee, self.executive):
            with self.assertRaises(AccessError):
                self.tier_a.with_user(user).treatment = "None"

    def test_treatments_of_the_sources(self):
        """A-18 … A-54: each class says how it is treated; lost texts stay blank."""
        expected = {
            "ts_01_strategic": "Resources Quality Price Service symposium",
            "ts_01_key": "Quality Price objections symposium",
            "ts_01_general": "Price Quality period objections",
            "ts_04_strategic": "Maintain agreement",
            "ts_04_vip": "Care 30 50",
            "ts_04_key": "relationship bid",
            "ts_04_guest": "privileges",
            "ts_04_model": "interact showcase",
            "ts_04_free": "Manage foresee misunderstanding",
            "ts_04_new": "value visit",
            "ts_04_dormant": "Care real reason",
            "ts_04_low": "Give up report",
            "ts_06_a": "discount gift",
            "ts_06_b": "promotion",
            "ts_06_c": "after-sales churn",
            "ts_06_d": "cautious selling",
        }
        for name, words in expected.items():
            tier = self.env.ref(f"crm_governance.governance_tier_{name}")
            text = " ".join(
                tier[field] or "" for field in ("principle", "focus", "treatment")
            ).lower()
            for word in words.lower().split():
                with self.subTest(tier=name, word=word):
                    self.assertIn(word, text)
        blank = self.env.ref("crm_governance.governance_tier_ts_01_potential")
        self.assertFalse(
            blank.principle or blank.focus or blank.treatment or blank.characteristics
        )

    # ------------------------------------------------------------------
    # CRITERIA
    # ------------------------------------------------------------------

    def test_referrals_of_a_customer(self):
        """A-39: prospects found through a customer, against its tier's target."""
        self.scheme.action_set_governing()
        self.tier_a.write({"referral_target_min": 30, "referral_target_max": 50})
        self.published_review()
        contact = self.env["res.partner"].create(
            {"name": "Ms Wang", "parent_id": self.north.id}
        )
        self.env["crm.lead"].create(
            [
                {"name": "First", "governance_referrer_id": self.north.id},
                {"name": "Second", "governance_referrer_id": contact.id},
                {"name": "Lost", "governance_referrer_id": contact.id, "active": False},
                {"name": "Other", "governance_referrer_id": self.south.id},
            ]
        )
        north = self.north.with_user(self.rep)
        self.assertEqual(north.governance_referral_count, 3)
        self.assertEqual(north.governance_referral_target, "30–50")
        self.assertEqual(self.small.governance_referral_count, 0)
        self.assertFalse(self.small.governance_referral_target)
        action = north.action_governance_view_referrals()
        self.assertEqual(
            self.env["crm.lead"].search_count(action["domain"], limit=None),
            2,
        )

    def test_reason_of_dormancy(self):
        """A-45, A-76: the real reason is asked for and noted on the customer."""
        self.scheme.action_set_governing()
        self.tier_c.asks_reason = True
        self.published_review()
        partners = self.env["res.partner"].with_user(self.rep)
        unknown = [
            ("governance_tier_id.asks_reason", "=", True),
            ("governance_quiet_reason", "=", False),
        ]
        self.assertIn(self.small, partners.search(unknown))
        self.small.with_user(self.rep).governance_quiet_reason = "Their buyer left"
        self.assertNotIn(self.small, partners.search(unknown))
        marked = self.env["governance.tier"].search(
            [("is_preset", "=", True), ("asks_reason", "=", True)]
        )
        self.assertEqual(
            {f"{tier.scheme_id.code} {tier.code}" for tier in marked},
            {"TS-04 DORMANT", "TS-09 LOST"},
        )

    def test_reason_of_late_payment(self):
        """A-94: beside the days of delay stands the reason, on posted invoices too."""
        invoice = self.invoice(self.north, 100, "2025-11-01", due="2025-11-10")
        unexplained = [
            ("governance_delay_reason", "=", False),
            ("id", "=", invoice.id),
        ]
        moves = self.env["account.move"]
        self.assertTrue(moves.search(unexplained))
        invoice.governance_delay_reason = "Waits for the inspection report"
        self.assertFalse(moves.search(unexplained))
        self.assertEqual(invoice.state, "posted")
        scheme = self.make_scheme(code="CREDIT")
        self.make_rules(
            scheme,
            [("A", [("days_late_max", "le", 5)]), ("B", [("days_late_max", "le", 60)])],
        )
        line = self.line(self.evaluate(scheme, self.AS_OF), self.north)
        self.assertEqual(line.proposed_tier_id.code, "B")

    def test_evidence_of_an_assessment(self):
        """A-67: an assessment carries the contract that proves it."""
        trust = self.manual_metric("trust", unit="points")
        assessment = (
            self.env["governance.tier.metric.value"]
            .with_user(self.rep)
            .create(
                {
                    "partner_id": self.north.id,
                    "metric_id": trust.id,
                    "value": 80,
                    "justification": "Frame contract signed",
                }
            )
        )
        message = assessment.message_post(
            body="The contract", attachments=[("contract.txt", b"Signed")]
        )
        self.assertEqual(message.attachment_ids.res_id, assessment.id)
        with self.assertRaises(ValidationError):
            assessment.justification = "  "

    def test_customer_service_evaluates(self):
        """A-104: behaviour and satisfaction propose, customer service adjusts."""
        service = self.committee
        scheme = self.make_scheme(code="SERVICE")
        self.make_rules(
            scheme,
            [
                ("A", [("turnover", "ge", 1000), ("satisfaction", "ge", 4)]),
                ("B", [("turnover", "ge", 100)]),
            ],
        )
        self.env["governance.committee"].create(
            {
                "name": "Customer service",
                "member_ids": [
                    Command.create({"user_id": service.id, "role": "chair"})
                ],
            }
        )
        review = self.evaluate(scheme, self.AS_OF)
        line = self.line(review, self.north)
        self.assertEqual(line.proposed_tier_id.code, "B")
        with self.assertRaises(AccessError):
            line.with_user(self.rep).action_confirm()
        with self.assertRaises(AccessError):
            line.with_user(self.committee2).action_confirm()
        line.with_user(service).decide(scheme.tier_ids[2].id, "Complains a lot")
        self.assertEqual(line.decided_tier_id.code, "C")

    def test_can_be_upgraded(self):
        """A-107: who could be lifted is found, even where it was decided otherwise."""
        self.scheme.action_set_governing()
        self.published_review()
        self.buy(self.south, 900, date(2026, 1, 3))
        review = self.committee_review(name="Next", date_as_of="2026-01-05")
        line = self.line(review, self.south)
        lines = self.env["governance.tier.review.line"]
        upgradable = [("review_id", "=", review.id), ("can_upgrade", "=", True)]
        self.assertEqual(lines.search(upgradable), line)
        line.with_user(self.committee).decide(self.tier_b.id, "Wait and see")
        self.assertEqual(line.movement, "same")
        self.assertEqual(lines.search(upgradable), line)
        self.assertEqual(review.line_ids.filtered("can_upgrade"), line)
        others = lines.search(
            [("review_id", "=", review.id), ("can_upgrade", "=", False)]
        )
        self.assertEqual(others, review.line_ids - line)

    # ------------------------------------------------------------------
    # CALENDAR, FREEZE, COMMITTEE
    # ------------------------------------------------------------------

    def test_committee(self):
        """A-109: one chair, a vice-chair, members and a secretariat."""
        committee = self.env["governance.committee"].create(
            {
                "name": "Customer Management Committee",
                "secretariat": "Market Operations",
                "member_ids": [
                    Command.create({"user_id": self.executive.id, "role": "chair"}),
                    Command.create({"user_id": self.committee.id, "role": "deputy"}),
                    Command.create({"user_id": self.committee2.id}),
                ],
            }
        )
        self.assertEqual(committee.member_ids.mapped("role").count("chair"), 1)
        for role in ("chair", "member"):
            with self.subTest(role=role), self.undone():
                with self.assertSays("chairs. Name exactly one", ValidationError):
                    target = committee.member_ids[2 if role == "chair" else 0]
                    committee.write(
                        {"member_ids": [Command.update(target.id, {"role": role})]}
                    )

    def test_strategic_year(self):
        """A-113, A-114, A-115: nominations to 15 December, committee, 31 January."""
        self.scheme.action_set_governing()
        self.scheme.calendar_id = self.adopted_calendar("RC-01")
        with freeze_time("2026-11-30 09:00:00"):
            self.run_cron("tier_review_open")
            self.assertFalse(
                self.env["governance.tier.review"].search([("period_key", "=", "2026")])
            )
        with freeze_time("2026-12-02 09:00:00"):
            self.run_cron("tier_review_open")
            review = self.env["governance.tier.review"].search(
                [("period_key", "=", "2026"), ("scheme_id", "=", self.scheme.id)]
            )
            self.assertRecordValues(
                review,
                [
                    {
                        "state": "nomination",
                        "nomination_deadline": date(2026, 12, 15),
                        "committee_deadline": date(2026, 12, 31),
                        "publish_deadline": date(2027, 1, 31),
                    }
                ],
            )
            asked = review.activity_ids.filtered(lambda a: a.user_id == self.rep)
            self.assertEqual(asked.date_deadline, date(2026, 12, 15))
            nomination = self.nominate(
                self.rep,
                review,
                self.small,
                specialist_id=self.rep.id,
                liaison_leader_id=self.executive.id,
                is_company_level=True,
            )
        with freeze_time("2026-12-16 09:00:00"):
            with self.assertSays("took nominations until"):
                self.nominate(self.rep, review, self.north)
            self.run_cron("tier_review_evaluate")
            self.assertEqual(review.state, "committee")
            with self.assertRaises(UserError):
                nomination.reason = "Too late"
        with freeze_time("2027-01-01 09:00:00"):
            self.run_cron("tier_review_silence")
            self.assertEqual(review.state, "published")
            self.assertLess(review.closed_on.date(), review.publish_deadline)

    def test_quarterly_evaluation(self):
        """A-117: every quarter is evaluated once, of its own accord."""
        self.scheme.calendar_id = self.adopted_calendar("RC-02")
        reviews = self.env["governance.tier.review"]
        for day, key, as_of in (
            ("2026-04-01", "2026-Q1", date(2026, 3, 31)),
            ("2026-06-30", "2026-Q1", date(2026, 3, 31)),
            ("2026-07-01", "2026-Q2", date(2026, 6, 30)),
        ):
            with freeze_time(f"{day} 09:00:00"):
                self.run_cron("tier_review_open")
                self.run_cron("tier_review_open")
                review = reviews.search(
                    [("scheme_id", "=", self.scheme.id), ("period_key", "=", key)]
                )
                self.assertEqual(len(review), 1)
                self.assertEqual(review.date_as_of, as_of)

    def test_calendars_leave_time_to_decide(self):
        """A-111, A-114: a committee whose time is over before it begins is refused."""
        calendar = self.env["governance.review.calendar"].create(
            {
                "name": "Rush",
                "code": "RUSH",
                "recurrence": "yearly",
                "open_days_before": 14,
                "committee_month": "12",
                "committee_day": 31,
            }
        )
        with self.assertSays("nobody could decide", ValidationError):
            calendar.action_publish()
        calendar.write({"committee_month": "1", "committee_day": 20})
        calendar.action_publish()
        for code in ("RC-01", "RC-03"):
            period = self.adopted_calendar(code)._get_year_period(2026)
            self.assertGreater(period.committee_deadline, period.nomination_deadline)
            self.assertGreaterEqual(period.publish_deadline, period.committee_deadline)

    def test_frozen_between_reviews(self):
        """A-118: in between, nobody moves a customer but by an approved override."""
        self.scheme.action_set_governing()
        self.published_review()
        self.scheme.calendar_id = self.adopted_calendar("RC-03")
        self.buy(self.small, 9000, date(2026, 1, 5))
        with self.assertSays("is frozen until"):
            self.small.with_user(self.rep).action_governance_review_now()
        # Nor by figures of a day that has not come yet.
        for day in ("2026-01-09", "2027-01-09"):
            review = (
                self.env["governance.tier.review"]
                .with_user(self.manager)
                .create(
                    {
                        "name": "In between",
                        "scheme_id": self.scheme.id,
                        "date_as_of": day,
                    }
                )
            )
            with self.assertSays("is frozen: after"):
                review.action_evaluate()
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.override_matrix()
        with self.assertDatabaseRefuses():
            self.override(self.rep, self.small, self.tier_a, reason=False)
        self.granted(self.rep, self.small, self.tier_a)
        self.small.invalidate_recordset()
        self.assertEqual(self.small.governance_tier_id, self.tier_a)
        preview = self.env["governance.tier.review"].browse(
            self.rules.action_preview()["domain"][0][2]
        )
        self.assertEqual(preview.state, "committee")

    def test_committee_decides_all_together(self):
        """A-111, A-114: the committee decides in one go, nobody else at all."""
        review = self.committee_review()
        for user in (self.rep, self.leader, self.executive, self.manager, self.auditor):
            with self.subTest(user=user.login):
                lines = review.line_ids.with_user(user)
                with self.assertRaises(AccessError):
                    lines.decide(self.tier_c.id, "Mine")
        values = review.line_ids.with_user(self.committee).action_change()["context"]
        wizard = (
            self.env["governance.tier.decide"]
            .with_user(self.committee)
            .with_context(**values)
            .create({"tier_id": self.tier_b.id, "reason": "Year of transition"})
        )
        wizard.action_decide()
        self.assertEqual(review.line_ids.decided_tier_id, self.tier_b)
        self.assertEqual(review.line_ids.decided_by_id, self.committee)

    def test_nominator_does_not_decide(self):
        """A-113, A-114: whoever nominates leaves the decision to others."""
        committee = self.committee
        committee.group_ids += self.env.ref("crm_governance.group_user")
        review = self.open_review()
        self.nominate(committee, review, self.north)
        review.action_evaluate()
        line = self.line(review, self.north)
        with self.assertSays("somebody else has to decide"):
            line.with_user(committee).action_confirm()
        line.with_user(self.committee2).action_confirm()
        self.assertEqual(line.decided_by_id, self.committee2)

    def test_list_and_sheets_are_filed(self):
        """A-35, A-102, A-115, A-119: the year's list and each customer's sheet."""
        review = self.published_review(name="Year 2025")
        reports = self.env["ir.actions.report"].with_user(self.committee)
        html, _kind = reports._render_qweb_html(
            "crm_governance.governance_tier_review_report_list", review.ids
        )
        for customer in self.customers:
            self.assertIn(customer.name, html.decode())
        line = self.line(review, self.north)
        html, _kind = reports._render_qweb_html(
            "crm_governance.governance_tier_review_line_report_sheet", line.ids
        )
        self.assertIn("North Trading", html.decode())
        self.assertIn(self.tier_a.name, html.decode())
        years = self.env["governance.tier.review"]._read_group(
            [("scheme_id", "=", self.scheme.id)], ["date_as_of:year"], ["__count"]
        )
        self.assertEqual([(day.year, count) for day, count in years], [(2025, 1)])
        self.buy(self.small, 9000, date(2026, 1, 5))
        self.tier_a.name = "Renamed"
        self.published_review(name="Year 2026", date_as_of="2026-01-09")
        self.assertEqual(self.line(review, self.small).decided_tier_id, self.tier_c)

    def test_feedback_pulls_the_review_forward(self):
        """A-120: a customer is reviewed when something happens."""
        self.scheme.action_set_governing()
        self.published_review()
        self.scheme.calendar_id = self.adopted_calendar("RC-05")
        self.small.with_user(self.rep).action_governance_review_now()
        self.run_cron("tier_review_open")
        review = self.env["governance.tier.review"].search(
            [("scheme_id", "=", self.scheme.id), ("kind", "=", "event")]
        )
        self.assertEqual(review.partner_ids, self.small)

    # ------------------------------------------------------------------
    # ROLES AND PROGRAMME
    # ------------------------------------------------------------------

    def demand(self, *roles):
        for role in roles:
            self.tier_a[f"requires_{role}"] = True

    def test_publication_needs_the_roles(self):
        """A-142, A-144: without the people no customer gets into the tier."""
        self.demand("owner", "specialist", "liaison_leader")
        self.scheme.action_set_governing()
        review = self.committee_review()
        review._decide_by_silence("apply")
        with self.assertSays("lack a role"):
            review.action_publish()
        line = self.line(review, self.north)
        line.with_user(self.committee).write(
            {"specialist_id": self.rep.id, "liaison_leader_id": self.executive.id}
        )
        self.north.user_id = False
        with self.assertSays("lack a role"):
            review.action_publish()
        self.north.user_id = self.rep
        review.action_publish()
        self.assertEqual(self.north.governance_tier_id, self.tier_a)
        self.assertEqual(self.north.governance_specialist_id, self.rep)
        self.assertEqual(self.north.governance_liaison_leader_id, self.executive)
        for name in (
            "user_id",
            "governance_specialist_id",
            "governance_liaison_leader_id",
        ):
            with self.subTest(role=name), self.assertSays("must have this role"):
                self.north.with_user(self.rep)[name] = False

    def test_override_needs_the_roles(self):
        """A-142, A-144: the way round the review demands the same people."""
        self.scheme.action_set_governing()
        self.published_review()
        self.override_matrix()
        self.demand("specialist")
        override = self.override(self.rep, self.small, self.tier_a)
        with self.assertSays("demands roles that Small Trading lacks"):
            override.action_request_approval()
        self.small.governance_specialist_id = self.rep
        override.action_request_approval()
        self.small.governance_specialist_id = False
        request = override.sudo().approval_request_id.with_user(self.executive)
        with self.assertSays("demands roles"):
            request.decide("approved", "Agreed")
        self.assertEqual(self.small.governance_tier_id, self.tier_c)

    def test_programme_of_a_strategic_customer(self):
        """A-27: candidate, development, maintenance, evaluation, removal."""
        self.scheme.action_set_governing()
        self.tier_a.has_programme = True
        review = self.open_review()
        self.nominate(self.rep, review, self.small)
        programmes = self.env["governance.programme"]
        programme = programmes.search([("partner_id", "=", self.small.id)])
        self.assertEqual(programme.state, "candidate")
        review.action_evaluate()
        self.line(review, self.small).with_user(self.committee).decide(
            self.tier_a.id, "Large projects ahead"
        )
        self.publish(review)
        self.assertEqual(programme.state, "developing")
        with self.assertRaises(AccessError):
            programme.with_user(self.rep).write({"state": "maintained"})
        programme.with_user(self.rep).action_maintain()
        self.assertEqual(programme.state, "maintained")
        given_up = self.committee_review(name="Given up", date_as_of="2026-01-04")
        self.assertEqual(programme.state, "evaluating")
        given_up.with_user(self.manager).action_cancel()
        self.assertEqual(programme.state, "maintained")
        review = self.committee_review(name="Next", date_as_of="2026-01-05")
        self.assertEqual(programme.state, "evaluating")
        self.publish(review)
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.assertEqual(programme.state, "removed")

    def test_programmes_of_two_schemes(self):
        """A-27: a review of one axis does not remove who is strategic on another."""
        self.tier_a.has_programme = True
        self.published_review()
        other = self.make_scheme(tiers="XY", code="OTHER")
        other.tier_ids[0].has_programme = True
        self.make_rules(other, [("X", [("turnover", "lt", 1000)])])
        self.publish(self.evaluate(other, self.AS_OF))
        programmes = self.env["governance.programme"].search([])
        states = {each.partner_id: each.state for each in programmes}
        self.assertEqual(states, dict.fromkeys(self.customers, "developing"))

    # ------------------------------------------------------------------
    # THE LIST
    # ------------------------------------------------------------------

    def test_ranking_fixes_the_list(self):
        """A-66: the order of the customers fixes who is on the list."""
        scheme = self.make_scheme(tiers="KO", code="RANKED")
        self.make_rules(scheme, [("K", [("rank", "le", 2)])])
        review = self.evaluate(scheme, self.AS_OF)
        self.publish(review)
        listed = review.line_ids.filtered(lambda li: li.decided_tier_id.code == "K")
        self.assertEqual(listed.partner_id, self.north | self.south)
        self.assertEqual(listed[0].partner_id, self.north)

    def test_new_thresholds_every_year(self):
        """A-33: next year's version leaves this year's results as they were."""
        review = self.published_review()
        version = self.rules.browse(self.rules.action_new_version()["res_id"])
        version.group_ids.criterion_ids[0].value = 10000
        version.action_publish()
        self.assertEqual(review.ruleset_id, self.rules)
        self.assertEqual(self.rules.state, "superseded")
        line = self.line(
            self.committee_review(name="Next", date_as_of="2026-01-05"), self.north
        )
        self.assertEqual(line.review_id.ruleset_id, version)
        self.assertEqual(line.proposed_tier_id, self.tier_b)
        self.assertEqual(self.line(review, self.north).proposed_tier_id, self.tier_a)
