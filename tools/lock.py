"""Locks between the commands that run at the same time on one machine."""

import fcntl
from contextlib import contextmanager

from .paths import CACHE
from .ui import say


@contextmanager
def exclusive(name, waiting):
    """Hold the lock `name`; say `waiting` when another command has it first."""
    folder = CACHE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
