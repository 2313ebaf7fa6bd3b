"""The command `./dev run`."""

import http.client
import os
import socket
import threading
import time
from urllib.error import URLError
from urllib.request import urlopen

from . import database, dataset, lock, odoo_cli, postgres, proc, templates
from .paths import CACHE, TOOLS
from .ui import DevError, Step, say

DATABASE = "governance"
HOST = "127.0.0.1"
PORT = int(os.environ.get("CRM_GOVERNANCE_PORT", 8069))
REAL_DATA = TOOLS / "real_data.py"
# Set in the database when the purchases are there and a review is published.
LOADED = "crm_governance.real_data_loaded"
WEB_CLIENT = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


def main(arguments):
    """Prepare the database, serve it until interrupted, return Odoo's code."""
    _require_port()
    with lock.exclusive("run", "Waiting for another `./dev run` to end …"):
        with postgres.running() as server:
            _prepare(server)
            return _serve(server, arguments)


def _require_port():
    """Fail early when something else, say another `./dev run`, has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            raise DevError(
                f"Port {PORT} is in use. Is Odoo running already, on "
                f"http://{HOST}:{PORT}? CRM_GOVERNANCE_PORT chooses another port."
            ) from error


def _prepare(server):
    """Install or upgrade the addons, and load the real data the first time."""
    installed = database.names(server)
    state = templates.addons_hash()
    if DATABASE not in installed:
        templates.copy(server, DATABASE, demo=True)
        database.set_comment(server, DATABASE, state)
        _build_web_client(server)
    elif installed[DATABASE] != state:
        names = templates.addon_names()
        with Step(f"Upgrading {', '.join(names)}") as step:
            for problem in odoo_cli.upgrade(server, step, DATABASE, names):
                say(problem)
        database.set_comment(server, DATABASE, state)
        _build_web_client(server)
    if REAL_DATA.exists() and not _is_loaded(server):
        _load(server)


def _is_loaded(server):
    statement = "SELECT value FROM ir_config_parameter WHERE key = %s"
    return bool(database.query(server, DATABASE, statement, [LOADED]))


def _build_web_client(server):
    """Build scripts and styles now, so that the first page does not wait."""
    with Step("Building the web client") as step:
        odoo_cli.script(server, step, DATABASE, WEB_CLIENT)


def _load(server):
    """Run the script that loads the real purchases and opens a review.

    It gets the path of the purchases in CRM_GOVERNANCE_CDNOW, `env` as in the
    shell, and shows with every line it prints how far it is. Interrupted, it
    is run again at the next start, so it must cope with its own beginnings.
    """
    with Step("Loading the purchases of 23,570 real customers") as step:
        variables = {"CRM_GOVERNANCE_CDNOW": str(dataset.FILE)}
        odoo_cli.script(server, step, DATABASE, REAL_DATA.read_text(), **variables)
    statement = (
        "INSERT INTO ir_config_parameter (key, value) VALUES (%s, 'yes') "
        "ON CONFLICT DO NOTHING"
    )
    database.query(server, DATABASE, statement, [LOADED])


def _serve(server, arguments):
    options = ["-d", DATABASE, "--db-filter", f"^{DATABASE}$", "--no-database-list"]
    options += ["--http-interface", HOST, "--http-port", PORT]
    options += ["--log-level", "warn", *arguments]

    def announce(process):
        threading.Thread(target=_announce, args=[process], daemon=True).start()

    command = odoo_cli.command(*options)
    code = proc.background(
        command, announce, env=odoo_cli.environment(server), cwd=CACHE
    )
    say("Stopped.")
    return code


def _announce(process):
    """Wait until Odoo answers and tell the user."""
    url = f"http://{HOST}:{PORT}"
    while process.poll() is None:
        try:
            with urlopen(f"{url}/web/login", timeout=60):
                say(f"Odoo is ready on {url} (admin/admin); Ctrl-C stops it.")
                return
        except (URLError, OSError, http.client.HTTPException):
            time.sleep(0.5)
