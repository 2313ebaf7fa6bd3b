# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .tiers_world import TiersWorld


@tagged("post_install", "-at_install")
class TestTiersNominations(TiersWorld):
    """Who puts customers forward, until when (A-113)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.review = cls.open_review(nomination_deadline="2026-01-20")

    def test_by_whom(self):
        for user in (self.rep, self.leader, self.manager):
            nomination = self.nominate(user, self.review, self.north)
            self.assertEqual(nomination.user_id, user)
        for user in (self.committee, self.executive, self.auditor, self.employee):
            with self.assertRaises(AccessError):
                self.nominate(user, self.review, self.north)
        self.assertEqual(self.review.nomination_count, 3)

    def test_window(self):
        with freeze_time("2026-01-20 23:30:00"):
            nomination = self.nominate(self.rep, self.review, self.north)
        with freeze_time("2026-01-21 00:30:00"):
            for attempt in (
                lambda: self.nominate(self.rep, self.review, self.small),
                lambda: nomination.write({"reason": "Better"}),
                lambda: nomination.action_withdraw(),
            ):
                with self.assertSays("took nominations until"):
                    attempt()
        self.review.action_evaluate()
        for attempt in (
            lambda: self.nominate(self.rep, self.review, self.small),
            lambda: nomination.action_withdraw(),
        ):
            with self.assertSays("does not take nominations any more"):
                attempt()
        with self.assertSays("is closed", AccessError):
            nomination.write({"reason": "Better"})

    def test_cancelled_review(self):
        self.review.action_cancel()
        with self.assertSays("does not take nominations any more"):
            self.nominate(self.rep, self.review, self.north)

    def test_what_is_refused(self):
        contact = self.env["res.partner"].create(
            {"name": "Nora", "parent_id": self.north.id}
        )
        other = self.make_scheme("XY", code="OTHER")
        for values, words in (
            ({"partner_id": contact.id}, "Nora.*contact of North Trading"),
            ({"tier_id": other.tier_ids[0].id}, "Tier X is not a tier of Scheme TEST"),
            ({"reason": " \n"}, "Say why North Trading belongs in Tier A"),
        ):
            with self.assertSays(words):
                self.nominate(self.rep, self.review, self.north, **values)

    def test_twice(self):
        nomination = self.nominate(self.rep, self.review, self.north)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.nominate(self.rep, self.review, self.north)
            self.env.flush_all()
        # A colleague may support it, and one's own can be taken back.
        self.nominate(self.leader, self.review, self.north)
        nomination.action_withdraw()
        self.assertEqual(nomination.state, "withdrawn")
        self.nominate(self.rep, self.review, self.north, self.tier_b)
        with self.assertSays("is closed", AccessError):
            nomination.write({"reason": "Again"})

    def test_only_own_ones_change(self):
        nomination = self.nominate(self.rep, self.review, self.north)
        for user in (self.leader, self.manager):
            with self.assertSays("was nominated by governance_rep"):
                nomination.with_user(user).reason = "Mine"
            with self.assertSays("was nominated by governance_rep"):
                nomination.with_user(user).action_withdraw()
        nomination.reason = "Better words"

    def test_nominations_reach_the_committee(self):
        self.nominate(self.rep, self.review, self.small, self.tier_a)
        withdrawn = self.nominate(self.rep, self.review, self.north, self.tier_b)
        withdrawn.action_withdraw()
        self.review.action_evaluate()
        small = self.line(self.review, self.small).with_user(self.committee)
        north = self.line(self.review, self.north).with_user(self.committee)
        self.assertEqual(small.nominated_tier_id, self.tier_a)
        self.assertFalse(north.nomination_ids)
        lines = self.env["governance.tier.review.line"].with_user(self.committee)
        review = [("review_id", "=", self.review.id)]
        for domain, expected in (
            ([("nominated_tier_id", "!=", False)], small),
            ([("nominated_tier_id", "=", self.tier_a.id)], small),
            ([("nominated_tier_id", "=", self.tier_b.id)], lines.browse()),
            (
                [("nominated_tier_id", "=", False)],
                self.review.line_ids.with_user(self.committee) - small,
            ),
        ):
            self.assertEqual(lines.search(review + domain), expected, domain)


@tagged("post_install", "-at_install")
class TestTiersReviewStages(TiersWorld):
    """From opening to publication, and what is refused on the way."""

    def test_order_of_dates(self):
        for values in (
            {"nomination_deadline": "2026-02-01", "committee_deadline": "2026-01-31"},
            {"committee_deadline": "2026-02-01", "publish_deadline": "2026-01-31"},
            {"nomination_deadline": "2026-02-01", "publish_deadline": "2026-01-31"},
        ):
            with self.assertSays("Put the dates in this order", ValidationError):
                self.open_review(**values)
            review = self.open_review()
            for name, value in values.items():
                if name != list(values)[-1]:
                    review[name] = value
                    continue
                with self.assertSays("Put the dates in this order", ValidationError):
                    review[name] = value

    def test_snapshot_stays(self):
        review = self.committee_review()
        other = self.make_scheme("XY", code="OTHER")
        for values in (
            {"date_as_of": "2024-12-31"},
            {"scheme_id": other.id},
            {"population": "selected"},
            {"partner_ids": [(6, 0, self.north.ids)]},
        ):
            with self.assertSays("has been evaluated"):
                review.with_user(self.manager).write(values)
        review.with_user(self.manager).write({"committee_deadline": "2026-03-01"})

    def test_time_to_decide(self):
        """Nobody takes the time, the body or the meaning of silence away (A-111)."""
        review = self.committee_review(committee_deadline="2026-02-01")
        mine = review.with_user(self.manager)
        for day in (False, "2026-01-09", "2025-01-01"):
            with self.assertSays("is being decided"):
                mine.committee_deadline = day
        mine.committee_deadline = "2026-01-10"
        scheme = self.scheme.with_user(self.manager)
        for name, value in (
            ("decided_by", "owner"),
            ("silence_policy", "apply"),
            ("breaker_percent", 99),
        ):
            with self.assertSays("is being decided"):
                scheme[name] = value
            # What stays as it is may be saved with the rest of the form.
            scheme.write({name: scheme[name], "description": "Seen"})
        review.action_cancel()
        scheme.write({"decided_by": "owner", "silence_policy": "apply"})

    def test_silence_needs_a_day(self):
        review = self.committee_review(committee_deadline=False)
        with self.assertSays("until when"):
            review.with_user(self.manager).action_apply_silence()

    def test_wrong_order_of_buttons(self):
        review = self.open_review().with_user(self.manager)
        for method in ("action_publish", "action_apply_silence"):
            with self.assertSays("is at “Nominations” by now"):
                getattr(review, method)()
        review.action_evaluate()
        with self.assertSays("is at “Decisions” by now"):
            review.action_evaluate()
        with self.assertSays("4 customers of Review are undecided"):
            review.action_publish()
        review.line_ids.with_user(self.committee).decide()
        review.action_publish()
        self.assertEqual(review.state, "published")
        for method in ("action_evaluate", "action_publish", "action_cancel"):
            with self.assertSays("is at “Published” by now"):
                getattr(review, method)()

    def test_without_rules(self):
        scheme = self.make_scheme(code="EMPTY")
        review = self.open_review(scheme_id=scheme.id)
        with self.assertSays("Scheme EMPTY has no published rules"):
            review.action_evaluate()
        self.assertEqual(review.state, "nomination")

    def test_selected_customers(self):
        review = self.committee_review(
            population="selected", partner_ids=[(6, 0, (self.north | self.small).ids)]
        )
        self.assertEqual(review.line_ids.partner_id, self.north | self.small)
        self.publish(review)
        self.assertFalse(self.south.governance_tier_id)

    def test_whom_it_covers(self):
        """Employees, archived ones and those of other companies are no customers."""
        other = self.env["res.company"].create({"name": "Other"})
        inside = self.rep.partner_id
        inside.customer_rank = 1
        archived = self.customer("Archived", customer_rank=1, active=False)
        elsewhere = self.customer("Elsewhere", customer_rank=1, company_id=other.id)
        contact = self.env["res.partner"].create(
            {"name": "Nora", "parent_id": self.north.id, "customer_rank": 1}
        )
        marked = self.customer("Marked", customer_rank=1)
        review = self.committee_review()
        found = review.line_ids.partner_id
        self.assertEqual(found, self.customers | marked)
        for partner in (inside, archived, elsewhere, contact):
            self.assertNotIn(partner, found)

    def test_can_decide_is_searched_as_it_is_computed(self):
        self.scheme.fallback_reviewer_id = self.leader2
        for decided_by in ("committee", "leader", "owner"):
            self.scheme.decided_by = decided_by
            review = self.open_review(name=decided_by)
            self.nominate(self.rep, review, self.small)
            review.action_evaluate()
            for login in ("rep", "rep2", "leader", "leader2", "committee", "manager"):
                user = self.users[login]
                lines = (
                    self.env["governance.tier.review.line"]
                    .with_user(user)
                    .search([("review_id", "=", review.id)])
                )
                found = lines.search(
                    [("review_id", "=", review.id), ("can_decide", "=", True)]
                )
                self.assertEqual(
                    found, lines.filtered("can_decide"), f"{decided_by} {login}"
                )
            review.action_cancel()

    def test_verification(self):
        review = self.published_review()
        result = review.with_user(self.auditor).action_verify()["params"]
        self.assertEqual(result["type"], "success")
        self.assertIn("All 4 results", result["message"])
        self.env.cr.execute(
            "UPDATE governance_tier_review_line SET proposed_tier_id = %s"
            " WHERE review_id = %s AND partner_id = %s",
            [self.tier_a.id, review.id, self.small.id],
        )
        self.env.invalidate_all()
        result = review.with_user(self.auditor).action_verify()["params"]
        self.assertEqual(result["type"], "danger")
        self.assertIn("1 of the stored results", result["message"])

    def test_signed_list(self):
        """The approval is for these decisions: if one changes, it is void."""
        self.create_matrix(
            [self.group_step("group_executive")],
            subject="tier_publication",
            code="PUB",
        )
        review = self.committee_review()
        review._decide_by_silence("apply")
        review.with_user(self.manager).action_publish()
        request = review.approval_request_id
        self.env.cr.execute(
            "UPDATE governance_tier_review_line SET decided_tier_id = %s"
            " WHERE review_id = %s AND partner_id = %s",
            [self.tier_a.id, review.id, self.small.id],
        )
        self.env.invalidate_all()
        request.with_user(self.executive).decide("approved")
        self.assertEqual(request.state, "voided")
        self.assertEqual(review.state, "committee")
        self.assertFalse(self.small.governance_tier_id)

    def test_expired_approval(self):
        """Nobody signed in time: the list can be sent again."""
        self.create_matrix(
            [self.group_step("group_executive")],
            subject="tier_publication",
            code="PUB",
        )
        review = self.committee_review()
        review._decide_by_silence("apply")
        review.with_user(self.manager).action_publish()
        with freeze_time("2026-01-20"):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "crm_governance.ir_cron_approval_expire"
                ).method_direct_trigger()
            self.assertEqual(review.state, "committee")
            review.with_user(self.manager).action_publish()
            self.assertEqual(review.state, "approval")
            review.approval_request_id.with_user(self.executive).decide("approved")
        self.assertEqual(review.state, "published")

    # ------------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------------

    def test_preview_decides_nothing(self):
        self.published_review()
        draft = self.rules.copy({"code": self.rules.code})
        draft.group_ids[1].criterion_ids.value = 10
        action = draft.with_user(self.manager).action_preview()
        preview = self.env["governance.tier.review"].browse(action["domain"][0][2])
        self.assertEqual(preview.kind, "preview")
        moved = preview.line_ids.filtered(lambda line: line.movement == "up")
        self.assertEqual(moved.partner_id, self.small | self.orphan)
        for user in (self.committee, self.manager):
            self.assertRefused(
                user,
                moved._name,
                "decide",
                moved.ids,
                error=UserError,
            )
        preview._as_system().line_ids.write({"state": "decided"})
        with self.assertSays("never published"):
            preview.with_user(self.manager).action_publish()
        with self.assertSays("never published"):
            preview.with_user(self.manager).action_request_approval()
        self.assertEqual(
            self.customers.governance_tier_id.mapped("code"), ["A", "B", "C"]
        )
        preview.with_user(self.manager).unlink()
        self.assertFalse(preview.exists())

    def test_preview_is_not_counted(self):
        """Previews are no reviews: neither for periods nor on customers."""
        self.published_review()
        before = self.north.with_user(self.rep).governance_review_line_id
        self.rules.with_user(self.manager).action_preview()
        self.env.invalidate_all()
        self.assertEqual(
            self.north.with_user(self.rep).governance_review_line_id, before
        )
        self.assertEqual(self.scheme.review_count, 1)


@tagged("post_install", "-at_install")
class TestTiersReviewRoles(TiersWorld):
    """Roles that a tier demands (A-142, A-144)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tier_a.write({"requires_specialist": True, "requires_liaison_leader": True})
        cls.tier_c.requires_owner = True

    def test_publication_names_who_lacks_what(self):
        review = self.committee_review()
        review._decide_by_silence("apply")
        with self.assertSays("2 customers lack a role.*(North|Orphan) Trading"):
            review.with_user(self.manager).action_publish()
        self.orphan.user_id = self.rep2
        with self.assertSays("1 customers lack a role.*North Trading"):
            review.with_user(self.manager).action_publish()
        line = self.line(review, self.north)
        line.with_user(self.committee).specialist_id = self.rep
        with self.assertSays("North Trading"):
            review.with_user(self.manager).action_publish()
        self.north.governance_liaison_leader_id = self.executive
        review.with_user(self.manager).action_publish()
        self.assertEqual(review.state, "published")
        self.assertEqual(self.north.governance_specialist_id, self.rep)
        self.assertEqual(self.north.governance_liaison_leader_id, self.executive)

    def test_who_has_left_fills_no_role(self):
        left = self.rep2.copy({"login": "left", "active": False})
        self.orphan.user_id = self.rep2
        self.north.write(
            {
                "governance_specialist_id": left.id,
                "governance_liaison_leader_id": self.executive.id,
            }
        )
        review = self.committee_review()
        review._decide_by_silence("apply")
        with self.assertSays("1 customers lack a role.*North Trading"):
            review.with_user(self.manager).action_publish()
        self.line(review, self.north).with_user(self.committee).specialist_id = self.rep
        review.with_user(self.manager).action_publish()
        self.override_matrix()
        self.small.write(
            {
                "governance_specialist_id": left.id,
                "governance_liaison_leader_id": self.executive.id,
            }
        )
        override = self.override(self.rep, self.small, self.tier_a)
        with self.assertSays("Small Trading lacks: .*Specialist"):
            override.action_request_approval()

    def test_roles_of_the_nomination(self):
        """Who nominates proposes specialist and liaison leader (A-113)."""
        review = self.open_review()
        self.nominate(
            self.rep,
            review,
            self.north,
            specialist_id=self.rep.id,
            liaison_leader_id=self.executive.id,
        )
        self.orphan.user_id = self.rep2
        review.action_evaluate()
        line = self.line(review, self.north)
        self.assertEqual(
            (line.specialist_id, line.liaison_leader_id), (self.rep, self.executive)
        )
        self.publish(review)
        self.assertEqual(self.north.governance_specialist_id, self.rep)

    def test_override_demands_them_too(self):
        self.override_matrix()
        self.orphan.user_id = self.rep2
        self.north.write(
            {
                "governance_specialist_id": self.rep.id,
                "governance_liaison_leader_id": self.executive.id,
            }
        )
        self.published_review()
        override = self.override(self.rep, self.small, self.tier_a)
        with self.assertSays("Small Trading lacks: .*Specialist.*Liaison"):
            override.action_request_approval()
        self.small.write(
            {
                "governance_specialist_id": self.rep.id,
                "governance_liaison_leader_id": self.executive.id,
            }
        )
        override.action_request_approval()
        # Somebody takes them away while it waits.
        self.small.governance_specialist_id = False
        request = override.sudo().approval_request_id
        with self.assertSays("lacks"):
            request.with_user(self.executive).decide("approved")
        self.assertEqual(self.small.governance_tier_id, self.tier_c)


@tagged("post_install", "-at_install")
class TestTiersReviewLimits(TiersWorld):
    """Tiers that take only so many customers, with a named waiting list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.customer("Second", cls.rep)
        cls.third = cls.customer("Third", cls.rep2)
        cls.buy(cls.second, 4000)
        cls.buy(cls.third, 3000)
        cls.tier_a.max_customers = 2

    def held(self, *partners):
        self.env.invalidate_all()
        return [self.open_assignment(partner).tier_id.code for partner in partners]

    def waiting(self, partner):
        return self.open_assignment(partner).waiting_tier_id.code

    def test_largest_first(self):
        review = self.published_review()
        self.assertEqual(
            self.held(self.north, self.second, self.third), ["A", "A", "B"]
        )
        self.assertEqual(self.waiting(self.third), "A")
        self.assertEqual(self.line(review, self.third).waiting_tier_id, self.tier_a)
        self.assertFalse(self.waiting(self.north))
        self.assertEqual(self.third.governance_tier_id, self.tier_b)
        self.assertEqual(self.tier_a.customer_count, 2)

    def test_ties(self):
        """Of equal customers the one that came first keeps its place."""
        fourth = self.customer("Fourth", self.rep2)
        self.buy(fourth, 4000)
        self.published_review()
        self.assertEqual(self.held(self.second, fourth), ["A", "B"])

    def test_whoever_holds_a_place_keeps_it(self):
        self.published_review()
        self.buy(self.third, 10**6)
        self.publish(self.committee_review(name="Second"))
        self.assertEqual(
            self.held(self.north, self.second, self.third), ["A", "A", "B"]
        )
        self.assertEqual(self.waiting(self.third), "A")

    def test_a_place_becomes_free(self):
        self.published_review()
        review = self.committee_review(name="Second")
        line = self.line(review, self.second)
        line.with_user(self.committee).decide(self.tier_c.id, "They left")
        self.publish(review)
        self.assertEqual(
            self.held(self.north, self.second, self.third), ["A", "C", "A"]
        )
        self.assertFalse(self.waiting(self.third))

    def test_override_on_the_waiting_list(self):
        self.override_matrix()
        self.published_review()
        override = self.granted(self.rep, self.small, self.tier_a)
        self.assertEqual(override.state, "waiting")
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.assertEqual(self.tier_a.customer_count, 2)
        entry = self.env["governance.tier.override"].search(
            [("tier_id", "=", self.tier_a.id), ("state", "=", "waiting")]
        )
        self.assertEqual(entry.partner_id, self.small)

    def test_limit_lowered(self):
        """Nobody loses a place because the limit was lowered."""
        self.published_review()
        self.tier_a.max_customers = 1
        self.publish(self.committee_review(name="Second"))
        self.assertEqual(self.held(self.north, self.second), ["A", "A"])

    def test_nothing_below(self):
        """All tiers are full: who has no tier yet stays without one, and waits."""
        (self.tier_b | self.tier_c).max_customers = 1
        review = self.published_review()
        placed = [self.open_assignment(p).tier_id for p in review.line_ids.partner_id]
        self.assertEqual(len([tier for tier in placed if tier]), 4)
        unplaced = review.line_ids.filtered("waiting_tier_id")
        self.assertEqual(len(unplaced), 2)


@tagged("post_install", "-at_install")
class TestTiersReviewAndOverrides(TiersWorld):
    """Exceptions and reviews meet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.override_matrix()
        cls.published_review()
        cls.exception = cls.granted(cls.rep, cls.small, cls.tier_a)

    def intervals(self):
        return [
            (held.tier_id.code, held.kind)
            for held in self.small.governance_assignment_ids.sorted("id")
        ]

    def test_review_proposes_the_tier_of_the_rules(self):
        review = self.committee_review(name="Next")
        line = self.line(review, self.small)
        self.assertEqual(
            (line.current_tier_id, line.proposed_tier_id), (self.tier_a, self.tier_c)
        )

    def test_committee_ends_the_exception(self):
        review = self.committee_review(name="Next")
        review.line_ids.with_user(self.committee).decide()
        review.action_publish()
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.assertEqual(self.exception.state, "ended")
        self.assertEqual(
            self.intervals(), [("C", "review"), ("A", "override"), ("C", "review")]
        )

    def test_silence_keeps_the_exception(self):
        """Nobody decided: the exception goes on, and still ends on its day."""
        review = self.committee_review(name="Next")
        review._decide_by_silence("keep")
        review.action_publish()
        self.assertEqual(self.small.governance_tier_id, self.tier_a)
        self.assertEqual(self.exception.state, "active")

    def test_override_while_a_review_is_open(self):
        """It came after the snapshot: neither silence nor a decision undoes it."""
        for limit in (0, 5):
            with self.undone():
                self.tier_b.max_customers = limit
                review = self.committee_review(name="Next")
                self.granted(self.rep2, self.south, self.tier_a)
                self.granted(self.rep, self.orphan, self.tier_b)
                line = self.line(review, self.south)
                self.assertEqual(line.current_tier_id, self.tier_b)
                line.with_user(self.committee).decide()
                review._decide_by_silence("keep")
                review.action_publish()
                self.assertEqual(review.state, "published")
                self.assertEqual(self.south.governance_tier_id, self.tier_a)
                self.assertEqual(self.orphan.governance_tier_id, self.tier_b)
                held = self.open_assignment(self.south)
                self.assertEqual(held.kind, "override")

    def test_contacts_count_those_of_their_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Sam", "parent_id": self.small.id}
        )
        both = contact | self.small
        self.assertEqual(both.mapped("governance_override_count"), [1, 1])

    def test_present_tiers_are_read_at_once(self):
        overrides = self.env["governance.tier.override"]
        for partner in (self.south, self.small, self.orphan):
            overrides |= self.override(self.manager, partner, self.tier_a)
        self.env.flush_all()
        counts = []
        # The first time rules and fields are read as well.
        for some in (overrides, overrides[:1], overrides):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(some.current_tier_id, some.partner_id.governance_tier_id)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_second_override_replaces_the_first(self):
        second = self.granted(self.rep, self.small, self.tier_b)
        self.assertEqual(self.exception.state, "ended")
        self.assertEqual(second.state, "active")
        self.assertEqual(self.small.governance_tier_id, self.tier_b)

    def test_frozen_scheme(self):
        """In a frozen scheme an override is the way that remains (A-118)."""
        self.scheme.freeze = True
        override = self.override(self.rep2, self.south, self.tier_a)
        self.assertTrue(override.is_frozen)
        override.action_request_approval()
        override.sudo().approval_request_id.with_user(self.executive).decide("approved")
        self.assertEqual(self.south.governance_tier_id, self.tier_a)
        with self.assertSays("is frozen"):
            self.committee_review(name="Next")
