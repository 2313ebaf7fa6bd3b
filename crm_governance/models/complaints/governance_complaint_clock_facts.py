# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import fields, models

from .complaint_clock import Event, Policy, Target, get_clocks
from .complaint_history import RULINGS
from .complaint_schedules import get_known_schedules

# Events in which the targets that hold from then on are written down.
RULED = ("received", "registered", "reclassified")
# What is written down where no target holds any more.
UNRULED = {"policy_id": False, "target_ids": []}


class ClockFacts:
    """Targets and working time, read once for the clocks of many complaints."""

    def __init__(self, env, histories):
        """Read the policies and targets that histories name, by one query each.

        :param histories: lists of events, as the clocks take them
        """
        self.env = env
        self._times, self._made = {}, {}
        rules = [
            event.details
            for events in histories
            for event in events
            if "target_ids" in event.details
        ]
        self._policies = self._read(
            "governance.complaint.policy",
            {one["policy_id"] for one in rules},
            ["pause_hours", "pause_count"],
        )
        self._targets = self._read(
            "governance.complaint.target",
            {number for one in rules for number in one["target_ids"]},
            ["policy_id", "kind", "amount", "unit", "calendar_id", "is_paused"],
        )

    def _read(self, model, ids, names):
        """Return {id: record} of those that there still are."""
        ids = sorted(ids - {False})
        if not ids:
            return {}
        records = self.env[model].sudo().with_context(active_test=False)
        found = records.search_fetch([("id", "in", ids)], names, order="id")
        return {record.id: record for record in found}

    def get_policy(self, rules, since):
        """Return what was written down with an event, as the clocks take it."""
        policy = self._policies.get(rules["policy_id"])
        return Policy(
            targets=tuple(
                self._get_target(number)
                for number in rules["target_ids"]
                if number in self._targets
            ),
            since=since,
            pause_hours=policy.pause_hours if policy else 0,
            pause_count=policy.pause_count if policy else 0,
        )

    def _get_target(self, number):
        """Return a target as the clocks take it."""
        if number not in self._made:
            target = self._targets[number]
            self._made[number] = Target(
                kind=target.kind,
                amount=target.amount,
                unit=target.unit,
                time=self._get_time(target._get_schedule()),
                is_paused=target.is_paused,
                id=target.id,
            )
        return self._made[number]

    def _get_time(self, schedule):
        if schedule and schedule not in self._times:
            versions = self.env["governance.schedule.version"]
            self._times[schedule] = versions._get_working_time(*schedule)
        return self._times.get(schedule)


class GovernanceComplaint(models.Model):
    """What the clocks of complaints are computed from."""

    _inherit = "governance.complaint"

    def _get_clock_rules(self):
        """Return the policy and the targets that hold for this complaint now.

        Lines of published policies do not change, so their numbers are enough.
        """
        self.ensure_one()
        complaint = self.sudo()
        policy = complaint.policy_id
        if not policy.active:
            return {}
        return {
            "policy_id": policy.id,
            "target_ids": policy._get_targets(complaint).ids,
        }

    def _get_clock_events(self):
        """Return what happened to this complaint, as the clocks take it."""
        self.ensure_one()
        # One that is typed in has no events yet.
        return self._get_clock_histories()[self._origin.id]

    def _get_clock_histories(self):
        """Return what happened to each of these complaints, by one query.

        :return: dict from the number of a complaint to its events, as the clocks take
            them
        """
        rows = (
            self.env["governance.complaint.event"]
            .sudo()
            .search_fetch(
                [("complaint_id", "in", self.ids)],
                ["complaint_id", "kind", "date", "recorded_on", "details"],
                order="date, id",
            )
        )
        histories = defaultdict(list)
        for row in rows:
            histories[row.complaint_id.id].append(
                Event(
                    kind=row.kind,
                    date=row.date,
                    id=row.id,
                    details=row.details or {},
                    recorded_on=row.recorded_on,
                )
            )
        return histories

    def _get_clock_policies(self, events, facts=None):
        """Return which targets held since when, as the clocks take it.

        Their working time knows all versions of its schedule, see
        `get_known_schedules`.

        :param facts: `ClockFacts` that know the targets of these events
        """
        self.ensure_one()
        ruled = [event for event in events if "target_ids" in event.details]
        if not ruled:
            rules = self._get_clock_rules()
            if not rules:
                return []
            event = Event("received", fields.Datetime.now(), details=rules)
            return [ClockFacts(self.env, [[event]]).get_policy(rules, None)]
        facts = facts or ClockFacts(self.env, [ruled])
        # What was written down at first holds from the beginning.
        policies = [facts.get_policy(ruled[0].details, None)]
        policies += [
            facts.get_policy(event.details, event.date)
            for event in ruled[1:]
            if event.kind in RULINGS
        ]
        return policies

    def _get_clocks(self, now=None):
        """Return all clocks of this complaint as they stand at a moment.

        :param datetime now: naive UTC; None: this moment
        :return: see `get_clocks`
        """
        self.ensure_one()
        return self._get_all_clocks(now)[self.id]

    def _get_all_clocks(self, now=None):
        """Return all clocks of these complaints as they stand at a moment.

        The number of queries does not depend on how many complaints, events and
        clocks there are.

        :param datetime now: naive UTC; None: this moment
        :return: dict from the number of a complaint to what `get_clocks` returns
        """
        now = now or fields.Datetime.now()
        histories = self._get_clock_histories()
        facts = ClockFacts(self.env, histories.values())
        clocks = {}
        for complaint in self:
            events = histories[complaint.id]
            policies = complaint._get_clock_policies(events, facts)
            policies = get_known_schedules(policies, now)
            clocks[complaint.id] = get_clocks(events, policies, now)
        return clocks
