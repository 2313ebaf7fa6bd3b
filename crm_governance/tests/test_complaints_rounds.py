# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Clocks that run more than once: each round has a row and counts by itself."""

from datetime import datetime

from odoo.tests import tagged

from .complaints_statistic_common import StatisticCommon, at

RUNGS = [{"share": 100, "recipient": "unit_leader"}]


@tagged("post_install", "-at_install")
class TestComplaintRounds(StatisticCommon):
    """Further messages are answered within two hours, disagreements within a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.policy(
            [
                {"kind": "first_response", "amount": 4},
                {"kind": "next_response", "amount": 2},
                {"kind": "reaction", "amount": 1, "unit": "days"},
            ],
            RUNGS,
        )

    def told(self, received, *events, **values):
        """Return a complaint of February under the policy, without any rung told."""
        return self.case(received, *events, policy_id=self.rules.id, **values).sudo()

    def rounds(self, complaint, kind="next_response"):
        rows = complaint.clock_ids.filtered(lambda one: one.kind == kind)
        return rows.sorted("number")

    def three_messages(self):
        """Return a complaint with answers in time, too late, and still to come."""
        return self.told(
            "02-03 09:00",
            "response 02-03 10:00",
            "inbound 02-04 09:00",
            "response 02-04 10:00",
            "inbound 02-05 09:00",
            "response 02-05 14:00",
            "inbound 03-02 08:00",
        )

    def test_rows(self):
        """Each message that waits for an answer is a row, the running one first."""
        complaint = self.three_messages()
        self.assertEqual(
            [
                (one.number, one.state, one.start, one.stopped_on, one.breached_on)
                for one in self.rounds(complaint)
            ],
            [
                (1, "met", at("02-04 09:00"), at("02-04 10:00"), False),
                (2, "missed", at("02-05 09:00"), at("02-05 14:00"), at("02-05 11:00")),
                (3, "running", at("03-02 08:00"), False, False),
            ],
        )
        complaint.invalidate_recordset()
        self.assertEqual(
            [(one.kind, one.number) for one in complaint.clock_ids],
            [
                ("first_response", 1),
                ("next_response", 3),
                ("next_response", 2),
                ("next_response", 1),
            ],
        )
        self.assertEqual(complaint.next_deadline, at("03-02 10:00"))
        self.assertEqual(complaint._get_current_clock("next_response").number, 3)
        self.assertFalse(complaint._get_current_clock("reaction"))
        self.assertEqual(complaint.clock_text, "Next response: 1 h 0 min left")
        self.assertIn("(2)", self.rounds(complaint)[1].display_name)

    def test_timing(self):
        """Share in time and hours are those of all rounds (D-34, D-49)."""
        complaint = self.three_messages()
        self.env.flush_all()
        rows = self.env["governance.complaint.timing"].with_user(self.cmanager)
        domain = [("complaint_id", "=", complaint.id), ("kind", "=", "next_response")]
        [figures] = rows._read_group(
            domain,
            [],
            ["__count", "decided:sum", "met:sum", "share_in_time:avg", "hours:avg"],
        )
        self.assertEqual(figures, (3, 2, 1, 50.0, 3.0))

    def test_statistic(self):
        """The statistic of a month counts each round that was decided in it (D-45)."""
        self.three_messages()
        statistic = self.statistic()
        statistic.action_file()
        line = self.line(statistic, "target", "next_response")
        self.assertEqual((line.met, line.missed, line.share_in_time), (1, 1, 50))
        # With the first response.
        total = self.line(statistic)
        self.assertEqual((total.met, total.missed, total.late), (2, 1, 1))

    def test_rung_of_a_former_round(self):
        """A rung of a round is told although the next one has begun meanwhile."""
        complaint = self.three_messages()
        self.assertEqual(self.rounds(complaint)[1].next_on, at("02-05 11:00"))
        complaint._as_system().unit_id = self.workshop
        self.run_job("governance.complaint.clock", "_cron_escalate")
        self.run_job("governance.complaint.clock", "_cron_escalate")
        told = [(one.start, one.date_due) for one in complaint.escalation_ids]
        self.assertEqual(told, [(at("02-05 09:00"), at("02-05 11:00"))])
        self.assertFalse(self.rounds(complaint)[1].next_on)
        self.travel("2026-03-02 10:00:00")
        self.run_job("governance.complaint.clock", "_cron_escalate")
        complaint.invalidate_recordset()
        self.assertEqual(len(complaint.escalation_ids), 2)

    def test_reset_keeps_the_miss(self):
        """What a clock missed before it was reset stays a row, and counts."""
        complaint = self.told("03-02 03:00")
        complaint.with_user(self.cmanager).reset_clocks(["first_response"], "Lost")
        rows = self.rounds(complaint, "first_response")
        self.assertEqual(rows.mapped("state"), ["missed", "running"])
        self.assertEqual(rows[1].start, datetime(2026, 3, 2, 9))
        complaint._as_system().unit_id = self.workshop
        self.run_job("governance.complaint.clock", "_cron_escalate")
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.chief.partner_id.ids)], order="id desc", limit=1
        )
        self.assertIn("The clock was reset since", message.body)

    def test_disagreements(self):
        """Each serious disagreement is a round of its own (D-35)."""
        complaint = self.told(
            "02-03 09:00",
            "disagreement 02-03 10:00",
            "reaction 02-03 12:00",
            "disagreement 02-10 10:00",
            "reaction 02-12 12:00",
        )
        rows = self.rounds(complaint, "reaction")
        self.assertEqual(rows.mapped("state"), ["met", "missed"])

    def test_late_entry_moves_the_rounds(self):
        """What is entered late counts where it happened: rows follow the events."""
        complaint = self.three_messages()
        complaint._log_event("inbound", date=at("02-03 12:00"))
        complaint._log_event("response", date=at("02-03 13:00"))
        rows = self.rounds(complaint)
        self.assertEqual(rows.mapped("number"), [1, 2, 3, 4])
        self.assertEqual(rows[0].start, at("02-03 12:00"))
        self.assertEqual(rows.mapped("state"), ["met", "met", "missed", "running"])
        names = ["kind", "number", "state", "start", "deadline", "breached_on", "left"]
        before = complaint.clock_ids.sorted("id").read(names)
        complaint._rewrite_clocks()
        complaint.invalidate_recordset()
        self.assertEqual(complaint.clock_ids.sorted("id").read(names), before)

    def test_fewer_rounds(self):
        """A round that turns out to be none is no row any more."""
        complaint = self.told(
            "02-03 09:00", "response 02-03 10:00", "inbound 02-04 09:00"
        )
        self.assertEqual(len(self.rounds(complaint)), 1)
        # The customer had called before: it was answered with the same letter.
        complaint._log_event("inbound", date=at("02-03 15:00"))
        self.assertEqual(self.rounds(complaint).start, at("02-03 15:00"))

    def count_queries(self, complaint, kind):
        """Return how many queries an event costs in a request of its own."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        complaint._log_event(kind)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries(self):
        """An event costs no more queries however much has happened before."""
        short = self.told("02-03 09:00", "response 02-03 10:00")
        days = [f"02-{day:02d}" for day in range(4, 28)]
        talk = [
            f"{kind} {day} {hour}:00"
            for day in days
            for kind, hour in (("inbound", "09"), ("response", "10"))
        ]
        long = self.told("02-03 09:00", "response 02-03 10:00", *talk)
        self.assertEqual(len(self.rounds(long)), len(days))
        for kind in ("inbound", "waiting", "resumed", "response", "rated"):
            with self.subTest(kind):
                few = self.count_queries(short, kind)
                self.assertLessEqual(self.count_queries(long, kind), few + 1)
                self.assertLessEqual(few, 25)
