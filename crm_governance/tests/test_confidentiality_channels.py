# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import limited_field_access_token

from .confidentiality_common import ConfidentialityCommon
from .test_confidentiality_matrix import MANAGER

SECRETS = (
    "secret holding",
    "agent zero",
    "secret.example",
    "+86 21 5555",
    "secret deal",
)


class ChannelsCommon(ConfidentialityCommon):
    """`stranger` may do in Odoo what a manager may, and has no clearance."""

    ROLES = {
        **ConfidentialityCommon.ROLES,
        "stranger": f"{MANAGER},account.group_account_manager",
        "rep": f"crm_governance.group_user,{MANAGER}",
    }

    def assertSilent(self, answer):
        text = json.dumps(answer, default=str).lower()
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def as_stranger(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.stranger).with_context(lang="en_US")

    def assertClosed(self, record):
        """A stranger finds nothing and gets an error that tells nothing."""
        mine = self.as_stranger(record)
        self.assertFalse(mine.search([("id", "in", record.ids)]))
        with self.assertRaises(AccessError) as caught:
            mine.read()
        self.assertSilent(str(caught.exception))


@tagged("post_install", "-at_install")
class TestChannels(ChannelsCommon):
    """The ways round a rule on contacts (field guide §2.5), one by one."""

    # ------------------------------------------------------------------
    # LABELS
    # ------------------------------------------------------------------

    def test_label_of_a_hidden_customer(self):
        """No context makes a label say more than that it is confidential."""
        self.employee.partner_id.parent_id = False
        event = self.env["calendar.event"].create(
            {"name": "Lunch", "start": "2026-01-01", "stop": "2026-01-01"}
        )
        filters = self.env["crm.lead"].create(
            {"name": "Open", "partner_id": self.open_customer.id}
        )
        filters.governance_referrer_id = self.secret_contact
        mine = self.as_stranger(filters)
        for context in (
            {},
            {"show_address": True, "show_email": True, "show_vat": True},
            {"formatted_display_name": True, "show_email": True},
            {"partner_show_db_id": True},
        ):
            answer = mine.with_context(**context).web_read(
                {"governance_referrer_id": {"fields": {"display_name": {}}}}
            )
            self.assertSilent(answer)
            self.assertIn("Confidential", json.dumps(answer))
        self.assertTrue(event)

    def test_label_of_a_hidden_document(self):
        """A meeting, a to-do or a list does not print the name of a lead."""
        label = self.as_stranger(self.secret_lead).sudo().display_name
        self.assertSilent(label)
        label = self.secret_lead.with_user(self.rep).sudo().display_name
        self.assertIn("Secret deal", label)

    def test_error_in_debug_mode(self):
        """Errors name records in debug mode, to every employee."""
        mine = self.as_stranger(self.secret)
        with self.debug_mode(), mute_logger("odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError) as caught:
                mine.check_access("read")
        self.assertSilent(str(caught.exception))

    def debug_mode(self):
        users = type(self.env["res.users"])
        original = users.has_group

        def has_group(user, group):
            return group == "base.group_no_one" or original(user, group)

        return patch.object(users, "has_group", has_group)

    def test_same_tax_id(self):
        """A duplicate warning says that there is one, not who it is."""
        self.secret.vat = "CN123"
        twin = self.customer("Twin", self.stranger, vat="CN123")
        self.assertSilent(
            self.as_stranger(twin).same_vat_partner_id.sudo().display_name
        )

    def test_stored_name_on_invoices(self):
        """What is stored is the real name, whoever saves the invoice."""
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.secret.id}
        )
        move.with_user(self.stranger).sudo()._compute_invoice_partner_display_info()
        self.assertEqual(move.invoice_partner_display_name, "Secret Holding")

    # ------------------------------------------------------------------
    # LINKS
    # ------------------------------------------------------------------

    def test_new_documents_do_not_copy_a_hidden_customer(self):
        """Neither create nor write nor onchange takes a hidden id (dump by id)."""
        for partner in (self.secret, self.secret_contact):
            for model, values in (
                ("crm.lead", {"name": "Dump", "partner_id": partner.id}),
                ("sale.order", {"partner_id": partner.id}),
                (
                    "sale.order",
                    {
                        "partner_id": self.open_customer.id,
                        "partner_invoice_id": partner.id,
                    },
                ),
                ("res.partner", {"name": "Child", "parent_id": partner.id}),
                (
                    "account.move",
                    {"move_type": "out_invoice", "partner_id": partner.id},
                ),
                (
                    "calendar.event",
                    {
                        "name": "Dump",
                        "start": "2026-01-01",
                        "stop": "2026-01-01",
                        "partner_ids": [Command.link(partner.id)],
                    },
                ),
                (
                    "calendar.event",
                    {
                        "name": "Dump",
                        "start": "2026-01-01",
                        "stop": "2026-01-01",
                        "partner_ids": [Command.set(partner.ids)],
                    },
                ),
                ("res.partner.bank", {"partner_id": partner.id, "acc_number": "1"}),
                (
                    "mail.followers",
                    {
                        "res_model": "res.partner",
                        "res_id": 1,
                        "partner_id": partner.id,
                    },
                ),
            ):
                with self.subTest(model=model, values=values):
                    with self.assertRaises(AccessError) as caught:
                        self.env[model].with_user(self.stranger).create(values)
                    self.assertSilent(str(caught.exception))
        lead = self.env["crm.lead"].with_user(self.stranger).create({"name": "Mine"})
        with self.assertRaises(AccessError):
            lead.partner_id = self.secret.id
        with self.assertRaises(AccessError):
            lead.write({"partner_id": self.secret_contact.id})
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.stranger).onchange(
                {"partner_id": self.secret.id}, ["partner_id"], {"email_from": {}}
            )

    def test_ids_in_other_clothes(self):
        """The database takes a text, a decimal number or a pair for an id too."""
        leads = self.env["crm.lead"].with_user(self.stranger)
        number = self.secret.id
        for value in (str(number), f" {number} ", float(number), [number, "x"]):
            with self.subTest(value=value), mute_logger("odoo.sql_db"):
                with self.assertRaises(AccessError):
                    leads.create({"name": "Dump", "partner_id": value})
        events = self.env["calendar.event"].with_user(self.stranger)
        for value in ([number], [[6, 0, [number]]]):
            with self.subTest(value=value), self.assertRaises(AccessError):
                events.create(
                    {
                        "name": "Dump",
                        "start": "2026-01-01",
                        "stop": "2026-01-01",
                        "partner_ids": value,
                    }
                )

    def test_defaults_do_not_copy_a_hidden_customer(self):
        """Defaults of a client's context are values like any other."""
        leads = self.env["crm.lead"].with_user(self.stranger)
        leads = leads.with_context(default_partner_id=self.secret.id)
        self.assertSilent(leads.create({"name": "Dump"}).read())
        self.assertSilent(
            leads.onchange({}, [], {"email_from": {}, "partner_id": {}, "phone": {}})
        )

    def test_customer_given_as_a_record(self):
        """Odoo's own code writes records where a client writes their numbers."""
        lead = self.env["crm.lead"].with_user(self.rep).create({"name": "Deal"})
        lead.write({"partner_id": self.secret.with_user(self.rep)})
        self.assertEqual(lead.partner_id, self.secret)
        with self.assertRaises(AccessError):
            lead.write({"partner_id": self.open_customer.with_user(self.rep)})

    def test_followers_of_a_confidential_record_change(self):
        """What a follower hears of is no move to another record."""
        self.secret_lead.message_subscribe(self.rep.partner_id.ids)
        follower = self.secret_lead.message_follower_ids[:1]
        follower.with_user(self.rep).sudo().write({"subtype_ids": [(5,)]})
        self.assertFalse(follower.subtype_ids)

    def test_other_rules_still_refuse(self):
        """To ask for the level of a contact does not bring it past other rules."""
        company = self.env["res.company"].create({"name": "Other company"})
        partner = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            Form(
                self.env["mail.compose.message"]
                .with_user(self.rep)
                .with_context(
                    default_model="res.partner",
                    default_res_ids=self.open_customer.ids,
                    default_partner_ids=[partner.id, self.open_customer.id],
                )
            )

    def test_forms_of_who_may(self):
        """The owner works as before."""
        leads = self.env["crm.lead"].with_user(self.rep)
        with Form(leads) as form:
            form.partner_id = self.secret
            form.name = "Another deal"
        self.assertEqual(form.record.email_from, "office@secret.example")

    def test_lines_through_a_parent(self):
        """Nested commands are values of their own model."""
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.stranger).create(
                {
                    "name": "Mine",
                    "child_ids": [Command.link(self.secret_contact.id)],
                }
            )
        mine = self.customer("Mine", self.stranger).with_user(self.stranger)
        with self.assertRaises(AccessError):
            mine.write({"child_ids": [Command.link(self.secret_contact.id)]})

    def test_import(self):
        """An import line that names a hidden customer fails without telling."""
        result = (
            self.env["crm.lead"]
            .with_user(self.stranger)
            .load(["name", "partner_id/.id"], [["Dump", str(self.secret.id)]])
        )
        self.assertFalse(result["ids"])
        self.assertSilent(result["messages"])
        result = (
            self.env["crm.lead"]
            .with_user(self.stranger)
            .load(["name", "partner_id"], [["Dump", "Secret Holding"]])
        )
        self.assertFalse(result["ids"])

    # ------------------------------------------------------------------
    # ESCALATION
    # ------------------------------------------------------------------

    def test_nobody_makes_access_permanent(self):
        """Who reads for a while does not become owner, parent or leader."""
        self.grant(self.stranger, self.secret)
        self.assertReads(self.stranger, self.secret)
        mine = self.as_stranger(self.secret)
        for values in (
            {"user_id": self.stranger.id},
            {"governance_specialist_id": self.stranger.id},
            {"governance_liaison_leader_id": self.stranger.id},
            {"governance_level_id": False},
            {"classification_rank": 0},
            {"parent_id": self.open_customer.id},
            {"is_company": False},
            {"name": "Mine now"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                mine.write(values)
        contact = self.as_stranger(self.secret_contact)
        for values in ({"parent_id": False}, {"is_company": True}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                contact.write(values)
        with self.assertRaises(AccessError):
            mine.unlink()
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.stranger).create(
                {"name": "Mine", "partner_id": self.secret.id}
            )

    def test_owners_do_not_hand_access_on(self):
        """Only custodians who read the customer change who is in charge."""
        with self.assertSays("data custodian", AccessError):
            self.secret.with_user(self.rep).write({"user_id": self.stranger.id})
        with self.assertSays("data custodian", AccessError):
            self.secret_contact.with_user(self.rep).write({"parent_id": False})
        self.secret.with_user(self.rep).write({"user_id": self.rep.id, "phone": "1"})
        self.custodian2.group_ids += self.env.ref("base.group_partner_manager")
        self.secret.with_user(self.custodian2).write({"user_id": self.rep2.id})
        self.assertReads(self.rep2, self.secret)
        self.assertHidden(self.rep, self.secret)

    def test_contacts_taken_out_stay_confidential(self):
        """Neither a new parent nor a company of its own declassifies a contact."""
        self.custodian2.group_ids += self.env.ref("base.group_partner_manager")
        contact = self.secret_contact.with_user(self.custodian2)
        with self.assertSays("less confidential"):
            contact.write({"parent_id": self.open_customer.id})
        contact.write({"parent_id": False})
        self.env.flush_all()
        self.assertEqual(self.secret_contact.classification_rank, 2)
        self.assertHidden(self.stranger, self.secret_contact)

    def test_children_of_a_contact_that_moves(self):
        """The whole branch stays as confidential as it was."""
        child = self.env["res.partner"].create(
            {"name": "Child", "parent_id": self.secret_contact.id}
        )
        self.secret_contact.write({"parent_id": False, "is_company": True})
        self.env.flush_all()
        self.assertEqual(child.commercial_partner_id, self.secret_contact)
        self.assertEqual(
            (child | self.secret_contact).mapped("classification_rank"), [2, 2]
        )

    def test_copies_are_as_secret(self):
        """A duplicate of a confidential customer is one itself."""
        copy = self.secret.with_user(self.rep).copy()
        self.assertEqual(copy.sudo().classification_rank, 2)
        self.assertHidden(self.stranger, copy)

    def test_copies_do_not_leave_their_customer(self):
        """A copy is given to nobody to whom the record itself could not be given."""
        for record, values in (
            (self.secret, {"user_id": self.rep2.id}),
            (self.secret, {"governance_specialist_id": self.rep2.id}),
            (self.secret_contact, {"parent_id": self.open_customer.id}),
            (self.secret_lead, {"partner_id": self.open_customer.id}),
            (self.secret_lead, {"partner_id": False}),
            (self.secret_order, {"partner_id": self.open_customer.id}),
        ):
            with self.subTest(record=record, values=values):
                with self.assertSays("data custodian", AccessError):
                    record.with_user(self.rep).copy(values)
        self.custodian2.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertSays("less confidential"):
            self.secret_contact.with_user(self.custodian2).copy(
                {"parent_id": self.open_customer.id}
            )
        copy = self.secret_lead.with_user(self.rep).copy()
        self.assertHidden(self.stranger, copy)

    def test_no_copies_of_what_is_read_for_a_time(self):
        """Who reads for a while does not keep a duplicate."""
        self.grant(self.stranger, self.secret)
        for record in (
            self.secret,
            self.secret_contact,
            self.secret_lead,
            self.secret_order,
        ):
            self.assertReads(self.stranger, record)
            for values in ({}, {"user_id": self.stranger.id}):
                with self.subTest(record=record, values=values):
                    with self.assertSays("confidential customer", AccessError):
                        self.as_stranger(record).copy(values)

    def test_nothing_opens_with_a_deletion(self):
        """What outlives a deleted customer stays as confidential as it was."""
        customer = self.customer("Secret Holding", self.rep)
        contact = self.env["res.partner"].create(
            {"name": "Agent Zero", "parent_id": customer.id}
        )
        self.classify(customer, self.level2)
        lead = self.env["crm.lead"].create(
            {"name": "Secret deal", "partner_id": customer.id, "user_id": self.rep.id}
        )
        with self.assertSays("Archive"):
            customer.unlink()
        lead.unlink()
        customer.unlink()
        if contact.exists():
            self.assertHidden(self.stranger, contact)

    def test_messages_do_not_leave_their_customer(self):
        """Messages and to-dos cannot be taken to where everybody reads them."""
        message = self.secret.message_post(body="secret deal")
        activity = self.secret_lead.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.rep.id, summary="secret deal"
        )
        mine = self.env["crm.lead"].create({"name": "Mine", "user_id": self.rep.id})
        self.grant(self.stranger, self.secret)
        for user in (self.stranger, self.rep):
            with self.assertSays("data custodian", AccessError):
                message.with_user(user).copy({"res_id": self.open_customer.id})
            with self.assertSays("data custodian", AccessError):
                activity.with_user(user).write({"res_id": mine.id})

    def test_files_do_not_leave_their_customer(self):
        """Neither a file nor its copy goes to where everybody reads it."""
        file = self.env["ir.attachment"].create(
            {
                "name": "secret deal.txt",
                "raw": b"secret deal",
                "res_model": "res.partner",
                "res_id": self.secret.id,
            }
        )
        self.grant(self.stranger, self.secret)
        for user in (self.stranger, self.rep):
            mine = file.with_user(user)
            for values in (
                {"res_id": self.open_customer.id},
                {"res_model": False, "res_id": False},
                {"res_id": 0},
            ):
                with self.subTest(user=user.login, values=values):
                    with self.assertRaises(AccessError):
                        mine.copy(values)
                    with self.assertRaises(AccessError):
                        mine.write(values)
        file.with_user(self.rep).write({"res_id": self.secret_contact.id})
        self.assertHidden(self.rep2, file)

    def test_signed_links_end_with_access(self):
        """What Odoo signs for weeks opens nothing to employees without access."""
        file, open_file = self.env["ir.attachment"].create(
            [
                {
                    "name": "secret deal.txt",
                    "raw": b"secret deal",
                    "res_model": "res.partner",
                    "res_id": partner.id,
                }
                for partner in (self.secret, self.open_customer)
            ]
        )
        binary = self.env["ir.binary"]
        for record, field in (
            (open_file, "raw"),
            (file, "raw"),
            (self.secret, "avatar_128"),
        ):
            token = limited_field_access_token(record, field, scope="binary")
            for user, opens in (
                (self.rep, True),
                (self.stranger, record == open_file),
            ):
                with self.subTest(record=record, user=user.login):
                    find = binary.with_user(user)._find_record
                    values = {
                        "res_model": record._name,
                        "res_id": record.id,
                        "access_token": token,
                        "field": field,
                    }
                    if opens:
                        self.assertEqual(find(**values), record)
                    else:
                        with self.assertRaises(AccessError):
                            find(**values)

    def test_new_contact_of_a_confidential_customer(self):
        """What is added later is confidential from the start."""
        contact = (
            self.env["res.partner"]
            .with_user(self.rep)
            .create({"name": "New", "parent_id": self.secret.id})
        )
        self.assertEqual(contact.sudo().classification_rank, 2)
        order = (
            self.env["sale.order"]
            .with_user(self.rep)
            .create({"partner_id": contact.id})
        )
        self.assertEqual(order.sudo().classification_rank, 2)
        self.assertHidden(self.stranger, order)

    def test_leaders_are_not_made_by_themselves(self):
        """A sales manager does not open customers by leading their owner."""
        stranger = self.stranger
        team = self.env["crm.team"].with_user(stranger)
        with self.assertSays("data custodian", AccessError):
            team.browse(self.team.id).write({"user_id": stranger.id})
        with self.assertSays("data custodian", AccessError):
            team.create(
                {
                    "name": "Mine",
                    "user_id": stranger.id,
                    "crm_team_member_ids": [Command.create({"user_id": self.rep.id})],
                }
            )
        mine = team.create({"name": "Mine", "user_id": stranger.id})
        with self.assertSays("data custodian", AccessError):
            self.env["crm.team.member"].with_user(stranger).create(
                {"crm_team_id": mine.id, "user_id": self.rep.id}
            )
        with self.assertSays("data custodian", AccessError):
            mine.write({"member_ids": [Command.link(self.rep.id)]})
        self.assertHidden(stranger, self.secret)

    def test_own_fields_of_people(self):
        """Suspensions and trainings are not written on users."""
        for user in (
            self.rep,
            self.custodian,
            self.manager,
            self.env.ref("base.user_admin"),
        ):
            with self.assertRaises(AccessError):
                self.rep.with_user(user).write({"governance_suspended": False})

    # ------------------------------------------------------------------
    # MESSAGES, TO-DOS, MEETINGS, FILES
    # ------------------------------------------------------------------

    def test_messages(self):
        """Authors and recipients do not keep what they wrote and got."""
        partner = self.stranger.partner_id
        message = self.secret.message_post(body="secret deal", author_id=partner.id)
        other = self.secret.message_post(
            body="secret deal",
            partner_ids=partner.ids,
            author_id=self.rep.partner_id.id,
        )
        self.assertClosed(message)
        self.assertClosed(other)
        found = (
            self.env["mail.message"]
            .with_user(self.stranger)
            .search([("body", "ilike", "secret deal")])
        )
        self.assertFalse(found)
        self.grant(self.stranger, self.secret)
        self.assertReads(self.stranger, message)

    def test_nobody_is_notified_who_may_not_read(self):
        """Followers and mentions get nothing by mail or inbox."""
        self.secret.message_subscribe(
            (self.stranger.partner_id | self.rep.partner_id).ids
        )
        message = self.secret.with_user(self.rep).message_post(
            body="secret deal",
            partner_ids=self.stranger.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
            message_type="comment",
        )
        told = message.sudo().notification_ids.res_partner_id
        self.assertNotIn(self.stranger.partner_id, told)

    def test_activities(self):
        """A to-do on a hidden record is not shown to whom it was given."""
        activity = self.secret_lead.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.rep.id, summary="secret deal"
        )
        self.env.cr.execute(
            "UPDATE mail_activity SET user_id = %s WHERE id = %s",
            (self.stranger.id, activity.id),
        )
        self.assertClosed(activity)
        with self.assertRaises(AccessError):
            self.as_stranger(activity).write({"summary": "Mine"})
        self.assertSilent(
            self.env["res.users"].with_user(self.stranger)._get_activity_groups()
        )

    def test_followers(self):
        """Who follows is a way to list contacts with their e-mail."""
        self.open_customer.message_subscribe(self.secret_contact.ids)
        row = self.env["mail.followers"].search(
            [("partner_id", "=", self.secret_contact.id)]
        )
        self.assertTrue(row)
        self.assertClosed(row)
        found = (
            self.env["mail.followers"]
            .with_user(self.stranger)
            .search([("email", "ilike", "secret.example")])
        )
        self.assertFalse(found)

    def test_scheduled_messages(self):
        """A message that was scheduled on a hidden record is hidden."""
        scheduled = self.env["mail.scheduled.message"].create(
            {
                "model": "res.partner",
                "res_id": self.secret.id,
                "author_id": self.rep.partner_id.id,
                "body": "secret deal",
                "scheduled_date": fields.Datetime.add(fields.Datetime.now(), days=1),
            }
        )
        self.assertClosed(scheduled)

    def test_meetings_are_busy(self):
        """Colleagues see that there is a meeting, not what and with whom."""
        event = self.env["calendar.event"].create(
            {
                "name": "Secret deal",
                "description": "secret deal",
                "start": "2026-01-01 10:00:00",
                "stop": "2026-01-01 11:00:00",
                "user_id": self.rep.id,
                "partner_ids": [Command.set((self.secret | self.rep.partner_id).ids)],
            }
        )
        mine = self.as_stranger(event)
        self.assertEqual(mine.search([("id", "=", event.id)]), mine)
        answer = mine.read(
            ["name", "description", "partner_ids", "display_name", "start"]
        )
        self.assertSilent(answer)
        self.assertFalse(answer[0]["partner_ids"])
        self.assertEqual(answer[0]["name"], "Busy")
        self.assertFalse(mine.search([("name", "ilike", "secret deal")]))
        self.assertFalse(mine.search([("partner_ids", "in", self.secret.ids)]))
        self.assertFalse(mine.search([("partner_ids.name", "ilike", "secret")]))
        self.assertTrue(mine.search([("partner_ids", "in", self.rep.partner_id.ids)]))
        self.assertSilent(mine.formatted_read_group([], ["name"], ["__count"]))
        attendees = event.attendee_ids.filtered(lambda a: a.partner_id == self.secret)
        self.assertClosed(attendees)
        self.assertEqual(
            event.with_user(self.rep).read(["name"])[0]["name"], "Secret deal"
        )

    def test_links_to_busy_meetings(self):
        """Nobody takes the link of an attendee, which opens the invitation."""
        event = self.env["calendar.event"].create(
            {
                "name": "Secret deal",
                "start": "2026-01-01 10:00:00",
                "stop": "2026-01-01 11:00:00",
                "user_id": self.rep.id,
                "partner_ids": [
                    Command.set(
                        (
                            self.secret | self.rep.partner_id | self.stranger.partner_id
                        ).ids
                    )
                ],
            }
        )
        self.assertEqual(len(event.attendee_ids), 3)
        for attendee in event.attendee_ids:
            self.assertClosed(attendee)
        self.assertEqual(len(event.with_user(self.rep).attendee_ids), 3)

    def test_invitations_to_hidden_contacts(self):
        """Contacts are invited together with colleagues; the register tells of it."""
        self.env["calendar.event"].with_user(self.rep).create(
            {
                "name": "Lunch",
                "start": fields.Datetime.add(fields.Datetime.now(), days=1),
                "stop": fields.Datetime.add(fields.Datetime.now(), days=1, hours=1),
                "partner_ids": [
                    Command.set(
                        (
                            self.secret_contact
                            | self.rep.partner_id
                            | self.leader.partner_id
                        ).ids
                    )
                ],
            }
        )
        self.env.cr.precommit.run()
        lines = self.env["governance.access.entry"].search([("event", "=", "sent")])
        self.assertEqual(lines.partner_id, self.secret)
        self.assertIn(self.secret_contact.id, lines[:1].detail["to"])

    def test_meetings_of_a_hidden_lead(self):
        """A meeting names a customer through its opportunity too."""
        event = self.env["calendar.event"].create(
            {
                "name": "Secret deal",
                "start": "2026-01-01 10:00:00",
                "stop": "2026-01-01 11:00:00",
                "user_id": self.rep.id,
                "partner_ids": [Command.set(self.rep.partner_id.ids)],
                "opportunity_id": self.secret_lead.id,
            }
        )
        answer = self.as_stranger(event).read(["name", "opportunity_id"])
        self.assertSilent(answer)
        self.assertFalse(
            self.as_stranger(event).search([("name", "ilike", "secret deal")])
        )

    def test_attachments_and_images(self):
        """Files follow their record, images too."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": "secret deal.txt",
                "res_model": "res.partner",
                "res_id": self.secret.id,
                "raw": b"secret deal",
            }
        )
        mine = self.as_stranger(attachment)
        self.assertFalse(mine.search([("id", "=", attachment.id)]))
        with self.assertRaises(AccessError):
            mine.read(["raw"])
        self.secret.image_1920 = base64.b64encode(
            base64.b64decode(
                b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                b"YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
            )
        )
        with self.assertRaises(AccessError):
            self.as_stranger(self.secret).read(["image_128"])

    def test_letters_messages_and_reconciliation(self):
        """What keeps a name apart from its document is hidden with it."""
        letter = self.env["snailmail.letter"].new({"partner_id": self.secret.id})
        sms = self.env["sms.sms"].create(
            {"partner_id": self.secret.id, "number": "1", "body": "secret deal"}
        )
        model = self.env["account.reconcile.model"].create(
            {
                "name": "secret deal",
                "line_ids": [Command.create({"partner_id": self.secret.id})],
            }
        )
        self.assertFalse(letter.with_user(self.stranger)._filter_by_clearance("read"))
        for record in (sms, model.line_ids):
            self.assertIn(record._name, ("sms.sms", "account.reconcile.model.line"))
            self.assertFalse(self.as_stranger(record)._filter_by_clearance("read"))
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", record._name), ("groups", "=", False)]
            )
            self.assertIn("governance_can_read", str(rules.mapped("domain_force")))

    def test_documents_do_not_leave_their_customer(self):
        """An owner does not open a lead by giving it to an open customer."""
        lead = self.secret_lead.with_user(self.rep)
        for partner in (self.open_customer, self.env["res.partner"]):
            with self.assertSays("data custodian", AccessError):
                lead.write({"partner_id": partner.id})
        lead.write({"partner_id": self.secret_contact.id})
        other = self.env["crm.lead"].create(
            {"name": "Open deal", "partner_id": self.open_customer.id}
        )
        with self.assertSays("same customer"):
            (lead | other.with_user(self.rep)).merge_opportunity()
        self.assertHidden(self.stranger, self.secret_lead)

    def test_suggestions_by_address(self):
        """An e-mail address that is known brings no name with it."""
        lead = self.env["crm.lead"].with_user(self.stranger)
        lead = lead.create({"name": "Mine", "email_from": "zero@secret.example"})
        self.env.flush_all()
        self.env.invalidate_all()
        answer = str(lead._message_get_suggested_recipients()).lower()
        self.assertNotIn("agent zero", answer)
        self.assertNotIn("secret holding", answer)
        self.assertFalse(lead._find_matching_partner())

    def test_details_of_attendees(self):
        """The calendar's own method tells no name."""
        event = self.env["calendar.event"].create(
            {
                "name": "Plan",
                "start": "2026-01-01 10:00:00",
                "stop": "2026-01-01 11:00:00",
                "partner_ids": [Command.set(self.secret.ids)],
            }
        )
        partner = self.as_stranger(self.secret)
        try:
            answer = partner.get_attendee_detail(event.ids)
        except AccessError as error:
            answer = str(error)
        self.assertSilent(answer)

    def test_governance_of_a_hidden_customer(self):
        """Programmes, assessments, nominations and signatures are hidden too."""
        for model, path in (
            ("governance.programme", "partner_id"),
            ("governance.leak.incident.customer", "partner_id"),
            ("governance.level.change.line", "partner_id"),
            ("governance.tier.metric.value", "partner_id"),
            ("governance.tier.nomination", "partner_id"),
            ("governance.approval.request.step", "request_id"),
        ):
            values = {path: self.secret.id}
            if path == "request_id":
                request = self.env["governance.approval.request"]
                values = {path: request.new({"partner_id": self.secret.id}).id}
            record = self.env[model].new(values)
            with self.subTest(model=model):
                mine = record.with_user(self.stranger)
                self.assertFalse(mine._filter_by_clearance("read"))
                owner = record.with_user(self.rep)
                self.assertTrue(owner._filter_by_clearance("read"))
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model), ("groups", "=", False)]
                )
                self.assertIn("governance_can_read", str(rules.mapped("domain_force")))

    def test_mentions_and_suggestions(self):
        """Typing a name finds nobody who is hidden."""
        partners = self.env["res.partner"].with_user(self.stranger)
        self.assertSilent(partners.get_mention_suggestions("Secret"))
        self.assertSilent(partners.name_search("Secret"))
        self.assertFalse(partners.search([("complete_name", "ilike", "Secret")]))
        self.assertFalse(partners.search([("id", "child_of", self.secret.id)]))
        self.assertFalse(
            self.env["sale.order"]
            .with_user(self.stranger)
            .search([("partner_id.email", "ilike", "secret.example")])
        )

    def test_conversations(self):
        """Nobody learns a name by inviting a number to a conversation."""
        channels = self.env["discuss.channel"].with_user(self.stranger)
        me = self.stranger.partner_id
        for partner in (self.secret, self.secret_contact):
            with self.assertSays("confidential", AccessError):
                channels._create_group(partners_to=[partner.id, me.id])
            channel = channels._create_channel(name="Mine", group_id=None)
            with self.assertSays("confidential", AccessError):
                channel.add_members(partner_ids=partner.ids)
            self.assertNotIn(partner, channel.sudo().channel_partner_ids)
        group = channels._create_group(
            partners_to=[self.open_customer.id, self.rep.partner_id.id, me.id]
        )
        self.assertEqual(len(group.sudo().channel_member_ids), 3)

    def test_users_of_the_portal(self):
        """The user of a hidden contact is as nameless as the contact."""
        portal = new_test_user(self.env, "zero", groups="base.group_portal")
        portal.partner_id.parent_id = self.secret
        portal.name = "Agent Zero"
        lead = self.env["crm.lead"].create({"name": "Mine", "user_id": portal.id})
        for user, shown in ((self.rep, "Agent Zero"), (self.stranger, "Confidential")):
            self.env.flush_all()
            self.env.invalidate_all()
            answer = lead.with_user(user).web_read(
                {"user_id": {"fields": {"display_name": {}}}}
            )
            self.assertIn(shown, answer[0]["user_id"]["display_name"])
        self.assertSilent(answer)

    # ------------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------------

    def merge(self, user, partners, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        return wizard.create(
            {
                "partner_ids": [Command.set(partners.ids)],
                "dst_partner_id": target.id,
                "state": "selection",
            }
        ).action_merge()

    def test_merge_reaches_no_hidden_customer(self):
        """Neither as source nor as target, and not by owners either."""
        mine = self.customer("Mine", self.stranger, email="a@a.cn")
        for target in (mine, self.secret):
            with self.assertRaises(AccessError):
                self.merge(self.stranger, mine | self.secret, target)
        with self.assertSays("custodian"):
            self.merge(self.rep, mine | self.secret, mine)
        self.assertTrue(self.secret.exists())

    def test_merge_keeps_level_and_grants(self):
        """The higher level wins; a person keeps the longer of two grants."""
        self.custodian2.group_ids += self.env.ref("base.group_partner_manager")
        self.custodian2.group_ids += self.env.ref("base.group_system")
        twin = self.customer("Secret twin", self.rep, email="office@secret.example")
        self.classify(twin, self.level1)
        self.grant(self.rep2, self.secret, hours=1)
        self.grant(self.rep2, twin, hours=5)
        self.grant(self.employee, self.secret, hours=2)
        self.merge(self.custodian2, twin | self.secret, twin)
        self.assertFalse(self.secret.exists())
        self.assertEqual(twin.classification_rank, 2)
        self.assertEqual(self.secret_contact.classification_rank, 2)
        self.assertReads(self.rep2, twin)
        self.assertReads(self.employee, twin)
        self.assertHidden(self.stranger, twin)
        live = self.env["governance.access.grant"].search(
            [("partner_id", "=", twin.id), ("is_live", "=", True)]
        )
        self.assertEqual(live.user_id, self.rep2 | self.employee)

    def test_merge_keeps_what_was_passed_on(self):
        """Access of a deputy hangs on the grant that is left, and ends with it."""
        self.custodian2.group_ids += self.env.ref("base.group_partner_manager")
        self.custodian2.group_ids += self.env.ref("base.group_system")
        twin = self.customer("Secret twin", self.rep, email="office@secret.example")
        self.classify(twin, self.level2)
        shorter = self.grant(self.rep2, self.secret, hours=2)
        self.grant(
            self.employee, self.secret, kind="derived", parent_id=shorter.id, hours=1
        )
        longer = self.grant(self.rep2, twin, hours=5)
        self.merge(self.custodian2, twin | self.secret, twin)
        self.assertReads(self.employee, twin)
        longer._end("Enough")
        self.assertHidden(self.employee, twin)


@tagged("post_install", "-at_install")
class TestWebChannels(ChannelsCommon, HttpCase):
    """The same through the web server: RPC, /json/2, images, reports, portal."""

    def setUp(self):
        super().setUp()
        self.password = "stranger-password"
        self.stranger.password = self.password
        self.authenticate(self.stranger.login, self.password)

    def post(self, url, params):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return self.url_open(
                url,
                data=json.dumps({"params": params}),
                headers={"Content-Type": "application/json"},
            ).text

    def test_call_kw(self):
        """Reading by id gives an error without a name, searching gives nothing."""
        for record in (
            self.secret,
            self.secret_contact,
            self.secret_lead,
            self.secret_order,
        ):
            for method, args, kwargs in (
                ("read", [record.ids], {}),
                ("web_read", [record.ids], {"specification": {"display_name": {}}}),
                ("search_read", [[("id", "=", record.id)]], {}),
                ("name_search", ["secret"], {}),
                ("export_data", [record.ids, ["id", "display_name"]], {}),
                ("copy", [record.ids], {}),
                ("get_metadata", [record.ids], {}),
            ):
                with self.subTest(record=record, method=method):
                    text = self.post(
                        f"/web/dataset/call_kw/{record._name}/{method}",
                        {
                            "model": record._name,
                            "method": method,
                            "args": args,
                            "kwargs": kwargs,
                        },
                    )
                    self.assertSilent(text)

    def test_json_2(self):
        """The bearer API asks the same question."""
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.stranger)
            ._generate(
                "rpc", "Test", fields.Datetime.add(fields.Datetime.now(), days=1)
            )
        )
        for method, body in (
            ("read", {"ids": self.secret.ids}),
            ("search_read", {"domain": [["id", "=", self.secret.id]]}),
        ):
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/json/2/res.partner/{method}",
                    data=json.dumps(body),
                    headers={
                        "Content-Type": "application/json",
                        "Authorization": f"Bearer {key}",
                    },
                )
            self.assertSilent(answer.text)
            if method == "search_read":
                self.assertEqual(answer.json(), [])

    def test_images_and_reports(self):
        """Neither a picture nor a printed order comes out."""
        with mute_logger("odoo.http", "odoo.addons.web.controllers.report"):
            image = self.url_open(f"/web/image/res.partner/{self.secret.id}/avatar_128")
            self.assertSilent(image.headers.get("Content-Disposition", ""))
            report = self.url_open(
                f"/report/html/sale.report_saleorder/{self.secret_order.id}"
            )
        self.assertSilent(report.text)
        self.assertNotEqual(report.status_code, 200)

    def test_portal_page_without_token(self):
        """The portal's page of an order asks for the token or access."""
        page = self.url_open(f"/my/orders/{self.secret_order.id}")
        self.assertSilent(page.text)

    def test_chatter_with_a_link(self):
        """The link of an order opens its messages to no employee without access."""
        open_order = self.env["sale.order"].create(
            {"partner_id": self.open_customer.id, "user_id": self.rep.id}
        )
        for order in (open_order, self.secret_order):
            order._portal_ensure_token()
            order.message_post(
                body="Delivered on Monday",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.env.flush_all()
            text = self.post(
                "/mail/chatter_fetch",
                {
                    "thread_model": "sale.order",
                    "thread_id": order.id,
                    "token": order.access_token,
                },
            )
            self.assertEqual("Delivered on Monday" in text, order == open_order)

    def test_contact_page(self):
        """The action URL of a hidden contact opens the client, which gets nothing."""
        page = self.url_open(f"/odoo/contacts/{self.secret.id}")
        self.assertSilent(page.text)
