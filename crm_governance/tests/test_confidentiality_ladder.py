# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .confidentiality_common import ConfidentialityCommon

NUMBERS = {
    "grant_max_days": 10,
    "grant_total_days": 20,
    "emergency_minutes": 60,
    "emergency_review_days": 3,
    "audit_months": 6,
}


@tagged("post_install", "-at_install")
class TestLadder(ConfidentialityCommon):
    """Levels follow from the published ladder, and customers follow their level."""

    def preset(self, number):
        return self.env.ref(f"crm_governance.governance_clearance_ladder_cl_{number}")

    def adopt(self, number="01", **values):
        """Return the draft that the administrator adopts from a preset."""
        preset = self.preset(number).with_user(self.manager)
        draft = preset._adopt(self.company, NUMBERS)
        draft.write(values)
        return draft

    def new_version(self, ladder):
        return ladder.browse(ladder.action_new_version()["res_id"])

    def line(self, ladder, rank):
        return ladder.line_ids.filtered(lambda line: line.rank == rank)

    def in_force(self):
        levels = self.env["governance.confidentiality.level"].search([])
        return [(level.rank, level.name) for level in levels]

    # ------------------------------------------------------------------
    # LEVELS FOLLOW
    # ------------------------------------------------------------------

    def test_publishing_renames(self):
        """Levels and their groups have the names of the ladder in all languages."""
        self.env["res.lang"]._activate_lang("fr_FR")
        ladder = self.adopt()
        line = self.line(ladder, 2)
        line.name = "For the board"
        line.with_context(lang="fr_FR").name = "Pour la direction"
        ladder.action_publish()
        for record in (self.level2, self.level2.group_id):
            self.assertEqual(record.name, "For the board")
            french = record.with_context(lang="fr_FR")
            self.assertEqual(french.name, "Pour la direction")
        self.assertEqual(line.level_id, self.level2)
        self.assertEqual(
            self.level2.group_id, self.env.ref("crm_governance.group_clearance_2")
        )
        self.assertEqual(self.secret.governance_level_id, self.level2)

    def test_level_in_between(self):
        """Customers keep their level; its rank and their documents follow."""
        ladder = self.adopt()
        ladder.action_publish()
        draft = self.new_version(ladder)
        self.line(draft, 2).rank = 3
        self.line(draft, 1).rank = 2
        draft.line_ids = [Command.create({"name": "Internal", "rank": 1})]
        draft.action_publish()
        self.assertEqual(ladder.state, "superseded")
        self.assertEqual(
            self.in_force(),
            [(0, "Ordinary"), (1, "Internal"), (2, "Important"), (3, "Top secret")],
        )
        self.assertEqual(self.important.governance_level_id, self.level1)
        self.assertEqual(self.secret.governance_level_id, self.level2)
        for record in (self.secret, self.secret_contact, self.secret_lead):
            self.assertEqual(record.classification_rank, 3)
        self.assertEqual(self.important.classification_rank, 2)
        # Whoever was cleared still is, and no further.
        self.assertReads(self.cleared1, self.important)
        self.assertHidden(self.cleared1, self.secret)
        self.assertReads(self.cleared2, self.secret)
        internal = self.env["governance.confidentiality.level"]._get_by_rank(1)
        self.assertEqual(internal.name, "Internal")
        self.assertIn(internal.group_id, self.level1.group_id.all_implied_ids)
        self.classify(self.open_customer, internal)
        self.assertReads(self.cleared1, self.open_customer)
        self.assertHidden(self.employee, self.open_customer)

    def test_level_dropped(self):
        """A level goes when no customer has it; its people are cleared no more."""
        ladder = self.adopt()
        ladder.action_publish()
        draft = self.new_version(ladder)
        self.line(draft, 2).unlink()
        refused = self.assertRaisesRegex(UserError, "1 customers have .*“Top secret”")
        with refused, self.env.cr.savepoint():
            draft.action_publish()
        self.assertEqual(len(self.in_force()), 3)
        self.classify(self.secret, self.level1)
        draft.action_publish()
        self.assertEqual(self.in_force(), [(0, "Ordinary"), (1, "Important")])
        self.assertEqual(self.cleared2._get_clearance(), 0)
        self.assertHidden(self.cleared2, self.secret)
        self.assertReads(self.cleared1, self.secret)

    def test_level_replaced(self):
        """A new line in the place of a level in use is no new name of it."""
        ladder = self.adopt()
        ladder.action_publish()
        draft = self.new_version(ladder)
        self.line(draft, 1).unlink()
        draft.line_ids = [Command.create({"name": "Internal", "rank": 1})]
        with self.assertRaisesRegex(UserError, "“Important”"):
            draft.action_publish()

    # ------------------------------------------------------------------
    # WHAT IS REFUSED
    # ------------------------------------------------------------------

    def test_ranks_without_holes(self):
        """0, 1, 2 … each once."""
        ladder = self.adopt()
        for rank in (1, 3):
            self.line(ladder, 2).rank = rank
            with self.assertRaisesRegex(ValidationError, "without a gap"):
                ladder.action_publish()
            ladder.line_ids.filtered(lambda line: line.name == "Top secret").rank = 2
        ladder.line_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "There is no level"):
            ladder.action_publish()

    def test_numbers(self):
        """Numbers that contradict each other are said."""
        ladder = self.adopt(grant_total_days=5, emergency_minutes=2000)
        with self.assertRaises(ValidationError) as caught:
            ladder.action_publish()
        self.assertIn("shorter than", str(caught.exception))
        self.assertIn("Emergency Access (Minutes)", str(caught.exception))

    def test_one_in_force(self):
        """Publishing another ladder replaces the first; two are never in force."""
        first = self.adopt()
        first.action_publish()
        self.classify(self.secret, self.level1)
        second = self.adopt("04")
        second.action_publish()
        self.assertEqual(first.state, "superseded")
        ladders = self.env["governance.clearance.ladder"]
        self.assertEqual(ladders._get_current(), second)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE governance_clearance_ladder SET state = 'published'"
                    " WHERE id = %s",
                    [first.id],
                )
        self.env.invalidate_all()

    def test_levels_are_not_written_by_hand(self):
        """Nobody changes levels past the ladder, administrators neither."""
        admin = self.env.ref("base.user_admin")
        for user in (self.manager, self.custodian2, admin):
            levels = self.env["governance.confidentiality.level"].with_user(user)
            level = levels.browse(self.level2.id)
            for call in (
                lambda level=level: level.write({"is_copying_restricted": False}),
                lambda level=level: level.write({"rank": 0}),
                lambda levels=levels: levels.create({"name": "Mine", "rank": 3}),
                lambda level=level: level.unlink(),
            ):
                with self.assertRaises(AccessError):
                    call()
        with self.assertRaises(AccessError):
            self.level2.with_context(governance_ladder=True).rank = 0

    def test_others_do_not_publish(self):
        """Only administrators of governance adopt and publish ladders."""
        ladder = self.adopt()
        for user in (self.rep, self.executive, self.custodian2, self.auditor):
            with self.assertRaises(AccessError):
                ladder.with_user(user).action_publish()
            with self.assertRaises(AccessError):
                ladder.line_ids.with_user(user).write({"name": "Mine"})

    # ------------------------------------------------------------------
    # WHAT ADMINISTRATORS SEE
    # ------------------------------------------------------------------

    def test_counts(self):
        """How many people are cleared and how many customers there are."""
        level1, level2 = self.level1.with_user(self.auditor), self.level2
        self.assertGreaterEqual(level1.cleared_count, 4)
        self.assertEqual(level1.cleared_count - level2.cleared_count, 1)
        before = level1.customer_count
        self.classify(self.open_customer, self.level1)
        level1.invalidate_recordset()
        self.assertEqual(level1.customer_count, before + 1)
        # How many customers are hidden is nobody else's business.
        for user in (self.rep, self.manager):
            with self.assertRaises(AccessError):
                self.level1.with_user(user).read(["customer_count"])

    def test_presets(self):
        """The presets carry what the sources say, and no number that they do not.

        Source: requirements §3.5.
        """
        expected = {
            "01": ["Ordinary", "Important", "Top secret"],
            "02": ["Open to all", "Sealed"],
            "03": ["Shared inside the company"],
            "04": ["General", "Authorised staff only"],
        }
        for number, names in expected.items():
            preset = self.preset(number)
            self.assertEqual(preset.code, f"CL-{number}")
            lines = preset.line_ids.sorted("rank")
            self.assertEqual(lines.mapped("name"), names)
            self.assertEqual(lines.mapped("rank"), list(range(len(names))))
            self.assertTrue(preset.source)
            self.assertFalse(any(preset[name] for name in NUMBERS), preset.code)
            self.assertEqual(preset.training_months, 12)
            # What is open is not registered, what is above is.
            self.assertFalse(lines[0].is_reading_logged)
            self.assertTrue(all(line.is_reading_logged for line in lines[1:]))
        # Printing and copying what is sealed is restricted.
        self.assertTrue(self.line(self.preset("02"), 1).is_copying_restricted)
        self.assertTrue(self.line(self.preset("01"), 2).is_record_required)


@tagged("post_install", "-at_install")
class TestSealed(ConfidentialityCommon):
    """A ladder under which a role on a customer opens nothing (CL-02, C-16)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classify(cls.secret, cls.level1)
        cls.env["governance.sensitive.detail"].create(
            [
                {"partner_id": contact.id, "content": "Likes chess"}
                for contact in (cls.secret_contact, cls.open_contact())
            ]
        )

    @classmethod
    def open_contact(cls):
        return cls.env["res.partner"].create(
            {"name": "Ms Open", "parent_id": cls.open_customer.id}
        )

    def seal(self, **values):
        preset = self.env.ref("crm_governance.governance_clearance_ladder_cl_02")
        draft = preset.with_user(self.manager)._adopt(self.company, NUMBERS)
        draft.write(values)
        draft.action_publish()
        self.env.flush_all()

    def roles(self):
        return self.rep, self.leader, self.specialist, self.liaison

    def test_roles_open_nothing(self):
        """Neither owner, leader nor named people read what is sealed."""
        for user in self.roles():
            self.assertReads(user, self.secret)
        self.seal()
        for user in self.roles():
            for record in (self.secret, self.secret_contact, self.secret_order):
                if record._name == "res.partner" or user in (self.rep, self.leader):
                    self.assertHidden(user, record)
            self.assertFalse(self.secret.with_user(user).has_access("write"))
        self.assertReads(self.cleared1, self.secret)
        self.assertReads(self.rep, self.open_customer)

    def test_access_that_was_given(self):
        """It opens what is sealed to its salesperson for a time, to read only."""
        self.seal()
        self.grant(self.rep, self.secret)
        self.assertReads(self.rep, self.secret)
        self.assertFalse(self.secret.with_user(self.rep).has_access("write"))
        self.assertHidden(self.leader, self.secret)

    def test_switched_on_again(self):
        """The switch belongs to the version of the ladder that is in force."""
        self.seal(is_role_enough=True)
        for user in self.roles():
            self.assertReads(user, self.secret)
            self.assertTrue(self.secret.with_user(user).has_access("write"))

    def test_other_presets(self):
        """Under every other preset roles give access, and so they do without one."""
        for number in ("01", "03", "04"):
            xmlid = f"crm_governance.governance_clearance_ladder_cl_{number}"
            self.assertTrue(self.env.ref(xmlid).is_role_enough, number)

    def test_personal_details(self):
        """Those of open customers stay with their people, others are sealed too."""
        details = self.env["governance.sensitive.detail"].with_user(self.rep)
        self.assertEqual(len(details.search([])), 2)
        self.seal()
        self.env.invalidate_all()
        found = details.search([])
        self.assertEqual(found.partner_id.name, "Ms Open")
        sealed = details.sudo().search([]) - found.sudo()
        self.assertFalse(sealed.with_user(self.rep).has_access("read"))

    def test_explained(self):
        """Who asks why is told that the role does not count."""
        self.seal()
        confidentiality = self.env["governance.confidentiality"]
        for user in self.roles():
            readable, why = confidentiality._explain(self.secret, user)
            self.assertFalse(readable)
            self.assertIn("a role does not open", " ".join(why))
        _readable, why = confidentiality._explain(self.secret, self.rep2)
        self.assertNotIn("a role", " ".join(why))
        pages = self.env["governance.my.access"].with_user(self.rep)
        page = pages.browse(pages.action_open()["res_id"])
        self.assertNotIn("by your role", page.answer)

    def test_audit(self):
        """Roles that open nothing are no permissions to sign."""
        lines = self.env["governance.access.audit.line"]
        arms = len(lines._get_right_arms())
        self.seal()
        self.assertEqual(len(lines._get_right_arms()), arms - 4)

    def test_to_dos_of_the_owner(self):
        """What a level takes from colleagues goes to somebody who may read it."""
        self.seal()
        self.custodian2.group_ids += self.level1.group_id
        activity = self.open_customer.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.rep2.id
        )
        self.open_customer.with_user(self.custodian2)._classify(self.level1, "raised")
        self.assertEqual(activity.user_id, self.custodian2)
