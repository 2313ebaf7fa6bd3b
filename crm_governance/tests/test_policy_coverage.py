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
TIER_REQUIREMENTS = 148
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

    def _get_must(self):
        """Return the ids of `MUST_TIERS`."""
        must = set()
        for part in MUST_TIERS.split():
            first, _dash, last = part.partition("-")
            numbers = range(int(first), int(last or first) + 1)
            must |= {f"A-{number:02d}" for number in numbers}
        return must

    def test_rows_are_complete(self):
        if not self.repository:
            return
        self.assertEqual(self.header, HEADER)
        ids = [row["id"] for row in self.rows]
        self.assertEqual(len(ids), len(set(ids)), "An id has two rows")
        wanted = {f"A-{number:02d}" for number in range(1, TIER_REQUIREMENTS + 1)}
        self.assertEqual(wanted - set(ids), set(), "Rows are missing")
        must = self._get_must()
        self.assertEqual(len(must), 77)
        for row in self.rows:
            with self.subTest(id=row["id"]):
                self.assertIn(row["status"], ("built", "partial", "later"))
                self.assertTrue(row["where"].strip(), "Say where, or what is missing")
                if row["status"] == "built":
                    self.assertTrue(row["test"], "No test proves this row")

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
