# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, plaintext2html

from .governance_complaint import OPEN


class GovernanceComplaint(models.Model):
    """Waiting for the customer, and what the customer says in between."""

    _inherit = "governance.complaint"

    is_waiting = fields.Boolean(
        string="Waiting for the Customer",
        compute="_compute_is_waiting",
        search="_search_is_waiting",
    )

    @api.depends("waiting_since")
    def _compute_is_waiting(self):
        for complaint in self:
            complaint.is_waiting = bool(complaint.waiting_since)

    def _search_is_waiting(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [("waiting_since", "!=", False)]

    def wait(self, text, is_asked=False, date=None):
        """Stop the clocks that pause until the customer has answered a question.

        Nobody waits for an answer to what was never asked: the question is sent now, by
        who may write to customers, or it stays on record how they were asked.

        :param str text: the question that is sent; of one that was asked before, what
            the customer was asked, and how
        :param bool is_asked: the customer was asked already, by telephone for example
        :param date: when that was; a string or naive UTC, None: just now
        :raises UserError: when nothing is said, it waits already, the moment cannot be
            right, or for who may not write to the customer
        """
        self._check_worker()
        self._check_asked(text)
        for complaint in self:
            complaint._lock(*OPEN)
            if complaint.waiting_since:
                raise UserError(
                    self.env._(
                        "“%(complaint)s” waits for the customer already, since "
                        "%(date)s.",
                        complaint=complaint.display_name,
                        date=format_datetime(self.env, complaint.waiting_since),
                    )
                )
            if is_asked:
                details = complaint._get_asking(date)
            else:
                details = {"reply": complaint._send_question(text).id}
            complaint._as_system().write({"waiting_since": fields.Datetime.now()})
            complaint._log_event("waiting", note=text, **details)
        return True

    def _check_asked(self, text):
        """Refuse to wait for a customer whom nobody asks anything.

        :raises UserError: when there is no text
        """
        if not isinstance(text, str) or not text.strip():
            raise UserError(
                self.env._(
                    "Write the question to the customer, or how the customer was "
                    "asked. Without a question nobody waits for an answer."
                )
            )

    def _get_asking(self, date):
        """Return when the customer was asked, for the event.

        :raises UserError: for a moment to come, or before the complaint
        """
        self.ensure_one()
        moment = fields.Datetime.to_datetime(date) or fields.Datetime.now()
        self._check_moment(moment)
        return {"asked_on": fields.Datetime.to_string(moment)}

    def _send_question(self, text):
        """Send a question as every answer is sent, with the rights of the user.

        :raises UserError: for who may not write to the customer, and without an address
        :return: the reply
        """
        self.ensure_one()
        values = self._prepare_reply("contact")
        theirs = self.with_context(lang=values["lang"])
        reply = self.env["governance.complaint.reply"].create(
            {
                "complaint_id": self.id,
                "purpose": "contact",
                "mode": "written",
                "subject": values.get("subject")
                or theirs.env._(
                    "A question about your complaint %(number)s", number=self.name
                ),
                "body": plaintext2html(text),
            }
        )
        reply._as_system().lang = values["lang"]
        reply.action_send()
        return reply

    def action_resume(self):
        """Let the clocks run again.

        :raises UserError: for complaints that do not wait
        """
        self._check_worker()
        for complaint in self:
            complaint._lock(*OPEN)
            if not complaint.waiting_since:
                raise UserError(
                    self.env._(
                        "“%(complaint)s” does not wait for the customer.",
                        complaint=complaint.display_name,
                    )
                )
            complaint._resume()
        return True

    def _resume(self, date=None, note=None):
        """End the waiting, if there is any; whoever calls has checked the right to it.

        :param datetime date: when the customer answered, never before it began to wait
        """
        for complaint in self.filtered("waiting_since"):
            moment = max(date or fields.Datetime.now(), complaint.waiting_since)
            complaint._as_system().write({"waiting_since": False})
            complaint._log_event("resumed", date=moment, note=note)

    def note_inbound(self, text, date=None):
        """Note what the customer has said, by telephone for example.

        :param str text: the words of the customer
        :param date: when, if it is entered late; a string or naive UTC
        :raises UserError: for a moment to come, or before the complaint
        """
        self._check_worker_or_registrar()
        self._check_said(text)
        moment = fields.Datetime.to_datetime(date) or fields.Datetime.now()
        for complaint in self:
            complaint._lock(*OPEN)
            complaint._check_moment(moment)
            complaint._note_inbound(text, moment)
        return True

    def _check_moment(self, moment):
        """Refuse that something was said in the future, or before the complaint.

        :raises UserError: saying between when it can have been
        """
        self.ensure_one()
        if not self.date_received <= moment <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "Enter a moment between %(start)s, when the customer complained, "
                    "and now.",
                    start=format_datetime(self.env, self.date_received),
                )
            )

    def _note_inbound(self, text, date=None):
        """Log a message of the customer, for which a waiting complaint has waited."""
        for complaint in self:
            complaint._log_event("inbound", date=date, note=text)
            complaint._resume(date=date)

    def _check_worker_or_registrar(self):
        self.check_access("write")
        for complaint in self:
            if complaint.sudo().registered_by_id != self.env.user:
                complaint._check_worker()
