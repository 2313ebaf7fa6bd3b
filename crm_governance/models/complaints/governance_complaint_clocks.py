# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .complaint_clock import Event, Policy, Target, get_clocks, get_current
from .complaint_schedules import get_known_schedules
from .governance_complaint_target import TARGETS

KINDS = [kind for kind, _label in TARGETS]
# Events in which the targets that hold from then on are written down.
RULED = ("received", "registered", "reclassified")
# Events that change no clock.
SILENT = ("escalated", "checked", "taken", "assigned", "remedy", "filed")
HOUR = timedelta(hours=1)


def cut(moment):
    """Return a moment without parts of a second, which Odoo does not show."""
    return moment and moment.replace(microsecond=0)


class GovernanceComplaint(models.Model):
    """The clocks of a complaint, written anew whenever something happens."""

    _inherit = "governance.complaint"

    clock_ids = fields.One2many(
        comodel_name="governance.complaint.clock",
        inverse_name="complaint_id",
        string="Clocks",
        readonly=True,
        copy=False,
    )
    escalation_ids = fields.One2many(
        comodel_name="governance.complaint.escalation",
        inverse_name="complaint_id",
        string="Escalations",
        readonly=True,
        copy=False,
    )
    next_deadline = fields.Datetime(
        readonly=True,
        copy=False,
        help="The earliest deadline of the clocks that run, over or not.",
    )

    # The desk asks for these: its size follows what is open, not what there is.
    _next_deadline_idx = models.Index(
        "(next_deadline, id DESC) WHERE state NOT IN ('draft', 'closed', 'withdrawn', "
        "'duplicate')"
    )

    # ------------------------------------------------------------------
    # WHAT THEY ARE COMPUTED FROM
    # ------------------------------------------------------------------

    def _log_event(self, kind, date=None, note=None, **details):
        """Write down the targets that hold, and count the clocks anew."""
        if kind not in RULED:
            events = super()._log_event(kind, date, note, **details)
        else:
            events = self.env["governance.complaint.event"]
            for complaint in self:
                rules = complaint._get_clock_rules()
                events |= super(GovernanceComplaint, complaint)._log_event(
                    kind, date, note, **{**rules, **details}
                )
        if kind not in SILENT:
            self._rewrite_clocks()
        return events

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
        rows = (
            self.env["governance.complaint.event"]
            .sudo()
            .search_fetch(
                [("complaint_id", "in", self.ids)],
                ["kind", "date", "recorded_on", "details"],
                order="date, id",
            )
        )
        return [
            Event(
                kind=row.kind,
                date=row.date,
                id=row.id,
                details=row.details or {},
                recorded_on=row.recorded_on,
            )
            for row in rows
        ]

    def _get_clock_policies(self, events, times=None):
        """Return which targets held since when, as the clocks take it.

        Their working time knows all versions of its schedule, see
        `get_known_schedules`.

        :param dict times: working time that was read already, by schedule and company
        """
        self.ensure_one()
        times = {} if times is None else times
        ruled = [event for event in events if "target_ids" in event.details]
        if not ruled:
            rules = self._get_clock_rules()
            return [self._get_clock_policy(rules, None, times)] if rules else []
        # What was written down at first holds from the beginning.
        policies = [self._get_clock_policy(ruled[0].details, None, times)]
        policies += [
            self._get_clock_policy(event.details, event.date, times)
            for event in ruled[1:]
            if event.kind == "reclassified"
        ]
        return policies

    def _get_clock_policy(self, rules, since, times):
        policy = self.env["governance.complaint.policy"].sudo()
        policy = policy.browse(rules["policy_id"]).exists()
        targets = self.env["governance.complaint.target"].sudo()
        return Policy(
            targets=tuple(
                self._get_clock_target(target, times)
                for target in targets.browse(rules["target_ids"]).exists()
            ),
            since=since,
            pause_hours=policy.pause_hours,
            pause_count=policy.pause_count,
            label=policy.display_name or "",
        )

    def _get_clock_target(self, target, times):
        key = target._get_schedule()
        if key and key not in times:
            versions = self.env["governance.schedule.version"]
            times[key] = versions._get_working_time(*key)
        return Target(
            kind=target.kind,
            amount=target.amount,
            unit=target.unit,
            time=times.get(key),
            is_paused=target.is_paused,
            label=target.display_name,
            id=target.id,
        )

    def _get_clocks(self, now=None, times=None):
        """Return all clocks of this complaint as they stand at a moment.

        :param datetime now: naive UTC; None: this moment
        :param dict times: working time that was read already, by schedule and company
        :return: see `get_clocks`
        """
        self.ensure_one()
        now = now or fields.Datetime.now()
        events = self._get_clock_events()
        policies = self._get_clock_policies(events, times)
        return get_clocks(events, get_known_schedules(policies, now), now)

    # ------------------------------------------------------------------
    # WHERE THEY STAND
    # ------------------------------------------------------------------

    def _claim_clocks(self):
        """Let nobody else write the clocks of these complaints before this is done.

        Writing the rows makes whoever comes second start again and see what has
        happened meanwhile; a lock alone would let both go on with what they saw.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE governance_complaint SET id = id
                    WHERE id IN (SELECT id FROM governance_complaint
                                  WHERE id = ANY(%s) ORDER BY id FOR UPDATE)""",
                self.ids,
            )
        )

    def _rewrite_clocks(self):
        """Count the clocks anew, from the first event on."""
        complaints = self.sudo().sorted("id")
        complaints._claim_clocks()
        clocks = self.env["governance.complaint.clock"]._as_system().sudo()
        rows = clocks.search([("complaint_id", "in", complaints.ids)])
        by_complaint = rows.grouped("complaint_id")
        new, times = [], {}
        for complaint in complaints:
            old = by_complaint.get(complaint, rows.browse()).grouped("kind")
            current = get_current(complaint._get_clocks(times=times))
            begun = {kind: one for kind, one in current.items() if one.start}
            for kind, row in old.items():
                if kind not in begun:
                    row.unlink()
            deadlines = []
            for kind, clock in begun.items():
                values = complaint._prepare_clock(clock)
                if kind in old:
                    old[kind].write(values)
                else:
                    new.append({"complaint_id": complaint.id, "kind": kind, **values})
                if clock.is_live and clock.deadline:
                    deadlines.append(cut(clock.deadline))
            complaint._as_system().next_deadline = min(deadlines, default=False)
        clocks.create(new)

    def _prepare_clock(self, clock):
        """Return the row of a clock of this complaint."""
        self.ensure_one()
        target = self.env["governance.complaint.target"].sudo().browse(clock.target.id)
        moments = self._get_rung_moments(clock)
        return {
            "sequence": KINDS.index(clock.kind),
            "state": clock.state,
            "target_id": target.id,
            "calendar_id": target._get_calendar().id,
            "start": clock.start,
            "deadline": cut(clock.deadline),
            "stopped_on": clock.ended_on,
            "breached_on": cut(clock.breached_on),
            "left": clock.remaining / HOUR,
            "paused_hours": clock.paused / HOUR,
            "pause_count": len(clock.pauses),
            "next_on": min((moment for moment, _rung in moments), default=False),
            "is_stale": False,
        }
