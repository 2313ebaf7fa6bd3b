"""The command `./dev compat`: Odoo's own tests with the addon and without.

Both sides are databases with the same modules; in one of them the addon (with the
bridges that install themselves) is installed as well.  pytest runs every test on
the finished registry: at that moment the addon is there, which it is not while
Odoo installs the module that a test belongs to.

A test whose results differ is run again, by itself and on both sides, because a
busy machine makes tests fail as well.  What still differs is listed.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import lock, odoo_cli, odoo_source, postgres, proc, system, templates
from .paths import CACHE, REPO
from .ui import DevError, say

FOLDER = CACHE / "compat"
DOCUMENT = REPO / "docs" / "compatibility.md"
SIDES = ("without", "with")
# Of accounting, the parts with partners and entries.
ACCOUNT = (
    "test_account_analytic.py",
    "test_account_bank_statement.py",
    "test_account_invoice_report.py",
    "test_account_merge_wizard.py",
    "test_account_move_*.py",
    "test_account_partner.py",
    "test_account_payment*.py",
    "test_digest.py",
    "test_duplicate_res_partner_bank.py",
    "test_mail_tracking_value.py",
    "test_portal_*.py",
    "test_res_partner_merge.py",
    "test_transfer_wizard.py",
    "test_unexpected_invoice.py",
)
SUITES = {
    "contacts": ("test_*.py",),
    "portal": ("test_*.py",),
    "sale_crm": ("test_*.py",),
    "calendar": ("test_*.py",),
    "crm": ("test_*.py",),
    "mail": ("**/test_*.py",),
    "sale": ("test_*.py",),
    "account": ACCOUNT,
}


def main(arguments):
    """Run the suites of the named modules, or of all; return 1 on a difference."""
    unknown = set(arguments) - set(SUITES)
    if unknown:
        raise DevError(
            f"There is no suite {', '.join(sorted(unknown))}; "
            f"there are: {', '.join(SUITES)}."
        )
    system.require_browser()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with lock.exclusive("compat", "Waiting for another comparison to end …"):
        with postgres.running() as server:
            for side in SIDES:
                templates.copy(server, _database(side), addons=side == "with")
            compared = {m: _compare(server, m) for m in arguments or SUITES}
    for module, results in compared.items():
        (FOLDER / f"{module}.json").write_text(json.dumps(results))
    _report(_load())
    return 1 if any(_get_differences(results) for results in compared.values()) else 0


def _load():
    """Return the results of this run and of earlier ones, of the suites that ran."""
    files = {module: FOLDER / f"{module}.json" for module in SUITES}
    return {
        module: json.loads(file.read_text())
        for module, file in files.items()
        if file.exists()
    }


def _database(side):
    return f"{templates.PREFIX}compat_{side}"


def _compare(server, module):
    """Return ``{test: (result without, result with)}`` of one module."""
    folder = odoo_source.find().package / "addons" / module / "tests"
    files = sorted({p for pattern in SUITES[module] for p in folder.glob(pattern)})
    results = _run_both(server, module, files)
    differing = _get_differences(results)
    if differing:
        say(f"{module}: running {len(differing)} tests again.")
        nodes = _get_nodes(files, differing)
        results.update(_run_both(server, f"{module}-again", nodes))
    return results


def _run_both(server, name, targets):
    sides = [_run(server, name, side, targets) for side in SIDES]
    return {
        test: tuple(side.get(test, "missing") for side in sides)
        for test in sorted(set().union(*sides))
    }


def _run(server, name, side, targets):
    """Return ``{test: result}`` of one side."""
    say(f"== {name}, {side} the addon")
    output = FOLDER / f"{name}-{side}.xml"
    output.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-r", "N"]
    command += ["-c", REPO / "pyproject.toml", "-o", f"cache_dir={CACHE / 'pytest'}"]
    command += [f"--odoo-database={_database(side)}", "--odoo-http"]
    command += ["-o", "junit_family=xunit1", f"--junitxml={output}", *targets]
    with (FOLDER / f"{name}-{side}.log").open("w") as log:
        code = proc.stream(
            [str(part) for part in command],
            lambda line: print(line, file=log, flush=True),
            env=odoo_cli.environment(server),
            cwd=CACHE,
        )
    if code not in (0, 1) or not output.exists():
        raise DevError(f"pytest ended with {code}: see {log.name}")
    return _read(output)


def _read(path):
    """Return ``{test: result}`` from the file that pytest has written."""
    results = {}
    for case in ElementTree.parse(path).iter("testcase"):
        names = (Path(case.get("file") or "").stem, case.get("classname"))
        names = (names[0], names[1].rpartition(".")[2], case.get("name"))
        test = ".".join(names)
        kinds = {child.tag for child in case}
        # A test that fails and whose clean-up fails as well is there twice.
        result = next((k for k in ("error", "failure", "skipped") if k in kinds), "ok")
        results[test] = result if results.get(test, "ok") == "ok" else results[test]
    return results


def _get_differences(results):
    return [
        test for test, (without, with_addon) in results.items() if without != with_addon
    ]


def _get_nodes(files, tests):
    """Return the addresses of tests: the file, the class and the method."""
    by_module = {path.stem: path for path in files}
    nodes = set()
    for test in tests:
        file, case, method = test.split(".", 2)
        nodes.add(f"{by_module[file]}::{case}::{method.partition(' ')[0]}")
    return sorted(nodes)


def _report(compared):
    """Write all results into the cache, and the summary into the document."""
    lines = [
        f"{without:8} {with_addon:8} {test}"
        for results in compared.values()
        for test, (without, with_addon) in results.items()
    ]
    path = FOLDER / "results.txt"
    path.write_text("\n".join(["without  with     test", *lines, ""]))
    rows = ["| suite | tests | passed | failed on both sides | skipped | different |"]
    rows.append("|" + " --- |" * 6)
    differences = []
    for module, results in compared.items():
        different = _get_differences(results)
        alike = [pair[0] for pair in results.values() if len(set(pair)) == 1]
        failed = sum(result in ("error", "failure") for result in alike)
        rows.append(
            f"| {module} | {len(results)} | {alike.count('ok')} | {failed} "
            f"| {alike.count('skipped')} | {len(different)} |"
        )
        differences += [
            f"- `{test}`: {results[test][0]}, with the addon {results[test][1]}"
            for test in different
        ]
    text = "\n".join([*rows, "", *(differences or ["No test differs."])])
    say(f"{text}\nAll results: {path}")
    if set(compared) == set(SUITES):
        old = DOCUMENT.read_text()
        text = f"<!-- results -->\n\n{text}\n\n<!-- end -->"
        pattern = re.compile("<!-- results -->.*?<!-- end -->", re.S)
        DOCUMENT.write_text(pattern.sub(lambda match: text, old))
        say(f"Written to {DOCUMENT.relative_to(REPO)}.")
