# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time
from odoo.tools import SQL

from .tiers_common import TiersCommon

DAY = timedelta(days=1)


def day(text):
    """Return a date."""
    return date.fromisoformat(text)


class GeneratorCommon(TiersCommon):
    """Customers of rep and rep2 with tiers A, B, C, and policies to visit them.

    Work is from Monday to Friday in UTC.  The clock stands still; `travel` moves it.
    """

    NOW = "2026-02-20 08:00:00"
    MONTH = date(2026, 3, 1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.generator = cls.env["governance.visit.generator"]
        cls.slots = cls.env["governance.visit.slot"]
        cls.env["resource.resource"].search(
            [("user_id", "in", [cls.rep.id, cls.rep2.id])]
        ).unlink()
        # Nothing of the demonstration data is to be visited.
        cls.env["res.partner"].search([("user_id", "!=", False)]).user_id = False
        cls.calendar = cls.create_calendar("Office", "UTC")
        cls.company.resource_calendar_id = cls.calendar
        cls.company.governance_calendar_id = False
        cls.scheme = cls.make_scheme()
        channels = cls.env["governance.visit.channel"]
        cls.channels = {
            kind: channels.create(
                {
                    "name": f"Plan {kind}",
                    "code": f"plan_{kind}",
                    "kind": kind,
                    "effort": {"call": 0.125}.get(kind, 1),
                }
            )
            for kind in ("visit", "call", "presence", "activity")
        }
        cls.roles = {
            source: cls.env["governance.visit.role"].create(
                {"name": f"Plan {source}", "code": f"plan_{source}", "source": source}
            )
            for source in (
                "owner",
                "leader",
                "specialist",
                "liaison_leader",
                "member",
            )
        }

    def setUp(self):
        super().setUp()
        self.clock = None
        self.travel(self.NOW)
        self.addCleanup(lambda: self.clock.stop())

    def travel(self, moment):
        """Let it be another moment from now on."""
        if self.clock:
            self.clock.stop()
        self.clock = freeze_time(moment)
        self.clock.start()

    # ------------------------------------------------------------------
    # WORLD
    # ------------------------------------------------------------------

    @classmethod
    def create_calendar(cls, name, zone, days=range(5)):
        """Return a working schedule from 9 to 17 on some weekdays."""
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": zone,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": name,
                                "dayofweek": str(number),
                                "hour_from": 9,
                                "hour_to": 17,
                                "day_period": "morning",
                            }
                        )
                        for number in days
                    ),
                ],
            }
        )

    @classmethod
    def close(cls, calendar, first, last=None, resource=None):
        """Close whole days of a calendar, or of one person."""
        zone = timezone(calendar.tz)
        bounds = (
            zone.localize(datetime.combine(when, time.min))
            .astimezone(utc)
            .replace(tzinfo=None)
            for when in (day(first), day(last or first) + DAY)
        )
        start, end = bounds
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": calendar.id,
                "resource_id": resource.id if resource else False,
                "date_from": start,
                "date_to": end - timedelta(seconds=1),
            }
        )

    @classmethod
    def employ(cls, user, calendar):
        """Return the resource of a person with a working schedule of the own."""
        return cls.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "calendar_id": calendar.id,
                "company_id": cls.company.id,
                "tz": calendar.tz,
            }
        )

    @classmethod
    def tiered(cls, name, user, code="A", since="2025-01-01", **values):
        """Return a customer of a person who has a tier from a day on."""
        customer = cls.customer(name, user, **values)
        cls.give_tier(customer, code, since)
        return customer

    @classmethod
    def give_tier(cls, customers, code, since):
        """Give customers a tier from a day on, as a review does."""
        cls.env["governance.tier.assignment"]._assign(
            cls.scheme,
            day(since),
            SQL(
                """SELECT id AS partner_id, %s::int AS tier_id, 'review' AS kind,
                          NULL AS reason, NULL::int AS user_id, NULL::int AS review_id,
                          NULL::int AS override_id, NULL::date AS expires_on,
                          NULL::date AS next_review_date, NULL::int AS waiting_tier_id
                     FROM unnest(%s) id""",
                cls.tier(cls.scheme, code).id,
                customers.ids,
            ),
        )

    @classmethod
    def line(cls, mode="at_least", number=1, unit="month", tiers="A", **values):
        """Return the values of a cadence line: the owner visits customers of tiers."""
        channel = values.pop("channel", "visit")
        role = values.pop("role", "owner")
        return {
            "mode": mode,
            "number": number,
            "unit": unit,
            "population": "tier" if tiers else "all",
            "tier_ids": [
                Command.set([cls.tier(cls.scheme, code).id for code in tiers])
            ],
            "channel_id": cls.channels[channel].id,
            "role_id": cls.roles[role].id,
            **values,
        }

    @classmethod
    def policy(cls, *lines, code="PLAN", since="2025-01-01", **values):
        """Return a policy in force since a day."""
        policy = cls.env["governance.visit.policy"].create(
            {
                "name": code,
                "code": code,
                "cadence_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        with freeze_time(f"{since} 08:00:00"):
            policy.action_publish()
        return policy

    @classmethod
    def exception(cls, customer, mode, number=1, unit="month", **values):
        """Return an exception in force."""
        channel = values.pop("channel", "visit")
        return (
            cls.env["governance.visit.exception"]
            ._as_system()
            .create(
                {
                    "partner_id": customer.id,
                    "company_id": cls.company.id,
                    "role_id": cls.roles["owner"].id,
                    "channel_id": cls.channels[channel].id,
                    "mode": mode,
                    "number": number,
                    "unit": unit,
                    "date_start": "2025-01-01",
                    "date_end": "2030-01-01",
                    "reason": "Their wish",
                    "state": "active",
                    **values,
                }
            )
        )

    @classmethod
    def visited(cls, customer, when, user=None, channel="visit", **values):
        """Return a visit of a person on a day, at noon; held when that is over."""
        over = day(str(when)) < fields.Date.today()
        state = values.pop("state", "held" if over else "planned")
        visit = (
            cls.env["governance.visit"]
            ._as_system()
            .create(
                {
                    "partner_id": customer.id if customer else False,
                    "company_id": cls.company.id,
                    "user_id": (user or cls.rep).id,
                    "channel_id": cls.channels[channel].id,
                    "date_start": f"{when} 12:00:00",
                    "date_stop": f"{when} 13:00:00",
                    **values,
                }
            )
        )
        visit._as_system().state = state
        cls.env.flush_all()
        return visit

    # ------------------------------------------------------------------
    # PLANS
    # ------------------------------------------------------------------

    def generate(self, month=None, users=None):
        """Return the plans of a month."""
        return self.generator._generate(self.company, month or self.MONTH, users)

    def slots_of(self, *partners, month=None, states=("open", "waived"), **values):
        """Return the slots of customers in the order of their windows."""
        domain = [
            ("state", "in", states),
            ("month", "=", month or self.MONTH),
            *((name, "=", value) for name, value in values.items()),
        ]
        if partners:
            domain.append(("partner_id", "in", [partner.id for partner in partners]))
        return self.slots.search(domain, order="window_start, key, id")

    def snapshot_of(self, *months):
        """Return all that the generator has decided, without ids."""
        names = (
            "user_id",
            "partner_id",
            "lead_id",
            "key",
            "month",
            "window_start",
            "window_end",
            "date_due",
            "date",
            "is_moved",
            "is_overdue",
            "is_optional",
            "state",
            "visit_id",
            "tier_id",
        )
        self.env.invalidate_all()
        slots = self.slots.search([("month", "in", months or [self.MONTH])])
        return sorted(repr([slot[name] for name in names]) for slot in slots)
