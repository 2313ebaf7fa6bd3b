# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .confidentiality_common import JOBS
from .files_common import FilesCommon


@tagged("post_install", "-at_install")
class TestFilesTransfer(FilesCommon):
    """Departments hand the documents of a month over, by day 10 (E-10)."""

    @classmethod
    def setUpClass(cls):
        clock = freeze_time("2026-04-01 08:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        # Only the department of this world is to be asked.
        cls.env["governance.filing.collector"].search(
            [("department_id", "!=", cls.marketing.id)]
        ).date_end = "2026-03-01"

    def run_cron(self):
        self.run_job("governance.filing.transfer", "_cron_remind")

    def transfers(self):
        return self.env["governance.filing.transfer"].search(
            [("department_id", "=", self.marketing.id)], order="period_start"
        )

    def opened(self):
        self.run_cron()
        return self.transfers()

    def notes(self, user):
        return self.env["mail.message"].search_count(
            [
                ("notified_partner_ids", "=", user.partner_id.id),
                ("subject", "=", "A hand-over to the archive is late"),
            ]
        )

    def test_opened_once_a_month(self):
        """The job opens the hand-over of the last month, however often it runs."""
        transfer = self.opened()
        self.assertEqual(str(transfer.period_start), "2026-03-01")
        self.assertEqual(str(transfer.date_deadline), "2026-04-10")
        self.run_cron()
        self.assertEqual(self.transfers(), transfer)
        self.assertEqual(transfer.activity_ids.user_id, self.collector)
        with freeze_time("2026-05-03 08:00:00"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(
            [str(day) for day in self.transfers().mapped("period_start")],
            ["2026-03-01", "2026-04-01"],
        )

    def test_opened_late(self):
        """After a week in which the server was down the deadline is the same."""
        with freeze_time("2026-04-08 23:00:00"):
            transfer = self.opened()
        self.assertEqual(str(transfer.date_deadline), "2026-04-10")

    def test_month_begins_in_the_company(self):
        """The last evening of a month is the first day of the next one in China."""
        self.company.partner_id.tz = "Asia/Shanghai"
        with freeze_time("2026-04-30 17:00:00"):
            self.run_cron()
        self.assertEqual(str(self.transfers()[-1:].period_start), "2026-04-01")

    def test_day_of_the_company(self):
        self.company.governance_filing_day = 5
        transfer = self.opened()
        self.assertEqual(str(transfer.date_deadline), "2026-04-05")
        self.company.governance_filing_day = 8
        self.assertEqual(str(transfer.date_deadline), "2026-04-08")
        transfer.with_user(self.collector).action_hand_over()
        self.company.governance_filing_day = 20
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(str(transfer.date_deadline), "2026-04-08")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.company.governance_filing_day = 31
                self.env.flush_all()

    def test_departments_without_collectors_are_left_out(self):
        self.marketing.collector_ids.date_end = "2026-03-31"
        self.run_cron()
        self.assertFalse(self.transfers())

    def test_signed_by_both(self):
        """The collector signs what leaves, the archive what arrives."""
        volume = self.volume()
        self.document(volume, copies=2, pages=3)
        filed = self.filed_volume()
        transfer = self.opened()
        self.assertEqual(transfer.waiting_count, 2)
        with self.assertRaises(UserError):
            transfer.with_user(self.custodian).action_receive()
        transfer.with_user(self.collector).action_hand_over()
        self.assertEqual(transfer.document_ids, volume.document_ids)
        self.assertFalse(filed.document_ids.transfer_id)
        self.assertEqual(
            (transfer.document_count, transfer.copy_count, transfer.page_count),
            (2, 3, 7),
        )
        self.assertEqual(transfer.collector_id, self.collector)
        transfer.with_user(self.custodian).action_receive()
        self.assertEqual(transfer.state, "received")
        self.assertEqual(transfer.receiver_id, self.custodian)
        self.assertTrue(transfer.handed_over_on and transfer.received_on)
        self.assertFalse(transfer.activity_ids)

    def test_what_is_signed_stays(self):
        volume = self.volume()
        transfer = self.opened()
        transfer.with_user(self.collector).action_hand_over()
        with self.assertRaises(AccessError):
            volume.document_ids.with_user(self.custodian).unlink()
        volume.document_ids.with_user(self.custodian).name = "Contract of February"
        transfer.with_user(self.custodian).action_receive()
        for vals in (
            {"remark": "Later"},
            {"state": "draft"},
            {"document_count": 7},
            {"period_start": "2026-01-01"},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                transfer.with_user(self.custodian).write(vals)
        with self.assertRaises(AccessError):
            transfer.with_user(self.custodian).unlink()

    def test_departments_change_nothing_that_they_signed(self):
        """What was handed over is changed by custodians alone (E-10)."""
        volume, other = self.volume(), self.volume()
        document = volume.document_ids.with_user(self.collector)
        document.pages = 5
        transfer = self.opened()
        transfer.with_user(self.collector).action_hand_over()
        self.env.invalidate_all()
        changes = {"name": "Letter", "pages": 1, "volume_id": other.id}
        for name, value in changes.items():
            with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                document.write({name: value})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            volume.with_user(self.collector).write(
                {"document_ids": [Command.update(document.id, {"name": "Letter"})]}
            )
        volume.with_user(self.collector).action_sort_documents()
        document.with_user(self.custodian).pages = 6
        transfer.with_user(self.custodian).action_receive()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            document.write({"name": "Letter"})

    def test_next_month_takes_what_is_new(self):
        volume = self.volume()
        self.opened().with_user(self.collector).action_hand_over()
        new = self.document(volume)
        with freeze_time("2026-05-02 08:00:00"):
            second = self.opened()[1]
            second.with_user(self.collector).action_hand_over()
        self.assertEqual(second.document_ids, new)

    def test_empty_month_is_signed_too(self):
        transfer = self.opened()
        transfer.with_user(self.collector).action_hand_over()
        self.assertEqual((transfer.state, transfer.document_count), ("handed_over", 0))

    def test_only_the_people_concerned_sign(self):
        """Collectors hand over, custodians receive, never one for both."""
        self.volume()
        transfer = self.opened()
        for user in (self.rep, self.custodian):
            with self.assertRaises(AccessError):
                transfer.with_user(user).action_hand_over()
        self.collector.group_ids += self.env.ref("crm_governance.group_custodian")
        transfer.with_user(self.collector).action_hand_over()
        with self.assertSays("yourself"):
            transfer.with_user(self.collector).action_receive()
        with self.assertRaises(AccessError):
            transfer.with_user(self.rep).action_receive()

    def test_ended_collectors_do_not_sign(self):
        transfer = self.opened()
        self.marketing.collector_ids = [
            Command.update(self.marketing.collector_ids.id, {"date_end": "2026-03-31"}),
            Command.create({"user_id": self.rep.id, "date_start": "2026-04-01"}),
        ]
        self.assertRefused(
            self.collector, transfer._name, "action_hand_over", transfer.ids
        )
        transfer.with_user(self.rep).action_hand_over()
        self.assertEqual(transfer.collector_id, self.rep)

    def test_given_back(self):
        """The archive gives back what is not complete, and says what is missing."""
        volume = self.volume()
        transfer = self.opened()
        transfer.with_user(self.collector).action_hand_over()
        mine = transfer.with_user(self.custodian)
        with self.assertSays("what is wrong"):
            mine.action_give_back()
        with self.assertRaises(AccessError):
            transfer.with_user(self.collector).remark = "All is well"
        mine.remark = "The contract is missing"
        mine.action_give_back()
        self.assertEqual((transfer.state, transfer.collector_id.id), ("draft", False))
        self.assertFalse(volume.document_ids.transfer_id)
        self.assertEqual(transfer.activity_ids.user_id, self.collector)
        transfer.with_user(self.collector).action_hand_over()
        self.assertEqual(transfer.document_ids, volume.document_ids)

    def test_meetings_go_to_the_archive(self):
        """Who convened a meeting collects its documents and passes them on (E-07)."""
        volume = self.volume(document_ids=[])
        minutes = self.document(
            volume,
            name="Minutes",
            type_id=self.env.ref("crm_governance.governance_document_type_meeting").id,
        )
        self.assertEqual(minutes.department_id, self.marketing)
        transfer = self.opened()
        transfer.with_user(self.collector).action_hand_over()
        transfer.with_user(self.custodian).action_receive()
        self.assertEqual(transfer.document_ids, minutes)

    def test_suspended_custodians_receive_nothing(self):
        transfer = self.opened()
        transfer.with_user(self.collector).action_hand_over()
        self.custodian._with_suspension().governance_suspended = True
        mine = transfer.with_user(self.custodian)
        for action in (
            mine.action_receive,
            mine.action_give_back,
            lambda: mine.write({"remark": "All is well"}),
        ):
            with self.assertSays("suspended", AccessError):
                action()
        self.assertEqual(transfer.state, "handed_over")

    def test_late_where_the_company_works(self):
        """The day of the company decides, not that of who looks."""
        transfer = self.opened()
        self.company.partner_id.tz = "Asia/Shanghai"
        late = self.env["governance.filing.transfer"].with_context(tz="Etc/GMT+12")
        # Half past midnight of the next day in Shanghai, and half an hour before.
        for moment, expected in (
            ("2026-04-10 16:30:00", True),
            ("2026-04-10 15:30:00", False),
        ):
            for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):
                with freeze_time(moment):
                    seen = late.browse(transfer.id).with_context(tz=zone)
                    seen.invalidate_recordset()
                    self.assertEqual(seen.is_late, expected)
                    found = seen.search([("is_late", "=", True)])
                    self.assertEqual(seen in found, expected)

    def test_reminded_when_late(self):
        """Late ones are called to mind, once a week, until both have signed."""
        transfer = self.opened()
        with freeze_time("2026-04-10 12:00:00"):
            self.run_cron()
            self.assertEqual(self.notes(self.collector), 0)
        with freeze_time("2026-04-19 12:00:00"):
            self.run_cron()
            self.run_cron()
            self.assertEqual(self.notes(self.collector), 1)
            self.assertEqual(self.notes(self.archivist), 1)
            transfer.with_user(self.collector).action_hand_over()
        with freeze_time("2026-04-26 12:00:00"):
            self.run_cron()
            self.assertEqual(self.notes(self.collector), 1)
            self.assertEqual(self.notes(self.archivist), 2)
            transfer.with_user(self.custodian).action_receive()
        with freeze_time("2026-05-30 12:00:00"):
            transfer.invalidate_recordset()
            self.assertFalse(transfer.is_late)

    def test_one_failure_stops_nobody_else(self):
        """A department that cannot be opened leaves the others alone."""
        other = self.env["governance.filing.department"].create(
            {
                "name": "Sales",
                "code": "AAA",
                "collector_ids": [
                    Command.create({"user_id": self.rep.id, "date_start": "2020-01-01"})
                ],
            }
        )
        departments = type(other)
        original = departments._open_transfer

        def fail(department):
            if department == self.marketing:
                raise ValueError("Broken")
            return original(department)

        with patch.object(departments, "_open_transfer", fail), mute_logger(JOBS):
            self.run_cron()
        self.assertFalse(self.transfers())
        self.assertTrue(other.transfer_ids)
        self.run_cron()
        self.assertTrue(self.transfers())
