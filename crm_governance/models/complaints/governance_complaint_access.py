# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceComplaint(models.Model):
    """For which reasons somebody reads complaints of others; record rules ask these."""

    _inherit = "governance.complaint"

    is_led = fields.Boolean(
        string="Of My Team's Customers",
        compute="_compute_is_led",
        search="_search_is_led",
        help="You lead whoever looks after the customer or handles the complaint.",
    )
    is_answered_by_me = fields.Boolean(
        compute="_compute_is_answered_by_me",
        search="_search_is_answered_by_me",
        groups=fields.NO_ACCESS,
    )
    is_decided_by_me = fields.Boolean(
        compute="_compute_is_decided_by_me",
        search="_search_is_decided_by_me",
        groups=fields.NO_ACCESS,
    )

    @api.depends("partner_id", "user_id", "company_id")
    @api.depends_context("uid")
    def _compute_is_led(self):
        self._compute_reason("is_led", self._get_led_domain())

    def _search_is_led(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_led_domain()

    @api.depends("company_id", "state")
    @api.depends_context("uid")
    def _compute_is_answered_by_me(self):
        self._compute_reason("is_answered_by_me", self._get_answered_domain())

    def _search_is_answered_by_me(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_answered_domain()

    @api.depends_context("uid")
    def _compute_is_decided_by_me(self):
        self._compute_reason("is_decided_by_me", self._get_decided_domain())

    def _search_is_decided_by_me(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_decided_domain()

    def _compute_reason(self, name, domain):
        found = set(self.sudo().filtered_domain(domain)._ids)
        for complaint in self:
            complaint[name] = complaint.id in found

    @api.model
    def _get_led_domain(self):
        """Return the complaints of customers, or handlers, whom the user leads."""
        domain = Domain.FALSE
        approvers = self.env["governance.approver.mixin"]
        for people, company in approvers._get_led_people(self.env.user):
            led = Domain("user_id", "in", people.ids) | Domain(
                "partner_id.user_id", "in", people.ids
            )
            if company:
                led &= Domain("company_id", "=", company.id)
            domain |= led
        return domain

    @api.model
    def _get_answered_domain(self):
        """Return the complaints of companies whose customers the user answers (D-29).

        Whoever is called back by a customer has to find what it is about.
        """
        units = self.env["governance.complaint.unit"].sudo()
        # Rules are asked with archived records, and units that are gone answer nobody.
        answering = Domain("is_answering", "=", True) & Domain("active", "=", True)
        companies = units.search(answering & units._get_mine_domain()).company_id
        return Domain("company_id", "in", companies.ids) & Domain(
            "state", "!=", "draft"
        )

    @api.model
    def _get_decided_domain(self):
        """Return the complaints of which the user decides something, or has done so."""
        domain = Domain.FALSE
        for name in self._get_decided_models():
            parts = self.env[name].sudo()
            if name == self._name:
                domain |= parts._search_approval_can_read("in", [True])
                continue
            query = parts._search(parts._search_approval_can_read("in", [True]))
            column = SQL.identifier(query.table, "complaint_id")
            domain |= Domain("id", "in", query.subselect(column))
        return domain

    @api.model
    def _get_decided_models(self):
        """Return the names of what is approved about complaints, these included."""
        mixin = self.env.registry["governance.approval.mixin"]
        return [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, mixin)
            and not model._abstract
            and (name == self._name or "complaint_id" in model._fields)
            and name.startswith("governance.complaint")
        ]
