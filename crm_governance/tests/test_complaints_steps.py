# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .complaints_common import ComplaintCommon


class StepsCommon(ComplaintCommon):
    """A registered complaint of open_customer, on which the workshop works."""

    ROLES = {
        **ComplaintCommon.ROLES,
        "member": "crm_governance.group_committee",
        "member2": "crm_governance.group_committee,crm_governance.group_clearance_2",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure(needs_investigation=True, needs_opinion=True)
        cls.env["governance.complaint.route"].create(
            {"name": "All", "unit_id": cls.workshop.id}
        )

    @classmethod
    def registered(cls, user=None, **values):
        complaint = cls.draft(user, **values)
        complaint.action_register()
        return complaint

    @classmethod
    def kinds(cls, complaint):
        return complaint.sudo().event_ids.sorted("id").mapped("kind")

    def messages_to(self, user):
        return self.env["mail.message"].search(
            [("notified_partner_ids", "in", user.partner_id.ids)]
        )

    def dialog(self, user, complaint, kind, **values):
        """Go through the dialog of a step as a user does."""
        action = (
            complaint.with_user(user).with_context(governance_step=kind).action_step()
        )
        steps = self.env["governance.complaint.step"].with_user(user)
        with Form(steps.with_context(**action["context"])) as form:
            for name, value in values.items():
                setattr(form, name, value)
        return form.save().action_confirm()


@tagged("post_install", "-at_install")
class TestComplaintImportance(StepsCommon):
    """What goes to the top, and what the committee says to it (D-16, D-35, D-39)."""

    def test_major_goes_to_the_top_at_once(self):
        complaint = self.registered(severity_id=self.severities["major"].id)
        self.assertTrue(complaint.is_important)
        self.assertIn("important", self.kinds(complaint))
        self.assertTrue(self.messages_to(self.member))
        self.assertTrue(self.messages_to(self.executive))

    def test_report_to_top(self):
        complaint = self.registered()
        self.dialog(self.rep, complaint, "important", reason="Press is calling")
        self.assertTrue(complaint.is_important)
        with self.assertSays("already"):
            complaint.report_to_top("Again")
        with self.assertRaises(AccessError):
            complaint.with_user(self.rep2).report_to_top("Me too")

    def test_who_may_not_read_hears_no_name(self):
        complaint = self.registered(
            partner_id=self.secret.id, severity_id=self.severities["major"].id
        )
        for user in (self.member, self.executive):
            message = self.messages_to(user)
            self.assertTrue(message, user.login)
            self.assertFalse(message.filtered("res_id"))
            for text in message.mapped("body"):
                self.assertNotIn("Secret", text)
                self.assertNotIn("Scratches", text)
        informed = self.messages_to(self.liaison)
        self.assertIn(complaint.id, informed.mapped("res_id"))

    def test_disagreement(self):
        complaint = self.registered(partner_id=self.secret.id)
        self.dialog(
            self.specialist, complaint, "disagreement", reason="They want damages"
        )
        self.assertTrue(complaint.is_disagreed)
        with self.assertSays("not reacted"):
            complaint.with_user(self.specialist).note_disagreement("Still")
        for user in (self.rep, self.specialist):
            with self.assertRaises(AccessError, msg=user.login):
                complaint.with_user(user).react("We pay")
        complaint.with_user(self.member2).react("We pay half")
        self.assertFalse(complaint.is_disagreed)
        with self.assertSays("no disagreement"):
            complaint.with_user(self.member2).react("Again")
        self.assertEqual(self.kinds(complaint)[-2:], ["disagreement", "reaction"])

    def test_followers(self):
        complaint = self.registered(partner_id=self.secret.id)
        followers = complaint.sudo().message_partner_ids
        self.assertIn(self.specialist.partner_id, followers)
        self.assertIn(self.liaison.partner_id, followers)

    def test_reclassify(self):
        complaint = self.registered().with_user(self.handler)
        with self.assertSays("Nothing would change"):
            complaint.reclassify({}, "Wrong")
        self.dialog(
            self.handler,
            complaint,
            "reclassify",
            severity_id=self.severities["major"],
            reason="People were hurt",
        )
        self.assertEqual(complaint.severity_id, self.severities["major"])
        self.assertTrue(complaint.is_important)
        self.assertEqual(self.kinds(complaint)[-2:], ["reclassified", "important"])
        with self.assertSays("none of them"):
            complaint.with_user(self.rep).reclassify(
                {"severity_id": self.severities["minor"].id}, "It is not"
            )

    def test_nothing_else_is_reclassified(self):
        complaint = self.registered().with_user(self.handler)
        complaint.reclassify(
            {"severity_id": self.severities["major"].id, "state": "closed"}, "Worse"
        )
        self.assertEqual(complaint.state, "registered")


@tagged("post_install", "-at_install")
class TestComplaintRelated(StepsCommon):
    """The same matter twice, and matters that belong together (D-50, rule 15)."""

    def test_similar(self):
        first = self.registered()
        second = self.draft()
        self.assertEqual(second.similar_ids, first)
        second.type_id = self.types["service"]
        self.assertFalse(second.similar_ids)
        self.travel("2026-07-01 09:00:00")
        self.assertFalse(self.draft().similar_ids)

    def test_similar_shows_only_what_one_reads(self):
        self.registered()
        draft = self.draft(user=self.handler)
        self.assertEqual(draft.similar_count, 1)
        draft = self.draft(user=self.rep2)
        self.assertEqual(draft.similar_count, 0)

    def test_similar_while_typing(self):
        first = self.registered()
        complaints = self.env["governance.complaint"].with_user(self.rep)
        with Form(complaints) as form:
            form.title = "Again"
            form.partner_id = self.open_customer
            form.type_id = self.types["complaint"]
            self.assertEqual(form.similar_ids.ids, first.ids)

    def test_duplicate(self):
        first, second = self.registered(), self.registered()
        self.dialog(self.rep, second, "duplicate", other_id=first)
        self.assertEqual(second.state, "duplicate")
        self.assertEqual(second.duplicate_of_id, first)
        with self.assertSays("neither open"):
            first.mark_duplicate(second.id)
        second.with_user(self.handler).reopen("It is not the same")
        self.assertFalse(second.duplicate_of_id)
        self.assertEqual(second.state, "registered")

    def test_no_duplicate_of_the_uninvestigated(self):
        first, second = self.registered(), self.registered()
        first._as_system().write({"state": "closed"})
        with self.assertSays("neither open nor was it investigated"):
            second.mark_duplicate(first.id)
        first._log_event("report_approved")
        second.mark_duplicate(first.id)
        self.assertEqual(second.state, "duplicate")

    def test_no_duplicate_of_others(self):
        first = self.registered()
        other = self.registered(partner_id=self.secret.id)
        with self.assertSays("another customer"):
            first.mark_duplicate(other.id)
        with self.assertSays("Choose another complaint"):
            first.mark_duplicate(first.id)
        with self.assertRaises(AccessError):
            first.with_user(self.handler).mark_duplicate(other.id)

    def test_link(self):
        first = self.registered()
        other = self.registered(partner_id=self.important.id)
        self.dialog(self.rep, first, "link", other_id=other)
        self.assertEqual(first.related_ids, other)
        self.assertEqual(other.related_ids, first)
        self.assertFalse(first.similar_ids)
        self.assertTrue(first.action_open_similar()["domain"])


@tagged("post_install", "-at_install")
class TestComplaintDecisions(StepsCommon):
    """No investigation without reason and decider; smart buttons; dialogs."""

    def investigated(self):
        complaint = self.registered()
        complaint._as_system().write({"is_accepted": True, "user_id": self.handler.id})
        complaint._enter("assigned")
        return complaint

    def test_skip_investigation(self):
        complaint = self.investigated()
        with self.assertSays("decided by the supervisor"):
            complaint.with_user(self.handler).skip_investigation("No need")
        with self.assertSays("Say why"):
            complaint.with_user(self.chief).skip_investigation("")
        self.dialog(self.chief, complaint, "skip", reason="Known since May")
        self.assertEqual(complaint.no_investigation_by_id, self.chief)
        self.assertEqual(complaint.state, "opinion")
        self.assertIn("not_investigated", self.kinds(complaint))

    def test_handler_does_not_skip(self):
        complaint = self.investigated()
        complaint._as_system().write({"user_id": self.chief.id})
        with self.assertSays("somebody else decides"):
            complaint.with_user(self.chief).skip_investigation("No need")

    def test_assign_by_dialog(self):
        complaint = self.registered()
        self.open_customer.user_id = self.handler2
        action = (
            complaint.with_user(self.cmanager)
            .with_context(governance_step="assign")
            .action_step()
        )
        steps = self.env["governance.complaint.step"].with_user(self.cmanager)
        with Form(steps.with_context(**action["context"])) as form:
            self.assertEqual(form.unit_id, self.workshop)
            self.assertIn(self.handler.id, form.candidate_ids.ids)
            self.assertNotIn(self.handler2.id, form.candidate_ids.ids)
            form.user_id = self.handler
        form.save().action_confirm()
        self.assertEqual(complaint.user_id, self.handler)

    def test_dialogs_of_hidden_complaints(self):
        complaint = self.registered(partner_id=self.secret.id)
        with self.assertRaises(AccessError):
            complaint.with_user(self.handler).with_context(
                governance_step="wait"
            ).action_step()
        steps = self.env["governance.complaint.step"].with_user(self.handler)
        with self.assertRaises(AccessError):
            steps.create({"complaint_id": complaint.id, "kind": "wait", "reason": "x"})

    def test_unknown_step(self):
        complaint = self.registered()
        for kind in (None, "unlink", "close"):
            with self.assertSays("Choose what to do"):
                complaint.with_context(governance_step=kind).action_step()

    def test_counts_on_the_customer(self):
        """Each counts what one may read (D-20, D-43)."""
        self.registered()
        self.registered()._as_system().write({"state": "closed"})
        customer = self.open_customer
        for user, everything, running in (
            (self.rep, 2, 1),
            (self.auditor, 2, 1),
            (self.handler, 2, 1),
            (self.rep2, 0, 0),
        ):
            mine = customer.with_user(user)
            mine.invalidate_recordset()
            self.assertEqual(mine.governance_complaint_count, everything, user.login)
            self.assertEqual(mine.governance_open_complaint_count, running)
        action = customer.with_user(self.rep).action_open_governance_complaints()
        self.assertEqual(action["context"], {"default_partner_id": customer.id})

    def test_coordinator(self):
        """The salesperson of a top customer coordinates without handling (D-18)."""
        self.assertFalse(self.registered().coordinator_id)
        scheme = self.env["governance.tier.scheme"].create(
            {"name": "Test", "code": "T-CO", "company_id": self.company.id}
        )
        top = self.env["governance.tier"].create(
            {"name": "A", "code": "A", "scheme_id": scheme.id, "is_top": True}
        )
        self.env.cr.execute(
            "UPDATE res_partner SET governance_tier_id = jsonb_build_object(%s, %s)"
            " WHERE id = %s",
            [str(self.company.id), top.id, self.open_customer.id],
        )
        self.env.invalidate_all()
        complaint = self.registered(user=self.cmanager)
        self.assertEqual(complaint.tier_id, top)
        self.assertEqual(complaint.coordinator_id, self.rep)
        self.assertIn(self.rep.partner_id, complaint.sudo().message_partner_ids)
        self.assertIn(self.rep, complaint._get_interested_users())

    def test_words_are_escaped(self):
        """Nothing that people type runs in a message (hostile input)."""
        complaint = self.registered(title="<script>alert(1)</script>")
        complaint.report_to_top("<img src=x onerror=alert(1)>")
        for body in self.messages_to(self.member).mapped("body"):
            self.assertNotIn("<script", body)
            self.assertNotIn("<img", body)

    def test_reasons_are_text(self):
        complaint = self.registered()
        for reason in (None, False, [], {}, 7):
            with self.assertRaises(UserError):
                complaint.withdraw(reason)
