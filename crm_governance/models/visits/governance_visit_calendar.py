# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from pytz import timezone, utc

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL, format_list

# The identity of this object says that visit and calendar are being brought in line.
_SYNC = object()
# Whose visits may still be moved.
OPEN = ("planned", "held")


class GovernanceVisit(models.Model):
    """A visit and its event in Odoo's calendar follow each other."""

    _inherit = "governance.visit"

    # ------------------------------------------------------------------
    # FROM THE VISIT TO THE CALENDAR
    # ------------------------------------------------------------------

    def action_put_in_calendar(self):
        """Put visits into the calendar whose event was deleted or archived there.

        :raises UserError: for visits that are over or do not take place
        """
        self.check_access("read")
        self._check_visitor()
        self._lock(*OPEN)
        self._put_in_calendar()
        return True

    def action_open_event(self):
        """Open the event of the visit in the calendar."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "view_mode": "form",
        }

    def _get_calendar(self):
        """Return the calendar as the system, under the mark of the comparison.

        What a client says about defaults and languages stays outside.
        """
        context = {"governance_visit_sync": _SYNC, "skip_contact_description": True}
        if not any(visit.invites_contacts for visit in self):
            context["no_mail_to_attendees"] = True
        return self.env["calendar.event"].with_env(self.env(su=True, context=context))

    @api.model
    def _is_calendar_sync(self):
        return self.env.context.get("governance_visit_sync") is _SYNC

    def _put_in_calendar(self):
        """Make the events that are missing, and bring back those that were archived."""
        for visit in self.sudo().filtered("event_id"):
            event = visit.event_id.with_env(visit._get_calendar().env)
            event.write({**visit._prepare_event(), "active": True})
        missing = self.sudo().filtered(lambda visit: not visit.event_id)
        for visits in missing.grouped("invites_contacts").values():
            events = visits._get_calendar()
            events = events.create([visit._prepare_event() for visit in visits])
            for visit, event in zip(visits, events, strict=True):
                visit._as_system().event_id = event.id

    def _update_event(self):
        """Let the events follow that are still there; others stay away."""
        for visit in self.sudo().filtered("event_id.active"):
            event = visit.event_id.with_env(visit._get_calendar().env)
            values = visit._prepare_event()
            if event.allday and event.start_date == visit.date:
                # Without hours in the calendar, it has none that could change.
                for name in ("start", "stop", "allday"):
                    values.pop(name)
            event.write(values)

    def _drop_event(self):
        """Take the events of visits that do not take place out of the calendar."""
        for visit in self.sudo().filtered("event_id.active"):
            visit.event_id.with_env(visit._get_calendar().env).active = False

    def _delete_event(self):
        """Delete the events of visits that are deleted, which would name them still."""
        for visit in self.sudo().filtered("event_id"):
            visit.event_id.with_env(visit._get_calendar().env).unlink()

    def _prepare_event(self):
        """Return the values of the event of this visit."""
        self.ensure_one()
        people = self.participant_ids.partner_id
        if self.invites_contacts:
            people |= self.meeting_ids
        values = {
            "name": self._get_event_name(),
            "start": self.date_start,
            "stop": self.date_stop,
            "allday": False,
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(people.ids)],
            "opportunity_id": self.lead_id.id,
            "location": self.partner_id.contact_address_inline or False,
        }
        # Only ever closed here: whoever opens it again does so on purpose.
        if self._is_confidential():
            values["privacy"] = "private"
        return values

    def _get_event_name(self):
        env = self.env(context={"lang": self.user_id.lang})
        visit = self.with_env(env)
        whom = visit.partner_id.name or visit.lead_id.name
        return env._(
            "%(channel)s: %(customer)s", channel=visit.channel_id.name, customer=whom
        )

    def _is_confidential(self):
        """Return whether not everybody may know whom this visit is for."""
        ranks = (
            self.partner_id.classification_rank,
            self.lead_id.classification_rank,
        )
        return any(ranks)

    # ------------------------------------------------------------------
    # FROM THE CALENDAR TO THE VISIT
    # ------------------------------------------------------------------

    def _check_movable(self):
        """Refuse that others move a visit in the calendar, or anybody one that is over.

        :raises AccessError: for who neither takes part nor leads the visitor
        :raises UserError: when the report was submitted
        """
        user = self.env.user
        for visit in self.sudo():
            if visit.state in ("submitted", "accepted"):
                raise UserError(
                    self.env._(
                        "The report on this visit was submitted on %(date)s: its time "
                        "stays. The leader can give the report back.",
                        date=visit.date_submitted,
                    )
                )
            if visit.state == "held":
                visit._check_mover(user)
            if user not in visit.participant_ids | visit._get_leaders_of(visit.user_id):
                raise AccessError(
                    self.env._(
                        "This is a visit of %(people)s to a customer. They move it, or "
                        "who leads them.",
                        people=format_list(
                            self.env, visit.participant_ids.mapped("name")
                        ),
                    )
                )

    def _check_mover(self, user):
        """Refuse that others move what took place, which marks the report.

        :raises AccessError: naming the visitor
        """
        if user != self.user_id:
            raise AccessError(
                self.env._(
                    "This visit took place: only %(visitor)s changes its time.",
                    visitor=self.user_id.name,
                )
            )

    def _follow_events(self):
        """Take over the time of the events (design: drag in the calendar).

        :raises UserError: see `_check_dates`
        """
        for visit in self.sudo().filtered(lambda visit: visit.state in OPEN):
            start, stop = visit._get_event_times()
            if (start, stop) != (visit.date_start, visit.date_stop):
                moving = visit._as_system().with_context(governance_visit_sync=_SYNC)
                moving.write({"date_start": start, "date_stop": stop})

    def _get_event_times(self):
        """Return the times that the event asks for; without hours the old ones."""
        self.ensure_one()
        event = self.event_id
        if not event.allday:
            return event.start, event.stop
        moved = (event.start_date - self.date).days
        zone = timezone(self.company_id._get_governance_timezone())

        def move(moment):
            local = utc.localize(moment).astimezone(zone).replace(tzinfo=None)
            return self._localize(local + timedelta(days=moved))

        return move(self.date_start), move(self.date_stop)

    def _note_event_gone(self):
        """Say on the visits that they take place although the calendar lost them."""
        for visit in self.sudo().filtered(lambda visit: visit.state in OPEN):
            visit._message_log(
                body=self.env._(
                    "%(user)s took the event out of the calendar. The visit stays as "
                    "it is; cancel it if it does not take place.",
                    user=self.env.user.name,
                )
            )

    # ------------------------------------------------------------------
    # TIME
    # ------------------------------------------------------------------

    def _localize(self, local):
        """Return a local time of the company as naive UTC."""
        zone = timezone(self.company_id.sudo()._get_governance_timezone())
        return zone.localize(local).astimezone(utc).replace(tzinfo=None)

    # ------------------------------------------------------------------
    # CONFIDENTIALITY
    # ------------------------------------------------------------------

    @api.model
    def _close_events(self, customers):
        """Show the visits to customers with a level as busy to everybody else.

        :param customers: contacts, as superuser
        """
        levels = self.env["governance.confidentiality.level"]
        if not customers or levels._get_highest_rank() <= 0:
            return
        self.env["calendar.event"].flush_model(["privacy"])
        self.env["governance.visit"].flush_model(["event_id", "partner_id"])
        customers.flush_model(["commercial_partner_id", "classification_rank"])
        self.env.cr.execute(
            SQL(
                """UPDATE calendar_event event SET privacy = 'private'
                     FROM governance_visit visit
                     JOIN res_partner customer ON customer.id = visit.partner_id
                    WHERE visit.event_id = event.id
                      AND customer.commercial_partner_id = ANY(%s)
                      AND customer.classification_rank > 0
                      AND event.privacy IS DISTINCT FROM 'private'
                RETURNING event.id""",
                list(customers.commercial_partner_id.ids),
            )
        )
        events = self.env["calendar.event"].browse(
            id_ for (id_,) in self.env.cr.fetchall()
        )
        events.invalidate_recordset(["privacy"], flush=False)
