# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .files_disposal import DisposalCommon
from .test_confidentiality_races import ConnectionsCommon
from .tiers_world import FORGED


@tagged("post_install", "-at_install")
class TestDestruction(DisposalCommon):
    """Two persons agree, a custodian destroys, once (E-55, E-56, anchor 15)."""

    def test_whole_way(self):
        """Documents are gone, the stub and the lines of both registers stay."""
        document, scan = self.old.document_ids, self.attachments(self.old)
        content = scan.raw
        destruction = self.propose(self.old)
        destruction.action_request_approval()
        self.assertEqual(destruction.state, "requested")
        self.sign(destruction, self.custodian3)
        self.assertEqual(destruction.state, "requested")
        self.sign(destruction, self.executive)
        destruction.action_destroy()
        self.assertEqual(destruction.state, "executed")
        self.assertEqual(self.old.state, "destroyed")
        self.assertEqual(document.name, "Letter 0")
        self.assertEqual(document.state, "destroyed")
        self.assertFalse(scan.exists())
        self.assertEqual(self.file.state, "open")
        entry = destruction.entry_ids
        self.assertEqual(entry.volume_id, self.old)
        self.assertEqual(entry.user_id, self.custodian)
        self.assertEqual(entry.requester_id, self.custodian)
        for user in (self.custodian3, self.executive):
            self.assertIn(user.login, entry.signers)
        self.assertIn(hashlib.sha256(content).hexdigest(), entry.content_text)
        self.assertIn("Letter 0", entry.content_text)
        self.assertTrue(entry._has_own_fingerprint())
        line = self.entries("destroyed", self.old)
        self.assertEqual(
            (line.user_id, line.partner_id), (self.custodian, self.open_customer)
        )

    def test_once(self):
        """It is carried out once, and a volume is destroyed once."""
        destruction = self.approved(self.old)
        other = self.approved(self.old)
        destruction.action_destroy()
        with self.assertSays("is destroyed once"):
            destruction.action_destroy()
        with self.assertSays("destroyed already"):
            other.action_destroy()
        self.assertEqual(len(self.entries("destroyed", self.old)), 1)

    def test_whole_file(self):
        """The file is closed with its last volume, and the customer gets a new one."""
        self.for_ever._as_system().write({"is_kept_forever": False})
        with self.assertSays("is kept until 2070-12-31"):
            self.propose(self.file).action_request_approval()
        for volume in (self.recent, self.for_ever):
            volume._as_system().write({"retention_until": "2020-12-31"})
        destruction = self.approved(self.file)
        self.assertEqual(len(destruction.line_ids), 4)
        destruction.action_destroy()
        self.assertEqual(self.file.state, "destroyed")
        self.assertEqual(set(self.file.volume_ids.mapped("state")), {"destroyed"})
        self.assertEqual(len(destruction.entry_ids), 4)
        self.new_file(self.open_customer)
        with self.assertSays("is closed"):
            self.new_volume(self.file, 2026, self.short)
        with self.assertSays("is closed"):
            volume = self.new_volume(self.secret_file, 2026, self.short)
            volume._as_system().file_id = self.file

    def test_file_with_volumes_left(self):
        """A file is not closed over volumes that nobody has decided on."""
        destruction = self.propose(self.old)
        destruction.line_ids = [Command.create({"file_id": self.file.id})]
        with self.assertSays("is not on the list"):
            destruction.action_request_approval()

    def test_retention(self):
        """Neither before the end, nor for ever, nor what was never filed."""
        draft = self.new_volume(self.file, 2010, self.short, state="draft")
        for volume, message in (
            (self.recent, "is kept until 2070-12-31"),
            (self.for_ever, "is kept for ever"),
            (draft, "has never been filed"),
        ):
            with self.assertSays(message):
                self.propose(volume).action_request_approval()

    def test_retention_extended_after_approval(self):
        """It is checked again when it is destroyed."""
        destruction = self.approved(self.old)
        self.short.years = 100
        with self.assertSays("is kept until 2110-12-31"):
            destruction.action_destroy()
        self.assertTrue(self.attachments(self.old))

    def test_on_loan(self):
        """What somebody has is not destroyed."""
        destruction = self.approved(self.old)
        volumes = type(self.old)
        with patch.object(volumes, "_get_on_loan", lambda volumes: volumes):
            with self.assertSays("on loan"):
                destruction.action_destroy()

    def test_cost_of_the_form(self):
        """A list of fifty files is shown with as many queries as one of five."""
        counts, texts = [], []
        for size in (5, 5, 50):
            files = self.env["governance.file"]
            for number in range(size):
                files |= self.new_file(self.customer(f"Customer {size} {number}"))
            for file in files:
                self.new_volume(file, 2020, self.long, documents=2)
            destruction = self.propose(*files)
            specification = {name: {} for name in ("name", "kind", "obstacles")}
            specification["line_ids"] = {
                "fields": {
                    "file_id": {"fields": {"display_name": {}}},
                    "volume_id": {"fields": {"display_name": {}}},
                    "partner_id": {"fields": {"display_name": {}}},
                    "retention_until": {},
                    "content_hash": {},
                }
            }
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            [form] = destruction.web_read(specification)
            counts.append(self.env.cr.sql_log_count - before)
            texts.append(form["obstacles"])
            self.assertEqual(len(form["line_ids"]), 2 * size)
            self.assertEqual(
                len({line["content_hash"] for line in form["line_ids"]}), 2 * size
            )
        self.assertEqual(texts[-1].count("is kept until 2070-12-31"), 50)
        self.assertEqual(counts[1], counts[2], counts)

    def test_forged_context(self):
        """What a client may send opens no way."""
        destruction = self.propose(self.recent)
        self.assertRefused(
            self.custodian,
            "governance.destruction",
            "action_destroy",
            destruction.ids,
            error=UserError,
            context=FORGED,
        )
        for values in ({"state": "approved"}, {"executed_by_id": 1}, {"name": "x"}):
            self.assertRefused(
                self.custodian,
                "governance.destruction",
                "write",
                destruction.ids,
                values,
                context=FORGED,
            )
        self.assertRefused(
            self.custodian,
            "governance.destruction",
            "create",
            {"reason": "x", "state": "approved"},
            context=FORGED,
        )

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_requester_never_decides(self):
        """Not even as an executive who has both roles."""
        self.custodian.group_ids = [
            Command.link(self.env.ref("crm_governance.group_executive").id)
        ]
        destruction = self.propose(self.old)
        destruction.action_request_approval()
        request = destruction.sudo().approval_request_id
        self.assertRefused(
            self.custodian,
            "governance.approval.request",
            "decide",
            request.ids,
            "approved",
            error=UserError,
        )

    def test_two_persons(self):
        """Nobody signs twice; a matrix with one step is refused."""
        self.custodian3.group_ids = [
            Command.link(self.env.ref("crm_governance.group_executive").id)
        ]
        destruction = self.propose(self.old)
        destruction.action_request_approval()
        request = destruction.sudo().approval_request_id
        self.sign(destruction, self.custodian3)
        self.assertRefused(
            self.custodian3,
            "governance.approval.request",
            "decide",
            request.ids,
            "approved",
            error=UserError,
        )
        self.assertRefused(
            self.custodian,
            "governance.destruction",
            "action_destroy",
            destruction.ids,
            error=UserError,
        )
        self.create_matrix(
            [self.group_step("group_executive")], subject="destruction", code="ONE"
        )
        with self.assertSays("one signature only"):
            self.propose(self.old).action_request_approval()

    def test_signer_may_destroy_but_not_alone(self):
        """Who has signed may carry it out, because somebody else signed too."""
        destruction = self.approved(self.old)
        destruction.with_user(self.custodian3).action_destroy()
        self.assertEqual(destruction.executed_by_id, self.custodian3)

    def test_others_destroy_nothing(self):
        """Administrators, executives, auditors and representatives neither."""
        destruction = self.approved(self.old)
        for user in (
            self.manager,
            self.executive,
            self.auditor,
            self.rep,
            self.leader,
            self.env.ref("base.user_admin"),
        ):
            self.assertRefused(
                user, "governance.destruction", "action_destroy", destruction.ids
            )
            self.assertRefused(
                user,
                "governance.file.volume",
                "action_propose_destruction",
                self.old.ids,
            )
        self.custodian3._with_suspension().governance_suspended = True
        with self.assertSays("suspended", AccessError):
            destruction.with_user(self.custodian3).action_destroy()

    def test_secret_files(self):
        """Who is not cleared neither sees, nor decides, nor destroys it."""
        destruction = self.propose(self.old, self.hidden, user=self.custodian2)
        destruction.action_request_approval()
        secret = destruction.line_ids.filtered(lambda one: one.volume_id == self.hidden)
        for user in (self.custodian, self.executive, self.auditor):
            self.assertHidden(user, destruction)
            self.assertHidden(user, secret)
        for user in (self.custodian2, self.boss):
            self.assertReads(user, destruction)
        request = destruction.sudo().approval_request_id
        self.assertNotIn("Secret", str(request.content) + request.res_name)
        self.sign(destruction, self.custodian3)
        with self.assertSays("above your clearance", AccessError):
            self.sign(destruction, self.executive)

    def test_register_is_redacted(self):
        """An auditor sees that something was destroyed, not whose it was."""
        self.custodian3.group_ids = [
            Command.link(self.env.ref("crm_governance.group_clearance_2").id)
        ]
        destruction = self.propose(self.hidden, user=self.custodian2)
        destruction.action_request_approval()
        self.sign(destruction, self.custodian3, self.boss)
        destruction.action_destroy()
        entry = destruction.entry_ids
        self.env.flush_all()
        self.env.invalidate_all()
        [seen] = entry.with_user(self.auditor).read(
            ["name", "partner_id", "item", "file_id", "content_text", "reason"]
        )
        self.assertTrue(seen["name"])
        for name in ("partner_id", "item", "file_id", "content_text", "reason"):
            self.assertFalse(seen[name], name)
        self.env.invalidate_all()
        [seen] = entry.with_user(self.custodian2).read(["item", "partner_id"])
        self.assertTrue(seen["item"])
        lines = entry.with_user(self.auditor)
        self.assertFalse(lines.search([("item", "ilike", "Volume")]))
        for user in (self.rep, self.manager):
            self.assertRefused(user, entry._name, "read", entry.ids, ["name"])

    # ------------------------------------------------------------------
    # WHAT WAS SIGNED
    # ------------------------------------------------------------------

    def test_changed_after_approval(self):
        """A document that comes after the signatures has to be decided on too."""
        partner = self.customer("Prospect")
        file = self.new_file(partner)
        volume = self.new_volume(file, 2020, None, state="draft")
        lines = type(self.env["governance.destruction.line"])
        nobody = self.env["res.partner"]
        with patch.object(lines, "_get_unmatched_partners", lambda lines, kind: nobody):
            destruction = self.approved(volume, kind="no_value")
            self.attach(volume.document_ids, "an important one")
            with self.assertSays("has changed since"):
                destruction.action_destroy()
            destruction.action_reopen()
            self.assertEqual(destruction.state, "draft")
            destruction.action_request_approval()
            self.sign(destruction, self.custodian3, self.executive)
            destruction.action_destroy()
        self.assertFalse(self.attachments(volume))

    def test_items_of_an_approved_list(self):
        """Nothing is added to, or taken off, what was signed."""
        destruction = self.approved(self.old)
        for command in (
            Command.create({"file_id": self.file.id, "volume_id": self.recent.id}),
            Command.clear(),
        ):
            self.assertRefused(
                self.custodian,
                "governance.destruction",
                "write",
                destruction.ids,
                {"line_ids": [command]},
            )
        self.assertRefused(
            self.custodian,
            "governance.destruction.line",
            "create",
            {
                "destruction_id": destruction.id,
                "file_id": self.file.id,
                "volume_id": self.recent.id,
            },
        )
        self.assertRefused(
            self.custodian, "governance.destruction", "unlink", destruction.ids
        )

    def test_line_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        file = self.new_file(self.open_customer, company_id=other.id)
        with self.assertSays("one company"):
            self.env["governance.destruction"]._propose(files=file | self.file)

    # ------------------------------------------------------------------
    # NO OTHER WAY
    # ------------------------------------------------------------------

    def test_nothing_is_deleted(self):
        """Neither by RPC, nor as the system, nor with what it belongs to (E-56)."""
        destruction = self.approved(self.old)
        destruction.action_destroy()
        records = (
            self.file,
            self.recent,
            self.old,
            self.recent.document_ids,
            self.old.document_ids,
            destruction,
            destruction.entry_ids,
            self.entries("destroyed", self.old),
        )
        for record in records:
            for user in (
                self.custodian,
                self.executive,
                self.manager,
                self.env.ref("base.user_admin"),
            ):
                self.assertRefused(
                    user,
                    record._name,
                    "unlink",
                    record.ids,
                    error=UserError,
                    context=FORGED,
                )
            with self.assertRaises(UserError, msg=record._name):
                record.with_user(SUPERUSER_ID).sudo().unlink()
        for owner in (self.open_customer, self.company, self.custodian):
            self.assertCannotDelete(owner)
        for record in records:
            self.assertTrue(record.exists(), record)

    def assertCannotDelete(self, record):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                record.unlink()
                self.env.flush_all()
        except (UserError, IntegrityError):
            self.env.invalidate_all()
            return
        raise AssertionError(f"{record} was deleted")

    def test_filed_documents_stay(self):
        """Attachments of what is filed are neither deleted, replaced nor moved."""
        scan = self.attachments(self.recent)
        for method, *args in (
            ("unlink",),
            ("write", {"raw": b"else"}),
            ("write", {"datas": False}),
            ("write", {"res_model": False, "res_id": 0}),
        ):
            self.assertRefused(
                self.custodian,
                "ir.attachment",
                method,
                scan.ids,
                *args,
                error=UserError,
            )
            with self.assertRaises(UserError):
                getattr(scan.sudo(), method)(*args)
        draft = self.new_volume(self.file, 2026, None, state="draft", documents=0)
        self.assertRefused(
            self.custodian,
            "governance.file.document",
            "write",
            self.recent.document_ids.ids,
            {"volume_id": draft.id},
            error=UserError,
        )

    def test_nothing_comes_after_destruction(self):
        """What was destroyed takes no new documents and no changes."""
        destruction = self.approved(self.old)
        destruction.action_destroy()
        self.assertRefused(
            self.custodian,
            "governance.file.volume",
            "write",
            self.old.ids,
            {"name": "Again"},
        )
        for record in (self.old, self.old.document_ids):
            with self.assertRaises(UserError):
                self.attach(record, "again")

    # ------------------------------------------------------------------
    # WHAT REAPPEARS
    # ------------------------------------------------------------------

    def compare(self, listing=None, user=None):
        wizard = (
            self.env["governance.destruction.check"]
            .with_user(user or self.auditor)
            .create({"listing": listing})
        )
        wizard.action_compare()
        return wizard.result

    def test_comparison(self):
        """Register and files agree; after a partial restore they do not."""
        destruction = self.approved(self.old)
        destruction.action_destroy()
        entry = destruction.entry_ids
        self.assertIn("agree", self.compare())
        self.env.flush_all()
        for statement, message in (
            (
                SQL(
                    "UPDATE governance_file_volume SET state = 'filed' WHERE id = %s",
                    self.old.id,
                ),
                "not marked as such",
            ),
            (
                SQL(
                    """INSERT INTO ir_attachment (name, type, res_model, res_id)
                       VALUES ('scan', 'binary', 'governance.file.document', %s)""",
                    self.old.document_ids.id,
                ),
                "has electronic documents",
            ),
            (
                SQL("DELETE FROM governance_destruction_entry WHERE id = %s", entry.id),
                "is not in the register",
            ),
            (
                SQL(
                    """UPDATE governance_destruction_entry SET reason = 'x'
                        WHERE id = %s""",
                    entry.id,
                ),
                "does not have its own fingerprint",
            ),
        ):
            with self.subTest(message), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(statement)
                self.env.invalidate_all()
                self.assertIn(message, self.compare())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_comparison_tells_no_names(self):
        """It says what is wrong, not what is closed to who asks (C-10)."""
        self.custodian3.group_ids = [
            Command.link(self.env.ref("crm_governance.group_clearance_2").id)
        ]
        self.hidden._as_system().name = "Merger of Secret Holding"
        destruction = self.propose(self.hidden, user=self.custodian2)
        destruction.action_request_approval()
        self.sign(destruction, self.custodian3, self.boss)
        destruction.action_destroy()
        entry = destruction.entry_ids
        self.attach(self.recent, "scan")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE governance_file_volume SET state = 'filed' WHERE id = %s",
                self.hidden.id,
            )
        )
        self.env.invalidate_all()
        result = self.compare()
        self.assertIn(entry.name, result)
        self.assertNotIn("Merger", result)
        self.env.cr.execute(
            SQL(
                """UPDATE governance_file_volume SET state = 'destroyed'
                    WHERE id IN %s""",
                (self.recent.id, self.hidden.id),
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE governance_file SET state = 'destroyed' WHERE id = %s",
                self.secret_file.id,
            )
        )
        self.env.cr.execute(SQL("DELETE FROM governance_destruction_entry"))
        self.env.invalidate_all()
        result = self.compare()
        self.assertIn(self.recent.name, result)
        self.assertEqual(result.count("not in the register"), 3)
        for words in ("Merger", self.secret.name):
            self.assertNotIn(words, result)
        self.assertIn("Merger", self.compare(user=self.custodian2))

    def test_comparison_of_one_company(self):
        """What another company destroys is its own matter (design §6)."""
        other = self.env["res.company"].create({"name": "Other"})
        file = self.new_file(self.open_customer, company_id=other.id)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE governance_file SET state = 'destroyed' WHERE id = %s", file.id)
        )
        self.env.invalidate_all()
        self.assertIn("agree", self.compare())

    def test_older_backup(self):
        """A list that is kept outside tells what an older backup brought back."""
        destruction = self.approved(self.old)
        destruction.action_destroy()
        entry = destruction.entry_ids
        listing = f"{entry.name} {entry.fingerprint}"
        self.assertIn("agree", self.compare(listing))
        result = self.compare(f"{listing}\n{destruction.name}-2 abc\n\n")
        self.assertIn("is on your list, but not in the register", result)
        self.assertIn("another fingerprint", self.compare(f"{entry.name} abc"))
        self.assertRefused(
            self.rep, "governance.destruction.check", "create", {"listing": ""}
        )

    def test_certificate(self):
        """It says who, why, when and what, and is printed afterwards only."""
        destruction = self.approved(self.old)
        report = "crm_governance.report_destruction_certificate"
        reports = self.env["ir.actions.report"].with_user(self.custodian)
        with self.assertSays("has not been destroyed"):
            reports._render_qweb_html(report, destruction.ids)
        destruction.action_destroy()
        page = reports._render_qweb_html(report, destruction.ids)[0].decode()
        for words in (
            destruction.name,
            self.custodian3.name,
            self.executive.name,
            "Letter 0",
            destruction.entry_ids.fingerprint,
        ):
            self.assertIn(words, page)
        with self.assertRaises(AccessError):
            reports.with_user(self.rep)._render_qweb_html(report, destruction.ids)


class DestructionRacesCommon(ConnectionsCommon):
    """A destruction that is approved, for several connections."""

    EVIDENCE = (
        "governance_decision",
        "governance_approval_request_step",
        "governance_approval_request",
        "governance_loan_event",
        "governance_loan_line",
        "governance_loan",
        "governance_lending_policy",
        "governance_destruction_entry",
        "governance_destruction_line",
        "governance_destruction",
        "governance_legal_hold_line",
        "governance_legal_hold",
        "governance_file_document",
        "governance_file_volume",
        "governance_file",
        "governance_retention_class",
        "governance_approval_policy",
        "mail_activity",
        "mail_mail",
        "mail_message",
        "mail_followers",
        "bus_bus",
    )
    # People are named by all of these, and so go last.
    MADE = ("res_users", "res_partner")

    def setUp(self):
        super().setUp()
        self.delete_later(self.EVIDENCE)
        self.commit(self.make_world)

    def make_world(self, env):
        """Make a volume whose time is over and a destruction that is approved."""
        names = {
            "asker": "group_custodian",
            "second": "group_custodian",
            "boss": "group_executive",
            "holder": "group_hold,crm_governance.group_user",
        }
        self.people = {
            login: new_test_user(
                env, f"governance_race_{login}", groups=f"crm_governance.{groups}"
            ).id
            for login, groups in names.items()
        }
        matrix = env["governance.approval.policy"].create(
            {
                "name": "Race",
                "code": "RACE",
                "subject": "destruction",
                "expiry_value": 3,
                "step_ids": [
                    Command.create(
                        {
                            "name": group,
                            "sequence": number,
                            "group_id": env.ref(f"crm_governance.{group}").id,
                        }
                    )
                    for number, group in enumerate(
                        ("group_custodian", "group_executive")
                    )
                ],
            }
        )
        matrix.action_publish()
        retention = env["governance.retention.class"].create(
            {"name": "Race", "years": 1}
        )
        file = (
            env["governance.file"]
            ._as_system()
            .create({"partner_id": self.customer_id, "name": "RACE"})
        )
        volume = (
            env["governance.file.volume"]
            ._as_system()
            .create(
                {
                    "name": "Race",
                    "file_id": file.id,
                    "year": 2000,
                    "retention_class_id": retention.id,
                    "state": "filed",
                }
            )
        )
        self.file_id, self.volume_id = file.id, volume.id
        asker = env["res.users"].browse(self.people["asker"])
        destruction = (
            env["governance.destruction"]
            .with_user(asker)
            ._propose(
                volumes=env["governance.file.volume"].with_user(asker).browse(volume.id)
            )
        )
        self.destruction_id = destruction.id
        self.before_request(env)
        # What is handed out at the same moment, the request does not see.
        destruction._request_approval()
        destruction._as_system().write({"state": "requested"})
        for login in ("second", "boss"):
            destruction.sudo().approval_request_id.with_user(self.people[login]).decide(
                "approved", "Yes"
            )

    def before_request(self, env):
        """Do what happens before it is asked for approval."""

    def destroy(self, env, login="asker"):
        user = env["res.users"].browse(self.people[login])
        one = env["governance.destruction"].with_user(user).browse(self.destruction_id)
        one.action_destroy()
        env.flush_all()

    def place(self, env):
        user = env["res.users"].browse(self.people["holder"])
        hold = (
            env["governance.legal.hold"]
            .with_user(user)
            .create(
                {
                    "name": "Race",
                    "reason": "Race",
                    "line_ids": [
                        Command.create(
                            {"file_id": self.file_id, "volume_id": self.volume_id}
                        )
                    ],
                }
            )
        )
        hold.action_place()
        env.flush_all()

    def outcome(self):
        env = self.open_env()
        volume = env["governance.file.volume"].browse(self.volume_id)
        return volume.state, volume._is_held()


@tagged("post_install", "-at_install")
class TestDestructionRaces(DestructionRacesCommon):
    """Holding and destroying at once, on connections of their own."""

    def test_hold_first(self):
        """Who destroys waits for the hold, and then sees it."""
        first = self.open_env()
        self.place(first)
        wait = self.start(self.destroy)
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        [error] = wait()
        self.assertIsInstance(error, UserError)
        self.assertEqual(self.outcome(), ("filed", True))

    def test_destruction_first(self):
        """Who places a hold waits, and is told that it is too late."""
        first = self.open_env()
        self.destroy(first)
        wait = self.start(self.place)
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        [error] = wait()
        self.assertIsInstance(error, UserError)
        self.assertEqual(self.outcome(), ("destroyed", False))

    def test_two_custodians(self):
        """One destroys; the other is told so."""
        first = self.open_env()
        self.destroy(first)
        wait = self.start(lambda env: self.destroy(env, "second"))
        [error] = wait()
        first.cr.commit()
        self.assertIsInstance(error, UserError)
        entries = self.open_env()["governance.destruction.entry"].search_count(
            [("volume_id", "=", self.volume_id)]
        )
        self.assertEqual(entries, 1)

    def test_volume_added_meanwhile(self):
        """A volume gets into the file before it is closed, or not at all."""
        first = self.open_env()
        file = first["governance.file"].browse(self.file_id)
        file._claim()
        file._as_system().write({"state": "destroyed"})
        first.flush_all()
        wait = self.start(self.add_volume)
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        [error] = wait()
        self.assertIsInstance(error, UserError)

    def add_volume(self, env):
        env["governance.file.volume"]._as_system().create(
            {"name": "Late", "file_id": self.file_id, "year": 2026}
        )
        env.flush_all()

    def test_killed_before_commit(self):
        """Nothing is half destroyed."""
        with self.registry.cursor() as cr:
            self.destroy(self.new_env(cr))
            cr.rollback()
        self.assertEqual(self.outcome(), ("filed", False))
        env = self.open_env()
        self.assertFalse(
            env["governance.destruction.entry"].search_count(
                [("volume_id", "=", self.volume_id)]
            )
        )


@tagged("post_install", "-at_install")
class TestDestructionAgainstLoans(DestructionRacesCommon):
    """Lending, returning and destroying at once, on connections of their own."""

    def before_request(self, env):
        """Let somebody have the volume on loan, ready to be handed out."""
        policy = env["governance.lending.policy"].create(
            {
                "name": "Race",
                "code": "RACE",
                "approval_code": "RACE-LOAN",
                "undertaking": "I lend nothing on.",
                "due_rule": "days",
                "due_days": 3,
                "calendar_mode": "days",
                "max_renewals": 5,
                "total_days": 90,
                "recall_value": 1,
                "recall_unit": "days",
            }
        )
        matrix = env["governance.approval.policy"].create(
            {
                "name": "Race",
                "code": "RACE-LOAN",
                "subject": "lending",
                "expiry_value": 3,
                "step_ids": [
                    Command.create(
                        {
                            "name": "Boss",
                            "group_id": env.ref("crm_governance.group_executive").id,
                        }
                    )
                ],
            }
        )
        matrix.action_publish()
        policy.action_publish()
        loan = env(user=self.people["asker"])["governance.loan"].create(
            {
                "policy_id": policy.id,
                "purpose": "Race",
                "line_ids": [Command.create({"volume_id": self.volume_id})],
            }
        )
        loan.action_request_approval()
        request = loan.sudo().approval_request_id
        request.with_user(self.people["boss"]).decide("approved", "Yes")
        loan.action_accept_undertaking()
        self.line_id = loan.sudo().line_ids.id

    def line(self, env):
        user = self.people["second"]
        return env(user=user)["governance.loan.line"].browse(self.line_id)

    def hand_out(self, env):
        """Hand the volume out, as if it were on no list yet."""
        volumes = type(env["governance.file.volume"])
        with patch.object(volumes, "_check_lendable", lambda *_args: []):
            self.line(env)._hand_out(is_present=True)
        env.flush_all()

    def take_back(self, env):
        self.line(env)._take_back("good")
        env.flush_all()

    def test_waits_for_who_has_asked(self):
        """What somebody asked for before is not destroyed until that is settled."""
        with self.assertRaises(UserError) as caught:
            self.commit(self.destroy)
        self.assertIn("asked to borrow", str(caught.exception))
        self.commit(lambda env: self.line(env).sudo().loan_id._leave("cancelled"))
        self.commit(self.destroy)
        self.assertEqual(self.outcome(), ("destroyed", False))

    def test_list_keeps_from_lending(self):
        """What is on a list is not handed out any more."""
        with self.assertRaises(UserError) as caught:
            self.commit(lambda env: self.line(env)._hand_out(is_present=True))
        self.assertIn("to be destroyed", str(caught.exception))

    def test_handed_out_first(self):
        """Who destroys waits for who hands out, and then sees the loan."""
        first = self.open_env()
        self.hand_out(first)
        wait = self.start(self.destroy)
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        [error] = wait()
        self.assertIsInstance(error, UserError)
        self.assertEqual(self.outcome(), ("filed", False))

    def test_destroyed_first(self):
        """Who hands out waits, and is told that the volume is destroyed."""
        first = self.open_env()
        volumes = type(first["governance.file.volume"])
        # As if it was asked for at the same moment.
        with patch.object(volumes, "_get_asked_for", lambda volumes: volumes.browse()):
            self.destroy(first)
        wait = self.start(lambda env: self.line(env)._hand_out(is_present=True))
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        [error] = wait()
        self.assertIsInstance(error, UserError)
        state = self.open_env()["governance.loan.line"].browse(self.line_id).state
        self.assertEqual(state, "waiting")

    def test_return_against_destruction(self):
        """Nothing is destroyed before it is back; afterwards it is, once."""
        self.commit(self.hand_out)
        first = self.open_env()
        self.take_back(first)
        wait = self.start(self.destroy)
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        # It has begun before the volume was back.
        [error] = wait()
        self.assertIsInstance(error, UserError)
        self.assertEqual(self.outcome(), ("filed", False))
        self.commit(self.destroy)
        self.assertEqual(self.outcome(), ("destroyed", False))
