# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rows of the clocks: written anew whenever something happens."""

from datetime import datetime

from odoo.tests import tagged

from .complaints_common import ComplaintCommon

TARGETS = [
    {"kind": "first_response", "amount": 4},
    {"kind": "next_response", "amount": 2},
    {"kind": "first_resolution", "amount": 24},
    {"kind": "total_resolution", "amount": 7, "unit": "days"},
]


@tagged("post_install", "-at_install")
class TestComplaintClocks(ComplaintCommon):
    """It is Monday, 9:00; the policy asks for an answer by 13:00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.policy(TARGETS)

    def complaint(self, **values):
        complaint = self.draft(self.cmanager, **values).sudo()
        complaint._as_system().write(
            {
                "state": "assigned",
                "policy_id": self.rules.id,
                "user_id": self.handler.id,
            }
        )
        complaint._log_event("received", date=complaint.date_received)
        return complaint

    def row(self, complaint, kind="first_response"):
        return complaint.sudo().clock_ids.filtered(lambda one: one.kind == kind)

    def test_begin(self):
        complaint = self.complaint()
        self.assertEqual(
            complaint.clock_ids.mapped("kind"),
            ["first_response", "first_resolution", "total_resolution"],
        )
        clock = self.row(complaint)
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.deadline, datetime(2026, 3, 2, 13))
        self.assertEqual(complaint.next_deadline, datetime(2026, 3, 2, 13))
        self.assertFalse(clock.next_on)

    def test_overdue_without_any_job(self):
        complaint = self.complaint()
        clocks = self.env["governance.complaint.clock"]
        overdue = [("complaint_id", "=", complaint.id), ("is_overdue", "=", True)]
        self.travel("2026-03-02 13:00:00")
        self.assertFalse(self.row(complaint).is_overdue)
        self.travel("2026-03-02 13:00:01")
        complaint.clock_ids.invalidate_recordset()
        self.assertTrue(self.row(complaint).is_overdue)
        self.assertEqual(clocks.search(overdue), self.row(complaint))

    def test_answer(self):
        complaint = self.complaint()
        self.travel("2026-03-02 12:00:00")
        complaint._log_event("response")
        clock = self.row(complaint)
        self.assertEqual(clock.state, "met")
        self.assertEqual(clock.stopped_on, datetime(2026, 3, 2, 12))
        self.assertEqual(complaint.next_deadline, datetime(2026, 3, 3, 9))

    def test_answer_too_late(self):
        complaint = self.complaint()
        self.travel("2026-03-02 13:00:01")
        complaint._log_event("response")
        clock = self.row(complaint)
        self.assertEqual(clock.state, "missed")
        self.assertEqual(clock.breached_on, datetime(2026, 3, 2, 13))

    def test_answer_noted_late(self):
        """An answer given in time counts, whenever somebody writes it down."""
        complaint = self.complaint()
        self.travel("2026-03-02 15:00:00")
        complaint._log_event("response", date=datetime(2026, 3, 2, 11))
        self.assertEqual(self.row(complaint).state, "met")

    def test_wait(self):
        complaint = self.complaint()
        self.travel("2026-03-02 10:00:00")
        complaint._log_event("waiting")
        clock = self.row(complaint)
        self.assertEqual(clock.state, "paused")
        self.assertFalse(clock.deadline)
        self.assertEqual(clock.left, 3)
        self.assertFalse(complaint.next_deadline)
        self.travel("2026-03-04 10:00:00")
        clock.invalidate_recordset()
        self.assertFalse(clock.is_overdue)
        complaint._log_event("resumed")
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.deadline, datetime(2026, 3, 4, 13))
        self.assertEqual(clock.paused_hours, 48)
        self.assertEqual(clock.pause_count, 1)

    def test_close_and_reopen(self):
        complaint = self.complaint()
        self.travel("2026-03-03 09:00:00")
        complaint._log_event("answered")
        complaint._log_event("closed")
        self.assertEqual(self.row(complaint, "total_resolution").state, "met")
        self.assertFalse(complaint.next_deadline)
        self.travel("2026-03-05 09:00:00")
        complaint._log_event("reopened")
        clock = self.row(complaint, "total_resolution")
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.deadline, datetime(2026, 3, 11, 9))
        self.assertEqual(self.row(complaint, "first_resolution").state, "met")

    def test_reclassified(self):
        """Another policy takes over start and pauses."""
        strict = self.policy([{"kind": "first_response", "amount": 2}], code="T-STRICT")
        complaint = self.complaint()
        self.travel("2026-03-02 10:00:00")
        complaint._log_event("waiting")
        self.travel("2026-03-02 10:30:00")
        complaint._log_event("resumed")
        complaint._as_system().policy_id = strict
        complaint._log_event("reclassified")
        clock = self.row(complaint)
        self.assertEqual(clock.start, datetime(2026, 3, 2, 9))
        self.assertEqual(clock.deadline, datetime(2026, 3, 2, 11, 30))
        self.assertEqual(clock.target_id, strict.target_ids)

    def test_reclassified_after_the_answer(self):
        """What was in time under the old policy is not judged by the new one."""
        strict = self.policy([{"kind": "first_response", "amount": 1}], code="T-STRICT")
        complaint = self.complaint()
        self.travel("2026-03-02 12:00:00")
        complaint._log_event("response")
        self.travel("2026-03-02 12:10:00")
        complaint._as_system().policy_id = strict
        complaint._log_event("reclassified")
        self.assertEqual(self.row(complaint).state, "met")

    def test_registered_late(self):
        """The clock begins when the customer complained."""
        complaint = self.complaint(date_received="2026-03-01 09:00:00")
        clock = self.row(complaint)
        self.assertEqual(clock.deadline, datetime(2026, 3, 1, 13))
        self.assertTrue(clock.is_overdue)

    def test_rows_are_a_function_of_the_events(self):
        """Writing them again, or not at all until the end, makes no difference."""
        complaint = self.complaint()
        for moment, kind in (
            ("2026-03-02 10:00:00", "waiting"),
            ("2026-03-02 11:00:00", "inbound"),
            ("2026-03-02 12:00:00", "response"),
            ("2026-03-03 12:00:00", "inbound"),
            ("2026-03-03 12:30:00", "waiting"),
            ("2026-03-03 15:30:00", "resumed"),
        ):
            self.travel(moment)
            complaint._log_event(kind)
        names = [
            *("kind", "state", "start", "deadline", "stopped_on", "breached_on"),
            *("left", "paused_hours", "pause_count"),
        ]
        rows = complaint.clock_ids.sorted("kind").read(names, load=False)
        complaint.clock_ids._as_system().unlink()
        complaint.invalidate_recordset()
        complaint._rewrite_clocks()
        again = complaint.clock_ids.sorted("kind").read(names, load=False)
        for row in (*rows, *again):
            del row["id"]
        self.assertEqual(rows, again)
        self.assertEqual(len(rows), 4)


@tagged("post_install", "-at_install")
class TestWorkingClocks(ComplaintCommon):
    """Clocks on a working schedule that somebody changes while they run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": day,
                            "dayofweek": day,
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        },
                    )
                    for day in "01234"
                ],
            }
        )
        cls.rules = cls.policy(
            [
                {
                    "kind": "total_resolution",
                    "amount": 16,
                    "unit": "working_hours",
                    "calendar_id": cls.calendar.id,
                }
            ]
        )

    def setUp(self):
        super().setUp()
        self.complaint = self.draft(self.cmanager).sudo()
        self.complaint._as_system().write(
            {"state": "assigned", "policy_id": self.rules.id}
        )
        self.complaint._log_event("received")
        self.row = self.complaint.clock_ids
        self.env.flush_all()

    def recount(self):
        self.run_job("governance.complaint.clock", "_cron_escalate")

    def test_deadline(self):
        self.assertEqual(self.row.deadline, datetime(2026, 3, 3, 17))
        self.assertEqual(self.row.calendar_id, self.calendar)

    def test_holiday_is_entered(self):
        """A holiday that is entered while the clock runs moves the deadline."""
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-03-03 00:00:00",
                "date_to": "2026-03-03 23:59:59",
            }
        )
        self.assertTrue(self.row.is_stale)
        self.recount()
        self.assertFalse(self.row.is_stale)
        self.assertEqual(self.row.deadline, datetime(2026, 3, 4, 17))
        self.assertEqual(self.complaint.next_deadline, datetime(2026, 3, 4, 17))
        holiday.unlink()
        self.recount()
        self.assertEqual(self.row.deadline, datetime(2026, 3, 3, 17))

    def test_hours_change(self):
        self.calendar.attendance_ids.write({"hour_to": 13})
        self.recount()
        self.assertEqual(self.row.deadline, datetime(2026, 3, 5, 13))

    def test_zone_changes(self):
        self.calendar.tz = "Asia/Shanghai"
        self.recount()
        # In Shanghai it is 17:00 when it is 9:00 in London, and work is over.
        self.assertEqual(self.row.deadline, datetime(2026, 3, 4, 9))

    def test_company_gets_another_schedule(self):
        """What runs on the schedule of the company follows when it gets another one."""
        self.company.governance_calendar_id = self.calendar
        rules = self.policy(
            [{"kind": "total_resolution", "amount": 16, "unit": "working_hours"}],
            code="OWN",
        )
        self.complaint._as_system().write({"policy_id": rules.id})
        self.complaint._log_event("reclassified")
        self.assertEqual(self.row.deadline, datetime(2026, 3, 3, 17))
        short = self.calendar.copy({"name": "Nine to one"})
        short.attendance_ids.write({"hour_to": 13})
        self.company.governance_calendar_id = short
        self.recount()
        self.assertEqual(self.row.deadline, datetime(2026, 3, 5, 13))

    def test_leave_of_one_person(self):
        """That somebody is on leave moves no deadline."""
        resource = self.env["resource.resource"].create(
            {"name": "Somebody", "calendar_id": self.calendar.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "calendar_id": self.calendar.id,
                "resource_id": resource.id,
                "date_from": "2026-03-03 00:00:00",
                "date_to": "2026-03-03 23:59:59",
            }
        )
        self.assertFalse(self.row.is_stale)

    def test_what_is_over_stays(self):
        """What was in time is not late because of a later change."""
        self.travel("2026-03-03 12:00:00")
        self.complaint._log_event("closed")
        self.calendar.attendance_ids.write({"hour_to": 24})
        self.assertFalse(self.row.is_stale)
        self.assertEqual(self.row.state, "met")
