# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .confidentiality_access import AccessCommon
from .tiers_world import FORGED

MODEL = "governance.access.grant"


@tagged("post_install", "-at_install")
class TestAccessGrant(AccessCommon):
    """Access for a time: who ends it, who passes it on, and when it is over."""

    def end(self, user, grant, reason="No longer needed"):
        wizard = (
            self.env["governance.access.end"]
            .with_user(user)
            .create({"grant_ids": [(6, 0, grant.ids)], "reason": reason})
        )
        wizard.action_end()
        self.env.invalidate_all()

    def pass_on(self, user, grant, deputy, **values):
        wizard = (
            self.env["governance.access.pass.on"]
            .with_user(user)
            .create(
                {
                    "grant_id": grant.id,
                    "user_id": deputy.id,
                    "date_end": grant.date_end,
                    "reason": "Holidays",
                    **values,
                }
            )
        )
        wizard.action_pass_on()
        return self.env[MODEL].search([("user_id", "=", deputy.id)], limit=1)

    def test_who_ends_it(self):
        """Its holder, who gave it, the salesperson and a custodian; no others."""
        for user in (self.rep2, self.rep, self.custodian, self.boss):
            grant = self.grant(self.rep2, self.secret, granted_by=self.boss.id)
            self.assertReads(self.rep2, self.secret)
            self.end(user, grant)
            self.assertHidden(self.rep2, self.secret)
            self.assertEqual(grant.state, "revoked")
            self.assertEqual(grant.revoked_by, user)
            self.assertEqual(grant.end_reason, "No longer needed")
        grant = self.grant(self.rep2, self.secret)
        for user in (self.leader2, self.employee, self.manager, self.auditor):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.end(user, grant)
            self.assertRefused(user, MODEL, "action_revoke", grant.ids)
        with self.assertSays("Say why"):
            self.end(self.rep2, grant, "  ")
        self.assertReads(self.rep2, self.secret)

    def test_nobody_writes_it(self):
        """No client makes a grant, or makes it longer."""
        grant = self.grant(self.rep2, self.secret)
        values = {
            "partner_id": self.open_customer.id,
            "user_id": self.employee.id,
            "date_start": "2026-01-01 00:00:00",
            "date_end": "2036-01-01 00:00:00",
            "continuous_since": "2026-01-01 00:00:00",
        }
        for user in (self.rep2, self.custodian2, self.manager, self.boss):
            for context in ({}, FORGED):
                self.assertRefused(user, MODEL, "create", [values], context=context)
                for name, value in values.items():
                    self.assertRefused(
                        user, MODEL, "write", grant.ids, {name: value}, context=context
                    )
                self.assertRefused(user, MODEL, "unlink", grant.ids, context=context)
            for name in ("_grant", "_end", "_pass_on", "_as_system"):
                self.assertRefused(user, MODEL, name, grant.ids, error=Exception)

    def test_who_sees_it(self):
        """What people typed is for the person and for readers of the customer."""
        grant = self.grant(self.rep2, self.secret, reason="Secret Holding's tender")
        for user in (self.rep2, self.rep, self.custodian2):
            self.assertIn("tender", grant.with_user(user).why, user.login)
        for user in (self.custodian, self.auditor):
            self.env.invalidate_all()
            text = repr(self.rpc(user, MODEL, "read", grant.ids, ["why", "partner_id"]))
            self.assertNotIn("tender", text)
            self.assertIn("Confidential customer", text)
            self.assertRefused(user, MODEL, "read", grant.ids, ["reason"])
        self.assertFalse(grant.with_user(self.employee).has_access("read"))

    def test_passing_on(self):
        """A cleared custodian gives a deputy access that ends with the first."""
        grant = self.grant(self.rep2, self.secret, hours=10)
        for user in (self.custodian, self.rep, self.rep2, self.boss, self.leader):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.pass_on(user, grant, self.employee)
        with self.assertSays("ends with the one that it comes from"):
            self.pass_on(
                self.custodian2, grant, self.employee, date_end=self.later(hours=11)
            )
        for deputy, message in (
            (self.custodian2, "himself or herself"),
            (self.portal, "no active employee"),
            (self.rep, "reads this customer already"),
            (self.cleared2, "reads this customer already"),
        ):
            with self.assertSays(message):
                self.pass_on(self.custodian2, grant, deputy)
        derived = self.pass_on(self.custodian2, grant, self.employee)
        self.assertEqual(derived.kind, "derived")
        self.assertReads(self.employee, self.secret)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.pass_on(self.custodian2, derived, self.leader2)
        self.end(self.rep2, grant)
        self.assertHidden(self.employee, self.secret)
        self.assertEqual(derived.state, "revoked")

    def test_a_grant_does_not_let_pass_on(self):
        """Neither the own, nor that of a colleague, not even for a custodian."""
        grant = self.grant(self.custodian, self.secret)
        other = self.grant(self.rep2, self.secret)
        for held in (grant, other):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.pass_on(self.custodian, held, self.employee)

    def test_derived_never_outlives(self):
        """Whatever is granted, renewed and ended: it never lasts longer or reads more.

        Two hundred random steps with eight people.
        """
        dice = random.Random(19)
        people = list(self.users.values())[:8]
        grants = self.env[MODEL]
        begin = self.later()
        for step in range(200):
            with freeze_time(begin.replace(microsecond=0)) as clock:
                clock.tick(step * 600)
                self.random_step(dice, people)
                live = grants.search([("is_live", "=", True)])
                for grant in live.filtered("parent_id"):
                    parent = grant.parent_id
                    self.assertTrue(parent.is_live, (step, grant, parent.state))
                    self.assertLessEqual(grant.date_end, parent.date_end)
                    self.assertEqual(grant.partner_id, parent.partner_id)
                pairs = [(g.user_id, g.partner_id) for g in live]
                self.assertEqual(len(pairs), len(set(pairs)))
        self.assertTrue(grants.search_count([("kind", "=", "derived")]) > 10)

    def random_step(self, dice, people):
        grants = self.env[MODEL]
        live = grants.search([("is_live", "=", True)])
        end = self.later(minutes=dice.randrange(1, 300))
        user = dice.choice(people)
        try:
            with self.env.cr.savepoint():
                if dice.random() < 0.2 and live:
                    dice.choice(live)._end("Over")
                elif dice.random() < 0.6 and live:
                    parent = dice.choice(live)
                    if parent.user_id != user:
                        grants._grant(
                            parent.partner_id,
                            user,
                            end,
                            kind="derived",
                            parent_id=parent.id,
                        )
                else:
                    grants._grant(dice.choice(self.important | self.secret), user, end)
        except UserError:
            self.env.invalidate_all()

    def test_people_who_leave(self):
        """Archived people have no access, also when they come back."""
        grant = self.grant(self.rep2, self.secret)
        derived = self.pass_on(self.custodian2, grant, self.employee)
        self.rep2.active = False
        self.assertEqual(grant.state, "revoked")
        self.assertEqual(derived.state, "revoked")
        self.rep2.active = True
        self.assertHidden(self.rep2, self.secret)

    def test_reminder(self):
        """The holder is told once, a day before, without the customer's name."""
        grant = self.grant(self.rep2, self.secret, hours=72)
        short = self.grant(self.employee, self.secret, hours=3)
        messages = self.env["mail.message"].sudo()
        for hours, count in ((1, 0), (50, 1), (51, 1)):
            with freeze_time(self.later(hours=hours)):
                self.run_job(MODEL, "_cron_tidy")
                found = messages.search(
                    [("model", "=", MODEL), ("res_id", "=", grant.id)]
                )
                self.assertEqual(len(found), count)
        self.assertNotIn("Secret", found.body + found.subject)
        self.assertFalse(
            messages.search([("model", "=", MODEL), ("res_id", "=", short.id)])
        )

    def test_cron_only_tidies(self):
        """Access ends without it; it writes the state, and one failure stops none."""
        first = self.grant(self.rep2, self.secret)
        second = self.grant(self.employee, self.secret)
        with freeze_time(first.date_end):
            self.assertHidden(self.rep2, self.secret)
            self.assertEqual(first.state, "active")
            self.run_job(MODEL, "_cron_tidy")
        self.assertEqual((first | second).mapped("state"), ["expired", "expired"])

    def test_one_live_grant(self):
        """The database keeps a second one out."""
        grant = self.grant(self.rep2, self.secret)
        values = {
            name: grant[name]
            for name in ("date_start", "date_end", "continuous_since", "kind")
        }
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            grant._as_system().create(
                {**values, "user_id": self.rep2.id, "partner_id": self.secret.id}
            )
