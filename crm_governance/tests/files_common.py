# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.fields import Command

from .confidentiality_common import ConfidentialityCommon


class FilesCommon(ConfidentialityCommon):
    """An archive with a department, and a file of each customer.

    | login      | in the archive                                                |
    |------------|---------------------------------------------------------------|
    | custodian  | data custodian of the files of open_customer and important    |
    | archivist  | data custodian; checks what custodian composes                |
    | custodian2 | data custodian with all clearances; custodian of secret       |
    | archivist2 | data custodian with all clearances; checks for custodian2     |
    | collector  | representative who collects for the department MKT            |

    Volumes are made by `volume` and `filed_volume`, documents by `document`.
    """

    ROLES = {
        **ConfidentialityCommon.ROLES,
        "collector": "crm_governance.group_user",
        "archivist": "crm_governance.group_custodian",
        "archivist2": (
            "crm_governance.group_custodian,crm_governance.group_clearance_2"
        ),
    }
    YEAR = 2026

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        classes = cls.env["governance.retention.class"].search(
            [("company_id", "=", cls.company.id)], order="sequence, id"
        )
        cls.permanent, cls.long_term, cls.short_term = classes[:3]
        cls.long_term.years, cls.short_term.years = 10, 3
        departments = cls.env["governance.filing.department"]
        cls.archive = departments.search([("is_central", "=", True)], limit=1)
        cls.archive = cls.archive or departments.create(
            {"name": "Archive", "code": "ARC", "is_central": True}
        )
        cls.marketing = departments.create(
            {
                "name": "Marketing",
                "code": "MKT",
                "collector_ids": [
                    Command.create(
                        {"user_id": cls.collector.id, "date_start": "2020-01-01"}
                    )
                ],
            }
        )
        cls.contract = cls.env.ref("crm_governance.governance_document_type_contract")
        cls.file = cls.make_file(cls.open_customer, cls.custodian)
        cls.important_file = cls.make_file(cls.important, cls.custodian)
        cls.secret_file = cls.make_file(cls.secret, cls.custodian2)

    @classmethod
    def make_file(cls, partner, custodian=None, **values):
        """Open the file of a customer."""
        return cls.env["governance.file"].create(
            {
                "partner_id": partner.id,
                "user_id": (custodian or cls.custodian).id,
                **values,
            }
        )

    @classmethod
    def volume(cls, file=None, **values):
        """Return a draft of a volume, with one document unless others are given."""
        year = values.get("year", cls.YEAR)
        return cls.env["governance.file.volume"].create(
            {
                "name": "Contracts",
                "file_id": (file or cls.file).id,
                "year": year,
                "department_id": cls.marketing.id,
                "retention_class_id": cls.long_term.id,
                "quality_ids": [
                    Command.set(cls.env["governance.file.quality"].search([]).ids)
                ],
                "document_ids": [
                    Command.create(
                        {"name": "Contract", "date": f"{year}-02-03", "pages": 4}
                    )
                ],
                **values,
            }
        )

    @classmethod
    def document(cls, volume, **values):
        """Return one more document of a draft."""
        return cls.env["governance.file.document"].create(
            {
                "name": "Letter",
                "volume_id": volume.id,
                "type_id": cls.contract.id,
                "date": fields.Date.to_date(f"{volume.year}-03-04"),
                **values,
            }
        )

    @classmethod
    def filed_volume(cls, file=None, composer=None, checker=None, **values):
        """Return a volume that two people have signed and that is filed.

        Custodians with all clearances do it, unless others are given.
        """
        volume = cls.volume(file, **values)
        composer, checker = composer or cls.custodian2, checker or cls.archivist2
        volume.with_user(composer).action_compose()
        volume.with_user(checker).action_check()
        volume.with_user(checker).action_file()
        return volume.with_env(cls.env)
