# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.rating.controllers.main import Rating


class GovernanceRating(Rating):
    """Pages on which customers rate how a complaint was handled (D-48)."""

    def _get_rating_and_record(self, token):
        """Find a rating; who is logged in as somebody else learns and rates nothing.

        Odoo would name the complaint, and let an employee with the link answer it.
        """
        rating, record = super()._get_rating_and_record(token)
        user = request.env.user
        if rating.res_model == "governance.complaint" and not user._is_public():
            mine = user.partner_id.commercial_partner_id
            if mine != rating.partner_id.commercial_partner_id:
                raise NotFound()
        return rating, record
