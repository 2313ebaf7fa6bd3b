# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaints_paper_common import PARTS, ComplaintPaperCommon

COMPLAINT = "governance.complaint"
REQUEST = "governance.approval.request"


@tagged("post_install", "-at_install")
class TestFlowAM08(ComplaintPaperCommon):
    """AM-08 from the first word to the closing, each step by its role alone.

    Store → supervisor accepts → Admin & HR assigns → report → supervisor → Admin & HR →
    general manager → handling opinion → supervisor → customer service answers.  Before
    the right person takes a step, everybody else tries and is refused.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [{"approver_type": "unit_leader"}],
            subject="complaint_acceptance",
            code="T-ACCEPT",
        )
        cls.flow = cls.procedure(
            code="T-AM08",
            sequence=1,
            needs_acceptance=True,
            needs_routing=True,
            needs_investigation=True,
            needs_review=True,
            needs_opinion=True,
            needs_reply=True,
            needs_confirmation=True,
            needs_prevention=True,
        )
        cls.env["governance.complaint.route"].create(
            {
                "name": "All",
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
            }
        )

    def step(self, who, do, state, also=()):
        """Let everybody else try a step in vain, then let `who` take it.

        :param also: people who may take it as well, and so do not try
        :param do: the step, of a user, by remote calls
        :param str state: the step of the complaint that follows
        """
        before = self.complaint.state
        events = len(self.complaint.event_ids)
        for user in self.users.values():
            if user == who or user in also:
                continue
            with mute_logger("odoo.models", "odoo.addons.base.models.ir_rule"):
                with self.assertRaises(UserError, msg=f"{user.login} at {before}"):
                    with self.env.cr.savepoint():
                        do(user)
            self.env.invalidate_all()
            self.assertEqual(self.complaint.state, before, user.login)
            self.assertEqual(len(self.complaint.event_ids), events, user.login)
        do(who)
        self.env.invalidate_all()
        self.assertEqual(self.complaint.state, state)

    def call(self, name, *args, **kwargs):
        """Return the step that calls a method of the complaint."""
        return lambda user: self.rpc(
            user, COMPLAINT, name, self.complaint.ids, *args, **kwargs
        )

    def decide(self, record):
        """Return the step that signs the latest request on a record."""

        def do(user):
            request = record.sudo().approval_request_id
            self.rpc(user, REQUEST, "decide", request.ids, "approved", "Agreed")

        return do

    def test_from_the_first_word_to_the_closing(self):
        """Every role does its own step, and nobody else can."""
        workers = self.handler | self.handler2 | self.chief | self.overseer
        workers |= self.cmanager
        draft = self.draft(
            complainant_email="buyer@example.com", complainant_name="Mr Li"
        )
        self.complaint = self.env[COMPLAINT].browse(draft.id)
        self.step(self.rep, self.call("action_register"), "registered", self.cmanager)
        self.assertEqual(self.complaint.unit_id, self.workshop)
        self.assertEqual(self.complaint.procedure_id, self.flow)

        def check(user):
            values = {"validity": "valid", "validity_reason": "Seen in the shop"}
            self.rpc(user, COMPLAINT, "write", self.complaint.ids, values)
            self.call("action_check")(user)

        self.step(self.rep, check, "acceptance", workers)
        self.step(self.chief, self.decide(self.complaint), "accepted")
        assign = self.call("assign", self.workshop.id, self.handler.id)
        self.step(self.overseer, assign, "assigned", self.cmanager)
        self.assertEqual(self.complaint.user_id, self.handler)

        report = self.complaint.investigation_ids

        def submit_report(user):
            values = {**PARTS, "cause_id": self.cause.id}
            self.rpc(user, report._name, "write", report.ids, values)
            self.rpc(user, report._name, "action_request_approval", report.ids)

        self.step(self.handler, submit_report, "reported")
        self.step(self.chief, self.decide(report), "reported")
        self.step(self.overseer, self.decide(report), "reported")
        self.step(self.executive, self.decide(report), "opinion", self.boss)

        opinion = self.complaint.opinion_ids

        def submit_opinion(user):
            values = {"opinion": "Our fault", "solution": "You get a new one."}
            self.rpc(user, opinion._name, "write", opinion.ids, values)
            self.rpc(user, opinion._name, "action_request_approval", opinion.ids)

        submit_opinion_by = self.handler
        for user in self.users.values():
            if user != submit_opinion_by:
                self.assertRefused(
                    user,
                    opinion._name,
                    "action_request_approval",
                    opinion.ids,
                    error=UserError,
                )
        submit_opinion(submit_opinion_by)
        self.assertEqual(opinion.state, "requested")
        self.step(self.chief, self.decide(opinion), "to_reply")

        reply = self.complaint.reply_ids

        def answer(user):
            self.rpc(user, reply._name, "action_send", reply.ids)

        self.step(self.service, answer, "answered")
        self.assertIn("You get a new one.", reply.body)
        self.close(workers)

    def close(self, workers):
        """The handler closes it, and the record of it is complete."""
        self.step(
            self.handler, self.call("action_close"), "closed", workers | self.service
        )
        self.assertEqual(
            self.kinds(self.complaint),
            [
                "received",
                "registered",
                "checked",
                "accepted",
                "assigned",
                "report_submitted",
                "report_approved",
                "opinion_submitted",
                "opinion_approved",
                "answered",
                "closed",
            ],
        )
        self.assertEqual(self.complaint.prevention, PARTS["prevention"])
        self.assertEqual(self.complaint.cause_id, self.cause)
        signers = self.env["governance.decision"].search(
            [
                ("res_model", "=", "governance.complaint.investigation"),
                ("event", "=", "approved"),
            ],
            order="id",
        )
        self.assertEqual(
            signers.mapped("user_id.login"),
            [user.login for user in (self.chief, self.overseer, self.executive)],
        )
