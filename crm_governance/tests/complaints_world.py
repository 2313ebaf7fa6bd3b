# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .complaints_common import ComplaintCommon
from .room_models import get_room_models
from .room_outside import WORD

SUBJECTS = (
    "complaint_acceptance",
    "complaint_report",
    "complaint_opinion",
    "complaint_remedy",
    "complaint_extension",
    "complaint_statistic",
    "complaint_action",
)


class ComplaintsWorld(ComplaintCommon):
    """At least one record of each model of the room of complaints.

    | complaint | customer      | what happens to it                               |
    |-----------|---------------|--------------------------------------------------|
    | late      | open_customer | handled by handler, overdue and told to chief    |
    | new       | open_customer | registered, nobody has looked at it              |
    | waiting   | open_customer | to be accepted                                   |
    | to_reply  | open_customer | to be answered by service                        |
    | done      | open_customer | closed and rated, with a corrective action       |
    | unhappy   | open_customer | a dissatisfied customer, no complaint yet        |
    | hush      | secret        | handled by nobody yet                            |
    """

    # The web server and the browser have a clock of their own.
    NOW = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for subject in SUBJECTS:
            cls.create_matrix(
                [cls.group_step("group_executive")],
                subject=subject,
                code=f"W-{subject}",
                name=f"{WORD} {subject}",
            )
        cls.today = cls.company._get_governance_today()
        cls.open_customer.governance_specialist_id = cls.specialist
        cls.add_rules()
        cls.add_complaints()
        cls.add_parts()
        cls.add_meetings()
        cls.env.flush_all()
        cls.env.invalidate_all()

    def travel(self, moment):
        """Let time go on: nothing here depends on which day it is."""
        return super().travel(moment) if moment else None

    @classmethod
    def get_models(cls):
        """Return the names of the models that this room has brought."""
        return get_room_models(cls.env, "complaints")

    @classmethod
    def ago(cls, **duration):
        return fields.Datetime.now() - timedelta(**duration)

    @classmethod
    def do_job(cls, model, name):
        """Run a scheduled job within the transaction of the test."""
        crons = type(cls.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1000):
            getattr(cls.env[model], name)()

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @classmethod
    def add_rules(cls):
        cls.rules = cls.policy(
            [
                {"kind": kind, "amount": amount}
                for kind, amount in (
                    ("acknowledge", 1),
                    ("first_response", 4),
                    ("next_response", 4),
                    ("first_resolution", 24),
                    ("total_resolution", 168),
                    ("reaction", 24),
                )
            ],
            [
                {"share": 75, "recipient": "handler"},
                {"share": 100, "recipient": "unit_leader"},
            ],
            name=f"{WORD} policy",
            norm_ids=[(0, 0, {"name": f"{WORD} norm", "amount": 30})],
            remedy_limit_ids=[
                (0, 0, {"approval_code": "W-complaint_remedy", "is_unlimited": True})
            ],
        )
        cls.way = cls.procedure(name=f"{WORD} procedure", code="W-P")
        cls.route = cls.env["governance.complaint.route"].create(
            {
                "name": f"{WORD} route",
                "type_ids": [(6, 0, cls.types["complaint"].ids)],
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
            }
        )
        cls.cause = cls.env["governance.complaint.cause"].create(
            {"name": f"{WORD} cause", "code": "w_cause"}
        )

    # ------------------------------------------------------------------
    # COMPLAINTS
    # ------------------------------------------------------------------

    @classmethod
    def complaint(cls, state, title, user=None, hours=0, **values):
        """Return a complaint that came in so many hours ago, in a state."""
        complaint = cls.draft(
            cls.rep,
            title=f"{WORD} {title}",
            demand=f"{WORD} demand",
            description=f"<p>{WORD} happened</p>",
            date_received=cls.ago(hours=hours),
        )
        complaint._as_system().write(
            {
                "state": state,
                "date_registered": complaint.date_received,
                "policy_id": cls.rules.id,
                "procedure_id": cls.way.id,
                "unit_id": cls.workshop.id,
                "supervising_unit_id": cls.supervision.id,
                "user_id": user.id if user else False,
                **values,
            }
        )
        complaint._log_event("received", date=complaint.date_received)
        complaint._log_event("registered", note=f"{WORD} on the telephone")
        return complaint.with_env(cls.env)

    @classmethod
    def add_complaints(cls):
        cls.late = cls.complaint("assigned", "scratches", cls.handler, hours=30)
        cls.new = cls.complaint("registered", "new", is_important=True)
        cls.waiting = cls.complaint("acceptance", "waiting", validity="valid")
        cls.to_reply = cls.complaint("to_reply", "reply", cls.handler, hours=2)
        cls.done = cls.complaint("assigned", "done", cls.handler, hours=100)
        cls.hush = cls.complaint("accepted", "hush", partner_id=cls.secret.id)
        cls.unhappy = cls.complaint(
            "registered", "unhappy", hours=300, type_id=cls.types["warning"].id
        )
        cls.done._log_event("answered", date=cls.ago(hours=50))
        cls.waiting.with_user(cls.handler)._request_approval()
        cls.do_job("governance.complaint.clock", "_cron_escalate")

    @classmethod
    def add_parts(cls):
        """Add what belongs to complaints: papers, remedies, replies, actions."""
        about = {"complaint_id": cls.late.id}
        for name, values in (
            (
                "investigation",
                {"cause": f"{WORD} cause", "accused_ids": [(6, 0, cls.rep2.ids)]},
            ),
            ("opinion", {"opinion": f"{WORD} opinion"}),
            ("remedy", {"description": f"{WORD} off the price", "amount": 10}),
            ("reply", {"subject": f"{WORD} subject", "body": f"<p>{WORD} body</p>"}),
            ("penalty", {"user_id": cls.rep2.id, "reason": f"{WORD} reason"}),
            (
                "extension",
                {"reason": f"{WORD} reason", "date_until": cls.ago(days=-9)},
            ),
        ):
            parts = cls.env[f"governance.complaint.{name}"]._as_system()
            parts.create({**about, **values})
        actions = cls.env["governance.complaint.action"].with_user(cls.handler)
        cls.action = actions.create(
            {
                "complaint_id": cls.done.id,
                "name": f"{WORD} action",
                "user_id": cls.handler2.id,
                "date_deadline": cls.today + timedelta(days=5),
            }
        ).with_env(cls.env)
        cls.check = (
            cls.env["governance.complaint.action.check"]
            ._seal()
            .create(
                {
                    "action_id": cls.action.id,
                    "complaint_id": cls.done.id,
                    "date": fields.Datetime.now(),
                    "user_id": cls.overseer.id,
                    "outcome": "inconclusive",
                    "finding": f"{WORD} finding",
                }
            )
        )
        cls.done._as_system().write(
            {
                "state": "closed",
                "date_closed": cls.ago(hours=49),
                "cause_id": cls.cause.id,
            }
        )
        cls.done._log_event("closed", date=cls.ago(hours=49))
        cls.intake = cls.env["governance.complaint.intake"]._keep(
            {
                "company_id": cls.company.id,
                "source": "mail",
                "state": "failed",
                "title": f"{WORD} subject",
                "reason": f"{WORD} reason",
            }
        )

    @classmethod
    def add_meetings(cls):
        """Add what is written about many complaints: statistic, review, summary."""
        month = (cls.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        old = cls.complaint("assigned", "old", hours=24 * 45, cause_id=cls.cause.id)
        old._log_event("answered", date=cls.ago(days=44))
        old._log_event("closed", date=cls.ago(days=44))
        old._as_system().write({"state": "closed", "date_closed": cls.ago(days=44)})
        cls.statistic = (
            cls.env["governance.complaint.statistic"]
            .with_user(cls.cmanager)
            .create({"month": month})
        )
        cls.statistic.action_file()
        cls.company.governance_complaint_review_day = "1"
        cls.do_job("governance.complaint.review", "_cron_plan")
        reviews = cls.env["governance.complaint.review"]
        cls.review = reviews.search([("company_id", "=", cls.company.id)], limit=1)
        cls.review._list()
        cls.env["governance.complaint.summary"]._open(cls.company)
