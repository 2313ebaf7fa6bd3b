# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .confidentiality_common import ConfidentialityCommon
from .test_confidentiality_matrix import MANAGER

SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestExpiry(ConfidentialityCommon):
    """Access ends at the second, whatever runs or does not run (issue 3)."""

    ROLES = {
        **ConfidentialityCommon.ROLES,
        "rep2": f"crm_governance.group_user,{MANAGER}",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.cron"].search([]).active = False
        cls.env.flush_all()
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Deal", "partner_id": cls.important.id, "user_id": cls.rep.id}
        )

    def setUp(self):
        super().setUp()
        self.start = fields.Datetime.now()
        self.given = self.grant(self.rep2, self.important)
        self.env.flush_all()

    def call(self, record, method, *args, **kwargs):
        model = self.env(user=self.rep2, context={})[record._name]
        return call_kw(model, method, list(args), {**kwargs, "context": {}})

    def answers(self):
        """Return what the holder gets, by way of asking; the cache stays as it is."""
        found = {}
        for record in (self.important, self.lead):
            only = [("id", "=", record.id)]
            name = record._name
            found[name, "search"] = bool(self.call(record, "search", only))
            found[name, "count"] = bool(self.call(record, "search_count", only))
            found[name, "access"] = record.with_user(self.rep2).has_access("read")
            for method, *args in (
                ("read", ["name"]),
                ("web_read", {"name": {}}),
                ("export_data", ["name"]),
            ):
                try:
                    self.call(record, method, record.ids, *args)
                    found[name, method] = True
                except AccessError:
                    found[name, method] = False
        return found

    def assertOpen(self, expected):
        answers = self.answers()
        self.assertEqual(answers, dict.fromkeys(answers, expected))

    def test_at_the_second(self):
        """No job runs, no cache is cleared: the same process gives other answers."""
        with freeze_time(self.given.date_end - SECOND):
            self.assertOpen(True)
        with freeze_time(self.given.date_end):
            self.assertOpen(False)
        self.assertEqual(self.given.state, "active")

    def test_clock_set_back(self):
        """Once something is on record after the end, the end has been."""
        late = self.given.date_end + timedelta(minutes=10)
        with freeze_time(late):
            self.env["governance.access.entry"]._record("denied", self.secret)
        with freeze_time(self.given.date_end - SECOND):
            self.assertOpen(False)

    def test_revoked(self):
        self.assertOpen(True)
        self.given._end("Enough")
        self.assertOpen(False)

    def test_suspended(self):
        """A suspended person has neither clearance nor grants, at once."""
        self.assertOpen(True)
        self.rep2._with_suspension().governance_suspended = True
        self.assertOpen(False)
        self.rep2._with_suspension().governance_suspended = False
        self.assertOpen(True)

    def test_long_export(self):
        """What is fetched after the end does not come along."""
        self.important.email = "office@important.example"
        leads = self.env["crm.lead"].create(
            [
                {"name": "Deal", "partner_id": self.important.id}
                for _number in range(1100)
            ]
        )
        self.env.flush_all()
        end = self.given.date_end
        columns = ["name", "partner_id/email"]
        answer = self.call(leads, "export_data", leads.ids, columns)["datas"]
        self.assertEqual(answer, [["Deal", "office@important.example"]] * 1100)
        self.env.invalidate_all()
        fieldtype = type(leads._fields["name"])
        original = fieldtype.convert_to_export
        clock = freeze_time(end - SECOND)
        frozen = clock.start()
        self.addCleanup(clock.stop)
        done = []

        def convert_to_export(field, value, record):
            done.append(record.id)
            if len(done) == 1500:
                frozen.move_to(end)
            return original(field, value, record)

        with (
            patch.object(fieldtype, "convert_to_export", convert_to_export),
            self.assertRaises(AccessError),
        ):
            self.call(leads, "export_data", leads.ids, columns)
        self.assertGreaterEqual(len(done), 1500)

    def test_short_export(self):
        """Access that ends while a single page is exported ends the export."""
        leads = self.lead
        self.env.flush_all()
        fieldtype = type(leads._fields["name"])
        original = fieldtype.convert_to_export
        with freeze_time(self.given.date_end - SECOND) as frozen:

            def convert_to_export(field, value, record):
                frozen.move_to(self.given.date_end)
                return original(field, value, record)

            with (
                patch.object(fieldtype, "convert_to_export", convert_to_export),
                self.assertRaises(AccessError),
            ):
                self.call(leads, "export_data", leads.ids, ["name"])

    def test_export_in_parts(self):
        """A client that exports page by page gets no page after the end."""
        leads = self.lead
        with freeze_time(self.given.date_end - SECOND) as frozen:
            self.assertTrue(
                self.call(leads, "export_data", leads.ids, ["name"])["datas"]
            )
            frozen.move_to(self.given.date_end)
            with self.assertRaises(AccessError):
                self.call(leads, "export_data", leads.ids, ["name"])
