# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What working schedules said is on record, and the clocks of complaints go by it."""

import runpy
from datetime import datetime
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, html2plaintext

from .complaints_common import ComplaintCommon

FOLDER = Path(__file__).parents[1] / "migrations/19.0.6.0.0"
UPGRADE = FOLDER / "post-working-schedules.py"


@tagged("post_install", "-at_install")
class ScheduleCommon(ComplaintCommon):
    """A policy of 16 working hours, from 9 to 17; a complaint of Monday at 9."""

    UNIT = {"amount": 16, "unit": "working_hours"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.versions = cls.env["governance.schedule.version"]
        cls.choices = cls.env["governance.schedule.choice"]
        cls.planner = new_test_user(
            cls.env,
            "planner",
            "base.group_system",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.calendar = cls.office("Office")
        cls.rules = cls.policy(
            [
                {
                    "kind": "total_resolution",
                    "calendar_id": cls.calendar.id,
                    **cls.UNIT,
                },
                {"kind": "first_response", "amount": 2, "unit": "hours"},
            ]
        )

    @classmethod
    def office(cls, name, start=9, end=17):
        """Return a working schedule, Monday to Friday."""
        hours = [
            {"name": day, "dayofweek": day, "hour_from": start, "hour_to": end}
            for day in "01234"
        ]
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear(), *map(Command.create, hours)],
            }
        )

    def setUp(self):
        super().setUp()
        self.env.cr.precommit.run()
        self.calendar = self.calendar.with_user(self.planner)
        self.complaint = self.receive(self.rules)
        self.row = self.find_row(self.complaint)

    def find_row(self, complaint):
        """Return the clock on the working schedule."""
        return complaint.clock_ids.filtered(
            lambda clock: clock.kind == "total_resolution"
        )

    def receive(self, rules):
        """Return a complaint that came in now."""
        complaint = self.draft(self.cmanager).sudo()
        complaint._as_system().write({"state": "assigned", "policy_id": rules.id})
        complaint._log_event("received")
        return complaint

    def holiday(self, start, end=None, calendar=None, **values):
        """Return a holiday of a day, or some days, of March 2026."""
        return (
            self.env["resource.calendar.leaves"]
            .with_user(self.planner)
            .create(
                {
                    "name": "Holiday",
                    "calendar_id": (calendar or self.calendar).id,
                    "company_id": self.company.id,
                    "date_from": f"2026-03-{start:02} 00:00:00",
                    "date_to": f"2026-03-{end or start:02} 23:59:59",
                    **values,
                }
            )
        )

    def commit(self):
        """Let what is done at the end of a transaction be done, and the job run."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_job("governance.complaint.clock", "_cron_escalate")

    def known(self, calendar=None):
        """Return the versions of a schedule, in order."""
        domain = [("calendar_key", "=", (calendar or self.calendar).id)]
        return self.versions.search(domain, order="id")

    def deadline(self, moment=None, complaint=None):
        """Return the deadline as it was at a moment."""
        clocks = (complaint or self.complaint)._get_clocks(moment and at(moment))
        return clocks["total_resolution"][-1].deadline


def at(text):
    """Return a moment of March 2026, such as “02 09:00”."""
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M")


@tagged("post_install", "-at_install")
class TestScheduleVersions(ScheduleCommon):
    """What is on record."""

    def test_from_the_first_use(self):
        """A schedule has a version when a policy that uses it is published."""
        self.assertEqual(len(self.known()), 1)
        self.assertFalse(self.known().date_start)
        other = self.office("Other")
        self.env.cr.precommit.run()
        self.assertFalse(self.known(other))
        self.policy([{"kind": "reaction", "calendar_id": other.id, **self.UNIT}])
        self.assertEqual(len(self.known(other)), 1)
        self.policy(
            [{"kind": "reaction", "calendar_id": other.id, **self.UNIT}], code="T-2"
        )
        self.assertEqual(len(self.known(other)), 1)

    def test_upgrade(self):
        """Schedules that policies use already have versions after the upgrade."""
        self.policy([{"kind": "reaction", **self.UNIT}], code="T-COMPANY")
        self.env.flush_all()
        for model in (self.versions, self.choices):
            self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(model._table)))
        self.env.invalidate_all()
        script = runpy.run_path(str(UPGRADE))
        for _twice in range(2):
            script["migrate"](self.env.cr, "19.0.5.0.0")
        self.assertEqual(len(self.known()), 1)
        company = self.company._get_governance_calendar()
        self.assertEqual(len(self.known(company)), 1)
        choices = self.choices.search([("company_id", "=", self.company.id)])
        self.assertEqual(choices.calendar_key, company.id)

    def test_screens(self):
        """Auditors look at them in a list and a form."""
        versions = self.versions.with_user(self.auditor)
        for view_type in ("list", "form", "search"):
            self.assertTrue(versions.get_view(view_type=view_type)["arch"])
        self.assertEqual(
            Form(self.known().with_user(self.auditor)).name, self.calendar.name
        )

    def test_one_for_a_transaction(self):
        """Many lines make one version, and what is undone none."""
        self.calendar.attendance_ids.write({"hour_to": 16})
        self.calendar.attendance_ids[0].hour_from = 10
        holiday = self.holiday(10)
        self.calendar.tz = "Asia/Shanghai"
        self.commit()
        former, present = self.known()
        self.assertEqual(former.date_end, at("02 09:00"))
        self.assertEqual(present.date_start, at("02 09:00"))
        self.assertEqual(present.user_id, self.planner)
        self.assertEqual(present.zone, "Asia/Shanghai")
        self.assertEqual(len(present.data["leaves"]), 1)
        holiday.unlink()
        self.holiday(10)
        self.calendar.attendance_ids.write({"hour_to": 15})
        self.calendar.attendance_ids.write({"hour_to": 16})
        self.calendar.name = "Renamed"
        self.commit()
        self.assertEqual(len(self.known()), 2)

    def test_holiday_of_the_past(self):
        """What is over changes nothing, and is not written down."""
        self.travel("2026-03-05 09:00:00")
        self.holiday(3)
        self.holiday(4, 5)
        self.commit()
        self.assertEqual(len(self.known()), 2)
        self.assertEqual(
            self.known()[-1].data["leaves"],
            [["2026-03-04T00:00:00", "2026-03-05T23:59:59"]],
        )

    def test_holidays_of_all_schedules(self):
        """A holiday without a schedule concerns those of its company."""
        values = {"calendar_id": False}
        self.holiday(10, **values)
        self.commit()
        self.assertEqual(len(self.known()), 2)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        leaves = self.env["resource.calendar.leaves"].with_company(other)
        leave = leaves.create(
            {
                "name": "Holiday",
                "date_from": "2026-03-11 00:00:00",
                "date_to": "2026-03-11 23:59:59",
            }
        )
        self.assertEqual(leave.company_id, other)
        self.commit()
        self.assertEqual(len(self.known()), 2)

    def test_as_odoo_counts(self):
        """Versions say what Odoo says of the schedule."""
        time = self.env["governance.business.time"]
        self.holiday(4, 5)
        self.holiday(10, calendar_id=False)
        self.holiday(12, time_type="other")
        self.calendar.switch_calendar_type()
        self.calendar.attendance_ids.filtered(lambda line: line.week_type == "1")[
            :4
        ].unlink()
        for zone in ("Asia/Shanghai", "America/New_York"):
            self.calendar.tz = zone
            self.commit()
            schedule = self.known()[-1]._get_schedule()
            plain = time._get_working_time(self.calendar)
            days = at("01 00:00").date(), at("31 00:00").date()
            self.assertEqual(schedule.get_work(*days), list(plain._read(*days)))

    def test_nobody_writes_them(self):
        """They are evidence: not even an administrator adds, changes or deletes any."""
        self.assertTrue(self.known().with_user(self.auditor).content)
        for user in (self.planner, self.env.ref("base.user_admin")):
            version = self.known().with_user(user).sudo()
            with self.assertRaises(AccessError):
                version.date_end = at("02 09:00")
            with self.assertRaises(AccessError):
                version.unlink()
            with self.assertRaises(AccessError):
                version.copy()
        with self.assertRaises(AccessError):
            self.known().with_user(self.employee).read(["content"])

    def test_words(self):
        self.holiday(10)
        self.commit()
        content = self.known()[-1].with_context(tz="UTC").content
        self.assertIn("Monday: 09:00 to 17:00", content)
        self.assertIn("Holiday from 03/10/2026", content)

    def test_others_do_not_pay(self):
        """Leaves of people ask the database nothing more; other schedules one thing."""
        resource = self.env["resource.resource"].create(
            {"name": "Somebody", "calendar_id": self.calendar.id}
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        leave = self.holiday(4, resource_id=resource.id)
        leave.name = "Leave"
        leave.unlink()
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.env.cr.precommit.run()
        other = self.office("Other")
        other.attendance_ids.write({"hour_to": 12})
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env.cr.precommit.run()


@tagged("post_install", "-at_install")
class TestScheduleChanges(ScheduleCommon):
    """Schedules change while a clock runs, or when it has stopped."""

    def test_hours_change(self):
        """What was worked before is worked, what comes goes by the new hours."""
        self.assertEqual(self.row.deadline, at("03 17:00"))
        self.travel("2026-03-03 14:00:00")
        self.calendar.attendance_ids.write({"hour_to": 12})
        self.commit()
        # 8 hours on Monday, 5 on Tuesday, 3 on Wednesday.
        self.assertEqual(self.row.deadline, at("04 12:00"))
        self.assertEqual(self.complaint.next_deadline, at("02 11:00"))
        self.assertEqual(self.deadline("03 13:59"), at("03 17:00"))
        self.travel("2026-03-04 08:00:00")
        self.calendar.attendance_ids.write({"hour_to": 20})
        self.commit()
        self.assertEqual(self.row.deadline, at("04 12:00"))
        self.assertEqual(
            self.known().mapped("date_start"), [False, at("03 14:00"), at("04 08:00")]
        )

    def test_flexible_hours(self):
        """A schedule without hours of its own has no deadlines, at once."""
        self.travel("2026-03-03 14:00:00")
        self.calendar.write({"schedule_type": "flexible"})
        self.commit()
        self.assertFalse(self.row.deadline)
        self.travel("2026-03-03 15:00:00")
        self.calendar.write({"schedule_type": "fully_fixed"})
        self.commit()
        self.assertEqual(self.row.deadline, at("04 10:00"))

    def test_at_the_same_moment(self):
        """A complaint that came in at the very moment of a change is found."""
        self.travel("2026-03-03 14:00:00")
        late = self.receive(self.rules)
        self.assertEqual(self.find_row(late).deadline, at("05 14:00"))
        self.calendar.attendance_ids.write({"hour_to": 12})
        self.env.flush_all()
        # Whoever changed the schedule did not see it yet.
        self.env.cr.execute(
            "UPDATE governance_complaint_clock SET is_stale = FALSE, write_date = %s "
            "WHERE complaint_id = %s",
            [at("03 14:00"), late.id],
        )
        self.env.invalidate_all()
        self.commit()
        self.assertEqual(self.find_row(late).deadline, at("11 10:00"))

    def test_stopped_clocks(self):
        """Met and missed stay so, also when something happens afterwards."""
        late = self.receive(self.rules)
        self.travel("2026-03-03 16:30:00")
        self.complaint._log_event("closed")
        self.travel("2026-03-03 17:30:00")
        late._log_event("closed")
        self.travel("2026-03-03 18:00:00")
        # With these, 16:30 was too late and 17:30 in time.
        self.calendar.attendance_ids.write({"hour_from": 8, "hour_to": 22})
        self.holiday(2)
        self.commit()
        for complaint in self.complaint, late:
            complaint._log_event("rated")
            complaint._rewrite_clocks()
        self.assertEqual(self.row.state, "met")
        row = self.find_row(late)
        self.assertEqual(row.state, "missed")
        self.assertEqual(row.breached_on, at("03 17:00"))

    def test_month(self):
        """The figures of a month that is over stay what they were when it was filed."""
        late = self.receive(self.rules)
        self.travel("2026-03-03 16:30:00")
        self.complaint._log_event("closed")
        self.travel("2026-04-01 09:00:00")
        # Overdue, and decided in April.
        late._log_event("closed")
        statistic = self.env["governance.complaint.statistic"].with_user(self.cmanager)
        statistic = statistic.create({"month": "2026-03-01"})
        figures = statistic._get_figures()
        self.assertEqual((figures[0]["met"], figures[0]["missed"]), (1, 3))
        self.calendar.attendance_ids.write({"hour_to": 24})
        self.holiday(2, 31)
        self.commit()
        for complaint in self.complaint, late:
            complaint._log_event("rated")
            complaint._rewrite_clocks()
        self.assertEqual(statistic._get_figures(), figures)

    def test_holiday_entered_late(self):
        """A day that went by as a working day was one."""
        self.travel("2026-03-04 08:00:00")
        self.holiday(3)
        self.commit()
        self.assertEqual(self.deadline(), at("03 17:00"))

    def test_holiday_of_today(self):
        """Who enters it in the morning closes the rest of the day."""
        self.travel("2026-03-02 11:00:00")
        self.holiday(2)
        self.commit()
        self.assertEqual(self.deadline(), at("04 15:00"))

    def test_holiday_removed(self):
        """A holiday that was one stays, one that is to come is gone."""
        first, second = self.holiday(3), self.holiday(4)
        self.commit()
        self.assertEqual(self.row.deadline, at("05 17:00"))
        self.travel("2026-03-04 07:00:00")
        (first | second).unlink()
        self.commit()
        self.assertEqual(self.row.deadline, at("04 17:00"))
        self.assertEqual(self.deadline("03 12:00"), at("05 17:00"))

    def test_zone_changes(self):
        self.travel("2026-03-03 12:00:00")
        self.calendar.tz = "Asia/Shanghai"
        self.commit()
        # 11 hours until then; in Shanghai work begins at 1:00 UTC.
        self.assertEqual(self.row.deadline, at("04 06:00"))
        self.assertEqual(self.deadline("03 11:59"), at("03 17:00"))

    def test_archived(self):
        """A schedule that is put away is still what the clock runs on."""
        self.calendar.active = False
        self.calendar.attendance_ids.write({"hour_to": 13})
        self.commit()
        self.assertEqual(self.row.deadline, at("05 13:00"))

    def test_replay(self):
        """The dialog says by which schedule, the story when it was changed."""
        self.travel("2026-03-03 14:00:00")
        self.calendar.attendance_ids.write({"hour_to": 12})
        self.commit()
        self.travel("2026-03-05 09:00:00")
        reader = self.cmanager
        replays = self.env["governance.complaint.replay"].with_user(reader)
        complaint = self.complaint.with_user(reader).sudo(False)
        with Form(
            replays.with_context(default_complaint_id=complaint.id, tz="UTC")
        ) as form:
            form.moment = "2026-03-03 12:00:00"
            text = html2plaintext(form.answer)
            self.assertIn("the working schedule “Office” as it was until", text)
            self.assertNotIn("was changed", text)
            form.is_known = True
            self.assertIn("as it was until", form.answer)
            form.moment = "2026-03-05 09:00:00"
            self.assertNotIn("as it was until", form.answer)
            self.assertIn("The working schedule was changed.", form.answer)
        told = complaint._explain_clocks()
        self.assertEqual(
            [line["date"] for line in told if line["what"] == "schedule"],
            [at("03 14:00")],
        )

    def test_no_growth(self):
        """Clocks around the clock ask for no schedule, others once for all."""
        rules = self.policy(
            [{"kind": "total_resolution", "amount": 16}], code="T-ALWAYS"
        )
        plain = self.receive(rules)

        def count(complaint):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            complaint._get_clocks()
            return self.env.cr.sql_log_count - before

        count(plain)
        always, working = count(plain), count(self.complaint)
        for day in range(10, 20):
            self.travel(f"2026-03-02 {day}:00:00")
            self.holiday(day)
            self.commit()
        self.assertEqual(len(self.known()), 11)
        self.assertEqual(count(plain), always)
        self.assertEqual(count(self.complaint), working)


@tagged("post_install", "-at_install")
class TestScheduleOfCompany(ScheduleCommon):
    """Clocks that run on whichever schedule the company has."""

    def setUp(self):
        super().setUp()
        self.company.governance_calendar_id = self.calendar
        self.rules = self.policy(
            [{"kind": "total_resolution", **self.UNIT}], code="T-COMPANY"
        )
        self.complaint = self.receive(self.rules)
        self.row = self.find_row(self.complaint)
        self.short = self.office("Short", end=12)

    def test_another_one(self):
        """From the moment on the company's new schedule counts."""
        self.travel("2026-03-03 14:00:00")
        self.company.governance_calendar_id = self.short
        self.commit()
        self.assertEqual(self.row.deadline, at("04 12:00"))
        self.assertEqual(self.row.calendar_id, self.short)
        self.assertEqual(self.deadline("03 13:00"), at("03 17:00"))
        # What either of them says later counts while it is the company's.
        self.travel("2026-03-04 08:00:00")
        self.calendar.attendance_ids.write({"hour_to": 10})
        self.short.attendance_ids.write({"hour_to": 11})
        self.commit()
        self.assertEqual(self.row.deadline, at("05 10:00"))
        names = self.choices.search([("company_id", "=", self.company.id)], order="id")
        self.assertEqual(names.mapped("name"), ["Office", "Short"])

    def test_deleted(self):
        """A schedule that is gone still says what held when it was there."""
        self.company.governance_calendar_id = False
        self.company.resource_calendar_id = self.short
        own = self.office("Own")
        self.company.governance_calendar_id = own
        self.commit()
        key = own.id
        self.travel("2026-03-03 14:00:00")
        own.unlink()
        self.env["res.company"].invalidate_model()
        self.commit()
        self.assertEqual(self.row.deadline, at("04 12:00"))
        self.assertEqual(self.row.calendar_id, self.short)
        self.assertEqual(self.deadline("03 13:00"), at("03 17:00"))
        version = self.versions.search([("calendar_key", "=", key)])
        self.assertEqual(version.name, "Own")
        self.assertFalse(version.calendar_id)
        self.assertTrue(version.content)

    def test_none_at_all(self):
        """Work on complaints goes on when the company has no schedule any more."""
        self.commit()
        self.travel("2026-03-03 14:00:00")
        self.company.write(
            {"governance_calendar_id": False, "resource_calendar_id": False}
        )
        self.commit()
        self.assertFalse(self.row.is_stale)
        self.complaint._log_event("inbound")
        self.assertEqual(self.row.deadline, at("03 17:00"))
        late = self.receive(self.rules)
        self.assertEqual(self.find_row(late).deadline, at("05 14:00"))
        self.company.governance_calendar_id = self.short
        self.commit()
        self.assertEqual(self.row.deadline, at("04 12:00"))
        self.assertEqual(self.row.calendar_id, self.short)

    def test_none_from_the_beginning(self):
        """Without any schedule, on record or not, a clock has no end in sight."""
        self.company.write(
            {"governance_calendar_id": False, "resource_calendar_id": False}
        )
        self.env.cr.execute("DELETE FROM governance_schedule_choice")
        self.env.invalidate_all()
        clock = self.find_row(self.receive(self.rules))
        self.assertEqual((clock.state, clock.deadline), ("running", False))

    def test_there_and_back(self):
        """To choose another one and the first again is no change."""
        self.company.governance_calendar_id = self.short
        self.company.governance_calendar_id = self.calendar
        self.commit()
        domain = [("company_id", "=", self.company.id)]
        self.assertEqual(self.choices.search_count(domain), 1)
