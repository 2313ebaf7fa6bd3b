"""The command `./dev i18n`."""

import tempfile
from pathlib import Path

import polib

from . import database, odoo_cli, postgres, proc, templates
from .paths import CACHE, addon_dirs, main_addon_dirs
from .ui import DevError, Step, say

DATABASE = f"{templates.PREFIX}i18n"
LANGUAGES = ("zh_CN",)
PLURALS = {"zh_CN": "nplurals=1; plural=0;"}
# Written anew at each export, and no difference that anybody wants to review.
DATES = ("POT-Creation-Date", "PO-Revision-Date")


def main(arguments):
    """Refresh template and translations; return 1 if a term is not translated.

    With `--check` nothing is written, and a file that is out of date counts as
    a failure as well.
    """
    check = "--check" in arguments
    with postgres.running() as server, tempfile.TemporaryDirectory() as folder:
        # Demo data is translated too, hence a database that has it.
        templates.copy(server, DATABASE, demo=True)
        good = True
        for path in main_addon_dirs():
            good &= _update(server, path, Path(folder), check)
        bridges = _get_speaking_bridges()
        if bridges:
            # Afterwards, so that they add nothing to the terms of the others.
            names = [path.name for path in bridges]
            with Step(f"Installing {', '.join(names)}") as step:
                odoo_cli.install(server, step, DATABASE, names)
        for path in bridges:
            good &= _update(server, path, Path(folder), check)
        database.drop(server, DATABASE)
    return 0 if good else 1


def _get_speaking_bridges():
    """Return the bridges with words of their own; most have none."""
    others = [path for path in addon_dirs() if path not in main_addon_dirs()]
    return [path for path in others if (path / "i18n").is_dir()]


def _update(server, path, folder, check):
    return _refresh(path / "i18n", path.name, _export(server, path.name, folder), check)


def _export(server, module, folder):
    """Return what Odoo exports, by language; the template is under `pot`."""
    result = {}
    for language in ("pot", *LANGUAGES):
        file = folder / f"{module}.{'pot' if language == 'pot' else 'po'}"
        # The languages' option takes all that follows: the module comes first.
        arguments = ["i18n", "export", module, "-c", odoo_cli.CONFIG, "-d", DATABASE]
        proc.capture(
            odoo_cli.command(*arguments, "-o", file, "-l", language),
            env=odoo_cli.environment(server),
            cwd=CACHE,
        )
        if not file.exists():
            raise DevError(f"Odoo exported no terms of {module}.")
        result[language] = polib.pofile(str(file))
    return result


def _refresh(folder, module, exported, check):
    """Write the files of one addon and report how complete they are."""
    template = exported["pot"]
    good = _write(folder / f"{module}.pot", template, check)
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        translation = _merge(path, language, template, exported[language])
        good &= _write(path, translation, check)
        untranslated = translation.untranslated_entries()
        fuzzy = translation.fuzzy_entries()
        say(
            f"{module} {language}: {len(template)} terms, "
            f"{len(untranslated)} untranslated, {len(fuzzy)} fuzzy, "
            f"{len(translation.obsolete_entries())} no longer used"
        )
        for entry in untranslated[:20] + fuzzy[:20]:
            say(f"    {entry.msgid!r}")
        good &= not untranslated and not fuzzy
    return good


def _merge(path, language, template, standard):
    """Return the terms of the template in its order, with known translations.

    A term that is new here may be one that Odoo itself has translated already,
    such as "Contact". What is translated but no longer used is kept at the end
    as obsolete, so that a term that comes back brings its translation along.
    """
    known = polib.pofile(str(path)) if path.exists() else polib.POFile()
    result = polib.POFile()
    result.metadata = dict(template.metadata)
    result.metadata["Language"] = language
    result.metadata["Plural-Forms"] = PLURALS[language]
    result.header = template.header
    translated = {(entry.msgid, entry.msgctxt): entry for entry in known}
    by_odoo = {(entry.msgid, entry.msgctxt): entry.msgstr for entry in standard}
    for term in template:
        entry = polib.POEntry(
            msgid=term.msgid,
            msgctxt=term.msgctxt,
            comment=term.comment,
            occurrences=term.occurrences,
            flags=list(term.flags),
        )
        key = (term.msgid, term.msgctxt)
        old = translated.pop(key, None)
        if old is not None and old.msgstr:
            entry.msgstr = old.msgstr
            if old.fuzzy:
                entry.flags.append("fuzzy")
        else:
            entry.msgstr = by_odoo.get(key, "")
        result.append(entry)
    for entry in translated.values():
        if entry.msgstr:
            entry.obsolete = True
            entry.occurrences, entry.comment = [], ""
            result.append(entry)
    return result


def _write(path, content, check):
    """Write a file if more than its dates would change; tell whether it was good."""
    old = polib.pofile(str(path)) if path.exists() else None
    if old is not None:
        for name in DATES:
            if name in old.metadata:
                content.metadata[name] = old.metadata[name]
        if str(old) == str(content):
            return True
    if check:
        say(f"{path.name} is out of date; run `./dev i18n`.")
        return False
    path.parent.mkdir(exist_ok=True)
    content.save(str(path))
    return True
