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

    def test_dialogs_are_read_by_who_opened_them(self):
        """Odoo keeps what one types into a dialog from no colleague by itself."""
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        own = rules.filtered(
            lambda rule: (
                "'create_uid', '=', user.id" in rule.domain_force.replace('"', "'")
                and rule.perm_read
                and rule.perm_write
                and rule.perm_unlink
            )
        )
        dialogs = [model._name for model in self.own_models() if model._transient]
        self.assertGreater(len(dialogs), 20)
        self.assertEqual(set(dialogs) - set(own.model_id.mapped("model")), set())

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

    def test_documented_calls(self):
        """What the page on the architecture lets other rooms call is there."""
        path = FOLDER.parents[1] / "docs" / "architecture.md"
        if not path.exists():
            self.skipTest("An installed package stands without its documents.")
        page = path.read_text()
        [table] = re.findall(r"### What other rooms call(.*?)\n## ", page, re.DOTALL)
        calls = re.findall(r"^\| `([\w.]+)` \| `(_\w+)` \|", table, re.MULTILINE)
        self.assertGreater(len(calls), 10)
        for model, name in calls:
            with self.subTest(model, method=name):
                self.assertTrue(getattr(type(self.env[model]), name).__doc__)
