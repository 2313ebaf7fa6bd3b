# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceLoanReport(models.TransientModel):
    """The dialog in which somebody says what has happened to a lent volume."""

    _name = "governance.loan.report"
    _description = "Report on a Loan"

    line_ids = fields.Many2many(
        comodel_name="governance.loan.line", string="Volumes", readonly=True
    )
    kind = fields.Selection(
        selection=[
            ("lost", "It is lost"),
            ("claimed", "It was returned, but the desk has not entered it"),
            ("unclaimed", "It was not returned after all"),
            ("objected", "I do not agree with what was counted"),
        ],
        string="What Has Happened",
        required=True,
        help="A loss is investigated, and the borrower answers for it. Whether "
        "something was returned, the custodian decides. Only custodians say that it "
        "was not, and only borrowers disagree with the count.",
    )
    note = fields.Text(
        string="How", required=True, help="It stays in the register of loans."
    )

    def action_confirm(self):
        """Report with the rights of the user."""
        self.ensure_one()
        self.line_ids._report(self.kind, self.note)
        return {"type": "ir.actions.act_window_close"}
