# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import freeze_time

from .confidentiality_common import ConfidentialityCommon


class VisitCommon(ConfidentialityCommon):
    """Visits of rep to the customers of each level, on a fixed day.

    | customer      | level      | owner | contacts                        |
    |---------------|------------|-------|---------------------------------|
    | open_customer | Ordinary   | rep   | contact (daily), chief (leader) |
    | south         | Ordinary   | rep2  |                                 |

    Visits are made by `visit`, with a report by `submitted`.
    """

    NOW = "2026-03-02 09:00:00"
    START = "2026-03-05 09:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.south = cls.customer("South Trading", cls.rep2)
        cls.contact, cls.chief = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": cls.open_customer.id,
                    "governance_contact_level": level,
                    "email": f"{name}@open.example",
                }
                for name, level in (("Clerk", "1"), ("Chief", "3"))
            ]
        )
        channels = cls.env["governance.visit.channel"]
        cls.channels = {
            kind: channels.create(
                {
                    "name": f"Test {kind}",
                    "code": f"test_{kind}",
                    "kind": kind,
                    "duration": 60,
                }
            )
            for kind in ("visit", "call", "presence", "activity")
        }
        cls.purpose = cls.env["governance.visit.purpose"].create({"name": "Upkeep"})

    def setUp(self):
        super().setUp()
        self.clock = None
        self.travel(self.NOW)
        self.addCleanup(self.come_back)

    def can_read(self, user, record):
        """Return whether a user finds and reads a record; not without the right."""
        if not record.with_user(user).browse().has_access("read"):
            return False
        return super().can_read(user, record)

    def come_back(self):
        """Let it be now."""
        if self.clock:
            self.clock.stop()
        self.clock = None

    def travel(self, moment):
        """Let it be another moment from now on."""
        self.come_back()
        self.clock = freeze_time(moment)
        self.clock.start()

    @classmethod
    def visit(cls, user=None, **values):
        """Return a visit that a user plans, to open_customer unless told otherwise."""
        visits = cls.env["governance.visit"].with_user(user or cls.rep)
        return visits.create(
            {
                "partner_id": cls.open_customer.id,
                "channel_id": cls.channels["visit"].id,
                "date_start": cls.START,
                "purpose_ids": [Command.set(cls.purpose.ids)],
                **values,
            }
        )

    @classmethod
    def promise(cls, visit, user=None, **values):
        """Return a promise that is given at a visit."""
        promises = cls.env["governance.visit.promise"].with_user(user or visit.user_id)
        return promises.create(
            {
                "visit_id": visit.id,
                "name": "Send the list",
                "date_deadline": "2026-03-10",
                **values,
            }
        )

    @classmethod
    def slot(cls, user=None, visit=None, **values):
        """Return a planned contact of March, of rep with open_customer."""
        slots = cls.env["governance.visit.slot"]._as_system()
        slot = slots.create(
            {
                "user_id": (user or cls.rep).id,
                "company_id": cls.company.id,
                "partner_id": cls.open_customer.id,
                "channel_id": cls.channels["visit"].id,
                "month": "2026-03-01",
                "window_start": "2026-03-01",
                "window_end": "2026-04-01",
                "date": "2026-03-05",
                "key": "test",
                "visit_id": visit.id if visit else False,
                **values,
            }
        )
        return slot.with_env(cls.env)

    def report(self, visit, **values):
        """Write the report on a visit and submit it."""
        visit.write({"result": "Talked", "needs": "Faster delivery", **values})
        visit.action_submit()

    def submitted(self, user=None, at="2026-03-05 11:00:00", **values):
        """Return a visit whose report was submitted at a moment."""
        visit = self.visit(user, **values)
        self.travel(at)
        visit.action_hold()
        self.report(visit)
        return visit
