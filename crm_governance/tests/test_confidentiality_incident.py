# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .confidentiality_common import ConfidentialityCommon

INCIDENT = "governance.leak.incident"
REPORT = "governance.leak.report"


@tagged("post_install", "-at_install")
class TestLeakIncident(ConfidentialityCommon):
    """A leak is reported, looked into, punished and closed (C-35)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [cls.group_step("group_executive")], subject="leak_incident", code="LEAK"
        )

    def report(self, user=None, partners=None, suspects=None, **values):
        """Report a leak as a user, by default the salesperson of the customer."""
        user = user or self.rep
        report_id = self.rpc(
            user,
            REPORT,
            "create",
            {
                "name": "Our offer is known",
                "description": "A competitor knew the price for Secret Holding",
                "partner_ids": [
                    Command.set((self.secret if partners is None else partners).ids)
                ],
                "suspect_ids": [Command.set((suspects or self.rep2).ids)],
                **values,
            },
        )
        return self.env[REPORT].browse(report_id)

    def incident(self, **values):
        return self.report(**values).incident_id

    def investigated(self, **values):
        """Return an incident with everything that is needed to close it."""
        incident = self.incident()
        self.rpc(self.custodian2, INCIDENT, "action_investigate", incident.ids)
        self.rpc(
            self.custodian2,
            INCIDENT,
            "write",
            incident.ids,
            {
                "findings": "Sent by e-mail",
                "outcome": "verified",
                "loss_amount": 5000,
                "person_ids": [
                    Command.update(
                        incident.person_ids.id,
                        {
                            "degree": "full",
                            "penalty": "Warning",
                            "penalty_amount": 500,
                        },
                    )
                ],
                **values,
            },
        )
        return incident

    def requested(self):
        incident = self.investigated()
        self.rpc(self.custodian2, INCIDENT, "action_request_approval", incident.ids)
        return incident

    def decide(self, incident, user, verdict="approved"):
        request = incident.sudo().approval_request_id
        return request.with_user(user).decide(verdict, "So be it")

    # ------------------------------------------------------------------
    # REPORT
    # ------------------------------------------------------------------

    def test_everybody_reports(self):
        """An employee without any role reports and reads the own words only."""
        report = self.report(self.employee, self.open_customer)
        incident = report.incident_id
        self.assertEqual(incident.with_user(self.custodian2).report_name, report.name)
        self.assertEqual(incident.state, "reported")
        self.assertEqual(incident.customer_ids.partner_id, self.open_customer)
        self.assertEqual(incident.person_ids.user_id, self.rep2)
        [row] = self.rpc(
            self.employee, REPORT, "read", report.ids, ["description", "is_closed"]
        )
        self.assertIn("competitor", row["description"])
        self.assertRefused(self.employee, REPORT, "read", report.ids, ["incident_id"])
        for name in (INCIDENT, f"{INCIDENT}.person", f"{INCIDENT}.customer"):
            self.assertRefused(self.employee, name, "search_read", [], ["id"])
        self.assertFalse(incident.message_partner_ids & self.employee.partner_id)

    def test_reports_stay(self):
        """A report is neither changed, deleted, nor made in another's name."""
        report = self.report(self.employee, self.open_customer)
        values = {"description": "Nothing"}
        self.assertRefused(self.employee, REPORT, "write", report.ids, values)
        self.assertRefused(self.custodian, REPORT, "write", report.ids, values)
        self.assertRefused(self.employee, REPORT, "unlink", report.ids)
        self.assertRefused(
            self.employee,
            REPORT,
            "create",
            {"name": "x", "description": "x", "reporter_id": self.rep.id},
        )
        self.assertRefused(self.custodian, INCIDENT, "create", {"name": "x"})

    def test_hidden_customers_are_not_named(self):
        """Who does not read a customer does not find it by reporting."""
        self.assertRefused(
            self.employee,
            REPORT,
            "create",
            {
                "name": "x",
                "description": "x",
                "partner_ids": [Command.set(self.secret.ids)],
            },
        )
        report = self.report()
        self.rep.with_user(self.env.user)
        self.secret.user_id = self.rep2
        self.env.flush_all()
        [row] = self.rpc(self.rep, REPORT, "read", report.ids, ["partner_ids"])
        self.assertEqual(row["partner_ids"], [])

    def test_other_employees_do_not_read_it(self):
        report = self.report()
        for user in (self.employee, self.rep2, self.leader, self.manager):
            self.assertRefused(user, REPORT, "read", report.ids, ["name"])
            self.assertFalse(report.with_user(user).search([("id", "=", report.id)]))

    # ------------------------------------------------------------------
    # READERS
    # ------------------------------------------------------------------

    def test_cleared_people_read_it(self):
        """Custodians, executives and auditors who may read all its customers."""
        report = self.report()
        incident = report.incident_id
        records = (report, incident, incident.customer_ids, incident.person_ids)
        for record in records:
            for user in (self.boss, self.custodian2):
                self.assertReads(user, record)
            for user in (self.custodian, self.executive, self.auditor):
                self.assertHidden(user, record)
        self.auditor.group_ids = [
            Command.link(self.env.ref("crm_governance.group_clearance_2").id)
        ]
        for record in records:
            self.assertReads(self.auditor, record)
        mask = incident.with_user(self.custodian).sudo().display_name
        self.assertEqual(mask, "Confidential")

    def test_a_further_customer_closes_it(self):
        """The most secret customer decides, and the others come along."""
        incident = self.incident(partners=self.open_customer)
        self.assertReads(self.custodian, incident)
        self.rpc(self.boss, INCIDENT, "action_investigate", incident.ids)
        self.rpc(
            self.boss,
            INCIDENT,
            "write",
            incident.ids,
            {"customer_ids": [Command.create({"partner_id": self.secret.id})]},
        )
        self.assertHidden(self.custodian, incident)
        self.assertHidden(self.custodian, incident.customer_ids[0])
        self.assertHidden(self.custodian, incident.person_ids)
        # What is left in memory of the open customers alone opens nothing.
        field = incident._fields["customer_ids"]
        seen = incident.with_user(self.custodian)
        field._insert_cache(seen, [()])
        self.assertFalse(seen._filter_by_clearance("read"))
        self.assertFalse(seen.has_access("read"))

    def test_suspects_read_nothing(self):
        """Neither a custodian nor an executive of the highest clearance."""
        report = self.report(suspects=self.custodian2 | self.boss)
        incident = report.incident_id
        for user in (self.custodian2, self.boss):
            for record in (report, incident, incident.customer_ids):
                self.assertHidden(user, record)
            self.assertHidden(user, incident.person_ids[0])
            for method in ("action_investigate", "action_suspend"):
                self.assertRefused(user, INCIDENT, method, incident.ids)
        told = self.env["mail.message"].search(
            [("subject", "ilike", "leak of customer information")]
        )
        self.assertFalse(told.partner_ids & (self.custodian2 | self.boss).partner_id)

    def test_who_is_told(self):
        self.report()
        told = self.env["mail.message"].search(
            [("subject", "ilike", "leak of customer information")]
        )
        self.assertIn(self.boss.partner_id, told.partner_ids)
        self.assertNotIn(self.custodian.partner_id, told.partner_ids)
        self.assertNotIn("Secret Holding", " ".join(told.mapped("body")))

    # ------------------------------------------------------------------
    # INVESTIGATION
    # ------------------------------------------------------------------

    def test_investigator(self):
        """Neither who reported nor somebody without the role; one at a time."""
        incident = self.incident(user=self.custodian2)
        with self.assertSays("somebody else looks into it"):
            incident.with_user(self.custodian2).action_investigate()
        self.assertRefused(self.auditor, INCIDENT, "action_investigate", incident.ids)
        self.assertRefused(self.rep, INCIDENT, "action_investigate", incident.ids)
        other = self.incident()
        other.with_user(self.custodian2).action_investigate()
        other.with_user(self.boss).action_investigate()
        self.assertEqual(other.investigator_id, self.boss)
        with self.assertSays("looked into already"):
            other.with_user(self.custodian2).action_investigate()

    def test_only_the_investigator_writes(self):
        incident = self.investigated()
        person = incident.person_ids
        for model, ids, values in (
            (INCIDENT, incident.ids, {"findings": "Nothing"}),
            (INCIDENT, incident.ids, {"loss_amount": 0}),
            (f"{INCIDENT}.person", person.ids, {"penalty": "None"}),
            (f"{INCIDENT}.customer", incident.customer_ids.ids, {"note": "x"}),
        ):
            self.assertRefused(self.boss, model, "write", ids, values, error=UserError)
        self.assertRefused(
            self.boss,
            f"{INCIDENT}.person",
            "create",
            {"incident_id": incident.id, "user_id": self.leader.id},
            error=UserError,
        )
        self.assertRefused(
            self.boss, f"{INCIDENT}.person", "unlink", person.ids, error=UserError
        )
        for values in (
            {"state": "closed"},
            {"investigator_id": self.boss.id},
            {"name": "Other"},
        ):
            self.assertRefused(self.custodian2, INCIDENT, "write", incident.ids, values)
        self.assertRefused(self.custodian2, INCIDENT, "unlink", incident.ids)

    def test_suspending_at_once(self):
        """One button suspends everybody who is under suspicion (C-36)."""
        grant = self.grant(self.rep2, self.secret)
        incident = self.incident(suspects=self.rep2 | self.specialist)
        self.assertTrue(incident.can_suspend)
        self.rpc(self.custodian2, INCIDENT, "action_suspend", incident.ids)
        self.assertHidden(self.rep2, self.secret)
        self.assertHidden(self.specialist, self.secret)
        self.assertEqual(grant.state, "revoked")
        self.assertFalse(incident.can_suspend)
        suspensions = self.env["governance.suspension"].search(
            [("user_id", "in", (self.rep2 | self.specialist).ids)]
        )
        self.assertEqual(suspensions.author_id, self.custodian2)
        self.assertEqual(set(suspensions.mapped("kind")), {"misuse"})
        self.rpc(self.custodian2, INCIDENT, "action_suspend", incident.ids)
        self.assertEqual(len(suspensions.search([("user_id", "=", self.rep2.id)])), 1)
        self.assertRefused(self.auditor, INCIDENT, "action_suspend", incident.ids)

    # ------------------------------------------------------------------
    # CLOSING
    # ------------------------------------------------------------------

    def test_what_closing_needs(self):
        """Each thing that is missing is named."""
        incident = self.incident()
        incident.with_user(self.custodian2).action_investigate()
        mine = incident.with_user(self.custodian2)
        with self.assertSays("findings; the outcome"):
            mine.action_request_approval()
        mine.write({"findings": "By e-mail", "outcome": "verified"})
        with self.assertSays("degree of liability and penalty of"):
            mine.action_request_approval()
        mine.person_ids.write({"degree": "full", "penalty": "Warning"})
        mine.person_ids.unlink()
        with self.assertSays("who is responsible"):
            mine.action_request_approval()
        mine.outcome = "unfounded"
        mine.action_request_approval()
        self.assertEqual(incident.state, "requested")

    def test_approval(self):
        """An executive who is cleared closes it; nobody involved does."""
        incident = self.requested()
        for user in (self.custodian2, self.rep, self.rep2, self.executive):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.decide(incident, user)
        self.assertEqual(incident.state, "requested")
        self.decide(incident, self.boss)
        self.assertEqual(incident.state, "closed")
        self.assertTrue(incident.date_closed)
        self.assertTrue(incident.report_ids.with_user(self.rep).is_closed)
        for user in (self.custodian2, self.boss):
            self.assertRefused(
                user, INCIDENT, "write", incident.ids, {"findings": "Nothing"}
            )
            self.assertRefused(
                user,
                f"{INCIDENT}.person",
                "write",
                incident.person_ids.ids,
                {"penalty": "None"},
            )
            self.assertRefused(user, INCIDENT, "action_suspend", incident.ids)

    def test_rejection(self):
        incident = self.requested()
        self.decide(incident, self.boss, "rejected")
        self.assertEqual(incident.state, "investigation")
        self.rpc(
            self.custodian2, INCIDENT, "write", incident.ids, {"loss_amount": 7000}
        )

    def test_what_was_signed_is_what_counts(self):
        """A penalty that changes on its way makes the request void."""
        incident = self.requested()
        incident.person_ids._as_system().penalty_amount = 1
        self.env.flush_all()
        self.decide(incident, self.boss)
        self.assertEqual(incident.state, "investigation")
        self.assertEqual(incident.approval_state, "voided")

    def test_approvals_and_registers_are_discreet(self):
        """The request shows number, outcome and loss, to those concerned only."""
        incident = self.requested()
        request = incident.sudo().approval_request_id
        text = f"{request.res_name} {request.content} {request.reason}"
        for word in ("Secret", "e-mail", "Warning", self.rep2.name):
            self.assertNotIn(word, text)
        self.assertFalse(request.partner_id)
        for user in (self.manager, self.rep2, self.rep, self.leader):
            for record in (request, request.step_ids, request.decision_ids):
                self.assertFalse(record.with_user(user).has_access("read"), user.login)
        decisions = self.env["governance.decision"].search(
            [("res_model", "=", INCIDENT), ("res_id", "=", incident.id)], order="id"
        )
        self.assertEqual(decisions.mapped("event"), ["changed", "changed", "requested"])
        self.assertEqual(
            [line.detail.get("step") for line in decisions[:2]],
            ["reported", "investigation"],
        )

    def test_chatter_follows_the_incident(self):
        """Messages are read by those who read the incident."""
        incident = self.investigated()
        message = incident.with_user(self.custodian2).message_post(body="Found it")
        self.assertTrue(message.with_user(self.boss).has_access("read"))
        for user in (self.rep, self.rep2, self.executive, self.custodian):
            self.assertFalse(message.with_user(user).has_access("read"), user.login)
        with self.assertRaises(AccessError):
            message.with_user(self.rep2).read(["body"])
