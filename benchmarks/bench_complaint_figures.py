"""What the figures of complaints cost in a company that has had them for years.

Each complaint has six events and three clocks; they lie in three years, one in twenty
is open.  A pivot counts one year, as the filters of the screens ask for it, with the
rights of a manager of complaints; a page is what the web client asks for; the statistic
is that of one month, before it is kept.  The bare count of the same year by the same
group, without Odoo and without rights, is what the database needs at least.  A call is
a transaction of its own with empty record caches, as a request is.
"""

import contextlib
import sys
from datetime import date

import population
from bench_lending import get_list
from companies import compare_sizes
from dateutil.relativedelta import relativedelta

from tools import bench

SIZES = [10_000, 100_000]
EACH, CAUSES, TYPES, UNITS = 20, 8, 4, 10
DAYS = 3 * 365
MANAGER = "complaints"

ADD_COMPLAINTS = """
INSERT INTO governance_complaint
       (name, title, company_id, partner_id, state, type_id, cause_id, unit_id,
        date_received, classification_rank, create_uid, write_uid, create_date,
        write_date)
SELECT 'B' || n, 'Complaint', 1, %(first)s + n %% %(customers)s,
       CASE WHEN n %% 20 = 0 THEN 'assigned' ELSE 'closed' END,
       (%(types)s::int[])[1 + n %% %(type_count)s],
       (%(causes)s::int[])[1 + n * 7 %% %(cause_count)s],
       (%(units)s::int[])[1 + n %% %(unit_count)s],
       now()::timestamp(0) - (n %% %(days)s) * interval '1 day'
           - (n %% 600) * interval '1 minute',
       0, 1, 1, now(), now()
  FROM generate_series(0, %(size)s - 1) n
"""
ADD_EVENTS = """
INSERT INTO governance_complaint_event
       (complaint_id, partner_id, company_id, kind, date, recorded_on, user_id,
        create_uid, write_uid, create_date, write_date)
SELECT c.id, c.partner_id, 1, e.kind, c.date_received + e.after * interval '1 hour',
       now(), 1, 1, 1, now(), now()
  FROM governance_complaint c
 CROSS JOIN (VALUES ('received', 0), ('acknowledged', 1), ('response', 5),
                    ('waiting', 6), ('resumed', 20), ('closed', 60)) e(kind, after)
 WHERE c.name LIKE 'B%%' AND (e.kind <> 'closed' OR c.state = 'closed')
"""
ADD_CLOCKS = """
INSERT INTO governance_complaint_clock
       (complaint_id, partner_id, company_id, kind, number, state, start, deadline,
        stopped_on, breached_on, create_uid, write_uid, create_date, write_date)
SELECT c.id, c.partner_id, 1, k.kind, 1,
       CASE WHEN c.id %% 5 = 0 THEN 'missed' ELSE 'met' END, c.date_received,
       c.date_received + interval '1 day', c.date_received + interval '2 days',
       CASE WHEN c.id %% 5 = 0 THEN c.date_received + interval '1 day' END,
       1, 1, now(), now()
  FROM governance_complaint c
 CROSS JOIN (VALUES ('acknowledge'), ('first_response'), ('total_resolution')) k(kind)
 WHERE c.name LIKE 'B%%'
"""
BARE = """
SELECT type_id, date_trunc('month', date_received), COUNT(*)
  FROM governance_complaint
 WHERE company_id = 1 AND state <> 'draft' AND date_received >= %s
 GROUP BY 1, 2
"""


# ----------------------------------------------------------------------
# DATA
# ----------------------------------------------------------------------


def create_masters(env):
    """Return the ids of types, causes and units; create who looks at the figures."""
    groups = [
        (4, env.ref(f"crm_governance.{name}").id)
        for name in ("group_user", "group_complaint_manager")
    ]
    env["res.users"].with_context(no_reset_password=True).create(
        {"name": MANAGER, "login": MANAGER, "group_ids": groups}
    )

    def create(model, count):
        values = [
            {"name": f"{model} {number}", "code": f"bench_{number}"}
            for number in range(count)
        ]
        return env[f"governance.complaint.{model}"].create(values).ids

    return create("type", TYPES), create("cause", CAUSES), create("unit", UNITS)


def populate(name, size):
    """Fill the database with so many complaints and what happened to them."""
    with bench.environment(name) as env:
        types, causes, units = create_masters(env)
        env.cr.commit()
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            customers = max(1, size // EACH)
            first = population.add_customers(cursor, customers, [2])
            values = {"first": first, "customers": customers, "size": size}
            values |= {"types": types, "causes": causes, "units": units, "days": DAYS}
            values |= {"type_count": TYPES, "cause_count": CAUSES, "unit_count": UNITS}
            for statement in (ADD_COMPLAINTS, ADD_EVENTS, ADD_CLOCKS):
                cursor.execute(statement, values)
    bench.analyze(name)


# ----------------------------------------------------------------------
# OPERATIONS
# ----------------------------------------------------------------------


def get_operations(env):
    """Return [(what, operation)]; an operation takes an environment."""
    figure, timing, rate = (
        f"governance.complaint.{name}" for name in ("figure", "timing", "rate")
    )
    since = date.today() + relativedelta(years=-1, day=1)
    last_month = date.today() + relativedelta(months=-1, day=1)
    year = [("month", ">=", since.isoformat())]

    def group(model, groupby, aggregates):
        return lambda env: env[model].formatted_read_group(year, groupby, aggregates)

    def read_page(env):
        return env[figure].web_search_read(
            year, get_list(env, figure), limit=80, count_limit=10_001
        )["records"]

    def count_bare(env):
        env.cr.execute(BARE, [since])
        return env.cr.fetchall()

    def count_month(env):
        statistics = env["governance.complaint.statistic"]
        return statistics.new({"company_id": 1, "month": last_month})._get_figures()

    months = "month:month"
    return [
        ("bare count by type and month", count_bare),
        (
            "number by type and month",
            group(figure, ["type_id", months], ["number:sum"]),
        ),
        (
            "solution rate by unit",
            group(figure, ["unit_id"], ["number:sum", "solution_rate:avg"]),
        ),
        (
            "hours to each step by month",
            group(figure, [months], ["hours_response:avg", "hours_closing:avg"]),
        ),
        (
            "share in time by target",
            group(timing, ["kind"], ["decided:sum", "share_in_time:avg"]),
        ),
        ("complaint rate by month", group(rate, [months], ["complaint_rate:avg"])),
        ("figures: a page", read_page),
        ("statistic of a month", count_month),
    ]


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = sorted([-int(argument) for argument in sys.argv[1:]] or SIZES)
    results = compare_sizes(
        "complaint_figures", MANAGER, sizes, populate, get_operations
    )
    bare = [figures[1] for figures in results[0][1]]
    bench.report(
        "complaint_figures",
        ["operation", "complaints", "time", "work", "queries", "against bare count"],
        [
            [
                what,
                f"{size:,}",
                f"{milliseconds:.1f} ms",
                f"{work:.1f} ms",
                queries,
                f"{work / least:.1f}",
            ]
            for what, figures in results
            for size, least, (milliseconds, work, queries) in zip(
                sizes, bare, figures, strict=True
            )
        ],
        "Median times and mean work: a year of three, six events and three clocks for "
        "each complaint.",
    )


if __name__ == "__main__":
    main()
