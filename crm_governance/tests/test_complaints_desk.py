# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The desk: who finds what on it, and in which order."""

from odoo.tests import tagged

from .complaints_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintDesk(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.policy(
            [
                {"kind": "first_response", "amount": 4},
                {"kind": "total_resolution", "amount": 7, "unit": "days"},
            ]
        )

    def complaint(self, state="assigned", user=None, **values):
        complaint = self.draft(self.cmanager, **values).sudo()
        complaint._as_system().write(
            {
                "state": state,
                "policy_id": self.rules.id,
                "user_id": user.id if user else False,
                "unit_id": self.workshop.id,
                "supervising_unit_id": self.supervision.id,
            }
        )
        complaint._log_event("received", date=complaint.date_received)
        return complaint

    def desk(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        action = self.env.ref("crm_governance.governance_complaint_desk_action")
        self.assertIn("is_on_my_desk", action.domain)
        complaints = self.env["governance.complaint"].with_user(user)
        return complaints.search(
            [("is_on_my_desk", "=", True)], order="next_deadline, id desc"
        )

    def test_whose_desk(self):
        """Each finds what waits for oneself, and nothing else."""
        taken = self.complaint(user=self.handler)
        free = self.complaint()
        new = self.complaint("accepted")
        to_reply = self.complaint("to_reply", user=self.handler2)
        closed = self.complaint("closed", user=self.handler)
        everything = taken | free | new | to_reply | closed
        for user, expected in (
            (self.handler, taken | free | new),
            (self.handler2, free | new | to_reply),
            (self.chief, free | new),
            (self.overseer, new),
            (self.service, to_reply),
            (self.rep, self.env["governance.complaint"]),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.desk(user) & everything, expected)
                for complaint in everything.with_user(user)._filtered_access("read"):
                    self.assertEqual(
                        complaint.is_on_my_desk, complaint in self.desk(user)
                    )

    def test_order(self):
        """What is overdue comes first, what stands still last."""
        names = ("paused", "fresh", "late")
        paused, fresh, late = (
            self.complaint(user=self.handler, title=name, date_received=received)
            for name, received in zip(
                names,
                ("2026-03-02 07:00:00", "2026-03-02 09:00:00", "2026-03-01 09:00:00"),
                strict=True,
            )
        )
        paused._log_event("waiting")
        self.assertEqual(self.desk(self.handler)[:3], late + fresh + paused)

    def test_time_left(self):
        """What is left is right at the moment when somebody looks."""
        complaint = self.complaint(user=self.handler).with_user(self.handler)
        for moment, status, text in (
            ("2026-03-02 09:00:00", "running", "First response: 4 h 0 min left"),
            ("2026-03-02 12:15:00", "soon", "First response: 45 min left"),
            ("2026-03-02 13:00:00", "soon", "First response: 0 min left"),
            ("2026-03-02 15:30:00", "overdue", "First response: overdue by 2 h 30 min"),
            ("2026-03-05 14:00:00", "overdue", "First response: overdue by 3 d 1 h"),
        ):
            with self.subTest(moment):
                self.travel(moment)
                complaint.invalidate_recordset()
                self.assertEqual(complaint.clock_status, status)
                self.assertEqual(complaint.clock_text, text)

    def test_what_comes_next(self):
        """When the first clock has stopped, the next one is shown."""
        complaint = self.complaint(user=self.handler)
        complaint._log_event("response")
        complaint.invalidate_recordset()
        self.assertEqual(complaint.clock_text, "Closed for good: 7 d 0 h left")
        complaint._log_event("waiting")
        complaint.invalidate_recordset()
        self.assertEqual(complaint.clock_status, "paused")
        self.assertEqual(
            complaint.clock_text, "Closed for good: stands still, 7 d 0 h left"
        )
        complaint._log_event("closed")
        complaint.invalidate_recordset()
        self.assertFalse(complaint.clock_status)
        self.assertFalse(complaint.clock_text)

    def test_queries(self):
        """The clocks of a list are asked for at once, however long it is."""
        complaints = self.env["governance.complaint"]
        for _number in range(20):
            complaints |= self.complaint(user=self.handler)
        self.env.flush_all()
        counts = []
        # The first time, what Odoo remembers for everybody is asked for as well.
        for some in (complaints[:2], complaints[:2], complaints):
            self.env.invalidate_all()
            mine = some.with_user(self.handler)
            mine.mapped("title")
            before = self.env.cr.sql_log_count
            mine.mapped("clock_text")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_new_record(self):
        """A complaint that is being typed in has no clock."""
        new = self.env["governance.complaint"].new({"title": "x"})
        self.assertFalse(new.clock_text)
