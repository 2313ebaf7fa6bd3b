# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .confidentiality_access import AccessCommon
from .loan_common import LoanCommon
from .tiers_world import FORGED

SHORT = {"grant_max_days": 1, "grant_total_days": 2}
LOAN, LINE, EVENT = "governance.loan", "governance.loan.line", "governance.loan.event"


@tagged("post_install", "-at_install")
class TestLoanAccess(LoanCommon):
    """A live loan of an electronic volume opens its customer, until it is due."""

    def reader_loan(self, user=None, **values):
        """Return a loan of the electronic volume for somebody below its level."""
        user = user or self.rep2
        loan = self.asked(
            self.electronic.browse(), user, wanted="Secret Holding", **values
        )
        desk = self.custodian2
        loan.with_user(desk)._choose(self.electronic.with_user(desk))
        self.decide(loan)
        loan.action_accept_undertaking()
        return loan

    def test_opens_until_the_due_second(self):
        self.assertHidden(self.rep2, self.secret)
        loan = self.reader_loan()
        self.assertHidden(self.rep2, self.secret)
        self.hand_out(loan)
        self.assertReads(self.rep2, self.secret)
        self.assertReads(self.rep2, self.electronic)
        self.at(self.DUE - timedelta(seconds=1))
        self.assertReads(self.rep2, self.secret)
        self.at(self.DUE)
        self.assertHidden(self.rep2, self.secret)
        self.assertHidden(self.rep2, self.electronic)
        # Nothing had to happen for that; the job only notes it.
        self.assertEqual(self.lines(loan).state, "handed_out")
        self.run_loans()
        self.assertEqual(self.lines(loan).state, "returned")
        self.assertEqual(self.lines(loan).date_returned, self.lines(loan).date_due)
        self.assertEqual(self.events(loan)[-1], "ended")

    def test_job_a_week_late(self):
        """Whenever the job comes, the register says when access was over."""
        loan = self.reader_loan()
        self.hand_out(loan)
        self.at(self.DUE + timedelta(days=7))
        self.assertHidden(self.rep2, self.secret)
        self.assertFalse(self.electronic.is_out)
        self.run_loans()
        self.run_loans()
        [event] = self.lines(loan).event_ids.filtered(lambda one: one.event == "ended")
        self.assertEqual(event.date_event, self.DUE)
        self.assertEqual(self.lines(loan).date_returned, self.DUE)

    def test_access_register(self):
        """Access by a loan is in the register of access like any other (C-14)."""
        loan = self.reader_loan()
        self.hand_out(loan)
        entry = self.env["governance.access.entry"].search(
            [("event", "=", "granted"), ("subject_id", "=", self.rep2.id)], limit=1
        )
        self.assertEqual(entry.partner_id, self.secret)
        self.assertEqual((entry.res_model, entry.res_id), (LOAN, loan.id))
        self.assertEqual(entry.user_id, self.custodian2)

    def test_reads_and_changes_nothing(self):
        self.hand_out(self.reader_loan())
        with self.assertRaises(AccessError):
            self.secret.with_user(self.rep2).write({"comment": "changed"})

    def test_paper_opens_nothing(self):
        """Who has the paper in hand reads no more in the system than before."""
        loan = self.asked(self.closed.browse(), self.rep2, wanted="Secrets")
        desk = self.custodian2
        loan.with_user(desk)._choose(self.closed.with_user(desk))
        self.decide(loan)
        loan.action_accept_undertaking()
        self.hand_out(loan)
        self.assertHidden(self.rep2, self.secret)
        self.assertHidden(self.rep2, self.closed)

    def test_ends_when_given_back(self):
        loan = self.reader_loan()
        self.hand_out(loan)
        with self.assertRaises(AccessError):
            self.lines(loan).with_user(self.rep).action_give_back()
        self.lines(loan).with_user(self.rep2).action_give_back()
        self.assertHidden(self.rep2, self.secret)
        self.assertEqual(loan.state, "returned")

    def test_ends_when_recalled(self):
        loan = self.reader_loan()
        self.hand_out(loan)
        self.lines(loan).with_user(self.custodian2).action_recall()
        self.later(days=1)
        self.assertHidden(self.rep2, self.secret)

    def test_suspension_ends_it(self):
        self.hand_out(self.reader_loan())
        self.env["governance.suspension"].with_user(self.custodian)._suspend(
            self.rep2, "Misuse"
        )
        self.assertHidden(self.rep2, self.secret)

    def test_suspended_custodians_hand_nothing_out(self):
        """Whoever is suspended keeps no desk: nothing goes out, nothing comes back."""
        loan = self.approved(self.volume)
        self.custodian2._with_suspension().governance_suspended = True
        with self.assertSays("suspended", AccessError):
            self.hand_out(loan)
        self.custodian2._with_suspension().governance_suspended = False
        self.hand_out(loan)
        self.assertEqual(loan.state, "handed_out")
        self.custodian2._with_suspension().governance_suspended = True
        with self.assertSays("suspended", AccessError):
            self.take_back(loan)
        self.assertEqual(loan.state, "handed_out")

    def test_no_longer_than_the_ladder(self):
        """The longest access of the ladder counts for loans, renewals included."""
        AccessCommon.publish_ladder.__func__(
            type(self), **{**AccessCommon.LADDER, **SHORT}
        )
        start = fields.Datetime.now()
        loan = self.reader_loan()
        self.hand_out(loan)
        self.assertEqual(self.lines(loan).date_due, start + timedelta(days=1))
        self.later(hours=20)
        self.lines(loan).with_user(self.rep2).action_renew()
        self.assertEqual(self.lines(loan).date_due, start + timedelta(hours=44))
        self.later(hours=20)
        self.lines(loan).with_user(self.rep2).action_renew()
        self.assertEqual(self.lines(loan).date_due, start + timedelta(days=2))
        # Neither returning and asking anew, nor a grant begins the time again.
        self.lines(loan).with_user(self.rep2).action_give_back()
        again = self.reader_loan()
        self.later(hours=9)
        with self.assertSays("for as long as the clearance ladder allows"):
            self.hand_out(again)
        with self.assertSays("until"):
            self.grant(self.rep2, self.secret)

    def test_reason_and_audit(self):
        """Explanations and permission audits tell of the loan (C-15)."""
        loan = self.reader_loan()
        self.hand_out(loan)
        readable, why = self.env["governance.confidentiality"]._explain(
            self.secret, self.rep2
        )
        self.assertTrue(readable)
        self.assertIn(loan.name, " ".join(why))
        arms = self.env["governance.access.audit.line"]._get_right_arms()
        self.assertTrue(any("'loan'" in arm.code for arm in arms))

    def test_keep_reading(self):
        """Neither chatter nor files nor an open form outlive the loan."""
        message = self.secret.message_post(body="Margin 40 %")
        attachment = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "governance.file.volume",
                "res_id": self.electronic.id,
            }
        )
        self.hand_out(self.reader_loan())
        reader = self.rep2
        self.secret.with_user(reader).message_subscribe(reader.partner_id.ids)
        kept = (self.secret, self.secret_order, self.electronic, message, attachment)
        for record in kept:
            self.env.invalidate_all()
            self.assertTrue(record.with_user(reader).has_access("read"), record)
        # A link that outlives the loan would open the file without it.
        self.assertRefused(
            reader, "ir.attachment", "generate_access_token", attachment.ids
        )
        self.at(self.DUE)
        for record in kept:
            self.env.invalidate_all()
            with self.assertRaises(AccessError, msg=record):
                record.with_user(reader).read([record._rec_name or "id", "write_date"])
        # The form that is still open cannot save either.
        with self.assertRaises(AccessError):
            self.rpc(
                reader,
                "res.partner",
                "web_save",
                [self.secret.id],
                {"comment": "x"},
                specification={"name": {}},
            )

    def test_opens_nothing_above_its_level(self):
        """A loan opens what is no more confidential than what is lent (C-14)."""
        self.classify(self.open_customer, self.level1)
        low, same, above, paper = (
            self.filed(self.open_file, f"Part {number}", **values)
            for number, values in enumerate(
                (
                    {"medium": "electronic"},
                    {"medium": "electronic", "level_id": self.level1.id},
                    {"medium": "electronic", "level_id": self.level2.id},
                    {"level_id": self.level2.id},
                )
            )
        )
        register = self.lines(self.lent(paper, self.cleared2))
        desk = self.custodian2
        for lent, level in ((low, self.level1), (above, self.level2)):
            loan = self.asked(self.volume.browse(), self.rep2, wanted="Open Trading")
            loan.with_user(desk)._choose(lent.with_user(desk))
            self.decide(loan)
            loan.action_accept_undertaking()
            self.hand_out(loan)
            self.assertReads(self.rep2, self.open_customer)
            for volume in (low, same, above):
                opens = volume != above or level == self.level2
                self.assertEqual(self.can_read(self.rep2, volume), opens, volume.name)
            # Registers tell of what is above the loan no more than the volume does.
            shown = register.with_user(self.rep2)._filter_by_clearance("read")
            self.assertEqual(bool(shown), level == self.level2)
            shown = register.loan_id.with_user(self.rep2)._filter_readable()
            self.assertEqual(bool(shown), level == self.level2)
        self.env["governance.suspension"].with_user(self.custodian)._suspend(
            self.rep2, "Misuse"
        )
        self.assertHidden(self.rep2, above)

    def test_revoked_grant_ends_reading(self):
        """What was lent to somebody with access is over when it is taken away."""
        grant = self.grant(self.rep2, self.secret, hours=24 * 20)
        loan = self.approved(self.electronic, self.rep2)
        self.hand_out(loan)
        # An approval of its own goes on.
        other = self.reader_loan(self.employee)
        self.hand_out(other)
        self.assertReads(self.rep2, self.electronic)
        self.later(hours=1)
        grant._end("Over")
        self.assertHidden(self.rep2, self.electronic)
        self.assertHidden(self.rep2, self.secret)
        self.assertReads(self.employee, self.electronic)
        line = self.lines(loan)
        self.assertEqual((line.state, loan.state), ("returned", "returned"))
        self.assertEqual(line.date_returned, fields.Datetime.now())
        self.assertEqual(self.events(loan)[-1], "ended")
        self.assertEqual(self.env["governance.loan.event"]._get_differences(), [])

    def test_other_access_goes_on(self):
        """A grant that is revoked ends nothing for whoever is cleared."""
        grant = self.grant(self.cleared2, self.secret, hours=24 * 20)
        loan = self.approved(self.electronic, self.cleared2)
        self.hand_out(loan)
        grant._end("Over")
        self.assertEqual(self.lines(loan).state, "handed_out")

    def test_clearance_taken_away_ends_reading(self):
        self.hand_out(self.approved(self.electronic, self.cleared2))
        self.assertReads(self.cleared2, self.electronic)
        with patch.object(
            type(self.env["res.users"]), "_get_direct_clearance", lambda user: 0
        ):
            self.assertHidden(self.cleared2, self.electronic)

    def test_raised_while_read(self):
        """A loan opens the level that it was approved for, whatever comes after."""
        self.classify(self.open_customer, self.level1)
        volume = self.filed(self.open_file, "Mails", medium="electronic")
        loan = self.asked(volume.browse(), self.rep2, wanted="Mails")
        desk = self.custodian2
        loan.with_user(desk)._choose(volume.with_user(desk))
        self.decide(loan)
        loan.action_accept_undertaking()
        self.hand_out(loan)
        self.assertReads(self.rep2, volume)
        lines = self.env["governance.loan.line"]
        for record, level in ((volume, self.level2), (self.open_customer, self.level2)):
            if record == volume:
                volume._as_system().level_id = level
            else:
                volume._as_system().level_id = False
                self.env.flush_all()
                self.assertReads(self.rep2, volume)
                self.classify(self.open_customer, level)
            self.env.flush_all()
            self.assertHidden(self.rep2, volume)
            self.assertHidden(self.rep2, self.open_customer)
            self.assertFalse(lines.sudo().search(lines._get_reading_domain(self.rep2)))

    def stricter(self):
        """Publish a policy with two signatures for secret volumes."""
        self.create_matrix(
            [self.group_step("group_executive"), self.group_step("group_executive")],
            subject="lending",
            code="LEND-2",
            name="Secret loans",
        )
        return self.lending_policy(
            name="Secret lending", code="T-S", approval_code="LEND-2", rank_from=2
        )

    def test_raised_after_asking(self):
        """What has got another policy is neither approved nor handed out."""
        self.stricter()
        volume = self.filed(self.open_file, "Mails", medium="electronic")
        loan = self.approved(volume, self.rep)
        asked = self.asked(volume, self.rep2)
        volume._as_system().level_id = self.level2
        self.env.flush_all()
        with self.assertSays("any more.*ask again: “Secret lending”"):
            self.hand_out(loan)
        with self.assertSays("any more.*ask again: “Secret lending”"):
            self.decide(asked)
        volume._as_system().level_id = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.hand_out(loan)
        self.assertEqual(loan.state, "handed_out")

    def test_newer_version_of_the_policy(self):
        """What was approved under a version that was replaced is handed out."""
        loan = self.approved(self.volume)
        self.lending_policy(due_days=1)
        self.assertNotEqual(self.policy.state, "published")
        self.hand_out(loan)
        self.assertEqual(loan.state, "handed_out")

    def test_sealed(self):
        """A sealed volume is read by who has it on loan, whatever the clearance."""
        self.under(code="T-9", is_sealed_allowed=True)
        self.electronic._as_system().write({"is_sealed": True})
        self.assertHidden(self.cleared2, self.electronic)
        loan = self.reader_loan(self.cleared2)
        self.hand_out(loan)
        self.assertReads(self.cleared2, self.electronic)
        self.at(self.DUE)
        self.assertHidden(self.cleared2, self.electronic)

    def test_suspension_closes_seals(self):
        """Neither loan nor care of a sealed volume outlives a suspension (C-16)."""
        volume = self.filed(self.open_file, "Mails", medium="electronic")
        self.hand_out(self.approved(volume, self.rep))
        volume._as_system().write({"is_sealed": True})
        for user in (self.rep, self.custodian2):
            self.assertReads(user, volume)
            self.env["governance.suspension"].with_user(self.custodian)._suspend(
                user, "Misuse"
            )
            self.assertHidden(user, volume)

    def test_clock_set_back_opens_no_seal(self):
        """What is on record tells that the loan of a sealed volume was over."""
        volume = self.filed(self.open_file, "Mails", medium="electronic")
        loan = self.approved(volume, self.rep)
        self.hand_out(loan)
        volume._as_system().write({"is_sealed": True})
        due = self.lines(loan).date_due
        before = due - timedelta(seconds=2)
        self.at(before)
        self.assertReads(self.rep, volume)
        self.at(due + timedelta(seconds=1))
        self.assertHidden(self.rep, volume)
        self.env["governance.access.entry"]._record("denied", self.secret)
        self.at(before)
        self.assertHidden(self.rep, volume)

    def test_sealed_under_other_policies(self):
        """What is sealed is lent under policies that allow it only (C-16, E-43)."""
        desk = self.custodian2
        words = self.asked(self.volume.browse(), wanted="The visits")
        approved = self.approved(self.volume)
        (self.volume | self.volume2)._as_system().write({"is_sealed": True})
        with self.assertSays("is sealed"):
            words.with_user(desk)._choose(self.volume2.with_user(desk))
        with self.assertSays("is sealed"):
            self.hand_out(approved)
        with self.assertSays("is sealed"):
            self.asked(self.volume2, desk)


@tagged("post_install", "-at_install")
class TestLoanRegister(LoanCommon):
    """Below the level one sees that there is a line, not whom it names (E-46)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls.lent(cls.closed, cls.cleared2)

    def test_redacted(self):
        """The auditor and an uncleared custodian read blanks, in every way."""
        line = self.lines(self.loan)
        for user in (self.auditor, self.custodian):
            for model, record in ((LINE, line), (EVENT, line.event_ids[:1])):
                names = ["volume_id", "partner_id", "state"][: 2 + (model == LINE)]
                [values] = self.rpc(user, model, "read", record.ids, names)
                self.assertFalse(values["volume_id"], (user.login, model))
                self.assertFalse(values["partner_id"], (user.login, model))
                found = self.rpc(
                    user, model, "search", [("volume_id", "=", self.closed.id)]
                )
                self.assertFalse(found, (user.login, model))
                groups = self.rpc(
                    user, model, "formatted_read_group", [], ["volume_id"], ["__count"]
                )
                self.assertNotIn("Secrets", str(groups))
                exported = self.rpc(
                    self.manager if user is None else user,
                    model,
                    "search_read",
                    [],
                    ["volume_id", "note"] if model == EVENT else ["volume_id"],
                )
                self.assertNotIn("Secrets", str(exported))
        [values] = self.rpc(self.custodian2, LINE, "read", line.ids, ["volume_id"])
        self.assertEqual(values["volume_id"][0], self.closed.id)

    def test_loan_names_nobody(self):
        """Customer and purpose of a loan show to those who may read them."""
        names = ["name", "purpose", "wanted", "customer_id", "user_id"]
        for user in (self.auditor, self.custodian):
            [values] = self.rpc(user, LOAN, "read", self.loan.ids, names)
            self.assertFalse(values["purpose"])
            self.assertFalse(values["customer_id"])
            self.assertEqual(values["user_id"][0], self.cleared2.id)
            with self.assertRaises(AccessError):
                self.rpc(user, LOAN, "read", self.loan.ids, ["purpose_text"])
            with self.assertRaises(AccessError):
                self.rpc(user, LOAN, "search", [("partner_id", "=", self.secret.id)])
        [values] = self.rpc(self.custodian2, LOAN, "read", self.loan.ids, names)
        self.assertEqual(values["customer_id"][0], self.secret.id)

    def test_signers_are_cleared(self):
        """Who signs may read the volumes, and the request names none (E-46)."""
        secret = self.filed(self.open_file, "Inside", level_id=self.level2.id)
        loan = self.asked(secret, self.cleared2)
        with self.assertSays("above your clearance", AccessError):
            self.decide(loan, approver=self.executive)
        self.assertEqual(loan.state, "requested")
        content = str(loan.sudo().approval_request_id.content)
        for text in ("The yearly meeting", secret.code):
            self.assertNotIn(text, content)
        self.decide(loan)
        self.assertEqual(loan.state, "approved")

    def test_the_borrower_reads_the_own_words(self):
        loan = self.asked(self.volume.browse(), self.rep2, wanted="Secret Holding")
        desk = self.custodian2
        loan.with_user(desk)._choose(self.closed.with_user(desk))
        [values] = self.rpc(
            self.rep2, LOAN, "read", loan.ids, ["wanted", "customer_id"]
        )
        self.assertEqual(values["wanted"], "Secret Holding")
        self.assertFalse(values["customer_id"])
        [values] = self.rpc(
            self.rep2, LINE, "read", self.lines(loan).ids, ["volume_id"]
        )
        self.assertFalse(values["volume_id"])

    def test_uncleared_custodian_does_not_serve(self):
        line = self.lines(self.loan).with_user(self.custodian)
        for method in ("action_take_back", "action_recall", "action_renew"):
            with self.assertRaises(AccessError, msg=method):
                getattr(line, method)()
        with self.assertRaises(AccessError):
            line._report("lost", "Not on its shelf")

    def test_strangers(self):
        """Colleagues and customers see nothing of other people's loans (C-19)."""
        line = self.lines(self.loan)
        for user in (self.employee, self.rep, self.leader):
            for model, ids in (
                (LOAN, self.loan.ids),
                (LINE, line.ids),
                (EVENT, line.event_ids.ids),
            ):
                self.assertFalse(self.rpc(user, model, "search", []), model)
                self.assertRefused(user, model, "read", ids, ["display_name"])
        for model in (LOAN, LINE, EVENT):
            self.assertRefused(self.portal, model, "search_read", [], ["id"])

    def test_nobody_writes_the_register(self):
        event = self.lines(self.loan).event_ids[:1]
        for user in (self.cleared2, self.custodian2, self.manager, self.auditor):
            for method, args in (
                ("write", [event.ids, {"note": "x"}]),
                ("unlink", [event.ids]),
                ("create", [{"event": "returned", "loan_id": self.loan.id}]),
                ("copy", [event.ids]),
            ):
                self.assertRefused(user, EVENT, method, *args, context=FORGED)
        with self.assertRaises(AccessError):
            event.sudo().unlink()

    def test_level_of_the_volume(self):
        """A volume above its customer is blank for who reads the customer only."""
        secret = self.filed(self.open_file, "Inside", level_id=self.level2.id)
        loan = self.lent(secret, self.cleared2)
        line = self.lines(loan)
        for model, ids in ((LINE, line.ids), (EVENT, line.event_ids[:1].ids)):
            [values] = self.rpc(self.auditor, model, "read", ids, ["volume_id"])
            self.assertFalse(values["volume_id"], model)
            [values] = self.rpc(self.custodian2, model, "read", ids, ["volume_id"])
            self.assertTrue(values["volume_id"], model)
        [values] = self.rpc(self.auditor, LOAN, "read", loan.ids, ["purpose"])
        self.assertFalse(values["purpose"])
        with self.assertRaises(AccessError):
            line.with_user(self.custodian).action_recall()

    def test_register_follows_the_level(self):
        """Lines about an open volume are blank when its customer is raised."""
        loan = self.lent(self.volume)
        event = self.lines(loan).event_ids[:1]
        [values] = self.rpc(self.auditor, EVENT, "read", event.ids, ["volume_id"])
        self.assertTrue(values["volume_id"])
        self.classify(self.open_customer, self.level2)
        [values] = self.rpc(self.auditor, EVENT, "read", event.ids, ["volume_id"])
        self.assertFalse(values["volume_id"])


@tagged("post_install", "-at_install")
class TestLoanWaysRound(LoanCommon):
    """What clever people try."""

    GUARDED = {
        "state": "approved",
        "date_due": "2030-01-01 00:00:00",
        "date_out": "2020-01-01 00:00:00",
        "date_returned": "2026-03-01 00:00:00",
        "date_accepted": "2026-03-01 00:00:00",
        "accepted_by_id": 1,
        "requester_id": 1,
        "company_id": 1,
        "name": "L1",
        "partner_id": 1,
        "rank": 0,
        "purpose_text": "other",
    }
    GUARDED_LINE = {
        "state": "returned",
        "date_due": "2030-01-01 00:00:00",
        "date_fetch": "2030-01-01 00:00:00",
        "date_out": "2020-01-01 00:00:00",
        "date_received": "2026-03-01 00:00:00",
        "count_out": 1,
        "renewals": -5,
        "medium": "electronic",
        "user_id": 1,
        "partner_id": 1,
        "rank": 0,
        "condition": "good",
        "is_overdue_noted": True,
    }

    def test_rpc_writes(self):
        """No client writes states, dates or holders, whatever it pretends."""
        draft = self.draft(self.volume2)
        loan = self.lent(self.volume)
        for record, user in (
            (draft, self.rep),
            (loan, self.rep),
            (loan, self.custodian2),
            (loan, self.manager),
        ):
            for name, value in self.GUARDED.items():
                self.assertRefused(
                    user, LOAN, "write", record.ids, {name: value}, context=FORGED
                )
            lines = self.lines(record)
            for name, value in self.GUARDED_LINE.items():
                self.assertRefused(
                    user, LINE, "write", lines.ids, {name: value}, context=FORGED
                )
                self.assertRefused(
                    user,
                    LOAN,
                    "write",
                    record.ids,
                    {"line_ids": [Command.update(lines.id, {name: value})]},
                    context=FORGED,
                )

    def test_rpc_creates(self):
        for name in ("state", "date_due", "date_accepted", "rank"):
            self.assertRefused(
                self.rep,
                LOAN,
                "create",
                {"purpose": "x", name: self.GUARDED[name]},
                context=FORGED,
            )
        [loan] = self.rpc(
            self.rep,
            LOAN,
            "create",
            [{"purpose": "x"}],
            context={
                f"default_{name}": value
                for name, value in self.GUARDED.items()
                if name not in ("partner_id", "rank", "purpose_text")
            },
        )
        loan = self.env[LOAN].browse(loan)
        self.assertEqual((loan.state, loan.requester_id), ("draft", self.rep))

    def test_no_changes_after_asking(self):
        """What was asked for stays: no other borrower, volume or policy (E-49)."""
        loan = self.lent(self.volume)
        line = self.lines(loan)
        for values in (
            {"user_id": self.rep2.id},
            {"policy_id": self.policy.id},
            {"purpose": "another"},
            {"line_ids": [Command.create({"volume_id": self.volume2.id})]},
            {"line_ids": [Command.delete(line.id)]},
            {"line_ids": [Command.update(line.id, {"volume_id": self.volume2.id})]},
            {"line_ids": [Command.clear()]},
        ):
            for user in (self.rep, self.custodian2):
                self.assertRefused(
                    user, LOAN, "write", loan.ids, values, error=UserError
                )
        for user in (self.rep, self.custodian2):
            self.assertRefused(user, LOAN, "unlink", loan.ids, error=UserError)
            self.assertRefused(user, LINE, "unlink", line.ids, error=UserError)
            self.assertRefused(
                user,
                LINE,
                "create",
                {"loan_id": loan.id, "volume_id": self.volume2.id},
                error=UserError,
            )

    def test_through_a_colleague(self):
        """Nobody but a custodian enters loans for others, or changes theirs (E-49)."""
        self.assertRefused(
            self.rep,
            LOAN,
            "create",
            {"user_id": self.rep2.id, "purpose": "x"},
            error=UserError,
        )
        draft = self.draft(self.volume)
        self.assertRefused(
            self.rep2, LOAN, "write", draft.ids, {"purpose": "mine"}, error=UserError
        )
        self.assertRefused(
            self.custodian2,
            LOAN,
            "write",
            draft.ids,
            {"user_id": self.custodian2.id},
            error=UserError,
        )
        self.assertRefused(
            self.custodian2, LOAN, "action_request_approval", draft.ids, error=UserError
        )

    def test_lines_of_hidden_volumes(self):
        """A number is no way to put a hidden volume into a loan."""
        for volume in (self.closed, self.electronic):
            self.assertRefused(
                self.rep2,
                LOAN,
                "create",
                {
                    "purpose": "x",
                    "line_ids": [Command.create({"volume_id": volume.id})],
                },
            )

    def test_forms_tell_nothing_of_hidden_volumes(self):
        """No form computes from a volume that the user does not read, nor from none."""
        self.volume2.file_id.user_id = self.custodian2
        self.volume2._as_system().is_sealed = True
        self.env.flush_all()
        loans = self.env[LOAN].with_user(self.employee)
        lines = self.env[LINE].with_user(self.employee)
        loan_spec = {
            "allowed_policy_ids": {"fields": {}},
            "line_ids": {"fields": {"partner_id": {}, "medium": {}}},
        }
        line_spec = {"partner_id": {}, "medium": {}}
        missing = self.env["governance.file.volume"].browse(self.closed.id + 999999)
        said = set()
        for volume in (self.closed, self.electronic, self.volume2, missing):
            values = {"volume_id": volume.id}
            for form, given, spec in (
                (loans, {"line_ids": [[0, "virtual_1", values]]}, loan_spec),
                (loans, {"line_ids": [values]}, loan_spec),
                (loans, {"line_ids": [[1, "virtual_1", values]]}, loan_spec),
                (
                    lines,
                    {"loan_id": {"line_ids": [[0, "virtual_1", values]]}},
                    {"policy_id": {}, "loan_id": {}},
                ),
                (lines, values, line_spec),
                (lines, {"volume_id": {"id": volume.id}}, line_spec),
            ):
                for names in ([], list(given)):
                    with self.assertRaises(AccessError) as caught:
                        form.onchange(given, names, spec)
                    said.add(str(caught.exception))
            for form, given, spec in (
                (loans, {"line_ids": [[0, 0, values]]}, loan_spec),
                (lines, values, line_spec),
            ):
                context = {f"default_{name}": value for name, value in given.items()}
                answer = form.with_context(**context).onchange({}, [], spec)["value"]
                self.assertFalse(answer.get("line_ids"))
                self.assertFalse(answer.get("partner_id") or answer.get("medium"))
        self.assertEqual(len(said), 1)
        lines = [[0, "virtual_1", {"volume_id": self.volume.id}]]
        loans = loans.with_context(default_line_ids=lines)
        answer = loans.onchange({}, [], {**loan_spec, "company_id": {}, "user_id": {}})
        self.assertTrue(answer["value"]["allowed_policy_ids"])
        self.assertEqual(answer["value"]["line_ids"][0][2]["medium"], "paper")

    def test_forms_tell_nothing_of_loans_of_others(self):
        """Neither a loan nor its volumes are borrowed from by a form (C-08)."""
        loan = self.lent(self.volume)
        line = self.lines(loan)
        for number, item in ((loan.id, line.id), (loan.id + 99999, line.id + 99999)):
            with self.assertSays("gone or not open to you", AccessError):
                self.env[LINE].with_user(self.employee).onchange(
                    {"loan_id": number}, ["loan_id"], {"borrower_name": {}}
                )
            for command in (
                [4, item],
                [1, item, {}],
                [6, 0, [item]],
                [6, 0, str(item)],
            ):
                with self.assertSays("gone or not open to you", AccessError):
                    self.env[LOAN].with_user(self.employee).onchange(
                        {"line_ids": [command]},
                        ["line_ids"],
                        {"allowed_policy_ids": {"fields": {}}},
                    )
        answer = (
            self.env[LINE]
            .with_user(self.rep)
            .onchange({"loan_id": loan.id}, ["loan_id"], {"borrower_name": {}})
        )
        self.assertEqual(answer["value"]["borrower_name"], self.rep.name)

    def test_content_is_signed(self):
        """What was approved is what was asked for, to the letter."""
        loan = self.asked(self.volume)
        loan._as_system().write({"date_wanted": "2035-03-20 08:00:00"})
        self.env.invalidate_all()
        self.assertEqual(loan.state, "cancelled")
        self.assertEqual(loan.sudo().approval_state, "voided")

    def test_methods_check_who_calls(self):
        """Every public method refuses people who have no business there."""
        loan = self.lent(self.volume)
        waiting = self.approved(self.volume2)
        for record in (loan, waiting):
            for name in (
                "action_request_approval",
                "action_choose",
                "action_withdraw",
                "action_accept_undertaking",
                "action_hand_out",
                "action_take_back",
            ):
                for user in (self.rep2, self.employee, self.portal):
                    self.assertRefused(user, LOAN, name, record.ids)
            for name in (
                "action_hand_out",
                "action_take_back",
                "action_confirm_receipt",
                "action_confirm_return",
                "action_give_back",
                "action_renew",
                "action_recall",
                "action_report",
            ):
                for user in (self.rep2, self.employee, self.portal):
                    self.assertRefused(user, LINE, name, self.lines(record).ids)
        self.assertEqual(loan.state, "handed_out")
        self.assertEqual(waiting.state, "approved")

    def test_desk_is_for_custodians(self):
        loan = self.approved(self.volume)
        line = self.lines(loan)
        values = {
            "line_ids": [Command.create({"loan_line_id": line.id, "kind": "hand_out"})]
        }
        for user in (self.rep, self.boss, self.manager, self.auditor):
            self.assertRefused(user, "governance.loan.desk", "create", values)
        # The desk of a custodian serves no loan that the custodian may not.
        own = self.lines(self.approved(self.volume2, self.custodian))
        item = Command.create({"loan_line_id": own.id, "kind": "hand_out"})
        model = "governance.loan.desk"
        [desk] = self.rpc(self.custodian, model, "create", [{"line_ids": [item]}])
        self.assertRefused(self.custodian, model, "action_confirm", [desk])
        self.assertRefused(self.custodian2, model, "action_confirm", [desk])


@tagged("post_install", "-at_install")
class TestLoanTakenAlong(LoanCommon):
    """What is read on loan and given to another record: refused, or on record (C-18).

    Nobody can stop a person from typing or photographing what the screen shows: so
    the register of access says who had it in hand before it turns up elsewhere.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.volume = cls.filed(
            cls.file(cls.important), "Minutes", medium="electronic", barcode="V-7"
        )
        cls.document = (
            cls.env["governance.file.document"]
            ._as_system()
            .create({"name": "Minutes of May", "volume_id": cls.volume.id})
        )
        files = cls.document.env["ir.attachment"]
        cls.scan = files.create(
            {
                "name": "minutes.txt",
                "raw": b"secret minutes",
                "res_model": cls.document._name,
                "res_id": cls.document.id,
            }
        ).with_env(cls.env)
        cls.reader = cls.rep2
        cls.elsewhere = cls.customer("Elsewhere", cls.reader)
        cls.env.cr.precommit.run()

    def get_entries(self, event):
        """Return what the register of access says of the reader and the customer."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        return self.env["governance.access.entry"].search(
            [
                ("user_id", "=", self.reader.id),
                ("partner_id", "=", self.important.id),
                ("event", "=", event),
            ],
            order="id",
        )

    def read_on_loan(self, **values):
        """Lend the volume to somebody who may not read the customer otherwise."""
        self.assertHidden(self.reader, self.volume)
        self.under(code="T-K", **values)
        nothing = self.volume.browse()
        loan = self.asked(nothing, self.reader, wanted="Minutes")
        loan.with_user(self.custodian2)._choose(self.volume.with_user(self.custodian2))
        self.decide(loan)
        loan.action_accept_undertaking()
        self.hand_out(loan)
        self.assertReads(self.reader, self.volume)
        return loan

    def print_report(self, name, records):
        self.env.invalidate_all()
        reports = self.env["ir.actions.report"].with_user(self.reader)
        return reports._render_qweb_html(f"crm_governance.{name}", records.ids)

    def upload(self, content, record):
        """Add a file to a record, as the client does."""
        values = {
            "name": "mine.txt",
            "raw": content,
            "res_model": record._name,
            "res_id": record.id,
        }
        return self.rpc(self.reader, "ir.attachment", "create", [values])

    def test_file_is_not_given_away(self):
        """The file itself stays: not moved, not duplicated to another record."""
        self.read_on_loan(is_copying_allowed=True)
        places = [
            {"res_model": "res.partner", "res_id": self.elsewhere.id},
            {"res_id": self.elsewhere.id},
            {"res_model": False, "res_id": False},
        ]
        for place in places:
            for method in ("write", "copy"):
                with self.subTest(method=method, place=place):
                    self.assertRefused(
                        self.reader,
                        "ir.attachment",
                        method,
                        self.scan.ids,
                        place,
                        error=UserError,
                    )
        found = self.env["ir.attachment"].search(
            [("checksum", "=", self.scan.checksum), ("res_field", "in", [False, "x"])]
        )
        self.assertEqual(found, self.scan)
        with self.assertRaises(AccessError):
            self.upload(b"other minutes", self.document)

    def test_without_copies(self):
        """Printing is refused; who looked, and uploads it again, has looked."""
        loan = self.read_on_loan()
        before = self.get_entries("opened")
        for name, records in (
            ("report_volume_list", self.volume),
            ("report_document_register", self.document),
        ):
            with self.assertSays("“Lending” allows no copies"):
                self.print_report(name, records)
        self.assertFalse(self.get_entries("printed"))
        [values] = self.rpc(
            self.reader, "ir.attachment", "read", self.scan.ids, ["raw"]
        )
        opened = self.get_entries("opened") - before
        self.assertEqual((opened.res_model, opened.res_id), self.place)
        self.assertEqual(opened.rank, self.level1.rank)
        self.upload(values["raw"], self.elsewhere)
        fetched = loan.event_ids.filtered(lambda event: event.event == "fetched")
        self.assertEqual((fetched.user_id, fetched.note), (self.reader, self.scan.name))

    def test_with_copies(self):
        """What is printed with permission is on record, before it turns up again."""
        self.read_on_loan(is_copying_allowed=True)
        for name, records in (
            ("report_volume_list", self.volume),
            ("report_document_register", self.document),
        ):
            before = self.get_entries("printed")
            [content, _kind] = self.print_report(name, records)
            printed = self.get_entries("printed") - before
            self.assertEqual(
                (printed.res_model, printed.res_id), (records._name, records.id)
            )
            self.upload(content, self.elsewhere)
        self.assertFalse(self.get_entries("changed"), "another customer's record")

    @property
    def place(self):
        return (self.document._name, self.document.id)


@tagged("post_install", "-at_install")
class TestLoanHolder(LoanCommon):
    """On the customer, who has the file shows to those who may know it (C-19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls.lent(cls.closed, cls.cleared2)

    def read_holder(self, user, partner):
        names = ["governance_file_id", "governance_file_holder"]
        [values] = self.rpc(user, "res.partner", "read", partner.ids, names)
        return values["governance_file_holder"]

    def get_buttons(self, user):
        """Return the names of the buttons on the form of a customer."""
        view = self.rpc(user, "res.partner", "get_views", [[False, "form"]])
        arch = etree.fromstring(view["views"]["form"]["arch"])
        return {node.get("name") for node in arch.iter("button")}

    def test_who_may_know(self):
        """The customer's people and those who are cleared see who has it."""
        for user in (self.custodian2, self.boss, self.rep, self.specialist):
            for partner in (self.secret, self.secret_contact):
                self.assertEqual(
                    self.read_holder(user, partner), "On loan: governance_cleared2"
                )

    def test_who_may_not(self):
        """A colleague without clearance learns neither the holder nor the customer."""
        action = self.env.ref("crm_governance.governance_loan_line_action_partner")
        domain = safe_eval(action.domain, {"active_id": self.secret.id})
        for user in (self.employee, self.rep2, self.leader2, self.custodian):
            for method, args in (
                ("read", [["governance_file_holder"]]),
                ("action_governance_file", []),
            ):
                self.assertRefused(user, "res.partner", method, self.secret.ids, *args)
            for partners in ([("id", "=", self.secret.id)], [("name", "=", "Secret")]):
                found = self.rpc(user, "res.partner", "search_read", partners, ["name"])
                self.assertFalse(found, user.login)
            try:
                lines = self.rpc(user, LINE, "search_read", domain, ["user_id"])
            except AccessError:
                lines = []
            self.assertFalse(lines, user.login)
            told = self.rpc(user, LINE, "search_read", [], [])
            self.assertNotIn("Secret", str(told))
            self.assertNotIn(self.secret_file.display_name, str(told))

    def test_colleagues_are_not_told_of_loans(self):
        for user in (self.employee, self.rep2):
            for model in (LOAN, LINE, EVENT):
                self.assertFalse(self.rpc(user, model, "search", []), model)
            self.assertNotIn(self.get_loan_action(), self.get_buttons(user))
        self.assertIn(self.get_loan_action(), self.get_buttons(self.custodian2))
        self.assertIn("action_governance_file", self.get_buttons(self.employee))

    def get_loan_action(self):
        return str(
            self.env.ref("crm_governance.governance_loan_line_action_partner").id
        )

    def test_secret_volume_of_an_open_customer(self):
        """Whoever may not read the volume is not told that it is out."""
        board = self.filed(self.open_file, "Board", level_id=self.level2.id)
        self.lent(board, self.cleared2)
        for user in (self.employee, self.rep2, self.custodian):
            self.assertEqual(
                self.read_holder(user, self.open_customer), "In the archive"
            )
        self.assertEqual(
            self.read_holder(self.custodian2, self.open_customer),
            "On loan: governance_cleared2",
        )
        self.lent(self.volume2, self.rep)
        self.assertEqual(
            self.read_holder(self.employee, self.open_customer),
            "On loan: governance_rep",
        )
