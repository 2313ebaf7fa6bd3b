# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date, Datetime
from odoo.tests import Form, tagged

from .complaints_common import ComplaintCommon
from .confidentiality_common import JOBS


class ActionCommon(ComplaintCommon):
    """A complaint in investigation, handled by handler; cmanager verifies actions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [cls.group_step("group_complaint_manager")], subject="complaint_action"
        )
        cls.cause = cls.env["governance.complaint.cause"].create(
            {"name": "Loose screws", "code": "test_screws"}
        )

    def setUp(self):
        super().setUp()
        self.complaint = self.handled()

    def handled(self, state="assigned", **values):
        """Return a complaint that the workshop handles, in a state."""
        complaint = self.draft()
        complaint._as_system().write(
            {
                "state": state,
                "unit_id": self.workshop.id,
                "supervising_unit_id": self.supervision.id,
                "user_id": self.handler.id,
                "cause_id": self.cause.id,
                **values,
            }
        )
        return complaint

    def close(self, complaint=None):
        """Let a complaint be closed now, and react to it."""
        complaint = (complaint or self.complaint).sudo()
        complaint._as_system().write({"state": "closed", "date_closed": Datetime.now()})
        complaint._complaint_closed()

    def plan(self, user=None, **values):
        """Return an action that handler plans and handler2 owns, until 9 March."""
        actions = self.env["governance.complaint.action"].with_user(
            user or self.handler
        )
        return actions.create(
            {
                "complaint_id": self.complaint.id,
                "name": "Tighten the screws",
                "user_id": self.handler2.id,
                "date_deadline": "2026-03-09",
                **values,
            }
        )

    def verified(self, **values):
        """Return an action that was done and verified."""
        action = self.plan(**values)
        action.with_user(self.handler2).report_done("All are tight.")
        self.decide(action)
        return action

    def decide(self, action, verdict="approved", user=None):
        request = action.sudo().approval_request_id
        request.with_user(user or self.cmanager).decide(verdict, "Looked at it")
        self.env.invalidate_all()

    def todos(self, action, user=None):
        todos = action.sudo().activity_ids
        return todos.filtered(lambda todo: todo.user_id == user) if user else todos


@tagged("post_install", "-at_install")
class TestActions(ActionCommon):
    """Corrective actions: planned, done, verified, proved (D-05, D-31, D-32)."""

    def test_from_the_plan_to_the_proof(self):
        """The owner does it, a manager verifies it, the supervision sees the effect."""
        action = self.plan()
        self.assertReads(self.handler2, action)
        [todo] = self.todos(action)
        self.assertEqual(todo.user_id, self.handler2)
        self.assertEqual(todo.date_deadline, Date.to_date("2026-03-09"))
        action.with_user(self.handler2).report_done("All are tight.")
        self.assertEqual(action.state, "verification")
        self.assertFalse(self.todos(action, self.handler2))
        self.decide(action)
        self.assertEqual(action.state, "done")
        self.assertFalse(action.date_check, "The complaint is still open.")
        self.close()
        self.assertEqual(action.date_check, Date.to_date("2026-05-31"))
        self.assertEqual(action.checker_id, self.overseer)
        with self.assertSays("check it on 05/31/2026 or later"):
            action.with_user(self.overseer).check_effect("effective", "None came in.")
        self.travel("2026-06-01 09:00:00")
        self.assertTrue(action.with_user(self.overseer).can_check)
        action.with_user(self.overseer).check_effect("effective", "None came in.")
        self.assertEqual(action.state, "effective")
        self.assertEqual(action.check_ids.outcome, "effective")
        deeds = [
            event.details["what"]
            for event in self.complaint.sudo().event_ids.sorted("id")
            if event.kind == "action"
        ]
        self.assertEqual(deeds, ["reported", "verified", "effective"])

    def test_nobody_judges_the_own_work(self):
        """Neither the owner nor the handler verifies, nor checks the effect."""
        manager = self.env.ref("crm_governance.group_complaint_manager")
        (self.handler | self.handler2).group_ids |= manager
        action = self.plan()
        action.with_user(self.handler2).report_done("All are tight.")
        for user in (self.handler, self.handler2):
            with self.assertRaises(UserError):
                self.decide(action, user=user)
        self.decide(action)
        self.close()
        self.travel("2026-06-01 09:00:00")
        for user in (self.handler, self.handler2):
            self.assertFalse(action.with_user(user).can_check)
            with self.assertSays("never who owns the action", AccessError):
                action.with_user(user).check_effect("effective", "Fine.")
        with self.assertSays("Somebody else checks", ValidationError):
            self.plan(checker_id=self.handler2.id)

    def test_only_the_owner_says_that_it_is_done(self):
        action = self.plan()
        for user in (self.handler, self.chief, self.cmanager):
            with self.assertSays("only .* says that it is done", AccessError):
                action.with_user(user).report_done("Done.")
        with self.assertSays("Say what was done"):
            action.with_user(self.handler2).report_done("  ")
        self.assertEqual(action.state, "open")

    def test_who_has_an_interest_owns_no_action(self):
        """The salesperson of the customer does not improve the own work."""
        with self.assertSays("has an interest in the matter"):
            self.plan(user_id=self.rep.id)
        with self.assertSays("has an interest in the matter"):
            self.plan(checker_id=self.rep.id)
        action = self.plan()
        with self.assertSays("has an interest in the matter"):
            action.user_id = self.rep

    def test_a_deadline_lies_ahead(self):
        with self.assertSays("is over. Choose today"):
            self.plan(date_deadline="2026-03-01")
        action = self.plan()
        action.date_deadline = "2026-03-20"
        self.assertEqual(action.date_first, Date.to_date("2026-03-09"))
        self.assertEqual(self.todos(action).date_deadline, Date.to_date("2026-03-20"))

    def test_the_owner_reads_the_complaint(self):
        """Somebody of another department gets to know what it is about, no more."""
        self.assertHidden(self.rep2, self.complaint)
        action = self.plan(user_id=self.rep2.id)
        self.assertReads(self.rep2, self.complaint)
        self.assertReads(self.rep2, action)
        self.assertFalse(self.complaint.with_user(self.rep2).has_access("write"))
        self.assertFalse(action.with_user(self.rep2).has_access("write"))
        action.with_user(self.rep2).report_done("All are tight.")
        with self.assertSays("may not read this complaint"):
            self.plan(user_id=self.employee.id)

    def test_confidential_customers(self):
        """An action of a hidden customer goes only to who may read of it."""
        self.complaint = self.handled(partner_id=self.secret.id)
        with self.assertSays("may not read this complaint"):
            self.plan(user=self.boss_handler())
        action = self.plan(user=self.boss_handler(), user_id=self.boss_handler().id)
        self.assertHidden(self.handler, action)
        self.assertNotIn(
            "Secret", action.with_user(self.handler).sudo().display_name or ""
        )

    def boss_handler(self):
        self.boss.group_ids |= self.env.ref("crm_governance.group_complaint_manager")
        return self.boss

    def test_ineffective_is_taken_up_again(self):
        """What was done is kept in the check, and the owner has the to-do again."""
        action = self.verified()
        self.close()
        self.travel("2026-06-01 09:00:00")
        checker = action.with_user(self.overseer)
        with self.assertSays("Choose a day after today"):
            checker.check_effect("ineffective", "Three came in.")
        checker.check_effect("ineffective", "Three came in.", "2026-06-15")
        self.assertEqual((action.state, action.round_count), ("open", 2))
        self.assertFalse(action.result)
        self.assertEqual(action.check_ids.result, "All are tight.")
        self.assertEqual(
            self.todos(action, self.handler2).date_deadline, Date.to_date("2026-06-15")
        )
        action.with_user(self.handler2).report_done("Glued as well.")
        self.decide(action)
        self.assertEqual(action.date_check, Date.to_date("2026-08-30"))

    def test_inconclusive_looks_again(self):
        action = self.verified()
        self.close()
        self.travel("2026-06-01 09:00:00")
        checker = action.with_user(self.overseer)
        checker.check_effect("inconclusive", "Too few orders.", "2026-07-01")
        self.assertEqual(action.state, "done")
        self.assertEqual(action.date_check, Date.to_date("2026-07-01"))
        with self.assertSays("07/01/2026 or later"):
            checker.check_effect("effective", "Fine.")
        self.travel("2026-07-01 09:00:00")
        checker.check_effect("effective", "Fine.")
        self.assertEqual(
            action.check_ids.mapped("outcome"), ["effective", "inconclusive"]
        )

    def test_no_check_of_an_open_complaint(self):
        """Opened again, the complaint takes the check back; closed, it begins anew."""
        action = self.verified()
        self.close()
        self.complaint._as_system().state = "assigned"
        self.complaint.sudo()._complaint_reopened()
        self.assertFalse(action.date_check)
        self.assertFalse(self.todos(action, self.overseer))
        self.travel("2026-04-01 09:00:00")
        self.close()
        self.assertEqual(action.date_check, Date.to_date("2026-06-30"))

    def test_not_verified(self):
        """What was refused, or not decided in time, is still to be done."""
        action = self.plan()
        action.with_user(self.handler2).report_done("All are tight.")
        self.decide(action, "rejected")
        self.assertEqual(action.state, "open")
        self.assertTrue(self.todos(action, self.handler2))
        action.with_user(self.handler2).report_done("Now they are.")
        action.with_user(self.handler2).action_approval_withdraw()
        self.assertEqual(action.state, "open")

    def test_closing_waits_for_corrective_actions(self):
        """A preventive action may take longer than the complaint."""
        preventive = self.plan(kind="preventive")
        self.assertFalse(self.complaint._get_closing_errors_of_actions())
        corrective = self.plan()
        [error] = self.complaint._get_closing_errors_of_actions()
        self.assertIn("Tighten the screws", error)
        corrective.with_user(self.handler2).report_done("All are tight.")
        self.decide(corrective)
        self.assertFalse(self.complaint._get_closing_errors_of_actions())
        self.close()
        preventive.with_user(self.handler2).report_done("Trained.")
        self.decide(preventive)
        self.assertEqual(preventive.date_check, Date.to_date("2026-05-31"))

    def test_dropping(self):
        """The supervisor of the unit drops, with a reason; the owner never does."""
        action = self.plan()
        for user in (self.handler, self.handler2):
            with self.assertSays("supervisor of the handling unit", AccessError):
                action.with_user(user).drop("Not needed.")
        with self.assertSays("Say why"):
            action.with_user(self.chief).drop(" ")
        action.with_user(self.chief).drop("The machine is sold.")
        self.assertEqual(action.state, "dropped")
        self.assertFalse(self.todos(action))

    def test_state_and_evidence_are_out_of_reach(self):
        """Nobody writes them, deletes actions or moves them, managers included."""
        action = self.verified()
        other = self.plan()
        for user in (self.handler, self.handler2, self.cmanager, self.manager):
            for values in (
                {"state": "effective"},
                {"date_check": "2026-03-02"},
                {"result": "Better"},
                {"round_count": 0},
            ):
                self.assertRefused(user, action._name, "write", other.ids, values)
            self.assertRefused(user, action._name, "unlink", other.ids)
            self.assertRefused(user, action._name, "write", action.ids, {"name": "x"})
            self.assertRefused(
                user, "governance.complaint.action.check", "create", [{}]
            )
        complaint = self.handled()
        self.assertRefused(
            self.handler,
            other._name,
            "write",
            other.ids,
            {"complaint_id": complaint.id},
        )
        for name in ("report_done", "drop"):
            self.assertRefused(
                self.employee, other._name, name, other.ids, "x", error=AccessError
            )
        self.assertRefused(
            self.portal, other._name, "check_effect", other.ids, "effective", "x"
        )

    def test_no_action_for_what_is_not_handled(self):
        for state in ("draft", "withdrawn", "duplicate"):
            self.complaint._as_system().state = state
            with self.assertSays("Choose a complaint that was registered"):
                self.plan()

    def test_dialog(self):
        """The buttons open dialogs, which work with the rights of the user."""
        action = self.plan()
        opened = action.with_user(self.handler2).action_done()
        dialog = (
            self.env[opened["res_model"]]
            .with_user(self.handler2)
            .with_context(**opened["context"])
            .create({"words": "All are tight."})
        )
        dialog.action_confirm()
        self.assertEqual(action.state, "verification")

    def test_form(self):
        """The screen of the handler plans an action, that of the owner shows it."""
        opened = self.complaint.with_user(self.handler).action_plan_action()
        actions = self.env[opened["res_model"]].with_user(self.handler)
        with Form(actions.with_context(**opened["context"])) as form:
            form.name = "Tighten the screws"
            form.user_id = self.handler2
            form.date_deadline = "2026-03-09"
        action = form.record
        self.assertEqual(action.complaint_id, self.complaint)
        Form(action.with_user(self.handler2))
        seen = self.complaint.with_user(self.handler)
        self.assertEqual(seen.action_count, 1)
        self.assertIn(action, actions.search(seen.action_open_actions()["domain"]))
        Form(seen)

    def test_recurrence_is_counted(self):
        """Who checks sees how often the cause came before and since, as far as open."""
        for day in ("2026-02-20", "2026-02-25", "2025-01-01"):
            self.handled(date_received=f"{day} 08:00:00")
        action = self.verified()
        self.travel("2026-04-01 09:00:00")
        self.handled(date_received="2026-03-15 08:00:00", partner_id=self.secret.id)
        self.handled(date_received="2026-03-20 08:00:00")
        seen = action.with_user(self.overseer)
        self.assertEqual((seen.count_before, seen.count_after), (2, 2))
        self.cmanager.group_ids |= self.env.ref("crm_governance.group_clearance_2")
        self.env.invalidate_all()
        seen = action.with_user(self.cmanager)
        self.assertEqual((seen.count_before, seen.count_after), (2, 3))

    # ------------------------------------------------------------------
    # JOB
    # ------------------------------------------------------------------

    def remind(self):
        self.run_job("governance.complaint.action", "_cron_remind")

    def told(self, action, user):
        return self.env["mail.message"].search_count(
            [
                ("model", "=", action._name),
                ("res_id", "=", action.id),
                ("message_type", "=", "user_notification"),
                ("subject", "=", "A corrective action is late"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def test_reminders(self):
        """Owner and supervisor hear of it once a week, however often the job runs."""
        action = self.plan()
        self.travel("2026-03-09 09:00:00")
        self.remind()
        self.assertFalse(self.told(action, self.handler2))
        self.travel("2026-03-10 09:00:00")
        self.assertTrue(action.is_late)
        self.remind()
        self.remind()
        for user in (self.handler2, self.chief):
            self.assertEqual(self.told(action, user), 1)
        self.travel("2026-04-10 09:00:00")
        self.remind()
        self.remind()
        self.assertEqual(self.told(action, self.handler2), 2)

    def test_reminders_of_checks(self):
        """A checker who has left is followed by somebody who may check."""
        action = self.verified()
        self.close()
        self.overseer.active = False
        self.travel("2026-06-10 09:00:00")
        self.remind()
        self.assertEqual(action.checker_id, self.chief)
        self.assertEqual(self.told(action, self.chief), 1)
        late = action.with_user(self.cmanager).search([("is_late", "=", True)])
        self.assertIn(action, late)

    def test_a_bad_record_stops_nobody(self):
        actions = self.plan() | self.plan(name="Second")
        self.travel("2026-03-10 09:00:00")
        model = type(actions)
        original = model._tell

        def fail(records, people, write):
            if records.name == "Second":
                raise ValueError("Broken")
            return original(records, people, write)

        self.patch(model, "_tell", fail)
        with self.assertLogs(JOBS, "WARNING"):
            self.remind()
        self.assertEqual(actions.mapped("reminded_on")[1:], [False])
