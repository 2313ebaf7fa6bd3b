"""Running other programs."""

import contextlib
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


def stream(
    command, on_line, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, **kwargs
):
    """Run a command and hand over each line it prints; return its exit code."""
    with subprocess.Popen(
        [str(part) for part in command],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        errors="replace",
        **kwargs,
    ) as process:
        try:
            for line in process.stdout:
                on_line(line.rstrip("\n"))
        except BaseException:
            _end(process)
            raise
        return process.wait()


def _end(process):
    """End a program that is no longer wanted, and wait until it is gone."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def foreground(command, **kwargs):
    """Run a command in the terminal, pass signals on, return its exit code.

    An interrupt typed at the terminal reaches the child by itself; this
    process only waits, so that the database server outlives its clients.
    """
    process = subprocess.Popen([str(part) for part in command], **kwargs)
    with _handled(process, interrupt=lambda signum, frame: None):
        return process.wait()


def background(command, on_start, **kwargs):
    """Run a server until it ends or a signal ends it; return its exit code.

    It runs in a session of its own, where the terminal's interrupt does
    not reach it, so that it gets each signal once, from here.
    """
    command = [str(part) for part in command]
    process = subprocess.Popen(command, start_new_session=True, **kwargs)
    with _handled(process):
        on_start(process)
        return process.wait()


@contextlib.contextmanager
def _handled(process, interrupt=None):
    """Hand the signals of this process over to another one."""

    def forward(signum, frame):
        if process.poll() is None:
            process.send_signal(signum)

    handlers = {
        signal.SIGINT: interrupt or forward,
        signal.SIGTERM: forward,
        signal.SIGHUP: forward,
    }
    previous = {number: signal.signal(number, f) for number, f in handlers.items()}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


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
