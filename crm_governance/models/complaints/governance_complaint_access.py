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
        """Return the complaints of which the user decides something, or has done so.

        Rules ask this for each list: who may decide is found out once for all models.
        """
        requests = self.env["governance.approval.request"]._unseal()
        names = self._get_decided_models()
        query = requests._search(
            Domain("res_model", "in", names) & self._get_approval_reader_domain()
        )
        columns = (
            SQL.identifier(query.table, name, to_flush=requests._fields[name])
            for name in ("res_model", "res_id")
        )
        complaints = SQL(" UNION ALL ").join(map(self._get_decided_sql, names))
        return Domain(
            "id",
            "in",
            SQL(
                "(WITH decided AS MATERIALIZED %s %s)",
                query.subselect(*columns),
                complaints,
            ),
        )

    @api.model
    def _get_decided_sql(self, name):
        """Return the complaints of what was decided of a model, as SQL."""
        if name == self._name:
            return SQL("SELECT res_id FROM decided WHERE res_model = %s", name)
        parts = self.env[name]
        return SQL(
            """SELECT %s FROM %s JOIN decided
                   ON decided.res_model = %s AND decided.res_id = %s""",
            SQL.identifier(
                parts._table, "complaint_id", to_flush=parts._fields["complaint_id"]
            ),
            SQL.identifier(parts._table),
            name,
            SQL.identifier(parts._table, "id"),
        )

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
