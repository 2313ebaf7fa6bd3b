# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from .loan_common import LoanCommon

# What the browser calls the keys that write no letter.
KEYS = {
    "Enter": {"key": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Tab": {"key": "Tab", "windowsVirtualKeyCode": 9},
    "ArrowRight": {"key": "ArrowRight", "windowsVirtualKeyCode": 39},
    "Alt+q": {"key": "q", "code": "KeyQ", "windowsVirtualKeyCode": 81, "modifiers": 1},
}


@tagged("post_install", "-at_install")
class TestLoanTours(LoanCommon, HttpCase):
    """The main jobs of lending, by hand in the browser."""

    # The browser has a clock of its own.
    NOW = None
    DESK = "/odoo/governance-loan-scan"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Tests run at any time, on any day: it is noon in the reading room.
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Always",
                "tz": cls.get_noon_zone(),
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 0,
                            "hour_to": 24,
                        }
                    )
                    for day in range(7)
                ],
            }
        )

    def get_loan(self, requester):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["governance.loan"].search(
            [("requester_id", "=", requester.id)], limit=1
        )

    def by_hand(self, path, tour, user):
        self.env.flush_all()
        self.start_tour(path, f"governance_loan_{tour}", login=user.login)
        self.env.invalidate_all()

    def assertDueSameDay(self, line):
        """A volume has to be back on the day in the reading room when it went out."""
        days = line.loan_id.policy_id._get_open_days()
        self.assertEqual(days.get_day(line.date_due), days.get_day(line.date_out))

    def by_approver(self, user):
        self.by_hand("/odoo/governance-loans-to-decide", "decide", user)

    def reading_room(self, **values):
        """Put a policy in force by which volumes are read until the room closes."""
        return self.lending_policy(
            is_on_site=True,
            due_rule="same_day",
            calendar_id=self.calendar.id,
            max_renewals=0,
            **values,
        )

    def test_from_request_to_return(self):
        """Asked for, decided, handed out and taken back with a barcode reader."""
        self.by_hand("/odoo/governance-loans", "ask", self.rep)
        loan = self.get_loan(self.rep)
        self.assertEqual(loan.state, "requested")
        self.by_approver(self.boss)
        self.assertEqual(loan.state, "approved")
        self.by_hand(self.DESK, "hand_out", self.custodian2)
        self.assertEqual(loan.state, "handed_out")
        late = fields.Datetime.now() - timedelta(days=1)
        loan.line_ids._as_system().write({"date_due": late})
        self.by_hand("/odoo/governance-my-borrowings", "mine", self.rep)
        self.by_hand(self.DESK, "take_back", self.custodian2)
        self.assertEqual(loan.state, "returned")
        self.assertEqual(loan.line_ids.condition, "good")

    def test_reading_room_on_the_same_day(self):
        """Asked for reading, it is due today, not renewed, and comes back (E-37)."""
        policy = self.reading_room(code="T-R", name="Reading Room")
        self.by_hand("/odoo/governance-loans", "ask_on_site", self.rep)
        loan = self.get_loan(self.rep)
        self.assertEqual((loan.policy_id, loan.use), (policy, "read"))
        self.by_approver(self.executive)
        self.by_hand(self.DESK, "hand_out", self.custodian2)
        line = self.lines(loan)
        self.assertDueSameDay(line)
        self.by_hand("/odoo/governance-my-borrowings", "read_on_site", self.rep)
        self.by_hand(self.DESK, "take_back", self.custodian2)
        self.assertEqual(loan.state, "returned")
        self.assertFalse(self.env["governance.loan.breach"].search([]))

    def test_reader_from_outside(self):
        """Name, unit, letter and identity document; two people approve (E-44)."""
        steps = [
            self.group_step("group_executive", 10),
            self.group_step("group_executive", 20),
        ]
        self.create_matrix(steps, subject="lending", code="OUT", name="Outside")
        policy = self.reading_room(
            code="T-O",
            name="Readers from Outside",
            approval_code="OUT",
            borrower_kind="external",
            needs_letter=True,
            needs_identity=True,
        )
        self.by_hand("/odoo/governance-loans", "ask_outside", self.custodian2)
        loan = self.get_loan(self.custodian2)
        self.assertEqual((loan.policy_id, loan.state), (policy, "requested"))
        self.assertFalse(loan.user_id)
        self.assertEqual(loan.borrower_name, "Mr. Wang, City Archive")
        self.assertEqual(loan.letter_name, "letter.txt")
        self.assertEqual(loan.identity_name, "identity_document.txt")
        self.assertTrue(loan.letter and loan.identity_document)
        self.by_approver(self.boss)
        self.assertEqual(loan.state, "requested", "one signature is not enough")
        self.by_approver(self.executive)
        self.assertEqual(loan.state, "approved")
        self.by_hand("/odoo/governance-loans", "serve_outside", self.custodian2)
        self.assertEqual(loan.state, "returned")
        self.assertEqual(loan.accepted_by_id, self.custodian2)
        line = self.lines(loan)
        self.assertEqual((line.count_out, line.count_in), (3, 3))
        self.assertDueSameDay(line)

    def test_overdue(self):
        """Who is late borrows no more until it is back; the breach stays (E-47)."""
        loan = self.lent(self.volume)
        late = fields.Datetime.now() - timedelta(days=8)
        self.lines(loan)._as_system().write(
            {"date_out": late - timedelta(days=3), "date_due": late}
        )
        loan._as_system().date_out = late - timedelta(days=3)
        self.run_job("governance.loan", "_cron_climb")
        rungs = self.env["governance.overdue.rung"].search(
            [("loan_id", "=", loan.id)], order="id"
        )
        self.assertEqual(
            rungs.mapped("rung"), ["borrower", "leader", "custodian", "executive"]
        )
        self.by_hand("/odoo/governance-loans", "ask_late", self.rep)
        other = self.get_loan(self.rep)
        self.assertNotEqual(other, loan)
        self.assertEqual(other.state, "draft")
        self.by_hand(self.DESK, "take_back", self.custodian2)
        self.assertEqual(loan.state, "returned")
        self.by_hand("/odoo/governance-borrowing-breaches", "breaches", self.custodian2)
        breach = self.env["governance.loan.breach"].search([("loan_id", "=", loan.id)])
        self.assertEqual((len(breach), breach.state), (1, "settled"))
        self.assertEqual((breach.user_id, breach.date_due), (self.rep, late))
        self.assertEqual(breach.settled_by_id, self.custodian2)
        self.by_hand("/odoo/governance-loans", "ask_again", self.rep)
        self.assertEqual(other.state, "requested")

    def test_keyboard_only(self):
        """The desk is worked without a mouse: real keys, and no click (E-50)."""
        loan = self.approved(self.volume)
        with self.keyboard():
            self.by_hand(self.DESK, "keyboard", self.custodian2)
        self.assertEqual(loan.state, "returned")
        line = self.lines(loan)
        self.assertEqual((line.count_out, line.count_in), (3, 2))
        self.assertEqual(line.condition, "incomplete")
        self.assertTrue(line.date_settled, "counted face to face")

    @contextmanager
    def keyboard(self):
        """Press the keys that a tour asks for on the console."""
        handle = ChromeBrowser._handle_console

        def listen(browser, type, args=None, **values):  # noqa: A002
            words = str(args[0].get("value", "")).split() if args else []
            if words[:1] == ["keyboard:"]:
                for name in words[1:]:
                    key = KEYS.get(name, {"key": name, "text": name})
                    for kind in ("keyDown", "keyUp"):
                        browser._websocket_send(
                            "Input.dispatchKeyEvent", params={"type": kind, **key}
                        )
            return handle(browser, type, args=args, **values)

        with patch.object(ChromeBrowser, "_handle_console", listen):
            yield
