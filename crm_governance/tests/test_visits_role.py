# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .visits_policy_common import VisitsPolicyCommon


@tagged("post_install", "-at_install")
class TestVisitsRole(VisitsPolicyCommon):
    """Who visits a customer, asked for many customers at once (B-22 … B-24, B-33)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.customer(
            "North Works",
            cls.rep,
            governance_specialist_id=cls.committee.id,
            governance_liaison_leader_id=cls.executive.id,
        )
        cls.south = cls.customer("South Works", cls.rep2)
        cls.nobody = cls.customer("Nobody's Works")
        cls.all = cls.north | cls.south | cls.nobody

    def people(self, role, partners=None, company=None):
        """Return the logins of who has a role for some customers, None for nobody."""
        partners = self.all if partners is None else partners
        found = self.role(role)._get_people(partners, company or self.company)
        self.assertLessEqual(set(found), set(partners))
        names = {user: login for login, user in self.users.items()}
        return [names.get(found.get(partner)) for partner in partners]

    def test_people_of_the_customer(self):
        self.assertEqual(self.people("owner"), ["rep", "rep2", None])
        self.assertEqual(self.people("leader"), ["leader", "leader2", None])
        self.assertEqual(self.people("specialist"), ["committee", None, None])
        self.assertEqual(self.people("liaison_leader"), ["executive", None, None])

    def test_contacts_have_the_people_of_their_customer(self):
        contact = self.customer("Mr Li", parent_id=self.north.id, is_company=False)
        self.assertEqual(self.people("specialist", contact), ["committee"])

    def test_leader_of_the_company(self):
        """Teams of the company go before those of all, of others they do not count."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        for user in (self.rep, self.manager):
            user.company_ids |= other
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", "1")
        team = self._create_team("Elsewhere", self.manager, self.rep)
        team.company_id = other
        self.assertEqual(self.people("leader", self.north), ["leader"])
        self.assertEqual(self.people("leader", self.north, other), ["manager"])
        self.manager.active = False
        self.assertEqual(self.people("leader", self.north, other), ["leader"])

    def test_people_of_teams_and_others(self):
        """The first whose teams fit, else the first without teams."""
        self.assertEqual(self.people("regional_manager"), [None, None, None])
        general = self.appoint("regional_manager", self.manager, sequence=1)
        self.assertEqual(self.people("regional_manager"), ["manager"] * 3)
        self.appoint("regional_manager", self.executive, [self.team], sequence=2)
        first = self.appoint("regional_manager", self.auditor, [self.team], sequence=0)
        self.assertEqual(
            self.people("regional_manager"), ["auditor", "manager", "manager"]
        )
        first.sequence = 9
        self.assertEqual(self.people("regional_manager")[0], "executive")
        self.executive.active = False
        self.assertEqual(self.people("regional_manager")[0], "auditor")
        general.unlink()
        self.assertEqual(self.people("regional_manager"), ["auditor", None, None])
        self.env["crm.team.member"].search(
            [("user_id", "=", self.rep.id)]
        ).active = False
        self.assertEqual(self.people("regional_manager"), [None, None, None])

    def test_people_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.appoint("doctor", self.auditor, company_id=other.id)
        self.assertEqual(self.people("doctor", self.north), [None])
        self.assertEqual(self.people("doctor", self.north, other), ["auditor"])
        vacant = self.role("doctor")._get_vacant
        self.assertEqual(vacant(self.company), self.role("doctor"))
        self.assertFalse(vacant(other))

    def test_posts(self):
        """A role of the owner with named people counts for these alone (B-33)."""
        self.appoint("owner", self.rep2)
        self.assertEqual(self.people("owner"), [None, "rep2", None])

    def test_no_row_is_lost_or_doubled(self):
        """The joins leave the customers as many as they are."""
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", "1")
        twice = self._create_team("Both", self.leader2, self.rep)
        for user in (self.auditor, self.executive):
            self.appoint("doctor", user, [self.team, twice])
        ids = self.all.ids
        for role in ("owner", "leader", "specialist", "doctor"):
            role = self.role(role)
            role._flush_people()
            person, joins = role._get_person_sql(self.company, "c")
            rows = self.env.execute_query(
                SQL(
                    "SELECT c.id, %s FROM res_partner c %s WHERE c.id = ANY(%s)",
                    person,
                    joins,
                    ids,
                )
            )
            self.assertEqual(sorted(row[0] for row in rows), sorted(ids))

    def test_one_statement_for_all(self):
        customers = self.all | self.env["res.partner"].create(
            [
                {"name": f"Works {number}", "user_id": self.rep.id}
                for number in range(50)
            ]
        )
        role = self.role("doctor")
        self.appoint("doctor", self.auditor, [self.team])
        self.env.flush_all()
        customers.mapped("commercial_partner_id")
        self.assertEqual(role.source, "member")
        with self.assertQueryCount(1):
            found = role._get_people(customers, self.company)
        self.assertEqual(len(found), 51)

    def test_who_may_name_people(self):
        member = self.appoint("doctor", self.rep)
        for login in ("rep", "leader", "auditor", "employee"):
            own = member.with_user(self.users[login])
            self.assertEqual(own.user_id.id, self.rep.id)
            with self.assertRaises(AccessError, msg=login):
                own.sequence = 3
        member.with_user(self.manager).sequence = 3
        stranger = new_test_user(
            self.env,
            "governance_elsewhere",
            groups="crm_governance.group_manager",
            company_id=self.env["res.company"].create({"name": "Far"}).id,
        )
        with self.assertRaises(AccessError):
            member.with_user(stranger).sequence = 4
