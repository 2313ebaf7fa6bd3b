"""What a user may not read, asked of the database at every step.

Both databases have the same partners, leads and orders under the same ids.  In
one of them the addon is installed, 15 % of the customers are above the user's
clearance, and people have been given access to some of them for a time.  A call
is a transaction of its own with empty record caches, as a request is, and both
sides read the same fields: what is compared is the decision on confidential
customers, not the columns that the addon adds to a list.
"""

import contextlib
import gc
import statistics
import sys

import population
from bench_partner_list import Side, compact, get_specification
from lxml import etree

from tools import bench

SIZES = [1_000_000]
# Seconds that may be spent on an operation, and how often it is done at least and
# at most. Short ones are done often: the machine disturbs them more.
BUDGET = 40
FEWEST, MOST = 7, 101
# Everybody has 5,000 customers, 750 of them closed to others, and 500 grants: more
# than anybody looks after. What is open to one person is what the decision costs.
SALESMEN = 200
SALESMAN = "owner01"
# Page-sized operations, and full counts and group-bys: times, milliseconds.
PAGE, FULL = (1.2, 3), (1.5, None)

ADD_LEADS = """
INSERT INTO crm_lead (name, type, active, partner_id, user_id, company_id, stage_id,
                      expected_revenue, probability, priority, color,
                      create_uid, write_uid, create_date, write_date)
SELECT 'Deal with ' || p.name, 'opportunity', TRUE, p.id, p.user_id, 1,
       (SELECT MIN(id) FROM crm_stage), p.id %% 1000, 10, '0', 0, 1, 1, now(), now()
  FROM res_partner p
 WHERE p.id BETWEEN %(first)s AND %(first)s + %(count)s - 1
   AND (p.id - %(first)s) / %(users)s %% 5 = 1
"""
ADD_ORDERS = """
INSERT INTO sale_order (name, state, company_id, currency_id, currency_rate,
                        partner_id, partner_invoice_id, partner_shipping_id,
                        date_order, user_id, amount_untaxed, amount_tax, amount_total,
                        invoice_status, create_uid, write_uid, create_date, write_date)
SELECT 'B' || p.id, 'sale', c.id, c.currency_id, 1, p.id, p.id, p.id,
       CURRENT_DATE - (p.id * 31 %% 730), p.user_id, p.id %% 5000, 0, p.id %% 5000,
       'invoiced', 1, 1, now(), now()
  FROM res_partner p
  JOIN res_company c ON c.id = 1
 WHERE p.id BETWEEN %(first)s AND %(first)s + %(count)s - 1
   AND (p.id - %(first)s) / %(users)s %% 2 = 1
"""
# 10 % of the customers are important and 5 % top secret, all over the table.
CLASSIFY = """
UPDATE res_partner p
   SET classification_rank = l.rank,
       governance_level_id = CASE WHEN p.commercial_partner_id = p.id THEN l.id END
  FROM governance_confidentiality_level l
 WHERE l.rank = CASE WHEN abs(hashint4(p.commercial_partner_id)) %% 100 < 5 THEN 2
                     WHEN abs(hashint4(p.commercial_partner_id)) %% 100 < 15 THEN 1 END
   AND p.commercial_partner_id BETWEEN %(first)s AND %(first)s + %(count)s - 1
"""
# For everybody in turn; two thirds are live.
GRANT = """
INSERT INTO governance_access_grant (partner_id, user_id, kind, date_start, date_end,
                                     continuous_since, state,
                                     create_uid, write_uid, create_date, write_date)
SELECT p.id, u.id, 'request', now() - interval '30 days',
       CASE WHEN n %% 3 > 0 THEN now() + interval '30 days'
            ELSE now() - interval '1 day' END,
       now() - interval '30 days',
       CASE WHEN n %% 3 > 0 THEN 'active' ELSE 'expired' END, 1, 1, now(), now()
  FROM generate_series(1, %(grants)s) n
  JOIN LATERAL (SELECT id FROM (
           SELECT id, row_number() OVER (ORDER BY id) - 1 AS number
             FROM res_users WHERE login LIKE 'owner%%') x
        WHERE number = n %% %(users)s) u ON TRUE
  JOIN bench_closed p ON p.number = n %% (SELECT COUNT(*) FROM bench_closed)
    ON CONFLICT DO NOTHING
"""


# ----------------------------------------------------------------------
# DATA
# ----------------------------------------------------------------------


def execute(name, statement, parameters=None):
    """Execute a statement and return how many rows it made."""
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount


def populate(name, size):
    """Fill the database and return the id of the first customer."""
    with bench.environment(name) as env:
        owners = population.add_users(env, SALESMEN)
        users = env["res.users"].browse(owners)
        users.group_ids += env.ref("sales_team.group_sale_salesman_all_leads")
        env.cr.commit()
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, size, owners)
            values = {"first": first, "count": size, "users": SALESMEN}
            cursor.execute(ADD_LEADS, values)
            cursor.execute(ADD_ORDERS, values)
    bench.analyze(name)
    return first


def classify(name, first, size):
    """Make customers confidential and open some of them to some people."""
    execute(name, CLASSIFY, {"first": first, "count": size})
    for table in ("crm_lead", "sale_order"):
        execute(
            name,
            f"""UPDATE {table} d SET classification_rank = p.classification_rank,
                       classification_partner_id = p.commercial_partner_id
                  FROM res_partner p
                 WHERE p.id = d.partner_id AND p.classification_rank > 0""",
        )
    execute(
        name,
        """CREATE TABLE bench_closed AS
           SELECT id, row_number() OVER (ORDER BY hashint4(id)) - 1 AS number
             FROM res_partner
            WHERE classification_rank > 0 AND commercial_partner_id = id""",
    )
    execute(name, "CREATE UNIQUE INDEX ON bench_closed (number)")
    values = {"grants": size // 10, "users": SALESMEN}
    granted = execute(name, GRANT, values)
    print(f"{granted:,} grants of {size // 10:,}", flush=True)


def order(name):
    """Put documents into the order of their ids, as `compact` does with partners."""
    for table in ("crm_lead", "sale_order"):
        execute(name, f"CLUSTER {table} USING {table}_pkey")


# ----------------------------------------------------------------------
# OPERATIONS
# ----------------------------------------------------------------------


def get_list(env, model):
    """Return what the web client reads for the list of a model."""
    answer = env[model].get_views([(False, "list")])
    arch = etree.fromstring(answer["views"]["list"]["arch"])
    return get_specification(arch, answer["models"], model)


def read_list(model, specification):
    """Return an operation that reads a page of 80, without counting the others."""
    return lambda env: env[model].web_search_read(
        [], specification, limit=80, count_limit=80
    )["records"]


def count(model, limit=None, own=False):
    """Return an operation that counts."""
    return lambda env: env[model].search_count(
        [("user_id", "=", env.uid)] if own else [], limit=limit
    )


def group(model):
    """Return an operation that groups a list by salesperson."""
    return lambda env: env[model].web_read_group([], ["user_id"], limit=80)["groups"]


def check(model, ids):
    """Return an operation that checks access to records of which nothing is known."""
    return lambda env: env[model].browse(ids).check_access("read") or True


def get_operations(env, pages, first, size):
    """Return what is compared: [(model, what, aim, operation)].

    :param env: of the database without the addon, as the user
    :param pages: what the client reads there
    :param first: the id of the first customer
    """
    own = env["res.partner"].search([("user_id", "=", env.uid)], limit=1, offset=40)
    operations = [
        (
            "res.partner",
            "name search, few found",
            PAGE,
            lambda env: env["res.partner"].name_search(f"omer {size // 3}", limit=8),
        ),
        (
            "res.partner",
            "name search, many found",
            PAGE,
            lambda env: env["res.partner"].name_search("Customer 12", limit=8),
        ),
        (
            "res.partner",
            "form",
            PAGE,
            lambda env: env["res.partner"].browse(own.id).web_read(pages["form"]),
        ),
    ]
    for model in ("res.partner", "crm.lead", "sale.order"):
        operations += [
            (model, "list of 80", PAGE, read_list(model, get_list(env, model))),
            (model, "count up to 10,001", PAGE, count(model, limit=10_001)),
            (model, "count of all", FULL, count(model)),
            (model, "count of the own", PAGE, count(model, own=True)),
            (model, "grouped by salesperson", FULL, group(model)),
        ]
    return operations


# ----------------------------------------------------------------------
# MEASUREMENT
# ----------------------------------------------------------------------


def run(side, operation):
    """Return the seconds, the number of queries and the result of an operation."""
    queries = []

    def counted(_side, partners):
        cr = partners.env.cr
        before = cr.sql_log_count
        result = operation(partners.env)
        queries.append(cr.sql_log_count - before)
        return result

    seconds, result = side.run(counted)
    return seconds, queries[0], result


def compare(sides, model, what, aim, operation):
    """Return the medians of both sides."""
    # The first round only warms up, and tells how many more there can be.
    for side in sides:
        if not run(side, operation)[2]:
            raise AssertionError(f"{model}, {what}: nothing found")
    again = sum(run(side, operation)[0] for side in sides)
    rounds = min(MOST, max(FEWEST, int(BUDGET / again)))
    times, queries = ([], []), [0, 0]
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        # Neither side always comes second.
        for index in (0, 1) if number % 2 else (1, 0):
            seconds, queries[index], _result = run(sides[index], operation)
            times[index].append(seconds * 1000)
    gc.unfreeze()
    without, with_addon = map(statistics.median, times)
    factor, more = aim
    good = with_addon <= without * factor
    # A fast page may cost a multiple, as long as nobody notices.
    good = good or bool(more) and with_addon - without <= more
    result = {
        "model": model,
        "what": what,
        "without": without,
        "with": with_addon,
        "queries": tuple(queries),
        "good": good,
    }
    print(
        f"{model}, {what}: {without:.1f} ms, with the addon {with_addon:.1f} ms, "
        f"{with_addon / without:.2f} times, queries {queries} ({rounds} rounds)",
        flush=True,
    )
    return result


def measure(size):
    """Return the results of one size."""
    with bench.database(f"confidentiality_{size}", addons=False) as plain:
        first = populate(plain, size)
        full = bench.copy(plain, f"confidentiality_{size}_addon")
        try:
            bench.install(full)
            classify(full, first, size)
            for name in (plain, full):
                order(name)
                compact(name)
            return compare_all(plain, full, size, first)
        finally:
            bench.drop(full)


def compare_all(plain, full, size, first):
    """Return the results of all operations."""
    sides = [Side(name, SALESMAN, None, ()) for name in (plain, full)]
    with sides[0].environment() as env:
        operations = get_operations(env, sides[0].pages, first, size)
    with sides[1].environment() as env:
        for model in ("res.partner", "crm.lead", "sale.order"):
            ids = env[model].search([], limit=80, offset=size // 20).ids
            what = "check of access to 80"
            operations.append((model, what, PAGE, check(model, ids)))
    results = [compare(sides, *operation) for operation in sorted(operations, key=key)]
    return [{"partners": size, **result} for result in results]


def key(operation):
    """Sort by model, and leave the order of operations as it is."""
    return ("res.partner", "crm.lead", "sale.order").index(operation[0])


def get_row(result):
    """Return the line of the report for one operation."""
    queries = result["queries"]
    return [
        f"{result['partners']:,}",
        f"{result['model']}: {result['what']}",
        f"{result['without']:.1f} ms",
        f"{result['with']:.1f} ms",
        f"{result['with'] - result['without']:+.1f} ms",
        f"{result['with'] / result['without']:.2f}",
        f"{queries[0]} / {queries[1]}",
        "yes" if result["good"] else "no",
    ]


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = [-int(argument) for argument in sys.argv[1:]]
    results = [result for size in sizes or SIZES for result in measure(size)]
    bench.report(
        "confidentiality",
        [
            "partners",
            "operation",
            "without",
            "with crm_governance",
            "difference",
            "ratio",
            "queries",
            "aim",
        ],
        [get_row(result) for result in results],
        "Medians, as a salesman who reads all documents and has no clearance; queries "
        "without and with the addon.  For every partner there is a fifth of a lead, "
        "half an order and a tenth of a grant; one in 200 of these is the salesman's.  "
        "The aim is 1.2 times or 3 ms more for pages, 1.5 times for full counts and "
        "groups.",
    )


if __name__ == "__main__":
    main()
