# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_list


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Keep the tiers and reviews of merged customers as evidence.

        The core merge would fail on, or delete, what two customers may have at
        once but one may not.
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if len(partners) < 2:
            return super()._merge(partner_ids, dst_partner, extra_checks)
        target = dst_partner
        if not target or target not in partners:
            target = self._get_ordered_partner(partners.ids)[-1]
        self._prepare_governance_merge(partners - target, target)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        target._follow_commercial_tier()
        return result

    def _prepare_governance_merge(self, sources, target):
        """Make room for the records of the customers that are merged away."""
        self._check_governance_merge(sources | target)
        self.env.flush_all()
        params = {"sources": sources.ids, "target": target.id}
        self._merge_assignments(sources, params)
        self._merge_review_lines(params)
        self._merge_nominations(params)
        self._merge_programmes(sources | target, target)
        # The core merge copies values: the tier follows from the assignments.
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET governance_tier_id = NULL"
                " WHERE id = ANY(%(sources)s)",
                **params,
            )
        )
        self.env.invalidate_all()

    def _check_governance_merge(self, partners):
        """Refuse to merge customers that both wait for the decision on a tier.

        :raises UserError: naming the customers
        """
        waiting = (
            self.env["governance.tier.override"]
            .sudo()
            ._read_group(
                [("partner_id", "in", partners.ids), ("state", "=", "requested")],
                ["scheme_id"],
                ["partner_id:recordset"],
            )
        )
        for _scheme, customers in waiting:
            if len(customers) > 1:
                raise UserError(
                    self.env._(
                        "%(customers)s each have an override that waits for "
                        "approval. Have them decided or withdrawn before you merge.",
                        customers=format_list(
                            self.env, customers.mapped("display_name")
                        ),
                    )
                )

    def _merge_assignments(self, sources, params):
        """End the tiers of the sources, unless the target has none of its own.

        A duplicate without a tier must not cost the customer its tier: then the
        highest one among the sources goes on, with its history.
        """
        overrides = self.env["governance.tier.override"].sudo()
        self.env.cr.execute(
            SQL(
                """WITH kept AS (
                    SELECT DISTINCT ON (a.scheme_id) a.scheme_id, a.partner_id
                      FROM governance_tier_assignment a
                      JOIN governance_tier t ON t.id = a.tier_id
                     WHERE a.partner_id = ANY(%(sources)s || %(target)s)
                       AND a.date_end IS NULL
                     ORDER BY a.scheme_id, (a.partner_id = %(target)s) DESC, t.rank,
                              a.partner_id)
                UPDATE governance_tier_assignment a
                   SET is_merged = TRUE,
                       date_end = COALESCE(date_end, GREATEST(date_start, %(today)s))
                 WHERE a.partner_id = ANY(%(sources)s)
                   AND (a.scheme_id, a.partner_id) NOT IN (
                       SELECT scheme_id, partner_id FROM kept)
             RETURNING a.override_id""",
                today=fields.Date.context_today(self),
                **params,
            )
        )
        ended = {row[0] for row in self.env.cr.fetchall() if row[0]}
        overrides.browse(ended).filtered(
            lambda override: override.state == "active"
        )._as_system().write({"state": "ended"})

    def _merge_review_lines(self, params):
        """Keep one line per review that counts, the target's if it has one."""
        self.env.cr.execute(
            SQL(
                """UPDATE governance_tier_review_line
                      SET is_merged = TRUE
                    WHERE partner_id = ANY(%(sources)s) AND id NOT IN (
                          SELECT DISTINCT ON (review_id) id
                            FROM governance_tier_review_line
                           WHERE partner_id = ANY(%(sources)s || %(target)s)
                             AND is_merged IS NOT TRUE
                           ORDER BY review_id, (partner_id = %(target)s) DESC,
                                    turnover DESC, partner_id)""",
                **params,
            )
        )

    def _merge_nominations(self, params):
        """Let one nomination per person and review count, the target's first."""
        self.env.cr.execute(
            SQL(
                """UPDATE governance_tier_nomination
                      SET is_merged = TRUE
                    WHERE partner_id = ANY(%(sources)s) AND state = 'submitted'
                      AND id NOT IN (
                          SELECT DISTINCT ON (review_id, user_id) id
                            FROM governance_tier_nomination
                           WHERE partner_id = ANY(%(sources)s || %(target)s)
                             AND state = 'submitted' AND is_merged IS NOT TRUE
                           ORDER BY review_id, user_id,
                                    (partner_id = %(target)s) DESC, id)""",
                **params,
            )
        )

    def _merge_programmes(self, partners, target):
        """Keep one programme per company, the target's if it has one."""
        programmes = (
            self.env["governance.programme"]
            .sudo()
            .search([("partner_id", "in", partners.ids)], order="id")
            .sorted(lambda programme: programme.partner_id != target)
        )
        for _company, found in programmes.grouped("company_id").items():
            found[1:]._as_system().unlink()
