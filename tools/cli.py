"""The commands of `./dev`."""

import signal
import sys

from . import dataset, lock, odoo_source, system, ui, venv

USAGE = """\
Usage: ./dev COMMAND [ARGUMENTS]

  run [OPTIONS]     serve Odoo with the addon, demo data and real purchases on
                    http://127.0.0.1:8069 (admin/admin); options go to Odoo
  test [ARGUMENTS]  run the test suite; arguments go to pytest
  bench [NAME]      run all benchmarks, or benchmarks/bench_NAME.py
  lint [--fix]      check (or mend) style, manifest, XML and translations
  i18n [--check]    refresh (or compare) the translation template and the
                    translations; fails when a term is not translated
  odoo ARGUMENTS    Odoo's command line, e.g. ./dev odoo shell -d governance
  clean [--all]     remove the databases (--all: everything that was fetched)

What is missing is set up first. All of it lies in
${XDG_CACHE_HOME:-~/.cache}/crm_governance, or in $CRM_GOVERNANCE_CACHE.
ODOO_HOME: an Odoo 19 of yours. PGHOST (and the like): a server of yours.
"""


DATASET = ("Real purchase history (CDNOW)", dataset.missing, dataset.fetch)
PYTHON = ("Python packages", venv.missing, venv.build)


def set_up(*extra):
    """Fetch whatever is missing of Odoo, Python packages and programs."""
    odoo_source.find()
    _run_steps(
        PYTHON,
        ("Odoo 19", odoo_source.missing, odoo_source.fetch),
        ("Browser, PDF printer, fonts", system.missing, system.install),
        (
            "Odoo's web client, a missing script",
            odoo_source.segmentation_missing,
            odoo_source.fetch_segmentation,
        ),
        *extra,
    )


def _run_steps(*steps):
    if any(needed() for _title, needed, _action in steps):
        with lock.exclusive("setup", "Waiting for the setup of another command …"):
            ui.run_steps(steps)


def _run(argv):
    set_up(DATASET)
    venv.enter(["run", *argv])
    from . import serving

    return _in_use(serving.main, argv)


def _test(argv):
    set_up(DATASET)
    venv.enter(["test", *argv])
    from . import testing

    return _in_use(testing.main, argv)


def _bench(argv):
    set_up(DATASET)
    venv.enter(["bench", *argv])
    from . import bench

    return _in_use(bench.main, argv)


def _lint(argv):
    _run_steps(PYTHON)
    venv.enter(["lint", *argv])
    from . import lint

    return lint.main(argv)


def _i18n(argv):
    set_up()
    venv.enter(["i18n", *argv])
    from . import translations

    return _in_use(translations.main, argv)


def _odoo(argv):
    set_up()
    venv.enter(["odoo", *argv])
    from . import odoo

    return _in_use(odoo.main, argv)


def _clean(argv):
    if not venv.missing():
        venv.enter(["clean", *argv])
        from . import cleaning

        return cleaning.main(argv)
    print("There is nothing to clean.")
    return 0


def _in_use(command, argv):
    """Run a command during which `clean` has to keep its hands off."""
    with lock.shared("in-use"):
        return command(argv)


COMMANDS = {
    "run": _run,
    "test": _test,
    "bench": _bench,
    "lint": _lint,
    "i18n": _i18n,
    "odoo": _odoo,
    "clean": _clean,
}


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
        return COMMANDS[name](rest)
    except ui.DevError as error:
        print(f"dev: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\ndev: interrupted", file=sys.stderr)
    return 1
