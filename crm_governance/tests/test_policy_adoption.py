# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import GovernanceCommon


@tagged("post_install", "-at_install")
class TestPolicyAdoption(GovernanceCommon):
    """From a profile to policies of one's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.am_10 = cls.env.ref("crm_governance.governance_approval_policy_am_10")
        cls.am_15 = cls.env.ref("crm_governance.governance_approval_policy_am_15")
        cls.profile = cls.env["governance.profile"].create(
            {
                "name": "Test",
                "code": "TEST",
                "line_ids": [
                    (0, 0, {"name": "List", "policy_ref": cls._reference(cls.am_10)}),
                    (
                        0,
                        0,
                        {
                            "name": "Telephone",
                            "policy_ref": cls._reference(cls.am_15),
                            "is_default": False,
                        },
                    ),
                    (0, 0, {"name": "Visits", "code": "VC-01"}),
                ],
            }
        )

    @staticmethod
    def _reference(policy):
        return f"{policy._name},{policy.id}"

    def wizard(self, user=None, **context):
        context = context or {"default_profile_id": self.profile.id}
        user = user or self.manager
        model = self.env["governance.adopt"].with_user(user).with_context(**context)
        return Form(model).save()

    def test_adopt_and_publish(self):
        """The blanks are asked for, and then the policy is in force."""
        wizard = self.wizard()
        self.assertEqual(wizard.line_ids.mapped("name"), ["List", "Telephone"])
        self.assertEqual(wizard.line_ids.mapped("is_chosen"), [True, False])
        wizard.action_continue()
        self.assertRecordValues(
            wizard.value_ids,
            [
                {
                    "path": "expiry_value",
                    "label": "Decide within",
                    "kind": "number",
                    "required": True,
                }
            ],
        )
        wizard.value_ids.value_number = 4
        wizard.action_adopt_publish()
        self.assertEqual(wizard.state, "done")
        policy = wizard.line_ids[0].result_ref
        self.assertRecordValues(
            policy,
            [
                {
                    "state": "published",
                    "expiry_value": 4,
                    "preset_code": "AM-10",
                    "code": "AM-10",
                    "company_id": self.company.id,
                    "is_preset": False,
                }
            ],
        )
        self.assertEqual(policy.step_ids.name, self.am_10.step_ids.name)
        self.assertNotEqual(policy.step_ids, self.am_10.step_ids)
        self.assertFalse(wizard.line_ids[1].result_ref)
        self.assertFalse(self.am_10.expiry_value)

    def test_incomplete_stays_a_draft(self):
        """“Adopt and publish” names what is missing."""
        wizard = self.wizard()
        wizard.action_continue()
        wizard.action_adopt_publish()
        line = wizard.line_ids[0]
        self.assertEqual(line.result_ref.state, "draft")
        self.assertIn("Decide within", line.result)

    def test_adopt_as_draft_needs_nothing(self):
        wizard = self.wizard()
        wizard.action_continue()
        wizard.action_back()
        self.assertEqual(wizard.state, "choose")
        wizard.action_continue()
        wizard.action_adopt()
        self.assertEqual(wizard.line_ids[0].result_ref.state, "draft")

    def test_adopt_twice(self):
        """A preset is adopted once; the second time finds the first copy."""
        self.wizard().action_adopt()
        first = self.env["governance.approval.policy"].search(
            [("preset_code", "=", "AM-10")]
        )
        wizard = self.wizard()
        self.assertTrue(wizard.line_ids[0].is_adopted)
        wizard.action_continue()
        self.assertFalse(wizard.value_ids)
        wizard.action_adopt()
        self.assertEqual(wizard.line_ids[0].result_ref, first)
        self.assertIn("Adopted before", wizard.line_ids[0].result)
        count = first.search_count([("preset_code", "=", "AM-10")])
        self.assertEqual(count, 1)

    def test_adopt_twice_after_publishing(self):
        """A later version counts as adopted too."""
        policy = self.am_10._adopt(self.company, {"expiry_value": 1})
        policy.action_publish()
        version = policy.browse(policy.action_new_version()["res_id"])
        self.assertEqual(self.am_10._adopt(self.company), version)

    def test_adopt_in_two_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids += other
        first = self.am_10.with_user(self.manager)._adopt(self.company)
        second = self.am_10.with_user(self.manager)._adopt(other)
        self.assertNotEqual(first, second)
        self.assertEqual(second.company_id, other)

    def test_other_companies_are_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        wizard = self.wizard()
        wizard.sudo().company_id = other
        with self.assertRaisesRegex(AccessError, "switch to it first"):
            wizard.action_adopt()

    def test_nothing_chosen(self):
        wizard = self.wizard()
        wizard.line_ids.is_chosen = False
        for attempt in (wizard.action_continue, wizard.action_adopt):
            with self.assertRaisesRegex(UserError, "at least one"):
                attempt()

    def test_working_schedule_of_the_company(self):
        calendar = self.env["resource.calendar"].create({"name": "Governance"})
        self.company.governance_calendar_id = calendar
        policy = self.am_15._adopt(self.company)
        self.assertEqual(policy.calendar_id, calendar)
        policy.action_publish()
        self.assertEqual(policy.state, "published")

    def test_foreign_paths_are_ignored(self):
        """Values reach only what the preset leaves blank."""
        policy = self.am_10.with_user(self.manager)._adopt(
            self.company, {"name": "Hacked", "state": "published", "expiry_value": 2}
        )
        self.assertEqual(policy.name, self.am_10.name)
        self.assertEqual(policy.state, "draft")
        self.assertEqual(policy.expiry_value, 2)

    def test_own_policies_are_no_presets(self):
        policy = self.am_10._adopt(self.company)
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(UserError, "not a preset"):
            policy._adopt(other)

    def test_blanks_of_lines(self):
        """Blanks are found in lines too and filled in the copy of that line."""
        preset = (
            self.env["governance.approval.policy"]
            .with_context(install_mode=True)
            .create(
                {
                    "name": "Blank",
                    "code": "BLANK",
                    "is_preset": True,
                    "expiry_value": 1,
                    "step_ids": [
                        (0, 0, {"name": "Known", "approver_type": "team_leader"}),
                        (0, 0, {"name": "Open", "approver_type": "user"}),
                        (0, 0, {"name": "Open too", "approver_type": "group"}),
                    ],
                }
            )
        )
        preset = preset.with_context(install_mode=False)
        wizard = self.wizard(default_policy_refs=[self._reference(preset)])
        wizard.action_continue()
        self.assertRecordValues(
            wizard.value_ids,
            [
                {
                    "path": "step_ids.1.user_id",
                    "record_name": "Open",
                    "kind": "record",
                    "value_model": "res.users",
                },
                {
                    "path": "step_ids.2.group_id",
                    "record_name": "Open too",
                    "kind": "record",
                    "value_model": "res.groups",
                },
            ],
        )
        wizard.value_ids[0].value_res_id = self.executive.id
        wizard.value_ids[1].value_res_id = self.env.ref("base.group_user").id
        wizard.action_adopt_publish()
        policy = wizard.line_ids.result_ref
        self.assertEqual(policy.state, "published")
        self.assertEqual(policy.step_ids[1].user_id, self.executive)
        self.assertFalse(preset.step_ids[1].user_id)

    def test_buttons_open_the_dialog(self):
        action = self.profile.with_user(self.manager).action_adopt()
        self.assertEqual(action["context"]["default_profile_id"], self.profile.id)
        action = self.am_10.with_user(self.manager).action_adopt()
        wizard = self.wizard(**action["context"])
        self.assertEqual(wizard.line_ids.policy_ref, self.am_10)

    def test_references_of_the_context_are_checked(self):
        """A client cannot smuggle other models into the dialog."""
        wizard = self.wizard(
            default_policy_refs=["res.users,1", "nonsense", "governance.decision,1"]
        )
        self.assertFalse(wizard.line_ids)

    def test_progress_of_a_profile(self):
        profile = self.profile.with_user(self.manager)
        self.assertRecordValues(
            profile, [{"ready_count": 2, "adopted_count": 0, "later_count": 1}]
        )
        self.am_10._adopt(self.company)
        profile.invalidate_recordset()
        profile.line_ids.invalidate_recordset()
        self.assertEqual(profile.adopted_count, 1)

    def test_profiles_of_the_product(self):
        """All eight profiles are there; their presets exist (requirements §3.10)."""
        profiles = self.env["governance.profile"].search([]) - self.profile
        self.assertEqual(
            set(profiles.mapped("code")),
            {
                "CONSTRUCTION",
                "INDUSTRIAL",
                "RETAIL",
                "FMCG",
                "HEALTH",
                "HOSPITAL",
                "DATA-DESK",
                "BANK",
            },
        )
        for line in profiles.line_ids.filtered("policy_ref"):
            self.assertTrue(line.policy_ref.is_preset, line.name)
            self.assertEqual(line.policy_ref.code, line.code)

    def test_less_privileged_users(self):
        for login in ("employee", "rep", "leader", "committee", "executive", "auditor"):
            user = self.users[login]
            self.assertTrue(self.profile.with_user(user).name)
            with self.assertRaises(AccessError, msg=login):
                self.profile.with_user(user).name = "x"
            with self.assertRaises(AccessError, msg=login):
                self.env["governance.adopt"].with_user(user).create({})
            with self.assertRaises(AccessError, msg=login):
                self.am_10.with_user(user)._adopt(self.company)
