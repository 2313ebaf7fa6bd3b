# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .visits_callback_common import CallbackCommon

DAY = timedelta(days=1)
JOBS = "odoo.addons.crm_governance.models.visits.governance_visit_reminder_job"


class ReminderCommon(CallbackCommon):
    """The plans of rep for March and April 2026; it is Monday, 2 March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.open_plan(cls.rep, date(2026, 3, 1))
        cls.next_plan = cls.open_plan(cls.rep, date(2026, 4, 1))
        cls.plan._as_system().state = "approved"
        cls.kinds = cls.env["governance.visit.reminder"]

    @classmethod
    def open_plan(cls, user, month):
        plan = cls.env["governance.visit.plan"]._as_system()
        return plan.create({"user_id": user.id, "month": month}).with_env(cls.env)

    @classmethod
    def slot(cls, day, end=None, plan=None, **values):
        """Return what the policy asks for on a day, in a window until another day."""
        plan = plan or cls.plan
        slot = (
            cls.env["governance.visit.slot"]
            ._as_system()
            .create(
                {
                    "plan_id": plan.id,
                    "user_id": plan.user_id.id,
                    "company_id": plan.company_id.id,
                    "month": plan.month,
                    "partner_id": cls.open_customer.id,
                    "channel_id": cls.channels["visit"].id,
                    "key": f"test-{day}",
                    "window_start": plan.month,
                    "window_end": end or date(2026, 4, 1),
                    "date": day,
                    "date_due": day,
                    **values,
                }
            )
        )
        return slot.with_env(cls.env)

    def remind(self, moment=None):
        """Run the job at a moment (UTC)."""
        if moment:
            self.travel(moment)
        self.run_job("governance.visit.reminder", "_cron_remind")

    def reminders(self, kind, user=None):
        """Return who was reminded of something, oldest first."""
        self.env.flush_all()
        self.env.invalidate_all()
        mine = [("user_id", "=", user.id)] if user else []
        return self.kinds.search([("kind", "=", kind), *mine], order="id")

    def todos_at(self, record, user=None):
        """Return what somebody has to do about a record."""
        mine = [("user_id", "=", user.id)] if user else []
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id), *mine]
        )


@tagged("post_install", "-at_install")
class TestVisitsReminders(ReminderCommon):
    """People are reminded of what is due, each once (RC-11)."""

    # ------------------------------------------------------------------
    # PLANS
    # ------------------------------------------------------------------

    def test_plan_before_the_month_ends(self):
        """The person three days before, the leader on the day after (B-50)."""
        for day, person, leader in (
            (27, 0, 0),
            (28, 1, 0),
            (29, 1, 0),
            (31, 1, 0),
            (32, 1, 1),
            (35, 1, 1),
        ):
            with self.subTest(day=day):
                # Noon in Shanghai, twice: what was told is told once.
                moment = date(2026, 3, 1) + (day - 1) * DAY
                self.remind(f"{moment} 04:00:00")
                self.remind()
                self.assertEqual(len(self.reminders("plan", self.rep)), person)
                self.assertEqual(len(self.reminders("plan_late", self.leader)), leader)
        self.assertEqual(self.reminders("plan").moment, date(2026, 3, 31))
        self.assertFalse(self.reminders("plan_late", self.leader2))
        self.assertEqual(len(self.todos_at(self.next_plan, self.rep)), 1)
        self.assertEqual(len(self.todos_at(self.next_plan, self.leader)), 1)

    def test_day_where_the_company_works(self):
        self.remind("2026-03-27 15:59:00")
        self.assertFalse(self.reminders("plan"))
        self.remind("2026-03-27 16:00:00")
        self.assertTrue(self.reminders("plan"))

    def test_day_of_the_policy(self):
        self.policy(plan_days_before=5)
        self.remind("2026-03-22 04:00:00")
        self.assertFalse(self.reminders("plan"))
        self.remind("2026-03-23 04:00:00")
        self.assertEqual(self.reminders("plan").moment, date(2026, 3, 26))
        self.remind("2026-03-26 04:00:00")
        self.assertFalse(self.reminders("plan_late"))
        self.remind("2026-03-27 04:00:00")
        self.assertTrue(self.reminders("plan_late"))

    def test_submitted_plan(self):
        """Its to-dos go at once, and nobody is reminded again."""
        self.remind("2026-04-01 04:00:00")
        self.assertEqual(len(self.todos_at(self.next_plan)), 2)
        self.next_plan._as_system().state = "requested"
        self.assertFalse(self.todos_at(self.next_plan))
        self.remind("2026-04-02 04:00:00")
        self.assertEqual(len(self.reminders("plan")), 1)

    def test_plan_a_week_late(self):
        """One reminder for each, not seven; none for months that are over."""
        self.remind("2026-04-07 04:00:00")
        self.assertEqual(len(self.reminders("plan")), 1)
        self.assertEqual(len(self.reminders("plan_late")), 1)
        other = self.open_plan(self.rep2, date(2026, 2, 1))
        self.remind("2026-04-08 04:00:00")
        self.assertFalse(self.todos_at(other))

    # ------------------------------------------------------------------
    # VISITS
    # ------------------------------------------------------------------

    def test_due_with_nothing_planned(self):
        slot = self.slot(date(2026, 3, 4))
        self.remind("2026-03-03 04:00:00")
        self.assertFalse(self.reminders("due"))
        self.remind("2026-03-04 04:00:00")
        self.remind()
        self.assertEqual(len(self.reminders("due", self.rep)), 1)
        todo = self.todos_at(self.plan)
        self.assertEqual(todo.user_id, self.rep)
        self.assertIn("1", todo.summary)
        self.assertNotIn(self.open_customer.name, todo.summary)
        self.remind("2026-03-05 04:00:00")
        self.assertEqual(len(self.reminders("due")), 1)
        self.visit(date_start="2026-03-09 02:00:00")
        self.assertTrue(slot.visit_id)
        self.remind()
        self.assertFalse(self.todos_at(self.plan))

    def test_more_is_due(self):
        """What has become due since is one more reminder and still one to-do."""
        self.slot(date(2026, 3, 4))
        self.slot(date(2026, 3, 6), partner_id=self.new_customer.id)
        self.remind("2026-03-04 04:00:00")
        self.remind("2026-03-06 04:00:00")
        self.assertEqual(len(self.reminders("due")), 2)
        todo = self.todos_at(self.plan)
        self.assertEqual(len(todo), 1)
        self.assertIn("2", todo.summary)

    def test_counted_together(self):
        """However many are reminded, their contacts are counted in one go."""
        plans = [self.plan]
        for user in (self.rep2, self.leader, self.specialist):
            plans.append(self.open_plan(user, date(2026, 3, 1)))
            plans[-1]._as_system().state = "approved"
            for number in range(len(plans)):
                self.slot(date(2026, 3, 4), plan=plans[-1], key=f"{user.id}-{number}")
        self.slot(date(2026, 3, 4))
        slots = type(self.env["governance.visit.slot"])
        plain = slots._read_group
        asked = []

        def count(slots, domain, groupby=(), aggregates=(), **options):
            asked.append(groupby)
            return plain(slots, domain, groupby, aggregates, **options)

        with patch.object(slots, "_read_group", count):
            self.remind("2026-03-04 04:00:00")
        self.assertEqual(asked.count(["plan_id"]), 1)
        for number, plan in enumerate(plans, 1):
            todo = self.todos_at(plan, plan.user_id)
            self.assertIn(f": {number}", todo.summary)

    def test_a_week_late(self):
        for day in range(4, 11):
            self.slot(date(2026, 3, day))
        self.remind("2026-03-11 04:00:00")
        self.assertEqual(len(self.reminders("due")), 1)
        self.assertIn("7", self.todos_at(self.plan).summary)

    def test_overdue(self):
        """When the time is over: another reminder, with another to-do."""
        self.slot(date(2026, 3, 4), date(2026, 3, 8))
        self.remind("2026-03-04 04:00:00")
        self.remind("2026-03-07 04:00:00")
        self.assertFalse(self.reminders("overdue"))
        self.remind("2026-03-08 04:00:00")
        self.remind("2026-03-09 04:00:00")
        self.assertEqual(len(self.reminders("overdue", self.rep)), 1)
        todo = self.todos_at(self.plan)
        self.assertEqual(len(todo), 1, "it is not due any more")
        self.assertIn("verdue", todo.summary)

    def test_what_nobody_has_to_do(self):
        visit = self.visit(date_start="2026-03-30 02:00:00")
        for values in (
            {"is_optional": True},
            {"state": "waived"},
            {"state": "void"},
            {"visit_id": visit.id},
            {"date_done": date(2026, 3, 2)},
        ):
            self.slot(date(2026, 3, 4), date(2026, 3, 8), key=str(values), **values)
        self.remind("2026-03-09 04:00:00")
        self.assertFalse(self.reminders("due") | self.reminders("overdue"))

    # ------------------------------------------------------------------
    # REPORTS AND PROMISES
    # ------------------------------------------------------------------

    def test_report_late(self):
        """Two days after the visit the report is due, the day after it is late."""
        visit = self.visit(date_start="2026-03-04 02:00:00")
        self.travel("2026-03-04 05:00:00")
        visit.action_hold()
        for moment, count in (
            ("2026-03-06 15:59:00", 0),
            ("2026-03-06 16:00:00", 1),
            ("2026-03-09 04:00:00", 1),
        ):
            self.remind(moment)
            self.assertEqual(len(self.reminders("report_late", self.rep)), count)
        self.assertEqual(len(self.todos_at(visit, self.rep)), 1)
        self.report(visit)
        self.assertFalse(self.todos_at(visit))
        self.remind("2026-03-10 04:00:00")
        self.assertFalse(self.todos_at(visit))

    def test_visit_that_nobody_reported_at_all(self):
        visit = self.visit(date_start="2026-03-04 02:00:00")
        self.remind("2026-03-07 04:00:00")
        self.assertEqual(len(self.todos_at(visit, self.rep)), 1)
        visit.cancel("They were closed")
        self.assertFalse(self.todos_at(visit))

    def test_promise_late(self):
        visit = self.visit(date_start="2026-03-04 02:00:00")
        promise = self.promise(visit)
        messages = [
            ("model", "=", promise._name),
            ("res_id", "=", promise.id),
            ("subject", "=", "A promise is late"),
        ]
        for moment, count in (
            ("2026-03-10 04:00:00", 0),
            ("2026-03-11 04:00:00", 1),
            ("2026-03-12 04:00:00", 1),
        ):
            self.remind(moment)
            self.assertEqual(len(self.reminders("promise_late", self.rep)), count)
            found = self.env["mail.message"].search(messages)
            self.assertEqual(len(found), count)
        self.assertEqual(found.partner_ids, self.rep.partner_id)
        self.assertIn("Send the list", found.body)

    # ------------------------------------------------------------------
    # EACH ONCE
    # ------------------------------------------------------------------

    def test_database_takes_it_once(self):
        self.remind("2026-03-28 04:00:00")
        reminder = self.reminders("plan")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.kinds._seal().create(
                {
                    name: reminder._fields[name].convert_to_write(
                        reminder[name], reminder
                    )
                    for name in (
                        "kind",
                        "user_id",
                        "company_id",
                        "res_model",
                        "res_id",
                        "moment",
                    )
                }
            )

    def test_failure_leaves_nothing_behind(self):
        """Without a to-do there is no line either: the next run reminds."""
        self.slot(date(2026, 3, 4))
        model = type(self.kinds)

        def broken(_self):
            raise ConnectionError("No mail server")

        with patch.object(model, "_get_summary_due", broken), mute_logger(JOBS):
            self.remind("2026-03-28 04:00:00")
        self.assertFalse(self.reminders("due"))
        self.assertTrue(self.reminders("plan"), "it stops no other step")
        self.remind()
        self.assertEqual(len(self.reminders("due")), 1)
        self.assertEqual(len(self.todos_at(self.plan)), 1)

    def test_one_failure_stops_nobody_else(self):
        """What fails again and again is named, and the others are reminded."""
        broken = self.open_plan(self.rep2, date(2026, 4, 1))
        others = [
            self.open_plan(user, date(2026, 4, 1))
            for user in (self.leader, self.specialist)
        ]
        activities = type(self.env["mail.activity"])
        create = activities.create

        def refuse(activity, vals_list):
            if broken.id in [values.get("res_id") for values in vals_list]:
                raise ValueError("Refused")
            return create(activity, vals_list)

        with (
            patch.object(activities, "create", refuse),
            patch(f"{JOBS}.BATCH", 3),
            self.assertLogs(JOBS, "WARNING") as log,
        ):
            self.remind("2026-03-28 04:00:00")
        self.assertEqual(len(log.output), 1)
        self.assertIn(str(self.company), log.output[0])
        self.assertIn(f"'governance.visit.plan', {broken.id}", log.output[0])
        self.assertFalse(self.todos_at(broken))
        for plan in (self.next_plan, *others):
            self.assertEqual(len(self.todos_at(plan)), 1)

    def test_done_in_batches(self):
        """To-dos of what is done go batch by batch, each for itself."""
        plans = [
            self.open_plan(user, date(2026, 4, 1))
            for user in (self.rep2, self.leader, self.specialist)
        ]
        self.remind("2026-03-28 04:00:00")
        todos = self.env["mail.activity"].browse(
            sorted(id_ for plan in plans for id_ in self.todos_at(plan).ids)
        )
        ids = [plan.id for plan in plans]
        self.env.cr.execute(
            "UPDATE governance_visit_plan SET state = 'approved' WHERE id = ANY(%s)",
            [ids],
        )
        activities = type(self.env["mail.activity"])
        unlink = activities.unlink

        def refuse(activity):
            if todos[0] in activity:
                raise ValueError("Refused")
            return unlink(activity)

        with (
            patch.object(activities, "unlink", refuse),
            patch(f"{JOBS}.BATCH", 2),
            self.assertLogs(JOBS, "WARNING") as log,
        ):
            self.remind()
        self.assertEqual(len(log.output), 1)
        self.assertEqual(todos.exists(), todos[0])
        crons = type(self.env["ir.cron"])
        left = todos[0] | self.todos_at(self.next_plan)
        self.env.cr.execute(
            "UPDATE governance_visit_plan SET state = 'approved' WHERE id = %s",
            [self.next_plan.id],
        )
        with (
            patch.object(crons, "_commit_progress", lambda *_args, **_kwargs: 0),
            patch(f"{JOBS}.BATCH", 1),
        ):
            self.assertFalse(self.kinds._do_step(self.company, "settle"))
        self.assertEqual(len(left.exists()), 1, "the rest is for the next run")

    def test_killed_half_way(self):
        """What was committed is not repeated, the rest follows."""
        plans = [
            self.open_plan(user, date(2026, 4, 1))
            for user in (self.rep2, self.leader, self.specialist)
        ]
        model = type(self.kinds)
        crons = type(self.env["ir.cron"])

        def commit(*_args, **_kwargs):
            return 0 if self.reminders("plan") else 1000

        with (
            patch.object(crons, "_commit_progress", commit),
            patch(f"{JOBS}.BATCH", 2),
        ):
            self.travel("2026-03-28 04:00:00")
            model._cron_remind(self.kinds)
        count = len(self.reminders("plan"))
        self.remind()
        reminded = self.reminders("plan")
        self.assertEqual(count, 2)
        self.assertEqual(
            sorted(reminded.mapped("res_id")),
            sorted([self.next_plan.id, *(plan.id for plan in plans)]),
        )
        for plan in plans:
            self.assertEqual(len(self.todos_at(plan)), 1)

    # ------------------------------------------------------------------
    # ONCE A DAY
    # ------------------------------------------------------------------

    def test_what_depends_on_the_day(self):
        """It is asked for once a day, and again when something has failed."""
        model = type(self.kinds)
        plain = model._get_rows_report_late
        asked = []

        def count(reminders, company, today):
            asked.append(company)
            return plain(reminders, company, today)

        def broken(*_args):
            raise ValueError("Broken")

        with patch.object(model, "_get_rows_report_late", count):
            for moment, times in (
                # The day ends at 16:00 UTC.
                ("2026-03-04 04:00:00", 1),
                ("2026-03-04 05:00:00", 1),
                ("2026-03-04 15:59:00", 1),
                ("2026-03-04 16:00:00", 2),
            ):
                self.remind(moment)
                self.assertEqual(asked.count(self.company), times)
            self.visit(date_start="2026-03-02 02:00:00")
            with patch.object(model, "_remind", broken), mute_logger(JOBS):
                self.remind("2026-03-06 04:00:00")
            self.remind()
            self.assertEqual(asked.count(self.company), 4, "what failed, again")
            with patch.object(model, "_get_new_sql", broken), mute_logger(JOBS):
                self.remind("2026-03-07 04:00:00")
            self.remind()
        self.assertEqual(asked.count(self.company), 6)
        self.assertEqual(len(self.reminders("report_late")), 1)

    def test_what_was_not_reached(self):
        """A job that is out of time goes on in the same hour."""
        self.slot(date(2026, 3, 4))
        crons = type(self.env["ir.cron"])
        self.travel("2026-03-04 04:00:00")
        with patch.object(crons, "_commit_progress", lambda *_args, **_kwargs: 0):
            self.assertFalse(self.kinds._do_step(self.company, "due"))
        self.assertFalse(self.env["governance.visit.run"]._is_done("due", self.company))

    def test_to_do_of_the_day_where_the_company_is(self):
        """What is due today there is not overdue, whatever day it is elsewhere."""
        self.slot(date(2026, 3, 4), date(2026, 3, 8))
        # It is 16:30 on the 7th in London, and the 8th in Shanghai.
        self.remind("2026-03-07 04:00:00")
        todo = self.todos_at(self.plan)
        self.remind("2026-03-07 16:30:00")
        self.assertFalse(todo.exists())
        self.assertIn("verdue", self.todos_at(self.plan).summary)

    def test_people_who_have_left(self):
        self.rep.active = False
        self.remind("2026-03-28 04:00:00")
        self.assertFalse(self.reminders("plan"))

    def test_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.rep.lang = "fr_FR"
        model = type(self.kinds)
        languages = []
        plain = model._get_summary_plan

        def seen(reminder):
            languages.append(reminder.env.lang)
            return plain(reminder)

        with patch.object(model, "_get_summary_plan", seen):
            self.remind("2026-03-28 04:00:00")
        self.assertEqual(languages, ["fr_FR"])

    def test_words(self):
        """Each to-do says what is to be done, and since when."""
        self.slot(date(2026, 3, 4), date(2026, 3, 8))
        self.slot(date(2026, 3, 9))
        visit = self.visit(
            date_start="2026-03-05 02:00:00", channel_id=self.channels["call"].id
        )
        self.remind("2026-03-10 04:00:00")
        said = (self.todos_at(self.plan) | self.todos_at(visit)).mapped("summary")
        self.assertEqual(
            sorted(said),
            [
                "Due with nothing planned: 1",
                "Overdue with nothing planned: 1",
                "The report was due on 03/07/2026: submit it now",
            ],
        )
        self.remind("2026-03-28 04:00:00")
        [mine] = self.todos_at(self.next_plan, self.rep)
        self.assertEqual(mine.summary, "Submit the visit plan by 03/31/2026")
        self.remind("2026-04-01 04:00:00")
        [late] = self.todos_at(self.next_plan, self.leader)
        self.assertEqual(
            late.summary,
            f"{self.rep.name} has not submitted the visit plan, which was due on "
            "03/31/2026",
        )

    def test_no_mail_for_each(self):
        """They are on the list of to-dos; the digest is the only message."""
        self.slot(date(2026, 3, 4))
        before = self.env["mail.message"].search_count([])
        self.remind("2026-03-28 04:00:00")
        self.assertTrue(self.todos_at(self.plan))
        self.assertEqual(self.env["mail.message"].search_count([]), before)

    def test_nobody_follows_by_being_reminded(self):
        """A to-do ends with what it is about; following would go on for ever."""
        plan = self.open_plan(self.rep2, date(2026, 4, 1))
        self.next_plan.message_subscribe(self.rep.partner_id.ids)
        plan.message_unsubscribe(self.rep2.partner_id.ids)
        visit = self.visit(date_start="2026-03-04 02:00:00")
        visit.message_unsubscribe(self.rep.partner_id.ids)
        lead = self.env["crm.lead"].create(
            {"name": "A deal", "type": "opportunity", "user_id": self.rep.id}
        )
        for record in (self.new_customer, lead):
            record.message_unsubscribe(self.rep.partner_id.ids)
        self.policy([self.line(self.caller, 15)])
        self.open_file()
        self.slot(date(2026, 3, 20), lead_id=lead.id, partner_id=False)
        self.remind("2026-03-28 04:00:00")
        for record, user in (
            (plan, self.rep2),
            (self.next_plan, self.rep),
            (visit, self.rep),
            (self.new_customer, self.rep),
            (lead, self.rep),
        ):
            self.assertEqual(len(self.todos_at(record, user)), 1)
        for record in (self.new_customer, lead):
            self.assertNotIn(self.rep.partner_id, record.message_partner_ids)
        self.assertNotIn(self.rep2.partner_id, plan.message_partner_ids)
        self.assertNotIn(self.rep.partner_id, visit.message_partner_ids)
        self.assertIn(self.rep.partner_id, self.next_plan.message_partner_ids)

    def test_scheduled_jobs(self):
        for name in ("remind", "digest"):
            job = self.env.ref(f"crm_governance.ir_cron_visit_{name}")
            self.assertTrue(job.active)
            with self.enter_registry_test_mode():
                job.method_direct_trigger()

    # ------------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------------

    def test_who_reads(self):
        self.remind("2026-03-28 04:00:00")
        reminder = self.reminders("plan")
        for user in (self.rep, self.auditor, self.manager):
            self.assertTrue(reminder.with_user(user).search([("kind", "=", "plan")]))
        for user in (self.rep2, self.leader2):
            self.assertFalse(reminder.with_user(user).search([]))
        with self.assertRaises(AccessError):
            reminder.with_user(self.employee).search([])

    def test_evidence(self):
        """Nobody adds, changes or deletes it by hand."""
        self.remind("2026-03-28 04:00:00")
        reminder = self.reminders("plan")
        for user in (self.rep, self.manager, self.env.ref("base.user_admin")):
            mine = reminder.with_user(user)
            for step in (
                lambda mine=mine: mine.write({"kind": "due"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
            ):
                with self.assertRaises(AccessError):
                    step()
