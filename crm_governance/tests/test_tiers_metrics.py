# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each metric against values worked out by hand."""

import inspect
import sys
from datetime import datetime
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import BaseCase, freeze_time, tagged
from odoo.tools import mute_logger

from .tiers_common import TiersCommon

YEAR = {"window_type": "rolling_months", "window_length": 12}
LIFE = {"window_type": "lifetime"}


class MetricsCase(TiersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schemes = 0

    def evaluate_metrics(self, as_of, *uses, **rules):
        """Return an evaluated review and the snapshot keys of metric uses.

        :param uses: ``(metric code, {field: value})``
        """
        type(self).schemes += 1
        scheme = self.make_scheme(code=f"M{self.schemes}")
        criteria = [
            (code, "true" if self.metric(code).unit == "boolean" else "ge", 0, options)
            for code, options in uses
        ]
        version = self.make_rules(scheme, [("A", criteria)], **rules)
        keys = [c._get_use().key for c in version.group_ids.criterion_ids]
        return self.evaluate(scheme, as_of), keys

    def figure(self, partner, code, as_of, options=None, **rules):
        """Return the value of a metric for one customer, as stored."""
        review, (key,) = self.evaluate_metrics(as_of, (code, options), **rules)
        return self.snapshot(review)[partner.id][key]

    def assertFigure(self, expected, partner, code, as_of, options=None, **rules):
        found = self.figure(partner, code, as_of, options, **rules)
        expected = None if expected is None else Decimal(str(expected))
        self.assertEqual(found, expected, f"{code} on {as_of}")


@tagged("post_install", "-at_install")
class TestMetricSales(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.customer("Acme", customer_rank=1)
        cls.other = cls.customer("Other", customer_rank=1)

    def test_turnover_counts_confirmed_orders_only(self):
        self.order(self.acme, 100.10, "2024-03-01")
        self.order(self.acme, 200.25, "2024-03-02")
        self.order(self.acme, 4000, "2024-03-03", confirm=False)
        self.order(self.acme, 8000, "2024-03-04")._action_cancel()
        self.order(self.acme, 16000, "2024-03-05", confirm=False).state = "sent"
        self.order(self.other, 7, "2024-03-05")
        self.assertFigure("300.35", self.acme, "turnover", "2024-03-31")
        self.assertFigure(2, self.acme, "order_count", "2024-03-31")
        self.assertFigure("200.25", self.acme, "largest_order", "2024-03-31")

    def test_turnover_excludes_taxes(self):
        tax = self.env["account.tax"].create({"name": "VAT", "amount": 20})
        order = self.order(self.acme, 100, "2024-03-01")
        order.order_line.tax_ids = tax
        self.assertEqual(order.amount_total, 120)
        self.assertFigure(100, self.acme, "turnover", "2024-03-31")

    def test_turnover_of_the_review_day_counts(self):
        self.order(self.acme, 1, "2024-03-31 00:00:00")
        self.order(self.acme, 2, "2024-03-31 23:59:59")
        self.order(self.acme, 4, "2024-04-01 00:00:00")
        self.assertFigure(3, self.acme, "turnover", "2024-03-31")
        self.assertFigure(7, self.acme, "turnover", "2024-04-01")

    def test_turnover_of_child_contacts_counts_for_the_company(self):
        branch = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id, "type": "other"}
        )
        person = self.env["res.partner"].create(
            {"name": "Assistant", "parent_id": branch.id}
        )
        self.order(branch, 10, "2024-03-01")
        self.order(person, 20, "2024-03-02")
        self.order(self.acme, 40, "2024-03-03")
        person.active = False
        review, (key,) = self.evaluate_metrics("2024-03-31", ("turnover", None))
        figures = self.snapshot(review)
        self.assertEqual(figures[self.acme.id][key], 70)
        self.assertNotIn(branch.id, figures)
        self.assertNotIn(person.id, figures)

    def test_turnover_of_archived_customers_is_out(self):
        self.order(self.acme, 10, "2024-03-01")
        self.order(self.other, 10, "2024-03-01")
        self.acme.active = False
        review, _keys = self.evaluate_metrics("2024-03-31", ("turnover", None))
        self.assertIn(self.other.id, self.snapshot(review))
        self.assertNotIn(self.acme.id, self.snapshot(review))

    def test_turnover_of_other_companies_does_not_count(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.order(self.acme, 500, "2024-03-01", confirm=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET company_id = %s, state = 'sale' WHERE id = %s",
            [elsewhere.id, theirs.id],
        )
        self.env.invalidate_all()
        self.order(self.acme, 30, "2024-03-01")
        own = self.customer("Their customer", company_id=elsewhere.id, customer_rank=1)
        review, (key,) = self.evaluate_metrics("2024-03-31", ("turnover", None))
        figures = self.snapshot(review)
        self.assertEqual(figures[self.acme.id][key], 30)
        self.assertNotIn(own.id, figures)

    def test_turnover_subtracts_refunds_of_invoices(self):
        rules = {"turnover_source": "invoice"}
        self.order(self.acme, 9999, "2024-03-01")
        self.invoice(self.acme, 1000, "2024-03-01")
        self.invoice(self.acme, 200.50, "2024-03-02")
        self.invoice(self.acme, 300.25, "2024-03-03", move_type="out_refund")
        self.invoice(self.acme, 50, "2024-03-03", move_type="out_receipt")
        self.invoice(self.acme, 5000, "2024-03-04", post=False)
        self.invoice(self.acme, 6000, "2024-03-04").button_cancel()
        self.invoice(self.acme, 7000, "2024-04-01")
        day = "2024-03-31"
        self.assertFigure("950.25", self.acme, "turnover", day, **rules)
        self.assertFigure(3, self.acme, "order_count", day, **rules)
        self.assertFigure(1000, self.acme, "largest_order", day, **rules)

    def test_turnover_of_refunds_alone_is_negative(self):
        self.invoice(self.acme, 40, "2024-03-03", move_type="out_refund")
        rules = {"turnover_source": "invoice"}
        self.assertFigure(-40, self.acme, "turnover", "2024-03-31", **rules)
        self.assertFigure(0, self.acme, "order_count", "2024-03-31", **rules)
        self.assertFigure(None, self.acme, "customer_age", "2024-03-31", **rules)

    def test_turnover_in_other_currencies_at_document_rate(self):
        self.set_rate(4, "2024-01-01")
        self.set_rate(7, "2024-02-01")
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": self.foreign.id}
        )
        early = self.order(self.acme, 100.10, "2024-01-15", pricelist_id=pricelist.id)
        self.order(self.acme, 100, "2024-02-15", pricelist_id=pricelist.id)
        self.assertEqual(early.currency_id, self.foreign)
        # 100.10 / 4 = 25.025 → 25.03; 100 / 7 = 14.2857… → 14.29
        self.assertFigure("39.32", self.acme, "turnover", "2024-03-31")
        self.assertFigure("25.03", self.acme, "largest_order", "2024-03-31")
        # A later rate does not change what was bought before.
        self.set_rate(100, "2024-03-01")
        self.assertFigure("39.32", self.acme, "turnover", "2024-03-31")

    def test_turnover_of_invoices_at_document_rate(self):
        self.set_rate(4, "2024-01-01")
        self.set_rate(8, "2024-02-01")
        foreign = {"currency_id": self.foreign.id}
        self.invoice(self.acme, 100, "2024-01-15", **foreign)
        self.invoice(self.acme, 100, "2024-02-15", **foreign)
        self.invoice(self.acme, 40, "2024-02-15", move_type="out_refund", **foreign)
        self.assertFigure(
            "32.50",
            self.acme,
            "turnover",
            "2024-03-31",
            turnover_source="invoice",
        )

    def test_turnover_without_exchange_rate_is_a_problem_of_one_line(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": self.foreign.id}
        )
        self.order(self.acme, 1000, "2024-03-01", pricelist_id=pricelist.id)
        self.order(self.acme, 5, "2024-03-01")
        self.order(self.other, 20, "2024-03-01")
        review, (key,) = self.evaluate_metrics("2024-03-31", ("turnover", None))
        broken, whole = self.line(review, self.acme), self.line(review, self.other)
        self.assertTrue(broken.has_error)
        self.assertIn("exchange rate", broken.error)
        self.assertEqual(broken.proposed_tier_id.code, "C")
        self.assertFalse(whole.has_error)
        self.assertEqual(self.snapshot(review)[self.other.id][key], 20)
        self.assertEqual(self.snapshot(review)[self.acme.id][key], 5)
        self.assertEqual(review.error_count, 1)

    def test_turnover_with_an_erased_exchange_rate_is_a_problem(self):
        self.set_rate(4)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": self.foreign.id}
        )
        order = self.order(self.acme, 100, "2024-03-01", pricelist_id=pricelist.id)
        for rate in (0, None):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE sale_order SET currency_rate = %s WHERE id = %s",
                [rate, order.id],
            )
            review, _keys = self.evaluate_metrics("2024-03-31", ("turnover", None))
            self.assertTrue(self.line(review, self.acme).has_error)

    def test_turnover_without_exchange_rate_of_invoices_is_a_problem(self):
        self.invoice(self.acme, 50, "2024-03-01", currency_id=self.foreign.id)
        self.invoice(self.other, 50, "2024-03-01")
        review, _keys = self.evaluate_metrics(
            "2024-03-31", ("turnover", None), turnover_source="invoice"
        )
        self.assertTrue(self.line(review, self.acme).has_error)
        self.assertFalse(self.line(review, self.other).has_error)

    def test_turnover_at_a_rate_of_one_is_no_problem(self):
        """A pegged currency has a rate of one that somebody has entered."""
        self.set_rate(1)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Pegged", "currency_id": self.foreign.id}
        )
        self.order(self.acme, 12, "2024-03-01", pricelist_id=pricelist.id)
        review, (key,) = self.evaluate_metrics("2024-03-31", ("turnover", None))
        self.assertFalse(self.line(review, self.acme).has_error)
        self.assertEqual(self.snapshot(review)[self.acme.id][key], 12)

    def test_turnover_before_and_after_the_cut_over(self):
        """Nothing counts twice and nothing is left out."""
        self.company.governance_cutover_date = "2024-01-01"
        self.history(self.acme, 1, "2023-12-31")
        self.history(self.acme, 2, "2023-06-30")
        self.order(self.acme, 4, "2023-12-31 23:59:59")
        self.order(self.acme, 8, "2024-01-01 00:00:00")
        self.order(self.acme, 16, "2024-01-02")
        rules = {"include_history": True}
        self.assertFigure(27, self.acme, "turnover", "2024-03-31", **rules)
        self.assertFigure(4, self.acme, "order_count", "2024-03-31", **rules)
        self.assertFigure(28, self.acme, "turnover", "2024-03-31")
        # The day of the review may lie before the cut-over.
        self.assertFigure(2, self.acme, "turnover", "2023-12-30", **rules)
        self.assertFigure(3, self.acme, "turnover", "2023-12-31", **rules)

    def test_turnover_of_invoices_after_the_cut_over(self):
        self.company.governance_cutover_date = "2024-01-01"
        self.history(self.acme, 1, "2023-12-31")
        self.invoice(self.acme, 4, "2023-12-31")
        self.invoice(self.acme, 8, "2024-01-01")
        self.assertFigure(
            9,
            self.acme,
            "turnover",
            "2024-03-31",
            include_history=True,
            turnover_source="invoice",
        )

    def test_turnover_of_history_of_contacts_and_other_companies(self):
        self.company.governance_cutover_date = "2024-01-01"
        elsewhere = self.env["res.company"].create(
            {"name": "Elsewhere", "governance_cutover_date": "2024-01-01"}
        )
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id}
        )
        self.history(buyer, 5, "2023-05-05")
        self.history(self.acme, 100, "2023-05-05", company_id=elsewhere.id)
        self.history(self.acme, -2, "2023-05-06", order_count=0)
        rules = {"include_history": True}
        self.assertFigure(3, self.acme, "turnover", "2024-03-31", **rules)
        self.assertFigure(1, self.acme, "order_count", "2024-03-31", **rules)

    def test_turnover_days_begin_in_the_company(self):
        """23:30 UTC is the next morning in Shanghai, which never changes its clock."""
        self.order(self.acme, 1, "2024-03-30 15:59:59")
        self.order(self.acme, 2, "2024-03-30 16:00:00")
        self.order(self.acme, 4, "2024-03-30 23:30:00")
        self.order(self.acme, 8, "2024-03-31 15:59:59")
        self.order(self.acme, 16, "2024-03-31 23:30:00")
        self.assertFigure(7, self.acme, "turnover", "2024-03-30")
        self.assertFigure(31, self.acme, "turnover", "2024-03-31")
        self.company.partner_id.tz = "Asia/Shanghai"
        self.assertFigure(1, self.acme, "turnover", "2024-03-30")
        self.assertFigure(15, self.acme, "turnover", "2024-03-31")
        self.assertFigure(0, self.acme, "days_since_last_order", "2024-03-31")
        window = {"window_type": "calendar_year", "window_length": 1}
        self.order(self.acme, 32, "2023-12-31 23:30:00")
        self.assertFigure(47, self.acme, "turnover", "2024-03-31", window)
        self.company.partner_id.tz = "UTC"
        self.assertFigure(31, self.acme, "turnover", "2024-03-31", window)

    def test_turnover_cut_over_begins_in_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.company.governance_cutover_date = "2024-01-01"
        self.order(self.acme, 1, "2023-12-31 15:59:59")
        self.order(self.acme, 2, "2023-12-31 16:00:00")
        self.assertFigure(2, self.acme, "turnover", "2024-03-31", include_history=True)

    def test_turnover_days_with_summer_time(self):
        self.company.partner_id.tz = "Europe/Berlin"
        self.order(self.acme, 1, "2024-03-30 22:59:59")
        self.order(self.acme, 2, "2024-03-30 23:00:00")
        self.order(self.acme, 4, "2024-03-31 21:59:59")
        self.order(self.acme, 8, "2024-03-31 22:00:00")
        self.assertFigure(1, self.acme, "turnover", "2024-03-30")
        self.assertFigure(7, self.acme, "turnover", "2024-03-31")
        self.assertFigure(15, self.acme, "turnover", "2024-04-01")

    def test_turnover_of_customers_without_any_data(self):
        """They are on the list with zeros, no invented dates and the lowest tier."""
        nobody = self.customer("Nobody", customer_rank=1)
        stranger = self.customer("Stranger")
        codes = [
            ("turnover", None),
            ("order_count", None),
            ("largest_order", None),
            ("margin", None),
            ("quantity", None),
            ("consecutive_years", {"parameter": 10}),
            ("rank", None),
            ("turnover_share", None),
            ("cumulative_share", None),
            ("expected_revenue", None),
            ("follow_up_project", None),
            ("days_since_last_order", None),
            ("customer_age", None),
            ("order_interval", None),
            ("days_late_average", None),
            ("overdue_share", None),
            ("satisfaction", None),
        ]
        review, keys = self.evaluate_metrics("2024-03-31", *codes)
        figures = self.snapshot(review)
        self.assertNotIn(stranger.id, figures)
        values = [figures[nobody.id][key] for key in keys]
        # All customers have the same turnover of nothing, so all are first.
        self.assertEqual(values[:11], [0] * 6 + [1, None, None, 0, 0])
        self.assertEqual(values[11:], [None] * 6)
        self.assertEqual(self.line(review, nobody).proposed_tier_id.code, "C")

    def test_turnover_of_prospects_only_where_rules_cover_them(self):
        prospect = self.customer("Prospect")
        self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": prospect.id}
        )
        review, _keys = self.evaluate_metrics("2024-03-31", ("turnover", None))
        self.assertNotIn(prospect.id, self.snapshot(review))
        review, _keys = self.evaluate_metrics(
            "2024-03-31", ("turnover", None), population="prospects"
        )
        self.assertIn(prospect.id, self.snapshot(review))

    def test_turnover_of_internal_users_is_out(self):
        self.order(self.rep.partner_id, 10, "2024-03-01")
        review, _keys = self.evaluate_metrics("2024-03-31", ("turnover", None))
        self.assertNotIn(self.rep.partner_id.id, self.snapshot(review))

    def test_turnover_of_selected_customers(self):
        self.order(self.acme, 10, "2024-03-01")
        self.order(self.other, 20, "2024-03-01")
        scheme = self.make_scheme(code="SELECTED")
        self.make_rules(scheme, [("A", [("turnover", "ge", 5)])])
        review = self.evaluate(
            scheme,
            "2024-03-31",
            population="selected",
            partner_ids=[Command.set(self.other.ids)],
        )
        self.assertEqual(review.line_ids.partner_id, self.other)
        self.assertEqual(review.line_ids.turnover, 20)

    def test_order_count_adds_up_history(self):
        self.company.governance_cutover_date = "2024-01-01"
        self.history(self.acme, 900, "2023-12-31", order_count=7)
        self.history(self.acme, -100, "2023-12-31", order_count=0)
        self.order(self.acme, 100, "2024-02-01")
        self.assertFigure(
            8, self.acme, "order_count", "2024-03-31", include_history=True
        )

    def test_largest_order_of_history_is_the_single_one(self):
        self.company.governance_cutover_date = "2024-01-01"
        self.history(self.acme, 900, "2023-12-31", order_count=7, largest_amount=400.5)
        self.order(self.acme, 350, "2024-02-01")
        rules = {"include_history": True}
        self.assertFigure("400.5", self.acme, "largest_order", "2024-03-31", **rules)
        self.history(self.acme, 500, "2023-11-30")
        self.assertFigure(500, self.acme, "largest_order", "2024-03-31", **rules)

    def test_margin_is_price_less_cost(self):
        self.product.standard_price = 60
        self.order(self.acme, 100, "2024-03-01")
        self.order(self.acme, 50.5, "2024-03-02")
        self.order(self.acme, 1000, "2022-03-02")
        self.assertFigure("30.50", self.acme, "margin", "2024-03-31", YEAR)
        # Margins stand on orders also where turnover is taken from invoices.
        self.assertFigure(
            "30.50",
            self.acme,
            "margin",
            "2024-03-31",
            YEAR,
            turnover_source="invoice",
        )

    def test_margin_of_history_where_it_is_known(self):
        self.company.governance_cutover_date = "2024-01-01"
        self.history(self.acme, 100, "2023-12-31", margin=15.25)
        self.history(self.acme, 100, "2023-12-30")
        self.order(self.acme, 10, "2024-01-05")
        self.assertFigure(
            "25.25", self.acme, "margin", "2024-03-31", include_history=True
        )

    def test_quantity_without_down_payments(self):
        order = self.order(
            self.acme,
            100,
            "2024-03-01",
            order_line=[
                Command.create(
                    {"product_id": self.product.id, "product_uom_qty": quantity}
                )
                for quantity in (2, 3.5)
            ]
            + [Command.create({"display_type": "line_note", "name": "Thanks"})],
        )
        self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "name": "Down payment",
                "is_downpayment": True,
                "product_uom_qty": 1,
                "price_unit": 50,
            }
        )
        self.order(self.acme, 100, "2024-03-02", confirm=False)
        self.order(self.acme, 100, "2022-03-02")
        self.assertFigure("5.5", self.acme, "quantity", "2024-03-31", YEAR)
        self.assertFigure("6.5", self.acme, "quantity", "2024-03-31")

    def test_quantity_of_history(self):
        self.company.governance_cutover_date = "2024-01-01"
        self.history(self.acme, 100, "2023-12-31", quantity=12)
        self.order(self.acme, 100, "2023-12-31")
        self.order(self.acme, 100, "2024-01-01")
        self.assertFigure(13, self.acme, "quantity", "2024-03-31", include_history=True)

    def test_order_interval_is_the_mean_gap(self):
        day = "2024-03-31"
        self.assertFigure(None, self.acme, "order_interval", day)
        self.order(self.acme, 1, "2024-01-01")
        self.assertFigure(None, self.acme, "order_interval", day)
        self.order(self.acme, 1, "2024-01-01")
        self.assertFigure(0, self.acme, "order_interval", day)
        self.order(self.acme, 1, "2024-01-11")
        self.order(self.acme, 1, "2024-02-11")
        # 41 days, 3 gaps
        self.assertFigure("13.67", self.acme, "order_interval", day)
        self.order(self.acme, 1, "2020-01-01")
        self.assertFigure("13.67", self.acme, "order_interval", day, YEAR)

    def test_days_since_last_order_ignores_refunds(self):
        self.assertFigure(None, self.acme, "days_since_last_order", "2024-03-31")
        self.order(self.acme, 1, "2024-02-28")
        self.order(self.acme, 1, "2024-01-01")
        self.assertFigure(32, self.acme, "days_since_last_order", "2024-03-31")
        self.invoice(self.other, 10, "2024-02-01")
        self.invoice(self.other, 10, "2024-03-01", move_type="out_refund")
        self.assertFigure(
            59,
            self.other,
            "days_since_last_order",
            "2024-03-31",
            turnover_source="invoice",
        )

    def test_customer_age_counts_from_the_first_order(self):
        self.company.governance_cutover_date = "2024-01-01"
        self.order(self.acme, 1, "2024-02-28")
        self.assertFigure(32, self.acme, "customer_age", "2024-03-31")
        self.history(self.acme, 1, "2023-03-31")
        self.assertFigure(
            366, self.acme, "customer_age", "2024-03-31", include_history=True
        )


@tagged("post_install", "-at_install")
class TestMetricWindows(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.customer("Acme", customer_rank=1)

    def set_fiscal_year(self, month, day):
        self.company.write(
            {"fiscalyear_last_month": str(month), "fiscalyear_last_day": day}
        )

    def test_turnover_of_twelve_months_and_leap_days(self):
        self.order(self.acme, 1, "2023-02-28 23:59:59")
        self.order(self.acme, 2, "2023-03-01 00:00:00")
        self.order(self.acme, 4, "2024-02-28")
        self.order(self.acme, 8, "2024-02-29 23:59:59")
        self.order(self.acme, 16, "2024-03-01 00:00:00")
        for expected, day in (
            (6, "2024-02-28"),  # from 1 March 2023
            (14, "2024-02-29"),  # from 1 March 2023: no day counts in both years
            (28, "2024-03-01"),  # from 2 March 2023
            (28, "2025-02-27"),  # from 28 February 2024
            (24, "2025-02-28"),  # from 29 February 2024
            (0, "2025-03-01"),  # from 2 March 2024
        ):
            with self.subTest(day=day):
                self.assertFigure(expected, self.acme, "turnover", day, YEAR)

    def test_turnover_of_months_of_different_length(self):
        month = {"window_type": "rolling_months", "window_length": 1}
        self.order(self.acme, 1, "2024-02-29")
        self.order(self.acme, 2, "2024-03-01")
        self.order(self.acme, 4, "2024-03-31")
        self.assertFigure(6, self.acme, "turnover", "2024-03-31", month)
        self.assertFigure(4, self.acme, "turnover", "2024-04-29", month)
        self.assertFigure(4, self.acme, "turnover", "2024-04-30", month)
        self.assertFigure(0, self.acme, "turnover", "2024-05-01", month)

    def test_turnover_of_calendar_years(self):
        self.order(self.acme, 1, "2022-12-31 23:59:59")
        self.order(self.acme, 2, "2023-01-01 00:00:00")
        self.order(self.acme, 4, "2023-12-31 23:59:59")
        self.order(self.acme, 8, "2024-01-01 00:00:00")
        for expected, length in ((8, 1), (14, 2), (15, 3)):
            window = {"window_type": "calendar_year", "window_length": length}
            self.assertFigure(expected, self.acme, "turnover", "2024-02-29", window)

    def test_turnover_of_fiscal_years(self):
        """The window begins the day after the last fiscal year ended."""
        first_days = {
            (3, 31): [
                ("2024-03-31", 1, "2023-04-01"),
                ("2024-04-01", 1, "2024-04-01"),
                ("2024-03-31", 3, "2021-04-01"),
            ],
            (6, 30): [
                ("2024-06-30", 1, "2023-07-01"),
                ("2024-07-01", 1, "2024-07-01"),
                ("2024-07-01", 2, "2023-07-01"),
            ],
            (2, 28): [
                ("2023-02-28", 1, "2022-03-01"),
                ("2024-02-28", 1, "2023-03-01"),
                ("2024-02-29", 1, "2023-03-01"),
                ("2024-03-01", 1, "2024-03-01"),
                ("2025-02-28", 2, "2023-03-01"),
            ],
            (12, 31): [
                ("2024-12-31", 1, "2024-01-01"),
                ("2025-01-01", 2, "2024-01-01"),
            ],
        }
        self.env.flush_all()
        for (month, day), cases in first_days.items():
            for as_of, length, first in cases:
                with self.subTest(as_of=as_of, length=length), self.undone():
                    self.set_fiscal_year(month, day)
                    start = datetime.fromisoformat(first).date()
                    self.insert_orders(
                        [
                            (self.acme.id, start, 2),
                            (self.acme.id, start.fromordinal(start.toordinal() - 1), 1),
                        ]
                    )
                    window = {"window_type": "fiscal_year", "window_length": length}
                    self.assertFigure(2, self.acme, "turnover", as_of, window)

    def test_turnover_uses_the_usual_period_of_the_rules(self):
        self.order(self.acme, 1, "2023-03-31")
        self.order(self.acme, 2, "2024-03-31")
        review, (key,) = self.evaluate_metrics(
            "2024-03-31",
            ("turnover", None),
            window_type="rolling_months",
            window_length=12,
        )
        self.assertEqual(key, "turnover|rolling_months:12")
        self.assertEqual(self.snapshot(review)[self.acme.id][key], 2)
        self.assertEqual(self.line(review, self.acme).turnover, 2)

    def test_consecutive_years_of_the_calendar(self):
        for year, amount in ((2020, 100), (2021, 99.99), (2022, 60), (2023, 100)):
            self.order(self.acme, amount, f"{year}-06-30")
        self.order(self.acme, 40, "2022-12-31 23:59:59")
        self.order(self.acme, 500, "2024-01-01 00:00:00")
        window = {"window_type": "calendar_year", "window_length": 1}
        hundred = {"parameter": 100, **window}
        self.assertFigure(2, self.acme, "consecutive_years", "2024-12-30", hundred)
        self.assertFigure(3, self.acme, "consecutive_years", "2024-12-31", hundred)
        self.assertFigure(2, self.acme, "consecutive_years", "2023-12-31", hundred)
        self.assertFigure(1, self.acme, "consecutive_years", "2023-12-30", hundred)
        self.assertFigure(0, self.acme, "consecutive_years", "2026-01-01", hundred)
        less = {"parameter": 99.99, **window}
        self.assertFigure(4, self.acme, "consecutive_years", "2023-12-31", less)
        more = {"parameter": 100.01, **window}
        self.assertFigure(0, self.acme, "consecutive_years", "2023-12-31", more)

    def test_consecutive_years_of_fiscal_years(self):
        window = {"window_type": "fiscal_year", "window_length": 1, "parameter": 10}
        cases = {
            # fiscal year: its last days, and whether it is over on a day
            (3, 31): ["2022-03-31", "2023-03-31", "2024-03-31"],
            (6, 30): ["2022-06-30", "2023-06-30", "2024-06-30"],
            (2, 28): ["2022-02-28", "2023-02-28", "2024-02-29"],
        }
        for (month, day), ends in cases.items():
            with self.subTest(month=month), self.undone():
                self.set_fiscal_year(month, day)
                for end in ends:
                    self.order(self.acme, 10, f"{end} 23:59:59")
                last = datetime.fromisoformat(ends[-1]).date()
                before = last.fromordinal(last.toordinal() - 1)
                self.assertFigure(3, self.acme, "consecutive_years", last, window)
                self.assertFigure(2, self.acme, "consecutive_years", before, window)

    def test_consecutive_years_less_refunds(self):
        self.invoice(self.acme, 100, "2023-06-30")
        self.invoice(self.acme, 0.01, "2023-06-30", move_type="out_refund")
        for expected, amount in ((0, 100), (1, 99.99)):
            self.assertFigure(
                expected,
                self.acme,
                "consecutive_years",
                "2024-06-30",
                {
                    "window_type": "calendar_year",
                    "window_length": 1,
                    "parameter": amount,
                },
                turnover_source="invoice",
            )


@tagged("post_install", "-at_install")
class TestMetricRanks(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = [
            cls.customer(name, customer_rank=1)
            for name in ("First", "Also first", "Third", "Last")
        ]
        for partner, amount in zip(cls.partners, (40, 40, 20, 0), strict=True):
            if amount:
                cls.order(partner, amount, "2024-03-01")

    def ranked(self, code, **rules):
        review, (key,) = self.evaluate_metrics("2024-03-31", (code, None), **rules)
        figures = self.snapshot(review)
        return [figures[partner.id][key] for partner in self.partners]

    def test_rank_of_equals_is_equal(self):
        self.assertEqual(self.ranked("rank"), [1, 1, 3, 4])

    def test_turnover_share(self):
        self.assertEqual(self.ranked("turnover_share"), [40, 40, 20, 0])

    def test_cumulative_share_counts_the_bigger_ones_only(self):
        self.assertEqual(self.ranked("cumulative_share"), [0, 0, 80, 100])

    def test_rank_and_shares_with_a_negative_turnover(self):
        """A customer with more refunds than purchases takes nothing from others."""
        for partner, amount in zip(self.partners, (40, 40, 20), strict=False):
            self.invoice(partner, amount, "2024-03-01")
        self.invoice(self.partners[3], 50, "2024-03-01", move_type="out_refund")
        rules = {"turnover_source": "invoice"}
        self.assertEqual(self.ranked("rank", **rules)[:3], [1, 1, 3])
        self.assertEqual(self.ranked("turnover_share", **rules), [40, 40, 20, 0])
        self.assertEqual(self.ranked("cumulative_share", **rules), [0, 0, 80, 100])

    def test_cumulative_share_at_the_pareto_boundary(self):
        """At exactly 80 % the boundary belongs to whom the operator says."""
        for operator, value, codes in (
            ("lt", 80, "AACC"),
            ("le", 80, "AAAC"),
            ("lt", 80.01, "AAAC"),
            ("le", 79.99, "AACC"),
        ):
            with self.subTest(operator=operator, value=value), self.undone():
                scheme = self.make_scheme(code="PARETO")
                criterion = ("cumulative_share", operator, value)
                self.make_rules(scheme, [("A", [criterion])])
                proposals = self.proposals(self.evaluate(scheme, "2024-03-31"))
                found = [proposals[partner.id] for partner in self.partners]
                self.assertEqual("".join(found), codes)

    def test_rank_at_its_boundary_takes_all_equals(self):
        for limit, codes in ((1, "AACC"), (2, "AACC"), (3, "AAAC")):
            with self.subTest(limit=limit), self.undone():
                scheme = self.make_scheme(code="TOP")
                self.make_rules(scheme, [("A", [("rank", "le", limit)])])
                proposals = self.proposals(self.evaluate(scheme, "2024-03-31"))
                found = [proposals[partner.id] for partner in self.partners]
                self.assertEqual("".join(found), codes)

    def test_rank_of_the_window(self):
        self.order(self.partners[2], 1000, "2022-03-01")
        window = {"window_type": "rolling_months", "window_length": 12}
        review, (key,) = self.evaluate_metrics("2024-03-31", ("rank", window))
        self.assertEqual(self.snapshot(review)[self.partners[2].id][key], 3)

    @mute_logger("odoo.addons.crm_governance.models.tiers.governance_tier_evaluator")
    def test_rank_is_not_shifted_by_a_broken_customer(self):
        self.company.governance_cutover_date = "2024-01-01"
        broken = self.customer("Broken", customer_rank=1)
        self.overflow(broken)
        self.assertEqual(self.ranked("rank", include_history=True), [1, 1, 3, 4])


@tagged("post_install", "-at_install")
class TestMetricPayments(MetricsCase):
    AS_OF = "2024-06-30"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.customer("Acme", customer_rank=1)

    def late(self, average, maximum, overdue, collected, as_of=AS_OF, options=None):
        """Check all four figures on payments at once."""
        uses = [
            (code, options)
            for code in (
                "days_late_average",
                "days_late_max",
                "overdue_share",
                "collection_rate",
            )
        ]
        review, keys = self.evaluate_metrics(as_of, *uses)
        figures = self.snapshot(review)[self.acme.id]
        expected = [
            None if value is None else Decimal(str(value))
            for value in (average, maximum, overdue, collected)
        ]
        self.assertEqual([figures[key] for key in keys], expected)

    def bill(self, amount, due, paid=(), day="2024-01-01", **values):
        move = self.invoice(self.acme, amount, day, due, **values)
        for day, part in paid:
            self.pay(move, day, part)
        return move

    def test_days_late_average_without_invoices(self):
        self.late(None, None, None, None)

    def test_days_late_average_of_invoices_over_nothing(self):
        """An invoice of 0.00 owes nothing and is never late."""
        self.bill(0, "2024-05-01")
        self.late(None, None, None, None)

    def test_days_late_average_paid_on_time(self):
        self.bill(100, "2024-05-31", [("2024-05-31", 100)])
        self.bill(100, "2024-05-31", [("2024-01-05", 100)])
        self.late(0, 0, 0, 100)

    def test_days_late_average_paid_late(self):
        self.bill(100, "2024-05-01", [("2024-05-11", 100)])
        self.bill(300, "2024-05-01", [("2024-05-02", 300)])
        self.bill(300, "2024-05-01", [("2024-05-01", 300)])
        # (10 + 1 + 0) / 3
        self.late("3.67", 10, 0, 100)

    def test_days_late_max_of_unpaid_invoices_counts_to_the_day(self):
        self.bill(100, "2024-06-10")
        self.bill(300, "2024-06-10", [("2024-06-10", 300)])
        self.late(10, 20, 25, 75)

    def test_overdue_share_begins_the_day_after(self):
        self.bill(100, "2024-06-30")
        self.late(0, 0, 0, 0)
        self.late(1, 1, 100, 0, as_of="2024-07-01")

    def test_overdue_share_leaves_out_what_is_not_due_yet(self):
        self.bill(100, "2024-06-29")
        self.bill(900, "2024-07-01")
        self.bill(500, "2024-06-01", post=False)
        self.late(1, 1, 100, 0)

    def test_collection_rate_of_partly_paid_invoices(self):
        self.bill(100, "2024-06-10", [("2024-06-05", 30), ("2024-06-20", 10)])
        self.late(20, 20, 60, 40)

    def test_collection_rate_takes_the_last_of_several_payments(self):
        self.bill(100, "2024-06-10", [("2024-06-05", 30), ("2024-06-20", 70)])
        self.late(10, 10, 0, 100)

    def test_collection_rate_of_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 30, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 70, "nb_days": 175}
                    ),
                ],
            }
        )
        move = self.invoice(
            self.acme, 1000, "2024-01-01", invoice_payment_term_id=term.id
        )
        due = move.line_ids.mapped("date_maturity")
        self.assertIn(datetime(2024, 6, 24).date(), due)
        # Only the first instalment is due.
        self.late(30, 30, 100, 0, as_of="2024-01-31")
        self.pay(move, "2024-02-10", 300)
        # 40 days late on the first instalment, 6 on the second, which is unpaid.
        self.late(23, 40, 70, 30)

    def test_collection_rate_with_a_credit_note(self):
        move = self.bill(100, "2024-06-10")
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": "2024-06-15"})
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        refund.invoice_line_ids.price_unit = 40
        refund.action_post()
        lines = (move | refund).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()
        self.late(20, 20, 60, 40)

    def test_overdue_share_on_a_past_day(self):
        """What was paid after the day of the figures was unpaid on that day."""
        self.bill(100, "2024-05-01", [("2024-05-05", 25), ("2024-07-20", 75)])
        self.late(60, 60, 75, 25)
        self.late(80, 80, 0, 100, as_of="2024-08-31")

    def test_days_late_max_of_the_window(self):
        self.bill(100, "2023-06-30", [("2023-12-30", 100)], day="2023-01-01")
        self.bill(100, "2024-06-20", [("2024-06-21", 100)])
        self.late(1, 1, 0, 100, options=YEAR)
        self.late(92, 183, 0, 100)

    def test_overdue_share_in_other_currencies(self):
        self.set_rate(4)
        self.bill(100, "2024-06-10")
        self.bill(400, "2024-06-10", currency_id=self.foreign.id)
        self.bill(800, "2024-06-30", currency_id=self.foreign.id)
        # 100 + 100 of 100 + 100 + 200
        self.late("13.33", 20, 50, 0)

    def test_days_late_average_of_contacts_and_other_companies(self):
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id}
        )
        self.invoice(buyer, 10, "2024-01-01", "2024-06-20")
        self.late(10, 10, 100, 0)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        move = self.bill(10, "2024-06-10")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET company_id = %s WHERE id = %s",
            [elsewhere.id, move.id],
        )
        self.env.invalidate_all()
        self.late(10, 10, 100, 0)


@tagged("post_install", "-at_install")
class TestMetricRelations(MetricsCase):
    """Figures about leads, agreements, activities, ratings, tags, assessments."""

    DAY = "2024-03-31"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.customer("Acme", customer_rank=1)

    def lead(self, revenue=0, kind="opportunity", **values):
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": kind,
                "partner_id": self.acme.id,
                "expected_revenue": revenue,
                "company_id": self.company.id,
                **values,
            }
        )

    def leads(self, revenue, count, project):
        for code, expected in (
            ("expected_revenue", revenue),
            ("open_lead_count", count),
            ("follow_up_project", project),
        ):
            self.assertFigure(expected, self.acme, code, self.DAY)

    def test_expected_revenue_of_open_opportunities(self):
        self.leads(0, 0, 0)
        self.lead(100.5)
        self.lead(200)
        self.leads("300.5", 2, 1)

    def test_expected_revenue_without_won_lost_and_archived(self):
        won, lost = self.lead(1), self.lead(2)
        won.action_set_won()
        lost.action_set_lost()
        self.lead(4).active = False
        self.leads(0, 0, 0)
        self.lead(8)
        self.leads(8, 1, 1)

    def test_open_lead_count_counts_leads_too(self):
        self.lead(kind="lead")
        self.leads(0, 1, 0)
        self.lead()
        self.leads(0, 2, 1)

    def test_follow_up_project_of_a_contact(self):
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id}
        )
        self.lead(5, partner_id=buyer.id)
        self.leads(5, 1, 1)

    def test_follow_up_project_of_other_companies(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.lead(5, company_id=elsewhere.id, team_id=False, user_id=False)
        self.leads(0, 0, 0)
        self.lead(7, company_id=False, team_id=False, user_id=False)
        self.leads(7, 1, 1)

    def agreement(self, kind, start, end, state="signed", **values):
        agreement = self.env["governance.agreement"].create(
            {
                "name": "Agreement",
                "partner_id": self.acme.id,
                "kind": kind,
                "date_start": start,
                "date_end": end,
                **values,
            }
        )
        if state != "draft":
            agreement.action_sign()
        return agreement

    def test_strategic_agreement_from_its_first_to_its_last_day(self):
        self.agreement("strategic", "2024-02-10", "2024-03-20")
        for day, expected in (
            ("2024-02-09", 0),
            ("2024-02-10", 1),
            ("2024-03-20", 1),
            ("2024-03-21", 0),
        ):
            self.assertFigure(expected, self.acme, "strategic_agreement", day)
            self.assertFigure(0, self.acme, "supply_agreement", day)

    def test_strategic_agreement_until_further_notice(self):
        self.agreement("strategic", "2024-02-10", False)
        self.assertFigure(1, self.acme, "strategic_agreement", "2034-02-10")

    def test_strategic_agreement_counts_when_signed(self):
        agreement = self.agreement("strategic", "2024-02-10", False, "draft")
        self.assertFigure(0, self.acme, "strategic_agreement", self.DAY)
        agreement.action_sign()
        self.assertFigure(1, self.acme, "strategic_agreement", self.DAY)

    def test_strategic_agreement_of_other_companies(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.agreement("strategic", "2024-02-10", False, company_id=elsewhere.id)
        self.assertFigure(0, self.acme, "strategic_agreement", self.DAY)

    def test_strategic_agreement_ended_early_was_in_force_before(self):
        agreement = self.agreement("strategic", "2024-01-01", "2024-12-31")
        with freeze_time("2024-03-15 12:00:00"):
            agreement.action_end()
        for day, expected in (
            ("2023-12-31", 0),
            ("2024-03-14", 1),
            ("2024-03-15", 0),
            ("2024-03-16", 0),
        ):
            self.assertFigure(expected, self.acme, "strategic_agreement", day)

    def test_supply_agreement_is_another_kind(self):
        self.agreement("supply", "2024-02-10", "2024-03-31")
        self.agreement("other", "2024-02-10", "2024-03-31")
        self.assertFigure(1, self.acme, "supply_agreement", self.DAY)
        self.assertFigure(0, self.acme, "supply_agreement", "2024-04-01")
        self.assertFigure(0, self.acme, "strategic_agreement", self.DAY)

    def test_activity_count_of_done_activities(self):
        lead = self.lead()
        with freeze_time("2024-03-31 08:00:00"):
            self.acme.activity_schedule("mail.mail_activity_data_call").action_done()
            lead.activity_schedule("mail.mail_activity_data_call").action_done()
            self.acme.activity_schedule("mail.mail_activity_data_call")
            self.env.flush_all()
        with freeze_time("2024-04-01 08:00:00"):
            self.acme.activity_schedule("mail.mail_activity_data_call").action_done()
            self.env.flush_all()
        with freeze_time("2023-03-31 08:00:00"):
            self.acme.activity_schedule("mail.mail_activity_data_call").action_done()
            self.env.flush_all()
        self.assertFigure(2, self.acme, "activity_count", self.DAY, YEAR)
        self.assertFigure(3, self.acme, "activity_count", self.DAY)
        self.assertFigure(4, self.acme, "activity_count", "2024-04-01")

    def rate(self, rating, partner=None, consumed=True):
        return self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.acme.id,
                "partner_id": (partner or self.acme).id,
                "rating": rating,
                "consumed": consumed,
            }
        )

    def test_satisfaction_is_the_average_rating(self):
        self.assertFigure(None, self.acme, "satisfaction", self.DAY)
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id}
        )
        self.rate(5)
        self.rate(4, buyer)
        self.rate(4)
        self.rate(1, consumed=False)
        self.rate(0)
        self.assertFigure("4.33", self.acme, "satisfaction", self.DAY)

    def test_referral_count_of_the_period(self):
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id}
        )
        days = {
            "2023-03-31 23:59:59": self.acme,
            "2023-04-01 00:00:00": self.acme,
            "2024-03-31 23:59:59": buyer,
            "2024-04-01 00:00:00": buyer,
        }
        for moment, referrer in days.items():
            lead = self.lead(partner_id=False, governance_referrer_id=referrer.id)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s", [moment, lead.id]
            )
        lead.action_set_lost()
        self.lead(partner_id=False)
        self.assertFigure(2, self.acme, "referral_count", self.DAY, YEAR)
        self.assertFigure(3, self.acme, "referral_count", self.DAY)
        self.assertFigure(4, self.acme, "referral_count", "2024-04-01")

    def test_has_tag(self):
        tag, unused = self.env["res.partner.category"].create(
            [{"name": "Bank"}, {"name": "Farm"}]
        )
        self.acme.category_id = tag
        use = {"category_id": tag.id}
        self.assertFigure(1, self.acme, "has_tag", self.DAY, use)
        use = {"category_id": unused.id}
        self.assertFigure(0, self.acme, "has_tag", self.DAY, use)

    def test_manual_assessment_is_valid_from_to(self):
        metric = self.manual_metric("test_capacity")
        self.assertFigure(None, self.acme, metric.code, self.DAY)
        self.assess(
            self.acme, metric, 70.25, date_start="2024-02-10", date_end="2024-03-20"
        )
        for day, expected in (
            ("2024-02-09", None),
            ("2024-02-10", "70.25"),
            ("2024-03-20", "70.25"),
            ("2024-03-21", None),
        ):
            self.assertFigure(expected, self.acme, metric.code, day)

    def test_manual_assessment_the_latest_counts(self):
        metric = self.manual_metric("test_capacity")
        self.assess(self.acme, metric, 10, date_start="2024-01-01")
        late = self.assess(self.acme, metric, 30, date_start="2024-03-01")
        self.assess(self.acme, metric, 20, date_start="2024-02-01")
        self.assess(self.acme, metric, 99, date_start="2024-04-01")
        self.assertFigure(30, self.acme, metric.code, self.DAY)
        self.assess(self.acme, metric, 40, date_start="2024-03-01")
        self.assertFigure(40, self.acme, metric.code, self.DAY)
        late.active = False
        self.assertFigure(40, self.acme, metric.code, self.DAY)
        self.assertFigure(20, self.acme, metric.code, "2024-02-29")

    def test_manual_assessment_of_other_companies_and_metrics(self):
        metric = self.manual_metric("test_capacity")
        other = self.manual_metric("test_other")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.assess(self.acme, other, 5)
        self.assess(self.acme, metric, 6, company_id=elsewhere.id)
        self.assertFigure(None, self.acme, metric.code, self.DAY)

    def test_manual_assessment_only_without_history(self):
        metric = self.manual_metric("test_prospects", only_without_history=True)
        self.company.governance_cutover_date = "2024-01-01"
        other, third = self.customer("Other"), self.customer("Third")
        (other | third).customer_rank = 1
        for partner in self.acme | other | third:
            self.assess(partner, metric, 60)
        self.order(other, 1, "2024-03-31")
        self.history(third, 1, "2022-12-31")
        expected = {self.acme: 60, other: None, third: None}
        for partner, value in expected.items():
            self.assertFigure(
                value, partner, metric.code, self.DAY, include_history=True
            )
        # Before the first purchase the assessment counts.
        self.assertFigure(60, other, metric.code, "2024-03-30")


@tagged("post_install", "-at_install")
class TestMetricFaults(MetricsCase):
    """One customer with impossible figures stops nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.governance_cutover_date = "2024-01-01"
        cls.customers = cls.env["res.partner"].union(
            *(cls.customer(f"Customer {n}", customer_rank=1) for n in range(5))
        )
        for partner in cls.customers:
            cls.history(partner, 10, "2023-12-31")

    @mute_logger("odoo.addons.crm_governance.models.tiers.governance_tier_evaluator")
    def test_overflow_isolates_the_customer(self):
        broken = self.customers[2]
        broken.user_id = self.rep
        self.overflow(broken)
        review, (key,) = self.evaluate_metrics(
            "2024-03-31", ("turnover", None), include_history=True
        )
        figures = self.snapshot(review)
        for partner in self.customers - broken:
            self.assertEqual(figures[partner.id][key], 10)
            self.assertEqual(self.line(review, partner).proposed_tier_id.code, "A")
        line = self.line(review, broken)
        self.assertTrue(line.has_error)
        self.assertIn("overflow", line.error)
        self.assertEqual(line.proposed_tier_id.code, "C")
        self.assertEqual(line.reviewer_id, self.rep)
        self.assertEqual(line.team_id, self.team)
        self.assertEqual(review.error_count, 1)
        self.assertEqual(review.state, "committee")
        self.assertTrue(line.explanation)

    @mute_logger("odoo.addons.crm_governance.models.tiers.governance_tier_evaluator")
    def test_overflow_of_who_is_no_customer_leaves_no_line(self):
        archived, elsewhere = self.customers[1], self.customers[3]
        self.overflow(archived)
        self.overflow(elsewhere)
        archived.active = False
        elsewhere.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        review, _keys = self.evaluate_metrics(
            "2024-03-31", ("turnover", None), include_history=True
        )
        partners = review.line_ids.partner_id
        self.assertEqual(
            partners & self.customers, self.customers - archived - elsewhere
        )
        self.assertFalse(review.error_count)

    @mute_logger("odoo.addons.crm_governance.models.tiers.governance_tier_evaluator")
    def test_overflow_keeps_the_present_tier(self):
        scheme = self.make_scheme(code="KEEP")
        self.make_rules(scheme, [("A", [("turnover", "ge", 5)])], include_history=True)
        self.publish(self.evaluate(scheme, "2024-03-31"))
        self.overflow(self.customers[0])
        review = self.evaluate(scheme, "2024-03-31")
        line = self.line(review, self.customers[0])
        self.assertTrue(line.has_error)
        self.assertEqual(line.proposed_tier_id.code, "A")
        self.assertEqual(line.movement, "same")

    def test_overflow_of_the_number_of_figures(self):
        """As many figures as an administrator cares to name can be stored."""
        uses = [
            ("turnover", {"window_type": "rolling_months", "window_length": months})
            for months in range(1, 121)
        ]
        review, keys = self.evaluate_metrics("2024-03-31", *uses, include_history=True)
        figures = self.snapshot(review)[self.customers[0].id]
        self.assertEqual([figures[key] for key in keys], [0] * 3 + [10] * 117)
        self.assertEqual(
            self.env["governance.tier.evaluator"]._count_differences(review), 0
        )


@tagged("post_install", "-at_install")
class TestMetricRegistry(TiersCommon):
    def test_each_computed_metric_is_tested_by_name(self):
        module = sys.modules[__name__]
        tests = {
            name
            for _name, case in inspect.getmembers(module, inspect.isclass)
            if issubclass(case, BaseCase)
            for name in dir(case)
            if name.startswith("test_")
        }
        methods = {
            name.removeprefix("_metric_")
            for name in dir(self.env["governance.tier.metric"])
            if name.startswith("_metric_")
        }
        self.assertIn("turnover", methods)
        untested = {
            code
            for code in methods
            if not any(
                name.startswith(f"test_{code}_") or name == f"test_{code}"
                for name in tests
            )
        }
        self.assertFalse(untested, "Write a test that begins with test_<code>.")

    def test_each_computed_metric_has_its_method_and_record(self):
        metrics = self.env["governance.tier.metric"].search([("kind", "=", "computed")])
        methods = {
            name.removeprefix("_metric_")
            for name in dir(metrics)
            if name.startswith("_metric_")
        }
        self.assertEqual(set(metrics.mapped("code")), methods - {"manual"})
