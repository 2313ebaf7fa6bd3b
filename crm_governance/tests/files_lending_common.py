# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.fields import Command

from .confidentiality_common import ConfidentialityCommon


def at(text):
    """Return a naive UTC datetime."""
    return datetime.fromisoformat(text)


class LendingCommon(ConfidentialityCommon):
    """Borrowing policies, and archive rooms in Shanghai, Paris and everywhere.

    Rooms are open from Monday to Friday from 9 to 12 and from 13 to 17. Shanghai is
    closed for the national holiday from 1 to 7 October 2026, Paris on 1 May 2026.
    `bridge` works by the calendar of the State: its weekends are entered as holidays,
    so that a Saturday on which people work for the spring festival is none.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["governance.lending.policy"]
        cls.shanghai = cls.create_calendar("Shanghai", "Asia/Shanghai")
        cls.paris = cls.create_calendar("Paris", "Europe/Paris")
        cls.bridge = cls.create_calendar("Bridge", "Asia/Shanghai", days=range(7))
        cls.close(cls.shanghai, date(2026, 10, 1), date(2026, 10, 7))
        cls.close(cls.paris, date(2026, 5, 1))
        cls.close(cls.bridge, date(2026, 2, 15), date(2026, 2, 23))
        saturday = date(2026, 1, 3)
        while saturday < date(2026, 4, 1):
            worked = saturday in (date(2026, 2, 14), date(2026, 2, 28))
            sunday = saturday + timedelta(days=1)
            cls.close(cls.bridge, sunday if worked else saturday, sunday)
            saturday += timedelta(days=7)

    @classmethod
    def create_calendar(
        cls, name, tz, hours=((9, 12), (13, 17)), days=range(5), **values
    ):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": name,
                                "dayofweek": str(day),
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": "morning" if start < 12 else "afternoon",
                            }
                        )
                        for day in days
                        for start, end in hours
                    ),
                ],
                **values,
            }
        )

    @classmethod
    def close(cls, calendar, first, last=None):
        """Enter a holiday as its form does: until 23:59:59 where the room is."""
        days = cls.env["governance.business.time"]._get_open_days(calendar)
        start = days.get_end(first) - timedelta(hours=23, minutes=59)
        end = days.get_end(last or first) + timedelta(seconds=59)
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": start,
                "date_to": end,
            }
        )

    @classmethod
    def create_policy(cls, limits=(), **values):
        """Return a draft; `limits` are (rank, value, unit) of the longest loans."""
        return cls.policies.create(
            {
                "name": "Test policy",
                "code": "TEST",
                "approval_code": "TEST",
                "due_rule": "days",
                "due_days": 14,
                "calendar_id": cls.shanghai.id,
                "undertaking": "I lend nothing on.",
                "recall_value": 2,
                "limit_ids": [
                    Command.create({"rank": rank, "value": value, "unit": unit})
                    for rank, value, unit in limits
                ],
                **values,
            }
        )

    @classmethod
    def create_lending_matrix(cls, code="TEST", steps=None, **values):
        """Return an approval matrix for borrowing, in force."""
        steps = steps or [cls.group_step("group_executive")]
        return cls.create_matrix(steps, subject="lending", code=code, **values)

    @classmethod
    def publish_policy(cls, **values):
        """Return a borrowing policy in force, with its matrix."""
        policy = cls.create_policy(**values)
        matrices = cls.env["governance.approval.policy"]
        if not matrices.search(policy._get_matrix_domain()):
            cls.create_lending_matrix(policy.approval_code)
        policy.action_publish()
        return policy
