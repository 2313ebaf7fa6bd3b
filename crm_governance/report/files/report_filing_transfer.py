# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class ReportFilingTransfer(models.AbstractModel):
    """The receipt that both sides of a hand-over have signed (E-10)."""

    _name = "report.crm_governance.report_filing_transfer"
    _description = "Printed receipt of a hand-over"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the receipts show.

        :raises AccessError: when the user may not read one of the hand-overs
        :raises UserError: when one of them is not handed over yet
        """
        transfers = self.env["governance.filing.transfer"].browse(docids)
        transfers.check_access("read")
        for transfer in transfers:
            if transfer.state == "draft":
                raise UserError(
                    self.env._(
                        "The receipt of %(name)s is printed once it is handed over.",
                        name=transfer.display_name,
                    )
                )
        return {
            "doc_ids": transfers.ids,
            "doc_model": transfers._name,
            "docs": transfers,
            "rows_of": self._get_rows,
        }

    @api.model
    def _get_rows(self, transfer):
        """Return the documents of a receipt as the user may print them.

        Of customers that are hidden, or whose level leaves copies to custodians, the
        line stays and the title goes.
        """
        documents = transfer.sudo().document_ids.sorted(
            lambda document: (document.volume_id.code or "", document.sequence)
        )
        return [
            {"document": document, "is_shown": self._is_shown(document.sudo(False))}
            for document in documents
        ]

    @api.model
    def _is_shown(self, document):
        if not document.has_access("read"):
            return False
        try:
            document._check_copying()
        except UserError:
            return False
        document._collect_reading("printed")
        return True
