# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers and strangers see nothing of visits, whatever they call (C-19)."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .room_outside import WORD, RoomOutside
from .visits_world import VisitsWorld


@tagged("post_install", "-at_install")
class TestVisitsOutside(RoomOutside, VisitsWorld, HttpCase):
    """Portal users and visitors, by remote calls and over the wire."""

    FEWEST_MODELS = 18
    FEWEST_REPORTS = 1
    FEWEST_PAGES = 8
    CUSTOMER_FIELDS = ("governance_visit", "governance_contact_level")
    THREAD = "governance.visit"

    def test_refusals_name_nothing(self):
        """Whoever is refused is not told what is in the report, employees neither."""
        records = (self.reported, self.hush, *self.slots, *self.reported.promise_ids)
        for user in (self.employee, self.rep2, self.custodian):
            for record in records:
                for method, args in (
                    ("read", []),
                    ("unlink", []),
                    ("write", [{"state": "cancelled"}]),
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

    def test_attachments(self):
        """What was photographed on a visit does not come out."""
        for visitor in self.visitors():
            for url in (
                f"/web/content/{self.photo.id}",
                f"/web/image/{self.photo.id}",
                f"/web/content/ir.attachment/{self.photo.id}/raw",
            ):
                with self.subTest(visitor, url=url):
                    answer = self.url_open(url)
                    self.assertNotIn(WORD, answer.text)
                    self.assertNotIn(WORD, str(answer.headers))
