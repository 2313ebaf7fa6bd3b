# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .loan_common import LoanCommon

LIST = "crm_governance.report_volume_list"


@tagged("post_install", "-at_install")
class TestLoanScreens(LoanCommon):
    """Who does what next is on the screen, with the button that does it."""

    def buttons(self, record, user):
        """Return the names of the buttons that a user has on a form."""
        self.env.invalidate_all()
        record = record.with_user(user)
        arch = etree.fromstring(record.get_view(view_type="form")["arch"])
        names = [node.get("name") for node in arch.iter("field")]
        names = {name for name in names if name in record._fields}
        (values,) = record.read(sorted(names), load="")
        values["uid"] = user.id
        return {
            node.get("name")
            for node in arch.findall(".//header/button")
            if not safe_eval(node.get("invisible") or "False", dict(values))
        }

    def step(self, loan, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return loan.line_ids.with_user(user or self.rep).next_step or ""

    def test_next_step(self):
        """Every state says who comes next and what is to be done."""
        loan = self.draft(self.volume)
        self.assertIn("asks for it", self.step(loan))
        loan.action_request_approval()
        self.assertIn("approvers decide", self.step(loan))
        self.decide(loan)
        self.assertIn("governance_rep accepts the undertaking", self.step(loan))
        loan.action_accept_undertaking()
        self.assertIn("governance_rep fetches it", self.step(loan))
        waits = self.approved(self.volume, self.rep2)
        self.hand_out(loan)
        self.assertIn("confirms the receipt, and brings it back", self.step(loan))
        self.assertIn("come back from somebody else", self.step(waits, self.rep2))
        self.lines(loan).with_user(self.rep).action_confirm_receipt()
        self.assertRegex(self.step(loan), "^governance_rep brings it back until")
        self.lines(loan)._as_system().date_proposed = self.DUE + timedelta(days=1)
        self.assertIn("agrees to the new date", self.step(loan))
        self.at(self.DUE + timedelta(seconds=1))
        self.assertIn("brings it back at once", self.step(loan))
        self.lines(loan).with_user(self.rep)._report("claimed", "It is back")
        self.assertIn("looks for it", self.step(loan))
        self.lines(loan).with_user(self.rep)._report("lost", "Gone")
        self.assertIn("looks into the loss", self.step(loan))
        self.take_back(loan)
        self.assertIn("governance_rep confirms the return", self.step(loan))
        self.lines(loan).with_user(self.rep).action_confirm_return()
        self.assertEqual(self.step(loan), "")

    def test_next_step_of_what_is_read(self):
        loan = self.approved(self.electronic)
        self.assertIn("gives access", self.step(loan))
        self.hand_out(loan)
        self.assertIn("ends by itself", self.step(loan))
        self.lines(loan).with_user(self.rep).action_give_back()
        self.assertEqual(self.step(loan), "")

    def test_next_step_below_the_level(self):
        """Whoever sees that there is a loan sees what comes next, and no customer."""
        loan = self.lent(self.closed, self.cleared2)
        self.assertIn("brings it back", self.step(loan, self.auditor))
        self.assertNotIn("Secret", self.step(loan, self.auditor))

    def test_buttons_of_the_borrower(self):
        """What “My Borrowings” offers, the form of the volume offers too."""
        loan = self.lent(self.volume, is_present=False)
        line = self.lines(loan)
        mine = self.buttons(line, self.rep)
        self.assertLessEqual({"action_confirm_receipt", "action_renew"}, mine)
        self.assertFalse(mine & {"action_give_back", "action_confirm_return"})
        self.assertNotIn("action_confirm_receipt", self.buttons(line, self.custodian2))
        self.take_back(loan)
        self.assertIn("action_confirm_return", self.buttons(line, self.rep))
        reading = self.lines(self.lent(self.electronic))
        mine = self.buttons(reading, self.rep)
        self.assertIn("action_give_back", mine)
        self.assertNotIn("action_confirm_receipt", mine)

    def test_buttons_of_the_desk(self):
        """Paper is counted, access is given; nothing comes back that is read."""
        desk = {"action_hand_out", "action_give_access", "action_take_back"}
        for volume, first, then in (
            (self.volume, {"action_hand_out"}, {"action_take_back"}),
            (self.electronic, {"action_give_access"}, set()),
        ):
            loan = self.approved(volume)
            line = self.lines(loan)
            for record in (loan, line):
                shown = self.buttons(record, self.custodian2)
                self.assertEqual(shown & desk, first, record)
                self.assertFalse(self.buttons(record, self.rep) & desk)
            self.hand_out(loan)
            for record in (loan, line):
                shown = self.buttons(record, self.custodian2)
                self.assertEqual(shown & desk, then, record)

    def test_button_of_what_is_found(self):
        loan = self.lent(self.volume)
        line = self.lines(loan)
        line._as_system().state = "written_off"
        loan._as_system().state = "written_off"
        for record in (loan, line):
            self.assertIn("action_take_back", self.buttons(record, self.custodian2))
            self.assertNotIn("action_take_back", self.buttons(record, self.auditor))

    def test_buttons_of_renewals(self):
        """Renewing is offered where it is possible, overriding where it is not."""
        line = self.lines(self.lent(self.volume))
        renew = {"action_renew", "action_override_renewal"}
        self.assertEqual(self.buttons(line, self.rep) & renew, {"action_renew"})
        self.assertEqual(self.buttons(line, self.custodian2) & renew, {"action_renew"})
        self.later(days=5)
        self.assertFalse(self.buttons(line, self.rep) & renew)
        self.assertEqual(
            self.buttons(line, self.custodian2) & renew, {"action_override_renewal"}
        )

    def test_give_access(self):
        loan = self.approved(self.electronic)
        for user in (self.rep, self.rep2, self.boss, self.custodian):
            with self.assertRaises(AccessError, msg=user.login):
                loan.with_user(user).action_give_access()
        loan.with_user(self.custodian2).action_give_access()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "handed_out")
        with self.assertSays("handed out at the desk"):
            self.lines(self.approved(self.volume)).with_user(
                self.custodian2
            ).action_give_access()

    def test_nothing_to_confirm(self):
        """What was read does not stay in the list of the borrower for ever."""
        loan = self.lent(self.electronic)
        self.lines(loan).with_user(self.rep).action_give_back()
        action = self.env.ref("crm_governance.governance_loan_line_action_mine")
        mine = self.env["governance.loan.line"].with_user(self.rep)
        domain = safe_eval(action.domain, {"uid": self.rep.id})
        self.assertFalse(mine.search(domain))
        paper = self.lent(self.volume)
        self.take_back(paper)
        self.assertEqual(mine.search(domain).loan_id, paper)


@tagged("post_install", "-at_install")
class TestLoanCopies(LoanCommon, HttpCase):
    """Without copies in the policy, what is read on loan is not taken along (C-18)."""

    # The server has a clock of its own.
    NOW = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of an open customer: its level forbids no copies.
        cls.volume = cls.filed(cls.open_file, "Prices", medium="electronic")
        cls.document = (
            cls.env["governance.file.document"]
            ._as_system()
            .create({"name": "Price list", "volume_id": cls.volume.id})
        )
        # As before the volume was composed.
        files = cls.document.env["ir.attachment"]
        cls.scan = files.create(
            {
                "name": "prices.txt",
                "raw": b"secret prices",
                "res_model": cls.document._name,
                "res_id": cls.document.id,
            }
        ).with_env(cls.env)
        cls.reader = cls.rep
        cls.reader.password = "Prices-2035"

    def fetch(self, path):
        self.env.flush_all()
        self.authenticate(self.reader.login, "Prices-2035")
        return self.url_open(path)

    def fetched(self, loan):
        self.env.invalidate_all()
        return loan.sudo().event_ids.filtered(lambda event: event.event == "fetched")

    def print_list(self, user=None):
        self.env.invalidate_all()
        report = self.env["ir.actions.report"].with_user(user or self.reader)
        return report._render_qweb_html(LIST, self.volume.ids)

    def test_shown_not_saved(self):
        """Looking at a file is on record; saving it is refused."""
        loan = self.lent(self.volume, self.reader)
        content = f"/web/content/{self.scan.id}"
        shown = self.fetch(content)
        self.assertEqual(shown.content, b"secret prices")
        self.fetch(content)
        [event] = self.fetched(loan)
        self.assertEqual(
            (event.note, event.user_id, event.volume_id),
            ("prices.txt", self.reader, self.volume),
        )
        saved = self.fetch(f"{content}?download=true")
        self.assertEqual(saved.status_code, 404)
        self.assertNotIn(b"secret prices", saved.content)

    def test_not_printed(self):
        self.lent(self.volume, self.reader)
        with self.assertSays("“Lending” allows no copies"):
            self.print_list()
        self.assertTrue(self.print_list(self.custodian2))

    def test_read_by_rpc(self):
        """Whoever asks for the content in another way is on record too."""
        loan = self.lent(self.volume, self.reader)
        self.rpc(self.reader, "ir.attachment", "read", self.scan.ids, ["datas"])
        self.assertEqual(self.fetched(loan).note, "prices.txt")

    def test_copies_allowed(self):
        self.under(code="T-C", is_copying_allowed=True)
        loan = self.lent(self.volume, self.reader)
        saved = self.fetch(f"/web/content/{self.scan.id}?download=true")
        self.assertEqual(saved.content, b"secret prices")
        self.assertTrue(self.print_list())
        self.assertFalse(self.fetched(loan))

    def test_own_clearance(self):
        """Who reads it without a loan is bound by no policy of loans."""
        loan = self.lent(self.volume, self.reader)
        self.lines(loan).with_user(self.reader).action_give_back()
        saved = self.fetch(f"/web/content/{self.scan.id}?download=true")
        self.assertEqual(saved.content, b"secret prices")
        self.assertTrue(self.print_list())
        self.assertFalse(self.fetched(loan))
