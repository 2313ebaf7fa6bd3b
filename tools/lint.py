"""The command `./dev lint`."""

import os
import subprocess
import sys
from pathlib import Path

from lxml import etree

from .paths import CACHE, REPO, addon_dirs
from .ui import say

BIN = Path(sys.executable).parent


def _files(*patterns):
    """Return the files of the repository that match, tracked or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--"]
    result = subprocess.run(
        [*command, *patterns], cwd=REPO, capture_output=True, text=True, check=True
    )
    files = (REPO / line for line in result.stdout.splitlines())
    return sorted(path for path in files if path.exists())


def _program(name, *arguments):
    environment = {**os.environ, "PYLINTHOME": str(CACHE / "pylint")}
    environment["RUFF_CACHE_DIR"] = str(CACHE / "ruff")
    command = [str(BIN / name), *map(str, arguments)]
    return subprocess.run(command, cwd=REPO, env=environment).returncode == 0


def _well_formed():
    good = True
    for path in _files("*.xml", "*.svg"):
        try:
            etree.parse(str(path))
        except etree.XMLSyntaxError as error:
            say(f"{path.relative_to(REPO)}: {error}")
            good = False
    return good


def _checks(fix):
    """Yield the checks as (name, function that tells success)."""
    modules = [path.name for path in addon_dirs()]
    translations = [path.relative_to(REPO) for path in _files("*.po", "*.pot")]
    fixing = ["--fix"] if fix else []
    yield "ruff check", lambda: _program("ruff", "check", *fixing)
    formatting = [] if fix else ["--check"]
    yield "ruff format", lambda: _program("ruff", "format", *formatting)
    yield "XML is well-formed", _well_formed
    if modules:
        yield "pylint-odoo", lambda: _program("pylint", *modules)
        hook = "oca-checks-odoo-module"
        yield hook, lambda: _program(hook, *modules)
    if translations:
        yield "oca-checks-po", lambda: _program("oca-checks-po", *translations)


def main(arguments):
    """Run all checks and return 1 if any of them fails."""
    failed = []
    for name, check in _checks(fix="--fix" in arguments):
        say(f"== {name}")
        if not check():
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0
