# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers and strangers call no model of the room; employees are told no more.

What customers see of their own complaints are pages that check for themselves; see
`test_complaints_portal.py`.
"""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .complaints_world import ComplaintsWorld
from .room_outside import WORD, RoomOutside


@tagged("post_install", "-at_install")
class TestComplaintsOutside(RoomOutside, ComplaintsWorld, HttpCase):
    """Portal users and visitors, by remote calls and over the wire."""

    FEWEST_MODELS = 30
    FEWEST_REPORTS = 1
    FEWEST_PAGES = 20
    CUSTOMER_FIELDS = ("governance_complaint",)
    THREAD = "governance.complaint"

    def test_refusals_name_nothing(self):
        """Whoever is refused is not told what it is about, employees neither."""
        records = (self.late, self.hush, *self.late.clock_ids, *self.late.event_ids)
        for user in (self.employee, self.rep2, self.custodian):
            for record in (*records, self.action, *self.late.escalation_ids):
                for method, args in (
                    ("read", []),
                    ("unlink", []),
                    ("write", [{"state": "closed"}]),
                ):
                    with self.subTest(user=user.login, record=record, method=method):
                        text = self.get_refusal(user, record, method, args)
                        self.assertNotIn(WORD, text)
                        self.assertNotIn("Secret", text)

    def get_refusal(self, user, record, method, args):
        try:
            with self.env.cr.savepoint():
                self.rpc(user, record._name, method, record.ids, *args)
        except UserError as error:
            self.env.invalidate_all()
            return str(error)
        raise AssertionError("nothing was refused")
