# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Command

# Department, code, who collects.
DEPARTMENTS = [
    ("archive", "Archive", "ARC", "custodian"),
    ("sales", "Sales", "SAL", "rep_2"),
    ("service", "Customer service", "CUS", "leader"),
]
# Department, number, title, retention.
PLAN = [
    ("sales", "1", "Contracts and amendments", "long"),
    ("sales", "2", "Offers and correspondence", "short"),
    ("service", "1", "Complaints and callbacks", "short"),
    ("service", "2", "Customer surveys", "long"),
]


class GovernanceDemo(models.AbstractModel):
    """The files of some customers of the demo story."""

    _inherit = "governance.demo"

    def _make_files(self):
        """Two files with volumes of last year, and one that is being filled."""
        year = self._today().year
        classes = self._fill_retention_classes()
        departments = self._make_departments()
        entries = {
            (department, number, plan_year): entry
            for plan_year in (year - 12, year - 1, year)
            for department, number, entry in self._make_plan(
                plan_year, departments, classes
            )
        }
        harbour = self._make_file("harbour", "Room 2, shelf 4")
        northgate = self._make_file("northgate", "Room 1, strongroom")
        contracts = self._make_volume(
            harbour,
            "Framework contract",
            entries["sales", "1", year - 1],
            [
                ("contract", "Framework contract for pylons", "HB-1", 3, 24),
                ("correspondence", "Letter of acceptance", "HB-2", 2, 1),
            ],
        )
        surveys = self._make_volume(
            northgate,
            "Survey of the site managers",
            entries["service", "2", year - 1],
            [("survey", "Survey forms of the site managers", "", 8, 4)],
        )
        for volume in (contracts, surveys):
            self._sign(volume)
        surveys.with_user(self._user("archivist")).seal(
            "Forms with the names of people, to be seen by nobody at will."
        )
        draft = self._make_volume(
            harbour,
            "Offers",
            entries["sales", "2", year],
            [
                ("correspondence", "Offer for the north quay", "HB-7", 1, 6),
                ("correspondence", "Question about the delivery date", "", 1, 1),
            ],
        )
        self._attach(draft.document_ids[:1])
        self._hand_over(departments["sales"])

    def _fill_retention_classes(self):
        """The sources give no years, so these are the company's own."""
        found = self.env["governance.retention.class"].search(
            [("company_id", "=", self._company().id)], order="sequence, id", limit=3
        )
        classes = dict(zip(("permanent", "long", "short"), found, strict=True))
        classes["long"].years, classes["short"].years = 30, 10
        return classes

    def _make_departments(self):
        start = self._today() - relativedelta(years=2)
        return {
            key: self.env["governance.filing.department"].create(
                {
                    "name": name,
                    "code": code,
                    "company_id": self._company().id,
                    "is_central": key == "archive",
                    "collector_ids": [
                        Command.create(
                            {"user_id": self._user(role).id, "date_start": start}
                        )
                    ],
                }
            )
            for key, name, code, role in DEPARTMENTS
        }

    def _make_plan(self, year, departments, classes):
        for department, number, title, retention in PLAN:
            entry = self.env["governance.file.category"].create(
                {
                    "name": title,
                    "code": number,
                    "year": year,
                    "department_id": departments[department].id,
                    "retention_class_id": classes[retention].id,
                }
            )
            yield department, number, entry

    def _sign(self, volume):
        """Compose, check and file a volume."""
        volume.with_user(self._user("custodian")).action_compose()
        volume.with_user(self._user("archivist")).action_check()
        volume.with_user(self._user("archivist")).action_file()

    def _file_volume(
        self, name, title, department, number, documents, year=None, medium="paper"
    ):
        """Return a volume of a customer that is in the archive."""
        year = year or self._today().year - 1
        titles = {key: title for key, title, _code, _role in DEPARTMENTS}
        entry = self.env["governance.file.category"].search(
            [
                ("department_id.name", "=", titles[department]),
                ("code", "=", number),
                ("year", "=", year),
            ]
        )
        file = self._as(self._user("custodian"), "governance.file").search(
            [("partner_id", "=", self._partner(name).id)]
        )
        file = file or self._make_file(name, "Room 2")
        volume = self._make_volume(file, title, entry, documents, medium)
        if medium == "electronic":
            self._attach(volume.document_ids)
        self._sign(volume)
        return volume

    def _make_file(self, name, location):
        return self._as(self._user("custodian"), "governance.file").create(
            {"partner_id": self._partner(name).id, "location": location}
        )

    def _make_volume(self, file, title, entry, documents, medium="paper"):
        day = date(entry.year, 1, 15)
        return self._as(self._user("custodian"), "governance.file.volume").create(
            {
                "name": title,
                "file_id": file.id,
                "medium": medium,
                "year": entry.year,
                "department_id": entry.department_id.id,
                "category_id": entry.id,
                "retention_class_id": entry.retention_class_id.id,
                "quality_ids": [
                    Command.set(
                        self.env["governance.file.quality"]
                        .search([("active", "=", True)])
                        .ids
                    )
                ],
                "document_ids": [
                    Command.create(
                        {
                            "name": name,
                            "reference": reference,
                            "type_id": self._ref(f"governance_document_type_{kind}").id,
                            "date": day,
                            "copies": copies,
                            "pages": pages,
                        }
                    )
                    for kind, name, reference, copies, pages in documents
                ],
            }
        )

    def _attach(self, document):
        self._as(self._user("custodian"), "ir.attachment").create(
            {
                "name": f"{document.name}.txt",
                "raw": f"{document.name}: as agreed on the telephone.".encode(),
                "mimetype": "text/plain",
                "res_model": document._name,
                "res_id": document.id,
            }
        )

    def _hand_over(self, department):
        """The collector has handed the last month over; the archive has to sign."""
        transfers = self._as(self._user("rep_2"), "governance.filing.transfer")
        transfers.create({"department_id": department.id}).action_hand_over()
