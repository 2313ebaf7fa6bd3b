# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .files_common import FilesCommon

LIST = "crm_governance.report_volume_list"
REMARKS = "crm_governance.report_volume_remarks"
LABEL = "crm_governance.report_volume_label"
PLAN = "crm_governance.report_file_plan"
REGISTER = "crm_governance.report_document_register"
RECEIPT = "crm_governance.report_filing_transfer"


@tagged("post_install", "-at_install")
class TestFilesPapers(FilesCommon):
    """What is printed in the archive (P-25, P-26, P-27)."""

    def page(self, report, records, user=None):
        reports = self.env["ir.actions.report"].with_context(lang="en_US")
        page, _kind = reports.with_user(user or self.custodian)._render_qweb_html(
            report, records.ids
        )
        return html.fromstring(page)

    def printed(self, report, records, user=None):
        """Return the text of a printed page, as a user gets it."""
        return " ".join(self.page(report, records, user).text_content().split())

    def test_list_names_item_by_item(self):
        """Number, responsible, title, date, pages, in their order (E-32, P-25)."""
        volume = self.volume()
        main = volume.document_ids
        self.document(
            volume,
            name="Price list",
            reference="A-17",
            originator="Board",
            copies=2,
            pages=3,
            related_id=main.id,
            relation="attachment",
            sequence=5,
        )
        volume.with_user(self.custodian).action_compose()
        self.env.flush_all()
        self.env.invalidate_all()
        text = self.printed(LIST, volume)
        self.assertIn(volume.code, text)
        self.assertIn("Not for the customer", text)
        self.assertRegex(text, r"1 Contract 02/03/2026 1 4 1 ")
        self.assertRegex(
            text, r"2 A-17 Board Price list 03/04/2026 2 3 5 Attachment to it: Contract"
        )
        self.assertRegex(text, r"Documents: 2 3 7")

    def test_remark_form(self):
        """Counts, remarks with their signatures, composer and checker (E-33, P-26)."""
        volume = self.filed_volume(composer=self.custodian, checker=self.archivist)
        volume.with_user(self.archivist).write(
            {"remark_ids": [Command.create({"text": "Page 2 is torn"})]}
        )
        text = self.printed(REMARKS, volume)
        self.assertRegex(text, r"Documents 1 Kinds 1 Copies 1 Pages 4")
        self.assertIn(f"Page 2 is torn {self.archivist.name} ", text)
        self.assertIn(f"Composed by {self.custodian.name}", text)
        self.assertIn(f"Checked by {self.archivist.name}", text)
        self.assertIn("What belongs together stands together.", text)

    def test_copies_on_the_remark_form(self):
        """One copy on paper and an electronic one are handed in (E-33)."""
        volume = self.volume()
        self.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"a",
                "res_model": "governance.file.document",
                "res_id": volume.document_ids.id,
            }
        )
        text = self.printed(REMARKS, volume)
        self.assertIn("Files attached 1", text)
        self.assertIn("One copy on paper handed in ☐ Electronic copy", text)

    def test_register_of_documents(self):
        """What was done with each document, by whom, and under which entry (E-25)."""
        entry = self.env["governance.file.category"].create(
            {
                "name": "Contracts",
                "code": "1",
                "year": self.YEAR,
                "department_id": self.marketing.id,
            }
        )
        volume = self.volume(category_id=entry.id)
        transfer = self.env["governance.filing.transfer"].create(
            {"department_id": self.marketing.id, "period_start": "2026-01-01"}
        )
        transfer.with_user(self.collector).action_hand_over()
        transfer.with_user(self.custodian).action_receive()
        document = volume.document_ids
        self.env.invalidate_all()
        self.assertNotIn("Composed", document.processing_text)
        for user, step in (
            (self.custodian, "action_compose"),
            (self.archivist, "action_check"),
            (self.custodian, "action_file"),
        ):
            getattr(volume.with_user(user), step)()
        self.env.flush_all()
        self.env.invalidate_all()
        text = self.printed(REGISTER, document)
        steps = (
            ("Registered", self.env.user),
            ("Handed over", self.collector),
            ("Received", self.custodian),
            ("Composed", self.custodian),
            ("Checked", self.archivist),
            ("Filed under 1 Contracts", self.custodian),
        )
        self.assertRegex(
            text,
            ".* ".join(re.escape(f"{what}: {who.name}") for what, who in steps),
        )
        self.assertIn(volume.code, text)
        secret = self.filed_volume(self.secret_file, category_id=entry.id).document_ids
        with self.assertRaises(AccessError):
            self.printed(REGISTER, secret, self.employee)
        with self.assertSays("data custodians only"):
            self.printed(REGISTER, secret, self.cleared2)

    def test_mark_of_labels(self):
        """Who and when stand beside the labels, not across their barcodes (C-18)."""
        text = self.printed(LABEL, self.volume() | self.volume())
        self.assertIn(f"{self.custodian.name} · ", text)
        self.assertIn("internal use only", text)
        label = self.env.ref("crm_governance.governance_file_volume_report_label")
        self.assertFalse(label.has_governance_watermark)

    def test_labels_have_barcodes(self):
        volumes = self.volume() | self.volume()
        page = self.page(LABEL, volumes)
        labels = page.xpath("//div[contains(@class, 'o_governance_label')]")
        self.assertEqual(len(labels), 2)
        for volume, label in zip(volumes, labels, strict=True):
            self.assertGreater(len(label.xpath(".//svg//rect")), 20)
            self.assertIn(volume.code, label.text_content())
        self.assertNotIn("Open Trading", page.text_content())
        volumes[0].barcode = "档案"
        self.assertFalse(volumes[0]._get_barcode_drawing())

    def test_plan(self):
        """The numbered entries of each department and year (E-24, P-27)."""
        entries = self.env["governance.file.category"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "year": 2026,
                    "department_id": self.marketing.id,
                    "retention_class_id": self.long_term.id,
                }
                for code, name in (("2", "Letters"), ("1", "Contracts"))
            ]
        )
        text = self.printed(PLAN, entries, self.collector)
        self.assertRegex(
            text, r"Marketing, 2026 .*1 Contracts Long-term 2 Letters Long-term"
        )

    def test_receipt(self):
        """Both signatures and what was handed over (E-10)."""
        self.volume()
        secret = self.volume(self.secret_file)
        transfer = self.env["governance.filing.transfer"].create(
            {"department_id": self.marketing.id, "period_start": "2026-01-01"}
        )
        with self.assertSays("once it is handed over"):
            self.printed(RECEIPT, transfer)
        self.collector.group_ids += self.env.ref("crm_governance.group_clearance_2")
        secret.document_ids.name = "Merger"
        transfer.with_user(self.collector).action_hand_over()
        transfer.with_user(self.custodian).action_receive()
        text = self.printed(RECEIPT, transfer)
        self.assertIn(f"Handed over by {self.collector.name}", text)
        self.assertIn(f"Received by {self.custodian.name}", text)
        self.assertRegex(text, r"Documents 2 Copies 2 Pages 8")
        self.assertRegex(text, r"Contract 02/03/2026")
        self.assertIn("Confidential", text)
        self.assertNotIn("Merger", text)
        # Who reads it, but is no custodian, gets no copy of that level.
        self.assertNotIn("Merger", self.printed(RECEIPT, transfer, self.collector))
        self.custodian2.group_ids += self.env.ref("crm_governance.group_custodian")
        self.assertIn("Merger", self.printed(RECEIPT, transfer, self.custodian2))

    def test_hidden_volumes_are_not_printed(self):
        volume = self.filed_volume(self.secret_file)
        for report in (LIST, REMARKS, LABEL):
            for user in (self.employee, self.custodian):
                with self.assertRaises(AccessError):
                    self.printed(report, volume, user)

    def test_copies_of_restricted_levels_are_for_custodians(self):
        """Whoever reads a level does not print it for that (C-18)."""
        volume = self.filed_volume(self.secret_file)
        for report in (LIST, REMARKS, LABEL):
            with self.assertSays("data custodians only"):
                self.printed(report, volume, self.cleared2)
            self.assertIn(volume.code, self.printed(report, volume, self.custodian2))

    def test_sealed_volumes_are_printed_by_their_custodian(self):
        volume = self.filed_volume()
        volume.with_user(self.archivist2).seal("Survey forms")
        with self.assertRaises(AccessError):
            self.printed(LIST, volume, self.archivist2)
        self.assertIn(volume.code, self.printed(LIST, volume))
