# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import GovernanceCommon


@tagged("post_install", "-at_install")
class TestPolicyVersions(GovernanceCommon):
    """Draft, published, superseded; presets stay as they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["governance.approval.policy"].with_user(cls.manager)
        cls.preset = cls.env.ref("crm_governance.governance_approval_policy_am_10")

    def draft(self, **values):
        step = self.group_step("group_executive")
        policy = self.create_matrix([step], publish=False, **values)
        return policy.with_user(self.manager)

    def test_publish_and_lock(self):
        policy = self.draft()
        policy.expiry_value = 5
        policy.action_publish()
        self.assertRecordValues(
            policy,
            [{"state": "published", "version": 1, "published_by": self.manager.id}],
        )
        for change in (
            {"name": "Other"},
            {"expiry_value": 9},
            {"company_id": False},
            {"step_ids": [Command.clear()]},
            {"step_ids": [Command.update(policy.step_ids.id, {"name": "x"})]},
            {"step_ids": [Command.create({"name": "x"})]},
        ):
            with self.assertRaises(UserError, msg=str(change)):
                policy.write(change)
        for attempt in (
            lambda: policy.step_ids.write({"name": "x"}),
            lambda: policy.step_ids.unlink(),
            lambda: policy.step_ids.create({"name": "x", "policy_id": policy.id}),
            lambda: policy.step_ids.copy(),
            lambda: policy.update_field_translations("name", {"en_US": "x"}),
            lambda: policy.step_ids.update_field_translations("name", {"en_US": "x"}),
            lambda: policy.unlink(),
            lambda: policy.action_publish(),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertEqual(policy.step_ids.name, "Step 1")

    def test_lock_holds_for_the_superuser(self):
        policy = self.draft()
        policy.action_publish()
        with self.assertRaises(UserError):
            policy.sudo().name = "Other"
        with self.assertRaises(UserError):
            policy.sudo().unlink()

    def test_move_line_between_policies(self):
        published = self.draft()
        published.action_publish()
        other = self.draft(code="OTHER")
        with self.assertRaises(UserError):
            other.step_ids.policy_id = published
        with self.assertRaises(UserError):
            published.step_ids.policy_id = other

    def test_chatter_and_archive_stay_open(self):
        policy = self.draft()
        policy.action_publish()
        policy.message_post(body="Hello")
        policy.action_archive()
        self.assertFalse(policy.active)

    def test_state_changes_by_buttons_only(self):
        policy = self.draft()
        for change in (
            {"state": "published"},
            {"version": 9},
            {"is_preset": True},
            {"preset_code": "AM-10"},
            {"published_on": "2026-01-01"},
            {"previous_id": policy.id},
        ):
            with self.assertRaises(UserError, msg=str(change)):
                policy.write(change)
            with self.assertRaises(UserError, msg=str(change)):
                policy.with_context(governance_machinery=True, install_mode=True).write(
                    change
                )

    def test_nobody_creates_published_policies_or_presets(self):
        values = {"name": "x", "code": "X"}
        for change in (
            {"state": "published"},
            {"is_preset": True},
            {"version": 7},
            {"preset_code": "AM-10"},
            {"published_by": self.executive.id},
            {"superseded_on": "2020-01-01 00:00:00"},
        ):
            for policies in (
                self.policies,
                self.policies.with_context(install_mode=True),
            ):
                with self.assertRaises(UserError, msg=str(change)):
                    policies.create({**values, **change})
            defaults = {f"default_{name}": value for name, value in change.items()}
            policy = self.policies.with_context(**defaults).create(values)
            self.assertRecordValues(
                policy,
                [
                    {
                        "state": "draft",
                        "is_preset": False,
                        "version": 1,
                        "preset_code": False,
                    }
                ],
            )

    def test_new_version(self):
        """The new version takes over; the old one stays explainable."""
        first = self.draft()
        first.action_publish()
        second = first.browse(first.action_new_version()["res_id"])
        self.assertRecordValues(
            second,
            [{"state": "draft", "version": 2, "previous_id": first.id, "code": "TEST"}],
        )
        self.assertEqual(second.step_ids.name, first.step_ids.name)
        self.assertEqual(first.state, "published")
        # Who asks twice gets the same draft.
        self.assertEqual(first.action_new_version()["res_id"], second.id)
        second.step_ids.name = "Changed"
        second.action_publish()
        self.assertEqual(first.state, "superseded")
        self.assertTrue(first.superseded_on)
        self.assertEqual(first.step_ids.name, "Step 1")
        self.assertEqual(self.policies._get_in_force(self.company), second)
        self.assertEqual(
            second.with_context(policy_version=True).display_name,
            "Test matrix (version 2)",
        )
        third = second.browse(second.action_new_version()["res_id"])
        self.assertEqual(third.version, 3)
        versions = self.policies.search(third.action_open_versions()["domain"])
        self.assertEqual(versions, first | second | third)
        with self.assertRaises(UserError):
            third.action_new_version()

    def test_one_policy_in_force_per_subject(self):
        """Two matrices for one subject: the later one takes over."""
        first = self.draft(code="A", subject="tier_override")
        second = self.draft(code="B", subject="tier_override")
        first.action_publish()
        second.action_publish()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(second.version, 2)
        self.assertEqual(second.previous_id, first)

    def test_publish_after_archiving_the_former(self):
        """An archived version is superseded as any other."""
        first = self.draft()
        first.action_publish()
        first.action_archive()
        second = self.draft()
        second.action_publish()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(second.version, 2)

    def test_generic_policies_live_side_by_side(self):
        policies = self.draft(code="A") | self.draft(code="B")
        policies.action_publish()
        self.assertEqual(policies.mapped("state"), ["published", "published"])

    def test_other_company(self):
        """Each company has its own."""
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids += other
        first = self.draft(code="A")
        second = self.draft(code="A", company_id=other.id)
        (first | second).with_context(
            allowed_company_ids=[self.company.id, other.id]
        ).action_publish()
        self.assertEqual((first | second).mapped("state"), ["published", "published"])
        self.manager.company_ids -= other
        self.assertFalse(self.policies.search([("id", "=", second.id)]))

    def test_duplicate(self):
        policy = self.draft()
        policy.action_publish()
        copy = policy.copy()
        self.assertRecordValues(
            copy,
            [
                {
                    "state": "draft",
                    "code": "TEST (copy)",
                    "version": 1,
                    "published_on": False,
                    "previous_id": False,
                }
            ],
        )
        self.assertEqual(len(copy.step_ids), 1)
        copy = self.preset.with_user(self.manager).copy()
        self.assertFalse(copy.is_preset)
        self.assertEqual(copy.company_id, self.company)

    def test_delete_draft(self):
        draft = self.draft()
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_publish_errors(self):
        """Everything that is wrong is said at once."""
        with self.assertRaisesRegex(ValidationError, "There is no step"):
            self.create_matrix([])
        with self.assertRaisesRegex(ValidationError, "Group.* of .*Step 1"):
            self.create_matrix([{"approver_type": "group"}])
        with self.assertRaisesRegex(ValidationError, "does not say which role"):
            self.create_matrix([{"approver_type": "customer_role"}])
        with self.assertRaisesRegex(ValidationError, "Decide within"):
            self.create_matrix([self.group_step("group_user")], expiry_value=0)
        self.employee.active = False
        with self.assertRaises(ValidationError) as error:
            self.create_matrix(
                [{"approver_type": "user", "user_id": self.employee.id}],
                expiry_value=2.5,
                expiry_unit="working_days",
            )
        self.assertIn("no active employee user", str(error.exception))
        self.assertIn("working schedule", str(error.exception))

    def test_publish_errors_of_deadlines(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Nobody works", "attendance_ids": [Command.clear()]}
        )
        step = self.group_step("group_executive")
        with self.assertRaisesRegex(ValidationError, "Nobody works"):
            self.create_matrix(
                [step], expiry_unit="working_hours", calendar_id=calendar.id
            )
        office = self.company.resource_calendar_id
        with self.assertRaisesRegex(ValidationError, "counted whole"):
            self.create_matrix(
                [step],
                expiry_value=2.5,
                expiry_unit="working_days",
                calendar_id=office.id,
            )
        for value in (float("inf"), float("nan"), 1e30):
            with self.assertRaises(ValidationError):
                self.create_matrix([step], expiry_value=value)

    def test_two_steps_for_one_person(self):
        """One person signs once, so two steps for the same one never end."""
        step = {"approver_type": "user", "user_id": self.executive.id}
        with self.assertRaisesRegex(ValidationError, "2 steps"):
            self.create_matrix([step, step])

    def test_empty_group_is_a_warning(self):
        group = self.env["res.groups"].create({"name": "Nobody"})
        policy = self.create_matrix([{"group_id": group.id}], publish=False)
        result = policy.action_publish()
        self.assertEqual(policy.state, "published")
        self.assertIn("Nobody", result["params"]["message"])

    def test_summary(self):
        policy = self.create_matrix(
            [
                self.group_step("group_committee", 10),
                {"sequence": 10, "approver_type": "team_leader"},
                {"sequence": 20, "approver_type": "user", "user_id": self.rep.id},
            ]
        )
        self.assertEqual(
            policy.step_summary,
            f"Committee member + Leader of the customer's sales team → {self.rep.name}",
        )

    def test_form(self):
        """An administrator writes a matrix with the form alone."""
        with Form(self.policies) as form:
            form.name = "Gifts"
            form.code = "GIFTS"
            form.expiry_value = 2
            with form.step_ids.new() as step:
                step.name = "Signature"
                step.approver_type = "team_leader"
        policy = form.record
        policy.action_publish()
        self.assertEqual(policy.state, "published")

    def test_less_privileged_users(self):
        """Everybody reads the matrices; administrators alone change them."""
        policy = self.draft()
        for login in ("employee", "rep", "leader", "committee", "executive", "auditor"):
            own = policy.with_user(self.users[login])
            self.assertTrue(own.name, login)
            for attempt in (
                own.action_publish,
                own.action_new_version,
                own.unlink,
                lambda own=own: own.write({"name": "x"}),
                lambda own=own: own.step_ids.write({"name": "x"}),
                lambda own=own: own.create({"name": "x", "code": "x"}),
            ):
                with self.assertRaises(AccessError, msg=login):
                    attempt()
        with self.assertRaises(AccessError):
            policy.with_user(self.portal).read(["name"])

    # ------------------------------------------------------------------
    # PRESETS
    # ------------------------------------------------------------------

    def test_presets_are_immutable(self):
        for preset in (self.preset.with_user(self.manager), self.preset.sudo()):
            for attempt in (
                lambda p=preset: p.write({"name": "x"}),
                lambda p=preset: p.write({"active": False}),
                lambda p=preset: p.write({"state": "published"}),
                lambda p=preset: p.step_ids.write({"name": "x"}),
                lambda p=preset: p.step_ids.unlink(),
                lambda p=preset: p.update_field_translations("name", {"en_US": "x"}),
                lambda p=preset: p.unlink(),
                lambda p=preset: p.action_publish(),
                lambda p=preset: p.action_new_version(),
            ):
                with self.assertRaises(UserError):
                    attempt()
        with self.assertRaises(UserError):
            self.preset.with_user(self.manager).with_context(
                install_mode=True, install_module="crm_governance", _force_unlink=True
            ).unlink()

    def test_presets_are_updated_with_the_product(self):
        """Data files change presets, and never what a company made of them."""
        adopted = self.preset.with_user(self.manager)._adopt(self.company)
        self.preset.with_context(install_mode=True).write({"name": "Renamed"})
        self.assertEqual(self.preset.name, "Renamed")
        self.assertEqual(adopted.name, "List of strategic customers")

    def test_presets_of_the_sources(self):
        """The numbers of requirements §3.7, and blanks where they leave blanks."""
        ref = self.env.ref
        prefix = "crm_governance.governance_approval_policy_"
        telephone = ref(f"{prefix}am_15")
        self.assertRecordValues(
            telephone,
            [
                {
                    "code": "AM-15",
                    "expiry_value": 3,
                    "expiry_unit": "working_days",
                    "source": "000/18 §4",
                }
            ],
        )
        for code, group, source in (
            ("am_10", "group_committee", "000/19 §3.1"),
            ("am_11", "group_executive", "002/2 class 9"),
        ):
            preset = ref(f"{prefix}{code}")
            self.assertFalse(preset.expiry_value)
            self.assertEqual(preset.source, source)
            self.assertEqual(preset.step_ids.group_id, ref(f"crm_governance.{group}"))
