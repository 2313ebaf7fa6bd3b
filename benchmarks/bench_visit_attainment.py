"""What was planned and done in a month, in a company that has visited for years.

The companies differ in how many visits there are: twenty of each customer, over two
years.  A salesperson has 200 customers, each with two visits and two calls a month;
ten salespeople are a team.  A page is what the web client asks for.  The leader of
one team looks at one month, so that the cost should be that of the team, not that of
the company: the last column compares each company with the smallest one.  A call is
a transaction of its own with empty record caches, as a request is.  Work is what the
processors spent on a call in this process and in the database, which others who are at
work do not change as much.
"""

import contextlib
import sys

import population
from bench_lending import get_list
from companies import compare_sizes

from tools import bench

# Visits.
SIZES = [100_000, 1_000_000]
VISITS_EACH, CUSTOMERS, PEOPLE = 20, 200, 10
# Visits lie in so many months, slots in the latter half of them.
MONTHS = 24
LEADER = "leader"
AIM = 200

ADD_SLOTS = """
INSERT INTO governance_visit_slot
       (user_id, company_id, partner_id, team_id, role_id, channel_id, cadence_id, key,
        month, window_start, window_end, date, is_optional, state, classification_rank)
SELECT p.user_id, 1, p.id, m.crm_team_id, c.role_id, c.channel_id, c.id, c.key, t.month,
       t.month + w * 14,
       CASE w WHEN 0 THEN t.month + 14 ELSE (t.month + interval '1 month')::date END,
       t.month + w * 14 + p.id %% 14, FALSE, 'open', 0
  FROM res_partner p
  JOIN crm_team_member m ON m.user_id = p.user_id
 CROSS JOIN governance_visit_cadence c
 CROSS JOIN generate_series(0, 1) w,
LATERAL (SELECT (date_trunc('month', CURRENT_DATE) - n * interval '1 month')::date
                    AS month
           FROM generate_series(0, %(months)s - 1) n) t
 WHERE p.id BETWEEN %(first)s AND %(first)s + %(customers)s - 1
   AND c.policy_id = %(policy)s
"""
ADD_VISITS = """
INSERT INTO governance_visit
       (name, user_id, company_id, partner_id, channel_id, direction, object_type, kind,
        date_start, date_stop, date, state, classification_rank, create_uid, write_uid,
        create_date, write_date)
SELECT 'V' || p.id || '-' || n, p.user_id, 1, p.id, c.channel_id, 'outgoing',
       'customer', 'planned', d.day + interval '9 hours', d.day + interval '10 hours',
       d.day,
       (ARRAY['accepted', 'submitted', 'held', 'cancelled'])[1 + n %% 4], 0, 1, 1,
       now(), now()
  FROM res_partner p
 CROSS JOIN generate_series(1, %(each)s) n
  JOIN (SELECT channel_id, row_number() OVER (ORDER BY id) - 1 AS number
          FROM governance_visit_cadence WHERE policy_id = %(policy)s) c
    ON c.number = n %% 2,
LATERAL (SELECT CURRENT_DATE - ((p.id * 31 + n * 97) %% (30 * %(span)s)) AS day) d
 WHERE p.id BETWEEN %(first)s AND %(first)s + %(customers)s - 1
"""
ADD_PARTICIPANTS = """
INSERT INTO governance_visit_user_rel (visit_id, user_id)
SELECT id, user_id FROM governance_visit
"""
ADD_PLANS = """
INSERT INTO governance_visit_plan
       (user_id, company_id, month, state, capacity, create_uid, write_uid,
        create_date, write_date)
SELECT DISTINCT user_id, 1, month, 'draft', 120.0, 1, 1, now(), now()
  FROM governance_visit_slot
"""


# ----------------------------------------------------------------------
# DATA
# ----------------------------------------------------------------------


def create_people(env, teams):
    """Return the ids of the salespeople; somebody leads the first team."""
    people = env["res.users"].with_context(no_reset_password=True)
    group, leading = (
        env.ref(f"crm_governance.{name}").id for name in ("group_user", "group_leader")
    )
    leader = people.create(
        {"name": LEADER, "login": LEADER, "group_ids": [(4, leading)]}
    )
    members = people.create(
        [
            {
                "name": f"Salesperson {number}",
                "login": f"sales{number}",
                "group_ids": [(4, group)],
            }
            for number in range(teams * PEOPLE)
        ]
    )
    env["crm.team"].create(
        [
            {
                "name": f"Team {number}",
                "user_id": leader.id if number == 0 else False,
                "member_ids": [
                    (6, 0, members[number * PEOPLE : (number + 1) * PEOPLE].ids)
                ],
            }
            for number in range(teams)
        ]
    )
    return members.ids


def create_policy(env):
    """Return the id of a policy with two visits and two calls a month."""
    role = env.ref("crm_governance.governance_visit_role_owner")
    channels = [
        env["governance.visit.channel"].search([("kind", "=", kind)], limit=1)
        for kind in ("visit", "call")
    ]
    policy = env["governance.visit.policy"].create(
        {
            "name": "Visits",
            "code": "BENCH",
            "cadence_ids": [
                (
                    0,
                    0,
                    {
                        "population": "all",
                        "role_id": role.id,
                        "channel_id": channel.id,
                        "number": 2,
                    },
                )
                for channel in channels
            ],
        }
    )
    return policy.id


def populate(name, size):
    """Fill the database with so many visits and what they are counted against."""
    customers = size // VISITS_EACH
    teams = max(1, customers // CUSTOMERS // PEOPLE)
    with bench.environment(name) as env:
        people = create_people(env, teams)
        policy = create_policy(env)
        env.cr.commit()
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, customers, people)
            # Everybody has customers side by side, as many as the others.
            cursor.execute(
                """UPDATE res_partner
                      SET user_id = (%s::int[])[1 + (id - %s) %% %s]
                    WHERE id BETWEEN %s AND %s""",
                [people, first, len(people), first, first + customers - 1],
            )
            values = {"first": first, "customers": customers, "policy": policy}
            values |= {"each": VISITS_EACH, "span": MONTHS, "months": MONTHS // 2}
            for statement in (ADD_SLOTS, ADD_VISITS, ADD_PARTICIPANTS, ADD_PLANS):
                cursor.execute(statement, values)
    bench.analyze(name)


# ----------------------------------------------------------------------
# OPERATIONS
# ----------------------------------------------------------------------


def get_operations(env):
    """Return [(what, operation)]; an operation takes an environment."""
    attainment, board, people = (
        f"governance.visit.{name}" for name in ("attainment", "board", "assessment")
    )
    [[month]] = env[attainment]._read_group([], aggregates=["month:max"])
    # What the filters of the screens ask for.
    mine = ["|", ("user_id", "=", env.uid), ("is_led", "=", True)]
    domain = [("month", "=", month.strftime("%Y-%m-%d")), *mine]
    measures = [
        *("planned:sum", "actual:sum", "remaining:sum"),
        *("attainment:avg", "coverage:avg", "reach:avg"),
    ]

    def read_page(model):
        specification = get_list(env, model)
        return lambda env: env[model].web_search_read(
            domain, specification, limit=80, count_limit=10_001
        )["records"]

    def group(model, groupby, aggregates):
        return lambda env: env[model].formatted_read_group(domain, groupby, aggregates)

    return [
        ("attainment by person", group(attainment, ["user_id"], measures)),
        ("attainment by channel", group(attainment, ["channel_id"], measures)),
        ("attainment: a page", read_page(attainment)),
        (
            "board by person and status",
            group(board, ["user_id", "status"], ["__count"]),
        ),
        ("board: a page", read_page(board)),
        ("people and months: a page", read_page(people)),
    ]


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = sorted([-int(argument) for argument in sys.argv[1:]] or SIZES)
    bench.report(
        "visit_attainment",
        [
            "operation",
            "visits",
            "time",
            "work",
            "queries",
            f"against {sizes[0]:,}",
            "aim",
        ],
        [
            [
                what,
                f"{size:,}",
                f"{milliseconds:.1f} ms",
                f"{work:.1f} ms",
                queries,
                f"{work / figures[0][1]:.2f}",
                "yes" if work < AIM else "no",
            ]
            for what, figures in compare_sizes(
                "attainment", LEADER, sizes, populate, get_operations
            )
            for size, (milliseconds, work, queries) in zip(sizes, figures, strict=True)
        ],
        f"Median times and mean work, of the month of one team: {PEOPLE} people with "
        f"about {CUSTOMERS} customers each and four contacts a month with each "
        f"customer.  The aim is {AIM} ms of work, which is the time on a machine that "
        "does nothing else.",
    )


if __name__ == "__main__":
    main()
