# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .confidentiality_common import ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestSuspension(ConfidentialityCommon):
    """Access is suspended at once and comes back by somebody else (C-36, C-43)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix = cls.create_matrix(
            [cls.group_step("group_executive")],
            subject="precautionary_freeze",
            code="FREEZE",
        )

    def suspension(self, author, user, kind="misuse", **values):
        """Return a draft as its author."""
        return (
            self.env["governance.suspension"]
            .with_user(author)
            .create(
                {"user_id": user.id, "kind": kind, "reason": "Sold a list", **values}
            )
        )

    def suspend(self, author, user, kind="misuse"):
        """Suspend a person by buttons; return the record for the superuser."""
        draft = self.suspension(author, user, kind)
        self.rpc(author, "governance.suspension", "action_suspend", draft.ids)
        return draft.sudo()

    def entries(self, event, user):
        return self.env["governance.access.entry"].search(
            [("event", "=", event), ("subject_id", "=", user.id)]
        )

    # ------------------------------------------------------------------
    # EFFECT
    # ------------------------------------------------------------------

    def test_clearance_ends_without_clearing_a_cache(self):
        """The next question is answered anew, in the same process."""
        hidden = self.secret.with_user(self.cleared2)
        self.assertTrue(hidden.search([("id", "=", self.secret.id)]))
        hidden.check_access("read")
        draft = self.suspension(self.custodian, self.cleared2)
        with self.assertNoCacheCleared():
            draft.action_suspend()
        self.assertFalse(hidden.search([("id", "=", self.secret.id)]))
        self.assertFalse(hidden.has_access("read"))
        self.assertFalse(hidden.search_count([("id", "=", self.secret.id)]))
        with self.assertNoCacheCleared():
            draft.with_user(self.custodian2).lift("It was a mistake")
        self.assertTrue(hidden.search([("id", "=", self.secret.id)]))

    def assertNoCacheCleared(self):
        registry = self.env.registry
        test = self

        class Watch:
            def __enter__(watch):
                watch.before = set(registry.cache_invalidated)

            def __exit__(watch, *error):
                test.assertEqual(set(registry.cache_invalidated), watch.before)

        return Watch()

    def test_every_role_ends(self):
        """Owner, leader, named roles and clearance: none has an effect."""
        for user in (self.rep, self.leader, self.specialist, self.liaison, self.boss):
            self.assertReads(user, self.secret)
            suspension = self.suspend(self.custodian, user)
            self.assertHidden(user, self.secret)
            self.assertHidden(user, self.secret_contact)
            if user.has_group("sales_team.group_sale_salesman"):
                self.assertHidden(user, self.secret_order)
                self.assertHidden(user, self.secret_lead)
            self.assertFalse(self.secret.with_user(user).has_access("write"))
            self.assertReads(user, self.open_customer)
            suspension.with_user(self.custodian2).lift("Cleared up")
            self.assertReads(user, self.secret)

    def test_grants_have_no_effect_during_a_freeze(self):
        """A live grant rests while its holder is suspended and is live afterwards."""
        grant = self.grant(self.rep2, self.secret)
        suspension = self.suspend(self.custodian, self.rep2, "other")
        self.assertTrue(grant.is_live)
        self.assertHidden(self.rep2, self.secret)
        suspension.with_user(self.custodian2).lift("Is back")
        self.assertReads(self.rep2, self.secret)

    def test_misuse_ends_grants(self):
        """Misuse ends all live access of the person, with what was passed on."""
        grant = self.grant(self.rep2, self.secret)
        passed = self.grant(
            self.leader2, self.secret, 0.5, kind="derived", parent_id=grant.id
        )
        other = self.grant(self.specialist, self.important)
        suspension = self.suspend(self.custodian, self.rep2)
        self.assertEqual((grant | passed).mapped("state"), ["revoked", "revoked"])
        self.assertEqual(grant.revoked_by, self.custodian)
        self.assertEqual(other.state, "active")
        self.assertNotIn("list", grant.end_reason)
        suspension.with_user(self.custodian2).lift("Cleared up")
        self.assertHidden(self.rep2, self.secret)
        self.assertHidden(self.leader2, self.secret)

    def test_two_suspensions(self):
        """Access is back when the last one is lifted."""
        misuse = self.suspend(self.custodian, self.cleared2)
        other = self.suspend(self.custodian, self.cleared2, "other")
        misuse.with_user(self.custodian2).lift("Cleared up")
        self.assertHidden(self.cleared2, self.secret)
        other.with_user(self.custodian2).lift("Cleared up")
        self.assertReads(self.cleared2, self.secret)

    def test_register(self):
        """Both events are on record with who did it, without the reason."""
        suspension = self.suspend(self.custodian, self.rep)
        entry = self.entries("suspended", self.rep)
        self.assertEqual(entry.user_id, self.custodian)
        self.assertEqual(entry.detail, {"kind": "misuse"})
        self.assertEqual(
            (entry.res_model, entry.res_id), (suspension._name, suspension.id)
        )
        suspension.with_user(self.boss).lift("Cleared up")
        self.assertEqual(self.entries("resumed", self.rep).user_id, self.boss)

    def test_person_is_told_without_the_reason(self):
        self.suspend(self.custodian, self.rep)
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.rep.partner_id.ids)], limit=1
        )
        self.assertIn("suspended", message.subject)
        self.assertNotIn("list", message.body)

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_nobody_suspends_himself(self):
        with self.assertRaises(ValidationError):
            self.suspension(self.custodian, self.custodian)

    def test_who_may_suspend(self):
        """Custodians and executives; an administrator of users may not."""
        self.suspend(self.boss, self.rep)
        for user in (self.manager, self.leader, self.auditor, self.employee):
            self.assertRefused(
                user,
                "governance.suspension",
                "create",
                {"user_id": self.rep2.id, "reason": "x"},
            )
            self.assertRefused(
                user, "res.users", "action_governance_suspend", self.rep2.ids
            )
        action = self.rpc(
            self.custodian, "res.users", "action_governance_suspend", self.rep2.ids
        )
        self.assertEqual(action["context"], {"default_user_id": self.rep2.id})

    def test_state_is_not_written_by_hand(self):
        """Neither the state of the record nor the mark on the person."""
        draft = self.suspension(self.custodian, self.rep)
        for values in (
            {"state": "active"},
            {"author_id": self.custodian2.id},
            {"lifted_by_id": self.custodian2.id},
        ):
            self.assertRefused(
                self.custodian, "governance.suspension", "write", draft.ids, values
            )
        self.assertRefused(
            self.custodian,
            "governance.suspension",
            "create",
            {"user_id": self.rep.id, "reason": "x", "state": "active"},
        )
        system = self.env.ref("base.user_admin")
        for name in ("governance_suspended", "governance_trained_until"):
            self.assertRefused(
                system,
                "res.users",
                "write",
                self.rep.ids,
                {name: False},
                context={"governance_suspension": True},
            )
            self.assertRefused(
                system,
                "res.users",
                "create",
                {"name": "X", "login": "suspension_x", name: False},
            )

    def test_record_stays(self):
        """What took effect is neither changed nor deleted, not even by its author."""
        suspension = self.suspend(self.custodian, self.rep)
        for method, *args in (("write", {"reason": "Nothing"}), ("unlink",)):
            self.assertRefused(
                self.custodian, "governance.suspension", method, suspension.ids, *args
            )
        draft = self.suspension(self.custodian, self.rep2)
        self.assertRefused(
            self.custodian2,
            "governance.suspension",
            "action_suspend",
            draft.ids,
            error=UserError,
        )
        self.rpc(self.custodian, "governance.suspension", "unlink", draft.ids)

    def test_person_does_not_see_it(self):
        """Not even a custodian reads the own suspension, nor lifts it."""
        suspension = self.suspend(self.boss, self.custodian2)
        seen = suspension.with_user(self.custodian2)
        self.assertFalse(seen.search([("id", "=", suspension.id)]))
        self.assertRefused(
            self.custodian2, "governance.suspension", "read", suspension.ids, ["reason"]
        )
        self.assertRefused(
            self.custodian2, "governance.suspension", "lift", suspension.ids, "Please"
        )
        self.assertTrue(self.custodian2.governance_suspended)
        self.assertTrue(suspension.with_user(self.auditor).reason)

    def test_lifting(self):
        """Somebody else lifts, with a reason, once."""
        suspension = self.suspend(self.custodian, self.rep)
        with self.assertSays("Somebody else lifts it"):
            suspension.with_user(self.custodian).lift("Sorry")
        with self.assertSays("Somebody else lifts it"):
            suspension.with_user(self.custodian).action_lift()
        with self.assertSays("Say why"):
            suspension.with_user(self.custodian2).lift("  ")
        for user in (self.auditor, self.manager, self.rep, self.leader):
            self.assertRefused(
                user, "governance.suspension", "lift", suspension.ids, "Please"
            )
        action = suspension.with_user(self.custodian2).action_lift()
        wizard = (
            self.env["governance.suspension.lift"]
            .with_user(self.custodian2)
            .with_context(**action["context"])
            .create({"reason": "A mistake"})
        )
        wizard.action_confirm()
        self.assertEqual(suspension.state, "lifted")
        self.assertEqual(suspension.lifted_by_id, self.custodian2)
        with self.assertSays("not in force"):
            suspension.with_user(self.custodian2).lift("Again")

    def test_dialog_shows_nothing_to_strangers(self):
        suspension = self.suspend(self.boss, self.custodian2)
        self.assertRefused(
            self.custodian2,
            "governance.suspension.lift",
            "create",
            {"suspension_id": suspension.id, "reason": "x"},
        )

    def test_suspended_custodian_suspends_nobody(self):
        """Who is suspended neither suspends nor lifts."""
        other = self.suspend(self.custodian, self.rep)
        draft = self.suspension(self.custodian2, self.leader)
        self.suspend(self.boss, self.custodian2)
        with self.assertSays("Your own access is suspended", AccessError):
            draft.action_suspend()
        with self.assertSays("Your own access is suspended", AccessError):
            other.with_user(self.custodian2).lift("Please")

    def test_one_of_a_kind(self):
        self.suspend(self.custodian, self.rep)
        with self.assertSays("one already"):
            self.suspend(self.custodian2, self.rep)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            draft = self.suspension(self.custodian2, self.rep)
            draft._as_system().write({"state": "active"})
            self.env.flush_all()

    def test_people_outside_are_not_suspended(self):
        with self.assertRaises(ValidationError):
            self.suspension(self.custodian, self.portal)

    # ------------------------------------------------------------------
    # FREEZE
    # ------------------------------------------------------------------

    def request(self, suspension):
        return suspension.sudo().approval_request_id

    def test_freeze(self):
        """It takes effect when somebody else has approved it (C-43)."""
        freeze = self.suspend(self.custodian, self.cleared2, "freeze")
        self.assertEqual(freeze.state, "requested")
        self.assertReads(self.cleared2, self.secret)
        request = self.request(freeze)
        for user in (self.custodian, self.custodian2, self.cleared2, self.manager):
            self.assertRefused(
                user,
                "governance.approval.request",
                "decide",
                request.ids,
                "approved",
                error=UserError,
            )
        self.rpc(
            self.executive,
            "governance.approval.request",
            "decide",
            request.ids,
            "approved",
        )
        self.assertEqual(freeze.state, "active")
        self.assertHidden(self.cleared2, self.secret)
        freeze.with_user(self.custodian2).lift("Stays with us")
        self.assertReads(self.cleared2, self.secret)

    def test_rejected_freeze(self):
        freeze = self.suspend(self.custodian, self.cleared2, "freeze")
        self.request(freeze).with_user(self.executive).decide("rejected", "No cause")
        self.assertEqual(freeze.state, "refused")
        self.assertFalse(self.cleared2.governance_suspended)

    def test_withdrawn_freeze(self):
        freeze = self.suspend(self.custodian, self.cleared2, "freeze")
        self.request(freeze).with_user(self.custodian).action_withdraw()
        self.assertEqual(freeze.state, "draft")

    def test_freeze_needs_a_matrix(self):
        self.matrix.sudo()._with_machinery().write({"state": "superseded"})
        with self.assertSays("approval matrix"):
            self.suspend(self.custodian, self.cleared2, "freeze")

    def test_freeze_of_an_approver_is_discreet(self):
        """An executive neither sees nor decides the freeze of himself or herself."""
        freeze = self.suspend(self.custodian, self.boss, "freeze")
        request = self.request(freeze)
        self.assertFalse(
            request.activity_ids.filtered(lambda a: a.user_id == self.boss)
        )
        lines = (request, request.step_ids, request.decision_ids, freeze)
        for line in lines:
            self.assertFalse(line.with_user(self.boss).has_access("read"), line)
            self.assertFalse(
                line.with_user(self.boss).search([("id", "in", line.ids)]), line
            )
            self.assertTrue(line.with_user(self.executive).has_access("read"), line)
            self.assertTrue(line.with_user(self.auditor).has_access("read"), line)
            self.assertTrue(line.with_user(self.custodian).has_access("read"), line)
        self.assertRefused(
            self.boss,
            "governance.approval.request",
            "decide",
            request.ids,
            "rejected",
            "No",
        )

    def test_freeze_is_no_matter_of_administrators(self):
        """Who reads all approvals does not read these, and no reason anywhere."""
        freeze = self.suspend(self.custodian, self.rep, "freeze")
        request = self.request(freeze)
        for line in (request, request.step_ids, request.decision_ids, freeze):
            self.assertFalse(line.with_user(self.manager).has_access("read"), line)
        self.assertNotIn("list", str(request.content))
        self.assertFalse(request.reason)

    def test_other_approvals_stay_readable(self):
        """The rules on discretion concern suspensions only."""
        override = self.create_matrix(
            [self.group_step("group_executive")], subject="generic"
        )
        self.assertTrue(override.with_user(self.manager).has_access("read"))
        decision = self.env["governance.decision"]._record(
            [
                {
                    "event": "changed",
                    "res_model": "res.company",
                    "res_id": self.company.id,
                    "company_id": self.company.id,
                }
            ]
        )
        self.assertTrue(decision.with_user(self.manager).has_access("read"))
