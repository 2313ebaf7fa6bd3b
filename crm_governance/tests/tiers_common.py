# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import json
from datetime import datetime, time
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import freeze_time

from .common import GovernanceCommon


class TiersCommon(GovernanceCommon):
    """A company whose days begin in UTC, and builders of rules and documents.

    Criteria are written as ``(metric code, operator, value, {field: value})``;
    the last part is optional.
    """

    # The engine asks for nobody's rights; fewer people make the tests quicker.
    ROLES = {
        login: GovernanceCommon.ROLES[login]
        for login in ("rep", "rep2", "leader", "leader2")
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # No e-mails about reviews, which other tests look at.
        cls.env = cls.env(
            context={
                **cls.env.context,
                "mail_activity_quick_update": True,
                "tracking_disable": True,
            }
        )
        cls.company = cls.env.company
        cls.company.partner_id.tz = "UTC"
        cls.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "12"})
        cls.currency = cls.company.currency_id
        cls.foreign = cls.env["res.currency"].search(
            [
                ("active", "=", False),
                ("rate_ids", "=", False),
                ("decimal_places", "=", 2),
            ],
            limit=1,
        )
        cls.foreign.active = True
        cls.product = cls.env["product.product"].create(
            {
                "name": "Advice",
                "type": "service",
                "taxes_id": False,
                "invoice_policy": "order",
                "standard_price": 0,
            }
        )

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    @classmethod
    def metric(cls, code):
        """Return the metric with a technical mark."""
        return cls.env["governance.tier.metric"].search([("code", "=", code)])

    @classmethod
    def manual_metric(cls, code, **values):
        """Return a new metric that people assess."""
        return cls.env["governance.tier.metric"].create(
            {"name": code, "code": code, "kind": "manual", "unit": "money", **values}
        )

    @classmethod
    def make_scheme(cls, tiers="ABC", code="TEST", **values):
        """Return a scheme without rules; ``tiers`` are codes from the top down."""
        return cls.env["governance.tier.scheme"].create(
            {
                "name": f"Scheme {code}",
                "code": code,
                "tier_ids": [
                    Command.create({"name": f"Tier {tier}", "code": tier, "rank": rank})
                    for rank, tier in enumerate(tiers, 1)
                ],
                **values,
            }
        )

    @classmethod
    def tier(cls, scheme, code):
        """Return the tier of a scheme with a code."""
        return scheme.tier_ids.filtered(lambda tier: tier.code == code)

    @classmethod
    def _criterion(cls, code, operator, value=0, options=None):
        return Command.create(
            {
                "metric_id": cls.metric(code).id,
                "operator": operator,
                "value": float(value),
                **(options or {}),
            }
        )

    @classmethod
    def make_rules(cls, scheme, groups=(), score=(), totals=(), publish=True, **values):
        """Return a version of the rules of a scheme.

        :param groups: ``[(tier code, [criterion, …]), …]``
        :param score: ``[(metric code, weight, [(bound or None, points), …],
            {field: value}), …]``
        :param totals: ``[(tier code, minimum), …]``
        """
        lowest = scheme._get_tiers()[-1]
        rules = cls.env["governance.tier.ruleset"].create(
            {
                "name": f"Rules of {scheme.name}",
                "code": scheme.code,
                "scheme_id": scheme.id,
                "company_id": scheme.company_id.id,
                "method": "scorecard" if score else "criteria",
                "fallback_tier_id": lowest.id,
                "include_history": False,
                "window_type": "lifetime",
                "group_ids": [
                    Command.create(
                        {
                            "tier_id": cls.tier(scheme, code).id,
                            "sequence": number,
                            "criterion_ids": [cls._criterion(*c) for c in criteria],
                        }
                    )
                    for number, (code, criteria) in enumerate(groups)
                ],
                "scorecard_line_ids": [cls._score_line(*line) for line in score],
                "score_threshold_ids": [
                    Command.create(
                        {"tier_id": cls.tier(scheme, code).id, "min_total": minimum}
                    )
                    for code, minimum in totals
                ],
                **values,
            }
        )
        if publish:
            rules.action_publish()
        return rules

    @classmethod
    def _score_line(cls, code, weight, bands, options=None):
        return Command.create(
            {
                "metric_id": cls.metric(code).id,
                "weight": weight,
                "band_ids": [
                    Command.create(
                        {
                            "is_open": bound is None,
                            "lower_bound": float(bound or 0),
                            "points": points,
                        }
                    )
                    for bound, points in bands
                ],
                **(options or {}),
            }
        )

    # ------------------------------------------------------------------
    # EVALUATION
    # ------------------------------------------------------------------

    @classmethod
    def evaluate(cls, scheme, as_of, **values):
        """Return a review of a scheme, evaluated up to a day."""
        review = cls.env["governance.tier.review"].create(
            {
                "name": f"Review of {scheme.name} {as_of}",
                "scheme_id": scheme.id,
                "date_as_of": as_of,
                **values,
            }
        )
        review.action_evaluate()
        return review

    @classmethod
    def preview(cls, rules, as_of):
        """Return the evaluation of a draft, without any constraint of publishing."""
        review = (
            cls.env["governance.tier.review"]
            ._as_system()
            .create(
                {
                    "name": "Preview",
                    "kind": "preview",
                    "scheme_id": rules.scheme_id.id,
                    "ruleset_id": rules.id,
                    "date_as_of": as_of,
                }
            )
        )
        review._start_evaluation()
        review._evaluate()
        return review

    @classmethod
    def publish(cls, review):
        """Decide all customers as proposed and publish the review."""
        review._decide_by_silence("apply")
        review.action_publish()

    @classmethod
    def line(cls, review, partner):
        """Return the line of a customer in a review."""
        return review.line_ids.filtered(lambda line: line.partner_id == partner)

    @classmethod
    def snapshot(cls, review):
        """Return ``{partner id: {key: Decimal or None}}``, exact to the last digit."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "SELECT partner_id, metrics::text FROM governance_tier_review_line"
            " WHERE review_id = %s",
            [review.id],
        )
        return {
            partner_id: json.loads(text, parse_float=Decimal, parse_int=Decimal)
            for partner_id, text in cls.env.cr.fetchall()
        }

    @classmethod
    def proposals(cls, review):
        """Return ``{partner id: code of the proposed tier}``."""
        cls.env.flush_all()
        cls.env.cr.execute(
            """SELECT l.partner_id, t.code FROM governance_tier_review_line l
                 LEFT JOIN governance_tier t ON t.id = l.proposed_tier_id
                WHERE l.review_id = %s""",
            [review.id],
        )
        return dict(cls.env.cr.fetchall())

    @contextlib.contextmanager
    def undone(self):
        """Roll back everything that the block does."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            self.env.cr.clear()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
            self.env.registry.clear_cache()

    # ------------------------------------------------------------------
    # DOCUMENTS
    # ------------------------------------------------------------------

    @classmethod
    def order(cls, partner, amount, moment, confirm=True, **values):
        """Return an order; ``moment`` is ``2024-02-29`` (noon) or with a time."""
        if len(moment) == 10:
            moment += " 12:00:00"
        with freeze_time(moment):
            order = cls.env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "user_id": False,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product.id,
                                "product_uom_qty": 1,
                                "price_unit": amount,
                                "tax_ids": False,
                            }
                        )
                    ],
                    **values,
                }
            )
            if confirm:
                order.action_confirm()
        return order

    @classmethod
    def invoice(cls, partner, amount, day, due=None, post=True, **values):
        """Return a posted invoice (or, with ``move_type``, another document)."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": due or day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": False,
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def pay(cls, move, day, amount=None):
        """Register a payment of an invoice."""
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": day, **({"amount": amount} if amount else {})})
        )
        wizard._create_payments()

    @classmethod
    def set_rate(cls, rate, day="2000-01-01", currency=None):
        """Say how many units of a foreign currency one of the company's buys."""
        return cls.env["res.currency.rate"].create(
            {
                "currency_id": (currency or cls.foreign).id,
                "company_id": cls.company.id,
                "name": day,
                "rate": rate,
            }
        )

    @classmethod
    def history(cls, partner, amount, day, **values):
        """Return a line of imported turnover."""
        return cls.env["governance.turnover.history"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "amount": amount,
                "date": day,
                **values,
            }
        )

    @classmethod
    def overflow(cls, partner):
        """Let the turnover of a customer exceed what the database can add up."""
        for _number in range(2):
            cls.history(partner, 10, "2000-01-01")
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE governance_turnover_history SET amount = repeat('9', 131072)"
            "::numeric WHERE partner_id = %s",
            [partner.id],
        )

    @classmethod
    def assess(cls, partner, metric, value, **values):
        """Return what people say about a customer."""
        return cls.env["governance.tier.metric.value"].create(
            {
                "partner_id": partner.id,
                "metric_id": metric.id,
                "company_id": cls.company.id,
                "value": float(value),
                "justification": "Seen",
                "date_start": "2000-01-01",
                **values,
            }
        )

    # ------------------------------------------------------------------
    # MASSES OF DATA
    # ------------------------------------------------------------------

    @classmethod
    def insert(cls, table, columns, rows):
        """Insert rows by SQL and return their ids, in the order of the rows."""
        cls.env.flush_all()
        names = ", ".join(f'"{column}"' for column in columns)
        found = cls.env.cr.execute_values(
            f'INSERT INTO "{table}" ({names}) VALUES %s RETURNING id',
            rows,
            page_size=5000,
            fetch=True,
        )
        cls.env.invalidate_all()
        return [row[0] for row in found]

    @classmethod
    def insert_customers(cls, names, rank=1):
        """Insert companies that are customers and return their ids."""
        ids = cls.insert(
            "res_partner",
            [
                "name",
                "complete_name",
                "is_company",
                "active",
                "partner_share",
                "customer_rank",
                "type",
                "autopost_bills",
            ],
            [[name, name, True, True, True, rank, "contact", "ask"] for name in names],
        )
        cls.env.cr.execute(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)",
            [ids],
        )
        return ids

    @classmethod
    def insert_orders(cls, rows):
        """Insert confirmed orders; rows are ``(partner id, date, amount)``."""
        return cls.insert(
            "sale_order",
            [
                "name",
                "company_id",
                "partner_id",
                "partner_invoice_id",
                "partner_shipping_id",
                "date_order",
                "state",
                "currency_id",
                "currency_rate",
                "amount_untaxed",
                "amount_total",
            ],
            [
                [
                    f"T{number}",
                    cls.company.id,
                    partner_id,
                    partner_id,
                    partner_id,
                    datetime.combine(day, time(12)),
                    "sale",
                    cls.currency.id,
                    1,
                    amount,
                    amount,
                ]
                for number, (partner_id, day, amount) in enumerate(rows)
            ],
        )

    @classmethod
    def insert_history(cls, rows):
        """Insert turnover history of one order each, like :meth:`insert_orders`."""
        return cls.insert(
            "governance_turnover_history",
            [
                "partner_id",
                "company_id",
                "date",
                "amount",
                "largest_amount",
                "order_count",
            ],
            [
                [partner_id, cls.company.id, day, amount, max(amount, 0), 1]
                for partner_id, day, amount in rows
            ],
        )
