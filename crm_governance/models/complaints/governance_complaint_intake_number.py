# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import hashlib
import logging
import re

from psycopg2 import OperationalError
from psycopg2.pool import PoolError

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

COMPLAINT = "governance.complaint"
# So much of a mail is looked through for its number: its head.
_HEAD = 100_000
# Some programs fold the line after the name of the header.
_NUMBER = re.compile(rb"(?im)^message-id:[ \t]*(?:\r?\n[ \t]+)?(\S+)")


class GovernanceComplaintIntake(models.Model):
    """Mails are taken in once, also by two servers that get them at the same moment."""

    _inherit = "governance.complaint.intake"

    @api.model
    def _claim_mail(self, model, original):
        """Wait for whoever works on a mail with the same number; say what it became.

        :param bytes original: the mail as it came
        :return: “kept” when this very mail is kept already, “taken” when one with its
            number was taken in; nothing when it is new, or not about a complaint
        """
        if self.sudo()._find_addressee(model, original) is None:
            return None
        number = self._get_number(original)
        self._claim_number(number)
        digest = hashlib.sha256(original).hexdigest()
        kept = SQL(
            "SELECT id FROM governance_complaint_intake WHERE digest = %s", digest
        )
        if self._look_anew(kept):
            return "kept"
        if self.sudo().search_count([("digest", "=", digest)], limit=1):
            return "kept"
        return "taken" if self._find_taken(number) else None

    @api.model
    def _claim_number(self, number):
        """Let nobody else work on a mail with this number in the meantime."""
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", number)
        )

    @api.model
    def _find_taken(self, number):
        """Return the (model, id) that a mail with this number belongs to, if any."""
        query = SQL(
            "SELECT model, res_id FROM mail_message WHERE message_id = %s LIMIT 1",
            number,
        )
        self.env["mail.message"].flush_model(["model", "res_id", "message_id"])
        self.env.cr.execute(query)
        return self.env.cr.fetchone() or self._look_anew(query)

    @api.model
    def _look_anew(self, query):
        """Return a row that others have committed meanwhile, if any.

        This transaction sees the database as it was when it began.  When all
        connections are in use, rather a mail twice than none.
        """
        try:
            with self.env.registry.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchone()
        except (OperationalError, PoolError):
            _logger.warning("What others have taken in is not known", exc_info=True)
            return None

    @api.model
    def _get_number(self, original):
        """Return the number of a mail, or what `_name_mail` gives it."""
        head = re.split(rb"\r?\n\r?\n", original[:_HEAD], maxsplit=1)[0]
        number = _NUMBER.search(head)
        if number:
            return number[1].decode("ascii", "replace")
        return f"<{hashlib.sha256(original).hexdigest()}@unnumbered>"

    def _try_again(self):
        """Take a mail in that has failed, unless it has come again and was taken in."""
        self.ensure_one()
        if self.source != "mail" or self.state != "failed":
            return super()._try_again()
        number = self._get_number(base64.b64decode(self.sudo().original or b""))
        self._claim_number(number)
        found = self._find_taken(number)
        if not found:
            return super()._try_again()
        model, id_ = found
        complaint = self.env[COMPLAINT].sudo().browse(model == COMPLAINT and id_)
        return self._as_system().write(
            {
                "state": "ignored",
                "reason": self.env._(
                    "Another mail with the same number was taken in before, or it "
                    "answers a refusal."
                ),
                "complaint_id": complaint.exists().id or self.complaint_id.id,
            }
        )
