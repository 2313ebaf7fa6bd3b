# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.tests import new_test_user, tagged

from .confidentiality_access import AccessCommon
from .confidentiality_common import ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestStatement(ConfidentialityCommon):
    """People read whose the data are and what a level asks of them (C-01, C-02)."""

    def publish(self, **values):
        return AccessCommon.publish_ladder.__func__(
            type(self), **AccessCommon.LADDER, **values
        )

    def note(self, user, partner):
        self.env.invalidate_all()
        return partner.with_user(user).read(["governance_level_note"])[0][
            "governance_level_note"
        ]

    def statement(self, user):
        pages = self.env["governance.my.access"].with_user(user)
        return pages.browse(pages.action_open()["res_id"]).statement

    def test_on_the_customer(self):
        """The banner names the level, what is recorded, and whose the data are."""
        note = self.note(self.rep, self.secret)
        self.assertIn("“Top secret”", note)
        self.assertIn("on record", note)
        self.assertIn("Data custodians alone export", note)
        self.assertIn("belongs to the company", note)
        self.assertNotIn("custodians", self.note(self.rep, self.important))
        self.assertEqual(
            self.note(self.rep, self.secret_contact), self.note(self.rep, self.secret)
        )
        self.assertFalse(self.note(self.employee, self.open_customer))

    def test_on_the_form(self):
        """It stands above the customer, for employees without any role as well."""
        form = (
            self.env["res.partner"]
            .with_user(self.employee)
            .get_view(view_type="form")["arch"]
        )
        [field] = etree.fromstring(form).xpath(
            "//div[hasclass('alert-info')]/field[@name='governance_level_note']"
        )
        self.assertEqual(
            field.getparent().get("invisible"), "not governance_level_note"
        )

    def test_words_of_the_company(self):
        """The ladder in force gives the words, in the language of the reader."""
        self.assertIn("belongs to the company", self.statement(self.employee))
        self.env["res.lang"]._activate_lang("fr_FR")
        ladder = self.publish(statement="Ours, not yours.")
        self.assertEqual(self.statement(self.employee), "Ours, not yours.")
        self.assertIn("Ours, not yours.", self.note(self.rep, self.important))
        ladder._with_machinery().with_context(lang="fr_FR").statement = "À nous."
        french = self.env["governance.my.access"].with_user(self.employee)
        french = french.with_context(lang="fr_FR")
        page = french.browse(french.action_open()["res_id"])
        self.assertEqual(page.statement, "À nous.")
        ladder._with_machinery().statement = False
        self.assertIn("belongs to the company", self.statement(self.cleared1))

    def test_presets_say_what_their_sources_say(self):
        """001 §5.2, 004/4, 000/19 §4 and 003 §2 each in their words."""
        for number, words in (
            ("01", "belong to the company.*trade secret"),
            ("02", "signature of the general manager"),
            ("03", "shared resource.*outside without approval"),
            ("04", "Only authorised staff"),
        ):
            xmlid = f"crm_governance.governance_clearance_ladder_cl_{number}"
            self.assertRegex(self.env.ref(xmlid).statement, words)

    def test_open_customers_cost_no_query(self):
        """Reading the banner of an open customer asks nothing more."""
        partner = self.open_customer.with_user(self.employee)
        counts = []
        for names in ({"name": {}}, {"name": {}, "governance_level_note": {}}):
            for _round in range(2):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                partner.web_read(names)
                count = self.env.cr.sql_log_count - before
            counts.append(count)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestSettings(ConfidentialityCommon):
    """The settings say in sentences what the ladder in force says."""

    publish = TestStatement.publish

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            "settings_admin",
            groups="base.group_system,crm_governance.group_manager",
        )

    def settings(self):
        return self.env["res.config.settings"].with_user(self.admin).create({})

    def test_without_a_ladder(self):
        settings = self.settings()
        self.assertIn("No ladder", settings.governance_ladder_text)
        self.assertIn("Ordinary < Important < Top", settings.governance_ladder_text)
        self.assertIn("Nobody can ask", settings.governance_access_text)
        self.assertIn("no emergency access", settings.governance_emergency_text)
        self.assertIn("kept for ever", settings.governance_register_text)
        action = settings.action_governance_ladder()
        self.assertEqual(action["domain"], '[("is_preset", "=", True)]')

    def test_with_a_ladder(self):
        """Every number of the ladder is in one of the sentences."""
        ladder = self.publish(
            is_training_required=True, training_months=11, register_months=24
        )
        settings = self.settings()
        for name, words in (
            ("ladder", "“Ladder”, version 1.*Ordinary < Important < Top secret"),
            ("access", "10 days, 20 days in a row.*whatever its level"),
            ("emergency", "for 60 minutes.*within 3 days"),
            ("training", "counts for 11 months"),
            ("register", "24 months.*every 6 months"),
        ):
            self.assertRegex(settings[f"governance_{name}_text"], words)
        self.assertEqual(settings.action_governance_ladder()["res_id"], ladder.id)

    def test_roles_off(self):
        self.publish(is_role_enough=False)
        self.assertIn("need the clearance", self.settings().governance_access_text)

    def test_emergency_people(self):
        """The number of people is that of active employees with the right."""
        self.publish()
        before = self.settings().governance_emergency_text
        self.rep2.group_ids += self.env.ref("crm_governance.group_emergency")
        after = self.settings().governance_emergency_text
        self.assertEqual(int(after.split()[0]), int(before.split()[0]) + 1)

    def test_section(self):
        """It is there, with a link to each list that the administrator may open."""
        arch = (
            self.env["res.config.settings"]
            .with_user(self.admin)
            .get_view(view_type="form")["arch"]
        )
        [block] = etree.fromstring(arch).xpath(
            "//app[@name='crm_governance']//block[@name='governance_confidentiality']"
        )
        buttons = block.xpath(".//button")
        labels = {button.get("string") for button in buttons}
        self.assertIn("Clearance ladder", labels)
        self.assertNotIn("Reviews", labels)
        for button in buttons:
            if button.get("type") != "action":
                continue
            action = self.env["ir.actions.actions"].browse(int(button.get("name")))
            model = self.env[action.type].browse(action.id).res_model
            self.assertTrue(self.env[model].with_user(self.admin).has_access("read"))

    def test_who_opens_it(self):
        """Administrators of settings only."""
        for user in (self.rep, self.custodian2, self.manager, self.boss):
            settings = self.env["res.config.settings"].with_user(user)
            self.assertFalse(settings.has_access("read"), user.login)
