"""Odoo 19: the user's own, or Debian's package unpacked into the cache."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import proc
from .paths import CACHE
from .ui import DevError

SERIES = "19.0"
PACKAGE = "odoo-19"
SUITE = "sid"
# The package links to these instead of carrying copies; its links are relative,
# so they resolve inside the folder when everything is unpacked side by side.
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
    "fonts-inconsolata",
)
# Odoo's style sheets are written for Font Awesome 4; the current package
# carries a later, incompatible one.
FONT_AWESOME = ("fonts-font-awesome", "4.7.")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
TREE = CACHE / "odoo-19"
# Debian leaves this library out, and the web client complains about its
# absence on every page, which browser tests take for a failure.
SEGMENTATION = "@mediapipe/selfie_segmentation@0.1.1675465747"

HINT = (
    "Set ODOO_HOME to an Odoo 19.0 checkout or installation (the folder that "
    "holds the package `odoo`) and run the command again."
)


class Source:
    """An Odoo: the folder that holds its Python package."""

    def __init__(self, path):
        self.path = Path(path)

    @property
    def package(self):
        """Return the folder of the Python package `odoo`."""
        return self.path / "odoo"

    def import_path(self):
        """Return a folder for Python's path that offers Odoo.

        An installation shares its folder with other packages, whose versions
        must not come before those of the lock file.
        """
        if self.path.name not in ("dist-packages", "site-packages"):
            return self.path
        name = hashlib.sha256(bytes(self.path)).hexdigest()[:8]
        folder = CACHE / f"odoo-path-{name}"
        folder.mkdir(exist_ok=True)
        with contextlib.suppress(FileExistsError):
            (folder / "odoo").symlink_to(self.package)
        return folder

    @property
    def addons(self):
        """Return the folders of standard addons that Odoo does not find itself."""
        folder = self.path / "addons"
        return [folder] if (folder / "crm" / "__manifest__.py").exists() else []

    def identity(self):
        """Return what tells this Odoo from another: its version or revision."""
        if self.path == _python_path(TREE):
            return (TREE / "VERSION").read_text().strip()
        if (self.path / ".git").exists():
            return proc.capture(["git", "-C", self.path, "rev-parse", "HEAD"]).strip()
        release = (self.package / "release.py").read_bytes()
        return f"{self.path}:{hashlib.sha256(release).hexdigest()}"


def _python_path(tree):
    return tree / "usr" / "lib" / "python3" / "dist-packages"


def find():
    """Return the Odoo to use; its presence is checked."""
    home = os.environ.get("ODOO_HOME")
    if not home:
        return Source(_python_path(TREE))
    home = Path(home).expanduser().resolve()
    for path in (home, home.parent):
        release = path / "odoo" / "release.py"
        if release.exists():
            break
    else:
        raise DevError(f"ODOO_HOME is {home}, but there is no Odoo in it. {HINT}")
    found = re.search(r"version_info = \((\d+), (\d+)", release.read_text())
    if not found or ".".join(found.groups()) != SERIES:
        raise DevError(f"The Odoo in {path} is not version {SERIES}. {HINT}")
    return Source(path)


def missing():
    """Tell whether Odoo has yet to be fetched."""
    return not os.environ.get("ODOO_HOME") and not (TREE / "VERSION").exists()


def fetch(step):
    """Download Debian's package and what it links to, and unpack them."""
    if proc.missing("apt-get", "dpkg-deb"):
        raise DevError(f"This machine has no Debian package tools. {HINT}")
    apt = _Apt(CACHE / "apt")
    apt.update()
    versions = {PACKAGE: apt.candidate(PACKAGE)}
    if not versions[PACKAGE]:
        raise DevError(
            f"Debian's suite {SUITE} no longer has the package {PACKAGE}. {HINT}"
        )
    versions.update((name, apt.candidate(name)) for name in COMPANIONS)
    name, wanted = FONT_AWESOME
    versions[name] = apt.version_with(name, wanted)
    for name, version in versions.items():
        if not version:
            raise DevError(f"No suitable package {name} was found. {HINT}")
    files = apt.download(versions, step)
    part = TREE.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _unpack(files, part, step)
    (part / "VERSION").write_text(versions[PACKAGE] + "\n")
    proc.replace(part, TREE)
    shutil.rmtree(apt.folder)


def _unpack(files, target, step):
    """Unpack the packages; count bytes, because the large one takes a while."""
    sizes = [
        int(proc.capture(["dpkg-deb", "--field", file, "Installed-Size"])) * 1024
        for file in files
    ]
    done = 0
    for file in files:
        with (
            subprocess.Popen(
                ["dpkg-deb", "--fsys-tarfile", file], stdout=subprocess.PIPE
            ) as source,
            subprocess.Popen(
                ["tar", "-x", "--no-same-owner", "-C", target], stdin=subprocess.PIPE
            ) as sink,
        ):
            while chunk := source.stdout.read(1 << 20):
                sink.stdin.write(chunk)
                done += len(chunk)
                step.progress(f"unpacking, {min(100, 100 * done // sum(sizes))} %")
            sink.stdin.close()
        if source.returncode or sink.returncode:
            raise DevError(f"{Path(file).name} could not be unpacked.")


class _Apt:
    """A private apt: nothing of the machine's own configuration is changed."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("lists/partial", "cache/archives/partial", "etc", "debs"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()

    def update(self):
        """Point apt at the machine's own Debian mirror and read the indexes."""
        mirror, release = self._machine()
        signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""
        suites = dict.fromkeys([SUITE, release])
        lines = [f"deb{signed} {mirror} {suite} main\n" for suite in suites if suite]
        (self.folder / "etc" / "sources.list").write_text("".join(lines))
        options = {
            "Dir::State": self.folder,
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::sourcelist": self.folder / "etc" / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "APT::Sandbox::User": "",
            "APT::Default-Release": "",
            "Acquire::Languages": "none",
        }
        text = "".join(f'{name} "{value}";\n' for name, value in options.items())
        (self.folder / "apt.conf").write_text(text)
        self._run("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update")

    def _machine(self):
        """Return the machine's Debian mirror and the code name of its release."""
        mirror = self._targets()
        if not mirror:
            # A fresh container has no package lists yet, and without lists apt
            # does not tell its sources: read them into a folder of our own.
            lists = self.folder / "machine-lists"
            (lists / "partial").mkdir(parents=True, exist_ok=True)
            options = ["-o", f"Dir::State::lists={lists}", "-o", "APT::Sandbox::User="]
            options += ["-o", f"Dir::Cache={self.folder / 'cache'}"]
            proc.capture(["apt-get", "-q", *options, "update"])
            mirror = self._targets(*options)
        if not mirror:
            raise DevError(f"apt knows no Debian mirror on this machine. {HINT}")
        return mirror

    @staticmethod
    def _targets(*options):
        form = "$(REPO_URI) $(CODENAME)"
        filters = ("Origin: Debian", "Label: Debian", "Created-By: Packages")
        command = ["apt-get", *options, "indextargets", "--format", form, *filters]
        lines = proc.capture(command).split("\n")
        # `-updates` and `-backports` of the same mirror come with it.
        rows = [line.split() for line in lines if line and "-" not in line.split()[-1]]
        return rows[0] if rows else None

    def _run(self, *command):
        environment = {**os.environ, "APT_CONFIG": str(self.folder / "apt.conf")}
        environment["LC_ALL"] = "C.UTF-8"
        return proc.capture(command, env=environment, cwd=self.folder / "debs")

    def _versions(self, package):
        """Return the versions that the mirror has, newest first."""
        lines = self._run("apt-cache", "madison", package).splitlines()
        return [line.split("|")[1].strip() for line in lines]

    def candidate(self, package):
        """Return the newest version of a package, or None."""
        return next(iter(self._versions(package)), None)

    def version_with(self, package, wanted):
        """Return the newest version whose name contains `wanted`, or None."""
        return next((v for v in self._versions(package) if wanted in v), None)

    def download(self, versions, step):
        """Download packages and return the files, largest first."""
        folder = self.folder / "debs"
        total = 0
        for name, version in versions.items():
            record = self._run("apt-cache", "show", f"{name}={version}")
            total += int(re.search(r"^Size: (\d+)", record, re.M).group(1))

        def look():
            done = sum(path.stat().st_size for path in folder.iterdir())
            step.progress(f"{done >> 20} of {total >> 20} MB")

        with proc.Watch(look):
            self._run("apt-get", "-q", "download", *map("=".join, versions.items()))
        return sorted(folder.glob("*.deb"), key=lambda path: -path.stat().st_size)


def segmentation_missing():
    """Tell whether the library that Debian leaves out is missing."""
    return not os.environ.get("ODOO_HOME") and not _segmentation().exists()


def segmentation_fetchable():
    """Tell whether it is missing and the program that fetches it is there."""
    return segmentation_missing() and not proc.missing("npm")


def _segmentation():
    package = _python_path(TREE) / "odoo"
    name = "selfie_segmentation"
    return package / "addons" / "mail" / "static" / "lib" / name / f"{name}.js"


def fetch_segmentation(step):
    """Put the library that Debian leaves out where Odoo expects it."""
    target = _segmentation()
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder]
        proc.capture([*command, SEGMENTATION], cwd=folder)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            text = archive.extractfile(f"package/{target.name}").read()
    target.write_bytes(text)
