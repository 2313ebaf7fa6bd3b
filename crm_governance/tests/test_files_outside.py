# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers and strangers see nothing of the archive, whatever they call (C-19)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .files_world import WORD, FilesWorld
from .room_outside import RoomOutside


@tagged("post_install", "-at_install")
class TestFilesOutside(RoomOutside, FilesWorld, HttpCase):
    """Portal users and visitors, by remote calls and over the wire."""

    FEWEST_MODELS = 26
    FEWEST_REPORTS = 8
    FEWEST_PAGES = 10
    CUSTOMER_FIELDS = ("governance_file", "governance_loan")
    THREAD = "governance.disclosure"
    MORE_MODELS = ("governance.access.entry",)

    def test_refusals_name_nothing(self):
        """Whoever is refused is not told what it is called, employees neither."""
        documents = self.env["governance.file.document"]._as_system()
        secret = documents.create(
            {"name": f"{WORD} merger", "volume_id": self.electronic.id}
        )
        for user in (self.employee, self.rep2, self.custodian, self.manager):
            for record in (
                self.secret_file,
                self.electronic,
                secret,
                self.closed,
            ):
                for method, args in (
                    ("unlink", []),
                    ("write", [{"name": "x"}]),
                    ("write", [{"state": "draft"}]),
                    ("copy", []),
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
        """Neither scans nor letters nor identity documents come out."""
        fields = (
            (self.guest, "letter", b"letter"),
            (self.guest, "identity_document", b"id"),
        )
        for visitor in self.visitors():
            for url in (
                f"/web/content/{self.scan.id}",
                f"/web/content/{self.scan.id}?download=true",
                f"/web/image/{self.scan.id}",
                f"/web/content/ir.attachment/{self.scan.id}/raw",
                f"/web/content/ir.attachment/{self.scan.id}/datas",
            ):
                with self.subTest(visitor, url=url):
                    answer = self.url_open(url)
                    self.assertNotIn(WORD, answer.text)
                    self.assertNotIn(WORD, str(answer.headers))
            for record, name, content in fields:
                url = f"/web/content/{record._name}/{record.id}/{name}"
                with self.subTest(visitor, url=url):
                    answer = self.url_open(url)
                    self.assertNotEqual(answer.content, content)
                    self.assertGreaterEqual(answer.status_code, 400)
        for user in (self.portal, self.public):
            try:
                found = self.rpc(
                    user,
                    "ir.attachment",
                    "search_read",
                    [("res_model", "in", self.models)],
                    ["name", "raw"],
                )
            except AccessError:
                found = []
            self.assertFalse(found)
