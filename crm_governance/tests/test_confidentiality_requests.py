# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .confidentiality_access import AccessCommon
from .tiers_world import FORGED

MODEL = "governance.access.request"


@tagged("post_install", "-at_install")
class TestAccessRequest(AccessCommon):
    """Who needs a confidential customer asks, and others decide (C-11, C-16)."""

    def test_from_asking_to_the_end(self):
        """Ask, approve, read, and no longer."""
        request = self.ask()
        self.assertEqual(request.state, "requested")
        self.assertHidden(self.rep2, self.secret)
        self.decide(request)
        self.assertEqual(request.state, "active")
        self.assertReads(self.rep2, self.secret)
        grant = request.sudo().grant_id
        self.assertEqual(grant.date_end, request.date_end)
        self.assertEqual(grant.granted_by, self.leader)
        self.assertEqual(request.customer_id, self.secret)
        with freeze_time(request.date_end):
            self.assertHidden(self.rep2, self.secret)
            self.run_job("governance.access.grant", "_cron_tidy")
            self.assertEqual(request.state, "ended")
            self.assertEqual(grant.state, "expired")
            self.assertFalse(request.with_user(self.rep2).customer_id)

    def test_names_of_new_records(self):
        """What is not filled in yet has a name that says so."""
        draft = self.env[MODEL].with_user(self.rep2).new({})
        self.assertIn("at most 10 days at a time and 20 days", draft.limit_note)
        for model, name in (
            (MODEL, "New request"),
            ("governance.level.change", "New proposal"),
            ("governance.suspension", "New suspension"),
        ):
            record = self.env[model].with_user(self.custodian2).new({})
            self.assertEqual(record.display_name, name)

    def test_deciders_see_who_asks(self):
        """The system asks for the person, whom the deciders see."""
        request = self.ask()
        approval = self.approval(request)
        self.assertFalse(approval.requester_id.active)
        self.assertEqual(approval.with_user(self.leader).asker_id, self.rep2)
        with self.assertRaises(AccessError):
            approval.with_user(self.rep2).read(["asker_id"])

    def test_register_names_no_customer_of_a_request(self):
        """Auditors below the level do not read in the register what was typed."""
        request = self.ask()
        line = self.env["governance.access.entry"].search(
            [("event", "=", "requested"), ("res_id", "=", request.id)]
        )
        for user, is_told in ((self.auditor, False), (self.custodian2, True)):
            told = line.with_user(user).particulars
            self.assertEqual("Secret Holding" in told, is_told, told)

    def test_each_way_to_name_a_customer(self):
        """Name, reference, tax ID and e-mail, exactly but in any case."""
        self.secret.vat = "CN-SECRET-1"
        for text in (
            " secret holding ",
            "sh-1",
            "cn-secret-1",
            "Office <OFFICE@secret.example>",
            "Agent Zero",
        ):
            request = self.ask(text=text)
            self.assertEqual(request.sudo().partner_id, self.secret, text)
        for text in ("Secret", "%", "Secret_Holding", "SH-"):
            request = self.ask(text=text)
            self.assertFalse(request.sudo().partner_id, text)
            self.assertTrue(request.with_user(self.custodian).needs_match)

    def test_answer_tells_nothing(self):
        """What is, and what is not, look the same to whoever asks."""
        views = []
        with freeze_time(fields.Datetime.now()):
            for text in ("Secret Holding", "No such customer"):
                request = self.draft(text=text)
                self.rpc(self.rep2, MODEL, "action_request_approval", request.ids)
                self.look_up()
                names = set(self.rpc(self.rep2, MODEL, "fields_get"))
                values = self.rpc(self.rep2, MODEL, "read", request.ids, sorted(names))
                entries = self.rpc(
                    self.rep2,
                    "governance.access.entry",
                    "search_read",
                    [("res_model", "=", MODEL), ("res_id", "=", request.id)],
                    ["event", "partner_id", "rank", "subject_id", "detail", "date"],
                )
                views.append(self.neutral([values, entries], text))
        self.assertEqual(*views)
        request = self.ask(text="Secret Holding")
        for model, domain in (
            ("governance.approval.request", [("res_model", "=", MODEL)]),
            ("governance.decision", [("res_model", "=", MODEL)]),
            ("mail.message", [("model", "=", "governance.approval.request")]),
            ("mail.message", [("model", "=", MODEL)]),
            ("mail.activity", [("res_model", "=", "governance.approval.request")]),
            ("mail.followers", [("res_model", "=", "governance.approval.request")]),
        ):
            if model == "mail.followers" or self.env[model].with_user(
                self.rep2
            ).has_access("read"):
                found = self.rpc(self.rep2, model, "search_count", domain)
                self.assertFalse(found, model)

    def neutral(self, values, text):
        """Return values without what differs between any two requests."""
        for row in [row for rows in values for row in rows]:
            del row["id"]
        return repr(values).replace(text, "TEXT")

    def test_hidden_fields_are_no_oracle(self):
        """Neither reading, searching, sorting nor grouping gives them away."""
        request = self.ask()
        hidden = (
            "partner_id",
            "is_looked_up",
            "is_on_desk",
            "desk_note",
            "approval_state",
            "approval_request_id",
            "approval_request_ids",
        )
        for name in hidden:
            self.assertRefused(self.rep2, MODEL, "read", request.ids, [name])
            self.assertRefused(
                self.rep2, MODEL, "search", [(name, "!=", False)], error=Exception
            )
        for name in ("needs_match", "approval_can_decide"):
            found = self.rpc(self.rep2, MODEL, "search", [(name, "=", True)])
            self.assertFalse(found, name)
        self.assertRefused(
            self.rep2, MODEL, "search", [("customer_id", "!=", False)], error=Exception
        )

    def test_errors_are_no_oracle(self):
        """Buttons of approvals answer the same for both kinds of requests."""
        both = [self.ask(text=text) for text in ("Secret Holding", "No such")]
        for name in (
            "action_approval_approve",
            "action_approval_reject",
            "action_approval_withdraw",
            "action_match",
        ):
            messages = []
            for request in both:
                with self.assertRaises(UserError) as caught:
                    self.rpc(self.rep2, MODEL, name, request.ids)
                messages.append(str(caught.exception))
            self.assertEqual(*messages)

    def test_name_that_an_open_customer_has_too(self):
        """It is answered from what the person sees, whatever else there is."""
        answers = []
        for _round in range(2):
            request = self.ask(text="Open Trading")
            self.assertEqual(request.state, "refused")
            answers.append(request.answer)
            self.classify(self.customer("Open Trading"), self.level2)
        self.assertEqual(*answers)
        self.assertIn("open to you already", answers[0])

    def test_desk(self):
        """A custodian who reads the customer names it; nobody else does."""
        request = self.ask(text="the Holding in Shanghai")
        on_desk = [("needs_match", "=", True)]
        for user in (self.rep2, self.leader, self.auditor, self.employee):
            self.assertFalse(self.rpc(user, MODEL, "search", on_desk), user.login)
        for user in (self.custodian, self.custodian2):
            self.assertEqual(self.rpc(user, MODEL, "search", on_desk), request.ids)
        match = self.env["governance.access.match"]
        with self.assertRaises(AccessError):
            match.with_user(self.leader).create({"request_id": request.id})
        wizard = match.with_user(self.custodian2).create({"request_id": request.id})
        with self.assertSays("Choose the customer"):
            wizard.action_confirm()
        with self.assertRaises(AccessError):
            match.with_user(self.custodian).create(
                {"request_id": request.id, "partner_id": self.secret.id}
            )
        before = request.write_date
        wizard.partner_id = self.secret
        wizard.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(request.write_date, before)
        self.assertEqual(request.state, "requested")
        self.assertFalse(self.rpc(self.custodian2, MODEL, "search", on_desk))
        self.decide(request)
        self.assertReads(self.rep2, self.secret)

    def test_desk_below_the_level(self):
        """A custodian below the level neither names nor sees what was found."""
        request = self.ask()
        self.assertFalse(request.with_user(self.custodian).has_access("read"))
        self.assertTrue(request.with_user(self.custodian2).has_access("read"))
        mine = self.ask(self.custodian)
        self.assertTrue(mine.with_user(self.custodian).has_access("read"))
        self.assertFalse(mine.with_user(self.custodian).customer_id)
        with self.assertRaises(AccessError):
            mine.with_user(self.custodian).action_match()

    def test_refusal_at_the_desk(self):
        """It needs a reason, which the person reads."""
        request = self.ask(text="Nobody knows")
        wizard = (
            self.env["governance.access.match"]
            .with_user(self.custodian)
            .create({"request_id": request.id, "verdict": "refuse", "reason": " "})
        )
        with self.assertSays("a refusal needs a reason"):
            wizard.action_confirm()
        wizard.reason = "Ask your leader"
        wizard.action_confirm()
        self.assertEqual(request.state, "refused")
        self.assertEqual(request.answer, "Ask your leader")
        self.assertTold(self.rep2, "Ask your leader")

    def assertTold(self, user, text):
        messages = (
            self.env["mail.message"]
            .with_user(user)
            .search([("model", "=", MODEL), ("partner_ids", "in", user.partner_id.ids)])
        )
        self.assertIn(text, " ".join(messages.mapped("body")))
        self.assertNotIn("Secret Holding", " ".join(messages.mapped("body")))

    def test_nobody_could_sign(self):
        """Whoever asks learns nothing; the custodians see why."""
        lonely = self.customer("Lonely Secret")
        self.classify(lonely, self.level2)
        request = self.ask(text="Lonely Secret")
        self.assertEqual(request.state, "requested")
        self.assertFalse(request.with_user(self.custodian).has_access("read"))
        hint = request.with_user(self.custodian2).desk_hint
        self.assertIn("Nobody could sign", hint)

    def test_rejection(self):
        """It needs a reason and is told to the person."""
        request = self.ask()
        with self.assertSays("a rejection needs a reason"):
            self.approval(request).with_user(self.leader).decide("rejected", "")
        self.decide(request, "rejected")
        self.assertEqual(request.state, "refused")
        self.assertEqual(request.answer, "Because")
        self.assertTold(self.rep2, "Because")
        self.assertHidden(self.rep2, self.secret)

    def test_who_decides(self):
        """Neither requester, nor beneficiary, nor a leader elsewhere."""
        own = self.ask(self.leader2)
        with self.assertRaises(AccessError):
            self.decide(own, user=self.leader2)
        for_member = self.ask(self.leader2, user_id=self.rep2.id)
        for user in (self.leader2, self.rep2, self.custodian2, self.boss):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.decide(for_member, user=user)
        self.decide(for_member)
        self.assertReads(self.rep2, self.secret)
        self.assertHidden(self.leader2, self.secret)

    def test_deciders_have_access_themselves(self):
        """Whoever is below the level, or holds a grant only, opens nothing."""
        self.create_matrix(
            [self.group_step("group_executive")], subject="access_request", code="GM"
        )
        request = self.ask()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.decide(request, user=self.executive)
        self.grant(self.executive, self.secret)
        with self.assertSays("only access that you have yourself"):
            self.decide(request, user=self.executive)
        self.decide(request, user=self.boss)
        self.assertReads(self.rep2, self.secret)

    def test_approvals_name_the_customer_to_its_readers_only(self):
        """Administrators and approvers below the level see that one was asked."""
        self.create_matrix(
            [self.group_step("group_executive")], subject="access_request", code="GM"
        )
        request = self.ask()
        approval = self.approval(request)
        for user in (self.manager, self.auditor, self.executive, self.rep2):
            seen = approval.with_user(user)
            if not seen.has_access("read"):
                continue
            text = repr(self.rpc(user, approval._name, "read", approval.ids))
            self.assertNotIn("Secret Holding", text, user.login)
            self.assertNotIn("Tender", text, user.login)
        self.env.invalidate_all()
        html = approval.with_user(self.boss).content_html
        self.assertIn("Secret Holding", html)
        self.assertIn("Tender", html)
        self.assertFalse(approval.with_user(self.rep2).has_access("read"))
        decisions = self.env["governance.decision"].search(
            [("request_id", "=", approval.id)]
        )
        self.assertNotIn("Secret", " ".join(decisions.mapped("res_name")))

    def test_other_peoples_requests(self):
        """Colleagues read and change nothing of it."""
        request = self.ask()
        for user in (self.rep, self.employee, self.leader2, self.manager):
            self.assertRefused(user, MODEL, "read", request.ids, ["customer_text"])
            self.assertRefused(user, MODEL, "action_withdraw", request.ids)
            self.assertRefused(user, MODEL, "action_request_approval", request.ids)
        self.assertRefused(
            self.rep2, MODEL, "write", request.ids, {"reason": "Another"}
        )
        self.assertRefused(self.rep2, MODEL, "unlink", request.ids)
        self.assertEqual(request.with_user(self.leader).customer_id, self.secret)

    def test_forged_calls(self):
        """No client creates or writes what the product decides."""
        draft = self.draft()
        values = {
            "customer_text": "Secret Holding",
            "reason": "Mine",
            "date_end": str(self.later(days=1)),
        }
        forged = [
            {"state": "active"},
            {"partner_id": self.secret.id},
            {"requester_id": self.leader.id},
            {"grant_id": 1},
            {"is_on_desk": True},
        ]
        for extra in forged:
            for context in ({}, FORGED):
                self.assertRefused(
                    self.rep2,
                    MODEL,
                    "create",
                    [{**values, **extra}],
                    context=context,
                    error=Exception,
                )
                self.assertRefused(
                    self.rep2, MODEL, "write", draft.ids, extra, context=context
                )
        created = self.rpc(
            self.rep2,
            MODEL,
            "create",
            [values],
            context={
                "default_state": "active",
                "default_requester_id": self.leader.id,
            },
        )
        request = self.env[MODEL].browse(created)
        self.assertEqual(request.state, "draft")
        self.assertEqual(request.requester_id, self.rep2)
        for name in ("_look_up", "_approval_approved", "_set_hidden", "_close"):
            self.assertRefused(self.rep2, MODEL, name, draft.ids, error=Exception)

    def test_for_whom(self):
        """For oneself, or for members of one's own team."""
        with self.assertSays("members of a sales team"):
            self.draft(self.rep2, user_id=self.leader2.id)
        with self.assertSays("members of a sales team"):
            self.draft(self.leader, user_id=self.rep2.id)
        self.draft(self.leader2, user_id=self.rep2.id)

    def test_what_a_request_needs(self):
        """Each thing that is missing is named."""
        cases = (
            ({"customer_text": "  "}, "which customer"),
            ({"reason": " "}, "needed for"),
            ({"date_end": self.later(minutes=-1)}, "later time"),
            ({"date_end": self.later(days=11)}, "10 days at most"),
        )
        for values, message in cases:
            request = self.draft(**values)
            with self.assertSays(message):
                request.action_request_approval()
        request = self.ask()
        with self.assertSays("already"):
            request.action_request_approval()

    def test_people_who_may_not(self):
        """Suspended people, and people without a training, do not ask."""
        request = self.draft()
        self.rep2._with_suspension().governance_suspended = True
        with self.assertSays("suspended"):
            request.action_request_approval()
        self.rep2._with_suspension().governance_suspended = False
        self.publish_ladder(**self.LADDER, is_training_required=True)
        with self.assertSays("valid training"):
            request.action_request_approval()
        today = fields.Date.today()
        self.rep2._with_suspension().governance_trained_until = today
        with self.assertSays("valid until"):
            request.action_request_approval()
        self.rep2._with_suspension().governance_trained_until = self.later(days=9)
        request.action_request_approval()

    def test_suspension_before_the_decision(self):
        """Nobody gives access to somebody who was suspended meanwhile."""
        request = self.ask()
        self.rep2._with_suspension().governance_suspended = True
        with self.assertSays("suspended"):
            self.decide(request)

    def test_without_a_ladder(self):
        """The message says whom to ask."""
        self.env.cr.execute("UPDATE governance_clearance_ladder SET state = 'draft'")
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assertSays("governance administrator"):
            self.draft().action_request_approval()

    def test_expiry(self):
        """Undecided requests expire by the matrix, matched or not."""
        both = [self.ask(text=text) for text in ("Secret Holding", "No such")]
        apart = both[1].decide_until - both[0].decide_until
        self.assertLess(apart, timedelta(minutes=1))
        with freeze_time(self.later(days=3, minutes=1)):
            self.look_up()
        for request in both:
            self.assertEqual(request.state, "expired")
        self.assertEqual(self.approval(both[0]).state, "expired")

    def test_too_late(self):
        """What is approved after its time gives nothing; both are told."""
        request = self.ask(date_end=self.later(hours=5))
        with freeze_time(self.later(hours=6)):
            self.decide(request)
            self.assertEqual(request.state, "expired")
            self.assertHidden(self.rep2, self.secret)
        self.assertTold(self.rep2, "after the time")
        self.assertTold(self.leader, "nobody got access")

    def test_taking_back(self):
        """Only the requester; then nobody decides it any more."""
        request = self.ask()
        approval = self.approval(request)
        self.rpc(self.rep2, MODEL, "action_withdraw", request.ids)
        self.assertEqual(request.state, "cancelled")
        self.assertEqual(approval.state, "withdrawn")
        with self.assertSays("closed"):
            approval.with_user(self.leader).decide("approved")
        with self.assertSays("does not wait"):
            request.action_withdraw()

    def test_longest_in_a_row(self):
        """Neither renewing nor asking anew goes past the longest time."""
        now = fields.Datetime.now()
        for day in (0, 9, 18):
            with freeze_time(self.later(days=day)):
                if day == 18:
                    self.env["governance.access.grant"].search(
                        [("user_id", "=", self.rep2.id)]
                    )._end("Again")
                request = self.ask(date_end=self.later(days=10))
                self.decide(request)
                self.assertEqual(request.state, "active")
        grant = request.sudo().grant_id
        self.assertLessEqual(grant.date_end, fields.Datetime.add(now, days=20, hours=1))
        with freeze_time(fields.Datetime.add(now, days=20, hours=12)):
            request = self.ask()
            with self.assertSays("as long in a row"):
                self.decide(request)
        with freeze_time(fields.Datetime.add(now, days=22)):
            request = self.ask(date_end=fields.Datetime.add(now, days=23))
            self.decide(request)
            self.assertEqual(request.state, "active")

    def test_renewal(self):
        """Who has access asks again, and the new one takes the old one's place."""
        first = self.ask()
        self.decide(first)
        second = self.ask(date_end=self.later(days=5))
        self.assertEqual(second.state, "requested")
        self.decide(second)
        self.assertEqual(first.state, "ended")
        self.assertEqual(first.sudo().grant_id.state, "renewed")
        self.assertReads(self.rep2, self.secret)

    def test_presets_and_profiles(self):
        """Profiles name the ladders of requirements §3.10 and a matrix for access."""
        for profile, codes in (
            ("construction", {"CL-03"}),
            ("health", {"CL-02", "C-16"}),
            ("data_desk", {"CL-01", "C-11"}),
        ):
            lines = self.env.ref(
                f"crm_governance.governance_profile_{profile}"
            ).line_ids
            ready = lines.filtered("policy_ref").mapped("code")
            self.assertLessEqual(codes, set(ready))
