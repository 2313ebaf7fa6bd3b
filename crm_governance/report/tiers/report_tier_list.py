# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

# About thirty pages; whoever needs more rows needs a spreadsheet, not paper.
PRINTED_CUSTOMERS = 1000
# Of a tier that does not fit any more, at least the largest are named.
PRINTED_OF_EACH_TIER = 20


class ReportTierList(models.AbstractModel):
    """The list of customers by tier of a published review (A-115, P-08)."""

    _name = "report.crm_governance.report_tier_list"
    _description = "Printed list of customers by tier"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the list shows, as far as the user may read it.

        :raises AccessError: when the user may not read one of the reviews
        :raises UserError: when a review is not published
        """
        reviews = self.env["governance.tier.review"].browse(docids)
        reviews.check_access("read")
        for review in reviews:
            if review.state != "published":
                raise UserError(
                    self.env._(
                        "%(review)s is not published yet. The list is printed once "
                        "its tiers are in force.",
                        review=review.display_name,
                    )
                )
        return {
            "doc_ids": reviews.ids,
            "doc_model": reviews._name,
            "docs": reviews,
            "sections": {review.id: self._get_sections(review) for review in reviews},
            "is_partial": not self._sees_everything(),
        }

    @api.model
    def _sees_everything(self):
        """Return whether no record rule hides customers of a review from the user."""
        groups = (
            "group_committee",
            "group_executive",
            "group_auditor",
            "group_manager",
        )
        user = self.env.user
        return any(user.has_group(f"crm_governance.{group}") for group in groups)

    @api.model
    def _get_sections(self, review):
        """Return the tiers from the top down, with the customers to be printed."""
        lines = self.env["governance.tier.review.line"]
        sections, left = [], PRINTED_CUSTOMERS
        for tier in review.ruleset_id._get_tiers():
            domain = [
                ("review_id", "=", review.id),
                ("decided_tier_id", "=", tier.id),
                ("is_merged", "!=", True),
            ]
            [(count, turnover)] = lines._read_group(
                domain, aggregates=["__count", "turnover:sum"]
            )
            room = max(left, PRINTED_OF_EACH_TIER)
            found = lines.search(domain, order="turnover desc, id", limit=room)
            left -= len(found)
            sections.append(
                {
                    "tier": tier,
                    "count": count,
                    "turnover": turnover or 0,
                    "rows": [self._prepare_row(line) for line in found],
                    "more": count - len(found),
                }
            )
        return sections

    @api.model
    def _prepare_row(self, line):
        partner = line.partner_id
        return {
            "line": line,
            "customer": partner,
            "place": self._get_place(partner),
            "specialist": line.specialist_id or partner.governance_specialist_id,
            "liaison_leader": (
                line.liaison_leader_id or partner.governance_liaison_leader_id
            ),
            "is_company_level": any(line.nomination_ids.mapped("is_company_level")),
        }

    @api.model
    def _get_place(self, partner):
        """Return town and country, in the order that the language wants."""
        city, country = partner.city, partner.country_id.name
        if city and country:
            return self.env._("%(city)s, %(country)s", city=city, country=country)
        return city or country or ""
