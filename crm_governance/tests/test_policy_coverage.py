# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import csv
from pathlib import Path

from odoo.modules import Manifest
from odoo.tests import BaseCase, tagged

# The requirements of area A that the product must hold, as ranges.
MUST_TIERS = (
    "1-2 4-5 8-10 16-17 19 21 24-59 66-67 72 77 82-83 85 89 91 94-99 102-104 107 109"
    " 111 113-115 117-119 142 144 146"
)
# The same of areas C (confidentiality, disclosure) and E (files and borrowing).
MUST_CONFIDENTIALITY = "2-9 12-17 19-21 24-28 35-36 39-42"
MUST_FILES = "1-5 10-11 18 22 24 28-30 32 34-47 49-52 55-57"
# The same of area D (complaints).
MUST_COMPLAINTS = "1-2 4 6-10 12 15-16 18 20-23 25-29 33-35 39 41-43 45-46 49"
# {area: (how many requirements, those that must hold, how many these are)}
AREAS = {
    "A": (148, MUST_TIERS, 77),
    "C": (43, MUST_CONFIDENTIALITY, 28),
    "D": (51, MUST_COMPLAINTS, 31),
    "E": (59, MUST_FILES, 35),
}
# Presets and forms of the room of files: borrowing, retention, papers.
FILES = {"BP": "1-9", "RT": "1-6", "P": "21-27"}
# Service levels, calendars, approvals and papers of the room of complaints.
COMPLAINTS = {"SLA": "1-6", "RC": "9-10", "AM": "8", "P": "11-13"}
# Requirements that must hold and wait for no other room: all of D and E, and of C
# those that name files.
NOT_LATER = {
    "C": "14 16-17 19-21 24-28 39 42",
    "D": MUST_COMPLAINTS,
    "E": MUST_FILES,
}
HEADER = ["id", "status", "where", "test"]


@tagged("post_install", "-at_install")
class TestPolicyCoverage(BaseCase):
    """`docs/policy_coverage.csv` is complete and names tests that exist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.repository = cls._find_repository()
        cls.rows = []
        if cls.repository:
            path = cls.repository / "docs" / "policy_coverage.csv"
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                cls.rows = list(reader)
                cls.header = reader.fieldnames

    @classmethod
    def _find_repository(cls):
        """Return the folder of the repository; nothing in an installed package.

        There the addon stands without its documents, and so without this table.
        """
        addon = Path(Manifest.for_addon("crm_governance").path).resolve()
        if (addon.parent / "dev").is_file():
            return addon.parent
        return None

    @staticmethod
    def _get_ids(area, ranges):
        """Return the ids that ranges such as “1-3 7” name."""
        ids = set()
        for part in ranges.split():
            first, _dash, last = part.partition("-")
            numbers = range(int(first), int(last or first) + 1)
            ids |= {f"{area}-{number:02d}" for number in numbers}
        return ids

    def test_rows_are_complete(self):
        if not self.repository:
            return
        self.assertEqual(self.header, HEADER)
        ids = [row["id"] for row in self.rows]
        self.assertEqual(len(ids), len(set(ids)), "An id has two rows")
        wanted = set()
        for area, (count, must, number) in AREAS.items():
            wanted |= self._get_ids(area, f"1-{count}")
            self.assertEqual(len(self._get_ids(area, must)), number)
        self.assertEqual(wanted - set(ids), set(), "Rows are missing")
        for row in self.rows:
            with self.subTest(id=row["id"]):
                self.assertIn(row["status"], ("built", "partial", "later"))
                self.assertTrue(row["where"].strip(), "Say where, or what is missing")
                if row["status"] == "built":
                    self.assertTrue(row["test"], "No test proves this row")

    def test_presets_and_forms_of_files(self):
        """Each borrowing policy, retention rule and paper of the archive has a row."""
        if not self.repository:
            return
        wanted = set()
        for kind, ranges in FILES.items():
            wanted |= self._get_ids(kind, ranges)
        self.assertEqual(len(wanted), 22)
        ids = {row["id"] for row in self.rows}
        self.assertEqual(wanted - ids, set(), "Rows are missing")

    def test_presets_and_forms_of_complaints(self):
        """Each service level and paper of complaints has a row, and is there."""
        if not self.repository:
            return
        wanted = set()
        for kind, ranges in COMPLAINTS.items():
            wanted |= self._get_ids(kind, ranges)
        self.assertEqual(len(wanted), 12)
        rows = {row["id"]: row for row in self.rows}
        self.assertEqual(wanted - rows.keys(), set(), "Rows are missing")
        for name in sorted(wanted):
            with self.subTest(id=name):
                self.assertNotEqual(rows[name]["status"], "later")

    def test_what_must_hold_is_proved(self):
        """What must hold is built, or said to wait for what other room brings it."""
        if not self.repository:
            return
        rows = {row["id"]: row for row in self.rows}
        for area, (_count, must, _number) in AREAS.items():
            for name in sorted(self._get_ids(area, must)):
                with self.subTest(id=name):
                    row = rows[name]
                    self.assertEqual(bool(row["test"]), row["status"] != "later")
        for area, ranges in NOT_LATER.items():
            for name in sorted(self._get_ids(area, ranges)):
                with self.subTest(id=name):
                    self.assertNotEqual(rows[name]["status"], "later")

    def test_named_tests_exist(self):
        if not self.repository:
            return
        known = {}
        for row in self.rows:
            if not row["test"]:
                continue
            with self.subTest(id=row["id"], test=row["test"]):
                path, *names = row["test"].split("::")
                self.assertEqual(len(names), 2)
                if path not in known:
                    known[path] = self._get_tests(self.repository / path)
                self.assertIn(tuple(names), known[path])

    def _get_tests(self, path):
        """Return ``{(class, test)}`` of a file, without running it."""
        self.assertTrue(path.is_file(), f"{path} does not exist")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        return {
            (node.name, function.name)
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for function in node.body
            if isinstance(function, ast.FunctionDef)
            and function.name.startswith("test_")
        }
