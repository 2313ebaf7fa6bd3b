# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitPromise(VisitCommon):
    """What was promised is a to-do, and is followed until it is kept (B-57)."""

    def setUp(self):
        super().setUp()
        self.visited = self.visit()

    def test_to_do(self):
        """Who keeps it gets a to-do until the day that was promised."""
        promise = self.promise(self.visited, user_id=self.leader.id)
        activity = promise.activity_id
        self.assertEqual(activity.user_id, self.leader)
        self.assertEqual(activity.date_deadline, date(2026, 3, 10))
        self.assertEqual(activity.summary, "Send the list")
        self.assertEqual(promise.date_promised, date(2026, 3, 10))
        promise.write({"name": "Send two lists", "user_id": self.rep.id})
        self.assertEqual(activity.summary, "Send two lists")
        self.assertEqual(activity.user_id, self.rep)

    def test_to_do_done(self):
        """Finishing the to-do keeps the promise, also by who only has the to-do."""
        promise = self.promise(self.visited, user_id=self.rep2.id)
        self.travel("2026-03-09 10:00:00")
        promise.activity_id.with_user(self.rep2).action_feedback(feedback="Sent")
        self.assertEqual(promise.state, "kept")
        self.assertEqual(promise.date_done, date(2026, 3, 9))
        self.assertEqual(promise.done_by_id, self.rep2)
        self.assertFalse(promise.is_late)

    def test_promise_done(self):
        """Keeping the promise finishes the to-do."""
        promise = self.promise(self.visited)
        activity = promise.activity_id
        with self.assertRaises(AccessError):
            promise.with_user(self.rep2).action_done()
        promise.with_user(self.leader).action_done()
        self.assertEqual(promise.state, "kept")
        self.assertEqual(promise.done_by_id, self.leader)
        self.assertFalse(activity.active)
        with self.assertSays("Fulfilled"):
            promise.action_done()

    def test_taken_up_again(self):
        promise = self.promise(self.visited)
        promise.action_done()
        promise.activity_id.with_user(self.rep).action_unarchive()
        self.assertEqual(promise.state, "open")
        self.assertFalse(promise.date_done)

    def test_to_do_moves(self):
        """The promise follows its to-do; late is what was promised first."""
        promise = self.promise(self.visited)
        self.travel("2026-03-05 11:00:00")
        self.visited.action_hold()
        promise.date_deadline = "2026-03-11"
        self.assertEqual(promise.date_promised, date(2026, 3, 11))
        self.report(self.visited)
        promise.activity_id.with_user(self.rep).date_deadline = "2026-03-30"
        self.assertEqual(promise.date_deadline, date(2026, 3, 30))
        self.assertEqual(promise.date_promised, date(2026, 3, 11))
        self.travel("2026-03-12 09:00:00")
        self.env.invalidate_all()
        self.assertTrue(promise.is_late)
        late = [("is_late", "=", True), ("id", "=", promise.id)]
        self.assertEqual(promise.search(late), promise)
        promise.action_done()
        self.assertTrue(promise.is_late)

    def test_search_of_late_ones(self):
        """The database compares the days: nothing of the past is read."""
        self.travel("2026-03-10 09:00:00")
        kept, late_kept, open_, dropped, future = (
            self.promise(self.visited, name=name, date_deadline=day)
            for name, day in (
                ("Kept in time", "2026-03-10"),
                ("Kept late", "2026-03-10"),
                ("Open", "2026-03-10"),
                ("Dropped", "2026-03-10"),
                ("Later", "2026-03-12"),
            )
        )
        kept.action_done()
        self.travel("2026-03-12 09:00:00")
        late_kept.action_done()
        dropped.drop("Not needed any more")
        every = kept | late_kept | open_ | dropped | future
        self.env.flush_all()
        self.env.invalidate_all()
        late = every.with_user(self.rep).search(
            [("is_late", "=", True), ("id", "in", every.ids)]
        )
        self.assertEqual(late, late_kept | open_)
        self.assertEqual(every.filtered("is_late"), late)
        rest = every.search([("is_late", "=", False), ("id", "in", every.ids)])
        self.assertEqual(rest, every - late)
        with self.assertQueryCount(2):
            every.sudo().search([("is_late", "=", True)]).ids  # noqa: B018

    def test_to_do_cannot_vanish(self):
        """A to-do that is a promise is not deleted, but dropped with a reason."""
        promise = self.promise(self.visited, user_id=self.rep2.id)
        for user in (self.rep, self.rep2):
            with self.assertSays("promised to a customer"):
                promise.activity_id.with_user(user).unlink()
        with self.assertSays("gave this promise", AccessError):
            promise.with_user(self.rep2).drop("No time")
        with self.assertSays("Say why"):
            promise.drop("")
        promise.with_user(self.leader).drop("They bought elsewhere")
        self.assertEqual(promise.state, "dropped")
        self.assertEqual(promise.drop_reason, "They bought elsewhere")
        self.assertFalse(promise.activity_id)

    def test_words_stay(self):
        """With the report its promises are locked; what is done goes on."""
        promise = self.promise(self.visited)
        self.travel("2026-03-05 11:00:00")
        self.visited.action_hold()
        self.report(self.visited)
        with self.assertRaises(AccessError):
            promise.name = "Nothing"
        with self.assertRaises(AccessError):
            promise.unlink()
        with self.assertRaises(AccessError):
            self.promise(self.visited)
        with self.assertRaises(AccessError):
            self.visited.write({"promise_ids": [Command.delete(promise.id)]})
        for vals in ({"state": "kept"}, {"date_promised": "2027-01-01"}):
            self.assertRefused(self.rep, promise._name, "write", promise.ids, vals)
        promise.user_id = self.rep2
        promise.with_user(self.rep2).action_done()
        self.assertEqual(promise.state, "kept")
        with self.assertRaises(AccessError):
            promise.date_deadline = "2026-05-01"

    def test_delete(self):
        """While the report is open, a promise goes with its to-do."""
        promise = self.promise(self.visited)
        activity = promise.activity_id
        promise.unlink()
        self.assertFalse(activity.exists())
        promise = self.promise(self.visited)
        activity = promise.activity_id
        self.visited.unlink()
        self.assertFalse(activity.exists())

    def test_others(self):
        """Others give no promises on a visit, and cannot move one to theirs."""
        for user in (self.leader, self.rep2):
            with self.assertRaises(UserError):
                self.promise(self.visited, user)
        promise = self.promise(self.visited)
        other = self.visit(self.rep2, partner_id=self.south.id)
        with self.assertRaises(UserError):
            promise.visit_id = other

    def test_keeper_sees_the_customer(self):
        """Nobody is given a promise to a customer whom he or she must not know."""
        visit = self.visit(partner_id=self.important.id)
        with self.assertSays("has to see this customer"):
            self.promise(visit, user_id=self.rep2.id)
        promise = self.promise(visit)
        self.assertHidden(self.rep2, promise)
        self.assertHidden(self.manager, promise)
        self.assertReads(self.leader, promise)

    def test_buttons(self):
        """Who may not keep or drop a promise is not asked to."""
        promise = self.promise(self.visited, user_id=self.rep2.id)
        for user, may in (
            (self.rep, (True, True)),
            (self.leader, (True, True)),
            (self.rep2, (True, False)),
            (self.auditor, (False, False)),
        ):
            mine = promise.with_user(user)
            self.assertEqual((mine.can_keep, mine.can_drop), may, user.login)

    def test_late_where_the_company_is(self):
        """A day is over when it is over there, not where the reader's company is."""
        promise = self.promise(self.visited, date_deadline="2026-03-05")
        self.travel("2026-03-05 20:00:00")
        promises = promise.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(promises.is_late)
        self.company.partner_id.tz = "Asia/Shanghai"
        promises.invalidate_recordset(["is_late"])
        other = self.env["res.company"].create({"name": "Far Away"})
        other.partner_id.tz = "America/Los_Angeles"
        far = promise.with_context(allowed_company_ids=other.ids).sudo()
        self.assertTrue(far.is_late)
        self.assertIn("03/05", far.late_notice)
        self.assertIn(far, far.search([("is_late", "=", True)]))
        promise.action_done()
        self.assertIn(far, far.search([("is_late", "=", True)]), "kept late")
