# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Keep the tiers and reviews of merged customers as evidence.

        The core merge deletes rows that would collide; marked as merged they do
        not collide and go along with the customer that remains.
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if dst_partner and dst_partner in partners and len(partners) > 1:
            self._mark_merged(partners - dst_partner)
        elif len(partners) > 1:
            ordered = self._get_ordered_partner(partners.ids)
            dst_partner = ordered[-1]
            self._mark_merged(partners - dst_partner)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _mark_merged(self, partners):
        self.env.flush_all()
        today = fields.Date.context_today(self)
        self.env.cr.execute(
            SQL(
                """UPDATE governance_tier_assignment
                      SET is_merged = TRUE,
                          date_end = COALESCE(date_end, GREATEST(date_start, %s))
                    WHERE partner_id = ANY(%s)""",
                today,
                partners.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE governance_tier_review_line SET is_merged = TRUE"
                " WHERE partner_id = ANY(%s)",
                partners.ids,
            )
        )
        self.env.invalidate_all()
