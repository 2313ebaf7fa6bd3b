# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .loan_common import LoanCommon


@tagged("post_install", "-at_install")
class TestFilesIncident(LoanCommon):
    """Lost and damaged files: looked into, made good, decided (E-51, E-52)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [cls.group_step("group_executive")], subject="loan_incident", code="E-51"
        )

    def incidents(self, loan):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["governance.loan.incident"].search([("loan_id", "=", loan.id)])

    def lost(self, volume=None, user=None, **values):
        """Return the incident of a loan whose borrower reports its loss."""
        loan = self.lent(volume or self.volume, user, **values)
        user = user or self.rep
        self.lines(loan).with_user(user)._report("lost", "Left in the train")
        return self.incidents(loan)

    def investigated(self, incident, user=None, **values):
        """Look into an incident, as a data custodian does."""
        mine = incident.with_user(user or self.custodian2)
        mine.action_investigate()
        mine.write(
            {
                "findings": "The train was searched",
                "severity": "serious",
                "is_liable": "yes",
                "remedy": "Written again from the copies",
                "penalty_amount": 200,
                **values,
            }
        )
        return mine

    def told(self, user, incident):
        return self.env["mail.message"].search_count(
            [
                ("subject", "like", f"lost or damaged: {incident.name}"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    # ------------------------------------------------------------------
    # REPORTED
    # ------------------------------------------------------------------

    def test_lost(self):
        """It is on record, leaders know, and the borrower has a to-do (E-51, E-52)."""
        incident = self.lost()
        self.assertRecordValues(
            incident,
            [
                {
                    "kind": "lost",
                    "state": "reported",
                    "volume_id": self.volume.id,
                    "user_id": self.rep.id,
                    "borrower_name": self.rep.name,
                    "reporter_id": self.rep.id,
                    "report": "Left in the train",
                    "date_reported": fields.Datetime.now(),
                }
            ],
        )
        self.assertRegex(incident.name, r"^D2035-\d{5}$")
        for user in (self.leader, self.boss, self.executive, self.custodian2):
            self.assertEqual(self.told(user, incident), 1, user.login)
        for user in (self.rep, self.leader2, self.employee):
            self.assertFalse(self.told(user, incident), user.login)
        to_do = incident.activity_ids
        self.assertEqual(to_do.user_id, self.rep)
        self.assertEqual(to_do.date_deadline, fields.Date.today(), "at once")
        self.assertIn("Complete the data", to_do.summary)

    def test_damage_of_before(self):
        """What went out damaged is not charged to who brings it back like that."""
        loan = self.approved(self.volume2)
        self.hand_out(loan, condition="damaged")
        self.take_back(loan, condition="damaged")
        self.assertFalse(self.incidents(loan))

    def test_damaged(self):
        """What comes back damaged or incomplete is looked into, good things not."""
        for condition, count in (("damaged", 1), ("incomplete", 1), ("worn", 0)):
            with self.subTest(condition=condition):
                loan = self.lent(self.volume2)
                self.take_back(loan, condition=condition, note="Wet")
                incidents = self.incidents(loan)
                self.assertEqual(len(incidents), count)
                if count:
                    self.assertEqual(incidents.kind, "damaged")
                    self.assertEqual(incidents.reporter_id, self.custodian2)
                    self.assertEqual(incidents.user_id, self.rep)

    def test_lost_and_found(self):
        """Found again, damaged or not, it is the same case until that is closed."""
        incident = self.lost()
        self.take_back(incident.loan_id, condition="damaged", note="Found, wet")
        self.assertEqual(self.incidents(incident.loan_id), incident)
        self.assertEqual(incident.state, "reported")

    def test_several_volumes(self):
        loan = self.lent(self.volume | self.volume2)
        self.lines(loan).with_user(self.rep)._report("lost", "Left in the train")
        incidents = self.incidents(loan)
        self.assertEqual(incidents.volume_id, self.volume | self.volume2)
        self.assertEqual(len(set(incidents.mapped("name"))), 2)

    def test_lost_by_an_outsider(self):
        """Whoever reports it sees to it that the data are completed again."""
        loan = self.approved(
            self.volume,
            self.custodian2,
            user_id=False,
            reader_name="Ms Li",
            reader_unit="City Archive",
        )
        loan.with_user(self.custodian2).action_accept_undertaking()
        self.hand_out(loan, self.custodian2)
        self.lines(loan).with_user(self.custodian)._report("lost", "She says so")
        incident = self.incidents(loan)
        self.assertEqual(incident.borrower_name, "Ms Li, City Archive")
        self.assertEqual(incident.activity_ids.user_id, self.custodian)

    def test_one_open_case(self):
        incident = self.lost()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                incident._as_system().create(
                    incident._prepare_incident(incident.line_id, "lost", "Again")
                )

    # ------------------------------------------------------------------
    # DECIDED
    # ------------------------------------------------------------------

    def decide_on(self, incident, user, verdict="approved"):
        request = incident.sudo().approval_request_id
        request.with_user(user).decide(verdict, "Agreed")
        self.env.invalidate_all()

    def test_from_report_to_penalty(self):
        incident = self.lost()
        mine = incident.with_user(self.custodian2)
        mine.action_investigate()
        self.assertEqual(incident.investigator_id, self.custodian2)
        with self.assertSays("the findings; the severity; who answers .* the remedy"):
            mine.action_request_approval()
        form = Form(mine)
        form.findings = "The train was searched"
        form.severity = "serious"
        form.is_liable = "yes"
        form.remedy = "Written again"
        form.penalty_amount = 200
        form.save()
        mine.action_request_approval()
        self.assertEqual(incident.state, "requested")
        with self.assertSays("evidence", AccessError):
            mine.penalty_amount = 50
        for user in (self.custodian2, self.custodian, self.rep, self.leader):
            with self.assertRaises(UserError):
                self.decide_on(incident, user)
        self.decide_on(incident, self.boss)
        self.assertRecordValues(
            incident,
            [
                {
                    "state": "closed",
                    "penalty_amount": 200,
                    "date_closed": fields.Datetime.now(),
                }
            ],
        )
        with self.assertSays("evidence", AccessError):
            mine.penalty_amount = 50

    def test_range_of_the_penalty(self):
        """From 50 to 500, by the policy of the loan (E-52)."""
        mine = self.investigated(self.lost())
        for amount in (0, 49.99, 500.01):
            mine.penalty_amount = amount
            with self.assertSays("it is from .*50.00 to .*500.00"):
                mine.action_request_approval()
        for amount in (50, 500):
            mine.penalty_amount = amount
            mine.action_request_approval()
            mine.action_approval_withdraw()
            self.assertEqual(mine.state, "investigation")

    def test_range_of_another_policy(self):
        self.under(code="T-P", penalty_min=10, penalty_max=20)
        mine = self.investigated(self.lost(), penalty_amount=200)
        with self.assertSays("it is from .*10.00 to .*20.00"):
            mine.action_request_approval()
        mine.penalty_amount = 15
        mine.action_request_approval()

    def test_no_range(self):
        """Where no range is set, whoever approves decides on any amount (E-51)."""
        self.under(code="T-N", penalty_min=0, penalty_max=0)
        mine = self.investigated(self.lost(), penalty_amount=5000)
        mine.action_request_approval()

    def test_nobody_answers_for_it(self):
        mine = self.investigated(self.lost(), is_liable="no")
        with self.assertSays("no penalty"):
            mine.action_request_approval()
        mine.penalty_amount = 0
        mine.action_request_approval()
        self.decide_on(mine, self.boss)
        self.assertEqual(mine.sudo().state, "closed")

    def test_rejected(self):
        mine = self.investigated(self.lost())
        mine.action_request_approval()
        self.decide_on(mine, self.boss, "rejected")
        self.assertEqual(mine.state, "investigation")
        mine.severity = "grave"
        mine.action_request_approval()

    def test_changed_while_it_waits(self):
        """What was asked for is void when somebody gets past the lock."""
        mine = self.investigated(self.lost())
        mine.action_request_approval()
        mine._as_system().penalty_amount = 50
        self.assertEqual(mine.sudo().approval_state, "voided")
        self.assertEqual(mine.state, "investigation")

    def test_completed_again(self):
        """A custodian sees that the data are complete; the to-do is done (E-52)."""
        incident = self.lost()
        for user in (self.rep, self.leader, self.auditor, self.employee):
            self.assertRefused(user, incident._name, "action_recreated", incident.ids)
        incident.with_user(self.custodian2).action_recreated()
        self.assertEqual(incident.recreated_by_id, self.custodian2)
        self.assertFalse(incident.activity_ids)
        with self.assertSays("complete before"):
            incident.with_user(self.custodian2).action_recreated()

    def test_to_do_of_the_borrower(self):
        """The borrower marks the to-do as done; the case goes on."""
        incident = self.lost()
        incident.activity_ids.with_user(self.rep).action_feedback("Written again")
        self.assertEqual(incident.state, "reported")

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_nobody_in_the_own_case(self):
        """Neither looks into it nor decides, whatever the role."""
        incident = self.lost(user=self.custodian2, custodian=self.custodian)
        for method in ("action_investigate", "action_recreated"):
            with self.assertSays("about yourself", AccessError):
                getattr(incident.with_user(self.custodian2), method)()
        own = self.lost(self.volume2, self.boss, approver=self.executive)
        mine = self.investigated(own)
        mine.action_request_approval()
        with self.assertRaises(UserError):
            self.decide_on(mine, self.boss)
        self.decide_on(mine, self.executive)
        self.assertEqual(own.state, "closed")

    def test_taken_on_once(self):
        incident = self.lost()
        mine = self.investigated(incident)
        with self.assertSays("looked into already, by"):
            incident.with_user(self.custodian).action_investigate()
        with self.assertSays("was written by"):
            incident.with_user(self.custodian).write({"severity": "minor"})
        incident.with_user(self.boss).action_investigate()
        self.assertEqual(incident.investigator_id, self.boss)
        with self.assertSays("was written by"):
            mine.action_request_approval()

    def test_above_the_clearance(self):
        """A custodian below the level sees that there is one, and nothing else."""
        incident = self.lost(self.closed)
        model = incident._name
        names = ["name", "volume_id", "partner_id", "report", "findings", "is_redacted"]
        (values,) = self.rpc(self.custodian, model, "read", incident.ids, names)
        self.assertTrue(values["name"] and values["is_redacted"])
        for name in ("volume_id", "partner_id", "report", "findings"):
            self.assertFalse(values[name], name)
        for method in ("action_investigate", "action_recreated"):
            self.assertRefused(self.custodian, model, method, incident.ids)
        found = self.rpc(
            self.custodian, model, "search_count", [("report", "like", "train")]
        )
        self.assertEqual(found, 0)
        self.investigated(incident)

    def test_who_reads(self):
        incident = self.lost()
        for user in (
            self.rep,
            self.leader,
            self.custodian,
            self.executive,
            self.auditor,
        ):
            self.assertReads(user, incident)
        for user in (self.rep2, self.leader2, self.employee, self.manager):
            self.assertHidden(user, incident)
        model = incident._name
        self.assertRefused(self.portal, model, "read", incident.ids, ["name"])
        for user in (self.rep, self.leader, self.auditor, self.employee):
            self.assertRefused(user, model, "action_investigate", incident.ids)
            self.assertRefused(
                user, model, "write", incident.ids, {"severity": "minor"}
            )
        for user in (self.rep, self.custodian2, self.boss, self.manager):
            self.assertRefused(user, model, "unlink", incident.ids)
            self.assertRefused(
                user,
                model,
                "create",
                [{"line_id": incident.line_id.id, "kind": "lost"}],
            )
            self.assertRefused(user, model, "write", incident.ids, {"state": "closed"})

    def test_content_of_the_request(self):
        """Requests have more readers than incidents: they name no customer."""
        mine = self.investigated(self.lost(self.closed))
        mine.action_request_approval()
        request = mine.sudo().approval_request_id
        self.assertFalse(request.partner_id)
        shown = {item["name"] for item in request.content}
        self.assertEqual(shown, {"severity", "is_liable", "penalty_amount"})

    # ------------------------------------------------------------------
    # NO NEW LOANS
    # ------------------------------------------------------------------

    def test_no_new_loan_until_it_is_closed(self):
        incident = self.lost()
        with self.assertSays("while something is overdue"):
            self.asked(self.volume2)
        mine = self.investigated(incident)
        mine.action_request_approval()
        self.decide_on(mine, self.boss)
        self.asked(self.volume2)

    # ------------------------------------------------------------------
    # PRESET
    # ------------------------------------------------------------------

    def test_preset(self):
        preset = self.env.ref("crm_governance.governance_approval_policy_loan_incident")
        self.assertEqual((preset.code, preset.subject), ("E-51", "loan_incident"))
        for name in ("data_desk", "health"):
            profile = self.env.ref(f"crm_governance.governance_profile_{name}")
            refs = [line.policy_ref for line in profile.line_ids if line.policy_ref]
            self.assertIn(preset, refs)
