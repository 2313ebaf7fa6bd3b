# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command

from .complaints_common import ComplaintCommon

PARTS = {
    "cause": "The film was too thin",
    "course": "On 1 March the carton fell",
    "accused_other": "The carrier",
    "conclusion": "Justified",
    "measures": "A new one is sent",
    "prevention": "Thicker film from April on",
}


class ComplaintPaperCommon(ComplaintCommon):
    """The matrices of AM-08 for what is written on a complaint, and a cause."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause = cls.env["governance.complaint.cause"].create(
            {"name": "Packaging", "code": "test_packaging"}
        )
        leader = {"approver_type": "unit_leader", "sequence": 10}
        unit = {"approver_type": "supervising_unit", "sequence": 20}
        top = cls.group_step("group_executive", 30)
        for subject, steps in (
            ("complaint_report", [leader, unit, top]),
            ("complaint_opinion", [leader]),
            ("complaint_extension", [leader]),
        ):
            cls.create_matrix(steps, subject=subject, code=f"T-{subject}")
        cls.create_matrix(
            [leader], subject="complaint_remedy", code="T-SMALL", name="Small"
        )
        cls.create_matrix(
            [leader, top], subject="complaint_remedy", code="T-LARGE", name="Large"
        )
        cls.sla = cls.policy(
            [{"kind": "first_resolution", "amount": 48, "unit": "hours"}],
            extension_count=1,
            remedy_limit_ids=[
                Command.create({"amount": 100, "approval_code": "T-SMALL"}),
                Command.create({"is_unlimited": True, "approval_code": "T-LARGE"}),
            ],
        )
        cls.flow = cls.procedure(
            needs_investigation=True,
            needs_review=True,
            needs_opinion=True,
            needs_reply=True,
            needs_confirmation=True,
        )

    @classmethod
    def at(cls, state="assigned", **values):
        """Return a complaint in some step, handled by handler, as superuser."""
        complaint = cls.draft(complainant_email="buyer@example.com")
        complaint.with_user(cls.rep).action_register()
        complaint = cls.env["governance.complaint"].browse(complaint.id)
        complaint._as_system().write(
            {
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
                "user_id": cls.handler.id,
                "procedure_id": cls.flow.id,
                "policy_id": cls.sla.id,
                **values,
            }
        )
        complaint._enter(state)
        return complaint

    def report(self, complaint, user=None):
        """Return the newest report as a user."""
        return complaint.with_user(user or self.handler).investigation_ids[:1]

    def opinion(self, complaint, user=None):
        """Return the newest opinion as a user."""
        return complaint.with_user(user or self.handler).opinion_ids[:1]

    def write_report(self, complaint, **values):
        """Let the handler fill in the five parts; return the report."""
        report = self.report(complaint)
        report.write({**PARTS, "cause_id": self.cause.id, **values})
        return report

    def submit_report(self, complaint, **values):
        """Let the handler write and submit the report; return it."""
        report = self.write_report(complaint, **values)
        report.action_request_approval()
        return report

    def sign(self, record, *users, verdict="approved", remark="Seen"):
        """Let users sign one after the other."""
        for user in users:
            self.env.invalidate_all()
            mine = record.with_user(user)
            mine._get_pending_approval().decide(verdict, remark)

    def kinds(self, complaint):
        """Return what has happened, in order."""
        return complaint.sudo().event_ids.sorted("id").mapped("kind")
