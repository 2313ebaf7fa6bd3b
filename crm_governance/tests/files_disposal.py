# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command

from .confidentiality_common import ConfidentialityCommon


class DisposalCommon(ConfidentialityCommon):
    """Files of an open and of a secret customer, with volumes whose time is over.

    | login      | role                                             |
    |------------|--------------------------------------------------|
    | custodian  | data custodian, asks for destructions            |
    | custodian3 | data custodian, signs first                      |
    | executive  | executive approver, signs second                 |
    | holder     | looks after legal holds                          |

    | volume     | customer      | year | class           | kept until |
    |------------|---------------|------|-----------------|------------|
    | old        | open_customer | 2010 | short (3 years) | 2013       |
    | recent     | open_customer | 2020 | long (50 years) | 2070       |
    | for_ever   | open_customer | 2000 | permanent       |            |
    | hidden     | secret        | 2010 | short (3 years) | 2013       |
    """

    ROLES = {
        **ConfidentialityCommon.ROLES,
        "custodian3": "crm_governance.group_custodian",
        "holder": "crm_governance.group_hold,crm_governance.group_user",
        "holder2": (
            "crm_governance.group_hold,crm_governance.group_user,"
            "crm_governance.group_clearance_2"
        ),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        classes = cls.env["governance.retention.class"]
        cls.short = classes.create({"name": "Short", "years": 3})
        cls.long = classes.create({"name": "Long", "years": 50})
        cls.permanent = classes.create({"name": "Permanent", "is_permanent": True})
        cls.file = cls.new_file(cls.open_customer)
        cls.secret_file = cls.new_file(cls.secret)
        cls.old = cls.new_volume(cls.file, 2010, cls.short)
        cls.recent = cls.new_volume(cls.file, 2020, cls.long)
        cls.for_ever = cls.new_volume(cls.file, 2000, cls.permanent)
        cls.hidden = cls.new_volume(cls.secret_file, 2010, cls.short)
        cls.matrix = cls.create_matrix(
            [
                cls.group_step("group_custodian", 10),
                cls.group_step("group_executive", 20),
            ],
            subject="destruction",
            code="E-56",
        )

    @classmethod
    def new_file(cls, partner, **values):
        files = cls.env["governance.file"]._as_system()
        file = files.create({"partner_id": partner.id, **values})
        return cls.env["governance.file"].browse(file.id)

    @classmethod
    def new_volume(cls, file, year, retention, state="filed", documents=1, **values):
        """Return a volume with documents that have an electronic copy each."""
        volume = (
            cls.env["governance.file.volume"]
            ._as_system()
            .create(
                {
                    "name": f"Volume {year}",
                    "file_id": file.id,
                    "year": year,
                    "retention_class_id": retention.id if retention else False,
                    "medium": "electronic",
                    **values,
                }
            )
        )
        for number in range(documents):
            document = (
                cls.env["governance.file.document"]
                ._as_system()
                .create(
                    {
                        "name": f"Letter {number}",
                        "volume_id": volume.id,
                        "date": f"{year}-02-03",
                    }
                )
            )
            cls.attach(document, f"scan {volume.id} {number}")
        volume.write({"state": state})
        cls.env.flush_all()
        return cls.env["governance.file.volume"].browse(volume.id)

    @classmethod
    def attach(cls, record, content):
        return cls.env["ir.attachment"].create(
            {
                "name": "scan.txt",
                "raw": content.encode(),
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def attachments(self, *volumes):
        """Return what electronic content volumes have."""
        volumes = self.env["governance.file.volume"].union(*volumes)
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "governance.file.document"),
                ("res_id", "in", volumes.document_ids.ids),
            ]
        )

    def hold(self, *items, user=None, place=True, **values):
        """Return a hold on files and volumes."""
        lines = [
            {"file_id": item.id}
            if item._name == "governance.file"
            else {"file_id": item.file_id.id, "volume_id": item.id}
            for item in items
        ]
        hold = (
            self.env["governance.legal.hold"]
            .with_user(user or self.holder2)
            .create(
                {
                    "name": "Case 17",
                    "reason": "The court asked for it",
                    "line_ids": [Command.create(line) for line in lines],
                    **values,
                }
            )
        )
        if place:
            hold.action_place()
        return hold

    def lift(self, hold, user=None):
        hold = hold.with_user(user or self.holder2)
        hold.lift_reason = "The case is closed"
        hold.action_lift()

    def propose(self, *items, user=None, kind="retention"):
        """Return the draft of a destruction."""
        files = self.env["governance.file"].union(
            *(item for item in items if item._name == "governance.file")
        )
        volumes = self.env["governance.file.volume"].union(
            *(item for item in items if item._name != "governance.file")
        )
        user = user or self.custodian
        return (
            self.env["governance.destruction"]
            .with_user(user)
            ._propose(
                files=files.with_user(user),
                volumes=volumes.with_user(user),
                kind=kind,
                reason="Nobody needs it",
            )
        )

    def sign(self, record, *users):
        """Decide on a record as the people whose turn it is."""
        request = record.sudo().approval_request_id
        for user in users:
            request.with_user(user).decide("approved", "Agreed")

    def approved(self, *items, **values):
        """Return a destruction that two persons have signed."""
        destruction = self.propose(*items, **values)
        destruction.action_request_approval()
        self.sign(destruction, self.custodian3, self.executive)
        self.assertEqual(destruction.state, "approved")
        return destruction

    def entries(self, event, record=None):
        """Return the lines of the access register, about one record."""
        domain = [("event", "=", event)]
        if record is not None:
            domain += [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["governance.access.entry"].search(domain)
