"""Running other programs."""

import os
import shutil
import signal
import subprocess
import threading

from .ui import DevError


def capture(command, **kwargs):
    """Return what a command prints, or fail with what it complained about."""
    result = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        **kwargs,
    )
    if result.returncode:
        detail = (result.stderr or result.stdout).strip()
        raise DevError(f"`{' '.join(map(str, command))}` failed:\n{detail}")
    return result.stdout


def stream(command, on_line, **kwargs):
    """Run a command and hand over each line it prints; return its exit code."""
    with subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **kwargs,
    ) as process:
        for line in process.stdout:
            on_line(line.rstrip("\n"))
        return process.wait()


def foreground(command, **kwargs):
    """Run a command in the terminal, pass signals on, return its exit code.

    An interrupt typed at the terminal reaches the child by itself; this
    process only waits, so that the database server outlives its clients.
    """
    process = subprocess.Popen([str(part) for part in command], **kwargs)

    def forward(signum, frame):
        if process.poll() is None:
            process.send_signal(signum)

    previous = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda signum, frame: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, forward),
        signal.SIGHUP: signal.signal(signal.SIGHUP, forward),
    }
    try:
        return process.wait()
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)


def missing(*programs):
    """Return the programs that are not on the path."""
    return [program for program in programs if not shutil.which(program)]


def replace(source, target):
    """Put a finished folder into its place, where an unfinished one may lie."""
    if target.exists():
        shutil.rmtree(target)
    os.replace(source, target)


class Watch:
    """Call a function every half second until the block is left."""

    def __init__(self, look):
        self.look = look
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._loop, daemon=True)

    def _loop(self):
        while not self.stop.wait(0.5):
            self.look()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exc_info):
        self.stop.set()
        self.thread.join()
