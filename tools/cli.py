"""The commands of `./dev`."""

import contextlib
import importlib
import signal
import sys

from . import dataset, lock, odoo_source, system, ui, venv

USAGE = """\
Usage: ./dev COMMAND [ARGUMENTS]

  run [OPTIONS]     serve Odoo with the addon, demo data and real purchases on
                    http://127.0.0.1:8069 (admin/admin); options go to Odoo
  test [ARGUMENTS]  run the test suite; arguments go to pytest
  bench [NAME]      run all benchmarks, or benchmarks/bench_NAME.py
  compat [MODULE]   run Odoo's own tests with the addon and without, and compare
  lint [--fix]      check (or mend) style, manifest, XML and translations
  i18n [--check]    refresh (or compare) the translation template and the
                    translations; fails when a term is not translated
  odoo ARGUMENTS    Odoo's command line, e.g. ./dev odoo shell -d governance
  clean [--all]     remove the databases (--all: everything that was fetched)

What is missing is set up first. All of it lies in
${XDG_CACHE_HOME:-~/.cache}/crm_governance, or in $CRM_GOVERNANCE_CACHE.
ODOO_HOME: an Odoo 19 of yours. PGHOST (and the like): a server of yours.
"""

PYTHON = ("Python packages", venv.missing, venv.build)
SET_UP = (
    PYTHON,
    ("Odoo 19", odoo_source.missing, odoo_source.fetch),
    ("Browser, PDF printer, fonts", system.installable, system.install),
    (
        "A script of the web client that the package leaves out",
        odoo_source.segmentation_fetchable,
        odoo_source.fetch_segmentation,
    ),
)
DATASET = ("Real purchase history (CDNOW)", dataset.missing, dataset.fetch)

# The module of each command, and what has to be there before.
COMMANDS = {
    "run": ("serving", (*SET_UP, DATASET)),
    "test": ("testing", (*SET_UP, DATASET)),
    "bench": ("bench", (*SET_UP, DATASET)),
    "compat": ("compatibility", SET_UP),
    "lint": ("lint", (PYTHON,)),
    "i18n": ("translations", SET_UP),
    "odoo": ("odoo_cli", SET_UP),
    "clean": ("cleaning", ()),
}


def set_up(steps):
    """Run the steps whose result is missing, unless another command does."""
    if any(needed() for _title, needed, _action in steps):
        with lock.exclusive("setup", "Waiting for the setup of another command …"):
            ui.run_steps(steps)


def _run(name, arguments):
    """Set up what the command needs and run it in the virtual environment."""
    module, steps = COMMANDS[name]
    needs_odoo = SET_UP[1] in steps
    if needs_odoo:
        odoo_source.find()
    set_up(steps)
    if steps:
        venv.enter([name, *arguments])
    if needs_odoo:
        system.hint()
    command = importlib.import_module(f".{module}", __package__)
    # `clean` keeps its hands off while this is held.
    with lock.shared("in-use") if steps else contextlib.nullcontext():
        return command.main(arguments)


def _stop(signum, frame):
    sys.exit(128 + signum)


def main(argv):
    """Run one command and return its exit code."""
    # So that what was started is also stopped when not a key stops it.
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    name, *rest = argv or ["help"]
    if name in ("help", "-h", "--help"):
        print(USAGE, end="")
        return 0
    if name not in COMMANDS:
        print(f"dev: there is no command {name!r}.\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    try:
        return _run(name, rest)
    except ui.DevError as error:
        print(f"dev: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\ndev: interrupted", file=sys.stderr)
    return 1
