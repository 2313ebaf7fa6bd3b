# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from odoo.addons.crm_governance.models.complaints.complaint_story import CHANGES

from .complaints_common import ComplaintCommon

RECEIVED = "2026-03-02 09:00:00"


@tagged("post_install", "-at_install")
class TestComplaintsTimeline(ComplaintCommon):
    """The clocks in words, and any moment of the past."""

    def setUp(self):
        super().setUp()
        self.procedure(needs_reply=True)
        self.policy(
            [
                {"kind": "first_response", "amount": 4, "unit": "hours"},
                {"kind": "next_response", "amount": 1, "unit": "hours"},
                {"kind": "total_resolution", "amount": 48, "unit": "hours"},
            ],
            pause_hours=2,
        )
        self.complaint = self.draft()
        self.complaint.action_register()

    def log(self, kind, moment, **details):
        """Write down now what happened at a moment."""
        complaint = self.complaint.sudo()
        complaint._log_event(kind, date=datetime.fromisoformat(moment), **details)

    def tell(self, at, **options):
        """Return what is told of the clocks, as “kind: what” with the moment."""
        lines = self.complaint._explain_clocks(datetime.fromisoformat(at), **options)
        return [
            (f"{line['date']:%d %H:%M}", line["kind"], line["what"]) for line in lines
        ]

    def test_story(self):
        """Start, waiting, going on, breach and end are told in their order."""
        self.travel("2026-03-03 09:00:00")
        self.log("waiting", "2026-03-02 10:00:00")
        self.log("inbound", "2026-03-02 11:00:00")
        self.log("response", "2026-03-02 15:00:00")
        self.log("inbound", "2026-03-02 16:00:00")
        self.assertEqual(
            self.tell("2026-03-02 18:00:00"),
            [
                ("02 09:00", "first_response", "started"),
                ("02 09:00", "total_resolution", "started"),
                ("02 10:00", "first_response", "paused"),
                ("02 10:00", "total_resolution", "paused"),
                ("02 11:00", "first_response", "resumed"),
                ("02 11:00", "next_response", "early"),
                ("02 11:00", "total_resolution", "resumed"),
                ("02 14:00", "first_response", "breached"),
                ("02 15:00", "first_response", "missed"),
                ("02 16:00", "next_response", "started"),
                ("02 17:00", "next_response", "breached"),
            ],
        )

    def test_words(self):
        """Each line says why, and how the clock stands then."""
        self.travel("2026-03-03 09:00:00")
        self.log("waiting", "2026-03-02 10:00:00")
        self.log("resumed", "2026-03-02 13:30:00")
        self.log("response", "2026-03-02 16:00:00")
        lines = {
            line["what"]: line["text"]
            for line in self.complaint._explain_clocks()
            if line["kind"] == "first_response"
        }
        self.assertIn("3 h 0 min of 4 h 0 min are left", lines["paused"])
        self.assertIn("no deadline while it stands", lines["paused"])
        self.assertIn("3 h 30 min of waiting did not count", lines["resumed"])
        self.assertIn("Done in time: “Answer to the customer”.", lines["met"])
        self.assertIn("3 h 30 min of 4 h 0 min were used", lines["met"])
        text = html2plaintext(self.complaint.clock_story)
        self.assertIn("Waited for the customer 1 times, 3 h 30 min in all", text)
        self.assertIn("more than the policy allows", text)

    def test_events_in_short(self):
        """What happened explains itself where nobody has noted anything."""
        note = {"note": "He called"}
        for kind, details, text in (
            ("escalated", {"target": "first_response", "share": 75.0}, "response, 75%"),
            ("assigned", {"unit": "Workshop", "user": "Ann"}, "Workshop, Ann"),
            ("assigned", {"unit": "Workshop", "user": None}, "Workshop"),
            ("inbound", note, "He called"),
        ):
            self.log(kind, "2026-03-02 09:30:00", **details)
            event = self.complaint.event_ids.sorted("id")[-1].with_user(self.handler)
            self.assertIn(text, event.in_short)

    def test_every_change_has_words(self):
        """Nothing that can become of a clock is without a sentence."""
        values = {"event": "E", "target": "T", "more": "M"}
        for what in CHANGES:
            with self.subTest(what):
                self.assertTrue(self.complaint._get_change_sentence(what, values))

    def test_replay(self):
        """The dialog shows a moment of the past, as it was or as it was known."""
        self.travel("2026-03-02 14:30:00")
        self.log("response", "2026-03-02 10:00:00")
        self.travel("2026-03-04 09:00:00")
        replays = self.env["governance.complaint.replay"].with_user(self.rep)
        action = self.complaint.action_replay()
        with Form(replays.with_context(**action["context"])) as form:
            form.moment = "2026-03-02 14:10:00"
            self.assertIn("Done in time", form.answer)
            form.is_known = True
            self.assertNotIn("Done in time", form.answer)
            self.assertIn("Overdue since", form.answer)

    def test_replay_is_for_readers(self):
        """Nobody looks into the clocks of a complaint that is closed to him or her."""
        complaint = self.complaint.with_user(self.employee)
        with self.assertRaises(AccessError):
            complaint.action_replay()
        replay = self.env["governance.complaint.replay"].with_user(self.employee)
        with self.assertRaises(AccessError):
            replay.create({"complaint_id": complaint.id}).read(["answer"])

    def test_draft(self):
        """Before anything has happened there is nothing to tell."""
        self.assertIn("No clock has run yet", self.draft().clock_story)

    def test_reset(self):
        """A complaint manager lets a clock begin anew, with a reason that is kept."""
        self.travel("2026-03-02 11:00:00")
        resets = self.env["governance.complaint.reset"].with_user(self.cmanager)
        complaint = self.complaint.with_user(self.cmanager)
        clocks = complaint.clock_ids.filtered(
            lambda clock: clock.kind == "first_response"
        )
        with Form(resets.with_context(**complaint.action_reset()["context"])) as form:
            form.clock_ids.add(clocks)
            form.reason = "The letter was lost by the post."
        form.record.action_confirm()
        self.assertEqual(
            self.tell("2026-03-02 11:00:00")[2:],
            [("02 11:00", "first_response", "restarted")],
        )
        event = self.complaint.sudo().event_ids.filtered(
            lambda event: event.kind == "reset"
        )
        self.assertEqual(event.note, "The letter was lost by the post.")
        self.assertEqual(event.user_id, self.cmanager)

    def test_reset_is_for_managers(self):
        """Nobody else resets a clock, the handler least of all, nobody without why."""
        for user in (self.rep, self.handler, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.complaint.with_user(user).reset_clocks(["first_response"], "So")
        complaint = self.complaint.with_user(self.cmanager)
        with self.assertRaises(UserError):
            complaint.reset_clocks(["first_response"], " ")
        with self.assertSays("None of these clocks"):
            complaint.reset_clocks(["reaction"], "So")
        self.complaint.sudo()._as_system().user_id = self.cmanager
        with self.assertSays("Ask another complaint manager"):
            complaint.reset_clocks(["first_response"], "So")
