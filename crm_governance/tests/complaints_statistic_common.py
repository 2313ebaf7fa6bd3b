# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import fields

from .complaints_common import ComplaintCommon

# {event: the state that it leads to}
STATES = {
    "answered": "answered",
    "closed": "closed",
    "withdrawn": "withdrawn",
    "duplicate": "duplicate",
    "reopened": "assigned",
    "rejected": "assigned",
}
MONTH = "2026-02-01"


def at(text):
    """Return the moment “02-03 09:00” of 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")


class StatisticCommon(ComplaintCommon):
    """Complaints with a past; February is over, it is Monday, the 2nd of March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.causes = cls.env["governance.complaint.cause"].create(
            [
                {"name": "Machine", "code": "test_machine"},
                {"name": "Worker", "code": "test_worker"},
            ]
        )
        cls.matrix = cls.create_matrix(
            [cls.group_step("group_executive")], subject="complaint_statistic"
        )

    @classmethod
    def case(cls, received, *events, **values):
        """Return a registered complaint; events are “kind 02-03 09:00”."""
        complaint = cls.draft()
        complaint._as_system().write(
            {
                "state": "assigned",
                "unit_id": cls.workshop.id,
                "date_received": at(received),
                **values,
            }
        )
        complaint._log_event("received", date=at(received))
        for text in events:
            kind, _space, moment = text.partition(" ")
            complaint._log_event(kind, date=at(moment))
            if kind in STATES:
                complaint._as_system().write({"state": STATES[kind]})
        return complaint

    @classmethod
    def statistic(cls, user=None, **values):
        """Return the statistic of February that a user opens."""
        statistics = cls.env["governance.complaint.statistic"]
        return statistics.with_user(user or cls.cmanager).create(
            {"month": MONTH, **values}
        )

    def figures(self, user=None, *complaints):
        """Return the rows of figures that a user reads."""
        self.env.flush_all()
        rows = self.env["governance.complaint.figure"].with_user(user or self.cmanager)
        found = rows.search([("complaint_id", "in", [one.id for one in complaints])])
        return {row.complaint_id.id: row for row in found}

    def line(self, statistic, dimension="total", key=False):
        """Return the latest line of a statistic by a dimension."""
        [line] = statistic.sudo().line_ids.filtered(
            lambda one: one.dimension == dimension and one.key == (key and str(key))
        )
        return line

    def decide(self, statistic, user, verdict="approved"):
        """Let somebody approve or reject a statistic."""
        request = statistic.sudo().approval_request_id.with_user(user)
        request.decide(verdict, "Seen")
        statistic.invalidate_recordset()

    def hours(self, start, end):
        """Return the hours between two moments."""
        return (end - start).total_seconds() / 3600

    @staticmethod
    def now():
        return fields.Datetime.now()
