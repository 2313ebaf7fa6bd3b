# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import runpy
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import SQL

from .complaints_common import ComplaintCommon
from .complaints_statistic_common import at

FOLDER = Path(__file__).parents[1] / "migrations/19.0.6.0.0"
NAMES = ["kind", "number", "state", "start", "deadline", "stopped_on", "next_on"]


@tagged("post_install", "-at_install")
class TestComplaintClockMigration(ComplaintCommon):
    """What becomes of clocks that had one row for all of their rounds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.policy(
            [
                {"kind": "first_response", "amount": 4},
                {"kind": "next_response", "amount": 2},
            ],
            [{"share": 100, "recipient": "unit_leader"}],
        )

    def talk(self, *events):
        """Return a complaint; events are “kind 02-03 09:00”."""
        complaint = self.draft(self.cmanager).sudo()
        complaint._as_system().write(
            {
                "state": "assigned",
                "policy_id": self.rules.id,
                "unit_id": self.workshop.id,
                "date_received": at("02-03 09:00"),
            }
        )
        for text in ("received 02-03 09:00", "response 02-03 10:00", *events):
            kind, _space, moment = text.partition(" ")
            complaint._log_event(kind, date=at(moment))
        return complaint

    def migrate(self):
        """Do what the upgrade does, and the job afterwards."""
        self.env.flush_all()
        for name in ("pre", "post"):
            script = runpy.run_path(str(FOLDER / f"{name}-clock-rounds.py"))
            script["migrate"](self.env.cr, "19.0.5.0.0")
        self.env.invalidate_all()

    def get_rows(self, complaint):
        complaint.invalidate_recordset()
        rows = complaint.clock_ids.sorted(lambda one: (one.sequence, one.number))
        found = rows.read(NAMES)
        for row in found:
            del row["id"]
        return found

    def merge_rounds(self, complaint):
        """Leave the latest round of each clock, as it was written before."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM governance_complaint_clock clock
                    USING governance_complaint_clock later
                    WHERE later.complaint_id = clock.complaint_id
                      AND later.kind = clock.kind AND later.number > clock.number
                      AND clock.complaint_id = %s""",
                complaint.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE governance_complaint_clock SET number = 1 "
                "WHERE complaint_id = %s",
                complaint.id,
            )
        )
        self.env.invalidate_all()

    def test_rounds(self):
        """Each round gets its row; what was told is not told again."""
        messages = [
            *("inbound 02-04 09:00", "response 02-04 10:00"),
            *("inbound 02-05 09:00", "response 02-05 14:00"),
            "inbound 03-02 08:00",
        ]
        complaint, short = self.talk(*messages), self.talk(*messages[:2])
        self.run_job("governance.complaint.clock", "_cron_escalate")
        told = complaint.escalation_ids
        self.assertEqual(len(told), 1)
        before = self.get_rows(complaint)
        self.merge_rounds(complaint)
        self.assertEqual(len(self.get_rows(complaint)), 2)
        self.migrate()
        self.assertTrue(any(complaint.clock_ids.mapped("is_stale")))
        # One message alone is one round.
        self.assertFalse(any(short.clock_ids.mapped("is_stale")))
        self.run_job("governance.complaint.clock", "_cron_escalate")
        self.assertEqual(self.get_rows(complaint), before)
        self.assertEqual(complaint.escalation_ids, told)

    def test_reset(self):
        """A round that was reset gets its row as well."""
        complaint = self.talk("inbound 03-02 08:00")
        complaint.with_user(self.cmanager).reset_clocks(["next_response"], "Lost")
        before = self.get_rows(complaint)
        self.merge_rounds(complaint)
        self.migrate()
        self.run_job("governance.complaint.clock", "_cron_escalate")
        self.assertEqual(self.get_rows(complaint), before)
        self.assertEqual(len(before), 3)

    def test_archived_policies(self):
        """What policies left behind that were archived before is cleared."""
        complaint = self.talk("inbound 03-02 08:00")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE governance_complaint_policy SET active = FALSE WHERE id = %s",
                self.rules.id,
            )
        )
        self.env.invalidate_all()
        self.assertTrue(complaint.next_deadline)
        self.migrate()
        self.assertFalse(complaint.next_deadline)
        self.assertEqual(
            complaint._get_current_clock("next_response").state, "cancelled"
        )
