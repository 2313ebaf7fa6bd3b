# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .visits_world import VisitsWorld


class VisitsByHand(VisitsWorld, HttpCase):
    """The month after the next one of rep, which nobody has begun to plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The browser's requests share one transaction, in which nothing is registered.
        (cls.important | cls.secret).user_id = cls.leader
        month = (cls.plan.month + timedelta(days=31)).replace(day=1)
        generator = cls.env["governance.visit.generator"]
        cls.draft = generator._generate(cls.company, month, cls.rep).with_env(cls.env)
        # Plans are submitted when they are made, which is later for this one.
        jobs = cls.env.registry["governance.visit.generator"]
        cls.classPatch(jobs, "_get_first_day", lambda *args: cls.today)
        cls.env.flush_all()

    def by_hand(self, path, tour, user):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", f"governance_visits_{tour}", login=user.login)
        self.env.invalidate_all()

    def submit(self, tour):
        """Submit the draft by hand, the latest plan of rep."""
        self.by_hand("governance-visit-plans", tour, self.rep)
        self.assertEqual(self.draft.state, "requested")


@tagged("post_install", "-at_install")
class TestVisitsTours(VisitsByHand):
    """A month by hand: planned, submitted, approved, put into the calendar (B-50)."""

    def test_month_end(self):
        """A day is moved; the leader approves; all of it is in the calendar."""
        before = {slot.id: slot.date for slot in self.draft.open_slot_ids}
        self.submit("submit")
        moved = self.draft.open_slot_ids.filtered(
            lambda slot: slot.date != before[slot.id]
        )
        self.assertEqual(len(moved), 1)
        path = "governance-visit-plans-to-decide"
        self.by_hand(path, "decide", self.leader)
        self.assertEqual(self.draft.state, "approved")
        path = "governance-visit-plans"
        self.by_hand(path, "schedule", self.rep)
        visits = self.draft.open_slot_ids.visit_id
        self.assertEqual(len(visits), len(before))
        self.assertEqual(visits.event_id.user_id, self.rep)
        self.by_hand("governance-visit-board", "board", self.leader)

    def test_empty_board(self):
        """Whoever has no people reads why there is nothing, instead of a blank page."""
        self.by_hand("governance-visit-board", "board_empty", self.auditor)


@tagged("post_install", "-at_install")
class TestVisitsToursPhone(VisitsByHand):
    """The same on a phone of 390 pixels."""

    browser_size = "390x844"
    touch_enabled = True

    def test_month_end(self):
        """Contacts are cards; the plan is submitted by a touch."""
        self.submit("submit_phone")
