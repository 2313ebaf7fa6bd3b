# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

COMPLAINT = "governance.complaint"


class RatingRating(models.Model):
    """Ratings of complaints are words of the customer: nobody else gives or reads them.

    Odoo lets every employee read and write ratings.  Those of complaints are read by
    whom the complaint is open to, and the links that answer them by nobody.
    """

    _inherit = "rating.rating"

    # Whoever has the link rates as the customer.
    access_token = fields.Char(groups="base.group_system")
    governance_is_complaint_open = fields.Boolean(
        compute="_compute_governance_is_complaint_open",
        search="_search_governance_is_complaint_open",
        groups=fields.NO_ACCESS,
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_governance_is_complaint_open(self):
        rated = self.sudo().filtered(lambda rating: rating.res_model == COMPLAINT)
        complaints = self.env[COMPLAINT].browse(rated.mapped("res_id"))
        open_ids = set(complaints.sudo(False)._filtered_access("read").ids)
        for rating in self:
            known = rating.sudo()
            rating.governance_is_complaint_open = (
                known.res_model != COMPLAINT or known.res_id in open_ids
            )

    def _search_governance_is_complaint_open(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        other = Domain("res_model", "!=", COMPLAINT) | Domain("res_model", "=", False)
        complaints = self.env[COMPLAINT].sudo(False)
        query = complaints._search(Domain.TRUE)
        return other | Domain(
            "res_id", "in", query.subselect(SQL.identifier(query.table, "id"))
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Create; AccessError when somebody rates a complaint for the customer."""
        ratings = super().create(vals_list)
        ratings._check_words_of_customer()
        return ratings

    def write(self, vals):
        """Change; AccessError for ratings of complaints, before and after."""
        self._check_words_of_customer()
        result = super().write(vals)
        self._check_words_of_customer()
        return result

    def unlink(self):
        """Delete; AccessError for ratings of complaints."""
        self._check_words_of_customer()
        return super().unlink()

    def reset(self):
        """Begin anew; AccessError for ratings of complaints."""
        self.check_access("write")
        self._check_words_of_customer()
        return super(RatingRating, self.sudo()).reset()

    def _check_words_of_customer(self):
        if self.env.su:
            return
        if COMPLAINT in self.sudo().mapped("res_model"):
            raise AccessError(
                self.env._(
                    "Ratings of complaints are the words of the customer: nobody else "
                    "gives, changes or deletes them."
                )
            )
