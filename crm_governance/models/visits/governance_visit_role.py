# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_list

# Where customers say themselves who has a role.
COLUMNS = {
    "owner": "user_id",
    "specialist": "governance_specialist_id",
    "liaison_leader": "governance_liaison_leader_id",
}


class GovernanceVisitRole(models.Model):
    """Who visits: the owner of the customer, a leader, a specialist, named people."""

    _name = "governance.visit.role"
    _description = "Role of a Visitor"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    source = fields.Selection(
        selection=[
            ("owner", "Salesperson of the customer"),
            ("leader", "Leader of the salesperson's team"),
            ("specialist", "Marketing specialist of the customer"),
            ("liaison_leader", "Liaison leader of the customer"),
            ("member", "Named people"),
        ],
        string="Who It Is",
        required=True,
        default="owner",
        help="Where the person is found for each customer.",
    )
    member_ids = fields.One2many(
        comodel_name="governance.visit.role.member",
        inverse_name="role_id",
        string="People",
        copy=True,
        help="Named people: for a customer the first one whose teams fit, else the "
        "first one without teams. Other roles: a post, which only these people have; "
        "nobody named means everybody.",
    )

    people_summary = fields.Char(
        string="Who Has It",
        compute="_compute_people_summary",
        help="In your company.",
    )

    _code_uniq = models.UniqueIndex("(code)", "There is a role with this code.")

    @api.depends("source", "member_ids.user_id", "member_ids.company_id")
    @api.depends_context("company", "lang")
    def _compute_people_summary(self):
        company = self.env.company
        for role in self:
            members = role.sudo().member_ids
            people = members.filtered(lambda one: one.company_id == company).user_id
            role.people_summary = format_list(self.env, people.mapped("name"))
            if not people and role.source == "member":
                role.people_summary = self.env._("Nobody yet")

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def _get_people(self, partners, company):
        """Return {customer: user} of who has this role, in one statement.

        Customers for whom there is nobody are missing.
        """
        self.ensure_one()
        self._flush_people()
        person, joins = self._get_person_sql(company)
        rows = self.env.execute_query(
            SQL(
                "SELECT p.id, %s FROM res_partner p %s WHERE p.id = ANY(%s)",
                person,
                joins,
                partners.commercial_partner_id.ids,
            )
        )
        found = dict(rows)
        users = self.env["res.users"]
        return {
            partner: users.browse(found[commercial])
            for partner in partners
            if found.get(commercial := partner.commercial_partner_id.id)
        }

    def _get_person_sql(self, company, alias="p"):
        """Return (SQL of the id of the user, SQL of the joins that it needs).

        `alias` is the table `res_partner` of the commercial customer; the joins
        leave the number of its rows as it is. NULL: nobody. Whoever calls flushes by
        `_flush_people` before.
        """
        self.ensure_one()
        if self.source == "member":
            return self._get_member_sql(company, alias)
        person, joins = self._get_source_sql(company, alias)
        posts = self.sudo().member_ids.filtered(
            lambda member: member.company_id == company
        )
        if posts:
            person = SQL(
                "CASE WHEN %(person)s = ANY(%(posts)s) THEN %(person)s END",
                person=person,
                posts=posts.user_id.ids,
            )
        return person, joins

    def _get_bound_sql(self, company, users, alias="p"):
        """Return SQL of a condition on customers that all of these people's meet.

        It is on a column with an index, so that nobody reads all customers to find
        those of a few people.
        """
        self.ensure_one()
        if column := COLUMNS.get(self.source):
            return SQL("%s = ANY(%s)", SQL.identifier(alias, column), users.ids)
        owners = self._get_leaders_sql(company)
        if self.source == "member":
            general = self.env.execute_query(
                SQL("SELECT %s = ANY(%s)", self._get_general_sql(company), users.ids)
            )
            if general[0][0]:
                # Customers of all, and those of nobody.
                return SQL("TRUE")
            owners = self._get_named_sql(company)
        return SQL(
            """%s = ANY(ARRAY(
                SELECT owner_id FROM (%s) served WHERE user_id = ANY(%s)))""",
            SQL.identifier(alias, "user_id"),
            owners,
            users.ids,
        )

    def _get_source_sql(self, company, alias):
        if column := COLUMNS.get(self.source):
            return SQL.identifier(alias, column), SQL()
        return self._join_owner(self._get_leaders_sql(company), alias)

    def _get_member_sql(self, company, alias):
        """Return who is named for the team of the owner, or for everybody."""
        person, joins = self._join_owner(self._get_named_sql(company), alias)
        return SQL("COALESCE(%s, %s)", person, self._get_general_sql(company)), joins

    def _get_leaders_sql(self, company):
        """Return SQL of the leader of each owner."""
        return SQL(
            """SELECT DISTINCT ON (m.user_id) m.user_id AS owner_id, t.user_id
                 FROM crm_team_member m
                 JOIN crm_team t ON t.id = m.crm_team_id AND t.active
                 JOIN res_users u ON u.id = t.user_id AND u.active
                WHERE m.active AND (t.company_id IS NULL OR t.company_id = %s)
             ORDER BY m.user_id, t.company_id IS NULL, t.sequence, t.id""",
            company.id,
        )

    def _get_named_sql(self, company):
        """Return SQL of who is named for the team of each owner."""
        return SQL(
            """SELECT DISTINCT ON (m.user_id) m.user_id AS owner_id, n.user_id
                 FROM governance_visit_role_member n
                 JOIN res_users u ON u.id = n.user_id AND u.active
                 JOIN governance_visit_role_member_team_rel r ON r.member_id = n.id
                 JOIN crm_team t ON t.id = r.team_id AND t.active
                 JOIN crm_team_member m ON m.crm_team_id = t.id AND m.active
                WHERE n.role_id = %s AND n.company_id = %s
             ORDER BY m.user_id, n.sequence, n.id""",
            self.id,
            company.id,
        )

    def _get_general_sql(self, company):
        """Return SQL of who is named for all whom nobody else is named for."""
        return SQL(
            """(SELECT n.user_id
                  FROM governance_visit_role_member n
                  JOIN res_users u ON u.id = n.user_id AND u.active
                 WHERE n.role_id = %s AND n.company_id = %s
                   AND NOT EXISTS (SELECT 1
                           FROM governance_visit_role_member_team_rel r
                          WHERE r.member_id = n.id)
              ORDER BY n.sequence, n.id
                 LIMIT 1)""",
            self.id,
            company.id,
        )

    def _join_owner(self, people, alias):
        """Return the person and the join of a table (owner_id, user_id)."""
        table = f"{alias}_role_{self.id}"
        joins = SQL(
            "LEFT JOIN (%(people)s) %(table)s ON %(owner)s = %(customer)s",
            people=people,
            table=SQL.identifier(table),
            owner=SQL.identifier(table, "owner_id"),
            customer=SQL.identifier(alias, "user_id"),
        )
        return SQL.identifier(table, "user_id"), joins

    @api.model
    def _flush_people(self):
        """Write what `_get_person_sql` reads."""
        self.env["res.partner"].flush_model(
            ["user_id", "governance_specialist_id", "governance_liaison_leader_id"]
        )
        self.env["res.users"].flush_model(["active"])
        self.env["crm.team"].flush_model(
            ["active", "company_id", "sequence", "user_id"]
        )
        self.env["crm.team.member"].flush_model(["active", "crm_team_id", "user_id"])
        self.env["governance.visit.role.member"].flush_model()

    def _get_vacant(self, company):
        """Return those of these roles that nobody has in a company."""
        filled = (
            self.env["governance.visit.role.member"]
            .sudo()
            .search(
                Domain("role_id", "in", self.ids)
                & Domain("company_id", "=", company.id)
                & Domain("user_id.active", "=", True)
            )
            .role_id
        )
        return self.filtered(lambda role: role.source == "member") - filled


class GovernanceVisitRoleMember(models.Model):
    """One of the people who have a role, for the customers of some teams."""

    _name = "governance.visit.role.member"
    _description = "Person with a Role of Visitors"
    _order = "role_id, sequence, id"
    _rec_name = "user_id"

    role_id = fields.Many2one(
        comodel_name="governance.visit.role",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    team_ids = fields.Many2many(
        comodel_name="crm.team",
        relation="governance_visit_role_member_team_rel",
        column1="member_id",
        column2="team_id",
        string="Sales Teams",
        help="Empty: customers of every team that no other person has.",
    )

    _person_uniq = models.UniqueIndex(
        "(role_id, company_id, user_id)",
        "This person has the role already. Add the sales teams there.",
    )
