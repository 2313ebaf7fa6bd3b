"""Locks between the commands that run at the same time on one machine."""

import fcntl
from contextlib import contextmanager

from .paths import CACHE
from .ui import DevError, say


def _open(name):
    folder = CACHE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return open(folder / name, "w")


@contextmanager
def exclusive(name, waiting):
    """Hold the lock `name`; say `waiting` when another command has it first."""
    with _open(name) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(name):
    """Hold the lock `name` beside others that share it."""
    with _open(name) as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(name, refusal):
    """Hold the lock `name`, or fail with `refusal` while others share it."""
    with _open(name) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DevError(refusal) from error
        yield
