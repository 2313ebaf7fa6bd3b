# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .confidentiality_common import JOBS, ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestAccessAudit(ConfidentialityCommon):
    """Who holds which access is looked at from time to time, and signed (C-15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-01-10 09:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.live = cls.grant(cls.rep2, cls.secret, hours=24 * 3000)

    def audit(self, **values):
        """Return an audit that has been opened."""
        audit = self.env["governance.access.audit"].create(
            {
                "name": "Spring",
                "reviewer_id": self.boss.id,
                "second_reviewer_id": self.custodian2.id,
                **values,
            }
        )
        audit.with_user(self.custodian).action_open()
        return audit

    def line(self, audit, user, kind, **values):
        found = audit.line_ids.filtered(
            lambda line: (
                line.user_id == user
                and line.kind == kind
                and all(line[name] == value for name, value in values.items())
            )
        )
        self.assertEqual(len(found), 1, (user.login, kind, found.mapped("value")))
        return found

    def decide_all(self, audit):
        """Keep everything, each line by its reviewer."""
        for line in audit.line_ids.filtered(
            lambda line: not line.verdict and line.change != "gone"
        ):
            line.with_user(line._get_reviewer()).verdict = "keep"

    def test_rights_in_words(self):
        """Numbers have their unit, moments and names the reader's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.level2._with_ladder().with_context(lang="fr_FR").name = "Très secret"
        audit = self.audit()
        for user, kind, values, english, french in (
            (self.rep, "role", {"role": "owner"}, "2 customers", "2"),
            (self.rep2, "grant", {}, "Until", "2034"),
            (self.cleared2, "clearance", {}, "Top secret", "Très secret"),
        ):
            line = self.line(audit, user, kind, **values).with_user(self.boss)
            self.assertIn(english, line.value_text)
            self.assertIn(french, line.with_context(lang="fr_FR").value_text)
            self.assertFalse(line.former_text)

    def sign(self, audit):
        self.decide_all(audit)
        audit.with_user(self.boss).action_sign()
        audit.with_user(self.custodian2).action_sign()
        self.assertEqual(audit.state, "signed")
        return audit

    # ------------------------------------------------------------------
    # SNAPSHOT
    # ------------------------------------------------------------------

    def test_snapshot(self):
        """Clearances with what gives them, groups, roles and grants."""
        self.specialist._with_suspension().write({"governance_suspended": True})
        audit = self.audit()
        clearance = self.line(audit, self.cleared2, "clearance")
        self.assertEqual(clearance.value, "Top secret")
        self.assertIn("Top secret", clearance.source)
        self.assertEqual(
            self.line(audit, self.cleared1, "clearance").value, "Important"
        )
        self.line(audit, self.custodian, "group", value="Data custodian")
        self.line(audit, self.boss, "group", value="Executive approver")
        self.assertEqual(self.line(audit, self.rep, "role", role="owner").value, "2")
        self.assertEqual(
            self.line(audit, self.leader, "role", role="leader").value, "2"
        )
        specialist = self.line(audit, self.specialist, "role", role="specialist")
        self.assertEqual(specialist.value, "1")
        self.assertTrue(specialist.is_suspended)
        grant = self.line(audit, self.rep2, "grant")
        self.assertEqual(grant.partner_id, self.secret)
        self.assertNotIn(self.employee, audit.line_ids.user_id)
        self.assertNotIn(self.portal, audit.line_ids.user_id)

    def test_indirect_groups(self):
        """A clearance that another group implies is listed with that group."""
        bosses = self.env["res.groups"].create(
            {
                "name": "Bosses",
                "implied_ids": [
                    (4, self.env.ref("crm_governance.group_clearance_2").id)
                ],
                "user_ids": [(4, self.rep.id)],
            }
        )
        line = self.line(self.audit(), self.rep, "clearance")
        self.assertEqual((line.value, line.source), ("Top secret", bosses.name))

    def test_snapshot_never_changes(self):
        audit = self.audit()
        lines = audit.line_ids
        before = lines.mapped(lambda line: (line.key, line.value))
        self.live._end("Over")
        self.cleared2.group_ids = [(5,), (4, self.env.ref("base.group_user").id)]
        self.env.invalidate_all()
        self.assertEqual(lines.mapped(lambda line: (line.key, line.value)), before)

    def test_expired_grants_are_not_listed(self):
        with freeze_time("2040-01-10 09:00:00"):
            audit = self.audit()
        self.assertFalse(audit.line_ids.filtered(lambda line: line.kind == "grant"))

    def test_compared_with_the_previous_audit(self):
        """New, changed, same and gone."""
        self.audit()
        self.live._end("Over")
        self.cleared1.group_ids = [
            (4, self.env.ref("crm_governance.group_clearance_2").id)
        ]
        self.employee.group_ids = [
            (4, self.env.ref("crm_governance.group_emergency").id)
        ]
        audit = self.audit()
        gone = self.line(audit, self.rep2, "grant")
        self.assertEqual((gone.change, gone.value), ("gone", False))
        self.assertTrue(gone.former_value)
        changed = self.line(audit, self.cleared1, "clearance")
        self.assertEqual(changed.change, "changed")
        self.assertEqual(changed.former_value, "Important")
        self.assertEqual(self.line(audit, self.employee, "group").change, "new")
        self.assertEqual(self.line(audit, self.cleared2, "clearance").change, "same")
        third = self.audit()
        self.assertFalse(third.line_ids.filtered(lambda line: line.change != "same"))

    # ------------------------------------------------------------------
    # REVIEW
    # ------------------------------------------------------------------

    def test_customers_are_masked(self):
        """A reviewer below the level sees the line, neither name nor remark."""
        audit = self.audit(reviewer_id=self.executive.id)
        line = self.line(audit, self.rep2, "grant")
        line._as_system().remark_text = "Secret Holding has left"
        [row] = self.rpc(
            self.executive,
            "governance.access.audit.line",
            "web_read",
            line.ids,
            {"partner_id": {"fields": {"display_name": {}}}, "remark": {}},
        )
        self.assertEqual(row["partner_id"]["display_name"], "Confidential customer")
        self.assertEqual(row["remark"], "Confidential")
        self.assertRefused(
            self.executive,
            "governance.access.audit.line",
            "read",
            line.ids,
            ["remark_text"],
        )
        line.with_user(self.executive).write({"remark": "Confidential"})
        self.assertEqual(line.remark_text, "Secret Holding has left")
        self.assertIn("Secret", line.with_user(self.boss).remark)

    def test_who_reviews(self):
        """The reviewer; the second one the rights of the first; nobody the own."""
        audit = self.audit()
        line = self.line(audit, self.rep2, "grant")
        own = self.line(audit, self.boss, "clearance")
        with self.assertSays("This line is reviewed by", AccessError):
            line.with_user(self.custodian).verdict = "keep"
        with self.assertSays("This line is reviewed by", AccessError):
            line.with_user(self.custodian2).verdict = "keep"
        with self.assertSays("Nobody reviews the own rights", AccessError):
            own.with_user(self.boss).verdict = "keep"
        line.with_user(self.boss).verdict = "keep"
        self.assertEqual(line.decided_by_id, self.boss)
        own.with_user(self.custodian2).verdict = "keep"
        for user in (self.auditor, self.rep2, self.leader, self.employee):
            self.assertRefused(
                user,
                "governance.access.audit.line",
                "write",
                line.ids,
                {"verdict": "withdraw"},
            )

    def test_snapshot_is_not_edited(self):
        audit = self.audit()
        line = self.line(audit, self.rep2, "grant")
        model = "governance.access.audit.line"
        for values in (
            {"value": "x"},
            {"user_id": self.employee.id},
            {"change": "gone"},
            {"decided_by_id": self.custodian.id},
            {"audit_id": audit.id},
        ):
            self.assertRefused(self.boss, model, "write", line.ids, values)
        self.assertRefused(self.boss, model, "unlink", line.ids)
        self.assertRefused(
            self.boss,
            model,
            "create",
            {"audit_id": audit.id, "user_id": self.rep.id, "kind": "role", "key": "x"},
        )
        self.assertRefused(
            self.boss,
            "governance.access.audit",
            "write",
            audit.ids,
            {"state": "signed"},
        )
        self.assertRefused(self.boss, "governance.access.audit", "unlink", audit.ids)
        with self.assertSays("is open already"):
            audit.with_user(self.boss).action_open()

    def test_reviewers(self):
        """Two different people with a role that looks after permissions."""
        with self.assertSays("somebody else", ValidationError):
            self.audit(second_reviewer_id=self.boss.id)
        with self.assertSays("cannot review", ValidationError):
            self.audit(reviewer_id=self.rep.id)

    def test_signing(self):
        """Both sign once everything is decided; then nothing changes any more."""
        audit = self.audit()
        with self.assertSays("lines are undecided"):
            audit.with_user(self.boss).action_sign()
        self.decide_all(audit)
        for user in (self.custodian, self.manager, self.executive, self.auditor):
            self.assertRefused(
                user,
                "governance.access.audit",
                "action_sign",
                audit.ids,
                error=UserError,
            )
        audit.with_user(self.boss).action_sign()
        self.assertEqual(audit.state, "open")
        line = self.line(audit, self.rep2, "grant")
        with self.assertRaises(AccessError):
            line.with_user(self.boss).verdict = "withdraw"
        with self.assertSays("has signed already", AccessError):
            audit.with_user(self.custodian).reviewer_id = self.executive
        with self.assertRaises(UserError):
            audit.with_user(self.boss).action_sign()
        audit.with_user(self.custodian2).action_sign()
        self.assertEqual(audit.state, "signed")
        self.assertEqual(audit.content_hash, audit._get_content_hash())
        decision = self.env["governance.decision"].search(
            [("res_model", "=", audit._name), ("res_id", "=", audit.id)]
        )
        self.assertEqual(decision.content_hash, audit.content_hash)
        with self.assertRaises(AccessError):
            audit.with_user(self.custodian).name = "Other"
        self.env.cr.execute(
            "UPDATE governance_access_audit_line SET verdict = NULL WHERE id = %s",
            (line.id,),
        )
        self.env.invalidate_all()
        self.assertNotEqual(audit.content_hash, audit._get_content_hash())

    def test_second_reviewer_is_needed(self):
        """Where the reviewer holds rights, nobody signs alone."""
        audit = self.audit(second_reviewer_id=False)
        self.assertTrue(audit.needs_second)
        for line in audit.line_ids.filtered(lambda line: line.user_id != self.boss):
            line.with_user(self.boss).verdict = "keep"
        audit.with_user(self.boss).action_sign()
        self.assertEqual(audit.state, "open")
        with self.assertSays("Name a second reviewer"):
            audit.with_user(self.custodian2).action_sign()

    def test_withdrawing(self):
        """Grants end with the signature; custodians get a to-do for the rest."""
        audit = self.audit()
        grant = self.line(audit, self.rep2, "grant").with_user(self.boss)
        clearance = self.line(audit, self.cleared2, "clearance").with_user(self.boss)
        own = self.line(
            audit, self.custodian, "group", value="Data custodian"
        ).with_user(self.boss)
        for line in (grant, clearance, own):
            line.verdict = "withdraw"
        self.decide_all(audit)
        with self.assertSays("Say why in the remark"):
            audit.with_user(self.boss).action_sign()
        for line in (grant, clearance, own):
            line.remark = "Has another task now"
        self.assertReads(self.rep2, self.secret)
        self.sign(audit)
        self.assertHidden(self.rep2, self.secret)
        self.assertEqual(self.live.state, "revoked")
        to_dos = {to_do.user_id: to_do.note for to_do in audit.activity_ids}
        self.assertIn(self.cleared2.name, to_dos[self.custodian])
        self.assertNotIn(self.custodian.name + ":", to_dos[self.custodian])
        self.assertIn(self.custodian.name + ":", to_dos[self.custodian2])
        self.assertReads(self.cleared2, self.secret)

    def test_who_reads(self):
        """Custodians, executives, auditors and administrators; nobody else."""
        audit = self.audit()
        for user in (self.custodian, self.executive, self.auditor, self.manager):
            self.assertTrue(audit.with_user(user).line_ids)
        for user in (self.employee, self.rep, self.leader, self.portal):
            for model in ("governance.access.audit", "governance.access.audit.line"):
                self.assertRefused(user, model, "search_read", [], ["id"])
            self.assertRefused(
                user, "governance.access.audit", "action_open_lines", audit.ids
            )

    def test_printed_sheet(self):
        """A signed audit is printed; the customer shows to whom it may."""
        audit = self.audit()
        report = self.env["ir.actions.report"]
        name = "crm_governance.report_access_audit"
        with self.assertSays("once it is signed"):
            report.with_user(self.boss)._render_qweb_html(name, audit.ids)
        self.sign(audit)

        def text(user):
            self.env.invalidate_all()
            html, _kind = report.with_user(user)._render_qweb_html(name, audit.ids)
            return html.decode()

        self.assertIn("Secret Holding", text(self.custodian2))
        for user in (self.boss, self.custodian, self.auditor, self.manager):
            self.assertNotIn("Secret Holding", text(user), user.login)
        self.assertIn(audit.content_hash, text(self.auditor))
        with self.assertRaises(AccessError):
            text(self.rep)

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    def ladder(self, months=6):
        preset = self.env.ref("crm_governance.governance_clearance_ladder_cl_01")
        preset._adopt(
            self.company,
            {
                "grant_max_days": 30,
                "grant_total_days": 90,
                "emergency_minutes": 60,
                "emergency_review_days": 3,
                "audit_months": months,
            },
        ).action_publish()

    def run_cron(self, at):
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("crm_governance.ir_cron_access_audit").method_direct_trigger()
        self.env.invalidate_all()

    def periods(self):
        audits = self.env["governance.access.audit"].search(
            [("period_start", "!=", False)], order="period_start"
        )
        return audits.mapped("period_start")

    def messages(self, user, subject):
        return self.env["mail.message"].search_count(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("subject", "ilike", subject),
            ]
        )

    def test_schedule(self):
        """One audit per period, run twice, late and after a long break."""
        self.run_cron("2026-01-11 03:00:00")
        self.assertEqual(self.periods(), [])
        self.ladder()
        self.run_cron("2026-01-11 03:00:00")
        self.run_cron("2026-01-11 03:00:00")
        self.run_cron("2026-06-30 03:00:00")
        self.assertEqual(self.periods(), [date(2026, 1, 1)])
        self.run_cron("2026-07-01 03:00:00")
        self.run_cron("2026-07-09 03:00:00")
        self.assertEqual(self.periods(), [date(2026, 1, 1), date(2026, 7, 1)])
        self.run_cron("2028-03-01 03:00:00")
        self.assertEqual(self.periods()[2:], [date(2028, 1, 1)])
        last = self.env["governance.access.audit"].search([], limit=1)
        self.assertEqual(last.state, "open")
        self.assertTrue(last.line_ids)
        self.assertEqual(self.messages(self.custodian, "audit is due"), 3)

    def test_one_audit_per_period(self):
        """Two servers at once open one."""
        audits = self.env["governance.access.audit"]._as_system()
        values = {"name": "A", "period_start": "2026-01-01"}
        audits.create(values)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            audits.create(values)

    def test_reminder(self):
        """A late audit is mentioned to who has not signed, once a week."""
        audit = self.audit(date_deadline="2026-02-01")
        self.run_cron("2026-02-01 03:00:00")
        self.assertEqual(self.messages(self.boss, "audit is late"), 0)
        self.run_cron("2026-02-02 03:00:00")
        self.run_cron("2026-02-02 03:00:00")
        self.run_cron("2026-02-08 03:00:00")
        self.assertEqual(self.messages(self.boss, "audit is late"), 1)
        self.decide_all(audit)
        audit.with_user(self.boss).action_sign()
        self.run_cron("2026-02-09 03:00:00")
        self.assertEqual(self.messages(self.boss, "audit is late"), 1)
        self.assertEqual(self.messages(self.custodian2, "audit is late"), 2)
        audit.with_user(self.custodian2).action_sign()
        self.run_cron("2026-03-09 03:00:00")
        self.assertEqual(self.messages(self.custodian2, "audit is late"), 2)

    def test_one_bad_audit_stops_nobody(self):
        """What fails is noted on the audit, and the others are still mentioned."""
        bad = self.audit(date_deadline="2026-02-01", name="Bad")
        good = self.audit(date_deadline="2026-02-01", name="Good")
        audits = self.registry["governance.access.audit"]
        remind = audits._remind

        def fail(self):
            if self == bad:
                raise ValueError("Nobody there")
            return remind(self)

        with patch.object(audits, "_remind", fail), mute_logger(JOBS):
            self.run_cron("2026-02-02 03:00:00")
        self.assertFalse(bad.reminded_on)
        self.assertEqual(good.reminded_on, fields.Date.to_date("2026-02-02"))
        self.run_cron("2026-02-03 03:00:00")
        self.assertTrue(bad.reminded_on)
