"""Odoo's command line with the project's configuration."""

import hashlib
import os
import re
import sys
import tempfile

from . import odoo_source, postgres, proc
from .paths import CACHE, ODOO_DATA, REPO, addon_dirs
from .ui import DevError

# One for each checkout, because their addons lie in different places.
CONFIG = CACHE / f"odoo-{hashlib.sha256(bytes(REPO)).hexdigest()[:8]}.conf"
LOADING = re.compile(r"Loading module \S+ \((\d+)/(\d+)\)")
PROBLEM = re.compile(r" (WARNING|ERROR|CRITICAL) \S+ ")


def write_config(server):
    """Write the configuration file for the server and return its path."""
    source = odoo_source.find()
    paths = [*source.addons, *([REPO] if addon_dirs() else [])]
    options = {
        "addons_path": ",".join(map(str, paths)),
        "data_dir": ODOO_DATA,
        "http_interface": "127.0.0.1",
        # Without workers and a replica there is nothing to gain from these.
        "max_cron_threads": 1,
        # Of browser tests that fail.
        "screenshots": CACHE / "screenshots",
    }
    for option in ("host", "port", "user"):
        value = server.environment.get(f"PG{option.upper()}")
        if value:
            options[f"db_{option}"] = value
    lines = [f"{name} = {value}\n" for name, value in options.items() if value != ""]
    CACHE.mkdir(parents=True, exist_ok=True)
    text = "[options]\n" + "".join(lines)
    if not CONFIG.exists() or CONFIG.read_text() != text:
        part = CONFIG.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        part.replace(CONFIG)
    return CONFIG


def environment(server):
    """Return the environment in which Python finds Odoo and its database."""
    write_config(server)
    path = [str(odoo_source.find().import_path()), str(REPO)]
    if os.environ.get("PYTHONPATH"):
        path.append(os.environ["PYTHONPATH"])
    result = {**os.environ, **server.environment}
    result["PYTHONPATH"] = os.pathsep.join(path)
    result["ODOO_RC"] = str(CONFIG)
    result.setdefault("PYTHONWARNINGS", "ignore")
    return result


def command(*arguments):
    """Return the command line that runs Odoo."""
    return [sys.executable, "-m", "odoo", *map(str, arguments)]


def main(arguments):
    """Run Odoo's command line beside a running database server."""
    with postgres.running() as server:
        return proc.foreground(command(*arguments), env=environment(server))


def install(server, step, database, modules, *options):
    """Install modules into a database and show how far it is.

    Return the warnings and errors that Odoo logged.
    """
    return _change(server, step, database, "-i", modules, *options)


def upgrade(server, step, database, modules):
    """Upgrade modules in a database, as `install` installs them."""
    return _change(server, step, database, "-u", modules)


def _change(server, step, database, action, modules, *options):
    log = CACHE / "log" / f"{database}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    problems, tail = [], []
    with log.open("w") as file:

        def on_line(line):
            file.write(line + "\n")
            tail.append(line)
            del tail[:-30]
            if PROBLEM.search(line):
                problems.append(line)
            if match := LOADING.search(line):
                step.progress("{} of {} modules".format(*match.groups()))

        arguments = ["-d", database, action, ",".join(modules), *options]
        arguments += ["--stop-after-init", "--no-http"]
        code = proc.stream(
            command(*arguments), on_line, env=environment(server), cwd=CACHE
        )
    if code:
        raise DevError("\n".join([f"Odoo failed (log: {log}):", *tail]))
    return problems


def script(server, step, database, text, **variables):
    """Run Python text in Odoo's shell; each line it prints is progress."""
    errors = CACHE / "log" / f"{database}-script.log"
    errors.parent.mkdir(parents=True, exist_ok=True)
    arguments = ["shell", "-d", database, "--no-http", "--log-level", "warn"]
    with tempfile.TemporaryFile("w+") as source, errors.open("w+") as log:
        source.write(text)
        source.seek(0)
        code = proc.stream(
            command(*arguments),
            step.progress,
            env={**environment(server), **variables, "PYTHONUNBUFFERED": "1"},
            cwd=CACHE,
            stdin=source,
            stderr=log,
        )
        log.seek(0)
        tail = log.read().splitlines()[-30:]
    if code:
        raise DevError("\n".join([f"A script failed (log: {errors}):", *tail]))
