# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .complaints_paper_common import ComplaintPaperCommon
from .files_disposal import DisposalCommon

FILING = "odoo.addons.crm_governance.models.complaints.governance_complaint_filing"


class FilingCommon(ComplaintPaperCommon):
    ROLES = {
        **ComplaintPaperCommon.ROLES,
        "archivist": "crm_governance.group_custodian",
        "collector": "crm_governance.group_user",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive = cls.env["governance.filing.department"].search(
            [("is_central", "=", True), ("company_id", "=", cls.company.id)], limit=1
        ) or cls.env["governance.filing.department"].create(
            {"name": "Archive", "code": "ARC", "is_central": True}
        )

    def open_file(self, partner=None, custodian=None):
        """Let a data custodian open the file of a customer."""
        custodian = custodian or self.custodian
        return (
            self.env["governance.file"]
            .with_user(custodian)
            .create({"partner_id": (partner or self.open_customer).id})
            .with_env(self.env)
        )

    def close(self, complaint=None, **values):
        """Let the handler close a complaint; return it."""
        complaint = complaint or self.at("answered", **values)
        complaint.with_user(self.handler).action_close()
        self.env.invalidate_all()
        return complaint

    def job(self):
        """Let the job file what is closed."""
        self.run_job("governance.complaint", "_cron_file_papers")

    def papers(self, complaint):
        """Return what was filed of a complaint, in order."""
        return complaint.sudo().filed_document_ids.sorted("id")

    def attached(self, documents):
        return self.env["ir.attachment"].search(
            [("res_model", "=", documents._name), ("res_id", "in", documents.ids)],
            order="id",
        )

    def failing(self):
        """Let nothing be printed."""
        reports = type(self.env["ir.actions.report"])
        return patch.object(
            reports, "_render_qweb_pdf", side_effect=OSError("No printer")
        )


@tagged("post_install", "-at_install")
class TestComplaintFiling(FilingCommon):
    """What is closed goes into the file of the customer (D-20)."""

    def test_filed(self):
        """Record card and approved report, in a volume of their own, by the job."""
        file = self.open_file()
        complaint = self.at()
        report = self.submit_report(complaint)
        self.sign(report, self.chief, self.overseer, self.executive)
        complaint._as_system().write({"state": "answered"})
        self.close(complaint)
        self.assertEqual(complaint.filing_state, "waiting")
        self.assertFalse(self.papers(complaint))
        self.job()
        self.assertEqual(complaint.filing_state, "filed")
        card, found = self.papers(complaint)
        self.assertEqual(card.complaint_paper, "card")
        self.assertEqual(found.complaint_paper, "report")
        self.assertEqual(card.reference, f"{complaint.name}/1")
        self.assertEqual(str(card.date), "2026-03-02")
        volume = (card | found).volume_id
        self.assertEqual(volume.file_id, file)
        self.assertEqual(volume.department_id, self.archive)
        self.assertEqual((volume.year, volume.state), (2026, "draft"))
        self.assertTrue(volume.code.startswith(f"{file.name}-2026-"))
        self.assertNotIn("omplaint", volume.name)
        texts = [one.raw.decode() for one in self.attached(card | found)]
        self.assertIn("A new one", texts[0])
        self.assertIn("The film was too thin", texts[1])
        self.assertEqual(self.kinds(complaint)[-1], "filed")
        for user in (self.handler, self.rep, self.auditor, self.cmanager):
            self.assertReads(user, card)
            self.assertTrue(self.attached(card).with_user(user).has_access("read"))

    def test_no_report(self):
        """A report that nobody has approved is none."""
        self.open_file()
        complaint = self.at()
        self.write_report(complaint)
        complaint._as_system().write({"state": "answered"})
        self.close(complaint)
        self.job()
        self.assertEqual(self.papers(complaint).mapped("complaint_paper"), ["card"])

    def test_twice(self):
        """The job runs again: nothing. Closed again: one more, the first one stays."""
        self.open_file()
        complaint = self.close()
        self.job()
        first = self.papers(complaint)
        self.job()
        complaint._file_papers()
        self.assertEqual(self.papers(complaint), first)
        self.assertEqual(self.kinds(complaint).count("filed"), 2)
        complaint.with_user(self.handler).reopen("It broke again")
        complaint._as_system().write({"state": "answered"})
        self.close(complaint)
        self.job()
        both = self.papers(complaint)
        self.assertEqual(both[0], first)
        self.assertEqual(both.mapped("reference")[1], f"{complaint.name}/2")
        self.assertEqual(both.volume_id, first.volume_id)
        self.assertEqual(len(self.attached(both)), 2)

    def test_broken_off(self):
        """What was filed before something failed is not filed twice."""
        self.open_file()
        complaint = self.at()
        report = self.submit_report(complaint)
        self.sign(report, self.chief, self.overseer, self.executive)
        complaint._as_system().write({"state": "answered"})
        self.close(complaint)
        self.job()
        card, report = self.papers(complaint)
        self.attached(report).unlink()
        report._as_system().unlink()
        complaint._as_system().write({"filing_state": "waiting"})
        self.job()
        self.assertEqual(self.papers(complaint)[0], card)
        self.assertEqual(len(self.papers(complaint)), 2)

    def test_volume_composed(self):
        """Once it is signed for, the next complaint begins another volume."""
        self.open_file()
        first = self.close()
        self.job()
        volume = self.papers(first).volume_id
        second = self.close()
        self.job()
        self.assertEqual(self.papers(second).volume_id, volume)
        volume._as_system().write({"state": "composed"})
        third = self.close()
        self.job()
        other = self.papers(third).volume_id
        self.assertNotEqual(other, volume)
        self.assertEqual(other.file_id, volume.file_id)

    def test_late(self):
        """However late the job comes: under the day and the year of the closing."""
        self.open_file()
        self.travel("2025-12-31 15:00:00")
        complaint = self.close()
        self.travel("2026-01-07 09:00:00")
        self.job()
        document = self.papers(complaint)
        self.assertEqual(str(document.date), "2025-12-31")
        self.assertEqual(document.volume_id.year, 2025)

    def test_opened_again_before_the_job(self):
        """What goes on is not filed; it waits for the next closing."""
        self.open_file()
        complaint = self.close()
        complaint.with_user(self.handler).reopen("Not over")
        self.job()
        self.assertFalse(self.papers(complaint))
        complaint._as_system().write({"state": "answered"})
        self.close(complaint)
        self.job()
        self.assertEqual(len(self.papers(complaint)), 1)

    def test_without_file(self):
        """The complaint says so; who works on it files it when there is one."""
        complaint = self.close()
        self.assertEqual(complaint.filing_state, "no_file")
        self.job()
        with self.assertSays("has no file in use"):
            complaint.with_user(self.handler).action_file_papers()
        self.open_file()
        with self.assertSays("You are none of them"):
            complaint.with_user(self.rep).action_file_papers()
        for user in (self.employee, self.custodian, self.auditor):
            with self.assertRaises(AccessError):
                complaint.with_user(user).action_file_papers()
        complaint.with_user(self.handler).action_file_papers()
        self.assertEqual(complaint.filing_state, "waiting")
        self.job()
        self.assertEqual(complaint.filing_state, "filed")
        with self.assertSays("are in the customer file"):
            complaint.with_user(self.handler).action_file_papers()
        with self.assertRaises(UserError):
            self.at("answered").with_user(self.handler).action_file_papers()

    def test_other_file(self):
        """A file of another customer, or one that is closed, is none."""
        self.open_file(self.important, self.custodian2)
        merged = self.open_file()
        merged._as_system().write({"state": "destroyed"})
        self.assertEqual(self.close().filing_state, "no_file")
        self.assertEqual(self.close(partner_id=False).filing_state, "no_file")

    def test_withdrawn(self):
        """What the customer takes back is not filed."""
        self.open_file()
        complaint = self.at()
        complaint.with_user(self.handler).withdraw("A mistake")
        self.job()
        self.assertFalse(complaint.filing_state)

    def test_not_printed(self):
        """A paper that cannot be printed keeps nothing from being closed."""
        self.open_file()
        with self.failing(), self.assertLogs(FILING, "WARNING"):
            complaint = self.close()
            self.job()
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(complaint.filing_state, "failed")
        self.assertIn("No printer", complaint.filing_error)
        self.assertFalse(self.papers(complaint))
        told = self.env["mail.message"].search(
            [("subject", "=", f"{complaint.name} was not filed")]
        )
        people = told.notified_partner_ids | told.partner_ids
        self.assertIn(self.handler.partner_id, people)
        self.assertIn(self.cmanager.partner_id, people)
        self.job()
        self.assertEqual(complaint.filing_tries, 1)
        self.travel("2026-03-02 10:30:00")
        with self.failing(), mute_logger(FILING):
            self.job()
        self.assertEqual(complaint.filing_tries, 2)
        self.assertEqual(
            complaint.filing_on, fields.Datetime.to_datetime("2026-03-02 12:30:00")
        )
        again = self.env["mail.message"].search_count(
            [("subject", "=", f"{complaint.name} was not filed")]
        )
        self.assertEqual(again, len(told))
        self.travel("2026-03-02 13:00:00")
        self.job()
        self.assertEqual(complaint.filing_state, "filed")
        self.assertFalse(complaint.filing_error)

    def test_one_fails(self):
        """One that fails stops nobody else."""
        self.open_file()
        bad, good = self.close(), self.close()
        real = type(bad)._print_paper

        def print_paper(complaint, kind, record):
            if complaint.id == bad.id:
                raise ValueError("Broken")
            return real(complaint, kind, record)

        with patch.object(type(bad), "_print_paper", print_paper), mute_logger(FILING):
            self.job()
        self.assertEqual((bad.filing_state, good.filing_state), ("failed", "filed"))

    def test_pdf(self):
        """In use it comes out of the printer, and the document knows its pages."""
        self.open_file()
        complaint = self.close()
        self.come_back()
        with self.allow_pdf_render():
            complaint.with_context(force_report_rendering=True)._file_papers()
        document = self.papers(complaint)
        [file] = self.attached(document)
        self.assertEqual(file.mimetype, "application/pdf")
        self.assertTrue(file.raw.startswith(b"%PDF"))
        self.assertEqual(document.pages, 1)

    def test_language(self):
        """It is filed in the language of the company, whoever runs the job."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.company.partner_id.lang = "zh_CN"
        complaint = self.close()
        [language] = {record.env.lang for record in complaint._get_papers().values()}
        self.assertEqual(language, "zh_CN")


@tagged("post_install", "-at_install")
class TestComplaintFilingAccess(FilingCommon):
    """The file gives nobody a complaint whom it is closed to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.collector_ids = [
            Command.create({"user_id": cls.collector.id, "date_start": "2020-01-01"})
        ]

    def filed(self, **values):
        complaint = self.close(**values)
        self.job()
        return complaint, self.papers(complaint)

    def test_closed_to_others(self):
        """Who reads the file and not the complaint finds neither paper nor words."""
        self.open_file()
        complaint, document = self.filed()
        file = self.attached(document)
        volume = document.volume_id
        for user in (
            self.employee,
            self.rep2,
            self.custodian,
            self.archivist,
            self.collector,
            self.cleared2,
        ):
            self.assertHidden(user, complaint)
            self.assertReads(user, volume)
            self.assertHidden(user, document)
            self.assertFalse(file.with_user(user).has_access("read"), user.login)
            self.assertFalse(volume.with_user(user).document_ids, user.login)
            for found in (
                self.env["governance.file.document"].with_user(user),
                self.env["governance.file.volume"].with_user(user),
            ):
                self.assertFalse(found.search([("content_text", "ilike", "A new one")]))
            files = self.env["ir.attachment"].with_user(user)
            for domain in (
                [("id", "=", file.id)],
                [("res_model", "=", document._name), ("res_id", "=", document.id)],
            ):
                self.assertFalse(files.search(domain), user.login)

    def test_confidential(self):
        """As confidential as the customer, for who has handled it as well."""
        self.open_file(self.secret, self.custodian2)
        complaint = self.at("answered", partner_id=self.secret.id)
        complaint._enter("closed")
        self.job()
        document = self.papers(complaint)
        self.assertTrue(document)
        for user in (self.handler, self.cmanager, self.auditor, self.rep2):
            self.assertHidden(user, document)
            self.assertHidden(user, document.volume_id)
        self.assertReads(self.rep, document)

    def test_not_taken_out(self):
        """Nobody takes from a paper what it is of, or gives it to another volume."""
        self.open_file()
        complaint, document = self.filed()
        self.cmanager.group_ids += self.env.ref("crm_governance.group_custodian")
        for user in (self.collector, self.custodian, self.cmanager):
            with self.assertRaises(AccessError):
                document.with_user(user).write({"complaint_id": False})
            with self.assertRaises(AccessError):
                self.env["governance.file.document"].with_user(user).create(
                    {
                        "name": "Forged",
                        "volume_id": document.volume_id.id,
                        "date": "2026-03-02",
                        "complaint_id": complaint.id,
                    }
                )

    def document(self, volume):
        """Let the custodian add another document."""
        self.env["governance.file.document"].with_user(self.custodian).create(
            {"name": "Note", "volume_id": volume.id, "date": "2026-03-02"}
        )
        self.env["ir.attachment"].create(
            {
                "name": "note.txt",
                "raw": b"note",
                "res_model": "governance.file.document",
                "res_id": volume.with_user(self.custodian).document_ids.id,
            }
        )

    def test_composed_unseen(self):
        """Custodians compose and check the volume without reading the complaints."""
        self.open_file()
        _complaint, document = self.filed()
        volume = document.volume_id
        volume._as_system().write(
            {
                "retention_class_id": self.env["governance.retention.class"]
                .search([("company_id", "=", self.company.id)], limit=1)
                .id,
                "quality_ids": [
                    Command.set(self.env["governance.file.quality"].search([]).ids)
                ],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(volume.with_user(self.custodian).document_ids)
        self.document(volume)
        self.assertEqual(volume.document_count, 2)
        volume.with_user(self.custodian).action_compose()
        volume.with_user(self.archivist).action_check()
        self.assertEqual(volume.state, "checked")
        self.assertHidden(self.custodian, document)

    def test_volume_tells_nothing(self):
        """Whoever reads the file does not see what a volume is for."""
        self.open_file()
        _complaint, document = self.filed()
        for user in (self.employee, self.custodian, self.handler):
            volume = document.volume_id.with_user(user)
            self.assertNotIn("is_for_complaints", volume.fields_get())
            with self.assertRaises(AccessError):
                volume.search([("is_for_complaints", "=", True)])

    def test_counts_in_the_form(self):
        """Who adds a document sees the others counted before it is saved."""
        self.open_file()
        _complaint, document = self.filed()
        with Form(document.volume_id) as form:
            with form.document_ids.new() as line:
                line.name = "Note"
            self.assertEqual(form.document_count, 2)
        self.assertEqual(document.volume_id.document_count, 2)

    def test_stays(self):
        """It is filed once: nobody deletes it, or mixes it with other papers."""
        file = self.open_file()
        _complaint, document = self.filed()
        volumes = self.env["governance.file.volume"]._as_system()
        other = volumes.create({"name": "Other", "file_id": file.id, "year": 2026})
        self.cmanager.group_ids += self.env.ref("crm_governance.group_custodian")
        mine = document.with_user(self.cmanager)
        with self.assertSays("stays in the volume"):
            mine.unlink()
        with self.assertSays("stays in the volume"):
            mine.volume_id = other
        mine.volume_id = mine.volume_id
        mine.name = "Card"


@tagged("post_install", "-at_install")
class TestComplaintFilingDestroyed(FilingCommon, DisposalCommon):
    """Custodians destroy the papers without getting to know of the complaint."""

    ROLES = {**DisposalCommon.ROLES, **FilingCommon.ROLES}
    sign = DisposalCommon.sign

    def test_destroyed(self):
        complaint = self.close()
        self.job()
        document = self.papers(complaint)
        [file] = self.attached(document)
        content = hashlib.sha256(file.raw).hexdigest()
        volume = document.volume_id
        volume._as_system().write(
            {
                "state": "filed",
                "retention_class_id": self.short.id,
            }
        )
        volume._as_system().write({"retention_until": "2020-12-31"})
        self.env.invalidate_all()
        destruction = self.approved(volume)
        self.env.invalidate_all()
        # What the custodian has read of it is remembered.
        self.assertFalse(volume.with_user(self.custodian).document_ids)
        destruction.action_destroy()
        self.assertFalse(file.exists())
        [entry] = destruction.entry_ids
        self.assertEqual(entry.document_count, 1)
        self.assertIn(content, entry.content_text)
        for text in (entry.content_text, str(entry.content), entry.item):
            self.assertNotIn(complaint.name, text)
            self.assertNotIn("omplaint", text)
        self.assertTrue(entry._has_own_fingerprint())
