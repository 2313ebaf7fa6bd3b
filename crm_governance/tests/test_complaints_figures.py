# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .complaints_statistic_common import StatisticCommon, at

KINDS = (
    "acknowledged",
    "inbound",
    "response",
    "waiting",
    "resumed",
    "answered",
    "rejected",
    "reopened",
    "closed",
    "withdrawn",
    "duplicate",
)


class Oracle:
    """The figures of a complaint, told from its events by a loop, without SQL."""

    def __init__(self, received, events, until):
        self.status = "open"
        self.acknowledged = self.responded = self.solved = self.closed = None
        self.reopened = self.pauses = 0
        self.paused = timedelta()
        events = [event for event in events if event[0] < until]
        for moment, kind in events:
            if moment >= received:
                self._note_first(moment, kind)
            self._note_status(moment, kind)
        self._note_pauses(events, until)
        if self.status != "closed":
            self.closed = None

    def _note_first(self, moment, kind):
        if kind in ("acknowledged", "response", "answered"):
            self.acknowledged = self.acknowledged or moment
        if kind in ("response", "answered"):
            self.responded = self.responded or moment
        if kind in ("answered", "closed"):
            self.solved = self.solved or moment

    def _note_status(self, moment, kind):
        self.reopened += kind == "reopened"
        if kind == "closed":
            self.closed = moment
        statuses = {"withdrawn": "dropped", "reopened": "open", "rejected": "open"}
        if kind in ("answered", "closed", "duplicate"):
            self.status = kind
        self.status = statuses.get(kind, self.status)

    def _note_pauses(self, events, until):
        waiting, is_over = None, False
        for moment, kind in events:
            if kind in ("acknowledged", "response", "answered"):
                continue
            if kind == "waiting":
                if not is_over and waiting is None:
                    waiting, self.pauses = moment, self.pauses + 1
                continue
            if waiting is not None:
                self.paused += moment - waiting
            waiting = None
            is_end = kind in ("closed", "withdrawn", "duplicate")
            is_over = is_end or (is_over and kind != "reopened")
        if waiting is not None:
            self.paused += until - waiting


@tagged("post_install", "-at_install")
class TestFigures(StatisticCommon):
    """What is counted of a complaint, and who counts it (D-49, D-50)."""

    def test_one(self):
        complaint = self.case(
            "02-03 09:00",
            "acknowledged 02-03 10:00",
            "response 02-03 13:00",
            "waiting 02-04 09:00",
            "resumed 02-04 12:00",
            "answered 02-05 09:00",
            "closed 02-06 09:00",
            cause_id=self.causes[0].id,
        )
        row = self.figures(None, complaint)[complaint.id]
        self.assertEqual(row.hours_acknowledge, 1)
        self.assertEqual(row.hours_response, 4)
        self.assertEqual(row.hours_solution, 48)
        self.assertEqual(row.hours_closing, 72)
        self.assertEqual((row.pauses, row.paused_hours), (1, 3))
        self.assertEqual(row.status, "closed")
        self.assertEqual((row.number, row.solved, row.open), (1, 1, 0))
        self.assertEqual(fields.Date.to_string(row.month), "2026-02-01")
        self.assertEqual(row.cause_id, self.causes[0])
        self.assertEqual(row.type_kind, "complaint")

    def test_said_before_it_was_received(self):
        """What was said before a complaint is no answer to it, and takes no time."""
        complaint = self.case(
            "02-03 09:00", "response 02-02 09:00", "response 02-03 12:00"
        )
        row = self.figures(None, complaint)[complaint.id]
        self.assertEqual(row.hours_response, 3)

    def test_solved_then_reopened(self):
        """What came back is not solved, however often it was closed (I56)."""
        complaint = self.case(
            "02-03 09:00",
            "answered 02-04 09:00",
            "closed 02-05 09:00",
            "reopened 02-06 09:00",
        )
        row = self.figures(None, complaint)[complaint.id]
        self.assertEqual((row.status, row.solved, row.open), ("open", 0, 1))
        self.assertEqual((row.reopened, row.was_reopened), (1, 1))
        self.assertFalse(row.hours_closing)
        self.assertEqual(row.hours_solution, 24, "The first solution stays")

    def test_rates_come_from_sums(self):
        """A rate of a group is that of its sums; what was dropped does not count."""
        self.case("02-03 09:00", "closed 02-04 09:00")
        self.case("02-03 09:00", "closed 02-04 09:00", cause_id=self.causes[0].id)
        self.case("02-03 09:00")
        self.case("02-03 09:00", "withdrawn 02-04 09:00")
        self.case("02-03 09:00", "duplicate 02-04 09:00")
        self.env.flush_all()
        rows = self.env["governance.complaint.figure"].with_user(self.cmanager)
        domain = [("partner_id", "=", self.open_customer.id)]
        [[number, counted, solved, rate]] = rows._read_group(
            domain,
            [],
            ["number:sum", "counted:sum", "solved:sum", "solution_rate:avg"],
        )
        self.assertEqual((number, counted, solved), (5, 3, 2))
        self.assertAlmostEqual(rate, 200 / 3)

    def test_repeated(self):
        """The same cause at the same customer within a year is a repetition."""
        cause = {"cause_id": self.causes[0].id}
        first = self.case("01-03 09:00", **cause)
        again = self.case("02-03 09:00", **cause)
        other = self.case("02-04 09:00", cause_id=self.causes[1].id)
        stranger = self.case("02-05 09:00", partner_id=self.important.id, **cause)
        none = self.case("02-06 09:00")
        rows = self.figures(None, first, again, other, none)
        self.assertEqual(
            [rows[one.id].repeated for one in (first, again, other, none)],
            [0, 1, 0, 0],
        )
        self.classify(self.important, self.level0)
        self.assertEqual(self.figures(None, stranger)[stranger.id].repeated, 0)

    def test_month_of_the_company(self):
        """Half past eleven at night belongs to the month of where the company is."""
        self.company.partner_id.tz = "Asia/Shanghai"
        complaint = self.case("01-31 17:00")
        row = self.figures(None, complaint)[complaint.id]
        self.assertEqual(fields.Date.to_string(row.month), "2026-02-01")

    def test_drafts_do_not_count(self):
        draft = self.draft()
        self.assertFalse(self.figures(self.rep, draft))

    def test_oracle(self):
        """SQL and a loop in Python say the same of random pasts (D-49)."""
        random_ = random.Random(6)
        pasts = {}
        for _number in range(60):
            received = at("02-01 00:00") + timedelta(minutes=random_.randrange(20000))
            moments = sorted(random_.sample(range(1, 30000), random_.randrange(1, 12)))
            kinds = random_.choices(KINDS, k=len(moments))
            complaint = self.case(received.strftime("%m-%d %H:%M"))
            events = []
            for minutes, kind in zip(moments, kinds, strict=True):
                moment = received + timedelta(minutes=minutes)
                if moment < self.now():
                    events.append((moment, kind))
            # They are written down in any order.
            for moment, kind in random_.sample(events, len(events)):
                complaint._log_event(kind, date=moment)
            pasts[complaint.id] = (received, events)
        self.env.flush_all()
        complaints = self.env["governance.complaint"].browse(pasts)
        rows = self.figures(None, *complaints)
        for id_, (received, events) in pasts.items():
            with self.subTest(events=events):
                row, wanted = rows[id_], Oracle(received, events, self.now())
                self.assertEqual(row.status, wanted.status)
                self.assertEqual(row.reopened, wanted.reopened)
                self.assertEqual(row.pauses, wanted.pauses)
                self.assertAlmostEqual(
                    row.paused_hours, wanted.paused.total_seconds() / 3600
                )
                for name, moment in (
                    ("hours_acknowledge", wanted.acknowledged),
                    ("hours_response", wanted.responded),
                    ("hours_solution", wanted.solved),
                    ("hours_closing", wanted.closed),
                ):
                    hours = self.hours(received, moment) if moment else 0
                    self.assertAlmostEqual(row[name], hours, msg=name)

    # ------------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------------

    def test_who_counts_what(self):
        """Whoever reads a complaint counts it; nobody learns from a sum (C-07)."""
        mine = self.case("02-03 09:00")
        secret = self.case("02-03 09:00", partner_id=self.secret.id)
        self.case("02-03 09:00", unit_id=False, partner_id=self.important.id)
        rows = self.env["governance.complaint.figure"]
        self.env.flush_all()
        for user, number in ((self.handler, 1), (self.rep, 3), (self.employee, 0)):
            with self.subTest(user.login):
                found = rows.with_user(user)._read_group([], [], ["number:sum"])
                self.assertEqual(found[0][0] or 0, number)
        self.assertEqual(set(self.figures(self.handler, mine, secret)), {mine.id})
        with self.assertRaises(AccessError):
            rows.with_user(self.handler).browse(secret.id).read(["status"])
        with self.assertRaises(AccessError):
            self.rpc(self.portal, rows._name, "search_count", [])

    def test_nobody_writes(self):
        complaint = self.case("02-03 09:00")
        row = self.figures(None, complaint)[complaint.id]
        with self.assertRaises(AccessError):
            row.write({"repeated": 3})

    def test_opens_complaints(self):
        complaint = self.case("02-03 09:00")
        row = self.figures(self.handler, complaint)[complaint.id]
        action = row.action_open_complaints()
        self.assertEqual(action["domain"], [("id", "in", complaint.ids)])
        with self.assertRaises(AccessError):
            row.with_user(self.employee).action_open_complaints()


@tagged("post_install", "-at_install")
class TestRate(StatisticCommon):
    """Complaints for so many orders and customers (D-49)."""

    def order(self, date, product, partner=None, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.open_customer).id,
                "order_line": [(0, 0, {"product_id": product.id}) for _one in range(2)],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = at(date)
        return order

    def test_rates(self):
        pump, valve = self.env["product.product"].create(
            [{"name": "Pump"}, {"name": "Valve"}]
        )
        other = self.customer("Other Trading", self.rep)
        for number in range(1, 5):
            self.order(f"02-0{number} 09:00", pump)
        self.order("02-05 09:00", valve, other)
        self.order("03-01 09:00", valve, other)
        self.case("02-03 09:00", product_id=pump.id)
        self.case("02-04 09:00", product_id=pump.id)
        self.case("02-04 09:00", "duplicate 02-05 09:00", product_id=pump.id)
        self.case("02-04 09:00", type_id=self.types["suggestion"].id)
        self.env.flush_all()
        rates = self.env["governance.complaint.rate"].with_user(self.cmanager)
        domain = [
            ("partner_id", "in", (self.open_customer | other).ids),
            ("month", "=", "2026-02-01"),
        ]
        specs = [
            "complaint_id:count_distinct",
            "order_id:count_distinct",
            "complaint_rate:avg",
            "customer_rate:avg",
        ]
        self.assertEqual(rates._read_group(domain, [], specs), [(2, 5, 40, 50)])
        found = rates._read_group(domain, ["product_id"], specs[:3])
        self.assertEqual(
            {product: figures for product, *figures in found},
            {pump: [2, 4, 50], valve: [0, 1, 0]},
        )

    def test_who(self):
        """Managers of complaints, auditors and administrators; no secret customers."""
        self.case("02-03 09:00")
        self.case("02-03 09:00", partner_id=self.secret.id)
        self.env.flush_all()
        rates = self.env["governance.complaint.rate"]
        for user in (self.cmanager, self.auditor, self.manager):
            found = rates.with_user(user).search([("complaint_id", "!=", False)])
            self.assertIn(self.open_customer, found.partner_id)
            self.assertNotIn(self.secret.id, found.sudo().partner_id.ids)
        for user in (self.handler, self.rep, self.employee, self.portal):
            with self.assertRaises(AccessError):
                rates.with_user(user).search_count([])


@tagged("post_install", "-at_install")
class TestTiming(StatisticCommon):
    """Which targets were reached in time (D-33, D-34)."""

    def test_results(self):
        complaint = self.case("02-03 09:00")
        clocks = complaint.env["governance.complaint.clock"]._as_system()
        common = {"complaint_id": complaint.id, "start": at("02-03 09:00")}
        clocks.create(
            [
                {
                    **common,
                    "kind": "acknowledge",
                    "state": "met",
                    "deadline": at("02-03 12:00"),
                    "stopped_on": at("02-03 11:00"),
                },
                {
                    **common,
                    "kind": "first_response",
                    "state": "missed",
                    "breached_on": at("02-03 10:00"),
                    "stopped_on": at("02-03 13:00"),
                },
                {
                    **common,
                    "kind": "first_resolution",
                    "state": "running",
                    "deadline": at("02-04 09:00"),
                },
                {
                    **common,
                    "kind": "total_resolution",
                    "state": "running",
                    "deadline": at("03-10 09:00"),
                },
            ]
        )
        self.env.flush_all()
        rows = self.env["governance.complaint.timing"].with_user(self.handler)
        domain = [("complaint_id", "=", complaint.id)]
        results = {row.kind: (row.result, row.hours) for row in rows.search(domain)}
        self.assertEqual(
            results,
            {
                "acknowledge": ("met", 2),
                "first_response": ("missed", 4),
                # No job has looked, and it is too late all the same.
                "first_resolution": ("missed", 0),
                "total_resolution": ("running", 0),
            },
        )
        [[decided, share]] = rows._read_group(
            domain, [], ["decided:sum", "share_in_time:avg"]
        )
        self.assertEqual(decided, 3)
        self.assertAlmostEqual(share, 100 / 3)
        self.assertFalse(rows.with_user(self.rep2).search(domain))

    def test_confidential_customers(self):
        """The clock of a confidential customer counts for nobody below its level."""
        complaint = self.case("02-03 09:00", partner_id=self.secret.id)
        clock = (
            self.env["governance.complaint.clock"]
            ._as_system()
            .create(
                {
                    "complaint_id": complaint.id,
                    "kind": "acknowledge",
                    "state": "running",
                    "start": at("02-03 09:00"),
                }
            )
        )
        self.env.flush_all()
        row = self.env["governance.complaint.timing"].browse(clock.id)
        for user in (self.handler, self.cmanager, self.auditor):
            self.assertHidden(user, row)
        self.assertReads(self.rep, row)
