# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_confidentiality_races import ConnectionsCommon

# What is made is deleted again, in this order, before the customer.
FILES = (
    "governance_file_document",
    "governance_file_volume",
    "governance_file",
    "governance_filing_transfer",
    "governance_filing_collector",
    "governance_filing_department",
    "mail_activity",
    "mail_message",
    "mail_followers",
)


@tagged("post_install", "-at_install")
class TestFilesCoreRaces(ConnectionsCommon):
    """Several connections open files and number volumes at the same moment (E-35)."""

    def setUp(self):
        super().setUp()
        self.delete_later(FILES)

    def untie(self, cr):
        if "governance_file_volume" in self.last:
            cr.execute(
                """DELETE FROM governance_file_quality_governance_file_volume_rel
                    WHERE governance_file_volume_id > %s""",
                [self.last["governance_file_volume"]],
            )

    def open_file(self, env):
        file = env["governance.file"].create({"partner_id": self.customer_id})
        env.flush_all()
        return file

    def make_volume(self, env, file_id):
        classes = env["governance.retention.class"]
        quality = env["governance.file.quality"].search([("active", "=", True)])
        volume = env["governance.file.volume"].create(
            {
                "name": "Contracts",
                "file_id": file_id,
                "year": 2026,
                "quality_ids": [Command.set(quality.ids)],
                "retention_class_id": classes.search(
                    [("company_id", "=", env.company.id)], limit=1
                ).id,
                "document_ids": [
                    Command.create({"name": "Contract", "date": "2026-01-02"})
                ],
            }
        )
        env.flush_all()
        return volume

    def test_one_open_file(self):
        """Two who open the file of a customer at once: one of them does."""
        first = self.open_env()
        self.open_file(first)
        wait = self.start(self.open_file)
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        [error] = wait()
        self.assertIsInstance(error, UniqueViolation)

    def test_file_codes_differ(self):
        """Nobody waits for the next code, and no two are the same."""
        codes = []

        def take(env):
            codes.extend(env["governance.file"]._get_next_codes(env.company, 3))

        first = self.open_env()
        take(first)
        wait = self.start(take)
        # It would not end: the first one has not.
        self.assertEqual(wait(), [])
        self.assertEqual(len(set(codes)), 6)

    def test_volumes_are_numbered_in_turn(self):
        """Who numbers at the same moment waits, and gets the next number."""
        file_id = self.commit(lambda env: self.open_file(env).id)
        first = self.open_env()
        self.make_volume(first, file_id)
        wait = self.start(lambda env: self.make_volume(env, file_id))
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        self.assertEqual(wait(), [])
        env = self.open_env()
        volumes = env["governance.file.volume"].search([("file_id", "=", file_id)])
        self.assertEqual(sorted(volumes.mapped("number")), [1, 2])
        self.assertEqual(len(set(volumes.mapped("code"))), 2)

    def test_two_who_sign_at_once(self):
        """One of them signs, the other one is told."""
        custodians = self.env.ref("crm_governance.group_custodian")

        def prepare(env):
            user = env["res.users"].browse(self.reader_id)
            user.group_ids = [Command.link(custodians.id)]
            return self.make_volume(env, self.open_file(env).id).id

        def withdraw(env):
            user = env["res.users"].browse(self.reader_id)
            user.group_ids = [Command.unlink(custodians.id)]

        self.addCleanup(self.commit, withdraw)
        volume_id = self.commit(prepare)

        def department(env):
            return env["governance.filing.department"].create(
                {"name": "Racing", "code": "RACE"}
            )

        def put(env):
            volume = env["governance.file.volume"].browse(volume_id)
            volume.department_id = department(env)

        self.commit(put)

        def compose(env):
            mine = env(user=self.reader_id)
            mine["governance.file.volume"].browse(volume_id).action_compose()
            env.flush_all()

        first = self.open_env()
        compose(first)
        wait = self.start(compose)
        [error] = wait()
        self.assertIsInstance(error, UserError)
        self.assertIn("Somebody else works", str(error))
        first.cr.commit()
