# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ApprovalCommon
from .files_lending_common import LendingCommon

# Requirements §3.4: who asks, on site, due rule, papers, copies, who approves.
PRESETS = {
    "BP-01": ("manager", True, "same_day", [], False, ["Executive approver"]),
    "BP-02": ("department", False, "agreed", [], False, ["Executive approver"]),
    "BP-03": ("own", True, "same_day", [], False, ["requester_leader"]),
    "BP-04": (
        "group",
        True,
        "same_day",
        ["needs_certificate"],
        False,
        ["requester_leader", "Executive approver"],
    ),
    "BP-05": (
        "external",
        True,
        "same_day",
        ["needs_letter", "needs_identity"],
        False,
        ["Executive approver", "Executive approver"],
    ),
    "BP-06": ("anybody", False, "agreed", [], True, ["Executive approver"]),
    "BP-07": (
        "representative",
        False,
        "same_day",
        ["needs_record"],
        False,
        ["Data custodian"],
    ),
    "BP-08": ("anybody", False, "agreed", [], False, ["Executive approver"]),
    "BP-09": ("handler", False, "days", [], False, ["collector"]),
}
# Those for dossier forms, with the penalty of 004/4 II.10.
DOSSIER = ("BP-07", "BP-08")
PAPERS = ("needs_certificate", "needs_letter", "needs_identity", "needs_record")
PROFILES = {
    "data_desk": ["BP-01", "BP-02", "BP-05", "BP-06"],
    "health": ["BP-07", "BP-08"],
}
# What adopting asks for, and whether a policy is in force without it.
BLANKS = {
    "BP-01": {"max_loans": False},
    "BP-02": {
        "recall_value": True,
        "max_renewals": False,
        "total_days": False,
        "max_loans": False,
    },
    "BP-07": {"max_loans": False},
    "BP-09": {
        "due_days": True,
        "recall_value": True,
        "max_renewals": False,
        "total_days": False,
        "max_loans": False,
    },
}


@tagged("post_install", "-at_install")
class TestFilesPolicy(LendingCommon):
    """Borrowing policies: presets, adoption, versions, who may change them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        types = cls.env["governance.document.type"]
        cls.dossier_form = types.browse(
            cls.env.ref("crm_governance.governance_document_type_dossier_form").id
        )
        cls.no_type = types.browse()

    def preset(self, code):
        number = code[-2:]
        return self.env.ref(f"crm_governance.governance_lending_policy_bp_{number}")

    # ------------------------------------------------------------------
    # PRESETS
    # ------------------------------------------------------------------

    def test_presets(self):
        """The nine policies of requirements §3.4 (E-37 … E-46)."""
        presets = self.policies.search([("is_preset", "=", True)])
        self.assertEqual(set(presets.mapped("code")), set(PRESETS))
        for code, expected in PRESETS.items():
            kind, on_site, rule, papers, copies, approvers = expected
            preset = self.preset(code)
            with self.subTest(code=code):
                self.assertRecordValues(
                    preset,
                    [
                        {
                            "borrower_kind": kind,
                            "is_on_site": on_site,
                            "due_rule": rule,
                            "is_copying_allowed": copies,
                            "needs_purpose": True,
                            "penalty_min": 50 if code in DOSSIER else 0,
                            "penalty_max": 500 if code in DOSSIER else 0,
                        }
                    ],
                )
                self.assertEqual([name for name in PAPERS if preset[name]], papers)
                self.assertEqual(self.get_approvers(preset), approvers)
                self.assertTrue(preset.source and preset.note)
                self.assertEqual(preset.is_sealed_allowed, code == "BP-08")
                kinds = self.dossier_form if code in DOSSIER else self.no_type
                self.assertEqual(preset.document_type_ids, kinds)
                for note in (preset.note, self.get_matrix(preset).note):
                    self.assertEqual("uggestion" in note, code != "BP-07", note)

    def get_approvers(self, policy):
        """Return who signs, step by step: the group or the kind of approver."""
        matrix = self.get_matrix(policy)
        self.assertEqual(matrix.subject, "lending")
        steps = matrix.step_ids.sorted("sequence")
        self.assertEqual(len(set(steps.mapped("sequence"))), len(steps), "in sequence")
        return [step.group_id.name or step.approver_type for step in steps]

    def get_matrix(self, policy):
        return self.env["governance.approval.policy"].search(
            policy._get_matrix_domain()
        )

    def test_undertaking_of_all_presets(self):
        """Care, no lending on, secrecy (C-39, E-48, E-49, E-53)."""
        for code in PRESETS:
            text = self.preset(code).undertaking
            for words in ("alter, mark and fold", "lend it on", "secrets of the State"):
                self.assertIn(words, text, code)
        for code in ("BP-07", "BP-08"):
            self.assertIn("make no copy", self.preset(code).undertaking)

    def test_who_may_ask(self):
        """Sales managers, custodians for outsiders, representatives; else everybody."""
        audiences = {
            "BP-01": self.leader,
            "BP-05": self.custodian,
            "BP-07": self.rep,
        }
        for code in PRESETS:
            preset = self.preset(code)
            if code in audiences:
                preset._check_audience(audiences[code])
                with self.assertSays("is for others", AccessError):
                    preset._check_audience(self.employee)
            else:
                preset._check_audience(self.employee)
        mine = self.policies.search(self.policies._get_audience_domain(self.rep))
        codes = set(mine.filtered("is_preset").mapped("code"))
        self.assertEqual(codes, set(PRESETS) - {"BP-01", "BP-05"})

    def test_longest_loans_of_presets(self):
        """14 days, 5 and 3 working days; important files on the same day (E-40)."""
        usual = [(0, 14, "days"), (1, 5, "working_days"), (2, 3, "working_days")]
        limits = {"BP-02": [(0, 14, "days"), (1, 0, "days")]}
        limits |= dict.fromkeys(("BP-06", "BP-08", "BP-09"), usual)
        for code in PRESETS:
            lines = self.preset(code).limit_ids
            found = [(line.rank, line.value, line.unit) for line in lines]
            self.assertEqual(found, limits.get(code, []), code)

    def test_profiles(self):
        """Who adopts a profile gets its policies and their matrices (§3.10)."""
        models = {"governance.approval.policy", "governance.lending.policy"}
        for name in ("construction", "retail", "bank", *PROFILES):
            profile = self.env.ref(f"crm_governance.governance_profile_{name}")
            lines = profile.line_ids.filtered(lambda line: line.code.startswith("BP-"))
            expected = PROFILES.get(name, [])
            self.assertEqual(sorted(lines.mapped("code")), sorted(expected * 2), name)
            for code in expected:
                both = lines.filtered(lambda line, code=code: line.code == code)
                refs = [line.policy_ref for line in both.sorted("sequence")]
                self.assertEqual({ref._name for ref in refs}, models)
                # The matrix comes first, so that both can be published at once.
                self.assertEqual(refs[0]._name, "governance.approval.policy")

    def test_summaries_of_a_list(self):
        """Who approves costs one look at the matrices, however many policies."""
        presets = self.policies.search([("is_preset", "=", True)])

        def count(policies):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            policies.mapped("approval_summary")
            return self.cr.sql_log_count - before

        count(presets)
        self.assertLessEqual(count(presets), count(presets[:2]) + 2)
        policy = self.create_policy(limits=[(0, 14, "days")])
        self.assertEqual(policy.limit_summary, "0: 14 days")
        policy.limit_ids.is_on_site = True
        self.assertEqual(policy.limit_summary, "0: reading room only")

    # ------------------------------------------------------------------
    # ADOPTION
    # ------------------------------------------------------------------

    def test_adoption_asks_for_blanks(self):
        for code, blanks in BLANKS.items():
            found = {
                blank["field"]: blank["required"]
                for blank in self.preset(code)._get_blank_values()
            }
            self.assertEqual(found, blanks, code)

    def adopt(self, profile):
        record = self.env.ref(f"crm_governance.governance_profile_{profile}")
        model = self.env["governance.adopt"].with_user(self.manager)
        wizard = Form(model.with_context(default_profile_id=record.id)).save()
        for line in wizard.line_ids:
            line.is_chosen = line.policy_ref.code in PROFILES[profile]
        wizard.action_continue()
        for value in wizard.value_ids.filtered("required"):
            value.value_number = 2
        wizard.action_adopt_publish()
        return [line.result_ref for line in wizard.line_ids if line.is_chosen]

    def test_profile_in_one_go(self):
        """Adopted, filled in and published: matrices and policies are in force."""
        for profile, codes in PROFILES.items():
            results = self.adopt(profile)
            self.assertEqual(len(results), 2 * len(codes))
            for policy in results:
                self.assertEqual(
                    (policy.code, policy.state), (policy.code, "published")
                )
        policy = self.policies._get_in_force(self.company, [("code", "=", "BP-02")])
        self.assertEqual(policy.recall_value, 2)
        self.assertEqual(len(policy.limit_ids), 2)
        matrix = policy._get_approval_matrix()
        self.assertEqual((matrix.code, matrix.state), ("BP-02", "published"))

    def test_not_in_force_without_what_is_blank(self):
        draft = self.preset("BP-09")._adopt(self.company)
        self.create_lending_matrix("BP-09")
        for name in ("Length of the Loan (Days)", "Time to Return after a Recall"):
            words = f"“{re.escape(name)}” .*is still empty"
            with self.assertSays(words, ValidationError):
                draft.action_publish()
        draft.write({"due_days": 10, "recall_value": 1})
        draft.action_publish()
        self.assertEqual(draft.state, "published")

    def test_not_in_force_without_a_matrix(self):
        draft = self.create_policy()
        with self.assertSays("No approval matrix .* code TEST", ValidationError):
            draft.action_publish()
        # The matrix of another policy is not enough.
        self.create_lending_matrix("OTHER")
        with self.assertSays("code TEST", ValidationError):
            draft.action_publish()
        self.create_lending_matrix()
        draft.action_publish()
        self.assertEqual(draft.approval_summary, "Executive approver")

    def test_refused_drafts(self):
        """Whatever makes no sense is refused, with what would be right."""
        self.create_lending_matrix()
        flexible = self.create_calendar("Flexible", "UTC")
        flexible.flexible_hours = True
        for values, words in (
            ({"due_days": 0}, "Length of the Loan"),
            ({"due_rule": "hours"}, r"Length of the Loan \(Hours\)"),
            ({"undertaking": False}, "Undertaking"),
            ({"max_renewals": 1}, r"Longest in Total \(Days\)”"),
            ({"max_renewals": 1, "total_days": 13}, "less than one loan"),
            (
                {"max_renewals": 1, "is_on_site": True, "total_days": 20},
                "are not renewed",
            ),
            ({"recall_value": 1.5}, "counted whole"),
            ({"calendar_id": flexible.id}, "Flexible"),
            ({"overdue_custodian_days": 0}, "nobody is told before"),
            ({"penalty_min": 600}, "least penalty"),
        ):
            with self.subTest(values=values):
                draft = self.create_policy(**values)
                with self.assertSays(words, ValidationError):
                    draft.action_publish()
                self.assertRegex(draft.publish_problems, words)

    @mute_logger("odoo.sql_db")
    def test_negative_numbers(self):
        for name in ("due_days", "max_loans", "total_days", "penalty_min"):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.create_policy(**{name: -1})
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.create_policy(limits=[(0, -1, "days")])
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.create_policy(limits=[(1, 1, "days"), (1, 2, "days")])

    # ------------------------------------------------------------------
    # VERSIONS AND RIGHTS
    # ------------------------------------------------------------------

    def test_versions(self):
        """One version of a policy is in force; what it said stays as it was."""
        first = self.publish_policy(limits=[(0, 14, "days")])
        with self.assertSays("has been published"):
            first.write({"due_days": 3})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            first.limit_ids.value = 3
        second = self.policies.browse(first.action_new_version()["res_id"])
        self.assertEqual(second.limit_ids.mapped("value"), [14])
        second.due_days = 7
        second.action_publish()
        self.assertEqual((first.state, second.state), ("superseded", "published"))
        self.assertEqual((first.due_days, second.version), (14, 2))

    def test_presets_are_not_edited(self):
        with self.assertRaises(UserError):
            self.preset("BP-01").max_loans = 3
        with self.assertRaises(UserError):
            self.preset("BP-02").limit_ids.value = 3

    def test_rights(self):
        """Employees read what binds them; administrators alone change it."""
        policy = self.publish_policy(limits=[(0, 14, "days")])
        draft = self.create_policy(code="DRAFT")
        model = policy._name
        for user in (self.employee, self.custodian, self.executive, self.auditor):
            self.assertEqual(
                self.rpc(user, model, "read", policy.ids, ["name"])[0]["name"],
                "Test policy",
            )
            self.assertRefused(user, model, "write", draft.ids, {"due_days": 1})
            self.assertRefused(user, model, "action_publish", draft.ids)
            self.assertRefused(user, model, "unlink", draft.ids)
            self.assertRefused(
                user,
                "governance.lending.limit",
                "create",
                [{"policy_id": draft.id, "value": 99}],
            )
        self.assertRefused(self.portal, model, "read", policy.ids, ["name"])
        self.rpc(self.manager, model, "write", draft.ids, {"due_days": 3})
        self.assertEqual(draft.due_days, 3)

    def test_form(self):
        """An administrator writes a policy on its form and publishes it."""
        self.create_lending_matrix("OWN")
        form = Form(self.policies.with_user(self.manager))
        form.name = "Own policy"
        form.code = form.approval_code = "OWN"
        form.due_rule = "days"
        form.due_days = 7
        form.undertaking = "I lend nothing on."
        form.recall_value = 1
        with form.limit_ids.new() as line:
            line.rank = 1
            line.value = 5
            line.unit = "working_days"
            self.assertEqual(line.level_name, self.level1.name)
        policy = form.save()
        self.assertEqual(policy.limit_summary, "1: 5 working days")
        policy.action_publish()
        self.assertEqual(policy.state, "published")

    def test_companies(self):
        """A policy is read in its company; its matrix is that of its company."""
        other = self.env["res.company"].create({"name": "Other"})
        policy = self.publish_policy()
        theirs = self.create_policy(company_id=other.id, calendar_id=False)
        with self.assertSays("No approval matrix", ValidationError):
            theirs.action_publish()
        seen = self.policies.with_user(self.employee).search([("code", "=", "TEST")])
        self.assertEqual(seen, policy)

    # ------------------------------------------------------------------
    # MATRICES
    # ------------------------------------------------------------------

    def test_many_matrices_for_borrowing(self):
        """One matrix per code is in force, each with its own versions."""
        one = self.create_lending_matrix("ONE")
        two = self.create_lending_matrix("TWO", [self.group_step("group_custodian")])
        self.assertEqual((one.state, two.state), ("published", "published"))
        matrices = self.env["governance.approval.policy"]
        for matrix in (one, two):
            found = matrices._get_for_subject(self.company, "lending", matrix.code)
            self.assertEqual(found, matrix)
        again = self.create_lending_matrix("ONE")
        self.assertEqual((one.state, again.state), ("superseded", "published"))
        self.assertEqual(two.state, "published")

    def test_missing_matrix(self):
        policy = self.publish_policy()
        self.assertEqual(policy._get_approval_matrix().code, "TEST")
        policy._get_approval_matrix()._with_machinery().state = "superseded"
        with self.assertSays("Borrowing of customer files, TEST"):
            policy._get_approval_matrix()

    def test_other_subjects_have_one_matrix(self):
        """The exception is for borrowing alone."""
        steps = [self.group_step("group_executive")]
        first = self.create_matrix(steps, subject="level_change", code="A")
        second = self.create_matrix(steps, subject="level_change", code="B")
        self.assertEqual((first.state, second.state), ("superseded", "published"))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                first._with_machinery().state = "published"
                self.env.flush_all()
        lending = self.create_lending_matrix("A")
        copy = self.create_lending_matrix("A", publish=False)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                copy._with_machinery().state = "published"
                self.env.flush_all()
        self.assertEqual(lending.state, "published")


@tagged("post_install", "-at_install")
class TestFilesRequesterLeader(ApprovalCommon):
    """The leader of whoever asks signs, not the one of the customer (E-37)."""

    def test_leader_of_the_requester(self):
        matrix = self.create_matrix(
            [{"approver_type": "requester_leader"}], subject="generic"
        )
        deal = self.create_deal(self.rep2)
        request = self.ask(deal, matrix)
        self.assertEqual(request.partner_id.user_id, self.rep)
        self.assertEqual(request.step_ids._get_invited_users(), self.leader2)
        self.assertRefused(
            self.leader, request._name, "decide", request.ids, "approved"
        )
        request.with_user(self.leader2).decide("approved")
        self.assertEqual(request.state, "approved")

    def test_leader_of_many(self):
        """A large team makes no longer question than a small one."""
        steps = self.env["governance.approval.request.step"]
        paths = [
            f"request_id.{name}_id" for name in ("partner", "company", "requester")
        ]

        def ask():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            domain = steps._get_approver_domain(self.leader2, *paths)
            length = len(list(domain.iter_conditions()))
            return length, self.env.cr.sql_log_count - before

        ask()
        small = ask()
        for number in range(5):
            user = self.rep2.copy({"login": f"member{number}"})
            self.env["crm.team.member"].create(
                {"user_id": user.id, "crm_team_id": self.team2.id}
            )
        self.assertEqual(ask(), small)

    def test_leaders_do_not_sign_for_themselves(self):
        self.create_matrix([{"approver_type": "requester_leader"}], subject="generic")
        with self.assertSays("Nobody could sign"):
            self.create_deal(self.leader2)._request_approval()
        with self.assertSays("Nobody could sign"):
            self.create_deal(self.employee)._request_approval()
        self.env["crm.team.member"].create(
            {"user_id": self.leader2.id, "crm_team_id": self.team.id}
        )
        request = self.ask(self.create_deal(self.leader2))
        self.assertEqual(request.step_ids._get_invited_users(), self.leader)

    def test_team_of_another_company(self):
        """The leader of a team in another company does not count."""
        other = self.env["res.company"].create({"name": "Other"})
        self.leader2.company_ids += other
        self.team2.crm_team_member_ids.unlink()
        self.team2.company_id = other
        self.env["crm.team"].create(
            {
                "name": "East",
                "user_id": self.leader.id,
                "company_id": self.company.id,
                "crm_team_member_ids": [Command.create({"user_id": self.rep2.id})],
            }
        )
        self.create_matrix([{"approver_type": "requester_leader"}], subject="generic")
        request = self.ask(self.create_deal(self.rep2))
        self.assertEqual(request.step_ids._get_invited_users(), self.leader)
        request.with_user(self.leader).decide("approved")
        self.assertEqual(request.state, "approved")
