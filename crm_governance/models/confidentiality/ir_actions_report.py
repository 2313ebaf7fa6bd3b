# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Print; UserError for levels that only custodians print (C-18).

        Invoices that are sent or downloaded are rendered from here on.
        """
        self._register_printing(report_ref, res_ids)
        return super()._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _render_qweb_html(self, report_ref, docids, data=None):
        """Show; UserError for levels that only custodians print (C-18)."""
        self._register_printing(report_ref, docids)
        return super()._render_qweb_html(report_ref, docids, data=data)

    def _render_qweb_text(self, report_ref, docids, data=None):
        """Print; UserError for levels that only custodians print (C-18)."""
        self._register_printing(report_ref, docids)
        return super()._render_qweb_text(report_ref, docids, data=data)

    def _register_printing(self, report_ref, res_ids):
        """Check who prints what, and register it (C-21).

        A document that was printed before comes out of its attachment without any
        check of its own: so it is checked here.

        :raises AccessError: when a document is hidden
        :raises UserError: when the level leaves copies to custodians
        """
        if not res_ids or self.env.user._is_superuser():
            return
        model = self._get_report(report_ref).model
        records = self.env.get(model)
        if records is None or not hasattr(records, "_check_copying_registered"):
            return
        ids = [res_ids] if isinstance(res_ids, int) else res_ids
        records = records.browse(int(id_) for id_ in ids)
        if not self.env.su:
            records._check_readable("print")
        # Pages for customers print as the system, for employees too.
        if self.env.user._is_internal():
            own = records.with_user(self.env.user)
            own._check_copying_registered("print")
        records._collect_reading("printed")
