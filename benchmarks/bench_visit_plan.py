"""Plans of one month against the bare bulk insert of the same rows.

Each salesperson has 200 customers in four tiers, which are visited every week, every
two weeks, every month and every two months, and called every month; everybody was
visited last month.  The product reads policies, tiers, people, visits, calendars, and
places each contact on an open day, batch by batch as the job does.  The bare statement
copies the finished rows into a table with the same columns and indexes but without
anything that checks them.

Both are measured by the clock, in turns, and by the time that processors spent on them
in this process and in the database, which others who are at work do not change as much.
Beside that: what one salesperson takes, a leader who visits the best customers of the
team, and one person who visits the best customers of all.
"""

import contextlib
import math
import statistics
import sys
import time
from datetime import date

import population
import psutil

from tools import bench

# Salespeople and rounds; the more there are, the less a disturbance matters.
SIZES = {100: 7, 1_000: 3, 5_000: 1}
CUSTOMERS = 200
MEBI = 2**20
# Tier, mode, number, unit.
RHYTHMS = (
    ("A", "every", 1, "week"),
    ("B", "every", 2, "week"),
    ("C", "at_least", 1, "month"),
    ("D", "every", 2, "month"),
)
ADD_TIERS = """
INSERT INTO governance_tier_assignment
       (partner_id, company_id, scheme_id, tier_id, date_start, kind,
        create_uid, write_uid, create_date, write_date)
SELECT p.id, 1, %(scheme)s, (%(tiers)s::int[])[1 + (hashint4(p.id) & 3)],
       '2020-01-01', 'review', 1, 1, now(), now()
  FROM res_partner p
 WHERE p.id BETWEEN %(first)s AND %(first)s + %(count)s - 1
"""
ADD_VISITS = """
WITH visited AS (
    INSERT INTO governance_visit
           (name, kind, user_id, company_id, partner_id, object_type,
            channel_id, direction, date_start, date_stop, date, state,
            classification_rank,
            create_uid, write_uid, create_date, write_date)
    SELECT 'B' || p.id, 'planned', p.user_id, 1, p.id, 'customer',
           %(channel)s, 'outgoing',
           t.day + interval '8 hours', t.day + interval '9 hours', t.day, 'accepted', 0,
           1, 1, now(), now()
      FROM res_partner p,
   LATERAL (SELECT %(month)s::date - 1 - (hashint4(p.id + 7) & 15) AS day) t
     WHERE p.id BETWEEN %(first)s AND %(first)s + %(count)s - 1
 RETURNING id, user_id)
INSERT INTO governance_visit_user_rel (visit_id, user_id)
SELECT id, user_id FROM visited
"""


def add_people(env, count):
    """Return the ids of salespeople."""
    group = env.ref("crm_governance.group_user").id
    users = env["res.users"]
    for start in range(0, count, 500):
        users |= (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {
                        "name": f"Salesperson {number:04d}",
                        "login": f"visits{number:04d}",
                        "group_ids": [(6, 0, [group])],
                    }
                    for number in range(start, min(start + 500, count))
                ]
            )
        )
    return users.ids


def make_policy(env):
    """Return the scheme of tiers, and put a policy in force that visits them."""
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
    role = env["governance.visit.role"].create({"name": "Owner", "code": "bench"})
    visit, call = env["governance.visit.channel"].create(
        [
            {"name": "Visit", "code": "bench_visit"},
            {"name": "Call", "code": "bench_call", "kind": "call", "effort": 0.125},
        ]
    )
    common = {"population": "tier", "role_id": role.id}
    tiers = {tier.code: tier.id for tier in scheme.tier_ids}
    lines = [
        {
            **common,
            "channel_id": visit.id,
            "tier_ids": [(6, 0, [tiers[code]])],
            "mode": mode,
            "number": number,
            "unit": unit,
        }
        for code, mode, number, unit in RHYTHMS
    ]
    calls = {**common, "channel_id": call.id, "tier_ids": [(6, 0, scheme.tier_ids.ids)]}
    env["governance.visit.policy"].create(
        {
            "name": "Benchmark",
            "code": "BENCH",
            "daily_capacity": 30,
            "cadence_ids": [(0, 0, line) for line in [*lines, calls]],
        }
    ).action_publish()
    return scheme, visit


def populate(env, people):
    """Fill the database; return the month to plan and the salespeople."""
    month = get_month(env)
    owners = add_people(env, people)
    scheme, visit = make_policy(env)
    env.cr.commit()
    count = people * CUSTOMERS
    with contextlib.closing(bench.connect(env.cr.dbname)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, count, owners)
            values = {"first": first, "count": count, "month": month}
            cursor.execute(
                "UPDATE res_partner SET user_id = (%(owners)s::int[])"
                "[1 + id %% %(people)s] WHERE id BETWEEN %(first)s AND"
                " %(first)s + %(count)s - 1",
                {**values, "owners": owners, "people": people},
            )
            cursor.execute(
                ADD_TIERS, {**values, "scheme": scheme.id, "tiers": scheme.tier_ids.ids}
            )
            cursor.execute(ADD_VISITS, {**values, "channel": visit.id})
        connection.commit()
    bench.analyze(env.cr.dbname)
    # The tiers, which were read above, hold a snapshot from before the rest.
    env.cr.commit()
    return month, owners


def get_month(env):
    """Return the first day of the next month."""
    today = env.company._get_governance_today()
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def run_product(env, month, owners):
    """Make the plans of all, batch by batch, each of them a transaction."""
    generator = env["governance.visit.generator"]
    scope = generator._get_scope(env.company, month)
    users = env.company._filter_staff(generator._get_users(scope))
    for batch in generator._split(scope, users):
        generator._generate_batch(scope, batch)
        env.cr.commit()
    if len(users) < len(owners):
        raise AssertionError(f"{len(users)} people have something to do.")


def run_bare(env):
    """Copy the finished rows with one statement."""
    env.cr.execute("INSERT INTO bench_slot SELECT * FROM bench_source")
    env.cr.commit()


def empty(env):
    """Provide the tables of both in the same state, with the rows made before."""
    env.cr.execute(
        """DROP TABLE IF EXISTS bench_slot, bench_source;
           CREATE TABLE bench_source AS SELECT * FROM governance_visit_slot;
           CREATE TABLE bench_slot (LIKE governance_visit_slot INCLUDING INDEXES);
           TRUNCATE governance_visit_slot CASCADE;
           DELETE FROM governance_visit_plan"""
    )
    env.cr.commit()


def add_roles(env, owners):
    """Let a leader visit the best customers of ten people, and one person all of them.

    Return the two.
    """
    leader, member = env["res.users"].browse(owners[-2:])
    env["crm.team"].create(
        {
            "name": "Benchmark",
            "user_id": leader.id,
            "member_ids": [(6, 0, owners[:10])],
        }
    )
    roles = env["governance.visit.role"].create(
        [
            {"name": "Leader", "code": "bench_leader", "source": "leader"},
            {
                "name": "Named",
                "code": "bench_member",
                "source": "member",
                "member_ids": [(0, 0, {"user_id": member.id})],
            },
        ]
    )
    tier = env["governance.tier"].search([("scheme_id.code", "=", "BENCH")], limit=1)
    channel = env["governance.visit.channel"].search([("code", "=", "bench_visit")])
    env["governance.visit.policy"].create(
        {
            "name": "Roles",
            "code": "BENCH2",
            "cadence_ids": [
                (
                    0,
                    0,
                    {
                        "population": "tier",
                        "role_id": role.id,
                        "channel_id": channel.id,
                        "tier_ids": [(6, 0, tier.ids)],
                        "mode": "every",
                        "number": 12,
                        "unit": "month",
                    },
                )
                for role in roles
            ],
        }
    ).action_publish()
    env.cr.commit()
    return leader, member


def run_person(env, month, user):
    """Make the plan of one person, and return what that took."""
    with bench.measured() as result:
        env["governance.visit.generator"]._generate(env.company, month, user)
        env.cr.commit()
    return result


@contextlib.contextmanager
def worked(env):
    """Measure a block, and as `work` the seconds that processors spent on it."""

    def get_work():
        times = backend.cpu_times()
        return time.process_time() + times.user + times.system

    env.cr.execute("SELECT pg_backend_pid()")
    backend = psutil.Process(env.cr.fetchone()[0])
    started = get_work()
    with bench.measured() as result:
        yield result
    result.work = get_work() - started


def measure(people, rounds):
    """Return the medians of one size."""
    results, contacts = [], set()
    with bench.database(f"visit_plan_{people}") as name:
        with bench.environment(name) as env:
            month, owners = populate(env, people)
            for number in range(rounds):
                with worked(env) as product:
                    run_product(env, month, owners)
                with worked(env) as again:
                    run_product(env, month, owners)
                rows = env["governance.visit.slot"].search_count([])
                contacts.add(rows)
                empty(env)
                with worked(env) as bare:
                    run_bare(env)
                print(
                    f"{people:,} people, {rows:,} contacts, round {number}: "
                    f"{product.seconds:.2f} s ({product.work:.2f} s of work), "
                    f"again {again.seconds:.2f} s ({again.work:.2f} s), "
                    f"bare {bare.seconds:.2f} s ({bare.work:.2f} s)",
                    flush=True,
                )
                results.append((product, again, bare))
            if len(contacts) > 1:
                raise AssertionError("Not the same rows.")
            run_product(env, month, owners)
            person = run_person(env, month, env["res.users"].browse(owners[0]))
            leader, member = (
                run_person(env, month, user) for user in add_roles(env, owners)
            )
    return {
        "people": people,
        "rows": rows,
        "product": statistics.median(product.seconds for product, *_ in results),
        "work": statistics.median(product.work for product, *_ in results),
        "again": statistics.median(again.seconds for _, again, _ in results),
        "bare": statistics.median(bare.seconds for *_, bare in results),
        "ratio": statistics.median(p.seconds / bare.seconds for p, _, bare in results),
        "bare work": statistics.median(bare.work for *_, bare in results),
        "peak": max(one.peak for one in (results[-1][0], leader, member)),
        "people alone": [person.seconds, leader.seconds, member.seconds],
    }


def get_exponent(first, last):
    """Return how time grows with contacts: 1 is in proportion."""
    return math.log(last["work"] / first["work"]) / math.log(
        last["rows"] / first["rows"]
    )


def main():
    """Measure all sizes, or those given as `-100`, and report them."""
    sizes = [-int(argument) for argument in sys.argv[1:]]
    results = [measure(size, SIZES.get(size, 3)) for size in sizes or SIZES]
    rows = [
        [
            f"{result['people']:,}",
            f"{result['people'] * CUSTOMERS:,}",
            f"{result['rows']:,}",
            f"{result['product']:.2f} s",
            f"{result['bare']:.2f} s",
            f"{result['ratio']:.2f}",
            f"{result['work'] / result['bare work']:.2f}",
            f"{get_exponent(former, result):.2f}" if former else "",
            f"{result['again']:.2f} s",
            *(f"{seconds:.2f} s" for seconds in result["people alone"]),
            f"{result['peak'] / MEBI:.0f} MiB",
        ]
        for former, result in zip([None, *results], results, strict=False)
    ]
    bench.report(
        "visit_plan",
        [
            "people",
            "customers",
            "contacts",
            "plans",
            "bare insert",
            "ratio",
            "ratio of work",
            "exponent",
            "again",
            "one person",
            "one leader",
            "person for all",
            "memory",
        ],
        rows,
        "Medians of rounds in turns; work is the time of processors, and the exponent "
        "is that of its growth from the row above; “again” is the same job when "
        "nothing has changed, for all and for one person.  The leader visits a quarter "
        "of the customers of ten people, the person for all a quarter of all "
        "customers, once a year.",
    )


if __name__ == "__main__":
    main()
