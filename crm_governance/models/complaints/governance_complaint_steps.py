# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from .complaint_steps import KINDS


class GovernanceComplaint(models.Model):
    """Opens the dialogs of steps that need words or choices, and lists."""

    _inherit = "governance.complaint"

    def action_step(self):
        """Open the dialog of the step that the button names in its context."""
        self.ensure_one()
        self.check_access("read")
        kind = self.env.context.get("governance_step")
        if kind not in dict(KINDS):
            raise UserError(self.env._("Choose what to do with the complaint."))
        steps = self.env["governance.complaint.step"]
        labels = dict(steps._fields["kind"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels[kind],
            "res_model": steps._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_kind": kind, "default_complaint_id": self.id},
        }

    def action_open_similar(self):
        """List similar and related complaints, and what is the same."""
        self.ensure_one()
        self.check_access("read")
        found = self.similar_ids | self.related_ids | self.duplicate_ids
        return self._get_list_action(found | self.duplicate_of_id)

    @api.model
    def _get_list_action(self, complaints):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_action"
        )
        return {**action, "domain": [("id", "in", complaints.ids)], "context": {}}
