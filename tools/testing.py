"""The command `./dev test`."""

import os
import sys

from . import dataset, lock, odoo_cli, postgres, proc, system, templates
from .paths import CACHE, REPO
from .ui import say

DATABASE = f"{templates.PREFIX}test"


def _pytest_command(arguments):
    command = [sys.executable, "-m", "pytest", "-p", "tools.pytest_guard"]
    command += [f"--odoo-database={DATABASE}", "--odoo-http", "--odoo-log-level=error"]
    command += ["-o", f"cache_dir={CACHE / 'pytest'}", *arguments]
    if not any(_names_tests(argument) for argument in arguments):
        command += templates.addon_names()
    return command


def _names_tests(argument):
    path = argument.partition("::")[0]
    return not argument.startswith("-") and bool(path) and (REPO / path).exists()


def main(arguments):
    """Run the suite on a copy of an installed database; return pytest's code."""
    system.require_browser()
    with lock.exclusive("test", "Waiting for another test run to end …"):
        with postgres.running() as server:
            templates.copy(server, DATABASE)
            environment = odoo_cli.environment(server)
            environment["CRM_GOVERNANCE_CDNOW"] = str(dataset.FILE)
            # For tests of installation, which copy it and install the addon.
            environment["CRM_GOVERNANCE_BASE_DATABASE"] = templates.base_name()
            environment["HYPOTHESIS_STORAGE_DIRECTORY"] = str(CACHE / "hypothesis")
            if server.programs:
                # Parallel runs (-n) copy the database with PostgreSQL's programs.
                path = os.environ.get("PATH", os.defpath)
                environment["PATH"] = f"{server.programs}{os.pathsep}{path}"
            say(f"Testing in the database {DATABASE}.")
            return proc.foreground(
                _pytest_command(arguments), env=environment, cwd=REPO
            )
