# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.rating.models.rating_data import _rating_to_text


class GovernanceComplaintStatistic(models.Model):
    """What customers have said in a month of how they were treated (RC-09)."""

    _inherit = "governance.complaint.statistic"

    def _get_figures(self):
        """Add to the total what customers have rated, whenever they complained."""
        figures = super()._get_figures()
        ratings = self.sudo()._get_ratings()
        for line in figures:
            if line["dimension"] == "total":
                members = {**line["members"], **self._sort_ratings(ratings)}
                values = ratings.values()
                line.update(
                    members={name: ids for name, ids in members.items() if ids},
                    rated=len(members["rated"]),
                    unhappy=len(members["unhappy"]),
                    rating=sum(values) / len(values) if values else 0.0,
                )
        return figures

    def _get_ratings(self):
        """Return the last rating of the month for each complaint that was rated."""
        start, end = self._get_span()
        events = self.env["governance.complaint.event"].search_fetch(
            Domain("kind", "=", "rated")
            & Domain("complaint_id.company_id", "=", self.company_id.id)
            & Domain("date", ">=", start)
            & Domain("date", "<", end),
            ["complaint_id", "details"],
            order="date, id",
        )
        return {
            event.complaint_id.id: rating
            for event in events
            if (rating := (event.details or {}).get("rating"))
        }

    @api.model
    def _sort_ratings(self, ratings):
        low = [id_ for id_, one in ratings.items() if _rating_to_text(one) == "ko"]
        return {"rated": sorted(ratings), "unhappy": sorted(low)}
