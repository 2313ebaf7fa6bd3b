# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tests import freeze_time

from .common import GovernanceCommon

# A Friday in the middle of the month that is looked at.
TODAY = "2026-05-15"
MAY = date(2026, 5, 1)


class AttainmentCommon(GovernanceCommon):
    """Slots and visits as they stand in the database, without their makers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        cls.company.partner_id.tz = "UTC"
        cls.acme = cls.customer("Acme", cls.rep)
        cls.beta = cls.customer("Beta", cls.rep)
        cls.role = cls.env["governance.visit.role"].create(
            {"name": "Owner", "code": "TEST_OWNER", "source": "owner"}
        )
        cls.door, cls.call, cls.presence, cls.action = (
            cls.env["governance.visit.channel"].create(
                {
                    "name": kind.title(),
                    "code": f"TEST_{kind.upper()}",
                    "kind": kind,
                    "effort": effort,
                }
            )
            for kind, effort in (
                ("visit", 1),
                ("call", 0.125),
                ("presence", 1),
                ("activity", 0.25),
            )
        )
        cls.policy = cls.env["governance.visit.policy"].create(
            {"name": "Visits", "code": "TEST"}
        )
        cls.cadence = cls.make_cadence()

    @classmethod
    def make_cadence(cls, channel=None, **values):
        """Return a line of the policy: 2 door visits a month unless told otherwise."""
        return cls.env["governance.visit.cadence"].create(
            {
                "policy_id": cls.policy.id,
                "population": "all",
                "role_id": cls.role.id,
                "channel_id": (channel or cls.door).id,
                "number": 2,
                **values,
            }
        )

    @classmethod
    def slot(cls, start, end, user=None, partner=None, cadence=None, **values):
        """Return a slot with a window, both days inclusive (day of May, or a date)."""
        start, end = (cls.day(day) for day in (start, end))
        user = cls.rep if user is None else user
        partner = cls.acme if partner is None else partner
        cadence = cls.cadence if cadence is None else cadence
        # An index asks what is void already.
        cls.env.flush_all()
        slots = cls.env["governance.visit.slot"]._as_system()
        slot = slots.create(
            {
                "user_id": user.id,
                "company_id": cls.company.id,
                "partner_id": partner.id,
                "team_id": (cls.team if user == cls.rep else cls.team2).id,
                "role_id": cls.role.id,
                "channel_id": cadence.channel_id.id,
                "cadence_id": cadence.id,
                "key": cadence.key,
                "month": start.replace(day=1),
                "window_start": start,
                "window_end": end + timedelta(days=1),
                "date": start,
                **values,
            }
        )
        return slot.with_env(cls.env)

    @classmethod
    def slots(cls, count=2, **values):
        """Return the slots of May in equal windows."""
        ends = [1 + 31 * part // count for part in range(count + 1)]
        found = cls.env["governance.visit.slot"]
        for start, end in zip(ends, ends[1:], strict=False):
            found |= cls.slot(start, end - 1, **values)
        return found

    @classmethod
    def visit(cls, day, state="accepted", user=None, partner=None, **values):
        """Return a visit on a day of May, or a date."""
        begin = datetime.combine(cls.day(day), time(9))
        user = cls.rep if user is None else user
        partner = cls.acme if partner is None else partner
        people = values.pop("people", user)
        visits = cls.env["governance.visit"]._as_system()
        visit = visits.create(
            {
                "user_id": user.id,
                "company_id": cls.company.id,
                "partner_id": partner.id,
                "channel_id": cls.door.id,
                "participant_ids": [Command.set(people.ids)],
                "date_start": begin,
                "date_stop": begin + timedelta(hours=1),
                "state": state,
                **values,
            }
        )
        if visit.state != state:
            visit._as_system().write({"state": state})
        return visit.with_env(cls.env)

    @staticmethod
    def day(day):
        return day if isinstance(day, date) else MAY + relativedelta(days=day - 1)

    @classmethod
    def rows(cls, user=None, domain=(), model="governance.visit.attainment"):
        """Return the rows of the report as they are now, as a user sees them."""
        cls.env.flush_all()
        cls.env.invalidate_all()
        reports = cls.env[model]
        return (reports.with_user(user) if user else reports).search(list(domain))

    @classmethod
    def figures(cls, *names, user=None, domain=(), model="governance.visit.attainment"):
        """Return the aggregated figures of the report, as the pivot shows them."""
        cls.env.flush_all()
        cls.env.invalidate_all()
        reports = cls.env[model]
        reports = reports.with_user(user) if user else reports
        specs = [
            name
            if name == "__count"
            else f"{name}:{reports._fields[name].aggregator or 'sum'}"
            for name in names
        ]
        [found] = reports._read_group(list(domain), aggregates=specs)
        return found
