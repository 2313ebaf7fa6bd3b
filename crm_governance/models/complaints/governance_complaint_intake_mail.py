# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import email
import email.header
import email.policy
import hashlib
import logging
import re
from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import email_normalize, email_split

from .complaint_original import Original
from .hostile_text import clean_line, clean_text

_logger = logging.getLogger(__name__)

COMPLAINT = "governance.complaint"
# The identity of this object says that somebody has decided to take the mail in.
_DECIDED = object()
# Headers of what a program has written, and what they say then.
_AUTOMATIC = {
    "Auto-Submitted": lambda value: value.split(";")[0].strip() not in ("", "no"),
    "Precedence": lambda value: value.strip() in ("bulk", "junk", "auto_reply"),
    "X-Autoreply": bool,
    "X-Autorespond": bool,
    "X-Autoresponder": bool,
    "Return-Path": lambda value: value.strip() == "<>",
}
# So much of a mail is looked through for addresses: its head.
_HEAD = 100_000


class GovernanceComplaintIntake(models.Model):
    """Mails that Odoo's gateway would answer or drop."""

    _inherit = "governance.complaint.intake"

    @api.model
    def _keep_failed_mail(self, model, original, error):
        """Keep a mail about a complaint that could not be taken in.

        :param bytes original: the mail as it came
        :return: the record; nothing when the mail is none of ours, or will come again
        """
        user = self.env.user
        if not self.env.su and not user._is_internal():
            return self.browse()
        if self.env.context.get("governance_decided") is _DECIDED:
            return self.browse()
        found = self.sudo()._find_addressee(model, original)
        if found is None:
            return self.browse()
        _logger.warning("A mail for complaints failed and is kept", exc_info=error)
        values = {
            **self._prepare_kept(original),
            **found,
            "state": "failed",
            "reason": self._put_into_words(error),
        }
        if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            if self.env.context.get("fetchmail_cron_running"):
                # Odoo does not fetch it again, and this transaction is lost.
                with self.env.registry.cursor() as cursor:
                    self.with_env(self.env(cr=cursor)).sudo()._keep(values)
            return self.browse()
        return self.sudo()._keep(values)

    @api.model
    def _keep_dropped_mail(self, model, original):
        """Keep a mail about a complaint that Odoo has dropped without a word.

        It does so with answers to its own refusals, and with what has the number of
        another mail: some programs give the same to all.
        """
        if not self.env.su and not self.env.user._is_internal():
            return
        found = self.sudo()._find_addressee(model, original)
        if found is None:
            return
        self.sudo()._keep(
            {
                **self._prepare_kept(original),
                **found,
                "state": "ignored",
                "reason": self.env._(
                    "Another mail with the same number was taken in before, or it "
                    "answers a refusal."
                ),
            }
        )

    @api.model
    def _name_mail(self, model, original):
        """Return a mail about a complaint with a number, if it came without one.

        Odoo would take the time, which other mails can have, too.
        """
        head = re.split(rb"\r?\n\r?\n", original[:_HEAD], maxsplit=1)[0]
        if re.search(rb"(?im)^message-id:[ \t]*(\r?\n[ \t]+)?\S", head):
            return original
        if self.sudo()._find_addressee(model, original) is None:
            return original
        digest = hashlib.sha256(original).hexdigest()
        return f"Message-Id: <{digest}@unnumbered>\r\n".encode() + original

    @api.model
    def _keep_held_mail(self, message, route, state, reason):
        """Keep a mail that nobody should have to answer, and say why."""
        original = self._get_original(message)
        _model, thread_id, defaults, _uid, _alias = route
        values = {
            **self._prepare_kept(original),
            "company_id": (defaults or {}).get("company_id") or self.env.company.id,
            "unit_id": (defaults or {}).get("unit_id"),
            "complaint_id": thread_id or False,
            "state": state,
            "reason": reason,
        }
        if thread_id:
            complaint = self.env[COMPLAINT].sudo().browse(thread_id)
            values["company_id"] = complaint.company_id.id
        return self.sudo()._keep(values)

    @api.model
    def _get_original(self, message):
        """Return the mail as it came."""
        original = self.env.context.get("governance_original")
        return original.content if original else message.as_bytes()

    @api.model
    def _prepare_kept(self, original):
        """Return what can be said of a mail without trusting it."""
        values = {
            "source": "mail",
            "digest": hashlib.sha256(original).hexdigest(),
            "original": base64.b64encode(original),
            "original_name": "original_email.eml",
            "title": self.env._("Without a subject"),
        }
        try:
            headers = email.message_from_bytes(
                original[:_HEAD], policy=email.policy.compat32
            )
            sender = str(headers.get("From") or "")
            subject = email.header.make_header(
                email.header.decode_header(str(headers.get("Subject") or ""))
            )
            values["title"] = clean_line(str(subject)) or values["title"]
            address = clean_line((email_split(sender) or [""])[0])
            values["email"] = email_normalize(address) or address or False
        except Exception:
            _logger.info("The head of a kept mail cannot be read", exc_info=True)
            return values
        contact = self.env[COMPLAINT]._find_sender(values["email"], self.env.company)
        values["partner_id"] = contact.commercial_partner_id.id
        return values

    @api.model
    def _find_addressee(self, model, original):
        """Return company, unit and complaint that a mail is for; None: others.

        Its head is searched as it stands: what reads mails may be what failed.
        """
        head = re.split(rb"\r?\n\r?\n", original[:_HEAD], maxsplit=1)[0]
        text = head.decode("ascii", "ignore").lower()
        aliases = self.env["mail.alias"].search(
            Domain("alias_model_id.model", "=", COMPLAINT)
            & Domain("alias_name", "!=", False)
        )
        for alias in aliases:
            if not self._is_named(alias, text):
                continue
            unit = self.env["governance.complaint.unit"].browse(
                alias.alias_parent_thread_id
            )
            if alias.alias_parent_model_id.model == unit._name and unit.exists():
                return {"company_id": unit.company_id.id, "unit_id": unit.id}
            return {"company_id": self.env.company.id}
        message = self.env["mail.message"].search(
            Domain("message_id", "in", self._find_references(head))
            & Domain("model", "=", COMPLAINT),
            limit=1,
        )
        complaint = self.env[COMPLAINT].browse(message.res_id).exists()
        if complaint:
            return {
                "company_id": complaint.company_id.id,
                "complaint_id": complaint.id,
            }
        return {"company_id": self.env.company.id} if model == COMPLAINT else None

    @api.model
    def _find_references(self, head):
        """Return the last mails that the head of one refers to."""
        text = head.decode("ascii", "ignore")
        try:
            headers = email.message_from_bytes(head, policy=email.policy.compat32)
            for name in ("References", "In-Reply-To"):
                words = email.header.decode_header(str(headers.get(name) or ""))
                text += str(email.header.make_header(words))
        except Exception:
            _logger.info("The references of a mail cannot be read", exc_info=True)
        return re.findall(r"<[^<>\s]+@[^<>\s]+>", text)[-32:]

    @api.model
    def _is_named(self, alias, text):
        name = alias.alias_full_name or ""
        if "@" not in name or alias.alias_incoming_local:
            name = f"{alias.alias_name}@"
        return bool(re.search(rf"(?<![\w.+-]){re.escape(name.lower())}", text))

    @api.model
    def _in_company_language(self):
        """Return the model writing for colleagues: mails come without a language."""
        company = self.company_id or self.env.company
        lang = self.env.context.get("lang") or company.partner_id.lang
        return self.with_context(lang=lang)

    @api.model
    def _put_into_words(self, error):
        """Return what went wrong, for people who do not know programs."""
        intakes = self._in_company_language()
        if isinstance(error, UserError):
            return clean_text(str(error), 2000)
        if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            return intakes.env._("Somebody else worked on the same complaint.")
        return intakes.env._(
            "The mail could not be read: it does not follow the rules for mails, or "
            "holds what no mail should. (%(error)s)",
            error=clean_line(f"{type(error).__name__}: {error}", 300),
        )

    # ------------------------------------------------------------------
    # WHAT IS HELD BACK
    # ------------------------------------------------------------------

    @api.model
    def _sort_routes(self, message, message_dict, routes):
        """Return which ways a mail goes, and those to complaints that are held back.

        :return: routes, and tuples of route, state and reason
        """
        ways, held, companies = [], [], set()
        for route in routes:
            if route[0] != COMPLAINT:
                ways.append(route)
                continue
            state, reason = self._get_hold(message, message_dict, route)
            if reason:
                held.append((route, state, reason))
                continue
            company = (route[2] or {}).get("company_id")
            if not route[1] and company in companies:
                # Sent to two addresses of a company, it is one complaint.
                continue
            companies.add(company)
            # Without its address: what fails is kept, and no answer says otherwise.
            ways.append((*route[:4], None))
        if any(way[0] == COMPLAINT for way in ways):
            self.env[COMPLAINT]._clean_mail(
                message, message_dict, self._get_original(message)
            )
        if not routes and message_dict.get("is_bounce"):
            found = self.sudo()._find_addressee(None, self._get_original(message))
            if found:
                route = (COMPLAINT, found.get("complaint_id"), found, False, None)
                reason = self.env._("It says that a mail was not delivered.")
                held.append((route, "ignored", reason))
        return ways, held

    @api.model
    def _get_hold(self, message, message_dict, route):
        """Return the state and the reason for which a mail is held back, if any."""
        if self.env.context.get("governance_decided") is _DECIDED:
            return None, None
        for header, says_so in _AUTOMATIC.items():
            value = str(message.get(header) or "").lower()
            if value and says_so(value):
                return "ignored", self.env._(
                    "A program has written it (%(header)s: %(value)s).",
                    header=header,
                    value=clean_line(value, 100),
                )
        address = email_normalize(message_dict.get("email_from") or "")
        if address and self.env["mail.alias.domain"].sudo()._find_aliases([address]):
            return "ignored", self.env._("It comes from an address of our own.")
        if address and self._is_too_often(address, route):
            return "held", self.env._(
                "%(address)s has written too often in a short time. If all of this is "
                "meant, allow the address (Settings, Technical, Gateway Allowed).",
                address=address,
            )
        return None, None

    @api.model
    def _is_too_often(self, address, route):
        """Return whether an address has started, or written on, too many complaints."""
        allowed = self.env["mail.gateway.allowed"].sudo()
        if allowed.search_count([("email_normalized", "=", address)], limit=1):
            return False
        parameters = self.env["ir.config_parameter"].sudo()
        minutes = int(parameters.get_param("mail.gateway.loop.minutes", 120))
        most = int(parameters.get_param("mail.gateway.loop.threshold", 20))
        since = self.env.cr.now() - timedelta(minutes=minutes)
        recent = Domain("create_date", ">=", since)
        if route[1]:
            records = self.env["mail.message"].sudo()
            domain = Domain("model", "=", COMPLAINT) & Domain("res_id", "=", route[1])
            domain &= Domain("message_type", "=", "email")
        else:
            records = self.env[COMPLAINT].sudo()
            domain = Domain("complainant_email", "=", address)
        return records.search_count(domain & recent, limit=most) >= most

    # ------------------------------------------------------------------
    # TAKING IN
    # ------------------------------------------------------------------

    def _take_in_mail(self):
        """Make a complaint, or a message of one, of the mail as it came.

        :return: the complaint
        """
        self.ensure_one()
        original = base64.b64decode(self.sudo().original or b"")
        threads = (
            self.env["mail.thread"]
            .with_user(SUPERUSER_ID)
            .with_context(
                governance_decided=_DECIDED,
                governance_original=Original(original, self.date),
            )
        )
        message = email.message_from_bytes(original, policy=email.policy.SMTP)
        message_dict = threads.message_parse(message)
        values = {"company_id": self.company_id.id, "unit_id": self.unit_id.id}
        route = (COMPLAINT, self.complaint_id.id or False, values, SUPERUSER_ID, None)
        message_dict.update(
            threads._message_parse_post_process(message, message_dict, [route])
        )
        number = threads._message_route_process(message, message_dict, [route])
        return self.env[COMPLAINT].sudo().browse(number)
