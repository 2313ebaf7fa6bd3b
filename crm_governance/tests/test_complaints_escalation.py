# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who hears when a clock comes to a point: each rung once, in order, however late."""

from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaints_common import ComplaintCommon

# Of four hours: a warning after two, the deadline, twice the time.
RUNGS = [
    {"share": 50, "recipient": "handler"},
    {"share": 100, "recipient": "unit_leader"},
    {"share": 100, "recipient": "handler"},
    {"share": 200, "recipient": "executive"},
]


@tagged("post_install", "-at_install")
class TestComplaintEscalation(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.policy(
            [
                {"kind": "first_response", "amount": 4},
                {"kind": "next_response", "amount": 2},
            ],
            RUNGS,
        )

    def complaint(self, **values):
        complaint = self.draft(self.cmanager, **values).sudo()
        complaint._as_system().write(
            {
                "state": "assigned",
                "policy_id": self.rules.id,
                "user_id": self.handler.id,
                "unit_id": self.workshop.id,
            }
        )
        complaint._log_event("received", date=complaint.date_received)
        return complaint

    def row(self, complaint, kind="first_response"):
        return complaint.sudo().clock_ids.filtered(lambda one: one.kind == kind)

    def escalate(self):
        self.run_job("governance.complaint.clock", "_cron_escalate")

    def told(self, complaint):
        """Return [(share, recipient, true moment)] in the order of telling."""
        complaint.invalidate_recordset()
        return [
            (one.share, one.recipient, one.date_due.strftime("%d %H:%M"))
            for one in complaint.escalation_ids.sorted("id")
        ]

    def messages(self, user):
        """Return the subjects of what a user was sent, the latest one last."""
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids)], order="id"
        )
        return messages.mapped("subject")

    ALL = [
        (50, "handler", "02 11:00"),
        (100, "unit_leader", "02 13:00"),
        (100, "handler", "02 13:00"),
        (200, "executive", "02 17:00"),
    ]

    def test_in_time(self):
        """Each is told when it is time, not before, and not again."""
        complaint = self.complaint()
        self.assertEqual(self.row(complaint).next_on, datetime(2026, 3, 2, 11))
        for moment, count in (
            ("2026-03-02 10:59:00", 0),
            ("2026-03-02 11:00:00", 1),
            ("2026-03-02 12:59:00", 1),
            ("2026-03-02 13:00:00", 3),
            ("2026-03-02 13:05:00", 3),
            ("2026-03-02 17:00:00", 4),
            ("2026-03-09 17:00:00", 4),
        ):
            with self.subTest(moment):
                self.travel(moment)
                self.escalate()
                self.escalate()
                self.assertEqual(self.told(complaint), self.ALL[:count])
        self.assertFalse(self.row(complaint).next_on)
        self.assertIn("soon", self.messages(self.handler)[-2])
        self.assertIn("is overdue", self.messages(self.handler)[-1])
        self.assertEqual(len(self.messages(self.chief)), 1)

    def test_a_week_late(self):
        """All rungs that were due are told, once, in order, with the true moments."""
        complaint = self.complaint()
        self.travel("2026-03-09 09:00:00")
        self.escalate()
        self.escalate()
        self.assertEqual(self.told(complaint), self.ALL)
        moments = set(complaint.escalation_ids.mapped("date"))
        self.assertEqual(moments, {datetime(2026, 3, 9, 9)})
        events = complaint.event_ids.filtered(lambda one: one.kind == "escalated")
        self.assertEqual(
            sorted(events.mapped("date")),
            sorted(complaint.escalation_ids.mapped("date_due")),
        )

    def test_answered_while_the_job_slept(self):
        """What was late is on record although it was done before the job looked."""
        complaint = self.complaint()
        self.travel("2026-03-02 14:00:00")
        complaint._log_event("response")
        self.travel("2026-03-09 09:00:00")
        self.escalate()
        self.assertEqual(self.told(complaint), self.ALL[:3])
        # Of what comes too late for a warning, nobody is warned.
        warning = complaint.escalation_ids.filtered(lambda one: one.share == 50)
        self.assertFalse(warning.told_ids)
        self.assertEqual(len(self.messages(self.chief)), 1)

    def test_answered_in_time(self):
        complaint = self.complaint()
        self.travel("2026-03-02 10:00:00")
        complaint._log_event("response")
        self.travel("2026-03-09 09:00:00")
        self.escalate()
        self.assertEqual(self.told(complaint), [])

    def test_paused(self):
        """A clock that stands tells nobody; it goes on where it stood."""
        complaint = self.complaint()
        self.travel("2026-03-02 12:00:00")
        complaint._log_event("waiting")
        self.travel("2026-03-05 12:00:00")
        self.escalate()
        # What had been reached before is told all the same.
        self.assertEqual(self.told(complaint), self.ALL[:1])
        self.assertFalse(self.row(complaint).next_on)
        complaint._log_event("resumed")
        self.assertEqual(self.row(complaint).next_on, datetime(2026, 3, 5, 13))
        self.travel("2026-03-05 13:00:00")
        self.escalate()
        self.assertEqual(len(self.told(complaint)), 3)

    def test_the_next_message_is_another_clock(self):
        complaint = self.complaint()
        self.travel("2026-03-02 10:00:00")
        complaint._log_event("response")
        for day in ("03", "04"):
            self.travel(f"2026-03-{day} 09:00:00")
            complaint._log_event("inbound")
            self.travel(f"2026-03-{day} 10:30:00")
            self.escalate()
            complaint._log_event("response")
        self.assertEqual(
            self.told(complaint),
            [(50, "handler", "03 10:00"), (50, "handler", "04 10:00")],
        )

    def test_another_policy(self):
        """What has been told of a clock is not told again by another policy."""
        complaint = self.complaint()
        self.travel("2026-03-02 11:00:00")
        self.escalate()
        strict = self.policy(
            [{"kind": "first_response", "amount": 3}], RUNGS, code="T-STRICT"
        )
        complaint._as_system().policy_id = strict
        complaint._log_event("reclassified")
        self.escalate()
        self.assertEqual(self.told(complaint), self.ALL[:1])
        self.assertEqual(self.row(complaint).next_on, datetime(2026, 3, 2, 12))

    def test_withdrawn(self):
        complaint = self.complaint()
        self.travel("2026-03-02 10:00:00")
        complaint._log_event("withdrawn")
        self.travel("2026-03-09 10:00:00")
        self.escalate()
        self.assertEqual(self.told(complaint), [])

    def test_nobody_on_the_rung(self):
        """Complaint managers hear where there is nobody."""
        complaint = self.complaint()
        complaint._as_system().user_id = False
        self.travel("2026-03-02 11:00:00")
        self.escalate()
        managers = complaint.escalation_ids.told_ids
        self.assertIn(self.cmanager, managers)

    def test_who_may_not_read(self):
        """Who may not read the complaint is told no customer and no subject."""
        complaint = self.complaint(title="Zinnober")
        self.classify(self.open_customer, self.level2)
        self.travel("2026-03-02 13:00:00")
        self.escalate()
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.chief.partner_id.ids)], order="id desc", limit=1
        )
        text = f"{message.subject} {message.body} {message.record_name}"
        self.assertIn(complaint.name, text)
        self.assertNotIn("Zinnober", text)
        self.assertNotIn("Open Trading", text)
        self.assertHidden(self.chief, complaint.escalation_ids[:1])

    def test_one_failure_stops_no_other(self):
        first, second = self.complaint(), self.complaint()
        self.travel("2026-03-02 11:00:00")
        complaints = type(first)
        tell = complaints._tell_climb

        def fail(complaint, *args):
            if complaint == first:
                raise ValueError("The mail server is down.")
            return tell(complaint, *args)

        with (
            patch.object(complaints, "_tell_climb", fail),
            mute_logger(
                "odoo.addons.crm_governance.models.confidentiality"
                ".governance_isolated_mixin"
            ),
        ):
            self.escalate()
        self.assertEqual(self.told(first), [])
        self.assertEqual(self.told(second), self.ALL[:1])
        self.escalate()
        self.assertEqual(self.told(first), [])
        self.travel("2026-03-02 12:00:00")
        self.escalate()
        self.assertEqual(self.told(first), self.ALL[:1])

    def test_who_reads_it(self):
        """Escalations and clocks are read by whom the complaint is."""
        complaint = self.complaint()
        self.travel("2026-03-02 11:00:00")
        self.escalate()
        for record in (complaint.escalation_ids, complaint.clock_ids[:1]):
            for user in (self.handler, self.chief, self.rep, self.auditor):
                self.assertReads(user, record)
            for user in (self.rep2, self.employee, self.overseer, self.executive):
                self.assertHidden(user, record)
            for user in (self.handler, self.cmanager, self.manager):
                self.assertRefused(
                    user, record._name, "write", record.ids, {"kind": "reaction"}
                )
                self.assertRefused(user, record._name, "unlink", record.ids)
