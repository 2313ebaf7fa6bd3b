# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge; the higher level wins, and nobody reaches a hidden customer.

        :raises AccessError: when one of the contacts is closed to the user
        :raises UserError: when somebody but a custodian merges confidential ones
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        named = partners | (dst_partner or partners.browse())
        self._check_governance_access(named)
        highest = max(
            (named.sudo().commercial_partner_id).sorted("classification_rank"),
            key=lambda customer: customer.classification_rank,
            default=named.browse(),
        )
        level = highest.governance_level_id if highest.classification_rank else False
        if level:
            self._merge_grants(named.sudo().commercial_partner_id)
            # The core moves and copies contacts as it likes, the level comes after.
            key = partners._get_classifying_key()
            dst_partner = dst_partner and dst_partner.with_context(**key)
            self = self.with_context(**key)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        if level:
            merged = named.sudo().exists().commercial_partner_id
            merged._classify(level, "merged")
        return result

    def _check_governance_access(self, partners):
        if self.env.su:
            return
        partners.check_access("read")
        if not any(partners.sudo().mapped("classification_rank")):
            return
        partners.check_access("write")
        if not self.env.user.has_group("crm_governance.group_custodian"):
            raise UserError(
                self.env._(
                    "Some of these contacts belong to confidential customers. Ask a "
                    "data custodian to merge them."
                )
            )

    def _merge_grants(self, customers):
        """Leave one live grant per person on the customers, the latest to end.

        What was passed on from the others hangs on that one from now on.
        """
        grants = self.env["governance.access.grant"].sudo()
        held = grants.search(
            [("partner_id", "in", customers.ids), ("state", "=", "active")],
            order="user_id, date_end desc, id",
        )
        for mine in held.grouped("user_id").values():
            kept, former = mine[:1], mine[1:]
            former._as_system().write({"state": "renewed"})
            former._end_requests()
            former._pass_children_to(kept)
        held.flush_recordset()
