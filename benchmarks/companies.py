"""Companies of different sizes, in which a user does the same things in turn."""

import contextlib
import statistics

from bench_lending import ROUNDS
from bench_partner_list import Side
from bench_visit_plan import worked

from tools import bench


def measure(operation, side):
    """Return the milliseconds, those of work, and the queries of one call."""
    with side.environment() as env:
        env.user.has_group("base.group_user")
        with worked(env) as call:
            before = env.cr.sql_log_count
            if not operation(env):
                raise AssertionError("Nothing was found.")
            queries = env.cr.sql_log_count - before
        env.cr.rollback()
        return call.seconds * 1000, call.work * 1000, queries


def compare(sides, operations):
    """Return [(median time, mean work, queries)] of the sides, called in turn."""
    calls = [[] for _side in sides]
    for number in range(ROUNDS + 3):
        for one, side, operation in zip(calls, sides, operations, strict=True):
            result = measure(operation, side)
            if number >= 3:
                one.append(result)
    return [
        (statistics.median(times), statistics.mean(work), max(queries))
        for times, work, queries in (zip(*one, strict=True) for one in calls)
    ]


def compare_sizes(name, login, sizes, populate, get_operations):
    """Return [(operation, [figures of the companies])], as a user finds them.

    :param name: begins the names of the databases
    :param populate: fills the database of a name to a size
    :param get_operations: returns [(what, operation)] of an environment
    """
    with contextlib.ExitStack() as stack:
        sides, operations = [], []
        for size in sizes:
            database = stack.enter_context(bench.database(f"{name}_{size}"))
            populate(database, size)
            sides.append(Side(database, login, None, ()))
        for side in sides:
            with side.environment() as env:
                operations.append(get_operations(env))
        results = []
        for same in zip(*operations, strict=True):
            what = same[0][0]
            results.append((what, compare(sides, [one for _what, one in same])))
            print(what, results[-1][1], flush=True)
        return results
