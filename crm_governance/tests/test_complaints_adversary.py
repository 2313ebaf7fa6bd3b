# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from ..models.complaints.complaint_clock import get_current
from .complaints_paper_common import PARTS, ComplaintPaperCommon


@tagged("post_install", "-at_install")
class TestAdversaryPeople(ComplaintPaperCommon):
    """Who has a stake tries to handle, to end or to decide all the same (D-26)."""

    def accuse(self, complaint, user):
        complaint.with_user(self.overseer).write(
            {"accused_ids": [(4, one.id) for one in user]}
        )

    def test_accused_goes_on(self):
        """A handler who is complained about by now works on nothing any more."""
        complaint = self.at("answered")
        self.accuse(complaint, self.handler)
        other = self.at()
        mine = complaint.with_user(self.handler)
        for deed in (
            lambda: mine.wait("I wait"),
            lambda: mine.withdraw("He has changed his mind"),
            lambda: mine.note_confirmation("He says yes"),
            lambda: mine.mark_duplicate(other.id),
            lambda: mine.reclassify(
                {"severity_id": self.severities["major"].id}, "Other"
            ),
            lambda: mine.action_close(),
        ):
            with self.assertSays("has an interest in the matter"):
                deed()
        self.assertEqual(complaint.state, "answered")

    def test_seller_ends_it(self):
        """Who registered it and looks after the customer does not end it."""
        complaint = self.at("answered")
        self.open_customer.user_id = self.rep
        mine = complaint.with_user(self.rep)
        for deed in (
            lambda: mine.withdraw("He takes it back"),
            lambda: mine.note_confirmation("He says yes"),
        ):
            with self.assertSays("has an interest in the matter"):
                deed()
        mine.note_inbound("He is angry")
        mine.note_rejection("He says no")

    def test_seller_blames_the_customer(self):
        """Nor says the seller that the customer is the cause."""
        self.open_customer.user_id = self.rep
        complaint = self.at("registered")
        mine = complaint.with_user(self.rep)
        mine.write({"validity": "customer", "validity_reason": "Used it wrongly"})
        with self.assertSays("has an interest in the matter"):
            mine.action_check()

    def test_manager_takes_off_oneself(self):
        """A complaint manager takes others off the list, never the own name."""
        complaint = self.at()
        self.accuse(complaint, self.cmanager | self.handler2)
        mine = complaint.with_user(self.cmanager)
        mine.write({"accused_ids": [(3, self.handler2.id)]})
        with self.assertRaises(UserError):
            mine.write({"accused_ids": [(3, self.cmanager.id)]})
        with self.assertRaises(UserError):
            mine.write({"accused_ids": [(5,)]})

    def test_registrar_names_a_stranger(self):
        """A draft makes nobody a handler who could not be one."""
        for user in (self.rep, self.employee):
            complaint = self.draft(user_id=user.id, unit_id=self.workshop.id)
            with self.assertRaises(UserError):
                complaint.action_register()
        complaint = self.draft(user_id=self.handler.id, unit_id=self.workshop.id)
        complaint.action_register()
        self.assertEqual(complaint.user_id, self.handler)

    def test_amount_by_who_signs(self):
        """Who signs a remedy has not written its amount."""
        complaint = self.at("opinion")
        remedy = self.env["governance.complaint.remedy"].with_user(self.handler)
        remedy = remedy.create(
            {"complaint_id": complaint.id, "description": "Less", "amount": 1}
        )
        with self.assertRaises(UserError):
            remedy.with_user(self.chief).write({"amount": 99})
        remedy.action_request_approval()
        self.sign(remedy, self.chief)
        self.assertEqual((remedy.state, remedy.amount), ("approved", 1))
        remedy.with_user(self.chief).write({"done_reason": "Paid in cash"})

    def test_halves(self):
        """Two remedies of a complaint are signed for as what they cost together."""
        complaint = self.at("opinion")
        remedies = self.env["governance.complaint.remedy"].with_user(self.handler)
        first, second = remedies.create(
            [
                {"complaint_id": complaint.id, "description": "Less", "amount": 80},
                {"complaint_id": complaint.id, "description": "Less", "amount": 80},
            ]
        )
        first.action_request_approval()
        self.sign(first, self.chief)
        self.assertEqual(first.state, "approved")
        second.action_request_approval()
        self.sign(second, self.chief)
        self.assertEqual(second.state, "requested")
        self.sign(second, self.executive)
        self.assertEqual(second.state, "approved")

    def test_own_words_in_a_copy(self):
        """Who wrote a version does not sign the copy of it that others submit."""
        complaint = self.at(user_id=self.chief.id)
        self.workshop.leader_id = self.handler2
        report = self.report(complaint, self.chief)
        report.write({**PARTS, "cause_id": self.cause.id})
        report.action_request_approval()
        self.sign(report, self.handler2, verdict="rejected", remark="More")
        self.workshop.leader_id = self.chief
        complaint.with_user(self.overseer).assign(self.workshop.id, self.handler.id)
        copy = self.report(complaint)
        self.assertEqual(copy.version, 2)
        with self.assertSays("Nobody could sign"):
            copy.action_request_approval()

    def test_handler_steps_back_to_skip(self):
        """Who hands it over first does not spare oneself the report."""
        complaint = self.at()
        chief = complaint.with_user(self.chief)
        chief.assign(self.workshop.id, self.chief.id)
        chief.assign(self.workshop.id, self.handler.id)
        with self.assertSays("somebody else decides"):
            chief.skip_investigation("Nothing to see")
        complaint.with_user(self.overseer).skip_investigation("All is known")

    def test_handler_steps_back_to_reset(self):
        """Nor lets the clocks begin anew."""
        self.workshop.member_ids |= self.cmanager
        complaint = self.at()
        mine = complaint.with_user(self.cmanager)
        mine.assign(self.workshop.id, self.cmanager.id)
        mine.assign(self.workshop.id, self.handler.id)
        with self.assertSays("Ask another complaint manager"):
            mine.reset_clocks(["first_resolution"], "I was slow")

    def test_first_signer_gets_a_stake(self):
        """A signature on the acceptance does not count once there is a stake."""
        self.create_matrix(
            [
                {"approver_type": "unit_leader", "sequence": 10},
                {"approver_type": "supervising_unit", "sequence": 20},
            ],
            subject="complaint_acceptance",
            code="T-ACC",
        )
        complaint = self.at("registered", user_id=False)
        mine = complaint.with_user(self.rep)
        mine.write({"validity": "valid"})
        complaint._as_system().procedure_id = self.procedure(
            code="T-P2", needs_acceptance=True, needs_reply=True, sequence=99
        )
        mine.action_check()
        self.assertEqual(complaint.state, "acceptance")
        self.sign(complaint, self.chief)
        self.accuse(complaint, self.chief)
        with self.assertSays("has an interest in the matter"):
            self.sign(complaint, self.overseer)


@tagged("post_install", "-at_install")
class TestAdversaryActions(ComplaintPaperCommon):
    """Corrective actions that nobody independent has seen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [{"approver_type": "unit_leader"}], subject="complaint_action", code="T-A"
        )

    def plan(self, complaint, **values):
        actions = self.env["governance.complaint.action"].with_user(self.handler)
        return actions.create(
            {
                "complaint_id": complaint.id,
                "name": "Tighten the screws",
                "user_id": self.handler2.id,
                "date_deadline": "2026-03-09",
                **values,
            }
        )

    def test_accused_verifies(self):
        """Who is complained about does not say that enough was done."""
        complaint = self.at()
        action = self.plan(complaint)
        self.open_customer.user_id = self.chief
        with self.assertSays("Nobody could sign"):
            action.with_user(self.handler2).report_done("All are tight")
        self.open_customer.user_id = False
        action.with_user(self.handler2).report_done("All are tight")
        complaint.with_user(self.overseer).write({"accused_ids": [(4, self.chief.id)]})
        with self.assertSays("has an interest in the matter"):
            self.sign(action, self.chief)

    def test_corrective_by_another_name(self):
        """An action is not called preventive so that the complaint can be closed."""
        complaint = self.at("answered")
        action = self.plan(complaint)
        with self.assertRaises(UserError):
            action.write({"kind": "preventive"})
        with self.assertRaises(UserError):
            complaint.with_user(self.handler).action_close()
        action.with_user(self.chief).write({"kind": "preventive"})


@tagged("post_install", "-at_install")
class TestAdversaryClocks(ComplaintPaperCommon, MailCase):
    """Clocks that are stopped without the customer."""

    def reply(self, complaint, user=None):
        return complaint.with_user(user or self.service).reply_ids[:1]

    def test_mail_to_nobody(self):
        """A contact without an address is answered where the complaint came from."""
        contact = self.env["res.partner"].create(
            {"name": "Wang", "parent_id": self.open_customer.id}
        )
        complaint = self.at("to_reply", contact_id=contact.id)
        self.assertFalse(contact.email)
        self.reply(complaint).write({"body": "<p>You get a new one.</p>"})
        with self.mock_mail_gateway():
            self.reply(complaint).action_send()
        self.assertIn("buyer@example.com", str(self._new_mails.mapped("email_to")))

    def test_answer_by_the_chatter(self):
        """Messages reach customers as replies only, by who may send them (D-29)."""
        contact = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        complaint = self.at()
        mine = complaint.with_user(self.handler)
        for values in (
            {"partner_ids": contact.ids},
            {"outgoing_email_to": "wang@example.com"},
        ):
            with self.assertSays("told something by a reply"):
                mine.message_post(body="You get a new one", **values)
        mine.message_post(body="Look", partner_ids=self.chief.partner_id.ids)

    def test_answer_by_the_chatter_of_an_action(self):
        """Corrective actions are no way round the replies, either (D-29)."""
        contact = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        mine = (
            self.env["governance.complaint.action"]
            .with_user(self.handler)
            .create(
                {
                    "complaint_id": self.at().id,
                    "name": "Tighten the screws",
                    "user_id": self.handler2.id,
                    "date_deadline": "2026-03-09",
                }
            )
        )
        template = self.env["mail.template"].create(
            {
                "name": "Way round",
                "model_id": self.env["ir.model"]._get_id(mine._name),
                "email_to": "wang@example.com",
                "body_html": "<p>You get a new one</p>",
            }
        )
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.handler)
            .with_context(active_ids=mine.ids, active_model=mine._name)
            .create(
                {
                    "composition_mode": "mass_mail",
                    "model": mine._name,
                    "template_id": template.id,
                }
            )
        )
        for send in (
            lambda: mine.message_post(body="New", partner_ids=contact.ids),
            lambda: mine.message_post(body="New", outgoing_email_to="wang@example.com"),
            lambda: mine.message_notify(body="New", partner_ids=contact.ids),
            lambda: template.with_user(self.handler).send_mail(mine.id),
            lambda: composer.action_send_mail(),
        ):
            with self.assertSays("told something by a reply"):
                send()
        mine.message_post(body="Look", partner_ids=self.chief.partner_id.ids)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_told_while_it_waits(self):
        """More time that was not told in time is not in force while it is paused."""
        complaint = self.at()
        extensions = self.env["governance.complaint.extension"].with_user(self.handler)
        extension = extensions.create(
            {
                "complaint_id": complaint.id,
                "date_until": "2026-03-06 09:00:00",
                "reason": "Parts are late",
            }
        )
        complaint._rewrite_clocks()
        extension.action_request_approval()
        self.sign(extension, self.chief)
        self.travel("2026-03-05 09:00:00")
        complaint.with_user(self.handler).wait("Which colour was it?", is_asked=True)
        extension.reply_ids.with_user(self.handler).action_send()
        self.assertEqual(extension.state, "late")
        self.assertNotIn("extended", self.kinds(complaint))

    def test_told_before_it_was_decided(self):
        """A solution was told after it was approved, whatever somebody enters."""
        complaint = self.at("opinion")
        opinion = self.opinion(complaint)
        opinion.write({"opinion": "Replace", "solution": "A new one"})
        opinion.action_request_approval()
        self.travel("2026-03-04 12:00:00")
        self.sign(opinion, self.chief)
        self.assertEqual(complaint.state, "to_reply")
        reply = self.reply(complaint)
        reply.write(
            {
                "mode": "oral",
                "body": "<p>A new one</p>",
                "spoken_with": "Mr Li",
                "date_spoken": "2026-03-04 08:00:00",
            }
        )
        with self.assertRaises(UserError):
            reply.action_send()
        reply.write({"date_spoken": "2026-03-04 12:00:00"})
        reply.action_send()

    def test_draft_by_context(self):
        """The purpose of a reply is not smuggled in as a default."""
        complaint = self.at()
        replies = self.env["governance.complaint.reply"].with_user(self.handler)
        with self.assertRaises(UserError):
            replies.with_context(default_purpose="solution").create(
                {"complaint_id": complaint.id, "body": "<p>x</p>"}
            )

    def test_missed_stays_missed(self):
        """Neither another severity nor an end in between makes up for the delay."""
        complaint = self.at()
        complaint._rewrite_clocks()
        self.travel("2026-03-04 09:00:01")
        mine = complaint.with_user(self.handler)
        before = get_current(complaint._get_clocks())["first_resolution"]
        values = {"severity_id": self.severities["major"].id}
        with self.assertSays("is over. Somebody else than who handles"):
            mine.reclassify(values, "Other")
        complaint.with_user(self.handler2).reclassify(values, "Other")
        mine.withdraw("So he says")
        self.travel("2026-03-04 10:00:00")
        mine.reopen("He does not")
        mine.wait("Colour?", is_asked=True)
        self.travel("2026-03-05 10:00:00")
        mine.action_resume()
        clock = get_current(complaint._get_clocks())["first_resolution"]
        self.assertEqual(clock.start, before.start)
        self.assertEqual(str(clock.breached_on), "2026-03-04 09:00:00")

    def test_file_that_was_sent(self):
        """The file that a customer got is neither changed nor deleted."""
        complaint = self.at("to_reply")
        file = self.env["ir.attachment"].with_user(self.service)
        file = file.create({"name": "offer.txt", "raw": b"1000"})
        reply = self.reply(complaint)
        reply.write({"body": "<p>See there.</p>", "attachment_ids": [(4, file.id)]})
        file.write({"raw": b"900"})
        with self.mock_mail_gateway():
            reply.action_send()
        with self.assertSays("was sent with this file"):
            file.write({"raw": b"1"})
        with self.assertSays("was sent with this file"):
            file.unlink()
        self.assertEqual(file.raw, b"900")


@tagged("post_install", "-at_install")
class TestAdversaryReaders(ComplaintPaperCommon):
    """Who has no clearance looks for what is confidential elsewhere."""

    def test_intake_of_unknown_sender(self):
        """What an unknown sender wrote is closed once the customer is known."""
        complaint = self.at(partner_id=False)
        intakes = self.env["governance.complaint.intake"]
        intake = intakes._as_system().create(
            {
                "title": "About the secret deal",
                "unit_id": self.service_unit.id,
                "complaint_id": complaint.id,
                "state": "done",
            }
        )
        intake = intakes.browse(intake.id)
        self.assertTrue(intake.with_user(self.service).has_access("read"))
        complaint.with_user(self.cmanager).sudo().write({"partner_id": self.secret.id})
        self.assertEqual(intake.partner_id, self.secret)
        self.assertFalse(intake.with_user(self.service).has_access("read"))
