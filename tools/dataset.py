"""The real purchase history that `./dev run` and the tests use.

CDNOW: 69,659 purchases of 23,570 customers, a data set of the customer-value
literature. It is fetched, never committed.
"""

import hashlib
import tempfile
import zipfile
from pathlib import Path

from . import proc, venv
from .paths import CACHE
from .ui import DevError

PACKAGE = "lifetimes==0.11.3"
MEMBER = "CDNOW_master.txt"
SHA256 = "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef"
FILE = CACHE / MEMBER


def missing():
    """Tell whether the file has yet to be fetched."""
    return not FILE.exists()


def fetch(step):
    """Take the file out of the package, without installing the package."""
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [venv.python(), "-m", "pip", "download", "--no-deps", "--quiet"]
        command += ["--disable-pip-version-check", "--no-input", "--dest", folder]
        proc.capture([*command, PACKAGE])
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(MEMBER))
            content = wheel.read(name)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise DevError(f"The file {MEMBER} in {PACKAGE} is not the expected one.")
    part = FILE.with_suffix(".part")
    part.write_bytes(content)
    part.replace(FILE)
