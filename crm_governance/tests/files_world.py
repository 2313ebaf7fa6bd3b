# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .confidentiality_common import ConfidentialityCommon
from .loan_common import LoanCommon
from .room_models import get_room_models
from .room_outside import WORD


class FilesWorld(LoanCommon):
    """At least one record of each model of the room of customer files.

    | volume   | customer      | what happens to it                             |
    |----------|---------------|------------------------------------------------|
    | volume   | open_customer | lent to rep, overdue                           |
    | volume2  | open_customer | lent to rep, lost                              |
    | asked    | open_customer | rep2 has asked for it                          |
    | old      | open_customer | time is over, to be appraised, on a list       |
    | gone     | open_customer | destroyed                                      |
    | held     | open_customer | sealed, under a legal hold, with a remark      |
    | outside  | open_customer | lent to a reader from outside                  |
    | electronic | secret      | lent to cleared2                               |
    """

    # The web server and the browser have a clock of their own.
    NOW = None
    ROLES = {
        **ConfidentialityCommon.ROLES,
        "custodian3": "crm_governance.group_custodian",
        "holder": "crm_governance.group_hold,crm_governance.group_user",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.add_archive()
        cls.add_loans()
        cls.add_disposal()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def lending_policy(cls, **values):
        limit = Command.create({"rank": 1, "value": 9})
        return super().lending_policy(limit_ids=[limit], **values)

    @classmethod
    def get_models(cls):
        """Return the names of the models that this room has brought."""
        return get_room_models(cls.env, "files")

    @classmethod
    def add_archive(cls):
        classes = cls.env["governance.retention.class"]
        cls.short = classes.create({"name": f"{WORD} short", "years": 3})
        cls.marketing = cls.env["governance.filing.department"].create(
            {
                "name": f"{WORD} Marketing",
                "code": "MKT",
                "collector_ids": [
                    Command.create({"user_id": cls.rep.id, "date_start": "2020-01-01"})
                ],
            }
        )
        cls.category = cls.env["governance.file.category"].create(
            {
                "name": f"{WORD} Letters",
                "code": "1",
                "year": 2026,
                "department_id": cls.marketing.id,
            }
        )
        for volume in (cls.volume, cls.volume2, cls.electronic, cls.closed):
            volume._as_system().name = f"{WORD} {volume.name}"
        values = {"year": 2010, "retention_class_id": cls.short.id}
        cls.asked_for = cls.filed(cls.open_file, f"{WORD} asked for")
        cls.old = cls.filed(cls.open_file, f"{WORD} old", **values)
        cls.gone = cls.filed(cls.open_file, f"{WORD} gone", **values)
        cls.held = cls.filed(cls.open_file, f"{WORD} held")
        cls.outside = cls.filed(cls.open_file, f"{WORD} outside")
        documents = cls.env["governance.file.document"]._as_system()
        cls.document = documents.create(
            {"name": f"{WORD} letter", "volume_id": cls.volume.id}
        )
        cls.scan = documents.env["ir.attachment"].create(
            {
                "name": f"{WORD}.txt",
                "raw": f"{WORD} in the scan".encode(),
                "res_model": cls.document._name,
                "res_id": cls.document.id,
            }
        )
        cls.scan = cls.scan.with_env(cls.env)
        cls.env["governance.file.remark"]._as_system().create(
            {"volume_id": cls.held.id, "text": f"{WORD} is torn"}
        )
        cls.held.with_user(cls.custodian2).seal(f"{WORD} survey")
        cls.env["governance.filing.transfer"].create(
            {"department_id": cls.marketing.id, "period_start": "2026-01-01"}
        )

    @classmethod
    def add_loans(cls):
        cls.create_matrix(
            [cls.group_step("group_executive")], subject="loan_incident", code="E-51"
        )
        purpose = {"purpose": f"{WORD} meeting"}
        cls.late = cls.lent(cls.volume, **purpose)
        cls.lost = cls.lent(cls.volume2, **purpose)
        cls.lines(cls.lost).with_user(cls.rep)._report("lost", f"{WORD} is gone")
        cls.wanted = cls.asked(cls.asked_for, cls.rep2, **purpose)
        cls.reading = cls.lent(cls.electronic, cls.cleared2, **purpose)
        cls.guest = cls.draft(
            cls.outside,
            cls.custodian,
            user_id=False,
            reader_name=f"{WORD} Wang",
            reader_unit="Tax Office",
            letter=b"bGV0dGVy",
            letter_name="letter.pdf",
            identity_document=b"aWQ=",
            identity_name="id.pdf",
            **purpose,
        )
        cls.guest.action_request_approval()
        cls.decide(cls.guest)
        cls.guest.with_user(cls.custodian).action_accept_undertaking()
        cls.hand_out(cls.guest)
        past = fields.Datetime.now() - timedelta(days=2)
        line = cls.lines(cls.late)
        line._as_system().write(
            {"date_due": past, "date_out": past - timedelta(days=3)}
        )
        cls.late.sudo()._settle()
        cls.env.flush_all()
        cls.late.sudo()._climb()

    @classmethod
    def add_disposal(cls):
        cls.create_matrix(
            [
                cls.group_step("group_custodian", 10),
                cls.group_step("group_executive", 20),
            ],
            subject="destruction",
            code="E-56",
        )
        cls.appraisal = cls.old._open_appraisal()
        cls.destruction = cls.signed_list(cls.gone)
        cls.destruction.action_destroy()
        cls.next_list = cls.signed_list(cls.old)
        cls.env["governance.disposal.policy"].create(
            {"name": f"{WORD} rule", "code": "RULE", "kind": "no_value", "months": 6}
        )
        cls.candidate = (
            cls.env["governance.disposal.candidate"]
            ._as_system()
            .create(
                {
                    "partner_id": cls.open_customer.id,
                    "file_id": cls.open_file.id,
                    "company_id": cls.company.id,
                    "kind": "no_interaction",
                    "date_found": "2026-01-01",
                }
            )
        )
        cls.hold = (
            cls.env["governance.legal.hold"]
            .with_user(cls.holder)
            .create(
                {
                    "name": f"{WORD} case",
                    "reason": "The court asked for it",
                    "line_ids": [
                        Command.create(
                            {
                                "file_id": cls.open_file.id,
                                "volume_id": cls.asked_for.id,
                            }
                        )
                    ],
                }
            )
        )
        cls.hold.action_place()
        cls.disclosure = (
            cls.env["governance.disclosure"]
            .with_user(cls.rep)
            .create(
                {
                    "partner_id": cls.open_customer.id,
                    "recipient": f"{WORD} Li",
                    "purpose": "Audit",
                    "content": "Orders",
                }
            )
        )

    @classmethod
    def signed_list(cls, volume):
        """Return a list of what is to be destroyed, signed by two persons."""
        mine = cls.env["governance.destruction"].with_user(cls.custodian)
        one = mine._propose(
            volumes=volume.with_user(cls.custodian), reason=f"{WORD} is over"
        )
        one.action_request_approval()
        for user in (cls.custodian3, cls.executive):
            one.sudo().approval_request_id.with_user(user).decide("approved", "Yes")
        return one
