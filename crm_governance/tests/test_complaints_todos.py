# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""To-dos are there as long as there is something to do, on the desk of who does it."""

from odoo.fields import Command
from odoo.tests import tagged

from .complaints_common import ComplaintCommon

TYPE = "crm_governance.mail_activity_type_complaint_%s"
OVER = ("closed", "withdrawn", "duplicate")


class TodoCommon(ComplaintCommon):
    def todos(self, complaint, name):
        """Return the open to-dos of a kind."""
        kind = self.env.ref(TYPE % name)
        complaint.invalidate_recordset()
        todos = complaint.sudo().activity_ids
        return todos.filtered(lambda todo: todo.activity_type_id == kind)

    def assertTodo(self, complaint, name, *users):
        """Each of the users has one such to-do, and nobody else has any."""
        people = self.todos(complaint, name).mapped("user_id.login")
        self.assertEqual(sorted(people), sorted(user.login for user in users))


@tagged("post_install", "-at_install")
class TestTargetTodos(TodoCommon):
    """A rung gives to-dos that last as long as its clock runs (D-33, D-34)."""

    RUNGS = [
        {"share": 50, "recipient": "handler"},
        {"share": 100, "recipient": "unit_leader"},
        {"share": 100, "recipient": "supervising", "notice": "message"},
    ]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.policy(
            [
                {"kind": "first_response", "amount": 4},
                {"kind": "next_response", "amount": 4},
            ],
            cls.RUNGS,
        )

    def complaint(self, **values):
        complaint = self.draft(self.cmanager, **values).sudo()
        complaint._as_system().write(
            {
                "state": "assigned",
                "policy_id": self.rules.id,
                "user_id": self.handler.id,
                "unit_id": self.workshop.id,
                "supervising_unit_id": self.supervision.id,
            }
        )
        complaint._log_event("received", date=complaint.date_received)
        return complaint

    def escalate(self, moment=None):
        if moment:
            self.travel(f"2026-03-{moment}:00")
        self.run_job("governance.complaint.clock", "_cron_escalate")

    def test_once_for_each_rung_and_person(self):
        complaint = self.complaint()
        self.escalate("02 10:59")
        self.assertTodo(complaint, "target")
        for _time in range(2):
            self.escalate("02 11:00")
            self.assertTodo(complaint, "target", self.handler)
        for _time in range(2):
            self.escalate("02 13:00")
            self.assertTodo(complaint, "target", self.handler, self.chief)
        for todo in self.todos(complaint, "target"):
            self.assertEqual(todo.summary, f"{complaint.name}: First response")
            self.assertEqual(str(todo.date_deadline), "2026-03-02")
            self.assertNotIn("Open Trading", f"{todo.summary} {todo.note}")
        self.assertNotIn(self.chief.partner_id, complaint.message_partner_ids)

    def test_in_the_own_language_and_day(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        values = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "governance.complaint.escalation"),
                ("field_id.name", "=", "kind"),
                ("value", "=", "first_response"),
            ]
        )
        values.with_context(lang="zh_CN").name = "首次回复"
        self.env.registry.clear_cache()
        self.handler.write({"lang": "zh_CN", "tz": "Pacific/Auckland"})
        complaint = self.complaint()
        self.escalate("02 13:00")
        todo = self.todos(complaint, "target")
        mine = todo.filtered(lambda one: one.user_id == self.handler)
        self.assertIn("首次回复", mine.summary)
        self.assertEqual(str(mine.date_deadline), "2026-03-03")
        other = (todo - mine).summary
        self.assertIn("First response", other)

    def test_gone_with_the_clock(self):
        """Met, cancelled or over: nobody keeps a to-do of it."""
        for kind in ("response", "answered", *OVER):
            with self.subTest(kind):
                self.travel(self.NOW)
                complaint = self.complaint()
                self.escalate("02 14:00")
                self.assertTodo(complaint, "target", self.handler, self.chief)
                complaint._log_event(kind)
                self.assertTodo(complaint, "target")

    def test_late_job(self):
        """What was done before the job looked is nobody's to-do."""
        complaint = self.complaint()
        self.travel("2026-03-02 14:00:00")
        complaint._log_event("response")
        self.escalate("09 09:00")
        self.assertEqual(len(complaint.escalation_ids), 3)
        self.assertTodo(complaint, "target")

    def test_paused(self):
        """They go while we wait for the customer, and come back with a later day."""
        complaint = self.complaint()
        self.escalate("02 11:30")
        self.assertTodo(complaint, "target", self.handler)
        complaint._log_event("waiting")
        self.assertTodo(complaint, "target")
        self.escalate("04 12:00")
        complaint._log_event("resumed")
        self.assertTodo(complaint, "target", self.handler)
        self.assertEqual(
            str(self.todos(complaint, "target").date_deadline), "2026-03-04"
        )
        complaint._log_event("response")
        self.assertTodo(complaint, "target")

    def test_job_while_it_stands(self):
        """What a job tells late of a clock that stands is a to-do when it goes on."""
        complaint = self.complaint()
        self.travel("2026-03-02 11:30:00")
        complaint._log_event("waiting")
        self.escalate("03 12:00")
        self.assertEqual(len(complaint.escalation_ids), 1)
        self.assertTodo(complaint, "target")
        complaint._log_event("resumed")
        self.assertTodo(complaint, "target", self.handler)

    def test_done_by_hand(self):
        """Whoever has ticked it off does not get it back."""
        complaint = self.complaint()
        self.escalate("02 11:30")
        self.todos(complaint, "target").with_user(self.handler).action_done()
        for kind in ("waiting", "resumed"):
            complaint._log_event(kind)
            self.assertTodo(complaint, "target")

    def test_deadline_moves(self):
        complaint = self.complaint()
        self.escalate("02 11:30")
        complaint._log_event(
            "extended", kinds=["first_response"], until="2026-03-06 09:00:00"
        )
        todo = self.todos(complaint, "target")
        self.assertEqual(str(todo.date_deadline), "2026-03-06")

    def test_next_run(self):
        """The to-do of one message is not that of the next."""
        complaint = self.complaint()
        complaint._log_event("response")
        for day in ("03", "04"):
            self.travel(f"2026-03-{day} 09:00:00")
            complaint._log_event("inbound")
            self.escalate(f"{day} 11:30")
            self.assertTodo(complaint, "target", self.handler)
            complaint._log_event("response")
            self.assertTodo(complaint, "target")

    def test_role_goes_over(self):
        """They are on the desk of who handles and who supervises it now."""
        complaint = self.complaint()
        self.escalate("02 13:00")
        unit = self.env["governance.complaint.unit"].create(
            {
                "name": "Paint Shop",
                "code": "T-PS",
                "leader_id": self.service.id,
                "member_ids": [Command.set(self.handler2.ids)],
            }
        )
        manager = complaint.with_user(self.cmanager)
        manager.assign(self.workshop.id, self.handler2.id)
        self.assertTodo(complaint, "target", self.handler2, self.chief)
        manager.assign(unit.id, self.handler2.id)
        self.assertTodo(complaint, "target", self.handler2, self.service)

    def test_who_may_not_read(self):
        complaint = self.complaint()
        self.classify(self.open_customer, self.level2)
        self.escalate("02 13:00")
        self.assertEqual(len(complaint.escalation_ids), 3)
        self.assertTodo(complaint, "target")

    def test_plain_message(self):
        """A rung says whether it gives to-dos; the presets do where one has to act."""
        rungs = self.env["governance.complaint.rung"].search(
            [("policy_id.is_preset", "=", True)]
        )
        self.assertEqual(
            set(rungs.filtered(lambda one: one.notice == "todo").mapped("recipient")),
            {"handler", "unit_leader", "committee"},
        )


@tagged("post_install", "-at_install")
class TestHandlerTodos(TodoCommon):
    """What a handler has to do goes with the matter, and with the complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steps = cls.procedure(
            needs_reply=True, needs_confirmation=True, needs_prevention=True
        )
        cls.env["governance.complaint.route"].create(
            {
                "name": "All",
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
            }
        )

    def complaint(self, handler=None, state="to_reply"):
        """Return a complaint that a manager has given to a handler, as superuser."""
        complaint = self.draft()
        complaint.action_register()
        complaint = complaint.sudo()
        complaint._as_system().write({"state": state, "is_accepted": True})
        self.assign(complaint, handler or self.handler)
        return complaint

    def assign(self, complaint, user=None, unit=None):
        complaint.with_user(self.cmanager).sudo(False).assign(
            (unit or self.workshop).id, user and user.id
        )

    def answer(self, complaint):
        complaint._log_event("answered")
        complaint._answered()

    def test_handled(self):
        """Gone after the answer, and with each end."""
        for kind in ("answered", *OVER):
            with self.subTest(kind):
                complaint = self.complaint()
                self.assertTodo(complaint, "handle", self.handler)
                complaint._log_event(kind)
                self.assertTodo(complaint, "handle")

    def test_really_closed_and_withdrawn(self):
        complaint = self.complaint()
        complaint.with_user(self.handler).sudo(False).withdraw("He says so")
        self.assertTodo(complaint, "handle")
        complaint = self.complaint()
        self.answer(complaint)
        self.assertTodo(complaint, "handle")

    def test_another_handler(self):
        complaint = self.complaint()
        complaint._tell_of_customer()
        self.assign(complaint, self.handler2)
        for name in ("handle", "answer"):
            self.assertTodo(complaint, name, self.handler2)

    def test_nobody_handles(self):
        """Given back to the unit, its supervisor sees what the customer writes."""
        complaint = self.complaint()
        complaint._tell_of_customer()
        self.assign(complaint)
        self.assertTodo(complaint, "handle")
        self.assertTodo(complaint, "answer", self.chief)
        complaint.with_user(self.handler2).sudo(False).action_take()
        self.assertTodo(complaint, "answer", self.handler2)

    def test_named_at_registration(self):
        """Who is chosen on the telephone finds it on the desk."""
        complaint = self.draft(user_id=self.handler.id, unit_id=self.workshop.id)
        complaint.action_register()
        self.assertTodo(complaint, "handle", self.handler)

    def test_customer_writes(self):
        """One to-do however often the customer writes, until we are in touch."""
        complaint = self.complaint()
        for _time in range(2):
            complaint._tell_of_customer()
        self.assertTodo(complaint, "answer", self.handler)
        complaint._log_event("response")
        self.assertTodo(complaint, "answer")
        self.assertTodo(complaint, "handle", self.handler)

    def test_customer_rejects(self):
        complaint = self.complaint()
        self.answer(complaint)
        complaint.with_user(self.handler).sudo(False).note_rejection("Still loose")
        self.assertTodo(complaint, "handle", self.handler)
        self.assertIn("Still loose", self.todos(complaint, "handle").note)

    def test_customer_accepts(self):
        """What is left to complete is a to-do until it is closed, or rejected."""
        for kind in ("rejected", "closed"):
            with self.subTest(kind):
                complaint = self.complaint()
                self.answer(complaint)
                mine = complaint.with_user(self.handler).sudo(False)
                mine.note_confirmation("By telephone")
                self.assertTodo(complaint, "close", self.handler)
                if kind == "rejected":
                    mine.note_rejection("Not after all")
                else:
                    mine.prevention = "Better boxes"
                    mine.action_close()
                self.assertTodo(complaint, "close")

    def test_callback(self):
        """Whoever is in touch again, or satisfied after all, is not called back."""
        for settle in (
            lambda one: one._log_event("response"),
            lambda one: one.rating_apply(5, rating=one.rating_ids, feedback="Fine"),
        ):
            complaint = self.complaint()
            complaint._rating_get_access_token()
            complaint.rating_apply(1, rating=complaint.rating_ids, feedback="Bad")
            self.assertTodo(complaint, "callback", self.service)
            settle(complaint)
            self.assertTodo(complaint, "callback")

    def test_what_people_plan(self):
        """To-dos that people have planned themselves are theirs."""
        complaint = self.complaint()
        own = self.env["mail.activity"].create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "res_model_id": self.env["ir.model"]._get_id(complaint._name),
                "res_id": complaint.id,
                "user_id": self.handler.id,
                "summary": "Ask the carrier",
            }
        )
        complaint.with_user(self.handler).sudo(False).withdraw("He says so")
        self.assertTrue(own.exists())
