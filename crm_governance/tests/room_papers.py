# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

import polib
from lxml import html

from odoo.tools import file_path

# Codes, numbers and links are the same in all languages.
CODES = re.compile(
    r"\b[A-Z]+[-/]?\d[\w/-]*|\b[\w.-]+@[\w.-]+|https?://\S+|\b[0-9a-f]{16,}\b"
)
WORDS = re.compile(r"[A-Za-z]{3,}")


class RoomPapers:
    """What is printed, word by word, when all that people wrote is Chinese.

    Put it before the world of a room, which names the models (`get_models`).
    """

    # {report: (records, who prints, English on it, Chinese on it)}
    PAPERS = {}

    @classmethod
    def learn_chinese(cls):
        """Load the terms of the addon."""
        cls.env["res.lang"]._activate_lang("zh_CN")
        modules = cls.env["ir.module.module"].search(
            [("name", "in", ("base", "web", "crm_governance"))]
        )
        modules._update_translations(["zh_CN"])

    @classmethod
    def rename_people(cls, *partners):
        """Let nobody have a name that looks like a word of a template."""
        people = [*cls.users.values(), cls.env.ref("base.user_root")]
        for number, user in enumerate(people):
            user.name = f"张{number}"
        cls.company.name = "某某公司"
        for partner in partners:
            partner.name = "客户"

    @classmethod
    def write_everywhere(cls, columns):
        """Write Chinese into [(model, field)] wherever something is written."""
        for name, column in columns:
            for record in cls.system(cls.env[name].search([])):
                if record[column]:
                    record[column] = "文字"

    @classmethod
    def system(cls, records):
        guarded = cls.env["governance.legal.hold"]._as_system()
        return records.with_env(guarded.env)

    def get_kept(self):
        """Return texts that stay what they were when they were written."""
        return []

    def printed(self, report, lang):
        """Return the text of a paper as somebody prints it in a language."""
        name, login, _english, _chinese = self.PAPERS[report]
        user = self.users[login]
        user.lang = lang
        reports = self.env["ir.actions.report"].with_user(user).with_context(lang=lang)
        page, _kind = reports._render_qweb_html(
            f"crm_governance.{report}", getattr(self, name).ids
        )
        tree = html.fromstring(page)
        for noise in tree.xpath("//script | //style | //title"):
            noise.drop_tree()
        return " ".join(" ".join(tree.itertext()).split())

    def test_english(self):
        for report, (_name, _login, english, _chinese) in self.PAPERS.items():
            with self.subTest(report):
                self.assertIn(english, self.printed(report, "en_US"))

    def test_chinese(self):
        """Headings are those of the policy, and no English word is left."""
        for report, (_name, _login, _english, chinese) in self.PAPERS.items():
            with self.subTest(report):
                self.assertEqual(self.get_untranslated(report), [])
                text = self.printed(report, "zh_CN")
                self.assertIn(chinese, text)
                for kept in self.get_kept():
                    text = text.replace(kept, "")
                self.assertEqual(WORDS.findall(CODES.sub(" ", text)), [], text)

    def get_untranslated(self, report):
        """Return the terms of a paper that have no translation, or are not known."""
        entries = polib.pofile(file_path("crm_governance/i18n/zh_CN.po"))
        known = {
            entry.msgid
            for entry in entries.translated_entries()
            if any(place.endswith(f".{report}") for place, _ in entry.occurrences)
        }
        self.assertTrue(known)
        view = self.env.ref(f"crm_governance.{report}").with_context(lang="en_US")
        terms = set(type(view).arch_db.get_trans_terms(view.arch_db)) - known
        # Punctuation is the same.
        return sorted(term for term in terms if WORDS.search(term))

    def test_all_papers(self):
        """No paper of the room is left out here."""
        reports = self.env["ir.actions.report"].search(
            [("model", "in", self.get_models())]
        )
        self.assertEqual(
            {name.rpartition(".")[2] for name in reports.mapped("report_name")},
            set(self.PAPERS),
        )
