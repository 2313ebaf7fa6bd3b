# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever whoever does in whatever order: what always holds of a complaint."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .complaints_clock_common import PROPERTY
from .complaints_common import ComplaintCommon

PEOPLE = (
    *("rep", "rep2", "handler", "handler2", "chief", "overseer", "service"),
    *("cmanager", "executive", "auditor", "employee"),
)
# Who is likely to be let do it: chance alone finds them too rarely.
LIKELY = {
    "validate": ("rep", "handler", "chief"),
    "action_check": ("rep", "handler", "chief"),
    "decide": ("chief", "executive", "overseer"),
    "assign": ("overseer", "cmanager"),
    "action_take": ("handler", "handler2"),
    "answer": ("service",),
    "reclassify": ("cmanager", "overseer"),
    "reset_clocks": ("cmanager",),
    "react": ("executive", "cmanager"),
}
# What is done, with what.
DEEDS = {
    "validate": [("valid",), ("invalid",)],
    "action_check": [()],
    "decide": [("approved",), ("rejected",)],
    "assign": [("workshop", "handler"), ("workshop", None), ("service_unit", None)],
    "action_take": [()],
    "action_acknowledge": [()],
    "answer": [()],
    "wait": [("For the photos",)],
    "action_resume": [()],
    "note_inbound": [("Well?",)],
    "note_confirmation": [("Fine",)],
    "note_rejection": [("No",)],
    "note_disagreement": [("No!",)],
    "react": [("We come",)],
    "report_to_top": [("Look",)],
    "reclassify": [("major",), ("minor",)],
    "reset_clocks": [(["first_response", "total_resolution"],)],
    "prevent": [()],
    "action_close": [()],
    "reopen": [("Again",)],
    "withdraw": [("All is well",)],
}
# What leads on, by state: without it most stories would end with the check.
NEXT = {
    "registered": [("handler", "validate", "valid"), ("handler", "action_check")],
    "acceptance": [("chief", "decide", "approved")],
    "accepted": [("overseer", "assign", "workshop", "handler")],
    "assigned": [("overseer", "assign", "workshop", "handler")],
    "to_reply": [("service", "answer")],
    "answered": [
        ("handler", "prevent"),
        ("handler", "action_close"),
        ("service", "note_confirmation", "Fine"),
        ("service", "note_rejection", "No"),
    ],
    "closed": [("cmanager", "reopen", "Again"), ("cmanager", "note_rejection", "No")],
}
# Some deeds end it, and would be all that happens.
WEIGHTS = {"withdraw": 0.1, "reopen": 2, "action_close": 3, "answer": 2, "decide": 3}
OVER = ("closed", "withdrawn", "duplicate")
COLUMNS = ["state", "start", "deadline", "stopped_on"]


@tagged("post_install", "-at_install")
class TestComplaintDeeds(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = (
            *("acknowledge", "first_response", "next_response", "first_resolution"),
            *("total_resolution", "reaction"),
        )
        cls.rules = cls.policy(
            [
                {"kind": kind, "amount": 4 * number}
                for number, kind in enumerate(kinds, 1)
            ],
            [
                {"share": 50, "recipient": "handler"},
                {"share": 100, "recipient": "unit_leader"},
                {"share": 100, "recipient": "handler"},
            ],
        )
        cls.way = cls.procedure(
            needs_acceptance=True,
            needs_routing=True,
            needs_reply=True,
            needs_confirmation=True,
            confirmation_days=3,
        )
        cls.env["governance.complaint.route"].create(
            {
                "name": "All",
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
            }
        )

    # ------------------------------------------------------------------
    # DEEDS
    # ------------------------------------------------------------------

    def do(self, complaint, login, deed, *args):
        """Let somebody try something; it is refused, or done completely."""
        mine = complaint.with_user(self.users[login])
        try:
            with self.env.cr.savepoint():
                own = getattr(self, f"do_{deed}", None)
                own(mine, *args) if own else getattr(mine, deed)(*args)
                self.env.flush_all()
        except (AccessError, UserError, ValidationError):
            return False
        finally:
            self.env.invalidate_all()
        return True

    def do_validate(self, complaint, validity):
        complaint.write({"validity": validity, "validity_reason": "Looked at it"})

    def do_decide(self, complaint, verdict):
        for request in complaint.sudo().approval_request_id:
            mine = request.with_user(complaint.env.user).sudo(False)
            mine.decide(verdict, "Seen")

    def do_assign(self, complaint, unit, login):
        user = self.users[login].id if login else None
        complaint.assign(getattr(self, unit).id, user)

    def do_answer(self, complaint):
        replies = complaint.reply_ids.filtered(lambda one: one.state == "draft")
        reply = replies[:1] or replies.create({"complaint_id": complaint.id})
        reply.write(
            {
                "mode": "oral",
                "body": "<p>You get a new one.</p>",
                "spoken_with": "Mr Li",
                "date_spoken": fields.Datetime.now(),
            }
        )
        reply.action_send()

    def do_reclassify(self, complaint, severity):
        complaint.reclassify({"severity_id": self.severities[severity].id}, "Wrong")

    def do_reset_clocks(self, complaint, kinds):
        complaint.reset_clocks(kinds, "Wrong day")

    def do_prevent(self, complaint):
        complaint.write({"prevention": "Better boxes"})

    # ------------------------------------------------------------------
    # WHAT HOLDS
    # ------------------------------------------------------------------

    def get_events(self, complaint):
        """Return the events as the database has them, by id."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, kind, date, recorded_on, user_id, note, details::text"
                " FROM governance_complaint_event WHERE complaint_id = %s",
                complaint.id,
            )
        )
        return {row[0]: row[1:] for row in rows}

    def check(self, complaint, former):
        """Compare what there is with what there was; return the events."""
        self.env.flush_all()
        self.env.invalidate_all()
        events = self.get_events(complaint)
        self.assertLessEqual(former.items(), events.items(), "only added to")
        states = dict(complaint._fields["state"].selection)
        self.assertIn(complaint.state, states)
        kinds = Counter(kind for kind, *_rest in events.values())
        self.assertEqual(bool(complaint.date_closed), complaint.state == "closed")
        self.assertLessEqual(
            complaint.reopen_count, kinds["reopened"] + kinds["rejected"]
        )
        self.check_clocks(complaint)
        self.check_escalations(complaint, kinds)
        return events

    def check_clocks(self, complaint):
        told = complaint._get_told_rungs()
        wanted = {
            (kind, clock.number): {
                name: value or False
                for name, value in complaint._prepare_clock(clock, told).items()
                if name in COLUMNS
            }
            for kind, rounds in complaint._get_clocks().items()
            for clock in rounds
            if clock.start
        }
        found = {
            (row.kind, row.number): {name: row[name] for name in COLUMNS}
            for row in complaint.clock_ids
        }
        self.assertEqual(found, wanted)
        running = [
            row.kind
            for row in complaint.clock_ids
            if row.state in ("running", "paused")
        ]
        if complaint.state in OVER:
            self.assertEqual(running, [])
            self.assertFalse(complaint.next_deadline)

    def check_escalations(self, complaint, kinds):
        """Each rung of each run of a clock is told once at most."""
        told = complaint.escalation_ids
        self.assertEqual(len(told), kinds["escalated"])
        runs = Counter((one.kind, one.start) for one in told)
        rungs = complaint.policy_id.rung_ids
        self.assertLessEqual(max(runs.values(), default=0), len(rungs))
        keys = [(one.kind, one.start, one.share, one.recipient) for one in told]
        self.assertEqual(len(keys), len(set(keys)))

    # ------------------------------------------------------------------
    # THE TEST
    # ------------------------------------------------------------------

    def test_whatever_happens(self):
        done = Counter()

        @settings(PROPERTY, max_examples=8)
        @given(st.integers(min_value=0, max_value=10_000))
        def tell(seed):
            savepoint = self.env.cr.savepoint()
            try:
                done.update(self.tell(Random(seed)))
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)

        tell()
        # Stories of refusals alone would prove nothing.
        missing = set(DEEDS) - set(done)
        self.assertLessEqual(len(missing), 9, missing)
        self.assertGreater(sum(done.values()), 50)

    def choose(self, random, state, weights):
        """Return who does what with what."""
        if state in NEXT and random.random() < 0.4:
            return random.choice(NEXT[state])
        [deed] = random.choices(list(DEEDS), weights)
        people = LIKELY.get(deed, PEOPLE) if random.random() < 0.8 else PEOPLE
        return random.choice(people), deed, *random.choice(DEEDS[deed])

    def tell(self, random, steps=30):
        """Let people do something by chance, while time goes by."""
        now = datetime.fromisoformat(self.NOW)
        self.travel(str(now))
        complaint = self.draft()
        complaint.action_register()
        complaint = self.env["governance.complaint"].browse(complaint.id)
        events, done = self.check(complaint, {}), Counter()
        weights = [WEIGHTS.get(deed, 1) for deed in DEEDS]
        for _number in range(steps):
            now += timedelta(minutes=random.choice([0, 0, 1, 30, 120, 300, 1440]))
            self.travel(str(now))
            if random.random() < 0.3:
                self.run_job("governance.complaint.clock", "_cron_escalate")
                self.run_job("governance.complaint", "_cron_close_silent")
                events = self.check(complaint, events)
            login, deed, *args = self.choose(random, complaint.state, weights)
            if self.do(complaint, login, deed, *args):
                done[deed] += 1
            events = self.check(complaint, events)
        return done
