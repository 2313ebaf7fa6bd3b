# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class ReportDestructionCertificate(models.AbstractModel):
    """The printed certificate of what was destroyed, by whom and why (E-55, E-56)."""

    _name = "report.crm_governance.report_destruction_certificate"
    _description = "Printed certificate of destruction"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the certificates show.

        :raises AccessError: when the user may not read one of the lists
        :raises UserError: when one of them has not been destroyed
        """
        destructions = self.env["governance.destruction"].browse(docids)
        destructions.check_access("read")
        for destruction in destructions:
            if destruction.state != "executed":
                raise UserError(
                    self.env._(
                        "“%(number)s” has not been destroyed, so there is nothing to "
                        "certify.",
                        number=destruction.name,
                    )
                )
        return {
            "doc_ids": destructions.ids,
            "doc_model": destructions._name,
            "docs": destructions,
            "entries_of": lambda one: one.entry_ids.sorted("id"),
            "signers_of": lambda one: one.sudo()._get_signer_names(),
        }
