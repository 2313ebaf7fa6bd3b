# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .visits_generator_common import GeneratorCommon
from .visits_plan_common import VisitsPlanCommon


@tagged("post_install", "-at_install")
class TestVisitsPlanDecisions(VisitsPlanCommon):
    """Nothing is taken out of a plan that nobody has decided on (B-50, AM-09)."""

    def sums(self, field="planned"):
        """Return what the attainment of the plan's person says of the month."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["governance.visit.attainment"].search(
            [("user_id", "=", self.rep.id), ("month", "=", self.MONTH)]
        )
        return sum(rows.mapped(field))

    def status(self, slot):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["governance.visit.board"].browse(slot.id).status

    def test_missed_contacts_stay(self):
        """What is over is neither left out nor added, moved, taken back or deleted."""
        slots = self.env["governance.visit.slot"].with_user(self.rep)
        own = slots.create(
            {
                "plan_id": self.plan.id,
                "partner_id": self.acme.id,
                "channel_id": self.door.id,
                "date": "2026-10-12",
            }
        )
        left_out = self.add_slot(self.plan, self.acme, 9, self.phone, key="phone")
        left_out.with_user(self.rep)._leave_out("Ill")
        first = self.first.with_user(self.rep)
        dialog = self.env["governance.visit.slot.drop"].with_user(self.rep)
        with freeze_time("2026-10-17 08:00:00"):
            for attack in (
                first.action_drop,
                dialog.create({"slot_ids": first.ids, "reason": "x"}).action_confirm,
                lambda: first.write({"date": "2026-10-20"}),
                left_out.with_user(self.rep).action_restore,
                own.action_drop,
                own.unlink,
                lambda: own.write({"date": "2026-10-20"}),
            ):
                with self.assertSays("was over"):
                    attack()
            self.second.with_user(self.rep).date = "2026-10-22"
        self.assertEqual((self.first.state, left_out.state), ("open", "waived"))

    def test_nothing_is_added_to_the_past(self):
        slots = self.env["governance.visit.slot"].with_user(self.rep)
        vals = {"plan_id": self.plan.id, "partner_id": self.acme.id}
        with freeze_time("2026-10-17 08:00:00"):
            with self.assertSays("today or later"):
                slots.create({**vals, "date": "2026-10-16"})
            own = slots.create({**vals, "date": "2026-10-17"})
            with self.assertSays("today or later"):
                own.date = "2026-10-16"

    def test_left_out_counts_until_it_is_decided(self):
        """Whoever never submits a plan has not left anything out of it."""
        second = self.second.with_user(self.rep)
        second._leave_out("They are closed")
        self.assertEqual(self.sums(), 2)
        with freeze_time("2026-10-21 08:00:00"):
            self.assertEqual(self.status(second), "late")
        request = self.submit()
        request.with_user(self.leader).decide("rejected", "They are open")
        self.assertEqual(self.sums(), 2)
        self.approve()
        self.assertEqual(self.sums(), 1)
        self.assertEqual(self.status(second), "waived")

    def test_taken_back_counts_once(self):
        second = self.second.with_user(self.rep)
        second._leave_out("They are closed")
        second.action_restore()
        self.assertFalse(self.second.is_undecided)
        self.assertEqual(self.sums(), 2)

    # ------------------------------------------------------------------
    # WHO DECIDES, ON WHAT
    # ------------------------------------------------------------------

    def test_a_leader_opens_the_plan_and_decides(self):
        """Whoever opened a plan has not prepared what is in it."""
        plans = self.env["governance.visit.plan"].with_user(self.leader)
        plan = plans.create({"user_id": self.rep.id, "month": "2026-09-01"})
        self.approve(plan)
        self.assertEqual(plan.state, "approved")

    def test_nobody_leads(self):
        """Administrators sign for whom nobody leads, as they accept reports."""
        plan = self.open_plan(self.leader2)
        request = self.submit(plan)
        for user in (self.leader2, self.leader, self.rep2, self.auditor):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                request.with_user(user).decide("approved")
        request.with_user(self.manager).decide("approved")
        self.assertEqual(plan.state, "approved")

    def test_empty_plans_say_so(self):
        """Who decides reads that there is nothing in a plan."""
        request = self.submit(self.open_plan(self.rep2))
        shown = {row["name"]: row["value"] for row in request.content}
        self.assertEqual(shown["slot_count"], "0")

    def test_what_waits_stays_as_it_was_signed(self):
        """A visit that moves meanwhile changes the plan after the decision."""
        visit = self.first.with_user(self.rep)._plan_visit()
        request = self.submit()
        visit.write(
            {"date_start": "2026-10-08 09:00:00", "date_stop": "2026-10-08 10:00:00"}
        )
        self.assertEqual(self.first.date, date(2026, 10, 6))
        request.with_user(self.leader).decide("approved")
        self.assertEqual(self.plan.state, "approved")
        self.assertEqual(self.first.date, date(2026, 10, 8))

    def test_taken_back_follows_the_calendar(self):
        visit = self.first.with_user(self.rep)._plan_visit()
        self.submit()
        visit.write(
            {"date_start": "2026-10-08 09:00:00", "date_stop": "2026-10-08 10:00:00"}
        )
        self.plan.with_user(self.rep).action_approval_withdraw()
        self.assertEqual(self.first.date, date(2026, 10, 8))

    # ------------------------------------------------------------------
    # WHAT IS THERE ALREADY
    # ------------------------------------------------------------------

    def visit(self, day):
        visits = self.env["governance.visit"].with_user(self.rep)
        return visits.create(
            {
                "partner_id": self.acme.id,
                "channel_id": self.door.id,
                "date_start": f"2026-10-{day} 09:00:00",
            }
        )

    def test_added_where_a_visit_is(self):
        """What is added by hand takes the visit that is there."""
        visit = self.visit(13)
        slots = self.env["governance.visit.slot"].with_user(self.rep)
        slot = slots.create(
            {
                "plan_id": self.plan.id,
                "partner_id": self.acme.id,
                "channel_id": self.door.id,
                "date": "2026-10-13",
            }
        )
        self.assertEqual(slot.visit_id, visit)

    def test_challenged_takes_spare_visits(self):
        """What a leader adds takes a visit that fulfils no other contact of it."""
        one = self.visit(13)
        two = self.visit(14)
        self.assertEqual(self.first.visit_id, one)
        challenge = self.env["governance.visit.challenge"].with_user(self.rep)
        challenge = challenge.create(
            {
                "plan_id": self.plan.id,
                "partner_id": self.acme.id,
                "cadence_id": self.cadence.id,
                "goal": 4,
                "reason": "They grow",
            }
        )
        challenge.action_request_approval()
        challenge.sudo().approval_request_id.with_user(self.leader).decide("approved")
        added = self.plan.slot_ids - self.first - self.second
        self.assertEqual(added.visit_id, two)
        self.assertEqual(len(added.filtered("visit_id")), 1)

    # ------------------------------------------------------------------
    # WHO ASKS WITHOUT A RIGHT
    # ------------------------------------------------------------------

    def test_plans_are_not_given_away(self):
        """An empty plan goes to nobody whom one does not lead, and to no company."""
        company = self.env["res.company"].create({"name": "Other"})
        plans = self.env["governance.visit.plan"].with_user(self.rep)
        plan = plans.create({"month": "2026-12-01"})
        for user in (self.rep2, self.leader):
            with self.assertSays("planned by the person", AccessError):
                plan.user_id = user
        with self.assertSays("multi-company", AccessError):
            plan.company_id = company.id

    def test_months_of_other_centuries(self):
        """Nobody plans the past century."""
        plans = self.env["governance.visit.plan"].with_user(self.rep)
        for month in ("0001-01-01", "1900-01-01", "9999-12-01"):
            with self.assertSays("next years"):
                plans.create({"month": month})

    @mute_logger("odoo.sql_db")
    def test_quantities(self):
        """What is no number is no quantity; it would stop every list."""
        plan = self.plan
        costs = self.env["governance.visit.plan.cost"].with_user(self.rep)
        for vals in ({"quantity": float("nan")}, {"quantity": 0}, {"amount": 1e300}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                costs.create({"plan_id": plan.id, "name": "Tea", **vals})
                self.env.flush_all()
            self.env.invalidate_all()

    def test_errors_tell_no_goals(self):
        """A challenge of somebody else's plan fails in the same way, fit or not."""
        stranger = self.customer("Not in the plan", self.rep2)
        for partner in (self.acme, stranger):
            with self.assertSays("Visit Plan", AccessError):
                self.env["governance.visit.challenge"].with_user(self.rep2).create(
                    {
                        "plan_id": self.plan.id,
                        "partner_id": partner.id,
                        "cadence_id": self.cadence.id,
                        "goal": 1,
                        "reason": "Curious",
                    }
                )

    def test_strangers_learn_nothing_from_forms(self):
        """No form tells how often somebody is to visit whom."""
        fields_spec = {
            "goal_now": {},
            "allowed_cadence_ids": {},
            "user_id": {"fields": {"display_name": {}}},
        }
        values = {
            "plan_id": self.plan.id,
            "partner_id": self.acme.id,
            "cadence_id": self.cadence.id,
        }
        for user in (self.rep2, self.leader2):
            with self.assertRaises(AccessError):
                self.env["governance.visit.challenge"].with_user(user).onchange(
                    values, ["partner_id"], fields_spec
                )


@tagged("post_install", "-at_install")
class TestVisitsPlanSubmission(GeneratorCommon):
    """What is submitted is what the policy asks for on that day (B-50)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [{"approver_type": "requester_leader"}],
            subject="visit_plan",
            code="visit_plan",
        )

    def open_plan(self):
        plans = self.env["governance.visit.plan"].with_user(self.rep)
        return plans.create({"user_id": self.rep.id, "month": self.MONTH})

    def test_made_anew_at_submission(self):
        """An empty plan that is submitted early excuses nobody from anything."""
        customers = [self.tiered(f"Early {n}", self.rep) for n in range(3)]
        self.policy(self.line())
        plan = self.open_plan()
        self.travel("2026-02-22 08:00:00")
        plan.action_request_approval()
        request = plan.sudo().approval_request_id
        shown = {row["name"]: row["value"] for row in request.content}
        self.assertEqual(shown["slot_count"], "3")
        request.with_user(self.leader).decide("approved")
        self.travel("2026-02-25 08:00:00")
        self.generate()
        slots = self.slots_of(*customers)
        self.assertEqual(len(slots), 3)
        self.assertFalse(any(slots.mapped("is_optional")))

    def test_not_before_the_plans_are_made(self):
        """Whoever submits weeks ahead would have signed less than comes to be."""
        self.policy(self.line())
        plan = self.open_plan()
        with self.assertSays("02/22/2026"):
            plan.action_request_approval()
        self.assertEqual(plan.state, "draft")
