# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext, html_sanitize
from odoo.tools.mail import email_split_tuples

from .governance_complaint_outside import LONGEST_NOTE
from .hostile_text import clean_file_name, clean_line, clean_text, get_depth

# So much of a mail is shown as what happened; all of it stands in its message.
LONGEST_BODY = 200_000
# Deeper in tags nobody writes, and libraries stop reading without a word.
DEEPEST = 150
# What the defaults of an address may decide.
DEFAULTS = ("company_id", "unit_id", "type_id", "matter_id", "complainant_kind_id")
# What Odoo writes in the place of a text that it cannot clean.
_UNCLEAN = (
    "<p>ParserError when sanitizing</p>",
    "<p>Unknown error when sanitizing</p>",
)


class GovernanceComplaint(models.Model):
    """Complaints by e-mail, and what customers write about them (D-07)."""

    _inherit = "governance.complaint"
    _primary_email = "complainant_email"

    # Who has written how often is asked for each mail.
    _complainant_email_idx = models.Index(
        "(complainant_email, create_date) WHERE complainant_email IS NOT NULL"
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Return the complaint that a mail makes, or the one that it is about.

        :raises AccessError: when it is not Odoo's mail gateway that calls
        """
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "Mails become complaints by the mail gateway alone. Register the "
                    "complaint by hand instead."
                )
            )
        complaints = self.with_user(SUPERUSER_ID)
        named = complaints._find_named(msg_dict)
        if named:
            named.message_update(msg_dict)
            return named
        defaults = {
            name: value
            for name, value in (custom_values or {}).items()
            if name in DEFAULTS and value
        }
        units = self.env["governance.complaint.unit"]
        unit = units.browse(defaults.pop("unit_id", False)).exists()
        return complaints._take_in(
            {**complaints._prepare_mail(msg_dict, defaults), **defaults},
            channel="EMAIL",
            date=msg_dict.get("date"),
            unit=unit,
        )

    def message_update(self, msg_dict, update_vals=None):
        """Note that the customer has written; what somebody else writes is no more.

        :raises AccessError: when it is not Odoo's mail gateway that calls
        """
        if not self.env.su:
            self.check_access("write")
        for complaint in self.with_user(SUPERUSER_ID):
            if complaint._is_from_customer(msg_dict):
                complaint._hear_customer(
                    self._get_plain_text(msg_dict.get("body")),
                    date=msg_dict.get("date"),
                    source="mail",
                )
        return True

    @api.model
    def _prepare_mail(self, msg_dict, defaults):
        """Return what a mail says about a complaint."""
        company = self.env["res.company"].browse(
            defaults.get("company_id") or self.env.company.id
        )
        [(name, address)] = (
            email_split_tuples(msg_dict.get("email_from")) or [("", "")]
        )[:1]
        contact = self._find_sender(address, company)
        return {
            "company_id": company.id,
            "title": clean_line(msg_dict.get("subject"))
            or self.env._("Without a subject"),
            "contact_id": contact.id,
            "partner_id": contact.commercial_partner_id.id,
            "complainant_name": clean_line(name)
            or contact.name
            or address
            or self.env._("Unknown sender"),
            "complainant_email": email_normalize(address) or address or False,
            "description": self._get_harmless_body(msg_dict.get("body")),
        }

    @api.model
    def _find_sender(self, address, company):
        """Return the contact with an address, when it is clear who that is.

        Addresses of colleagues name no customer, and those of several customers
        none of them.
        """
        partners = self.env["res.partner"].sudo()
        normalized = email_normalize(address or "")
        if not normalized:
            return partners
        found = partners.search(
            Domain("email_normalized", "=", normalized)
            & Domain("company_id", "in", [False, company.id]),
            order="id",
        ).filtered(lambda partner: partner.partner_share)
        if len(found.commercial_partner_id) != 1:
            return partners
        return (
            found.filtered("user_ids") or found - found.commercial_partner_id or found
        )[:1]

    @api.model
    def _find_named(self, msg_dict):
        """Return the complaint of the sender whose number the subject names.

        Some programs answer without saying to what.
        """
        words = re.findall(
            r"[^\s\[\]()<>:#]*\d[^\s\[\]()<>:#]*", msg_dict.get("subject") or ""
        )
        if not words:
            return self.browse()
        found = self.search(Domain("name", "in", words[:10]), limit=10)
        return found.filtered(lambda one: one._is_from_customer(msg_dict))[:1]

    def _is_from_customer(self, msg_dict):
        """Return whether a mail comes from who complains, or from the same customer."""
        self.ensure_one()
        address = email_normalize(msg_dict.get("email_from") or "")
        if not address:
            return False
        complaint = self.sudo()
        known = {
            email_normalize(complaint.complainant_email or ""),
            complaint.contact_id.email_normalized,
        }
        if address in known:
            return True
        customer = complaint.partner_id.commercial_partner_id
        return bool(customer) and bool(
            self.env["res.partner"]
            .sudo()
            .search_count(
                Domain("email_normalized", "=", address)
                & Domain("commercial_partner_id", "=", customer.id),
                limit=1,
            )
        )

    @api.model
    def _get_harmless_body(self, body):
        """Return as much of a text as a form shows, without what could run."""
        return html_sanitize(
            clean_text(body)[:LONGEST_BODY],
            sanitize_attributes=True,
            sanitize_style=True,
            sanitize_form=True,
            strip_classes=True,
        )

    @api.model
    def _get_plain_text(self, body):
        try:
            text = html2plaintext(clean_text(body)[:LONGEST_BODY])
        except Exception:
            # Whatever it is, it stands in the message and in the original mail.
            text = ""
        return clean_text(text, LONGEST_NOTE)

    @api.model
    def _clean_mail(self, message, msg_dict, original):
        """Make what a mail brings harmless; keep the original of what is cut short.

        :param message: the mail, taken apart
        :param bytes original: the mail as it came
        """
        threads = self.env["mail.thread"]
        body = clean_text(msg_dict.get("body"))
        is_unclean = any(phrase in body for phrase in _UNCLEAN)
        is_unclean = is_unclean or self._is_deep(message)
        msg_dict["body"] = type(msg_dict.get("body") or "")(body)
        if "subject" in msg_dict:
            msg_dict["subject"] = clean_line(msg_dict["subject"])
        attachments = [
            attachment._replace(fname=clean_file_name(attachment.fname))
            for attachment in msg_dict.get("attachments") or []
        ]
        if is_unclean or len(body) > LONGEST_BODY:
            attachments.append(threads._Attachment("original_email.eml", original, {}))
        msg_dict["attachments"] = attachments

    @api.model
    def _is_deep(self, message):
        """Return whether a mail has text so deep in tags that none of it is read."""
        try:
            return any(
                get_depth(part.get_content()) > DEEPEST
                for part in message.walk()
                if part.get_content_type() == "text/html"
            )
        except Exception:
            return True

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Let answers come to the address of the unit."""
        replies = super()._notify_get_reply_to_batch(
            defaults=defaults, author_ids=author_ids
        )
        for complaint in self.sudo():
            address = complaint._get_intake_unit().alias_email
            if address:
                replies[complaint.id] = self._notify_get_reply_to_formatted_email(
                    address, author_id=(author_ids or {}).get(complaint.id, False)
                )
        return replies

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Subscribe colleagues only: what they write goes to no customer."""
        partners = self.env["res.partner"].sudo().browse(partner_ids or [])
        return super()._message_subscribe(
            partner_ids=partners.filtered(lambda one: not one.partner_share).ids,
            subtype_ids=subtype_ids,
            customer_ids=customer_ids,
        )
