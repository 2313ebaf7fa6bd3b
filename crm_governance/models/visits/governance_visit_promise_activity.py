# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .governance_visit_promise import SYNC

TYPE = "crm_governance.mail_activity_type_promise"


class GovernanceVisitPromise(models.Model):
    """Promises and the to-dos of who keeps them, brought in line."""

    _inherit = "governance.visit.promise"

    def _keep(self):
        """Note that promises were kept, by the current user and today."""
        for promise in self._as_system().filtered(lambda row: row.state == "open"):
            promise.write(
                {
                    "state": "kept",
                    "date_done": promise.company_id._get_governance_today(),
                    "done_by_id": self.env.uid,
                }
            )

    def _drop(self, reason=False):
        """Give promises up; their to-dos go."""
        dropped = self._as_system().filtered(lambda promise: promise.state == "open")
        dropped.write({"state": "dropped", "drop_reason": reason})
        activities = dropped.activity_id.filtered("active")
        activities.with_context(governance_promise_sync=SYNC).unlink()

    def _reopen(self):
        """Take it back that promises were kept: somebody took the to-do up again."""
        kept = self._as_system().filtered(lambda promise: promise.state == "kept")
        kept.write({"state": "open", "date_done": False, "done_by_id": False})

    def _schedule(self):
        """Give each promise its to-do."""
        for promise in self.sudo():
            activity = promise.with_context(
                governance_promise_sync=SYNC
            ).activity_schedule(
                TYPE,
                promise.date_deadline,
                summary=promise.name,
                user_id=promise.user_id.id,
            )
            promise._as_system().activity_id = activity.id

    def _update_activity(self):
        """Let the to-dos follow their promises."""
        if self._is_promise_sync():
            return
        for promise in self.sudo().filtered("activity_id.active"):
            activity = promise.activity_id.with_context(governance_promise_sync=SYNC)
            values = {
                "summary": promise.name,
                "date_deadline": promise.date_deadline,
                "user_id": promise.user_id.id,
            }
            activity.write(
                {
                    name: value
                    for name, value in values.items()
                    if activity._fields[name].convert_to_write(activity[name], activity)
                    != value
                }
            )

    @api.model
    def _is_promise_sync(self):
        return self.env.context.get("governance_promise_sync") is SYNC

    def _follow_activity(self, vals):
        """Let promises follow what happened to their to-dos.

        :param dict vals: what was written on them
        """
        promises = self._as_system().with_context(governance_promise_sync=SYNC)
        followed = {
            name: vals[name] for name in ("date_deadline", "user_id") if name in vals
        }
        if followed.get("user_id", True) and followed:
            promises.filtered(lambda promise: promise.state == "open").write(followed)
        if vals.get("active") is False:
            self._keep()
        elif vals.get("active"):
            self._reopen()
