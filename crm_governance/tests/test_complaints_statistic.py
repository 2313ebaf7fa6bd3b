# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaints_statistic_common import STATES, StatisticCommon, at

JOB = "odoo.addons.crm_governance.models.confidentiality.governance_isolated_mixin"
COUNTS = ("carried", "received", "returned", "solved", "dropped", "open")
SETTLED = {"answered": "solved", "closed": "solved"}
SETTLED |= {"withdrawn": "dropped", "duplicate": "dropped"}


def stood(events, moment):
    """Return how a complaint stood at a moment: open, solved or dropped."""
    last = "open"
    for date, kind in sorted(events):
        if date < moment and kind in STATES:
            last = SETTLED.get(kind, "open")
    return last


@tagged("post_install", "-at_install")
class TestStatisticFigures(StatisticCommon):
    """What the statistic of a month counts (D-45, D-49)."""

    def test_month(self):
        """Received, carried over and back again are solved, dropped or open."""
        complaints = {
            "early": self.case("01-05 09:00", "closed 01-20 09:00"),
            "carried": self.case("01-10 09:00", "answered 02-10 09:00"),
            "still open": self.case("01-11 09:00"),
            "back": self.case(
                "01-12 09:00", "closed 01-20 09:00", "reopened 02-05 09:00"
            ),
            "solved": self.case("02-03 09:00", "answered 02-03 19:00"),
            "solved later": self.case("02-04 09:00", "closed 03-01 09:00"),
            "withdrawn": self.case("02-05 09:00", "withdrawn 02-06 09:00"),
            "next": self.case("03-01 09:00"),
            "suggestion": self.case("02-05 09:00", type_id=self.types["suggestion"].id),
        }
        statistic = self.statistic()
        statistic.action_file()
        line = self.line(statistic)
        self.assertEqual([line[name] for name in COUNTS], [2, 3, 1, 2, 1, 3])
        self.assertAlmostEqual(line.solution_rate, 200 / 5)
        self.assertEqual(line.hours_solution, (10 + 31 * 24) / 2)
        self.assertEqual(
            line.members["open"],
            sorted(
                complaints[name].id for name in ("still open", "back", "solved later")
            ),
        )
        kinds = self.line(statistic, "kind", "suggestion")
        self.assertEqual(kinds.received, 1)

    def test_figures_are_frozen(self):
        """What was filed stays, however the complaints go on (RC-10)."""
        complaint = self.case("02-03 09:00", cause_id=self.causes[0].id)
        statistic = self.statistic()
        statistic.action_file()
        line = self.line(statistic, "cause", self.causes[0].id)
        complaint._log_event("closed", date=at("02-20 09:00"))
        complaint._as_system().write({"state": "closed", "cause_id": self.causes[1].id})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((line.received, line.solved, line.open), (1, 0, 1))
        self.assertEqual(line.label, "Machine")
        for user in (self.cmanager, self.executive, self.manager):
            with self.assertRaises(AccessError):
                line.with_user(user).write({"solved": 1})
            with self.assertRaises(AccessError):
                line.with_user(user).unlink()

    def test_late_in_the_month_of_the_breach(self):
        """A target is missed in the month in which its time ran out, only there."""
        complaint = self.case("01-20 09:00")
        clocks = self.env["governance.complaint.clock"]._as_system()
        common = {"complaint_id": complaint.id, "start": at("01-20 09:00")}
        clocks.create(
            [
                {
                    **common,
                    "kind": "acknowledge",
                    "state": "missed",
                    "breached_on": at("01-20 10:00"),
                    "stopped_on": at("02-03 09:00"),
                },
                {
                    **common,
                    "kind": "first_response",
                    "state": "met",
                    "stopped_on": at("02-03 09:00"),
                },
                {
                    **common,
                    "kind": "total_resolution",
                    "state": "running",
                    "deadline": at("02-03 09:00"),
                },
            ]
        )
        statistic = self.statistic()
        statistic.action_file()
        total = self.line(statistic)
        self.assertEqual((total.met, total.missed, total.late), (1, 1, 1))
        self.assertEqual(total.share_in_time, 50)
        lines = statistic.sudo().line_ids.filtered(
            lambda one: one.dimension == "target"
        )
        self.assertEqual(
            {line.key: (line.met, line.missed) for line in lines},
            {"first_response": (1, 0), "total_resolution": (0, 1)},
        )

    def test_rates(self):
        """The complaint rate is that of the orders of the month (D-49)."""
        product = self.env["product.product"].create({"name": "Pump"})
        before = self.statistic()._get_sold().get(("total", None), (0, 0))
        for _number in range(4):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.open_customer.id,
                    "order_line": [(0, 0, {"product_id": product.id})],
                }
            )
            order.action_confirm()
            order.date_order = at("02-10 09:00")
        self.case("02-11 09:00", product_id=product.id)
        statistic = self.env["governance.complaint.statistic"].search(
            [("month", "=", "2026-02-01"), ("company_id", "=", self.company.id)]
        )
        statistic.with_user(self.cmanager).action_file()
        line = self.line(statistic, "product", product.id)
        self.assertEqual((line.orders, line.customers, line.complaining), (4, 1, 1))
        self.assertEqual((line.complaint_rate, line.customer_rate), (25, 100))
        self.assertEqual(self.line(statistic).orders, before[0] + 4)

    def test_oracle(self):
        """A loop in Python counts the same month of random complaints."""
        random_ = random.Random(10)
        start, end = at("02-01 00:00"), at("03-01 00:00")
        pasts = []
        for _number in range(80):
            received = at("01-10 00:00") + timedelta(minutes=random_.randrange(64000))
            moments = sorted(random_.sample(range(1, 50000), random_.randrange(6)))
            events = [
                (received + timedelta(minutes=one), random_.choice(list(STATES)))
                for one in moments
            ]
            events = [event for event in events if event[0] < self.now()]
            complaint = self.case(received.strftime("%m-%d %H:%M"))
            for moment, kind in random_.sample(events, len(events)):
                complaint._log_event(kind, date=moment)
            state = STATES[events[-1][1]] if events else "assigned"
            complaint._as_system().write({"state": state})
            pasts.append((received, events))
        wanted = dict.fromkeys(COUNTS, 0)
        for received, events in pasts:
            before, after = stood(events, start), stood(events, end)
            is_new = start <= received < end
            is_back = any(
                start <= date < end and kind in ("reopened", "rejected")
                for date, kind in events
            )
            is_carried = received < start and before == "open"
            is_returned = received < start and before == "solved" and is_back
            if not (is_new or is_carried or is_returned):
                continue
            wanted["received"] += is_new
            wanted["carried"] += is_carried
            wanted["returned"] += is_returned
            wanted[after] += 1
        statistic = self.statistic()
        statistic.action_file()
        line = self.line(statistic)
        self.assertEqual({name: line[name] for name in COUNTS}, wanted)
        self.assertEqual(
            line.carried + line.received + line.returned,
            line.solved + line.dropped + line.open,
        )
        self.assertTrue(all(wanted.values()), wanted)

    def test_ratings(self):
        """What customers have said in the month, each complaint once (RC-09)."""
        old = self.case("01-05 09:00", "closed 01-20 09:00")
        new = self.case("02-03 09:00", "closed 02-10 09:00")
        for complaint, moment, rating in (
            (old, "01-25 09:00", 1),
            (old, "02-03 09:00", 1),
            (old, "02-04 09:00", 5),
            (new, "02-11 09:00", 1),
            (new, "03-01 09:00", 5),
        ):
            complaint._log_event("rated", date=at(moment), rating=rating)
        statistic = self.statistic()
        statistic.action_file()
        line = self.line(statistic)
        self.assertEqual((line.rated, line.unhappy, line.rating), (2, 1, 3.0))
        action = line.with_context(figure="unhappy").action_open_complaints()
        self.assertEqual(action["domain"], [("id", "in", [new.id])])
        self.assertFalse(self.line(statistic, "kind", "complaint").rated)

    def test_drill_down(self):
        """Behind a figure stand its complaints, as far as the reader may see them."""
        mine = self.case("02-03 09:00")
        secret = self.case("02-03 09:00", partner_id=self.secret.id)
        solved = self.case("02-03 09:00", "closed 02-04 09:00")
        statistic = self.statistic()
        statistic.action_file()
        line = self.line(statistic).with_user(self.cmanager)
        self.assertEqual(line.received, 3, "The figure is that of the company")
        action = line.with_context(figure="open").action_open_complaints()
        [[_name, _operator, ids]] = action["domain"]
        self.assertEqual(set(ids), {mine.id, secret.id})
        complaints = self.env["governance.complaint"].with_user(self.cmanager)
        self.assertEqual(complaints.search(action["domain"]), mine)
        everything = line.action_open_complaints()["domain"][0][2]
        self.assertEqual(set(everything), {mine.id, secret.id, solved.id})
        with self.assertRaises(AccessError):
            line.read(["members"])
        with self.assertRaises(AccessError):
            line.with_user(self.handler).action_open_complaints()


@tagged("post_install", "-at_install")
class TestStatisticFiling(StatisticCommon):
    """Filed by the tenth, decided by the management (D-45, RC-10)."""

    def test_flow(self):
        self.case("02-03 09:00")
        statistic = self.statistic(self.overseer, remark="Nothing special")
        statistic.action_file()
        self.assertEqual(statistic.state, "filed")
        self.assertEqual(statistic.filed_by_id, self.overseer)
        with self.assertRaises(AccessError):
            self.decide(statistic, self.cmanager)
        with self.assertRaises(AccessError):
            statistic.with_user(self.cmanager).write({"remark": "Other"})
        self.decide(statistic, self.executive)
        self.assertEqual(statistic.state, "approved")
        self.assertTrue(statistic.approved_on)
        with self.assertRaises(UserError):
            statistic.action_file()

    def test_given_back(self):
        """Given back, it is filed anew: new figures beside the old ones."""
        self.case("02-03 09:00")
        statistic = self.statistic()
        statistic.action_file()
        old = self.line(statistic)
        self.decide(statistic, self.executive, "rejected")
        self.assertEqual(statistic.state, "draft")
        self.assertTrue(
            statistic.sudo().activity_ids.filtered(
                lambda one: one.user_id == self.cmanager
            )
        )
        with self.assertRaises(AccessError):
            statistic.unlink()
        self.case("02-04 09:00")
        statistic.action_file()
        new = self.line(statistic)
        self.assertEqual((old.version, old.received, old.is_current), (1, 1, False))
        self.assertEqual((new.version, new.received, new.is_current), (2, 2, True))
        self.assertEqual(statistic.version, 2)
        self.assertFalse(statistic.sudo().activity_ids)
        self.decide(statistic, self.executive)
        self.assertEqual(statistic.state, "approved")

    def test_who_files(self):
        """The supervising unit and managers file it; nobody else even sees it."""
        statistic = self.statistic()
        for user in (self.handler, self.chief, self.service, self.rep, self.employee):
            with self.subTest(user.login):
                self.assertHidden(user, statistic)
                with self.assertRaises(AccessError):
                    statistic.with_user(user).action_file()
                with self.assertRaises(AccessError):
                    self.statistic(user, month="2026-01-01")
        for user in (self.overseer, self.auditor, self.manager, self.executive):
            self.assertReads(user, statistic)
        for user in (self.auditor, self.manager, self.executive):
            with self.assertRaises(AccessError):
                statistic.with_user(user).action_file()
        statistic.with_user(self.overseer).action_file()
        self.assertHidden(self.handler, self.line(statistic))
        self.assertReads(self.executive, self.line(statistic))

    def test_nobody_decides_the_own(self):
        """Whoever filed it does not approve it."""
        self.executive.group_ids += self.env.ref(
            "crm_governance.group_complaint_manager"
        )
        statistic = self.statistic(self.executive)
        statistic.action_file()
        with self.assertSays("your own request"):
            self.decide(statistic, self.executive)
        self.decide(statistic, self.boss)
        self.assertEqual(statistic.state, "approved")

    def test_month_must_be_over(self):
        statistic = self.statistic(month="2026-03-01")
        with self.assertSays("March 2026 is not over yet"):
            statistic.action_file()
        self.travel("2026-04-01 00:30:00")
        statistic.action_file()

    def test_without_a_matrix(self):
        """Without anybody who decides, nothing is filed and no figure is kept."""
        self.env["governance.approval.policy"].search(
            [("subject", "=", "complaint_statistic"), ("state", "=", "published")]
        )._with_machinery().write({"state": "superseded"})
        statistic = self.statistic()
        with self.assertSays("no approval matrix in force"):
            statistic.action_file()
        self.assertEqual(statistic.state, "draft")
        self.assertFalse(statistic.sudo().line_ids)

    @mute_logger("odoo.sql_db")
    def test_one_for_each_month(self):
        self.statistic()
        with self.assertRaises(UniqueViolation):
            self.statistic()

    def test_guard(self):
        statistic = self.statistic()
        for values in (
            {"state": "approved"},
            {"version": 5},
            {"filed_by_id": self.rep.id},
        ):
            with self.assertRaises(AccessError):
                statistic.write(values)


@tagged("post_install", "-at_install")
class TestStatisticJob(StatisticCommon):
    """Opened on the first, reminded of when it is late (RC-10)."""

    def run_statistics(self):
        self.run_job("governance.complaint.statistic", "_cron_remind")

    def get_statistics(self):
        return self.env["governance.complaint.statistic"].search(
            [("company_id", "=", self.company.id)], order="month"
        )

    def get_months(self):
        return [one.month.isoformat() for one in self.get_statistics()]

    def test_opens_the_month_before(self):
        self.case("02-03 09:00")
        self.run_statistics()
        self.run_statistics()
        self.assertEqual(self.get_months(), ["2026-02-01"])
        statistic = self.get_statistics()
        self.assertEqual(statistic.date_deadline.isoformat(), "2026-03-10")
        self.assertEqual(statistic.activity_ids.user_id, self.overseer)

    def test_nothing_to_count(self):
        self.run_statistics()
        self.assertFalse(self.get_months())

    def test_runs_late(self):
        """A job that was down opens what the missed runs would have."""
        self.case("02-03 09:00")
        self.run_statistics()
        self.travel("2026-05-20 09:00:00")
        self.run_statistics()
        self.assertEqual(self.get_months(), ["2026-02-01", "2026-03-01", "2026-04-01"])

    def test_reminds_of_late_ones(self):
        self.case("02-03 09:00")
        self.run_statistics()
        statistic = self.get_statistics()
        self.travel("2026-03-10 23:00:00")
        self.run_statistics()
        self.assertFalse(statistic.is_late)
        self.assertFalse(statistic.reminded_on)
        self.travel("2026-03-11 00:30:00")
        self.assertIn(statistic, statistic.search([("is_late", "=", True)]))
        for _number in range(2):
            self.run_statistics()
        self.assertEqual(statistic.reminded_on.isoformat(), "2026-03-11")
        told = self.get_reminders(statistic)
        self.assertEqual(told.partner_ids, self.overseer.partner_id)
        self.travel("2026-03-18 09:00:00")
        self.run_statistics()
        self.assertEqual(len(self.get_reminders(statistic)), 2)
        statistic.with_user(self.overseer).action_file()
        self.assertTrue(statistic.was_late)
        self.travel("2026-03-30 09:00:00")
        self.run_statistics()
        self.assertEqual(len(self.get_reminders(statistic)), 2)

    def get_reminders(self, statistic):
        return self.env["mail.message"].search(
            [
                ("model", "=", statistic._name),
                ("res_id", "=", statistic.id),
                ("message_type", "=", "user_notification"),
                ("subject", "=", "The complaint statistic is late"),
            ]
        )

    def test_own_day_of_the_company(self):
        self.company.governance_complaint_statistic_day = 5
        self.case("02-03 09:00")
        self.run_statistics()
        self.assertEqual(self.get_statistics().date_deadline.isoformat(), "2026-03-05")

    @mute_logger(JOB)
    def test_failure_of_one_company_stops_no_other(self):
        self.case("02-03 09:00")
        other = self.env["res.company"].create({"name": "Other"})
        statistics = type(self.env["governance.complaint.statistic"])
        former = statistics._get_missing_months

        def fail(self, company):
            if company == other:
                raise ValueError("No")
            return former(self, company)

        with patch.object(statistics, "_get_missing_months", fail):
            self.run_statistics()
        self.assertEqual(self.get_months(), ["2026-02-01"])


@tagged("post_install", "-at_install")
class TestStatisticSheet(StatisticCommon):
    """The printed sheet (P-13)."""

    def printed(self, statistic, user, lang="en_US"):
        reports = self.env["ir.actions.report"].with_user(user).with_context(lang=lang)
        page, _kind = reports._render_qweb_html(
            "crm_governance.report_complaint_statistic", statistic.ids
        )
        return page.decode()

    def test_sheet(self):
        self.case("02-03 09:00", cause_id=self.causes[0].id)
        secret = self.case("02-03 09:00", partner_id=self.secret.id)
        statistic = self.statistic(remark="More than last year")
        draft = self.printed(statistic, self.cmanager)
        self.assertIn("draft, not filed", draft)
        with self.assertRaises(AccessError):
            self.printed(statistic, self.executive)
        statistic.action_file()
        self.decide(statistic, self.executive)
        page = self.printed(statistic, self.executive)
        for text in (
            "Ratings by customers",
            "Complaint statistics sheet",
            "February 2026",
            "Machine",
            "Workshop",
            "More than last year",
            self.executive.name,
        ):
            self.assertIn(text, page)
        self.assertNotIn("draft, not filed", page)
        for name in (self.open_customer.name, self.secret.name, secret.name):
            self.assertNotIn(name, page)
        with self.assertRaises(AccessError):
            self.printed(statistic, self.handler)
