# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .governance_complaint import ENDED, OPEN
from .governance_complaint_todo import CLOSE, HANDLE


class GovernanceComplaint(models.Model):
    """How a complaint ends, and begins again: closed, withdrawn, opened again."""

    _inherit = "governance.complaint"

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def _get_next_state(self):
        """Return the next step; a complaint with open ends is not closed by itself."""
        state = super()._get_next_state()
        if (
            state == "closed"
            and self.state != "answered"
            and self._get_closing_errors()
        ):
            return "answered"
        return state

    def _advance_from(self, state):
        """Go to what comes after another step than the present one."""
        self.ensure_one()
        self._as_system().write({"state": state})
        self._advance()

    def _start_closed(self):
        """Close it; a gate of its own, whoever leads here."""
        self.ensure_one()
        self._check_closable()
        self._resume()
        self._as_system().write({"date_closed": fields.Datetime.now()})
        self._log_event("closed")
        self._complaint_closed()

    # ------------------------------------------------------------------
    # CLOSING
    # ------------------------------------------------------------------

    def action_close(self):
        """Close answered complaints (D-04, D-33, D-42).

        :raises UserError: naming all that is missing
        """
        self._check_worker()
        for complaint in self:
            complaint._lock("answered")
            complaint._enter("closed")
        return True

    def _check_closable(self):
        self.ensure_one()
        errors = self._get_closing_errors()
        if errors:
            raise UserError(
                self.env._(
                    "“%(complaint)s” cannot be closed yet:\n%(errors)s",
                    complaint=self.display_name,
                    errors="\n".join(f"• {error}" for error in errors),
                )
            )

    def _get_closing_errors(self):
        """Return what keeps the complaint from being closed, as sentences; for all."""
        self.ensure_one()
        complaint = self.sudo()
        errors = []
        if not complaint.unit_id:
            errors.append(
                self.env._("No unit leads it: assign it to one, so that nobody shirks.")
            )
        if (
            complaint.is_accepted
            and complaint._is_step_wanted("needs_prevention")
            and not (complaint.prevention or "").strip()
        ):
            errors.append(
                self.env._(
                    "Write under “Prevention” how it is kept from happening again."
                )
            )
        if any(one._get_open_approvals() for one in self._get_approval_subjects()):
            errors.append(self.env._("Somebody still has to decide about it."))
        if complaint._is_disagreed():
            errors.append(
                self.env._("The committee has not reacted to the disagreement yet.")
            )
        return errors

    def _get_approval_subjects(self):
        """Yield what may wait for a signature: the complaint, its parts by model."""
        self.ensure_one()
        yield self._as_system()
        for name in sorted(self._get_subject_models() - {self._name}):
            parts = self.env[name].sudo()
            yield parts.search(Domain("complaint_id", "=", self.id))

    # ------------------------------------------------------------------
    # THE CUSTOMER'S SAY
    # ------------------------------------------------------------------

    def note_confirmation(self, note):
        """Note that the customer accepts the answer; what is complete is closed.

        :param str note: how the customer said so
        """
        self._check_worker_or_registrar()
        self._check_independent(self.env.user)
        self._check_said(note)
        for complaint in self:
            complaint._lock("answered")
            complaint._confirm_answer(note)
        return True

    def _confirm_answer(self, note=None, date=None):
        """Log it, and close what nothing keeps open; the handler sees to the rest."""
        self.ensure_one()
        self._log_event("confirmed", date=date, note=note)
        if not self._get_closing_errors():
            self._enter("closed")
            return
        self._remind(
            CLOSE,
            self._get_people_to_tell("handler"),
            lambda env: env._("The customer accepts the answer: close the complaint"),
        )

    def note_rejection(self, note):
        """Note that the customer rejects the answer; it is worked on again.

        :param str note: why the customer is not satisfied
        """
        self._check_worker_or_registrar()
        self._check_said(note)
        for complaint in self:
            complaint._lock("answered", "closed")
            complaint._reject_answer(note)
        return True

    def _reject_answer(self, note=None, date=None):
        """Log it and begin again: the same complaint, the same clock to closing."""
        self.ensure_one()
        self._log_event("rejected", date=date, note=note)
        if self.state == "closed":
            self._reopen(note)
            return
        self._enter(self._get_return_state())
        self._tell_returned(note)

    def _get_return_state(self):
        """Return the step at which a complaint is taken up again.

        What was never investigated is checked anew.
        """
        self.ensure_one()
        if not self.is_accepted or self.validity == "customer":
            return "registered"
        for state, step in (
            ("assigned", "needs_investigation"),
            ("opinion", "needs_opinion"),
            ("to_reply", "needs_reply"),
        ):
            if self._is_step_wanted(step):
                return state
        return "registered"

    def _tell_returned(self, note):
        self._remind(
            HANDLE,
            self._get_people_to_tell("handler"),
            lambda env: env._("The customer is not satisfied: take it up again"),
            note=note,
        )

    # ------------------------------------------------------------------
    # OPENING AGAIN
    # ------------------------------------------------------------------

    def reopen(self, reason):
        """Open complaints again that are over; the clock to closing goes on.

        :param str reason: why it is not over
        """
        self._check_worker()
        self._check_said(reason)
        for complaint in self:
            complaint._lock(*ENDED)
            complaint._reopen(reason)
        return True

    def _reopen(self, reason, date=None):
        """Open it again; whoever calls has checked the right and holds the lock."""
        self.ensure_one()
        is_closed = self.state == "closed"
        self._as_system().write(
            {
                "date_closed": False,
                "reopen_count": self.reopen_count + 1,
                "duplicate_of_id": False,
            }
        )
        self._log_event("reopened", date=date, note=reason)
        self._enter(self._get_return_state() if is_closed else "registered")
        self._tell_returned(reason)
        self._complaint_reopened()

    # ------------------------------------------------------------------
    # WITHDRAWAL
    # ------------------------------------------------------------------

    def withdraw(self, reason):
        """Note that the customer takes the complaint back; it ends that day.

        :param str reason: what the customer said
        """
        self._check_worker_or_registrar()
        self._check_independent(self.env.user)
        self._check_said(reason)
        for complaint in self:
            complaint._lock(*OPEN)
            complaint._withdraw(reason)
        return True

    def _withdraw(self, reason, date=None):
        self.ensure_one()
        self._end("withdrawn", note=reason, date=date)

    def _end(self, state, note=None, date=None, **details):
        """End it without an answer: who was to decide about it need not."""
        self.ensure_one()
        self._resume()
        self._as_system().write({"state": state, "date_closed": fields.Datetime.now()})
        for subject in self._get_approval_subjects():
            for request in subject._get_open_approvals():
                request._close("withdrawn", note)
        self._log_event(state, date=date, note=note, **details)
