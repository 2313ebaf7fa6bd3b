# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import runpy
from pathlib import Path

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL

from .visits_plan_common import VisitsPlanCommon


@tagged("post_install", "-at_install")
class TestVisitCost(VisitsPlanCommon):
    """What is given or spent on a visit that nobody planned (B-51, B-52)."""

    def visit(self, start="2026-10-08 09:00:00", user=None, **values):
        """Return a visit that a person enters without a plan."""
        visits = self.env["governance.visit"].with_user(user or self.rep)
        return visits.create(
            {
                "partner_id": self.acme.id,
                "channel_id": self.door.id,
                "date_start": start,
                **values,
            }
        )

    def ask(self, visit, user=None, **values):
        """Return what somebody asks for on a visit."""
        costs = self.env["governance.visit.plan.cost"].with_user(user or self.rep)
        return costs.create(
            {
                "visit_id": visit.id,
                "kind": "gift",
                "name": "Tea",
                "amount": 50,
                **values,
            }
        )

    def approve(self):
        """Let the plan be agreed on."""
        self.plan.with_user(self.rep).action_request_approval()
        request = self.plan.sudo().approval_request_id
        request.with_user(self.leader).decide("approved")

    def test_asked_for_on_a_visit(self):
        """B-52: the leader signs what, for whom and when, before the visit."""
        self.approve()
        form = Form(self.visit())
        with form.cost_ids.new() as line:
            line.kind = "gift"
            line.name = "Tea"
            line.amount = 50
        cost = form.save().cost_ids
        self.assertEqual(cost.plan_id, self.plan)
        self.assertEqual((cost.partner_id, str(cost.date)), (self.acme, "2026-10-08"))
        cost.action_request_approval()
        request = cost.sudo().approval_request_id
        request.with_user(self.leader).decide("approved")
        self.assertEqual(cost.state, "approved")
        with self.assertRaises(AccessError):
            cost.amount = 500

    def test_asked_for_with_the_plan(self):
        """B-51: while the plan is a draft, it is one request for all."""
        cost = self.ask(self.visit())
        with self.assertSays("submit the plan"):
            cost.action_request_approval()
        self.approve()
        self.assertEqual(cost.state, "approved")

    def test_never_afterwards(self):
        """B-52: neither during a visit nor after it, whatever day the line names."""
        self.approve()
        visit = self.visit()
        cost = self.ask(visit, date="2026-10-30")
        visit.with_user(self.rep).date_start = "2026-10-07 09:00:00"
        with freeze_time("2026-10-07 09:00:00"):
            with self.assertSays("before the visit"):
                cost.action_request_approval()
            travel = self.ask(visit, kind="travel")
            travel.action_request_approval()
        visit.with_user(self.rep).cancel("They are closed")
        with self.assertSays("before the visit"):
            cost.action_request_approval()

    def test_month_without_a_plan(self):
        """What is asked for opens the plan of the month, which is one for all."""
        visit = self.visit("2026-11-10 09:00:00")
        first, second = self.ask(visit), self.ask(visit, name="Dinner")
        plan = first.plan_id
        self.assertEqual((plan.user_id, str(plan.month)), (self.rep, "2026-11-01"))
        self.assertEqual(second.plan_id, plan)

    def test_visits_of_others(self):
        """Nobody asks in the name of somebody else, or for strangers' visits."""
        visit = self.visit()
        for user in (self.rep2, self.employee):
            self.assertRefused(
                user,
                "governance.visit.plan.cost",
                "create",
                {"visit_id": visit.id, "name": "x"},
            )
        other = self.open_plan(self.rep2)
        theirs = self.visit(user=self.rep2, partner_id=self.open_customer.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.ask(theirs.sudo(), self.leader2, plan_id=self.plan.id)
        cost = self.ask(theirs, self.rep2)
        self.assertEqual(cost.plan_id, other)

    def test_visit_deleted(self):
        """What was asked for stays in the plan."""
        visit = self.visit()
        cost = self.ask(visit)
        visit.unlink()
        self.assertEqual(cost.plan_id, self.plan)
        self.assertFalse(cost.visit_id)

    def test_closed_report(self):
        """A report takes nothing more once it was submitted."""
        self.approve()
        purpose = self.env["governance.visit.purpose"].create({"name": "Upkeep"})
        visit = self.visit(purpose_ids=[Command.set(purpose.ids)])
        with freeze_time("2026-10-08 12:00:00"):
            visit.action_hold()
            visit.write({"result": "Talked", "needs": "None"})
            visit.action_submit()
            self.assertRefused(
                self.rep,
                "governance.visit",
                "write",
                visit.ids,
                {"cost_ids": [Command.create({"name": "x"})]},
            )

    def test_expected_cost_of_before(self):
        """An upgrade keeps what people expected a visit to cost."""
        visit, other = self.visit(items="Samples"), self.visit("2026-10-09 09:00:00")
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(SQL("ALTER TABLE governance_visit ADD COLUMN cost numeric"))
        cr.execute(
            SQL(
                "UPDATE governance_visit SET cost = 240.5 WHERE id = ANY(%s)",
                (visit | other).ids,
            )
        )
        path = "migrations/19.0.4.1.0/post-visit-costs.py"
        script = runpy.run_path(str(Path(__file__).parents[1] / path))
        for _again in range(2):
            script["migrate"](cr, "19.0.4.0.0")
        self.env.invalidate_all()
        money = f"240.50 {self.company.currency_id.name}"
        self.assertEqual(visit.items, f"Samples\n{money}")
        self.assertEqual(other.items, money)
