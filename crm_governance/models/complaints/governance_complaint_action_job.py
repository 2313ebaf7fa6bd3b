# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

# Whoever is late is reminded again after so many days.
REMIND_EACH = 7


class GovernanceComplaintAction(models.Model):
    """The job that reminds of actions, and of checks of their effect, that are late."""

    _inherit = "governance.complaint.action"

    @api.model
    def _cron_remind(self):
        """Remind of what is late, once a week; a job that comes late reminds once."""
        # In some country it is tomorrow already: each action asks its company.
        day = fields.Date.today() + timedelta(days=1)
        since = day - timedelta(days=REMIND_EACH)
        waits = Domain("reminded_on", "=", False) | Domain("reminded_on", "<", since)
        self._isolate_each(self._get_due_domain(day) & waits, "_remind")

    def _remind(self):
        """Tell the owner and the supervisor, or whoever is to check the effect."""
        self.ensure_one()
        today = self.company_id._get_governance_today()
        last = self.reminded_on
        if not self.filtered_domain(self._get_due_domain(today)):
            return
        if last and last > today - timedelta(days=REMIND_EACH):
            return
        self._as_system().reminded_on = today
        if self.state == "done":
            # Whoever was to check may have left meanwhile.
            self._schedule_check()
            people, day = self.checker_id, self.date_check
        else:
            people = self.user_id | self.complaint_id.unit_id.leader_id
            day = self.date_deadline
        self._tell(
            people,
            lambda env: (
                env._("A corrective action is late"),
                env._(
                    "“%(action)s” was due on %(day)s.",
                    action=self.name,
                    day=format_date(env, day),
                ),
            ),
        )

    def _isolation_failed(self, error):
        self._message_log(
            body=self.env._("The scheduled run failed: %(error)s", error=error)
        )
