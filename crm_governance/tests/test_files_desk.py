# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .loan_common import LoanCommon

# By these cards loans go from step to step; each of the others has a test of its own.
STEPS = ("choose", "hand_out", "queue", "out", "due", "overdue", "claimed")
DECISIONS = (
    "decide",
    "proposed",
    "incident",
    "transfer",
    "candidate",
    "destroy",
    "give",
)


@tagged("post_install", "-at_install")
class TestDesk(LoanCommon):
    """The custodian's desk counts what its lists show (E-37, E-47, E-59)."""

    def card(self, name, user=None):
        card = self.env.ref(f"crm_governance.governance_desk_card_{name}")
        card.invalidate_recordset(["count"])
        return card.with_user(user or self.custodian2)

    def count(self, name, user=None):
        self.env.flush_all()
        return self.card(name, user).count

    def assertOnCard(self, name, counted, others):
        """Check that a card counts some records of its list, and not some others."""
        self.env.flush_all()
        self.env.invalidate_all()
        card = self.card(name)
        action = card.action_open()
        listed = self.env[action["res_model"]].with_user(self.custodian2)
        found = listed.search(action["domain"])
        self.assertEqual((action["display_name"], len(found)), (card.name, card.count))
        self.assertTrue(counted and others)
        self.assertLessEqual(set(counted.ids), set(found.ids), name)
        self.assertFalse(set(others.ids) & set(found.ids), name)

    def in_states(self, records, *states):
        """Return records one by one, each in its state."""
        for record, state in zip(records._as_system(), states, strict=True):
            record.state = state
        self.env.flush_all()
        return [record.with_env(self.env) for record in records]

    def test_every_card_is_tried(self):
        """No card is added that nothing tries."""
        cards = self.env["governance.desk.card"].with_user(self.custodian2).search([])
        names = cards.get_external_id().values()
        tried = {*STEPS, *DECISIONS, "file", "appraise"}
        self.assertEqual(
            {name.rpartition("desk_card_")[2] for name in names}, tried, sorted(names)
        )

    def test_loans_to_decide(self):
        """Those that wait for who looks, not those that wait for somebody else."""
        others = self.asked(self.volume)
        self.create_matrix(
            [self.group_step("group_custodian")], subject="lending", code="ARCH"
        )
        self.under(name="Archive", code="T-2", approval_code="ARCH")
        mine = self.asked(self.volume2)
        self.assertOnCard("decide", mine, others)

    def test_new_dates_to_agree_to(self):
        proposed, other = self.lent(self.volume), self.lent(self.volume2)
        line = self.lines(proposed)
        line._as_system().date_proposed = "2035-04-01"
        self.assertOnCard("proposed", line, self.lines(other))
        # What came back needs no new date.
        self.take_back(proposed)
        line._as_system().date_proposed = "2035-04-01"
        count = self.count("proposed")
        self.assertEqual(count, 0)

    def test_losses_and_damage(self):
        loan = self.lent(self.volume | self.volume2)
        lines = self.lines(loan)
        lines.with_user(self.rep)._report("lost", "They are gone.")
        incidents = loan.sudo().incident_ids
        reported, closed = self.in_states(incidents, "reported", "closed")
        self.assertOnCard("incident", reported, closed)
        self.in_states(incidents, "investigation", "requested")
        self.assertOnCard("incident", reported, closed)

    def test_hand_overs_to_sign(self):
        department = self.env["governance.filing.department"].create(
            {"name": "Fairs", "code": "FAI"}
        )
        transfers = self.env["governance.filing.transfer"].create(
            [
                {"department_id": department.id, "period_start": f"2034-0{month}-01"}
                for month in (1, 2, 3)
            ]
        )
        draft, waiting, received = self.in_states(
            transfers, "draft", "handed_over", "received"
        )
        self.assertOnCard("transfer", waiting, draft | received)

    def test_candidates(self):
        candidates = self.env["governance.disposal.candidate"]._as_system()
        candidates = candidates.create(
            [
                {
                    "partner_id": file.partner_id.id,
                    "file_id": file.id,
                    "company_id": self.company.id,
                    "kind": "no_interaction",
                    "date_found": "2035-01-01",
                }
                for file in (self.open_file, self.secret_file)
            ]
        )
        waiting, kept = self.in_states(candidates, "open", "kept")
        self.assertOnCard("candidate", waiting, kept)

    def test_what_is_to_be_destroyed(self):
        lists = self.env["governance.destruction"]
        for volume in (self.volume, self.volume2):
            lists |= lists.with_user(self.custodian)._propose(
                volumes=volume.with_user(self.custodian), reason="Nobody needs it"
            )
        asked, signed = self.in_states(lists, "requested", "approved")
        self.assertOnCard("destroy", signed, asked)

    def test_what_is_to_be_given_outside(self):
        disclosures = self.env["governance.disclosure"].with_user(self.rep)
        disclosures = disclosures.create(
            [
                {
                    "partner_id": self.open_customer.id,
                    "recipient": "Li",
                    "purpose": "Audit",
                    "content": "Orders",
                }
                for _number in range(3)
            ]
        )
        asked, agreed, given = self.in_states(
            disclosures, "requested", "approved", "released"
        )
        self.assertOnCard("give", agreed, asked | given)

    def test_every_step_has_its_card(self):
        """A loan goes from card to card; what is late is red."""
        names = STEPS
        before = {name: self.count(name) for name in names}

        def grown():
            now = {name: self.count(name) for name in names}
            return {name for name in names if now[name] > before[name]}

        self.asked([], wanted="The contracts of last year")
        self.assertEqual(grown(), {"choose"})
        before = {name: self.count(name) for name in names}
        loan = self.approved(self.volume)
        self.assertEqual(grown(), {"hand_out"})
        self.hand_out(loan)
        self.assertEqual(grown(), {"out"})
        self.approved(self.volume, user=self.leader)
        self.assertEqual(grown(), {"out", "queue"})
        self.at("2035-03-08 10:00:00")
        self.assertEqual(grown(), {"out", "queue", "due"})
        self.at("2035-03-09 10:00:00")
        self.assertEqual(grown(), {"out", "queue", "overdue"})
        self.assertTrue(self.card("overdue").is_urgent)
        self.lines(loan).with_user(self.rep)._report("claimed", "It is in the box.")
        self.assertEqual(grown(), {"queue", "claimed"})

    def test_to_file_and_to_appraise(self):
        before = self.count("file"), self.count("appraise")
        self.env["governance.file.volume"].create(
            {"name": "Letters", "file_id": self.open_file.id}
        )
        short = self.env["governance.retention.class"].create(
            {"name": "Short", "years": 3}
        )
        self.volume2._as_system().write({"year": 2000, "retention_class_id": short.id})
        self.volume2._open_appraisal()
        after = self.count("file"), self.count("appraise")
        self.assertEqual(after, (before[0] + 1, before[1] + 1))

    def test_a_custodian_counts_what_is_open_to_the_own_clearance(self):
        draft = {"name": "Secrets", "file_id": self.secret_file.id}
        before = self.count("file", self.custodian), self.count("file")
        self.env["governance.file.volume"].create(draft)
        after = self.count("file", self.custodian), self.count("file")
        self.assertEqual(after, (before[0], before[1] + 1))

    def test_the_desk_is_for_custodians(self):
        for user in (self.rep, self.leader, self.auditor, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.card("out", user).action_open()
        menus = self.env["ir.ui.menu"]
        desk = self.env.ref("crm_governance.governance_desk_card_menu").id
        self.assertIn(desk, menus.with_user(self.custodian2)._visible_menu_ids())
        self.assertNotIn(desk, menus.with_user(self.rep)._visible_menu_ids())


@tagged("post_install", "-at_install")
class TestShortWays(LoanCommon):
    """One click where one is enough, and no button that refuses whoever sees it."""

    def test_borrow_from_the_volume(self):
        volume = self.volume.with_user(self.rep)
        context = volume.action_borrow()["context"]
        loans = self.env["governance.loan"].with_user(self.rep)
        with Form(loans.with_context(**context)) as form:
            form.policy_id = self.policy
            form.purpose = "The yearly meeting"
        loan = form.record
        self.assertEqual(loan.line_ids.volume_id, volume)
        loan.action_request_approval()
        self.assertEqual(loan.state, "requested")

    def offered(self, volume, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return volume.with_user(user).can_borrow

    def test_borrowing_is_offered_where_it_is_possible(self):
        """Filed volumes, and unfiled ones to the department that keeps them (E-41)."""
        self.assertIn(
            "action_borrow", self.visible(self.volume.with_user(self.rep), self.rep)
        )
        self.assertFalse(self.offered(self.closed, self.custodian))
        department = self.env["governance.filing.department"].create(
            {"name": "Fairs", "code": "FAI", "team_ids": [Command.set(self.team.ids)]}
        )
        kept = self.volume2
        kept._as_system().write({"state": "draft", "department_id": department.id})
        self.assertFalse(self.offered(kept, self.rep))
        self.lending_policy(name="Kept", code="T-9", borrower_kind="handler")
        self.assertTrue(self.offered(kept, self.rep))
        self.assertFalse(self.offered(kept, self.rep2))
        loan = self.lent(self.volume)
        self.lines(loan).with_user(self.rep)._report("lost", "It fell into the river.")
        self.assertFalse(self.offered(self.volume, self.leader))

    def test_nobody_borrows_what_is_closed(self):
        with self.assertRaises(AccessError):
            self.closed.with_user(self.custodian).action_borrow()

    def visible(self, record, user):
        """Return the names of the buttons on top of a form, as a user sees them."""
        self.env.flush_all()
        self.env.invalidate_all()
        record = record.with_user(user)
        form = etree.fromstring(record.get_view(view_type="form")["arch"])
        buttons = form.xpath("//header/button")
        values = {"uid": user.id}
        for name in record._fields:
            if form.xpath(f"//field[@name='{name}'][not(ancestor::field)]"):
                value = record[name]
                relational = isinstance(value, models.BaseModel)
                values[name] = value[:1].id if relational else value
        return {
            button.get("name")
            for button in buttons
            if not safe_eval(button.get("invisible") or "False", values)
        }

    def test_nobody_sees_a_button_that_refuses(self):
        """Who may not press a button of a loan does not see it (E-37, E-50)."""
        loan = self.asked(self.volume)
        self.assertEqual(
            self.visible(loan, self.rep),
            {"action_accept_undertaking", "action_withdraw"},
        )
        self.assertEqual(
            self.visible(loan, self.boss),
            {"action_approval_approve", "action_approval_reject"},
        )
        self.decide(loan)
        # The borrower has to accept the undertaking first.
        self.assertEqual(self.visible(loan, self.custodian2), set())
        self.assertEqual(self.visible(loan, self.boss), set())
        loan.with_user(self.rep).action_accept_undertaking()
        self.assertEqual(self.visible(loan, self.custodian2), {"action_hand_out"})
        self.assertEqual(self.visible(loan, self.rep), {"action_withdraw"})
        self.hand_out(loan)
        self.assertEqual(self.visible(loan, self.custodian2), {"action_take_back"})
        line = loan.line_ids
        self.assertEqual(
            self.visible(line, self.custodian2),
            {"action_take_back", "action_recall", "action_renew", "action_report"},
        )
        self.assertEqual(
            self.visible(line, self.rep),
            {"action_confirm_receipt", "action_renew", "action_report"},
        )
        self.assertEqual(self.visible(line, self.boss), set())

    def test_investigators_alone_ask_for_approval(self):
        loan = self.lent(self.volume)
        self.lines(loan).with_user(self.rep)._report("lost", "It fell into the river.")
        incident = loan.incident_ids
        self.assertIn("action_investigate", self.visible(incident, self.custodian2))
        incident.with_user(self.custodian2).action_investigate()
        self.assertEqual(
            self.visible(incident, self.custodian2),
            {"action_request_approval", "action_recreated"},
        )
        self.assertEqual(
            self.visible(incident, self.boss),
            {"action_investigate", "action_recreated"},
        )
        self.assertEqual(self.visible(incident, self.rep), set())

    def test_nothing_is_said_for_the_borrower(self):
        """A loss is reported when somebody says so, not because it stood first."""
        self.assertNotIn(
            "kind", self.env["governance.loan.report"].default_get(["kind"])
        )
        self.assertEqual(self.env["governance.loan"].new({}).display_name, "New Loan")

    def test_the_page_of_the_desk_says_what_was_done(self):
        loan = self.approved(self.volume)
        action = self.lines(loan).with_user(self.custodian2).action_hand_out()
        desk = self.env["governance.loan.desk"].browse(action["res_id"])
        desk = desk.with_user(self.custodian2).with_context(desk_page=True)
        told = desk.action_confirm()
        self.assertEqual(told["params"]["message"], "Handed out: 1. Taken back: 0.")
        self.assertEqual(told["params"]["next"]["res_model"], desk._name)

    def test_phones_show_cards(self):
        """What people look at on the way is readable on a phone."""
        for name in (
            "appraisal",
            "destruction",
            "disclosure",
            "disposal_candidate",
            "file",
            "file_document",
            "file_volume",
            "loan",
            "loan_breach",
            "loan_incident",
        ):
            with self.subTest(model=name):
                action = self.env.ref(f"crm_governance.governance_{name}_action")
                self.assertIn("kanban", action.view_mode.split(","))
                cards = self.env[action.res_model].get_view(view_type="kanban")
                self.assertIn('<t t-name="card">', cards["arch"])
        mine = self.env.ref("crm_governance.governance_loan_line_action_mine")
        views = [kind for _id, kind in mine.views]
        self.assertEqual(views[:2], ["list", "kanban"])

    def test_collectors_alone_see_the_button_they_sign_with(self):
        department = self.env["governance.filing.department"].create(
            {
                "name": "Fairs",
                "code": "FAI",
                "collector_ids": [
                    Command.create({"user_id": self.rep.id, "date_start": "2020-01-01"})
                ],
            }
        )
        transfer = self.env["governance.filing.transfer"].create(
            {
                "department_id": department.id,
                "period_start": fields.Date.to_date("2035-02-01"),
            }
        )
        # Months are sorted by their days, not by their names.
        months = transfer | transfer.create(
            [
                {"department_id": department.id, "period_start": f"2035-{month}-01"}
                for month in ("12", "04")
            ]
        )
        self.assertTrue(transfer.fields_get(["period"])["period"]["sortable"])
        found = transfer.search([("id", "in", months.ids)], order="period")
        self.assertEqual(
            [day.month for day in found.mapped("period_start")], [2, 4, 12]
        )
        self.assertTrue(transfer.with_user(self.rep).is_mine)
        self.assertFalse(transfer.with_user(self.custodian2).is_mine)
        arch = self.env["governance.filing.transfer"].get_view(view_type="form")["arch"]
        [button] = etree.fromstring(arch).xpath("//button[@name='action_hand_over']")
        self.assertIn("not is_mine", button.get("invisible"))
        self.assertEqual(transfer.with_context(lang="en_US").period, "February 2035")
        self.env["res.lang"]._activate_lang("zh_CN")
        transfer.invalidate_recordset()
        self.assertEqual(transfer.with_context(lang="zh_CN").period, "2035年2月")
