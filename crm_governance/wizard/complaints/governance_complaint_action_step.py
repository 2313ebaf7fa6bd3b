# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceComplaintActionStep(models.TransientModel):
    """The dialog in which an action is done, dropped, or its effect is checked."""

    _name = "governance.complaint.action.step"
    _description = "Step of a Corrective Action"

    action_id = fields.Many2one(
        comodel_name="governance.complaint.action",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=[
            ("done", "Done"),
            ("drop", "Drop"),
            ("effect", "Check of the effect"),
        ],
        required=True,
        readonly=True,
    )
    outcome = fields.Selection(
        selection=[
            ("effective", "Effective"),
            ("ineffective", "Ineffective"),
            ("inconclusive", "Inconclusive"),
        ],
        string="Effect",
        help="Effective: the action is over. Ineffective: it is done anew. "
        "Inconclusive: somebody looks again later.",
    )
    words = fields.Text(string="In Your Words")
    date = fields.Date(string="Next Date")
    count_before = fields.Integer(related="action_id.count_before", related_sudo=False)
    count_after = fields.Integer(related="action_id.count_after", related_sudo=False)

    @api.constrains("action_id")
    def _check_action(self):
        # The dialog shows its name; constraints are checked for the superuser.
        self.sudo(False).action_id.check_access("read")

    def action_confirm(self):
        """Go on with the rights of the user; see the methods of the action."""
        self.ensure_one()
        action = self.action_id
        if self.kind == "done":
            action.report_done(self.words)
        elif self.kind == "drop":
            action.drop(self.words)
        else:
            action.check_effect(self.outcome, self.words, self.date)
        return {"type": "ir.actions.act_window_close"}
