# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .governance_complaint_todo import CLOSE

# What could not be closed is tried again after this time.
RETRY = timedelta(days=1)


class GovernanceComplaint(models.Model):
    """A customer who says nothing to the answer for a while agrees with it."""

    _name = "governance.complaint"
    _inherit = ["governance.complaint", "governance.isolated.mixin"]

    consent_on = fields.Datetime(
        string="Silence Counts as Consent on",
        readonly=True,
        copy=False,
        help="From then on it is closed, unless the customer has said something since "
        "the answer.",
    )

    _consent_idx = models.Index("(consent_on) WHERE consent_on IS NOT NULL")

    def _start_answered(self):
        """Give the customer the days that the procedure allows."""
        self.ensure_one()
        days = self.sudo().procedure_id.confirmation_days
        moment = fields.Datetime.now() + timedelta(days=days) if days else False
        self._as_system().write({"consent_on": moment})

    @api.model
    def _cron_close_silent(self):
        """Close answered complaints whose customers have been silent long enough.

        What cannot be closed yet comes onto the desk of the handler, once.
        """
        self._isolate_each(self._get_silent_domain(), "_close_silent")

    @api.model
    def _get_silent_domain(self):
        return Domain("state", "=", "answered") & Domain(
            "consent_on", "<=", fields.Datetime.now()
        )

    def _close_silent(self):
        self.ensure_one()
        self._as_system().write({"consent_on": False})
        if self._is_silent() and not self._get_closing_errors():
            self._enter("closed")
            return
        self._remind(
            CLOSE,
            self._get_people_to_tell("handler"),
            lambda env: env._(
                "The days for the customer are over: see to the complaint"
            ),
        )

    def _isolation_failed(self, error):
        """Note what a job could not do; what it could not close waits for a day."""
        self._message_log(
            body=self.env._("The scheduled run failed: %(error)s", error=error)
        )
        if self.filtered_domain(self._get_silent_domain()):
            self._as_system().consent_on = fields.Datetime.now() + RETRY

    def _is_silent(self):
        """Return whether the customer has said nothing since the last answer."""
        self.ensure_one()
        events = self.sudo().event_ids.sorted(lambda event: (event.date, event.id))
        kinds = events.mapped("kind")
        if "answered" not in kinds:
            return False
        last = len(kinds) - 1 - kinds[::-1].index("answered")
        return not {"inbound", "rejected", "disagreement"} & set(kinds[last:])
