"""A full tier review against the least that the database has to do for it.

Both read the same customers and orders and store the same figures, proposals
and reviewers. The product does it as in daily work: a review is started, and
its batches are committed one by one. The bare statement aggregates and inserts
everything at once, into a table with the same columns but without keys.
"""

import contextlib
import math
import statistics
import sys

import population

from tools import bench

# Customers and rounds; the more there are, the less a disturbance matters.
SIZES = {10_000: 9, 100_000: 5, 1_000_000: 3}
MEBI = 2**20
# Place, turnover in twelve months, orders in twelve months.
THRESHOLDS = ((1, 9000, 3), (2, 5000, 1), (3, 1000, 1))
BARE = """
INSERT INTO bench_line (id, review_id, partner_id, reviewer_id, team_id,
                        computed_place, proposed_tier_id, metrics, turnover,
                        movement, state, has_error)
SELECT nextval('bench_line_seq'), 0, p.id, p.user_id, t.team_id, c.place,
       (%(tiers)s::int[])[c.place],
       jsonb_build_object('turnover', c.turnover, 'orders', c.orders), c.turnover,
       'new', 'pending', FALSE
  FROM res_partner p
  LEFT JOIN (SELECT b.commercial_partner_id AS partner_id, COUNT(*) AS documents,
                    SUM(o.amount_untaxed) FILTER (WHERE o.date_order >= %(start)s)
                        AS turnover,
                    COUNT(*) FILTER (WHERE o.date_order >= %(start)s) AS orders
               FROM sale_order o
               JOIN res_partner b ON b.id = o.partner_id
              WHERE o.state = 'sale' AND o.company_id = %(company)s
              GROUP BY b.commercial_partner_id) s ON s.partner_id = p.id
  LEFT JOIN (SELECT user_id, MIN(crm_team_id) AS team_id
               FROM crm_team_member WHERE active GROUP BY user_id) t
         ON t.user_id = p.user_id,
LATERAL (SELECT COALESCE(s.turnover, 0) AS turnover, COALESCE(s.orders, 0) AS orders,
                CASE WHEN s.turnover >= 9000 AND s.orders >= 3 THEN 1
                     WHEN s.turnover >= 5000 AND s.orders >= 1 THEN 2
                     WHEN s.turnover >= 1000 AND s.orders >= 1 THEN 3
                     ELSE 4 END AS place) c
 WHERE p.commercial_partner_id = p.id AND p.active
   AND (s.documents > 0 OR p.customer_rank > 0)
"""
DIFFERENT = """
SELECT COUNT(*) FROM (
    SELECT partner_id, reviewer_id, team_id, proposed_tier_id, turnover,
           (metrics ->> %(orders)s)::int
      FROM governance_tier_review_line WHERE review_id = %(review)s
    EXCEPT
    SELECT partner_id, reviewer_id, team_id, proposed_tier_id, turnover,
           (metrics ->> 'orders')::int FROM bench_line) x
"""


def make_scheme(env):
    """Return a scheme with published criteria on turnover and orders."""
    scheme = env["governance.tier.scheme"].create(
        {
            "name": "Benchmark",
            "code": "BENCH",
            "tier_ids": [
                (0, 0, {"name": name, "code": name, "rank": rank})
                for rank, name in enumerate("ABCD", 1)
            ],
        }
    )
    metrics = [
        env.ref(f"crm_governance.governance_tier_metric_{code}").id
        for code in ("turnover", "order_count")
    ]
    rules = env["governance.tier.ruleset"].create(
        {
            "name": "Benchmark",
            "code": "BENCH",
            "scheme_id": scheme.id,
            "window_type": "rolling_months",
            "window_length": 12,
            "fallback_tier_id": scheme.tier_ids[3].id,
            "group_ids": [
                (
                    0,
                    0,
                    {
                        "tier_id": scheme.tier_ids[place - 1].id,
                        "criterion_ids": [
                            (0, 0, {"metric_id": metric, "operator": "ge", "value": v})
                            for metric, v in zip(metrics, values, strict=True)
                        ],
                    },
                )
                for place, *values in THRESHOLDS
            ],
        }
    )
    rules.action_publish()
    scheme.action_set_governing()
    return scheme


def run_product(env, scheme):
    """Evaluate a review as the button and, for many customers, the cron do it."""
    review = env["governance.tier.review"].create(
        {"name": "Benchmark", "scheme_id": scheme.id}
    )
    review.action_evaluate()
    env.cr.commit()
    if review.state == "evaluation":
        env["governance.tier.review"]._cron_evaluate()
    return review


def run_bare(env, scheme, start):
    """Do the same with one statement."""
    values = {"tiers": scheme.tier_ids.ids, "company": scheme.company_id.id}
    env.cr.execute(BARE, {**values, "start": start})
    env.cr.commit()


def get_window_start(env, review):
    """Return the first moment of the twelve months, which both look at."""
    scope = env["governance.tier.evaluator"]._get_scope(review)
    use = next(iter(scope.uses.values()))
    return scope._to_utc(env["governance.tier.metric"]._get_window_start(use, scope))


def empty(env):
    """Provide the tables of both in the same state."""
    env.cr.execute(
        """TRUNCATE governance_tier_review_line CASCADE;
           DROP TABLE IF EXISTS bench_line;
           DROP SEQUENCE IF EXISTS bench_line_seq;
           CREATE SEQUENCE bench_line_seq;
           CREATE TABLE bench_line (LIKE governance_tier_review_line)"""
    )
    env.cr.commit()


def check(env, review, size):
    """Make sure that both have found the same, or the ratio means nothing."""
    orders = list(env["governance.tier.evaluator"]._get_scope(review).uses)[1]
    env.cr.execute(DIFFERENT, {"review": review.id, "orders": orders})
    (different,) = env.cr.fetchone()
    domain = [("review_id", "=", review.id)]
    lines = env["governance.tier.review.line"].search_count(domain)
    if different or lines < size or review.state != "committee":
        raise AssertionError(f"{different} of {lines} lines differ; {review.state}")
    env.cr.commit()


def populate(env, size):
    """Fill the database and return the number of orders and the scheme."""
    owners = population.add_users(env)
    env.cr.commit()
    with contextlib.closing(bench.connect(env.cr.dbname)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, size, owners)
            orders = population.add_orders(cursor, first, size)
    scheme = make_scheme(env)
    env.cr.commit()
    bench.analyze(env.cr.dbname)
    return orders, scheme


def measure(size, rounds):
    """Return the medians of one size, and all that was measured."""
    results = []
    with bench.database(f"review_{size}") as name, bench.environment(name) as env:
        orders, scheme = populate(env, size)
        start = get_window_start(env, run_product(env, scheme))
        # The first round only warms up.
        for number in range(rounds + 1):
            empty(env)
            with bench.measured() as product:
                review = run_product(env, scheme)
            with bench.measured() as bare:
                run_bare(env, scheme, start)
            check(env, review, size)
            print(
                f"{size:,} customers, {orders:,} orders, round {number}: "
                f"{product.seconds:.2f} s, bare {bare.seconds:.2f} s",
                flush=True,
            )
            if number:
                results.append((product, bare))
    return {
        "customers": size,
        "orders": orders,
        "product": statistics.median(product.seconds for product, _bare in results),
        "bare": statistics.median(bare.seconds for _product, bare in results),
        "peak": max(product.peak for product, _bare in results),
    }


def get_exponent(first, last):
    """Return how time grows with customers: 1 is in proportion."""
    return math.log(last["product"] / first["product"]) / math.log(
        last["customers"] / first["customers"]
    )


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = [-int(argument) for argument in sys.argv[1:]]
    results = [measure(size, SIZES.get(size, 3)) for size in sizes or SIZES]
    rows = [
        [
            f"{result['customers']:,}",
            f"{result['orders']:,}",
            f"{result['product']:.2f} s",
            f"{result['bare']:.2f} s",
            f"{result['product'] / result['bare']:.2f}",
            f"{get_exponent(former, result):.2f}" if former else "",
            f"{result['peak'] / MEBI:.0f} MiB",
        ]
        for former, result in zip([None, *results], results, strict=False)
    ]
    bench.report(
        "tier_review",
        ["customers", "orders", "review", "bare SQL", "ratio", "exponent", "memory"],
        rows,
        "Medians; the exponent is that of the growth from the row above.",
    )


if __name__ == "__main__":
    main()
