# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GovernanceVisitReason(models.TransientModel):
    """The dialog that asks why, before a visit or a report changes its state."""

    _name = "governance.visit.reason"
    _description = "Reason for a Step of a Visit"

    visit_id = fields.Many2one(
        comodel_name="governance.visit",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    promise_id = fields.Many2one(
        comodel_name="governance.visit.promise", readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[
            ("cancel", "Cancel the visit"),
            ("return", "Give the report back"),
            ("unlock", "Unlock the report"),
            ("drop", "Drop the promise"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True)

    @api.constrains("visit_id", "promise_id", "kind")
    def _check_visit(self):
        # The dialog shows their names; constraints are checked for the superuser.
        for dialog in self.sudo(False):
            dialog.visit_id.check_access("read")
            dialog.promise_id.check_access("read")
            if dialog.kind == "drop":
                fits = dialog.promise_id.visit_id == dialog.visit_id
            else:
                fits = not dialog.promise_id
            if not fits:
                raise ValidationError(
                    self.env._("Choose a promise of this visit to drop it.")
                )

    def action_confirm(self):
        """Go on with the rights of the user; see the methods of the visit."""
        self.ensure_one()
        visit = self.visit_id
        if self.kind == "cancel":
            visit.cancel(self.reason)
        elif self.kind == "return":
            visit.give_back(self.reason)
        elif self.kind == "unlock":
            visit.unlock(self.reason)
        else:
            self.promise_id.drop(self.reason)
        return {"type": "ir.actions.act_window_close"}
