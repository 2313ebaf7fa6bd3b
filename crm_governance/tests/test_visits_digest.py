# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_visits_reminders import ReminderCommon

DIGESTS = "odoo.addons.crm_governance.models.visits.governance_visit_digest"
# 10:00 in Shanghai.
MORNING = "2026-03-05 02:00:00"


@tagged("post_install", "-at_install")
class TestVisitsDigest(ReminderCommon):
    """One message a day to each leader, about the own people alone (B-75)."""

    def send(self, moment=MORNING):
        self.travel(moment)
        self.run_job("governance.visit.reminder", "_cron_digest")

    def digests(self, user):
        """Return what a leader was told, oldest first."""
        return self.env["mail.message"].search(
            [
                ("subject", "=like", "Visits on %"),
                ("partner_ids", "in", user.partner_id.ids),
            ],
            order="id",
        )

    def body(self, user):
        """Return what a leader was told last."""
        return self.digests(user)[-1:].body or ""

    def test_nothing(self):
        self.send()
        for user in (self.leader, self.leader2, self.manager):
            self.assertFalse(self.digests(user))
        self.assertFalse(self.reminders("digest"))

    def test_once_a_day(self):
        self.slot(date(2026, 3, 4))
        self.send()
        self.send()
        self.assertEqual(len(self.digests(self.leader)), 1)
        self.send("2026-03-05 12:00:00")
        self.assertEqual(len(self.digests(self.leader)), 1)
        self.send("2026-03-06 02:00:00")
        self.assertEqual(len(self.digests(self.leader)), 2)

    def test_a_week_late(self):
        """Today's message, and none for the days before."""
        self.slot(date(2026, 3, 4))
        self.send("2026-03-12 02:00:00")
        self.assertEqual(len(self.digests(self.leader)), 1)

    def test_in_the_morning(self):
        self.slot(date(2026, 3, 4))
        self.send("2026-03-04 21:59:00")
        self.assertFalse(self.digests(self.leader))
        self.send("2026-03-04 22:00:00")
        self.assertTrue(self.digests(self.leader))

    def test_looked_up_once(self):
        """Nothing is looked up again on that day, and nothing told late in it."""
        model = type(self.kinds)
        plain = model._get_digest_sections
        asked = []

        def count(reminders):
            asked.append(reminders.env.user)
            return plain(reminders)

        with patch.object(model, "_get_digest_sections", count):
            self.send()
            self.slot(date(2026, 3, 4))
            self.send("2026-03-05 03:00:00")
            self.assertEqual(asked.count(self.leader), 1)
            self.send("2026-03-06 06:00:00")
            self.assertEqual(asked.count(self.leader), 1, "at two in the afternoon")
        self.assertFalse(self.digests(self.leader))
        self.send("2026-03-09 02:00:00")
        self.assertTrue(self.digests(self.leader))

    def test_days_without_work(self):
        """Nothing on Sundays and holidays where the leader works."""
        self.slot(date(2026, 3, 4))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-03-08 16:00:00",
                "date_to": "2026-03-09 15:59:59",
            }
        )
        for day in (7, 8, 9):
            self.send(f"2026-03-{day:02} 02:00:00")
            self.assertFalse(self.digests(self.leader))
        self.send("2026-03-10 02:00:00")
        self.assertTrue(self.digests(self.leader))

    def test_callbacks_before_days_without_work(self):
        """What is to be done by Sunday is for Friday."""
        self.policy([self.line(self.caller, 5)])
        self.travel("2026-03-03 04:00:00")
        self.open_file(self.open_customer)
        self.send("2026-03-05 02:00:00")
        self.assertFalse(self.digests(self.leader))
        self.send("2026-03-06 02:00:00")
        self.assertIn("Callbacks due today: 1", self.body(self.leader))
        self.send("2026-03-09 02:00:00")
        self.assertIn("Callbacks overdue: 1", self.body(self.leader))

    def test_day_of_each_company(self):
        """Where it is yesterday still, nothing is overdue yet."""
        west = self.env["res.company"].create({"name": "West"})
        west.partner_id.tz = "America/Los_Angeles"
        self.leader.company_ids += west
        plan = self.env["governance.visit.plan"]._as_system()
        plan = plan.create(
            {"user_id": self.rep.id, "month": "2026-03-01", "company_id": west.id}
        )
        self.open_customer.company_id = False
        self.slot(date(2026, 3, 4), plan=plan)
        self.send()
        self.assertIn("due today with nothing planned: 1", self.body(self.leader))
        self.assertNotIn("overdue", self.body(self.leader))

    def test_own_people_only(self):
        self.slot(date(2026, 3, 4))
        plan2 = self.open_plan(self.rep2, date(2026, 3, 1))
        self.slot(date(2026, 3, 4), plan=plan2, partner_id=self.south.id)
        self.send()
        self.assertIn("Open Trading", self.body(self.leader))
        self.assertNotIn("South", self.body(self.leader))
        self.assertIn("South Trading", self.body(self.leader2))
        self.assertNotIn("Open", self.body(self.leader2))
        for user in (self.rep, self.auditor, self.manager, self.employee):
            self.assertFalse(self.digests(user))

    def test_what_is_in_it(self):
        self.slot(date(2026, 3, 5), partner_id=self.new_customer.id)
        self.slot(date(2026, 3, 3), date(2026, 3, 4))
        long_ago = {"key": "old", "window_start": date(2026, 1, 1)}
        self.slot(date(2026, 1, 3), date(2026, 1, 4), **long_ago)
        self.policy([self.line(self.caller, days) for days in (1, 3)])
        self.travel("2026-03-02 04:00:00")
        self.open_file(self.south)
        late = self.visit(date_start="2026-02-27 02:00:00")
        self.promise(late, date_deadline="2026-03-04")
        asked = self.open_plan(self.rep, date(2026, 5, 1))
        asked._as_system().state = "requested"
        lead = self.env["crm.lead"].create(
            {"name": "Old deal", "type": "opportunity", "user_id": self.rep.id}
        )
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-01-01' WHERE id = %s", [lead.id]
        )
        self.cr.execute(
            "UPDATE mail_message SET create_date = '2026-01-01'"
            " WHERE model = 'crm.lead' AND res_id = %s",
            [lead.id],
        )
        self.leader.group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        self.env.invalidate_all()
        self.send()
        body = self.body(self.leader)
        for words in (
            "Visits due today with nothing planned: 1",
            "New Trading",
            "Visits overdue with nothing planned: 1",
            "Open Trading",
            "Callbacks due today: 1",
            "Callbacks overdue: 1",
            "South Trading",
            "Reports late: 1",
            "Promises late: 1",
            "Plans to approve: 1",
            "Idle leads: 1",
            "Old deal",
            self.rep.name,
        ):
            self.assertIn(words, body)
        self.assertNotIn("Plans not submitted", body)

    def test_who_supervises_callbacks(self):
        """The doctor gets the daily list of the callbacks, and nothing else (B-75)."""
        self.slot(date(2026, 3, 4))
        self.policy([self.line(self.caller, days) for days in (1, 3)])
        self.open_file(self.new_customer)
        self.doctor.member_ids.user_id = self.rep2
        self.send("2026-03-04 02:00:00")
        self.assertFalse(self.digests(self.rep2))
        self.doctor.is_supervisor = True
        self.send()
        body = self.body(self.rep2)
        self.assertIn("Callbacks due today: 1", body)
        self.assertIn("Callbacks overdue: 1", body)
        self.assertIn("New Trading", body)
        self.assertNotIn("Visits", body)

    def test_reports_to_accept(self):
        """Reports wait for their leader, not for who visited with them (B-56)."""
        joint = {"participant_ids": [Command.link(self.leader.id)]}
        for user, values in ((self.rep, {}), (self.leader, {}), (self.rep, joint)):
            visit = self.visit(user, date_start="2026-02-27 02:00:00", **values)
            visit._as_system().state = "submitted"
        self.send()
        self.assertIn("Reports to accept: 1", self.body(self.leader))

    def test_plans_that_are_late(self):
        self.send("2026-03-31 02:00:00")
        self.assertNotIn("Plans not submitted", self.body(self.leader))
        self.send("2026-04-01 02:00:00")
        self.assertIn("Plans not submitted: 1", self.body(self.leader))

    def test_many(self):
        """Ten are named, the rest is a number."""
        for number in range(13):
            self.slot(date(2026, 3, 5), key=f"many-{number}")
        self.send()
        body = self.body(self.leader)
        self.assertIn("nothing planned: 13", body)
        self.assertEqual(body.count("Open Trading"), 10)
        self.assertIn("3 more", body)

    def test_confidential_customers(self):
        """Who may not read them gets neither their names nor their number."""
        plan2 = self.open_plan(self.rep2, date(2026, 3, 1))
        self.slot(date(2026, 3, 5), plan=plan2, partner_id=self.secret.id, key="1")
        self.slot(date(2026, 3, 5), partner_id=self.secret.id, key="2")
        self.send()
        body = self.body(self.leader2)
        self.assertIn("Plans not submitted", body)
        self.assertNotIn("due today", body)
        self.assertNotIn("Secret", body)
        self.assertIn("Secret Holding", self.body(self.leader), "the owner's leader")

    def test_customers_of_another_company(self):
        """A customer whom the leader cannot open costs nobody the whole message."""
        self.slot(date(2026, 3, 5))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.open_customer.company_id = other
        self.assertFalse(self.can_read(self.leader, self.open_customer))
        self.send()
        self.assertIn("Open Trading", self.body(self.leader))

    def test_words_are_no_markup(self):
        self.open_customer.name = "<script>alert(1)</script>"
        self.slot(date(2026, 3, 5))
        self.send()
        self.assertNotIn("<script>", self.body(self.leader))
        self.assertIn("&lt;script&gt;", self.body(self.leader))

    def test_one_failure_stops_no_other(self):
        self.slot(date(2026, 3, 5))
        plan2 = self.open_plan(self.rep2, date(2026, 3, 1))
        self.slot(date(2026, 3, 5), plan=plan2, partner_id=self.south.id)
        model = type(self.kinds)
        plain = model._get_digest_sections

        def broken(reminders):
            if reminders.env.user == self.leader:
                raise ValueError("Broken")
            return plain(reminders)

        with patch.object(model, "_get_digest_sections", broken):
            with mute_logger(DIGESTS):
                self.send()
        self.assertFalse(self.digests(self.leader))
        self.assertTrue(self.digests(self.leader2))
        self.send()
        self.assertEqual(len(self.digests(self.leader)), 1)
        self.assertEqual(len(self.digests(self.leader2)), 1)
