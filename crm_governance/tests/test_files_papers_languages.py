# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every paper of the archive, in English and in Chinese (P-23 … P-27)."""

from odoo.tests import tagged

from .files_world import FilesWorld
from .room_papers import RoomPapers

# {report: (records, who prints, English on it, Chinese on it)}
PAPERS = {
    "report_volume_list": ("volume", "custodian2", "In-volume list", "卷内文件目录"),
    "report_volume_remarks": ("volume", "custodian2", "Remark form", "卷内备考表"),
    "report_volume_label": (
        "volume",
        "custodian2",
        "internal use only",
        "仅限内部使用",
    ),
    "report_file_plan": ("category", "custodian2", "Classification plan", "案卷类目"),
    "report_filing_transfer": ("transfer", "custodian2", "Handed over by", "移交人"),
    "report_loan_register": ("items", "custodian2", "Loan Book", "档案借阅登记簿"),
    "report_destruction_certificate": ("destruction", "custodian", "Destroyed", "销毁"),
    "report_document_register": (
        "documents",
        "custodian2",
        "Register of documents",
        "文件登记簿",
    ),
    "report_disclosure": ("disclosure", "custodian", "Recipient", "接收"),
}


@tagged("post_install", "-at_install")
class TestFilesPapersLanguages(RoomPapers, FilesWorld):
    """What is printed, word by word, when all that people wrote is Chinese."""

    PAPERS = PAPERS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.learn_chinese()
        cls.items = cls.late.sudo().line_ids | cls.guest.sudo().line_ids
        cls.category = cls.category.with_context(lang="en_US")
        cls.documents = cls.volume.document_ids
        cls.disclosure._as_system().state = "approved"
        cls.transfer = cls.env["governance.filing.transfer"].search([], limit=1)
        cls.transfer.with_user(cls.rep).action_hand_over()
        cls.transfer.with_user(cls.custodian).action_receive()
        cls.write_in_chinese()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def write_in_chinese(cls):
        """Let nothing that people wrote look like a word of a template."""
        cls.gone_name = cls.gone.name
        cls.rename_people(cls.open_customer, cls.secret)
        columns = (
            ("governance.file.volume", "name"),
            ("governance.file.document", "name"),
            ("governance.file.category", "name"),
            ("governance.filing.department", "name"),
            ("governance.file.remark", "text"),
            ("governance.loan", "purpose_text"),
            ("governance.loan", "reader_name"),
            ("governance.loan", "reader_unit"),
            ("governance.destruction", "reason"),
            ("governance.disclosure", "recipient"),
            ("governance.disclosure", "purpose"),
            ("governance.disclosure", "content"),
        )
        cls.write_everywhere(columns)
        for kept in cls.system(cls.env["governance.retention.class"].search([])):
            kept.with_context(lang="zh_CN").name = "短期"

    def get_kept(self):
        """What was destroyed keeps the name that it had then."""
        return [self.gone_name]

    def test_pdf(self):
        """The papers come out of the printer, too."""
        self.custodian2.lang = "zh_CN"
        reports = self.env["ir.actions.report"].with_user(self.custodian2)
        with self.allow_pdf_render():
            content, kind = reports.with_context(
                lang="zh_CN", force_report_rendering=True
            )._render_qweb_pdf("crm_governance.report_volume_list", self.volume.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
