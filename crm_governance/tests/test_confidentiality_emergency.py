# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .confidentiality_access import AccessCommon

REVIEW = "governance.emergency.review"
REPORT = "governance.leak.report"


@tagged("post_install", "-at_install")
class TestEmergencyAccess(AccessCommon):
    """One customer for some minutes, marked, and reviewed by somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guard = cls.employee
        cls.guard.group_ids += cls.env.ref("crm_governance.group_emergency")

    def break_glass(self, user=None, text="Secret Holding", reason="Fire"):
        wizard = (
            self.env["governance.emergency.access"]
            .with_user(user or self.guard)
            .create({"customer_text": text, "reason": reason})
        )
        result = wizard.action_open()
        self.env.invalidate_all()
        return result

    def review(self):
        return self.env[REVIEW].search([("partner_id", "=", self.secret.id)])

    def reviewed(self, verdict="unjustified"):
        """Return the review of an emergency access that a custodian has closed."""
        self.break_glass()
        review = self.review().with_user(self.custodian2)
        review.finding = "Read the price list, there was no fire"
        getattr(review, f"action_{verdict}")()
        return self.review()

    def test_minutes(self):
        """It lasts as long as the ladder says, and reads only."""
        action = self.break_glass()
        self.assertEqual(action["res_id"], self.secret.id)
        self.assertReads(self.guard, self.secret)
        self.assertFalse(self.secret.with_user(self.guard).has_access("write"))
        self.assertHidden(self.guard, self.important)
        with freeze_time(self.later(minutes=61)):
            self.assertHidden(self.guard, self.secret)

    def test_who_may(self):
        """The permission alone counts; suspended people have it not."""
        for user in (self.rep2, self.custodian, self.manager, self.boss):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.break_glass(user)
        self.guard._with_suspension().governance_suspended = True
        with self.assertSays("suspended"):
            self.break_glass()

    def test_what_it_needs(self):
        """A reason, an exact name, and a customer that is closed."""
        with self.assertSays("what the emergency is"):
            self.break_glass(reason="  ")
        with self.assertSays("open to you already"):
            self.break_glass(text="Open Trading")
        entries = self.env["governance.access.entry"]
        before = entries.search_count([("event", "=", "denied")])
        for text in ("Secret", "%"):
            self.assertEqual(self.break_glass(text=text)["tag"], "display_notification")
        self.assertEqual(entries.search_count([("event", "=", "denied")]), before + 2)
        self.assertHidden(self.guard, self.secret)

    def test_mark_and_register(self):
        """Whoever reads the customer sees it, and it is on record."""
        self.break_glass()
        note = self.secret_contact.with_user(self.rep).governance_emergency_note
        self.assertIn("Fire", note)
        self.assertIn("governance_employee", note)
        self.assertFalse(self.important.with_user(self.rep).governance_emergency_note)
        entry = self.env["governance.access.entry"].search(
            [("event", "=", "granted"), ("partner_id", "=", self.secret.id)]
        )
        self.assertEqual(entry.detail["kind"], "emergency")

    def test_review(self):
        """By a custodian or auditor who reads the customer, never by the user."""
        self.guard.group_ids += self.env.ref("crm_governance.group_custodian")
        self.break_glass()
        review = self.review()
        self.assertEqual(review.activity_ids.user_id, self.custodian2)
        self.assertFalse(review.with_user(self.custodian).has_access("read"))
        for user in (self.guard, self.rep2, self.custodian, self.manager):
            self.assertRefused(user, REVIEW, "action_justified", review.ids)
            self.assertRefused(user, REVIEW, "write", review.ids, {"finding": "OK"})
        with self.assertSays("Say what you found"):
            review.with_user(self.custodian2).action_justified()
        self.assertRefused(
            self.custodian2, REVIEW, "write", review.ids, {"state": "done"}
        )
        self.rpc(self.custodian2, REVIEW, "write", review.ids, {"finding": "Arson"})
        self.rpc(self.custodian2, REVIEW, "action_unjustified", review.ids)
        self.assertEqual(review.verdict, "unjustified")
        self.assertEqual(review.reviewer_id, self.custodian2)
        self.assertFalse(review.activity_ids)
        self.assertFalse(self.secret.with_user(self.rep).governance_emergency_note)
        with self.assertSays("already"):
            review.with_user(self.custodian2).action_justified()

    def test_leak(self):
        """What was not justified becomes an incident with all that is known."""
        review = self.reviewed()
        self.auditor.group_ids += self.env.ref("crm_governance.group_clearance_2")
        for user in (self.auditor, self.custodian2):
            self.assertTrue(review.with_user(user).can_report)
        action = self.rpc(self.auditor, REVIEW, "action_report_leak", review.ids)
        self.assertEqual(action["res_model"], REPORT)
        [row] = self.rpc(
            self.auditor, REPORT, "read", [action["res_id"]], ["name", "review_id"]
        )
        self.assertIn("governance_employee", row["name"])
        report = self.env[REPORT].browse(action["res_id"])
        self.assertEqual(report.review_id, review)
        self.assertEqual(report.reporter_id, self.auditor)
        self.assertEqual(report.date_noticed, review.reviewed_on.date())
        for text in ("Secret Holding", "Fire", "there was no fire"):
            self.assertIn(text, report.description)
        incident = report.incident_id
        self.assertEqual(incident.state, "reported")
        self.assertEqual(incident.customer_ids.partner_id, self.secret)
        self.assertEqual(incident.person_ids.user_id, self.guard)
        self.assertReads(self.custodian2, incident)
        # Once only, by whomever.
        self.assertFalse(review.with_user(self.custodian2).can_report)
        self.assertRefused(
            self.custodian2, REVIEW, "action_report_leak", review.ids, error=UserError
        )

    def test_who_reports_a_leak(self):
        """Neither the person concerned nor who may not review or read it."""
        self.guard.group_ids += self.env.ref("crm_governance.group_custodian")
        review = self.reviewed()
        for user in (
            self.guard,
            self.rep,
            self.custodian,
            self.auditor,
            self.boss,
            self.manager,
        ):
            self.assertRefused(user, REVIEW, "action_report_leak", review.ids)
        # The permission lets the boss read the review, and no more than that.
        self.boss.group_ids += self.env.ref("crm_governance.group_emergency")
        for user in (self.guard, self.boss):
            self.assertFalse(review.with_user(user).sudo(False).sudo().can_report)
        self.assertRefused(self.boss, REVIEW, "action_report_leak", review.ids)
        self.assertFalse(self.env[REPORT].search([]))

    def test_no_leak(self):
        """Neither what is still open nor what was justified."""
        self.break_glass()
        review = self.review()
        with self.assertSays("found not justified"):
            review.with_user(self.custodian2).action_report_leak()
        review.with_user(self.custodian2).finding = "It burned"
        review.with_user(self.custodian2).action_justified()
        self.assertFalse(review.with_user(self.custodian2).can_report)
        with self.assertSays("found not justified"):
            review.with_user(self.custodian2).action_report_leak()

    def test_one_before_it_is_reviewed(self):
        """Neither by the same person nor by another."""
        self.leader2.group_ids += self.env.ref("crm_governance.group_emergency")
        self.break_glass()
        with freeze_time(self.later(minutes=61)):
            for user in (self.guard, self.leader2):
                with self.assertSays("has not been reviewed"):
                    self.break_glass(user)
            review = self.review().with_user(self.custodian2)
            review.finding = "It burned"
            review.action_justified()
            self.break_glass()
            self.assertReads(self.guard, self.secret)

    def test_not_passed_on(self):
        """Emergency access is for one person."""
        self.break_glass()
        grant = self.review().grant_id
        with self.assertRaises(AccessError):
            grant.with_user(self.custodian2).action_pass_on()
