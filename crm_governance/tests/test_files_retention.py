# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .confidentiality_common import JOBS
from .files_disposal import DisposalCommon


@tagged("post_install", "-at_install")
class TestRetention(DisposalCommon):
    """How long volumes are kept: extended, never shortened (RT-01, E-34)."""

    def test_filing(self):
        """The class says how long when the volume is filed, not before (E-32)."""
        draft = self.new_volume(self.file, 2010, self.short, state="draft")
        self.assertFalse(draft.retention_until)
        self.assertFalse(draft.is_under_retention)
        self.assertEqual(self.old.retention_until, date(2013, 12, 31))
        self.assertEqual(self.recent.retention_until, date(2070, 12, 31))
        self.assertTrue(self.for_ever.is_kept_forever)
        self.assertFalse(self.for_ever.retention_until)
        over = self.env["governance.file.volume"].search(
            [("is_retention_over", "=", True)]
        )
        self.assertEqual(over, self.old | self.hidden)
        self.assertTrue(self.old.is_retention_over)
        self.assertFalse((self.recent | self.for_ever | draft)[0].is_retention_over)

    def test_last_day(self):
        """The last day belongs to the time that it is kept."""
        self.short.company_id.resource_calendar_id.tz = "Asia/Shanghai"
        # 31 December, 23:30 in Shanghai, and half an hour later.
        with freeze_time("2013-12-31 15:30:00"):
            self.env.invalidate_all()
            self.assertFalse(self.old.is_retention_over)
        with freeze_time("2013-12-31 16:30:00"):
            self.env.invalidate_all()
            self.assertTrue(self.old.is_retention_over)

    def test_clock_of_the_client(self):
        """A time zone that a client sends does not end anything."""
        with freeze_time("2013-12-31 12:00:00"):
            seen = self.old.with_context(tz="Pacific/Kiritimati")
            self.env.invalidate_all()
            self.assertFalse(seen.is_retention_over)

    def test_years_of_the_class(self):
        """Fewer years change nothing that is filed, more years extend it."""
        self.long.years = 1
        self.assertEqual(self.recent.retention_until, date(2070, 12, 31))
        self.long.years = 60
        self.assertEqual(self.recent.retention_until, date(2080, 12, 31))
        self.long.years = 0
        self.assertEqual(self.recent.retention_until, date(2080, 12, 31))

    def test_permanent_class_that_is_not_any_more(self):
        """What was to be kept for ever is kept for ever."""
        self.permanent.write({"is_permanent": False, "years": 1})
        self.assertTrue(self.for_ever.is_kept_forever)
        self.assertFalse(self.for_ever.is_retention_over)
        self.short.is_permanent = True
        self.assertTrue(self.old.is_kept_forever)
        self.assertFalse(self.old.is_retention_over)

    def test_change_of_class_and_year(self):
        """Another class or an earlier year does not shorten."""
        volume = self.recent._as_system()
        volume.retention_class_id = self.short
        self.assertEqual(self.recent.retention_until, date(2070, 12, 31))
        volume.year = 1980
        self.assertEqual(self.recent.retention_until, date(2070, 12, 31))
        self.for_ever._as_system().retention_class_id = self.short
        self.assertTrue(self.for_ever.is_kept_forever)
        self.old._as_system().retention_class_id = self.long
        self.assertEqual(self.old.retention_until, date(2060, 12, 31))

    def test_nobody_writes_it(self):
        """Neither the end nor the marks are written by hand, whoever asks."""
        for values in (
            {"retention_until": "2000-01-01"},
            {"is_kept_forever": False},
            {"is_under_retention": False},
            {"awaits_event": False},
            {"date_event": "2000-01-01"},
            {"state": "destroyed"},
        ):
            self.assertRefused(
                self.custodian,
                "governance.file.volume",
                "write",
                self.for_ever.ids,
                values,
                context={"governance_system": True},
            )

    def test_copy(self):
        """A copy is a new draft: no record, and no way to end the original."""
        copied = self.old.with_user(self.custodian).copy()
        self.assertEqual(copied.state, "draft")
        self.assertFalse(copied.retention_until)
        self.assertFalse(copied.is_under_retention)
        self.assertFalse(copied.document_ids)
        self.assertEqual(self.old.retention_until, date(2013, 12, 31))

    def test_reopened_volume(self):
        """What was filed once stays under its rule, whatever state it has."""
        self.recent._as_system().state = "checked"
        self.assertTrue(self.recent.is_under_retention)
        self.assertFalse(self.recent.is_retention_over)

    def test_event(self):
        """Without its event a volume is kept; then the years begin (anchor 13)."""
        contract = self.env["governance.retention.class"].create(
            {"name": "Contracts", "years": 5, "is_event_based": True}
        )
        volume = self.new_volume(self.file, 2001, contract)
        self.assertTrue(volume.awaits_event)
        self.assertFalse(volume.is_retention_over)
        contract.is_event_based = False
        self.assertTrue(volume.awaits_event)
        self.assertFalse(volume.is_retention_over)
        self.assertRefused(
            self.rep, "governance.file.volume", "action_enter_event", volume.ids
        )
        with freeze_time("2026-03-01"):
            volume.with_user(self.custodian).action_enter_event()
        self.assertFalse(volume.awaits_event)
        self.assertEqual(volume.date_event, date(2026, 3, 1))
        self.assertEqual(volume.retention_until, date(2031, 12, 31))

    def test_class_without_years(self):
        """Nobody has said how long: it is kept."""
        blank = self.env["governance.retention.class"].create({"name": "Undecided"})
        volume = self.new_volume(self.file, 2001, blank)
        self.assertFalse(volume.is_retention_over)
        blank.years = 10
        self.assertEqual(volume.retention_until, date(2011, 12, 31))

    # ------------------------------------------------------------------
    # MERGING CUSTOMERS
    # ------------------------------------------------------------------

    def merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target, extra_checks=False)
        self.env.invalidate_all()

    def test_merge(self):
        """Volumes come together in one file and keep all that they had."""
        twin = self.customer("Open Trading Ltd")
        twin_file = self.new_file(twin)
        kept = self.new_volume(twin_file, 2020, self.long)
        hold = self.hold(twin_file)
        self.merge(twin, self.open_customer)
        self.assertFalse(twin.exists())
        self.assertEqual(kept.file_id, self.file)
        self.assertEqual(kept.partner_id, self.open_customer)
        self.assertEqual(kept.retention_until, date(2070, 12, 31))
        self.assertEqual(self.old.retention_until, date(2013, 12, 31))
        self.assertEqual(twin_file.state, "merged")
        self.assertEqual(twin_file.merged_into_id, self.file)
        self.assertEqual(hold.line_ids.file_id, self.file)
        self.assertTrue(kept._is_held())
        self.assertTrue(self.old._is_held())

    def test_merge_of_held_files(self):
        """Both files are held by one hold: merging releases neither."""
        twin = self.customer("Open Trading Ltd")
        twin_file = self.new_file(twin)
        kept = self.new_volume(twin_file, 2010, self.short)
        self.hold(self.file, twin_file, kept)
        self.merge(twin, self.open_customer)
        self.assertTrue(kept._is_held())
        self.assertTrue(self.old._is_held())

    def test_merge_without_a_second_file(self):
        """One file simply follows its customer."""
        twin = self.customer("Open Trading Ltd")
        self.merge(self.open_customer, twin)
        self.assertEqual(self.file.partner_id, twin)
        self.assertEqual(self.file.state, "open")
        self.assertEqual(self.recent.retention_until, date(2070, 12, 31))


@tagged("post_install", "-at_install")
class TestAppraisal(DisposalCommon):
    """What becomes of volumes whose time is over (E-59)."""

    def open_appraisals(self):
        self.run_job("governance.appraisal", "_cron_open")
        return self.env["governance.appraisal"].search([("state", "=", "open")])

    def appraisal(self):
        return self.open_appraisals().filtered(
            lambda appraisal: appraisal.volume_id == self.old
        )

    def test_job(self):
        """It opens one for each volume whose time is over, however often it runs."""
        opened = self.open_appraisals()
        self.assertEqual(opened.volume_id, self.old | self.hidden)
        self.assertEqual(opened[0].date_due, date(2013, 12, 31))
        self.assertEqual(self.open_appraisals(), opened)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.old._open_appraisal()
            self.env.flush_all()

    def test_late_job(self):
        """A job that did not run for years opens what came due meanwhile."""
        with freeze_time("2014-01-01 12:00:00"):
            self.assertEqual(len(self.open_appraisals()), 2)
        with freeze_time("2080-01-01 12:00:00"):
            self.assertEqual(
                self.open_appraisals().volume_id, self.old | self.hidden | self.recent
            )

    def test_job_isolates_failures(self):
        """One volume that fails keeps no other from its appraisal."""
        volumes = type(self.old)
        opening = volumes._open_appraisal

        def fail(volume):
            if volume == self.old:
                raise ValueError("broken")
            return opening(volume)

        with (
            patch.object(volumes, "_open_appraisal", fail),
            mute_logger(
                "odoo.addons.crm_governance.models.confidentiality"
                ".governance_isolated_mixin"
            ),
        ):
            self.assertEqual(self.open_appraisals().volume_id, self.hidden)
        self.assertEqual(self.open_appraisals().volume_id, self.old | self.hidden)

    def test_job_survives_failing_reactions(self):
        """A failure that cannot even be noted keeps no other from its turn."""

        def fail(volume, *args):
            raise ValueError("broken")

        volumes = type(self.old)
        opening = volumes._open_appraisal

        def fail_first(volume):
            return fail(volume) if volume == self.old else opening(volume)

        with (
            patch.object(volumes, "_open_appraisal", fail_first),
            patch.object(volumes, "_isolation_failed", fail),
            mute_logger(JOBS),
        ):
            self.assertEqual(self.open_appraisals().volume_id, self.hidden)

    def test_held_volume_waits(self):
        """An end during a hold changes nothing (anchor 11)."""
        hold = self.hold(self.file)
        self.assertEqual(self.open_appraisals().volume_id, self.hidden)
        self.lift(hold)
        self.assertEqual(self.open_appraisals().volume_id, self.old | self.hidden)

    def test_extend(self):
        """It is kept on until a later day, for a reason, and comes back then."""
        appraisal = self.appraisal().with_user(self.custodian)
        with self.assertSays("Give the day"):
            appraisal.action_extend()
        with self.assertSays("only gets longer", ValidationError):
            appraisal.extend_until = "2013-12-31"
        appraisal.write({"extend_until": "2040-12-31", "reason": "A lawsuit"})
        appraisal.action_extend()
        self.assertEqual(self.old.retention_until, date(2040, 12, 31))
        self.assertEqual(appraisal.user_id, self.custodian)
        self.assertNotIn(self.old, self.open_appraisals().volume_id)
        with self.assertSays("appraised already"):
            appraisal.action_extend()
        with freeze_time("2041-01-01 12:00:00"):
            self.assertIn(self.old, self.open_appraisals().volume_id)

    def test_propose(self):
        """It leads to a draft of a destruction, and is closed with it."""
        appraisal = self.appraisal()
        action = appraisal.with_user(self.custodian).action_propose()
        destruction = self.env["governance.destruction"].browse(action["res_id"])
        self.assertEqual(destruction.line_ids.volume_id, self.old)
        self.assertEqual(appraisal.state, "proposed")
        self.assertEqual(self.open_appraisals().volume_id, self.hidden)
        destruction = destruction.with_user(self.custodian)
        destruction.action_request_approval()
        self.sign(destruction, self.custodian3, self.executive)
        destruction.action_destroy()
        self.assertEqual(appraisal.state, "destroyed")

    def test_refused_other_list(self):
        """A proposal waits for its own list, whatever becomes of others."""
        appraisal = self.appraisal()
        appraisal.with_user(self.custodian).action_propose()
        self.propose(self.old).unlink()
        self.assertEqual(appraisal.state, "proposed")
        appraisal.destruction_id.with_user(self.custodian).unlink()
        self.assertEqual(appraisal.state, "open")

    def test_refused_or_deleted_proposal(self):
        """Then the volume is to be appraised again."""
        for undo in ("reject", "delete"):
            with self.subTest(undo):
                appraisal = self.appraisal()
                action = appraisal.with_user(self.custodian).action_propose()
                destruction = (
                    self.env["governance.destruction"]
                    .browse(action["res_id"])
                    .with_user(self.custodian)
                )
                if undo == "delete":
                    destruction.unlink()
                else:
                    destruction.action_request_approval()
                    destruction.sudo().approval_request_id.with_user(
                        self.custodian3
                    ).decide("rejected", "Too early")
                    self.assertEqual(destruction.state, "refused")
                self.assertEqual(appraisal.state, "open")

    def test_who(self):
        """Custodians appraise what they may read; nobody writes the outcome."""
        appraisal = self.appraisal()
        for user in (self.rep, self.leader, self.auditor, self.executive):
            self.assertRefused(
                user, "governance.appraisal", "action_propose", appraisal.ids
            )
        secret = self.open_appraisals().filtered(
            lambda one: one.volume_id == self.hidden
        )
        self.assertHidden(self.custodian, secret)
        self.assertReads(self.custodian2, secret)
        self.assertRefused(
            self.custodian, "governance.appraisal", "action_extend", secret.ids
        )
        for values in ({"state": "extended"}, {"date_due": "2000-01-01"}):
            self.assertRefused(
                self.custodian, "governance.appraisal", "write", appraisal.ids, values
            )


@tagged("post_install", "-at_install")
class TestCandidates(DisposalCommon):
    """Customers whose file is looked at again (E-55, E-57, RT-02, RT-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quiet_policy = cls.adopt("rt_02")
        cls.value_policy = cls.adopt("rt_03", months=6)
        cls.quiet = cls.old_customer("Quiet Trading")
        cls.quiet_file = cls.new_file(cls.quiet)
        cls.prospect = cls.old_customer("Prospect Trading")
        cls.prospect_file = cls.new_file(cls.prospect)

    @classmethod
    def adopt(cls, name, **values):
        preset = cls.env.ref(f"crm_governance.governance_disposal_policy_{name}")
        policy = preset._adopt(cls.company, values)
        policy.action_publish()
        return policy

    @classmethod
    def old_customer(cls, name, day="2020-01-01"):
        partner = cls.customer(name)
        cls.age("res_partner", partner, day)
        return partner

    @classmethod
    def age(cls, table, record, day):
        cls.env.flush_all()
        cls.env.cr.execute(
            f"UPDATE {table} SET create_date = %s, write_date = %s WHERE id = %s",
            [day, day, record.id],
        )
        cls.env.cr.execute(
            "UPDATE mail_message SET date = %s WHERE model = %s AND res_id = %s",
            [day, record._name, record.id],
        )
        cls.env.invalidate_all()

    def lost_lead(self, partner, day="2020-02-01"):
        lead = self.env["crm.lead"].create({"name": "Deal", "partner_id": partner.id})
        lead.action_set_lost()
        lead.date_closed = day
        self.age("crm_lead", lead, day)
        return lead

    def find(self, kind=None):
        self.run_job("governance.disposal.candidate", "_cron_find")
        domain = [("state", "=", "open")]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["governance.disposal.candidate"].search(domain)

    def quiet_ones(self):
        return self.find("no_interaction").partner_id & (self.quiet | self.prospect)

    def test_presets(self):
        """Three years for RT-02; RT-03 gives no time, so the company does."""
        self.assertEqual(self.quiet_policy.months, 36)
        preset = self.env.ref("crm_governance.governance_disposal_policy_rt_03")
        self.assertFalse(preset.months)
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(ValidationError):
            preset._adopt(other).action_publish()
        for name in ("rt_02", "rt_03", "e_56", "am_04"):
            line = self.env.ref(
                f"crm_governance.governance_profile_line_data_desk_{name}"
            )
            self.assertTrue(line.policy_ref, name)

    def test_quiet(self):
        """Three years without interaction, once, however often it runs (E-57)."""
        found = self.find("no_interaction")
        self.assertEqual(found.partner_id & self.quiet, self.quiet)
        self.assertNotIn(self.open_customer, found.partner_id)
        self.assertEqual(self.find("no_interaction"), found)

    def test_interaction(self):
        """Anything between the company and the customer, or its contacts, counts."""
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.quiet.id}
        )
        for partner in (self.quiet, contact):
            for touch in (
                self.touch_order,
                self.touch_lead,
                self.touch_message,
                self.touch_meeting,
            ):
                with self.subTest(touch=touch.__name__, contact=partner.name):
                    with self.env.cr.savepoint() as savepoint:
                        touch(partner)
                        self.assertNotIn(self.quiet, self.quiet_ones())
                        savepoint.rollback()
                    self.env.invalidate_all()
        self.assertIn(self.quiet, self.quiet_ones())

    def touch_order(self, partner):
        self.env["sale.order"].create({"partner_id": partner.id})

    def touch_lead(self, partner):
        self.env["crm.lead"].create({"name": "New", "partner_id": partner.id})

    def touch_message(self, partner):
        partner.message_post(body="Hello", message_type="comment")

    def touch_meeting(self, partner):
        now = fields.Datetime.now()
        self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": now - timedelta(days=2),
                "stop": now - timedelta(days=2, hours=-1),
                "partner_ids": [Command.link(partner.id)],
            }
        )

    def test_who_comes_back(self):
        """A candidate who is met again is none any more."""
        candidate = self.find("no_interaction").filtered(
            lambda one: one.partner_id == self.quiet
        )
        self.touch_message(self.quiet)
        self.find()
        self.assertEqual(candidate.state, "past")

    def test_failed_prospects(self):
        """Lost leads only, never a purchase, and time to think about it (E-55)."""
        self.assertNotIn(self.prospect, self.find("no_value").partner_id)
        self.lost_lead(self.prospect)
        self.assertIn(self.prospect, self.find("no_value").partner_id)

    def test_prospects_of_value(self):
        """An open lead, a purchase, history or an agreement: no candidate."""
        self.lost_lead(self.prospect)
        for touch in (self.touch_lead, self.touch_order, self.touch_history):
            with self.subTest(touch=touch.__name__):
                with self.env.cr.savepoint() as savepoint:
                    touch(self.prospect)
                    self.assertNotIn(self.prospect, self.find("no_value").partner_id)
                    savepoint.rollback()
                self.env.invalidate_all()
        recent = self.old_customer("Recent Prospect")
        self.new_file(recent)
        self.lost_lead(recent, fields.Datetime.now() - timedelta(days=30))
        self.assertNotIn(recent, self.find("no_value").partner_id)

    def touch_history(self, partner):
        self.company.governance_cutover_date = "2020-01-01"
        self.env["governance.turnover.history"].create(
            {"partner_id": partner.id, "date": "2015-01-01", "amount": 10}
        )

    def test_keep(self):
        """Kept for a reason, and not found again."""
        candidate = (
            self.find("no_interaction")
            .filtered(lambda one: one.partner_id == self.quiet)
            .with_user(self.custodian)
        )
        with self.assertSays("Why it is kept"):
            candidate.action_keep()
        candidate.reason = "A founder of the industry"
        candidate.action_keep()
        self.assertNotIn(self.quiet, self.quiet_ones())

    def test_propose_and_destroy(self):
        """The file of a prospect goes with its drafts; the ground is checked again."""
        self.lost_lead(self.prospect)
        draft = self.new_volume(self.prospect_file, 2020, None, state="draft")
        candidate = self.find("no_value").filtered(
            lambda one: one.partner_id == self.prospect
        )
        action = candidate.with_user(self.custodian).action_propose()
        destruction = (
            self.env["governance.destruction"]
            .browse(action["res_id"])
            .with_user(self.custodian)
        )
        self.assertEqual(destruction.kind, "no_value")
        destruction.action_request_approval()
        self.sign(destruction, self.custodian3, self.executive)
        with self.env.cr.savepoint() as savepoint:
            self.touch_lead(self.prospect)
            with self.assertSays("agreement"):
                destruction.action_destroy()
            savepoint.rollback()
        self.env.invalidate_all()
        destruction.action_destroy()
        self.assertEqual(draft.state, "destroyed")
        self.assertEqual(self.prospect_file.state, "destroyed")
        self.assertEqual(candidate.state, "destroyed")
        self.assertNotIn(self.prospect, self.find("no_value").partner_id)

    def test_filed_volumes_stay(self):
        """What is filed is kept to the end, whatever ground is given (anchor 12)."""
        self.lost_lead(self.prospect)
        self.new_volume(self.prospect_file, 2024, self.long)
        with self.assertSays("is kept until"):
            self.propose(self.prospect_file, kind="no_value").action_request_approval()

    def test_who(self):
        candidate = self.find("no_interaction")[:1]
        for user in (self.rep, self.leader, self.executive, self.manager):
            self.assertRefused(
                user, "governance.disposal.candidate", "action_propose", candidate.ids
            )
        self.assertRefused(
            self.custodian,
            "governance.disposal.candidate",
            "write",
            candidate.ids,
            {"state": "kept"},
        )
        with self.assertRaises(UserError):
            candidate.with_user(self.custodian).action_keep()
