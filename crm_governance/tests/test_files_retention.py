# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
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
        over = self.env["governance.file.volume"].search_count
        # 31 December, 23:30 in Shanghai, and an hour later.
        with freeze_time("2013-12-31 15:30:00"):
            self.env.invalidate_all()
            self.assertFalse(self.old.is_retention_over)
            self.assertFalse(over([("is_retention_over", "=", True)]))
        with freeze_time("2013-12-31 16:30:00"):
            self.env.invalidate_all()
            self.assertTrue(self.old.is_retention_over)
            self.assertTrue(over([("is_retention_over", "=", True)]))

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

    def event_class(self, mode):
        """Return a class whose years begin with the first or last of two events."""
        triggers = self.env["governance.retention.trigger"].create(
            [{"name": "The contract ends"}, {"name": "The last claim is settled"}]
        )
        return self.env["governance.retention.class"].create(
            {
                "name": "Contracts",
                "years": 5,
                "is_event_based": True,
                "trigger_ids": [Command.set(triggers.ids)],
                "trigger_mode": mode,
            }
        )

    def enter(self, volume, trigger):
        """Enter an event as the dialog does."""
        mine = volume.with_user(self.custodian)
        action = mine.action_enter_event()
        self.assertEqual(action["res_model"], "governance.retention.event")
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.custodian)
            .with_context(**action["context"])
        )
        dialog.trigger_id = trigger
        dialog.save().action_confirm()

    def test_first_of_several_events(self):
        """One of the events is enough where the class says so (anchor 10)."""
        kind = self.event_class("any")
        volume = self.new_volume(self.file, 2001, kind)
        self.assertEqual(volume.awaited_trigger_ids, kind.trigger_ids)
        with freeze_time("2026-03-01"):
            self.enter(volume, kind.trigger_ids[1])
        self.assertFalse(volume.awaits_event or volume.awaited_trigger_ids)
        self.assertEqual(volume.retention_until, date(2031, 12, 31))
        self.assertIn("The last claim is settled", volume.message_ids[:1].body)

    def test_events_of_hidden_volumes(self):
        """The dialog tells nothing of a volume that is sealed for the user (C-16)."""
        kind = self.event_class("any")
        volume = self.new_volume(self.file, 2001, kind)
        volume.file_id.user_id = self.custodian2
        volume._as_system().is_sealed = True
        self.env.flush_all()
        self.env.invalidate_all()
        dialogs = self.env["governance.retention.event"].with_user(self.custodian)
        dialog = dialogs.create(
            {"volume_id": volume.id, "trigger_id": kind.trigger_ids[0].id}
        )
        self.env.invalidate_all()
        self.assertRefused(
            self.custodian, dialog._name, "read", dialog.ids, ["awaited_trigger_ids"]
        )
        for number in (volume.id, volume.id + 999999):
            with self.assertSays("gone or not open to you", AccessError):
                dialogs.onchange(
                    {"volume_id": number}, ["volume_id"], {"awaited_trigger_ids": {}}
                )

    def test_events_are_shared(self):
        """All companies share the events, so no custodian changes them."""
        event = self.env["governance.retention.trigger"].create({"name": "The end"})
        self.assertEqual(event.with_user(self.custodian).name, "The end")
        values = {"name": "Mine"}
        self.assertRefused(self.custodian, event._name, "write", event.ids, values)
        self.assertRefused(self.custodian, event._name, "unlink", event.ids)
        event.with_user(self.manager).name = "The last day"

    def test_last_of_several_events(self):
        """All events have to happen where the class says so; the last one counts."""
        kind = self.event_class("all")
        volume = self.new_volume(self.file, 2001, kind)
        first, second = kind.trigger_ids
        with freeze_time("2026-03-01"):
            self.enter(volume, second)
        self.assertTrue(volume.awaits_event)
        self.assertFalse(volume.is_retention_over)
        self.assertEqual(volume.awaited_trigger_ids, first)
        for trigger in (second.id, False, self.env.ref("base.user_admin").id + 9999):
            with self.assertSays("does not wait for"):
                volume.with_user(self.custodian).enter_event(trigger)
        with freeze_time("2028-03-01"):
            volume.with_user(self.custodian).action_enter_event()
        self.assertFalse(volume.awaits_event)
        self.assertEqual(volume.date_event, date(2028, 3, 1))
        self.assertEqual(volume.retention_until, date(2033, 12, 31))

    def test_events_of_filed_volumes_stay(self):
        """A class that asks for less afterwards ends nothing earlier (anchor 12)."""
        kind = self.event_class("all")
        volume = self.new_volume(self.file, 2001, kind)
        first, second = kind.trigger_ids
        kind.write({"trigger_mode": "any", "trigger_ids": [Command.set(first.ids)]})
        kind.years = 6
        self.assertEqual(volume.trigger_mode, "all")
        self.assertEqual(volume.awaited_trigger_ids, first | second)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                second.unlink()
        later = self.new_volume(self.file, 2001, kind)
        self.assertEqual(later.awaited_trigger_ids, first)
        with self.assertSays("on each of them"):
            (volume | later).with_user(self.custodian).action_enter_event()
        self.assertTrue(volume.awaits_event and later.awaits_event)
        for values in (
            {"awaited_trigger_ids": [Command.clear()]},
            {"trigger_mode": "any"},
        ):
            self.assertRefused(
                self.custodian,
                "governance.file.volume",
                "write",
                volume.ids,
                values,
            )
        for user in (self.rep, self.leader, self.executive, self.manager):
            self.assertRefused(
                user, "governance.file.volume", "enter_event", volume.ids, first.id
            )

    def test_event_on_the_day_of_the_company(self):
        """The years begin with the year in which the company entered the event."""
        self.company.partner_id.tz = "Asia/Shanghai"
        contract = self.env["governance.retention.class"].create(
            {"name": "Contracts", "years": 5, "is_event_based": True}
        )
        volume = self.new_volume(self.file, 2001, contract)
        with freeze_time("2026-12-31 16:30:00"):
            mine = volume.with_user(self.custodian).with_context(tz="Etc/GMT+12")
            mine.action_enter_event()
        self.assertEqual(volume.date_event, date(2027, 1, 1))
        self.assertEqual(volume.retention_until, date(2032, 12, 31))

    def test_words(self):
        """Forms and lists say why there is no day until which something is kept."""
        classes = self.env["governance.retention.class"]
        blank = classes.create({"name": "Undecided"})
        event = classes.create({"name": "Event", "years": 5, "is_event_based": True})
        for kind, words in (
            (blank, "No end set"),
            (self.permanent, "Kept for Ever"),
            (self.short, "3 years"),
            (classes.new({"years": 1}), "1 year"),
        ):
            self.assertEqual(kind.kept_for, words)
        for kind, state, words in (
            (blank, "filed", "No end set"),
            (blank, "draft", "No end set"),
            (self.permanent, "filed", "Kept for Ever"),
            (self.permanent, "draft", "Kept for Ever"),
            (event, "filed", "Waits for an Event"),
            (self.short, "draft", "Set when it is filed"),
            (self.short, "filed", "12/31/2014"),
        ):
            volume = self.new_volume(self.file, 2011, kind, state=state)
            self.assertEqual(volume.retention_note, words, (kind.name, state))
        # A class that is not permanent any more does not end what it kept.
        volume = self.new_volume(self.file, 2011, self.permanent)
        self.permanent.is_permanent = False
        self.assertEqual(volume.retention_note, "Kept for Ever")

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

    def bare(self, name="Bare Trading", **values):
        """Return a customer of old who never had a file."""
        partner = self.old_customer(name)
        partner.write({"customer_rank": 1, **values})
        self.env.flush_all()
        return partner

    def of(self, partner):
        return self.find("no_interaction").filtered(
            lambda candidate: candidate.partner_id == partner
        )

    def test_customers_without_a_file(self):
        """They are found once, until they are met again (E-57)."""
        customer, nobody = self.bare(), self.bare("Vendor", customer_rank=0)
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.bare("Foreign", company_id=other.id)
        found = self.find("no_interaction")
        self.assertIn(customer, found.partner_id)
        self.assertFalse((nobody | foreign | self.rep.partner_id) & found.partner_id)
        candidate = self.of(customer)
        self.assertEqual(len(candidate), 1)
        self.assertFalse(candidate.file_id)
        self.touch_message(customer)
        self.assertFalse(self.of(customer))
        self.assertEqual(candidate.state, "past")

    def test_keeping_without_a_file(self):
        """The reason holds, also when a file is opened later (E-57)."""
        candidate = self.of(self.bare()).with_user(self.custodian)
        with self.assertSays("no file yet"):
            candidate.action_propose()
        with self.assertSays("Why it is kept"):
            candidate.action_keep()
        candidate.reason = "A founder of the industry"
        candidate.action_keep()
        self.assertFalse(self.of(candidate.partner_id))
        self.assertEqual(candidate.state, "kept")
        file = self.new_file(candidate.partner_id)
        self.assertFalse(self.of(candidate.partner_id))
        self.assertEqual((candidate.state, candidate.file_id), ("kept", file))

    def test_opening_a_file(self):
        """Sorted into the archive, it goes the usual way, to the end (E-57)."""
        candidate = self.of(self.bare())
        for user in (self.rep, self.auditor):
            self.assertRefused(
                user, "governance.disposal.candidate", "action_open_file", candidate.ids
            )
        mine = candidate.with_user(self.custodian)
        mine.action_open_file()
        self.assertEqual(mine.file_id.partner_id, candidate.partner_id)
        with self.assertSays("has a file already"):
            mine.action_open_file()
        self.assertEqual(self.of(candidate.partner_id), candidate)
        mine.action_propose()
        self.assertEqual(candidate.state, "proposed")

    def test_candidates_keep_nobody(self):
        """A customer without a file can still be deleted (E-57)."""
        customer = self.bare()
        candidate = self.of(customer)
        customer.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(candidate.exists())
        self.assertFalse(customer.exists())

    def test_who_had_a_file_is_no_candidate_again(self):
        """What is left of a customer after a destruction is not asked for (E-57)."""
        customer = self.bare()
        self.new_file(customer)._as_system().state = "destroyed"
        self.assertFalse(self.of(customer))

    def test_confidential_customers_without_a_file(self):
        """Custodians without clearance do not see them (C-10, E-57)."""
        customer = self.bare()
        self.classify(customer, self.level2)
        candidate = self.of(customer)
        self.assertTrue(candidate)
        self.assertHidden(self.custodian, candidate)
        self.assertReads(self.custodian2, candidate)
        for name in ("action_open_file", "action_keep"):
            self.assertRefused(
                self.custodian, "governance.disposal.candidate", name, candidate.ids
            )

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

    def test_reopen(self):
        """What is kept is decided anew, by custodians, and only what is kept."""
        candidate = (
            self.find("no_interaction")
            .filtered(lambda one: one.partner_id == self.quiet)
            .with_user(self.custodian)
        )
        with self.assertSays("“To Decide” by now"):
            candidate.action_reopen()
        candidate.reason = "A founder of the industry"
        candidate.action_keep()
        self.assertEqual(candidate.decided_by_id, self.custodian)
        with self.assertSays("stays as it is", AccessError):
            candidate.reason = "Somebody might ask"
        for user in (self.rep, self.leader, self.executive, self.manager):
            self.assertRefused(
                user, "governance.disposal.candidate", "action_reopen", candidate.ids
            )
        candidate.with_user(self.custodian3).action_reopen()
        self.assertEqual(candidate.state, "open")
        self.assertFalse(candidate.decided_by_id)
        self.assertEqual(candidate.reason, "A founder of the industry")
        self.assertIn(self.quiet, self.quiet_ones())
        action = candidate.action_propose()
        self.assertEqual(candidate.state, "proposed")
        with self.assertSays("“Destruction Proposed” by now"):
            candidate.action_reopen()
        self.env["governance.destruction"].browse(action["res_id"]).unlink()
        self.assertEqual(candidate.state, "open")

    def test_kept_until_destroyed(self):
        """A file that is kept on one ground and destroyed on another is gone."""
        candidate = (
            self.find("no_interaction")
            .filtered(lambda one: one.partner_id == self.quiet)
            .with_user(self.custodian)
        )
        candidate.reason = "A founder of the industry"
        candidate.action_keep()
        self.approved(candidate.file_id).action_destroy()
        self.assertEqual(candidate.state, "destroyed")

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

    # ------------------------------------------------------------------
    # ANONYMOUS CONTACTS
    # ------------------------------------------------------------------

    def anonymous(self, file, **values):
        """Return the draft of a list that makes the customer anonymous too."""
        draft = self.propose(file, **values)
        draft.is_anonymous = True
        return draft

    def test_anonymous(self):
        """Who the customer was is erased everywhere, the figures stay (E-55)."""
        country = self.env.ref("base.be")
        self.prospect.write(
            {
                "email": "who@example.com",
                "phone": "+32 2 290 34 90",
                "street": "1 Known Street",
                "vat": "BE0477472701",
                "comment": "Plays golf",
                "country_id": country.id,
                "bank_ids": [Command.create({"acc_number": "BE71096123456769"})],
                "child_ids": [Command.create({"name": "Ms Li", "email": "li@x.com"})],
            }
        )
        contact = self.prospect.child_ids
        self.env["governance.sensitive.detail"].create(
            {"partner_id": contact.id, "category": "family", "content": "Two sons"}
        )
        self.prospect.message_post(body="Ms Li called")
        self.attach(self.prospect, "her card")
        lead = self.lost_lead(contact)
        lead.write(
            {
                "name": "Prospect Trading: machines",
                "description": "Ms Li wants three",
                "expected_revenue": 5000,
            }
        )
        lead.message_post(body="Ms Li hesitates")
        self.lost_lead(self.prospect)
        draft = self.anonymous(self.prospect_file, kind="no_value")
        draft.action_request_approval()
        request = draft.sudo().approval_request_id
        self.assertIn(
            {"name": "is_anonymous", "value": "Yes"}, draft._get_approval_content()
        )
        request.with_user(self.custodian3).decide("approved", "Agreed")
        request.with_user(self.executive).decide("approved", "Agreed")
        draft.action_destroy()
        self.env.flush_all()
        self.env.invalidate_all()
        entry = self.env["governance.destruction.entry"].search(
            [("destruction_id", "=", draft.id)]
        )
        # Numbers alone, worded for whoever reads.
        numbers = sorted((self.prospect | contact).ids)
        [kept] = [each for each in entry.content if "anonymous" in each]
        self.assertEqual({*kept}, {"anonymous"})
        self.assertEqual(sorted(kept["anonymous"]), numbers)
        self.assertIn("Anonymous contacts: ", entry.content_text)
        for partner in self.prospect | contact:
            self.assertEqual(partner.name, f"Anonymous {partner.id}")
            self.assertFalse(partner.active)
            for name in ("email", "phone", "street", "vat", "comment", "bank_ids"):
                self.assertFalse(partner[name], name)
        self.assertEqual(self.prospect.country_id, country)
        self.assertEqual(lead.name, f"Lead {lead.id}")
        self.assertFalse(lead.description)
        self.assertFalse(lead.email_from)
        self.assertFalse(lead.contact_name)
        self.assertEqual((lead.expected_revenue, lead.won_status), (5000, "lost"))
        for record in (self.prospect, contact, lead):
            where = [("res_id", "=", record.id)]
            self.assertFalse(
                self.env["mail.message"].search([("model", "=", record._name), *where])
            )
            self.assertFalse(
                self.env["ir.attachment"].search(
                    [("res_model", "=", record._name), *where]
                )
            )
        self.assertFalse(
            self.env["governance.sensitive.detail"].search(
                [("partner_id", "=", contact.id)]
            )
        )
        [entry] = draft.entry_ids.filtered(lambda line: not line.volume_id)
        for partner in self.prospect | contact:
            self.assertIn(str(partner.id), entry.content_text)
        self.assertTrue(entry._has_own_fingerprint())

    def test_not_anonymous(self):
        """Without the mark the contact stays as it is."""
        self.lost_lead(self.prospect)
        draft = self.propose(self.prospect_file, kind="no_value")
        draft.action_request_approval()
        self.sign(draft, self.custodian3, self.executive)
        with self.assertRaises(AccessError):
            draft.is_anonymous = True
        draft.action_destroy()
        self.assertEqual(self.prospect.name, "Prospect Trading")

    def test_needed_contacts_are_not_anonymous(self):
        """Who is named on an order, a user or another file keeps the name."""
        self.lost_lead(self.prospect)
        contact = self.env["res.partner"].create(
            {"name": "Ms Li", "parent_id": self.prospect.id}
        )
        draft = self.anonymous(self.prospect_file)
        self.assertFalse(draft.obstacles)
        with self.env.cr.savepoint() as savepoint:
            self.touch_order(contact)
            self.env.invalidate_all()
            self.assertIn("Prospect Trading has users, orders", draft.obstacles)
            with self.assertSays("the contact stays"):
                draft.action_request_approval()
            savepoint.rollback()
        self.env.invalidate_all()
        other = self.new_file(
            self.prospect, company_id=self.env["res.company"].create({"name": "B"}).id
        )
        self.assertIn("has another file", draft.obstacles)
        other._as_system().state = "destroyed"
        self.env.invalidate_all()
        self.assertFalse(draft.obstacles)
        self.new_volume(self.prospect_file, 2010, self.short)
        volume = self.propose(self.prospect_file.volume_ids)
        volume.is_anonymous = True
        self.assertIn("No whole file", volume.obstacles)

    def test_named_on_anything(self):
        """Whatever document names a contact keeps the name, in any field (E-55)."""
        self.lost_lead(self.prospect)
        contact = self.env["res.partner"].create(
            {"name": "Ms Li", "parent_id": self.prospect.id}
        )
        other = self.customer("Other Trading")
        draft = self.anonymous(self.prospect_file)
        self.assertFalse(draft.obstacles)
        for name in ("partner_invoice_id", "partner_shipping_id"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.env["sale.order"].create(
                    {"partner_id": other.id, name: contact.id}
                )
                self.env.invalidate_all()
                self.assertIn("Prospect Trading has users, orders", draft.obstacles)
                savepoint.rollback()
            self.env.invalidate_all()
        naming = self.env["res.partner"]._get_naming_fields()
        for model, name in (
            ("account.move", "partner_shipping_id"),
            ("account.move.line", "partner_id"),
            ("account.payment", "partner_id"),
            ("res.company", "partner_id"),
            ("res.users", "partner_id"),
        ):
            self.assertIn(name, naming[model])
        self.assertFalse({"crm.lead", "governance.file", "mail.message"} & set(naming))

    def test_contacts_in_use_are_not_made_anonymous(self):
        """Nothing is erased while somebody is naming the contact (E-55)."""
        self.lost_lead(self.prospect)
        contact = self.env["res.partner"].create(
            {"name": "Ms Li", "parent_id": self.prospect.id}
        )
        draft = self.anonymous(self.prospect_file, kind="no_value")
        draft.action_request_approval()
        self.sign(draft, self.custodian3, self.executive)
        locked = []

        def lock(partners, **options):
            locked.extend(partners.ids)
            raise LockError("In use")

        with (
            patch.object(type(contact), "lock_for_update", lock),
            self.assertSays("Try again"),
        ):
            draft.action_destroy()
        self.assertCountEqual(locked, (self.prospect | contact).ids)
        self.env.invalidate_all()
        self.assertEqual(draft.state, "approved")
        self.assertEqual(self.prospect.name, "Prospect Trading")
        draft.action_destroy()
        self.assertEqual(contact.name, f"Anonymous {contact.id}")

    def test_secret_customers_become_anonymous(self):
        """Guards of confidential customers do not keep the data."""
        secret = self.customer("Hidden Trading", email="who@example.com")
        secret._classify(self.level2, "raised")
        file = self.new_file(secret)
        self.custodian3.group_ids = [
            Command.link(self.env.ref("crm_governance.group_clearance_2").id)
        ]
        draft = self.anonymous(file, user=self.custodian2)
        draft.action_request_approval()
        self.sign(draft, self.custodian3, self.boss)
        draft.action_destroy()
        self.env.invalidate_all()
        self.assertEqual(secret.name, f"Anonymous {secret.id}")
        self.assertFalse(secret.email)
        self.assertEqual(secret.classification_rank, 2)

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
