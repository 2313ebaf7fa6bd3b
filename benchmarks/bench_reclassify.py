"""What it costs to give customers a higher level of confidentiality.

Raising one large customer, with all its contacts and documents, is what somebody
waits for who presses a button.  Raising many of them happens in batches, which
are committed one by one, while colleagues work with the same customers: another
process reads and changes them and notes how long it has to wait at most, the
repetition of transactions that had to start over included.
"""

import contextlib
import multiprocessing
import random
import statistics
import sys
import time

import population

from tools import bench

# Documents of the one large customer; customers that are raised together.
SIZES = {10_000: 10_000}
CONTACT_SHARE = 10
BATCH = 100
ROUNDS = 5
# Six of ten documents are orders, the others are opportunities.
ADD_FAMILY = """
WITH contact AS (
    INSERT INTO res_partner
           (name, complete_name, active, is_company, partner_share, type, parent_id,
            commercial_partner_id, autopost_bills, classification_rank,
            create_uid, write_uid, create_date, write_date)
    SELECT 'Contact ' || n, 'Contact ' || n, TRUE, FALSE, TRUE, 'contact', %(customer)s,
           %(customer)s, 'ask', 0, 1, 1, now(), now()
      FROM generate_series(1, %(contacts)s) n),
sold AS (
    INSERT INTO sale_order
           (name, state, company_id, currency_id, currency_rate, partner_id,
            partner_invoice_id, partner_shipping_id, date_order, user_id,
            classification_rank, create_uid, write_uid, create_date, write_date)
    SELECT 'B' || n, 'sale', c.id, c.currency_id, 1, %(customer)s, %(customer)s,
           %(customer)s, now(), %(owner)s, 0, 1, 1, now(), now()
      FROM generate_series(1, %(documents)s * 6 / 10) n
      JOIN res_company c ON c.id = 1
 RETURNING id),
deal AS (
    INSERT INTO crm_lead
           (name, type, active, partner_id, user_id, company_id, stage_id, priority,
            classification_rank, create_uid, write_uid, create_date, write_date)
    SELECT 'Deal ' || n, 'opportunity', TRUE, %(customer)s, %(owner)s, 1,
           (SELECT MIN(id) FROM crm_stage), '0', 0, 1, 1, now(), now()
      FROM generate_series(1, %(documents)s * 4 / 10) n
 RETURNING id)
INSERT INTO mail_followers (res_model, res_id, partner_id)
SELECT d.model, d.id, u.partner_id
  FROM (SELECT 'sale.order' AS model, id FROM sold
         UNION ALL
        SELECT 'crm.lead', id FROM deal) d
  JOIN res_users u ON u.id = %(owner)s OR u.id = %(colleague)s AND d.id %% 10 = 0
"""


def populate(name, documents, customers):
    """Fill the database; return the large customers and the first of the others."""
    with bench.environment(name) as env:
        owners = population.add_users(env)
        large = env["res.partner"].create(
            [
                {"name": f"Large {number}", "is_company": True, "user_id": owners[0]}
                for number in range(ROUNDS)
            ]
        )
        env.cr.commit()
        ids = large.ids
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, customers, owners)
            population.add_orders(cursor, first, customers)
            for customer in ids:
                values = {"customer": customer, "documents": documents}
                values |= {"owner": owners[0], "colleague": owners[1]}
                values["contacts"] = documents // CONTACT_SHARE
                cursor.execute(ADD_FAMILY, values)
    bench.analyze(name)
    return ids, first


def raise_level(name, ids, size):
    """Raise customers in batches, each of them a transaction; return the seconds.

    As Odoo does, a batch that meets somebody else's change starts over.
    """
    from psycopg2.errors import SerializationFailure

    seconds, start = [], 0
    while start < len(ids):
        with bench.environment(name) as env:
            # Groups, levels and rules are known to a server from the start.
            level = env["governance.confidentiality.level"].search([])[-1]
            customers = env["res.partner"].browse(ids[start : start + size])
            started = time.perf_counter()
            try:
                customers._classify(level, "raised")
                env.cr.commit()
            except SerializationFailure:
                env.cr.rollback()
                continue
            start += size
            seconds.append(time.perf_counter() - started)
            if set(customers.mapped("classification_rank")) != {level.rank}:
                raise AssertionError("The level was not raised.")
    return seconds


def work(environment, name, ids, ready, done, answers):
    """Read and change the same customers until told to end; tell the waits."""
    import psycopg2
    from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

    connection = psycopg2.connect(dbname=name, **environment)
    connection.set_isolation_level(ISOLATION_LEVEL_REPEATABLE_READ)
    random.seed(1)
    waits = {"read": [], "write": []}
    repeated = 0
    ready.set()
    with contextlib.closing(connection), connection.cursor() as cursor:
        while not done.is_set():
            customer = random.choice(ids)
            for kind, statement in (
                ("read", "SELECT name, user_id FROM res_partner WHERE id = %s"),
                ("write", "UPDATE res_partner SET phone = '1' WHERE id = %s"),
            ):
                started = time.perf_counter()
                while True:
                    try:
                        cursor.execute(statement, [customer])
                        connection.commit()
                        break
                    except psycopg2.errors.SerializationFailure:
                        connection.rollback()
                        repeated += 1
                waits[kind].append(time.perf_counter() - started)
            time.sleep(0.002)
    answers.put((waits, repeated))


def raise_beside_work(name, ids):
    """Raise customers while another process works with them."""
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user"}
    given = bench.server().environment
    arguments = {names[key]: value for key, value in given.items()}
    context = multiprocessing.get_context("spawn")
    ready, done, answers = context.Event(), context.Event(), context.Queue()
    process = context.Process(
        target=work, args=(arguments, name, ids, ready, done, answers)
    )
    process.start()
    try:
        ready.wait(60)
        batches = raise_level(name, ids, BATCH)
    finally:
        done.set()
    waits, repeated = answers.get(timeout=60)
    process.join()
    return batches, waits, repeated


def measure(documents, customers):
    """Return the lines of the report."""
    with bench.database(f"reclassify_{documents}") as name:
        large, first = populate(name, documents, customers)
        single = raise_level(name, large, 1)
        print(f"one customer: {single}", flush=True)
        ids = list(range(first, first + customers))
        batches, waits, repeated = raise_beside_work(name, ids)
    contacts = documents // CONTACT_SHARE
    one = statistics.median(single)
    longest = {kind: max(seconds) for kind, seconds in waits.items()}
    return [
        [
            f"one customer, {contacts:,} contacts, {documents:,} documents",
            f"{one:.2f} s",
            "2 s",
            "yes" if one < 2 else "no",
        ],
        [f"{customers:,} customers", f"{sum(batches):.1f} s", "", ""],
        [f"longest batch of {BATCH}", f"{max(batches):.2f} s", "", ""],
        *(
            [
                f"longest {kind} of somebody else, of {len(waits[kind]):,}",
                f"{seconds:.3f} s",
                "1 s",
                "yes" if seconds <= 1 else "no",
            ]
            for kind, seconds in longest.items()
        ),
        ["transactions of somebody else that started over", repeated, "", ""],
    ]


def main():
    """Measure all sizes, or those given as `-1000`, and report them."""
    sizes = [-int(argument) for argument in sys.argv[1:]]
    rows = []
    for documents in sizes or SIZES:
        rows += measure(documents, SIZES.get(documents, documents))
    bench.report(
        "reclassify",
        ["what", "took", "aim", "reached"],
        rows,
        "One customer: the median of five, none of which was seen before.  A tenth of "
        "its documents is followed by a colleague who loses access.",
    )


if __name__ == "__main__":
    main()
