# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import fields, models
from odoo.tools import format_datetime

from .governance_complaint_clocks import cut


class GovernanceComplaint(models.Model):
    """Who hears when a clock comes to a point: each rung once, in order (D-35)."""

    _inherit = "governance.complaint"

    def _get_told_rungs(self):
        """Return what has been told of the clocks of these complaints, by one query.

        :return: dict from the number of the complaint, the kind of the clock and its
            start to the keys of the rungs
        """
        told = defaultdict(set)
        escalations = self.env["governance.complaint.escalation"].sudo()
        for one in escalations.search_fetch(
            [("complaint_id", "in", self.ids)],
            ["complaint_id", "kind", "start", "share", "recipient", "person_id"],
            order="id",
        ):
            told[one.complaint_id.id, one.kind, one.start].add(one._get_rung_key())
        return told

    def _get_rung_moments(self, clock, told):
        """Return [(moment, rung)] of what is still to be told of a clock, in order.

        Moments may be past, if the job is late.

        :param told: see `_get_told_rungs`
        """
        self.ensure_one()
        # The target may be that of another policy, see `_get_targets`.
        target = self.env["governance.complaint.target"].sudo().browse(clock.target.id)
        policy = target.policy_id
        if clock.state == "cancelled" or not policy.active:
            return []
        rungs = policy.rung_ids.filtered(lambda rung: rung.kind in (False, clock.kind))
        done = told[self.id, clock.kind, clock.start]
        moments = [
            (cut(moment), rung)
            for rung in rungs
            if rung._get_rung_key() not in done and (moment := clock.reach(rung.share))
        ]
        return sorted(moments, key=lambda one: (one[0], one[1].share, one[1].sequence))

    def _climb(self, kind, number):
        """Tell all that is due of a round of a clock, each rung once.

        A job that comes late tells it all, in order, with the true moments.
        """
        self.ensure_one()
        self._claim_clocks()
        rounds = self._get_clocks().get(kind, ())
        for clock in rounds:
            if clock.start and clock.number == number:
                self._climb_round(clock)
        self._count_clocks()

    def _climb_round(self, clock):
        now = fields.Datetime.now()
        for moment, rung in self._get_rung_moments(clock, self._get_told_rungs()):
            if moment <= now:
                self._climb_to(rung, moment, clock)

    def _climb_to(self, rung, moment, clock):
        people = self._get_people_on(rung)
        if not clock.is_live and rung.share < 100:
            # Nobody needs to be warned of what has been done meanwhile.
            people = people.browse()
        told = self.env["governance.complaint.escalation"]._seal()
        told = told.create(
            {
                "complaint_id": self.id,
                "kind": clock.kind,
                "share": rung.share,
                "recipient": rung.recipient,
                "person_id": rung._get_rung_key()[-1],
                "start": clock.start,
                "date_due": moment,
                "date": fields.Datetime.now(),
                "told_ids": [fields.Command.set(people.ids)],
                "notice": rung.notice,
                "is_resting": rung.notice == "todo" and clock.state == "paused",
            }
        )
        self._log_event("escalated", date=moment, target=clock.kind, share=rung.share)
        if people:
            self._tell_climb(people, rung, moment, clock)
        if people and rung.notice == "todo" and clock.state == "running":
            # What is done, or stands still, is nobody's to-do.
            told.sudo()._unseal()._plan_todos(people, cut(clock.deadline))

    def _get_people_on(self, rung):
        """Return who is told on a rung: complaint managers where there is nobody."""
        self.ensure_one()
        complaint = self.sudo()
        company = complaint.company_id
        if rung.recipient == "user":
            people = company._filter_staff(rung.sudo().user_id)
        else:
            people = complaint._get_people_to_tell(rung.recipient)
        if people:
            return people
        group = self.env.ref("crm_governance.group_complaint_manager").sudo()
        return company._filter_staff(group.all_user_ids)

    def _tell_climb(self, people, rung, moment, clock):
        def write(env):
            kinds = env["governance.complaint.target"]._fields["kind"]
            kind = dict(kinds._description_selection(env))[clock.kind]
            number = self.name
            if rung.share >= 100:
                subject = env._(
                    "%(number)s is overdue: %(kind)s", number=number, kind=kind
                )
            else:
                subject = env._(
                    "%(number)s will soon be overdue: %(kind)s",
                    number=number,
                    kind=kind,
                )
            values = {
                "complaint": self._get_label(),
                "kind": kind,
                "share": f"{rung.share:g}",
                "moment": format_datetime(env, moment),
            }
            if clock.ended_by and clock.ended_by.kind == "reset":
                text = env._(
                    "“%(kind)s” of %(complaint)s was not done in time: %(share)s%% of "
                    "the time had gone by on %(moment)s. The clock was reset since.",
                    **values,
                )
            elif not clock.is_live:
                text = env._(
                    "“%(kind)s” of %(complaint)s was not done in time: %(share)s%% of "
                    "the time had gone by on %(moment)s. It has been done since.",
                    **values,
                )
            else:
                text = env._(
                    "“%(kind)s” of %(complaint)s is still to be done: %(share)s%% of "
                    "the time had gone by on %(moment)s.",
                    **values,
                )
            return subject, text

        self._tell(people, write)
