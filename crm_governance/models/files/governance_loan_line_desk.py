# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .governance_file_volume import UNFILED


class GovernanceLoanLine(models.Model):
    """Who hands out and takes back which volumes (E-11, E-41, E-50)."""

    _inherit = "governance.loan.line"

    can_serve = fields.Boolean(compute="_compute_can_serve", search="_search_can_serve")

    @api.depends("policy_id", "state", "volume_id")
    @api.depends_context("uid")
    def _compute_can_serve(self):
        served = self.sudo()._filter_served()
        for line in self:
            line.can_serve = line._origin in served

    @api.model
    def _search_can_serve(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_served_domain()

    @api.model
    def _get_served_domain(self):
        """Return what the user hands out and takes back: everything as custodian.

        Collectors serve what their departments lend under the policy for volumes that
        are not filed yet. What was written off is left to custodians.
        """
        if self.env.user.has_group("crm_governance.group_custodian"):
            return Domain.TRUE
        return (
            Domain("state", "not in", ("draft", "written_off"))
            & Domain("policy_id", "any!", Domain("borrower_kind", "=", "handler"))
            & Domain(
                "volume_id",
                "any!",
                Domain("state", "in", UNFILED)
                & Domain("department_id", "any!", Domain("is_mine", "=", True)),
            )
        )

    def _filter_served(self):
        """Return those of the lines that the user serves, asking the database."""
        return self.search(
            Domain("id", "in", self._origin.ids) & self._get_served_domain()
        )

    def _check_desk(self):
        """Refuse everybody but those who serve all of these lines (E-11, E-41, E-50).

        :raises AccessError: saying who may
        """
        if self and self.sudo()._filter_served() == self.sudo():
            self.env.user._check_governance_not_suspended()
        else:
            self.env.user._check_governance_custodian()
        self._check_no_side()
