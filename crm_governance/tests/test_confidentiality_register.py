# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import api
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .confidentiality_common import ConfidentialityCommon

PARTNER = "res.partner"
READING = "odoo.addons.crm_governance.models.confidentiality.governance_reading_mixin"
ENTRY = (
    "odoo.addons.crm_governance.models.confidentiality.governance_access_entry"
    ".GovernanceAccessEntry"
)


class RegisterCommon(ConfidentialityCommon):
    """Calls as clients make them, each of them one request that ends well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        allow = cls.env.ref("base.group_allow_export")
        for user in (cls.cleared1, cls.cleared2, cls.custodian2, cls.employee):
            user.group_ids = [Command.link(allow.id)]
        cls.cleared2.group_ids = [
            Command.link(cls.env.ref("sales_team.group_sale_salesman_all_leads").id)
        ]
        cls.important2 = cls.customer("Important Factory", cls.rep)
        cls.classify(cls.important2, cls.level1)
        # Clearances were given.
        cls.before = cls.env["governance.access.entry"].search([])

    def call(self, user, records, method, *args, **kwargs):
        """Call a method as a client does; write what a commit would write."""
        env = self.env(user=user, context={})
        self.env.flush_all()
        self.env.invalidate_all()
        args = [records.ids, *args] if records else list(args)
        result = call_kw(env[records._name], method, args, kwargs)
        self.env.cr.precommit.run()
        env.flush_all()
        self.env.invalidate_all()
        return result

    def open(self, user, record, **context):
        return self.call(user, record, "web_read", {"name": {}}, context=context)

    def lines(self, event=None, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        if event:
            domain.append(("event", "=", event))
        return self.env["governance.access.entry"].search(domain, order="id")


@tagged("post_install", "-at_install")
class TestRegister(RegisterCommon):
    """Who looks at confidential customers is on record (C-14, C-21)."""

    def test_opening_a_customer(self):
        """Opening a form is one line: who, whom, at which level."""
        self.open(self.cleared1, self.important)
        line = self.lines("opened")
        self.assertEqual(line.user_id, self.cleared1)
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual(line.rank, 1)
        self.assertEqual(
            (line.res_model, line.res_id), ("res.partner", line.partner_id.id)
        )

    def test_reading_by_groups_and_copies(self):
        """Groups by a text, and what a duplicate would hold, tell as much as a list."""
        mine = [("id", "in", (self.important | self.open_customer).ids)]
        self.important.email = "office@important.example"
        for method, args in (
            ("formatted_read_group", [mine, ["email"], []]),
            ("formatted_read_group", [mine, [], ["email:array_agg"]]),
            ("formatted_read_group", [mine, [], ["name:max"]]),
            ("formatted_read_group", [mine, ["parent_id.email"], []]),
            ("web_read_group", [mine, ["email"], []]),
            ("copy_data", []),
        ):
            before = self.lines()
            self.env.cr.execute(
                "UPDATE governance_access_entry SET date = date - interval '1 hour'"
            )
            records = self.important if method == "copy_data" else self.env[PARTNER]
            self.call(self.cleared1, records, method, *args)
            line = self.lines() - before
            with self.subTest(method=method, args=args):
                self.assertEqual(line.event, "read_many")
                self.assertEqual(line.partner_id, self.important)
        before = self.lines()
        for groupby in (["user_id"], ["create_date:month"], []):
            self.call(
                self.cleared1,
                self.env[PARTNER],
                "formatted_read_group",
                mine,
                groupby,
                ["__count"],
            )
        self.assertEqual(self.lines(), before)

    def test_business_card(self):
        """A contact as a file is an export."""
        mine = self.important.with_user(self.cleared1)
        mine._get_vcard_file()
        self.env.cr.precommit.run()
        line = self.lines("exported")
        self.assertEqual(
            (line.partner_id, line.user_id), (self.important, mine.env.user)
        )
        with self.assertRaisesRegex(UserError, "data custodians"):
            self.secret.with_user(self.cleared2)._get_vcard_file()

    def test_opening_through_other_calls(self):
        """Each way to get the content of one record is an opening."""
        for method, args in (
            ("read", [["name"]]),
            ("web_read", [{"email": {}}]),
            ("web_save", [{}, {"name": {}}]),
            ("onchange", [{}, [], {"name": {}}]),
        ):
            with self.subTest(method):
                before = self.lines("opened")
                with freeze_time(f"2030-01-0{len(before) + 1} 10:00:00"):
                    self.call(self.rep, self.important, method, *args)
                self.assertEqual(len(self.lines("opened") - before), 1)

    def test_one_opening_is_one_line(self):
        """A form reads several times; later the same person opens it again."""
        with freeze_time("2030-01-01 10:00:00"):
            self.open(self.cleared1, self.important)
            self.call(self.cleared1, self.important, "read", ["name", "email"])
        with freeze_time("2030-01-01 10:00:59"):
            self.open(self.cleared1, self.important)
        self.assertEqual(len(self.lines("opened")), 1)
        with freeze_time("2030-01-01 10:00:59"):
            self.open(self.rep, self.important)
        self.assertEqual(len(self.lines("opened")), 2)
        with freeze_time("2030-01-01 10:01:01"):
            self.open(self.cleared1, self.important)
        self.assertEqual(len(self.lines("opened")), 3)

    def test_labels_and_open_customers_leave_no_line(self):
        """Neither the label of one customer nor open customers are registered."""
        self.call(self.cleared1, self.important, "read", ["display_name"])
        self.open(self.cleared1, self.open_customer)
        self.call(
            self.employee,
            self.env["res.partner"],
            "web_search_read",
            [("id", "=", self.open_customer.id)],
            {"name": {}},
        )
        self.assertFalse(self.lines() - self.before)

    def test_open_customers_cost_no_query(self):
        """Reading an open customer asks the database nothing more."""
        env = self.env(user=self.employee, context={})
        customer = env["res.partner"].browse(self.open_customer.id)
        levels = self.env["governance.confidentiality.level"]
        counts = []
        for names in ("is_registered", "is_not"):
            with patch.object(
                type(customer), "_is_reading_recorded", names == "is_registered"
            ):
                for _round in range(2):
                    self.env.invalidate_all()
                    levels._get_recording_by_rank()
                    before = self.env.cr.sql_log_count
                    customer.web_read({"name": {}, "email": {}})
                    count = self.env.cr.sql_log_count - before
            counts.append(count)
        self.assertEqual(*counts)

    def test_opening_a_document(self):
        """Opening an order or a lead of a customer is opening the customer."""
        for record in (self.secret_order, self.secret_lead):
            self.open(self.rep, record)
            line = self.lines("opened", res_model=record._name)
            self.assertEqual(line.partner_id, self.secret)
            self.assertEqual(line.res_id, record.id)

    def test_lists_are_counted(self):
        """A list is one line with the number of confidential customers in it."""
        partners = self.important | self.important2 | self.secret | self.open_customer
        self.call(
            self.cleared2,
            self.env["res.partner"],
            "web_search_read",
            [("id", "in", partners.ids)],
            {"name": {}, "email": {}},
        )
        self.assertFalse(self.lines("opened"))
        line = self.lines("read_many")
        self.assertEqual(line.customer_count, 3)
        self.assertEqual(line.rank, 2)
        self.assertFalse(line.partner_id)
        self.assertEqual(
            line.detail["customers"],
            sorted((self.important | self.important2 | self.secret).ids),
        )

    def test_list_that_is_read_again(self):
        """Turning pages there and back within a minute is one line."""
        partners = self.important | self.important2

        def turn(partners):
            self.call(self.cleared2, partners, "web_read", {"email": {}})
            return len(self.lines("read_many"))

        with freeze_time("2030-01-01 10:00:00"):
            first = turn(partners)
            self.assertEqual(turn(partners), first)
            self.assertEqual(turn(partners | self.secret), first + 1)
        with freeze_time("2030-01-01 10:01:01"):
            self.assertEqual(turn(partners), first + 2)

    def test_reading_two_at_once_is_no_way_around(self):
        """A confidential customer read beside an open one is counted as well."""
        partners = self.open_customer | self.important
        for method, args in (
            ("read", [["email"]]),
            ("web_read", [{"email": {}}]),
        ):
            with self.subTest(method), freeze_time(f"2030-01-01 {len(method)}:00:00"):
                before = self.lines("read_many")
                self.call(self.cleared1, partners, method, *args)
                line = self.lines("read_many") - before
                self.assertEqual(line.partner_id, self.important)
        with freeze_time("2030-01-02"):
            before = self.lines("read_many")
            self.call(
                self.cleared1,
                self.env["res.partner"],
                "search_read",
                [("id", "=", self.important.id)],
                ["email"],
            )
            self.assertEqual(
                (self.lines("read_many") - before).partner_id, self.important
            )

    def test_inside_of_other_records(self):
        """A customer read as part of another record is counted."""
        self.call(
            self.cleared1,
            self.rep.partner_id,
            "web_read",
            {"user_ids": {"fields": {"name": {}}}},
        )
        self.assertFalse(self.lines() - self.before)
        lead = self.env["crm.lead"].create(
            {"name": "Open lead", "partner_id": self.open_customer.id}
        )
        lead.message_subscribe(self.important.ids)
        self.call(
            self.cleared2,
            lead,
            "web_read",
            {"message_partner_ids": {"fields": {"email": {}}}},
        )
        self.assertEqual(self.lines("read_many").partner_id, self.important)
        self.assertFalse(self.lines("opened"))

    def test_export(self):
        """An export is a line for each confidential customer in it (C-20)."""
        partners = self.important | self.important2 | self.open_customer
        self.call(self.cleared1, partners, "export_data", ["name", "email"])
        lines = self.lines("exported")
        self.assertEqual(lines.partner_id, self.important | self.important2)
        self.assertEqual(set(lines.mapped("user_id")), {self.cleared1})
        self.assertEqual(lines[0].detail["count"], 2)

    def test_big_export_is_one_line(self):
        """Beyond a number of customers one line holds all of them."""
        partners = self.important | self.important2
        module = ENTRY.rpartition(".")[0]
        with patch(f"{module}.MAX_LINES", 1):
            self.call(self.cleared1, partners, "export_data", ["name"])
        line = self.lines("exported")
        self.assertEqual(line.customer_count, 2)
        self.assertEqual(line.detail["customers"], sorted(partners.ids))

    def test_export_through_a_document(self):
        """Columns of the customer in an export of documents count as well."""
        order = self.env["sale.order"].create(
            {"partner_id": self.important.id, "user_id": self.rep.id}
        )
        rep = self.rep
        rep.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        self.call(rep, order, "export_data", ["name", "partner_id/email"])
        self.assertEqual(self.lines("exported").partner_id, self.important)

    def test_copying_is_left_to_custodians(self):
        """The top level is exported and printed by custodians only (C-18)."""
        for record in (self.secret, self.secret_order):
            with self.assertRaisesRegex(UserError, "data custodians"):
                self.call(self.cleared2, record, "export_data", ["name"])
        with self.assertRaisesRegex(UserError, "data custodians"):
            self.call(
                self.cleared2,
                self.open_customer | self.secret,
                "export_data",
                ["name"],
            )
        # Whoever cannot read the customer does not hear of its level.
        with self.assertRaises(AccessError):
            self.call(self.employee, self.secret, "export_data", ["name"])
        self.call(self.custodian2, self.secret, "export_data", ["name"])
        self.assertEqual(self.lines("exported").partner_id, self.secret)

    def test_printing(self):
        """A document that is printed leaves a line, custodians' ones included."""
        report = self.env["ir.actions.report"].with_user(self.rep)
        name = "sale.report_saleorder"
        with self.assertRaisesRegex(UserError, "data custodians"):
            report._render_qweb_html(name, self.secret_order.ids)
        with self.assertRaises(AccessError):
            report.with_user(self.rep2)._render_qweb_html(name, self.secret_order.ids)
        order = self.env["sale.order"].create(
            {"partner_id": self.important.id, "user_id": self.rep.id}
        )
        report._render_qweb_html(name, order.ids)
        self.env.cr.precommit.run()
        line = self.lines("printed")
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual((line.res_model, line.res_id), ("sale.order", order.id))

    def test_no_record_no_reading(self):
        """At the top level nothing is read when the register fails."""
        broken = patch(f"{ENTRY}._add_lines", side_effect=ValueError("disk full"))
        with broken, self.assertRaisesRegex(UserError, "without a record"):
            self.open(self.cleared2, self.secret)
        with broken, self.assertRaisesRegex(UserError, "without a record"):
            self.call(
                self.cleared2,
                self.env["res.partner"],
                "web_search_read",
                [("id", "=", self.secret.id)],
                {"name": {}},
            )
        self.env.cr.precommit.data.clear()
        with broken, mute_logger(READING):
            self.assertEqual(
                self.open(self.cleared1, self.important)[0]["name"], "Important Trading"
            )

    def test_clients_cannot_switch_recording_off(self):
        """Nothing that a client sends keeps the register from being written."""
        self.open(
            self.cleared1,
            self.important,
            governance_reading=True,
            tracking_disable=True,
            install_mode=True,
            su=True,
        )
        self.assertEqual(len(self.lines("opened")), 1)

    def test_levels_are_not_changed_by_hand(self):
        """Whether a level is registered follows from the ladder only."""
        manager = self.env["res.users"].browse(2)
        for user in (manager, self.custodian, self.manager):
            with self.assertRaises(AccessError):
                self.level1.with_user(user).write({"is_reading_logged": False})

    def test_changes_of_clearance(self):
        """Who is cleared, and who is no longer, is on record, by either way."""
        group = self.env.ref("crm_governance.group_clearance_1")
        self.employee.group_ids = [Command.link(group.id)]
        line = self.lines("cleared", subject_id=self.employee.id)
        self.assertEqual(line.detail, {"from": 0, "to": 1})
        group.user_ids = [Command.unlink(self.employee.id)]
        line = self.lines("cleared", subject_id=self.employee.id) - line
        self.assertEqual(line.detail, {"from": 1, "to": 0})
        self.employee.group_ids = [
            Command.link(self.env.ref("sales_team.group_sale_salesman").id)
        ]
        self.assertEqual(len(self.lines("cleared", subject_id=self.employee.id)), 2)


@tagged("post_install", "-at_install")
class TestDenial(RegisterCommon):
    """What was refused stays on record although the request failed."""

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()

    def refuse(self, user, call, error=AccessError):
        """Return the lines that are left of a request that fails."""
        self.env.flush_all()
        # assertRaises would undo what was written apart: here it is one connection.
        try:
            call(self.env(user=user, context={}))
        except error:
            self.env.invalidate_all()
            return self.lines("denied")
        raise AssertionError("nothing was refused")

    def test_opening_hidden_records(self):
        """A refused opening leaves a line: who, whom, which record."""
        for record in (self.secret, self.secret_order):
            line = self.refuse(
                self.rep2,
                lambda env, record=record: call_kw(
                    env[record._name], "web_read", [record.ids, {"name": {}}], {}
                ),
            ).filtered(lambda line, record=record: line.res_model == record._name)
            self.assertEqual(line.user_id, self.rep2)
            self.assertEqual(line.partner_id, self.secret)
            self.assertEqual(line.res_id, record.id)

    def test_links(self):
        """An attempt to copy a hidden customer into a document leaves a line."""
        line = self.refuse(
            self.rep2,
            lambda env: env["crm.lead"].create(
                {"name": "Trick", "partner_id": self.secret.id}
            ),
        )
        self.assertEqual(line.detail["operation"], "link")
        self.assertEqual(line.partner_id, self.secret)

    def test_copies(self):
        """An export that the level forbids leaves a line."""
        line = self.refuse(
            self.cleared2,
            lambda env: call_kw(
                env["res.partner"], "export_data", [self.secret.ids, ["name"]], {}
            ),
            UserError,
        )
        self.assertEqual(line.detail["operation"], "export")

    def test_refusals_for_other_reasons(self):
        """What is closed for other reasons than confidentiality leaves no line."""
        line = self.refuse(
            self.employee,
            lambda env: env["sale.order"].browse(self.secret_order.ids).unlink(),
        )
        self.assertFalse(line)


@tagged("post_install", "-at_install")
class TestDenialApart(RegisterCommon):
    """With connections of their own: the line is there after a rollback."""

    def test_line_survives_the_request(self):
        """The transaction of the refusal is undone, the line is not."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, 1, {})
            partner = env["res.partner"].create({"name": "Hidden forever"})
            partner._with_classifying().governance_level_id = self.level2.id
            admin = env.ref("base.user_admin")
        self.addCleanup(self.forget, partner.id)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, admin.id, {})
            with self.assertRaises(AccessError):
                env["res.partner"].browse(partner.id).web_read({"name": {}})
            cr.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, 1, {})
            line = env["governance.access.entry"].search(
                [("partner_id", "=", partner.id), ("event", "=", "denied")]
            )
            self.assertEqual(line.user_id.id, admin.id)

    def forget(self, partner_id):
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM governance_access_entry WHERE partner_id = %s",
                [partner_id],
            )
            cr.execute("DELETE FROM res_partner WHERE id = %s", [partner_id])
