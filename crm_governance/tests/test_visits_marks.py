# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.visits.governance_visit_guard import PLANNING, REPORT
from ..models.visits.governance_visit_unlock import CONTENT
from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitMarks(VisitCommon):
    """Cheating is refused or visibly marked."""

    def assertMarks(self, visit, *marks):
        labels = [visit._fields[mark].string for mark in marks]
        self.assertEqual((visit.marks or "").split(" · "), labels or [""])
        self.assertEqual(visit.mark_count, len(marks))

    # ------------------------------------------------------------------
    # DEADLINE (B-56)
    # ------------------------------------------------------------------

    def test_deadline(self):
        """Two days after the day of the visit, where the company is."""
        visit = self.visit()
        self.assertEqual(visit.report_deadline, date(2026, 3, 7))
        for moment, late in (
            ("2026-03-07 23:59:00", False),
            ("2026-03-08 00:01:00", True),
        ):
            visit = self.submitted(at=moment)
            self.assertEqual(visit.is_late, late, moment)

    def test_deadline_of_the_policy(self):
        policy = self.env["governance.visit.policy"].create(
            {"name": "Reports", "code": "REP", "report_days": 5}
        )
        policy._with_machinery().write({"state": "published"})
        self.assertEqual(self.visit().report_deadline, date(2026, 3, 10))

    def test_deadline_over_the_change_of_the_clock(self):
        """The last day ends at midnight of the company, summer time or not."""
        self.company.partner_id.tz = "Europe/Berlin"
        # Friday, 23:30 in Berlin; two days later the clock is put forward.
        start = {"date_start": "2026-03-27 22:30:00"}
        for moment, late in (
            ("2026-03-29 21:59:00", False),
            ("2026-03-29 22:01:00", True),
        ):
            self.travel("2026-03-27 08:00:00")
            visit = self.visit(**start)
            self.assertEqual(visit.date, date(2026, 3, 27))
            self.travel(moment)
            visit.action_hold()
            self.report(visit)
            self.assertEqual(visit.is_late, late, moment)

    def test_report_due(self):
        """What should be there and is not is found; what was submitted is not."""
        visit, other = self.visit(), self.visit(date_start="2026-03-05 12:00:00")
        due = [("is_report_due", "=", True), ("id", "in", (visit | other).ids)]
        self.travel("2026-03-08 09:00:00")
        self.assertEqual(visit.search(due), visit | other)
        other.action_hold()
        self.report(other)
        self.assertEqual(visit.search(due), visit)
        self.assertTrue(visit.is_report_due)
        self.assertFalse(other.is_report_due)

    # ------------------------------------------------------------------
    # TABLE OF THE ISSUE
    # ------------------------------------------------------------------

    def test_back_dated(self):
        """Entered or moved to a day that is over: marked; reported ahead: refused."""
        self.travel("2026-03-20 09:00:00")
        fresh = self.visit(date_start="2026-03-18 09:00:00")
        self.assertEqual(fresh.kind, "ad_hoc")
        self.assertMarks(fresh)
        old = self.visit(date_start="2026-03-17 09:00:00")
        self.assertMarks(old, "is_backdated")
        moved = self.visit(date_start="2026-03-20 15:00:00")
        moved.date_start = "2026-03-20 08:00:00"
        self.assertMarks(moved)
        moved.date_start = "2026-03-19 09:00:00"
        self.assertMarks(moved, "is_backdated")
        moved.date_start = "2026-03-20 08:00:00"
        self.assertMarks(moved, "is_backdated")
        dragged = self.visit(date_start="2026-03-20 16:00:00")
        dragged.event_id.with_user(self.rep).start = "2026-03-18 13:00:00"
        self.assertMarks(dragged, "is_backdated")

    def test_held_long_after(self):
        visit = self.visit()
        self.travel("2026-03-07 09:00:00")
        visit.action_hold()
        self.assertMarks(visit)
        visit = self.visit(date_start="2026-03-06 09:00:00")
        self.travel("2026-03-09 09:00:00")
        visit.action_hold()
        self.assertMarks(visit, "is_backdated")

    def test_future(self):
        """No report before the visit begins, and none on a day to come."""
        visit = self.visit()
        with self.assertSays("cannot be reported before"):
            visit.action_hold()
        self.travel("2026-03-05 09:30:00")
        visit.action_hold()
        with self.assertSays("not in the future"):
            visit.date_start = "2026-03-06 09:00:00"
        with self.assertSays("not in the future"):
            visit.event_id.with_user(self.rep).start = "2026-03-06 09:00:00"
        self.env.invalidate_all()
        visit.date_start = "2026-03-05 11:00:00"
        with self.assertSays("cannot be reported before"):
            self.report(visit)

    def test_twenty_in_an_hour(self):
        """Twenty visits in one hour: all are marked, also those submitted before."""
        start = datetime(2026, 3, 5, 9)
        visits = self.env["governance.visit"].with_user(self.rep)
        for number in range(20):
            begin = start + timedelta(minutes=3 * number)
            visits |= self.visit(
                date_start=begin, date_stop=begin + timedelta(minutes=3)
            )
        self.travel("2026-03-05 10:30:00")
        for visit in visits:
            visit.action_hold()
            self.report(visit)
        self.assertEqual(visits.filtered("is_crowded"), visits)

    def test_four_in_an_hour(self):
        """Four short ones are believed; planned ones and other people do not count."""
        start = datetime(2026, 3, 5, 9)
        visits = self.env["governance.visit"].with_user(self.rep)
        for number in range(4):
            begin = start + timedelta(minutes=15 * number)
            visits |= self.visit(
                date_start=begin, date_stop=begin + timedelta(minutes=15)
            )
        self.visit()
        self.travel("2026-03-05 10:30:00")
        visits.action_hold()
        other = self.visit(self.rep2, partner_id=self.south.id)
        other.action_hold()
        self.assertFalse((visits | other).filtered("is_crowded"))

    def test_overlapping(self):
        """Two at once are marked, for each who takes part, until it is corrected.

        The reports of colleagues are marked when they submit them.
        """
        first = self.visit()
        joint = self.visit(
            self.rep2,
            partner_id=self.south.id,
            date_start="2026-03-05 09:30:00",
            participant_ids=[Command.link(self.rep.id)],
        )
        presence = self.visit(channel_id=self.channels["presence"].id)
        self.travel("2026-03-05 11:00:00")
        first.action_hold()
        presence.action_hold()
        self.assertMarks(first)
        joint.action_hold()
        self.assertMarks(joint, "is_crowded")
        self.assertMarks(first)
        self.assertMarks(presence)
        self.report(first)
        self.assertMarks(first, "is_crowded")
        self.assertMarks(presence)
        joint.date_start = "2026-03-05 10:00:00"
        self.assertMarks(joint)

    def test_after_the_close(self):
        """The close of March is the last day for reports on March, April 2."""
        visit = self.submitted(at="2026-04-02 23:00:00")
        self.assertMarks(visit, "is_backdated", "is_late")
        self.travel(self.NOW)
        visit = self.submitted(
            at="2026-04-03 00:30:00", date_start="2026-03-31 09:00:00"
        )
        self.assertMarks(visit, "is_backdated", "is_late", "is_after_close")

    def test_unlock_edit_resubmit(self):
        """Who, when, why, and word by word what has changed."""
        visit = self.submitted()
        self.travel("2026-03-06 10:00:00")
        for user, error in ((self.rep, "Somebody else"), (self.rep2, "")):
            with self.assertRaises(AccessError, msg=user.login) as caught:
                visit.with_user(user).unlock("I want to")
            self.assertIn(error, str(caught.exception))
        with self.assertSays("Say why"):
            visit.with_user(self.leader).unlock("")
        visit.with_user(self.leader).unlock("The result is missing")
        self.assertMarks(visit, "is_unlocked")
        unlock = visit.unlock_ids
        self.assertEqual(unlock.user_id, self.leader)
        self.assertEqual(unlock.date, datetime(2026, 3, 6, 10))
        self.assertEqual(unlock.reason, "The result is missing")
        self.assertFalse(unlock.changes)
        # Odoo's own log could be switched off by whoever writes.
        self.rpc(
            self.rep,
            "governance.visit",
            "write",
            visit.ids,
            {"result": "They buy", "date_start": "2026-03-05 08:00:00"},
            context={"tracking_disable": True, "mail_notrack": True},
        )
        self.assertIn("Talked → They buy", unlock.changes)
        self.assertIn("Begin: ", unlock.changes)
        visit.action_submit()
        visit.with_user(self.leader).unlock("Again")
        visit.write({"result": "They do not"})
        first, second = visit.unlock_ids.sorted("id")
        self.assertIn("Talked → They buy", first.changes)
        self.assertNotIn("They do not", first.changes)
        self.assertIn("They buy → They do not", second.changes)
        self.assertMarks(visit, "is_unlocked")

    def test_all_changes_are_told(self):
        """Whatever its author may change of an open report is kept and compared."""
        kept = {*CONTENT, "cost_ids", "user_id"}
        self.assertFalse((PLANNING | REPORT) - kept)
        visit = self.submitted()
        visit.with_user(self.leader).unlock("Look")
        visit.write(
            {
                "object_type": "peer",
                "items": "Two watches",
                "is_prepared": True,
                "meeting_ids": [Command.set(self.chief.ids)],
            }
        )
        changes = visit.unlock_ids.changes
        for line in (
            "Who Is Visited: Customer in business → Peer in the trade",
            "Items to Take Along: – → Two watches",
            "Items and Money Are Ready: – → Yes",
            "Whom to Meet: – → ",
        ):
            self.assertIn(line, changes)
        # Reports that were opened before more was kept show nothing of it.
        unlock = visit.unlock_ids
        before = {key: unlock.before[key] for key in unlock.before if key != "items"}
        self.env.cr.execute(
            SQL(
                "UPDATE governance_visit_unlock SET before = %s WHERE id = %s",
                json.dumps(before),
                unlock.id,
            )
        )
        unlock.invalidate_recordset()
        self.assertNotIn("Items to Take Along", unlock.changes)
        self.assertIn("Who Is Visited", unlock.changes)

    def test_changes_in_the_language_of_the_reader(self):
        """Channels and times are told in the reader's words; renaming is no change."""
        self.env["res.lang"]._activate_lang("zh_CN")
        for kind, name in (("visit", "上门"), ("call", "电话")):
            self.channels[kind].with_context(lang="zh_CN").name = name
        visit = self.submitted()
        visit.with_user(self.leader).unlock("By telephone")
        self.contact.name = "Renamed Clerk"
        visit.write({"channel_id": self.channels["call"].id})
        unlock = visit.unlock_ids
        self.assertIn("Test visit → Test call", unlock.changes)
        chinese = unlock.with_context(lang="zh_CN", tz="Asia/Shanghai")
        self.assertIn("上门 → 电话", chinese.changes)
        self.assertNotIn("Clerk", unlock.changes)
        visit.write({"date_start": "2026-03-05 08:00:00"})
        chinese.invalidate_recordset(["changes"])
        self.assertIn("16:00", chinese.changes)

    def test_unlock_is_evidence(self):
        visit = self.submitted()
        visit.with_user(self.manager).unlock("Look")
        unlock = visit.unlock_ids
        for user in (self.rep, self.leader, self.manager):
            for method, args in (
                ("write", [{"reason": "x"}]),
                ("unlink", []),
                ("copy", []),
            ):
                self.assertRefused(user, unlock._name, method, unlock.ids, *args)
        with self.assertRaises(AccessError):
            unlock.sudo().write({"after": {}})

    # ------------------------------------------------------------------
    # LOCK
    # ------------------------------------------------------------------

    def test_locked_fields(self):
        """After submission nobody writes, by no road; marks and states never."""
        visit = self.submitted()
        name = "governance.visit"
        for user in (self.rep, self.leader, self.manager, self.auditor, self.rep2):
            for vals in (
                {"result": "x"},
                {"date_start": "2026-03-04 09:00:00"},
                {"promise_ids": [[0, 0, {"name": "x", "date_deadline": "2026-04-01"}]]},
                {"contact_ids": [[6, 0, self.contact.ids]]},
                {"partner_id": self.south.id},
            ):
                self.assertRefused(user, name, "write", visit.ids, vals)
                self.assertRefused(user, name, "web_save", visit.ids, vals, {})
        self.assertRefused(self.rep, name, "unlink", visit.ids)
        result = self.rpc(
            self.rep, name, "load", [".id", "result"], [[str(visit.id), "Imported"]]
        )
        self.assertFalse(result["ids"])
        self.assertEqual(visit.result, "Talked")

    def test_guarded_fields(self):
        """State, marks, times and signatures come from buttons, also for drafts."""
        visit = self.visit()
        for vals in (
            {"state": "accepted"},
            {"is_backdated": False},
            {"is_unlocked": False},
            {"date_checkin": "2026-03-05 09:00:00"},
            {"date_first_submitted": "2026-03-05 09:00:00"},
            {"report_deadline": "2027-01-01"},
            {"kind": "planned"},
            {"name": "V/1"},
            {"event_id": False},
        ):
            self.assertRefused(self.rep, visit._name, "write", visit.ids, vals)
            values = {
                "partner_id": self.open_customer.id,
                "channel_id": self.channels["visit"].id,
                **vals,
            }
            self.assertRefused(self.rep, visit._name, "create", [values])

    def test_files_of_the_report(self):
        """From submission on no file is added, changed or deleted by anybody."""
        visit = self.visit()
        file = (
            self.env["ir.attachment"]
            .with_user(self.rep)
            .create(
                {
                    "name": "photo.txt",
                    "raw": b"shop",
                    "res_model": visit._name,
                    "res_id": visit.id,
                }
            )
        )
        self.travel("2026-03-05 11:00:00")
        visit.action_hold()
        self.report(visit)
        for user in (self.rep, self.leader):
            one = file.with_user(user)
            with self.assertSays("its files stay", AccessError):
                one.write({"raw": b"other"})
            with self.assertSays("its files stay", AccessError):
                one.write({"res_id": False, "res_model": False})
            with self.assertSays("its files stay", AccessError):
                one.unlink()
            with self.assertSays("its files stay", AccessError):
                visit.with_user(user).message_post(
                    body="Look", attachments=[("new.txt", b"new")]
                )
        visit.with_user(self.leader).message_post(body="Well done")
        visit.with_user(self.leader).give_back("Photo is blurred")
        file.with_user(self.rep).unlink()
        visit.action_submit()
        self.assertIn("photo.txt", visit.unlock_ids.changes)

    # ------------------------------------------------------------------
    # CHECK-IN
    # ------------------------------------------------------------------

    def test_check_in(self):
        """Time by the server, position only when the browser gives one."""
        visit = self.visit()
        with self.assertSays("planned for"):
            visit.action_check_in()
        self.travel("2026-03-05 08:50:00")
        with self.assertSays("writes the report"):
            visit.with_user(self.leader).action_check_in()
        self.rpc(
            self.rep, visit._name, "action_check_in", visit.ids, 31.230416, 121.473701
        )
        self.assertEqual(visit.date_checkin, datetime(2026, 3, 5, 8, 50))
        self.assertEqual(visit.state, "held")
        self.assertTrue(visit.has_position)
        self.assertAlmostEqual(visit.checkin_latitude, 31.23042)
        self.assertMarks(visit)
        with self.assertSays("checked in already"):
            visit.action_check_in()

    def test_check_in_without_position(self):
        self.travel("2026-03-05 09:10:00")
        for odd in ((), (False, False), ("x", 1), (99, 1), (1, 999), ([], {}), (1,)):
            visit = self.visit()
            self.rpc(self.rep, visit._name, "action_check_in", visit.ids, *odd)
            self.assertFalse(visit.has_position, odd)
            self.assertTrue(visit.date_checkin)

    def test_check_in_off(self):
        """More than an hour away from the time of the visit is marked."""
        for moment, off in (
            ("2026-03-05 08:00:00", False),
            ("2026-03-05 07:59:00", True),
            ("2026-03-05 11:00:00", False),
            ("2026-03-05 11:01:00", True),
        ):
            self.travel(self.NOW)
            visit = self.visit()
            self.travel(moment)
            visit.action_check_in()
            self.assertEqual(visit.is_checkin_off, off, moment)
