"""Help for the scripts in `benchmarks/`, and the command `./dev bench`.

A script `benchmarks/bench_NAME.py` runs as a program with Odoo, the repository
and the database server in its environment:

    from tools import bench

    with bench.database("tiers") as name, bench.environment(name) as env:
        with bench.measured() as insert:
            env.cr.execute("INSERT …")
        ...
    bench.report("tier_review", ["customers", "seconds"], [[10000, insert.seconds]])
"""

import contextlib
import os
import platform
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import date

import psutil

from . import database as databases
from . import dataset, odoo_cli, odoo_source, postgres, proc, templates
from .paths import BENCHMARKS, CACHE, REPO
from .ui import DevError, say

README = BENCHMARKS / "README.md"


def main(arguments):
    """Run the named benchmarks, or all of them; return 1 if one fails."""
    names = [a for a in arguments if not a.startswith("-")]
    options = [a for a in arguments if a.startswith("-")]
    available = {
        path.stem.removeprefix("bench_"): path
        for path in sorted(BENCHMARKS.glob("bench_*.py"))
    }
    unknown = set(names) - set(available)
    if unknown or not available:
        raise DevError(
            f"There is no benchmark {', '.join(sorted(unknown)) or 'yet'}; "
            f"there are: {', '.join(available) or 'none'}."
        )
    failed = False
    with postgres.running() as server:
        for name in names or available:
            say(f"== {name}")
            command = [sys.executable, available[name], *options]
            environment = odoo_cli.environment(server)
            environment["CRM_GOVERNANCE_CDNOW"] = str(dataset.FILE)
            failed |= bool(proc.foreground(command, env=environment, cwd=CACHE))
    return 1 if failed else 0


def server():
    """Return the database server that `./dev bench` has started."""
    names = ("PGHOST", "PGPORT", "PGUSER")
    return postgres.Server({k: os.environ[k] for k in names if k in os.environ})


@contextlib.contextmanager
def database(name, *, addons=True, demo=False, keep=False):
    """Provide a fresh database, with or without the addons, and drop it after.

    The name gets a prefix; what is yielded is the whole name.
    """
    full = f"{templates.PREFIX}bench_{name}"
    templates.copy(server(), full, addons=addons, demo=demo)
    try:
        yield full
    finally:
        if not keep:
            drop(full)


def copy(source, name):
    """Copy a database, which nobody may be connected to; return the new name."""
    full = f"{templates.PREFIX}bench_{name}"
    close(source)
    databases.clone(server(), source, full)
    return full


def drop(name):
    """Drop a database of a benchmark."""
    close(name)
    databases.drop(server(), name)


def close(name):
    """Close the connections of this process to a database."""
    if "odoo" in sys.modules and "odoo.sql_db" in sys.modules:
        from odoo.modules.registry import Registry
        from odoo.sql_db import close_db

        Registry.delete(name)
        close_db(name)


def connect(name):
    """Return a psycopg2 connection in which each statement commits by itself."""
    return server().connect(name)


@contextlib.contextmanager
def environment(name, user=None, **context):
    """Provide an Odoo environment in this process, as superuser by default."""
    import odoo.api
    import odoo.modules.registry
    import odoo.tools

    config = str(odoo_cli.CONFIG)
    odoo.tools.config.parse_config(["-c", config, "-d", name, "--log-level", "warn"])
    with odoo.modules.registry.Registry(name).cursor() as cr:
        uid = user or odoo.api.SUPERUSER_ID
        yield odoo.api.Environment(cr, uid, context)


def install(name, modules=None, paths=()):
    """Install modules, the addons by default, in an Odoo process of their own.

    Return a `Measurement` with the seconds and the peak memory of the process.
    `paths` are further folders of addons, such as one with an empty addon.
    """
    modules = modules or templates.addon_names()
    arguments = ["-d", name, "-i", ",".join(modules), "--stop-after-init", "--no-http"]
    if paths:
        text = odoo_cli.CONFIG.read_text()
        own = re.search(r"^addons_path = (.*)$", text, re.M).group(1)
        arguments += ["--addons-path", ",".join([own, *map(str, paths)])]
    return run(odoo_cli.command(*arguments, "--log-level", "warn"))


def run(command, **kwargs):
    """Run a program and return its `Measurement`; a failure is an exception."""
    kwargs.setdefault("env", odoo_cli.environment(server()))
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], **kwargs)
    sampler = _Sampler(process.pid)
    sampler.start()
    process.wait()
    result = Measurement(time.perf_counter() - started, sampler.stop())
    if process.returncode:
        raise DevError(f"{command[0]} ended with {process.returncode}.")
    return result


@dataclass
class Measurement:
    """What a block of code took; `peak` is resident memory in bytes."""

    seconds: float = 0.0
    peak: int = 0


class _Sampler(threading.Thread):
    """Look at the memory of a process twenty times a second.

    The system's own record of the peak would begin with the memory of the
    process that started it.
    """

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.peak = 0
        self.end = threading.Event()

    def run(self):
        """Sample until told to end."""
        self._look()
        while not self.end.wait(0.05):
            self._look()

    def stop(self):
        """Look once more and return the peak in bytes."""
        self.end.set()
        self.join()
        self._look()
        return self.peak

    def _look(self):
        with contextlib.suppress(psutil.Error):
            self.peak = max(self.peak, self.process.memory_info().rss)


@contextlib.contextmanager
def measured():
    """Measure the seconds of a block and the peak memory of this process in it."""
    result = Measurement()
    sampler = _Sampler(os.getpid())
    sampler.start()
    started = time.perf_counter()
    try:
        yield result
    finally:
        result.seconds = time.perf_counter() - started
        result.peak = sampler.stop()


def analyze(name):
    """Give the planner statistics, as autovacuum does on a database in use."""
    with contextlib.closing(connect(name)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def machine():
    """Return one line on the machine and the versions that were measured."""
    with contextlib.closing(server().connect()) as connection:
        number = connection.server_version // 10000
    memory = round(psutil.virtual_memory().total / 2**30)
    return (
        f"{os.cpu_count()} cores, {memory} GiB, Python {platform.python_version()}, "
        f"PostgreSQL {number}, Odoo {odoo_source.SERIES}, {date.today()}"
    )


def report(name, columns, rows, note=""):
    """Print a table and put it into its place in `benchmarks/README.md`."""
    lines = [f"| {' | '.join(map(str, line))} |" for line in (columns, *rows)]
    lines.insert(1, "|" + " --- |" * len(columns))
    table = "\n".join(lines)
    text = f"{table}\n\n{note}\n" if note else f"{table}\n"
    text = f"<!-- {name} -->\n\n{text}\nMeasured on: {machine()}\n\n<!-- end -->"
    say(f"\n{table}\n{note}")
    old = README.read_text() if README.exists() else "# Benchmarks\n"
    pattern = re.compile(rf"<!-- {re.escape(name)} -->.*?<!-- end -->", re.S)
    if pattern.search(old):
        new = pattern.sub(lambda match: text, old)
    else:
        new = f"{old}\n## {name}\n\n{text}\n"
    BENCHMARKS.mkdir(exist_ok=True)
    README.write_text(new)
    say(f"Written to {README.relative_to(REPO)}.")
