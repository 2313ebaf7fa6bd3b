"""The installation into a database in use against that of an empty addon.

Both begin with copies of the same database, which has what the addon depends on
and a number of customers, and both run Odoo's command line in a process of their
own.  What an installation costs by itself is in both; the difference is what the
addon brings: its tables, views and presets, and whatever it does with customers.
"""

import contextlib
import statistics
import sys
import tempfile
from pathlib import Path

import population

from tools import bench, templates

# Customers and rounds.  What does not depend on customers shows at the small size.
SIZES = {1_000: 5, 1_000_000: 3}
EMPTY = "bench_empty_addon"
MEBI = 2**20
# Tables of others that the addon extends or reads, and that are large in use.
TABLES = ("res_partner", "sale_order", "account_move", "crm_lead")


def make_empty_addon(folder):
    """Write an addon that depends on the same and has nothing of its own."""
    values = {"name": "Empty", "license": "LGPL-3", "author": "Benchmark"}
    values |= {"version": "19.0.1.0.0", "depends": templates.dependencies()}
    addon = Path(folder, EMPTY)
    addon.mkdir()
    (addon / "__init__.py").touch()
    (addon / "__manifest__.py").write_text(f"{values!r}\n")


def populate(name, size):
    """Fill the database with customers and their orders."""
    with bench.environment(name) as env:
        owners = population.add_users(env)
        env.cr.commit()
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            first = population.add_customers(cursor, size, owners)
            population.add_orders(cursor, first, size)
    bench.analyze(name)


def query(name, statement, parameters=None):
    """Return the rows of one statement."""
    with contextlib.closing(bench.connect(name)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()


def get_files(name):
    """Return the file of each of the large tables: a new one means a rewrite."""
    return dict(
        query(
            name,
            """SELECT relname, relfilenode FROM pg_class
                WHERE relname = ANY(%s) AND relkind = 'r'
                  AND relnamespace = 'public'::regnamespace""",
            [list(TABLES)],
        )
    )


def run(source, size, modules, folder):
    """Install modules into a copy and return what it took and did."""
    name = bench.copy(source, f"install_{size}_copy")
    try:
        files = get_files(name)
        ((start,),) = query(name, "SELECT txid_current() % (1::bigint << 32)")
        measurement = bench.install(name, modules, [folder])
        states = query(
            name, "SELECT state FROM ir_module_module WHERE name = ANY(%s)", [modules]
        )
        if states != [("installed",)] * len(modules):
            raise AssertionError(f"{modules} are not installed: {states}")
        after = get_files(name)
        ((partners, changed),) = query(
            name,
            """SELECT COUNT(*), COUNT(*) FILTER (WHERE xmin::text::bigint >= %s)
                 FROM res_partner""",
            [start],
        )
    finally:
        bench.drop(name)
    if partners < size:
        raise AssertionError(f"{partners} partners instead of {size}")
    return {
        "seconds": measurement.seconds,
        "peak": measurement.peak,
        "rewritten": [table for table in TABLES if after[table] != files[table]],
        "changed": changed,
    }


def measure(size, rounds, folder):
    """Return the medians of one size, and all that was measured."""
    results = {"addon": [], "empty": []}
    modules = {"addon": templates.addon_names(), "empty": [EMPTY]}
    with bench.database(f"install_{size}", addons=False) as source:
        populate(source, size)
        # The first round only warms up.
        for number in range(rounds + 1):
            # Neither side always comes second.
            for side in sorted(modules, reverse=number % 2):
                result = run(source, size, modules[side], folder)
                print(
                    f"{size:,} customers, round {number}, {side}: "
                    f"{result['seconds']:.1f} s, {result['changed']} partners changed, "
                    f"rewritten: {', '.join(result['rewritten']) or 'nothing'}",
                    flush=True,
                )
                if number:
                    results[side].append(result)
    return {
        "customers": size,
        "rounds": results,
        **{
            side: statistics.median(result["seconds"] for result in of_side)
            for side, of_side in results.items()
        },
    }


def get_row(result):
    """Return the line of the report for one size."""
    runs = result["rounds"]["addon"]
    rewritten = {table for run in runs for table in run["rewritten"]}
    return [
        f"{result['customers']:,}",
        f"{result['addon']:.1f} s",
        f"{result['empty']:.1f} s",
        f"{result['addon'] - result['empty']:+.1f} s",
        ", ".join(sorted(rewritten)) or "no table",
        max(run["changed"] for run in runs),
        f"{max(run['peak'] for run in runs) / MEBI:.0f} MiB",
    ]


def main():
    """Measure all sizes, or those given as `-10000`, and report them."""
    sizes = [-int(argument) for argument in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        make_empty_addon(folder)
        results = [measure(size, SIZES.get(size, 3), folder) for size in sizes or SIZES]
    bench.report(
        "install",
        [
            "customers",
            "crm_governance",
            "empty addon",
            "difference",
            "rewritten",
            "partners changed",
            "memory",
        ],
        [get_row(result) for result in results],
        "Medians of whole processes, from start to end.  Rewritten are the tables of "
        f"{', '.join(TABLES)} whose file is another one after the installation.",
    )


if __name__ == "__main__":
    main()
