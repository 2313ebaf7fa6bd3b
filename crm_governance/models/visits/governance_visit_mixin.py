# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceVisitMixin(models.AbstractModel):
    """What belongs to one of our people in the room of visits.

    Record rules ask `is_led`: whether the current user leads that person.
    """

    _name = "governance.visit.mixin"
    _description = "Somebody's part of the visits"

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    is_led = fields.Boolean(
        string="Of My People",
        compute="_compute_is_led",
        search="_search_is_led",
        help="You lead the person whom this is about.",
    )

    @api.depends("user_id", "company_id")
    @api.depends_context("uid")
    def _compute_is_led(self):
        led = self.filtered_domain(self._get_led_domain())
        for record in self:
            record.is_led = record in led

    def _search_is_led(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_led_domain()

    @api.model
    def _get_over_domain(self, name):
        """Return the domain of what has a day that is over where its company is."""
        return self._get_day_domain(lambda day: Domain(name, "<", day))

    @api.model
    def _get_day_domain(self, get_domain):
        """Return a domain that depends on which day it is where the company is.

        :param get_domain: function that returns the domain for a day
        """
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        days = companies.grouped(lambda company: company._get_governance_today())
        return Domain.OR(
            Domain("company_id", "in", there.ids) & get_domain(day)
            for day, there in days.items()
        )

    @api.model
    def _get_teams_sql(self, company):
        """Return SQL of (user_id, team_id): the first team of each in a company.

        :param company: its id, or SQL of it
        """
        return SQL(
            """SELECT DISTINCT ON (member.user_id) member.user_id, team.id AS team_id
                 FROM crm_team_member member
                 JOIN crm_team team ON team.id = member.crm_team_id
                WHERE member.active AND team.active
                  AND (team.company_id IS NULL OR team.company_id = %s)
                ORDER BY member.user_id, team.company_id IS NULL, team.sequence,
                         team.id""",
            company,
        )

    @api.model
    def _get_first_team(self, user, company):
        """Return the first sales team of a person, as `_get_teams_sql` does."""
        return (
            self.env["crm.team"]
            .sudo()
            .search(
                Domain("company_id", "in", [company.id, False])
                & Domain("member_ids", "in", user.ids),
                order="company_id, sequence, id",
                limit=1,
            )
        )

    @api.model
    def _get_led_domain(self):
        """Return the domain of what belongs to people whom the user leads."""
        domain = Domain.FALSE
        for people, company in self.env["governance.approver.mixin"]._get_led_people(
            self.env.user
        ):
            mine = Domain("user_id", "in", people.ids)
            if company:
                mine &= Domain("company_id", "=", company.id)
            domain |= mine
        return domain
