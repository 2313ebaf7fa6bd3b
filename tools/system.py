"""Programs and fonts that come from the operating system."""

import os
import shutil
from pathlib import Path

from . import odoo_source, proc
from .ui import DevError, say

# The names under which Odoo's test suite looks for a browser.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _has_browser():
    return any(map(shutil.which, BROWSERS))


def _has_chinese_font():
    if shutil.which("fc-list"):
        return bool(proc.capture(["fc-list", ":lang=zh-cn", "family"]).strip())
    return Path("/usr/share/fonts/opentype/noto").is_dir()


def _missing():
    """Return the Debian packages that are missing, with what each is for."""
    wanted = {
        "chromium": (_has_browser, "browser tests"),
        "wkhtmltopdf": (lambda: shutil.which("wkhtmltopdf"), "PDF reports"),
        "fonts-noto-cjk": (_has_chinese_font, "Chinese text in PDF reports"),
    }
    if odoo_source.segmentation_missing():
        wanted["npm"] = (lambda: shutil.which("npm"), "a script of the web client")
    return {name: use for name, (found, use) in wanted.items() if not found()}


def installable():
    """Tell whether something is missing that can be installed from here."""
    return os.geteuid() == 0 and bool(shutil.which("apt-get")) and bool(_missing())


def install(step):
    """Install what is missing."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-q", "install", "--yes", "--no-install-recommends"]
    lines = []

    def on_line(line):
        lines.append(line)
        if line.startswith(("Get:", "Unpacking ", "Setting up ")):
            step.progress(line[:60])

    step.progress("reading package lists")
    proc.stream(["apt-get", "-q", "update"], lines.append, env=environment)
    if proc.stream([*command, *_missing()], on_line, env=environment):
        say("\n".join(["", *lines[-10:]]))


def hint():
    """Say in one line what is still missing and how it is installed."""
    packages = _missing()
    if packages:
        uses = ", ".join(f"{name} ({use})" for name, use in packages.items())
        say(f"Missing: {uses}. Run: sudo apt-get install {' '.join(packages)}")


def require_browser():
    """Fail without what browser tests need: Odoo would skip them in silence."""
    if not _has_browser():
        raise DevError("The tests need Chromium (Debian: apt-get install chromium).")
    if odoo_source.segmentation_missing():
        raise DevError("The tests need npm once (Debian: apt-get install npm).")
