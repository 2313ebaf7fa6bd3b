# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every paper and portal page of the room, in English and in Chinese (P-11 … P-13)."""

import re

from lxml import html

from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .complaints_world import ComplaintsWorld
from .room_papers import CODES, WORDS, RoomPapers

# {report: (records, who prints, English on it, Chinese on it)}
PAPERS = {
    "report_complaint_card": (
        "late",
        "handler",
        "Complaint record card",
        "客户投诉记录卡",
    ),
    "report_complaint_investigation": (
        "report",
        "handler",
        "Complaint investigation report",
        "投诉调查报告",
    ),
    "report_complaint_statistic": (
        "statistic",
        "cmanager",
        "Complaint statistics sheet",
        "投诉统计表",
    ),
}
# What people write, as far as it changes later: nothing looks like a template's word.
WRITTEN = (
    ("governance.complaint.unit", "name"),
    ("governance.complaint.type", "name"),
    ("governance.complaint.severity", "name"),
    ("governance.complaint.channel", "name"),
    ("governance.complaint.cause", "name"),
    ("governance.complaint.matter", "name"),
    ("governance.complaint", "title"),
    ("governance.complaint", "demand"),
    ("governance.complaint", "description"),
    ("governance.complaint", "complainant_name"),
)
PARTS = ("cause", "course", "conclusion", "measures", "prevention", "accused_other")


class LanguagesWorld(ComplaintsWorld):
    """The world with signed papers, and nothing in it that is English."""

    @classmethod
    def write_papers(cls):
        """Let a report and an opinion be submitted and signed."""
        system = cls.late._as_system()
        way = cls.procedure(
            code="W-SIGNED",
            needs_investigation=True,
            needs_review=True,
            needs_opinion=True,
            needs_reply=True,
            needs_confirmation=True,
        )
        system.write({"procedure_id": way.id})
        cls.report = cls.late.investigation_ids[:1]
        cls.opinion = cls.late.opinion_ids[:1]
        cls.report._as_system().write(
            {
                **dict.fromkeys(PARTS, "文字"),
                "accused_ids": [Command.set(cls.rep2.ids)],
                "cause_id": cls.cause.id,
            }
        )
        cls.opinion._as_system().write({"opinion": "文字", "solution": "文字"})
        for paper, state in ((cls.report, "assigned"), (cls.opinion, "opinion")):
            system.write({"state": state})
            paper.with_user(cls.handler).action_request_approval()
            cls.env.invalidate_all()
            request = paper.sudo().approval_request_id.with_user(cls.executive)
            request.sudo(False).decide("approved", "文字")
        cls.late.remedy_ids._as_system().write({"description": "文字"})


@tagged("post_install", "-at_install")
class TestComplaintsPapersLanguages(RoomPapers, LanguagesWorld):
    """What is printed, word by word, when all that people wrote is Chinese."""

    PAPERS = PAPERS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.learn_chinese()
        cls.write_papers()
        cls.rename_people(*cls.env["res.partner"].search([("is_company", "=", True)]))
        cls.write_everywhere(WRITTEN)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def get_kept(self):
        """Steps are called what the company has called them."""
        return self.report.sudo().approval_request_id.step_ids.mapped("name")

    def test_month_and_moments(self):
        """Months, days and moments are written as the language writes them."""
        month = self.statistic.month
        chinese = self.printed("report_complaint_statistic", "zh_CN")
        self.assertIn(f"{month.year}年{month.month}月", chinese)
        self.assertIn(
            f"{month:%B} {month.year}",
            self.printed("report_complaint_statistic", "en_US"),
        )
        received = self.late.date_received
        shown = self.printed("report_complaint_card", "en_US")
        self.assertIn(f"{received:%m/%d/%Y}", shown)
        shown = self.printed("report_complaint_card", "zh_CN")
        self.assertNotIn(f"{received:%m/%d/%Y}", shown)
        self.assertIn(f"{received:%Y/%m/%d}", shown)

    def test_numbers(self):
        """Decimals are those of the language."""
        # Figures that were filed stay as they are, but for who asks the database.
        self.env.cr.execute(
            SQL(
                "UPDATE governance_complaint_statistic_line SET solution_rate = 12.5"
                " WHERE statistic_id = %s",
                self.statistic.id,
            )
        )
        self.env.invalidate_all()
        for code, separator in (("en_US", "."), ("zh_CN", "·")):
            lang = self.env["res.lang"]._lang_get(code)
            lang.decimal_point = separator
            shown = self.printed("report_complaint_statistic", code)
            self.assertIn(f"12{separator}5", shown)


@tagged("post_install", "-at_install")
class TestComplaintsPortalLanguages(RoomPapers, LanguagesWorld, HttpCase):
    """What customers see who read Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.learn_chinese()
        portal = cls.env["ir.module.module"].search(
            [("name", "in", ("portal", "mail"))]
        )
        portal._update_translations(["zh_CN"])
        cls.portal.partner_id.write(
            {"parent_id": cls.open_customer.id, "email": "a@b.example", "lang": "zh_CN"}
        )
        cls.portal.password = "a-long-password"
        for complaint in (cls.late, cls.done):
            complaint._as_system().contact_id = cls.portal.partner_id
        for kind in ("acknowledged", "response", "inbound", "waiting", "extended"):
            cls.late._log_event(kind)
        cls.late._log_event("answered", note="文字")
        cls.late._as_system().state = "answered"
        cls.rename_people(*cls.env["res.partner"].search([("is_company", "=", True)]))
        cls.portal.name = "王"
        cls.write_everywhere(WRITTEN)
        cls.env.flush_all()
        cls.env.invalidate_all()

    # These are not papers.
    test_chinese = test_all_papers = None

    def text_of(self, answer):
        """Return the words of a page, and those of its fields, without the frame."""
        [page] = html.fromstring(answer.text).xpath("//div[@id='wrap']")
        for noise in page.xpath(
            "//script | //style | //*[contains(@class, 'js_language_selector')]"
        ):
            noise.drop_tree()
        hints = page.xpath("//@placeholder | //@title | //@aria-label")
        return " ".join(" ".join([*page.itertext(), *hints]).split())

    def test_pages(self):
        """No English word is left on any of them."""
        self.authenticate(self.portal.login, "a-long-password")
        pages = {
            "/my/complaints": "投诉",
            "/my/complaints/new": "投诉",
            f"/my/complaints/{self.late.id}": "我接受",
            f"/my/complaints/{self.done.id}": "收到时间",
        }
        for url, chinese in pages.items():
            with self.subTest(url):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, 200)
                shown = self.text_of(answer)
                self.assertIn(chinese, shown)
                self.assertEqual(WORDS.findall(CODES.sub(" ", shown)), [], shown)

    def test_errors(self):
        """Nor in what is said when something is missing."""
        self.authenticate(self.portal.login, "a-long-password")
        answer = self.url_open(
            "/my/complaints/new",
            data={"title": "文字", "csrf_token": Request.csrf_token(self)},
        )
        shown = self.text_of(answer)
        self.assertEqual(WORDS.findall(CODES.sub(" ", shown)), [], shown)
        self.assertTrue(re.search("[一-鿿]", shown))

    def test_english(self):
        """Who reads English sees no Chinese but what people have written."""
        self.portal.partner_id.lang = "en_US"
        self.authenticate(self.portal.login, "a-long-password")
        shown = self.text_of(self.url_open(f"/my/complaints/{self.late.id}"))
        self.assertIn("Is it settled?", shown)
        left = re.sub("文字|张\\d+|客户|某某公司|王", "", shown)
        self.assertEqual(re.findall("[一-鿿]+", left), [])
