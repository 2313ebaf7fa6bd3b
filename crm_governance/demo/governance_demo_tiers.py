# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Command
from odoo.tools import SQL

# Turnover in thousands, the last quarter first.
TURNOVER = {
    "harbour": [70, 70, 65, 70, 20, 20, 25, 22],
    "northgate": [45] * 18,
    "meridian": [60, 62, 58, 64, 55, 52, 50, 48, 40, 38],
    "eastport": [0, 92, 0, 3, 0, 2, 0, 1],
    "blueheron": [5, 8, 12, 25, 90, 60, 55, 60],
    "silverline": [25, 20, 16, 10, 8, 7, 6, 6],
    "tideway": [9, 9, 8, 9, 9, 8, 9, 8],
    "oakash": [16] * 12,
    "juniper": [17, 18, 17, 19, 16, 17, 16, 15],
    "orchard": [3, 3, 4, 6, 25, 30, 2, 0],
    "magnolia": [3, 4, 3, 3, 4, 3],
    "kestrel": [4, 4, 3, 4, 4, 4, 3, 4],
    "larkfield": [2, 0, 2, 1, 2, 1, 2],
    "nimbus": [6],
    "pinewood": [0, 0, 0, 2, 3, 3, 4, 4],
    "quarry": [0.5, 0.5, 0.5, 0, 0.5, 0.5],
}
# What the written policy leaves open: tier, figure -> the company's own value.
VALUES = {
    ("IMPORTANT", "consecutive_years"): {"parameter": 120000},
    ("IMPORTANT", "largest_order"): {"value": 80000},
    ("IMPORTANT", "turnover"): {"value": 200000},
    ("IMPORTANT", "potential_demand"): {"value": 300000},
    ("IMPORTANT", "domestic_rank"): {"value": 10},
    ("STABLE", "consecutive_years"): {"parameter": 50000},
    ("STABLE", "largest_order"): {"value": 30000},
    ("STABLE", "turnover"): {"value": 60000},
    ("STABLE", "potential_demand"): {"value": 100000},
}


class GovernanceDemo(models.AbstractModel):
    """What the customers of the demo story have bought, and their tiers."""

    _inherit = "governance.demo"

    # ------------------------------------------------------------------
    # WHAT CUSTOMERS HAVE BOUGHT
    # ------------------------------------------------------------------

    def _make_turnover(self):
        """Older quarters are imported history, the later ones orders in Odoo."""
        cutover = (self._today() - relativedelta(months=14)).replace(day=1)
        self._company().governance_cutover_date = cutover
        history, orders = [], []
        for name, quarters in TURNOVER.items():
            for index, thousands in enumerate(quarters):
                day = self._today() - relativedelta(months=3 * index + 1)
                if not thousands:
                    continue
                if day < cutover:
                    history.append(self._prepare_history(name, day, thousands))
                else:
                    orders.append(self._prepare_order(name, day, thousands))
        self.env["governance.turnover.history"].create(history)
        self._confirm_orders(orders)

    def _prepare_history(self, name, day, thousands):
        return {
            "partner_id": self._partner(name).id,
            "company_id": self._company().id,
            "date": day,
            "amount": 1000 * thousands,
            "margin": 340 * thousands,
            "quantity": 2 * thousands,
            "reference": f"T-{day:%Y%m}-{self._partner(name).id}",
        }

    def _prepare_order(self, name, day, thousands):
        partner = self._partner(name)
        return {
            "partner_id": partner.id,
            "company_id": self._company().id,
            "user_id": partner.user_id.id,
            "date_order": datetime.combine(day, time(10)),
            "order_line": [
                Command.create(
                    {
                        "product_id": self._ref("product_timber_demo").id,
                        "product_uom_qty": 2 * thousands,
                        "price_unit": 500,
                    }
                )
            ],
        }

    def _confirm_orders(self, vals_list):
        orders = self.env["sale.order"].create(vals_list)
        orders.action_confirm()
        # Confirming has put the present moment on them.
        for order, vals in zip(orders, vals_list, strict=True):
            order.date_order = vals["date_order"]

    # ------------------------------------------------------------------
    # WHAT PEOPLE KNOW
    # ------------------------------------------------------------------

    def _make_knowledge(self):
        for name in ("harbour", "northgate", "meridian", "blueheron"):
            self._partner(name).write(
                {
                    "governance_specialist_id": self._user("leader").id,
                    "governance_liaison_leader_id": self._user("executive").id,
                }
            )
        self._assess("riverside", "potential_demand", 150000, "leader")
        self._assess("northgate", "large_scale", 1, "rep")
        self._assess("meridian", "public_authority", 1, "rep")
        self._as(self._user("rep"), "governance.agreement").create(
            {
                "name": "Framework agreement on pylons and platforms",
                "partner_id": self._partner("meridian").id,
                "kind": "strategic",
                "date_start": self._today() - relativedelta(months=8),
                "date_end": self._today() + relativedelta(months=16),
            }
        ).action_sign()

    def _assess(self, name, figure, value, role):
        reasons = {
            "potential_demand": "Budget of the council for the next two years.",
            "large_scale": "One of the three largest works of the country.",
            "public_authority": "Decides on the tenders of the whole region.",
        }
        self._as(self._user(role), "governance.tier.metric.value").create(
            {
                "partner_id": self._partner(name).id,
                "metric_id": self._ref(f"governance_tier_metric_{figure}").id,
                "value": value,
                "justification": reasons[figure],
                "date_start": self._today() - relativedelta(months=8),
            }
        )

    # ------------------------------------------------------------------
    # POLICIES
    # ------------------------------------------------------------------

    def _adopt_policies(self):
        """Adopt presets, fill in what they leave open and publish them."""
        for name in ("am_tier_override", "am_11"):
            self._adopt(f"governance_approval_policy_{name}", {"expiry_value": 14})
        rules = self._adopt_rules()
        self._adopt("governance_tier_ruleset_ts_02b", {})
        self._adopt("governance_review_calendar_rc_01", {"open_days_before": 14})
        scheme = rules.scheme_id
        scheme.fallback_reviewer_id = self._admin()
        for tier in scheme.tier_ids:
            tier.characteristics = False
        if not scheme.is_governing:
            scheme.with_user(self._admin()).action_set_governing()
        return scheme

    def _adopt_rules(self):
        preset = self._ref("governance_tier_ruleset_ts_03").with_user(self._admin())
        rules = preset._adopt(self._company())
        rules.write(
            {
                "window_type": "rolling_months",
                "window_length": 12,
                "hysteresis_percent": 5,
            }
        )
        for criterion in rules.group_ids.criterion_ids:
            key = (criterion.group_id.tier_id.code, criterion.metric_id.code)
            if key in VALUES:
                criterion.write(VALUES[key])
        rules.action_publish()
        return rules

    # ------------------------------------------------------------------
    # REVIEWS
    # ------------------------------------------------------------------

    def _publish_review(self, scheme, months, name):
        """Publish a review that lies some months in the past."""
        as_of = self._today() - relativedelta(months=months)
        review = self._as(self._admin(), "governance.tier.review").create(
            {
                "name": f"{name} {as_of:%m/%Y}",
                "scheme_id": scheme.id,
                "date_as_of": as_of,
                "committee_deadline": as_of + relativedelta(days=14),
                "publish_deadline": as_of + relativedelta(days=21),
            }
        )
        review.action_evaluate()
        lines = self.env["governance.tier.review.line"].search(
            [("review_id", "=", review.id)]
        )
        lines.with_user(self._user("committee")).decide()
        review.action_publish()
        self._backdate(review)

    def _backdate(self, review):
        """Let a review lie in the past, so that there is a history.

        Nobody can do this with what was really decided; only demo data is ever
        written like this.
        """
        self.env.flush_all()
        day = review.date_as_of + relativedelta(days=12)
        moment = datetime.combine(day, time(15))
        params = {
            "day": day,
            "moment": moment,
            "review": review.id,
            "scheme": review.scheme_id.id,
            "today": review._get_today(),
        }
        for query in (
            """UPDATE governance_tier_assignment SET date_end = %(day)s
                WHERE scheme_id = %(scheme)s AND date_end = %(today)s""",
            """UPDATE governance_tier_assignment SET date_start = %(day)s
                WHERE review_id = %(review)s""",
            """UPDATE governance_tier_review_line SET decided_on = %(moment)s
                WHERE review_id = %(review)s""",
            """UPDATE governance_tier_review
                  SET opened_on = %(moment)s - INTERVAL '11 days',
                      evaluated_on = %(moment)s - INTERVAL '10 days',
                      closed_on = %(moment)s
                WHERE id = %(review)s""",
            """UPDATE governance_decision SET date = %(moment)s
                WHERE (res_model = 'governance.tier.review' AND res_id = %(review)s)
                   OR (res_model = 'governance.tier.review.line' AND res_id IN (
                        SELECT id FROM governance_tier_review_line
                         WHERE review_id = %(review)s))""",
        ):
            self.env.cr.execute(SQL(query, **params))
        self.env.invalidate_all()

    def _open_second_review(self, scheme):
        """Leave a review to the committee, with nominations, partly decided."""
        today = self._today()
        review = self._as(self._admin(), "governance.tier.review").create(
            {
                "name": f"Half-year review {today:%m/%Y}",
                "scheme_id": scheme.id,
                "date_as_of": today - relativedelta(days=1),
                "nomination_deadline": today,
                "committee_deadline": today + relativedelta(days=14),
                "publish_deadline": today + relativedelta(days=21),
            }
        )
        self._nominate(
            review,
            "rep_2",
            "juniper",
            "IMPORTANT",
            "Two more clinics are being built; the orders are promised to us.",
        )
        self._nominate(
            review,
            "leader",
            "tideway",
            "STABLE",
            "Pays at once, buys every quarter and brought us two new customers.",
        )
        review.action_evaluate()
        lines = self.env["governance.tier.review.line"].search(
            [("review_id", "=", review.id)]
        )
        committee = lines.with_user(self._user("committee"))
        committee.filtered(
            lambda line: line.movement == "same" and not line.nominated_tier_id
        ).decide()
        orchard = committee.filtered(
            lambda line: line.partner_id == self._partner("orchard")
        )
        orchard.decide(
            orchard.current_tier_id.id,
            "The second building phase starts in spring, the contract is signed.",
        )

    def _nominate(self, review, role, name, code, reason, **values):
        tier = review.scheme_id.tier_ids.filtered(lambda t: t.code == code)
        self._as(self._user(role), "governance.tier.nomination").create(
            {
                "review_id": review.id,
                "partner_id": self._partner(name).id,
                "tier_id": tier.id,
                "reason": reason,
                **values,
            }
        )

    def _open_strategic_review(self):
        """Leave a review of the scheme beside the governing one to nominations."""
        today = self._today()
        rules = self._ref("governance_tier_ruleset_ts_02b")._get_adopted(
            self._company()
        )
        scheme = rules.scheme_id
        review = self._as(self._admin(), "governance.tier.review").create(
            {
                "name": f"Strategic customers {today:%Y}",
                "scheme_id": scheme.id,
                "date_as_of": today + relativedelta(days=20),
                "nomination_deadline": today + relativedelta(days=20),
                "committee_deadline": today + relativedelta(days=36),
                "publish_deadline": today + relativedelta(days=60),
            }
        )
        top = scheme._get_tiers()[0].code
        roles = {
            "specialist_id": self._user("leader").id,
            "liaison_leader_id": self._user("executive").id,
        }
        self._nominate(
            review,
            "leader",
            "meridian",
            top,
            "Decides on the tenders of the whole region.",
            is_company_level=True,
            **roles,
        )
        self._nominate(
            review,
            "rep",
            "northgate",
            top,
            "The same volume every year, and our best reference.",
            **roles,
        )

    # ------------------------------------------------------------------
    # EXCEPTIONS
    # ------------------------------------------------------------------

    def _make_overrides(self):
        """One override is in force, one waits, and so does a report."""
        granted = self._ask_override(
            "leader_2",
            "pinewood",
            "A frame contract for six homes is being negotiated.",
        )
        request = granted.sudo().approval_request_id
        request.with_user(self._user("executive")).decide(
            "approved", "Until it is signed."
        )
        self._ask_override(
            "rep_2", "magnolia", "Will furnish our show rooms and needs our best terms."
        )
        self._as(self._user("rep_2"), "governance.exit.report").create(
            {
                "partner_id": self._partner("quarry").id,
                "situation": "Five hundred a quarter, three visits for each order and "
                "two complaints about delivery dates that we kept.",
                "evaluation": "We would lose two thousand a year and win twelve days "
                "of work for customers who want to grow.",
            }
        ).action_request_approval()

    def _ask_override(self, role, name, reason):
        scheme = self.env["governance.tier.override"]._default_scheme_id()
        tier = scheme.tier_ids.filtered(lambda t: t.code == "STABLE")
        override = self._as(self._user(role), "governance.tier.override").create(
            {
                "partner_id": self._partner(name).id,
                "company_id": self._company().id,
                "scheme_id": scheme.id,
                "tier_id": tier.id,
                "expires_on": self._today() + relativedelta(months=6),
                "reason": reason,
            }
        )
        override.action_request_approval()
        return override
