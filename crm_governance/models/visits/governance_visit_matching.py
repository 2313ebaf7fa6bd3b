# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import product

from pytz import timezone, utc

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .governance_visit import LIVE

# When the first visit of a day begins, and to which minutes the next ones are rounded.
FIRST_HOUR = time(9)
STEP = timedelta(minutes=15)


class GovernanceVisit(models.Model):
    """Which visit fulfils which planned contact."""

    _inherit = "governance.visit"

    # ------------------------------------------------------------------
    # FROM THE PLAN TO VISITS
    # ------------------------------------------------------------------

    @api.model
    def _plan_for_slots(self, slots):
        """Plan a visit for each slot that has none, one after the other on its day.

        Whoever calls has checked the right to it.  The rooms above call it too.

        :param slots: planned contacts of people, with a day
        :return: the new visits, in the order of the slots that got one
        """
        created = self.browse()
        # No visit from now on would count where the time is over.
        slots = slots.sudo().filtered(
            lambda slot: slot.user_id and not slot._is_missed()
        )
        slots = slots.sorted(lambda slot: (slot.date, slot.id))
        free = self._get_free_times(slots)
        # One visit may fulfil several contacts with a customer, so only the first one
        # of each is planned at once, and then what is left.
        while left := slots.filtered(
            lambda slot: slot.state == "open" and not slot.visit_id
        ):
            first = {}
            for slot in left:
                first.setdefault((slot.user_id, slot.partner_id, slot.lead_id), slot)
            batch = left.browse(slot.id for slot in first.values())
            created |= self._plan_batch(batch, free)
        return slots.visit_id.with_env(self.env) & created.with_env(self.env)

    @api.model
    def _plan_batch(self, slots, free):
        """Plan one visit for each of these slots.

        :param dict free: see `_get_free_times`; moves on
        """
        vals_list = []
        for slot in slots:
            key = (slot.user_id, slot.company_id, slot.date or slot.window_start)
            start = self._get_next_start(*key[1:], free.get(key))
            stop = free[key] = start + self._get_length(slot.channel_id)
            vals_list.append(
                {
                    "user_id": slot.user_id.id,
                    "company_id": slot.company_id.id,
                    "partner_id": slot.partner_id.id,
                    "lead_id": slot.lead_id.id,
                    "channel_id": slot.channel_id.id,
                    "direction": slot.cadence_id.direction or "outgoing",
                    "objective": self._get_slot_objective(slot),
                    "date_start": start,
                    "date_stop": stop,
                }
            )
        visits = self._as_system().create(vals_list)
        for slot, visit in zip(slots, visits, strict=True):
            if slot.visit_id != visit:
                slot._as_system().visit_id = visit.id
        return visits

    @api.model
    def _get_slot_objective(self, slot):
        env = self.env(context={"lang": slot.user_id.lang})
        lines = slot.cadence_id or slot.callback_id
        return lines.with_env(env).objective

    @api.model
    def _get_free_times(self, slots):
        """Return {(user, company, day): when the last visit of the day ends}."""
        days = {slot.date or slot.window_start for slot in slots}
        taken = self.sudo().search(
            Domain("participant_ids", "in", slots.user_id.ids)
            & Domain("state", "in", LIVE)
            & Domain("date", "in", list(days))
        )
        free = {}
        for visit in taken:
            for key in product(visit.participant_ids, slots.company_id, [visit.date]):
                free[key] = max(free.get(key, visit.date_stop), visit.date_stop)
        return free

    @api.model
    def _get_next_start(self, company, day, last):
        """Return when the next visit of a day can begin, as naive UTC.

        :param datetime last: when the last one ends; None: there is none
        """
        zone = timezone(company.sudo()._get_governance_timezone())
        first = zone.localize(datetime.combine(day, FIRST_HOUR))
        first = first.astimezone(utc).replace(tzinfo=None)
        last = last or first
        late = (last - datetime.min) % STEP
        rounded = last + (STEP - late if late else timedelta())
        end_of_day = zone.localize(datetime.combine(day, time(23)))
        end_of_day = end_of_day.astimezone(utc).replace(tzinfo=None)
        return first if rounded > end_of_day else max(first, rounded)

    # ------------------------------------------------------------------
    # FROM VISITS TO THE PLAN
    # ------------------------------------------------------------------

    def _match_slots(self):
        """Let these visits fulfil the planned contacts that they fit, and no others.

        The generator calls it too, for visits that were there before the plan.
        """
        visits = self.sudo()
        if not visits:
            return
        slots = self.env["governance.visit.slot"].sudo()
        linked = slots.search(
            Domain("visit_id", "in", visits.ids) & Domain("state", "!=", "void")
        )
        live = visits.filtered(lambda visit: visit.state in LIVE).sorted("date_start")
        near = slots.search(live._get_slot_domain()) if live else slots
        fitting = self._get_fitting(linked | near, live)
        lost = linked.filtered(
            lambda slot: slot not in slot.visit_id._choose(fitting[slot.visit_id])
        )
        lost._as_system().write({"visit_id": False})
        for visit in live:
            mine = visit._choose(fitting[visit])
            mine = mine.filtered(lambda slot: not slot.visit_id)
            mine._as_system().write({"visit_id": visit.id})
        self._fill_slots(lost)

    @api.model
    def _fill_slots(self, slots):
        """Find another visit for each slot that has lost its own."""
        slots = slots.sudo().exists()
        slots = slots.filtered(lambda slot: slot.state == "open" and not slot.visit_id)
        if not slots:
            return
        fitting = self._get_fitting(slots | slots._get_beside())
        visits = (
            self.sudo().union(*fitting).sorted(lambda one: (one.date_start, one.id))
        )
        for slot in slots:
            for visit in visits:
                # What a leader adds to a goal is another visit, not the same.
                is_taken = (
                    slot.cadence_id
                    and slot.cadence_id in (visit.slot_ids - slot).cadence_id
                )
                if not is_taken and slot in visit._choose(fitting[visit]):
                    slot._as_system().visit_id = visit.id
                    break

    @api.model
    def _get_fitting(self, slots, visits=None):
        """Return {visit: those of some slots that it may fulfil}.

        :param visits: these alone; None: all
        """
        counting = self.env["governance.visit.counting"]
        columns = SQL("slot.id AS slot_id")
        found = defaultdict(slots.browse)
        if not slots:
            return found
        rows = counting._read_met(
            slots.ids,
            SQL(
                """SELECT id, array_agg(slot_id) FROM (%s UNION ALL %s) met
                    WHERE is_own AND (%s OR id = ANY(%s)) GROUP BY id""",
                counting._get_matches_sql(columns),
                counting._get_callers_sql(columns),
                visits is None,
                visits.ids if visits else [],
            ),
        )
        for visit_id, slot_ids in rows:
            found[self.sudo().browse(visit_id)] = slots.browse(sorted(slot_ids))
        return found

    def _choose(self, slots):
        """Return those of some fitting slots that this visit fulfils."""
        return slots.filtered(lambda slot: slot.visit_id in (self.browse(), self))

    def _get_slot_domain(self):
        """Return the domain of the open slots among which these visits find theirs."""
        whom = Domain("partner_id", "in", self.partner_id.ids) & Domain(
            "lead_id", "=", False
        )
        days = self.mapped("date")
        return (
            (whom | Domain("lead_id", "in", self.lead_id.ids))
            & Domain("user_id", "in", self.participant_ids.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "=", "open")
            & Domain("visit_id", "=", False)
            & (
                Domain("window_start", "<=", max(days))
                & Domain("window_end", ">", min(days))
                | Domain("is_moved", "=", True) & Domain("date", "in", days)
            )
        )

    def _move_slots(self):
        """Show on the planned contacts the day on which their visits are now.

        What waits for a decision stays as it was signed, and follows after it.
        """
        for visit in self.sudo():
            moved = visit.slot_ids.filtered(
                lambda slot, day=visit.date: (
                    slot.date != day and slot.plan_id.state != "requested"
                )
            )
            moved._as_system().write({"date": visit.date})
