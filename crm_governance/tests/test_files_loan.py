# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .loan_common import LoanCommon

PAPER = base64.b64encode(b"%PDF-1.4 paper")


@tagged("post_install", "-at_install")
class TestLoanAsking(LoanCommon):
    """From the wish to the decision (E-37, E-43, E-44, E-46, E-49)."""

    def test_whole_life(self):
        """Asked for, approved, handed out, confirmed, returned, confirmed (E-50)."""
        loan = self.lent(self.volume, is_present=False)
        line = self.lines(loan)
        self.assertEqual(loan.state, "handed_out")
        self.assertEqual((line.count_out, line.out_by_id), (3, self.custodian2))
        self.assertEqual(line.date_due, self.DUE)
        self.assertFalse(line.date_received)
        line.with_user(self.rep).action_confirm_receipt()
        self.assertEqual(self.lines(loan).received_by_id, self.rep)
        self.later(hours=5)
        self.take_back(loan)
        self.assertEqual(loan.state, "returned")
        self.lines(loan).with_user(self.rep).action_confirm_return()
        line = self.lines(loan)
        self.assertEqual(line.settled_by_id, self.rep)
        self.assertEqual((line.in_by_id, line.count_in), (self.custodian2, 3))
        self.assertEqual(
            self.events(loan),
            [
                "requested",
                "approved",
                "accepted",
                "handed_out",
                "received",
                "returned",
                "settled",
            ],
        )
        self.assertFalse(self.volume._is_on_loan())

    def test_what_is_missing(self):
        """A request says everything that it lacks."""
        loan = self.draft(self.volume.browse(), purpose=" ")
        with self.assertSays(
            "Say what the volumes are needed for.\nChoose the volumes"
        ):
            loan.action_request_approval()
        self.assertEqual(loan.state, "draft")
        loan.write({"policy_id": False})
        with self.assertSays("Choose the borrowing policy"):
            loan.action_request_approval()

    def test_only_filed_volumes(self):
        self.volume._as_system().write({"state": "composed"})
        with self.assertSays("Composed”: volumes are lent once they are filed"):
            self.asked(self.volume)

    def test_superseded_policy(self):
        loan = self.draft(self.volume)
        new = self.policy.action_new_version()
        self.env["governance.lending.policy"].browse(new["res_id"]).action_publish()
        with self.assertSays("is not in force"):
            loan.action_request_approval()

    def test_matrix_is_that_of_the_policy(self):
        """Who approves follows from the policy (E-37 … E-43, X-12)."""
        self.create_matrix(
            [self.group_step("group_committee")], subject="lending", code="OTHER"
        )
        self.under(code="T-2", approval_code="OTHER")
        loan = self.asked(self.volume)
        with self.assertRaises(UserError):
            self.decide(loan, approver=self.boss)
        self.decide(loan, approver=self.committee)
        self.assertEqual(loan.state, "approved")

    def test_policy_for_others(self):
        """A policy is for those whom it names (BP-01, BP-07)."""
        group = self.env.ref("crm_governance.group_committee")
        self.under(code="T-6", group_ids=[Command.set(group.ids)])
        with self.assertSays("is for others", AccessError):
            self.asked(self.volume)
        self.asked(self.volume, self.committee)

    def test_certificate(self):
        """Other companies of the group show what their leader certifies (E-38)."""
        self.under(code="T-7", needs_certificate=True)
        loan = self.draft(self.volume)
        with self.assertSays("Attach the certificate of the own leader"):
            loan.action_request_approval()
        loan.certificate = PAPER
        loan.action_request_approval()

    def test_papers_stay(self):
        """What was decided on is neither changed nor deleted (E-38, E-44)."""
        loan = self.draft(self.volume, certificate=PAPER)
        files = self.env["ir.attachment"]
        paper = files.search(
            [("res_model", "=", loan._name), ("res_field", "=", "certificate")]
        )
        other = files.with_user(self.rep).create({"name": "x.pdf", "raw": b"other"})
        place = {"res_model": loan._name, "res_id": loan.id, "res_field": "certificate"}
        loan.action_request_approval()
        for file, values in ((paper, {"datas": PAPER}), (other, place)):
            self.assertRefused(
                self.rep, files._name, "write", file.ids, values, error=UserError
            )
        self.assertRefused(self.rep, files._name, "unlink", paper.ids, error=UserError)
        self.assertEqual(loan.certificate, PAPER)

    def test_record_with_the_return(self):
        """A form for a callback comes back with its record (E-42, B-76)."""
        self.under(code="T-8", needs_record=True)
        loan = self.lent(self.volume)
        with self.assertSays("wants a record"):
            self.take_back(loan)
        self.take_back(loan, note="Called on Monday, content.")

    def test_borrower_and_requester_do_not_decide(self):
        """Nobody approves the own loan, not even entered by a custodian (E-37)."""
        loan = self.asked(self.volume, self.custodian2, borrower=self.boss)
        with self.assertSays("prepared|requester|own", error=UserError):
            self.decide(loan, approver=self.boss)
        self.decide(loan, approver=self.executive)
        self.assertEqual(loan.state, "approved")
        # Nor does the custodian who has entered it for somebody else.
        self.custodian2.group_ids += self.env.ref("crm_governance.group_executive")
        other = self.asked(self.volume2, self.custodian2, borrower=self.rep)
        with self.assertRaises(UserError):
            self.decide(other, approver=self.custodian2)
        own = self.asked(self.volume2, self.boss)
        with self.assertRaises(UserError):
            self.decide(own, approver=self.boss)

    def test_rejected(self):
        loan = self.asked(self.volume)
        self.decide(loan, "rejected")
        self.assertEqual(loan.state, "rejected")
        self.assertEqual(self.lines(loan).state, "dropped")
        self.assertEqual(self.events(loan), ["requested", "refused"])
        with self.assertSays("“Not Lent” by now"):
            self.hand_out(loan)

    def test_undecided_expires(self):
        loan = self.asked(self.volume)
        self.later(days=4)
        self.run_job("governance.approval.request", "_cron_expire")
        self.assertEqual(loan.state, "expired")
        self.assertEqual(self.lines(loan).state, "dropped")

    def test_withdrawn(self):
        """Who asked takes it back, before and after the decision, nobody else."""
        for decide in (False, True):
            loan = self.asked(self.volume)
            if decide:
                self.decide(loan)
            with self.assertRaises(AccessError):
                loan.with_user(self.rep2).action_withdraw()
            with self.assertRaises(AccessError):
                loan.with_user(self.custodian2).action_withdraw()
            loan.action_withdraw()
            self.env.invalidate_all()
            self.assertEqual(loan.state, "cancelled")
            self.assertEqual(
                loan.sudo().approval_state, "approved" if decide else "withdrawn"
            )
            with self.assertSays("cannot be taken back"):
                loan.action_withdraw()

    def test_handed_out_is_not_withdrawn(self):
        loan = self.lent(self.volume)
        with self.assertSays("cannot be taken back"):
            loan.action_withdraw()

    def test_in_words(self):
        """Who cannot find a volume says what is meant; a custodian finds it."""
        loan = self.asked(self.volume.browse(), wanted="Secret Holding, mails")
        self.assertEqual(loan.state, "requested")
        self.assertFalse(loan.sudo().approval_request_id)
        with self.assertRaises(AccessError):
            loan.with_user(self.custodian)._choose(
                self.closed.with_user(self.custodian)
            )
        with self.assertRaises(AccessError):
            loan.action_choose()
        desk = self.custodian2
        wizard = self.env["governance.loan.choose"].with_user(desk)
        wizard = wizard.create({"loan_id": loan.id, "volume_ids": self.electronic.ids})
        wizard.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.lines(loan).volume_id, self.electronic)
        self.assertEqual(loan.sudo().approval_request_id.requester_id, self.rep)
        with self.assertSays("does not wait"):
            loan.with_user(desk)._choose(self.closed.with_user(desk))

    def test_who_chooses_does_not_decide(self):
        """Nobody finds the volume and approves its loan as well (E-37)."""
        step = self.group_step("group_custodian")
        self.create_matrix([step], subject="lending", code="KEEP")
        self.under(code="T-10", approval_code="KEEP")
        loan = self.asked(self.volume.browse(), wanted="Contracts")
        desk = self.custodian2
        loan.with_user(desk)._choose(self.volume.with_user(desk))
        with self.assertRaises(UserError):
            self.decide(loan, approver=desk)
        self.decide(loan, approver=self.custodian)
        self.assertEqual(loan.state, "approved")

    def test_in_words_refused(self):
        loan = self.asked(self.volume.browse(), wanted="Whatever")
        wizard = self.env["governance.loan.choose"].with_user(self.custodian)
        wizard = wizard.create({"loan_id": loan.id})
        with self.assertSays("a refusal needs a reason"):
            wizard.action_refuse()
        wizard.reason = "There is no such file."
        wizard.action_refuse()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "rejected")
        event = loan.event_ids.filtered(lambda event: event.event == "refused")
        self.assertEqual(event.note, "There is no such file.")

    def test_one_customer(self):
        with self.assertSays("One loan is about one customer", ValidationError):
            self.draft(self.volume | self.closed, self.custodian2)

    def test_limit_of_loans(self):
        """The policy limits how many loans a person has at a time."""
        self.under(code="T-3", max_loans=1)
        first = self.lent(self.volume)
        with self.assertSays("has 1 loans under “Lending” already"):
            self.asked(self.volume2)
        self.asked(self.volume2, self.rep2)
        self.take_back(first)
        self.asked(self.volume2)

    def test_external_reader(self):
        """Outsiders show letter and identity document, and get no user (E-44, E-45)."""
        self.under(
            code="T-4", borrower_kind="external", needs_letter=True, needs_identity=True
        )
        with self.assertRaises(ValidationError):
            self.draft(self.volume, user_id=False, reader_name="Mr. Wang")
        loan = self.draft(self.volume, self.custodian2, user_id=False)
        with self.assertSays(
            "name and the work unit of the reader.\nAttach the letter of "
            "introduction.\nAttach the identity document."
        ):
            loan.action_request_approval()
        loan.write(
            {
                "reader_name": "Mr. Wang",
                "reader_unit": "City Archive",
                "letter": PAPER,
                "identity_document": PAPER,
            }
        )
        loan.action_request_approval()
        self.decide(loan)
        with self.assertSays("Mr. Wang, City Archive has to accept the undertaking"):
            self.hand_out(loan)
        loan.action_accept_undertaking()
        self.hand_out(loan, is_present=True)
        line = self.lines(loan)
        self.assertEqual(line.borrower_name, "Mr. Wang, City Archive")
        self.assertEqual(line.volume_id.name, "Contracts")
        self.assertTrue(line.date_out)
        self.assertEqual(loan.purpose, "The yearly meeting")
        self.assertEqual(self.volume.holder, "Mr. Wang, City Archive")

    def test_employees_under_the_policy_for_outsiders(self):
        self.under(code="T-5", borrower_kind="external")
        with self.assertSays("is for readers from outside"):
            self.asked(self.volume)

    def test_suspended_people_do_not_borrow(self):
        self.env["governance.suspension"].with_user(self.custodian)._suspend(
            self.rep, "Misuse"
        )
        with self.assertSays("may not borrow"):
            self.asked(self.volume)


@tagged("post_install", "-at_install")
class TestLoanPresets(LoanCommon):
    """The nine written policies side by side in one company.

    Each carries a loan from the request to the return; which of them it is follows
    from who asks for which volume to do what.  `rep` is of the sales department, which
    `custodian` collects for; `own`, `form` and `kept` are its volumes.

    | volume | department | content                     |
    |--------|------------|-----------------------------|
    | other  | Service    | contracts                   |
    | own    | Sales      | contracts                   |
    | form   | Sales      | a dossier form              |
    | kept   | Sales      | contracts, not filed yet    |
    """

    # Who borrows which volume to do what, who signs one after the other, until when.
    PRESETS = {
        "BP-01": ("leader", "other", "read", ["executive"], "17:00"),
        "BP-02": ("rep", "other", "take", ["executive"], "agreed"),
        "BP-03": ("rep", "own", "read", ["leader"], "17:00"),
        "BP-04": ("rep", "other", "read", ["leader", "executive"], "17:00"),
        "BP-05": (None, "own", "read", ["executive", "boss"], "17:00"),
        "BP-06": ("rep", "own", "take", ["executive"], "agreed"),
        "BP-07": ("rep", "form", "callback", ["custodian"], "23:59"),
        "BP-08": ("employee", "form", "take", ["executive"], "agreed"),
        "BP-09": ("rep", "kept", "take", ["custodian"], "days"),
    }
    VALUES = {"BP-09": {"due_days": 2}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.active = False
        departments = cls.env["governance.filing.department"]
        cls.sales = departments.create(
            {"name": "Sales", "code": "SAL", "team_ids": [Command.set(cls.team.ids)]}
        )
        cls.env["governance.filing.collector"].create(
            {"department_id": cls.sales.id, "user_id": cls.custodian.id}
        )
        cls.service = departments.create({"name": "Service", "code": "SRV"})
        cls.other = cls.filed(cls.open_file, "Other", department_id=cls.service.id)
        cls.own = cls.filed(cls.open_file, "Own", department_id=cls.sales.id)
        cls.form = cls.filed(cls.open_file, "Form", department_id=cls.sales.id)
        cls.kept = cls.filed(cls.open_file, "Kept", department_id=cls.sales.id)
        cls.kept._as_system().state = "draft"
        cls.add_document(cls.form, "dossier_form")
        cls.policies = {code: cls.adopt(code) for code in cls.PRESETS}

    @classmethod
    def add_document(cls, volume, kind):
        type_ = cls.env.ref(f"crm_governance.governance_document_type_{kind}")
        cls.env["governance.file.document"]._as_system().create(
            {"name": type_.name, "volume_id": volume.id, "type_id": type_.id}
        )

    @classmethod
    def adopt(cls, code):
        """Return a preset in force, with its matrix."""
        number = code.lower().replace("-", "_")
        matrix = cls.env.ref(f"crm_governance.governance_approval_policy_{number}")
        matrix = matrix._adopt(cls.company)
        matrix.expiry_value = 3
        matrix.action_publish()
        policy = cls.env.ref(f"crm_governance.governance_lending_policy_{number}")
        policy = policy._adopt(cls.company)
        if policy._is_lent_for_days():
            policy.recall_value = 1
        policy.write(cls.VALUES.get(code, {}))
        policy.action_publish()
        return policy

    def enter(self, code, borrower, volumes, **values):
        """Return the draft of a loan with all that the policy asks for."""
        policy = self.policies[code]
        values |= {"policy_id": policy.id, "certificate": PAPER}
        if policy.due_rule == "agreed":
            values["date_wanted"] = fields.Datetime.now() + timedelta(days=2)
        if borrower:
            return self.draft(volumes, self.users[borrower], **values)
        outside = {
            "user_id": False,
            "reader_name": "Mr. Wang",
            "reader_unit": "City Archive",
            "letter": PAPER,
            "identity_document": PAPER,
        }
        return self.draft(volumes, self.custodian2, **values, **outside)

    def test_all_presets(self):
        """E-37 … E-46: who asks for what, who decides, until when it is lent."""
        today = fields.Datetime.now().replace(hour=0)
        dues = {
            "17:00": today + timedelta(hours=17),
            "23:59": today + timedelta(hours=23, minutes=59),
            "agreed": today + timedelta(days=2, hours=23, minutes=59),
            "days": today + timedelta(days=2, hours=23, minutes=59),
        }
        for code, (borrower, name, use, signers, due) in self.PRESETS.items():
            with self.subTest(code=code):
                loan = self.enter(code, borrower, getattr(self, name))
                self.assertEqual(loan.use, use)
                loan.action_request_approval()
                for signer in signers:
                    self.assertEqual(loan.sudo().state, "requested")
                    self.decide(loan, approver=self.users[signer])
                self.assertEqual(loan.state, "approved")
                loan.action_accept_undertaking()
                self.hand_out(loan, self.custodian)
                self.assertEqual(self.lines(loan).date_due, dues[due])
                self.take_back(loan, self.custodian2, note="Called, content.")
                self.assertEqual(loan.state, "returned")

    # ------------------------------------------------------------------
    # WHICH POLICY
    # ------------------------------------------------------------------

    def allowed(self, borrower, volumes, use=None):
        """Return the codes of the policies that a loan may run under."""
        user = self.users[borrower] if borrower else self.env["res.users"]
        found = self.env["governance.lending.policy"]._get_applicable(
            self.company, user, volumes, use
        )
        return sorted(found.mapped("code"))

    def test_which_policy_follows(self):
        """Who asks for which volume to do what tells the policies (E-37 … E-46)."""
        for borrower, name, expected in (
            # A sales manager reads here and takes nothing away but by the exception.
            ("leader", "other", {"read": ["BP-01"], "take": ["BP-06"]}),
            ("leader", "own", {"read": ["BP-01"], "take": ["BP-06"]}),
            # Whoever is of another department is no own staff.
            (
                "rep2",
                "own",
                {"read": ["BP-04"], "take": ["BP-02", "BP-06"], "copy": ["BP-06"]},
            ),
            ("rep", "own", {"read": ["BP-03"], "take": ["BP-06"], "copy": ["BP-06"]}),
            # The archivist is of the department that he collects for.
            ("custodian", "own", {"read": ["BP-03"], "take": ["BP-06"]}),
            (None, "own", {"read": ["BP-05"], "take": ["BP-06"]}),
            # Dossier forms: callbacks, and what the general manager signs.
            ("rep", "form", {"callback": ["BP-07"], "read": ["BP-08"], "copy": []}),
            ("leader", "form", {"read": ["BP-08"], "take": ["BP-08"]}),
            (None, "form", {"read": ["BP-08"]}),
            # The department lends what it has not filed yet to its own people.
            ("rep", "kept", {"take": ["BP-09"], "read": ["BP-09"], "copy": []}),
            ("rep2", "kept", {"take": [], "read": []}),
        ):
            for use, codes in expected.items():
                with self.subTest(borrower=borrower, volume=name, use=use):
                    found = self.allowed(borrower, getattr(self, name), use)
                    self.assertEqual(found, codes)

    def test_important_files_of_another_department(self):
        """The same day wins over the agreed date, from “Important” on (E-40)."""
        self.assertEqual(self.allowed("rep2", self.own, "take"), ["BP-02", "BP-06"])
        self.own._as_system().level_id = self.level1
        self.assertEqual(self.allowed("rep2", self.own, "take"), ["BP-02"])

    def test_sealed_volumes(self):
        """What is sealed is lent by the general manager's signature alone (C-16)."""
        self.own._as_system().is_sealed = True
        for use in ("read", "take"):
            self.assertEqual(self.allowed("rep", self.own, use), ["BP-08"])
        self.assertFalse(self.allowed("rep", self.own, "callback"))

    def test_policies_that_do_not_apply(self):
        """Nobody picks an easier policy (E-43), whatever the screen offers."""
        for code, borrower, volumes, use, words in (
            (
                "BP-06",
                "rep",
                self.form,
                "take",
                "Choose: “Other purpose, sealed forms” .Take",
            ),
            ("BP-03", "rep", self.other, "read", "does not apply"),
            ("BP-06", "rep", self.own, "read", "does not apply"),
            ("BP-02", "leader", self.own, "take", "does not apply"),
            ("BP-07", "rep", self.own, "callback", "does not apply"),
            ("BP-08", "rep", self.form, "copy", "does not apply"),
            ("BP-06", "rep", self.form | self.own, "take", "loans of their own"),
            ("BP-03", "rep2", self.kept, "read", "once they are filed"),
            ("BP-09", "rep", self.own, "take", "lends it no more"),
            ("BP-09", "rep2", self.kept, "take", "No borrowing policy in force"),
        ):
            with self.subTest(code=code, use=use):
                loan = self.enter(code, borrower, volumes, use=use)
                with self.assertSays(words):
                    loan.action_request_approval()

    def test_found_by_a_custodian(self):
        """What was meant in words is lent under the policy for it, or not at all."""
        loan = self.enter("BP-06", "rep", self.own.browse(), wanted="Own, Form")
        loan.action_request_approval()
        desk = loan.with_user(self.custodian2)
        with self.assertSays("“Taking files out or copying them” does not apply"):
            desk._choose(self.form.with_user(self.custodian2))
        desk._choose(self.own.with_user(self.custodian2))
        self.assertEqual(self.lines(loan).volume_id, self.own)

    def test_form_proposes_the_policy(self):
        """On the form the policy follows from the volumes and the use."""
        form = Form(self.env["governance.loan"].with_user(self.rep))
        with form.line_ids.new() as line:
            line.volume_id = self.own
        form.use = "read"
        self.assertEqual(form.policy_id, self.policies["BP-03"])
        form.use = "copy"
        self.assertEqual(form.policy_id, self.policies["BP-06"])
        self.assertEqual(
            form.allowed_policy_ids[:], self.policies["BP-03"] | self.policies["BP-06"]
        )
        form.use = "callback"
        self.assertFalse(form.policy_id)

    def test_papers_of_outsiders(self):
        """Outsiders show their papers under whatever policy they come (E-44)."""
        loan = self.enter("BP-06", None, self.own)
        loan.write({"letter": False, "identity_document": False})
        with self.assertSays("letter of introduction.\nAttach the identity document"):
            loan.action_request_approval()

    def test_scope(self):
        """A policy names kinds, tiers, levels or a medium, and is alone for them."""
        scheme = self.env["governance.tier.scheme"].create({"name": "S", "code": "S"})
        tier = self.env["governance.tier"].create(
            {"name": "A", "code": "A", "scheme_id": scheme.id}
        )
        self.own._as_system().level_id = self.level1
        mail = self.filed(self.open_file, "Mail", medium="electronic")
        tiered = self.filed(self.file(self.customer("Tiered")), "Tiered")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET governance_tier_id = jsonb_build_object(%s, %s)"
            " WHERE id = %s",
            [str(self.company.id), tier.id, tiered.partner_id.id],
        )
        self.env.invalidate_all()
        for number, (values, volume) in enumerate(
            [
                ({"rank_from": 1}, self.own),
                ({"medium": "electronic"}, mail),
                ({"tier_ids": [Command.set(tier.ids)]}, tiered),
            ]
        ):
            with self.subTest(values=values):
                policy = self.lending_policy(code=f"S-{number}", **values)
                self.assertEqual(self.allowed("rep", volume), [policy.code])
                self.assertNotIn(policy.code, self.allowed("rep", self.other))
                policy.active = False

    # ------------------------------------------------------------------
    # DEPARTMENTS AND COMPANIES
    # ------------------------------------------------------------------

    def test_archivist_of_the_department(self):
        """Who collects for the department signs, other custodians do not (E-41)."""
        loan = self.enter("BP-09", "rep", self.kept)
        loan.action_request_approval()
        request = loan.sudo().approval_request_id
        self.assertEqual(request.step_ids._get_invited_users(), self.custodian)
        with self.assertRaises(AccessError):
            self.decide(loan, approver=self.custodian2)
        collectors = self.env["governance.filing.collector"]
        entry = collectors.search([("user_id", "=", self.custodian.id)])
        yesterday = fields.Date.today() - timedelta(days=1)
        entry.write({"date_start": "2030-01-01", "date_end": yesterday})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.decide(loan, approver=self.custodian)

    def kept_loan(self, borrower="rep", volume=None):
        """Return an approved loan of a volume that is not filed yet."""
        loan = self.enter("BP-09", borrower, volume or self.kept)
        loan.action_request_approval()
        self.decide(loan, approver=self.custodian)
        loan.action_accept_undertaking()
        return loan

    def name_collector(self, **values):
        """Let `rep2`, who is no data custodian, collect for the sales department."""
        return self.env["governance.filing.collector"].create(
            {
                "department_id": self.sales.id,
                "user_id": self.rep2.id,
                "date_start": "2030-01-01",
                **values,
            }
        )

    def assertNotServed(self, lines, user=None):
        """Check that a user neither hands out, takes back nor recalls these lines."""
        user = user or self.rep2
        lines = lines.with_user(user)
        for call in (
            lines._check_desk,
            lines._hand_out,
            lambda: lines._take_back("good"),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()
            self.env.invalidate_all()
        for name in (
            "action_hand_out",
            "action_take_back",
            "action_give_access",
            "action_recall",
        ):
            self.assertRefused(user, lines._name, name, lines.ids)

    def assertNotOnDesk(self, lines, user=None):
        """Check that a user cannot put these lines on the desk by a remote call."""
        for kind in ("hand_out", "take_back"):
            values = [
                Command.create({"loan_line_id": line.id, "kind": kind})
                for line in lines
            ]
            self.assertRefused(
                user or self.rep2,
                "governance.loan.desk",
                "create",
                [{"line_ids": values}],
            )

    def test_archivist_serves_what_is_not_filed(self):
        """A collector hands out, recalls and takes back (E-11, E-41)."""
        self.name_collector()
        self.kept._as_system().barcode = "K-1"
        loan = self.kept_loan()
        self.assertTrue(loan.with_user(self.rep2).can_serve)
        for record in (loan, self.lines(loan)):
            arch = record.with_user(self.rep2).get_view(view_type="form")["arch"]
            self.assertIn("action_hand_out", arch)
        desk = "governance.loan.desk"
        action = self.rpc(self.rep2, loan._name, "action_hand_out", loan.ids)
        self.rpc(self.rep2, desk, "action_confirm", [action["res_id"]])
        line = self.lines(loan)
        self.assertEqual(line.state, "handed_out")
        self.assertEqual((line.out_by_id, line.received_by_id), (self.rep2,) * 2)
        self.rpc(self.rep2, line._name, "action_recall", line.ids)
        self.assertTrue(self.lines(loan).date_recalled)
        form = Form(self.env[desk].with_user(self.rep2))
        form.barcode = "K-1"
        self.assertIn("comes back", form.feedback)
        form.condition = "good"
        form.save().action_confirm()
        line = self.lines(loan)
        self.assertEqual((line.state, line.in_by_id), ("returned", self.rep2))
        self.assertEqual(self.events(loan)[-3:], ["handed_out", "recalled", "returned"])

    def test_archivist_takes_back_what_is_damaged(self):
        self.name_collector()
        loan = self.kept_loan()
        self.hand_out(loan, self.rep2)
        self.take_back(loan, self.rep2, condition="damaged", note="Wet")
        self.assertEqual(loan.sudo().incident_ids.kind, "damaged")

    def test_archivist_serves_nothing_else(self):
        """What is filed, of another department or the own loan is left to others."""
        self.name_collector()
        loan = self.enter("BP-06", "rep", self.own)
        loan.action_request_approval()
        self.decide(loan, approver=self.executive)
        loan.action_accept_undertaking()
        filed = self.lines(loan)
        self.assertNotServed(filed)
        self.assertNotOnDesk(filed)
        # Neither under a policy for what is filed.
        self.own._as_system().state = "draft"
        self.assertNotServed(filed)
        self.own._as_system().state = "filed"
        kept = self.lines(self.kept_loan())
        # All or nothing.
        self.assertNotServed(kept | filed)
        self.assertNotOnDesk(kept | filed)
        kept.with_user(self.rep2)._check_desk()
        # It is asked of the volume as it is now.
        self.kept._as_system().state = "filed"
        self.assertNotServed(kept)
        self.assertNotOnDesk(kept)
        self.kept._as_system().state = "draft"
        self.kept._as_system().department_id = self.service
        self.assertNotServed(kept)
        self.assertNotOnDesk(kept)
        self.kept._as_system().department_id = self.sales
        self.hand_out(kept.loan_id, self.rep2)
        self.take_back(kept.loan_id, self.rep2)
        kept._as_system().state = "written_off"
        self.assertNotServed(kept)
        kept._as_system().state = "returned"
        own = self.lines(self.kept_loan("rep2"))
        self.assertNotServed(own)
        desk = "governance.loan.desk"
        item = Command.create({"loan_line_id": own.id, "kind": "hand_out"})
        [own_desk] = self.rpc(self.rep2, desk, "create", [{"line_ids": [item]}])
        self.assertRefused(self.rep2, desk, "action_confirm", [own_desk])

    def test_archivist_whose_time_is_over(self):
        """Nothing is served before and after the term, while suspended, uncleared."""
        entry = self.name_collector()
        loan = self.kept_loan()
        line = self.lines(loan)
        desk = "governance.loan.desk"
        action = self.rpc(self.rep2, loan._name, "action_hand_out", loan.ids)
        entry.date_end = fields.Date.today() - timedelta(days=1)
        self.env.invalidate_all()
        self.assertNotServed(line)
        self.assertNotOnDesk(line)
        self.assertRefused(self.rep2, desk, "action_confirm", [action["res_id"]])
        self.assertRefused(self.rep2, loan._name, "action_hand_out", loan.ids)
        entry.write(
            {"date_start": fields.Date.today() + timedelta(days=1), "date_end": False}
        )
        self.env.invalidate_all()
        self.assertNotServed(line)
        entry.date_start = "2030-01-01"
        self.env.invalidate_all()
        line.with_user(self.rep2)._check_desk()
        self.rep2._with_suspension().governance_suspended = True
        self.assertNotServed(line)
        self.rep2._with_suspension().governance_suspended = False
        self.kept._as_system().level_id = self.level2
        self.env.flush_all()
        self.assertNotServed(line)

    def test_archivist_serves_all_or_nothing(self):
        """What was filed since the desk was opened keeps the others on it (E-41)."""
        self.name_collector()
        second = self.filed(self.open_file, "Second", department_id=self.sales.id)
        second._as_system().state = "draft"
        loan = self.kept_loan(volume=self.kept | second)
        action = self.rpc(self.rep2, loan._name, "action_hand_out", loan.ids)
        second._as_system().state = "filed"
        desk = "governance.loan.desk"
        with self.assertSays("Only data custodians do this", AccessError):
            self.rpc(self.rep2, desk, "action_confirm", [action["res_id"]])
        self.assertEqual(set(self.lines(loan).mapped("state")), {"waiting"})
        self.assertRefused(self.rep2, loan._name, "action_hand_out", loan.ids)

    def test_desk_of_plain_employees(self):
        """People of the department who do not collect serve nothing (E-41)."""
        self.name_collector()
        line = self.lines(self.kept_loan())
        for user in (self.rep, self.leader, self.employee):
            self.assertNotServed(line, user)
            self.assertNotOnDesk(line, user)
            self.assertFalse(line.with_user(user).sudo().can_serve)

    def test_kept_volume_is_away(self):
        """Nobody composes a volume that a case handler has taken (E-41)."""
        loan = self.enter("BP-09", "rep", self.kept)
        loan.action_request_approval()
        self.decide(loan, approver=self.custodian)
        loan.action_accept_undertaking()
        self.hand_out(loan)
        with self.assertSays("is with governance_rep. Take it back first"):
            self.kept.with_user(self.custodian2).action_compose()

    def test_borrower_of_another_company(self):
        """The leader there signs if he may; else it is said what to do (E-38)."""
        there = self.env["res.company"].create({"name": "There"})
        home = {"company_id": there.id, "company_ids": [Command.set(there.ids)]}
        (self.rep2 | self.leader2).write(home)
        self.team2.company_id = there
        self.assertEqual(self.allowed("rep2", self.own, "read"), ["BP-04"])
        loan = self.draft(
            self.own,
            self.custodian2,
            borrower=self.rep2,
            policy_id=self.policies["BP-04"].id,
            certificate=PAPER,
        )
        with self.assertSays("Give the leader access to"):
            loan.action_request_approval()
        self.leader2.company_ids |= self.company
        loan.action_request_approval()
        self.decide(loan, approver=self.leader2)
        self.decide(loan, approver=self.executive)
        self.assertEqual(loan.state, "approved")


@tagged("post_install", "-at_install")
class TestLoanCustody(LoanCommon):
    """From the shelf and back (E-49, E-50, E-51)."""

    def test_undertaking_first(self):
        """Nothing goes out before the borrower has accepted the undertaking (C-39)."""
        loan = self.asked(self.volume)
        self.decide(loan)
        with self.assertSays("has to accept the undertaking first"):
            self.hand_out(loan)
        with self.assertSays("accepted by the borrower in person", AccessError):
            loan.with_user(self.custodian2).action_accept_undertaking()
        loan.action_accept_undertaking()
        self.hand_out(loan)
        self.assertEqual(loan.accepted_by_id, self.rep)

    def test_not_approved(self):
        loan = self.asked(self.volume)
        with self.assertRaises(UserError):
            self.hand_out(loan)
        self.assertFalse(self.volume._is_on_loan())

    def test_custodian_is_not_the_borrower(self):
        """Both sides count: a custodian does not serve himself (E-50)."""
        loan = self.approved(self.volume, self.custodian2)
        with self.assertSays("another data custodian", AccessError):
            self.hand_out(loan, self.custodian2)
        self.hand_out(loan, self.custodian)
        with self.assertSays("another data custodian", AccessError):
            self.take_back(loan, self.custodian2)
        self.lines(loan).with_user(self.custodian2).action_renew()

    def test_others_do_not_serve(self):
        loan = self.approved(self.volume)
        for user in (self.rep, self.rep2, self.boss, self.auditor, self.manager):
            with self.assertRaises(AccessError, msg=user.login):
                self.hand_out(loan, user)
        self.hand_out(loan)
        for user in (self.rep, self.rep2, self.boss, self.auditor):
            with self.assertRaises(AccessError, msg=user.login):
                self.take_back(loan, user)

    def test_only_the_borrower_confirms(self):
        loan = self.lent(self.volume, is_present=False)
        for user in (self.rep2, self.custodian2):
            with self.assertRaises(AccessError, msg=user.login):
                self.lines(loan).with_user(user).action_confirm_receipt()
        self.assertFalse(self.lines(loan).date_received)

    def test_face_to_face(self):
        """In front of the borrower the custodian enters that both agree (E-50)."""
        loan = self.lent(self.volume)
        self.assertEqual(self.lines(loan).received_by_id, self.custodian2)
        self.take_back(loan, is_present=True)
        line = self.lines(loan)
        self.assertEqual(line.settled_by_id, self.custodian2)
        faces = line.event_ids.filtered("is_present").mapped("event")
        self.assertEqual(set(faces), {"handed_out", "returned"})

    def test_proxy(self):
        """Who fetches for the borrower is on record, and borrows nothing (E-49)."""
        loan = self.approved(self.volume)
        self.hand_out(loan, proxy="Driver Li")
        line = self.lines(loan)
        self.assertEqual((line.proxy, line.user_id), ("Driver Li", self.rep))
        self.assertIn("Driver Li", line.event_ids.mapped("proxy"))

    def test_one_holder(self):
        """A volume on paper has one holder; the others wait in a queue."""
        first = self.lent(self.volume)
        second = self.approved(self.volume, self.rep2)
        third = self.approved(self.volume, self.leader)
        self.assertIn("queued", self.events(second))
        self.assertFalse(self.lines(second).date_fetch)
        with self.assertSays("is with governance_rep since"):
            self.hand_out(second)
        self.later(hours=1)
        self.take_back(first)
        self.assertTrue(self.lines(second).date_fetch)
        self.assertFalse(self.lines(third).date_fetch)
        with self.assertSays("is kept ready for governance_rep2"):
            self.hand_out(third)
        self.hand_out(second)
        self.assertEqual(self.volume.holder, "governance_rep2")
        self.assertEqual(self.open_file.holder_text, "On loan: governance_rep2")
        self.take_back(second)
        self.assertEqual(self.open_file.holder_text, "In the archive")

    def test_two_for_whom_it_was_ready(self):
        """Approved in the same moment, both may come: the second then waits."""
        first = self.approved(self.volume)
        second = self.approved(self.volume, self.rep2)
        ready = self.lines(first).date_fetch
        self.lines(second)._as_system().write({"date_fetch": ready})
        self.hand_out(first)
        self.assertFalse(self.lines(second).date_fetch)
        self.later(days=8)
        self.run_loans()
        self.assertEqual(second.state, "approved")

    def test_next_in_line_is_told(self):
        first = self.lent(self.volume)
        self.approved(self.volume, self.rep2)
        messages = self.env["mail.message"].search_count(
            [("partner_ids", "in", self.rep2.partner_id.ids)]
        )
        self.take_back(first)
        found = self.env["mail.message"].search(
            [("partner_ids", "in", self.rep2.partner_id.ids)], order="id desc"
        )
        self.assertEqual(len(found), messages + 1)
        self.assertIn("is ready to fetch", found[0].subject)

    def test_the_database_knows_one_holder(self):
        """Even code that checks nothing cannot lend a volume twice."""
        self.lent(self.volume)
        other = self.lines(self.approved(self.volume, self.rep2))
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            other._as_system().write({"state": "handed_out"})
            self.env.flush_all()

    def test_several_readers_of_electronic_volumes(self):
        for user in (self.rep, self.leader):
            self.lent(self.electronic, user)
        self.assertEqual(
            sorted(self.electronic.holder.split(", ")),
            ["governance_leader", "governance_rep"],
        )

    def test_not_fetched(self):
        """An approved loan that nobody fetches ends; the next one is told."""
        first = self.approved(self.volume)
        second = self.approved(self.volume, self.rep2)
        self.later(days=7, hours=1)
        self.run_loans()
        self.assertEqual(first.state, "expired")
        self.assertEqual(self.events(first)[-1], "dropped")
        self.assertTrue(self.lines(second).date_fetch)
        self.assertEqual(second.state, "approved")
        self.run_loans()
        self.assertEqual(self.events(first).count("dropped"), 1)

    def test_waiting_does_not_expire(self):
        """The time to fetch begins when the volume is back."""
        first = self.lent(self.volume)
        second = self.approved(self.volume, self.rep2)
        self.later(days=30)
        self.run_loans()
        self.assertEqual(second.state, "approved")
        self.take_back(first)
        self.hand_out(second)

    def test_condition_is_mandatory(self):
        loan = self.lent(self.volume)
        with self.assertSays("in which condition"):
            self.take_back(loan, condition=False)
        self.assertEqual(self.lines(loan).state, "handed_out")

    def test_counts(self):
        """What is missing is not in good condition, and nothing comes back twice."""
        loan = self.lent(self.volume)
        line = self.lines(loan)
        with self.assertSays("2 of 3 documents have come back"):
            self.take_back(loan, counts={line.id: 2})
        with self.assertSays("4 cannot have come back"):
            self.take_back(loan, counts={line.id: 4})
        with self.assertSays("-1 cannot have come back"):
            self.take_back(loan, counts={line.id: -1}, condition="incomplete")
        self.take_back(loan, counts={line.id: 2}, condition="incomplete")
        self.assertEqual(self.lines(loan).count_in, 2)

    def test_counts_of_what_goes_out(self):
        """All documents of the volume go out, or it is not in good condition (E-50)."""
        loan = self.approved(self.volume)
        line = self.lines(loan)
        for count in (-3, 4):
            with self.assertSays(f"{count} cannot go out"):
                self.hand_out(loan, counts={line.id: count}, condition="damaged")
        with self.assertSays("2 of 3 documents go out"):
            self.hand_out(loan, counts={line.id: 2})
        self.hand_out(loan, counts={line.id: 2}, condition="incomplete")
        self.assertEqual(self.lines(loan).count_out, 2)

    def test_event_date_and_system_date(self):
        """When it came back and when that was entered are two facts."""
        loan = self.lent(self.volume)
        then = fields.Datetime.now() + timedelta(hours=2)
        with self.assertSays("when it has happened"):
            self.take_back(loan, date=then)
        self.later(hours=20)
        with self.assertSays("had not been handed out yet"):
            self.take_back(loan, date=then - timedelta(days=1))
        self.take_back(loan, date=then)
        line = self.lines(loan)
        self.assertEqual(line.date_returned, then)
        event = line.event_ids.filtered(lambda event: event.event == "returned")
        self.assertEqual(event.date_event, then)
        self.assertEqual(event.date, fields.Datetime.now())

    def test_no_double_return(self):
        loan = self.lent(self.volume)
        self.take_back(loan)
        with self.assertSays("“Returned” by now"):
            self.take_back(loan)

    def test_lost_and_found(self):
        """A lost volume stays with its borrower until it is found (E-51)."""
        loan = self.lent(self.volume)
        self.report(loan, self.rep, "lost")
        self.assertEqual(loan.state, "lost")
        self.assertTrue(self.volume._is_on_loan())
        with self.assertSays("is with governance_rep since"):
            self.hand_out(self.approved(self.volume, self.rep2))
        self.take_back(loan, condition="worn", note="Behind the shelf")
        self.assertEqual(self.events(loan)[-2:], ["found", "returned"])
        self.assertFalse(self.volume._is_on_loan())

    def report(self, loan, user, kind, note="It happened"):
        lines = self.lines(loan).with_user(user)
        wizard = self.env["governance.loan.report"].with_user(user)
        wizard = wizard.create(
            {"line_ids": [Command.set(lines.ids)], "kind": kind, "note": note}
        )
        wizard.action_confirm()
        self.env.invalidate_all()

    def test_who_reports(self):
        loan = self.lent(self.volume)
        for user, kind in (
            (self.rep2, "lost"),
            (self.boss, "claimed"),
            (self.custodian2, "objected"),
            (self.rep, "unclaimed"),
        ):
            with self.assertRaises(UserError, msg=kind):
                self.report(loan, user, kind)
        self.assertEqual(loan.state, "handed_out")
        with self.assertSays("Say what has happened"):
            self.report(loan, self.rep, "lost", note=" ")

    def test_claimed(self):
        """“I have returned it” is settled by a custodian, either way."""
        loan = self.lent(self.volume)
        self.report(loan, self.rep, "claimed")
        self.assertEqual(loan.state, "claimed")
        self.assertTrue(self.volume._is_on_loan())
        self.report(loan, self.custodian2, "unclaimed")
        self.assertEqual(loan.state, "handed_out")
        self.report(loan, self.rep, "claimed")
        self.take_back(loan)
        self.assertEqual(loan.state, "returned")

    def test_claims_have_a_clock(self):
        """Custodians are asked once to settle what waits for two weeks."""
        loan = self.lent(self.volume)
        self.report(loan, self.rep, "claimed")
        self.later(days=13, hours=23)
        self.run_loans()
        self.assertFalse(self.told(self.custodian2, "waits to be settled"))
        self.later(hours=1)
        self.run_loans()
        self.run_loans()
        self.assertEqual(self.told(self.custodian2, "waits to be settled"), 1)
        self.assertEqual(loan.state, "claimed")

    def told(self, user, words):
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids)]
        )
        return len([one for one in messages if words in (one.subject or "")])

    def test_many_loans_at_once(self):
        """What goes out together is asked for together."""
        counts = []
        for many in (2, 8):
            lines = self.env["governance.loan.line"]
            for number in range(many):
                volume = self.filed(self.open_file, f"Volume {many}-{number}")
                lines |= self.lines(self.approved(volume))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.with_user(self.custodian2)._hand_out(is_present=True)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # The limit of the borrower and the calendar are asked for each loan.
        self.assertLess((counts[1] - counts[0]) / 6, 7, counts)

    def test_claims_have_a_cap(self):
        volumes = self.volume.browse()
        for number in range(4):
            volumes |= self.filed(self.open_file, f"Volume {number}")
        loan = self.lent(volumes)
        with self.assertSays("3 volumes at most"):
            self.report(loan, self.rep, "claimed")

    def test_objection(self):
        """The borrower may disagree with what the custodian has counted (E-50)."""
        loan = self.lent(self.volume, is_present=False)
        self.report(loan, self.rep, "objected", "There were two documents only")
        self.assertEqual(self.events(loan)[-1], "objected")
        self.assertEqual(loan.state, "handed_out")

    def test_overdue(self):
        """Overdue starts the second after; paper stays out (E-47)."""
        loan = self.lent(self.volume)
        self.at(self.DUE)
        self.assertFalse(self.overdue(loan))
        self.later(seconds=1)
        self.assertTrue(self.overdue(loan))
        self.run_loans()
        self.run_loans()
        self.assertEqual(self.events(loan).count("overdue"), 1)
        self.assertEqual(loan.state, "handed_out")

    def overdue(self, loan):
        self.env.invalidate_all()
        found = self.env["governance.loan"].search([("is_overdue", "=", True)])
        lines = self.env["governance.loan.line"].search([("is_overdue", "=", True)])
        self.assertEqual(loan.sudo() in found, loan.is_overdue)
        self.assertEqual(lines.loan_id, found)
        return loan.is_overdue

    def test_renewal(self):
        loan = self.lent(self.volume)
        line = self.lines(loan).with_user(self.rep)
        with self.assertRaises(AccessError):
            line.with_user(self.rep2).action_renew()
        line.action_renew()
        line = self.lines(loan)
        self.assertEqual(line.renewals, 1)
        self.assertEqual(line.date_due, self.DUE + timedelta(days=3))
        self.assertEqual(loan.date_due, line.date_due)
        self.assertEqual(self.events(loan)[-1], "renewed")

    def test_no_renewal(self):
        """What is overdue, recalled or waited for is not renewed."""
        loan = self.lent(self.volume)
        self.approved(self.volume, self.rep2)
        with self.assertSays("Somebody else waits"):
            self.lines(loan).with_user(self.rep).action_renew()
        loan = self.lent(self.volume2)
        self.lines(loan).with_user(self.custodian2).action_recall()
        with self.assertSays("was recalled"):
            self.lines(loan).with_user(self.rep).action_renew()
        loan = self.lent(self.filed(self.open_file, "Third"))
        self.later(days=4)
        with self.assertSays("The loan is overdue"):
            self.lines(loan).with_user(self.rep).action_renew()

    def test_recall(self):
        """A recall never sets a later date."""
        loan = self.lent(self.volume)
        before = self.lines(loan).date_due
        with self.assertRaises(AccessError):
            self.lines(loan).with_user(self.rep).action_recall()
        self.lines(loan).with_user(self.custodian2).action_recall()
        line = self.lines(loan)
        self.assertLess(line.date_due, before)
        self.assertEqual(loan.date_due, line.date_due)
        self.later(days=2, hours=12)
        late = self.lines(loan).date_due
        self.lines(loan).with_user(self.custodian2).action_recall()
        self.assertEqual(self.lines(loan).date_due, late)

    def test_partly_returned(self):
        """The loan is out as long as one of its volumes is."""
        loan = self.lent(self.volume | self.volume2)
        one = self.lines(loan)[0].with_user(self.custodian2)
        one._take_back("good")
        self.env.invalidate_all()
        self.assertEqual(loan.state, "handed_out")
        self.assertEqual(
            sorted(self.lines(loan).mapped("state")), ["handed_out", "returned"]
        )
        self.lines(loan).filtered(lambda line: line.state == "handed_out").with_user(
            self.custodian2
        )._take_back("good")
        self.env.invalidate_all()
        self.assertEqual(loan.state, "returned")

    def test_many_at_once(self):
        """A hundred volumes cost few more statements than ten."""
        volumes = self.env["governance.file.volume"].create(
            [{"name": f"V{n}", "file_id": self.open_file.id} for n in range(110)]
        )
        volumes._as_system().write({"state": "filed"})
        few = self.approved(volumes[:10])
        many = self.approved(volumes[10:], self.rep2)
        counts = [
            self.count_queries(lambda loan=one: self.hand_out(loan))
            for one in (few, many)
        ]
        self.assertLess(counts[1] - counts[0], 15, counts)
        counts = [
            self.count_queries(lambda loan=one: self.take_back(loan))
            for one in (few, many)
        ]
        self.assertLess(counts[1] - counts[0], 15, counts)

    def assertSameCost(self, work, few, many):
        counts = [
            self.count_queries(lambda loan=one: work(loan)) for one in (few, many)
        ]
        self.assertLess(counts[1] - counts[0], 15, counts)

    def count_queries(self, work):
        self.env.flush_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    # ------------------------------------------------------------------
    # DESK
    # ------------------------------------------------------------------

    def test_desk_with_a_barcode_reader(self):
        """A scan hands out what waits and takes back what is out, keyboard only."""
        loan = self.approved(self.volume)
        form = Form(self.env["governance.loan.desk"].with_user(self.custodian2))
        form.barcode = "V-1"
        self.assertFalse(form.barcode)
        self.assertIn("goes out", form.feedback)
        form.barcode = "V-1"
        self.assertIn("in the list already", form.feedback)
        form.barcode = "V-2"
        self.assertIn("nobody waits for it", form.feedback)
        form.barcode = "V-77"
        self.assertIn("You may read no volume", form.feedback)
        form.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "handed_out")
        form = Form(self.env["governance.loan.desk"].with_user(self.custodian2))
        form.barcode = "V-1"
        self.assertIn("comes back", form.feedback)
        form.condition = "good"
        form.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "returned")

    def test_desk_counts_the_last_volume(self):
        """What was counted is typed beside the scan, for that volume alone."""
        loan = self.lent(self.volume | self.volume2)
        form = Form(self.env["governance.loan.desk"].with_user(self.custodian2))
        form.barcode = "V-1"
        self.assertEqual(form.last_count, 3)
        form.last_count = 2
        form.barcode = "V-2"
        self.assertEqual(form.last_count, 0)
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.count, 2)
            line.condition = "incomplete"
        form.condition = "good"
        form.save().action_confirm()
        counts = {line.volume_id: line.count_in for line in self.lines(loan)}
        self.assertEqual(counts, {self.volume: 2, self.volume2: 0})

    def test_desk_takes_barcodes_first(self):
        """A volume is what its barcode says, even if another has it as its code."""
        number = self.volume2.code.removesuffix("02") + "03"
        self.volume.with_user(self.custodian2).barcode = number
        third = self.filed(self.open_file, "Third", barcode="V-3")
        self.assertEqual(third.code, number)
        self.approved(self.volume)
        desk = self.env["governance.loan.desk"].with_user(self.custodian2)
        self.assertEqual(desk._find(number)[0].volume_id, self.volume)
        self.assertFalse(desk._find("V-3")[0])
        self.assertEqual(desk._find(self.volume.code)[0].volume_id, self.volume)

    def test_desk_of_another_company(self):
        """Codes and barcodes are unique in a company only."""
        other = self.env["res.company"].create({"name": "Another archive"})
        self.custodian2.company_ids += other
        self.approved(self.volume)
        desk = self.env["governance.loan.desk"].with_user(self.custodian2)
        both = {"allowed_company_ids": [other.id, self.company.id]}
        self.assertTrue(desk._find("V-1")[0])
        self.assertFalse(desk.with_context(**both)._find("V-1")[0])

    def test_custodians_of_other_companies_are_not_told(self):
        """Who cannot work on a loan hears nothing of it."""
        other = self.env["res.company"].create({"name": "Another archive"})
        self.custodian.write({"company_id": other.id, "company_ids": other.ids})
        self.asked(self.volume.browse(), wanted="The visits")
        messages = self.env["mail.message"].sudo()
        for user, told in ((self.custodian2, True), (self.custodian, False)):
            found = messages.search(
                [
                    ("partner_ids", "in", user.partner_id.ids),
                    ("subject", "=", "A loan waits for a custodian"),
                ]
            )
            self.assertEqual(bool(found), told, user.login)

    def test_job_without_time_left(self):
        """A step that was not finished is not followed by the next one."""
        self.lent(self.volume)
        self.at(self.DUE + timedelta(seconds=1))
        lines = self.env["governance.loan.line"]
        noted = lines._get_unnoted_domain()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 0
        ):
            self.assertFalse(lines._isolate_each(noted, "_note_overdue"))
            self.assertTrue(lines._isolate_each(noted, "_note_overdue"))
        with patch.object(type(lines), "_isolate_each", return_value=False) as step:
            lines._cron_tidy()
        self.assertEqual(step.call_count, 1)

    def test_desk_of_a_loan(self):
        """The button of a loan opens the desk with its volumes and their counts."""
        loan = self.approved(self.volume | self.volume2)
        action = loan.with_user(self.custodian2).action_hand_out()
        desk = self.env["governance.loan.desk"].with_user(self.custodian2)
        desk = desk.browse(action["res_id"])
        self.assertEqual(sorted(desk.line_ids.mapped("count")), [0, 3])
        desk.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(set(self.lines(loan).mapped("state")), {"handed_out"})
        with self.assertRaises(AccessError):
            loan.action_hand_out()

    def test_loan_book(self):
        """The printed book names what its reader may read, and blanks the rest."""
        loan = self.lent(self.closed, self.cleared2)
        lines = self.lines(loan)
        Report = self.env["report.crm_governance.report_loan_register"]
        for user, name in ((self.custodian2, "Secrets"), (self.auditor, False)):
            self.env.invalidate_all()
            [row] = Report.with_user(user)._get_report_values(lines.ids)["rows"]
            if name:
                self.assertIn(name, row["volume"])
            else:
                self.assertFalse(row["volume"])
            self.assertEqual(bool(row["purpose"]), bool(name))
            self.assertEqual(row["borrower"], "governance_cleared2")
        html = self.env["ir.actions.report"].with_user(self.auditor)
        html = html._render_qweb_html("crm_governance.report_loan_register", lines.ids)[
            0
        ].decode()
        self.assertIn("governance_cleared2", html)
        self.assertNotIn("Secret", html)
        # What is blank keeps its place in the row.
        self.assertEqual(html.count("<th "), html.count("<td>"))
