"""The virtual environment with exactly the packages of the lock file."""

import hashlib
import os
import re
import shutil
import sys

from . import proc
from .paths import CACHE, REPO, TOOLS
from .ui import DevError

LOCK_FILE = TOOLS / "requirements.lock"


def lock_hash():
    """Return a short hash that changes with the pinned packages."""
    return hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()[:12]


def _folder():
    version = "{}.{}".format(*sys.version_info)
    return CACHE / f"venv-{version}-{lock_hash()}"


def python():
    """Return the interpreter of the environment."""
    return _folder() / "bin" / "python"


def missing():
    """Tell whether the environment has yet to be built."""
    return not (_folder() / "complete").exists()


def build(step):
    """Build the environment; on failure nothing half-built stays in use."""
    folder = _folder()
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        proc.capture([sys.executable, "-m", "venv", folder])
    except DevError as error:
        raise DevError(
            "Python cannot create a virtual environment; on Debian install the "
            f"package python3-venv.\n{error}"
        ) from error
    pins = len(re.findall(r"^\S+==", LOCK_FILE.read_text(), re.M))
    output = []
    seen = 0

    def on_line(line):
        nonlocal seen
        output.append(line)
        if line.startswith("Collecting "):
            seen += 1
            step.progress(f"{seen} of up to {pins} packages")
        elif line.startswith("Installing collected packages"):
            step.progress("unpacking")

    command = [python(), "-m", "pip", "install", "--require-hashes"]
    command += ["--disable-pip-version-check", "--no-input", "-r", LOCK_FILE]
    if proc.stream(command, on_line):
        raise DevError("\n".join(["pip failed:", *output[-25:]]))
    (folder / "complete").touch()
    # A name that does not change, for editors.
    link = CACHE / "venv"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)


def outdated():
    """Return the environments of other lock files and other Pythons."""
    return [folder for folder in CACHE.glob("venv-*") if folder != _folder()]


def enter(argv):
    """Go on inside the environment: replace this process if it is outside."""
    if os.path.realpath(sys.prefix) != os.path.realpath(_folder()):
        sys.stdout.flush()
        os.execv(python(), [str(python()), str(REPO / "dev"), *argv])
