# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaints_common import ComplaintCommon

HOUR = {"kind": "first_response", "amount": 1, "unit": "hours"}
WEEK = {"kind": "total_resolution", "amount": 7, "unit": "days"}
# Steps of a procedure that go together.
INVESTIGATED = {"needs_investigation": True, "needs_review": True}
REPLIED = {"needs_reply": True, "needs_confirmation": True}


@tagged("post_install", "-at_install")
class TestComplaintPolicies(ComplaintCommon):
    """Policies that promise nothing, never hold or reach nobody are refused."""

    def assertUnpublished(self, text, policy):
        """Assert that publishing is refused with a text, and that it says so before."""
        self.assertIn(text, policy.publish_problems)
        with self.assertRaises(ValidationError) as caught:
            policy.with_user(self.manager).action_publish()
        self.assertIn(text, str(caught.exception))
        self.assertEqual(policy.state, "draft")

    def drafted(self, targets=(HOUR,), rungs=(), **values):
        return self.policy(targets, rungs, publish=False, **values)

    def test_rules_of_others(self):
        """Rules of another department hold in addition: named, with times (D-47)."""
        rules = "Safety and Quality, rule 12"
        procedure = self.procedure(source=rules)
        policy = self.drafted(
            [HOUR],
            source=rules,
            norm_ids=[(0, 0, {"name": "Report of the department", "amount": 48})],
        )
        policy.with_user(self.manager).action_publish()
        complaint = self.draft()
        complaint._as_system().write(
            {
                "state": "assigned",
                "user_id": self.handler.id,
                "policy_id": policy.id,
                "procedure_id": procedure.id,
            }
        )
        seen = complaint.with_user(self.handler)
        self.assertEqual(seen.procedure_id.source, rules)
        self.assertEqual(seen.policy_id.source, rules)
        self.assertIn("48", seen.policy_id.norm_ids.time_text)
        # What holds is not rewritten in passing.
        for user in (self.handler, self.manager):
            with self.assertRaises(UserError):
                policy.with_user(user).source = "None"

    # ------------------------------------------------------------------
    # TARGETS
    # ------------------------------------------------------------------

    def test_no_target(self):
        self.assertUnpublished("promise nothing", self.drafted([]))

    def test_blank_time(self):
        policy = self.drafted([{"kind": "first_response"}])
        self.assertUnpublished("“Within”", policy)
        self.assertEqual(policy.target_summary, "First response: to be chosen")

    def test_negative_time(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.drafted([{**HOUR, "amount": -1}])
            self.env.flush_all()

    def test_fraction_of_a_working_day(self):
        policy = self.drafted([{**HOUR, "unit": "working_days", "amount": 1.5}])
        self.assertUnpublished("Working days are counted whole", policy)

    def test_calendar_without_hours(self):
        calendars = self.env["resource.calendar"]
        empty = calendars.create({"name": "Nobody works", "attendance_ids": [(5,)]})
        policy = self.drafted(
            [{**HOUR, "unit": "working_hours", "calendar_id": empty.id}]
        )
        self.assertUnpublished("has no working hours", policy)

    def test_never_reached(self):
        """A second line for the same complaints would never be asked."""
        policy = self.drafted([HOUR, {**HOUR, "amount": 8, "sequence": 20}])
        self.assertUnpublished("would never be reached", policy)
        narrow = self.drafted(
            [
                HOUR,
                {
                    **HOUR,
                    "amount": 8,
                    "sequence": 20,
                    "severity_ids": self.severities["major"].ids,
                },
            ]
        )
        self.assertUnpublished("would never be reached", narrow)

    def test_reached(self):
        """The narrow line first and the broad one after it are both reached."""
        policy = self.policy(
            [
                {**HOUR, "severity_ids": self.severities["major"].ids},
                {**HOUR, "amount": 8, "sequence": 20},
                WEEK,
            ]
        )
        self.assertEqual(policy.state, "published")

    def test_wrong_order(self):
        """What comes later cannot have less time."""
        policy = self.drafted(
            [{**HOUR, "kind": "first_resolution", "amount": 200}, WEEK]
        )
        self.assertUnpublished("cannot have more time", policy)

    def test_order_of_different_complaints(self):
        """Lines that never hold for one complaint are not compared."""
        major, minor = self.severities["major"], self.severities["minor"]
        policy = self.policy(
            [
                {
                    **HOUR,
                    "kind": "first_resolution",
                    "amount": 200,
                    "severity_ids": minor.ids,
                },
                {**WEEK, "severity_ids": major.ids},
            ]
        )
        self.assertEqual(policy.state, "published")

    # ------------------------------------------------------------------
    # RUNGS
    # ------------------------------------------------------------------

    def test_rung_without_person(self):
        policy = self.drafted(rungs=[{"recipient": "user"}])
        self.assertUnpublished("does not say which person", policy)

    def test_rung_of_somebody_else(self):
        """Who is no active employee of the company hears nothing."""
        self.handler.active = False
        policy = self.drafted(rungs=[{"recipient": "user", "user_id": self.handler.id}])
        self.assertUnpublished("is no active employee", policy)

    def test_rung_without_target(self):
        policy = self.drafted(rungs=[{"kind": "reaction"}])
        self.assertUnpublished("no such target", policy)

    def test_rung_twice(self):
        policy = self.drafted(rungs=[{"share": 75}, {"share": 75}])
        self.assertUnpublished("listed twice", policy)

    def test_deserted_rung(self):
        """Where a group has nobody yet it is published, and said."""
        self.supervision.member_ids = False
        policy = self.drafted(rungs=[{"recipient": "supervising"}])
        action = policy.with_user(self.manager).action_publish()
        self.assertEqual(policy.state, "published")
        self.assertIn("nobody would hear", action["params"]["message"])

    # ------------------------------------------------------------------
    # REMEDIES
    # ------------------------------------------------------------------

    def test_remedy_without_top(self):
        """Somebody decides on the highest amounts too."""
        policy = self.drafted(
            remedy_limit_ids=[(0, 0, {"amount": 500, "approval_code": "SMALL"})]
        )
        self.assertUnpublished("exactly one is for any amount", policy)
        self.assertUnpublished("No approval matrix for remedies", policy)

    def test_remedy_blank(self):
        policy = self.drafted(
            remedy_limit_ids=[
                (0, 0, {"approval_code": "SMALL"}),
                (0, 0, {"is_unlimited": True, "approval_code": "LARGE"}),
            ]
        )
        self.assertUnpublished("“Up to”", policy)

    # ------------------------------------------------------------------
    # SEVERAL POLICIES
    # ------------------------------------------------------------------

    def test_policy_that_never_holds(self):
        """Whoever publishes a policy that another one hides is told."""
        self.policy([HOUR, WEEK], code="FIRST", sequence=1)
        second = self.drafted([WEEK], code="SECOND", sequence=2)
        action = second.with_user(self.manager).action_publish()
        self.assertIn("never holds", action["params"]["message"])

    def test_policy_that_adds_a_target(self):
        """A later policy holds for what the first one says nothing about."""
        self.policy([HOUR], code="FIRST", sequence=1)
        second = self.drafted([HOUR, WEEK], code="SECOND", sequence=2)
        self.assertIs(second.with_user(self.manager).action_publish(), True)

    def test_versions(self):
        """A new version supersedes the old one, which complaints keep that have it."""
        first = self.policy([HOUR])
        complaint = self.draft()
        complaint.action_register()
        first.with_user(self.manager).action_new_version()
        second = self.env["governance.complaint.policy"].search(
            [("previous_id", "=", first.id)]
        )
        second.target_ids.amount = 2
        second.with_user(self.manager).action_publish()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(complaint.sudo().policy_id, first)
        later = self.draft()
        later.action_register()
        self.assertEqual(later.sudo().policy_id, second)
        with self.assertRaises(UserError):
            first.target_ids.amount = 3

    # ------------------------------------------------------------------
    # PROCEDURES
    # ------------------------------------------------------------------

    def test_nothing_to_review(self):
        procedure = self.procedure(publish=False, needs_review=True)
        self.assertUnpublished("nothing to decide on", procedure)

    def test_nothing_to_confirm(self):
        procedure = self.procedure(publish=False, needs_confirmation=True)
        self.assertUnpublished("nothing to decide on", procedure)

    def test_no_matrix(self):
        procedure = self.procedure(publish=False, needs_acceptance=True)
        self.assertUnpublished("“Acceptance of a complaint”", procedure)

    def test_nobody_replies(self):
        self.service_unit.member_ids = False
        procedure = self.procedure(publish=False, **REPLIED)
        self.assertUnpublished("Nobody could reply", procedure)

    def test_nobody_assigns(self):
        self.overseer.active = False
        procedure = self.procedure(publish=False, needs_routing=True)
        self.assertUnpublished("Nobody could assign", procedure)

    def test_nobody_investigates(self):
        (self.workshop | self.service_unit).is_handling = False
        procedure = self.procedure(publish=False, needs_investigation=True)
        self.assertUnpublished("Nobody could investigate", procedure)

    def test_whole_procedure(self):
        """With people, matrices and steps in order it is published."""
        procedure = self.procedure(
            needs_acceptance=True,
            needs_routing=True,
            needs_opinion=True,
            **INVESTIGATED,
            **REPLIED,
        )
        self.assertEqual(procedure.state, "published")
        self.assertEqual(procedure.step_summary.count("→"), 8)

    # ------------------------------------------------------------------
    # WHO CONFIGURES
    # ------------------------------------------------------------------

    def test_only_administrators(self):
        """Neither handlers nor their managers change what they are measured by."""
        policy, procedure = self.drafted(), self.procedure(publish=False)
        for user in (self.handler, self.chief, self.cmanager, self.rep):
            for record in (policy, procedure):
                with self.assertRaises(AccessError):
                    record.with_user(user).action_publish()
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"name": "Mine"})
            with self.assertRaises(AccessError):
                policy.target_ids.with_user(user).write({"amount": 99})
            with self.assertRaises(AccessError):
                self.workshop.with_user(user).write({"leader_id": user.id})
