# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from collections import Counter
from datetime import datetime
from math import sqrt
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import tagged

from .complaints_common import ComplaintCommon

UTC = ZoneInfo("UTC")


@tagged("post_install", "-at_install")
class TestRecurrence(ComplaintCommon):
    """How often causes come back, against a slow and independent count (D-50)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["res.company"].create({"name": "Recurrence Company"})
        cls.env.user.company_ids |= cls.shop
        cls.shop.partner_id.tz = "Asia/Shanghai"
        causes = cls.env["governance.complaint.cause"]
        cls.causes = causes.create(
            [{"name": f"Cause {name}", "code": f"test_{name}"} for name in "ab"]
        )
        cls.excused = causes.create(
            {"name": "Theirs", "code": "test_c", "is_customer_cause": True}
        )
        cls.buyers = cls.env["res.partner"].create(
            [{"name": f"Buyer {number}", "is_company": True} for number in range(8)]
        )

    def make(self, received, partner, cause, **values):
        complaint = (
            self.env["governance.complaint"]
            ._as_system()
            .create(
                {
                    "title": "x",
                    "company_id": self.shop.id,
                    "partner_id": partner.id,
                    "cause_id": cause.id,
                    "date_received": received,
                    "state": "closed",
                    **values,
                }
            )
        )
        return complaint

    def order(self, day, partner, state="sale"):
        order = self.env["sale.order"].create(
            {
                "company_id": self.shop.id,
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"name": "x", "display_type": "line_note"})
                ],
            }
        )
        order.write({"date_order": day, "state": state})
        return order

    def rows(self):
        found = self.env["governance.complaint.recurrence"].search(
            [("company_id", "=", self.shop.id)]
        )
        return {
            (row.cause_id, str(row.month)[:7]): (
                row.complaint_count,
                row.repeat_count,
                row.customer_count,
                round(row.rate, 3),
                round(row.mean, 3),
                round(row.upper_limit, 3),
                row.is_signal,
            )
            for row in found
        }

    @staticmethod
    def local_month(moment):
        local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))
        return local.year * 12 + local.month - 1

    def expected(self, complaints, orders):
        """Count the slow way what the report says."""
        now = self.local_month(datetime(2026, 3, 2, 9))
        bought = {(self.local_month(day), partner) for day, partner in orders}
        bought |= {
            (self.local_month(day), partner) for day, partner, _cause in complaints
        }
        exposed = {
            month: len({who for when, who in bought if month - 12 < when <= month})
            for month in range(now - 40, now + 1)
        }
        result = {}
        for cause in {cause for _day, _partner, cause in complaints}:
            mine = [(day, who) for day, who, which in complaints if which == cause]
            counts = Counter(self.local_month(day) for day, _who in mine)
            repeats = Counter(
                self.local_month(day)
                for number, (day, who) in enumerate(mine)
                if any(
                    who == other
                    and (before, place) < (day, number)
                    and before >= day - relativedelta(months=12)
                    for place, (before, other) in enumerate(mine)
                )
            )
            for month in range(now - 23, now + 1):
                base = range(month - 12, month)
                base_count = sum(counts[one] for one in base)
                base_exposed = sum(exposed[one] for one in base)
                customers = exposed[month]
                mean = base_count / base_exposed if base_exposed else None
                rate = counts[month] / customers if customers else 0
                upper = (
                    mean + 3 * sqrt(mean / customers)
                    if mean is not None and customers
                    else None
                )
                result[cause, f"{month // 12}-{month % 12 + 1:02d}"] = (
                    counts[month],
                    repeats[month],
                    customers,
                    round(100 * rate, 3),
                    round(100 * (mean or 0), 3),
                    round(100 * (upper or 0), 3),
                    upper is not None and rate > upper,
                )
        return result

    def test_against_a_slow_count(self):
        """Months of the company, causes of ours, and what was bought within a year."""
        dice = random.Random(6)
        start = datetime(2023, 1, 1)
        complaints, orders = [], []
        for _number in range(60):
            orders.append(
                (
                    start + relativedelta(hours=dice.randrange(27000)),
                    dice.choice(self.buyers),
                )
            )
        for _number in range(50):
            complaints.append(
                (
                    start + relativedelta(hours=dice.randrange(27000)),
                    dice.choice(self.buyers),
                    dice.choice(self.causes),
                )
            )
        complaints.append(
            (datetime(2026, 1, 31, 16, 30), self.buyers[0], self.causes[0])
        )
        complaints += [
            (datetime(2026, 2, 10, hour), self.buyers[1], self.causes[1])
            for hour in range(12)
        ]
        for day, partner in orders:
            self.order(day, partner)
        for day, partner, cause in complaints:
            self.make(day, partner, cause)
        rows = self.rows()
        self.assertEqual(len(rows), 48)
        self.assertEqual(rows, self.expected(complaints, orders))
        self.assertTrue(rows[self.causes[1], "2026-02"][-1])

    def test_what_does_not_count(self):
        """Drafts, duplicates, causes of the customers, quotations and later months."""
        self.make("2026-02-01 08:00:00", self.buyers[0], self.causes[0])
        before = self.rows()
        self.make("2026-02-01 08:00:00", self.buyers[1], self.excused)
        for state in ("draft", "duplicate"):
            self.make(
                "2026-02-01 08:00:00", self.buyers[2], self.causes[0], state=state
            )
        self.order("2026-02-01 08:00:00", self.buyers[3], state="draft")
        self.assertEqual(self.rows(), before)
        self.make("2026-03-01 08:00:00", self.buyers[4], self.causes[0])
        after = self.rows()
        past = {key for key in before if key[1] < "2026-03"}
        self.assertEqual(
            {key: after[key] for key in past}, {key: before[key] for key in past}
        )

    def test_who_reads_it(self):
        """It counts hidden customers, so managers and auditors alone see it."""
        self.make("2026-02-01 08:00:00", self.secret, self.causes[0])
        rows = self.env["governance.complaint.recurrence"]
        for user in (self.handler, self.rep, self.employee, self.portal):
            self.assertRefused(user, rows._name, "search_read", [])
        for user in (self.cmanager, self.auditor, self.executive):
            user.company_ids |= self.shop
            seen = rows.with_user(user).with_context(allowed_company_ids=self.shop.ids)
            self.assertTrue(seen.search_count([("complaint_count", "=", 1)]))
            self.assertFalse(
                rows.with_user(user)
                .with_context(allowed_company_ids=self.company.ids)
                .search_count([("company_id", "=", self.shop.id)])
            )
