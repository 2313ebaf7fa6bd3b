# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .visits_common import VisitCommon

VIEWS = (
    ("res.partner", "base.view_partner_tree", "list"),
    ("crm.lead", "crm.crm_case_kanban_view_leads", "kanban"),
    ("calendar.event", "calendar.view_calendar_event_calendar", "calendar"),
)


@tagged("post_install", "-at_install")
class TestVisitsCoreLists(VisitCommon):
    """What Odoo shows of customers, leads and events costs the same with visits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "type": "opportunity",
                    "user_id": cls.rep.id,
                    "partner_id": cls.open_customer.id,
                }
                for number in range(3)
            ]
        )
        cls.env["calendar.event"].with_user(cls.rep).create(
            [
                {
                    "name": f"Meeting {number}",
                    "start": f"2026-03-{10 + number} 09:00:00",
                    "stop": f"2026-03-{10 + number} 10:00:00",
                    "partner_ids": [Command.set(cls.rep.partner_id.ids)],
                    "opportunity_id": cls.leads[number].id,
                }
                for number in range(3)
            ]
        )

    def get_specification(self, model, xmlid, kind):
        """Return what the client asks for with a view."""
        arch = model.get_view(self.env.ref(xmlid).id, kind)["arch"]
        names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
        return {
            name: {"fields": {"display_name": {}}}
            if model._fields[name].relational
            else {}
            for name in names & set(model._fields)
        }

    def show(self, user):
        """Return how many queries each view takes, and how many rows it shows."""
        counts, rows = {}, {}
        for name, xmlid, kind in VIEWS:
            model = self.env[name].with_user(user)
            specification = self.get_specification(model, xmlid, kind)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = model.web_search_read([], specification)
            counts[name] = self.env.cr.sql_log_count - before
            rows[name] = found["length"]
        return counts, rows

    def add_visits(self):
        """Plan a visit a day to a customer, for leads and without; each has a slot."""
        start = fields.Datetime.to_datetime(self.START)
        for number in range(6):
            visit = self.visit(
                date_start=start + timedelta(days=number),
                lead_id=self.leads[number].id if number < 3 else False,
            )
            self.slot(visit=visit, key=f"test-{number}")
        self.submitted()
        self.travel(self.NOW)

    def test_same_queries(self):
        people = (self.rep, self.rep2, self.leader)
        for user in people:
            self.show(user)
        bare = {user: self.show(user) for user in people}
        self.add_visits()
        for user in people:
            self.show(user)
            counts, rows = self.show(user)
            with self.subTest(user.login):
                self.assertEqual(counts, bare[user][0])
                events = rows["calendar.event"] - bare[user][1]["calendar.event"]
                self.assertEqual(events, 7 if user == self.rep else events)
