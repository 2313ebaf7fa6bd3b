# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceLoanRenewal(models.TransientModel):
    """The dialog in which people agree on a new date, or renew what is refused."""

    _name = "governance.loan.renewal"
    _description = "Renewal of a Loan"

    line_ids = fields.Many2many(
        comodel_name="governance.loan.line", string="Volumes", readonly=True
    )
    kind = fields.Selection(
        selection=[
            ("propose", "Agree on a new date"),
            ("refuse", "Do not agree to the new date"),
            ("override", "Renew all the same"),
        ],
        required=True,
        readonly=True,
        default="propose",
    )
    refusal = fields.Text(string="Why It Is Refused", compute="_compute_refusal")
    is_dated = fields.Boolean(compute="_compute_is_dated")
    is_mine = fields.Boolean(compute="_compute_is_dated")
    date_wanted = fields.Datetime(
        string="Needed until",
        compute="_compute_date_wanted",
        store=True,
        readonly=False,
        help="The policy may set an earlier date.",
    )
    reason = fields.Text(help="It stays in the register of loans.")

    @api.depends("line_ids")
    def _compute_refusal(self):
        for dialog in self:
            refusals = dialog.line_ids.mapped("renewal_refusal")
            dialog.refusal = "\n".join(dict.fromkeys(filter(None, refusals)))

    @api.depends("line_ids", "kind")
    @api.depends_context("uid")
    def _compute_is_dated(self):
        for dialog in self:
            policies = dialog.line_ids.sudo().policy_id
            dialog.is_dated = dialog.kind != "refuse" and any(
                policy._is_renewed_by_agreement() for policy in policies
            )
            dialog.is_mine = any(dialog.line_ids.mapped("is_mine"))

    @api.depends("line_ids")
    def _compute_date_wanted(self):
        for dialog in self:
            dates = dialog.line_ids.sudo().mapped("date_proposed")
            dialog.date_wanted = max(filter(None, dates), default=False)

    def action_confirm(self):
        """Propose, agree, refuse or override, with the rights of the user."""
        self.ensure_one()
        if self.kind == "propose":
            self.line_ids._propose_renewal(self.date_wanted)
        elif self.kind == "refuse":
            self.line_ids._refuse_renewal(self.reason)
        else:
            self.line_ids._override_renewal(self.reason, self.date_wanted)
        return {"type": "ir.actions.act_window_close"}
