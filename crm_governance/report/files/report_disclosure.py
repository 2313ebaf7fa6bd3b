# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class ReportDisclosure(models.AbstractModel):
    """The sheet that goes with data given outside, and the copies behind it (C-18)."""

    _name = "report.crm_governance.report_disclosure"
    _description = "Printed disclosure"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the sheets show.

        :raises AccessError: when the user may not read one of the disclosures, or is
            no data custodian
        :raises UserError: when one of them is not approved by both
        """
        disclosures = self.env["governance.disclosure"].browse(docids)
        disclosures.check_access("read")
        self.env.user._check_governance_custodian()
        for disclosure in disclosures:
            if disclosure.state not in ("approved", "released"):
                raise UserError(
                    self.env._(
                        "“%(number)s” is printed once both have approved it.",
                        number=disclosure.name,
                    )
                )
        reports = self.env["ir.actions.report"]
        return {
            "doc_ids": disclosures.ids,
            "doc_model": disclosures._name,
            "docs": disclosures,
            "mark_of": reports._get_mark,
        }
