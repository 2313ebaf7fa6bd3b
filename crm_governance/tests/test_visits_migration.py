# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import runpy
from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged

from .visits_common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitMigration(VisitCommon):
    def migrate(self):
        """Upgrade the data of the version before, twice."""
        script = Path(__file__).parents[1] / "migrations/19.0.4.1.0/post-migration.py"
        for _again in range(2):
            runpy.run_path(str(script))["migrate"](self.env.cr, "19.0.4.0.0")
        self.env.invalidate_all()

    def test_keys(self):
        """Contacts have no keys that cost more than the row."""
        self.env.cr.execute(
            """ALTER TABLE governance_visit_slot
             ADD CONSTRAINT governance_visit_slot_user_id_fkey
                 FOREIGN KEY (user_id) REFERENCES res_users"""
        )
        self.migrate()
        self.env.cr.execute(
            """SELECT conname FROM pg_constraint
                WHERE conrelid = 'governance_visit_slot'::regclass
                  AND conname ~ '(plan|user)_id_fkey'"""
        )
        self.assertFalse(self.env.cr.fetchall())

    def test_channels(self):
        """Door visits and calls are wide, other channels are as they were."""
        channels = self.env["governance.visit.channel"].search([])
        wide = channels.filtered("accepts_kind")
        channels.accepts_kind = False
        self.env.ref("crm_governance.governance_visit_channel_callback").kind = "other"
        self.migrate()
        expected = wide.filtered(lambda channel: channel.kind in ("visit", "call"))
        self.assertEqual(channels.filtered("accepts_kind"), expected)
        self.assertEqual(len(wide - expected), 1)

    def test_levels(self):
        """What is planned with a leader counts as such."""
        visit = self.visit(meeting_ids=[Command.link(self.chief.id)])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE governance_visit SET contact_level = NULL WHERE id = %s", [visit.id]
        )
        self.env.invalidate_all()
        self.migrate()
        self.assertEqual(visit.contact_level, "3")
