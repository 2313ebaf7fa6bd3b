# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceLoanChoose(models.TransientModel):
    """The dialog in which a custodian finds the volumes that somebody means."""

    _name = "governance.loan.choose"
    _description = "Find the Volumes of a Loan"

    loan_id = fields.Many2one(
        comodel_name="governance.loan",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    wanted = fields.Text(related="loan_id.wanted", related_sudo=False)
    volume_ids = fields.Many2many(
        comodel_name="governance.file.volume",
        string="Volumes",
        domain=[("state", "=", "filed")],
        help="All of one customer.",
    )
    reason = fields.Text(
        string="Reason of a Refusal", help="Read by who asked and in the register."
    )

    def action_confirm(self):
        """Enter the volumes and ask for approval, with the rights of the user."""
        self.ensure_one()
        self.loan_id._choose(self.volume_ids)
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Refuse what cannot be found or lent, with the rights of the user."""
        self.ensure_one()
        self.loan_id._refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
