# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .governance_complaint_target import TARGETS

# When what has failed is tried again.
RETRY = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# For so long the job looks after schedules that were changed, and so long it takes at
# most until others see a change.
RECENT = timedelta(hours=1)
COMMIT = timedelta(seconds=5)
# In the last quarter of its time a clock is soon over.
SOON = 4


class GovernanceComplaintClock(models.Model):
    """Where a round of a clock of a complaint stands, as its events say (D-33 … D-41).

    A row is a copy of what `complaint_clock` computes, for searching and sorting: it is
    counted anew, from the first event on, whenever something happens.  What depends on
    the present moment, whether a deadline is over, is not stored but compared when
    somebody looks.
    """

    _name = "governance.complaint.clock"
    _description = "Clock of a Complaint"
    _inherit = [
        "governance.isolated.mixin",
        "governance.guarded.mixin",
        "governance.complaint.part.mixin",
        "governance.labelled.mixin",
    ]
    _order = "complaint_id desc, sequence, number desc, id"
    _rec_name = "kind"

    complaint_id = fields.Many2one(readonly=True)
    kind = fields.Selection(
        selection=TARGETS, string="Target", required=True, readonly=True
    )
    number = fields.Integer(
        string="Round",
        required=True,
        readonly=True,
        default=1,
        aggregator=None,
        help="A clock runs again with the next message of the customer, the next "
        "disagreement, or when it is reset. Each round is kept and counts by itself.",
    )
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(
        selection=[
            ("running", "Running"),
            ("paused", "Paused"),
            ("met", "In time"),
            ("missed", "Too late"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    target_id = fields.Many2one(
        comodel_name="governance.complaint.target",
        string="Rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The target that holds for it.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Schedule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What it runs on; empty: around the clock.",
    )
    start = fields.Datetime(string="Started", required=True, readonly=True)
    deadline = fields.Datetime(
        readonly=True, help="Empty while it is paused: the end moves with the pause."
    )
    stopped_on = fields.Datetime(string="Stopped", readonly=True)
    breached_on = fields.Datetime(
        string="Overdue since",
        readonly=True,
        help="When a clock that has stopped had run out of time.",
    )
    left = fields.Float(
        string="Time Left when Paused",
        readonly=True,
        help="In hours, working hours where it runs on a working schedule.",
    )
    paused_hours = fields.Float(string="Hours Paused", readonly=True)
    pause_count = fields.Integer(string="Pauses", readonly=True)
    next_on = fields.Datetime(
        string="Next Escalation",
        readonly=True,
        help="When somebody hears of it next. Empty: nobody.",
    )
    is_stale = fields.Boolean(
        readonly=True,
        help="A working schedule has changed; a job counts anew in a moment.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _kind_uniq = models.UniqueIndex(
        "(complaint_id, kind, number)", "Each round of a clock is written down once."
    )
    # What the jobs ask for: the size of these follows what is open, not what there is.
    _next_on_idx = models.Index("(next_on) WHERE next_on IS NOT NULL")
    _stale_idx = models.Index("(id) WHERE is_stale")
    _live_idx = models.Index("(calendar_id) WHERE state IN ('running', 'paused')")

    @api.depends("kind", "number", "complaint_id")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        label = f"{self.complaint_id.name or ''}: {kinds.get(self.kind, '')}"
        return label if self.number == 1 else f"{label} ({self.number})"

    @api.depends("state", "deadline", "breached_on")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for clock in self:
            clock.is_overdue = clock._is_over(now)

    def _search_is_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        running = Domain("state", "=", "running") & Domain("deadline", "<", "now")
        paused = Domain("state", "=", "paused") & Domain("breached_on", "!=", False)
        return running | paused

    def _is_over(self, now):
        """Return whether its time has run out, and nobody has done it yet.

        Nobody needs to have noted it: the deadline is compared with the present.
        """
        self.ensure_one()
        if self.state == "running":
            return bool(self.deadline) and self.deadline < now
        return self.state == "paused" and bool(self.breached_on)

    # ------------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------------

    @api.model
    def _get_never(self):
        """Return what lies behind all deadlines."""
        return datetime.max

    def _get_status(self, now):
        """Return how it stands at a moment: overdue, soon, running or paused."""
        self.ensure_one()
        if self._is_over(now):
            return "overdue"
        if self.state == "paused":
            return "paused"
        if self.deadline and self.deadline - now < (self.deadline - self.start) / SOON:
            return "soon"
        return "running"

    def _get_text(self, now, kind):
        """Return how much time is left, in words.

        :param str kind: the name of the target, in the language of the user
        """
        self.ensure_one()
        if self._is_over(now):
            length = self._get_length_text(now - (self.deadline or self.breached_on))
            return self.env._("%(kind)s: overdue by %(time)s", kind=kind, time=length)
        if self.state == "paused":
            length = self._get_length_text(timedelta(hours=self.left))
            return self.env._(
                "%(kind)s: stands still, %(time)s left", kind=kind, time=length
            )
        if not self.deadline:
            return self.env._("%(kind)s: no end in sight", kind=kind)
        length = self._get_length_text(self.deadline - now)
        return self.env._("%(kind)s: %(time)s left", kind=kind, time=length)

    @api.model
    def _get_length_text(self, length):
        """Return a length of time in its two biggest units."""
        minutes = max(int(length / MINUTE), 0)
        days, hours = divmod(minutes // 60, 24)
        if days:
            return self.env._("%(days)s d %(hours)s h", days=days, hours=hours)
        if hours:
            return self.env._(
                "%(hours)s h %(minutes)s min", hours=hours, minutes=minutes % 60
            )
        return self.env._("%(minutes)s min", minutes=minutes)

    def _is_closed(self):
        """Let nobody change it by hand."""
        return True

    # ------------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Tell what clocks have come to, each complaint on its own.

        An index has the moments that are still to come, so that the cost follows what
        is due and neither how many complaints there are nor how many are open.
        """
        self._see_to_recent()
        if self._isolate_each(Domain("is_stale", "=", True), "_recount"):
            self._isolate_each(Domain("next_on", "<=", "now"), "_climb")
        self.env["governance.complaint.policy"]._see_to_recent()

    def _get_changed(self, values):
        """Return what differs, as pairs of name and value; nothing of most rounds."""
        self.ensure_one()
        return tuple(
            (name, value or False)
            for name, value in values.items()
            if (self._fields[name].convert_to_write(self[name], self) or False)
            != (value or False)
        )

    def _recount(self):
        self.complaint_id._rewrite_clocks()

    def _climb(self):
        self.complaint_id._climb(self.kind, self.number)

    def _isolation_failed(self, error):
        """Try again in an hour what cannot be told, and go on with the others.

        Where somebody else was faster there is nothing wrong: the next run looks again.
        """
        if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            return
        if self.is_stale or not self.exists():
            return
        self._as_system().next_on = fields.Datetime.now() + RETRY

    @api.model
    def _see_to_recent(self):
        """Find clocks that were counted while somebody changed their schedule.

        Neither of the two saw what the other one did.
        """
        since = Domain("date_start", ">=", fields.Datetime.now() - RECENT)
        for change in self.env["governance.schedule.version"].sudo().search(since):
            self._mark_stale(
                Domain("calendar_id", "=", change.calendar_key)
                & Domain("write_date", "<=", change.date_start + COMMIT)
            )
        for change in self.env["governance.schedule.choice"].sudo().search(since):
            self._mark_stale(
                Domain("company_id", "=", change.company_id.id)
                & Domain("calendar_id", "!=", False)
                & Domain("write_date", "<=", change.date_start + COMMIT)
            )

    @api.model
    def _mark_stale(self, domain):
        """Let a job count anew the clocks that have not ended, in a moment.

        Changing a working schedule that thousands of clocks run on takes no longer
        than changing one on which none does.
        """
        live = Domain("state", "in", ("running", "paused"))
        clocks = self.sudo().search(domain & live & Domain("is_stale", "=", False))
        if clocks:
            clocks._as_system().is_stale = True
            self.env.ref("crm_governance.ir_cron_complaint_escalate").sudo()._trigger()
