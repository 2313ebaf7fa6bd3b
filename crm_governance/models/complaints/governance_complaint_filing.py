# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.pdf import PdfFileReader

_logger = logging.getLogger(__name__)

# A paper that could not be printed is tried again so much later each time, until it
# is once a day.
FIRST_RETRY = timedelta(hours=1)
LONGEST_RETRY = timedelta(days=1)
# What is printed, and by which report.
PAPERS = {
    "card": "crm_governance.report_complaint_card",
    "report": "crm_governance.report_complaint_investigation",
}


class GovernanceComplaint(models.Model):
    """What is closed goes into the file of the customer, once each time (D-20).

    A job prints: nothing that goes wrong there keeps a complaint from being closed.
    """

    _inherit = "governance.complaint"

    filing_state = fields.Selection(
        selection=[
            ("waiting", "To Go into the File"),
            ("filed", "Filed"),
            ("no_file", "The customer has no file"),
            ("failed", "Could not be filed yet"),
        ],
        string="Papers in the Customer File",
        readonly=True,
        copy=False,
        help="Record card and investigation report of what is closed are filed with "
        "the customer, by a job.",
    )
    filing_error = fields.Text(
        string="Why It Could Not Be Filed", readonly=True, copy=False
    )
    filing_tries = fields.Integer(readonly=True, copy=False)
    filing_on = fields.Datetime(
        string="Filed Again on",
        readonly=True,
        copy=False,
        help="The next attempt, after one that failed.",
    )
    filed_document_ids = fields.One2many(
        comodel_name="governance.file.document",
        inverse_name="complaint_id",
        string="Filed Papers",
        readonly=True,
        copy=False,
    )

    _filing_idx = models.Index("(id) WHERE filing_state IN ('waiting', 'failed')")

    def _complaint_closed(self):
        """Put it on the list of the job, if the customer has a file."""
        result = super()._complaint_closed()
        if self.state == "closed":
            self._plan_filing()
        return result

    def action_file_papers(self):
        """Let the job file what could not be filed when the complaint was closed.

        :raises UserError: for who does not work on the complaint, and as long as the
            customer has no file
        """
        self._check_worker()
        for complaint in self:
            complaint._lock("closed")
            if complaint.filing_state == "filed":
                raise UserError(
                    self.env._(
                        "The papers of “%(complaint)s” are in the customer file.",
                        complaint=complaint.display_name,
                    )
                )
            complaint._plan_filing()
            if complaint.filing_state == "no_file":
                raise UserError(
                    self.env._(
                        "The customer has no file in use. A data custodian opens one; "
                        "file the papers after that."
                    )
                )
        return True

    def _plan_filing(self):
        """Ask the job to file the papers of this complaint, or note why it cannot."""
        self.ensure_one()
        has_file = bool(self._get_customer_file())
        self._as_system().write(
            {
                "filing_state": "waiting" if has_file else "no_file",
                "filing_error": False,
                "filing_tries": 0,
                "filing_on": False,
            }
        )
        if has_file:
            self.env.ref("crm_governance.ir_cron_complaint_file").sudo()._trigger()

    def _get_customer_file(self):
        """Return the file of the customer that is in use, as the system."""
        self.ensure_one()
        complaint = self.sudo()
        files = self.env["governance.file"].sudo()
        customer = complaint.partner_id.commercial_partner_id
        if not customer:
            return files
        return files.search(
            [
                ("partner_id", "=", customer.id),
                ("company_id", "=", complaint.company_id.id),
                ("state", "=", "open"),
            ],
            limit=1,
        )

    # ------------------------------------------------------------------
    # JOB
    # ------------------------------------------------------------------

    @api.model
    def _cron_file_papers(self):
        """File the papers of what was closed; a failure stops nobody else."""
        self._isolate_each(self._get_filing_domain(), "_try_filing")

    @api.model
    def _get_filing_domain(self):
        due = Domain("filing_on", "=", False) | Domain(
            "filing_on", "<=", fields.Datetime.now()
        )
        waits = Domain("filing_state", "in", ("waiting", "failed"))
        return waits & Domain("state", "=", "closed") & due

    def _try_filing(self):
        """File, or note what went wrong; nothing of a failure is kept."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._file_papers()
                self.env.flush_all()
        except Exception as error:
            _logger.warning("The papers of %s were not filed", self, exc_info=True)
            self.env.invalidate_all()
            self._note_filing_failed(error)

    def _note_filing_failed(self, error):
        """Plan the next attempt; tell who manages complaints, the first time."""
        self.ensure_one()
        wait = min(FIRST_RETRY * 2**self.filing_tries, LONGEST_RETRY)
        self._as_system().write(
            {
                "filing_state": "failed",
                "filing_error": str(error) or type(error).__name__,
                "filing_tries": self.filing_tries + 1,
                "filing_on": fields.Datetime.now() + wait,
            }
        )
        if self.filing_tries > 1:
            return
        managers = self.env.ref("crm_governance.group_complaint_manager").sudo()
        people = self.sudo().user_id | managers.all_user_ids
        self._tell(
            self.company_id._filter_staff(people),
            lambda env: (
                env._("%(complaint)s was not filed", complaint=self.name),
                env._(
                    "Its papers could not be printed for the customer file. It is "
                    "tried again; what went wrong stands on the complaint."
                ),
            ),
        )

    def _file_papers(self):
        """Put the papers into the file of the customer, unless they are there."""
        self.ensure_one()
        file = self._get_customer_file()
        if not file:
            self._as_system().write({"filing_state": "no_file", "filing_on": False})
            return
        filed = self.sudo().filed_document_ids.filtered(
            lambda one: one.complaint_round == self.reopen_count
        )
        kinds = set(filed.mapped("complaint_paper"))
        missing = {
            kind: self._print_paper(kind, record)
            for kind, record in self._get_papers().items()
            if kind not in kinds
        }
        volume = filed.volume_id[:1] or self._get_filing_volume(file)
        for kind, printed in missing.items():
            self._file_paper(volume, kind, *printed)
        self._as_system().write(
            {"filing_state": "filed", "filing_error": False, "filing_on": False}
        )
        self._log_event("filed", note=volume.code)

    def _get_papers(self):
        """Return what is filed: the record card, the report if one was approved."""
        complaint = self._in_language_of_company().sudo()
        approved = complaint.investigation_ids.filtered(
            lambda one: one.state == "approved"
        )
        papers = {"card": complaint, "report": approved[:1]}
        return {kind: record for kind, record in papers.items() if record}

    def _in_language_of_company(self):
        company = self.sudo().company_id
        return self.with_company(company).with_context(
            lang=company.partner_id.lang or self.env.lang,
            allowed_company_ids=company.ids,
        )

    def _print_paper(self, kind, record):
        """Return a paper as it is printed, and of what kind its file is."""
        reports = record.env["ir.actions.report"].sudo()
        return reports._render_qweb_pdf(PAPERS[kind], record.ids)

    # ------------------------------------------------------------------
    # FILE
    # ------------------------------------------------------------------

    def _get_filing_day(self):
        """Return the day of the closing, where the company works."""
        company = self.sudo().company_id
        zone = company._get_governance_timezone()
        closed = self.date_closed or fields.Datetime.now()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), closed
        ).date()

    def _get_filing_volume(self, file):
        """Return the volume of the year that takes papers of complaints; begin one.

        It is one of its own: whoever reads other volumes need not read complaints.
        """
        year = self._get_filing_day().year
        volumes = self.env["governance.file.volume"]._as_system()
        found = volumes.search(
            [
                ("file_id", "=", file.id),
                ("year", "=", year),
                ("state", "=", "draft"),
                ("medium", "=", "electronic"),
                ("is_sealed", "=", False),
                ("is_for_complaints", "=", True),
            ],
            order="id desc",
            limit=1,
        )
        if found:
            return found
        archive = (
            self.env["governance.filing.department"]
            .sudo()
            .search(
                [("company_id", "=", file.company_id.id), ("is_central", "=", True)],
                limit=1,
            )
        )
        env = self._in_language_of_company().env
        return volumes.create(
            {
                # The title is read by colleagues who may not know of a complaint.
                "name": env._("Records of customer service %(year)s", year=year),
                "file_id": file.id,
                "year": year,
                "medium": "electronic",
                "department_id": archive.id,
                "is_for_complaints": True,
            }
        )

    def _file_paper(self, volume, kind, content, extension):
        """Add a printed paper to a volume, as a document with its file."""
        self.ensure_one()
        env = self._in_language_of_company().env
        number = self.reopen_count + 1
        titles = {
            "card": env._("Record card of %(complaint)s", complaint=self.name),
            "report": env._(
                "Investigation report on %(complaint)s", complaint=self.name
            ),
        }
        title = titles[kind]
        if self.reopen_count:
            title = env._("%(title)s, closing %(number)s", title=title, number=number)
        document = (
            self.env["governance.file.document"]
            ._as_system()
            .create(
                {
                    "volume_id": volume.id,
                    "name": title,
                    "reference": f"{self.name}/{number}",
                    "originator": self.sudo().unit_id.name,
                    "type_id": self._get_filing_type().id,
                    "date": self._get_filing_day(),
                    "sequence": 10 * (len(volume.document_ids) + 1),
                    "pages": self._count_pages(content, extension),
                    "complaint_id": self.id,
                    "complaint_paper": kind,
                    "complaint_round": self.reopen_count,
                }
            )
        )
        self.env["ir.attachment"].sudo().create(
            {
                "name": f"{title.replace('/', '-')}.{extension}",
                "raw": content,
                "mimetype": f"{'application' if extension == 'pdf' else 'text'}/"
                f"{extension}",
                "res_model": document._name,
                "res_id": document.id,
            }
        )

    def _get_filing_type(self):
        """Return the type of document of complaints; none, if somebody deleted it."""
        return (
            self.env.ref(
                "crm_governance.governance_document_type_complaint",
                raise_if_not_found=False,
            )
            or self.env["governance.document.type"]
        )

    @api.model
    def _count_pages(self, content, extension):
        if extension != "pdf":
            return 1
        return PdfFileReader(io.BytesIO(content), strict=False).getNumPages()
