# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .visits_plan_common import VisitsPlanCommon


@tagged("post_install", "-at_install")
class TestVisitsPlan(VisitsPlanCommon):
    """A monthly plan from its draft to the approval (B-50, AM-09)."""

    # ------------------------------------------------------------------
    # SUBMITTING AND DECIDING
    # ------------------------------------------------------------------

    def test_submit_and_approve(self):
        """B-50: the salesperson submits, the leader approves."""
        request = self.submit()
        self.assertEqual(self.plan.state, "requested")
        self.assertTrue(self.plan.date_requested)
        self.assertEqual(request.requester_id, self.rep)
        request.with_user(self.leader).decide("approved")
        self.assertEqual(self.plan.state, "approved")
        self.assertTrue(self.plan.date_approved)

    def test_the_requester_never_decides(self):
        request = self.submit()
        with self.assertSays("own request|cannot decide", UserError):
            request.with_user(self.rep).decide("approved")

    def test_only_the_own_leader_decides(self):
        """Neither another leader nor who administers or audits signs."""
        request = self.submit()
        for user in (self.leader2, self.manager, self.auditor, self.employee):
            with self.subTest(user.login):
                self.assertRefused(
                    user, request._name, "decide", request.ids, "approved"
                )
        self.assertEqual(self.plan.state, "requested")

    def test_a_leader_submits_for_own_people_and_does_not_decide(self):
        """What a leader submits in somebody's place goes to the leader's own leader."""
        request = self.submit(user=self.leader)
        self.assertEqual(request.requester_id, self.leader)
        for user in (self.leader, self.rep):
            with self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    request.with_user(user).decide("approved")
        request.with_user(self.executive).decide("approved")
        self.assertEqual(self.plan.state, "approved")

    def test_the_plan_of_a_leader_goes_to_the_own_leader(self):
        """The one who decides reads plan and contacts without any other right."""
        plan = self.open_plan(self.leader)
        slot = self.add_slot(plan, self.acme, 6, key="x")
        with self.assertRaises(AccessError):
            plan.with_user(self.executive).read(["note"])
        request = self.submit(plan)
        self.assertTrue(plan.with_user(self.executive).read(["note"]))
        self.assertTrue(slot.with_user(self.executive).read(["date"]))
        request.with_user(self.executive).decide("approved")
        self.assertEqual(plan.state, "approved")

    def test_refused_comes_back_with_the_reason(self):
        request = self.submit()
        request.with_user(self.leader).decide("rejected", "Too few calls")
        self.assertEqual(self.plan.state, "draft")
        self.assertEqual(self.plan.refusal, "Too few calls")
        self.approve()
        self.assertEqual(self.plan.state, "approved")
        self.assertFalse(self.plan.refusal)

    def test_withdrawn_is_a_draft_again(self):
        self.submit()
        self.plan.with_user(self.rep).action_approval_withdraw()
        self.assertEqual(self.plan.state, "draft")

    def test_others_do_not_submit(self):
        for user in (self.rep2, self.leader2, self.auditor, self.manager):
            with self.subTest(user.login):
                self.assertRefused(
                    user, self.plan._name, "action_request_approval", self.plan.ids
                )
        self.assertEqual(self.plan.state, "draft")

    def test_nothing_is_submitted_when_the_month_is_over(self):
        plan = self.open_plan(self.rep, date(2026, 8, 1))
        with self.assertSays("month is over"):
            self.submit(plan)

    def test_no_month_at_the_end_of_time(self):
        """Such a plan would break the list of whoever opens it."""
        plans = self.env["governance.visit.plan"].with_user(self.rep)
        empty = plans.create({"month": "2027-05-01"})
        for month in ("9999-12-01", "2300-01-01"):
            with self.assertSays("next years", UserError):
                plans.create({"month": month})
            with self.assertSays("next years", UserError):
                empty.write({"month": month})

    def test_changed_after_submission_is_void(self):
        """What is decided is what was submitted: days, customers, expenses."""
        for change in (
            lambda: self.first._as_system().write({"date": "2026-10-08"}),
            lambda: self.first._as_system().write({"channel_id": self.phone.id}),
            lambda: self.second._as_system().write({"state": "void"}),
            lambda: self.add_slot(self.plan, self.open_customer, 9),
            lambda: self.plan._as_system().write({"note": "Another"}),
            lambda: self.plan.cost_ids._as_system().write({"amount": 1000}),
        ):
            self.env["governance.visit.plan.cost"].with_user(self.rep).create(
                {"plan_id": self.plan.id, "name": "Tea", "amount": 10}
            )
            request = self.submit()
            change()
            if request.state == "pending":
                request.with_user(self.leader).decide("approved")
            self.assertEqual(request.state, "voided")
            self.assertEqual(self.plan.state, "draft")

    def test_a_submitted_plan_is_left_alone(self):
        """Who wants to change it takes it back first."""
        self.submit()
        first = self.first.with_user(self.rep)
        with self.assertSays("waits for a decision"):
            first.date = "2026-10-08"
        with self.assertSays("waits for a decision"):
            first._leave_out("Ill")
        with self.assertRaises(UserError):
            self.plan.with_user(self.rep).note = "More"
        with self.assertSays("waits for a decision"):
            self.env["governance.visit.plan.cost"].with_user(self.rep).create(
                {"plan_id": self.plan.id, "name": "Tea", "amount": 10}
            )

    def test_the_same_button_twice(self):
        self.submit()
        with self.assertSays("Draft"):
            self.plan.with_user(self.leader).action_request_approval()
        request = self.plan.sudo().approval_request_id
        request.with_user(self.leader).decide("approved")
        with self.assertSays("closed"):
            request.with_user(self.leader).decide("approved")

    def test_one_plan_for_a_month(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self.open_plan(self.rep)

    # ------------------------------------------------------------------
    # WHO READS AND CHANGES
    # ------------------------------------------------------------------

    def test_who_reads(self):
        plans = self.env["governance.visit.plan"]
        domain = [("id", "=", self.plan.id)]
        for user in (self.rep, self.leader, self.auditor, self.manager):
            self.assertTrue(plans.with_user(user).search(domain), user.login)
        for user in (self.rep2, self.leader2, self.employee, self.executive):
            self.assertFalse(plans.with_user(user).search(domain), user.login)

    def test_readers_change_nothing(self):
        for user in (self.auditor, self.manager, self.leader2, self.rep2):
            with self.subTest(user.login):
                self.assertRefused(
                    user, self.plan._name, "write", self.plan.ids, {"note": "x"}
                )
                self.assertRefused(
                    user,
                    self.first._name,
                    "write",
                    self.first.ids,
                    {"date": "2026-10-07"},
                )

    def test_guarded_fields(self):
        """Nobody approves a plan by writing its state."""
        for vals in ({"state": "approved"}, {"capacity": 99}, {"excess": 0}):
            self.assertRefused(self.rep, self.plan._name, "write", self.plan.ids, vals)
        for vals in ({"state": "void"}, {"is_optional": True}, {"visit_id": 1}):
            self.assertRefused(
                self.rep, self.first._name, "write", self.first.ids, vals
            )

    def test_open_a_plan_by_hand(self):
        """Whatever day is chosen, the plan is for its month."""
        plans = self.env["governance.visit.plan"]
        form = Form(plans.with_user(self.rep))
        self.assertEqual(form.user_id, self.rep)
        self.assertEqual(form.month, self.MONTH)
        form.month = date(2026, 11, 17)
        self.assertEqual(form.save().month, date(2026, 11, 1))
        own = {"user_id": self.rep.id, "month": "2026-12-24"}
        self.assertTrue(plans.with_user(self.leader).create(own))
        self.assertRefused(
            self.rep2, plans._name, "create", {**own, "month": "2027-01-01"}
        )

    def test_person_and_month_stay(self):
        with self.assertSays("stay"):
            self.plan.with_user(self.rep).month = "2026-11-01"

    def test_plans_with_contacts_are_not_deleted(self):
        with self.assertSays("stays"):
            self.plan.with_user(self.rep).unlink()
        empty = self.open_plan(self.rep, date(2026, 11, 1))
        empty.with_user(self.rep).unlink()
        self.assertFalse(empty.exists())

    # ------------------------------------------------------------------
    # DOES IT FIT
    # ------------------------------------------------------------------

    def test_fit(self):
        """22 working days of October have room for 132 visits."""
        self.plan._refresh_figures()
        self.assertEqual(self.plan.working_days, 22)
        self.assertEqual(self.plan.capacity, 132)
        self.assertEqual(self.plan.effort, 2)
        self.assertEqual(self.plan.excess, 0)
        self.assertFalse(self.plan.is_excessive)
        self.add_slot(self.plan, self.open_customer, 6, self.phone)
        self.assertEqual(self.plan._get_fit()["effort"], 2.125)
        self.add_slot(self.plan, self.important, 6, is_optional=True)
        self.assertEqual(self.plan._get_fit()["effort"], 2.125)

    def test_propose(self):
        """The button makes what the policy asks for, for own plans alone."""
        plan = self.open_plan(self.rep, date(2026, 11, 1))
        for user in (self.rep2, self.auditor, self.leader2):
            self.assertRefused(user, plan._name, "action_generate", plan.ids)
        notice = plan.with_user(self.rep).action_generate()
        self.assertIn("8 of them new", notice["params"]["message"])
        again = plan.with_user(self.rep).action_generate()
        self.assertIn("0 of them new", again["params"]["message"])
        mine = plan.open_slot_ids.filtered(lambda slot: slot.partner_id == self.acme)
        self.assertEqual(len(mine), 2)
        self.assertEqual(mine.cadence_id, self.cadence)
        self.approve()
        with self.assertSays("Draft"):
            self.plan.with_user(self.rep).action_generate()

    def test_leave_takes_capacity(self):
        resource = self.env["resource.resource"].create(
            {
                "name": "Rep",
                "user_id": self.rep.id,
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
            }
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": "2026-10-05 00:00:00",
                "date_to": "2026-10-09 23:59:59",
            }
        )
        self.plan._refresh_figures()
        self.assertEqual(self.plan.working_days, 17)
        self.assertEqual(self.plan.capacity, 102)

    def test_a_week_with_too_much(self):
        """The month may have room, and a week not: that is said as well."""
        self.fill(self.plan, 31)
        fit = self.plan._get_fit()
        self.assertEqual(fit["excess"], 0)
        [week] = fit["crowded"]
        self.assertEqual(week["number"], 41)
        self.assertEqual(week["capacity"], 30)
        self.assertEqual(week["effort"], 32)
        self.assertEqual(week["excess"], 2)
        self.assertTrue(self.plan.is_excessive)
        self.assertIn("2 too many in week 41", self.plan.fit_message)
        self.assertIn("41", self.plan.weeks)

    def test_too_much_for_the_month_needs_a_remark(self):
        """Who approves what does not fit reads by how much, and says why."""
        self.policy._with_machinery().daily_capacity = 0.05
        self.plan.invalidate_recordset()
        request = self.submit()
        self.assertAlmostEqual(self.plan.excess, 0.9)
        self.assertIn("0.90 too many", self.plan.fit_message)
        shown = {row["name"]: row["value"] for row in request.content}
        self.assertIn("0.90 too many", shown["fit_message"])
        dialog = self.env["governance.decide"].with_user(self.leader)
        dialog = dialog.create({"request_id": request.id, "verdict": "approved"})
        self.assertIn("0.90 too many", dialog.remark_reason)
        with self.assertSays("0.90 too many"):
            dialog.action_confirm()
        with self.assertSays("0.90 too many"):
            request.with_user(self.leader).decide("approved", "  ")
        self.assertEqual(self.plan.state, "requested")
        dialog.reason = "The fair makes up for it"
        dialog.action_confirm()
        self.assertEqual(self.plan.state, "approved")

    def test_what_fits_needs_no_remark(self):
        request = self.submit()
        dialog = self.env["governance.decide"].with_user(self.leader)
        dialog = dialog.create({"request_id": request.id, "verdict": "approved"})
        self.assertFalse(dialog.remark_reason)

    def test_calendar_without_hours(self):
        """A plan on a schedule without hours says so instead of failing."""
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.plan.invalidate_recordset()
        self.assertIn("no working hours", self.plan.fit_message)
        self.assertFalse(self.plan._get_fit()["working_days"])

    def test_requests_name_no_customer(self):
        self.add_slot(self.plan, self.secret, 9)
        self.env["governance.visit.plan.cost"].with_user(self.rep).create(
            {"plan_id": self.plan.id, "name": "Wine", "partner_id": self.secret.id}
        )
        request = self.submit()
        for word in ("Secret", "Acme", "Wine"):
            self.assertNotIn(word, str(request.content))
            self.assertNotIn(word, request.res_name)

    # ------------------------------------------------------------------
    # MOVING, ADDING, LEAVING OUT
    # ------------------------------------------------------------------

    def test_move(self):
        first = self.first.with_user(self.rep)
        first.date = "2026-10-13"
        self.assertFalse(first.is_outside)
        first.date = "2026-10-28"
        self.assertTrue(first.is_outside)
        self.assertEqual(self.plan.outside_count, 1)
        with self.assertSays("October 2026"):
            first.date = "2026-11-02"
        request = self.submit()
        shown = {row["name"]: row["value"] for row in request.content}
        self.assertEqual(shown["outside_count"], "1")

    def test_counts_read_no_contacts(self):
        """However many contacts plans have, a page of them is counted at once."""
        self.add_slot(self.plan, self.open_customer, 7, state="waived")
        self.add_slot(self.plan, self.open_customer, 8, state="void")
        self.first.with_user(self.rep).date = "2026-10-28"
        others = self.open_plan(self.rep2) | self.open_plan(self.leader)
        plans = self.plan | others
        names = ["slot_count", "visit_count", "dropped_count", "outside_count"]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            rows = plans.sudo().read(names, load=None)
        self.assertEqual([rows[0][name] for name in names], [2, 0, 1, 1])
        self.assertEqual([rows[1][name] for name in names], [0, 0, 0, 0])
        slots = self.plan.slot_ids
        outside = slots.search([("is_outside", "=", True), ("id", "in", slots.ids)])
        self.assertEqual(outside, self.first)
        inside = slots.search([("is_outside", "=", False), ("id", "in", slots.ids)])
        self.assertEqual(inside, slots - self.first)

    def test_a_leader_moves_for_own_people(self):
        self.first.with_user(self.leader).date = "2026-10-13"
        self.assertEqual(self.first.date, date(2026, 10, 13))

    def test_who_shares_a_customer_moves_nothing(self):
        """The specialist of a customer reads what others plan, and no more."""
        slot = self.add_slot(self.plan, self.secret, 9)
        self.assertTrue(slot.with_user(self.specialist).read(["date"]))
        self.assertRefused(
            self.specialist, slot._name, "write", slot.ids, {"date": "2026-10-08"}
        )
        self.assertRefused(self.specialist, slot._name, "action_plan_visit", slot.ids)

    def test_approved_moves_where_it_counts(self):
        """Scheduling goes on after the approval; the obligation stays."""
        self.approve()
        first = self.first.with_user(self.rep)
        first.date = "2026-10-12"
        self.assertEqual(self.plan.state, "approved")
        with self.assertSays("10/01/2026 to 10/15/2026"):
            first.date = "2026-10-20"
        with self.assertSays("Challenge"):
            first._leave_out("No time")
        with self.assertRaises(UserError):
            self.env[first._name].with_user(self.rep).create(
                {
                    "plan_id": self.plan.id,
                    "partner_id": self.acme.id,
                    "date": "2026-10-12",
                }
            )

    def test_add_by_hand(self):
        form = Form(self.plan.with_user(self.rep))
        with form.open_slot_ids.new() as line:
            line.partner_id = self.open_customer
            line.date = date(2026, 10, 14)
        form.save()
        slot = self.plan.slot_ids - self.first - self.second
        self.assertTrue(slot.is_manual)
        self.assertEqual(slot.user_id, self.rep)
        self.assertEqual(slot.month, self.MONTH)
        self.assertEqual(slot.channel_id, self.door)
        self.assertEqual(slot.window_start, date(2026, 10, 14))
        self.assertFalse(slot.is_outside)
        self.assertEqual(self.plan.effort, 3)
        slot.with_user(self.rep).date = "2026-10-16"
        self.assertFalse(slot.is_outside)
        moved = slot.new({"date": date(2026, 10, 19)}, origin=slot)
        self.assertFalse(moved.is_outside, "nor while somebody is still typing")
        slot.with_user(self.rep).action_drop()
        self.assertFalse(slot.exists())
        self.assertEqual(self.plan.effort, 2)

    def test_many_changes_are_counted_once(self):
        """Figures are right after saving the form, and written once for all rows."""
        generator = type(self.env["governance.visit.generator"])
        count = self.startPatcher(
            patch.object(
                generator,
                "_write_figures",
                autospec=True,
                side_effect=generator._write_figures,
            )
        )
        form = Form(self.plan.with_user(self.rep))
        for day in (14, 15, 16):
            with form.open_slot_ids.new() as line:
                line.partner_id = self.open_customer
                line.date = date(2026, 10, day)
        for number in (0, 1):
            with form.open_slot_ids.edit(number) as line:
                line.date = date(2026, 10, 8 + 13 * number)
        form.save()
        self.assertEqual(self.plan.effort, 5)
        self.assertEqual(count.call_count, 1)
        form = Form(self.plan.with_user(self.rep))
        form.open_slot_ids.remove(index=1)
        form.save()
        self.assertEqual(self.plan.effort, 4)
        self.assertEqual(count.call_count, 2)

    def test_nothing_is_counted_after_a_refusal(self):
        """What was refused leaves nothing behind that hides later changes."""
        plan = self.plan.with_user(self.rep)
        with self.assertRaises(UserError):
            plan.open_slot_ids = [
                Command.update(self.first.id, {"date": "2026-10-08"}),
                Command.update(self.second.id, {"date": "2027-01-08"}),
            ]
        dialog = self.env["governance.visit.slot.drop"].with_user(self.rep)
        dialog.create(
            {"slot_ids": self.second.ids, "reason": "Closed"}
        ).action_confirm()
        self.assertEqual(self.plan.effort, 1)

    def test_nobody_adds_who_is_hidden(self):
        self.assertRefused(
            self.leader2,
            self.first._name,
            "create",
            {
                "plan_id": self.open_plan(self.rep2).id,
                "partner_id": self.secret.id,
                "date": "2026-10-14",
            },
        )

    def test_leave_out_with_a_reason(self):
        first = self.first.with_user(self.rep)
        action = first.action_drop()
        dialog = self.env["governance.visit.slot.drop"].with_user(self.rep)
        dialog = dialog.with_context(**action["context"]).create({"reason": "Closed"})
        dialog.action_confirm()
        self.assertEqual(self.first.state, "waived")
        self.assertEqual(self.first.dropped_by_id, self.rep)
        self.assertEqual(self.first.date_dropped, fields.Datetime.now())
        request = self.submit()
        self.assertEqual(
            self.plan.with_user(self.leader).dropped_slot_ids.drop_reason, "Closed"
        )
        shown = {row["name"]: row["value"] for row in request.content}
        self.assertEqual(shown["dropped_count"], "1")
        request.with_user(self.leader).decide("rejected", "They are open")
        self.first.with_user(self.rep).action_restore()
        self.assertEqual(self.first.state, "open")
        self.assertFalse(self.first.drop_reason)
        self.assertFalse(self.first.dropped_by_id)
        self.assertFalse(self.first.date_dropped)

    def test_a_leader_leaves_something_out(self):
        """It is told who did it: the person or the leader."""
        self.first.with_user(self.leader)._leave_out("Closed")
        self.assertEqual(self.first.dropped_by_id, self.leader)

    def test_leave_out_without_a_reason(self):
        with self.assertSays("leader reads the reason"):
            self.first.with_user(self.rep)._leave_out("  ")
        with self.assertSays("not deleted"):
            self.first.with_user(self.rep).unlink()

    def test_others_leave_nothing_out(self):
        for user in (self.rep2, self.leader2, self.auditor):
            self.assertRefused(user, self.first._name, "action_drop", self.first.ids)
            self.assertRefused(user, self.first._name, "action_restore", self.first.ids)

    # ------------------------------------------------------------------
    # CALENDAR
    # ------------------------------------------------------------------

    def test_plan_visit_once(self):
        """Two people who press the same button make one visit."""
        self.approve()
        self.first.with_user(self.rep).action_plan_visit()
        visit = self.first.visit_id
        self.assertEqual(visit.partner_id, self.acme)
        self.assertEqual(visit.date, date(2026, 10, 6))
        self.assertEqual(visit.user_id, self.rep)
        action = self.first.with_user(self.leader).action_plan_visit()
        self.assertEqual(action["res_id"], visit.id)
        domain = [("partner_id", "=", self.acme.id)]
        self.assertEqual(self.env["governance.visit"].search_count(domain), 1)

    def test_somebody_else_is_at_it(self):
        with patch.object(
            type(self.first), "lock_for_update", side_effect=LockError("locked")
        ):
            with self.assertSays("Somebody else works on"):
                self.first.with_user(self.rep).action_plan_visit()

    def test_put_into_the_calendar(self):
        plan = self.plan.with_user(self.rep)
        with self.assertSays("Approved"):
            plan.action_schedule()
        same_day = self.add_slot(self.plan, self.open_customer, 6)
        optional = self.add_slot(self.plan, self.important, 6, is_optional=True)
        self.approve()
        plan.action_schedule()
        plan.action_schedule()
        visits = self.plan.slot_ids.visit_id
        self.assertEqual(len(visits), 3)
        self.assertFalse(optional.visit_id)
        one, other = self.first.visit_id, same_day.visit_id
        self.assertEqual(one.date, other.date)
        self.assertEqual(one.date_stop, other.date_start)

    def test_many_contacts_are_planned_together(self):
        """What one more contact costs does not grow with the plan."""
        plan = self.plan.with_user(self.rep)
        self.fill(self.plan, 10, 7)
        self.fill(self.plan, 40, 8)
        self.approve(reason="They help one another")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        plan.action_schedule()
        self.env.flush_all()
        spent = self.cr.sql_log_count - before
        visits = self.plan.slot_ids.visit_id
        self.assertEqual(len(visits), 52)
        self.assertEqual(visits.event_id.mapped("start"), visits.mapped("date_start"))
        # Its number takes three queries; all else is read and written together.
        self.assertLess(spent, 52 * 3 + 140)

    def test_what_is_late_is_planned_for_today(self):
        self.approve()
        with freeze_time("2026-10-09 08:00:00"):
            self.first.with_user(self.rep).action_plan_visit()
        self.assertEqual(self.first.visit_id.date, date(2026, 10, 9))

    def test_visits_are_moved_where_they_are(self):
        self.approve()
        first = self.first.with_user(self.rep)
        first.action_plan_visit()
        with self.assertSays("move it there"):
            first.date = "2026-10-12"

    # ------------------------------------------------------------------
    # EXPENSES
    # ------------------------------------------------------------------

    def cost(self, user=None, **values):
        return (
            self.env["governance.visit.plan.cost"]
            .with_user(user or self.rep)
            .create(
                {
                    "plan_id": self.plan.id,
                    "kind": "gift",
                    "name": "Tea",
                    "amount": 50,
                    **values,
                }
            )
        )

    def test_costs_are_approved_with_the_plan(self):
        """B-51: items and expenses are asked for with the plan."""
        cost = self.cost()
        self.assertEqual(self.plan.cost_total, 50)
        request = self.submit()
        self.assertEqual(cost.state, "requested")
        request.with_user(self.leader).decide("approved")
        self.assertEqual(cost.state, "approved")
        with self.assertRaises(UserError):
            cost.amount = 500

    def test_gifts_are_asked_for_before(self):
        """B-52: after the visit nothing is asked for any more."""
        self.cost(date="2026-09-01")
        with self.assertSays("before the visit"):
            self.submit()

    def test_gifts_have_a_day_once_the_month_has_begun(self):
        """B-52: without a day nobody could tell whether it was asked for before."""
        self.approve()
        with freeze_time("2026-10-09 08:00:00"):
            cost = self.cost()
            with self.assertSays("on which day"):
                cost.action_request_approval()
            cost.date = "2026-10-12"
            cost.action_request_approval()
        self.assertEqual(cost.state, "requested")

    def test_later_costs_are_asked_for_by_themselves(self):
        """B-52: a gift that comes to mind later needs an approval of its own."""
        self.approve()
        cost = self.cost()
        self.assertEqual(cost.state, "draft")
        cost.action_request_approval()
        request = cost.sudo().approval_request_id
        with self.assertRaises(UserError):
            with self.env.cr.savepoint():
                request.with_user(self.rep).decide("approved")
        request.with_user(self.leader).decide("approved")
        self.assertEqual(cost.state, "approved")
        self.assertEqual(self.plan.state, "approved")

    def test_who_asks_for_money_does_not_decide(self):
        """A leader who enters expenses for somebody cannot approve them."""
        self.cost(self.leader)
        request = self.submit()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            request.with_user(self.leader).decide("approved")
        request.with_user(self.manager).decide("approved")
        self.assertEqual(self.plan.state, "approved")

    def test_costs_of_others(self):
        cost = self.cost()
        for user in (self.rep2, self.leader2, self.employee):
            self.assertRefused(user, cost._name, "read", cost.ids, ["name"])
        self.assertTrue(cost.with_user(self.auditor).read(["name"]))
        self.assertRefused(
            self.rep2, cost._name, "create", {"plan_id": self.plan.id, "name": "x"}
        )

    def test_costs_in_the_form(self):
        form = Form(self.plan.with_user(self.rep))
        with form.cost_ids.new() as line:
            line.kind = "travel"
            line.name = "Train"
            line.amount = 30
        form.note = "Call Mrs Li before"
        form.save()
        self.assertEqual(self.plan.cost_ids.kind, "travel")
        self.plan.with_user(self.rep).write(
            {"cost_ids": [Command.delete(self.plan.cost_ids.id)]}
        )
        self.assertFalse(self.plan.cost_ids)

    def test_how_we_visit(self):
        """B-53, B-54, B-55: manners and rules of trips stand on each plan."""
        preset = self.env.ref("crm_governance.governance_visit_policy_vc_06")
        for word in ("Dress", "core customer", "Outings and business trips"):
            self.assertIn(word, preset.guideline)
        self.assertFalse(self.plan.with_user(self.rep).guideline)
        self.policy._with_machinery().guideline = preset.guideline
        self.plan.invalidate_recordset()
        self.assertIn("Dress", self.plan.with_user(self.rep).guideline)

    # ------------------------------------------------------------------
    # CHALLENGES
    # ------------------------------------------------------------------

    def challenge(self, goal, user=None, **values):
        return (
            self.env["governance.visit.challenge"]
            .with_user(user or self.rep)
            .create(
                {
                    "plan_id": self.plan.id,
                    "partner_id": self.acme.id,
                    "cadence_id": self.cadence.id,
                    "goal": goal,
                    "reason": "They are rebuilding",
                    **values,
                }
            )
        )

    def decided(self, challenge, user=None, verdict="approved", reason="Yes"):
        challenge.action_request_approval()
        request = challenge.sudo().approval_request_id
        request.with_user(user or self.leader).decide(verdict, reason)
        return request

    def test_challenge_for_fewer(self):
        """Nothing changes before the approval; then the latest are left out."""
        self.approve()
        challenge = self.challenge(1)
        self.assertEqual(challenge.goal_now, 2)
        challenge.action_request_approval()
        self.assertEqual(self.second.state, "open")
        request = challenge.sudo().approval_request_id
        self.assertEqual(request.partner_id, self.acme)
        for user in (self.rep, self.leader2, self.manager):
            with self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    request.with_user(user).decide("approved")
        request.with_user(self.leader).decide("approved")
        self.assertEqual(self.second.state, "waived")
        self.assertEqual(self.second.drop_reason, "They are rebuilding")
        self.assertEqual(self.second.dropped_by_id, self.rep)
        self.assertEqual(self.first.state, "open")
        self.assertEqual(challenge.goal_before, 2)
        self.assertEqual(self.plan.state, "approved")

    def test_challenge_for_more(self):
        self.approve()
        self.decided(self.challenge(4))
        slots = self.plan.slot_ids - self.first - self.second
        self.assertEqual(len(slots), 2)
        self.assertEqual(slots.cadence_id, self.cadence)
        self.assertEqual(slots.user_id, self.rep)
        self.assertEqual(len(set(self.plan.slot_ids.mapped("date"))), 4)
        self.assertFalse(any(slot.is_outside for slot in slots))

    def test_challenge_refused(self):
        self.approve()
        challenge = self.challenge(0)
        self.decided(challenge, verdict="rejected")
        self.assertEqual(challenge.state, "refused")
        self.assertEqual(self.first.state, "open")

    def test_who_challenges_never_decides(self):
        """What a leader challenges for somebody is decided one level above."""
        self.approve()
        challenge = self.challenge(1, self.leader)
        challenge.action_request_approval()
        request = challenge.sudo().approval_request_id
        with self.assertRaises(UserError), self.env.cr.savepoint():
            request.with_user(self.leader).decide("approved")
        request.with_user(self.executive).decide("approved")
        self.assertEqual(challenge.state, "approved")

    def test_challenge_of_nothing(self):
        with self.assertSays("already"):
            self.challenge(2).action_request_approval()
        with self.assertSays("no such goal"):
            self.challenge(2, partner_id=self.open_customer.id)
        with self.assertSays("a challenge needs a reason"):
            self.challenge(1, reason="  ").action_request_approval()

    def test_challenge_of_what_is_in_the_calendar(self):
        self.approve()
        self.first.with_user(self.rep).action_plan_visit()
        with self.assertSays("cannot be lower"):
            self.challenge(0).action_request_approval()
        self.decided(self.challenge(1))
        self.assertEqual(self.first.state, "open")
        self.assertEqual(self.second.state, "waived")

    def test_challenge_voids_what_was_submitted(self):
        """A plan that waits for its approval is another one after the challenge."""
        challenge = self.challenge(1)
        challenge.action_request_approval()
        plan_request = self.submit()
        challenge.sudo().approval_request_id.with_user(self.leader).decide("approved")
        self.assertEqual(plan_request.state, "voided")
        self.assertEqual(self.plan.state, "draft")

    def test_challenges_of_others(self):
        challenge = self.challenge(1)
        for user in (self.rep2, self.leader2, self.employee):
            self.assertRefused(user, challenge._name, "read", challenge.ids, ["goal"])
        self.assertTrue(challenge.with_user(self.auditor).read(["goal"]))
        self.assertRefused(
            self.leader,
            challenge._name,
            "write",
            challenge.ids,
            {"goal": 9},
            error=UserError,
        )

    def test_challenge_form(self):
        form = Form(
            self.env["governance.visit.challenge"]
            .with_user(self.rep)
            .with_context(default_plan_id=self.plan.id)
        )
        form.partner_id = self.acme
        self.assertEqual(form.cadence_id, self.cadence)
        self.assertEqual(form.goal_now, 2)
        form.goal = 3
        form.reason = "They grow"
        self.assertEqual(form.save().goal, 3)

    # ------------------------------------------------------------------
    # BOARD
    # ------------------------------------------------------------------

    def rows(self, user):
        board = self.env["governance.visit.board"].with_user(user)
        self.env.flush_all()
        self.env.invalidate_all()
        return board.search([("plan_id", "=", self.plan.id)])

    def test_board(self):
        """A leader sees who is late, and puts it into the calendar from there."""
        self.approve()
        with freeze_time("2026-10-09 08:00:00"):
            late, due = self.rows(self.leader)
            self.assertEqual((late.status, due.status), ("late", "due"))
            self.assertTrue(late.can_plan and due.can_plan)
            self.assertEqual(late.action_open_slot()["res_id"], self.first.id)
            late.action_plan_visit()
            planned, _due = self.rows(self.leader)
            self.assertEqual(planned.status, "planned")
            self.assertFalse(planned.can_plan)
        groups = self.rpc(
            self.leader,
            "governance.visit.board",
            "read_progress_bar",
            [("plan_id", "=", self.plan.id)],
            "user_id",
            {"field": "status", "colors": {"late": "danger", "due": "warning"}},
        )
        self.assertTrue(groups)

    def test_board_of_others(self):
        """Auditors look at it, and others see nothing of it."""
        for row in self.rows(self.auditor):
            self.assertFalse(row.can_plan)
            with self.assertRaises(AccessError):
                row.action_plan_visit()
        self.assertEqual(len(self.rows(self.auditor)), 2)
        for user in (self.rep2, self.leader2):
            self.assertFalse(self.rows(user), user.login)

    # ------------------------------------------------------------------
    # WHAT IS HIDDEN
    # ------------------------------------------------------------------

    def test_hidden_contacts_are_counted(self):
        slot = self.add_slot(self.plan, self.secret, 9)
        for user, count in ((self.rep, 0), (self.leader, 0), (self.auditor, 1)):
            plan = self.plan.with_user(user)
            plan.invalidate_recordset()
            self.assertEqual(plan.hidden_count, count, user.login)
            self.assertEqual(slot.with_user(user) in plan.open_slot_ids, not count)
        name = slot.with_user(self.auditor).display_name
        self.assertNotIn("Secret", name)
        self.assertIn("Secret", slot.with_user(self.rep).display_name)
