# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceComplaintReset(models.TransientModel):
    """The dialog in which a complaint manager lets clocks begin anew."""

    _name = "governance.complaint.reset"
    _description = "Reset of Clocks"

    complaint_id = fields.Many2one(
        comodel_name="governance.complaint",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    clock_ids = fields.Many2many(
        comodel_name="governance.complaint.clock",
        string="Clocks",
        required=True,
        domain="[('complaint_id', '=', complaint_id), "
        "('state', 'in', ('running', 'paused'))]",
        help="Those that begin anew, now.",
    )
    reason = fields.Text(
        required=True, help="It stays on the timeline of the complaint."
    )

    @api.constrains("complaint_id")
    def _check_complaint(self):
        # The dialog shows its name; constraints are checked for the superuser.
        self.sudo(False).complaint_id.check_access("read")

    def action_confirm(self):
        """Let the clocks begin anew.

        :raises UserError: see `reset_clocks`
        """
        self.ensure_one()
        complaint = self.complaint_id.sudo(False)
        complaint.reset_clocks(self.clock_ids.mapped("kind"), self.reason)
        return {"type": "ir.actions.act_window_close"}
