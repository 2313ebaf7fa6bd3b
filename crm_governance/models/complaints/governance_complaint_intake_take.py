# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import email_normalize, plaintext2html

from .complaint_original import Original
from .hostile_text import clean_line, clean_text

_logger = logging.getLogger(__name__)

COMPLAINT = "governance.complaint"
# The job tries so often by itself; then somebody has to look.
MOST_ATTEMPTS = 5
# What another program tells of a complaint, and how much of it is kept.
TOLD = {
    "title": 200,
    "description": 100_000,
    "demand": 20_000,
    "name": 200,
    "email": 200,
    "phone": 100,
    "date": 40,
    "type": 100,
    "channel": 100,
}


class GovernanceComplaintIntake(models.Model):
    """How a complaint is made of what came from outside."""

    _name = "governance.complaint.intake"
    _inherit = ["governance.isolated.mixin", "governance.complaint.intake"]

    @api.model
    def submit(self, reference, told):
        """Register what another program tells, once for each of its references (D-07).

        The customer is the one with the address, if there is exactly one; the answer
        does not say whether there was.

        :param str reference: the number that the other program gave it
        :param dict told: texts by name, see `TOLD`
        :return: the number of the complaint; without one it is kept and looked at
        :raises UserError: when the program has to correct what it tells
        """
        self.env[COMPLAINT].check_access("create")
        reference = clean_line(reference)
        company = self.env.company
        self._check_told(reference, told)
        intakes = self.sudo()
        known = intakes.search(
            Domain("company_id", "=", company.id) & Domain("reference", "=", reference)
        )
        intake = known or intakes._keep(
            {
                **self._prepare_told(told),
                "company_id": company.id,
                "source": "system",
                "reference": reference,
                "state": "ignored",
                "attempts": 0,
            }
        )
        if not known:
            intake._try_again()
        return {
            "number": intake.complaint_id.name or False,
            "is_taken_in": intake.state == "done",
        }

    @api.model
    def _check_told(self, reference, told):
        """Refuse what another program has to correct.

        :raises UserError: saying what is wrong, and what would be right
        """
        if not reference:
            raise UserError(
                self.env._(
                    "Give the complaint a reference: the number that it has with you. "
                    "It keeps the same complaint from being registered twice."
                )
            )
        if not isinstance(told, dict) or not all(
            isinstance(text, str) for text in told.values()
        ):
            raise UserError(self.env._("Give texts by name, and nothing but texts."))
        unknown = sorted(set(told) - set(TOLD))
        if unknown:
            raise UserError(
                self.env._(
                    "“%(names)s” is unknown. Possible are: %(possible)s.",
                    names=clean_line(", ".join(unknown)),
                    possible=", ".join(sorted(TOLD)),
                )
            )
        if not (told.get("title") or told.get("description")):
            raise UserError(
                self.env._("Say what it is about: give a title or a description.")
            )

    @api.model
    def _prepare_told(self, told, contact=None):
        """Return what is kept of texts from outside, all of it in the original."""
        email = email_normalize(told.get("email") or "") or False
        contact = contact or self.env[COMPLAINT]._find_sender(email, self.env.company)
        return {
            "title": clean_line(told.get("title")) or self.env._("Without a subject"),
            "email": email,
            "partner_id": contact.commercial_partner_id.id,
            "original": base64.b64encode(json.dumps(told).encode()),
            "original_name": "message.json",
        }

    @api.model
    def _keep_told(self, told, contact, source, error):
        """Keep what somebody has typed into the portal when it cannot be taken in."""
        return self.sudo()._keep(
            {
                **self._prepare_told(told, contact),
                "company_id": self.env.company.id,
                "source": source,
                "state": "failed",
                "reason": self._put_into_words(error),
            }
        )

    # ------------------------------------------------------------------
    # TRYING AGAIN
    # ------------------------------------------------------------------

    def _try_again(self):
        """Take one message in, or write down why that failed once more."""
        self.ensure_one()
        intake = self._as_system()
        intake.attempts += 1
        try:
            with self.env.cr.savepoint():
                if self.source == "mail":
                    complaint = intake._take_in_mail()
                else:
                    complaint = intake._take_in_told()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.info("%s cannot be taken in", self, exc_info=True)
            self.env.invalidate_all(flush=False)
            intake.write({"state": "failed", "reason": self._put_into_words(error)})
            intake._tell()
            return
        intake._settle(complaint, self.env.uid)

    def _settle(self, complaint, uid):
        """Note which complaint this became, whose customer it follows from now on."""
        self.write(
            {
                "state": "done",
                "complaint_id": complaint.id,
                "partner_id": complaint.partner_id.id or self.partner_id.id,
                "closed_by_id": uid,
            }
        )

    def _take_in_told(self):
        """Make a complaint of texts.

        :return: the complaint
        """
        told = json.loads(base64.b64decode(self.sudo().original))
        told = {name: clean_text(told.get(name), most) for name, most in TOLD.items()}
        complaints = self._get_receiver()
        contact = complaints._find_sender(told["email"], self.company_id)
        values = {
            "company_id": self.company_id.id,
            "title": clean_line(told["title"]) or self.title,
            "description": plaintext2html(told["description"]),
            "demand": told["demand"],
            "contact_id": contact.id,
            "partner_id": contact.commercial_partner_id.id,
            "complainant_name": clean_line(told["name"])
            or contact.name
            or told["email"]
            or self.env._("Unknown sender"),
            "complainant_email": email_normalize(told["email"]) or told["email"],
            "complainant_phone": clean_line(told["phone"]),
        }
        kind = self._find_by_code("governance.complaint.type", told["type"])
        if kind:
            values["type_id"] = kind.id
        channel = told["channel"] or ("PORTAL" if self.source == "portal" else "SYSTEM")
        try:
            complaints._get_moment(told["date"])
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%(date)s” is no moment. Write it like 2026-03-31 14:30:00, "
                    "in UTC.",
                    date=clean_line(told["date"]),
                )
            ) from error
        return complaints._take_in(
            values, channel, date=told["date"], unit=self.sudo().unit_id
        )

    def _get_receiver(self):
        """Return complaints as the system, which take it in as of when it arrived.

        The time for which it was kept is ours, not the customer's (D-33).
        """
        self.ensure_one()
        original = Original(b"", self.date)
        complaints = self.env[COMPLAINT].with_user(SUPERUSER_ID)
        return complaints.with_context(governance_original=original)

    @api.model
    def _find_by_code(self, model, code):
        """Return the record with a code; UserError when one is named that is not."""
        records = self.env[model].sudo()
        if not code:
            return records
        found = records.search([("code", "=ilike", code)], limit=1)
        if not found:
            raise UserError(
                self.env._(
                    "“%(code)s” is no code of “%(model)s”. Possible are: %(possible)s.",
                    code=clean_line(code),
                    model=self.env["ir.model"]._get(model).name,
                    possible=", ".join(records.search(Domain.TRUE).mapped("code")),
                )
            )
        return found

    def _register_original(self):
        """Register a complaint that has the original attached and says no more."""
        self.ensure_one()
        intake = self._as_system()
        complaints = self._get_receiver()
        contact = complaints._find_sender(self.email, self.company_id)
        complaint = complaints._take_in(
            {
                "company_id": self.company_id.id,
                "title": self.title,
                "description": plaintext2html(
                    self.env._("What was sent is attached as it came.")
                ),
                "contact_id": contact.id,
                "partner_id": contact.commercial_partner_id.id,
                "complainant_name": contact.name
                or self.email
                or self.env._("Unknown sender"),
                "complainant_email": self.email,
            },
            channel="EMAIL" if self.source == "mail" else "PORTAL",
            date=self.date,
            unit=self.sudo().unit_id,
        )
        complaint.message_post(
            body=self.env._("The original"),
            attachments=[
                (self.original_name or "original", base64.b64decode(intake.original))
            ],
            subtype_xmlid="mail.mt_note",
        )
        intake._settle(complaint, self.env.uid)

    # ------------------------------------------------------------------
    # JOB
    # ------------------------------------------------------------------

    @api.model
    def _cron_take_in(self):
        """Try again what failed, a few times: most of it is a matter of time."""
        self._isolate_each(
            Domain("state", "=", "failed") & Domain("attempts", "<", MOST_ATTEMPTS),
            "_try_again",
        )
