# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, plaintext2html

from .hostile_text import clean_file_name, clean_line, clean_text

LONGEST_TEXT = 20_000
MOST_FILES = 20
LARGEST_FILE = 25 * 1024 * 1024
# So long after the closing customers open a complaint again by themselves.
REOPENING = timedelta(days=90)
# What concerns the customer of all that happens, and nothing else.
SHOWN = (
    "received",
    "acknowledged",
    "inbound",
    "response",
    "answered",
    "waiting",
    "resumed",
    "confirmed",
    "rejected",
    "closed",
    "reopened",
    "withdrawn",
)
# Events with words of the customer, if they came from the customer.
OWN = ("inbound", "confirmed", "rejected")


class GovernanceComplaint(models.Model):
    """What customers read of their complaints in the portal, and what they do there.

    They have no access to any model of this room: pages show what these methods
    return, for complaints that `_get_own_domain` names.
    """

    _inherit = "governance.complaint"

    # ------------------------------------------------------------------
    # WHAT THEY READ
    # ------------------------------------------------------------------

    @api.model
    def _get_own_domain(self):
        """Return the domain of the complaints of who is signed in, and of nobody else.

        Colleagues of the same customer see each other's as little as anybody.
        """
        partner = self.env.user.partner_id
        return Domain("state", "!=", "draft") & (
            Domain("contact_id", "=", partner.id)
            | Domain("contact_id", "=", False) & Domain("partner_id", "=", partner.id)
        )

    @api.model
    def _get_number_domain(self, number):
        return Domain("id", "=", number)

    def _get_customer_summary(self):
        """Return what the customer reads of a complaint, name by name.

        :return: texts by name; nothing of what colleagues wrote to each other
        """
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.name,
            "title": self.title,
            "type": self.type_id.name,
            "date": self.date_received,
            "demand": self.demand,
            "description": self.description,
            "order": self.order_id.name,
            "product": self.product_id.name,
            **self._get_customer_state(),
            "can_accept": self._is_acceptable(),
            "can_reject": self._is_rejectable(),
            "can_write": self.state not in ("closed", "withdrawn", "duplicate"),
        }

    def _get_customer_state(self):
        """Return the state in words that mean something to customers."""
        self.ensure_one()
        names = {
            "received": self.env._("Received"),
            "working": self.env._("We are working on it"),
            "waiting": self.env._("We are waiting for you"),
            "answered": self.env._("Answered"),
            "closed": self.env._("Closed"),
            "withdrawn": self.env._("Withdrawn"),
            "duplicate": self.env._("Handled together with another complaint"),
        }
        state = "working"
        if self.state in ("closed", "withdrawn", "duplicate"):
            state = self.state
        elif self.waiting_since:
            state = "waiting"
        elif self.state == "registered":
            state = "received"
        elif self.state == "answered" and self.date_answered:
            state = "answered"
        return {"state": state, "state_name": names[state]}

    def _is_acceptable(self):
        """Return whether there is an answer that the customer can accept."""
        self.ensure_one()
        said = self.event_ids.filtered(
            lambda event: (
                event.kind in ("answered", "confirmed", "rejected", "reopened")
            )
        ).sorted(lambda event: (event.date, event.id))
        return self.state == "answered" and said[-1:].kind == "answered"

    def _is_rejectable(self):
        """Return whether the customer can say that it is not settled."""
        self.ensure_one()
        if self.state == "closed":
            return fields.Datetime.now() <= self.date_closed + REOPENING
        return self.state == "answered" and bool(self.date_answered)

    def _get_customer_timeline(self):
        """Return what happened and concerns the customer, the latest first.

        Of what colleagues noted nothing is told but that it happened; words are those
        that were sent to the customer, or came from there.

        :return: dicts of date, name, text, files and whether the customer did it
        """
        self.ensure_one()
        labels = dict(self.event_ids._fields["kind"]._description_selection(self.env))
        lines = []
        for event in self.event_ids.sorted(
            lambda event: (event.date, event.id), reverse=True
        ):
            if event.kind not in SHOWN:
                continue
            is_own = self._is_own_event(event)
            line = {
                "date": event.date,
                "name": labels[event.kind],
                "is_own": is_own,
                "text": plaintext2html(event.note) if is_own and event.note else "",
                "files": self.env["ir.attachment"],
            }
            if event.kind == "waiting":
                line["name"] = self.env._("We are waiting for your answer")
            elif event.kind == "answered":
                line["name"] = self.env._("Our answer")
            lines.append({**line, **self._get_answer_of(event)})
        return lines

    @api.model
    def _is_own_event(self, event):
        """Return whether the words of an event are those of the customer."""
        source = (event.details or {}).get("source")
        came_from_there = source in ("mail", "portal") or event.user_id.share
        return event.kind in OWN and came_from_there

    def _get_answer_of(self, event):
        """Return the text and the files that were sent to the customer in writing."""
        self.ensure_one()
        number = (event.details or {}).get("reply")
        if event.kind not in ("response", "answered") or not number:
            return {}
        if "governance.complaint.reply" not in self.env:
            return {}
        reply = self.env["governance.complaint.reply"].browse(number).exists()
        if reply.complaint_id == self and reply.state == "told":
            return {"text": self.env._("We have told you in person or by telephone.")}
        if reply.complaint_id != self or reply.state != "sent":
            return {}
        return {"text": reply.body, "files": reply.attachment_ids}

    def _get_customer_files(self):
        """Return the files that the customer sent."""
        self.ensure_one()
        partner = self.env.user.partner_id
        # Not the address of today: customers change theirs, to whatever they like.
        address = email_normalize(self.complainant_email or "")
        messages = self.env["mail.message"].search(
            Domain("model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("message_type", "in", ["email", "comment"])
            & Domain("attachment_ids", "!=", False)
        )
        mine = messages.filtered(
            lambda message: (
                message.author_id == partner
                or message.message_type == "email"
                and address
                and email_normalize(message.email_from or "") == address
                and not self._is_written_by_staff(message)
            )
        )
        return mine.attachment_ids

    @api.model
    def _is_written_by_staff(self, message):
        """Return whether a message comes from an employee, or from the address of one.

        Addresses prove nothing: customers may call themselves what they like.
        """
        if not message.author_id.partner_share and message.author_id:
            return True
        address = email_normalize(message.email_from or "")
        staff = Domain("share", "=", False) & Domain(
            "partner_id.email_normalized", "=", address
        )
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return bool(users.search_count(staff, limit=1))

    def _get_readable_files(self):
        """Return what the customer may save: files sent by, or to, the customer."""
        self.ensure_one()
        files = self._get_customer_files()
        for line in self._get_customer_timeline():
            files |= line["files"]
        return files

    # ------------------------------------------------------------------
    # WHAT THEY DO
    # ------------------------------------------------------------------

    @api.model
    def _complain(self, told, files=()):
        """Register a complaint that somebody has typed into the portal.

        :param dict told: title, description, demand, type and order, as they came
        :param files: tuples of name and content
        :raises UserError: saying what is missing
        :return: the complaint
        """
        partner = self.env.user.partner_id
        title = clean_line(told.get("title"))
        description = clean_text(told.get("description"), LONGEST_TEXT).strip()
        if not title or not description:
            raise UserError(
                self.env._("Say in a few words what it is about, and what happened.")
            )
        self._check_files(files)
        complaint = self._take_in(
            {
                "title": title,
                "description": plaintext2html(description),
                "demand": clean_text(told.get("demand"), LONGEST_TEXT),
                "type_id": self._choose(told.get("type"), self._get_portal_types()),
                "order_id": self._choose(told.get("order"), self._get_own_orders()),
                "contact_id": partner.id,
                "partner_id": partner.commercial_partner_id.id,
                "complainant_name": partner.name,
                "complainant_email": email_normalize(partner.email or "") or False,
            },
            channel="PORTAL",
        )
        if files:
            complaint._speak(self.env._("Files of the customer"), files)
        return complaint

    @api.model
    def _choose(self, value, records):
        """Return the id that a form names, if it is one of some records."""
        return next((one.id for one in records if str(one.id) == str(value)), False)

    @api.model
    def _get_portal_types(self):
        """Return what customers choose from; early warnings are our own."""
        types = self.env["governance.complaint.type"].sudo()
        return types.search([("kind", "!=", "warning")])

    @api.model
    def _get_own_orders(self):
        """Return the orders that a complaint of who is signed in can be about."""
        partner = self.env.user.partner_id.commercial_partner_id
        return (
            self.env["sale.order"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", partner.id),
                    ("state", "=", "sale"),
                    ("company_id", "=", self.env.company.id),
                ],
                limit=200,
            )
        )

    def _write_as_customer(self, text, files=()):
        """Take a message of the customer.

        :raises UserError: when there is nothing in it, or it is over
        """
        self.ensure_one()
        text = clean_text(text, LONGEST_TEXT).strip()
        if not text and not files:
            raise UserError(self.env._("Write something, or attach a file."))
        if self.state in ("closed", "withdrawn", "duplicate"):
            raise UserError(
                self.env._(
                    "This complaint is over. Say that you are not satisfied, or "
                    "start a new one."
                )
            )
        self._check_files(files)
        self._speak(text, files)
        self._hear_customer(text, source="portal")

    def _accept_as_customer(self):
        """Note that the customer accepts the answer; close what is complete.

        :raises UserError: when there is no answer to accept
        """
        self.ensure_one()
        complaint = self._as_system()._lock()
        if not complaint._is_acceptable():
            raise UserError(
                self.env._("There is no answer to accept. Look at the page again.")
            )
        complaint._confirm_answer()

    def _reject_as_customer(self, text, files=()):
        """Note why the customer is not satisfied; the complaint begins again.

        :raises UserError: without a reason, or when it is too late
        """
        self.ensure_one()
        text = clean_text(text, LONGEST_TEXT).strip()
        if not text:
            raise UserError(self.env._("Say why you are not satisfied."))
        self._check_files(files)
        complaint = self._as_system()._lock()
        if not complaint._is_rejectable():
            raise UserError(
                self.env._(
                    "This complaint cannot be opened again. Start a new one, please."
                )
            )
        complaint._reject_answer(text)
        self._speak(text, files)

    def _speak(self, text, files):
        """Post what the customer says where colleagues read it."""
        self.ensure_one()
        self.sudo().with_context(attachments_mime_plainxml=True).message_post(
            body=plaintext2html(text),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.env.user.partner_id.id,
            attachments=[(clean_file_name(name), content) for name, content in files],
        )

    @api.model
    def _check_files(self, files):
        """Refuse too many files, and those that are too big.

        :raises UserError: naming the file
        """
        if len(files) > MOST_FILES:
            raise UserError(
                self.env._("Attach at most %(most)s files at a time.", most=MOST_FILES)
            )
        for name, content in files:
            if len(content) > LARGEST_FILE:
                raise UserError(
                    self.env._(
                        "“%(file)s” is too big. A file may have %(most)s MB.",
                        file=clean_file_name(name),
                        most=LARGEST_FILE // 1024 // 1024,
                    )
                )
