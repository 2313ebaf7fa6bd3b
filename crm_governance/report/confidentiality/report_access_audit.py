# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class ReportAccessAudit(models.AbstractModel):
    """The printed sheet of a permission audit that was signed (C-15)."""

    _name = "report.crm_governance.report_access_audit"
    _description = "Printed permission audit"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the sheets show.

        :raises AccessError: when the user may not read one of the audits
        :raises UserError: when one of them is not signed yet
        """
        audits = self.env["governance.access.audit"].browse(docids)
        audits.check_access("read")
        for audit in audits:
            if audit.state != "signed":
                raise UserError(
                    self.env._(
                        "“%(name)s” is printed once it is signed.", name=audit.name
                    )
                )
        return {
            "doc_ids": audits.ids,
            "doc_model": audits._name,
            "docs": audits,
            "customer_of": self._get_customer,
        }

    @api.model
    def _get_customer(self, line):
        """Return how the customer of a line is called on paper.

        Levels that leave copies to custodians leave the name on paper to them.
        """
        partner = line.sudo().partner_id.exists()
        if not partner:
            return ""
        try:
            partner.sudo(False)._check_copying()
        except UserError:
            return partner._get_mask()
        return partner.display_name
