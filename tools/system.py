"""Programs and fonts that come from the operating system."""

import os
import shutil
import subprocess
from pathlib import Path

from . import odoo_source, proc
from .ui import DevError, say

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _has_chromium():
    return any(map(shutil.which, CHROMIUM))


def _has_chinese_font():
    if shutil.which("fc-list"):
        return bool(proc.capture(["fc-list", ":lang=zh-cn", "family"]).strip())
    return Path("/usr/share/fonts/opentype/noto").is_dir()


def _missing():
    """Return the Debian packages that are missing, with what each is for."""
    wanted = {
        "chromium": (_has_chromium, "browser tests"),
        "wkhtmltopdf": (lambda: shutil.which("wkhtmltopdf"), "PDF reports"),
        "fonts-noto-cjk": (_has_chinese_font, "Chinese text in PDF reports"),
    }
    if odoo_source.segmentation_missing():
        wanted["npm"] = (lambda: shutil.which("npm"), "a script of Odoo's web client")
    return {name: use for name, (found, use) in wanted.items() if not found()}


def missing():
    """Tell whether anything from the operating system is missing."""
    return bool(_missing())


def install(step):
    """Install what is missing where that is possible; else say what to install."""
    packages = _missing()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "-q", "install", "--yes", "--no-install-recommends"]
        step.progress("reading package lists")
        proc.capture(["apt-get", "-q", "update"], env=environment)
        lines = []

        def on_line(line):
            lines.append(line)
            if line.startswith(("Get:", "Unpacking ", "Setting up ")):
                step.progress(line[:60])

        if proc.stream([*command, *packages], on_line, env=environment):
            raise DevError("\n".join(["apt-get install failed:", *lines[-15:]]))
    else:
        uses = ", ".join(f"{name} ({use})" for name, use in packages.items())
        say(f"\nPlease install {uses}: `sudo apt-get install {' '.join(packages)}`")


def require_browser():
    """Fail unless a browser is there: without it Odoo skips browser tests."""
    if not _has_chromium():
        raise DevError(
            "The tests need Chromium; on Debian: `apt-get install chromium`."
        )


def version(program):
    """Return the first line that a program prints about its version."""
    result = subprocess.run([program, "--version"], capture_output=True, text=True)
    return (result.stdout or result.stderr).strip().split("\n")[0]
