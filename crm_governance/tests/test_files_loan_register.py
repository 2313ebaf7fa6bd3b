# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..models.files import governance_loan_event_register as register
from ..wizard.files import governance_register_check_mixin as check_mixin
from .loan_common import LoanCommon

EVENT = "governance.loan.event"
CHECK = "governance.loan.check"


class LoanRegisterCommon(LoanCommon):
    """The register of loans, and what may have become of it."""

    def compare(self, user=None, **values):
        check = self.env[CHECK].with_user(user or self.custodian2).create(values)
        check.action_compare()
        return check.result

    def differences(self):
        self.env.invalidate_all()
        return self.env[EVENT]._get_differences()

    def listing(self, user=None):
        """Return the list that is kept outside, as it is downloaded."""
        self.env.invalidate_all()
        check = self.env[CHECK].with_user(user or self.custodian2).create({})
        url = check.action_download()["url"]
        self.assertIn(f"/{CHECK}/{check.id}/export/", url)
        return base64.b64decode(check.with_context(bin_size=False).export)

    def spoil(self, table, values, record):
        """Change the database past the product."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    SQL.identifier(table),
                    SQL.identifier(name),
                    value,
                    record.id,
                )
            )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestLoanComparison(LoanRegisterCommon):
    """The register is replayed and compared with the loans (E-46)."""

    def test_every_way_a_loan_goes(self):
        """Whatever happens by the product, register and loans agree."""
        late = self.lent(self.volume)
        line = self.lines(late)
        line.with_user(self.rep).action_renew()
        waits = self.approved(self.volume, self.rep2)
        self.later(days=1)
        self.lines(late).with_user(self.custodian2).action_recall()
        self.later(days=3)
        self.run_loans()
        self.lines(late).with_user(self.rep)._report("claimed", "It is back")
        self.assertEqual(self.differences(), [])
        self.lines(late).with_user(self.custodian2)._report("unclaimed", "It is not")
        self.lines(late).with_user(self.rep)._report("lost", "Gone")
        self.assertEqual(self.differences(), [])
        self.take_back(late, condition="incomplete", counts={line.id: 2})
        self.assertEqual(self.lines(waits).date_fetch.day, 16)
        refused = self.asked(self.volume2, self.rep2)
        self.decide(refused, "rejected")
        self.asked(self.volume2).action_withdraw()
        self.draft(self.volume2)
        self.assertEqual(self.differences(), [])
        self.later(days=8)
        self.run_loans()
        self.assertEqual(self.events(waits)[-1], "dropped")
        self.assertEqual(self.differences(), [])

    def test_every_event_is_replayed(self):
        """Each event leads to a state that there is, or is known to change none."""
        events = set(self.env[EVENT]._fields["event"].get_values(self.env))
        self.assertEqual(events, {*register.STATES, *register.NEUTRAL})
        states = set(
            self.env["governance.loan.line"]._fields["state"].get_values(self.env)
        )
        self.assertEqual(states, set(register.STATES.values()))
        self.assertLessEqual(set(register.LOAN_STATES) | set(register.DUES), events)

    def test_written_off(self):
        """What is lost for good, and who waited for it, agree as well (E-51)."""
        loan = self.lent(self.volume)
        waits = self.approved(self.volume, self.rep2)
        self.lines(loan).with_user(self.rep)._report("lost", "Gone")
        self.lines(loan).with_user(self.custodian2)._write_off("X-1")
        self.assertEqual(self.lines(loan).state, "written_off")
        self.assertEqual(self.events(waits)[-1], "unobtainable")
        self.assertEqual(self.differences(), [])
        self.take_back(loan)
        self.assertEqual(self.differences(), [])

    def test_reading_that_has_ended(self):
        loan = self.lent(self.electronic)
        self.assertEqual(self.differences(), [])
        self.at(self.DUE + timedelta(days=7))
        self.run_loans()
        self.assertEqual(self.lines(loan).state, "returned")
        self.assertEqual(self.differences(), [])

    def test_what_differs(self):
        """Each column that the register tells of is compared, with what to do."""
        loan = self.lent(self.volume)
        other = self.lent(self.volume2)
        self.take_back(other)
        out, back = self.lines(loan), self.lines(other)
        lines, loans = "governance_loan_line", "governance_loan"
        for table, record, values, messages in (
            (
                lines,
                out,
                {"state": "returned"},
                ("“Returned”, the register says “Handed Out”", "Find out who has it"),
            ),
            (
                lines,
                back,
                {"state": "handed_out"},
                ("“Handed Out”, the register says “Returned”", "take it back again"),
            ),
            (lines, out, {"user_id": self.rep2.id}, ("“Borrower” is", self.rep.name)),
            (lines, out, {"volume_id": self.closed.id}, ("register says", "Contracts")),
            (lines, out, {"date_due": "2035-04-01"}, ("“Due” is", "03/08/2035")),
            (lines, out, {"count_out": 2}, ("“2”, the register says “3”",)),
            (lines, back, {"count_in": 7}, ("“7”, the register says “0”",)),
            (lines, out, {"condition_out": "worn"}, ("“Worn”", "says “Good”")),
            (lines, back, {"condition": "damaged"}, ("“Damaged”", "says “Good”")),
            (loans, loan, {"state": "returned"}, ("says “Handed Out”",)),
            (loans, loan, {"date_due": None}, ("“Due” is “–”",)),
            (
                "governance_file_volume",
                self.volume,
                {"state": "destroyed"},
                ("is out and marked as destroyed",),
            ),
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.spoil(table, values, record)
                result = self.compare()
                for message in messages:
                    self.assertIn(message, result)
                self.assertIn(loan.name if record != back else other.name, result)
                self.assertEqual(len(result.splitlines()), 1, result)
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertIn("agree", self.compare())

    def test_register_without_a_line(self):
        """What the register does not tell has not happened, says the comparison."""
        loan = self.lent(self.volume)
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM governance_loan_event WHERE event = 'handed_out'"
        )
        result = self.compare()
        self.assertIn("“Handed Out”, the register says “To Hand Out”", result)
        self.assertIn(loan.name, result)

    def test_reading_past_the_register(self):
        """Who reads a volume that the register says is back is found."""
        loan = self.lent(self.electronic)
        self.lines(loan).with_user(self.rep).action_give_back()
        self.spoil("governance_loan_line", {"state": "handed_out"}, self.lines(loan))
        self.assertIn("Recall it if nobody should read it", self.compare())

    def test_forgotten_queue(self):
        """Who waits for a volume that is on its shelf is found."""
        loan = self.lent(self.volume)
        waits = self.approved(self.volume, self.rep2)
        self.take_back(loan)
        self.assertIn("agree", self.compare())
        line = self.lines(waits)
        self.spoil("governance_loan_line", {"date_fetch": None}, line)
        self.assertIn("kept ready for nobody", self.compare())
        self.hand_out(waits)
        self.assertIn("agree", self.compare())

    def test_tells_no_names(self):
        """It says what is wrong, not what is closed to who asks (C-10)."""
        loan = self.lent(self.closed)
        self.spoil("governance_loan_line", {"state": "lost"}, self.lines(loan))
        self.assertIn("Secrets", self.compare())
        result = self.compare(user=self.custodian)
        self.assertIn(loan.name, result)
        self.assertNotIn("Secrets", result)
        self.assertNotIn(self.closed.code or "V-9", result)
        code = (self.closed.code or "").encode()
        self.assertTrue(code)
        self.assertIn(code, self.listing())
        self.assertNotIn(code, self.listing(self.custodian))

    def test_tells_no_sealed_volumes(self):
        """Who does not keep a sealed volume finds no code of it (C-16)."""
        self.lent(self.volume)
        self.open_file.user_id = self.custodian2
        self.volume._as_system().is_sealed = True
        self.env.flush_all()
        code = self.volume.code.encode()
        for is_open in (False, True):
            with patch.object(
                type(self.env["governance.confidentiality"]),
                "_is_everything_open",
                lambda model, is_open=is_open: is_open,
            ):
                self.assertIn(code, self.listing())
                self.assertNotIn(code, self.listing(self.custodian))
                self.assertNotIn(code, self.listing(self.auditor))
        self.volume._as_system().is_sealed = False
        self.assertIn(code, self.listing(self.custodian))

    def test_lists_of_others(self):
        """What one has downloaded is read by nobody else, whatever their role."""
        check = self.env[CHECK].with_user(self.custodian2).create({})
        check.action_download()
        for user in (self.custodian, self.auditor):
            found = self.rpc(user, CHECK, "search_read", [], ["export"])
            self.assertFalse(found, user.login)
            self.assertRefused(user, CHECK, "read", check.ids, ["export"])

    def test_own_companies(self):
        """What another company lends is its own matter (design §6)."""
        loan = self.lent(self.volume)
        self.spoil("governance_loan_line", {"state": "lost"}, self.lines(loan))
        other = self.env["res.company"].create({"name": "Other"})
        events = self.env[EVENT].with_company(other)
        self.assertEqual(events._get_differences(), [])
        self.assertEqual(len(events._get_listing().splitlines()), 1)

    def test_who(self):
        """Custodians and auditors compare, nobody else."""
        for user in (self.custodian, self.auditor):
            self.assertIn("agree", self.compare(user=user))
        for user in (self.rep, self.leader, self.executive):
            self.assertRefused(user, CHECK, "create", {})
        check = self.env[CHECK].with_user(self.auditor).create({})
        self.auditor.group_ids = [
            Command.unlink(self.env.ref("crm_governance.group_auditor").id)
        ]
        for method in ("action_compare", "action_download"):
            with self.assertRaises(AccessError):
                getattr(check, method)()

    def test_dialog(self):
        """It is filled in and pressed as people do."""
        for user in (self.custodian, self.auditor):
            form = Form(self.env[CHECK].with_user(user))
            check = form.save()
            action = check.action_compare()
            self.assertEqual((action["res_id"], action["target"]), (check.id, "new"))


@tagged("post_install", "-at_install")
class TestOlderBackup(LoanRegisterCommon):
    """A week-old backup is restored: what has happened since is reported."""

    def restore(self, savepoint):
        """Go back to what the database was, the numbers of its lines as well."""
        self.env.flush_all()
        savepoint.rollback()
        self.env.invalidate_all()
        self.env.cr.execute(
            """SELECT setval('governance_loan_event_id_seq',
                             (SELECT max(id) FROM governance_loan_event))"""
        )

    def test_restore(self):
        """Nothing is lost silently, nothing doubled, and each says what to do."""
        back = self.lent(self.volume2)
        taken = self.approved(self.volume)
        self.env.flush_all()
        with self.env.cr.savepoint() as savepoint:
            self.later(days=1)
            self.take_back(back)
            self.hand_out(taken)
            self.lines(taken).with_user(self.rep).action_renew()
            new = self.asked(self.volume2, self.rep2)
            number = new.name
            listing = self.listing()
            self.assertIn("agree", self.compare(listing_file=base64.b64encode(listing)))
            self.restore(savepoint)
        # Register and loans are of one week: they agree with each other.
        self.assertIn("agree", self.compare())
        result = self.compare(listing_file=base64.b64encode(listing)).splitlines()
        self.assertEqual(len(result), 4)
        for line, words in zip(
            result,
            (
                (back.name, "Returned", "take it back again"),
                (taken.name, "Handed out", self.volume.code, "Find out who has it"),
                (taken.name, "Renewed", "Renew or recall it again"),
                (number, "Asked for", "ask for it and decide again"),
            ),
            strict=True,
        ):
            for word in (*words, "not in the register"):
                self.assertIn(word, line)
        # What is done again is done once: state and register agree again.
        self.hand_out(taken)
        self.take_back(back)
        self.assertIn("agree", self.compare())
        result = self.compare(listing_file=base64.b64encode(listing))
        self.assertIn("the register has something else under this number", result)
        self.assertEqual(len(result.splitlines()), 4)
        self.assertIn(
            "agree", self.compare(listing_file=base64.b64encode(self.listing()))
        )

    def test_line_changed_in_the_register(self):
        """A line that was changed past the product is not that of the list."""
        self.lent(self.volume)
        listing = self.listing()
        event = self.env[EVENT].search([("event", "=", "handed_out")], limit=1)
        self.spoil("governance_loan_event", {"note": "changed"}, event)
        result = self.compare(listing_file=base64.b64encode(listing))
        self.assertIn("changed outside of the product", result)
        self.assertTrue(result.startswith(f"{event.id} · "))

    def test_lists_in_other_forms(self):
        """Typed in, exported with other columns or in another language."""
        loan = self.lent(self.volume)
        event = self.env[EVENT].search([("loan_id", "=", loan.id)], limit=1)
        self.assertEqual(event.event, "handed_out")
        self.assertEqual(len(event.fingerprint), 64)
        for kept in (
            f"{event.number} {event.fingerprint}",
            f"Number\tFingerprint\tNote\n{event.number}\t{event.fingerprint}\tgood",
            f'"{event.number}";"{event.fingerprint}";""\n\n',
        ):
            self.assertIn("agree", self.compare(listing=kept), kept)
        lost = f"99999999999 {'0' * 64}\nX;handed_out;{'1' * 64}"
        result = self.compare(listing=lost).splitlines()
        self.assertIn("Find out what it was", result[0])
        self.assertIn("Find out who has it", result[1])

    def test_no_text(self):
        with self.assertSays("is no text"):
            self.compare(listing_file=base64.b64encode(b"\xff\xfe\x00\x81"))

    def test_many_differences(self):
        """The first ones are shown, and how many more there are."""
        lost = "\n".join(f"X{number} {'0' * 64}" for number in range(300))
        result = self.compare(listing=lost).splitlines()
        self.assertEqual(len(result), 201)
        self.assertIn("100 more differences", result[-1])

    def test_words_for_what_is_shown_alone(self):
        """Differences that are not shown are counted, not put into words."""
        lines = self.lines(self.lent(self.volume | self.volume2))
        for line in lines:
            self.spoil("governance_loan_line", {"count_out": 99}, line)
        model = self.env.registry[EVENT]
        with (
            patch.object(check_mixin, "SHOWN", 1),
            patch.object(
                model, "_name_line", autospec=True, side_effect=model._name_line
            ) as named,
        ):
            result = self.compare().splitlines()
        self.assertIn("“99”", result[0])
        self.assertEqual(result[1:], ["1 more differences"])
        self.assertEqual(named.call_count, 1)

    def test_no_formulas(self):
        """What a spreadsheet would run is text in the list."""
        loan = self.draft(
            self.volume,
            self.custodian2,
            user_id=False,
            reader_name="=1+1",
            reader_unit="Court",
        )
        loan.action_request_approval()
        self.assertIn(b",'=1+1,", self.listing())
