# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Keep all volumes of merged customers, in one open file (E-56).

        The core merge would delete the second open file of a customer.
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if len(partners) > 1:
            target = dst_partner
            if not target or target not in partners:
                target = self._get_ordered_partner(partners.ids)[-1]
            self._check_governance_access(partners)
            self._merge_governance_files(partners, target)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _merge_governance_files(self, partners, target):
        """Leave one open file in each company, the target's if it has one."""
        files = (
            self.env["governance.file"]
            .sudo()
            .search(
                [("partner_id", "in", partners.ids), ("state", "=", "open")],
                order="id",
            )
            .sorted(lambda file: file.partner_id != target)
        )
        for found in files.grouped("company_id").values():
            found[1:]._merge_into(found[:1])
