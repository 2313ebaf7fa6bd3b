# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .governance_complaint_action import RUNNING


class GovernanceComplaint(models.Model):
    """What is done so that a complaint does not come back."""

    _inherit = "governance.complaint"

    action_ids = fields.One2many(
        comodel_name="governance.complaint.action",
        inverse_name="complaint_id",
        string="Corrective Actions",
        readonly=True,
        copy=False,
    )
    action_count = fields.Integer(
        string="Actions Planned", compute="_compute_action_count"
    )

    @api.depends("action_ids")
    def _compute_action_count(self):
        counts = dict(
            self.env["governance.complaint.action"]._read_group(
                [("complaint_id", "in", self.ids)], ["complaint_id"], ["__count"]
            )
        )
        for complaint in self:
            complaint.action_count = counts.get(complaint, 0)

    def action_open_actions(self):
        """Open the corrective actions of the complaint."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_action_action"
        )
        action["domain"] = [("complaint_id", "=", self.id)]
        action["context"] = {"default_complaint_id": self.id}
        return action

    def action_plan_action(self):
        """Open a new corrective action of the complaint."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrective Action"),
            "res_model": "governance.complaint.action",
            "view_mode": "form",
            "context": {"default_complaint_id": self.id},
        }

    def _get_closing_errors(self):
        """Keep a complaint open as long as its cause is not removed."""
        return super()._get_closing_errors() + self._get_closing_errors_of_actions()

    def _get_closing_errors_of_actions(self):
        """Return which corrective actions are not verified yet, as sentences.

        What prevents may take longer than the customer waits.
        """
        running = self.sudo().action_ids.filtered(
            lambda action: action.kind == "corrective" and action.state in RUNNING
        )
        return [
            self.env._(
                "The corrective action “%(action)s” is not verified yet.",
                action=action.name,
            )
            for action in running
        ]

    def _complaint_closed(self):
        """Begin the time after which the effect of the actions is checked."""
        result = super()._complaint_closed()
        self.sudo().action_ids._plan_check()
        return result

    def _complaint_reopened(self):
        """Check no effect as long as the complaint is open again."""
        result = super()._complaint_reopened()
        self.sudo().action_ids._unplan_check()
        return result
