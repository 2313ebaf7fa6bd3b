# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ways round the screens: mails, templates, exports, hostile values, wrong order."""

import inspect
from contextlib import contextmanager, suppress

from psycopg2 import DatabaseError

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .complaints_paper_common import PARTS, ComplaintPaperCommon
from .complaints_statistic_common import StatisticCommon

# Refusals for lack of rights and invalid values are among these.
REFUSED = UserError
# What is no number is refused by Python or by the database.
WRONG = (UserError, ValueError, OverflowError, DatabaseError)


@tagged("post_install", "-at_install")
class TestAdversaryMails(ComplaintPaperCommon, MailCase):
    """Handlers try to speak for the customer, or past customer service."""

    def rating_template(self):
        return self.env.ref("crm_governance.mail_template_complaint_rating")

    def assertNoLink(self, text):
        tokens = self.env["rating.rating"].sudo().search([]).mapped("access_token")
        self.assertNotRegex(str(text), r"/rate/[0-9a-f]{20}")
        for token in tokens:
            self.assertNotIn(token, str(text))

    def test_link_of_the_rating_by_composer(self):
        """No template hands the link with which customers rate to an employee."""
        complaint = self.at("answered")
        composers = self.env["mail.compose.message"].with_user(self.handler)
        try:
            composer = composers.create(
                {
                    "model": complaint._name,
                    "res_ids": complaint.ids,
                    "template_id": self.rating_template().id,
                    "composition_mode": "comment",
                }
            )
            body = composer.body
        except REFUSED:
            return
        self.assertNoLink(body)

    def test_link_of_the_rating_by_mail(self):
        complaint = self.at("answered")
        template = self.rating_template().with_user(self.handler)
        with self.mock_mail_gateway():
            try:
                mail = template.send_mail(
                    complaint.id, email_values={"email_to": "me@example.com"}
                )
            except REFUSED:
                return
        self.assertNoLink(self.env["mail.mail"].browse(mail).body_html)

    def test_link_of_the_rating_by_own_template(self):
        complaint = self.at("answered")
        templates = self.env["mail.template"].with_user(self.handler)
        with self.assertRaises(REFUSED):
            template = templates.create(
                {
                    "name": "Mine",
                    "model_id": self.env["ir.model"]._get_id(complaint._name),
                    "body_html": "<t t-out='object._rating_get_access_token()'/>",
                }
            )
            template._render_field("body_html", complaint.ids)

    def test_words_of_an_own_template(self):
        """Whoever writes templates does not read with the rights of the system."""
        hidden = self.at(partner_id=self.secret.id, title="Zinnober")
        own = self.at()
        templates = self.env["mail.template"].with_user(self.handler)
        for text in (
            f"object.sudo().browse({hidden.id}).title",
            f"object.env['governance.complaint'].sudo().browse({hidden.id}).title",
            "object.with_user(1).search([]).mapped('title')",
            "object.sudo().env['res.partner'].search([]).mapped('name')",
        ):
            with self.subTest(text):
                try:
                    with self.env.cr.savepoint():
                        template = templates.create(
                            {
                                "name": "Mine",
                                "model_id": self.env["ir.model"]._get_id(own._name),
                                "body_html": f'<p><t t-out="{text}"/></p>',
                            }
                        )
                        told = template._render_field("body_html", own.ids)
                except UserError:
                    continue
                self.assertNotIn("Zinnober", str(told))
                self.assertNotIn("Secret Holding", str(told))

    def test_templates_of_complaints_of_others(self):
        """A template tells nothing of a complaint that its user does not read."""
        complaint = self.at("answered")
        templates = self.env["mail.template"].search([("model", "=", complaint._name)])
        self.assertGreater(len(templates), 3)
        composers = self.env["mail.compose.message"].with_user(self.rep2)
        for template in templates:
            with self.subTest(template=template.name):
                try:
                    with self.env.cr.savepoint():
                        composer = composers.create(
                            {
                                "model": complaint._name,
                                "res_ids": complaint.ids,
                                "template_id": template.id,
                            }
                        )
                        text = f"{composer.subject} {composer.body}"
                except REFUSED:
                    continue
                self.assertNotIn(complaint.name, text)

    def test_follower_by_hand(self):
        """Customers follow no complaint: colleagues would write to them unawares."""
        complaint = self.at()
        mine = complaint.with_user(self.handler)
        customer = self.open_customer
        customer.email = "buyer@example.com"
        for values in (
            {"message_follower_ids": [Command.create({"partner_id": customer.id})]},
            {"message_partner_ids": [Command.link(customer.id)]},
        ):
            with self.subTest(values):
                with suppress(REFUSED), self.env.cr.savepoint():
                    mine.write(values)
                complaint.invalidate_recordset()
                self.assertNotIn(customer, complaint.message_partner_ids)
        wizard = self.env["mail.followers.edit"].with_user(self.handler)
        with suppress(REFUSED), self.env.cr.savepoint():
            wizard.create(
                {
                    "res_model": complaint._name,
                    "res_ids": str(complaint.ids),
                    "operation": "add",
                    "partner_ids": [Command.set(customer.ids)],
                }
            ).edit_followers()
        complaint.invalidate_recordset()
        self.assertNotIn(customer, complaint.message_partner_ids)

    def test_mass_mail(self):
        """Nor does the composer of many mails write to customers past the replies."""
        complaint = self.at()
        customer = self.open_customer
        customer.email = "buyer@example.com"
        composers = self.env["mail.compose.message"].with_user(self.handler)
        with self.mock_mail_gateway():
            with suppress(REFUSED), self.env.cr.savepoint():
                composer = composers.create(
                    {
                        "model": complaint._name,
                        "res_ids": complaint.ids,
                        "composition_mode": "mass_mail",
                        "partner_ids": [Command.set(customer.ids)],
                        "subject": "Zinnober",
                        "body": "<p>You get nothing</p>",
                        "force_send": True,
                    }
                )
                composer._action_send_mail()
        self.assertFalse(
            self._new_mails.filtered(lambda one: one.subject == "Zinnober")
        )

    def test_scheduled(self):
        """A message that is sent later goes to nobody outside either."""
        complaint = self.at()
        customer = self.open_customer
        customer.email = "buyer@example.com"
        scheduled = self.env["mail.scheduled.message"].with_user(self.handler)
        with self.mock_mail_gateway():
            with suppress(REFUSED), self.env.cr.savepoint():
                scheduled.create(
                    {
                        "model": complaint._name,
                        "res_id": complaint.id,
                        "body": "<p>Zinnober</p>",
                        "subject": "Zinnober",
                        "partner_ids": [Command.set(customer.ids)],
                        "author_id": self.handler.partner_id.id,
                        "scheduled_date": "2026-03-03 09:00:00",
                    }
                ).post_message()
        self.assertFalse(
            self._new_mails.filtered(lambda one: one.subject == "Zinnober")
        )

    def test_to_do_below_the_level(self):
        """A to-do tells nobody of a complaint whose customer is closed to them."""
        complaint = self.at(partner_id=self.secret.id)
        complaint.title = "Zinnober"
        mine = complaint.with_user(self.rep)
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        with self.mock_mail_gateway():
            for user in (self.handler, self.cmanager, self.employee):
                mine.activity_schedule(
                    "mail.mail_activity_data_todo", summary="Zinnober", user_id=user.id
                )
                mine.message_post(
                    body="Zinnober",
                    partner_ids=user.partner_id.ids,
                    subtype_xmlid="mail.mt_comment",
                )
                mine.message_subscribe(user.partner_id.ids)
        self.env.flush_all()
        told = self.env["mail.message"].search([("id", ">", before)])
        for user in (self.handler, self.cmanager, self.employee):
            with self.subTest(user.login):
                self.assertNotIn(user.partner_id, told.notification_ids.res_partner_id)
                self.assertNotIn(user.partner_id, self._new_mails.recipient_ids)
                self.env.invalidate_all()
                for model, name in (
                    ("mail.activity", "res_model"),
                    ("mail.message", "model"),
                    ("mail.followers", "res_model"),
                ):
                    domain = [(name, "=", complaint._name)]
                    domain.append(("res_id", "=", complaint.id))
                    self.assertFalse(self.env[model].with_user(user).search(domain))

    def test_acknowledged_twice(self):
        """The customer hears once that it has arrived."""
        complaint = self.at("registered")
        mine = complaint.with_user(self.handler)
        with self.mock_mail_gateway():
            mine.action_acknowledge()
            with self.assertRaises(UserError):
                mine.action_acknowledge()
        self.assertEqual(self.kinds(complaint).count("acknowledged"), 1)

    def test_subject_of_two_lines(self):
        """A subject does not add lines to the head of a mail."""
        complaint = self.at("to_reply")
        reply = complaint.with_user(self.service).reply_ids[:1]
        reply.write(
            {
                "subject": "Hello\r\nBcc: spy@example.com\n\nBody",
                "body": "<p>You get a new one.</p>",
            }
        )
        with self.mock_mail_gateway():
            reply.action_send()
        self.assertTrue(self._mails)
        for mail in self._mails:
            self.assertNotRegex(mail["subject"], r"[\r\n]")


@tagged("post_install", "-at_install")
class TestAdversaryForms(ComplaintPaperCommon):
    """What forms and dialogs compute for complaints that one does not read."""

    def assertTellsNothing(self, user, model, values, spec):
        try:
            with self.env.cr.savepoint():
                result = self.rpc(
                    user, model, "onchange", [], values, list(values), spec
                )
        except REFUSED as error:
            result = str(error)
        self.env.invalidate_all()
        for word in ("Secret", "secret", "buyer@", "Open Trading", "C/2", "Scratches"):
            self.assertNotIn(word, str(result), (user.login, model))

    def test_forms(self):
        hidden = self.at(partner_id=self.secret.id, title="Secret scratches")
        hidden.sudo().complainant_email = "buyer@secret.example"
        foreign = self.at()
        for complaint, users in (
            (hidden, (self.handler, self.service, self.cmanager, self.auditor)),
            (foreign, (self.rep2, self.employee, self.custodian, self.liaison)),
        ):
            for user in users:
                for model, spec in (
                    (
                        "governance.complaint.reply",
                        {
                            "recipient": {},
                            "subject": {},
                            "body": {},
                            "can_send": {},
                            "display_name": {},
                            "purpose": {},
                        },
                    ),
                    ("governance.complaint.remedy", {"display_name": {}}),
                    ("governance.complaint.extension", {"display_name": {}}),
                    ("governance.complaint.penalty", {"display_name": {}}),
                    (
                        "governance.complaint.action",
                        {
                            "cause_id": {},
                            "partner_id": {"fields": {"display_name": {}}},
                        },
                    ),
                    (
                        "governance.complaint.step",
                        {
                            "company_id": {"fields": {"display_name": {}}},
                            "candidate_ids": {},
                        },
                    ),
                    ("governance.complaint.replay", {"answer": {}}),
                    ("governance.complaint.reset", {}),
                ):
                    spec = {"complaint_id": {"fields": {"display_name": {}}}, **spec}
                    values = {"complaint_id": complaint.id}
                    if model.endswith("reply"):
                        values["purpose"] = "contact"
                    self.assertTellsNothing(user, model, values, spec)

    def test_dialogs(self):
        """A dialog of one's own does not name the complaint of others."""
        foreign = self.at()
        for model, user, values in (
            ("governance.complaint.step", self.rep2, {"kind": "wait"}),
            ("governance.complaint.step", self.rep2, {"kind": "link", "other": 1}),
            ("governance.complaint.replay", self.rep2, {}),
            ("governance.complaint.replay", self.employee, {}),
        ):
            other = values.pop("other", None)
            values = {"complaint_id": foreign.id, **values}
            if other:
                own = self.draft(self.rep2)
                values |= {"complaint_id": own.id, "other_id": foreign.id}
            with self.subTest(model, values=values):
                try:
                    with self.env.cr.savepoint():
                        number = self.rpc(user, model, "create", [values])
                        text = self.rpc(
                            user,
                            model,
                            "web_read",
                            number,
                            {
                                name: {"fields": {"display_name": {}}}
                                for name in ("complaint_id", "other_id")
                                if name in self.env[model]._fields
                            },
                        )
                except REFUSED as error:
                    text = str(error)
                self.env.invalidate_all()
                self.assertNotIn("Scratches", str(text))

    def test_reset_dialog_of_a_hidden_complaint(self):
        hidden = self.at(partner_id=self.secret.id, title="Secret scratches")
        hidden._rewrite_clocks()
        try:
            with self.env.cr.savepoint():
                number = self.rpc(
                    self.cmanager,
                    "governance.complaint.reset",
                    "create",
                    [
                        {
                            "complaint_id": hidden.id,
                            "clock_ids": [(6, 0, hidden.clock_ids.ids)],
                            "reason": "x",
                        }
                    ],
                )
                text = self.rpc(
                    self.cmanager,
                    "governance.complaint.reset",
                    "web_read",
                    number,
                    {"complaint_id": {"fields": {"display_name": {}}}},
                )
        except REFUSED as error:
            text = str(error)
        self.assertNotIn("Secret", str(text))

    def test_import(self):
        """Imports write what people write, no more."""
        complaints = self.env["governance.complaint"].with_user(self.handler)
        kind = self.types["complaint"].code
        for names, row in (
            (["title", "state"], ["x", "Closed"]),
            (["title", "name"], ["x", "C/1"]),
            (["title", "registered_by_id/.id"], ["x", str(self.rep.id)]),
            (["title", "event_ids/kind"], ["x", "closed"]),
            (["title", "partner_id/.id"], ["x", str(self.secret.id)]),
            (["title", "company_id/.id"], ["x", "999999"]),
            (["title", "tier_id/.id"], ["x", "1"]),
            (["title", "date_answered"], ["x", "2026-03-01 00:00:00"]),
        ):
            with self.subTest(names=names, kind=kind):
                before = complaints.sudo().search_count([])
                with suppress(REFUSED), self.env.cr.savepoint():
                    result = complaints.load(names, [row])
                    self.assertFalse(result["ids"])
                self.assertEqual(complaints.sudo().search_count([]), before)
        foreign = self.at(unit_id=False, user_id=False, supervising_unit_id=False)
        with self.assertRaises(REFUSED):
            result = complaints.load([".id", "title"], [[str(foreign.id), "Mine"]])
            if not result["ids"]:
                raise UserError(str(result["messages"]))
        self.assertEqual(foreign.sudo().title, "Scratches")

    def test_copies(self):
        """A copy begins as a draft, with nothing of what others have decided."""
        complaint = self.at("answered", is_important=True)
        copy = complaint.with_user(self.handler).copy()
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.user_id | copy.sudo().accused_ids)
        self.assertFalse(copy.sudo().event_ids)
        self.assertEqual(copy.registered_by_id, self.handler)
        hidden = self.at(partner_id=self.secret.id)
        for user in (self.handler, self.cmanager):
            self.assertRefused(user, complaint._name, "copy", hidden.ids)
        for user in (self.rep2, self.employee):
            self.assertRefused(user, complaint._name, "copy", complaint.ids)
        lead = self.env["crm.lead"].create({"name": "Deal", "user_id": self.rep2.id})
        self.assertHidden(self.rep, lead)
        self.assertRefused(self.rep, "crm.lead", "copy", lead.ids)
        for name in ("remedy", "reply", "extension", "investigation", "opinion"):
            parts = complaint[f"{name}_ids"]
            for part in parts:
                with suppress(REFUSED), self.env.cr.savepoint():
                    twin = part.with_user(self.handler).copy()
                    self.assertIn(twin.state, ("draft",))


@tagged("post_install", "-at_install")
class TestAdversaryOrder(ComplaintPaperCommon):
    """Steps in the wrong order, by the public methods that others have brought."""

    def test_asked_out_of_turn(self):
        """Acceptance is asked by the check alone: nobody blocks a complaint with it."""
        self.create_matrix(
            [{"approver_type": "unit_leader"}],
            subject="complaint_acceptance",
            code="T-ACC",
        )
        for state in ("registered", "assigned", "opinion", "answered"):
            complaint = self.at(state)
            with self.subTest(state=state), self.assertRaises(REFUSED):
                with self.env.cr.savepoint():
                    complaint.with_user(self.handler).action_request_approval()
            self.env.invalidate_all()
            self.assertFalse(complaint.sudo()._get_open_approvals())
        draft = self.draft(self.rep)
        with self.assertRaises(REFUSED):
            draft.action_request_approval()

    def test_check_twice(self):
        complaint = self.at("registered", user_id=False)
        mine = complaint.with_user(self.handler)
        mine.write({"validity": "valid"})
        mine.action_check()
        with self.assertRaises(UserError):
            mine.action_check()
        with self.assertRaises(REFUSED):
            mine.write({"validity": "invalid", "validity_reason": "x"})

    def test_after_the_end(self):
        """Nothing happens to a closed complaint but that it is opened again."""
        complaint = self.at("answered")
        complaint._as_system().write({"is_accepted": False})
        complaint._as_system()._enter("closed")
        mine = complaint.with_user(self.handler)
        other = self.at()
        for deed in (
            lambda: mine.wait("x"),
            lambda: mine.note_inbound("x"),
            lambda: mine.action_resume(),
            lambda: mine.action_check(),
            lambda: mine.action_close(),
            lambda: mine.withdraw("x"),
            lambda: mine.mark_duplicate(other.id),
            lambda: mine.note_confirmation("x"),
            lambda: mine.report_to_top("x"),
            lambda: mine.note_disagreement("x"),
            lambda: mine.action_acknowledge(),
            lambda: mine.action_take(),
            lambda: mine.reclassify({"severity_id": self.severities["major"].id}, "x"),
            lambda: mine.write({"title": "Other"}),
            lambda: mine.write({"accused_ids": [(4, self.rep2.id)]}),
            lambda: complaint.with_user(self.chief).assign(self.workshop.id),
            lambda: complaint.with_user(self.chief).skip_investigation("x"),
            lambda: complaint.with_user(self.cmanager).reset_clocks(
                ["total_resolution"], "x"
            ),
            lambda: (
                self.env["governance.complaint.remedy"]
                .with_user(self.handler)
                .create({"complaint_id": complaint.id, "description": "x"})
            ),
            lambda: (
                self.env["governance.complaint.extension"]
                .with_user(self.handler)
                .create(
                    {
                        "complaint_id": complaint.id,
                        "reason": "x",
                        "date_until": "2027-01-01 00:00:00",
                    }
                )
                .action_request_approval()
            ),
            lambda: (
                self.env["governance.complaint.reply"]
                .with_user(self.handler)
                .create(
                    {
                        "complaint_id": complaint.id,
                        "purpose": "contact",
                        "mode": "oral",
                        "body": "x",
                        "spoken_with": "x",
                    }
                )
                .action_send()
            ),
        ):
            with self.assertRaises(REFUSED), self.env.cr.savepoint():
                deed()
                self.fail(inspect.getsource(deed))
            self.env.invalidate_all()
        self.assertEqual(complaint.state, "closed")


@tagged("post_install", "-at_install")
class TestAdversaryValues(ComplaintPaperCommon):
    """Dates of 1900 and 9999, amounts that are no numbers, words without end."""

    @contextmanager
    def not_kept(self):
        """The block is refused, by the product or by the database."""
        kept = False
        with suppress(*WRONG), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            yield
            kept = True
        self.env.invalidate_all()
        self.assertFalse(kept)

    def remedy(self, complaint, **values):
        remedies = self.env["governance.complaint.remedy"].with_user(self.handler)
        return remedies.create(
            {"complaint_id": complaint.id, "description": "Less", **values}
        )

    def test_amounts(self):
        """What is no amount is refused: it would fit under no limit, or under all."""
        complaint = self.at("opinion")
        for amount in (-1, float("nan"), float("inf"), float("-inf")):
            with self.subTest(amount=amount), self.not_kept():
                self.remedy(complaint, amount=amount)
                self.env.flush_all()
        for quantity in (float("nan"), float("inf"), -1):
            with self.subTest(quantity=quantity), self.not_kept():
                self.remedy(complaint, quantity=quantity)
                self.env.flush_all()

    def test_currency_without_a_rate(self):
        """A currency whose rate nobody knows does not make an amount small."""
        complaint = self.at("opinion")
        currency = self.env["res.currency"].create(
            {"name": "ZZZ", "symbol": "Z", "full_name": "Without a rate"}
        )
        remedy = self.remedy(complaint, amount=99, currency_id=currency.id)
        with self.assertSays("rate"):
            remedy.action_request_approval()
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": "2026-01-01",
                "rate": 0.01,
                "company_id": self.company.id,
            }
        )
        remedy.action_request_approval()
        self.sign(remedy, self.chief)
        self.assertEqual(remedy.state, "requested", "it is 9,900 in our currency")

    def test_penalty(self):
        complaint = self.at("opinion")
        report = complaint.investigation_ids._as_system()
        if not report:
            report = self.env["governance.complaint.investigation"]._begin(complaint)
            report = report._as_system()
        report.write({"state": "approved", "accused_ids": [(6, 0, self.rep2.ids)]})
        penalties = self.env["governance.complaint.penalty"].with_user(self.handler)
        for amount in (-1, float("nan"), float("inf")):
            with self.subTest(amount=amount), self.not_kept():
                penalties.create(
                    {
                        "complaint_id": complaint.id,
                        "user_id": self.rep2.id,
                        "reason": "x",
                        "amount": amount,
                    }
                )
                self.env.flush_all()

    def test_old_and_far_dates(self):
        """A complaint of 1900 is registered or refused, and stops no job."""
        for moment in ("0001-01-01 00:00:00", "1900-01-01 00:00:00"):
            with self.subTest(moment=moment):
                try:
                    with self.env.cr.savepoint():
                        draft = self.draft(self.rep, date_received=moment)
                        draft.action_register()
                except REFUSED:
                    continue
                draft._rewrite_clocks()
                draft.sudo().clock_story  # noqa: B018
                self.run_job("governance.complaint.clock", "_cron_escalate")
        draft = self.draft(self.rep, date_received="9999-12-31 23:59:59")
        with self.assertRaises(UserError):
            draft.action_register()
        complaint = self.at()
        for moment in ("0001-01-01 00:00:00", "9999-12-31 23:59:59"):
            with self.assertRaises(UserError):
                complaint.with_user(self.handler).note_inbound("x", moment)
            replay = self.env["governance.complaint.replay"].with_user(self.handler)
            self.assertTrue(
                replay.create({"complaint_id": complaint.id, "moment": moment}).answer
            )

    def test_extension_to_the_end_of_time(self):
        complaint = self.at()
        complaint._rewrite_clocks()
        extensions = self.env["governance.complaint.extension"].with_user(self.handler)
        extension = extensions.create(
            {
                "complaint_id": complaint.id,
                "date_until": "9999-12-31 23:59:59",
                "reason": "Parts",
            }
        )
        try:
            extension.action_request_approval()
        except UserError:
            return
        self.sign(extension, self.chief)
        extension.reply_ids.with_user(self.handler).write(
            {"mode": "oral", "spoken_with": "Mr Li", "body": "<p>Later</p>"}
        )
        extension.reply_ids.with_user(self.handler).action_send()
        complaint._rewrite_clocks()
        complaint.with_user(self.handler).wait("x", is_asked=True)
        self.travel("2026-03-03 09:00:00")
        complaint.with_user(self.handler).action_resume()
        complaint.sudo().clock_story  # noqa: B018
        self.run_job("governance.complaint.clock", "_cron_escalate")

    def test_long_words(self):
        """A title of 10,000 characters, with formulas and tags, breaks no page."""
        title = "=HYPERLINK(1)<script>alert(1)</script>" + "字" * 10000
        complaint = self.draft(self.rep, title=title, description=title, demand=title)
        complaint.action_register()
        self.assertTrue(complaint.display_name)
        for model in ("figure", "timing"):
            self.env.flush_all()
            self.env[f"governance.complaint.{model}"].with_user(self.rep).search_read(
                [("complaint_id", "=", complaint.id)], ["complaint_id"]
            )


@tagged("post_install", "-at_install")
class TestAdversaryStatistic(StatisticCommon):
    def test_approved_without_figures(self):
        """Figures are approved once they were taken, and after the month is over."""
        statistic = self.statistic(month="2026-03-01")
        with self.assertSays("is not over yet"):
            statistic.action_request_approval()
        self.assertFalse(statistic.sudo()._get_open_approvals())
        statistic = self.statistic()
        statistic.action_request_approval()
        self.assertEqual((statistic.state, statistic.version), ("filed", 1))
        self.assertTrue(statistic.sudo().line_ids)


@tagged("post_install", "-at_install")
class TestAdversaryOwnRequest(ComplaintPaperCommon):
    """Whoever asks gets into the place of those who decide."""

    def refused(self, record, user):
        self.env.invalidate_all()
        with suppress(REFUSED), self.env.cr.savepoint():
            record.with_user(user)._get_pending_approval().decide("approved", "Mine")
            self.fail(f"{user.login} has signed {record}")
        self.env.invalidate_all()

    def test_leader_meanwhile(self):
        """Who handles it and leads the unit by now signs nothing of it."""
        complaint = self.at()
        report = self.submit_report(complaint)
        self.workshop.leader_id = self.handler
        self.refused(report, self.handler)
        self.supervision.write({"member_ids": [Command.link(self.handler.id)]})
        self.supervision.leader_id = self.handler
        self.refused(report, self.handler)
        self.handler.group_ids += self.env.ref("crm_governance.group_executive")
        self.refused(report, self.handler)
        self.assertEqual(report.state, "requested")

    def test_registrar_accepts(self):
        """Who has registered it does not accept it, as a leader neither."""
        self.create_matrix(
            [{"approver_type": "unit_leader"}],
            subject="complaint_acceptance",
            code="T-ACC",
        )
        complaint = self.at("registered", user_id=False)
        complaint._as_system().procedure_id = self.procedure(
            code="T-P2", needs_acceptance=True, needs_reply=True, sequence=99
        )
        mine = complaint.with_user(self.rep)
        mine.write({"validity": "valid"})
        mine.action_check()
        self.rep.group_ids += self.env.ref("crm_governance.group_complaint_manager")
        self.workshop.write(
            {"leader_id": self.rep.id, "member_ids": [Command.link(self.rep.id)]}
        )
        self.refused(complaint, self.rep)
        self.assertEqual(complaint.state, "acceptance")

    def test_other_matrix(self):
        """A new matrix changes nothing of what was asked under the old one."""
        complaint = self.at()
        report = self.submit_report(complaint)
        request = report.sudo()._get_open_approvals()
        steps = request.step_ids.mapped("approver_type")
        old = request.policy_id
        self.handler.group_ids += self.env.ref("crm_governance.group_manager")
        with suppress(REFUSED), self.env.cr.savepoint():
            old.with_user(self.handler).step_ids[:1].write({"approver_type": "user"})
            self.fail("a matrix in force was changed")
        self.env.invalidate_all()
        with suppress(REFUSED), self.env.cr.savepoint():
            request.step_ids[:1].with_user(self.handler).write({"user_id": 1})
            self.fail("a step that was asked for was changed")
        self.env.invalidate_all()
        self.assertEqual(request.step_ids.mapped("approver_type"), steps)
        self.refused(report, self.handler)

    def test_handed_over_to_sign(self):
        """Who has written the report hands the complaint over and signs nothing."""
        complaint = self.at(user_id=self.chief.id)
        report = self.report(complaint, self.chief)
        report.write({**PARTS, "cause_id": self.cause.id})
        complaint.with_user(self.chief).assign(self.workshop.id, self.handler.id)
        self.env.invalidate_all()
        mine = self.report(complaint)
        with self.assertSays("Nobody could sign"):
            mine.action_request_approval()
        self.workshop.leader_id = self.handler2
        mine.action_request_approval()
        self.workshop.leader_id = self.chief
        self.refused(mine, self.chief)

    def test_deadline_of_an_action(self):
        """An owner who moves the own deadline leaves the first one on record."""
        self.create_matrix(
            [{"approver_type": "unit_leader"}], subject="complaint_action", code="T-A"
        )
        complaint = self.at()
        action = (
            self.env["governance.complaint.action"]
            .with_user(self.handler)
            .create(
                {
                    "complaint_id": complaint.id,
                    "name": "Tighten the screws",
                    "user_id": self.handler2.id,
                    "date_deadline": "2026-03-09",
                }
            )
        )
        mine = action.with_user(self.handler2)
        mine.write({"date_deadline": "9999-12-31"})
        self.assertEqual(str(action.date_first), "2026-03-09")
        for values in (
            {"date_first": "9999-12-31"},
            {"state": "done"},
            {"result": "x"},
            {"complaint_id": self.at().id},
            {"date_deadline": "1900-01-01"},
        ):
            with self.subTest(values), self.assertRaises(REFUSED):
                mine.write(values)
        self.run_job("governance.complaint.action", "_cron_remind")
