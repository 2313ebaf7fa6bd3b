# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of open complaints when their policy is archived or replaced (I5)."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .complaints_common import ComplaintCommon

TARGETS = [
    {"kind": "first_response", "amount": 4},
    {"kind": "total_resolution", "amount": 48},
]
RUNGS = [{"share": 100, "recipient": "handler"}]


@tagged("post_install", "-at_install")
class TestComplaintPolicyEnd(ComplaintCommon):
    """It is Monday, 9:00; the policy asks for an answer by 13:00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure()
        cls.rules = cls.policy(TARGETS, RUNGS)

    def complaint(self, **values):
        complaint = self.draft(self.cmanager, unit_id=self.workshop.id, **values)
        complaint.action_register()
        complaint._as_system().user_id = self.handler
        self.travel(fields.Datetime.now() + timedelta(minutes=1))
        return complaint.sudo()

    def row(self, complaint, kind="first_response"):
        return complaint._get_current_clock(kind)

    def job(self):
        self.run_job("governance.complaint.clock", "_cron_escalate")

    def assertCleared(self, complaint, kinds=("first_response", "total_resolution")):
        """Assert that nothing is due of a complaint, now or later."""
        for kind in kinds:
            clock = self.row(complaint, kind)
            self.assertEqual(clock.state, "cancelled")
            self.assertFalse(clock.deadline or clock.next_on or clock.breached_on)
            self.assertFalse(clock.is_overdue)
        self.assertFalse(complaint.next_deadline)
        self.assertFalse(complaint.clock_text)

    def test_archived(self):
        """Deadlines and warnings of open complaints go with their policy."""
        complaint, other = self.complaint(), self.complaint()
        own = self.policy([{"kind": "first_response", "amount": 1}], code="T-OWN")
        other._as_system().policy_id = own
        other._log_event("reclassified")
        self.travel("2026-03-02 14:00:00")
        overdue = [("is_overdue", "=", True), ("complaint_id", "=", complaint.id)]
        clocks = self.env["governance.complaint.clock"]
        self.assertTrue(clocks.search(overdue))
        self.rules.with_user(self.manager).action_archive()
        self.assertCleared(complaint)
        self.assertEqual(self.row(complaint).stopped_on, datetime(2026, 3, 2, 14))
        self.assertFalse(clocks.search(overdue))
        self.assertEqual(self.row(other).state, "running")
        self.travel("2026-03-30 09:00:00")
        self.job()
        self.assertFalse(complaint.escalation_ids)
        self.assertTrue(other.exists().next_deadline)

    def test_in_words(self):
        """The timeline says who ended which policy, and what that did."""
        complaint = self.complaint()
        self.rules.with_user(self.manager).action_archive()
        event = complaint.event_ids.filtered(lambda one: one.kind == "policy_ended")
        self.assertEqual(event.user_id, self.manager)
        self.assertEqual(event.note, "Test (version 1)")
        text = html2plaintext(complaint.with_user(self.handler).clock_story)
        self.assertIn("Ends: “Complaint policy ended”. No target holds any more", text)

    def test_past_stays(self):
        """What was missed before stays known; what has ended is not judged again."""
        complaint, done = self.complaint(), self.complaint()
        self.travel("2026-03-02 14:00:00")
        self.job()
        done._log_event("response")
        done._as_system().state = "closed"
        done._log_event("closed")
        self.travel("2026-03-02 15:00:00")
        self.rules.action_archive()
        clock = complaint._get_clocks()["first_response"][-1]
        self.assertEqual(clock.former_breaches, (datetime(2026, 3, 2, 13),))
        self.assertEqual(len(complaint.escalation_ids), 1)
        self.assertEqual(self.row(done).state, "missed")
        self.assertEqual(self.row(done, "total_resolution").state, "met")
        self.assertNotIn("policy_ended", done.event_ids.mapped("kind"))

    def test_opened_again(self):
        """Opened again after its policy has ended, a complaint has no deadline."""
        complaint = self.complaint()
        complaint._as_system().write({"state": "closed"})
        complaint._log_event("closed")
        self.travel("2026-03-02 10:00:00")
        self.rules.action_archive()
        complaint._reopen("It came back")
        self.assertCleared(complaint, ["total_resolution"])
        self.assertIn("policy_ended", complaint.event_ids.mapped("kind"))

    def test_back_in_force(self):
        """Taken out of the archive, it holds again with the same start."""
        complaint, closed = self.complaint(), self.complaint()
        self.travel("2026-03-02 10:00:00")
        self.rules.action_archive()
        closed._as_system().write({"state": "closed"})
        closed._log_event("closed")
        self.travel("2026-03-02 11:00:00")
        self.rules.action_unarchive()
        clock = self.row(complaint)
        self.assertEqual(clock.state, "running")
        self.assertEqual(clock.start, datetime(2026, 3, 2, 9))
        self.assertEqual(clock.deadline, datetime(2026, 3, 2, 13))
        self.assertEqual(complaint.next_deadline, datetime(2026, 3, 2, 13))
        text = html2plaintext(complaint.clock_story)
        self.assertIn("A target holds again: First response within 4 hours", text)
        self.assertNotIn("because the complaint was opened again", text)
        self.assertEqual(self.row(closed).state, "cancelled")
        closed._reopen("It came back")
        self.assertEqual(self.row(closed).state, "running")
        # To archive it twice, or to do so in vain, leaves no second trace.
        self.rules.write({"active": True})
        kinds = complaint.event_ids.mapped("kind")
        self.assertEqual(kinds.count("policy_ended"), 1)
        self.assertEqual(kinds.count("policy_resumed"), 1)

    def publish_next(self, hours):
        """Put a next version in force that asks for an answer within other hours."""
        action = self.rules.action_new_version()
        version = self.env[self.rules._name].browse(action["res_id"])
        version.target_ids[0].amount = hours
        version.action_publish()
        return version

    def test_next_version(self):
        """A next version takes no promise back; reclassified, start and pauses stay."""
        complaint = self.complaint()
        self.travel("2026-03-02 10:00:00")
        complaint._log_event("waiting")
        self.travel("2026-03-02 10:30:00")
        complaint._log_event("resumed")
        version = self.publish_next(2)
        self.assertEqual(self.row(complaint).deadline, datetime(2026, 3, 2, 13, 30))
        complaint.with_user(self.cmanager).reclassify(
            {"severity_id": self.severities["major"].id}, "It is worse"
        )
        clock = self.row(complaint)
        self.assertEqual(complaint.policy_id, version)
        self.assertEqual(clock.start, datetime(2026, 3, 2, 9))
        self.assertEqual(clock.deadline, datetime(2026, 3, 2, 11, 30))
        self.assertEqual(clock.pause_count, 1)

    def test_former_versions_end_with_it(self):
        """To archive the version in force ends the policy in all its versions."""
        complaint = self.complaint()
        version = self.publish_next(2)
        later = self.complaint()
        version.action_archive()
        self.assertCleared(complaint)
        self.assertCleared(later)
        version.action_unarchive()
        self.assertEqual(self.row(complaint).deadline, datetime(2026, 3, 2, 13))
        self.assertEqual(self.row(later).deadline, datetime(2026, 3, 2, 11, 1))
        self.rules.action_archive()
        self.assertCleared(complaint)
        self.assertEqual(self.row(later).state, "running")

    def test_another_policy_takes_over(self):
        """Reclassified, a complaint without a policy gets the one that fits now."""
        complaint = self.complaint()
        self.rules.action_archive()
        own = self.policy([{"kind": "first_response", "amount": 6}], code="T-OWN")
        complaint.with_user(self.cmanager).reclassify(
            {"severity_id": self.severities["major"].id}, "It is worse"
        )
        self.assertEqual(complaint.policy_id, own)
        self.assertEqual(self.row(complaint).deadline, datetime(2026, 3, 2, 15))
        self.assertEqual(self.row(complaint, "total_resolution").state, "cancelled")

    def test_reclassified_without_a_policy(self):
        """Where no policy is for what it turns out to be, there is no deadline."""
        rules = self.policy(
            TARGETS, RUNGS, code="T-MINOR", type_ids=[self.types["complaint"].id]
        )
        self.rules.action_archive()
        complaint = self.complaint()
        self.assertEqual(complaint.policy_id, rules)
        complaint.with_user(self.cmanager).reclassify(
            {"type_id": self.types["suggestion"].id}, "It is an idea"
        )
        self.assertFalse(complaint.policy_id)
        self.assertCleared(complaint)

    def test_part_of_the_targets(self):
        """Of targets that come from two policies those of the archived one end."""
        self.rules.action_archive()
        first = self.policy(
            [{"kind": "first_response", "amount": 4}], code="T-1", sequence=1
        )
        other = self.policy(
            [
                {"kind": "total_resolution", "amount": 48},
                {"kind": "next_response", "amount": 2},
            ],
            RUNGS,
            code="T-2",
            sequence=2,
        )
        complaint = self.complaint()
        self.assertEqual(complaint.policy_id, first)
        self.assertEqual(self.row(complaint, "total_resolution").state, "running")
        other.action_archive()
        self.assertEqual(self.row(complaint, "total_resolution").state, "cancelled")
        self.assertEqual(self.row(complaint).state, "running")
        complaint._log_event("response")
        complaint._log_event("inbound")
        self.assertFalse(self.row(complaint, "next_response"))
        self.assertFalse(complaint.next_deadline)
        event = complaint.event_ids.filtered(lambda one: one.kind == "policy_ended")
        self.assertEqual(event.note, "Test (version 1)")
        other.action_unarchive()
        self.assertEqual(self.row(complaint, "total_resolution").state, "running")
        self.assertEqual(self.row(complaint, "next_response").state, "running")

    def test_who(self):
        """Who handles complaints does not end a policy, and so no deadline."""
        complaint = self.complaint()
        for user in (self.handler, self.cmanager, self.rep, self.auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.rules.with_user(user).action_archive()
        self.assertEqual(self.row(complaint).state, "running")

    def test_at_the_same_moment(self):
        """A complaint that was registered at the very moment is found by the job."""
        complaint = self.complaint()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE governance_complaint_policy SET active = FALSE, write_date = %s "
            "WHERE id = %s",
            [datetime(2026, 3, 2, 9), self.rules.id],
        )
        self.env.invalidate_all()
        self.job()
        self.assertCleared(complaint)

    def test_queries(self):
        """To archive a policy of many complaints asks no more than one of a few."""
        counts = []
        for number, size in enumerate((2, 12)):
            rules = self.policy(
                TARGETS,
                RUNGS,
                code=f"T-{number}",
                sequence=1,
            )
            for _number in range(size):
                self.complaint()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rules.action_archive()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 8)

    def test_to_dos_in_bulk(self):
        """To-dos of thousands of overdue complaints go with their policy at once."""
        counts = []
        for number, size in enumerate((2, 12)):
            self.travel(self.NOW)
            rules = self.policy(
                TARGETS,
                [{"share": 50, "recipient": "handler", "notice": "todo"}],
                code=f"T-{number}",
                sequence=1,
            )
            complaints = self.env["governance.complaint"].sudo()
            for _number in range(size):
                complaints |= self.complaint()
                self.travel(self.NOW)
            self.travel("2026-03-02 12:00:00")
            self.job()
            todos = complaints.escalation_ids.sudo().todo_ids
            self.assertEqual(len(todos), size)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rules.action_archive()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertFalse(todos.exists().filtered("active"))
        self.assertLessEqual(counts[1], counts[0] + 8)

    def test_claimed_in_order(self):
        """Complaints are claimed all at once, in order, whatever targets they have."""
        one, two, three = self.complaint(), self.complaint(), self.complaint()
        own = self.policy([{"kind": "first_response", "amount": 1}], code="T-OWN")
        two._as_system().policy_id = own
        two._log_event("reclassified")
        claimed = []

        def claim(complaints):
            claimed.append(complaints.ids)

        self.patch(type(self.env["governance.complaint"]), "_claim_clocks", claim)
        (self.rules | own).action_archive()
        self.assertEqual(set(claimed[0]), set((one | two | three).ids))

    def test_next_version_of_an_archived_one(self):
        """A next version in the place of an archived one lets former ones hold again.

        At that moment, and not when somebody archives another policy one day.
        """
        complaint = self.complaint()
        version = self.publish_next(2)
        later = self.complaint()
        action = version.action_new_version()
        version.action_archive()
        self.assertCleared(complaint)
        self.env[version._name].browse(action["res_id"]).action_publish()
        self.assertEqual(self.row(complaint).deadline, datetime(2026, 3, 2, 13))
        self.assertCleared(later)
