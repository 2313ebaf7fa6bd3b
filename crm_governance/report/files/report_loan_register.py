# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ReportLoanRegister(models.AbstractModel):
    """The printed loan book (档案借阅登记簿, P-23), as its reader may see it."""

    _name = "report.crm_governance.report_loan_register"
    _description = "Printed Loan Book"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return one row for each volume; what is closed to the reader is blank.

        :raises AccessError: for lines that the user may not read
        """
        lines = self.env["governance.loan.line"].browse(docids)
        lines.check_access("read")
        lines = lines.sorted(
            lambda line: (line.date_out or fields.Datetime.now(), line.id)
        )
        return {
            "doc_ids": docids,
            "doc_model": lines._name,
            "docs": lines,
            "company": self.env.company,
            "printed_on": fields.Datetime.now(),
            "rows": [self._prepare_row(line) for line in lines],
        }

    @api.model
    def _prepare_row(self, line):
        # As the client reads it: blank where it is closed.
        [values] = line.read(
            ["volume_id", "partner_id", "condition", "count_in", "count_out"]
        )
        conditions = dict(line._fields["condition"]._description_selection(self.env))
        loan = line.loan_id
        return {
            "loan": loan.name,
            "volume": values["volume_id"] and values["volume_id"][1],
            "customer": values["partner_id"] and values["partner_id"][1],
            "borrower": loan.user_id.sudo().name or loan.reader_name,
            "unit": loan.reader_unit,
            "purpose": loan.purpose,
            "date_out": line.date_out,
            "date_due": line.date_due,
            "count_out": values["count_out"] if line.date_out else "",
            "out_by": line.out_by_id.sudo().name,
            "received_by": line.received_by_id.sudo().name,
            "date_returned": line.date_returned,
            "count_in": values["count_in"] if line.date_returned else "",
            "condition": conditions.get(values["condition"]),
            "in_by": line.in_by_id.sudo().name,
            "settled_by": line.settled_by_id.sudo().name,
        }
