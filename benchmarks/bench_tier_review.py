"""A full tier review against the least that the database has to do for it.

Both read the same customers and orders and store the same figures, proposals
and reviewers. The product does it as in daily work: a review is started, and
its batches are committed one by one. The bare statement aggregates and inserts
everything at once, into a table with the same columns but without keys.
"""

import sys

import population

from tools import bench

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3
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


def run_product(env, scheme, number):
    """Start a review and evaluate it, batch by batch; return it."""
    review = env["governance.tier.review"].create(
        {"name": f"Round {number}", "scheme_id": scheme.id}
    )
    review._start_evaluation()
    env.cr.commit()
    while review._evaluate_batch():
        env.cr.commit()
    env.cr.commit()
    return review


def run_bare(env, scheme, review):
    """Do the same with one statement."""
    evaluator = env["governance.tier.evaluator"]
    scope = evaluator._get_scope(review)
    use = next(iter(scope.uses.values()))
    start = env["governance.tier.metric"]._get_window_start(use, scope)
    env.cr.execute(
        BARE,
        {
            "tiers": scheme.tier_ids.ids,
            "company": scheme.company_id.id,
            "start": scope._to_utc(start),
        },
    )
    env.cr.commit()


def measure(size):
    """Return the rounds of one size as {name: [Measurement]}."""
    rounds = {"product": [], "bare": []}
    with bench.database(f"review_{size}") as name, bench.environment(name) as env:
        owners = population.add_users(env)
        first = population.add_customers(env, size, owners)
        orders = population.add_orders(env, first, size)
        scheme = make_scheme(env)
        env.cr.commit()
        bench.analyze(name)
        for number in range(ROUNDS):
            env.cr.execute("TRUNCATE governance_tier_review_line CASCADE")
            env.cr.execute(
                "DROP TABLE IF EXISTS bench_line;"
                "DROP SEQUENCE IF EXISTS bench_line_seq;"
                "CREATE SEQUENCE bench_line_seq;"
                "CREATE TABLE bench_line (LIKE governance_tier_review_line)"
            )
            env.cr.commit()
            with bench.measured() as product:
                review = run_product(env, scheme, number)
            with bench.measured() as bare:
                run_bare(env, scheme, review)
            rounds["product"].append(product)
            rounds["bare"].append(bare)
            check(env, review, size)
            print(
                f"{size:,} customers, {orders:,} orders, round {number + 1}: "
                f"{product.seconds:.2f} s, bare {bare.seconds:.2f} s",
                flush=True,
            )
    return rounds


def check(env, review, size):
    """Make sure that both have found the same, or the ratio means nothing."""
    orders = list(env["governance.tier.evaluator"]._get_scope(review).uses)[1]
    env.cr.execute(DIFFERENT, {"review": review.id, "orders": orders})
    (different,) = env.cr.fetchone()
    lines = env["governance.tier.review.line"].search_count(
        [("review_id", "=", review.id)]
    )
    if different or lines < size:
        raise AssertionError(f"{different} lines differ; {lines} of {size}")
    env.cr.commit()


def main():
    """Measure all sizes, or those given, and report."""
    sizes = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    for size in sizes or SIZES:
        measure(size)


if __name__ == "__main__":
    main()
