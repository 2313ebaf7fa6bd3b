# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class ReportComplaintCard(models.AbstractModel):
    """The complaint record card (P-11, D-06)."""

    _name = "report.crm_governance.report_complaint_card"
    _description = "Printed complaint record card"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the cards show.

        :raises AccessError: when the user may not read one of the complaints
        """
        complaints = self.env["governance.complaint"].browse(docids)
        complaints.check_access("read")
        return {
            "doc_ids": complaints.ids,
            "doc_model": complaints._name,
            "docs": complaints,
            "mark_of": self.env["ir.actions.report"]._get_mark,
        }


class ReportComplaintInvestigation(models.AbstractModel):
    """The investigation report with the original complaint and all opinions (P-12)."""

    _name = "report.crm_governance.report_complaint_investigation"
    _description = "Printed investigation report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the reports show.

        :raises AccessError: when the user may not read one of the reports
        :raises UserError: as long as one of them is being written
        """
        reports = self.env["governance.complaint.investigation"].browse(docids)
        reports.check_access("read")
        for report in reports:
            if report.state == "draft":
                raise UserError(
                    self.env._(
                        "“%(report)s” is being written. It is printed once it is "
                        "submitted.",
                        report=report.display_name,
                    )
                )
        return {
            "doc_ids": reports.ids,
            "doc_model": reports._name,
            "docs": reports,
            "mark_of": self.env["ir.actions.report"]._get_mark,
        }
