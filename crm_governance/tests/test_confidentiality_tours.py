# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from .confidentiality_access import AccessCommon


@tagged("post_install", "-at_install")
class TestConfidentialityTours(AccessCommon, HttpCase):
    """The main jobs of the confidentiality room, by hand in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Only the customers of the tours are to be found.
        cls.env.cr.execute("UPDATE res_partner SET customer_rank = 0")
        cls.env.invalidate_all()
        (cls.open_customer | cls.secret).customer_rank = 1
        cls.create_matrix(
            [cls.group_step("group_executive")], subject="level_change", code="LVL"
        )

    def test_raise(self):
        """A custodian raises a level; it holds at once and waits for approval."""
        self.assertReads(self.rep2, self.open_customer)
        self.start_tour(
            "/odoo/customers",
            "governance_confidentiality_raise",
            login=self.custodian2.login,
        )
        self.assertEqual(self.open_customer.governance_level_id, self.level2)
        self.assertHidden(self.rep2, self.open_customer)
        change = self.env["governance.level.change"].search([], limit=1)
        self.assertEqual(change.state, "requested")

    def test_raise_in_chinese(self):
        """The same in Chinese, where no step depends on a word of the product."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.custodian2.lang = "zh_CN"
        self.start_tour(
            "/odoo/customers",
            "governance_confidentiality_raise_zh",
            login=self.custodian2.login,
        )
        self.assertEqual(self.open_customer.governance_level_id, self.level2)

    def test_ask(self):
        """Access is asked for, given, used, and over when its time is."""
        self.start_tour(
            "/odoo/governance-access-requests",
            "governance_confidentiality_ask",
            login=self.rep2.login,
        )
        self.look_up()
        customers = "/odoo/customers"
        self.start_tour(
            customers, "governance_confidentiality_gone", login=self.rep2.login
        )
        self.start_tour(
            "/odoo/governance-to-decide",
            "governance_confidentiality_approve",
            login=self.leader.login,
        )
        grant = self.env["governance.access.grant"].search(
            [("user_id", "=", self.rep2.id)]
        )
        self.assertEqual(grant.partner_id, self.secret)
        date_end = grant.date_end
        self.assertGreater(date_end, fields.Datetime.now() + timedelta(days=1))
        with self.passing_time(date_end):
            self.start_tour(
                customers, "governance_confidentiality_run_out", login=self.rep2.login
            )
            # Nobody has ended it and no job has run: its own time is over.
            self.assertEqual((grant.state, grant.date_end), ("active", date_end))

    @contextmanager
    def passing_time(self, end):
        """Let a moment come when the secret customer is open, before the next list."""
        partners, now = self.registry["res.partner"], fields.Datetime.now
        web_read, web_search_read = partners.web_read, partners.web_search_read
        is_open, ahead = False, timedelta()

        @wraps(web_read)
        def read(records, *args, **kwargs):
            nonlocal is_open
            # A list reads several.
            is_open = is_open or records.ids == self.secret.ids
            return web_read(records, *args, **kwargs)

        @wraps(web_search_read)
        def search_read(records, *args, **kwargs):
            nonlocal ahead
            ahead = ahead or (end - now() if is_open else ahead)
            return web_search_read(records, *args, **kwargs)

        with (
            patch.object(partners, "web_read", read),
            patch.object(partners, "web_search_read", search_read),
            patch.object(fields.Datetime, "now", lambda *args: now() + ahead),
        ):
            yield
        self.assertTrue(ahead, "nobody looked at the list again")

    def test_verify(self):
        """An auditor finds the register intact, and what somebody did to it."""
        self.run_job("governance.access.digest", "_cron_digest")
        self.env["governance.access.entry"]._record("opened", self.secret)
        self.run_job("governance.access.digest", "_cron_digest")
        self.start_tour(
            "/odoo/governance-access-digests",
            "governance_confidentiality_verify",
            login=self.auditor.login,
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE governance_access_entry SET user_id = %s WHERE id ="
            " (SELECT max(last_id) FROM governance_access_digest)",
            [self.boss.id],
        )
        self.env.invalidate_all()
        self.start_tour(
            "/odoo/governance-access-digests",
            "governance_confidentiality_tampered",
            login=self.auditor.login,
        )
