# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whoever asks for something, wrote it or has a stake in it never decides about it."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from .complaints_common import ComplaintCommon
from .complaints_paper_common import PARTS

SUBJECTS = (
    "complaint_acceptance",
    "complaint_report",
    "complaint_opinion",
    "complaint_remedy",
    "complaint_extension",
    "complaint_statistic",
    "complaint_action",
)


@tagged("post_install", "-at_install")
class TestDutiesApart(ComplaintCommon):
    """All who handle complaints may sign everything here, save what is their own."""

    ROLES = {
        **ComplaintCommon.ROLES,
        "neutral": "crm_governance.group_complaint_manager",
        "member": "crm_governance.group_committee,crm_governance.group_user",
        "member2": "crm_governance.group_committee",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for subject in SUBJECTS:
            cls.create_matrix(
                [cls.group_step("group_complaint")], subject=subject, code=subject
            )
        cls.sla = cls.policy(
            [{"kind": "first_resolution", "amount": 48}],
            extension_count=1,
            remedy_limit_ids=[
                Command.create(
                    {"is_unlimited": True, "approval_code": "complaint_remedy"}
                )
            ],
        )
        cls.flow = cls.procedure(
            publish=False,
            needs_acceptance=True,
            needs_investigation=True,
            needs_review=True,
            needs_opinion=True,
        )
        cls.flow.action_publish()
        cls.cause = cls.env["governance.complaint.cause"].create(
            {"name": "Packaging", "code": "test_packaging"}
        )

    def at(self, state="assigned", **values):
        """Return a complaint that service registered and handler handles."""
        complaint = self.draft(self.service)
        complaint.action_register()
        complaint = complaint.sudo()
        complaint._as_system().write(
            {
                "unit_id": self.workshop.id,
                "supervising_unit_id": self.supervision.id,
                "user_id": self.handler.id,
                "procedure_id": self.flow.id,
                "policy_id": self.sla.id,
                "accused_ids": [Command.set(self.overseer.ids)],
                **values,
            }
        )
        complaint._rewrite_clocks()
        if state != "registered":
            complaint._enter(state)
        return complaint

    def mine(self, record, user):
        return record.with_user(user).sudo(False)

    # Each returns what waits for a decision, and who has a part in it.

    def ask_governance_complaint(self):
        complaint = self.at("registered")
        self.mine(complaint, self.handler2).write(
            {"validity": "valid", "validity_reason": "Seen on the photos"}
        )
        self.mine(complaint, self.chief).action_check()
        return complaint, (self.service, self.handler2, self.chief, self.handler)

    def ask_governance_complaint_investigation(self):
        complaint = self.at(user_id=self.handler2.id)
        report = complaint.investigation_ids
        self.mine(report, self.handler2).cause = "Somebody said so"
        complaint._as_system().user_id = self.handler
        report = self.mine(report, self.handler)
        report.write({**PARTS, "cause_id": self.cause.id})
        report.action_request_approval()
        return report, (self.handler, self.handler2)

    def ask_governance_complaint_opinion(self):
        complaint = self.at("opinion", user_id=self.handler2.id)
        opinion = complaint.opinion_ids
        self.mine(opinion, self.handler2).opinion = "Replace it"
        complaint._as_system().user_id = self.handler
        opinion = self.mine(opinion, self.handler)
        opinion.write({"solution": "A new one"})
        opinion.action_request_approval()
        return opinion, (self.handler, self.handler2)

    def ask_governance_complaint_remedy(self):
        remedies = self.env["governance.complaint.remedy"].with_user(self.handler2)
        remedy = remedies.create(
            {"complaint_id": self.at().id, "description": "Ten off", "amount": 10}
        )
        remedy.action_request_approval()
        return remedy, (self.handler, self.handler2)

    def ask_governance_complaint_extension(self):
        extensions = self.env["governance.complaint.extension"]
        extension = extensions.with_user(self.handler2).create(
            {
                "complaint_id": self.at().id,
                "date_until": "2026-03-06 09:00:00",
                "reason": "Parts are late",
            }
        )
        extension.action_request_approval()
        return extension, (self.handler, self.handler2)

    def ask_governance_complaint_action(self):
        actions = self.env["governance.complaint.action"].with_user(self.handler)
        action = actions.create(
            {
                "complaint_id": self.at().id,
                "name": "Tighten the screws",
                "user_id": self.handler2.id,
                "date_deadline": "2026-03-09",
            }
        )
        self.mine(action, self.chief).description = "All of them"
        self.mine(action, self.handler2).report_done("All are tight")
        return action, (self.handler, self.handler2, self.chief)

    def ask_governance_complaint_statistic(self):
        statistics = self.env["governance.complaint.statistic"]
        statistic = statistics.with_user(self.cmanager).create({"month": "2026-02-01"})
        self.mine(statistic, self.overseer).remark = "It was cold"
        statistic.action_file()
        return statistic, (self.cmanager, self.overseer)

    def test_author_never_decides(self):
        """Of everything that is signed in this room, whoever hands it in."""
        approved = self.env.registry.descendants(
            ["governance.approval.mixin"], "_inherit"
        )
        names = {
            name
            for name in approved
            if name.startswith("governance.complaint") and not self.env[name]._abstract
        }
        names -= {"governance.complaint.policy", "governance.complaint.procedure"}
        for name in sorted(names):
            with self.subTest(name), self.env.cr.savepoint():
                record, authors = getattr(self, f"ask_{name.replace('.', '_')}")()
                interested = set(authors)
                if "complaint_id" in record._fields or name == "governance.complaint":
                    # The one whom the customer complains about.
                    interested.add(self.overseer)
                for user in interested:
                    self.assertUndecided(record, user)
                request = record.sudo()._get_open_approvals()
                self.assertEqual(request.state, "pending")
                self.mine(request, self.neutral).decide("approved", "Seen")
                self.assertEqual(request.state, "approved")

    def assertUndecided(self, record, user):
        self.env.flush_all()
        self.env.invalidate_all()
        request = record.sudo()._get_open_approvals()
        theirs = self.env[request._name].with_user(user)
        found = theirs.search(
            theirs._get_decidable_domain() & Domain("id", "=", request.id)
        )
        with self.subTest(f"{record._name} by {user.login}"):
            self.assertFalse(found)
            with self.assertRaises(UserError):
                self.mine(request, user).decide("approved", "Mine")
            self.assertEqual(request.state, "pending")

    # ------------------------------------------------------------------
    # WHAT IS DECIDED WITHOUT A MATRIX
    # ------------------------------------------------------------------

    def test_penalty(self):
        """One and the same leader does not propose and confirm (D-51)."""
        complaint = self.at()
        report = self.mine(complaint.investigation_ids, self.handler)
        report.write(
            {
                **PARTS,
                "cause_id": self.cause.id,
                "accused_ids": [Command.set(self.handler2.ids)],
            }
        )
        report.action_request_approval()
        self.mine(report.sudo()._get_open_approvals(), self.neutral).decide(
            "approved", "Seen"
        )
        penalties = self.env["governance.complaint.penalty"].with_user(self.chief)
        penalty = penalties.create(
            {
                "complaint_id": complaint.id,
                "user_id": self.handler2.id,
                "reason": "Did not pack it",
            }
        )
        self.assertEqual(penalty.proposed_by_id, self.chief)
        with self.assertSays("proposed this penalty yourself"):
            penalty.action_confirm()
        manager = self.mine(penalty, self.cmanager)
        with self.assertSays("was written by"):
            manager.amount = 5
        manager.action_confirm()
        self.assertEqual(penalty.confirmed_by_id, self.cmanager)

    def test_disagreement(self):
        """Who reports a disagreement does not react to it for the committee."""
        complaint = self.at(is_important=True)
        self.mine(complaint, self.member).note_disagreement("About the price")
        self.assertFalse(self.mine(complaint, self.member).can_react)
        with self.assertSays("another member"):
            self.mine(complaint, self.member).react("Fine with me")
        self.assertTrue(self.mine(complaint, self.member2).can_react)
        self.mine(complaint, self.member2).react("We pay half")

    def test_no_investigation(self):
        """Whoever handles it does not decide that nothing is investigated."""
        self.workshop.leader_id = self.handler
        with self.assertSays("somebody else decides"):
            self.mine(self.at(), self.handler).skip_investigation("No time")

    def test_effect(self):
        """Neither owner nor handler says whether an action had an effect."""
        self.handler.group_ids += self.env.ref("crm_governance.group_complaint_manager")
        action, _people = self.ask_governance_complaint_action()
        request = action.sudo()._get_open_approvals()
        self.mine(request, self.neutral).decide("approved", "Seen")
        complaint = action.sudo().complaint_id
        complaint._as_system().write({"state": "closed", "date_closed": self.NOW})
        complaint._complaint_closed()
        self.travel("2026-07-02 09:00:00")
        for user in (self.handler, self.handler2):
            with self.assertRaises(AccessError):
                self.mine(action, user).check_effect("effective", "None came back")
        self.mine(action, self.cmanager).check_effect("effective", "None came back")
