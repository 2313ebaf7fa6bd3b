"""The command `./dev clean`."""

import os
import shutil

from . import database, lock, paths, postgres, serving, templates
from .ui import say


def main(arguments):
    """Remove the databases, and with `--all` everything that was fetched."""
    everything = "--all" in arguments
    with lock.alone("in-use", "Another ./dev command is running; stop it first."):
        if os.environ.get("PGHOST"):
            with postgres.running() as server:
                for name in database.names(server):
                    if name == serving.DATABASE or name.startswith(templates.PREFIX):
                        database.drop(server, name)
                        say(f"Removed the database {name}.")
        for path in sorted(paths.CACHE.iterdir()):
            if everything or path in (postgres.DATA, database.DATA_DIR):
                _remove(path)
                say(f"Removed {path}.")
    return 0


def _remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
