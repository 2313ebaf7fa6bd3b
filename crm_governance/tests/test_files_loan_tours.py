# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .loan_common import LoanCommon


@tagged("post_install", "-at_install")
class TestLoanTours(LoanCommon, HttpCase):
    """The main jobs of lending, by hand in the browser."""

    # The browser has a clock of its own.
    NOW = None

    def test_from_request_to_return(self):
        """Asked for, decided, handed out and taken back with a barcode reader."""
        self.start_tour(
            "/odoo/governance-loans", "governance_loan_ask", login=self.rep.login
        )
        loan = self.env["governance.loan"].search([("user_id", "=", self.rep.id)])
        self.assertEqual(loan.state, "requested")
        self.start_tour(
            "/odoo/governance-loans-to-decide",
            "governance_loan_decide",
            login=self.boss.login,
        )
        self.assertEqual(loan.state, "approved")
        desk = "/odoo/governance-loan-scan"
        self.start_tour(desk, "governance_loan_hand_out", login=self.custodian2.login)
        self.assertEqual(loan.state, "handed_out")
        late = fields.Datetime.now() - timedelta(days=1)
        loan.line_ids._as_system().write({"date_due": late})
        self.start_tour(
            "/odoo/governance-my-borrowings",
            "governance_loan_mine",
            login=self.rep.login,
        )
        self.start_tour(desk, "governance_loan_take_back", login=self.custodian2.login)
        self.assertEqual(loan.state, "returned")
        self.assertEqual(loan.line_ids.condition, "good")
