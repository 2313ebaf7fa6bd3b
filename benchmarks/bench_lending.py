"""What the desk of an archive costs that has lent for years.

The archives differ in what lies on their shelves and in what was lent before; as
many volumes are out in all of them.  The desk, a page of the register, the jobs that
note what is overdue and climb its ladder, and “who holds it” should cost by what is
out: the last column compares each archive with the smallest one.  One customer in
twenty is confidential, and one in fifty secret.  A call is a transaction of its own
with empty record caches, as a request is.
"""

import contextlib
import statistics
import sys
import time
from unittest.mock import patch

import population
from bench_partner_list import Side, compact, get_specification
from lxml import etree

from tools import bench

# Documents; there are two in a volume and ten volumes in a file.
SIZES = [10_000, 1_000_000]
DOCUMENTS, VOLUMES = 2, 10
# Volumes that are out, of these overdue, and past loans for each document.
OPEN, OVERDUE, PAST = 5_000, 500, 0.3
HANDED_OUT = 100
# Overdue volumes of which somebody has to be told at the moment.
CLIMBING = 10
ROUNDS = 25
CUSTODIAN = "archive"

ADD_RANKS = """
UPDATE res_partner p
   SET classification_rank = l.rank,
       governance_level_id = CASE WHEN p.commercial_partner_id = p.id THEN l.id END
  FROM governance_confidentiality_level l
 WHERE p.commercial_partner_id BETWEEN %(first)s AND %(first)s + %(files)s - 1
   AND l.rank = CASE WHEN p.commercial_partner_id %% 50 = 0 THEN 2
                     WHEN p.commercial_partner_id %% 20 = 1 THEN 1 END
"""
ADD_FILES = """
INSERT INTO governance_file
       (name, partner_id, company_id, user_id, state, date_opened,
        classification_rank, create_uid, write_uid, create_date, write_date)
SELECT 'F' || p.id, p.id, 1, %(custodian)s, 'open', CURRENT_DATE,
       p.classification_rank, 1, 1, now(), now()
  FROM res_partner p
 WHERE p.id BETWEEN %(first)s AND %(first)s + %(files)s - 1
"""
ADD_VOLUMES = """
INSERT INTO governance_file_volume
       (name, code, file_id, partner_id, company_id, year, medium, user_id, state,
        is_sealed, level_rank, classification_rank, barcode,
        create_uid, write_uid, create_date, write_date)
SELECT 'Volume ' || n, f.name || '-' || n, f.id, f.partner_id, 1, 2016 + n, 'paper',
       f.user_id, 'filed', FALSE, 0, f.classification_rank, f.name || '-' || n,
       1, 1, now(), now()
  FROM governance_file f, generate_series(1, %(volumes)s) n
"""
ADD_DOCUMENTS = """
INSERT INTO governance_file_document
       (name, volume_id, partner_id, company_id, sequence, date, kinds, copies, pages,
        is_sealed, level_rank, classification_rank,
        create_uid, write_uid, create_date, write_date)
SELECT 'Document ' || n, v.id, v.partner_id, 1, n, CURRENT_DATE, 1, 1, 5, FALSE, 0,
       v.classification_rank, 1, 1, now(), now()
  FROM governance_file_volume v, generate_series(1, %(documents)s) n
"""
# Volumes in a shuffled order: what is out lies all over the shelves.
SHUFFLE = """
CREATE TABLE bench_volume AS
SELECT id, partner_id, classification_rank AS rank,
       row_number() OVER (ORDER BY hashint4(id)) - 1 AS number
  FROM governance_file_volume
"""
ADD_LOANS = """
INSERT INTO governance_loan
       (name, company_id, user_id, requester_id, policy_id, state, rank, partner_id,
        date_requested, date_approved, date_accepted, accepted_by_id, date_out,
        date_due, date_returned, create_uid, write_uid, create_date, write_date)
SELECT %(state)s || n, 1, %(borrower)s, %(borrower)s, %(policy)s, %(state)s,
       v.rank, v.partner_id, t.out, t.out, t.out, %(borrower)s,
       CASE WHEN %(state)s <> 'approved' THEN t.out END,
       CASE WHEN %(state)s <> 'approved' THEN t.due END,
       CASE WHEN %(state)s = 'returned' THEN t.due END, 1, 1, now(), now()
  FROM generate_series(0, %(count)s - 1) n
  JOIN bench_volume v
    ON v.number = (n + %(skip)s) %% (SELECT COUNT(*) FROM bench_volume),
 LATERAL (SELECT out, out + interval '14 days' AS due
            FROM (SELECT now()::timestamp - CASE
                      WHEN %(state)s = 'returned'
                      THEN (30 + n %% 3000) * interval '1 day'
                      WHEN n < %(overdue)s THEN interval '15 days'
                      ELSE (n %% 13) * interval '1 day' END AS out) o) t
"""
ADD_LINES = """
INSERT INTO governance_loan_line
       (loan_id, company_id, user_id, policy_id, volume_id, partner_id, rank,
        rank_opened, medium, state, date_queued, date_fetch, date_out, date_due,
        continuous_since,
        date_returned, count_out, count_in, condition_out, condition,
        is_overdue_noted, renewals, create_uid, write_uid, create_date, write_date)
SELECT l.id, 1, l.user_id, l.policy_id, v.id, v.partner_id, v.rank, v.rank,
       'paper',
       CASE l.state WHEN 'approved' THEN 'waiting' ELSE l.state END, l.date_requested,
       CASE l.state WHEN 'approved' THEN now() + interval '5 days' END,
       l.date_out, l.date_due, l.date_out, l.date_returned, %(documents)s,
       CASE l.state WHEN 'returned' THEN %(documents)s END, 'good',
       CASE l.state WHEN 'returned' THEN 'good' END, TRUE, 0, 1, 1, now(), now()
  FROM governance_loan l
  JOIN bench_volume v
    ON v.number = (replace(l.name, l.state, '')::int + %(skip)s)
                  %% (SELECT COUNT(*) FROM bench_volume)
 WHERE l.state = %(state)s
"""
ADD_EVENTS = """
INSERT INTO governance_loan_event
       (date, event, user_id, loan_id, line_id, volume_id, partner_id, rank,
        borrower_id, company_id, date_due, create_uid, write_uid, create_date,
        write_date)
SELECT COALESCE(CASE e WHEN 'returned' THEN i.date_returned END, i.date_out, now()), e,
       %(custodian)s, i.loan_id, i.id, i.volume_id, i.partner_id, i.rank, i.user_id, 1,
       i.date_due, 1, 1, now(), now()
  FROM governance_loan_line i,
       unnest(ARRAY['requested', 'approved', 'handed_out', 'returned']) e
 WHERE i.state = 'returned' OR e <> 'returned' AND i.date_out IS NOT NULL
    OR e IN ('requested', 'approved')
"""
# All have been told of what is overdue, but for a few.
ADD_RUNGS = """
UPDATE governance_loan_line i
   SET date_next_rung = CASE WHEN i.date_due >= now() OR f.id IS NOT NULL
                             THEN i.date_due ELSE now() + interval '2 days' END
  FROM governance_loan_line o
  LEFT JOIN (SELECT id FROM governance_loan_line
              WHERE state = 'handed_out' AND date_due < now() - interval '1 hour'
              ORDER BY id LIMIT %(climbing)s) f ON f.id = o.id
 WHERE i.id = o.id AND i.state = 'handed_out'
"""


# ----------------------------------------------------------------------
# DATA
# ----------------------------------------------------------------------


def create_people(env):
    """Return the ids of a custodian, two borrowers and a policy in force."""
    custodian, late, prompt = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": CUSTODIAN,
                    "login": CUSTODIAN,
                    "group_ids": [
                        (4, env.ref("crm_governance.group_custodian").id),
                        (4, env.ref("crm_governance.group_clearance_2").id),
                    ],
                },
                *(
                    {
                        "name": login,
                        "login": login,
                        "group_ids": [(4, env.ref("crm_governance.group_user").id)],
                    }
                    for login in ("late", "prompt")
                ),
            ]
        )
    )
    matrix = env["governance.approval.policy"].create(
        {
            "name": "Loans",
            "code": "BENCH",
            "subject": "lending",
            "expiry_value": 7,
            "expiry_unit": "days",
            "step_ids": [
                (
                    0,
                    0,
                    {
                        "name": "Executive",
                        "approver_type": "group",
                        "group_id": env.ref("crm_governance.group_executive").id,
                    },
                )
            ],
        }
    )
    matrix.action_publish()
    policy = env["governance.lending.policy"].create(
        {
            "name": "Loans",
            "code": "BENCH",
            "approval_code": "BENCH",
            "due_rule": "days",
            "due_days": 14,
            "recall_value": 2,
            "undertaking": "I lend nothing on.",
        }
    )
    policy.action_publish()
    return custodian.id, late.id, prompt.id, policy.id


def populate(name, size):
    """Fill the database with as many documents, and what was lent of them."""
    volumes = size // DOCUMENTS
    files = volumes // VOLUMES
    with bench.environment(name) as env:
        custodian, late, prompt, policy = create_people(env)
        env.cr.commit()
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, files, [custodian])
            values = {"first": first, "files": files, "volumes": VOLUMES}
            values |= {"documents": DOCUMENTS, "custodian": custodian}
            values |= {"policy": policy, "overdue": OVERDUE, "climbing": CLIMBING}
            for statement in (
                ADD_RANKS,
                ADD_FILES,
                ADD_VOLUMES,
                ADD_DOCUMENTS,
                SHUFFLE,
            ):
                cursor.execute(statement, values)
            cursor.execute("CREATE UNIQUE INDEX ON bench_volume (number)")
            past = int(size * PAST)
            # What is to hand out is out in none of the other loans.
            free = OPEN if volumes > OPEN + HANDED_OUT else 0
            out = OPEN if free else OPEN - HANDED_OUT
            # Who has something overdue borrows nothing.
            for state, borrower, count, skip in (
                ("returned", prompt, past, 0),
                ("handed_out", late, out, 0),
                ("approved", prompt, HANDED_OUT, free or out),
            ):
                own = {"state": state, "borrower": borrower}
                own |= {"count": count, "skip": skip}
                cursor.execute(ADD_LOANS, values | own)
                cursor.execute(ADD_LINES, values | own)
            for statement in (ADD_EVENTS, ADD_RUNGS):
                cursor.execute(statement, values)
    compact(name)


# ----------------------------------------------------------------------
# OPERATIONS
# ----------------------------------------------------------------------


def get_list(env, model):
    """Return what the web client reads for the list of a model."""
    answer = env[model].get_views([(False, "list")])
    arch = etree.fromstring(answer["views"]["list"]["arch"])
    return get_specification(arch, answer["models"], model)


def read_page(model, domain, specification):
    """Return an operation that reads a page of 80 and counts as the pager does."""
    return lambda env: env[model].web_search_read(
        domain, specification, limit=80, count_limit=10_001
    )["records"]


def get_operations(env):
    """Return [(what, operation)]; an operation takes an environment."""
    line, event = "governance.loan.line", "governance.loan.event"
    lines, events = get_list(env, line), get_list(env, event)
    held = [("state", "=", "handed_out")]
    some = env[line].search(held, limit=80).volume_id.ids

    def note_overdue(env):
        unnoted = env[line].sudo()._get_unnoted_domain()
        return [env[line].sudo().search(unnoted)]

    def climb(env):
        # The measurement undoes what the job would keep.
        cron = type(env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *args, **kwargs: 1):
            env["governance.loan"].sudo()._cron_climb()
        env.flush_all()
        return env["governance.overdue.rung"].sudo().search([], limit=1)

    def hand_out(env):
        waiting = env[line].search([("state", "=", "waiting")], limit=HANDED_OUT)
        waiting._hand_out(is_present=True)
        env.flush_all()
        return waiting

    return [
        ("desk: what is out", read_page(line, held, lines)),
        ("desk: overdue", read_page(line, [("is_overdue", "=", True)], lines)),
        ("desk: to hand out", read_page(line, [("state", "=", "waiting")], lines)),
        ("register: a page", read_page(event, [], events)),
        (
            "who holds 80 volumes",
            lambda env: env["governance.file.volume"].browse(some).mapped("holder"),
        ),
        ("what is overdue and not noted", note_overdue),
        (f"telling of {CLIMBING} overdue volumes", climb),
        (f"handing out {HANDED_OUT} volumes", hand_out),
    ]


def measure(operation, side):
    """Return the milliseconds and the queries of one call."""
    with side.environment() as env:
        env.user.has_group("base.group_user")
        before = env.cr.sql_log_count
        started = time.perf_counter()
        if not operation(env):
            raise AssertionError("Nothing was found.")
        result = (time.perf_counter() - started) * 1000, env.cr.sql_log_count - before
        env.cr.rollback()
        return result


def compare(sides, operations):
    """Return [medians of the sides] of an operation, called in turn.

    So all sides suffer alike from what else the machine does.
    """
    calls = [[] for _side in sides]
    for number in range(ROUNDS + 3):
        for one, side, operation in zip(calls, sides, operations, strict=True):
            if number < 3:
                measure(operation, side)
            else:
                one.append(measure(operation, side))
    return [
        (statistics.median(times), max(queries))
        for times, queries in (zip(*one, strict=True) for one in calls)
    ]


def compare_all(sizes):
    """Return [(operation, [medians of the archives])]."""
    with contextlib.ExitStack() as stack:
        sides = []
        for size in sizes:
            name = stack.enter_context(bench.database(f"lending_{size}"))
            populate(name, size)
            sides.append(Side(name, CUSTODIAN, None, ()))
        operations = []
        for side in sides:
            with side.environment() as env:
                operations.append(get_operations(env))
        results = []
        for same in zip(*operations, strict=True):
            what = same[0][0]
            results.append((what, compare(sides, [one for _what, one in same])))
            print(what, results[-1][1], flush=True)
        return results


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = sorted([-int(argument) for argument in sys.argv[1:]] or SIZES)
    bench.report(
        "lending",
        ["operation", "documents", "time", "queries", f"against {sizes[0]:,}"],
        [
            [
                what,
                f"{size:,}",
                f"{milliseconds:.1f} ms",
                queries,
                f"{milliseconds / medians[0][0]:.2f}",
            ]
            for what, medians in compare_all(sizes)
            for size, (milliseconds, queries) in zip(sizes, medians, strict=True)
        ],
        f"Medians of {ROUNDS} calls of a data custodian; {OPEN:,} volumes are out in "
        f"each archive, {OVERDUE} of them overdue, and {PAST} loans a document are "
        "past.",
    )


if __name__ == "__main__":
    main()
