# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

FOLDER = Path(__file__).parent


@tagged("post_install", "-at_install")
class TestStructure(TransactionCase):
    """What holds for every model and every file of the addon."""

    def own_models(self):
        for model in self.registry.values():
            if model._original_module == "crm_governance" and not model._abstract:
                yield self.env[model._name]

    def test_records_have_names_that_people_read(self):
        """No tag, label or message shows a technical name with a number."""
        nameless = [
            model._name
            for model in self.own_models()
            if not model._rec_name
            and not model._transient
            and not any(
                "_compute_display_name" in cls.__dict__ for cls in self.own(model)
            )
        ]
        self.assertEqual(nameless, [])

    @staticmethod
    def own(model):
        return [
            cls
            for cls in type(model).mro()
            if cls.__module__.startswith("odoo.addons.crm_governance")
        ]

    def test_all_tests_run(self):
        """Odoo's own test runner finds the files that the package names."""
        named = set(
            re.findall(r"import (test_\w+)", (FOLDER / "__init__.py").read_text())
        )
        self.assertEqual(named, {path.stem for path in FOLDER.glob("test_*.py")})
