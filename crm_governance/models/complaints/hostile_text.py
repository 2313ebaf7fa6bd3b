# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What strangers send, made harmless: pure functions, which know no database."""

import re
import unicodedata

# Characters that turn the direction of what follows: “gpj.exe” reads “exe.jpg”.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# What the file systems and shells of readers take for more than a name.
_RISKY = re.compile(r"[/\\:*?\"<>|$`;&\r\n\t\x00]+")
# What is not text: control characters but for line ends and tabs.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Longer names do not fit into file systems, with Chinese characters in them.
_LONGEST_NAME = 80
_LONGEST_ENDING = 12
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*?(/?)>")
# Tags that hold nothing, and so are never closed.
_EMPTY_TAGS = set("area base br col embed hr img input link meta source wbr".split())


def clean_text(text, limit=None):
    """Return a text that the database can keep, at most so many characters of it."""
    text = str(text or "").encode("utf-8", "replace").decode()
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if limit and len(text) > limit:
        text = f"{text[: limit - 1]}…"
    return text


def clean_line(text, limit=200):
    """Return a text in one line, without characters that turn its direction."""
    text = _TURNING.sub("", clean_text(text).replace("\n", " "))
    return clean_text(" ".join(text.split()), limit)


def clean_file_name(name):
    """Return a name under which a file can be kept and saved anywhere."""
    name = unicodedata.normalize("NFC", clean_line(name, limit=10000))
    # Only the last part of a path is a name.
    name = re.split(r"[/\\]", name)[-1]
    name = _RISKY.sub("_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, ending = name, ""
    stem = stem.strip(" .")[:_LONGEST_NAME] or "file"
    return f"{stem}.{ending}" if ending else stem


def get_depth(html):
    """Return how deep the tags of a text lie in each other; parsers give up at 256."""
    depth = deepest = 0
    for closing, name, closed in _TAG.findall(html):
        if name.lower() in _EMPTY_TAGS or closed:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest
