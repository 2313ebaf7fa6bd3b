# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class GovernanceTierAssignment(models.Model):
    _inherit = "governance.tier.assignment"

    @api.model
    def _write_partners(self, scheme, partner_ids):
        """Open the files that the present tiers of customers ask for (E-36)."""
        result = super()._write_partners(scheme, partner_ids)
        if any(scheme.sudo().tier_ids.mapped("opens_file")):
            self.env["governance.file"]._open_for(
                scheme.company_id, self._get_partners_to_file(scheme, partner_ids)
            )
        return result

    @api.model
    def _get_partners_to_file(self, scheme, partner_ids):
        """Return the ids of customers whose tier asks for a file that is missing."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT assignment.partner_id
                     FROM governance_tier_assignment assignment
                     JOIN governance_tier tier ON tier.id = assignment.tier_id
                    WHERE assignment.scheme_id = %(scheme)s
                      AND assignment.company_id = %(company)s
                      AND assignment.date_end IS NULL
                      AND assignment.partner_id = ANY(%(partners)s)
                      AND tier.opens_file
                      AND NOT EXISTS (
                          SELECT 1 FROM governance_file file
                           WHERE file.partner_id = assignment.partner_id
                             AND file.company_id = assignment.company_id
                             AND file.state = 'open')
                    ORDER BY assignment.partner_id""",
                scheme=scheme.id,
                company=scheme.company_id.id,
                partners=list(partner_ids),
            )
        )
        return [partner_id for (partner_id,) in rows]
