# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .confidentiality_common import ConfidentialityCommon


class AccessCommon(ConfidentialityCommon):
    """A ladder in force, a matrix for access, and people who ask for it.

    Access: 10 days at most, 20 in a row; emergencies 60 minutes, reviewed within
    3 days.  The leader of the customer's sales team decides.
    """

    LADDER = {
        "grant_max_days": 10,
        "grant_total_days": 20,
        "emergency_minutes": 60,
        "emergency_review_days": 3,
        "audit_months": 6,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret.ref = "SH-1"
        cls.publish_ladder(**cls.LADDER)
        cls.create_matrix(
            [{"approver_type": "team_leader"}], subject="access_request", code="ACC"
        )

    @classmethod
    def publish_ladder(cls, **values):
        """Put a ladder with the levels of the test in force."""
        ladder = cls.env["governance.clearance.ladder"].create(
            {
                "name": "Ladder",
                "code": "LADDER",
                "line_ids": [
                    Command.create({"name": level.name, "rank": level.rank})
                    for level in cls.levels
                ],
                **values,
            }
        )
        ladder.action_publish()
        return ladder

    def later(self, **duration):
        """Return a moment in the future, e.g. ``later(days=2)``."""
        return fields.Datetime.now() + timedelta(**duration)

    def draft(self, user=None, text="Secret Holding", **values):
        """Return a request that a user writes."""
        requests = self.env["governance.access.request"].with_user(user or self.rep2)
        return requests.create(
            {
                "customer_text": text,
                "reason": "Tender of the plant",
                "date_end": self.later(days=2),
                **values,
            }
        )

    def ask(self, user=None, text="Secret Holding", **values):
        """Return a request that has been sent and looked up, as its author."""
        request = self.draft(user, text, **values)
        request.action_request_approval()
        self.look_up()
        return request

    def look_up(self):
        self.run_job("governance.access.request", "_cron_answer")

    def approval(self, request):
        """Return the request for approval of a request, as the superuser."""
        return request.sudo().approval_request_id

    def decide(self, request, verdict="approved", user=None):
        approval = self.approval(request).with_user(user or self.leader)
        result = approval.decide(verdict, "Because")
        self.env.invalidate_all()
        return result
