# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .complaint_clock import get_current
from .governance_complaint import OPEN


class GovernanceComplaint(models.Model):
    """Clocks that begin anew, which is rarely right and never without a trace."""

    _inherit = "governance.complaint"

    def action_reset(self):
        """Open the dialog that lets clocks begin anew."""
        self.ensure_one()
        self._check_resetter()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_reset_action"
        )
        action["context"] = {"default_complaint_id": self.id}
        return action

    def reset_clocks(self, kinds, reason):
        """Let clocks that run begin anew; what they missed stays on record.

        :param list kinds: the kinds of the targets
        :param str reason: why, which stays on the timeline
        :raises AccessError: to all but complaint managers
        :raises UserError: to the handler, without a reason, or if none of them runs
        """
        self.ensure_one()
        self._check_resetter()
        self._check_said(reason)
        self._lock(*OPEN)
        now = fields.Datetime.now()
        clocks = get_current(self.sudo()._get_clocks(now))
        live = [kind for kind in kinds if kind in clocks and clocks[kind].is_live]
        if not live:
            raise UserError(
                self.env._(
                    "None of these clocks of “%(complaint)s” runs. Choose one that "
                    "does.",
                    complaint=self.display_name,
                )
            )
        self._log_event("reset", date=now, note=reason, kinds=live)
        return True

    def _check_resetter(self):
        """Let only complaint managers who do not handle the complaint go on.

        :raises AccessError: to all others
        :raises UserError: to the handler
        """
        self.check_access("write")
        if not self.env.user.has_group("crm_governance.group_complaint_manager"):
            raise AccessError(
                self.env._("Only complaint managers let a clock begin anew.")
            )
        if self._has_been_handled_by(self.env.user):
            raise UserError(
                self.env._(
                    "You handle “%(complaint)s”. Ask another complaint manager to let "
                    "its clocks begin anew.",
                    complaint=self.display_name,
                )
            )
