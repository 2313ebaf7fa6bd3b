# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from lxml import etree

from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common import GovernanceCommon

LONG_AGO = datetime(2026, 1, 5, 4)


class PipelineCommon(GovernanceCommon):
    """It is noon on 20 March 2026 in Shanghai, where the company works."""

    NOW = "2026-03-20 04:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(cls.NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.buyer = cls.customer("Buyer", cls.rep, email="buyer@example.com")

    @classmethod
    def lead(cls, moment=LONG_AGO, **values):
        """Return an opportunity of rep that was entered at a moment (UTC)."""
        lead = cls.env["crm.lead"].create(
            {
                "name": "A deal",
                "type": "opportunity",
                "partner_id": cls.buyer.id,
                "user_id": cls.rep.id,
                "team_id": cls.team.id,
                **values,
            }
        )
        cls.cr.flush()
        cls.date(lead, moment)
        cls.date_messages(lead, moment)
        return lead

    @classmethod
    def date(cls, records, moment):
        """Let records have been added at a moment; the database has its own clock."""
        cls.env.flush_all()
        cls.cr.execute(
            f"UPDATE {records._table} SET create_date = %s WHERE id IN %s",
            [moment, tuple(records.ids)],
        )
        cls.env.invalidate_all()

    @classmethod
    def date_messages(cls, lead, moment, known=()):
        """Let all messages of a lead that are not known be added at a moment."""
        messages = cls.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
        if added := messages.filtered(lambda message: message.id not in known):
            cls.date(added, moment)

    def act(self, lead, name, moment):
        """Do something about a lead, so that it is on record at a moment (UTC)."""
        known = set(lead.message_ids.ids)
        getattr(self, f"do_{name}")(lead, moment)
        self.cr.flush()
        self.date_messages(lead, moment, known)
        return lead

    # ------------------------------------------------------------------
    # WHAT PEOPLE AND THE SYSTEM DO
    # ------------------------------------------------------------------

    def do_note(self, lead, moment):
        lead.with_user(self.rep).message_post(
            body="They hesitate", message_type="comment", subtype_xmlid="mail.mt_note"
        )

    def do_note_by_leader(self, lead, moment):
        lead.message_post(
            body="Ask again",
            message_type="comment",
            author_id=self.leader.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )

    def do_mail(self, lead, moment):
        lead.with_user(self.rep).message_post(
            body="Our offer",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.buyer.ids,
        )

    def do_mail_through_gateway(self, lead, moment):
        lead.message_post(
            body="From my phone",
            message_type="email",
            author_id=self.rep.partner_id.id,
            subtype_xmlid="mail.mt_comment",
        )

    def do_activity(self, lead, moment):
        self.plan(lead, "2026-03-20").with_user(self.rep).action_feedback("Called")

    def do_meeting(self, lead, moment):
        self.meeting(lead, moment - timedelta(hours=1), moment)

    def do_nothing(self, lead, moment):
        """Nobody does anything."""

    def do_mail_of_customer(self, lead, moment):
        lead.message_post(
            body="Any news?",
            message_type="email",
            author_id=self.buyer.id,
            subtype_xmlid="mail.mt_comment",
        )

    def do_note_of_portal_user(self, lead, moment):
        lead.message_post(
            body="Any news?",
            message_type="comment",
            author_id=self.portal.partner_id.id,
        )

    def do_note_of_robot(self, lead, moment):
        lead.message_post(
            body="Score: 7",
            message_type="comment",
            author_id=self.env.ref("base.partner_root").id,
        )

    def do_system_message(self, lead, moment):
        lead.with_user(self.rep).message_post(body="Duplicate found")

    def do_change_fields(self, lead, moment):
        lead.with_user(self.rep).write({"expected_revenue": 7, "priority": "2"})

    def do_change_stage(self, lead, moment):
        stages = self.env["crm.stage"].search([("is_won", "=", False)])
        lead.with_user(self.rep).stage_id = (stages - lead.stage_id)[:1]

    def do_plan(self, lead, moment):
        self.plan(lead, "2026-03-25")

    def do_cancel_plan(self, lead, moment):
        self.plan(lead, "2026-03-19").with_user(self.rep).action_cancel()

    def do_finish_reminder(self, lead, moment):
        """To tick off a reminder is no action; to do what it asks for is one."""
        todo = self.plan(lead, "2026-03-20", self.get_reminder_type())
        todo.with_user(self.rep).action_feedback("Done")

    def do_plan_meeting(self, lead, moment):
        self.meeting(lead, datetime(2026, 3, 21, 2), datetime(2026, 3, 21, 3))

    def do_call_off_meeting(self, lead, moment):
        self.meeting(lead, moment - timedelta(hours=1), moment).active = False

    def get_reminder_type(self):
        return self.env.ref("crm_governance.mail_activity_type_lead_idle")

    def plan(self, lead, deadline, kind=None):
        kind = kind or self.env.ref("mail.mail_activity_data_call")
        return lead.activity_schedule(
            activity_type_id=kind.id, date_deadline=deadline, user_id=self.rep.id
        )

    def meeting(self, lead, start, stop):
        event = (
            self.env["calendar.event"]
            .with_user(self.rep)
            .create(
                {
                    "name": "Meeting",
                    "opportunity_id": lead.id,
                    "start": start,
                    "stop": stop,
                }
            )
        )
        self.date(event, LONG_AGO)
        return event

    # ------------------------------------------------------------------
    # WHAT LISTS SAY
    # ------------------------------------------------------------------

    def found(self, lead, name, user=None):
        """Return whether a filter finds a lead; its field says the same."""
        self.env.flush_all()
        self.env.invalidate_all()
        leads = lead.with_user(user or self.rep).with_context(active_test=False)
        found = leads.search(Domain(name, "=", True) & Domain("id", "=", lead.id))
        self.assertEqual(bool(found), leads[name])
        self.assertEqual(
            bool(found),
            not leads.search(Domain(name, "=", False) & Domain("id", "=", lead.id)),
        )
        return bool(found)


@tagged("post_install", "-at_install")
class TestVisitsPipeline(PipelineCommon):
    """At least one action a month on every lead and opportunity (J-31, VC-07)."""

    ACTIONS = (
        "note",
        "note_by_leader",
        "mail",
        "mail_through_gateway",
        "activity",
        "meeting",
    )
    OTHERS = (
        "nothing",
        "mail_of_customer",
        "note_of_portal_user",
        "note_of_robot",
        "system_message",
        "change_fields",
        "change_stage",
        "plan",
        "cancel_plan",
        "finish_reminder",
        "plan_meeting",
        "call_off_meeting",
    )

    def test_what_counts(self):
        for name in self.ACTIONS:
            with self.subTest(name):
                lead = self.act(self.lead(), name, datetime(2026, 3, 10, 8))
                self.assertTrue(self.found(lead, "governance_has_action"))
                self.assertFalse(self.found(lead, "governance_is_idle"))
                self.assertEqual(lead.governance_last_action, date(2026, 3, 10))

    def test_what_does_not_count(self):
        for name in self.OTHERS:
            with self.subTest(name):
                lead = self.act(self.lead(), name, datetime(2026, 3, 10, 8))
                self.assertFalse(self.found(lead, "governance_has_action"))
                self.assertFalse(lead.governance_last_action)

    def test_leads_that_are_not_saved(self):
        """A form shows what the saved lead says, and nothing for a new one."""
        names = (
            "governance_last_action",
            "governance_has_action",
            "governance_is_idle",
        )
        new = self.env["crm.lead"].with_user(self.rep).new({"name": "A deal"})
        self.assertFalse(any(new[name] for name in names))
        lead = self.act(self.lead(), "note", datetime(2026, 3, 10, 8))
        lead = lead.with_user(self.rep)
        draft = lead.new(origin=lead)
        self.assertTrue(draft.governance_has_action)
        self.assertEqual(draft.governance_last_action, date(2026, 3, 10))

    def test_month_of_the_company(self):
        """March begins in Shanghai at 16:00 UTC of the last day of February."""
        for moment, counts in (
            (datetime(2026, 2, 28, 15, 59, 59), False),
            (datetime(2026, 2, 28, 16), True),
        ):
            for name in ("note", "meeting"):
                with self.subTest(name, moment=moment):
                    lead = self.act(self.lead(), name, moment)
                    self.assertEqual(self.found(lead, "governance_has_action"), counts)
                    day = date(2026, 3, 1) if counts else date(2026, 2, 28)
                    self.assertEqual(lead.governance_last_action, day)

    def test_idle_after_a_month(self):
        for moment, idle in (
            (datetime(2026, 2, 19, 15, 59), True),
            (datetime(2026, 2, 19, 16), False),
        ):
            with self.subTest(moment=moment):
                lead = self.act(self.lead(), "note", moment)
                self.assertEqual(self.found(lead, "governance_is_idle"), idle)

    def test_new_leads_are_not_idle(self):
        for moment, idle in (
            (datetime(2026, 2, 19, 15, 59), True),
            (datetime(2026, 2, 19, 16), False),
        ):
            with self.subTest(moment=moment):
                self.assertEqual(
                    self.found(self.lead(moment), "governance_is_idle"), idle
                )

    def test_plan_keeps_from_being_idle_until_it_is_due(self):
        lead = self.lead()
        self.assertTrue(self.found(lead, "governance_is_idle"))
        todo = self.plan(lead, "2026-03-20")
        self.assertFalse(self.found(lead, "governance_is_idle"))
        self.assertFalse(self.found(lead, "governance_has_action"))
        todo.date_deadline = "2026-03-19"
        self.assertTrue(self.found(lead, "governance_is_idle"))

    def test_reminder_is_no_plan(self):
        lead = self.lead()
        self.plan(lead, "2026-03-31", self.get_reminder_type())
        self.assertTrue(self.found(lead, "governance_is_idle"))

    def test_only_open_leads_are_idle(self):
        lead = self.lead(type="lead")
        self.assertTrue(self.found(lead, "governance_is_idle"))
        won, lost = self.lead(), self.lead()
        won.action_set_won()
        lost.action_set_lost()
        self.assertFalse(self.found(won, "governance_is_idle"))
        self.assertFalse(self.found(lost, "governance_is_idle"))

    def test_filters(self):
        """The filters of the screens find what their names say."""
        idle, planned, acted, won = (self.lead() for _number in range(4))
        self.plan(planned, "2026-03-20")
        self.act(acted, "note", datetime(2026, 3, 10, 8))
        won.action_set_won()
        leads = idle | planned | acted | won
        for view in (
            "crm.view_crm_case_opportunities_filter",
            "crm.view_crm_case_leads_filter",
        ):
            arch = etree.fromstring(
                self.env["crm.lead"].get_view(self.env.ref(view).id, "search")["arch"]
            )
            for name, expected in (
                ("governance_no_action", idle | planned),
                ("governance_idle", idle),
            ):
                [filter_] = arch.iterfind(f".//filter[@name='{name}']")
                domain = Domain(safe_eval(filter_.get("domain")))
                found = leads.with_user(self.rep).search(
                    domain & Domain("id", "in", leads.ids)
                )
                self.assertEqual(found.sudo(), expected, (view, name))

    def test_meeting_entered_afterwards(self):
        """It counts on the day when it was entered, not in the month before."""
        lead = self.lead()
        event = self.meeting(lead, datetime(2026, 2, 10, 2), datetime(2026, 2, 10, 3))
        self.assertFalse(self.found(lead, "governance_has_action"))
        self.date(event, datetime(2026, 3, 2, 2))
        self.assertTrue(self.found(lead, "governance_has_action"))
        self.assertEqual(lead.governance_last_action, date(2026, 3, 2))

    def test_message_with_a_chosen_date(self):
        """A note that says it is from another day counts when it was written."""
        lead = self.lead()
        known = set(lead.message_ids.ids)
        lead.with_user(self.rep).message_post(
            body="Last month",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            date="2026-03-18 08:00:00",
        )
        self.date_messages(lead, datetime(2026, 2, 10, 8), known)
        self.assertFalse(self.found(lead, "governance_has_action"))


@tagged("post_install", "-at_install")
class TestVisitsPipelineSlots(PipelineCommon):
    """What is asked for each month about a lead, and when it is done (VC-07)."""

    MARCH = (date(2026, 3, 1), date(2026, 4, 1))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["governance.visit.channel"].create(
            {"name": "Any action", "code": "T-ANY", "kind": "activity"}
        )

    def slot(self, lead, window=MARCH, **values):
        """Return what the generator makes of the pipeline rule."""
        start, end = window
        slot = (
            self.env["governance.visit.slot"]
            ._as_system()
            .create(
                {
                    "user_id": lead.user_id.id,
                    "company_id": self.company.id,
                    "lead_id": lead.id,
                    "partner_id": lead.partner_id.id,
                    "channel_id": self.channel.id,
                    "key": "lead",
                    "month": start,
                    "window_start": start,
                    "window_end": end,
                    "date": end - timedelta(days=10),
                    **values,
                }
            )
        )
        return slot.with_env(self.env)

    def note(self, moment=None):
        """Run the part of the job that notes what was done."""
        with freeze_time(moment or self.NOW):
            slots = self.env["governance.visit.slot"]
            count = slots._note_actions(self.company)
            self.assertFalse(slots._note_actions(self.company), "twice is once")
        self.env.invalidate_all()
        return count

    def test_first_action_of_the_month(self):
        slot = self.slot(self.lead())
        self.assertEqual(self.note(), 0)
        self.act(slot.lead_id, "note", datetime(2026, 3, 10, 8))
        self.act(slot.lead_id, "meeting", datetime(2026, 3, 6, 8))
        self.assertEqual(self.note(), 1)
        self.assertEqual(slot.date_done, date(2026, 3, 6))
        self.act(slot.lead_id, "note", datetime(2026, 3, 5, 8))
        self.assertEqual(self.note(), 0, "what is done stays done on that day")

    def test_window_of_the_company(self):
        for moment, done in (
            (datetime(2026, 2, 28, 15, 59), False),
            (datetime(2026, 2, 28, 16), date(2026, 3, 1)),
            (datetime(2026, 3, 31, 15, 59), date(2026, 3, 31)),
            (datetime(2026, 3, 31, 16), False),
        ):
            with self.subTest(moment=moment):
                slot = self.slot(self.act(self.lead(), "note", moment))
                self.note("2026-04-08 04:00:00")
                self.assertEqual(slot.date_done, done)

    def test_what_is_no_action(self):
        for name in TestVisitsPipeline.OTHERS:
            with self.subTest(name):
                lead = self.act(self.lead(), name, datetime(2026, 3, 10, 8))
                slot = self.slot(lead)
                self.note()
                self.assertFalse(slot.date_done)

    def test_a_week_late(self):
        """The day is the one of the action, and each month has its own."""
        lead = self.lead()
        march = self.slot(lead)
        april = self.slot(lead, (date(2026, 4, 1), date(2026, 5, 1)))
        self.act(lead, "note", datetime(2026, 3, 30, 8))
        self.note("2026-04-08 04:00:00")
        self.assertEqual(march.date_done, date(2026, 3, 30))
        self.assertFalse(april.date_done)

    def test_visit(self):
        lead = self.lead()
        slot = self.slot(lead)
        visit = (
            self.env["governance.visit"]
            .with_user(self.rep)
            .create(
                {
                    "lead_id": lead.id,
                    "partner_id": self.buyer.id,
                    "channel_id": self.channel.id,
                    "date_start": "2026-03-20 01:00:00",
                    "date_stop": "2026-03-20 02:00:00",
                }
            )
        )
        self.date(visit, LONG_AGO)
        self.assertEqual(slot.visit_id, visit)
        self.note()
        self.assertFalse(slot.date_done, "it is planned, not made")
        self.assertFalse(self.found(lead, "governance_has_action"))
        visit.action_hold()
        self.note()
        self.assertEqual(slot.date_done, date(2026, 3, 20))
        self.assertEqual(self.row(slot).actual, 1, "it is one action, not two")
        self.assertTrue(self.found(lead, "governance_has_action"))

    def test_what_is_void(self):
        lead = self.act(self.lead(), "note", datetime(2026, 3, 10, 8))
        slot = self.slot(lead, state="void")
        self.note()
        self.assertFalse(slot.date_done)

    def test_one_statement(self):
        """Thirty leads cost as many statements as one."""
        for count in (1, 30):
            for _number in range(count):
                self.slot(self.act(self.lead(), "note", datetime(2026, 3, 10, 8)))
            self.env.flush_all()
            self.env["governance.visit.slot"]._note_actions(self.company)
            self.env.flush_all()
            with self.assertQueryCount(6):
                self.env["governance.visit.slot"]._note_actions(self.company)

    def test_board(self):
        """An action without a visit is done on the board and in the attainment."""
        lead = self.lead()
        slot = self.slot(lead)
        self.assertEqual(self.row(slot).status, "due")
        self.act(lead, "note", datetime(2026, 3, 10, 8))
        self.note()
        self.env.flush_all()
        row = self.row(slot)
        self.assertEqual((row.status, row.actual), ("done", 1))
        self.assertEqual(row.date_done, date(2026, 3, 10))
        self.assertEqual(row.action_open_visits()["domain"], [("id", "in", [])])

    def row(self, slot):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["governance.visit.board"].browse(slot.id)

    # ------------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------------

    def remind(self, moment):
        crons = type(self.env["ir.cron"])
        with (
            freeze_time(moment),
            patch.object(crons, "_commit_progress", lambda *_args, **_kwargs: 1000),
        ):
            kinds = self.env["governance.visit.reminder"]
            for step in ("actions", "settle", "lead_idle"):
                kinds._do_step(self.company, step)
        self.env.flush_all()
        self.env.invalidate_all()

    def todos(self, lead, user=None):
        kind = self.get_reminder_type()
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "=", lead.id),
                ("activity_type_id", "=", kind.id),
                ("user_id", "=", (user or self.rep).id),
            ]
        )

    def test_reminder_in_the_last_week(self):
        lead = self.lead()
        self.slot(lead)
        for moment, count in (
            ("2026-03-24 15:59:00", 0),
            ("2026-03-24 16:00:00", 1),
            ("2026-03-30 04:00:00", 1),
        ):
            self.remind(moment)
            self.assertEqual(len(self.todos(lead)), count, moment)
        self.assertEqual(self.todos(lead).summary, "No action this month yet")
        self.todos(lead).with_user(self.rep).action_feedback("Seen")
        self.date_messages(lead, datetime(2026, 3, 30, 4))
        self.remind("2026-03-31 04:00:00")
        self.assertFalse(self.todos(lead), "nobody is reminded twice")
        self.assertFalse(self.found(lead, "governance_has_action"))

    def test_reminder_goes_with_the_action(self):
        lead = self.lead()
        self.slot(lead)
        self.remind("2026-03-25 04:00:00")
        self.assertTrue(self.todos(lead))
        self.act(lead, "note", datetime(2026, 3, 26, 4))
        self.remind("2026-03-27 04:00:00")
        self.assertFalse(self.todos(lead))

    def test_nobody_is_reminded_of(self):
        planned, acted, won, waived, early = (self.lead() for _number in range(5))
        self.plan(planned, "2026-03-30")
        self.act(acted, "note", datetime(2026, 3, 10, 8))
        won.action_set_won()
        for lead in (planned, acted, won):
            self.slot(lead)
        self.slot(waived, state="waived")
        self.slot(early, (date(2026, 3, 1), date(2026, 6, 1)))
        self.remind("2026-03-27 04:00:00")
        for lead in (planned, acted, won, waived, early):
            self.assertFalse(self.todos(lead))
        # The plan was not kept: its day has passed.
        self.remind("2026-03-31 04:00:00")
        self.assertTrue(self.todos(planned))

    def test_lead_that_was_passed_on(self):
        lead = self.lead()
        self.slot(lead)
        lead.user_id = self.rep2
        self.remind("2026-03-27 04:00:00")
        self.assertFalse(self.todos(lead))
        self.assertTrue(self.todos(lead, self.rep2))
