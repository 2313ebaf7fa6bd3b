# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .confidentiality_common import ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestTraining(ConfidentialityCommon):
    """Training once a year, whose lapse takes the clearance away (C-38, RC-13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-01-10 09:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)

    @classmethod
    def require_training(cls, months=12):
        """Publish a ladder that asks for training."""
        preset = cls.env.ref("crm_governance.governance_clearance_ladder_cl_01")
        ladder = preset._adopt(
            cls.company,
            {
                "grant_max_days": 30,
                "grant_total_days": 90,
                "emergency_minutes": 60,
                "emergency_review_days": 3,
                "audit_months": 6,
            },
        )
        ladder.write({"is_training_required": True, "training_months": months})
        ladder.action_publish()

    def training(self, *users, **values):
        """Return a draft by the custodian, in which the users passed."""
        return (
            self.env["governance.training"]
            .with_user(self.custodian)
            .create(
                {
                    "name": "Customer information",
                    "date": "2026-01-09",
                    "line_ids": [
                        Command.create({"user_id": user.id, "has_passed": True})
                        for user in users
                    ],
                    **values,
                }
            )
        )

    def confirm(self, training, user=None):
        self.rpc(
            user or self.custodian,
            "governance.training",
            "action_confirm",
            training.ids,
        )
        return training

    def test_confirming(self):
        """Those who passed are trained for a year; others are not."""
        training = self.training(self.cleared1)
        training.line_ids = [Command.create({"user_id": self.cleared2.id})]
        self.confirm(training)
        self.assertEqual(self.cleared1.governance_trained_until, date(2027, 1, 9))
        self.assertFalse(self.cleared2.governance_trained_until)
        self.assertEqual(training.valid_until, date(2027, 1, 9))

    def test_never_shortens(self):
        """An older course confirmed later takes nothing away."""
        self.confirm(self.training(self.cleared1))
        self.confirm(self.training(self.cleared1, date="2025-06-01"))
        self.assertEqual(self.cleared1.governance_trained_until, date(2027, 1, 9))

    def test_months_of_the_ladder(self):
        self.require_training(months=6)
        self.confirm(self.training(self.cleared1))
        self.assertEqual(self.cleared1.governance_trained_until, date(2026, 7, 9))

    def test_lapse_at_the_last_day_where_the_user_is(self):
        """Clearance ends at midnight of the user, whatever the client says."""
        self.require_training()
        self.assertHidden(self.cleared2, self.secret)
        self.cleared2.tz = "Asia/Shanghai"
        self.confirm(self.training(self.cleared2))
        # The last second of 2027-01-09 in Shanghai, and the first after it.
        with freeze_time("2027-01-09 15:59:59"):
            self.assertReads(self.cleared2, self.secret)
        with freeze_time("2027-01-09 16:00:00"):
            self.assertHidden(self.cleared2, self.secret)
            cheating = self.secret.with_user(self.cleared2).with_context(
                tz="Pacific/Honolulu"
            )
            self.assertFalse(cheating.search([("id", "=", self.secret.id)]))
            self.assertFalse(cheating.has_access("read"))
        self.assertReads(self.cleared2, self.open_customer)

    def test_not_needed(self):
        """Without a ladder that asks for it, nobody needs a training."""
        self.assertReads(self.cleared2, self.secret)

    def test_who_confirms(self):
        """A custodian who has not passed the course."""
        training = self.training(self.custodian, self.rep)
        with self.assertSays("another data custodian"):
            self.confirm(training)
        for user in (self.executive, self.manager, self.auditor, self.rep):
            self.assertRefused(
                user, "governance.training", "action_confirm", training.ids
            )
        self.confirm(training, self.custodian2)
        self.assertTrue(self.custodian.governance_trained_until)

    def test_bad_courses(self):
        with self.assertSays("in the future"):
            self.confirm(self.training(self.rep, date="2026-01-12"))
        with self.assertSays("Nobody has passed"):
            self.confirm(self.training())
        training = self.confirm(self.training(self.rep))
        with self.assertSays("confirmed already"):
            self.confirm(training)

    def test_sealed(self):
        """A confirmed course and its participants stay as they are."""
        training = self.confirm(self.training(self.rep, self.rep2))
        line = training.line_ids[0]
        draft = self.training(self.leader)
        for model, method, *args in (
            ("governance.training", "write", training.ids, {"name": "Other"}),
            (
                "governance.training",
                "write",
                training.ids,
                {"line_ids": [Command.create({"user_id": self.leader.id})]},
            ),
            ("governance.training", "unlink", training.ids),
            ("governance.training.line", "write", line.ids, {"has_passed": False}),
            ("governance.training.line", "unlink", line.ids),
            (
                "governance.training.line",
                "create",
                {"training_id": training.id, "user_id": self.leader.id},
            ),
            (
                "governance.training.line",
                "write",
                draft.line_ids.ids,
                {"training_id": training.id},
            ),
        ):
            self.assertRefused(self.custodian, model, method, *args)
        self.assertRefused(
            self.custodian,
            "governance.training",
            "write",
            draft.ids,
            {"state": "confirmed"},
        )

    def test_evidence_is_sealed(self):
        """The papers of a confirmed course are not replaced."""
        training = self.training(self.rep)
        paper = (
            self.env["ir.attachment"]
            .with_user(self.custodian)
            .create(
                {
                    "name": "List",
                    "raw": b"signed",
                    "res_model": training._name,
                    "res_id": training.id,
                }
            )
        )
        training.evidence_ids = paper
        self.confirm(training)
        self.assertRefused(
            self.custodian, "ir.attachment", "write", paper.ids, {"raw": b"forged"}
        )
        self.assertRefused(self.custodian, "ir.attachment", "unlink", paper.ids)

    def test_dates_are_not_written_by_hand(self):
        with self.assertRaises(AccessError):
            self.rep.with_user(self.env.ref("base.user_admin")).write(
                {"governance_trained_until": "2030-01-01"}
            )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    def run_cron(self, at):
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref(
                "crm_governance.ir_cron_training_remind"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def messages(self, user):
        return self.env["mail.message"].search(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("subject", "ilike", "on customer information"),
            ]
        )

    def test_reminder(self):
        """A month before, each person and each custodian is told once."""
        self.confirm(self.training(self.rep, self.rep2))
        self.run_cron("2026-12-08 03:00:00")
        self.assertFalse(self.messages(self.rep))
        self.run_cron("2026-12-09 03:00:00")
        self.run_cron("2026-12-09 03:00:00")
        self.run_cron("2026-12-20 03:00:00")
        self.assertEqual(len(self.messages(self.rep)), 1)
        self.assertEqual(len(self.messages(self.custodian)), 1)
        body = self.messages(self.custodian).body
        self.assertIn(self.rep.name, body)
        self.assertIn(self.rep2.name, body)

    def test_reminder_comes_late(self):
        """After weeks without a scheduler, people are still told, once."""
        self.confirm(self.training(self.rep))
        self.run_cron("2027-03-01 03:00:00")
        self.assertEqual(len(self.messages(self.rep)), 1)

    def test_reminder_again_after_the_next_course(self):
        self.confirm(self.training(self.rep))
        self.run_cron("2026-12-20 03:00:00")
        with freeze_time("2027-01-02 09:00:00"):
            self.confirm(self.training(self.rep, date="2027-01-02"))
        self.run_cron("2027-01-10 03:00:00")
        self.assertEqual(len(self.messages(self.rep)), 1)
        self.run_cron("2027-12-15 03:00:00")
        self.assertEqual(len(self.messages(self.rep)), 2)

    def test_one_bad_person_stops_nobody(self):
        """What fails is repeated the next day, the others are told."""
        self.confirm(self.training(self.rep, self.rep2))
        trainings = self.registry["governance.training"]
        remind, bad = trainings._remind, self.rep

        def fail(self, user):
            if user == bad:
                raise ValueError("No address")
            return remind(self, user)

        with (
            patch.object(trainings, "_remind", fail),
            mute_logger(trainings.__module__),
            mute_logger(
                "odoo.addons.crm_governance.models.confidentiality.governance_training"
            ),
        ):
            self.run_cron("2026-12-20 03:00:00")
        self.assertFalse(self.messages(self.rep))
        self.assertEqual(len(self.messages(self.rep2)), 1)
        self.assertNotIn(self.rep.name + " (", self.messages(self.custodian).body)
        self.run_cron("2026-12-21 03:00:00")
        self.assertEqual(len(self.messages(self.rep)), 1)
        self.assertEqual(len(self.messages(self.rep2)), 1)
        self.assertEqual(len(self.messages(self.custodian)), 2)

    def test_screen(self):
        """Custodians see who is trained until when; representatives do not."""
        self.confirm(self.training(self.rep))
        action = self.env.ref("crm_governance.governance_trained_action")
        found = self.rpc(
            self.custodian,
            "res.users",
            "search_read",
            [("governance_trained_until", ">", fields.Date.today())],
            ["name", "governance_trained_until"],
        )
        self.assertEqual([row["id"] for row in found], self.rep.ids)
        self.assertEqual(action.view_id.model, "res.users")
        self.assertRefused(
            self.rep,
            "res.users",
            "read",
            self.rep2.ids,
            ["governance_trained_until"],
        )
