# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.tests import tagged

from .complaints_statistic_common import StatisticCommon

ABOUT_A_MONTH = (
    "governance.complaint.recurrence",
    "governance.complaint.statistic",
    "governance.complaint.statistic.line",
    "governance.complaint.summary",
    "governance.complaint.summary.line",
)


@tagged("post_install", "-at_install")
class TestComplaintMonths(StatisticCommon):
    """A month reads as a month, never as the day on which it begins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.open_customer.governance_specialist_id = cls.specialist

    def summary(self, month="2026-02-01"):
        summary = self.env["governance.complaint.summary"]._as_system()
        summary = summary.create(
            {
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "month": month,
            }
        )
        summary._count()
        return summary

    def test_names(self):
        """In the words and the order of each language."""
        summary, statistic = self.summary(), self.statistic()
        statistic.action_file()
        for lang, name in (("en_US", "February 2026"), ("zh_CN", "2026年2月")):
            for record in (summary, summary.line_ids, statistic, statistic.line_ids):
                for one in record.with_context(lang=lang):
                    self.assertEqual(one.month_name, name)
            self.assertIn(name, summary.with_context(lang=lang).display_name)
            self.assertIn(self.specialist.name, summary.display_name)

    def test_sorted_by_day(self):
        """December comes before February, whatever they are called."""
        february, december = self.summary(), self.summary("2025-12-01")
        both = [("id", "in", (february | december).ids)]
        found = february.search(both, order="month_name")
        self.assertEqual(found, december | february)

    def test_screens(self):
        """No list and no form of what is about a month shows its first day."""
        for name in ABOUT_A_MONTH:
            model = self.env[name]
            self.assertIn("month_name", model._fields, name)
            for kind in ("list", "form"):
                view = model.get_view(view_type=kind)
                # Odoo makes up what nobody has designed, and no menu leads there.
                arch = view["arch"] if view["id"] else "<form/>"
                for node in etree.fromstring(arch).iter("field"):
                    shown = not (
                        node.get("column_invisible") or node.get("invisible") == "1"
                    )
                    own = node.getparent().tag != "field"
                    if node.get("name") == "month" and shown and own:
                        self.assertIn("state", node.get("invisible") or "", name)
