# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .confidentiality_common import ConfidentialityCommon
from .room_models import get_room_models
from .room_outside import WORD

OWN_SUBJECTS = ("visit_plan", "visit_challenge", "visit_exception")


class VisitsWorld(ConfidentialityCommon):
    """At least one record of each model of the room of visits.

    | person | plan of this month | plan of the next month                 |
    |--------|--------------------|----------------------------------------|
    | rep    | draft              | approved; a goal of it is challenged   |
    | rep2   |                    | submitted, waits for leader2           |

    | visit     | customer      | what happens to it                           |
    |-----------|---------------|----------------------------------------------|
    | reported  | open_customer | submitted, unlocked by leader; two promises  |
    | finished  | open_customer | submitted, waits for leader                  |
    | meeting   | open_customer | planned                                      |
    | hush      | secret        | planned                                      |
    """

    # The web server and the browser have a clock of their own.
    NOW = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_team("Top", cls.executive, cls.leader)
        for subject in OWN_SUBJECTS:
            cls.create_matrix(
                [{"approver_type": "requester_leader"}],
                subject=subject,
                code=subject,
                name=f"{WORD} {subject}",
            )
        cls.today = cls.company._get_governance_today()
        cls.add_policy()
        cls.add_plans()
        cls.add_visits()
        cls.add_callbacks()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def get_models(cls):
        """Return the names of the models that this room has brought."""
        return get_room_models(cls.env, "visits")

    @classmethod
    def add_policy(cls):
        """Two visits a month to every customer, and a call after an event."""
        channels = cls.env["governance.visit.channel"]
        cls.door, cls.phone = channels.create(
            [
                {"name": f"{WORD} visit", "code": "W-DOOR", "sequence": -2},
                {"name": f"{WORD} call", "code": "W-CALL", "kind": "call"},
            ]
        )
        roles = cls.env["governance.visit.role"]
        cls.role, cls.service = roles.create(
            [
                {"name": f"{WORD} owner", "code": "W-OWNER", "source": "owner"},
                {
                    "name": f"{WORD} service",
                    "code": "W-SERVICE",
                    "source": "member",
                    "member_ids": [Command.create({"user_id": cls.rep.id})],
                },
            ]
        )
        cls.purpose = cls.env["governance.visit.purpose"].create(
            {"name": f"{WORD} upkeep"}
        )
        cls.policy = cls.env["governance.visit.policy"].create(
            {
                "name": f"{WORD} policy",
                "code": "W-VC",
                # Whatever day it is, the next month is planned.
                "plan_days_before": 27,
                "cadence_ids": [
                    Command.create(
                        {
                            "population": "all",
                            "role_id": cls.role.id,
                            "channel_id": cls.door.id,
                            "number": 2,
                            "objective": f"{WORD} objective",
                            "questions": f"Which {WORD}?",
                        }
                    )
                ],
                "callback_ids": [
                    Command.create(
                        {
                            "trigger": "manual",
                            "role_id": cls.service.id,
                            "channel_id": cls.phone.id,
                            "days": 3,
                            "objective": f"{WORD} callback",
                        }
                    )
                ],
            }
        )
        cls.policy.action_publish()

    @classmethod
    def add_plans(cls):
        """Generate this month and the next one; submit, approve and challenge."""
        cls.south = cls.customer("South Trading", cls.rep2)
        generator = cls.env["governance.visit.generator"]
        following = (cls.today.replace(day=1) + timedelta(days=31)).replace(day=1)
        people = cls.rep | cls.rep2
        generator._generate(cls.company, cls.today, cls.rep)
        plans = generator._generate(cls.company, following, people).with_env(cls.env)
        [cls.plan] = plans.filtered(lambda plan: plan.user_id == cls.rep)
        [cls.waiting] = plans.filtered(lambda plan: plan.user_id == cls.rep2)
        mine = cls.plan.with_user(cls.rep)
        mine.write(
            {
                "note": f"{WORD} note",
                "cost_ids": [
                    Command.create(
                        {
                            "kind": "travel",
                            "name": f"{WORD} ticket",
                            "amount": 40,
                            "partner_id": cls.open_customer.id,
                        }
                    )
                ],
            }
        )
        mine.action_request_approval()
        cls.decide(cls.plan, cls.leader)
        cls.waiting.with_user(cls.rep2).action_request_approval()
        cls.slots = cls.plan.slot_ids.filtered(
            lambda slot: slot.partner_id == cls.open_customer
        )
        cls.challenge = (
            cls.env["governance.visit.challenge"]
            .with_user(cls.rep)
            .create(
                {
                    "plan_id": cls.plan.id,
                    "partner_id": cls.open_customer.id,
                    "cadence_id": cls.policy.cadence_ids.id,
                    "goal": 1,
                    "reason": f"{WORD} is closed for half of the month",
                }
            )
        )
        cls.challenge.action_request_approval()
        cls.exception = (
            cls.env["governance.visit.exception"]
            .with_user(cls.rep)
            .create(
                {
                    "partner_id": cls.important.id,
                    "role_id": cls.role.id,
                    "channel_id": cls.door.id,
                    "number": 1,
                    "date_start": cls.today,
                    "date_end": cls.today + timedelta(days=60),
                    "reason": f"{WORD} repairs",
                }
            )
        )
        cls.exception.action_request_approval()
        cls.decide(cls.exception, cls.leader)

    @classmethod
    def decide(cls, record, user, verdict="approved"):
        """Let somebody decide on what was asked for."""
        request = record.sudo().approval_request_id
        request.with_user(user).decide(verdict, f"{WORD} seen")
        cls.env.invalidate_all()

    @classmethod
    def visit(cls, customer, hours, user=None, **values):
        """Return a visit that begins so many hours from now."""
        visits = cls.env["governance.visit"].with_user(user or cls.rep)
        return visits.create(
            {
                "partner_id": customer.id,
                "channel_id": cls.door.id,
                "purpose_ids": [Command.set(cls.purpose.ids)],
                "objective": f"{WORD} objective",
                "date_start": fields.Datetime.now() + timedelta(hours=hours),
                **values,
            }
        )

    @classmethod
    def add_visits(cls):
        cls.reported = cls.visit(cls.open_customer, -5)
        cls.reported.action_hold()
        promises = [
            Command.create(
                {
                    "name": f"{WORD} {name}",
                    "date_deadline": cls.today + timedelta(days=days),
                }
            )
            for name, days in (("samples", -2), ("offer", 5))
        ]
        cls.reported.write(
            {
                "result": f"{WORD} result",
                "needs": f"{WORD} needs",
                "competitors": f"{WORD} rival",
                "promise_ids": promises,
            }
        )
        cls.reported.action_submit()
        cls.reported.with_user(cls.leader).unlock(f"{WORD} is missing")
        cls.finished = cls.visit(cls.open_customer, -3)
        cls.finished.action_hold()
        cls.finished.write({"result": f"{WORD} result", "needs": f"{WORD} needs"})
        cls.finished.action_submit()
        cls.meeting = cls.visit(cls.open_customer, 30)
        cls.hush = cls.visit(cls.secret, 60)
        cls.photo = cls.env["ir.attachment"].create(
            {
                "name": f"{WORD}.txt",
                "raw": f"{WORD} in the photo".encode(),
                "res_model": cls.reported._name,
                "res_id": cls.reported.id,
            }
        )

    @classmethod
    def add_callbacks(cls):
        """Start a callback by hand; it reminds who makes it."""
        cls.callback = cls.env["governance.visit.slot"]._start_callbacks(
            cls.company,
            cls.today - timedelta(days=2),
            [(cls.south.id, f"{WORD},1")],
            cls.policy.callback_ids,
        )
        # The job has done what is done once a day.
        cls.env["governance.visit.run"]._note_done("due", cls.company)
