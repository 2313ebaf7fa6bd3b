# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .complaints_paper_common import PARTS, ComplaintPaperCommon

CARD = "crm_governance.report_complaint_card"
REPORT = "crm_governance.report_complaint_investigation"


@tagged("post_install", "-at_install")
class TestPaperReport(ComplaintPaperCommon):
    """Record card and investigation report on paper (P-11, P-12, D-06, D-26)."""

    def show(self, report, record, user):
        reports = self.env["ir.actions.report"].with_user(user)
        return reports._render_qweb_html(report, record.ids)[0].decode()

    def test_card(self):
        """Customer, demand, number, time of acceptance, opinion of the unit."""
        complaint = self.at("opinion")
        complaint._log_event("accepted")
        opinion = self.opinion(complaint)
        opinion.write({"opinion": "Our fault", "solution": "You get a new one."})
        opinion.action_request_approval()
        self.sign(opinion, self.chief, remark="Quite so")
        page = self.show(CARD, complaint, self.handler)
        for text in (
            complaint.name,
            "Open Trading",
            "A new one",
            "Our fault",
            "Quite so",
            "03/02/2026",
        ):
            self.assertIn(text, page)
        with self.assertRaises(AccessError):
            self.show(CARD, complaint, self.employee)

    def test_investigation(self):
        """Five parts, the original complaint, and what each of those who sign says."""
        complaint = self.at(description="<p>Fell apart<script>x</script></p>")
        with self.assertSays("being written"):
            self.show(REPORT, complaint.investigation_ids, self.handler)
        report = self.submit_report(complaint)
        self.sign(report, self.chief, remark="Reviewed")
        self.sign(report, self.overseer, remark="Admin agrees")
        self.sign(report, self.executive, remark="So be it")
        page = self.show(REPORT, complaint.investigation_ids, self.overseer)
        for text in (*PARTS.values(), "Reviewed", "Admin agrees", "So be it"):
            self.assertIn(text, page)
        self.assertIn("Fell apart", page)
        self.assertNotIn("<script>x", page)
        with self.assertRaises(AccessError):
            self.show(REPORT, report, self.employee)

    def test_confidential(self):
        """Whoever may not read the customer prints neither."""
        complaint = self.at(partner_id=self.secret.id)
        with self.assertRaises(AccessError):
            self.show(CARD, complaint, self.handler)
