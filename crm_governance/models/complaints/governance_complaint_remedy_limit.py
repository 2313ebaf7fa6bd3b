# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.misc import formatLang


class GovernanceComplaintRemedyLimit(models.Model):
    """Which approval matrix decides on remedies up to which amount (D-30)."""

    _name = "governance.complaint.remedy.limit"
    _description = "Approval of Remedies by Amount"
    _inherit = "governance.policy.line.mixin"
    _order = "policy_id, is_unlimited, amount, id"

    policy_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        string="Complaint Policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    is_unlimited = fields.Boolean(
        string="Any Amount", help="For everything above the other lines."
    )
    amount = fields.Monetary(
        string="Up to",
        help="A remedy up to this amount, this amount included, goes through the "
        "approval matrix.",
    )
    approval_code = fields.Char(
        string="Approval Matrix",
        required=True,
        help="Code of the matrix for remedies that decides.",
    )
    approval_summary = fields.Char(
        string="Who Signs", compute="_compute_approval_summary"
    )

    _amount_check = models.Constraint(
        "CHECK (amount >= 0)", "A remedy costs nothing or something, never less."
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for line in self:
            company = line.sudo().company_id or self.env.company
            line.currency_id = company.currency_id

    @api.depends("approval_code", "policy_id.is_preset", "company_id")
    @api.depends_context("lang")
    def _compute_approval_summary(self):
        matrices = self.env["governance.approval.policy"].sudo()
        for line in self:
            found = matrices.search(line._get_matrix_domain(), limit=1)
            line.approval_summary = found.step_summary

    @api.depends("is_unlimited", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            if line.is_unlimited:
                line.display_name = self.env._("Remedies of any amount")
            else:
                line.display_name = self.env._(
                    "Remedies up to %(amount)s",
                    amount=formatLang(
                        self.env, line.amount, currency_obj=line.currency_id
                    ),
                )

    def _get_blank_values(self, path=""):
        """Ask for the amount, which no source gives."""
        blanks = super()._get_blank_values(path)
        if not self.is_unlimited and not self.amount:
            blanks.append(self._prepare_blank_value("amount", True, path))
        return blanks

    def _get_unit_to_fill(self, name):
        if name == "amount":
            return self.currency_id.name
        return super()._get_unit_to_fill(name)

    def _get_matrix_domain(self):
        """Return the domain of the matrix that the line names."""
        self.ensure_one()
        domain = [
            ("subject", "=", "complaint_remedy"),
            ("code", "=", self.approval_code),
        ]
        if self.policy_id.is_preset:
            return [*domain, ("is_preset", "=", True)]
        return [
            *domain,
            ("company_id", "=", self.company_id.id),
            ("state", "=", "published"),
        ]
