# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .loan_common import LoanCommon

LINE = "governance.loan.line"


class RenewalCommon(LoanCommon):
    """Loans that are renewed, and the dialog that it takes."""

    def dialog(self, loan, user, kind, **values):
        """Confirm the dialog of a renewal."""
        lines = self.lines(loan)
        wizard = self.env["governance.loan.renewal"].with_user(user)
        wizard = wizard.create(
            {"line_ids": [Command.set(lines.ids)], "kind": kind, **values}
        )
        wizard.action_confirm()
        self.env.invalidate_all()

    def override(self, loan, user=None, reason="The court needs it", **values):
        self.dialog(loan, user or self.custodian2, "override", reason=reason, **values)

    def due(self, loan):
        return self.lines(loan).date_due

    def told(self, user, words):
        return self.env["mail.message"].search_count(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("subject", "like", words),
            ]
        )

    def assertAgrees(self):
        """The register and the loans tell the same story."""
        self.env.invalidate_all()
        self.assertEqual(self.env["governance.loan.event"]._get_differences(), [])


@tagged("post_install", "-at_install")
class TestFilesOverride(RenewalCommon):
    """What is refused, a data custodian renews for a reason (anchors §5.5, 4)."""

    def test_overdue(self):
        """The register says what was overridden, by whom and why."""
        loan = self.lent(self.volume)
        self.later(days=5)
        line = self.lines(loan)
        with self.assertSays("The loan is overdue"):
            line.with_user(self.rep).action_renew()
        known = line.with_user(self.custodian2)
        self.assertIn("The loan is overdue", known.renewal_refusal)
        self.assertTrue(known.is_overridable)
        action = known.action_override_renewal()
        dialog = Form(
            self.env["governance.loan.renewal"]
            .with_user(self.custodian2)
            .with_context(**action["context"])
        )
        self.assertIn("The loan is overdue", dialog.refusal)
        dialog.reason = "The court needs it"
        dialog.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.due(loan), datetime(2035, 3, 13, 23, 59), "from today")
        self.assertEqual(self.lines(loan).renewals, 1)
        self.assertEqual(self.events(loan)[-2:], ["overridden", "renewed"])
        event = self.lines(loan).event_ids.filtered(
            lambda event: event.event == "overridden"
        )
        self.assertEqual(event.user_id, self.custodian2)
        self.assertRegex(event.note, "(?s)is overdue.*The court needs it")
        self.assertEqual(self.told(self.rep, "is renewed"), 1)
        self.assertFalse(self.lines(loan).is_overdue)
        self.assertAgrees()

    def test_renewed_often_enough(self):
        self.under(code="T-O", max_renewals=0)
        loan = self.lent(self.volume)
        with self.assertSays("as often as the policy allows"):
            self.lines(loan).with_user(self.rep).action_renew()
        self.override(loan)
        self.assertEqual(self.due(loan), self.DUE + timedelta(days=3))

    def test_reason(self):
        loan = self.lent(self.volume)
        self.later(days=5)
        for reason in (False, " "):
            with self.assertSays("Give a reason"):
                self.override(loan, reason=reason)
        self.assertEqual(self.due(loan), self.DUE)

    def test_who(self):
        """Neither the borrower, nor who is not cleared, nor any other role."""
        loan = self.lent(self.closed, self.cleared2)
        own = self.lent(self.volume, self.custodian2, custodian=self.custodian)
        self.later(days=5)
        for user in (
            self.cleared2,
            self.custodian,
            self.rep2,
            self.leader,
            self.boss,
            self.auditor,
            self.manager,
        ):
            with self.assertRaises(AccessError, msg=user.login):
                self.override(loan, user)
            with self.assertRaises(AccessError, msg=user.login):
                self.lines(loan).with_user(user).action_override_renewal()
        with self.assertSays("your own loan", AccessError):
            self.override(own)
        self.assertFalse(self.lines(loan).with_user(self.custodian).renewal_refusal)
        self.override(own, self.custodian)
        self.assertEqual(self.lines(own).renewals, 1)

    def test_dialogs_are_private(self):
        """Nobody confirms the dialog of somebody else."""
        loan = self.lent(self.volume)
        wizard = self.env["governance.loan.renewal"].with_user(self.custodian2)
        dialog = wizard.create(
            {"line_ids": [Command.set(self.lines(loan).ids)], "kind": "override"}
        )
        for user in (self.rep, self.custodian, self.portal):
            self.assertRefused(user, dialog._name, "action_confirm", dialog.ids)

    def assertStands(self, loan, sentence):
        """A refusal is not overridden, and nothing is in the register."""
        before = self.events(loan)
        line = self.lines(loan).with_user(self.custodian2)
        self.assertRegex(line.renewal_refusal, sentence)
        self.assertFalse(line.is_overridable)
        with self.assertSays(sentence), self.env.cr.savepoint():
            self.override(loan)
        self.assertEqual(self.events(loan), before)

    def test_waited_for(self):
        """Whoever waits has a right to it, even if it is overdue besides."""
        loan = self.lent(self.volume)
        self.approved(self.volume, self.rep2)
        self.later(days=5)
        self.assertStands(loan, "Somebody else waits")

    def test_recalled(self):
        loan = self.lent(self.volume)
        self.lines(loan).with_user(self.custodian2).action_recall()
        self.assertStands(loan, "was recalled")

    def test_reading_room(self):
        self.under(code="T-R", is_on_site=True, max_renewals=0)
        self.assertStands(self.lent(self.volume), "read in the archive room")

    def test_suspended(self):
        """Who is suspended renews nothing, nor does anybody for him."""
        loan = self.lent(self.volume)
        self.env["governance.suspension"].with_user(self.custodian)._suspend(
            self.rep, "Misuse"
        )
        self.assertStands(loan, "suspended or not active")
        with self.assertSays("suspended or not active"):
            self.lines(loan).with_user(self.custodian2).action_renew()

    def test_total(self):
        """No renewal goes beyond the longest time of the policy."""
        self.under(code="T-T", total_days=3)
        self.assertStands(self.lent(self.volume), "would not last longer")

    def test_access_that_is_over(self):
        """What was read is not opened again without a new loan."""
        loan = self.lent(self.electronic, self.cleared2)
        self.at(self.DUE + timedelta(seconds=1))
        self.assertStands(loan, "The loan is overdue")

    def test_everything_overridden_is_on_record(self):
        """Overdue and renewed often enough: the register names both."""
        self.under(code="T-O", max_renewals=0)
        loan = self.lent(self.volume)
        self.later(days=5)
        self.override(loan)
        event = self.lines(loan).event_ids.filtered(
            lambda event: event.event == "overridden"
        )
        self.assertRegex(event.note, "(?s)is overdue.*as often as.*The court needs it")

    def test_nothing_speaks_against_it(self):
        """What needs no override is none."""
        loan = self.lent(self.volume)
        self.override(loan)
        self.assertEqual(self.events(loan)[-1], "renewed")
        self.assertNotIn("overridden", self.events(loan))


@tagged("post_install", "-at_install")
class TestFilesAgreedRenewal(RenewalCommon):
    """Where a date was agreed on, a renewal takes a date that is agreed on too."""

    WANTED = datetime(2035, 3, 7, 8)
    LATER = datetime(2035, 3, 20, 8)

    def setUp(self):
        super().setUp()
        # The stricter one would be the only one.
        self.policy.active = False
        self.under(code="T-A", due_rule="agreed")

    def agreed(self, **values):
        return self.lent(self.volume, date_wanted=self.WANTED, **values)

    def propose(self, loan, user=None, date=LATER):
        self.dialog(loan, user or self.rep, "propose", date_wanted=date)

    def test_proposed_and_agreed(self):
        loan = self.agreed()
        before = self.due(loan)
        action = self.lines(loan).with_user(self.rep).action_renew()
        self.assertEqual(action["res_model"], "governance.loan.renewal")
        self.assertEqual(self.due(loan), before, "the dialog renews nothing")
        dialog = Form(
            self.env["governance.loan.renewal"]
            .with_user(self.rep)
            .with_context(**action["context"])
        )
        dialog.date_wanted = self.LATER
        dialog.save().action_confirm()
        self.env.invalidate_all()
        line = self.lines(loan)
        self.assertEqual((line.date_proposed, line.date_due), (self.LATER, before))
        self.assertEqual(self.events(loan)[-1], "proposed")
        self.assertEqual(self.told(self.custodian2, "a new date is proposed"), 1)
        self.assertAgrees()
        for user in (self.rep, self.rep2, self.boss, self.auditor):
            with self.assertRaises(AccessError, msg=user.login):
                line.with_user(user).action_agree_renewal()
        line.with_user(self.custodian2).action_agree_renewal()
        self.env.invalidate_all()
        self.assertEqual(self.due(loan), self.LATER.replace(hour=23, minute=59))
        self.assertFalse(self.lines(loan).date_proposed)
        self.assertEqual(self.events(loan)[-1], "renewed")
        self.assertEqual(self.told(self.rep, "is renewed"), 1)
        self.assertAgrees()
        with self.assertSays("no new date is proposed"):
            self.lines(loan).with_user(self.custodian2).action_agree_renewal()

    def test_not_agreed(self):
        loan = self.agreed()
        self.propose(loan)
        line = self.lines(loan).with_user(self.custodian2)
        action = line.action_refuse_renewal()
        self.assertEqual(action["context"]["default_kind"], "refuse")
        with self.assertSays("Give a reason"):
            self.dialog(loan, self.custodian2, "refuse")
        with self.assertRaises(AccessError):
            self.dialog(loan, self.rep, "refuse", reason="No")
        self.dialog(loan, self.custodian2, "refuse", reason="Others need it")
        line = self.lines(loan)
        self.assertFalse(line.date_proposed)
        self.assertEqual(line.renewals, 0)
        event = line.event_ids.sorted("id")[-1]
        self.assertEqual((event.event, event.note), ("unrenewed", "Others need it"))
        self.assertEqual(self.told(self.rep, "is not renewed"), 1)

    def test_both_sides(self):
        """A custodian who borrows proposes; another one agrees."""
        loan = self.agreed(user=self.custodian2, custodian=self.custodian)
        self.propose(loan, self.custodian2)
        with self.assertSays("your own loan", AccessError):
            self.lines(loan).with_user(self.custodian2).action_agree_renewal()
        self.lines(loan).with_user(self.custodian).action_agree_renewal()
        self.assertEqual(self.lines(loan).renewals, 1)

    def test_custodian_agrees_at_the_desk(self):
        """A custodian enters the date that both have agreed on."""
        loan = self.agreed()
        with self.assertRaises(AccessError):
            self.propose(loan, self.rep2)
        self.propose(loan, self.custodian)
        self.assertEqual(self.due(loan), self.LATER.replace(hour=23, minute=59))

    def test_dates(self):
        """A new date is later than the old one, and is given."""
        loan = self.agreed()
        with self.assertSays("Say until when"):
            self.propose(loan, date=False)
        with self.assertSays("Choose a later date"):
            self.propose(loan, date=self.WANTED)
        self.assertFalse(self.lines(loan).date_proposed)
        # No longer than the policy lets anybody have it.
        self.propose(loan, date=datetime(2036, 1, 1))
        self.lines(loan).with_user(self.custodian2).action_agree_renewal()
        self.assertEqual(self.due(loan), datetime(2035, 4, 4, 23, 59))

    def test_hopeless(self):
        """What would be refused is refused at once, and when it is agreed to."""
        loan = self.agreed()
        self.propose(loan)
        self.approved(self.volume, self.rep2, date_wanted=self.WANTED)
        with self.assertSays("Somebody else waits"):
            self.lines(loan).with_user(self.custodian2).action_agree_renewal()
        with self.assertSays("Somebody else waits"):
            self.propose(loan)

    def test_gone_with_the_loan(self):
        """What comes back or is recalled has no date to agree to."""
        for step in ("action_recall", "_take_back"):
            loan = self.agreed()
            self.propose(loan)
            line = self.lines(loan).with_user(self.custodian2)
            args = ["good"] if step == "_take_back" else []
            getattr(line, step)(*args)
            self.assertFalse(self.lines(loan).date_proposed, step)
            with self.assertRaises(UserError):
                line.action_agree_renewal()
            if step == "action_recall":
                self.take_back(loan)

    def test_overridden_date(self):
        """An overdue loan gets the date that is agreed on when it is overridden."""
        loan = self.agreed()
        self.at(datetime(2035, 3, 9, 8))
        with self.assertSays("overdue"):
            self.propose(loan)
        self.override(loan, date_wanted=self.LATER)
        self.assertEqual(self.due(loan), self.LATER.replace(hour=23, minute=59))

    def test_other_policies(self):
        """Where the policy says how long, nobody chooses a date."""
        self.under(code="T-D")
        loan = self.lent(self.volume2)
        with self.assertSays("the policy says how long"):
            self.propose(loan)
        self.assertTrue(self.lines(loan).with_user(self.rep).action_renew() is True)


@tagged("post_install", "-at_install")
class TestFilesAccessEnds(RenewalCommon):
    """A loan on paper ends with the borrower's access (anchors §5.5, 2)."""

    def borrow(self, user):
        loan = self.approved(self.closed, user)
        self.hand_out(loan)
        return loan

    def test_grant(self):
        """Cut at the hand-out and at the renewal, and the loan says so."""
        grant = self.grant(self.rep2, self.secret, hours=30)
        loan = self.borrow(self.rep2)
        line = self.lines(loan)
        # Tuesday, 14:00
        self.assertEqual(line.date_due, grant.date_end)
        self.assertTrue(line.with_user(self.rep2).is_cut)
        event = line.event_ids.filtered(lambda event: event.event == "handed_out")
        self.assertIn("access to the customer ends", event.note)
        with self.assertSays("would not last longer"):
            line.with_user(self.rep2).action_renew()
        grant._end("Over")
        longer = self.grant(self.rep2, self.secret, hours=80)
        line.with_user(self.rep2).action_renew()
        line = self.lines(loan)
        self.assertEqual(line.date_due, longer.date_end)
        self.assertTrue(line.is_cut)
        self.assertIn("ends", line.event_ids.sorted("id")[-1].note)

    def test_enough_access(self):
        """What lasts longer than the loan cuts nothing."""
        self.grant(self.rep2, self.secret, hours=24 * 20)
        loan = self.borrow(self.rep2)
        self.assertEqual(self.due(loan), self.DUE)
        self.assertFalse(self.lines(loan).is_cut)
        self.assertFalse(any(self.lines(loan).event_ids.mapped("note")))

    def test_roles_and_clearance_do_not_end(self):
        """A role on the customer lasts longer than a grant that its holder has too."""
        self.grant(self.rep, self.secret, hours=30)
        for user in (self.rep, self.cleared2):
            loan = self.borrow(user)
            self.assertEqual(self.due(loan), self.DUE, user.login)
            self.assertFalse(self.lines(loan).is_cut)
            self.take_back(loan)

    def test_open_customers(self):
        """Everybody reads what is open, for ever."""
        self.assertFalse(self.lines(self.lent(self.volume)).is_cut)

    def test_not_told_to_everybody(self):
        """Who reads the customer for a time is not for those below the level."""
        self.grant(self.rep2, self.secret, hours=30)
        loan = self.borrow(self.rep2)
        line = self.lines(loan)
        for user, shown in ((self.auditor, False), (self.custodian2, True)):
            [values] = self.rpc(user, LINE, "read", line.ids, ["is_cut", "date_due"])
            self.assertEqual(values["is_cut"], shown, user.login)

    def test_recalled_before(self):
        """A recall is the reason then, not the access."""
        self.grant(self.rep2, self.secret, hours=60)
        loan = self.borrow(self.rep2)
        self.assertTrue(self.lines(loan).is_cut)
        self.lines(loan).with_user(self.custodian2).action_recall()
        self.assertFalse(self.lines(loan).is_cut)
        self.assertLess(self.due(loan), fields.Datetime.now() + timedelta(hours=60))

    # ------------------------------------------------------------------
    # ACCESS THAT IS TAKEN AWAY
    # ------------------------------------------------------------------

    def assertOver(self, loan, user):
        """Neither the borrower nor a custodian makes the loan longer, now or later."""
        before = self.due(loan)
        with self.assertSays("would not last longer"):
            self.lines(loan).with_user(user).action_renew()
        self.assertStays(loan)
        self.at(before + timedelta(seconds=1))
        self.assertStays(loan)
        self.assertEqual(self.due(loan), before)

    def assertStays(self, loan):
        self.assertFalse(self.lines(loan).with_user(self.custodian2).is_overridable)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.override(loan)

    def test_revoked_grant(self):
        """A grant that is revoked is no reason to keep it for longer."""
        grant = self.grant(self.rep2, self.secret, hours=24 * 20)
        loan = self.borrow(self.rep2)
        self.later(hours=1)
        grant._end("Over")
        self.assertOver(loan, self.rep2)

    def test_grant_that_came_later(self):
        """What was renewed by a grant ends with it as well."""
        self.under(code="T-M", max_renewals=9)
        loan = self.asked(self.closed.browse(), self.rep2, wanted="Secrets")
        desk = self.custodian2
        loan.with_user(desk)._choose(self.closed.with_user(desk))
        self.decide(loan)
        loan.action_accept_undertaking()
        self.hand_out(loan)
        self.assertFalse(self.lines(loan).had_access)
        self.lines(loan).with_user(self.rep2).action_renew()
        self.assertFalse(self.lines(loan).had_access, "by the loan alone")
        grant = self.grant(self.rep2, self.secret, hours=24 * 20)
        self.lines(loan).with_user(self.custodian2)._override_renewal("Court")
        self.assertTrue(self.lines(loan).had_access)
        grant._end("Over")
        self.assertOver(loan, self.rep2)

    def test_clearance_taken_away(self):
        loan = self.borrow(self.cleared2)
        groups = self.env["res.groups"]
        for level in (1, 2, 3):
            name = f"crm_governance.group_clearance_{level}"
            groups |= self.env.ref(name, raise_if_not_found=False) or groups
        self.cleared2.group_ids -= groups
        self.assertFalse(self.cleared2._get_direct_clearance())
        self.assertOver(loan, self.cleared2)

    def test_training_that_lapses(self):
        loan = self.borrow(self.cleared2)
        users = type(self.env["res.users"])
        ladder = type(self.env["governance.clearance.ladder"])
        with (
            patch.object(ladder, "_is_training_needed", lambda *args: True),
            patch.object(users, "_needs_governance_training", lambda user: True),
        ):
            for until in (False, "2035-03-04"):
                self.cleared2._with_suspension().governance_trained_until = until
                with self.assertSays("would not last longer"):
                    self.lines(loan)._renew()

    def test_role_taken_away(self):
        loan = self.borrow(self.rep)
        self.secret.user_id = False
        self.env["crm.lead"].search(
            [("partner_id", "=", self.secret.id)]
        ).user_id = False
        self.env.flush_all()
        decision = self.env["governance.confidentiality"].with_user(self.rep)
        self.assertFalse(decision._get_opened_to_level(self.secret, 2, "write"))
        self.assertOver(loan, self.rep)

    def test_cut_loans_are_not_overridden(self):
        """Once the access is over, the loan that was cut is over for good."""
        self.grant(self.rep2, self.secret, hours=30)
        loan = self.borrow(self.rep2)
        self.at(self.due(loan) + timedelta(seconds=1))
        self.assertStays(loan)
        self.assertTrue(self.lines(loan).is_cut)
        # New access is a reason to ask anew.
        self.grant(self.rep2, self.secret, hours=80)
        self.assertStays(loan)

    def test_raised_level(self):
        """What was lent while it was open is not renewed when it is no more."""
        loan = self.lent(self.volume)
        self.volume._as_system().level_id = self.level2
        self.env.flush_all()
        self.assertOver(loan, self.rep)
