# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from .files_disposal import DisposalCommon

# {action: who uses it with the least rights}
SCREENS = {
    "governance_appraisal_action": ("custodian", "auditor"),
    "governance_destruction_action": ("custodian", "executive", "auditor"),
    "governance_destruction_entry_action": ("custodian", "executive", "auditor"),
    "governance_disclosure_action": ("rep", "custodian", "executive", "auditor"),
    "governance_disposal_candidate_action": ("custodian", "auditor"),
    "governance_disposal_policy_action": ("manager", "auditor"),
    "governance_disposal_policy_action_preset": ("manager", "auditor"),
    "governance_legal_hold_action": ("holder",),
}


@tagged("post_install", "-at_install")
class TestDisposalScreens(DisposalCommon):
    """Everybody opens the screens of retention with the rights of the own role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old._open_appraisal()
        cls.env["governance.disposal.candidate"]._as_system().create(
            {
                "partner_id": cls.open_customer.id,
                "file_id": cls.file.id,
                "company_id": cls.company.id,
                "kind": "no_interaction",
                "date_found": "2026-01-01",
            }
        )

    def test_lists_and_forms(self):
        """Views load, and what they show can be read."""
        for name, logins in SCREENS.items():
            action = self.env.ref(f"crm_governance.{name}")
            kinds = [[False, kind] for kind in action.view_mode.split(",")]
            for login in logins:
                with self.subTest(name, login=login):
                    user = self.users[login]
                    views = self.rpc(
                        user, action.res_model, "get_views", [*kinds, [False, "search"]]
                    )
                    self.assertIn("form", views["views"])
                    records = self.env[action.res_model].with_user(user).search([])
                    for record in records[:1]:
                        Form(record)

    def test_new_records(self):
        """The forms say what is missing, and save what is enough."""
        hold = Form(self.env["governance.legal.hold"].with_user(self.holder))
        hold.name, hold.reason = "Case 18", "A lawsuit"
        with hold.line_ids.new() as line:
            line.file_id = self.file
        self.assertEqual(hold.save().line_count, 1)
        destruction = Form(self.env["governance.destruction"].with_user(self.custodian))
        destruction.reason = "Nobody needs it"
        with destruction.line_ids.new() as line:
            line.file_id = self.file
            line.volume_id = self.recent
        saved = destruction.save()
        self.assertIn("is kept until 2070-12-31", saved.obstacles)
        disclosure = Form(self.env["governance.disclosure"].with_user(self.rep))
        disclosure.partner_id = self.open_customer
        disclosure.recipient, disclosure.purpose = "Mr Li", "Audit"
        disclosure.content = "Orders"
        self.assertTrue(disclosure.save().name.startswith("DISC/"))

    def test_numbers_of_the_company(self):
        """Serial numbers come from the sequence of the company, if it has one."""
        self.env["ir.sequence"].create(
            {
                "name": "Destructions",
                "code": "governance.destruction",
                "prefix": "OURS-",
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.propose(self.old).name, "OURS-1")
        self.env["ir.sequence"].search(
            [("code", "=", "governance.destruction")]
        ).code = "other"
        nameless = self.propose(self.old)
        self.assertEqual(nameless.name, str(nameless.id))

    def test_menus(self):
        """People see the entries of their role, and nobody else that of holds."""
        menus = self.env["ir.ui.menu"]
        hold = self.env.ref("crm_governance.governance_legal_hold_menu")
        for login in ("holder", "holder2", "custodian", "auditor", "manager", "rep"):
            user = self.users[login]
            visible = menus.with_user(user)._visible_menu_ids()
            self.assertEqual(hold.id in visible, login.startswith("holder"), login)
        visible = menus.with_user(self.rep)._visible_menu_ids()
        self.assertIn(
            self.env.ref("crm_governance.governance_disclosure_menu").id, visible
        )
        self.assertNotIn(
            self.env.ref("crm_governance.governance_destruction_menu").id, visible
        )

    def test_proposing_from_the_file(self):
        """The buttons on file and volume lead to a draft with all that is left."""
        action = self.rpc(
            self.custodian,
            "governance.file",
            "action_propose_destruction",
            [self.file.id],
        )
        draft = self.env["governance.destruction"].browse(action["res_id"])
        self.assertEqual(
            draft.line_ids.volume_id, self.old | self.recent | self.for_ever
        )
        self.assertEqual(len(draft.line_ids), 4)
        action = self.rpc(
            self.custodian,
            "governance.file.volume",
            "action_propose_destruction",
            [self.old.id],
        )
        draft = self.env["governance.destruction"].browse(action["res_id"])
        self.assertEqual(draft.line_ids.volume_id, self.old)
