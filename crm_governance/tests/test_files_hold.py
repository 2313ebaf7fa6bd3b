# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .files_disposal import DisposalCommon


@tagged("post_install", "-at_install")
class TestHold(DisposalCommon):
    """What a legal hold preserves stays, until the last one is lifted (anchor 11)."""

    def test_many_holds(self):
        """It is effective until the last hold is lifted."""
        one, two = self.hold(self.old), self.hold(self.file, name="Audit")
        self.assertTrue(self.old._is_held())
        self.assertTrue(self.recent._is_held())
        self.lift(two)
        self.assertFalse(self.recent._is_held())
        self.assertTrue(self.old._is_held())
        self.lift(one)
        self.assertFalse(self.old._is_held())

    def test_later_volumes(self):
        """A hold on a file holds what comes later; one on a volume does not."""
        self.hold(self.file)
        self.assertTrue(self.new_volume(self.file, 2026, self.short)._is_held())
        self.hold(self.hidden)
        later = self.new_volume(self.secret_file, 2026, self.short)
        self.assertFalse(later._is_held())
        self.assertTrue(self.secret_file._is_held())

    def test_moved_a_moment_ago(self):
        """A volume counts as where it is, although that is not stored yet."""
        self.hold(self.file)
        volume = self.new_volume(self.secret_file, 2026, self.short, state="draft")
        self.env.flush_all()
        volume._as_system().file_id = self.file
        self.assertTrue(volume._is_held())
        volume._as_system().file_id = self.secret_file
        self.assertFalse(volume._is_held())

    def test_draft(self):
        """A draft holds nothing; placing needs items."""
        draft = self.hold(self.old, place=False)
        self.assertFalse(self.old._is_held())
        empty = self.hold(place=False)
        with self.assertSays("Say which"):
            empty.action_place()
        draft.action_place()
        self.assertTrue(self.old._is_held())
        with self.assertSays("placed already"):
            draft.action_place()

    def test_added_items(self):
        """What is added to a hold in force is held at once and stays on it."""
        hold = self.hold(self.old)
        hold.line_ids = [
            Command.create({"file_id": self.file.id, "volume_id": self.recent.id})
        ]
        self.assertTrue(self.recent._is_held())
        self.assertTrue(self.entries("held", hold.line_ids[1]))
        for line in hold.line_ids:
            self.assertRefused(
                self.holder2, "governance.legal.hold.line", "unlink", line.ids
            )
            self.assertRefused(
                self.holder2,
                "governance.legal.hold.line",
                "write",
                line.ids,
                {"volume_id": self.for_ever.id},
            )
        self.assertRefused(
            self.holder2,
            "governance.legal.hold",
            "write",
            hold.ids,
            {"line_ids": [Command.clear()]},
        )
        self.assertRefused(
            self.holder2, "governance.legal.hold", "write", hold.ids, {"reason": "x"}
        )
        self.assertRefused(self.holder2, "governance.legal.hold", "unlink", hold.ids)

    def test_lifting(self):
        """It needs a reason, once, and is on record."""
        hold = self.hold(self.old)
        with self.assertSays("Why it is lifted"):
            hold.action_lift()
        self.lift(hold)
        self.assertEqual(hold.lifted_by_id, self.holder2)
        self.assertEqual(len(self.entries("released", hold.line_ids)), 1)
        with self.assertSays("not in force"):
            hold.action_lift()
        self.assertRefused(
            self.holder2,
            "governance.legal.hold",
            "write",
            hold.ids,
            {"line_ids": [Command.create({"file_id": self.file.id})]},
        )

    # ------------------------------------------------------------------
    # WHAT IT FORBIDS
    # ------------------------------------------------------------------

    def test_outranks_retention(self):
        """Nothing that is held is proposed, approved or destroyed (anchor 12)."""
        destruction = self.approved(self.old)
        self.hold(self.file)
        with self.assertSays("is preserved") as caught:
            destruction.action_destroy()
        self.assertNotIn("Case 17", str(caught.exception))
        self.assertEqual(self.old.state, "filed")
        self.assertTrue(self.attachments(self.old))
        with self.assertSays("is preserved"):
            self.propose(self.old).action_request_approval()

    def test_forbidden_verbs(self):
        """Neither edited, replaced, moved nor deleted, by RPC or as the system."""
        volume = self.new_volume(self.file, 2026, None, state="draft")
        other = self.new_volume(self.file, 2026, None, state="draft", documents=0)
        document, scan = volume.document_ids, self.attachments(volume)
        self.hold(volume)
        for model, record, method, *args in (
            ("governance.file.volume", volume, "write", {"name": "Nothing"}),
            ("governance.file.volume", volume, "write", {"year": 1990}),
            (
                "governance.file.volume",
                volume,
                "write",
                {"file_id": self.secret_file.id},
            ),
            ("governance.file.volume", volume, "unlink"),
            ("governance.file", self.file, "unlink"),
            ("governance.file.document", document, "write", {"name": "Nothing"}),
            (
                "governance.file.document",
                document,
                "write",
                {"volume_id": other.id},
            ),
            ("governance.file.document", document, "unlink"),
            ("ir.attachment", scan, "write", {"raw": b"else"}),
            ("ir.attachment", scan, "write", {"res_id": other.id}),
            ("ir.attachment", scan, "unlink"),
        ):
            with self.subTest(model=model, method=method, args=args):
                self.assertRefused(
                    self.custodian2, model, method, record.ids, *args, error=UserError
                )
        for record in (volume, document, scan):
            with self.assertRaises(UserError):
                record.sudo().unlink()
        self.rpc(
            self.custodian,
            "governance.file.volume",
            "write",
            volume.ids,
            {"location": "Room 2"},
        )
        self.assertEqual(volume.location, "Room 2")

    def test_empty_file(self):
        """A file without volumes stays with its customer as well."""
        file = self.new_file(self.customer("First"))
        values = {"partner_id": self.customer("Second").id}
        hold = self.hold(file)
        with self.assertSays("is preserved"):
            file.with_user(self.custodian).write(values)
        file.with_user(self.custodian).write({"user_id": self.custodian3.id})
        self.lift(hold)
        file.with_user(self.custodian).write(values)
        self.assertEqual(file.partner_id.name, "Second")

    def test_destroyed_is_not_held(self):
        """There is nothing left to preserve."""
        destruction = self.approved(self.old)
        destruction.action_destroy()
        with self.assertSays("has been destroyed"):
            self.hold(self.old)

    # ------------------------------------------------------------------
    # WHO SEES IT
    # ------------------------------------------------------------------

    def test_hidden(self):
        """Without the right on holds there is no sign of it."""
        hold = self.hold(self.old)
        for user in (
            self.custodian,
            self.custodian2,
            self.boss,
            self.auditor,
            self.manager,
            self.rep,
        ):
            for record in (hold, hold.line_ids):
                self.assertRefused(
                    user, record._name, "search_read", [("id", "in", record.ids)]
                )
                self.assertNotIn(
                    "Case",
                    record.with_user(user).sudo().display_name
                    if record._name == "governance.legal.hold.line"
                    else "",
                )
            self.assertRefused(
                user, "governance.file.volume", "read", self.old.ids, ["hold_count"]
            )
            self.assertRefused(
                user, "governance.file.volume", "action_open_holds", self.old.ids
            )
        self.assertEqual(self.old.with_user(self.holder).hold_count, 1)
        action = self.old.with_user(self.holder).action_open_holds()
        found = (
            self.env["governance.legal.hold"]
            .with_user(self.holder)
            .search(action["domain"])
        )
        self.assertEqual(found, hold)

    def test_register_tells_no_name(self):
        """Auditors see that something is held, not by which hold."""
        hold = self.hold(self.old)
        line = self.entries("held", hold.line_ids)
        self.assertEqual(line.user_id, self.holder2)
        self.env.flush_all()
        self.env.invalidate_all()
        seen = line.with_user(self.auditor)
        self.assertIn("gone or not open to you", seen.particulars)
        self.assertNotIn("Case", seen.particulars)
        self.assertIn("Case 17", line.with_user(self.holder2).particulars)

    def test_levels(self):
        """Who looks after holds sees the items of open customers only."""
        hold = self.hold(self.old, self.hidden)
        seen = hold.with_user(self.holder)
        self.env.invalidate_all()
        lines = self.env["governance.legal.hold.line"].with_user(self.holder)
        self.assertEqual(lines.search([]).volume_id, self.old)
        self.assertTrue(seen.name)
        self.assertRefused(
            self.holder,
            "governance.legal.hold",
            "create",
            {
                "name": "x",
                "reason": "x",
                "line_ids": [Command.create({"file_id": self.secret_file.id})],
            },
        )

    def test_who_places_and_lifts(self):
        hold = self.hold(self.old)
        for user in (self.custodian, self.executive, self.manager, self.auditor):
            self.assertRefused(user, "governance.legal.hold", "action_lift", hold.ids)
            self.assertRefused(
                user,
                "governance.legal.hold",
                "create",
                {"name": "x", "reason": "x"},
            )
        for values in ({"state": "lifted"}, {"date_end": "2026-01-01"}):
            self.assertRefused(
                self.holder2, "governance.legal.hold", "write", hold.ids, values
            )

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        file = self.new_file(self.open_customer, company_id=other.id)
        with self.assertSays("another company"):
            self.hold(file, user=self.env.user)


@tagged("post_install", "-at_install")
class TestAttempts(DisposalCommon):
    """Attempts against a hold are on record although they fail (anchor 16)."""

    def setUp(self):
        super().setUp()
        self.destruction = self.approved(self.old)
        self.hold(self.old)
        self.registry_enter_test_mode()

    def attempt(self, user, model, method, record, *args):
        """Return the lines that are left of a request that fails."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.entries("denied")
        # assertRaises would undo what was written apart: here it is one connection.
        try:
            call_kw(self.env(user=user)[model], method, [record.ids, *args], {})
        except (AccessError, UserError):
            self.env.invalidate_all()
            return self.entries("denied") - before
        raise AssertionError("nothing was refused")

    def test_destroy(self):
        line = self.attempt(
            self.custodian,
            "governance.destruction",
            "action_destroy",
            self.destruction,
        ).filtered(lambda one: one.res_model == "governance.file.volume")
        self.assertEqual(line.user_id, self.custodian)
        self.assertEqual(line.res_id, self.old.id)
        self.assertEqual(line.detail["operation"], "destroy")
        self.assertIn("destroying what is preserved", line.particulars)

    def test_what_is_not_held_is_no_attempt(self):
        """A volume goes although another one of the same file is held."""
        other = self.new_volume(self.file, 2011, self.short)
        destruction = self.approved(other)
        before = self.entries("denied")
        destruction.with_user(self.custodian).action_destroy()
        self.assertEqual(destruction.state, "executed")
        self.assertEqual(self.entries("denied"), before)

    def test_delete_and_change(self):
        for model, record, method, *args in (
            ("governance.file.volume", self.old, "write", {"name": "x"}),
            ("governance.file.document", self.old.document_ids, "unlink"),
            ("ir.attachment", self.attachments(self.old), "unlink"),
        ):
            with self.subTest(model=model):
                line = self.attempt(self.custodian, model, method, record, *args)
                self.assertEqual(line.user_id, self.custodian)
                self.assertEqual(line.partner_id, self.open_customer)
