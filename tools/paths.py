"""Where the project's files are and where its cache is kept."""

import ast
import os
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
TOOLS = REPO / "tools"
BENCHMARKS = REPO / "benchmarks"
ADDON = "crm_governance"


def _cache_dir():
    """Return the cache folder, which never lies inside the repository."""
    override = os.environ.get("CRM_GOVERNANCE_CACHE")
    if override:
        return Path(override).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).expanduser().resolve() / ADDON


CACHE = _cache_dir()
# The embedded database server's files, and Odoo's: attachments and sessions.
POSTGRES_DATA = CACHE / "postgres"
ODOO_DATA = CACHE / "data"


def addon_dirs():
    """Return the folders of the repository that are Odoo addons, by name."""
    return sorted(path.parent for path in REPO.glob("*/__manifest__.py"))


def manifest(folder):
    """Return the manifest of an addon."""
    return ast.literal_eval((folder / "__manifest__.py").read_text())


def main_addon_dirs():
    """Return the addons that are installed by hand.

    The others are bridges: they come along where what they depend on is installed.
    """
    return [path for path in addon_dirs() if not manifest(path).get("auto_install")]
