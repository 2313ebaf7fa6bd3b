# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .complaints_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintTours(ComplaintCommon, HttpCase):
    """Screens by hand: a call is registered, a complaint goes all its way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The browser's requests share one transaction, in which nothing is registered.
        (cls.important | cls.secret).user_id = cls.leader
        cls.procedure(
            needs_acceptance=True,
            needs_routing=True,
            needs_reply=True,
            needs_confirmation=True,
            needs_prevention=True,
        )
        cls.open_customer.email = "office@open.example"
        cls.create_matrix(
            [{"approver_type": "unit_leader"}], subject="complaint_acceptance"
        )
        cls.env["governance.complaint.route"].create(
            {
                "name": "All",
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
            }
        )

    def setUp(self):
        super().setUp()
        # The browser has a clock of its own.
        self.come_back()

    def by_hand(self, path, tour, user):
        self.env.flush_all()
        self.start_tour(
            f"/odoo/{path}", f"governance_complaint_{tour}", login=user.login
        )
        self.env.invalidate_all()

    def call(self):
        """Return the complaint that a call has become."""
        self.by_hand("governance-complaint-call", "call", self.rep)
        complaints = self.env["governance.complaint"]
        return complaints.search([("registered_by_id", "=", self.rep.id)], limit=1)

    def test_call(self):
        """A call becomes a registered complaint with a subject, a name and a wish."""
        complaint = self.call()
        self.assertEqual(complaint.state, "registered")
        self.assertEqual(complaint.partner_id, self.open_customer)
        self.assertEqual(complaint.demand, "New doors before Friday")
        self.assertTrue(complaint.severity_id)
        self.assertEqual(complaint.unit_id, self.workshop)

    def test_full_flow(self):
        complaint = self.call()
        path = f"governance-complaints/{complaint.id}"
        self.by_hand(path, "check", self.rep)
        self.by_hand(path, "accept", self.chief)
        self.by_hand(path, "assign", self.overseer)
        self.assertEqual(complaint.state, "to_reply")
        self.assertEqual(complaint.user_id, self.handler)
        self.by_hand(path, "reply", self.service)
        self.assertEqual(complaint.state, "answered")
        self.by_hand(path, "close", self.handler)
        self.assertEqual(complaint.state, "closed")

    def test_replay(self):
        """A handler asks how the clocks stood at a moment, and is told in words."""
        self.policy([{"kind": "first_response", "amount": 4, "unit": "hours"}])
        now = fields.Datetime.now()
        complaint = self.draft(
            unit_id=self.workshop.id, date_received=now - timedelta(hours=10)
        )
        complaint.action_register()
        complaint = complaint.with_env(self.env)
        complaint._as_system().user_id = self.handler
        complaint._log_event("response", date=now - timedelta(hours=5))
        self.by_hand(f"governance-complaints/{complaint.id}", "replay", self.handler)
