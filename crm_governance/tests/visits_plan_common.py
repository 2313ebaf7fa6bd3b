# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time

from .confidentiality_common import ConfidentialityCommon


class VisitsPlanCommon(ConfidentialityCommon):
    """A month to be planned: October 2026, seen from 24 September.

    | person    | leads | is led by |
    |-----------|-------|-----------|
    | rep       |       | leader    |
    | rep2      |       | leader2   |
    | leader    | rep   | executive |

    Six visits fit into a day; a call takes an eighth of a visit.
    """

    NOW = "2026-09-24 08:00:00"
    MONTH = date(2026, 10, 1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(cls.NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.company.partner_id.tz = "UTC"
        cls.company.resource_calendar_id.tz = "UTC"
        cls._create_team("Top", cls.executive, cls.leader)
        for subject in ("visit_plan", "visit_challenge"):
            cls.create_matrix(
                [{"approver_type": "requester_leader"}], subject=subject, code=subject
            )
        channels = cls.env["governance.visit.channel"]
        cls.door = channels.create(
            {"name": "Door", "code": "T-DOOR", "effort": 1.0, "sequence": -2}
        )
        cls.phone = channels.create(
            {"name": "Phone", "code": "T-PHONE", "kind": "call", "effort": 0.125}
        )
        cls.role = cls.env["governance.visit.role"].create(
            {"name": "Owner", "code": "T-OWNER", "source": "owner"}
        )
        cls.policy = cls.env["governance.visit.policy"].create(
            {"name": "Policy", "code": "T-VC", "daily_capacity": 6}
        )
        cls.cadence = cls.env["governance.visit.cadence"].create(
            {
                "policy_id": cls.policy.id,
                "population": "all",
                "role_id": cls.role.id,
                "channel_id": cls.door.id,
                "number": 2,
                "objective": "Talk about Zinnober",
            }
        )
        cls.policy.action_publish()
        # The contacts of these plans are made by hand, and not made anew.
        plans = type(cls.env["governance.visit.plan"])
        cls.startClassPatcher(patch.object(plans, "_renew", plans._refresh_figures))
        cls.acme = cls.customer("Acme", cls.rep)
        cls.plan = cls.open_plan(cls.rep)
        cls.first = cls.add_slot(cls.plan, cls.acme, 6)
        cls.second = cls.add_slot(cls.plan, cls.acme, 20)
        cls.env.flush_all()

    @classmethod
    def open_plan(cls, user, month=MONTH):
        """Return a draft as the generator opens it."""
        plan = cls.env["governance.visit.plan"]._as_system()
        plan = plan.create({"user_id": user.id, "month": month})
        return plan.with_env(cls.env)

    @classmethod
    def add_slot(cls, plan, partner, day, channel=None, **values):
        """Return a contact as the generator makes it: its window is half a month."""
        day = plan.month + timedelta(days=day - 1)
        middle = plan.month + timedelta(days=15)
        early = day < middle
        slot = (
            cls.env["governance.visit.slot"]
            ._as_system()
            .create(
                {
                    "plan_id": plan.id,
                    "user_id": plan.user_id.id,
                    "company_id": plan.company_id.id,
                    "month": plan.month,
                    "partner_id": partner.id,
                    "channel_id": (channel or cls.door).id,
                    "cadence_id": cls.cadence.id,
                    "role_id": cls.role.id,
                    "key": cls.cadence.key,
                    "window_start": plan.month if early else middle,
                    "window_end": middle if early else plan._get_month_end(),
                    "date": day,
                    "date_due": day,
                    **values,
                }
            )
        )
        return slot.with_env(cls.env)

    @classmethod
    def fill(cls, plan, count, day=7):
        """Plan so many visits of other customers on one day."""
        customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "is_company": True}
                for number in range(count)
            ]
        )
        for customer in customers:
            cls.add_slot(plan, customer, day)
        plan._refresh_figures()

    @classmethod
    def submit(cls, plan=None, user=None):
        """Submit a plan; return its request for the superuser."""
        plan = plan or cls.plan
        plan.with_user(user or plan.user_id).action_request_approval()
        return plan.sudo().approval_request_id

    @classmethod
    def approve(cls, plan=None, user=None, reason=None):
        """Submit a plan and let the leader approve it."""
        request = cls.submit(plan)
        request.with_user(user or cls.leader).decide("approved", reason)
        return request
