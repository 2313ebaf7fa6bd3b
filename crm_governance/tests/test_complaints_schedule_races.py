# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import tagged

from .race_common import RaceCommon


@tagged("post_install", "-at_install")
class TestScheduleRaces(RaceCommon):
    """Several people change one working schedule at the same moment."""

    MADE = (
        "governance_schedule_version",
        "resource_calendar_leaves",
        "resource_calendar_attendance",
        "ir_cron_trigger",
        "resource_calendar",
    )

    def setUp(self):
        super().setUp()
        self.calendar_id = self.commit(self.make_calendar)

    def make_calendar(self, env):
        hours = [
            {"name": day, "dayofweek": day, "hour_from": 9, "hour_to": 17}
            for day in "01234"
        ]
        calendar = env["resource.calendar"].create(
            {
                "name": "Race",
                "attendance_ids": [Command.clear(), *map(Command.create, hours)],
            }
        )
        return calendar.id

    def begin(self, env):
        calendar = env["resource.calendar"].browse(self.calendar_id)
        env["governance.schedule.version"]._begin(calendar)

    def shorten(self, weekday):
        def work(env):
            calendar = env["resource.calendar"].browse(self.calendar_id)
            lines = calendar.attendance_ids
            lines.filtered(lambda line: line.dayofweek == weekday).hour_to = 12

        return work

    def look(self, env):
        """Return how many versions hold now, and what the schedule and they say."""
        versions = env["governance.schedule.version"]
        calendar = env["resource.calendar"].browse(self.calendar_id)
        present = versions.search(
            [("calendar_key", "=", calendar.id), ("date_end", "=", False)]
        )
        said = versions._read_schedules(calendar)[calendar.id]
        return len(present), [one.data["hours"] for one in present], said["hours"]

    def test_first_use_at_once(self):
        """Two policies are published: there is one first version."""
        self.assertAllDone(self.race(self.begin, self.begin, self.begin))
        self.assertEqual(self.commit(self.look)[0], 1)

    def test_changes_at_once(self):
        """Each changes a line of its own: the last version knows of all of them."""
        self.commit(self.begin)
        self.assertAllDone(self.race(*map(self.shorten, "123")))
        count, present, said = self.commit(self.look)
        self.assertEqual(count, 1)
        self.assertEqual(present, [said])
        self.assertEqual(sum(end == 12 for _day, _week, _start, end in said), 3)
