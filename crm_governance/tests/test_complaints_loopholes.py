# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .complaints_mail_common import ComplaintMailCommon
from .complaints_paper_common import ComplaintPaperCommon
from .test_complaints_flow import SHORT

WEEK = {"kind": "total_resolution", "amount": 7, "unit": "days"}
CARD = "crm_governance.report_complaint_card"


@tagged("post_install", "-at_install")
class TestLoopholes(ComplaintPaperCommon):
    """Ways round the written rules that an employee could take, and that are closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [{"approver_type": "unit_leader"}], subject="complaint_acceptance"
        )
        cls.env["governance.complaint.route"].create(
            {
                "name": "All",
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
            }
        )
        cls.long = cls.procedure(
            code="LONG",
            sequence=1,
            type_ids=cls.types["complaint"].ids,
            **{**SHORT, "needs_investigation": True},
        )
        cls.light = cls.procedure(
            code="LIGHT",
            sequence=2,
            type_ids=cls.types["suggestion"].ids,
            needs_reply=True,
        )
        cls.procedure(code="CAUSE", is_customer_cause=True, needs_reply=True)

    def registered(self, **values):
        complaint = self.draft(complainant_email="buyer@example.com", **values)
        complaint.action_register()
        return complaint

    def check(self, complaint, validity):
        mine = complaint.with_user(self.handler)
        mine.write({"validity": validity, "validity_reason": "Looked at it"})
        mine.action_check()

    def decide(self, complaint, user):
        request = complaint.sudo().approval_request_id
        request.with_user(user).sudo(False).decide("approved", "Quite so")

    # ------------------------------------------------------------------
    # TARGETS (D-33, D-35, D-41)
    # ------------------------------------------------------------------

    def test_targets_of_the_next_policy(self):
        """A special policy takes no deadline away that all complaints have."""
        online = self.env["governance.complaint.channel"].create(
            {"name": "Online", "code": "test_online"}
        )
        special = self.policy(
            [{"kind": "first_resolution", "amount": 24}],
            code="ONLINE",
            sequence=1,
            channel_ids=online.ids,
        )
        self.policy(
            [WEEK, {"kind": "first_resolution", "amount": 90}],
            [{"share": 100, "recipient": "unit_leader"}],
            code="ALL",
            sequence=2,
        )
        complaint = self.registered(channel_id=online.id).sudo()
        self.assertEqual(complaint.policy_id, special)
        deadlines = {
            one.kind: one.deadline.strftime("%d %H") for one in complaint.clock_ids
        }
        self.assertEqual(
            deadlines, {"first_resolution": "03 09", "total_resolution": "09 09"}
        )
        self.travel("2026-03-10 09:00:00")
        self.run_job("governance.complaint.clock", "_cron_escalate")
        self.assertEqual(
            complaint.escalation_ids.mapped("kind"),
            ["total_resolution"],
            "the rungs are those of the policy whose target it is",
        )

    def test_next_policy_for_others(self):
        """Of policies that do not fit nothing holds."""
        self.policy([WEEK], code="TYPE", sequence=1, type_ids=self.types["service"].ids)
        complaint = self.registered().sudo()
        self.assertEqual(complaint.clock_ids.mapped("kind"), ["first_resolution"])

    # ------------------------------------------------------------------
    # THE CUSTOMER IS TO BLAME (D-21, D-22)
    # ------------------------------------------------------------------

    def test_nobody_blames_the_customer_alone(self):
        """The supervisor accepts it all the same, before the short way begins."""
        complaint = self.registered()
        self.check(complaint, "customer")
        self.assertEqual(complaint.state, "acceptance")
        with self.assertRaises(UserError):
            self.decide(complaint, self.handler)
        self.decide(complaint, self.chief)
        self.assertEqual(complaint.state, "to_reply")

    def test_handler_accepts_own_complaint(self):
        """A supervisor who handles it is not even asked whether it is accepted."""
        complaint = self.registered(user_id=self.chief.id, unit_id=self.workshop.id)
        with self.assertSays("could sign|decide"):
            self.check(complaint, "valid")
        self.assertEqual(complaint.state, "registered")

    def test_contested_blame_is_checked_anew(self):
        """A customer who objects gets an investigation if there was something in it."""
        complaint = self.registered()
        self.check(complaint, "customer")
        self.decide(complaint, self.chief)
        complaint._log_event("answered")
        complaint._enter("closed")
        complaint.with_user(self.handler).note_rejection("It was broken before")
        self.assertEqual(complaint.state, "registered")
        self.check(complaint, "valid")
        self.assertEqual(complaint.procedure_id, self.long)
        self.decide(complaint, self.chief)
        complaint.with_user(self.overseer).assign(self.workshop.id, self.handler.id)
        self.assertEqual(complaint.state, "assigned")

    def test_supervisor_does_not_agree(self):
        """What the supervisor gives back is checked anew, by the long way."""
        complaint = self.registered()
        self.check(complaint, "customer")
        request = complaint.sudo().approval_request_id
        request.with_user(self.handler).sudo(False).action_withdraw()
        self.check(complaint, "valid")
        self.assertEqual(complaint.procedure_id, self.long)

    def test_complaint_called_a_suggestion(self):
        """Nobody spares a complaint its acceptance by calling it something else."""
        complaint = self.registered()
        values = {"type_id": self.types["suggestion"].id}
        with self.assertSays("supervisor of the handling unit"):
            complaint.with_user(self.handler).reclassify(values, "He only suggests")
        complaint.with_user(self.chief).reclassify(values, "He only suggests")
        self.assertEqual(complaint.sudo().procedure_id, self.light)
        back = {"type_id": self.types["complaint"].id}
        complaint.with_user(self.handler).reclassify(back, "It is one")
        self.assertEqual(complaint.sudo().procedure_id, self.long)

    # ------------------------------------------------------------------
    # WHAT WAS SIGNED (D-26, D-50)
    # ------------------------------------------------------------------

    def test_cause_was_signed(self):
        """Nobody counts another cause than the approved report names."""
        complaint = self.at()
        other = self.env.ref("crm_governance.governance_complaint_cause_customer")
        mine = complaint.with_user(self.handler)
        mine.cause_id = other
        self.assertTrue(mine.can_find_cause)
        report = self.submit_report(complaint)
        self.sign(report, self.chief, self.overseer, self.executive)
        self.assertEqual(complaint.cause_id, self.cause)
        self.assertFalse(mine.can_find_cause)
        for user in (self.handler, self.chief, self.cmanager):
            with self.assertRaises(AccessError):
                complaint.with_user(user).cause_id = other
        mine.prevention = "Thicker film, and checked by two"

    def test_registrar_finds_no_cause(self):
        """Who typed it in, and may have sold it, does not say why it happened."""
        complaint = self.at().with_user(self.rep)
        self.assertFalse(complaint.can_find_cause)
        for values in ({"cause_id": self.cause.id}, {"prevention": "Nothing to do"}):
            with self.assertSays("You are none of them"):
                complaint.write(values)

    # ------------------------------------------------------------------
    # WHO ASSIGNS (D-23)
    # ------------------------------------------------------------------

    def test_unit_assigns_to_itself(self):
        """The supervising unit says who handles it; later the unit hands it on."""
        complaint = self.registered()
        self.check(complaint, "valid")
        self.decide(complaint, self.chief)
        chief = complaint.with_user(self.chief)
        self.assertFalse(chief.can_lead)
        self.assertTrue(complaint.with_user(self.overseer).can_lead)
        with self.assertSays("“Supervision” determines"):
            chief.assign(self.workshop.id, self.handler.id)
        complaint.with_user(self.overseer).assign(self.workshop.id, self.handler.id)
        chief.assign(self.workshop.id, self.handler2.id)
        self.assertEqual(complaint.user_id, self.handler2)

    def test_unit_spares_itself_the_report(self):
        """Who has ordered the investigation decides whether there is one (D-25)."""
        complaint = self.at()
        chief = complaint.with_user(self.chief)
        self.assertFalse(chief.can_skip)
        with self.assertSays("“Supervision” decides whether"):
            chief.skip_investigation("We know it all")
        self.assertTrue(complaint.with_user(self.overseer).can_skip)
        complaint.with_user(self.overseer).skip_investigation("It was in May")
        self.assertEqual(complaint.no_investigation_by_id, self.overseer)

    # ------------------------------------------------------------------
    # WHO HEARS OF IT (D-16, D-19, D-39)
    # ------------------------------------------------------------------

    def messages_to(self, user):
        return self.env["mail.message"].search_count(
            [
                ("notified_partner_ids", "in", user.partner_id.ids),
                ("subject", "=", "Important complaint"),
            ]
        )

    def test_superiors_and_market_hear(self):
        self.registered(severity_id=self.severities["major"].id)
        for user in (self.chief, self.cmanager, self.overseer, self.executive):
            self.assertEqual(self.messages_to(user), 1, user.login)

    def test_customer_is_known_later(self):
        """The liaison leader hears of what was important before it was known whose."""
        complaint = self.registered(
            partner_id=False, severity_id=self.severities["major"].id
        )
        self.open_customer.governance_liaison_leader_id = self.liaison
        complaint.with_user(self.handler).partner_id = self.open_customer
        self.assertEqual(self.messages_to(self.liaison), 1)
        self.assertEqual(self.messages_to(self.cmanager), 1)

    # ------------------------------------------------------------------
    # PAPERS AND NUMBERS (P-11, D-51)
    # ------------------------------------------------------------------

    def card(self, complaint):
        reports = self.env["ir.actions.report"].with_user(self.chief)
        return reports._render_qweb_html(CARD, complaint.ids)[0].decode()

    def test_card_without_acceptance(self):
        """Where nobody has to accept it, it is accepted when it is checked."""
        complaint = self.registered(type_id=self.types["suggestion"].id)
        self.assertFalse(complaint.sudo()._get_accepted_on())
        self.travel("2026-03-04 09:00:00")
        self.check(complaint, "valid")
        self.assertIn("03/04/2026", self.card(complaint))

    def test_card_without_drafts(self):
        """What the handler is still writing is no opinion of the unit."""
        complaint = self.at("opinion")
        self.opinion(complaint).write({"opinion": "Half a thought"})
        self.assertNotIn("Half a thought", self.card(complaint))

    def test_penalty_in_yuan(self):
        """The 200 yuan of the source are no 200 of another currency."""
        penalties = self.env["governance.complaint.penalty"]
        for code, amount in (("EUR", 0), ("CNY", 200)):
            currency = self.env.ref(f"base.{code}")
            company = self.env["res.company"].create(
                {"name": code, "currency_id": currency.id}
            )
            mine = penalties.with_company(company)
            self.assertEqual(mine._get_default_amount(), amount, code)

    def test_norms_of_other_companies(self):
        """Nobody reads up to which amount another company lets whom decide."""
        other = self.env["res.company"].create({"name": "Other"})
        policy = self.env["governance.complaint.policy"].create(
            {
                "name": "Theirs",
                "code": "T-OTHER",
                "company_id": other.id,
                "norm_ids": [(0, 0, {"name": "Report", "amount": 3, "unit": "days"})],
                "remedy_limit_ids": [
                    (0, 0, {"is_unlimited": True, "approval_code": "X"})
                ],
            }
        )
        for lines in (policy.norm_ids, policy.remedy_limit_ids):
            self.assertFalse(
                lines.with_user(self.rep).search([("id", "in", lines.ids)])
            )
            with self.assertRaises(AccessError):
                lines.with_user(self.rep).read(["policy_id"])

    def test_link_of_the_rating(self):
        """Whoever shows the template of the request sees no link to rate with."""
        complaint = self.at("answered")
        template = self.env.ref("crm_governance.mail_template_complaint_rating")
        with self.assertRaises(UserError):
            template.with_user(self.handler)._generate_template(
                complaint.ids, ("body_html",)
            )
        self.assertFalse(complaint.rating_ids)


@tagged("post_install", "-at_install")
class TestKeptForLong(ComplaintMailCommon):
    """The clocks begin when it arrived, however long it was left lying (D-33)."""

    def fail_once(self):
        model = type(self.env["governance.complaint"])
        with patch.object(model, "_take_in", side_effect=ZeroDivisionError):
            return self.receive()[1]

    def test_mail(self):
        kept = self.fail_once()
        self.travel("2026-03-30 09:00:00")
        kept.with_user(self.service).action_take_in()
        received = kept.complaint_id.date_received
        self.assertEqual(str(received), "2026-03-02 08:30:00")

    def test_mail_that_lies(self):
        """A mail that says that it is older than it can be arrived when it did."""
        model = type(self.env["governance.complaint"])
        with patch.object(model, "_take_in", side_effect=ZeroDivisionError):
            kept = self.receive(Date="Mon, 02 Feb 1998 08:30:00 +0000")[1]
        self.travel("2026-03-30 09:00:00")
        kept.with_user(self.service).action_take_in()
        self.assertEqual(str(kept.complaint_id.date_received), self.NOW)

    def test_reason_in_the_language_of_the_company(self):
        """Mails come without a language; colleagues read why one was held back."""
        self.env["res.lang"]._activate_lang("zh_CN")
        root = self.env.ref("base.user_root")
        root.company_id.partner_id.lang = "zh_CN"
        self.env = self.env(context={})
        kept = self.receive(headers=[("Auto-Submitted", "auto-replied")])[1]
        self.assertIn("程序", kept.reason)

    def test_original(self):
        kept = self.fail_once()
        self.travel("2026-03-30 09:00:00")
        kept.with_user(self.service).action_register_original()
        self.assertEqual(str(kept.complaint_id.date_received), self.NOW)

    def test_told(self):
        intakes = self.env["governance.complaint.intake"]
        kept = intakes._keep_told(
            {"title": "Scratches", "description": "On the door", "email": ""},
            self.anna,
            "portal",
            ZeroDivisionError(),
        )
        self.travel("2026-03-30 09:00:00")
        kept.with_user(self.cmanager).action_take_in()
        self.assertEqual(str(kept.complaint_id.date_received), self.NOW)
