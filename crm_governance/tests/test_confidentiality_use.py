# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_confidentiality_register import ENTRY, RegisterCommon


@tagged("post_install", "-at_install")
class TestUse(RegisterCommon):
    """Who changes, deletes, sends and shares confidential customers (C-21)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss_of_sales = new_test_user(
            cls.env,
            "boss_of_sales",
            groups="sales_team.group_sale_manager,base.group_partner_manager,"
            "crm_governance.group_clearance_1",
        )
        cls.lead, cls.open_lead = cls.env["crm.lead"].create(
            [
                {"name": "Deal", "partner_id": partner.id, "user_id": cls.rep.id}
                for partner in (cls.important, cls.open_customer)
            ]
        )
        # Whoever is put in charge is told by e-mail.
        cls.env.cr.precommit.run()
        cls.before = cls.env["governance.access.entry"].search([])

    def lines(self, event=None, **values):
        return super().lines(event, **values) - self.before

    def assertNoLine(self):
        self.assertFalse(self.lines())

    # ------------------------------------------------------------------
    # ADD AND CHANGE
    # ------------------------------------------------------------------

    def test_change_of_a_customer(self):
        """A change is one line: who, whom, at which level, however many calls."""
        self.call(self.rep, self.important, "write", {"comment": "Rich"})
        line = self.lines("changed")
        self.assertEqual(line.user_id, self.rep)
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual(line.rank, 1)
        contact = self.env["res.partner"].create(
            {"name": "Ms Zhou", "parent_id": self.important.id}
        )
        both = self.important | contact | self.important2
        self.call(self.rep, both, "write", {"comment": "Rich"})
        lines = self.lines("changed") - line
        self.assertEqual(lines.mapped("partner_id"), self.important | self.important2)
        self.assertEqual(len(lines), 2)

    def test_change_of_a_document(self):
        """So is one of a lead or an order, with its lines."""
        self.call(self.rep, self.lead, "web_save", {"name": "Deal 2"}, {"name": {}})
        line = self.lines("changed")
        self.assertEqual((line.res_model, line.res_id), ("crm.lead", self.lead.id))
        order = self.env["sale.order"].create(
            {"partner_id": self.important.id, "user_id": self.rep.id}
        )
        values = {
            "order_line": [
                Command.create({"display_type": "line_note", "name": str(number)})
                for number in range(3)
            ]
        }
        self.call(self.rep, order, "write", values)
        self.assertEqual((self.lines("changed") - line).partner_id, self.important)

    def test_new_document(self):
        """What is stored about a customer is a line as well."""
        lead = self.call(
            self.rep,
            self.env["crm.lead"],
            "create",
            {"name": "New", "partner_id": self.important.id},
        )
        line = self.lines("changed")
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual(line.res_id, lead)

    def test_document_that_becomes_confidential(self):
        """A document counts for the customer it came from and the one it goes to."""
        self.call(self.rep, self.open_lead, "write", {"partner_id": self.important.id})
        self.assertEqual(self.lines("changed").partner_id, self.important)
        self.call(self.rep, self.open_lead, "write", {"partner_id": self.important2.id})
        self.assertEqual(
            self.lines("changed").partner_id, self.important | self.important2
        )

    def test_open_customers(self):
        """Nothing about open customers is registered."""
        self.call(self.rep, self.open_customer, "write", {"comment": "Rich"})
        self.call(self.rep, self.open_lead, "write", {"name": "Deal 2"})
        self.call(self.boss_of_sales, self.open_lead, "unlink")
        self.call(
            self.rep,
            self.open_customer,
            "message_post",
            body="Hello",
            partner_ids=self.open_customer.ids,
        )
        self.assertNoLine()

    def test_refused_change(self):
        """What was refused is not called a change."""
        with self.assertRaises(AccessError):
            self.call(self.rep2, self.important, "write", {"comment": "Mine"})
        self.env.cr.precommit.run()
        self.assertFalse(self.lines("changed"))

    def test_no_record_no_change(self):
        """At the top level nothing changes or goes when the register fails."""
        broken = patch(f"{ENTRY}._add_lines", side_effect=ValueError("disk full"))
        with broken, self.assertRaisesRegex(UserError, "without a record"):
            self.call(self.rep, self.secret, "write", {"comment": "Rich"})
        self.env.cr.precommit.data.clear()
        with broken, self.assertRaisesRegex(UserError, "without a record"):
            self.secret_lead.with_user(self.boss_of_sales).sudo().unlink()

    # ------------------------------------------------------------------
    # DELETE
    # ------------------------------------------------------------------

    def test_deleting(self):
        """The line outlives the document and the customer."""
        lead_id = self.lead.id
        self.call(self.boss_of_sales, self.lead, "unlink")
        line = self.lines("deleted")
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual((line.res_model, line.res_id), ("crm.lead", lead_id))
        gone = self.important2.id
        self.important2.with_user(self.boss_of_sales).comment = "Changed before"
        self.call(self.boss_of_sales, self.important2, "unlink")
        line = self.lines("deleted") - line
        [row] = line.read(["partner_id", "rank", "user_id"], load="")
        self.assertEqual(row["partner_id"], gone)
        self.assertEqual(row["rank"], 1)
        self.assertEqual(row["user_id"], self.boss_of_sales.id)

    def test_deleting_many(self):
        """Many records of a customer are one line for it."""
        leads = self.lead | self.lead.copy() | self.lead.copy()
        leads |= self.env["crm.lead"].create(
            {"name": "Other", "partner_id": self.important2.id}
        )
        self.call(self.boss_of_sales, leads | self.open_lead, "unlink")
        lines = self.lines("deleted")
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines.partner_id, self.important | self.important2)

    def test_deleting_as_the_system(self):
        """Odoo's look-up of personal data deletes in the name of the system."""
        self.lead.with_user(self.boss_of_sales).sudo().unlink()
        line = self.lines("deleted")
        self.assertEqual(line.user_id, self.boss_of_sales)

    def test_refused_deletion(self):
        """What stays was not deleted."""
        for user in (self.rep, self.rep2):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.call(user, self.lead, "unlink")
        self.assertFalse(self.lines("deleted"))

    # ------------------------------------------------------------------
    # SEND
    # ------------------------------------------------------------------

    def test_sending(self):
        """A message is one line for the customer, with whom it went to."""
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(3)]
        )
        self.call(
            self.rep, self.lead, "message_post", body="Hi", partner_ids=people.ids
        )
        line = self.lines("sent")
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual((line.res_model, line.res_id), ("crm.lead", self.lead.id))
        self.assertLessEqual(set(people.ids), set(line.detail["to"]))

    def test_notes_are_not_sent(self):
        """A note that nobody is told of goes nowhere."""
        self.call(self.rep, self.lead, "message_post", body="Note")
        self.assertFalse(self.lines("sent"))

    def test_sending_to_addresses(self):
        """A template that is sent to an address without a contact counts."""
        template = self.env["mail.template"].create(
            {
                "name": "News",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "News",
                "use_default_to": False,
                "email_to": "stranger@example.com",
                "body_html": "News",
            }
        )
        self.env.flush_all()
        template.with_user(self.rep).send_mail_batch(
            (self.lead | self.open_lead).ids, force_send=False
        )
        self.env.cr.precommit.run()
        line = self.lines("sent")
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual(line.detail["to"], ["stranger@example.com"])

    def test_sending_many(self):
        """A campaign asks once for the levels of all that it writes about."""
        customers = self.env["res.partner"].create(
            [{"name": f"Important {number}"} for number in range(30)]
        )
        self.classify(customers, self.level1)
        leads = self.env["crm.lead"].create(
            [{"name": "Deal", "partner_id": partner.id} for partner in customers]
        )
        few, many = (
            [
                {"model": "crm.lead", "res_id": lead.id, "body_html": "Hi"}
                for lead in some
            ]
            for some in (leads[:2], leads)
        )
        counts = []
        for vals_list in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            mails = self.env["mail.mail"].create(vals_list)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mails._register_sending()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.env.cr.precommit.run()
        self.assertEqual(self.lines("sent").partner_id, customers)

    def test_sending_after_the_end(self):
        """An e-mail about a document that is gone is no obstacle to the others."""
        gone = self.lead.copy()
        ids = [gone.id, self.lead.id]
        gone.unlink()
        self.env["mail.mail"].with_user(self.rep).sudo().create(
            [
                # To find whom to answer, Odoo itself would look at the document.
                {"model": "crm.lead", "res_id": id_, "reply_to": "a@example.com"}
                for id_ in ids
            ]
        )
        self.env.cr.precommit.run()
        self.assertEqual(self.lines("sent", res_id=self.lead.id).event, "sent")

    def test_text_messages_and_letters(self):
        """What the bridges beside snailmail and sms send counts as well."""
        partners = self.important | self.open_customer
        self.env["sms.sms"].with_user(self.boss_of_sales).sudo().create(
            [{"partner_id": partner.id, "number": "+861"} for partner in partners]
        )
        self.env["snailmail.letter"].with_user(self.boss_of_sales).sudo().create(
            {
                "partner_id": self.important2.id,
                "model": "res.partner",
                "res_id": self.important2.id,
                "company_id": self.company.id,
            }
        )
        self.env.cr.precommit.run()
        lines = self.lines("sent", user_id=self.boss_of_sales.id)
        self.assertEqual(lines.partner_id, self.important | self.important2)
        self.assertEqual(len(lines), 2)

    # ------------------------------------------------------------------
    # SHARE
    # ------------------------------------------------------------------

    def test_link(self):
        """Whoever opens the dialog has the link that needs no login."""
        order, open_order = self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "user_id": self.rep.id}
                for partner in (self.important, self.open_customer)
            ]
        )
        for record in (open_order, order):
            values = {"res_model": record._name, "res_id": record.id}
            dialogs = self.env["portal.share"].with_user(self.boss_of_sales)
            wizard = dialogs.create(values)
            self.assertIn("access_token", wizard.share_link)
        self.env.cr.precommit.run()
        line = self.lines("shared")
        self.assertEqual(line.user_id, self.boss_of_sales)
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual((line.res_model, line.res_id), ("sale.order", order.id))

    def test_portal_access(self):
        """A contact that gets a login is a line."""
        self.boss_of_sales.group_ids += self.env.ref("base.group_partner_manager")
        self.important.email = "important@example.com"
        self.open_customer.email = "open@example.com"
        for partner in (self.open_customer, self.important):
            wizard = (
                self.env["portal.wizard"]
                .with_user(self.boss_of_sales)
                .create({"partner_ids": [Command.set(partner.ids)]})
            )
            wizard.user_ids.action_grant_access()
        line = self.lines("shared")
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual(line.subject_id, self.important.user_ids)

    def make_files(self):
        return self.env["ir.attachment"].create(
            [
                {
                    "name": "offer.txt",
                    "raw": b"offer",
                    "res_model": lead._name,
                    "res_id": lead.id,
                }
                for lead in (self.lead, self.open_lead)
            ]
        )

    def test_use_of_files(self):
        """However a file is added, read, changed or given a link: a line each."""
        files = self.make_files()
        place = {"res_model": self.lead._name, "res_id": self.lead.id}
        for event, method, args in (
            ("changed", "create", [{"name": "x", "raw": b"x", **place}]),
            ("changed", "write", [{"raw": b"new"}]),
            ("changed", "copy", []),
            ("shared", "write", [{"access_token": "chosen"}]),
            ("opened", "read", [["raw"]]),
            ("opened", "web_read", [{"datas": {}}]),
        ):
            before = self.lines()
            records = files.browse() if method == "create" else files
            self.env.cr.execute(
                "UPDATE governance_access_entry SET date = date - interval '1 hour'"
            )
            self.call(self.rep, records, method, *args)
            line = self.lines() - before
            with self.subTest(method=method, args=args):
                self.assertEqual(set(line.mapped("event")), {event})
                self.assertEqual(line.partner_id, self.important)
        before = self.lines()
        self.call(self.rep, files, "read", ["name"])
        self.assertEqual(self.lines(), before)

    def test_files_in_the_chatter(self):
        """Odoo adds and deletes these as the system, for whoever clicks."""
        files = self.make_files().with_user(self.rep)
        for event, method in (
            ("changed", "_post_add_create"),
            ("deleted", "_delete_and_notify"),
        ):
            before = self.lines()
            getattr(files.sudo(), method)()
            self.env.cr.precommit.run()
            line = self.lines() - before
            self.assertEqual((line.event, line.user_id), (event, self.rep))
            self.assertEqual(line.partner_id, self.important)

    def test_files(self):
        """Files that get a link, become public or are deleted are a line each."""
        files = self.make_files()
        for event, method, args in (
            ("shared", "generate_access_token", []),
            ("shared", "write", [{"public": True}]),
            ("deleted", "unlink", []),
        ):
            before = self.lines()
            self.call(self.rep, files, method, *args)
            line = self.lines() - before
            self.assertEqual(line.mapped("event"), [event], method)
            self.assertEqual(line.partner_id, self.important)
            self.assertEqual(line.res_id, self.lead.id)

    # ------------------------------------------------------------------
    # WHAT IT COSTS
    # ------------------------------------------------------------------

    def test_open_customers_cost_no_query(self):
        """Nothing of this asks the database more about open customers."""
        partner = self.env["res.partner"]
        flows = {
            "write": lambda env: (
                env[partner._name]
                .browse(self.open_customer.id)
                .write({"comment": "Rich"})
            ),
            "write lead": lambda env: (
                env["crm.lead"].browse(self.open_lead.id).write({"name": "Deal"})
            ),
            "create": lambda env: env[partner._name].create({"name": "New"}),
            "create contact": lambda env: env[partner._name].create(
                {"name": "New", "parent_id": self.open_customer.id}
            ),
            "create lead": lambda env: env["crm.lead"].create(
                {"name": "New", "partner_id": self.open_customer.id}
            ),
            "post": lambda env: (
                env["crm.lead"]
                .browse(self.open_lead.id)
                .message_post(body="Hi", partner_ids=self.open_customer.ids)
            ),
            "delete": lambda env: (
                env["crm.lead"].browse(self.open_lead.id).copy().unlink()
            ),
        }
        reading = self.env.registry["governance.reading.mixin"]
        plain = {
            "_is_reading_registered": lambda self: False,
            "_get_logged": lambda self: self.sudo().browse(),
        }
        for name, flow in flows.items():
            with self.subTest(name):
                counts = []
                for _round in range(2):
                    counts.append(self.count(flow))
                mails = self.env.registry["mail.mail"]
                with (
                    patch.multiple(reading, **plain),
                    patch.object(mails, "_register_sending", lambda self: None),
                ):
                    bare = [self.count(flow) for _round in range(2)]
                self.assertLessEqual(counts[-1], bare[-1], (counts, bare))

    def count(self, flow):
        env = self.env(user=self.boss_of_sales, context={})
        with self.env.cr.savepoint() as savepoint:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            flow(env)
            env.flush_all()
            self.env.cr.precommit.run()
            count = self.env.cr.sql_log_count - before
            savepoint.rollback()
            self.env.invalidate_all()
        return count


@tagged("post_install", "-at_install")
class TestPortalPages(RegisterCommon, HttpCase):
    """Employees on pages for customers: Odoo shows those as the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounting = cls.env.ref("account.group_account_invoice")
        for user in (cls.rep, cls.rep2, cls.custodian2):
            user.group_ids = [
                Command.link(accounting.id),
                Command.link(cls.env.ref("sales_team.group_sale_salesman").id),
            ]
        cls.open_order, cls.order = cls.env["sale.order"].create(
            [
                {"partner_id": partner.id, "user_id": cls.rep.id}
                for partner in (cls.open_customer, cls.important)
            ]
        )
        cls.orders = cls.open_order | cls.order | cls.secret_order
        for order in cls.orders:
            order._portal_ensure_token()
        cls.env.cr.precommit.run()
        cls.before = cls.env["governance.access.entry"].search([])

    def lines(self, event=None, **values):
        self.env.invalidate_all()
        return super().lines(event, **values) - self.before

    def page(self, user, order, report_type=""):
        """Open the page of an order with its link, as a user or as nobody."""
        if user:
            user.sudo().password = "password-of-the-test"
            self.authenticate(user.login, "password-of-the-test")
        else:
            self.authenticate(None, None)
        kind = f"&report_type={report_type}" if report_type else ""
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return self.url_open(
                f"/my/orders/{order.id}?access_token={order.access_token}{kind}",
                allow_redirects=False,
            )

    def test_opening(self):
        """Who opens the page opens the customer (C-14)."""
        self.assertEqual(self.page(self.rep, self.open_order).status_code, 200)
        self.assertFalse(self.lines())
        self.assertEqual(self.page(self.rep, self.order).status_code, 200)
        line = self.lines("opened")
        self.assertEqual(line.user_id, self.rep)
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual(line.res_id, self.order.id)

    def test_without_access(self):
        """The link of a customer opens nothing to a colleague below the level."""
        self.assertEqual(self.page(self.rep2, self.open_order).status_code, 200)
        answer = self.page(self.rep2, self.order)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.lines("denied").partner_id, self.important)
        # The customer, who has no login, is not kept out.
        self.assertEqual(self.page(None, self.order).status_code, 200)

    def test_copies(self):
        """Nobody prints there what the level leaves to custodians (C-18)."""
        for kind in ("html", "pdf"):
            answer = self.page(self.rep, self.secret_order, kind)
            self.assertNotEqual(answer.status_code, 200)
        self.assertFalse(self.lines("printed"))
        self.assertEqual(self.page(self.rep, self.order, "html").status_code, 200)
        self.assertEqual(self.lines("printed").partner_id, self.important)
        answer = self.page(self.custodian2, self.secret_order, "html")
        self.assertEqual(answer.status_code, 200)

    def test_download(self):
        """A file that is downloaded is an opening of what it belongs to."""
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": "offer.txt",
                    "raw": b"offer",
                    "res_model": order._name,
                    "res_id": order.id,
                }
                for order in (self.open_order, self.order)
            ]
        )
        self.env.flush_all()
        # The web server finds files by this, read-only, which tests cannot imitate.
        for file in files:
            found = (
                self.env["ir.binary"].with_user(self.rep)._find_record(res_id=file.id)
            )
            self.assertEqual(found.raw, b"offer")
        line = self.lines("opened")
        self.assertEqual(line.user_id, self.rep)
        self.assertEqual(line.partner_id, self.important)
        self.assertEqual((line.res_model, line.res_id), ("sale.order", self.order.id))

    def test_files_of_invoices(self):
        """Neither do invoices that are downloaded come around it."""
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_line_ids": [Command.create({"name": "x", "quantity": 1})],
                }
                for partner in (self.open_customer, self.important, self.secret)
            ]
        )
        moves.action_post()
        self.env.cr.precommit.run()
        self.env.flush_all()
        open_move, move, secret_move = moves.with_user(self.rep)
        reports = self.env["ir.actions.report"].with_user(self.rep)
        for copy in (
            lambda: secret_move._get_invoice_legal_documents("pdf"),
            lambda: secret_move._get_invoice_legal_documents_all(),
            lambda: reports._pre_render_qweb_pdf(
                "account.account_invoices", secret_move.ids
            ),
            lambda: reports.sudo()._render_qweb_html(
                "account.account_invoices", secret_move.ids
            ),
        ):
            with self.assertRaisesRegex(UserError, "data custodians"):
                copy()
        before = self.lines()
        open_move._get_invoice_legal_documents_all()
        move._get_invoice_legal_documents_all()
        self.env.cr.precommit.run()
        self.assertEqual((self.lines("printed") - before).partner_id, self.important)
        secret_move.with_user(self.custodian2)._get_invoice_legal_documents("pdf")
