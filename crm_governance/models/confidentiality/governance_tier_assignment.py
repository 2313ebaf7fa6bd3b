# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class GovernanceTierAssignment(models.Model):
    _inherit = "governance.tier.assignment"

    @api.model
    def _write_partners(self, scheme, partner_ids):
        """Raise customers to the default level of the tier they have now (C-08)."""
        result = super()._write_partners(scheme, partner_ids)
        self.env.invalidate_all()
        levels = self.env["governance.confidentiality.level"]
        for level_id, ids in self._get_levels_to_raise(scheme, partner_ids).items():
            self.env["res.partner"].browse(ids)._classify(
                levels.browse(level_id), "raised", {"scheme": scheme.id}
            )
        return result

    @api.model
    def _get_levels_to_raise(self, scheme, partner_ids):
        """Return ``{level: customers}``, without contacts of employees."""
        self.env.cr.execute(
            SQL(
                """SELECT level.id, array_agg(customer.id)
                     FROM governance_tier_assignment assignment
                     JOIN governance_tier tier ON tier.id = assignment.tier_id
                     JOIN governance_confidentiality_level level
                       ON level.id = tier.confidentiality_level_id AND level.active
                     JOIN res_partner customer ON customer.id = assignment.partner_id
                    WHERE assignment.scheme_id = %s AND assignment.date_end IS NULL
                      AND assignment.partner_id = ANY(%s)
                      AND customer.classification_rank < level.rank
                      AND NOT EXISTS (
                          SELECT 1 FROM res_partner contact
                            JOIN res_users person ON person.partner_id = contact.id
                           WHERE contact.commercial_partner_id = customer.id
                             AND person.share IS NOT TRUE)
                      AND NOT EXISTS (
                          SELECT 1 FROM res_partner contact
                            JOIN res_company company
                              ON company.partner_id = contact.id
                           WHERE contact.commercial_partner_id = customer.id)
                    GROUP BY level.id""",
                scheme.id,
                list(partner_ids),
            )
        )
        return dict(self.env.cr.fetchall())
