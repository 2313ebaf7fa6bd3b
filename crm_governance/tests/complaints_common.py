# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time

from .confidentiality_common import ConfidentialityCommon

# Which approval matrix a step needs.
MATRICES = {
    "needs_acceptance": "complaint_acceptance",
    "needs_review": "complaint_report",
    "needs_opinion": "complaint_opinion",
}


class ComplaintCommon(ConfidentialityCommon):
    """Units, people and rules of complaints, at a fixed moment (a Monday, 09:00 UTC).

    | login     | unit        | role                                            |
    |-----------|-------------|-------------------------------------------------|
    | handler   | Workshop    | handler                                         |
    | handler2  | Workshop    | handler                                         |
    | chief     | Workshop    | handler; supervisor of the unit                 |
    | overseer  | Supervision | handler; member of the supervising unit         |
    | service   | Service     | handler; answers customers                      |
    | cmanager  |             | complaint manager                               |

    All of them work in the company; none has a clearance.  `complaint` returns one of
    `open_customer`, registered by rep.
    """

    NOW = "2026-03-02 09:00:00"
    ROLES = {
        **ConfidentialityCommon.ROLES,
        "handler": "crm_governance.group_complaint",
        "handler2": "crm_governance.group_complaint",
        "chief": "crm_governance.group_complaint",
        "overseer": "crm_governance.group_complaint",
        "service": "crm_governance.group_complaint",
        "cmanager": "crm_governance.group_complaint_manager",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        units = cls.env["governance.complaint.unit"]
        cls.workshop, cls.supervision, cls.service_unit = units.create(
            [
                {
                    "name": "Workshop",
                    "code": "T-W",
                    "leader_id": cls.chief.id,
                    "member_ids": [(6, 0, (cls.handler | cls.handler2).ids)],
                },
                {
                    "name": "Supervision",
                    "code": "T-S",
                    "is_handling": False,
                    "is_supervising": True,
                    "member_ids": [(6, 0, cls.overseer.ids)],
                },
                {
                    "name": "Service",
                    "code": "T-C",
                    "is_answering": True,
                    "member_ids": [(6, 0, cls.service.ids)],
                },
            ]
        )
        cls.types = {
            kind: cls.env["governance.complaint.type"].create(
                {"name": f"Test {kind}", "code": f"test_{kind}", "kind": kind}
            )
            for kind in ("complaint", "suggestion", "service", "warning")
        }
        cls.severities = {
            code: cls.env["governance.complaint.severity"].create(
                {"name": code, "code": f"test_{code}", "is_important": code == "major"}
            )
            for code in ("minor", "major")
        }
        cls.phone = cls.env["governance.complaint.channel"].create(
            {"name": "Test telephone", "code": "test_phone"}
        )

    def setUp(self):
        super().setUp()
        self.clock = None
        self.travel(self.NOW)
        self.addCleanup(self.come_back)

    def come_back(self):
        """Let it be now."""
        if self.clock:
            self.clock.stop()
        self.clock = None

    def travel(self, moment):
        """Let it be another moment from now on."""
        self.come_back()
        self.clock = freeze_time(moment)
        self.clock.start()

    @classmethod
    def draft(cls, user=None, **values):
        """Return a complaint that a user types in, of open_customer."""
        complaints = cls.env["governance.complaint"].with_user(user or cls.rep)
        return complaints.create(
            {
                "title": "Scratches",
                "partner_id": cls.open_customer.id,
                "type_id": cls.types["complaint"].id,
                "channel_id": cls.phone.id,
                "severity_id": cls.severities["minor"].id,
                "demand": "A new one",
                **values,
            }
        )

    @classmethod
    def procedure(cls, publish=True, **values):
        """Return a procedure in force that has no step which is not asked for."""
        steps = dict.fromkeys(
            (
                "needs_acceptance",
                "needs_routing",
                "needs_investigation",
                "needs_review",
                "needs_opinion",
                "needs_reply",
                "needs_confirmation",
                "needs_prevention",
            ),
            False,
        )
        procedure = cls.env["governance.complaint.procedure"].create(
            {"name": "Test", "code": "T-P", **steps, **values}
        )
        if publish:
            cls.sign_for(procedure)
            procedure.action_publish()
        return procedure

    @classmethod
    def sign_for(cls, procedure):
        """Put the matrices in force that a procedure needs and the company lacks.

        The supervisor of the handling unit signs, for the report the supervising unit
        and an executive after that.
        """
        chain = [
            {"approver_type": "unit_leader", "sequence": 10},
            {"approver_type": "supervising_unit", "sequence": 20},
            cls.group_step("group_executive", sequence=30),
        ]
        matrices = cls.env["governance.approval.policy"]
        for step, subject in MATRICES.items():
            domain = [("subject", "=", subject)]
            company = procedure.company_id
            if not procedure[step] or matrices._get_in_force(company, domain):
                continue
            cls.create_matrix(
                chain if step == "needs_review" else chain[:1],
                subject=subject,
                code=subject,
                company_id=company.id,
            )

    @classmethod
    def policy(cls, targets=(), rungs=(), publish=True, **values):
        """Return a complaint policy in force; `targets` and `rungs` are dicts."""
        policy = cls.env["governance.complaint.policy"].create(
            {
                "name": "Test",
                "code": "T-SLA",
                "target_ids": [(0, 0, line) for line in targets],
                "rung_ids": [(0, 0, line) for line in rungs],
                **values,
            }
        )
        if publish:
            policy.action_publish()
        return policy
