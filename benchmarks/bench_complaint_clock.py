"""What open complaints cost in a company that has had complaints for years.

The companies differ in how many complaints there were; as many are open in all of
them.  The job that warns and escalates should cost by what is due, and the handler's
desk by what is on it: the last but one column compares each company with the smallest
one.  The last one compares the desk with the same list, in the same order, without
what is left of the time.  A call is a transaction of its own with empty record caches,
as a request is.
"""

import contextlib
import sys
from unittest.mock import patch

import population
from bench_partner_list import Side, get_specification
from companies import compare
from lxml import etree

from tools import bench

SIZES = [10_000, 100_000, 1_000_000]
OPEN, HANDLERS, UNITS = 5_000, 25, 5
# Complaints for each customer, and open ones of which somebody has to be told now.
EACH, DUE = 10, 10
HANDLER = "handler0"
CLOCK_FIELDS = ("clock_text", "clock_status")

# A complaint that was received six days ago has come to its warning (75 % of a week).
OPEN_FROM = """generate_series(0, %(open)s - 1) n,
LATERAL (SELECT now()::timestamp(0) - CASE WHEN n < %(due)s THEN interval '6 days'
                ELSE (n %% 7200) * interval '1 minute' END AS received) t"""
CLOSED_FROM = """generate_series(%(open)s, %(size)s - 1) n,
LATERAL (SELECT now()::timestamp(0) - interval '30 days'
                - (n %% 1440000) * interval '1 minute' AS received) t"""
COMPLAINT = {
    "name": "'B' || n",
    "partner_id": "%(first)s + n %% %(customers)s",
    "commercial_partner_id": "%(first)s + n %% %(customers)s",
    "user_id": "(%(handlers)s::int[])[1 + n %% %(people)s]",
    "unit_id": "(%(units)s::int[])[1 + n %% %(departments)s]",
    "date_received": "received",
    "date_registered": "received",
    "next_deadline": "CASE s.state WHEN 'assigned' THEN received + interval '7 d' END",
}
# What belongs to the complaints that were made after a sample.
PART = {"complaint_id": "c.id", "partner_id": "c.partner_id"}
PART_FROM = "governance_complaint c"
PART_OF = """s.complaint_id = %(sample)s AND c.name LIKE 'B%%'
         AND (c.state = 'closed') = %(is_closed)s"""
EVENT = {
    **PART,
    "date": """c.date_received + CASE s.kind WHEN 'received' THEN interval '0'
               WHEN 'response' THEN interval '1 minute' ELSE interval '1 day' END""",
}
CLOCK = {
    **PART,
    "start": "c.date_received",
    "deadline": "c.date_received + (s.deadline - s.start)",
    "stopped_on": "c.date_received + (s.stopped_on - s.start)",
    "next_on": "c.date_received + (s.next_on - s.start)",
}


# ----------------------------------------------------------------------
# DATA
# ----------------------------------------------------------------------


def create_people(env):
    """Return the ids of the handlers and of their units."""
    group = env.ref("crm_governance.group_complaint").id
    handlers = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": f"Handler {number}",
                    "login": f"handler{number}",
                    "group_ids": [(4, group)],
                }
                for number in range(HANDLERS)
            ]
        )
    )
    units = env["governance.complaint.unit"].create(
        [
            {
                "name": f"Unit {number}",
                "code": f"BENCH-{number}",
                "leader_id": handlers[number].id,
                "member_ids": [(6, 0, handlers[number::UNITS].ids)],
            }
            for number in range(UNITS)
        ]
    )
    return handlers.ids, units.ids


def create_samples(env):
    """Return the ids of an open complaint and of a closed one, with their clocks."""
    policy = env["governance.complaint.policy"].create(
        {
            "name": "Bench",
            "code": "BENCH",
            "target_ids": [
                (0, 0, {"kind": "first_response", "amount": 24}),
                (0, 0, {"kind": "total_resolution", "amount": 7, "unit": "days"}),
            ],
            "rung_ids": [
                (0, 0, {"share": 75, "recipient": "handler"}),
                (0, 0, {"share": 100, "recipient": "unit_leader"}),
            ],
        }
    )
    policy.action_publish()
    customer = env["res.partner"].create({"name": "Sample", "is_company": True})
    ids = []
    for state, kinds in (
        ("assigned", ("received", "response")),
        ("closed", ("received", "response", "closed")),
    ):
        complaint = (
            env["governance.complaint"]
            ._as_system()
            .create(
                {
                    "title": "Scratches",
                    "partner_id": customer.id,
                    "policy_id": policy.id,
                    "state": state,
                }
            )
        )
        for kind in kinds:
            complaint._log_event(kind)
        ids.append(complaint.id)
    env.flush_all()
    return ids


def clone(cursor, table, source, values, origin, params):
    """Add rows like those of a sample, with some columns of their own.

    :param source: condition on `s`, the rows of the sample
    :param dict values: SQL of columns, with the names of `origin`
    :param origin: SQL of what they come from
    """
    cursor.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND column_name <> 'id'""",
        [table],
    )
    names = [name for (name,) in cursor.fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    chosen = ", ".join(values.get(name, f's."{name}"') for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {chosen} "
        f"FROM {table} s, {origin} WHERE {source}",
        params,
    )


def add_complaints(cursor, sample, is_closed, params):
    """Add complaints like a sample, with their events and clocks."""
    params = {**params, "sample": sample, "is_closed": is_closed}
    origin = CLOSED_FROM if is_closed else OPEN_FROM
    clone(
        cursor, "governance_complaint", "s.id = %(sample)s", COMPLAINT, origin, params
    )
    for table, values in (
        ("governance_complaint_event", EVENT),
        ("governance_complaint_clock", CLOCK),
    ):
        clone(cursor, table, PART_OF, values, PART_FROM, params)


def populate(name, size):
    """Fill the database with so many complaints, of which some are open."""
    customers = size // EACH
    with bench.environment(name) as env:
        handlers, units = create_people(env)
        samples = create_samples(env)
        env.cr.commit()
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, customers, handlers)
            params = {
                "first": first,
                "customers": customers,
                "handlers": handlers,
                "people": len(handlers),
                "units": units,
                "departments": len(units),
                "open": OPEN,
                "due": DUE,
                "size": size,
            }
            for sample, is_closed in zip(samples, (False, True), strict=True):
                add_complaints(cursor, sample, is_closed, params)
    bench.analyze(name)


# ----------------------------------------------------------------------
# OPERATIONS
# ----------------------------------------------------------------------


def escalate(env):
    """Run the job; what it does is undone afterwards."""
    clocks = env["governance.complaint.clock"].with_user(1)
    with patch.object(
        type(env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000
    ):
        clocks._cron_escalate()
    told = env["governance.complaint.escalation"].sudo().search_count([])
    if told != DUE:
        raise AssertionError(f"{told} were told instead of {DUE}.")
    return told


def get_desk(env, is_live):
    """Return an operation that reads the desk, with or without what time is left."""
    model = "governance.complaint"
    view = env.ref("crm_governance.governance_complaint_desk_view_list")
    answer = env[model].get_views([(view.id, "list")])
    arch = etree.fromstring(answer["views"]["list"]["arch"])
    specification = {
        name: value
        for name, value in get_specification(arch, answer["models"], model).items()
        if is_live or name not in CLOCK_FIELDS
    }

    def operation(env):
        records = env[model].web_search_read(
            [("is_on_my_desk", "=", True)],
            specification,
            limit=80,
            order="next_deadline, id desc",
            count_limit=10_001,
        )["records"]
        if len(records) != 80:
            raise AssertionError(f"There are {len(records)} on the desk.")
        return records

    return operation


def get_operations(env):
    """Return [(what, operation)]; the first two are compared with each other."""
    return [
        ("desk: a page", get_desk(env, True)),
        ("desk without clocks", get_desk(env, False)),
        ("job", escalate),
    ]


def compare_all(sizes):
    """Return {operation: [figures of the companies]}."""
    with contextlib.ExitStack() as stack:
        sides, operations = [], []
        for size in sizes:
            name = stack.enter_context(bench.database(f"complaint_clock_{size}"))
            populate(name, size)
            sides.append(Side(name, HANDLER, None, ()))
        for side in sides:
            with side.environment() as env:
                operations.append(get_operations(env))
        live, plain, job = (
            [operation for _what, operation in same]
            for same in zip(*operations, strict=True)
        )
        count = len(sides)
        # What is compared is called in turn.
        desks = compare([*sides, *sides], [*live, *plain])
        results = {
            "desk: a page": desks[:count],
            "desk without clocks": desks[count:],
            f"job, {DUE} due": compare(sides, job),
        }
        print(results, flush=True)
        return results


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = sorted([-int(argument) for argument in sys.argv[1:]] or SIZES)
    results = compare_all(sizes)
    plain = results["desk without clocks"]
    bench.report(
        "complaint_clock",
        [
            "operation",
            "complaints",
            "time",
            "work",
            "queries",
            f"against {sizes[0]:,}",
            "against no clocks",
        ],
        [
            [
                what,
                f"{size:,}",
                f"{milliseconds:.1f} ms",
                f"{work:.1f} ms",
                queries,
                f"{work / figures[0][1]:.2f}",
                f"{work / bare[1]:.2f}" if what == "desk: a page" else "",
            ]
            for what, figures in results.items()
            for size, (milliseconds, work, queries), bare in zip(
                sizes, figures, plain, strict=True
            )
        ],
        f"Median times and mean work; {OPEN:,} complaints are open in each company, "
        f"{OPEN // HANDLERS} of them on the desk that is read, and a handler is told "
        f"of {DUE} clocks.  Ratios are those of the work.",
    )


if __name__ == "__main__":
    main()
