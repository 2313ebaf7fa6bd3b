# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestPolicyApproval(ApprovalCommon):
    """The life of one request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_matrix([cls.group_step("group_executive")])

    def decide(self, request, user, verdict="approved", reason=None):
        return request.with_user(user).decide(verdict, reason)

    def test_approve_takes_effect_and_is_recorded(self):
        """The last signature brings the subject into effect, once."""
        deal = self.create_deal()
        request = self.ask(deal)
        self.assertEqual(request.state, "pending")
        self.assertEqual(deal.approval_state, "pending")
        self.assertIs(self.decide(request, self.executive, reason="Good"), True)
        self.assertEqual(deal.outcome, "approved by governance_executive")
        self.assertRecordValues(
            request,
            [{"state": "approved", "requester_id": self.rep.id}],
        )
        self.assertTrue(request.applied_on)
        self.assertEqual(self.events(request), ["requested", "approved", "applied"])
        verdict = request.decision_ids.filtered(lambda line: line.event == "approved")
        self.assertRecordValues(
            verdict,
            [
                {
                    "user_id": self.executive.id,
                    "reason": "Good",
                    "step_name": "Step 1",
                    "content_hash": request.content_hash,
                    "partner_id": self.acme.id,
                    "res_name": "Deal",
                }
            ],
        )
        self.assertEqual(deal.approval_state, "approved")

    def test_requester_never_decides(self):
        """Neither a second group, nor being administrator, nor sudo helps."""
        self.rep.group_ids += self.env.ref("crm_governance.group_executive")
        self.rep.group_ids += self.env.ref("base.group_system")
        request = self.ask()
        self.assertFalse(request.with_user(self.rep).can_decide)
        for record in (request.with_user(self.rep), request.with_user(self.rep).sudo()):
            with self.assertRaisesRegex(UserError, "your own request"):
                record.decide("approved")
        with self.assertRaisesRegex(UserError, "your own request"):
            request.with_user(self.rep).action_approve()
        self.assertEqual(request.state, "pending")

    def test_author_never_decides(self):
        """Letting a colleague press the button does not help the author."""
        author = self.executive
        deal = self.create_deal(author, user_id=author.id)
        deal.sudo().user_id = self.rep
        self.committee.group_ids += self.env.ref("crm_governance.group_executive")
        request = self.ask(deal.with_user(self.rep))
        self.assertEqual(request.requester_id, self.rep)
        self.assertFalse(request.with_user(author).can_decide)
        self.assertNotIn(author, request.step_ids._get_invited_users())
        self.assertNotIn(author, request.activity_ids.user_id)
        with self.assertRaisesRegex(UserError, "You prepared this"):
            self.decide(request, author)
        self.decide(request, self.committee)
        self.assertEqual(request.state, "approved")

    def test_requester_who_is_no_author(self):
        """Asking for somebody else's work takes the right to decide, too."""
        self.committee.group_ids += self.env.ref("crm_governance.group_executive")
        deal = self.create_deal()
        request = self.ask(deal.with_user(self.committee).sudo())
        self.assertEqual(request.requester_id, self.committee)
        self.assertFalse(request.with_user(self.committee).can_decide)
        self.assertNotIn(self.committee, request.step_ids._get_invited_users())
        with self.assertRaisesRegex(UserError, "your own request"):
            self.decide(request, self.committee)
        self.decide(request, self.executive)
        self.assertEqual(request.state, "approved")

    def test_administrator_and_superuser_are_no_approvers(self):
        """Rights of the administrator decide nothing; the matrix does."""
        request = self.ask()
        for user in (self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            with self.assertRaises(AccessError):
                request.with_user(user).decide("approved")
            with self.assertRaises(AccessError):
                request.with_user(user).action_approve()

    def test_strangers_do_not_even_read(self):
        """Whoever is not concerned neither reads nor decides."""
        request = self.ask()
        for login in ("rep2", "leader", "committee", "employee", "portal"):
            user = self.users[login]
            self.assertFalse(request.with_user(user).has_access("read"), login)
            with self.assertRaises(AccessError, msg=login):
                self.decide(request, user)
        self.assertTrue(request.with_user(self.auditor).has_access("read"))
        with self.assertRaises(AccessError):
            self.decide(request, self.auditor)

    def test_rejection_is_final_and_has_a_reason(self):
        """One rejection ends it, whatever others would have said."""
        self.policy.action_new_version()
        draft = self.policy.search([("state", "=", "draft"), ("code", "=", "TEST")])
        draft.step_ids = [Command.create(self.group_step("group_committee", name="C"))]
        draft.action_publish()
        deal = self.create_deal()
        request = self.ask(deal)
        for reason in (None, "", "  \n "):
            with self.assertRaisesRegex(UserError, "needs a reason"):
                self.decide(request, self.executive, "rejected", reason)
        self.decide(request, self.committee)
        self.decide(request, self.executive, "rejected", "Too expensive")
        self.assertEqual(request.state, "rejected")
        self.assertEqual(deal.outcome, "rejected")
        with self.assertRaisesRegex(UserError, "Rejected by governance_executive"):
            self.decide(request, self.committee2)
        self.assertEqual(self.events(request), ["requested", "approved", "rejected"])

    def test_unknown_verdict(self):
        request = self.ask()
        with self.assertRaisesRegex(UserError, "either approved or rejected"):
            self.decide(request, self.executive, "applied")

    def test_one_person_signs_once(self):
        """Parallel steps of one group need two people (C-27)."""
        self._publish_steps(
            self.group_step("group_committee"),
            self.group_step("group_committee"),
        )
        request = self.ask()
        self.decide(request, self.committee)
        self.assertFalse(request.with_user(self.committee).can_decide)
        with self.assertRaisesRegex(UserError, "decided this request already"):
            self.decide(request, self.committee)
        self.assertEqual(request.state, "pending")
        self.decide(request, self.committee2)
        self.assertEqual(request.state, "approved")

    def test_one_person_does_not_sign_consecutive_steps(self):
        self._publish_steps(
            self.group_step("group_committee", 10),
            self.group_step("group_committee", 20),
        )
        request = self.ask()
        self.decide(request, self.committee)
        with self.assertRaisesRegex(UserError, "decided this request already"):
            self.decide(request, self.committee)
        self.decide(request, self.committee2)
        self.assertEqual(request.state, "approved")

    def test_sequence_of_steps(self):
        """Later steps open when all earlier ones are signed."""
        self._publish_steps(
            self.group_step("group_committee", 10, name="Committee"),
            self.group_step("group_leader", 10, name="Leaders"),
            self.group_step("group_executive", 20, name="Executive"),
        )
        request = self.ask()
        self.assertEqual(request.current_sequence, 10)
        with self.assertRaises(AccessError):
            self.decide(request, self.executive)
        self.decide(request, self.committee)
        with self.assertRaises(AccessError):
            self.decide(request, self.executive)
        self.decide(request, self.leader)
        self.assertEqual(request.current_sequence, 20)
        self.assertTrue(request.with_user(self.executive).can_decide)
        self.decide(request, self.executive)
        self.assertRecordValues(
            request.step_ids.sorted("id"),
            [
                {"name": "Committee", "decided_by": self.committee.id},
                {"name": "Leaders", "decided_by": self.leader.id},
                {"name": "Executive", "decided_by": self.executive.id},
            ],
        )

    def test_signature_does_not_block_others(self):
        """Who fits two parallel steps takes the one that fewer others can sign."""
        both = self.committee
        both.group_ids += self.env.ref("crm_governance.group_executive")
        self._publish_steps(
            self.group_step("group_committee", name="Committee"),
            self.group_step("group_executive", name="Executive"),
        )
        self.executive.active = False
        request = self.ask()
        self.decide(request, both)
        self.assertEqual(
            request.step_ids.filtered(lambda step: step.state == "open").name,
            "Committee",
        )
        self.decide(request, self.committee2)
        self.assertEqual(request.state, "approved")

    def test_inactive_approver(self):
        request = self.ask()
        self.executive.active = False
        with self.assertRaises(AccessError):
            self.decide(request, self.executive)

    def test_approver_who_left_the_group(self):
        """Approvers are looked up when they decide, not when it was asked."""
        request = self.ask()
        group = self.env.ref("crm_governance.group_executive")
        self.assertTrue(request.with_user(self.executive).can_decide)
        self.executive.group_ids -= group
        with self.assertRaises(AccessError):
            self.decide(request, self.executive)
        self.committee.group_ids += group
        self.decide(request, self.committee)
        self.assertEqual(request.state, "approved")

    def test_withdraw(self):
        deal = self.create_deal()
        request = self.ask(deal)
        with self.assertRaisesRegex(UserError, "who made this request"):
            request.with_user(self.executive).action_withdraw()
        self.assertTrue(deal.approval_can_withdraw)
        self.assertFalse(deal.with_user(self.executive).approval_can_withdraw)
        deal.action_approval_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(deal.outcome, "withdrawn")
        with self.assertRaisesRegex(UserError, "Withdrawn by governance_rep"):
            self.decide(request, self.executive)
        with self.assertRaises(UserError):
            deal.action_approval_withdraw()

    def test_one_pending_request(self):
        deal = self.create_deal()
        self.ask(deal)
        with self.assertRaisesRegex(UserError, "waits for a decision already"):
            deal.action_request_approval()

    def test_no_matrix(self):
        """The message says what is missing and where to get it."""
        self.policy.active = False
        with self.assertRaisesRegex(UserError, "Configuration > Approval matrices"):
            self.create_deal().action_request_approval()

    def test_nobody_could_sign(self):
        self.executive.active = False
        with self.assertRaisesRegex(UserError, "Nobody could sign"):
            self.create_deal().action_request_approval()

    def test_only_the_requester_could_sign(self):
        self.executive.group_ids += self.env.ref("crm_governance.group_user")
        with self.assertRaisesRegex(UserError, "besides those who prepared it"):
            self.create_deal(self.executive).action_request_approval()

    # ------------------------------------------------------------------
    # EXPIRY
    # ------------------------------------------------------------------

    def test_expired_request_cannot_be_decided(self):
        """Coming too late is recorded and told; the subject can be asked again."""
        deal = self.create_deal()
        with freeze_time("2026-03-02 08:00:00"):
            request = self.ask(deal)
            self.assertEqual(str(request.expires_on), "2026-03-05 08:00:00")
        with freeze_time("2026-03-05 08:00:00"):
            self.env.invalidate_all()
            self.assertFalse(request.with_user(self.executive).can_decide)
            self.assertTrue(request.is_overdue)
            self.assertEqual(deal.approval_state, "expired")
            result = self.decide(request, self.executive)
            self.assertEqual(result["tag"], "display_notification")
            self.assertIn("expired", result["params"]["message"])
            self.assertEqual(request.state, "expired")
            self.assertEqual(deal.outcome, "expired")
            expired = request.decision_ids.sorted("id")[-1]
            self.assertEqual(expired.event, "expired")
            self.assertEqual(expired.user_id, self.env.ref("base.user_root"))
            again = self.ask(deal)
            self.decide(again, self.executive)
            self.assertEqual(again.state, "approved")

    def test_ask_again_before_the_cron_ran(self):
        deal = self.create_deal()
        with freeze_time("2026-03-02 08:00:00"):
            first = self.ask(deal)
        with freeze_time("2026-03-09 08:00:00"):
            second = self.ask(deal)
        self.assertEqual(first.state, "expired")
        self.assertEqual(second.state, "pending")

    def test_decide_in_the_last_second(self):
        with freeze_time("2026-03-02 08:00:00"):
            request = self.ask()
        with freeze_time("2026-03-05 07:59:59"):
            self.decide(request, self.executive)
        self.assertEqual(request.state, "approved")

    # ------------------------------------------------------------------
    # CONTENT
    # ------------------------------------------------------------------

    def test_change_voids_at_once(self):
        deal = self.create_deal()
        request = self.ask(deal)
        deal.note = "not signed"
        self.assertEqual(request.state, "pending")
        deal.amount = 100
        self.assertEqual(request.state, "pending")
        deal.amount = 101
        self.assertEqual(request.state, "voided")
        self.assertEqual(deal.outcome, "voided")
        with self.assertRaisesRegex(UserError, "Void by governance_rep"):
            self.decide(request, self.executive)

    def test_change_by_sql_voids_when_deciding(self):
        """What did not pass the ORM is found before the signature."""
        deal = self.create_deal()
        request = self.ask(deal)
        self.env.flush_all()
        self.cr.execute("UPDATE governance_test_deal SET amount = 1 WHERE TRUE")
        self.env.invalidate_all()
        result = self.decide(request, self.executive)
        self.assertEqual(result["params"]["type"], "warning")
        self.assertEqual(request.state, "voided")
        self.assertFalse(request.applied_on)
        self.assertEqual(self.events(request), ["requested", "voided"])

    def test_change_of_lines_voids(self):
        deal = self.create_deal(line_ids=[Command.create({"quantity": 1})])
        request = self.ask(deal)
        deal.line_ids.quantity = 2
        self.decide(request, self.executive)
        self.assertEqual(request.state, "voided")

    def test_change_of_lines_through_subject_voids_at_once(self):
        deal = self.create_deal()
        request = self.ask(deal)
        deal.line_ids = [Command.create({"quantity": 1})]
        self.assertEqual(request.state, "voided")

    def test_hash_does_not_depend_on_the_reader(self):
        """Language, time zone, bin_size and rights leave the hash alone."""
        deal = self.create_deal(
            amount=0.1 + 0.2, price=9.99, title="Title", document=b"aGVsbG8="
        )
        expected = deal._get_approval_hash()
        deal.flush_recordset()
        deal.invalidate_recordset()
        for context in (
            {"lang": "zh_CN"},
            {"tz": "Asia/Shanghai"},
            {"bin_size": True},
            {"active_test": False},
        ):
            other = deal.with_user(self.rep).with_context(**context)
            self.assertEqual(other._get_approval_hash(), expected, context)
        deal.with_context(lang="zh_CN").title = "标题"
        self.assertNotEqual(deal._get_approval_hash(), expected)

    def test_change_before_a_late_effect(self):
        """What is approved for later is void when it changes before."""
        deal = self.create_deal(is_late=True)
        request = self.ask(deal)
        self.decide(request, self.executive)
        self.assertEqual(request.state, "approved")
        self.assertFalse(deal.outcome)
        self.assertFalse(request.applied_on)
        deal.amount = 7
        self.assertEqual(request.state, "voided")
        with self.assertRaises(UserError):
            request._apply()
        self.assertEqual(deal.outcome, "voided")

    def test_hidden_change_before_a_late_effect(self):
        deal = self.create_deal(is_late=True)
        request = self.ask(deal)
        self.decide(request, self.executive)
        self.env.flush_all()
        self.cr.execute("UPDATE governance_test_deal SET amount = 1 WHERE TRUE")
        self.env.invalidate_all()
        self.assertFalse(request._apply())
        self.assertEqual(request.state, "voided")
        self.assertEqual(deal.outcome, "voided")

    def test_late_effect(self):
        deal = self.create_deal(is_late=True)
        request = self.ask(deal)
        self.decide(request, self.executive)
        self.assertTrue(request._apply())
        self.assertTrue(deal.outcome)
        with self.assertRaisesRegex(UserError, "took effect before"):
            request._apply()
        deal.amount = 8
        self.assertEqual(request.state, "approved")

    def test_deleted_subject(self):
        deal = self.create_deal()
        request = self.ask(deal)
        deal.unlink()
        self.assertEqual(request.state, "voided")
        with self.assertRaisesRegex(UserError, "has been deleted"):
            request.action_open_subject()
        self.assertEqual(request.res_name, "Deal")

    def test_subject_deleted_by_sql(self):
        request = self.ask()
        self.cr.execute("DELETE FROM governance_test_deal")
        self.env.invalidate_all()
        self.decide(request, self.executive)
        self.assertEqual(request.state, "voided")

    def test_content_is_shown(self):
        request = self.ask(price=1234.5)
        html = request.with_user(self.executive).content_html
        self.assertIn("Amount", html)
        self.assertIn("1,234.50", html)
        self.assertIn("Acme", html)

    def test_content_is_escaped(self):
        self.acme.name = "<script>alert(1)</script>"
        html = self.ask().content_html
        self.assertNotIn("<script>", html)
        self.assertIn("&lt;script&gt;", html)

    # ------------------------------------------------------------------
    # READING
    # ------------------------------------------------------------------

    def test_approvers_read_what_they_decide(self):
        """They get access for the decision and keep it afterwards."""
        deals = self.env["governance.test.deal"]
        deal = self.create_deal()
        self.assertFalse(deal.with_user(self.executive).has_access("read"))
        request = self.ask(deal)
        for user, readable in (
            (self.executive, True),
            (self.committee, False),
            (self.rep2, False),
        ):
            found = deals.with_user(user).search([("id", "=", deal.id)])
            self.assertEqual(bool(found), readable, user.login)
            self.assertEqual(deal.with_user(user).has_access("read"), readable)
        self.decide(request, self.executive)
        self.assertTrue(deal.with_user(self.executive).has_access("read"))
        self.assertTrue(request.with_user(self.executive).has_access("read"))
        self.assertFalse(deal.with_user(self.executive).approval_can_decide)

    def test_filter_to_decide(self):
        deal = self.create_deal()
        self.create_deal(name="Not asked")
        request = self.ask(deal)
        deals = self.env["governance.test.deal"].with_user(self.executive)
        requests = self.env["governance.approval.request"].with_user(self.executive)
        self.assertEqual(deals.search([("approval_can_decide", "=", True)]), deal)
        self.assertEqual(requests.search([("can_decide", "=", True)]), request)
        self.assertFalse(requests.search([("can_decide", "!=", True)]))
        self.assertFalse(
            requests.with_user(self.rep).search([("can_decide", "=", True)])
        )
        self.assertEqual(
            requests.with_user(self.auditor).search([("can_decide", "=", False)]),
            request,
        )

    def test_requester_reads_register(self):
        request = self.ask()
        register = self.env["governance.decision"]
        for user in (self.rep, self.executive, self.auditor, self.manager):
            lines = register.with_user(user).search([("request_id", "=", request.id)])
            self.assertEqual(len(lines), 1, user.login)
        for user in (self.rep2, self.employee):
            self.assertFalse(register.with_user(user).search([]), user.login)

    # ------------------------------------------------------------------
    # SCREENS AND MAIL
    # ------------------------------------------------------------------

    def test_dialog(self):
        request = self.ask()
        action = request.with_user(self.executive).action_reject()
        wizard = (
            self.env["governance.decide"]
            .with_user(self.executive)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.asker_id, self.rep)
        self.assertIn("Acme", wizard.content_html)
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.reason = "No"
        self.assertEqual(wizard.action_confirm()["type"], "ir.actions.act_window_close")
        self.assertEqual(request.state, "rejected")

    def test_dialog_of_a_stranger(self):
        """The dialog gives no right and shows nothing, not even a name."""
        request = self.ask()
        wizards = self.env["governance.decide"].with_user(self.rep2)
        with self.assertRaises(AccessError):
            wizards.create({"request_id": request.id, "verdict": "approved"})
        own = self.ask(name="own", deal=self.create_deal(self.rep2))
        wizard = wizards.create({"request_id": own.id, "verdict": "approved"})
        with self.assertRaises(AccessError):
            wizard.request_id = request
        wizard.with_env(self.env).request_id = request
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        with self.assertRaises(AccessError):
            wizard.read(["content_html"])

    def test_buttons_of_the_subject(self):
        deal = self.create_deal()
        with self.assertRaisesRegex(UserError, "does not wait"):
            deal.action_approval_approve()
        request = self.ask(deal)
        with self.assertRaises(UserError):
            deal.action_approval_approve()
        action = deal.with_user(self.executive).action_approval_approve()
        self.assertEqual(action["context"]["default_request_id"], request.id)
        action = deal.with_user(self.executive).action_approval_reject()
        self.assertEqual(action["context"]["default_verdict"], "rejected")
        action = deal.action_open_approval_requests()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, request)
        opened = request.with_user(self.executive).action_open_subject()
        self.assertEqual(opened["res_id"], deal.id)

    def test_to_do_of_the_approvers(self):
        """Approvers get a to-do, which ends with the decision."""
        self._publish_steps(
            self.group_step("group_committee", 10),
            self.group_step("group_executive", 20),
        )
        request = self.ask()
        to_do = self.env["mail.activity"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertEqual(to_do.user_id, self.committee | self.committee2)
        self.assertEqual(to_do[0].date_deadline, request.expires_on.date())
        self.decide(request, self.committee)
        self.assertEqual(request.activity_ids.user_id, self.executive)
        self.decide(request, self.executive)
        self.assertFalse(request.activity_ids)

    def test_requester_is_told(self):
        request = self.ask()
        self.decide(request, self.executive, "rejected", "Too expensive")
        note = self.env["mail.message"].search(
            [("partner_ids", "in", self.rep.partner_id.ids)], order="id desc", limit=1
        )
        self.assertIn("Too expensive", note.body)
        self.assertEqual(note.res_id, request.id)

    def test_expiry_in_working_days(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Office", "tz": "Asia/Shanghai", "company_id": self.company.id}
        )
        self._publish_steps(
            self.group_step("group_executive"),
            expiry_value=3,
            expiry_unit="working_days",
            calendar_id=calendar.id,
        )
        # A Friday: signed by Wednesday 17:00 in Shanghai.
        with freeze_time("2026-03-06 02:00:00"):
            request = self.ask()
        self.assertEqual(str(request.expires_on), "2026-03-11 09:00:00")

    def test_default_values_of_the_client_are_ignored(self):
        """A context cannot fill what the system leaves out."""
        deal = self.create_deal().with_context(
            default_state="approved",
            default_applied_on="2026-01-01 00:00:00",
            default_event="approved",
            default_user_id=self.executive.id,
            default_requester_id=self.executive.id,
        )
        request = self.ask(deal)
        self.assertEqual(request.state, "pending")
        self.assertEqual(request.requester_id, self.rep)
        self.assertFalse(request.applied_on)
        self.assertEqual(self.events(request), ["requested"])

    def test_policy_in_force_then_explains_it_later(self):
        """A request keeps the steps of the version it was asked under."""
        request = self.ask()
        self._publish_steps(self.group_step("group_committee"))
        self.assertEqual(self.policy.state, "superseded")
        self.assertEqual(request.policy_id, self.policy)
        with self.assertRaises(AccessError):
            self.decide(request, self.committee)
        self.decide(request, self.executive)
        self.assertEqual(request.state, "approved")

    def _publish_steps(self, *steps, **values):
        """Publish a new version of the matrix with other steps."""
        action = self.policy.action_new_version()
        draft = self.policy.browse(action["res_id"])
        draft.step_ids.unlink()
        draft.write(
            {
                "step_ids": [
                    Command.create({"name": "Step", **step}) for step in steps
                ],
                **values,
            }
        )
        draft.action_publish()
        return draft


@tagged("post_install", "-at_install")
class TestPolicyExpiryCron(ApprovalCommon):
    """Requests expire by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_matrix([cls.group_step("group_executive")])
        cls.cron = cls.env.ref("crm_governance.ir_cron_approval_expire")

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_twice_and_late(self):
        """A week late, and again: everything expires once."""
        start = self.now()
        with freeze_time(start):
            late = self.ask(name="late")
        with freeze_time(start + timedelta(days=9)):
            young = self.ask(name="young")
            self.run_cron()
            self.assertEqual(late.state, "expired")
            self.assertEqual(young.state, "pending")
            self.assertEqual(self.events(late), ["requested", "expired"])
            self.run_cron()
            self.assertEqual(self.events(late), ["requested", "expired"])
            self.assertFalse(late.activity_ids)

    def test_broken_record_is_isolated(self):
        """One bad record is reported on itself and stops nobody."""
        with freeze_time("2026-03-02 08:00:00"):
            first = self.ask(name="first")
            broken_deal = self.create_deal(name="broken", is_broken=True)
            broken = self.ask(broken_deal)
            last = self.ask(name="last")
        with freeze_time("2026-04-02 08:00:00"):
            with self.assertLogs(
                "odoo.addons.crm_governance.models.policy.governance_approval_request",
                "WARNING",
            ):
                self.run_cron()
            self.assertEqual((first | last).mapped("state"), ["expired", "expired"])
            self.assertEqual(broken.state, "pending")
            self.assertIn("This deal is broken", broken.last_error)
            self.assertEqual(self.events(broken), ["requested"])
            broken_deal.sudo().is_broken = False
            self.run_cron()
            self.assertEqual(broken.state, "expired")
            self.assertFalse(broken.last_error)
