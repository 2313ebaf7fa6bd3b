# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime
from odoo.tools.pdf import PdfFileReader, PdfFileWriter, PdfReadError, to_pdf_stream

# A font of Chinese and Latin letters that every reader of PDF files brings along.
FONT = "STSong-Light"
GREY = Color(0.5, 0.5, 0.5, alpha=0.35)
# Every so many points a line of the mark crosses the page.
DISTANCE = 220


class IrActionsReport(models.Model):
    """Copies of customer files say who made them, when and why (C-14, C-18)."""

    _inherit = "ir.actions.report"

    has_governance_watermark = fields.Boolean(
        string="Watermark",
        help="Every page says who printed it, when and what for.",
    )

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Put the mark on each page, and append the copies that are given outside."""
        streams = super()._render_qweb_pdf_prepare_streams(
            report_ref, data, res_ids=res_ids
        )
        report = self._get_report(report_ref)
        if not report.has_governance_watermark:
            return streams
        for res_id, held in streams.items():
            if not held["stream"]:
                continue
            record = self.env[report.model].browse(res_id or ())
            pages = [held["stream"], *self._get_appended(report, record)]
            held["stream"] = self._stamp_pages(pages, self._get_mark(record))
        return streams

    @api.model
    def _get_mark(self, record):
        """Return the words of the mark: who, when and why."""
        why = self.env._("internal use only")
        if len(record) == 1 and hasattr(record, "_get_watermark"):
            why = record._get_watermark()
        return self.env._(
            "%(user)s · %(moment)s · %(why)s",
            user=self.env.user.name,
            moment=format_datetime(self.env, fields.Datetime.now(), dt_format="short"),
            why=why,
        )

    @api.model
    def _get_appended(self, report, record):
        """Return the streams of the documents that are copied with the report."""
        if report.report_name != "crm_governance.report_disclosure" or not record:
            return []
        files = record._get_copied_files()
        return [to_pdf_stream(file) for file in files if record._is_copied(file)]

    @api.model
    def _stamp_pages(self, streams, mark):
        """Return one PDF of the pages of all streams, each with the mark across.

        :param list streams: PDF files
        :param str mark: what every page says
        :raises UserError: for files that are no PDF after all
        """
        writer = PdfFileWriter()
        try:
            for stream in streams:
                reader = PdfFileReader(stream, strict=False)
                for number in range(reader.getNumPages()):
                    writer.addPage(reader.getPage(number))
            # Pages are changed where they are written, not where they come from.
            for number in range(writer.getNumPages()):
                page = writer.getPage(number)
                width, height = map(float, page.mediaBox[2:])
                stamp = PdfFileReader(self._draw_mark(width, height, mark))
                page.mergePage(stamp.getPage(0))
        except (PdfReadError, ValueError, TypeError, NotImplementedError) as error:
            raise UserError(
                self.env._(
                    "One of the documents cannot be copied: its file is damaged or "
                    "protected. Print it by hand."
                )
            ) from error
        result = io.BytesIO()
        writer.write(result)
        result.seek(0)
        return result

    @api.model
    def _draw_mark(self, width, height, mark):
        """Return a PDF page of a size in points with the mark repeated across."""
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        drawn = io.BytesIO()
        canvas = Canvas(drawn, pagesize=(width, height))
        canvas.setFont(FONT, 11)
        canvas.setFillColor(GREY)
        canvas.translate(width / 2, height / 2)
        canvas.rotate(35)
        reach = int(max(width, height))
        # Dates come with narrow spaces, which the font does not have.
        words = " ".join(mark.split())
        for offset in range(-reach, reach, DISTANCE):
            canvas.drawCentredString(0, offset, words)
        canvas.save()
        drawn.seek(0)
        return drawn
