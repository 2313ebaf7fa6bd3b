# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .confidentiality_common import ConfidentialityCommon


@tagged("post_install", "-at_install")
class TestRegistry(ConfidentialityCommon):
    """No installed model names customers to everybody (C-12, C-21)."""

    def setUp(self):
        super().setUp()
        self.confidentiality = self.env["governance.confidentiality"]

    def gaps(self):
        return self.confidentiality._get_gaps()

    def listed(self, **changes):
        """Return a patch of the list of open models; None takes a model off it."""
        listed = self.confidentiality._get_open_models()
        for name, reason in changes.items():
            listed[name.replace("__", ".")] = reason
        listed = {name: reason for name, reason in listed.items() if reason}
        return patch.object(
            type(self.confidentiality), "_get_open_models", lambda self: listed
        )

    def test_no_gaps(self):
        """What names a customer is governed, or is open for a written reason."""
        self.assertEqual(self.gaps(), [])

    def test_links_are_indexed(self):
        """To delete or merge a contact reads no table of ours from end to end."""
        tables = [
            model._table
            for name, model in self.env.registry.items()
            if name.startswith("governance.")
            and not (model._abstract or model._transient)
        ]
        found = self.env.execute_query(
            SQL(
                """SELECT link.conrelid::regclass::text, held.attname
                     FROM pg_constraint link
                     JOIN pg_attribute held ON held.attrelid = link.conrelid
                      AND held.attnum = link.conkey[1]
                    WHERE link.contype = 'f'
                      AND link.confrelid = 'res_partner'::regclass
                      AND link.conrelid::regclass::text = ANY(%s)
                      AND NOT EXISTS (
                          SELECT 1 FROM pg_index
                           WHERE indrelid = link.conrelid
                             AND indkey[0] = link.conkey[1]
                             AND COALESCE(pg_get_expr(indpred, indrelid),
                                          held.attname || ' IS NOT NULL')
                                 LIKE '%%' || held.attname || ' IS NOT NULL%%')""",
                tables,
            )
        )
        self.assertEqual(found, [])

    def test_open_models_exist(self):
        """No model is listed that nobody has."""
        listed = self.confidentiality._get_open_models()
        self.assertEqual(set(listed) - set(self.env.registry), set())

    def test_walk_finds_a_model_that_is_forgotten(self):
        for name, link in (
            ("res.company", "partner_id"),  # many2one
            ("res.partner.category", "partner_ids"),  # many2many
            ("mail.activity", "res_id"),  # any record, by its number
            ("mail.mail", "recipient_ids"),  # administrators only
            ("res.device", "ip_address"),  # a view, with text
        ):
            with self.listed(**{name.replace(".", "__"): None}):
                (gap,) = self.gaps()
                self.assertIn(f"{name} is not governed: ", gap)
                self.assertIn(link, gap)

    def test_walk_finds_a_model_that_needs_no_reason(self):
        with self.listed(res__country="None.", crm__lead="None."):
            self.assertEqual(
                self.gaps(),
                [
                    "crm.lead is listed as open for nothing.",
                    "res.country is listed as open for nothing.",
                ],
            )

    def test_walk_finds_rules_that_are_gone_or_weak(self):
        read = self.env.ref("crm_governance.crm_lead_rule_confidential_read")
        change = self.env.ref("crm_governance.crm_lead_rule_confidential_change")
        missing = ["crm.lead has no rule on governance_can_read for read."]
        for values in (
            {"active": False},
            {"groups": [Command.link(self.env.ref("base.group_user").id)]},
            {"perm_read": False, "perm_write": True},
            {"domain_force": "[(1, '=', 1)]"},
            {"domain_force": "['|', (1, '=', 1), ('governance_can_read', '=', True)]"},
        ):
            before = {name: read[name] for name in values}
            read.write(values)
            self.assertEqual(self.gaps(), missing, values)
            if "groups" in before:
                before["groups"] = [Command.clear()]
            read.write(before)
        change.perm_unlink = False
        (gap,) = self.gaps()
        self.assertIn("crm.lead has no rule on governance_can_change for", gap)

    # ------------------------------------------------------------------
    # SINGLE MODELS
    # ------------------------------------------------------------------

    def test_accounting(self):
        """Bank transactions, analytic items and presets of hidden customers hide."""
        accountant = self.new_user("accountant", "account.group_account_manager")
        cleared = self.new_user(
            "accountant2",
            "account.group_account_manager,crm_governance.group_clearance_2",
        )
        for record in self.create_accounting():
            self.assertHidden(accountant, record)
            self.assertReads(cleared, record)
            self.assertIn("Confidential", self.label(accountant, record))

    def new_user(self, login, groups):
        user = self.env["res.users"].with_context(no_reset_password=True)
        return user.create(
            {
                "name": login,
                "login": f"governance_{login}",
                "group_ids": [
                    Command.link(self.env.ref(xmlid).id)
                    for xmlid in [
                        *groups.split(","),
                        "analytic.group_analytic_accounting",
                    ]
                ],
            }
        )

    def label(self, user, record):
        return record.with_user(user).sudo().display_name

    def create_accounting(self):
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Work", "plan_id": plan.id}
        )
        yield self.env["account.analytic.line"].create(
            {
                "name": "Work for Secret Holding",
                "account_id": analytic.id,
                "partner_id": self.secret.id,
            }
        )
        yield self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.secret.id,
                "analytic_distribution": {str(analytic.id): 100},
            }
        )
        preset = self.env["account.reconcile.model"].create(
            {
                "name": "Secret Holding",
                "match_label": "contains",
                "match_label_param": "Secret Holding",
                "line_ids": [Command.create({"partner_id": self.secret.id})],
            }
        )
        yield preset
        yield preset.line_ids
        cash, suspense = self.env["account.account"].create(
            [
                {"name": name, "code": f"ZQX{name}", "account_type": "asset_cash"}
                for name in ("Cash", "Suspense")
            ]
        )
        suspense.account_type = "asset_current"
        journal = self.env["account.journal"].create(
            {
                "name": "Bank",
                "code": "ZQX",
                "type": "bank",
                "default_account_id": cash.id,
                "suspense_account_id": suspense.id,
            }
        )
        yield self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "payment_ref": "From Secret Holding",
                "partner_id": self.secret.id,
                "amount": 10,
            }
        )

    def test_letters_and_messages(self):
        """The bridges beside snailmail and sms, which Odoo brings along."""
        sms = self.env["sms.sms"].create(
            {"partner_id": self.secret.id, "number": "+8621555", "body": "Come"}
        )
        admin = self.env.ref("base.user_admin")
        self.assertFalse(admin._get_clearance())
        self.assertHidden(admin, sms)
        letter = self.env["snailmail.letter"].create(
            {
                "partner_id": self.secret.id,
                "model": "res.partner",
                "res_id": self.secret.id,
                "company_id": self.company.id,
            }
        )
        self.assertHidden(self.employee, letter)
        self.assertReads(self.rep, letter)
        with self.assertRaises(AccessError):
            letter.with_user(self.employee).copy()

    # ------------------------------------------------------------------
    # FOLLOWERS
    # ------------------------------------------------------------------

    def test_followers_keep_working(self):
        """Whoever does not see a follower still writes to all of them."""
        lead = self.env["crm.lead"].create(
            {"name": "Open deal", "partner_id": self.open_customer.id}
        )
        lead.message_subscribe((self.secret | self.employee.partner_id).ids)
        self.env.flush_all()
        self.env.invalidate_all()
        seen = lead.with_user(self.rep2)
        self.assertNotIn("Secret Holding", seen.message_follower_ids.mapped("name"))
        self.assertEqual(seen.message_follower_ids.partner_id, self.employee.partner_id)
        self.assertFalse(
            self.env["mail.followers"]
            .with_user(self.rep2)
            .search_count([("email", "ilike", "secret")])
        )
        message = seen.message_post(
            body="News", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.secret, message.sudo().notified_partner_ids)
        self.assertIn(self.employee.partner_id, message.sudo().notified_partner_ids)
        seen.message_subscribe(self.rep2.partner_id.ids)
        seen.message_unsubscribe(self.employee.partner_id.ids)
        seen.write({"user_id": self.rep2.id, "name": "Renamed"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            lead.message_follower_ids.partner_id, self.secret | self.rep2.partner_id
        )
        head = self.new_user("head", "sales_team.group_sale_manager")
        lead.with_user(head).unlink()
        self.assertFalse(lead.exists())
