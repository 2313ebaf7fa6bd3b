# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .complaint_original import Original
from .governance_complaint_todo import ANSWER
from .hostile_text import clean_text

# A mail that says that it is older than this lies, or its clock is wrong.
OLDEST = timedelta(days=14)
# So much of a message stands in the event that it makes.
LONGEST_NOTE = 20_000


class GovernanceComplaint(models.Model):
    """What comes from outside: by e-mail, from the portal, from other programs."""

    _inherit = "governance.complaint"

    @api.model
    def _take_in(self, values, channel, date=None, unit=None):
        """Register a complaint of somebody outside, at once; tell that it arrived.

        Whoever calls has checked who it is and what the values may say.

        :param str channel: the code of the channel
        :param date: when the sender says that it was sent
        :param unit: the unit that it was sent to, which has it if no rule says better
        :return: the complaint
        """
        channels = self.env["governance.complaint.channel"].sudo()
        company = self.env["res.company"].browse(
            values.get("company_id") or self.env.company.id
        )
        complaints = self.with_company(company)._as_system()
        complaint = complaints.create(
            {
                "channel_id": channels.search(
                    [("code", "=ilike", channel)], limit=1
                ).id,
                **values,
                "company_id": company.id,
                "date_received": self._get_moment(date),
            }
        )
        complaint.action_register()
        unit = unit or self._find_answering_units(company)[:1]
        if not complaint.unit_id and unit.is_handling:
            complaint.unit_id = unit
        complaint = self.browse(complaint.id)
        if complaint._get_intake_unit(unit).acknowledges:
            complaint._acknowledge()
        return complaint

    @api.model
    def _get_moment(self, date):
        """Return when something was sent: never in the future, nor long ago.

        What we have kept for a while was sent before it arrived, however long ago.
        """
        now = fields.Datetime.now()
        original = self.env.context.get("governance_original")
        if isinstance(original, Original) and original.arrived:
            now = min(now, original.arrived)
        moment = fields.Datetime.to_datetime(date) or now
        return moment if now - OLDEST <= moment <= now else now

    @api.model
    def _find_answering_units(self, company):
        """Return who answers customers of a company, those with an address first."""
        units = self.env["governance.complaint.unit"].sudo()
        found = units.search(
            Domain("company_id", "=", company.id) & Domain("is_answering", "=", True)
        )
        return found.sorted(lambda unit: not unit.alias_name)

    def _get_intake_unit(self, unit=None):
        """Return the unit that the customer writes to: its own address comes first."""
        self.ensure_one()
        complaint = self.sudo()
        units = (unit or complaint.unit_id) | self._find_answering_units(
            complaint.company_id
        )
        return units.filtered("alias_name")[:1] or units[:1]

    def _hear_customer(self, text, date=None, source="mail", **details):
        """Note what the customer has written; what waited for it goes on (D-09).

        Whoever calls has checked that it is the customer.

        :return: the event
        """
        self.ensure_one()
        complaint = self._as_system()._lock()
        moment = max(self._get_moment(date), complaint.date_received)
        event = complaint._log_event(
            "inbound",
            date=moment,
            note=clean_text(text, LONGEST_NOTE) or None,
            source=source,
            **details,
        )
        complaint._resume(date=moment)
        complaint._tell_of_customer()
        return event

    def _tell_of_customer(self):
        """Put what the customer has written on the desk of who handles it."""
        self.ensure_one()
        number = self.name
        self._remind(
            ANSWER,
            self._get_people_in_charge(),
            lambda env: env._(
                "The customer has written about %(number)s", number=number
            ),
        )
