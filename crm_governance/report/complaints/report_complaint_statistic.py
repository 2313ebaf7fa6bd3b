# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...models.complaints.governance_complaint_statistic_line import DIMENSIONS

# The longest tables are cut; the record on the screen has all lines.
PRINTED_LINES = 30
# What has tables of its own.
APART = ("total", "target")
SOLD = ("tier", "product")


class ReportComplaintStatistic(models.AbstractModel):
    """The complaint statistics sheet of a month (P-13, D-45)."""

    _name = "report.crm_governance.report_complaint_statistic"
    _description = "Printed complaint statistic"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the sheets show; no line of them names a customer.

        Before it is filed, a sheet is a draft with the figures of this moment, which
        only those print who file it.

        :raises AccessError: when the user may not read one of the statistics
        """
        statistics = self.env["governance.complaint.statistic"].browse(docids)
        statistics.check_access("read")
        statistics.filtered(lambda one: one.state == "draft")._check_can_file()
        return {
            "doc_ids": statistics.ids,
            "doc_model": statistics._name,
            "docs": statistics,
            "sheet_of": self._get_sheet,
        }

    @api.model
    def _get_sheet(self, statistic):
        """Return the lines of a sheet by dimension, and who has signed it."""
        lines = statistic.line_ids
        if statistic.state == "draft":
            lines = lines.browse()
            for number, figures in enumerate(statistic._get_figures()):
                lines |= lines.new({**figures, "sequence": number})
        parts = lines.grouped("dimension")
        labels = dict(lines._fields["dimension"]._description_selection(self.env))
        none = lines.browse()
        return {
            "total": parts.get("total", none),
            "targets": parts.get("target", none),
            "parts": [
                {
                    "title": labels[dimension],
                    "lines": parts[dimension][:PRINTED_LINES],
                    "more": max(len(parts[dimension]) - PRINTED_LINES, 0),
                    "is_sold": dimension in SOLD,
                }
                for dimension in DIMENSIONS
                if dimension not in APART and dimension in parts
            ],
            "signers": self._get_signers(statistic),
        }

    @api.model
    def _get_signers(self, statistic):
        """Return the names of those who have approved what is printed."""
        request = statistic.sudo().approval_request_id
        if statistic.state != "approved" or not request:
            return ""
        return ", ".join(request._get_signers().mapped("name"))
