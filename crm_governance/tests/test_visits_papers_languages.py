# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every paper of the room of visits, in English and in Chinese (P-14, P-15, B-58)."""

from odoo.tests import tagged

from .room_outside import WORD
from .room_papers import RoomPapers
from .visits_world import VisitsWorld

# {report: (records, who prints, English on it, Chinese on it)}
PAPERS = {
    "report_visit_plan": ("plan", "rep", "Monthly visit plan", "拜访计划"),
    "report_customer_visit": ("reports", "leader", "Customer Visit Report", "拜访报告"),
    "report_visit_attainment": ("months", "leader", "Attainment of visits", "达成"),
}
# What people write: nothing of it may look like a word of a template.
WRITTEN = (
    ("governance.visit.channel", "name"),
    ("governance.visit.purpose", "name"),
    ("governance.visit.role", "name"),
    ("governance.visit.plan", "note"),
    ("governance.visit.plan.cost", "name"),
    ("governance.visit", "objective"),
    ("governance.visit", "questions"),
    ("governance.visit", "result"),
    ("governance.visit", "needs"),
    ("governance.visit", "competitors"),
    ("governance.visit.promise", "name"),
    ("crm.team", "name"),
)
# What stays as it was written.
SEALED = (
    ("governance.visit.cadence", "objective"),
    ("governance.visit.unlock", "reason"),
    ("governance.decision", "reason"),
    ("ir.attachment", "name"),
)


@tagged("post_install", "-at_install")
class TestVisitsPapersLanguages(RoomPapers, VisitsWorld):
    """What is printed, word by word, when all that people wrote is Chinese."""

    PAPERS = PAPERS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.learn_chinese()
        cls.reports = cls.reported | cls.finished | cls.meeting
        # What has changed since the report was unlocked shows what was there before.
        cls.kept = cls.get_written(WRITTEN + SEALED)
        cls.rename_people(*cls.env["res.partner"].search([("is_company", "=", True)]))
        cls.write_everywhere(WRITTEN)
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.months = cls.env["governance.visit.assessment"].search(
            [("user_id", "=", cls.rep.id), ("month", "=", cls.today.replace(day=1))]
        )

    @classmethod
    def get_written(cls, columns):
        """Return all that people wrote, long texts first."""
        texts = {
            record[column]
            for name, column in columns
            for record in cls.system(cls.env[name].search([]))
            if record[column] and WORD in record[column]
        }
        return sorted(texts, key=len, reverse=True)

    def get_kept(self):
        return self.kept

    def test_month(self):
        """Months and days are called in the order of the language."""
        weeks = str(self.plan.with_context(lang="zh_CN").weeks)
        self.assertRegex(weeks, rf">{self.plan.month.month}月1?\d日至\d+日<")
        row = self.months.with_context(lang="zh_CN")
        self.assertEqual(row.month_name, f"{self.today.year}年{self.today.month}月")
        papers = (
            ("report_visit_plan", self.plan.month),
            ("report_visit_attainment", self.today),
        )
        for report, day in papers:
            shown = self.printed(report, "zh_CN")
            self.assertIn(f"{day.year}年{day.month}月", shown)
            self.assertIn(f"{day:%B} {day.year}", self.printed(report, "en_US"))
