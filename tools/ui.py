"""What the commands print: steps, how far they are, and failures."""

import shutil
import sys
import time


class DevError(Exception):
    """A failure that the user can act upon; its text says how."""


def say(text=""):
    """Print one line at once."""
    print(text, flush=True)


class Step:
    """One line of progress, rewritten in place on a terminal.

    Elsewhere (a log, a CI run) a line appears when the step starts and ends,
    and in between at most every ten seconds.
    """

    SILENCE = 10

    def __init__(self, title):
        self.title = title
        self.terminal = sys.stdout.isatty()
        self.started = self.printed = time.monotonic()
        self.last = None

    def __enter__(self):
        self._show("…")
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            self._show(f"done in {self._elapsed():.0f} s", end=True)
        elif self.terminal:
            print(flush=True)

    def progress(self, text):
        """Show how far the step is."""
        if text == self.last:
            return
        now = time.monotonic()
        if not self.terminal and now - self.printed < self.SILENCE:
            return
        self.last = text
        self._show(text)

    def _elapsed(self):
        return time.monotonic() - self.started

    def _show(self, text, end=False):
        self.printed = time.monotonic()
        line = f"{self.title} {text}"
        if self.terminal:
            # A line that wraps could not be written over.
            line = line[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{line}", end="\n" if end else "", flush=True)
        else:
            print(line, flush=True)


def run_steps(steps):
    """Run the (title, needed, action) steps that are needed, numbered."""
    number = 0
    for index, (title, needed, action) in enumerate(steps):
        # Asked at its turn: a step may provide what a later one needs.
        if needed():
            number += 1
            rest = sum(1 for _title, later, _action in steps[index + 1 :] if later())
            with Step(f"[{number}/{number + rest}] {title}") as step:
                action(step)
