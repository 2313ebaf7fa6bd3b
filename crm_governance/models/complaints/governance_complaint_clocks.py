# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .complaint_history import MOVES, RULINGS
from .governance_complaint_clock_facts import RULED, UNRULED
from .governance_complaint_target import TARGETS

KINDS = [kind for kind, _label in TARGETS]
HOUR = timedelta(hours=1)
# What a row says of a clock.
COLUMNS = (
    *("kind", "number", "sequence", "state", "target_id", "calendar_id", "start"),
    *("deadline", "stopped_on", "breached_on", "left", "paused_hours", "pause_count"),
    *("next_on", "is_stale"),
)


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

    def _log_event(self, kind, date=None, note=None, **details):
        """Write down the targets that hold, and count the clocks anew."""
        if kind in MOVES:
            # Before the event is written: whoever waits for the other one afterwards
            # has it wait as well.
            self._claim_clocks()
        if kind not in RULED:
            events = super()._log_event(kind, date, note, **details)
        else:
            events = self.env["governance.complaint.event"]
            for complaint in self:
                rules = complaint._get_clock_rules()
                if kind in RULINGS:
                    # That no target holds from now on is said as well.
                    rules = rules or UNRULED
                events |= super(GovernanceComplaint, complaint)._log_event(
                    kind, date, note, **{**rules, **details}
                )
        if kind in MOVES:
            self._count_clocks()
        return events

    def _get_current_clock(self, kind):
        """Return the row of the latest round of a kind, if it has begun."""
        self.ensure_one()
        rows = self.sudo().clock_ids.filtered(lambda clock: clock.kind == kind)
        return rows.sorted("number")[-1:]

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    def _claim_clocks(self):
        """Let nobody else write the clocks of these complaints before this is done.

        Writing the complaints makes whoever comes second start again and see what has
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
        """Count the clocks anew, when nobody else does."""
        self._claim_clocks()
        self._count_clocks()

    def _count_clocks(self):
        """Count the clocks anew, from the first event on; write what has changed.

        Whoever calls has claimed them.
        """
        complaints = self.sudo().sorted("id")
        rows = complaints._get_clock_rows()
        told = complaints._get_told_rungs()
        given = self.env["governance.complaint.escalation"]
        given = given._search_with_todos(complaints).grouped("complaint_id")
        new, changes, deadlines = [], defaultdict(list), defaultdict(list)
        over = []
        for complaint, clocks in zip(
            complaints, complaints._get_all_clocks().values(), strict=True
        ):
            begun = [one for rounds in clocks.values() for one in rounds if one.start]
            for clock in begun:
                values = complaint._prepare_clock(clock, told)
                key = (complaint.id, clock.kind, clock.number)
                if key in rows:
                    row = rows.pop(key)
                    changes[row._get_changed(values)].append(row.id)
                else:
                    new.append({"complaint_id": complaint.id, **values})
            if (deadline := complaint._get_next_deadline(begun)) is not None:
                deadlines[deadline].append(complaint.id)
            for escalation in given.get(complaint, ()):
                clock = escalation._get_clock(begun)
                if clock and clock.is_live:
                    escalation._follow_clock(clock)
                else:
                    over.append(escalation.id)
        self.env["governance.complaint.escalation"].sudo().browse(over)._drop_todos()
        clocks = self.env["governance.complaint.clock"]._as_system().sudo()
        clocks.browse([row.id for row in rows.values()]).unlink()
        # What ends with a policy changes alike for thousands.
        for changed, ids in changes.items():
            if changed:
                clocks.browse(ids).write(dict(changed))
        clocks.create(new)
        for deadline, ids in deadlines.items():
            complaints.browse(ids)._as_system().write({"next_deadline": deadline})

    def _get_clock_rows(self):
        """Return the rows of these complaints by complaint, kind and round."""
        clocks = self.env["governance.complaint.clock"]._as_system().sudo()
        rows = clocks.search_fetch(
            [("complaint_id", "in", self.ids)],
            ["complaint_id", *COLUMNS],
            order="id",
        )
        return {(row.complaint_id.id, row.kind, row.number): row for row in rows}

    def _get_next_deadline(self, clocks):
        """Return the earliest deadline of the clocks that run; None: as it was."""
        deadlines = [one.deadline for one in clocks if one.is_live and one.deadline]
        deadline = cut(min(deadlines, default=False))
        return None if self.next_deadline == deadline else deadline

    def _prepare_clock(self, clock, told):
        """Return the row of a clock of this complaint.

        :param told: see `_get_told_rungs`
        """
        self.ensure_one()
        target = self.env["governance.complaint.target"].sudo().browse(clock.target.id)
        moments = self._get_rung_moments(clock, told)
        return {
            "kind": clock.kind,
            "number": clock.number,
            "sequence": KINDS.index(clock.kind),
            "state": clock.state,
            "target_id": target.id,
            "calendar_id": target._get_calendar().id,
            "start": clock.start,
            "deadline": cut(clock.deadline),
            "stopped_on": clock.ended_on,
            "breached_on": cut(clock.breached_on),
            # Of a clock that runs it would be another one in a moment.
            "left": clock.remaining / HOUR if clock.state == "paused" else 0.0,
            "paused_hours": clock.paused / HOUR,
            "pause_count": len(clock.pauses),
            "next_on": min((moment for moment, _rung in moments), default=False),
            "is_stale": False,
        }
