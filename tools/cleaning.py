"""The command `./dev clean`."""

import os
import shutil

from . import cli, lock, venv
from .paths import CACHE, ODOO_DATA, POSTGRES_DATA
from .ui import say


def main(arguments):
    """Remove databases and outdated packages, with `--all` all that was fetched."""
    if os.environ.get("PGHOST"):
        cli.set_up([cli.PYTHON])
        venv.enter(["clean", *arguments])
    with lock.alone("in-use", "Another ./dev command is running; stop it first."):
        if os.environ.get("PGHOST"):
            _drop_databases()
        unwanted = [POSTGRES_DATA, ODOO_DATA, *venv.outdated()]
        for path in sorted(CACHE.iterdir()) if CACHE.exists() else ():
            if "--all" in arguments or path in unwanted:
                _remove(path)
                say(f"Removed {path}.")
    return 0


def _drop_databases():
    """Drop the project's databases from a server of the user's own."""
    from . import database, postgres, serving, templates

    with postgres.running() as server:
        for name in database.names(server):
            if name == serving.DATABASE or name.startswith(templates.PREFIX):
                database.drop(server, name)
                say(f"Removed the database {name}.")


def _remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
