# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import format_datetime

from .complaint_clock import get_current
from .governance_complaint_clocks import cut


class GovernanceComplaint(models.Model):
    """Who hears when a clock comes to a point: each rung once, in order (D-35)."""

    _inherit = "governance.complaint"

    def _get_rung_moments(self, clock):
        """Return [(moment, rung)] of what is still to be told of a clock, in order.

        Moments may be past, if the job is late.
        """
        self.ensure_one()
        complaint = self.sudo()
        if clock.state == "cancelled" or not complaint.policy_id.active:
            return []
        # The target may be that of another policy, see `_get_targets`.
        target = self.env["governance.complaint.target"].sudo().browse(clock.target.id)
        policy = target.exists().policy_id or complaint.policy_id
        rungs = policy.rung_ids.filtered(lambda rung: rung.kind in (False, clock.kind))
        told = self.env["governance.complaint.escalation"].sudo()
        told = told.search(
            [
                ("complaint_id", "=", self.id),
                ("kind", "=", clock.kind),
                ("start", "=", clock.start),
            ]
        )
        done = {one._get_rung_key() for one in told}
        moments = [
            (cut(moment), rung)
            for rung in rungs
            if rung._get_rung_key() not in done and (moment := clock.reach(rung.share))
        ]
        return sorted(moments, key=lambda one: (one[0], one[1].share, one[1].sequence))

    def _climb(self, kind):
        """Tell all that is due of the current clock of a kind, each rung once.

        A job that comes late tells it all, in order, with the true moments.
        """
        self.ensure_one()
        self._claim_clocks()
        clock = get_current(self._get_clocks()).get(kind)
        if clock and clock.start:
            now = fields.Datetime.now()
            for moment, rung in self._get_rung_moments(clock):
                if moment <= now:
                    self._climb_to(rung, moment, clock)
        self._rewrite_clocks()

    def _climb_to(self, rung, moment, clock):
        people = self._get_people_on(rung)
        if not clock.is_live and rung.share < 100:
            # Nobody needs to be warned of what has been done meanwhile.
            people = people.browse()
        self.env["governance.complaint.escalation"]._seal().create(
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
            }
        )
        self._log_event("escalated", date=moment, target=clock.kind, share=rung.share)
        if people:
            self._tell_climb(people, rung, moment, clock)

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
            if not clock.is_live:
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
