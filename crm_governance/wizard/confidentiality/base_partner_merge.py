# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


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
        """Leave one live grant per person on the customers, the latest to end."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE governance_access_grant SET state = 'renewed'
                    WHERE partner_id = ANY(%(ids)s) AND state = 'active'
                      AND id NOT IN (
                          SELECT DISTINCT ON (user_id) id
                            FROM governance_access_grant
                           WHERE partner_id = ANY(%(ids)s) AND state = 'active'
                           ORDER BY user_id, date_end DESC, id)""",
                ids=list(customers.ids),
            )
        )
        self.env.invalidate_all()
