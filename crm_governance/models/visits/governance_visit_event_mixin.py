# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class GovernanceVisitEventMixin(models.AbstractModel):
    """What asks for callbacks: an order that is confirmed, a file that is opened.

    Neither fails because its callbacks do: a job catches up with them.
    """

    _name = "governance.visit.event.mixin"
    _description = "Event that asks for callbacks"

    governance_callback_date = fields.Date(
        string="Callbacks Missing Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        # Who could write it would set deadlines of callbacks.
        groups=fields.NO_ACCESS,
        help="The day of what happened, while its callbacks could not be brought in "
        "line with it.",
    )

    def _update_callbacks(self):
        """Start the callbacks that events ask for, and end those of events undone."""
        raise NotImplementedError

    def _get_event_day(self):
        """Return when it happened, where the company is."""
        self.ensure_one()
        event = self.sudo()
        return (
            event.governance_callback_date or event.company_id._get_governance_today()
        )

    def _follow_event(self):
        """Let callbacks follow; what fails is left to the job.

        Collisions with other transactions are the caller's, who tries again.
        """
        try:
            with self.env.cr.savepoint():
                self._update_callbacks()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.warning("Callbacks of %s are missing", self, exc_info=True)
            for day, events in self.grouped(
                lambda event: event._get_event_day()
            ).items():
                events._note_missing(day)

    def _catch_up_callbacks(self):
        """Let callbacks follow of what could not be done when it happened."""
        events = self.sudo()
        events._update_callbacks()
        events._note_missing(None)

    def _note_missing(self, day):
        """Note since when callbacks are missing, past all that hangs on a change."""
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET governance_callback_date = %s WHERE id = ANY(%s)",
                SQL.identifier(self._table),
                day,
                list(self.ids),
            )
        )
        self.invalidate_recordset(["governance_callback_date"], flush=False)

    @api.model
    def _get_missing_events(self, company):
        """Return the events of a company whose callbacks are missing."""
        return self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("governance_callback_date", "!=", False),
            order="id",
        )
