# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .governance_visit import DONE

# How far from the time of the visit somebody may check in.
TOLERANCE = timedelta(hours=1)
HOUR = timedelta(hours=1)
# Whoever is at one customer's is at no other.
IN_PERSON = ("visit", "presence")
# More than so many of one person within an hour are not believable.
MOST_PER_HOUR = {"visit": 4, "call": 12}
MARKS = (
    "is_backdated",
    "is_redated",
    "is_crowded",
    "is_checkin_off",
    "is_regrouped",
    "is_late",
    "is_after_close",
    "is_unlocked",
)


class GovernanceVisit(models.Model):
    """What the leader should look at twice: marks that nobody takes off by hand."""

    _inherit = "governance.visit"

    is_backdated = fields.Boolean(
        string="Back-dated",
        readonly=True,
        copy=False,
        help="Entered long after its day, or moved to a day that was over already.",
    )
    is_redated = fields.Boolean(
        string="Day Changed",
        readonly=True,
        copy=False,
        help="Moved to another day after it took place, or when its report was "
        "overdue.",
    )
    is_crowded = fields.Boolean(
        string="Crowded",
        readonly=True,
        copy=False,
        help="At the same time as another visit of the same person, or one of too many "
        "within an hour.",
    )
    is_checkin_off = fields.Boolean(
        string="Check-in off",
        readonly=True,
        copy=False,
        help="Checked in more than an hour away from the time of the visit.",
    )
    is_regrouped = fields.Boolean(
        string="Participants Changed",
        readonly=True,
        copy=False,
        help="Others took part in the end than when the visitor checked in.",
    )
    is_late = fields.Boolean(
        string="Report Late",
        readonly=True,
        copy=False,
        help="First submitted after the last day for the report.",
    )
    is_after_close = fields.Boolean(
        string="After the Close",
        readonly=True,
        copy=False,
        help="Submitted when the last day for reports on its month was over.",
    )
    is_unlocked = fields.Boolean(
        string="Unlocked",
        readonly=True,
        copy=False,
        help="Was opened again after its submission; see what has changed since.",
    )
    mark_count = fields.Integer(
        string="Number of Marks", compute="_compute_mark_count", store=True
    )
    marks = fields.Char(
        compute="_compute_marks", help="What the leader should look at twice."
    )

    @api.depends(*MARKS)
    def _compute_mark_count(self):
        for visit in self:
            visit.mark_count = sum(1 for mark in MARKS if visit[mark])

    @api.depends(*MARKS)
    @api.depends_context("lang")
    def _compute_marks(self):
        labels = {
            mark: self._fields[mark]._description_string(self.env) for mark in MARKS
        }
        for visit in self:
            marked = [labels[mark] for mark in MARKS if visit[mark]]
            visit.marks = " · ".join(marked) or False

    def _mark_new(self):
        """Mark visits that are entered longer after their day than reports may be."""
        now = fields.Datetime.now()
        for visit in self._as_system():
            if visit.date_start <= now:
                visit.kind = "ad_hoc"
            visit._mark_entered()

    def _mark_entered(self):
        """Mark a visit when it is entered after the last day for its report."""
        today = self._get_local_date(fields.Datetime.now())
        if self.report_deadline < today and not self.is_backdated:
            self.is_backdated = True

    def _mark_moved(self, deadlines):
        """Mark visits that were moved to a day which is over, or away from theirs.

        :param dict deadlines: until when the reports were due before, by visit
        """
        now = fields.Datetime.now()
        for visit in self._as_system():
            today = visit._get_local_date(now)
            if visit.date < today:
                visit.is_backdated = True
            if visit.state in DONE or deadlines[visit.id] < today:
                visit.is_redated = True

    def _mark_timed(self):
        """Mark visits whose time has changed; an old check-in may not fit the new."""
        for visit in self._as_system():
            if visit._is_checkin_off():
                visit.is_checkin_off = True
        self._mark_crowded()

    def _mark_regrouped(self):
        """Mark visits at which others take part than at the check-in."""
        for visit in self._as_system():
            if visit.date_checkin:
                visit.is_regrouped = True

    def _mark_held(self):
        """Mark visits that are said to have taken place."""
        for visit in self._as_system():
            visit._mark_entered()
            visit.is_checkin_off = visit._is_checkin_off()
        self._mark_crowded()

    def _mark_submitted(self):
        """Mark reports that come after the close of their month."""
        for visit in self._as_system():
            today = visit._get_local_date(visit.date_submitted)
            if today > visit._get_close():
                visit.is_after_close = True
        self._mark_crowded()

    def _is_checkin_off(self):
        """Return whether the check-in and the time of the visit lie apart."""
        moment = self.date_checkin
        if not moment:
            return False
        return not self.date_start - TOLERANCE <= moment <= self.date_stop + TOLERANCE

    def _get_close(self):
        """Return the last day for reports on the month of the visit."""
        month_end = self.date + relativedelta(day=31)
        return month_end + timedelta(days=self._get_report_days())

    # ------------------------------------------------------------------
    # TOO MANY AT ONCE
    # ------------------------------------------------------------------

    def _mark_crowded(self):
        """Mark what one person cannot have done; who corrects it takes the mark off.

        A submitted report keeps its mark, and gets one when another visit comes.
        """
        for visit in self._as_system():
            crowd = visit._get_crowd() if visit.state in DONE else visit.browse()
            # Nobody marks the reports of colleagues by saying that they took part.
            unmarked = crowd.filtered(
                lambda other, who=visit.user_id: (
                    other.user_id == who and not other.is_crowded
                )
            )
            unmarked.is_crowded = True
            if visit.is_crowded and visit not in crowd and visit.state == "held":
                visit.is_crowded = False

    def _get_crowd(self):
        """Return the visits that make this one unbelievable, with this one, or none."""
        self.ensure_one()
        crowd = self.browse()
        kinds = {*MOST_PER_HOUR, *IN_PERSON}
        if self.channel_id.kind not in kinds:
            return crowd
        near = self.search(
            Domain("participant_ids", "in", self.participant_ids.ids)
            & Domain("state", "in", DONE)
            & Domain("channel_id.kind", "in", tuple(kinds))
            & Domain("date_start", "<", self.date_stop + HOUR)
            & Domain("date_stop", ">", self.date_start - HOUR)
        )
        near |= self
        for person in self.participant_ids:
            mine = near.filtered(lambda other, who=person: who in other.participant_ids)
            overlapping = (mine - self).filtered(self._overlaps)
            if overlapping:
                crowd |= self | overlapping
            crowd |= self._get_rush(mine)
        return crowd

    def _overlaps(self, other):
        """Return whether nobody can do both.

        On a day of presence one calls others, and visits people of the customer.
        """
        if not (
            other.date_start < self.date_stop and self.date_start < other.date_stop
        ):
            return False
        kinds = {self.channel_id.kind, other.channel_id.kind}
        if "presence" not in kinds:
            return True
        elsewhere = (self.partner_id, self.lead_id) != (other.partner_id, other.lead_id)
        return elsewhere and kinds <= set(IN_PERSON)

    def _get_rush(self, mine):
        """Return the visits of an hour with this one in which there are too many."""
        rush = self.browse()
        most = MOST_PER_HOUR.get(self.channel_id.kind)
        if not most:
            return rush
        mine = mine.filtered(lambda other: other.channel_id.kind in MOST_PER_HOUR)
        for first in mine:
            hour = mine.filtered(
                lambda other, begin=first.date_start: (
                    begin <= other.date_start < begin + HOUR
                )
            )
            if len(hour) > most and self in hour:
                rush |= hour
        return rush
