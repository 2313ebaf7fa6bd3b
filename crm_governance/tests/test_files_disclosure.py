# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .files_disposal import DisposalCommon


@tagged("post_install", "-at_install")
class TestDisclosure(DisposalCommon):
    """Customer data go outside with consent or law and two signatures (C-24 … C-28).

    rep asks; leader, the head of the department, and executive, the marketing
    director, sign side by side; custodian gives.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        preset = cls.env.ref("crm_governance.governance_approval_policy_am_04")
        cls.matrix = preset._adopt(cls.company, {"expiry_value": 3})
        director = cls.matrix.step_ids.filtered(lambda one: one.approver_type == "user")
        director.user_id = cls.executive
        cls.matrix.action_publish()

    def draft(self, user=None, **values):
        user = user or self.rep
        evidence = (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                {
                    "name": "consent.pdf",
                    "raw": b"We agree",
                    "res_model": "governance.disclosure",
                }
            )
        )
        return (
            self.env["governance.disclosure"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.open_customer.id,
                    "recipient": "Mr Li, Tax Office",
                    "purpose": "Audit of 2025",
                    "content": "Orders of 2025",
                    "basis_note": "Letter of 3 May",
                    "evidence_ids": [Command.link(evidence.id)],
                    **values,
                }
            )
        )

    def requested(self, **values):
        disclosure = self.draft(**values)
        disclosure.action_request_approval()
        return disclosure

    def approved(self, **values):
        disclosure = self.requested(**values)
        self.sign(disclosure, self.leader, self.executive)
        self.assertEqual(disclosure.state, "approved")
        return disclosure

    def release(self, disclosure, user=None, medium="paper"):
        disclosure = disclosure.with_user(user or self.custodian)
        action = disclosure.action_release()
        wizard = (
            self.env["governance.disclosure.release"]
            .with_user(user or self.custodian)
            .with_context(**action["context"])
            .create({"medium": medium})
        )
        return wizard.action_confirm()

    def test_whole_way(self):
        """Asked, signed by both, given by a custodian, on record (C-27)."""
        disclosure = self.approved(volume_ids=[Command.set(self.old.ids)])
        self.release(disclosure)
        self.assertEqual(disclosure.state, "released")
        self.assertEqual(disclosure.released_by_id, self.custodian)
        self.assertTrue(disclosure.date_released)
        self.assertEqual(disclosure.medium, "paper")
        line = self.entries("disclosed", disclosure)
        self.assertEqual(line.partner_id, self.open_customer)
        self.assertEqual(line.user_id, self.custodian)
        self.assertIn("To: Mr Li, Tax Office", line.particulars)
        with self.assertSays("is given once"):
            self.release(disclosure)

    def test_side_by_side(self):
        """Both are asked at once, in any order, and both before it is given."""
        for users in ((self.leader, self.executive), (self.executive, self.leader)):
            disclosure = self.requested()
            request = disclosure.sudo().approval_request_id
            self.assertEqual(set(request.step_ids.mapped("state")), {"open"})
            self.sign(disclosure, users[0])
            self.assertEqual(disclosure.state, "requested")
            with self.assertSays("after both have approved"):
                self.release(disclosure)
            self.sign(disclosure, users[1])
            self.release(disclosure)

    def test_one_person_never_signs_both(self):
        """The head of the department who is the director too needs somebody else."""
        self.leader.group_ids = [
            Command.link(self.env.ref("crm_governance.group_executive").id)
        ]
        disclosure = self.requested()
        self.sign(disclosure, self.leader)
        with self.assertSays("decided this request already"):
            self.sign(disclosure, self.leader)
        self.assertEqual(disclosure.state, "requested")

    def test_matrix_in_sequence(self):
        """One after the other is not at the same time; one alone is not both."""
        for steps in (
            [self.group_step("group_leader", 10), self.group_step("group_executive")],
            [
                self.group_step("group_leader", 10),
                self.group_step("group_executive", 20),
            ],
            [self.group_step("group_executive")],
        ):
            self.create_matrix(steps, subject="disclosure", code="AM-04")
            sequences = {step["sequence"] for step in steps}
            disclosure = self.draft()
            if len(steps) == 2 and len(sequences) == 1:
                disclosure.action_request_approval()
                continue
            with self.assertSays("at the same time"):
                disclosure.action_request_approval()

    def test_basis(self):
        """Neither without consent or article, nor without evidence (C-24, C-25)."""
        for values, message in (
            ({"basis_note": False}, "who agreed, when and how"),
            ({"basis": "law", "basis_note": " "}, "the article"),
            ({"evidence_ids": False}, "the written consent"),
            ({"basis": "law", "evidence_ids": False}, "the order of the authority"),
        ):
            with self.assertSays(message):
                self.requested(**values)

    def test_only_what_is_filed(self):
        """What may still be exchanged is not signed (C-27)."""
        for state in ("draft", "composed", "checked"):
            volume = self.new_volume(self.file, 2026, self.short, state=state)
            for values in (
                {"volume_ids": [Command.set(volume.ids)]},
                {"document_ids": [Command.set(volume.document_ids.ids)]},
            ):
                with self.assertSays("not filed"):
                    self.requested(**values)
        volume._as_system().state = "filed"
        self.approved(document_ids=[Command.set(volume.document_ids.ids)])

    def test_evidence_stays(self):
        """What was decided on is read by who decides, and not changed any more."""
        disclosure = self.requested()
        evidence = disclosure.sudo().evidence_ids
        for user in (self.leader, self.executive, self.custodian):
            self.assertTrue(evidence.with_user(user).has_access("read"), user.login)
        for method, *args in (("unlink",), ("write", {"raw": b"No"})):
            self.assertRefused(
                self.rep, "ir.attachment", method, evidence.ids, *args, error=UserError
            )
        self.assertRefused(
            self.rep,
            "governance.disclosure",
            "write",
            disclosure.ids,
            {"evidence_ids": [Command.clear()]},
        )

    def test_evidence_of_other_records(self):
        """What belongs to another record is not carried away from there (C-25)."""
        for record in (self.open_customer, self.requested()):
            file = self.attach(record, "A contract")
            disclosure = self.draft(evidence_ids=[Command.link(file.id)])
            with self.assertSays("Upload it here"):
                disclosure.action_request_approval()
            self.assertEqual((file.res_model, file.res_id), (record._name, record.id))

    def test_evidence_after_reopening(self):
        """The own evidence is good for asking again."""
        disclosure = self.approved().with_user(self.rep)
        disclosure.action_reopen()
        disclosure.action_request_approval()
        self.assertEqual(disclosure.state, "requested")

    def test_changed_after_approval(self):
        """What has changed since it was signed is not given."""
        disclosure = self.approved()
        self.env.cr.execute(
            "UPDATE governance_disclosure SET recipient = 'Somebody' WHERE id = %s",
            [disclosure.id],
        )
        self.env.invalidate_all()
        with self.assertSays("has changed since"):
            self.release(disclosure)
        disclosure.with_user(self.rep).action_reopen()
        self.assertEqual(disclosure.state, "draft")

    def test_refused(self):
        disclosure = self.requested()
        disclosure.sudo().approval_request_id.with_user(self.leader).decide(
            "rejected", "No"
        )
        self.assertEqual(disclosure.state, "refused")
        with self.assertSays("after both"):
            self.release(disclosure)

    def test_other_customers(self):
        """One customer agrees for itself only."""
        self.classify(self.important, self.level0)
        file = self.new_file(self.important)
        volume = self.new_volume(file, 2020, self.long)
        with self.assertSays("are not about"):
            self.draft(volume_ids=[Command.set(volume.ids)])

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_who_reads(self):
        """Who asks, who decides, custodians, executives and auditors."""
        disclosure = self.requested()
        for user in (self.rep, self.leader, self.executive, self.custodian):
            self.assertReads(user, disclosure)
        for user in (self.rep2, self.leader2, self.employee):
            self.assertHidden(user, disclosure)

    def test_who_gives(self):
        """Custodians alone, and nobody by writing the state (C-03, C-26)."""
        disclosure = self.approved()
        for user in (self.rep, self.leader, self.executive, self.auditor, self.manager):
            self.assertRefused(
                user, "governance.disclosure", "release", disclosure.ids, "paper"
            )
        for values in ({"state": "released"}, {"released_by_id": self.rep.id}):
            self.assertRefused(
                self.rep, "governance.disclosure", "write", disclosure.ids, values
            )
        with self.assertSays("Say how"):
            disclosure.with_user(self.custodian).release("pigeon")

    def test_secret(self):
        """Who is not cleared neither sees it, nor asks, nor decides."""
        disclosure = self.draft(
            user=self.rep,
            partner_id=self.secret.id,
            content="Everything about Secret Holding",
        )
        with self.assertSays("nobody may read this confidential"):
            disclosure.action_request_approval()
        self.executive.group_ids = [
            Command.link(self.env.ref("crm_governance.group_clearance_2").id)
        ]
        disclosure.action_request_approval()
        for user in (self.custodian, self.auditor):
            self.assertHidden(user, disclosure)
        self.assertReads(self.leader, disclosure)
        request = disclosure.sudo().approval_request_id
        self.assertNotIn("Everything", str(request.content))
        self.assertRefused(
            self.rep2,
            "governance.disclosure",
            "create",
            {
                "partner_id": self.secret.id,
                "recipient": "x",
                "purpose": "x",
                "content": "x",
            },
            error=UserError,
        )

    # ------------------------------------------------------------------
    # COPIES
    # ------------------------------------------------------------------

    def report(self, disclosure, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.custodian)
        return reports._render_qweb_html(
            "crm_governance.report_disclosure", disclosure.ids
        )[0].decode()

    def test_sheet(self):
        """It says who printed it, when and for whom, once both have signed (C-18)."""
        disclosure = self.draft(document_ids=[Command.set(self.old.document_ids.ids)])
        with self.assertSays("once both have approved"):
            self.report(disclosure)
        disclosure.action_request_approval()
        self.sign(disclosure, self.leader, self.executive)
        page = self.report(disclosure)
        for words in (
            self.custodian.name,
            "for Mr Li, Tax Office only",
            "Audit of 2025",
            "Letter 0",
        ):
            self.assertIn(words, page)
        with self.assertRaises(AccessError):
            self.report(disclosure, self.rep)

    def test_copies(self):
        """Each page of each copied file is behind the sheet."""
        drawn = io.BytesIO()
        canvas = Canvas(drawn)
        for number in range(2):
            canvas.drawString(100, 100, f"Page {number}")
            canvas.showPage()
        canvas.save()
        volume = self.new_volume(self.file, 2026, None, state="draft")
        self.env["ir.attachment"].create(
            {
                "name": "scan.pdf",
                "raw": drawn.getvalue(),
                "res_model": "governance.file.document",
                "res_id": volume.document_ids.id,
            }
        )
        volume._as_system().state = "filed"
        disclosure = self.approved(
            document_ids=[Command.set(volume.document_ids.ids)]
        ).with_user(self.custodian)
        files = disclosure._get_copied_files()
        self.assertEqual(len(files), 2)
        copied = files.filtered(disclosure._is_copied)
        self.assertEqual(copied.name, "scan.pdf")
        reports = self.env["ir.actions.report"].with_user(self.custodian)
        mark = reports._get_mark(disclosure)
        stamped = reports._stamp_pages([io.BytesIO(copied.raw)], mark)
        reader = PdfFileReader(stamped)
        self.assertEqual(reader.getNumPages(), 2)
        text = reader.getPage(0).extract_text()
        self.assertIn("Page 0", text)
        for number in range(2):
            self.assertIn("STSong", self.fonts_of(reader.getPage(number)))
        for content in (b"no pdf", b""):
            with self.assertSays("damaged or protected"):
                reports._stamp_pages([io.BytesIO(content)], mark)

    def test_print(self):
        """The sheet and the copies come as one file with a mark on each page."""
        drawn = io.BytesIO()
        canvas = Canvas(drawn)
        canvas.drawString(100, 100, "Page")
        canvas.save()
        volume = self.new_volume(self.file, 2026, None, state="draft", documents=1)
        scan = self.attachments(volume)
        scan.write({"raw": drawn.getvalue(), "name": "scan.pdf"})
        volume._as_system().state = "filed"
        disclosure = self.approved(volume_ids=[Command.set(volume.ids)])
        reports = self.env["ir.actions.report"].with_user(self.custodian)
        with self.allow_pdf_render():
            content, _kind = reports.with_context(
                force_report_rendering=True
            )._render_qweb_pdf("crm_governance.report_disclosure", disclosure.ids)
        reader = PdfFileReader(io.BytesIO(content))
        self.assertEqual(reader.getNumPages(), 2)
        for number in range(2):
            self.assertIn("STSong", self.fonts_of(reader.getPage(number)))

    def fonts_of(self, page):
        """Return the names of the fonts of a page."""
        fonts = page["/Resources"]["/Font"].get_object()
        return " ".join(str(one.get_object()["/BaseFont"]) for one in fonts.values())

    def test_papers_with_a_mark(self):
        """The papers of the archive carry it as well (C-14)."""
        for name in (
            "governance_destruction_report_certificate",
            "governance_disclosure_report",
            "governance_file_category_report_plan",
            "governance_file_document_report_register",
            "governance_file_volume_report_list",
            "governance_file_volume_report_remarks",
            "governance_filing_transfer_report",
            "governance_loan_register_report",
        ):
            report = self.env.ref(f"crm_governance.{name}")
            self.assertTrue(report.has_governance_watermark, name)

    def test_mark_of_other_papers(self):
        """Papers for use inside say so (C-19)."""
        reports = self.env["ir.actions.report"].with_user(self.custodian)
        mark = reports._get_mark(self.old.with_user(self.custodian))
        self.assertIn("internal use only", mark)
        self.assertIn(self.custodian.name, mark)
