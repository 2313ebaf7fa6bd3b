"""Pages of customers with the addon against the same pages without it.

Both databases have the same partners under the same ids: the addon is installed
into a copy of the other one, and a review gives every customer a tier.  What is
read is what the web client asks for: the specifications are made from the views
as the user gets them, in each database, so that the columns of the addon are in.
Each call is a transaction of its own with empty record caches, as a request is.

Grouping by tier has no counterpart without the addon.  It is compared with the
payment terms, which are stored in the same way (one value per company in a JSON
column) and are given to the same customers in the same shares.
"""

import contextlib
import gc
import statistics
import sys
import time
from ast import literal_eval

import population
from bench_tier_review import make_scheme, run_product
from lxml import etree

from tools import bench

SIZES = [1_000_000]
# Seconds that may be spent on an operation, and how often it is done at least and
# at most. Short ones are done often: the machine disturbs them more.
BUDGET = 60
FEWEST, MOST = 7, 51
SALESMAN, GOVERNOR = "owner00", "owner01"
# What the web client asks for besides the fields of some widgets.
DEPENDENCIES = dict.fromkeys(
    ("list_activity", "kanban_activity"),
    (
        "activity_exception_decoration",
        "activity_exception_icon",
        "activity_state",
        "activity_summary",
        "activity_type_icon",
        "activity_type_id",
    ),
)
# Shares of the terms, and so of the tiers: 5, 15, 30 and 50 %.
SHARES = (1, 4, 10, 20)
ADD_TERMS = """
UPDATE res_partner p
   SET property_payment_term_id = jsonb_build_object('1', CASE
           WHEN c.share < %s THEN %s WHEN c.share < %s THEN %s
           WHEN c.share < %s THEN %s ELSE %s END::int)
  FROM (SELECT id, (commercial_partner_id * 7) %% 20 AS share FROM res_partner) c
 WHERE c.id = p.id AND p.commercial_partner_id >= %s
"""
WANTED = """
SELECT l.partner_id, (%s::int[])[array_position(%s::int[],
           (p.property_payment_term_id ->> '1')::int)] AS tier_id,
       'review' AS kind, NULL::text AS reason, 1 AS user_id, l.review_id,
       NULL::int AS override_id, NULL::date AS expires_on,
       CURRENT_DATE + 180 AS next_review_date, NULL::int AS waiting_tier_id
  FROM governance_tier_review_line l
  JOIN res_partner p ON p.id = l.partner_id
 WHERE l.review_id = %s
"""


# ----------------------------------------------------------------------
# DATA
# ----------------------------------------------------------------------


def populate(name, size):
    """Fill the database and return the id of the first customer and the terms."""
    with bench.environment(name) as env:
        owners = population.add_users(env)
        terms = env["account.payment.term"].create(
            [{"name": f"Term {place}", "sequence": place} for place in range(4)]
        )
        env.cr.commit()
        with contextlib.closing(bench.connect(name)) as connection:
            with connection.cursor() as cursor:
                first = population.add_customers(cursor, size, owners)
                population.add_orders(cursor, first, size)
                one, two, three, four = terms.ids
                shares = (SHARES[0], one, SHARES[1], two, SHARES[2], three, four)
                cursor.execute(ADD_TERMS, [*shares, first])
        found = first, terms.ids
    bench.analyze(name)
    return found


def give_tiers(name, terms):
    """Publish a review in which the tiers follow the payment terms."""
    from odoo.tools import SQL

    with bench.environment(name) as env:
        group = env.ref("crm_governance.group_user")
        env["res.users"].search([("login", "=", GOVERNOR)]).group_ids += group
        scheme = make_scheme(env)
        review = run_product(env, scheme)
        env.cr.commit()
        bench.analyze(name)
        tiers = scheme.tier_ids.sorted("rank").ids
        wanted = SQL(WANTED, tiers, terms, review.id)
        assignments = env["governance.tier.assignment"]._seal()
        assignments._assign(scheme, review.date_as_of, wanted)
        review._as_system().write({"state": "published"})
        env.cr.commit()


def compact(name):
    """Put the partners into the same order, without the traces of updates.

    Otherwise the table with the addon would be larger only because its partners
    have been written once more.
    """
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("CLUSTER res_partner USING res_partner_pkey")
    bench.analyze(name)


# ----------------------------------------------------------------------
# WHAT THE WEB CLIENT ASKS FOR
# ----------------------------------------------------------------------


def get_specification(node, models, model):
    """Return what the web client reads for the fields of a view."""
    fields = models[model]["fields"]
    specification = {}
    for field in node.xpath(".//field[not(ancestor::field)]"):
        name = field.get("name")
        if name in fields:
            former = specification.get(name, {})
            specification[name] = former or get_value_spec(field, models, fields[name])
        for other in DEPENDENCIES.get(field.get("widget"), ()):
            specification.setdefault(other, {})
    return specification


def get_value_spec(field, models, description):
    """Return what the web client reads of the value of a field."""
    hidden = {field.get("invisible"), field.get("column_invisible")} & {"1", "True"}
    kind = description["type"]
    if kind == "many2one":
        return {"fields": {} if hidden else {"display_name": {}}}
    if kind not in ("one2many", "many2many") or hidden:
        return {}
    if field.get("widget") == "many2many_tags":
        color = literal_eval(field.get("options") or "{}").get("color_field")
        names = ("display_name", color) if color else ("display_name",)
        return {"fields": {name: {} for name in names}}
    for view in ("list", "kanban"):
        if (node := field.find(view)) is not None:
            # Parsed again, so that it has no field above it.
            node = etree.fromstring(etree.tostring(node))
            inner = get_specification(node, models, description["relation"])
            return {"fields": inner, "limit": 40}
    return {}


def get_pages(env):
    """Return the specifications of the user's views, and the search by name."""
    kinds = ("list", "kanban", "form", "search")
    partners = env["res.partner"]
    answer = partners.get_views(
        [(False, kind) for kind in kinds], {"toolbar": True, "load_filters": True}
    )
    archs = {kind: etree.fromstring(answer["views"][kind]["arch"]) for kind in kinds}
    pages = {
        kind: get_specification(archs[kind], answer["models"], partners._name)
        for kind in ("list", "kanban", "form")
    }
    (box,) = archs["search"].xpath("//field[@name='name']")
    return {**pages, "search": box.get("filter_domain")}


# ----------------------------------------------------------------------
# OPERATIONS
# ----------------------------------------------------------------------


class Side:
    """One of the two databases as a user works in it."""

    def __init__(self, name, login, grouping, groups):
        """Ask for the views once, as the web client does.

        :param grouping: field to group by, which is the one to be compared
        :param groups: ids of its values, in order
        """
        self.name = name
        self.grouping = grouping
        self.groups = groups
        with bench.environment(name) as env:
            self.user = env["res.users"].search([("login", "=", login)]).id
        with self.environment() as env:
            self.pages = get_pages(env)

    def environment(self):
        """Provide the environment of a new request."""
        return bench.environment(
            self.name,
            self.user,
            lang="en_US",
            tz="Europe/Brussels",
            allowed_company_ids=[1],
            bin_size=True,
        )

    def run(self, operation):
        """Return the seconds of an operation and what it gave."""
        with self.environment() as env:
            # Users' groups and the like are known to a server from the start.
            env.user.has_group("base.group_user")
            started = time.perf_counter()
            result = operation(self, env["res.partner"])
            return time.perf_counter() - started, result

    def search_text(self, text):
        """Return the domain of the search box."""
        return eval(self.pages["search"], {"self": text})


def read_list(domain=(), offset=0, page="list", limit=80):
    """Return an operation that reads a page of a list or of cards."""

    def operation(side, partners):
        found = domain(side) if callable(domain) else list(domain)
        return partners.web_search_read(
            found,
            side.pages[page],
            offset=offset,
            limit=limit,
            count_limit=max(10_000, offset + limit) + 1,
        )

    return operation


def search_name(text):
    """Return an operation that completes a name in a many2one field."""
    return lambda side, partners: partners.name_search(text, limit=8)


def group(field=None, unfold=False):
    """Return an operation that groups all partners, as a list or as cards."""

    def operation(side, partners):
        return partners.web_read_group(
            [],
            [field or side.grouping],
            limit=None if unfold else 80,
            auto_unfold=unfold,
            unfold_read_specification=side.pages["kanban" if unfold else "list"],
            unfold_read_default_limit=40 if unfold else 80,
        )

    return operation


def read_form(partner):
    """Return an operation that opens a partner."""
    return lambda side, partners: partners.browse(partner).web_read(side.pages["form"])


def get_operations(first, size):
    """Return what is compared: its name and the operation."""
    rare = f"omer {size * 2 // 3}"
    often = "Customer 12"
    users = population.USERS
    of_group = read_list(lambda side: [(side.grouping, "=", side.groups[1])])
    return {
        "list, first page": read_list(),
        "list, page in the middle": read_list(offset=size // 2 // 80 * 80),
        "cards, first page": read_list(page="kanban", limit=40),
        "search box, few found": read_list(lambda side: side.search_text(rare)),
        "search box, many found": read_list(lambda side: side.search_text(often)),
        "name_search, few found": search_name(rare),
        "name_search, many found": search_name(often),
        "list grouped by salesperson": group("user_id"),
        "list grouped by tier / payment term": group(),
        "cards grouped by tier / payment term": group(unfold=True),
        "list of one tier / payment term": of_group,
        # The governor's, whose rights end at the customers of others.
        "form": read_form(first + size // 2 // users * users + 1),
    }


# ----------------------------------------------------------------------
# MEASUREMENT
# ----------------------------------------------------------------------


def get_essence(result):
    """Return what both sides must have found: ids and numbers, not names of tiers."""
    if isinstance(result, dict) and "groups" in result:
        essence = []
        for line in result["groups"]:
            records = [record["id"] for record in line.get("__records", ())]
            essence.append((line["__count"], records))
        return sorted(essence)
    if isinstance(result, dict):
        return result["length"], [record["id"] for record in result["records"]]
    if isinstance(result[0], dict):
        return [record["id"] for record in result]
    return result


def check(what, results):
    """Make sure that both have found the same, or the ratio means nothing."""
    without, with_addon = (get_essence(result) for result in results)
    if without != with_addon or not without:
        raise AssertionError(f"{what}: {without!r:.500} / {with_addon!r:.500}")


def compare(what, sides, operation):
    """Return the medians of both sides, and all that was measured."""
    # The first round only warms up, and tells how many more there can be.
    warm = [side.run(operation) for side in sides]
    check(what, [result for _seconds, result in warm])
    again = sum(side.run(operation)[0] for side in sides)
    rounds = min(MOST, max(FEWEST, int(BUDGET / again)))
    times = ([], [])
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        # Neither side always comes second.
        for index in (0, 1) if number % 2 else (1, 0):
            seconds, result = sides[index].run(operation)
            times[index].append(seconds)
            warm[index] = seconds, result
    gc.unfreeze()
    check(what, [result for _seconds, result in warm])
    without, with_addon = map(statistics.median, times)
    print(
        f"{what}: {without * 1000:.1f} ms, with the addon {with_addon * 1000:.1f} ms, "
        f"{with_addon / without:.2f} times ({rounds} rounds)",
        flush=True,
    )
    return {
        "what": what,
        "without": without,
        "with": with_addon,
    }


def measure(size):
    """Return the results of one size."""
    with bench.database(f"partners_{size}", addons=False) as plain:
        first, terms = populate(plain, size)
        full = bench.copy(plain, f"partners_{size}_addon")
        try:
            bench.install(full)
            give_tiers(full, terms)
            compact(plain)
            compact(full)
            return compare_all(plain, full, size, first, terms)
        finally:
            bench.drop(full)


def compare_all(plain, full, size, first, terms):
    """Return the results of all operations."""
    with bench.environment(full) as env:
        scheme = env["governance.tier.scheme"].search([("is_governing", "=", True)])
        tiers = scheme.tier_ids.sorted("rank").ids
    sides = (
        Side(plain, SALESMAN, "property_payment_term_id", terms),
        Side(full, SALESMAN, "governance_tier_id", tiers),
    )
    if "governance_tier_id" not in sides[1].pages["list"]:
        raise AssertionError("The list does not show the tier.")
    operations = get_operations(first, size)
    results = [compare(what, sides, op) for what, op in operations.items()]
    # The reasons of a tier are shown only to those who may ask for reviews.
    governors = (
        Side(plain, GOVERNOR, "property_payment_term_id", terms),
        Side(full, GOVERNOR, "governance_tier_id", tiers),
    )
    what = "form with the reasons of the tier"
    form = operations["form"]
    (read,) = governors[1].run(form)[1]
    if not read["governance_tier_explanation"] or not read["governance_assignment_ids"]:
        raise AssertionError("The form does not show why and since when.")
    results.append(compare(what, governors, form))
    return [{"partners": size, **result} for result in results]


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = [-int(argument) for argument in sys.argv[1:]]
    results = [result for size in sizes or SIZES for result in measure(size)]
    bench.report(
        "partner_list",
        ["customers", "page", "without", "with crm_governance", "ratio"],
        [
            [
                f"{result['partners']:,}",
                result["what"],
                f"{result['without'] * 1000:.1f} ms",
                f"{result['with'] * 1000:.1f} ms",
                f"{result['with'] / result['without']:.2f}",
            ]
            for result in results
        ],
        "Medians, as a salesman.  Besides the customers there is a contact for every "
        "tenth.  Without the addon there are no tiers: pages named “tier / payment "
        "term” compare them with the payment terms, which are stored alike.",
    )


if __name__ == "__main__":
    main()
