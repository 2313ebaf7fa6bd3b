# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from .governance_complaint import OPEN

# So many mails one address gets in an hour: two robots would write for ever.
MOST_PER_HOUR = 5
# What tells the customer that it arrived.
ACKNOWLEDGING = ("acknowledged", "response", "answered")
# Tells other robots not to answer.
_HEADERS = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
}


class GovernanceComplaint(models.Model):
    """Whoever complains hears that it arrived, and under which number."""

    _inherit = "governance.complaint"

    can_acknowledge = fields.Boolean(compute="_compute_can_acknowledge")

    @api.depends("event_ids.kind", "state", "user_id", "unit_id")
    @api.depends_context("uid")
    def _compute_can_acknowledge(self):
        for complaint in self:
            complaint.can_acknowledge = (
                complaint.state in OPEN
                and not complaint._is_acknowledged()
                and complaint._is_told_by_user()
            )

    def _is_acknowledged(self):
        """Return whether the customer has heard that it arrived."""
        self.ensure_one()
        kinds = set(self.sudo().event_ids.mapped("kind"))
        return not kinds.isdisjoint(ACKNOWLEDGING)

    def _is_told_by_user(self):
        """Return whether the user may tell the customer that it arrived."""
        self.ensure_one()
        units = self._find_answering_units(self.sudo().company_id)
        return self.env.user in units._get_people() or self._is_worked_on_by_user()

    def action_acknowledge(self):
        """Tell the complainant by mail that the complaint has arrived.

        :raises UserError: when there is no address or the customer knows, and for who
            does not work on it
        """
        self.check_access("read")
        for complaint in self:
            complaint._lock(*OPEN)
            if not complaint._is_told_by_user():
                raise UserError(
                    self.env._(
                        "Customer service tells customers that “%(complaint)s” has "
                        "arrived, and who works on it does. You are neither of them.",
                        complaint=complaint.display_name,
                    )
                )
            if complaint._is_acknowledged():
                raise UserError(
                    self.env._(
                        "The customer knows already that “%(complaint)s” has arrived. "
                        "Say what else there is to say by a reply.",
                        complaint=complaint.display_name,
                    )
                )
            if not complaint._get_complainant_email():
                raise UserError(
                    self.env._(
                        "“%(complaint)s” has no e-mail address to write to. Enter the "
                        "one of the complainant, or tell by telephone and note that.",
                        complaint=complaint.display_name,
                    )
                )
            complaint._send_acknowledgement()
        return True

    def _acknowledge(self):
        """Tell who complained that it arrived, unless nobody can be told.

        A mail that cannot be written stops no complaint; the clock of the
        acknowledgement runs on until somebody tells the customer.
        """
        for complaint in self:
            if not complaint._get_complainant_email() or complaint._is_told_too_often():
                continue
            complaint._send_acknowledgement()

    def _get_complainant_email(self):
        """Return the address of who complains, or nothing."""
        self.ensure_one()
        complaint = self.sudo()
        return email_normalize(
            complaint.complainant_email or complaint.contact_id.email or ""
        )

    def _is_told_too_often(self):
        """Return whether the address has got enough mails in the last hour."""
        self.ensure_one()
        since = self.env.cr.now() - timedelta(hours=1)
        count = self.sudo().search_count(
            Domain("complainant_email", "=", self._get_complainant_email())
            & Domain("create_date", ">=", since),
            limit=MOST_PER_HOUR + 1,
        )
        return count > MOST_PER_HOUR

    def _send_acknowledgement(self):
        """Queue the mail and note it; whoever calls has checked the address."""
        self.ensure_one()
        template = self.env.ref(
            "crm_governance.governance_complaint_received_template",
            raise_if_not_found=False,
        )
        if not template:
            return
        template.sudo().send_mail(
            self.id,
            email_values={
                "email_to": self._get_complainant_email(),
                "recipient_ids": [],
                "headers": repr(_HEADERS),
                # The answer to it finds the complaint by this message.
                "auto_delete": False,
            },
        )
        self._log_event("acknowledged", source="mail")
