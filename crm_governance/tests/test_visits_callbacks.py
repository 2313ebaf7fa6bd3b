# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .visits_callback_common import CallbackCommon

DAY = timedelta(days=1)
EVENTS = "odoo.addons.crm_governance.models.visits.governance_visit_event_mixin"
JOBS = "odoo.addons.crm_governance.models.visits.governance_visit_reminder_job"


@tagged("post_install", "-at_install")
class TestVisitsCallbacks(CallbackCommon):
    """Callbacks after an event, each once (B-64 … B-77)."""

    # ------------------------------------------------------------------
    # WHEN AND FOR WHOM
    # ------------------------------------------------------------------

    def test_buyer(self):
        """3, 30, 60 and 15, 30, 60 days after the file was opened (B-64 … B-72)."""
        self.policy()
        self.bought()
        self.open_file()
        first = self.day(3, 2)
        for user, terms in ((self.rep, (3, 30, 60)), (self.specialist, (15, 30, 60))):
            self.assertEqual(self.dues(user), [first + days * DAY for days in terms])

    def test_non_buyer(self):
        """3 and 15 days; the doctor on request (B-68, B-69, B-73)."""
        self.policy()
        self.open_file()
        self.assertEqual(self.dues(self.rep), [self.day(3, 5), self.day(3, 17)])
        self.assertFalse(self.dues(self.specialist))

    def test_after_an_order(self):
        """The inspector comes within a month of each order (B-77)."""
        self.policy()
        orders = self.order() | self.order()
        orders.action_confirm()
        self.assertEqual(self.dues(self.liaison), [self.day(4, 1)] * 2)
        self.assertEqual(
            set(self.slots().mapped("origin_ref")),
            {f"sale.order,{order.id}" for order in orders},
        )

    def test_preset(self):
        """The presets VC-04 and VC-10 as they are shipped, once people are named."""
        people = {"satisfaction": self.rep, "doctor": self.specialist}
        for code, user in {**people, "inspector": self.liaison}.items():
            role = self.env.ref(f"crm_governance.governance_visit_role_{code}")
            role.member_ids = [Command.create({"user_id": user.id})]
        for code in ("04", "10"):
            preset = self.env.ref(f"crm_governance.governance_visit_policy_vc_{code}")
            preset._copy_into(self.company, {}).action_publish()
        first = self.day(3, 2)
        self.open_file(self.south)
        self.assertEqual(
            self.dues(self.rep, self.south), [first + days * DAY for days in (3, 15)]
        )
        self.assertFalse(self.dues(self.specialist, self.south))
        self.bought()
        self.open_file()
        for user, terms in (
            (self.rep, (3, 30, 60)),
            (self.specialist, (15, 30, 60)),
            (self.liaison, (30,)),
        ):
            self.assertEqual(self.dues(user), [first + days * DAY for days in terms])

    def test_deadlines(self):
        """Calendar days where the company works, over leap days, DST, new year."""
        for zone, now, days, due in (
            ("Asia/Shanghai", "2026-03-02 15:59:59", 3, date(2026, 3, 5)),
            ("Asia/Shanghai", "2026-03-02 16:00:00", 3, date(2026, 3, 6)),
            ("Asia/Shanghai", "2028-02-27 04:00:00", 3, date(2028, 3, 1)),
            ("Asia/Shanghai", "2027-02-27 04:00:00", 3, date(2027, 3, 2)),
            ("Asia/Shanghai", "2026-12-30 04:00:00", 3, date(2027, 1, 2)),
            ("Asia/Shanghai", "2026-12-30 04:00:00", 60, date(2027, 2, 28)),
            ("Asia/Shanghai", "2028-01-31 04:00:00", 30, date(2028, 3, 1)),
            # Clocks go forward on 29 March and back on 25 October 2026.
            ("Europe/Berlin", "2026-03-28 22:59:00", 3, date(2026, 3, 31)),
            ("Europe/Berlin", "2026-03-28 23:01:00", 3, date(2026, 4, 1)),
            ("Europe/Berlin", "2026-10-24 21:59:00", 15, date(2026, 11, 8)),
            ("Europe/Berlin", "2026-10-24 22:01:00", 15, date(2026, 11, 9)),
        ):
            with self.subTest(zone=zone, now=now, days=days):
                self.company.partner_id.tz = zone
                self.travel(now)
                customer = self.customer("Somebody", self.rep)
                policy = self.policy([self.line(self.caller, days)], code=f"T{now}")
                self.open_file(customer)
                self.assertIn(due, self.dues(self.rep, customer))
                policy.active = False

    def test_proposed_day(self):
        """Proposed is the last open day up to the deadline, visibly moved."""
        self.policy([self.line(self.caller, days) for days in (5, 11)])
        self.open_file()
        self.assertRecordValues(
            self.slots(),
            [
                {
                    "date_due": self.day(3, 7),
                    "date": self.day(3, 6),
                    "is_moved": True,
                    "window_start": self.day(3, 3),
                    "window_end": self.day(3, 8),
                },
                {
                    "date_due": self.day(3, 13),
                    "date": self.day(3, 13),
                    "is_moved": False,
                    "window_start": self.day(3, 8),
                    "window_end": self.day(3, 14),
                },
            ],
        )

    def test_closed_until_after_the_deadline(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-03-02 16:00:00",
                "date_to": "2026-03-06 15:59:59",
            }
        )
        self.policy([self.line(self.caller, 3)])
        self.open_file()
        slot = self.slots()
        self.assertEqual(slot.date_due, self.day(3, 5))
        self.assertEqual(slot.date, self.day(3, 9))
        self.assertEqual(slot.window_end, self.day(3, 10), "in time on its day")
        self.assertTrue(slot.is_moved)

    def test_company_without_working_hours(self):
        """An order does not fail for want of a calendar."""
        self.policy()
        self.calendar.attendance_ids.unlink()
        self.bought()
        slot = self.slots()
        self.assertEqual(slot.date, slot.date_due)

    def test_who_calls(self):
        """The owner, and nobody where there is nobody."""
        owner = self.env["governance.visit.role"].create(
            {"name": "Owner", "code": "T_OWNER", "source": "owner"}
        )
        self.policy([self.line(owner, 3)])
        orphan = self.customer("Orphan")
        for partner, user in ((self.south, self.rep2), (orphan, self.env["res.users"])):
            self.open_file(partner)
            self.assertEqual(self.slots(partner).user_id, user)

    def test_new_owner(self):
        """What is still open goes to the new owner, with its to-do."""
        owner = self.env["governance.visit.role"].create(
            {"name": "Owner", "code": "T_OWNER", "source": "owner"}
        )
        self.policy([self.line(owner, 3)])
        self.open_file()
        self.assertEqual(len(self.todos(self.rep)), 1)
        self.new_customer.user_id = self.rep2
        for _run in range(2):
            self.run_job("governance.visit.reminder", "_cron_remind")
            self.assertEqual(self.slots().user_id, self.rep2)
            self.assertFalse(self.todos(self.rep))
            self.assertEqual(len(self.todos(self.rep2)), 1)

    def test_missed_stays_with_who_missed_it(self):
        """Neither a new owner nor a vacant role takes over what was missed."""
        owner = self.env["governance.visit.role"].create(
            {"name": "Owner", "code": "T_OWNER", "source": "owner"}
        )
        self.policy([self.line(owner, days) for days in (3, 15)])
        self.open_file()
        missed, ahead = self.slots()
        self.travel("2026-03-06 02:00:00")
        self.new_customer.user_id = self.rep2
        self.run_job("governance.visit.reminder", "_cron_remind")
        self.assertEqual(missed.user_id, self.rep)
        self.assertEqual(ahead.user_id, self.rep2)
        self.new_customer.user_id = False
        self.run_job("governance.visit.reminder", "_cron_remind")
        self.assertEqual(ahead.user_id, self.rep2)

    # ------------------------------------------------------------------
    # ONCE
    # ------------------------------------------------------------------

    def test_each_once(self):
        self.policy()
        file = self.open_file()
        slots = self.slots()
        for _again in range(2):
            self.env["governance.visit.slot"]._start_after_files(file)
        self.assertEqual(self.slots(), slots)
        order = self.bought()
        count = len(self.slots())
        order._action_confirm()
        self.assertEqual(len(self.slots()), count)
        self.assertEqual(len(self.todos(self.liaison)), 1)

    def test_first_order_of_a_non_buyer(self):
        """The callbacks of non-buyers end, those of buyers begin."""
        self.policy()
        file = self.open_file()
        before = self.slots()
        self.travel("2026-03-10 02:00:00")
        self.bought()
        self.assertEqual(before.mapped("state"), ["open", "void"], "missed is missed")
        self.assertEqual(self.dues(self.rep)[0], self.day(3, 5))
        self.assertEqual(
            self.dues(self.rep)[1:],
            [self.day(3, 10) + days * DAY for days in (3, 30, 60)],
        )
        self.assertEqual(
            self.slots(user_id=self.rep.id).mapped("origin_ref")[:1],
            [f"governance.file,{file.id}"],
        )
        self.assertFalse(
            before[1].filtered(
                lambda slot: (
                    slot.id
                    in self.env["governance.visit.reminder"]
                    .search([("activity_id", "!=", False)])
                    .mapped("res_id")
                )
            )
        )
        count = len(self.slots())
        self.travel("2026-03-11 02:00:00")
        self.bought()
        self.assertEqual(len(self.slots()), count + 1, "only what follows each order")

    def test_what_a_non_buyer_was_called_for_stays(self):
        self.policy()
        self.open_file()
        slot = self.slots()[0]
        self.call("2026-03-03 03:00:00")
        self.assertTrue(slot.visit_id)
        self.bought()
        self.assertEqual(slot.state, "open")
        self.assertTrue(slot.visit_id)

    def test_former_buyers(self):
        """Who bought before the cut-over date is a buyer."""
        self.policy()
        self.company.governance_cutover_date = "2025-06-01"
        self.env["governance.turnover.history"].create(
            {
                "partner_id": self.new_customer.id,
                "company_id": self.company.id,
                "date": "2025-01-01",
                "amount": 5,
                "order_count": 1,
            }
        )
        self.open_file()
        self.assertEqual(len(self.dues(self.rep)), 3)

    def test_order_taken_back(self):
        self.policy()
        order = self.bought()
        self.assertEqual(len(self.todos(self.liaison)), 1)
        order._action_cancel()
        self.assertFalse(self.slots())
        self.assertFalse(self.todos(self.liaison))
        order.action_draft()
        order.action_confirm()
        self.assertEqual(len(self.slots()), 1)

    def test_order_taken_back_too_late(self):
        """Cancelled and confirmed again, an order does not undo what was missed."""
        self.policy()
        order = self.bought()
        missed = self.slots(user_id=self.liaison.id)
        self.travel("2026-04-02 02:00:00")
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self.slots(user_id=self.liaison.id), missed)
        self.assertEqual(missed.date_due, self.day(4, 1))

    def test_nothing_without_a_policy(self):
        self.policy().active = False
        draft = self.env["governance.visit.policy"].create(
            {"name": "Draft", "code": "T-D", "callback_ids": self.get_lines()}
        )
        self.assertEqual(draft.state, "draft")
        self.open_file()
        self.bought()
        self.assertFalse(self.slots())

    def test_next_to_nothing_without_a_policy(self):
        """Whoever has no callbacks does not wait for them."""
        orders = self.order() | self.order(self.south)
        slots = self.env["governance.visit.slot"]
        slots._start_after_orders(orders)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            slots._start_after_orders(orders)

    # ------------------------------------------------------------------
    # WHAT FAILS
    # ------------------------------------------------------------------

    def failing(self, error):
        """Let nothing be added to what customers are called back for."""

        def broken(_slots, *_args):
            raise error

        return patch.object(
            type(self.env["governance.visit.slot"]), "_match_callbacks", broken
        )

    def test_order_whose_callbacks_fail(self):
        """It is sold all the same; the job starts what was asked for on that day."""
        self.policy()
        seller = new_test_user(
            self.env, "t_seller", groups="sales_team.group_sale_salesman"
        )
        order = self.env["sale.order"].with_user(seller)
        order = order.create({"partner_id": self.new_customer.id, "user_id": seller.id})
        before = self.slots()
        with (
            self.failing(ValueError("Broken")),
            self.assertLogs(EVENTS, "WARNING") as log,
        ):
            order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn(str(order), log.output[0])
        self.assertEqual(self.slots(), before, "all or nothing")
        with self.assertRaises(AccessError):
            order.governance_callback_date = False
        self.travel("2026-03-03 02:00:00")
        with (
            self.failing(ValueError("Still broken")),
            self.assertLogs(JOBS, "WARNING") as log,
        ):
            self.run_job("governance.visit.reminder", "_cron_remind")
        self.assertIn(str(order.sudo()), log.output[0])
        for _again in range(2):
            self.run_job("governance.visit.reminder", "_cron_remind")
            self.assertEqual(self.dues(self.liaison), [self.day(4, 1)])
            self.assertEqual(len(self.todos(self.liaison)), 1)
        self.assertFalse(order.sudo().governance_callback_date)

    def test_order_taken_back_whose_callbacks_fail(self):
        self.policy()
        order = self.bought()
        with (
            patch.object(
                type(self.env["governance.visit.slot"]),
                "_end_callbacks",
                lambda *_args: 1 / 0,
            ),
            self.assertLogs(EVENTS, "WARNING"),
        ):
            order._action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertTrue(self.slots())
        self.run_job("governance.visit.reminder", "_cron_remind")
        self.assertFalse(self.slots())

    def test_files_whose_callbacks_fail(self):
        self.policy()
        with self.failing(ValueError("Broken")), self.assertLogs(EVENTS, "WARNING"):
            self.open_file()
            self.env["governance.file"]._open_for(self.company, self.south.ids)
        self.travel("2026-03-03 02:00:00")
        self.run_job("governance.visit.reminder", "_cron_remind")
        for customer in (self.new_customer, self.south):
            dues = [self.day(3, 5), self.day(3, 17)]
            self.assertEqual(self.dues(self.rep, customer), dues)

    def test_collision_is_tried_again(self):
        """Odoo does the whole again then; nothing is missing."""
        self.policy()
        order = self.order()
        error = SerializationFailure()
        with self.failing(error), self.assertRaises(SerializationFailure):
            order.action_confirm()

    # ------------------------------------------------------------------
    # MANY
    # ------------------------------------------------------------------

    def test_many_files_at_once(self):
        """A review opens hundreds of files: a few statements, the to-dos later."""
        self.policy()
        customers = self.env["res.partner"].create(
            [
                {"name": f"Many {number}", "is_company": True, "user_id": self.rep.id}
                for number in range(60)
            ]
        )
        few, many = customers[:10], customers[10:]
        files = self.env["governance.file"]
        files._open_for(self.company, few.ids)
        with self.assertQueryCount(90):
            files._open_for(self.company, many.ids)
        for customer in customers:
            self.assertEqual(len(self.slots(customer)), 2)
        self.assertFalse(self.todos(self.rep, many[0]))
        self.run_job("governance.visit.reminder", "_cron_remind")
        for customer in customers:
            self.assertEqual(len(self.todos(self.rep, customer)), 2)

    # ------------------------------------------------------------------
    # MADE
    # ------------------------------------------------------------------

    def call(self, moment, user=None, kind="call", **values):
        """Return a call (or visit) that somebody makes at a moment."""
        self.travel(moment)
        visit = self.visit(
            user,
            partner_id=values.pop("partner_id", self.new_customer.id),
            channel_id=self.channels[kind].id,
            date_start=moment,
            **values,
        )
        self.travel(visit.date_stop)
        visit.action_hold()
        return visit

    def test_one_call_makes_one_callback(self):
        self.policy()
        self.bought()
        self.open_file()
        first, second, third = self.slots(user_id=self.rep.id)
        visit = self.call("2026-03-04 02:00:00")
        self.assertEqual(first.visit_id, visit)
        self.assertFalse(second.visit_id | third.visit_id)
        # Another call within the first days is not yet the second callback.
        self.call("2026-03-05 02:00:00")
        self.assertFalse(second.visit_id | third.visit_id)
        visit = self.call("2026-03-20 02:00:00")
        self.assertEqual(second.visit_id, visit)
        self.assertFalse(third.visit_id)

    def test_late_call(self):
        """The first call, on day 10, is the first callback and not the second."""
        self.policy()
        self.bought()
        self.open_file()
        first, second, _third = self.slots(user_id=self.rep.id)
        visit = self.call("2026-03-12 02:00:00")
        self.assertEqual(first.visit_id, visit)
        self.assertFalse(second.visit_id)
        visit = self.call("2026-03-13 02:00:00")
        self.assertEqual(second.visit_id, visit)

    def test_board(self):
        """A late callback, made in person, is done on the board."""
        self.policy([self.line(self.caller, 3)])
        self.open_file()
        row = self.env["governance.visit.board"].browse(self.slots().id)
        self.travel("2026-03-12 02:00:00")
        self.assertEqual(row.status, "late")
        self.call("2026-03-12 02:00:00", kind="visit")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(row.status, "done")
        self.assertEqual(row.date_done, self.day(3, 12))
        self.assertTrue(row.is_done_late)

    def test_late_calls_cover_nothing(self):
        """Calls made long after their deadlines are many, but none in time."""
        self.policy([self.line(self.caller, days) for days in (3, 15)])
        self.open_file()
        self.call("2026-03-20 02:00:00")
        self.call("2026-03-21 02:00:00")
        self.assertEqual(len(self.slots().visit_id), 2)
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["governance.visit.attainment"].search(
            [("partner_id", "=", self.new_customer.id)]
        )
        self.assertEqual(sum(rows.mapped("planned")), 2)
        self.assertEqual(sum(rows.mapped("actual")), 2)
        self.assertEqual(sum(rows.mapped("covered")), 0)

    def test_who_and_how(self):
        """The person, by telephone or in person; never another one (B-71, B-74)."""
        self.policy()
        self.open_file()
        slot = self.slots()[0]
        self.call("2026-03-03 02:00:00", self.leader)
        self.call("2026-03-03 04:00:00", self.rep, partner_id=self.open_customer.id)
        self.call("2026-03-03 06:00:00", self.rep, direction="incoming")
        self.assertFalse(slot.visit_id)
        visit = self.call("2026-03-04 06:00:00", self.rep, kind="visit")
        self.assertEqual(slot.visit_id, visit)

    def test_call_is_no_inspection(self):
        self.policy()
        self.bought()
        slot = self.slots(user_id=self.liaison.id)
        self.call("2026-03-04 02:00:00", self.liaison)
        self.assertFalse(slot.visit_id)
        visit = self.call("2026-03-05 02:00:00", self.liaison, kind="visit")
        self.assertEqual(slot.visit_id, visit)

    def test_visit_before_the_event(self):
        """The visit on which they ordered is no callback."""
        self.policy()
        self.call("2026-03-02 02:00:00", self.liaison, kind="visit")
        self.bought()
        self.assertFalse(self.slots(user_id=self.liaison.id).visit_id)

    def test_visit_that_is_planned_already(self):
        self.policy()
        visit = self.visit(
            partner_id=self.new_customer.id, date_start="2026-03-04 02:00:00"
        )
        self.open_file()
        self.assertEqual(self.slots()[0].visit_id, visit)
        self.assertEqual(len(self.todos(self.rep)), 1, "the second one alone")

    def test_recorded_on_the_same_day(self):
        """The report on a callback is due on its day, others in two days (B-76)."""
        self.policy()
        self.open_file()
        made = self.call("2026-03-04 02:00:00")
        other = self.call("2026-03-04 04:00:00")
        self.assertEqual(made.report_deadline, self.day(3, 4))
        self.assertEqual(other.report_deadline, self.day(3, 6))

    def test_to_do_goes_with_the_call(self):
        self.policy()
        self.open_file()
        self.assertEqual(
            self.todos(self.rep).mapped("date_deadline"),
            [self.day(3, 5), self.day(3, 17)],
        )
        self.assertIn("After 3 days", self.todos(self.rep)[0].summary)
        self.call("2026-03-04 02:00:00")
        self.assertEqual(
            self.todos(self.rep).mapped("date_deadline"), [self.day(3, 17)]
        )

    def test_to_do_ticked_off_without_a_call(self):
        """It comes back once, when the time is over: only a record makes it."""
        self.policy([self.line(self.caller, 3)])
        self.open_file()
        self.todos(self.rep).with_user(self.rep).action_feedback("Done")
        self.remind("2026-03-05 02:00:00")
        self.assertFalse(self.todos(self.rep))
        self.remind("2026-03-06 02:00:00")
        self.assertEqual(len(self.todos(self.rep)), 1)
        self.todos(self.rep).with_user(self.rep).action_feedback("Done")
        self.remind("2026-03-09 02:00:00")
        self.assertFalse(self.todos(self.rep))
        self.assertFalse(self.slots().visit_id)

    def remind(self, moment):
        self.travel(moment)
        self.run_job("governance.visit.reminder", "_cron_remind")

    def test_plan_from_the_list(self):
        self.policy()
        self.open_file()
        slot = self.slots()[0].with_user(self.rep)
        action = slot.action_plan_callback()
        visit = self.env["governance.visit"].browse(action["res_id"])
        self.assertEqual(slot.visit_id, visit)
        self.assertEqual(visit.user_id, self.rep)
        self.assertEqual(slot.action_plan_callback()["res_id"], visit.id)
        other = self.slots()[1]
        for user in (self.rep2, self.employee, self.auditor):
            self.assertRefused(user, slot._name, "action_plan_callback", [other.id])

    # ------------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------------

    def wizard(self, user=None, **values):
        wizards = self.env["governance.visit.callback.start"].with_user(
            user or self.rep
        )
        return wizards.create({"partner_id": self.new_customer.id, **values})

    def lines_of(self, role, policy):
        return policy.callback_ids.filtered(lambda line: line.role_id == role)

    def test_doctor_on_request(self):
        """The representative asks for the doctor (B-73)."""
        policy = self.policy()
        wizard = self.wizard()
        line = self.lines_of(self.doctor, policy).filtered("is_on_request")
        self.assertEqual(
            wizard.choice_ids.filtered(lambda row: row.role_id == self.doctor), line
        )
        wizard.line_ids = line
        with self.assertSays("until when"):
            wizard.action_start()
        wizard.date_due = "2026-03-04"
        wizard.action_start()
        self.assertEqual(self.dues(self.specialist), [self.day(3, 4)])
        self.assertEqual(len(self.todos(self.specialist)), 1)
        with self.assertSays("begun already"):
            wizard.action_start()

    def test_event_by_hand(self):
        """An event that nobody has entered, counted from its own day."""
        policy = self.policy([self.line(self.caller, 3, trigger="manual")])
        self.open_file()
        self.assertFalse(self.slots())
        wizard = self.wizard(
            date="2026-02-27", line_ids=[Command.set(policy.callback_ids.ids)]
        )
        wizard.action_start()
        self.assertEqual(self.dues(self.rep), [self.day(3, 2)])

    def test_one_more(self):
        """Further callbacks are arranged by hand (B-67, B-70)."""
        self.policy()
        team = self._create_team("Care", self.leader, self.specialist)
        values = {
            "kind": "more",
            "user_id": self.specialist.id,
            "channel_id": self.channels["call"].id,
            "date_due": "2026-03-07",
            "objective": "Ask about the effect",
        }
        self.wizard(**values).action_start()
        slot = self.slots()
        self.assertRecordValues(
            slot,
            [
                {
                    "user_id": self.specialist.id,
                    "team_id": team.id,
                    "date_due": self.day(3, 7),
                    "date": self.day(3, 6),
                    "is_moved": True,
                }
            ],
        )
        todo = self.todos(self.specialist)
        self.assertIn("Ask about the effect", todo.note)
        with self.assertSays("arranged today already"):
            self.wizard(**values).action_start()
        visit = self.call("2026-03-04 02:00:00", self.specialist)
        self.assertEqual(slot.visit_id, visit)
        self.assertFalse(self.todos(self.specialist))

    def more(self, user=None, **values):
        """Arrange one more callback, over the telephone and until today."""
        self.wizard(
            user,
            **{
                "kind": "more",
                "channel_id": self.channels["call"].id,
                "date_due": "2026-03-02",
                **values,
            },
        ).action_start()

    def test_no_points_from_nothing(self):
        """What one arranges for oneself is no goal, and one call makes one of them."""
        visit = self.call("2026-03-02 02:00:00")
        for channel in self.channels.values():
            self.more(channel_id=channel.id)
        slots = self.slots()
        self.assertEqual(len(slots), len(self.channels))
        self.assertEqual(slots.filtered("visit_id").visit_id, visit)
        self.assertEqual(len(slots.filtered("visit_id")), 1)
        self.assertEqual(set(slots.mapped("is_optional")), {True})
        rows = self.env["governance.visit.attainment"].search(
            [("partner_id", "=", self.new_customer.id)]
        )
        self.assertFalse(sum(rows.mapped("planned")))
        self.assertFalse(sum(rows.mapped("earned")))

    def test_goal_of_a_leader(self):
        """What a leader arranges is a goal; it asks for a call of its own."""
        self.policy([self.line(self.caller, 3)])
        self.open_file()
        [first] = self.slots()
        self.more(self.leader, user_id=self.rep.id, date_due="2026-03-06")
        more = self.slots() - first
        self.assertFalse(more.is_optional)
        visit = self.call("2026-03-03 02:00:00")
        self.assertEqual(first.visit_id, visit)
        self.assertFalse(more.visit_id)
        visit = self.call("2026-03-04 02:00:00")
        self.assertEqual(more.visit_id, visit)

    def test_deadline_of_one_more_stays(self):
        """Another day for the call is not another deadline."""
        self.more()
        slot = self.slots()
        self.assertFalse(slot.is_manual)
        before = slot.date_due, slot.window_start, slot.window_end
        try:
            slot.with_user(self.rep).date = "2026-03-20"
        except UserError:
            self.assertEqual(slot.date, self.day(3, 2))
        self.env.flush_all()
        self.assertEqual((slot.date_due, slot.window_start, slot.window_end), before)

    def test_event_of_oneself(self):
        """Callbacks that one starts for oneself are no goal; the policy's own are."""
        policy = self.policy(
            [self.line(self.caller, 5, trigger=name) for name in ("manual", "order")]
        )
        self.call("2026-03-02 02:00:00")
        self.travel("2026-03-03 02:00:00")
        self.wizard(
            date="2026-02-27", line_ids=[Command.set(policy.callback_ids.ids)]
        ).action_start()
        slots = self.slots()
        self.assertEqual(set(slots.mapped("is_optional")), {False, True})
        self.assertFalse(slots.visit_id, "calls of the past do not make them")

    def test_day_of_the_event(self):
        """An event of the last month, whose callbacks can still be made."""
        policy = self.policy([self.line(self.caller, 3)])
        for day, words in (
            ("9999-12-31", "last month"),
            ("2026-03-03", "last month"),
            ("2021-03-02", "last month"),
            ("2026-02-26", "is over"),
        ):
            with self.subTest(day), self.assertSays(words):
                self.wizard(
                    date=day,
                    line_ids=[Command.set(policy.callback_ids.ids)],
                ).action_start()

    def test_one_more_wrong(self):
        values = {
            "kind": "more",
            "channel_id": self.channels["call"].id,
            "date_due": "2026-03-07",
        }
        for change, words in (
            ({"user_id": False}, "who calls back"),
            ({"channel_id": False}, "who calls back"),
            ({"date_due": False}, "until when"),
            ({"date_due": "2026-03-01"}, "has passed"),
            ({"date_due": "9999-12-31"}, "within a year"),
            ({"user_id": self.leader.id}, "whom you lead"),
            ({"user_id": self.rep2.id}, "whom you lead"),
            ({"user_id": self.portal.id}, "whom you lead"),
        ):
            with self.subTest(change), self.assertSays(words):
                self.wizard(**{**values, **change}).action_start()
        self.assertFalse(self.slots())

    def test_caller_may_read_the_customer(self):
        """Nobody is asked to call a customer whom he may not know."""
        self.policy([self.line(self.make_role("X", self.rep2), 3)])
        wizard = self.wizard(
            self.rep,
            partner_id=self.secret.id,
            kind="more",
            user_id=self.rep2.id,
            channel_id=self.channels["call"].id,
            date_due="2026-03-07",
        )
        with self.assertSays("may read"):
            wizard.action_start()

    def test_who_arranges(self):
        """Its people, callers, their leaders, administrators; nobody else."""
        self.policy()
        values = {
            "kind": "more",
            "channel_id": self.channels["call"].id,
            "date_due": "2026-03-07",
        }
        for user in (self.rep, self.leader, self.specialist, self.manager):
            with self.subTest(user.login):
                self.wizard(user, **values).action_start()
                self.assertTrue(self.slots(user_id=user.id))
        for user in (self.rep2, self.leader2):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.wizard(user, **values).action_start()
        for user in (self.employee, self.auditor, self.portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.wizard(user, **values)

    def test_hidden_customer(self):
        """The dialog does not tell the name of a hidden customer."""
        with self.assertRaises(AccessError):
            self.wizard(self.rep2, partner_id=self.secret.id)
        wizards = self.env["governance.visit.callback.start"].with_user(self.rep2)
        self.policy()
        self.assertFalse(wizards.new({"partner_id": self.secret.id}).choice_ids)
        self.assertTrue(wizards.new({"partner_id": self.south.id}).choice_ids)
        for name in (
            "action_governance_callbacks",
            "action_start_governance_callbacks",
        ):
            self.assertRefused(self.rep2, "res.partner", name, [self.secret.id])

    def test_lines_of_the_policy_only(self):
        policy = self.policy()
        wrong = self.lines_of(self.caller, policy).filtered(
            lambda line: line.buyer == "buyer"
        )
        with self.assertRaises(UserError):
            self.wizard(line_ids=[Command.set(wrong.ids)]).action_start()

    # ------------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------------

    def test_dialog(self):
        """From the customer through the dialog to the list of its callbacks."""
        policy = self.policy()
        line = self.lines_of(self.doctor, policy).filtered("is_on_request")
        action = self.env.ref("crm_governance.res_partner_action_start_callbacks")
        self.assertIn(
            self.env.ref("crm_governance.group_user"), action.sudo().group_ids
        )
        contact = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": self.new_customer.id}
        )
        opened = (
            action.with_user(self.rep)
            .with_context(active_model="res.partner", active_id=contact.id)
            .run()
        )
        wizards = self.env["governance.visit.callback.start"].with_user(self.rep)
        with Form(wizards.with_context(**opened["context"])) as form:
            self.assertEqual(form.partner_id, self.new_customer)
            form.line_ids.add(line)
            form.date_due = "2026-03-04"
        found = form.record.action_start()
        slots = self.env[found["res_model"]].with_user(self.rep)
        self.assertEqual(slots.search(found["domain"]), self.slots())

    def test_screens_open(self):
        """Whoever has the menu gets its screen."""
        self.policy()
        self.open_file()
        for name, users in (
            ("governance_visit_callback_action", "rep leader auditor manager"),
            ("governance_visit_reminder_action", "auditor manager"),
            ("crm_lead_action_without_action", "rep leader"),
        ):
            action = self.env.ref(f"crm_governance.{name}")
            for login in users.split():
                with self.subTest(name, user=login):
                    model = self.env[action.res_model].with_user(self.users[login])
                    views = model.get_views(
                        [
                            (action.view_id.id, "list"),
                            (action.search_view_id.id, "search"),
                        ]
                    )
                    names = list(views["models"][model._name]["fields"])
                    model.search([]).read(
                        [field for field in names if field in model._fields]
                    )

    # ------------------------------------------------------------------
    # CONFIDENTIALITY
    # ------------------------------------------------------------------

    def test_confidential_customers(self):
        """Whoever may not read the customer gets no to-do that names it."""
        self.policy(
            [self.line(self.caller, 3), self.line(self.make_role("X", self.rep2), 3)]
        )
        self.open_file(self.secret)
        slots = self.slots(self.secret)
        self.assertEqual(len(slots), 2)
        self.assertEqual(set(slots.mapped("classification_rank")), {2})
        self.assertTrue(self.todos(self.rep, self.secret))
        self.assertFalse(self.todos(self.rep2, self.secret))
        for slot in slots:
            self.assertHidden(self.rep2, slot)
            self.assertHidden(self.employee, slot)
        self.assertReads(self.rep, slots.filtered(lambda row: row.user_id == self.rep))

    def test_who_reads(self):
        self.policy()
        self.open_file()
        slot = self.slots()[0]
        for user in (self.rep, self.leader, self.auditor, self.manager):
            self.assertReads(user, slot)
        for user in (self.rep2, self.leader2, self.employee):
            self.assertHidden(user, slot)

    def test_who_supervises(self):
        """The doctor reads what is to be called, but changes nothing (B-75)."""
        self.policy([self.line(self.caller, 3)])
        self.doctor.member_ids.user_id = self.rep2
        for partner in (self.new_customer, self.secret):
            self.open_file(partner)
        slot = self.slots()
        self.assertHidden(self.rep2, slot)
        self.doctor.is_supervisor = True
        self.env.invalidate_all()
        self.assertReads(self.rep2, slot)
        self.assertHidden(self.rep2, self.slots(self.secret))
        made = self.call("2026-03-03 02:00:00")
        other = self.call("2026-03-03 04:00:00")
        self.assertEqual(slot.visit_id, made)
        self.assertReads(self.rep2, made)
        self.assertHidden(self.rep2, other)
        with self.assertRaises(AccessError):
            slot.with_user(self.rep2).write({"date": "2026-03-04"})
        plan = self.slot(partner_id=self.new_customer.id)
        self.assertHidden(self.rep2, plan)
        self.doctor.member_ids.team_ids = self.env["crm.team"].create({"name": "Far"})
        self.env.invalidate_all()
        self.assertHidden(self.rep2, slot)

    def test_team_of_who_calls(self):
        """Callbacks stand under the team of who makes them, not of the owner."""
        teams = self.env["crm.team"].create(
            [
                {"name": "Callers", "member_ids": [Command.set(people.ids)]}
                for people in (self.rep, self.rep2)
            ]
        )
        self.policy([self.line(self.caller, 3)])
        self.open_file(self.new_customer)
        slot = self.slots(self.new_customer)
        self.assertEqual((slot.user_id, slot.team_id), (self.rep, teams[0]))
        self.caller.member_ids.user_id = self.rep2
        slot._pass_on_callbacks(self.company)
        self.assertEqual((slot.user_id, slot.team_id), (self.rep2, teams[1]))
