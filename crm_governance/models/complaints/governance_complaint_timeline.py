# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from .complaint_clock import get_clocks, get_current, get_known, get_waiting
from .complaint_history import get_history
from .complaint_schedules import get_known_schedules, get_times
from .complaint_story import get_changes

# How a change is shown.
TONES = {
    "breached": "danger",
    "missed": "danger",
    "met": "success",
    "paused": "warning",
    "late": "warning",
}
# Changes after which there is nothing to add about how the clock stands.
PLAIN = ("breached", "dropped", "counted", "early", "unpaused")


class GovernanceComplaint(models.Model):
    """Why the clocks of a complaint stand as they do, in words, at any moment."""

    _inherit = "governance.complaint"

    clock_story = fields.Html(
        string="Why the Clocks Stand so",
        compute="_compute_clock_story",
        sanitize=False,
        help="What each event did to each of the clocks.",
    )

    @api.depends("event_ids")
    @api.depends_context("lang", "tz")
    def _compute_clock_story(self):
        for complaint in self:
            complaint.clock_story = complaint._render_clock_story()

    def action_replay(self):
        """Open the dialog that shows the clocks as they stood at another moment."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_replay_action"
        )
        action["context"] = {"default_complaint_id": self.id}
        return action

    # ------------------------------------------------------------------
    # WHAT HAPPENED
    # ------------------------------------------------------------------

    def _explain_clocks(self, at=None, is_known=False):
        """Return what happened to the clocks of this complaint, in words, in order.

        Whoever calls has checked that the user may read the complaint.

        :param datetime at: naive UTC, the moment to look from; None: now
        :param bool is_known: leave out what was written down later
        :return: list of dicts: date, kind, label, what, tone, text
        """
        events, policies, at = self._replay(at, is_known)
        labels = self._get_target_labels()
        return [
            {
                "date": change.date,
                "kind": change.kind,
                "label": labels[change.kind],
                "what": change.what,
                "tone": TONES.get(change.what, "muted"),
                "text": self._get_change_text(change),
            }
            for change in get_changes(events, policies, at)
        ]

    def _get_clock_states(self, at=None, is_known=False):
        """Return how the current clocks stood at a moment, in words.

        Parameters and duty as of `_explain_clocks`.

        :return: list of dicts: kind, label, state, tone, text
        """
        events, policies, at = self._replay(at, is_known)
        labels = self._get_target_labels()
        policies = get_known_schedules(policies, at)
        clocks = get_current(get_clocks(events, policies, at))
        return [
            {
                "kind": kind,
                "label": labels[kind],
                "state": clock.state,
                "tone": self._get_state_tone(clock),
                "text": " ".join(self._get_standing_texts(clock, at)),
            }
            for kind, clock in clocks.items()
        ]

    def _get_waiting_text(self, at=None, is_known=False):
        """Return how often and how long the complaint waited, and if too long.

        Parameters and duty as of `_explain_clocks`.
        """
        events, policies, at = self._replay(at, is_known)
        waiting = get_waiting(events, policies, at)
        if not waiting.count:
            return ""
        text = self.env._(
            "Waited for the customer %(count)s times, %(total)s in all, %(longest)s at "
            "the longest.",
            count=waiting.count,
            total=self._get_time_text(waiting.total),
            longest=self._get_time_text(waiting.longest),
        )
        if waiting.is_exceeded:
            text += " " + self.env._(
                "That is more than the policy allows, since %(moment)s. Have it "
                "reviewed.",
                moment=format_datetime(self.env, waiting.exceeded_on),
            )
        return text

    def _get_schedule_texts(self, at):
        """Return which schedules clocks run on at a moment that said something else.

        Duty as of `_explain_clocks`.

        :return: sentences; none when the schedules are still the same
        """
        _events, policies, at = self._replay(at, False)
        texts = []
        for time in get_times(policies):
            version, end = time.get_reign(at)
            if end:
                text = self.env._(
                    "By the working schedule “%(schedule)s” as it was until "
                    "%(moment)s.",
                    schedule=version.label,
                    moment=format_datetime(self.env, end),
                )
                texts.append(text)
        return texts

    def _replay(self, at, is_known):
        """Return events, policies and the moment for the functions of clocks."""
        self.ensure_one()
        at = at or fields.Datetime.now()
        events = self._get_clock_events()
        if is_known:
            events = get_known(events, at)
        policies = self._get_clock_policies(get_history(events, at))
        return events, policies, at

    def _render_clock_story(self, at=None, is_known=False):
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "crm_governance.governance_complaint_clock_story",
            {
                "lines": self._explain_clocks(at, is_known),
                "waiting": self._get_waiting_text(at, is_known),
                "format": lambda moment: format_datetime(self.env, moment),
            },
        )

    # ------------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------------

    @api.model
    def _get_target_labels(self):
        kinds = self.env["governance.complaint.target"]._fields["kind"]
        return dict(kinds._description_selection(self.env))

    @api.model
    def _get_target_text(self, target):
        targets = self.env["governance.complaint.target"].sudo()
        return targets.browse(target.id).display_name or ""

    @api.model
    def _get_state_tone(self, clock):
        if clock.state == "missed" or clock.is_live and clock.breached_on:
            return "danger"
        return {"met": "success", "paused": "warning"}.get(clock.state, "muted")

    def _get_change_text(self, change):
        """Return the sentences about one change."""
        clock = change.clock
        values = {
            "event": self._get_event_label(change.event),
            "target": self._get_target_text(clock.target),
        }
        if change.what in ("extended", "late", "short"):
            values["more"] = self._get_time_text(clock.extensions[-1].length)
        texts = [self._get_change_sentence(change.what, values)]
        if change.what not in PLAIN:
            texts += self._get_standing_texts(clock, change.date)
        return " ".join(texts)

    def _get_change_sentence(self, what, values):
        sentences = {
            "started": lambda: self.env._("Begins: “%(event)s”.", **values),
            "restarted": lambda: self.env._("Begins anew: the clock was reset."),
            "continued": lambda: self.env._(
                "Goes on, because the complaint was opened again. The time in which it "
                "was closed does not count."
            ),
            "paused": lambda: self.env._(
                "Stands still while we wait for the customer."
            ),
            "resumed": lambda: self.env._("Runs again: “%(event)s”.", **values),
            "unpaused": lambda: self.env._(
                "Runs on although we wait for the customer: this target does not pause."
            ),
            "extended": lambda: self.env._("There is more time: %(more)s.", **values),
            "late": lambda: self.env._(
                "The extension came after the deadline and changes nothing."
            ),
            "short": lambda: self.env._(
                "The extension changes nothing: there was time until then already."
            ),
            "target": lambda: self.env._(
                "Another target holds: %(target)s. Start and pauses stay.", **values
            ),
            "schedule": lambda: self.env._("The working schedule was changed."),
            "dropped": lambda: self._get_dropped_sentence(values),
            "ruled": lambda: self.env._(
                "A target holds again: %(target)s. Start and pauses stay.", **values
            ),
            "breached": lambda: self.env._("The time is over."),
            "met": lambda: self.env._("Done in time: “%(event)s”.", **values),
            "missed": lambda: self.env._("Done too late: “%(event)s”.", **values),
            "cancelled": lambda: self.env._(
                "Ends without being done: “%(event)s”.", **values
            ),
            "counted": lambda: self.env._(
                "Runs already: “%(event)s” does not begin it anew.", **values
            ),
            "early": lambda: self.env._(
                "Does not begin: the first response is still to come."
            ),
        }
        return sentences[what]()

    def _get_dropped_sentence(self, values):
        if not values["event"]:
            return self.env._("No target holds any more: there is no deadline.")
        return self.env._(
            "Ends: “%(event)s”. No target holds any more: there is no deadline.",
            **values,
        )

    def _get_standing_texts(self, clock, at):
        """Return sentences about how a clock stands at a moment."""
        times = {
            name: self._get_time_text(getattr(clock, name))
            for name in ("length", "elapsed", "remaining", "paused", "closed", "age")
        }
        moments = {
            name: format_datetime(self.env, getattr(clock, name))
            for name in ("deadline", "breached_on", "ended_on")
            if getattr(clock, name)
        }
        if clock.state == "idle":
            return [self.env._("Nothing to count yet.")]
        texts = []
        if clock.is_unreachable:
            texts.append(
                self.env._("The working schedule has too little working time for it.")
            )
        elif clock.state == "running" and not clock.breached_on:
            texts.append(
                self.env._(
                    "Due on %(deadline)s: %(remaining)s of %(length)s are left.",
                    **moments,
                    **times,
                )
            )
        elif clock.state == "paused" and not clock.breached_on:
            texts.append(
                self.env._(
                    "There is no deadline while it stands; %(remaining)s of %(length)s "
                    "are left.",
                    **times,
                )
            )
        elif clock.is_live:
            texts.append(self.env._("Overdue since %(breached_on)s.", **moments))
        else:
            texts.append(
                self.env._(
                    "%(elapsed)s of %(length)s were used, %(age)s around the clock.",
                    **times,
                )
            )
        if clock.paused:
            texts.append(self.env._("%(paused)s of waiting did not count.", **times))
        if clock.closed:
            texts.append(
                self.env._("%(closed)s while it was closed did not count.", **times)
            )
        return texts

    def _get_event_label(self, event):
        if event is None:
            return ""
        kinds = self.env["governance.complaint.event"]._fields["kind"]
        return dict(kinds._description_selection(self.env)).get(event.kind, event.kind)

    @api.model
    def _get_time_text(self, length):
        """Return a length of time in hours and minutes: days are not of one length."""
        if not length:
            return self.env._("no time")
        minutes, seconds = divmod(int(abs(length) / timedelta(seconds=1)), 60)
        if not minutes:
            return self.env._("%(seconds)s s", seconds=seconds)
        hours, minutes = divmod(minutes, 60)
        if not hours:
            return self.env._("%(minutes)s min", minutes=minutes)
        return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
