"""Databases that are expensive to build, kept to be copied.

There are two stages: one with everything that the addons depend on, and one
with the addons as well. Each is built again when what it was built from
changes, so that a copy is always what a fresh installation would give.
"""

import hashlib

from . import database, lock, odoo_cli, odoo_source, venv
from .paths import addon_dirs, main_addon_dirs, manifest
from .ui import DevError, Step

# The first one is the default of new users and customers.
LANGUAGES = "en_US,zh_CN"
# Counts the changes of this file that make existing templates unusable.
GENERATION = 2
# Parts of an addon that leave no trace in a database when it is installed.
NOT_INSTALLED = {"__pycache__", "tests", "readme", "static", "README.rst", "README.md"}
PREFIX = "crm_governance_"


def addon_names():
    """Return the names of the addons of this repository, bridges left out."""
    names = [path.name for path in main_addon_dirs()]
    if not names:
        raise DevError("There is no addon in the repository yet.")
    return names


def dependencies():
    """Return what the addons of this repository need from Odoo."""
    own = set(addon_names())
    needed = {"base"}
    for path in main_addon_dirs():
        needed.update(manifest(path).get("depends", ()))
    return sorted(needed - own)


def _short_hash(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def base_key(demo):
    """Return what the database of dependencies is built from, as a hash."""
    source = odoo_source.find().identity()
    parts = (GENERATION, source, venv.lock_hash(), demo, LANGUAGES, *dependencies())
    return _short_hash(*parts)


def addons_hash():
    """Return a hash of the files that installing the addons reads."""
    digest = hashlib.sha256()
    for folder in addon_dirs():
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            left_out = NOT_INSTALLED.intersection(relative.parts)
            if path.is_file() and path.suffix != ".pot" and not left_out:
                digest.update(f"{folder.name}/{relative}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def copy(server, target, *, addons=True, demo=False):
    """Make `target` a copy of the template asked for, which is built if need be."""
    with lock.exclusive("templates", "Waiting for another command's database …"):
        source = (_with_addons if addons else _base)(server, demo)
        database.clone(server, source, target)


def base_name(demo=False):
    """Return the name of the database with what the addons depend on."""
    return f"{PREFIX}{'base_demo' if demo else 'base'}_{base_key(demo)}"


def _base(server, demo):
    """Return the database with everything that the addons depend on."""
    kind = "base_demo" if demo else "base"
    name = base_name(demo)
    modules = dependencies()
    title = f"Odoo with {', '.join(modules)}" + (" and demo data" if demo else "")
    options = ["--load-language", LANGUAGES, *(["--with-demo"] if demo else [])]

    def build(part, step):
        database.create(server, part)
        odoo_cli.install(server, step, part, modules, *options)

    return _provide(server, kind, name, title, build)


def _with_addons(server, demo):
    """Return the database in which the addons are installed as well.

    An installation that logs a warning is refused: it tells of a mistake, such
    as a model without access rights, that shows nowhere else.
    """
    source = _base(server, demo)
    kind = "addons_demo" if demo else "addons"
    name = f"{PREFIX}{kind}_{_short_hash(base_key(demo), addons_hash())}"
    options = ["--with-demo"] if demo else []

    def build(part, step):
        database.clone(server, source, part)
        problems = odoo_cli.install(server, step, part, addon_names(), *options)
        if problems:
            raise DevError("\n".join(["The installation complained:", *problems]))

    title = f"Installing {', '.join(addon_names())}"
    return _provide(server, kind, name, title, build)


def _provide(server, kind, name, title, build):
    """Return the database `name`, built first if need be; drop the oldest ones."""
    existing = database.names(server)
    if name in existing:
        return name
    part = f"{PREFIX}{kind}_part"
    with Step(title) as step:
        build(part, step)
        database.rename(server, part, name)
    # The one before may be of another checkout or branch, and wanted again.
    others = [n for n in existing if n.rpartition("_")[0] == f"{PREFIX}{kind}"]
    for other in others[:-1]:
        database.drop(server, other)
    return name
